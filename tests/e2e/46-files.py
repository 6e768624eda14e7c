#!/usr/bin/python3
"""Proves that a note's files come back byte for byte, or were never there.

By every way: sizes around the one at which a content leaves the database, and
the greatest; names, ranges, entity tags, limits, and that a reader hears of a
file at once.  Straight to the responder: bodies that stall or end early leave
nothing, and after kill -9 in the midst of uploads every file that is there is
whole and every acknowledged one is there.
"""

import hashlib
import os
import random
import threading
import time
import urllib.parse

import tap as t
from api import Board, Client, new_id, seq_of
from feeds import EventStream
from harness import WAYS, served, wait_for
from tap import check, same
from wire import STDIN, Broken, begin, environment, params_records, record

INLINE = 64 << 10
MOST = 10 << 20
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(40)
HARMFUL = ("a\r\nSet-Cookie: x=1", "a\n", "\x01", "\x7f", "a\u0085", "../x",
           "a/b", "a\\b", "", "n" * 256)
KILLS = 60 if t.LONG else 12


def path(board, file, note=None, name=None):
    query = {k: v for k, v in (("note", note), ("name", name))
             if v is not None}
    return f"{board.path}/files/{file}" + (
        "?" + urllib.parse.urlencode(query, quote_via=urllib.parse.quote)
        if query else "")


def put(board, file, note, body, name=None, expect=201, headers=(),
        client=None):
    return (client or board.writer).ask(
        "PUT", path(board, file, note, name), body=body, expect=expect,
        headers=headers, timeout=30)


def get(board, file, headers=(), expect=200, method="GET"):
    return board.reader.ask(method, path(board, file), None, headers, expect,
                            timeout=30)


def tag_of(body):
    return f'"{hashlib.sha256(body).hexdigest()[:40]}"'


def on_disk(site, where):
    """The files below a folder of the data directory, and what they hold."""
    found = {}
    for folder, _, names in os.walk(os.path.join(site.data, where)):
        for name in names:
            with open(os.path.join(folder, name), "rb") as f:
                found[os.path.basename(folder) + name] = f.read()
    return found


def check_contents(site):
    """Each content in files/ is what it is named after."""
    for name, body in on_disk(site, "files").items():
        same(hashlib.sha256(body).hexdigest(), name, "a content's name")


def up_and_down(tap, site, board):
    note = board.note()["id"]
    for size in (0, 1, INLINE - 1, INLINE, INLINE + 1, MOST):
        body, file = random.randbytes(size), new_id()
        with tap.claim(f"{size} bytes come back as they went"):
            made = put(board, file, note, body, "x.bin")
            got = get(board, file)
            check(got.body == body, f"{len(got.body)} bytes")
            same(made.header("location"),
                 f"/notewire/api{path(board, file)}")
            same((made.header("etag"), got.header("etag")),
                 (tag_of(body), tag_of(body)))
            doc = made.json()
            same((doc["id"], doc["name"], doc["type"], doc["size"]),
                 (file, "x.bin", "application/octet-stream", size))
            same(board.snapshot()["notes"][0]["files"][-1], doc)
            head = get(board, file, method="HEAD")
            # Apache drops the length of an answer to HEAD
            check(head.header("content-length") in (str(size), None))
            same(head.body, b"")
    with tap.claim("what is too large for a row is a file of its own, once"):
        same(sorted(len(b) for b in on_disk(site, "files").values()),
             [INLINE + 1, MOST])
        check_contents(site)
        same(on_disk(site, "incoming"), {})
        again = new_id()
        put(board, again, note, get(board, file).body)
        same(len(on_disk(site, "files")), 2)
    with tap.claim("the last one to go takes its content along"):
        for each in board.snapshot()["notes"][0]["files"]:
            board.writer.delete(path(board, each["id"]), expect=204)
            get(board, each["id"], expect=404)
        same(on_disk(site, "files"), {})
        same(board.snapshot()["notes"][0]["files"], [])


