#!/usr/bin/python3
"""Proves that nothing anybody writes can pass for what the service says.

Hostile strings go through every text that a client can set: a note's title
and text, an item's text, the board's title, a link's label, a file's name.
They are read back over each held feed, live and as the backlog, by readers
that take the wire's rules at their word and pass nothing they do not expect:
exactly what was sent arrives, no more, in order and unchanged.
"""

import json
import re
from urllib.parse import quote

import tap as t
from api import Board, Client, new_id, put_op
from feeds import STREAMS, EventStream, FrameParser, LineParser
from harness import served
from tap import check, same

CURSOR = re.compile(r"[a-z0-9]{8}-[0-9]+")

HOSTILE = [
    "</script>", "</script><script>parent.hit=1</script>", "</SCRIPT >",
    "<!--<script>", "<!--", "-->", "--!>", "]]>", "<![CDATA[", "<script",
    "</title><img src=x onerror=parent.hit=1>", "&lt;&#60;&amp;&", "<", ">",
    "\r", "\n", "\r\n", "\n\n", "\r\r", "\n\r\n\r", "a\rb\nc\r\nd",
    "data: x", "\ndata: {}\n\n", "\n\nid: zzzzzzzz-9\n\n",
    "\nevent: end\ndata: {\"reason\":\"gone\"}\n\n", "\r\rretry: 1\r\r",
    ": comment\n\n", "\nid\n", "\u0085id: 1\u0085", "\u2028\u2029",
    "\u2028data: x\u2028\u2028", "\x0b\x0cdata: x\x0b\x0b", "\x1b[31m\x07\x08",
    "\x01\x02\x1e\x1f\x7f", "\x1e{\"event\":\"end\"}\x1e", "\\u0000",
    "\\u000a\\u000adata: x", "\\", "\\\\", "\\\"", "\"", "\"}", "\"}\n{}\n{\"",
    "\"]);parent.hit=1;parent.notewire([\"", "'", "`${parent.hit=1}`",
    "{\"event\":\"end\",\"reason\":\"gone\"}", "{}", "\n{}\n", "[]",
    "parent.notewire([{}])", "])</script>\n<script>", "*/ parent.hit=1 /*",
    "\ufeff", "\ufeffdata: x", "\u202e\u2066gnp.exe\u2069",
    "\u200b\u200d\u00ad",
    "\ufffe\uffff\ufdd0", "\U0001f469\u200d\U0001f4bb", "e\u0301\u0307" * 20,
    "__proto__", "constructor", "null", "", " ", " lead and trail ", "\t",
    "e-1", "+ADw-script+AD4-", "javascript:parent.hit=1", "%0d%0aX: y",
    "\\x3c/script\\x3e", "\\u003c/script\\u003e", "x" * 900,
]


def strict_blocks(body):
    """The events of a whole stream (HTML Living Standard, 9.2.5 and 9.2.6).

    More is not forgiven than our own writer needs: LF alone ends lines, each
    block is a retry, or one event of known fields, each once, in this order.
    """
    text = body.decode("utf-8", "strict")
    check("\r" not in text and not text.startswith("\ufeff"), text[:80])
    *blocks, rest = text.split("\n\n")
    same(rest, "", "after the last block")
    block_form = re.compile(
        r"retry: [0-9]+|(?:event: ([a-z-]+)\n)?(?:id: ([^\n]*)\n)?"
        r"data: ([^\n]*)")
    for block in blocks:
        found = block_form.fullmatch(block)
        check(found, f"no block: {block!r}")
        name, cursor, data = found.groups()
        if data is None:
            continue
        value = json.loads(data)
        if name is None:
            check(CURSOR.fullmatch(cursor), cursor)
            same(value["seq"], cursor)
            yield "change", value
        else:
            same(cursor, None, name)
            yield name, value


def strict_values(parser, body):
    """The values of a whole stream, of which nothing is left over."""
    check(b"\r" not in body, "CR in the body")
    for event in parser.feed(body, 0):
        yield ("change" if event.name == "message" else event.name,
               event.json())
    check(parser.whole(), "the body ends within something")


def read_whole(stream, body):
    """What a stream said, by the rules of its type alone."""
    kind = stream.header("content-type")
    if kind == STREAMS["eventsource"]:
        return list(strict_blocks(body))
    if kind == STREAMS["continuous"]:
        return list(strict_values(LineParser(), body))
    same(kind, STREAMS["htmlfile"])
    return list(strict_values(
        FrameParser(stream.header("content-security-policy")), body))


def spoken(board, feed, since="0"):
    """All that a feed says up to where it is up to date, by whole bodies."""
    said = []
    while True:
        stream = board.reader.open(
            f"{board.path}/changes?feed={feed}&since={since}")
        body = stream.read(20)      # no slot: it ends by itself
        said += read_whole(stream, body)
        stream.close()
        name, value = said[-1]
        same(name, "end")
        if value["reason"] == "busy":
            return said[:-1]
        same(value["reason"], "size")
        since = value["last_seq"]
        said.pop()


def written(doc):
    """What of a document somebody wrote."""
    kept = {name: doc[name] for name in ("title", "text", "by") if name in doc}
    if "items" in doc:
        kept["items"] = [item["text"] for item in doc["items"]]
    if doc.get("files"):
        kept["files"] = [file["name"] for file in doc["files"]]
    return kept


