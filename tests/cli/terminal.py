#!/usr/bin/env python3
"""Runs a program on a terminal of its own and answers its questions.

Usage: terminal.py OUT PROGRAM ARG… < steps. Steps are JSON: [[expected text, answer, secret], …]. With a secret the answer
waits until the terminal's echo is off, and fails when it never is. With "key" in place of it the answer is typed without Enter.
The command in BEFORE_ANSWER, if there is one, runs before every answer that is no secret, with the process in $PROGRAM and
its terminal in $TTY; SIZE is COLUMNSxROWS of the terminal. OUT receives standard output when it is not "-".
Prints everything that the terminal showed; ends with the program's exit code. Fails when the program leaves a terminal that
shows nothing.
"""

import fcntl
import json
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time

PATIENCE = 60
# Asks for the number of a terminal (Linux).
TIOCGPTN = 0x80045430
# Answers that are one key, without Enter: Esc, Ctrl-C, Ctrl-\\ and Ctrl-D.
KEYS = ("\x1b", "\x03", "\x1c", "\x04")


def type_until_read(terminal, answer, deadline):
    """Types a secret again until it is read: the call that turns the echo off also discards pending input,
    and what was typed before it returns is lost. The echo comes back when the line was read."""
    typed = time.monotonic()
    while time.monotonic() < deadline and not termios.tcgetattr(terminal)[3] & termios.ECHO:
        if select.select([terminal], [], [], 0.05)[0]:
            return
        if time.monotonic() - typed > 2:
            os.write(terminal, answer.encode() + b"\n")
            typed = time.monotonic()


def name_of(terminal):
    """Returns the path of the program's end of the terminal."""
    return "/dev/pts/%d" % struct.unpack("I", fcntl.ioctl(terminal, TIOCGPTN, bytes(4)))


def main():
    out, program = sys.argv[1], sys.argv[2:]
    steps = json.load(sys.stdin)
    columns, rows = map(int, os.environ.get("SIZE", "100x40").split("x"))
    pid, terminal = pty.fork()
    if pid == 0:
        # The size is there before the program looks at it.
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        if out != "-":
            os.dup2(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 1)
        os.execv(program[0], program)
    shown = b""
    seen = 0
    deadline = time.monotonic() + PATIENCE
    while True:
        if steps and steps[0][0].encode() in shown[seen:]:
            expected, answer, secret = steps.pop(0)
            seen = shown.index(expected.encode(), seen) + len(expected)
            while secret is True and termios.tcgetattr(terminal)[3] & termios.ECHO:
                if time.monotonic() > deadline:
                    sys.exit("the terminal would show the secret")
                time.sleep(0.01)
            if secret is not True and "BEFORE_ANSWER" in os.environ:
                known = {"PROGRAM": str(pid), "TTY": name_of(terminal)}
                run = ["sh", "-c", os.environ["BEFORE_ANSWER"]]
                subprocess.run(run, check=True, stdout=subprocess.DEVNULL, env={**os.environ, **known})
            if answer in KEYS or secret == "key":
                # Until the program reads single keys, the terminal itself acts on them.
                while answer and termios.tcgetattr(terminal)[3] & termios.ICANON and time.monotonic() < deadline:
                    time.sleep(0.01)
                os.write(terminal, answer.encode())
                continue
            os.write(terminal, answer.encode() + b"\n")
            if secret is True:
                type_until_read(terminal, answer, deadline)
        if time.monotonic() > deadline:
            os.kill(pid, 9)
            sys.exit("nothing happens any more; shown so far: %r, expected: %r" % (shown, steps))
        ready, _, _ = select.select([terminal], [], [], 0.1)
        if not ready:
            continue
        try:
            more = os.read(terminal, 65536)
        except OSError:
            more = b""
        if not more:
            break
        shown += more
    sys.stdout.buffer.write(shown)
    sys.stdout.flush()
    left = termios.tcgetattr(terminal)[3]
    if not left & termios.ECHO or not left & termios.ICANON or not left & termios.ISIG:
        sys.exit("the terminal was not put back as it was")
    _, status = os.waitpid(pid, 0)
    if steps:
        sys.exit("never asked: %r" % steps)
    sys.exit(os.waitstatus_to_exitcode(status))


main()
