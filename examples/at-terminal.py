#!/usr/bin/env python3
"""Runs a program on a terminal of 80 columns and 24 rows, types answers, and prints what a person sees.

Usage: at-terminal.py OUT PROGRAM ARG… < answers. OUT receives standard output; "-" leaves it on the terminal. The answers
are lines of two kinds: `secret TEXT` is typed when the terminal's echo is off, `answer TEXT` after a question that ends in
[y/N]. Ends with the program's exit code.
"""

import os
import pty
import re
import select
import struct
import sys
import termios
import time
from fcntl import ioctl

COLUMNS, ROWS, PATIENCE = 80, 24, 60


def page(text):
    """Returns the lines of the screen that these bytes drew."""
    cells, row, column = [[" "] * COLUMNS for _ in range(ROWS)], 0, 0
    for order, plain in re.findall(r"\x1b\[([?0-9;]*[A-Za-z])|([^\x1b]+)", text):
        if order.endswith("H"):
            row, column = (int(n) - 1 for n in (order[:-1] or "1;1").split(";"))
        elif order == "2K":
            cells[row] = [" "] * COLUMNS
        for letter in plain.replace("\r", "").replace("\n", ""):
            cells[row][min(column, COLUMNS - 1)] = letter
            column += 1
    return ["".join(line).rstrip() for line in cells]


def seen(shown):
    """Returns what the terminal showed: text as it is, and the last state of each page."""
    parts = []
    for before, drawn, after in re.findall(r"(.*?)(?:\x1b\[\?1049h(.*?)\x1b\[\?1049l|(\Z))", shown, re.DOTALL):
        parts.append(before.replace("\r\n", "\n"))
        if drawn:
            # What clears the page at its end shows nothing.
            parts.append("\n".join(page(re.split(r"(?:\x1b\[\d+;1H\x1b\[2K){%d}" % ROWS, drawn)[0])) + "\n")
    return "\n".join(line.rstrip() for line in "".join(parts).split("\n"))


def echoes(terminal):
    return termios.tcgetattr(terminal)[3] & termios.ECHO


def main():
    out, program = sys.argv[1], sys.argv[2:]
    answers = [line.split(" ", 1) for line in sys.stdin.read().splitlines()]
    pid, terminal = pty.fork()
    if pid == 0:
        ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        if out != "-":
            os.dup2(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 1)
        os.execv(program[0], program)
    raw, shown, asked, deadline = b"", "", 0, time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        ready = select.select([terminal], [], [], 0.2)[0]
        if answers and not ready:
            kind, text = answers[0]
            if not echoes(terminal) and asked < len(shown) if kind == "secret" else "[y/N]" in shown[asked:]:
                os.write(terminal, text.encode() + b"\n")
                answers.pop(0)
                asked = len(shown)
        if not ready:
            continue
        try:
            more = os.read(terminal, 65536)
        except OSError:
            break
        if not more:
            break
        # A letter may come in two pieces.
        raw += more
        shown = raw.decode(errors="replace")
    else:
        os.kill(pid, 9)
    _, status = os.waitpid(pid, 0)
    sys.stdout.write(seen(shown))
    sys.exit(os.waitstatus_to_exitcode(status))


main()
