#!/usr/bin/env python3
"""No file holds what the house does without.

Functions that know no bounds, marks of unfinished work, paths and hosts of
the machine it was written on, blanks at line ends.
"""

import os
import re

from house import TOP, files, lines, report

TOP_FILES = ("Makefile.am", "README.md", "bootstrap", "configure.ac",
             ".ci/run", ".gitignore", "LICENSE", "NEWS.md", "SECURITY.md")

BOUNDLESS = re.compile(
    r"\b(atoi|atol|atof|gets|sprintf|vsprintf|strcpy|strcat|strtok|alloca)"
    r"\s*\(")
# Put together here, so that this file is free of them too.
UNFINISHED = re.compile(r"\b(XX" r"X|TO" r"DO|FIX" r"ME|HA" r"CK)\b")
MACHINE = re.compile(
    r"/(wo" r"rk|ro" r"ot|ho" r"me)/\w|registry\.(npm|yarn)" r"|"
    r"deb\.deb" r"ian\.org")
STRUCT_TYPE = re.compile(r"^\s*typedef\s+(struct|union)\b")
BLANK_END = re.compile(r"[ \t\r]$")


def search(pattern, paths):
    return [f"{path}:{number}: {line.strip()[:100]}"
            for path in paths
            for number, line in enumerate(lines(path), 1)
            if pattern.search(line)]


def main():
    code = files("src", "*.[ch]") + files("cgi", "*.[ch]")
    c_tests = files("tests", "*.[ch]")
    text = code + files("cgi", "*.conf", "DESIGN") + \
        files("src", "DESIGN") + files("sql", "*") + files("www", "*.html", "*.css", "*.js", "*.svg") + \
        [path for path in files("tests", "*.*", "run")
         if path.endswith((".py", ".mjs", ".js", ".json", ".c", ".h", ".txt",
                           "run")) and "/corpus/" not in path] + \
        [path for path in TOP_FILES
         if os.path.exists(os.path.join(TOP, path))]
    report([
        ("no function without bounds is called",
         search(BOUNDLESS, code + c_tests)),
        ("no type hides a struct", search(STRUCT_TYPE, code + c_tests)),
        ("no work is marked as unfinished", search(UNFINISHED, text)),
        ("no path or host of a machine is written down",
         search(MACHINE, text)),
        ("no line ends in blanks", search(BLANK_END, text)),
    ])


main()
