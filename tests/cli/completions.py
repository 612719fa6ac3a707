#!/usr/bin/env python3
"""Types lines into a shell on a terminal, each with a Tab and Enter behind it, and prints what the shell then ran.

Usage: completions.py SHELL… < lines. Lines are JSON: [text, …]. The program that they run prints its arguments as
`<one><two> END`; one line of JSON is printed for each, a list of the arguments. The first lines that the shell gets are
in $SETUP; they have to print READY.
"""

import json
import os
import pty
import re
import select
import sys
import time

PATIENCE = 60


def read_until(terminal, pattern):
    shown = ""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                shown += os.read(terminal, 65536).decode(errors="replace")
            except OSError:
                break
        found = re.search(pattern, shown, re.DOTALL)
        if found:
            return found
    sys.exit(f"the shell never showed {pattern!r}, but: {shown!r}")


def main():
    lines = json.load(sys.stdin)
    child, terminal = pty.fork()
    if child == 0:
        os.execvp(sys.argv[1], sys.argv[1:])
    # What echoes is not what is printed: the word is put together by the shell.
    os.write(terminal, (os.environ["SETUP"] + "; echo REA''DY\n").encode())
    read_until(terminal, "READY\r?\n")
    for line in lines:
        os.write(terminal, line.encode() + b"\t\n")
        ran = read_until(terminal, r"((?:<[^<>]*>)+) END").group(1)
        print(json.dumps(re.findall("<([^<>]*)>", ran)), flush=True)
    os.write(terminal, b"exit\n")
    os.close(terminal)
    os.waitpid(child, 0)


main()
