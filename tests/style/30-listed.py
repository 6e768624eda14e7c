#!/usr/bin/env python3
"""Makefile.am names every file that is built, installed or distributed."""

import os
import re

from house import GENERATED, TOP, files, lines, report


def named():
    """Words of Makefile.am that look like paths, programs as their source."""
    words = set()
    for line in lines("Makefile.am"):
        if not line.startswith("#"):
            words.update(re.findall(r"[\w./-]+", line))
    return words | {word + ".c" for word in words}


def missing(words, paths):
    return [path for path in paths if path not in words]


def main():
    words = named()
    gone = [word for word in sorted(words)
            if re.match(r"(src|cgi|sql|www|tests)/.*\.\w+$", word)
            and not (word.endswith(".c") and word[:-2] in words)
            and not word.startswith(GENERATED)
            and not any(os.path.exists(os.path.join(TOP, word + end))
                        for end in ("", ".in"))]
    tests = [path for folder in ("unit", "sim", "style", "e2e", "browser",
                                "bench")
             for path in files("tests/" + folder, "*")
             if not path.endswith((".o", ".log", ".trs", ".so", ".pyc"))
             and (os.path.splitext(path)[1] or folder == "bench")
             and "dirstamp" not in path]
    report([
        ("every source is listed",
         missing(words, files("src", "*.[ch]") + files("cgi", "*.[ch]"))),
        ("every step of the schema is listed",
         missing(words, files("sql", "*.sql"))),
        ("every file of the page is listed",
         missing(words, files("www", "*.*"))),
        ("every snippet is listed", missing(words, files("cgi/conf", "*"))),
        ("every test is listed",
         missing(words, tests + files("tests/fuzz", "*_fuzz.c"))),
        ("every listed file is there", gone),
    ])


main()
