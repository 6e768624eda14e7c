#!/usr/bin/python3
"""Proves that the tests' own tools see what they are there to see.

The checker of sequences finds loss, repetition and disorder; the readers of
HTTP, FastCGI and the held feeds understand their input however it is cut, and
those of the feeds refuse what is none.
"""

import tap as t
import wire
from feeds import EventParser, FrameParser, LineParser, faults
from tap import Failed, check, same

LOG = {n: f"note {n}" for n in range(1, 9)}


def checker(tap):
    whole = sorted(LOG.items())
    with tap.claim("a whole sequence has no fault"):
        same(faults(whole, 0, LOG), [])
        same(faults(whole[3:], 3, LOG), [])
    for what, got in (("lost", whole[:3] + whole[4:]),
                      ("lost", whole[:-1]), ("lost", whole[1:]),
                      ("twice", whole[:4] + whole[3:]),
                      ("out of order", [whole[1], whole[0]] + whole[2:]),
                      ("differ", whole[:-1] + [(8, "another")])):
        with tap.claim(f"the checker finds what is {what}"):
            check(any(what in f for f in faults(got, 0, LOG)), got)


def parsers(tap):
    text = ("\ufeffretry: 700\r\n\r\nid: e-1\r\ndata: {\r\ndata: }\r\n\r\n"
            ": x\n\nevent: up-to-date\ndata:1\n\n"
            "id\ndata:  \u00e4\r\rdata: open").encode()
    want = [("message", "{\n}", "e-1"), ("up-to-date", "1", "e-1"),
            ("message", " \u00e4", "")]
    with tap.claim("an event stream reads the same cut at every place"):
        for step in range(1, len(text) + 1):
            parser = EventParser()
            seen = []
            for at in range(0, len(text), step):
                seen += parser.feed(text[at:at + step], 0)
            same([(e.name, e.data, e.id) for e in seen], want, step)
            same(parser.retry, 700)

    coded = b"5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n"
    with tap.claim("chunks read the same cut at every place"):
        for step in range(1, len(coded) + 1):
            chunks = wire.Chunked()
            out = b"".join(chunks.feed(coded[at:at + step])
                           for at in range(0, len(coded), step))
            same((out, chunks.ended), (b"hello world", True), step)
        cut = wire.Chunked()
        cut.feed(coded[:-3])
        same(cut.ended, False)

    coded = wire.record(wire.STDOUT, b"Status: 200\r\n\r\n", padding=3) \
        + wire.record(wire.STDERR, b"oops") \
        + wire.record(wire.STDOUT, b"") + wire.record(wire.END, bytes(8))
    with tap.claim("FastCGI records read the same cut at every place"):
        for step in range(1, len(coded) + 1):
            frames = wire.FcgiFrames()
            out = b"".join(frames.feed(coded[at:at + step])
                           for at in range(0, len(coded), step))
            same((out, frames.ended, frames.stderr),
                 (b"Status: 200\r\n\r\n", True, b"oops"), step)

    with tap.claim("long names and values are written in four bytes"):
        same(wire.pairs([(b"a" * 127, b"b" * 128)]),
             b"\x7f\x80\0\0\x80" + b"a" * 127 + b"b" * 128)


NONCE = "A" * 22
POLICY = f"default-src 'none'; script-src 'nonce-{NONCE}'; base-uri 'none'"
PRELUDE = '<!DOCTYPE html>\n<html lang="en">\n<meta charset="utf-8">\n' \
    "<title>x</title>\n<!--   -->\n"
OPEN = '{"event":"open","retry":700}'
CHANGE = '{"seq":"e-1","id":"\u00e4"}'
END = '{"event":"end","reason":"size","retry":900}'


def script(values, nonce=NONCE):
    return f'<script nonce="{nonce}">document.currentScript.remove();' \
        f"parent.notewire([{values}])</script>\n"


def value_parsers(tap):
    want = [("message", "e-1"), ("heartbeat", ""), ("end", "")]
    for what, text, make in (
            ("a feed of lines", f"{OPEN}\n{CHANGE}\n{{}}\n{END}\n",
             LineParser),
            ("a frame", PRELUDE + script(OPEN) + script(CHANGE + ",{}")
             + script(END), lambda: FrameParser(POLICY))):
        coded = text.encode()
        with tap.claim(f"{what} reads the same cut at every place"):
            for step in range(1, len(coded) + 1):
                parser = make()
                seen = []
                for at in range(0, len(coded), step):
                    seen += parser.feed(coded[at:at + step], 0)
                same([(e.name, e.id) for e in seen], want, step)
                same(seen[-1].json(), {"reason": "size"})
                same((parser.retry, parser.whole()), (900, True))


def refusals(tap):
    for what, text in (
            ("no open", f"{CHANGE}\n"), ("a second open", f"{OPEN}\n" * 2),
            ("no object", f"{OPEN}\n1\n"), ("no JSON", f"{OPEN}\n{{]\n"),
            ("NaN", f'{OPEN}\n{{"seq":NaN}}\n'), ("no line", f"{OPEN}\n\n")):
        with tap.claim(f"the reader of lines refuses {what}"):
            refuses(LineParser(), text)
    good = script(OPEN)
    for what, text in (
            ("no prelude", good), ("another nonce", PRELUDE + script(
                OPEN, "B" * 22)),
            ("an element", PRELUDE + good + "<b>"),
            ("text", PRELUDE + good + "text\n<b"),
            ("a reference", PRELUDE + good + "&amp; "),
            ("a script in a script", PRELUDE + script("\"<script>\"")),
            ("another call", PRELUDE + script(OPEN).replace(
                "parent.", "top.")),
            ("a second call", PRELUDE + script(OPEN + "]);x([")),
            ("a separator", PRELUDE + script('{"a":"\u2028"}'))):
        with tap.claim(f"the reader of frames refuses {what}"):
            refuses(FrameParser(POLICY), text)


def refuses(parser, text):
    try:
        parser.feed(text.encode(), 0)
    except (wire.Broken, Failed, ValueError):
        return
    raise Failed(f"taken: {text!r}")


def body(tap):
    checker(tap)
    parsers(tap)
    value_parsers(tap)
    refusals(tap)


if __name__ == "__main__":
    t.main(body)
