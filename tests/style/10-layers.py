#!/usr/bin/env python3
"""Includes point down only, and each foreign library has one folder.

The table is layers.txt.
"""

import fnmatch
import os
import re

from house import TOP, files, lines, report

INCLUDE = re.compile(r'\s*#\s*include\s+(["<])([^">]+)[">]')


def read_table():
    folders, foreign, libc = {}, {}, []
    for line in lines("tests/style/layers.txt"):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        kind, names = words[0], words[1:]
        if kind == "folder":
            folders[names[0]] = set(names)
        elif kind == "foreign":
            foreign[names[0]] = set(names[1:])
        elif kind == "libc":
            libc += names
        else:
            raise SystemExit(f"Bail out! layers.txt: {line}")
    return folders, foreign, libc


def includes(path):
    for number, line in enumerate(lines(path), 1):
        match = INCLUDE.match(line)
        if match:
            yield f"{path}:{number}: {match[2]}", match[1], match[2]


def own_fault(folder, name, folders):
    """What is wrong with including one of our own headers, or None."""
    if not name.endswith(".h"):
        return "is no header"
    if "/" in name:
        path = next((p for p in ("cgi/" + name, "src/" + name)
                     if p.startswith(folder.partition("/")[0])
                     and os.path.isfile(os.path.join(TOP, p))), "src/" + name)
    elif folder.startswith("src/"):
        return "does not say its folder"
    else:
        path = f"{folder}/{name}"
    if not os.path.isfile(os.path.join(TOP, path)):
        return "is not there"
    target = os.path.dirname(path)
    if target not in folders[folder]:
        return f"does not point down from {folder}"
    if name.endswith("_priv.h") and target != folder:
        return "is private"
    return None


def main():
    folders, foreign, libc = read_table()
    upward, strange, unlisted = [], [], []
    for path in files("src", "*.[ch]") + files("cgi", "*.[ch]"):
        folder = os.path.dirname(path)
        if folder not in folders:
            unlisted.append(f"{path}: {folder} is not in layers.txt")
            continue
        for place, quote, name in includes(path):
            if quote == '"':
                fault = own_fault(folder, name, folders)
                if fault:
                    upward.append(f"{place} {fault}")
                continue
            owners = [o for p, o in foreign.items()
                      if fnmatch.fnmatchcase(name, p)]
            known = owners or any(fnmatch.fnmatchcase(name, p) for p in libc)
            if not known:
                strange.append(f"{place} is not in layers.txt")
            elif owners and not any(folder in o for o in owners):
                strange.append(f"{place} belongs to "
                               f"{' '.join(sorted(owners[0]))}")
    report([
        ("every folder has its line in layers.txt", unlisted),
        ("includes point down only", upward),
        ("each foreign header is included from its own folder", strange),
    ])


main()