def headers(tap, board):
    note, file = board.note()["id"], new_id()
    with tap.claim("the type is told by the bytes, never by the client"):
        for body, said, wanted in (
                (PNG, "text/html", "image/png"),
                (b"\xff\xd8\xff\xdb" + bytes(9), "image/svg+xml", "image/jpeg"),
                (b"GIF89a" + bytes(9), "text/javascript", "image/gif"),
                (b"RIFF\1\0\0\0WEBPVP8 ", "text/css", "image/webp"),
                (b"<script>x</script>", "image/png", None),
                (b"<svg/>", "image/svg+xml; charset=utf-16", None)):
            file = new_id()
            made = put(board, file, note, body,
                       headers=[("Content-Type", said)]).json()
            got = get(board, file)
            same((made["type"], got.header("content-type")),
                 (wanted or "application/octet-stream",) * 2)
            same(made["name"], "file")
    with tap.claim("no browser is to show or run it"):
        same({n: got.header(n) for n in (
            "x-content-type-options", "content-security-policy",
            "cross-origin-resource-policy", "cache-control",
            "accept-ranges")},
            {"x-content-type-options": "nosniff",
             "content-security-policy": "default-src 'none'; sandbox",
             "cross-origin-resource-policy": "same-origin",
             "cache-control": "private, no-cache", "accept-ranges": "bytes"})
        check(got.header("content-disposition").startswith("attachment; "))
    with tap.claim("names keep their quotes, spaces and letters of all kinds"):
        for name, plain in (("a \"b\".txt", "a _b_.txt"),
                            ("r\u00e9sum\u00e9 \U0001f600.pdf", "r_sum_ _.pdf"),
                            ("50%;x=1", "50_;x=1"), ("n" * 255, "n" * 255)):
            file = new_id()
            same(put(board, file, note, b"x", name).json()["name"], name)
            same(get(board, file).header("content-disposition"),
                 f'attachment; filename="{plain}"; filename*=UTF-8\'\''
                 + urllib.parse.quote(name, safe="!#$&+-.^_`|~"))
    with tap.claim("names that could do harm are refused"):
        head = board.head()
        for name in HARMFUL:
            bad = put(board, new_id(), note, b"x", name, expect=400)
            # lighttpd refuses some itself
            check(bad.slug() in ("bad-query", None), ascii(name))
        raw = f"{path(board, new_id(), note)}&name=%ff"
        same(board.writer.ask("PUT", raw, body=b"x").status, 400)
        same(board.head(), head)


def ranges(tap, board):
    note = board.note()["id"]
    for body in (random.randbytes(1000), random.randbytes(INLINE + 1000)):
        file, n = new_id(), len(body)
        put(board, file, note, body)
        tag, where = tag_of(body), "a row" if n < INLINE else "a file"

        def part(value, *more, file=file, **options):
            return get(board, file, [("Range", value), *more], **options)

        with tap.claim(f"a part of {where} is that part"):
            for value, first, last in (
                    ("bytes=0-0", 0, 0), ("bytes=10-19", 10, 19),
                    (f"bytes={n - 5}-", n - 5, n - 1),
                    ("bytes=-7", n - 7, n - 1),
                    (f"bytes=-{n + 9}", 0, n - 1),
                    (f"bytes=3-{n + 9}", 3, n - 1)):
                got = part(value, expect=206)
                check(got.body == body[first:last + 1], value)
                same((got.header("content-range"), got.header("etag")),
                     (f"bytes {first}-{last}/{n}", tag))
        with tap.claim(f"a part past the end of {where} is 416"):
            got = part(f"bytes={n}-", expect=416)
            same((got.header("content-range"), got.slug()),
                 (f"bytes */{n}", "bad-range"))
        with tap.claim(f"several parts and no parts of {where} are the whole"):
            for value in ("bytes=0-1,5-9", "bytes=9-1", "items=0-1", "x"):
                got = part(value, expect=200)
                check(got.body == body, value)
        with tap.claim(f"If-Range of {where}: a part of the same, the whole "
                       "of another"):
            part("bytes=0-1", ("If-Range", tag), expect=206)
            for other in ('"other"', "W/" + tag, "*",
                          "Sat, 29 Oct 2094 19:43:31 GMT"):
                part("bytes=0-1", ("If-Range", other), expect=200)
        with tap.claim(f"who has {where} already is told so"):
            for value in (tag, "W/" + tag, f'"x", {tag}', "*"):
                got = get(board, file, [("If-None-Match", value)], expect=304)
                same((got.body, got.header("etag"),
                      got.header("cache-control")),
                     (b"", tag, "private, no-cache"))
            get(board, file, [("If-None-Match", '"x"')])


