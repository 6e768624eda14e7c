"""Prints test results as TAP (version 13), one line a claim."""

import os
import sys
import time
import traceback

LONG = os.environ.get("NOTEWIRE_LONG") == "1"


class Failed(Exception):
    """A claim that does not hold; its text says what was seen."""


class Skipped(Exception):
    """A claim that cannot be tried here; its text says why."""


def check(condition, seen=""):
    """Raises Failed unless the condition holds."""
    if not condition:
        raise Failed(str(seen))


def same(got, want, what=""):
    """Raises Failed unless both are equal."""
    if got != want:
        raise Failed(f"{what}: got {got!r}, want {want!r}")


class Claim:
    """One test point: `with tap.claim("a retry is applied once"): ...`"""

    def __init__(self, tap, name):
        self.tap = tap
        self.name = name

    def __enter__(self):
        self.started = time.monotonic()
        return self

    def __exit__(self, kind, problem, trace):
        if kind is None:
            self.tap.report(True, self.name)
        elif issubclass(kind, Skipped):
            self.tap.report(True, self.name, skip=str(problem))
        elif issubclass(kind, Exception):
            took = time.monotonic() - self.started
            trace = traceback.format_exception(kind, problem, trace)
            self.tap.report(False, self.name,
                            f"after {took:.2f} s\n{''.join(trace)}")
        else:
            return False
        return True


class Tap:
    """Numbers and prints the claims of one program."""

    def __init__(self):
        self.count = 0
        self.failed = 0
        print("TAP version 13", flush=True)

    def claim(self, name):
        return Claim(self, name)

    def report(self, held, name, why="", skip=None):
        self.count += 1
        self.failed += not held
        line = f"{'ok' if held else 'not ok'} {self.count} - {name}"
        if skip is not None:
            line += f" # SKIP {skip}"
        print(line, flush=True)
        for text in why.splitlines():
            self.note(text)

    def note(self, text):
        """A line for people, that no harness counts."""
        safe = text.encode("utf-8", "backslashreplace").decode("utf-8")
        print(f"# {safe}", flush=True)

    def finish(self):
        """Prints the plan; the value is for sys.exit."""
        if self.count == 0:
            print("1..0 # SKIP nothing was tried", flush=True)
            return 1
        print(f"1..{self.count}", flush=True)
        return 1 if self.failed else 0


def main(body):
    """Runs body(tap); an exception outside a claim is a failed claim too."""
    tap = Tap()
    try:
        body(tap)
    except Skipped as reason:
        tap.report(True, "the whole file", skip=str(reason))
    except Exception:
        tap.report(False, "the test itself runs", traceback.format_exc())
    sys.exit(tap.finish())
