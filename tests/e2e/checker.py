#!/usr/bin/python3
"""checker.py LOG CLIENT...: whether clients saw a log exactly.

Knows nothing of Notewire but what is in the files.  LOG has a line "seq id" for
each change, in order; each CLIENT has a first line with the seq it started
after, then such a line for each change that it was shown, in the order in which
it was.  Prints what is wrong, and ends with 1 if anything is.
"""

import sys


def lines(path):
    with open(path, encoding="utf-8") as f:
        return [line.split() for line in f]


def check(log, path):
    (start,), *seen = lines(path)
    seen = [(int(seq), note) for seq, note in seen]
    wanted = [(seq, note) for seq, note in log if seq > int(start)]
    if seen == wanted:
        return []
    numbers = [seq for seq, _ in seen]
    missing = sorted(set(wanted) - set(seen))
    return [f"{path}: {len(missing)} of {len(wanted)} lost or other "
            f"({missing[:3]}), {len(numbers) - len(set(numbers))} twice, "
            f"{sum(b <= a for a, b in zip(numbers, numbers[1:]))} "
            "out of order"]


def main(log_path, *clients):
    log = [(int(seq), note) for seq, note in lines(log_path)]
    wrong = []
    if [seq for seq, _ in log] != list(range(1, len(log) + 1)):
        wrong.append("the log itself has gaps")
    for client in clients:
        wrong += check(log, client)
    print("\n".join(wrong))
    return 1 if wrong or not clients else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
