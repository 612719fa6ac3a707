#!/usr/bin/env python3
"""Looks for a text in the memory of the program `vault` that an ancestor of this process has started.

Usage: memory.py FILE. FILE holds the text backwards. FILE.seen receives what was found around it: nothing, or the places; or
`not readable` where the system lets nobody look.
"""

import os
import sys


def parent(pid):
    with open("/proc/%d/stat" % pid) as stat:
        return int(stat.read().rsplit(")", 1)[1].split()[1])


def children(pid):
    with open("/proc/%d/task/%d/children" % (pid, pid)) as listed:
        return [int(child) for child in listed.read().split()]


def name(pid):
    with open("/proc/%d/comm" % pid) as comm:
        return comm.read().strip()


def program():
    pid = os.getpid()
    while pid > 1:
        pid = parent(pid)
        found = [child for child in children(pid) if name(child) == "vault"]
        if found:
            return found[0]
    sys.exit("no ancestor has started vault")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        needle = file.read()[::-1].encode()
    # Half of it is enough to be a leak.
    needle = needle[len(needle) // 4 : len(needle) * 3 // 4]
    pid, seen = program(), []
    try:
        with open("/proc/%d/maps" % pid) as maps, open("/proc/%d/mem" % pid, "rb", 0) as memory:
            for line in maps:
                place, modes = line.split()[:2]
                start, end = (int(part, 16) for part in place.split("-"))
                if "r" not in modes or line.rstrip().endswith(("[vvar]", "[vsyscall]", "[vvar_vclock]")):
                    continue
                try:
                    memory.seek(start)
                    content = memory.read(end - start)
                except OSError:
                    continue
                at = content.find(needle)
                if at >= 0:
                    seen.append("%s at %x" % (line.strip(), start + at))
    except PermissionError:
        seen = ["not readable"]
    with open(sys.argv[1] + ".seen", "w", encoding="utf-8") as file:
        file.write("\n".join(seen))


main()
