"""A QR code that was drawn on a terminal, read as a telephone reads it: by a
program that has nothing to do with the one that drew it."""

import os
import subprocess
import tempfile

from harness import need
from tap import check

SCALE = 4       # pixels a module
UPPER, LOWER, BOTH = "\u2580", "\u2584", "\u2588"


def modules(drawing):
    """Where it is dark, as (x, y), and how wide it is; other lines are
    none of it."""
    lines = [line.removeprefix("\x1b[30;107m").removesuffix("\x1b[0m")
             for line in drawing.splitlines()
             if line.startswith("\x1b[30;107m")]
    dark = set()
    for y, line in enumerate(lines):
        for x, block in enumerate(line):
            if block in (UPPER, BOTH):
                dark.add((x, 2 * y))
            if block in (LOWER, BOTH):
                dark.add((x, 2 * y + 1))
    return dark, max(map(len, lines), default=0)


def picture(dark, side):
    """As a grey map (PGM)."""
    rows = (bytes(0 if (x // SCALE, y // SCALE) in dark else 255
                  for x in range(side * SCALE))
            for y in range(side * SCALE))
    return b"P5 %d %d 255\n" % (side * SCALE, side * SCALE) + b"".join(rows)


def read_code(drawing):
    """The text of the one code that is drawn there."""
    need("zbarimg")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "code.pgm")
        with open(path, "wb") as f:
            f.write(picture(*modules(drawing)))
        done = subprocess.run(
            ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable",
             path], capture_output=True, text=True, check=False)
    check(done.returncode == 0, f"no code: {done.stderr}")
    text, end, more = done.stdout.partition("\n")
    check(end and not more, f"more than one: {done.stdout!r}")
    return text
