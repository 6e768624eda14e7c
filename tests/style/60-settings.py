#!/usr/bin/env python3
"""Every setting is set by a test of what it does, every exit code is seen.

That the table of keys is read in the same way everywhere is proven for all keys
alike (tests/unit/config_test.c, tests/e2e/98-keys.py); here each must also be
set, by its name, where a test looks at what comes of it.  Of the exit codes of
notewire the manual has those of the code, and a test has each.
"""

import re

from house import files, lines, report

# What no test sets by its name, since all of them stand on it, and where.
ELSEWHERE = {
    "store.dir": ("tests/e2e/harness.py", '{"store": {"dir": self.data}'),
}
SYSEXITS = {"EX_OK": 0, "EX_USAGE": 64, "EX_DATAERR": 65, "EX_NOINPUT": 66,
            "EX_NOUSER": 67, "EX_NOHOST": 68, "EX_UNAVAILABLE": 69,
            "EX_SOFTWARE": 70, "EX_OSERR": 71, "EX_OSFILE": 72,
            "EX_CANTCREAT": 73, "EX_IOERR": 74, "EX_TEMPFAIL": 75,
            "EX_PROTOCOL": 76, "EX_NOPERM": 77, "EX_CONFIG": 78}


def text_of(path):
    return "\n".join(lines(path))


def keys():
    return [f"{section}.{name}" for section, name in re.findall(
        r'^\t(?:TEXT|NUMBER|ENUM)\("(\w+)", "(\w+)"',
        text_of("src/config/keys.c"), re.M)]


def sets(key, text):
    """"feed.retry_min": "1s"; retry_min="1s" where [daemon] is meant."""
    section, name = key.split(".")
    return re.search(rf"(?<![\w.])['\"`]?{section}\.{name}['\"`]?\s*[:=]",
                     text) or \
        section == "daemon" and re.search(
            rf"\bagain\([^()]*\b{name}=", text)


def key_faults():
    tests = [text_of(path) for path in
             files("tests/e2e", "[0-9]*.py", "daemon.py")
             + files("tests/browser", "*.mjs") + files("tests/unit", "*.c")
             if not path.endswith("config_test.c")]
    faults = [] if len(keys()) > 50 else ["keys.c: too few keys found"]
    for key in keys():
        if key in ELSEWHERE:
            path, words = ELSEWHERE[key]
            if words not in text_of(path):
                faults.append(f"{key}: {path} has no {words}")
        elif not any(sets(key, text) for text in tests):
            faults.append(f"{key}: no test sets it")
    return faults + [f"{key}: there is no such key"
                     for key in ELSEWHERE if key not in keys()]


def told_codes():
    manual = text_of("src/notewire/notewire.1")
    part = manual[manual.index(".Sh EXIT STATUS"):]
    return set(map(int, re.findall(r"^\.It (\d+)$", part, re.M)))


def coded_codes():
    text = "\n".join(text_of(path) for path in
                     files("src/notewire", "*.[ch]") + ["src/base/status.c"])
    return {SYSEXITS[name] for name in re.findall(r"\bEX_[A-Z]+\b", text)}


def seen_codes():
    """Those that tests of the command line wait for."""
    seen = set()
    for path in files("tests/e2e", "9[5-9]-*.py"):
        seen |= {SYSEXITS.get(word) or int(word) for word in re.findall(
            r"(?:\bfails\(|\.returncode, |\bsame\(\(?code, \(?)"
            r"(\d+|EX_[A-Z]+)\b", text_of(path))
            if word != "EX_OK"}
    return seen


def code_faults():
    told = told_codes()
    return [f"{code}: not in the manual" for code in
            sorted(coded_codes() - told)] + \
        [f"{code}: only in the manual" for code in
         sorted(told - coded_codes())] + \
        [f"{code}: no test sees it" for code in sorted(told - seen_codes())]


def main():
    report([("every setting is set by a test of what it does", key_faults()),
            ("every exit code of notewire is in the manual, and seen by a "
             "test", code_faults())])


main()
