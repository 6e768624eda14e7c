#!/usr/bin/env python3
"""Functions, files and parameter lists stay small enough to read.

Counts the C code of src/ and cgi/ and the modules of the page; prints the
figures, and fails where one passes its limit.  A definition begins, as the
house writes it, with a brace in the first column.
"""

import re

from house import files, lines, report

LIMITS = {"function": 100, ".c file": 700, "header": 150, "parameters": 6,
          "module": 200}
MEDIAN, NEARLY_ALL = 20, 60     # lines of a function: half, and 95 of 100

# What may pass its limit, as "kind path" or "kind path name".
ALLOWED = {"module www/js/text.js"}     # all words, for who translates them

DEFINITION = re.compile(r"^(\w+)(\([^;{}]*\))\n\{\n(.*?)^\}", re.M | re.S)


def parameters(head):
    """How many parameters "(int a, char *b)" has: 2."""
    inner = head[1:-1].strip()
    if inner in ("", "void"):
        return 0
    depth, count = 0, 1
    for c in inner:
        depth += (c == "(") - (c == ")")
        count += c == "," and depth == 0
    return count


def functions(path):
    """(name, lines between the braces, parameters) of each definition."""
    text = "\n".join(lines(path)) + "\n"
    text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m[0].count("\n"), text,
                  flags=re.S)
    for match in DEFINITION.finditer(text):
        yield match[1], match[3].count("\n"), parameters(match[2])


def too_much(kind, value, *where):
    if value <= LIMITS[kind] or " ".join((kind,) + where) in ALLOWED:
        return []
    return [f"{' '.join(where)}: {kind} {value}, limit {LIMITS[kind]}"]


def main():
    sources = files("src", "*.c") + files("cgi", "*.c")
    headers = files("src", "*.h") + files("cgi", "*.h")
    modules = files("www/js", "*.js")
    long, wide, lengths = [], [], []
    for path in sources:
        for name, length, count in functions(path):
            lengths.append(length)
            long += too_much("function", length, path, name)
            wide += too_much("parameters", count, path, name)
    lengths.sort()
    median = lengths[len(lengths) // 2]
    nearly_all = lengths[len(lengths) * 95 // 100]
    print(f"# {len(lengths)} functions: median {median} lines, "
          f"95 % within {nearly_all}, longest {lengths[-1]}")
    spread = []
    if median > MEDIAN or nearly_all > NEARLY_ALL:
        spread = [f"want a median of {MEDIAN} and 95 % within {NEARLY_ALL}"]
    report([
        (f"no function passes {LIMITS['function']} lines", long),
        (f"half the functions have at most {MEDIAN} lines, "
         f"95 % at most {NEARLY_ALL}", spread),
        (f"no function takes more than {LIMITS['parameters']} parameters",
         wide),
    ] + [(f"no {kind} passes {LIMITS[kind]} lines",
          [fault for path in paths
           for fault in too_much(kind, len(lines(path)), path)])
         for kind, paths in ((".c file", sources), ("header", headers),
                             ("module", modules))])


main()