def is_a_name(text):
    """Whether a file may be called so: no controls, no path."""
    return 0 < len(text.encode()) <= 255 and not re.search(
        "[\0-\x1f\x7f-\x9f/\\\\]", text)


def write_names(board):
    """A note with a file for each string that may name one.

    A log row shows the files that its note has now, so only the row of the
    file itself is asked for its name.
    """
    wanted = []
    for text in filter(is_a_name, HOSTILE):
        note = board.note("it has a file")["id"]
        by = {"title": "", "text": "it has a file", "by": None}
        board.writer.ask(
            "PUT", f"{board.path}/files/{new_id()}?note={note}&name="
            + quote(text, safe=""), body=b"x", expect=201)
        wanted += [(note, by), (note, {**by, "files": [text]})]
    return wanted


def write_all(site, board):
    """Writes every string to every place; what is to arrive, in order."""
    wanted = []
    for text in HOSTILE:
        label = text if len(text.encode()) <= 100 else ""
        link = board.admin.post(board.path + "/links", {
            "role": "write", "label": label}, expect=201).json()
        wanted.append(("_links", None))
        by = Client(site.http, link["token"])
        docs = [{"title": text, "text": text},
                {"title": text, "kind": "checklist",
                 "items": [{"id": new_id(), "text": text}]}]
        for doc in docs:
            made = by.post(board.path + "/notes", doc, expect=201).json()
            wanted.append((made["id"], {**written(doc), "by": label or None}))
        if len(text.encode()) <= 200:
            board.admin.patch(board.path, {"title": text}, expect=200)
            same(board.snapshot()["board"]["title"], text)
            wanted.append(("_board", None))
    wanted += write_names(board)
    last = board.ops([put_op("the last")])[0]
    wanted.append((last["id"], {"title": "", "text": "the last", "by": None}))
    return wanted


def arrived(values):
    return [(v["id"], written(v["doc"]) if "doc" in v else None)
            for v in values]


def compare(got, wanted):
    """Names the first difference; the whole would fill pages."""
    for (name, doc), (other_name, other) in zip(got, wanted):
        same(name, other_name)
        if isinstance(doc, dict) and "files" not in other:
            doc = {k: v for k, v in doc.items() if k != "files"}
        same(doc, other)
    same(len(got), len(wanted))


def refused(tap, board):
    with tap.claim("what is no text is refused, and nothing is stored"):
        head = board.head()
        for raw in (b'"\\u0000"', b'"\\ud800"', b'"\0"', b'"\n"', b'"\xff"',
                    b'"\xed\xa0\x80"', b'"\xc0\xbc"'):
            answer = board.writer.ask(
                "POST", board.path + "/notes", None,
                [("Content-Type", "application/json")],
                body=b'{"text":' + raw + b"}")
            check(400 <= answer.status < 500, f"{raw}: {answer}")
        same(board.head(), head)


def opened(board, feed, since):
    return EventStream(board.reader,
                       f"{board.path}/changes?feed={feed}&since={since}")


def heard(board, stream, count):
    """So many changes of a stream; a frame that is full has its next."""
    seen = []
    while len(seen) < count:
        event = stream.next(5)
        if event.name == "end":
            same(event.json(), {"reason": "size", "last_seq": seen[-1]["seq"]})
            same(stream.next(5), None)
            stream = opened(board, "htmlfile", seen[-1]["seq"])
        elif event.name == "message":
            same(event.id, event.json()["seq"])
            seen.append(event.json())
        else:
            check(event.name in ("heartbeat", "up-to-date"), event)
    stream.close()
    return seen


def injection(tap, site):
    board = Board(site.http)
    live = {feed: opened(board, feed, "now") for feed in STREAMS}
    for stream in live.values():
        stream.until("heartbeat")
    wanted = write_all(site, board)
    tap.note(f"{len(HOSTILE)} strings, {len(wanted)} changes")

    for feed, stream in live.items():
        with tap.claim(f"{feed}: live, every string arrives as it was written "
                       "and makes nothing up"):
            compare(arrived(heard(board, stream, len(wanted))), wanted)

    log = board.log()
    with tap.claim("poll: every string arrives as it was written"):
        compare(arrived(log), wanted)
    refused(tap, board)
    return board, log


def backlog(tap, board, log):
    for feed in STREAMS:
        with tap.claim(f"{feed}: the backlog is those changes, up-to-date, "
                       "and not a word more"):
            said = spoken(board, feed)
            same([name for name, _ in said],
                 ["change"] * len(log) + ["up-to-date"])
            for (_, value), change in zip(said, log):
                same(value, change)
            same(said[-1][1], {"last_seq": log[-1]["seq"]})


def body(tap):
    # One slot only, and taken: then a stream ends by itself when it is done,
    # and its whole body can be judged.
    with served(tap, "socket") as site:
        board, log = injection(tap, site)
        site.configure({"http.holds": "1"})
        site.restart_responder()
        taken = EventStream(
            board.reader, board.path + "/changes?feed=eventsource&since=now")
        taken.until("heartbeat")
        backlog(tap, board, log)
        taken.close()


if __name__ == "__main__":
    t.main(body)