def rules(tap, board):
    note, file, body = board.note()["id"], new_id(), b"once"
    with tap.claim("the same file again is answered 200 and is no change"):
        made = put(board, file, note, body).json()
        head = board.head()
        same(put(board, file, note, body, expect=200).json(), made)
        same(board.head(), head)
    with tap.claim("another file under its id is 409"):
        for bad in (put(board, file, note, b"twice", expect=409),
                    put(board, file, note, body, "other", expect=409)):
            same(bad.slug(), "exists")
        same(board.head(), head)
    with tap.claim("without its note there is no file"):
        gone = board.note()
        board.writer.delete(board.note_path(gone["id"]),
                            [("If-Match", f'"{gone["rev"]}"')], expect=204)
        for other in (new_id(), "x", gone["id"]):
            same(put(board, new_id(), other, body, expect=404).slug(),
                 "not-found")
        same(put(board, new_id(), None, body, expect=400).slug(), "bad-query")
    with tap.claim("a file is its board's alone, and readers only read"):
        other = Board(board.writer.via)
        get(other, file, expect=404)
        same(put(board, new_id(), note, body, expect=403,
                 client=board.reader).slug(), "forbidden")
        board.reader.delete(path(board, file), expect=403)
        put(board, new_id(), note, body, expect=404,
            client=Client(board.writer.via))
        board.writer.ask("POST", path(board, file), body=b"", expect=405)
    with tap.claim("edits of the note leave its files alone"):
        board.writer.patch(board.note_path(note), {"text": "new", "files": []},
                           [("If-Match", "*")], expect=200)
        same([f["id"] for f in board.reader.get(board.note_path(note))
             .json()["files"]], [file])


def live(tap, board):
    note, file = board.note()["id"], new_id()
    with tap.claim("a reader hears of a file, and of its end, at once"):
        stream = EventStream(board.reader, board.path + "/changes?since="
                             + board.head() + "&feed=eventsource")
        stream.until("up-to-date")
        put(board, file, note, PNG, "p.png")
        change = stream.until("message")[-1].json()
        same(([f["name"] for f in change["doc"]["files"]],
              change["doc"]["rev"]), (["p.png"], str(seq_of(change["seq"]))))
        board.writer.delete(path(board, file), expect=204)
        same(stream.until("message")[-1].json()["doc"]["files"], [])
        stream.close()


def limits(tap, way):
    settings = {"limit.file_bytes": "2K", "limit.board_bytes": "3K",
                "limit.store_bytes": "4K"}
    with served(tap, way, settings) as site:
        one, two = Board(site.http), Board(site.http)
        notes = {b: b.note()["id"] for b in (one, two)}

        def room(board, size, expect):
            return put(board, new_id(), notes[board], bytes(size),
                       expect=expect)
        with tap.claim("a file has its limit, a board, and the whole: "
                       "to the byte"):
            same(one.snapshot()["limits"]["file_bytes"], 2048)
            same(room(one, 2049, 413).slug(), "too-large")
            room(one, 2048, 201)
            same(room(one, 1025, 413).slug(), "quota-exceeded")
            room(one, 1024, 201)
            same(room(one, 1, 413).slug(), "quota-exceeded")
            same(room(two, 1025, 413).slug(), "quota-exceeded")
            room(two, 1024, 201)
            same(room(two, 1, 413).slug(), "quota-exceeded")
        with tap.claim("a deleted board gives its room back"):
            one.admin.delete(one.path, expect=204)
            room(two, 2048, 201)
        with tap.claim("a file far over its limit is refused before it is "
                       "read"):
            for size in (1 << 20, 12 << 20):
                same(room(two, size, 413).slug(), "too-large")


def partial(board, file, note, announced, body, whole=False):
    """The records of an upload; without `whole` it stops in the midst."""
    env = environment("PUT", path(board, file, note), board.writer.fixed,
                      None, "localhost")
    if announced is not None:
        env.append((b"CONTENT_LENGTH", b"%d" % announced))
    sent = begin() + params_records(env)
    for at in range(0, len(body), 32000):
        sent += record(STDIN, body[at:at + 32000])
    return sent + (record(STDIN, b"") if whole else b"")


def broken(tap):
    with served(tap, "socket", {"http.io_timeout": "700ms"}) as site:
        board = Board(site.http)
        note, head = board.note()["id"], board.head()
        large = bytes(INLINE * 3)

        def nothing():
            same(board.head(), head)
            same(board.snapshot()["notes"][0]["files"], [])
            same((on_disk(site, "files"), on_disk(site, "incoming")), ({}, {}))
        for body in (b"x", large):
            with tap.claim(f"a body that stalls after {len(body)} bytes "
                           "is 408 and leaves nothing"):
                got = site.direct.raw(partial(board, new_id(), note,
                                              MOST, body))
                same((got.status, got.slug()), (408, "timeout"))
                nothing()
            with tap.claim(f"a body that ends after {len(body)} bytes "
                           "is 400 and leaves nothing"):
                got = site.direct.raw(partial(board, new_id(), note,
                                              MOST, body, whole=True))
                same((got.status, got.slug()), (400, "truncated"))
                nothing()
        with tap.claim("a client that leaves in the midst leaves nothing"):
            mark = site.log_mark("fcgi.log")
            sock = site.direct.connect()
            sock.sendall(partial(board, new_id(), note, MOST, large))
            wait_for(lambda: on_disk(site, "incoming"), 5, "the upload")
            sock.close()
            wait_for(lambda: not on_disk(site, "incoming"), 5, "its end")
            nothing()
            check(b"error" not in site.log_since("fcgi.log", mark))
        with tap.claim("names that could do harm are refused by the "
                       "responder itself"):
            for name in HARMFUL:
                got = site.direct.ask("PUT", path(board, new_id(), note, name),
                                      board.writer.fixed, b"x")
                same((got.status, got.slug()), (400, "bad-query"), ascii(name))
            nothing()
        with tap.claim("without a length the body is read to its end"):
            for body in (b"", large):
                file = new_id()
                sent = partial(board, file, note, None, body, whole=True)
                same(site.direct.raw(sent).status, 201)
                check(get(board, file).body == body)
            got = site.direct.raw(partial(board, new_id(), note, None,
                                          bytes(MOST + 1), whole=True), 30)
            same((got.status, got.slug()), (413, "too-large"))
            same(on_disk(site, "incoming"), {})


