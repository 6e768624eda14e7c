"""What the checks of style share: the tree, and TAP."""

import fnmatch
import os

TOP = os.environ.get("top_srcdir") or os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "..", "..")

# Made by tools, not by hand.
GENERATED = ("src/store/sqlite/schema_sql.c", "tests/bench/slow_sync_shim.so",
             "src/config/keys.mdoc.in", "src/config/sample.in", "www/built/",
             "www/modules/")
NOT_OURS = ("built", "modules", "node_modules", "__pycache__", ".deps")


def files(root, *patterns):
    """Paths below a folder, from the top, whose names fit; sorted."""
    found = []
    for folder, below, names in os.walk(os.path.join(TOP, root)):
        below[:] = [name for name in below if name not in NOT_OURS]
        for name in names:
            path = os.path.relpath(os.path.join(folder, name), TOP)
            if path not in GENERATED and any(
                    fnmatch.fnmatch(name, pattern) for pattern in patterns):
                found.append(path)
    return sorted(found)


def lines(path):
    """The lines of a file, without their ends."""
    with open(os.path.join(TOP, path), encoding="utf-8",
              errors="surrogateescape", newline="\n") as f:
        return f.read().splitlines()


def report(checks):
    """Prints TAP for (claim, faults) pairs: no fault, no failure."""
    print(f"1..{len(checks)}")
    for number, (claim, faults) in enumerate(checks, 1):
        print(f"{'not ok' if faults else 'ok'} {number} - {claim}")
        for fault in faults:
            text = fault.encode("utf-8", "backslashreplace").decode()
            print(f"# {text}")
