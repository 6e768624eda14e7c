#!/usr/bin/env python3
"""coverage.py BUILDDIR PERCENT: what the tests have run of src/.

Wants a build made with --enable-coverage whose tests have run.  Prints each
file's share and, as TAP, whether the whole reaches the percentage.
"""

import gzip
import json
import os
import subprocess
import sys
import tempfile


def notes(build):
    """The .gcda files of src/, which stand beside the objects."""
    for folder, _, names in os.walk(os.path.join(build, "src")):
        for name in sorted(names):
            if name.endswith(".gcno"):
                yield os.path.join(folder, name)


def lines_of(note):
    """{source: {line: ran}} of one object."""
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run(["gcov", "--json-format", os.path.abspath(note)],
                       cwd=scratch, check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        found = {}
        for name in os.listdir(scratch):
            with gzip.open(os.path.join(scratch, name)) as f:
                data = json.load(f)
            for each in data["files"]:
                ran = found.setdefault(os.path.normpath(each["file"]), {})
                for line in each["lines"]:
                    number = line["line_number"]
                    ran[number] = ran.get(number, False) or line["count"] > 0
        return found


def main(build, percent):
    total = {}
    for note in notes(build):
        for source, ran in lines_of(note).items():
            at = source.rfind("/src/")
            if at < 0 or source.endswith("schema_sql.c"):
                continue
            known = total.setdefault(source[at + 1:], {})
            for number, hit in ran.items():
                known[number] = known.get(number, False) or hit
    hits = lines = 0
    print("1..1")
    for source in sorted(total):
        ran = total[source].values()
        print(f"# {100 * sum(ran) / len(ran):5.1f} % of {len(ran):4} lines  "
              f"{source}")
        hits += sum(ran)
        lines += len(ran)
    share = 100 * hits / lines if lines else 0
    print(f"# {share:5.1f} % of {lines:4} lines  in all")
    print(f"{'ok' if share >= percent else 'not ok'} 1 - the tests run at "
          f"least {percent} % of the lines of src/")


main(sys.argv[1], int(sys.argv[2]))