class Uploader(threading.Thread):
    """Puts files, each until it is answered."""

    def __init__(self, site, board, note, stop, seed):
        super().__init__(daemon=True)
        self.site, self.board, self.note = site, board, note
        self.stop = stop
        self.chance = random.Random(seed)
        self.done = {}
        self.tried = {}
        self.fault = None

    def run(self):
        try:
            while not self.stop.is_set() and len(self.done) < 150:
                file = new_id()
                size = self.chance.choice((100, INLINE, INLINE + 1, 600_000))
                self.tried[file] = self.chance.randbytes(size)
                self.insist(file)
                if self.chance.random() < 0.3:
                    gone = self.chance.choice(list(self.done))
                    del self.done[gone], self.tried[gone]
                    self.insist(gone, "DELETE")
        except Exception as problem:
            self.fault = f"{type(problem).__name__}: {problem}"

    def insist(self, file, method="PUT"):
        client = Client(self.site.direct, self.board.tokens["write"])
        good = (200, 201) if method == "PUT" else (204, 404)
        while True:
            try:
                if method == "PUT":
                    got = client.ask(
                        "PUT", path(self.board, file, self.note),
                        body=self.tried[file])
                else:
                    got = client.delete(path(self.board, file))
                if got.status in good:
                    break
                check(got.status >= 500, got)
            except (OSError, Broken, ValueError):
                pass
            time.sleep(0.01)        # the pace of a client that insists
        if method == "PUT":
            self.done[file] = self.tried[file]


def kills(tap):
    with served(tap, "socket", {"limit.board_bytes": "10G"}) as site:
        seed = random.SystemRandom().randrange(1 << 30)
        tap.note(f"seed {seed}")
        chance = random.Random(seed)
        board = Board(site.http)
        stop = threading.Event()
        crew = [Uploader(site, board, board.note()["id"], stop, seed + i)
                for i in range(3)]
        for one in crew:
            one.start()
        with tap.claim("uploads go on while the responder is killed again "
                       "and again"):
            for _ in range(KILLS):
                # The moment is random so as to hit any point of an upload.
                time.sleep(chance.uniform(0.02, 0.25))
                site.responder.kill()
                site.start_again()
            stop.set()
            for one in crew:
                one.join(60)
            same([one.fault for one in crew if one.fault], [])
            check(all(len(one.done) > 0 for one in crew))
            tap.note(f"{sum(len(o.done) for o in crew)} files, {KILLS} kills")
        shown = {f["id"] for n in board.snapshot()["notes"]
                 for f in n["files"]}
        with tap.claim("every acknowledged file is there and whole"):
            for one in crew:
                for file, body in one.done.items():
                    check(file in shown, f"{file} is missing")
                    check(get(board, file).body == body, file)
        with tap.claim("every file that is there was sent and is whole"):
            tried = {f: b for one in crew for f, b in one.tried.items()}
            for file in shown:
                check(get(board, file).body == tried[file], file)
            check_contents(site)
        with tap.claim("no row is without its content, and sizes add up"):
            same(sum(f["size"] for n in board.snapshot()["notes"]
                     for f in n["files"]),
                 sum(len(tried[f]) for f in shown))


def everything(tap):
    for way in WAYS:
        with served(tap, way) as site:
            tap.note(way)
            board = Board(site.http)
            up_and_down(tap, site, board)
            headers(tap, Board(site.http))
            ranges(tap, Board(site.http))
            rules(tap, Board(site.http))
            live(tap, Board(site.http))
    limits(tap, WAYS[0])
    broken(tap)
    kills(tap)


if __name__ == "__main__":
    t.main(everything)
