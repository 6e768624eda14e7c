#!/usr/bin/python3
"""Proves that hostile requests get a named refusal and leave nothing behind.

Paths, headers, cookies, ids, JSON, bodies too large and cut short, and
forged FastCGI requests behind an unread body: nothing is stored, at most one
line is logged and no request can forge one, an absent board looks like a
forbidden one to the byte, and no token or session handle is ever in the
database or in a log.
"""

import json
import os
import socket

import tap as t
import wire
from api import JSON, Board, Client, new_id, put_op, token_of
from harness import served
from tap import check, same

NEVER = new_id()


class Guard:
    """Checks after each hostile request that nothing but refusal came."""

    def __init__(self, site):
        self.site = site
        self.board = Board(site.direct)
        self.board.note("the only one")
        self.head = self.board.head()
        self.mark = site.log_mark("fcgi.log")

    def refused(self, answer, status, slug):
        wanted = status if isinstance(status, tuple) else (status,)
        check(answer.status in wanted, f"{answer!r}, want {status}")
        if slug:
            slugs = slug if isinstance(slug, tuple) else (slug,)
            check(answer.slug() in slugs, f"{answer.slug()}, want {slug}")

    def nothing_happened(self):
        before, self.head = self.head, self.board.head()
        same(self.head, before)
        lines = self.site.log_since("fcgi.log", self.mark)
        self.mark = self.site.log_mark("fcgi.log")
        check(lines.count(b"\n") <= 1, lines)
        bad = [c for c in lines.rstrip(b"\n") if c < 32 or c == 127]
        same(bad, [], f"control bytes in {lines!r}")

    def judge(self, answer, status, slug):
        """Both, so that a failure does not show in the next claim too."""
        try:
            self.refused(answer, status, slug)
        finally:
            self.nothing_happened()

    def try_it(self, client, method, path, status, slug, headers=(),
               body=None):
        answer = client.ask(method, path, None, headers, body=body)
        self.judge(answer, status, slug)


def paths(tap, guard):
    b = guard.board
    for path in ("/boards/", f"/boards//{b.id}", f"{b.path}/", "//",
                 f"{b.path}/notes/..%2f..", "/boards/%00" + "A" * 21,
                 f"{b.path}%0a", "/boards/%ff%fe", f"/./boards/{b.id}",
                 f"/boards/../boards/{b.id}", "/boards/" + "A" * 200,
                 "/a" * 40, "/boards/%C3%A4", f"{b.path};x=1",
                 "/" + "A" * 7000):
        with tap.claim(f"path {path[:40]} is refused"):
            guard.try_it(b.reader, "GET", path, (400, 404, 431),
                         ("bad-path", "not-found", "headers-too-large"))
    for id in ("x", "A" * 21, "A" * 23, "..", "A" * 21 + "=",
               "A" * 21 + "%2b"):
        with tap.claim(f"id {id} is no id"):
            guard.try_it(b.writer, "PUT", f"{b.path}/notes/{id}", (400, 404),
                         ("bad-path", "not-found"),
                         [("If-None-Match", "*"), JSON], b'{"text":"x"}')
    for query in ("since=%00", "since=%zz", "since=%ff", "a=b&" * 40,
                  "since=0&since=0", "limit=01", "limit=-1", "limit=1e3",
                  "limit=99999999999999999999", "since=" + "0" * 300):
        with tap.claim(f"query {query[:30]} is refused"):
            guard.try_it(b.reader, "GET", f"{b.path}/changes?{query}", 400,
                         ("bad-query", "bad-cursor"))


def headers(tap, guard):
    b = guard.board
    note = b.note_path(b.snapshot()["notes"][0]["id"])
    for value in ('"1', "1", '"1" "2"', "W/1", '"\x011"', "*, *", ",",
                  ", ".join(['"1"'] * 9), '"' + "x" * 64 + '"'):
        with tap.claim(f"If-Match {ascii(value)[:30]} is refused"):
            guard.try_it(b.writer, "PATCH", note, 400, "bad-header",
                         [("If-Match", value), JSON], b'{"text":"x"}')
    for key in ('"', '""', '"a', "a b", '"a b"', '"' + "k" * 65 + '"', "\xe4",
                'a;b="c"', '"\\"'):
        with tap.claim(f"Idempotency-Key {ascii(key)[:30]} is refused"):
            guard.try_it(b.writer, "POST", b.path + "/notes", 400,
                         "bad-header",
                         [("Idempotency-Key", key), JSON], b'{"text":"x"}')
    for value in (f"Bearer {b.tokens['write']} ", "Bearer  x y",
                  "Bearer", "Bearer \x01", "Basic dTpw", "Bearer w.short",
                  "Bearer x." + "A" * 22, "Bearer w." + "A" * 22,
                  "bearer" + b.tokens["write"]):
        with tap.claim(f"Authorization {ascii(value)[:20]} opens nothing"):
            answer = Client(guard.site.direct).ask(
                "GET", b.path, None, [("Authorization", value)])
            # White space after the token is the web server's to take away.
            if value.endswith(" "):
                check(answer.status in (200, 400, 404), answer)
                guard.nothing_happened()
            else:
                guard.judge(answer, (400, 404), ("bad-header", "not-found"))
    for value in ("nw-00000000=x", "nw-=x", "=", ";;;", "nw-\x01=x",
                  "a" * 3000, "nw-00000000=" + "A" * 22):
        with tap.claim(f"Cookie {ascii(value)[:20]} opens nothing"):
            guard.try_it(Client(guard.site.direct), "GET", b.path, (400, 404),
                         ("bad-header", "not-found"), [("Cookie", value)])
    with tap.claim("a cookie that comes twice is taken for neither"):
        made = Client(guard.site.direct).post("/session", {
            "token": b.tokens["write"]}, expect=200)
        cookie = made.header("set-cookie").split(";")[0]
        guard.try_it(Client(guard.site.direct), "GET", b.path,
                     (400, 401, 404), None,
                     [("Cookie", f"{cookie}; {cookie[:-1]}!")])
    with tap.claim("headers past the limits are 431"):
        for many in ([(f"X-{i}", "v") for i in range(80)],
                     [("X-Long", "v" * 9000)]):
            guard.try_it(b.reader, "GET", b.path, 431, "headers-too-large",
                         many)


def bad_json():
    yield "invalid UTF-8", b'{"text":"\xff"}'
    yield "overlong UTF-8", b'{"text":"\xc0\xaf"}'
    yield "a surrogate in UTF-8", b'{"text":"\xed\xa0\x80"}'
    yield "a control byte", b'{"text":"a\x01b"}'
    yield "a raw line break", b'{"text":"a\nb"}'
    yield "a name twice", b'{"text":"a","text":"b"}'
    yield "a name twice, once escaped", b'{"text":"a","t\\u0065xt":"b"}'
    yield "a byte-order mark", b'\xef\xbb\xbf{"text":"a"}'
    yield "UTF-16", '{"text":"a"}'.encode("utf-16")
    yield "01", b'{"pos":01}'
    yield "1e999", b'{"pos":1e999}'
    yield "-", b'{"pos":-}'
    yield "+1", b'{"pos":+1}'
    yield "NaN", b'{"pos":NaN}'
    yield "0x10", b'{"pos":0x10}'
    yield "trailing data", b'{"text":"a"} {}'
    yield "a trailing NUL", b'{"text":"a"}\0'
    yield "a trailing comma", b'{"text":"a",}'
    yield "\\u0000", b'{"text":"a\\u0000b"}'
    yield "a lone surrogate", b'{"text":"\\ud800"}'
    yield "a bad escape", b'{"text":"\\x41"}'
    yield "single quotes", b"{'text':'a'}"
    yield "a comment", b'{"text":"a"/**/}'
    yield "an open string", b'{"text":"a'
    yield "nothing", b""
    yield "white space", b"  "
    yield "depth 17", b'{"text":' + b"[" * 17 + b"]" * 17 + b"}"
    yield "depth 100000", b"[" * 100000
    yield "4,097 values", b"[" + b",".join([b"1"] * 4100) + b"]"


def bodies(tap, guard):
    b = guard.board
    target = b.path + "/notes"
    for name, text in bad_json():
        with tap.claim(f"JSON with {name} is refused"):
            guard.try_it(b.writer, "POST", target, 400, "bad-json", [JSON],
                         text)
    for name, text in (
            ("a name in another case", b'{"Text":"a"}'),
            ("a name in capitals", b'{"TEXT":"a"}'),
            ("an array", b"[]"), ("a string", b'"a"'), ("null", b"null"),
            ("a number for text", b'{"text":1}'),
            ("a service's word as id", b'{"id":"_board","text":"a"}')):
        with tap.claim(f"{name} is no note"):
            guard.try_it(b.writer, "POST", target, 422, "invalid", [JSON],
                         text)
    with tap.claim("plain text that is no UTF-8 is refused"):
        guard.try_it(b.writer, "POST", target, (400, 422), None,
                     [("Content-Type", "text/plain")], b"\xff\xfe")
    with tap.claim("a NUL in plain text is refused"):
        guard.try_it(b.writer, "POST", target, (400, 422), None,
                     [("Content-Type", "text/plain")], b"a\0b")
    with tap.claim("a body above its limit is 413"):
        big = json.dumps({"text": "x" * (257 << 10)}).encode()
        guard.try_it(b.writer, "POST", target, 413, "too-large", [JSON], big)
        guard.try_it(b.writer, "POST", target, 413, "too-large",
                     [("Content-Type", "text/plain")], b"x" * (300 << 10))
    with tap.claim("a note above its limit is 413"):
        guard.try_it(b.writer, "POST", target, 413, "too-large", [JSON],
                     json.dumps({"text": "x" * (65 << 10)}).encode())


def direct(guard, env, stdin):
    """One request in a web server's place, its pieces as they are."""
    return guard.site.direct.raw(wire.begin() + wire.params_records(env)
                                 + stdin)


def lengths(tap, guard):
    b = guard.board
    headers = [("Authorization", f"Bearer {b.tokens['write']}"), JSON]
    env = wire.environment("POST", b.path + "/notes", headers, None, "h")
    full = b'{"text":"cut short"}'
    with tap.claim("a body shorter than its length is refused"):
        answer = direct(guard, env + [(b"CONTENT_LENGTH", b"100")],
                        wire.stdin_records(full))
        guard.judge(answer, 400, "truncated")
    with tap.claim("bytes beyond the length are refused or passed over"):
        answer = direct(guard, env + [(b"CONTENT_LENGTH", b"5")],
                        wire.stdin_records(full))
        guard.judge(answer, 400, ("bad-json", "truncated", "bad-request",
                                  "bad-header"))
    for bad in (b"-1", b"abc", b"1e3", b"99999999999999999999999", b" 20",
                b"+20", b"0x14"):
        with tap.claim(f"the length {bad.decode()} is refused"):
            answer = direct(guard, env + [(b"CONTENT_LENGTH", bad)],
                            wire.stdin_records(full))
            guard.judge(answer, (400, 413), None)
    with tap.claim("a web server that leaves in the middle of a body stores "
                   "nothing"):
        sock = guard.site.direct.connect()
        sock.sendall(wire.begin() + wire.params_records(
            env + [(b"CONTENT_LENGTH", str(len(full)).encode())])
            + wire.record(wire.STDIN, full[:10]))
        sock.shutdown(socket.SHUT_WR)
        with sock:
            while sock.recv(65536):
                pass
        guard.nothing_happened()


def forged(board, token):
    """A request that stores a note, as raw FastCGI records."""
    text = b'{"text":"smuggled"}'
    env = wire.environment("POST", board.path + "/notes",
                           [("Authorization", f"Bearer {token}"), JSON],
                           text, "h")
    return wire.begin(True) + wire.params_records(env) \
        + wire.stdin_records(text)


# Requests whose body nobody wants to read.
UNREAD = [("GET", "/health", 200, []), ("POST", "/nowhere", 404, []),
          ("DELETE", "/boards", 405, []),
          ("POST", f"/boards/{NEVER}/notes", 404, []),
          ("POST", f"/boards/{NEVER}/notes", 431, [("X-Long", "v" * 9000)])]


def smuggle(guard, method, path, status, headers, body):
    """Sends a body of forged records on a connection that is kept."""
    site = guard.site
    with site.direct.connect() as sock:
        wire.send(sock, site.direct.request(method, path, headers, body,
                                            keep=True))
        frames = wire.FcgiFrames()
        out = b""
        while not frames.ended:
            data = sock.recv(65536)
            if not data:
                break
            out += frames.feed(data)
        check(frames.ended, f"no END_REQUEST after {out[:100]!r}")
        got = b"Status: %d" % status in out or \
            status == 200 and b"Status:" not in out
        check(got, out[:200])
        same(frames.raw, b"", "more records")
        # What comes next is an answer to the next request, or the end.
        ask = site.direct.request("GET", "/health?second", keep=False)
        wire.send(sock, ask)
        second = wire.FcgiFrames()
        out = b""
        try:
            while not second.ended:
                data = sock.recv(65536)
                if not data:
                    break
                out += second.feed(data)
        except ConnectionError:
            pass
        check(not out or b'"status":"ok"' in out, out[:300])
        same(second.raw, b"", "a third answer")


def smuggling(tap, guard):
    b = guard.board
    attack = forged(b, b.tokens["write"])
    with tap.claim("the forged request would be obeyed if it were read"):
        raw = guard.site.direct.raw(attack)
        same(raw.status, 201)
        guard.head = b.head()
    # The reader takes what comes in blocks; what it has not read when the
    # request ends starts at the bounds of one.  Wherever that is, one of 16
    # alignments makes it the start of a record that any reader skips, and
    # these lead on to the forged request.
    sled = wire.record(wire.STDIN, bytes(8), request=2)
    for method, path, status, headers in UNREAD:
        with tap.claim(f"{method} {path[:20]} {status}: no request is "
                       "smuggled in its body at 16 alignments"):
            for shift in range(16):
                for size in (0, 4000, 12000, 60000):
                    smuggle(guard, method, path, status, headers,
                            b"\0" * shift + sled * (size // 16) + attack * 3)
                same(b.head(), guard.head, f"stored at alignment {shift}")
    with tap.claim("nor behind a body above its limit"):
        for shift in range(16):
            smuggle(guard, "POST", b.path + "/notes", 413,
                    [("Authorization", f"Bearer {b.tokens['write']}"), JSON],
                    b"\0" * shift + sled * (300 << 6) + attack)
        same(b.head(), guard.head)
    guard.mark = guard.site.log_mark("fcgi.log")


def records(tap, guard):
    """FastCGI itself broken: the responder stays up, and stores nothing."""
    hello = guard.site.direct.request("GET", "/health")
    for name, data in (
            ("a record of version 2", b"\2" + hello[1:]),
            ("an unknown type", wire.record(99, b"x") + hello),
            ("a role that is not RESPONDER",
             wire.record(wire.BEGIN, b"\0\2\0\0\0\0\0\0") + hello[16:]),
            ("an abort", wire.begin() + wire.record(wire.ABORT, b"")),
            ("parameters that lie about their length",
             wire.begin() + wire.record(wire.PARAMS, b"\x7f\x7fab")
             + wire.record(wire.PARAMS, b"") + wire.record(wire.STDIN, b"")),
            ("a name of 2 GiB",
             wire.begin() + wire.record(wire.PARAMS, b"\xff" * 8)
             + wire.record(wire.PARAMS, b"") + wire.record(wire.STDIN, b"")),
            ("half a record", hello[:13]),
            ("noise", os.urandom(4000)), ("zeroes", bytes(4000))):
        with tap.claim(f"{name} harms nobody else"):
            with guard.site.direct.connect() as sock:
                wire.send(sock, data)
                sock.shutdown(socket.SHUT_WR)
                try:
                    while sock.recv(65536):
                        pass
                except ConnectionError:
                    pass
            same(guard.site.direct.ask("GET", "/health").status, 200)
            same(guard.site.responder.run.poll(), None)
            guard.mark = guard.site.log_mark("fcgi.log")
            guard.nothing_happened()


def forged_lines(tap, guard):
    with tap.claim("no header, path or query can forge a log line"):
        mark = guard.site.log_mark("fcgi.log")
        evil = "\r\n<3>2026-01-01T00:00:00.000Z auth forged x=\x1b[31m"
        extra = [(n, evil.encode()) for n in (
            b"HTTP_ORIGIN", b"HTTP_COOKIE", b"HTTP_AUTHORIZATION",
            b"HTTP_HOST", b"HTTP_IF_MATCH", b"REMOTE_ADDR",
            b"REQUEST_METHOD", b"CONTENT_TYPE", b"HTTP_X_FORWARDED_FOR",
            b"QUERY_STRING", b"PATH_INFO", b"SCRIPT_NAME")]
        for one in extra:
            env = dict(wire.environment("POST", guard.board.path + "/notes",
                                        [JSON], b"{}", "h"))
            env[one[0]] = one[1]
            answer = direct(guard, list(env.items()),
                            wire.stdin_records(b"{}"))
            check(400 <= answer.status < 500, f"{one[0]}: {answer!r}")
            check(b"forged" not in answer.body or b"\x1b" not in answer.body,
                  answer)
            check(not [v for n, v in answer.headers if "forged" in v],
                  answer.headers)
        for line in guard.site.log_since("fcgi.log", mark).splitlines():
            check(line.startswith(b"<") and b" auth forged " not in line[:60],
                  line)
            same([c for c in line if c < 32 or c == 127], [])
        guard.mark = guard.site.log_mark("fcgi.log")


def injection(tap, guard):
    with tap.claim("no variable reaches a header with its line breaks"):
        for name in (b"SCRIPT_NAME", b"HTTP_HOST", b"SERVER_NAME",
                     b"REQUEST_URI"):
            env = dict(wire.environment("POST", "/boards", [], None, "h"))
            env[name] = b"/x\r\nSet-Cookie: forged=1\r\n\r\n<script>"
            answer = direct(guard, list(env.items()), wire.stdin_records(b""))
            same(answer.header("set-cookie"), None, name)
            check(b"<script>" not in answer.body or b"\r" not in answer.body,
                  answer.body)
    guard.mark = guard.site.log_mark("fcgi.log")


def same_bytes(tap, guard):
    b = guard.board
    other = Board(guard.site.direct)

    def seen(client, method, path, via):
        answer = Client(via, client).ask(method, path)
        return (answer.status, answer.body, sorted(
            h for h in answer.headers if h[0] != "date"))

    for via, name in ((guard.site.direct, "responder"),
                      (guard.site.http, "web server")):
        with tap.claim(f"an absent and a forbidden board are the same bytes "
                       f"({name})"):
            for tail in ("", "/changes", "/links", f"/notes/{NEVER}",
                         "/changes?feed=eventsource",
                         "/changes?feed=longpoll&timeout=0", "/ops"):
                for token in (None, other.tokens["admin"],
                              "r." + NEVER):
                    for method in ("GET", "DELETE", "POST"):
                        same(seen(token, method, f"/boards/{NEVER}{tail}",
                                  via),
                             seen(token, method, b.path + tail, via),
                             f"{method} {tail} {token}")
    guard.mark = guard.site.log_mark("fcgi.log")


def through_server(tap, guard):
    """The same through lighttpd, which has its own opinions first."""
    b, via = guard.board, guard.site.http
    head = b"Host: h\r\nAuthorization: Bearer %s\r\n" \
        % b.tokens["write"].encode()
    base = b"/notewire/api" + b.path.encode()
    for name, request in (
            ("chunked rubbish", b"POST " + base + b"/notes HTTP/1.1\r\n" + head
             + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"),
            ("two lengths", b"POST " + base + b"/notes HTTP/1.1\r\n" + head
             + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x"),
            ("length and chunks", b"POST " + base + b"/notes HTTP/1.1\r\n"
             + head + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n"
             b"\r\n0\r\n\r\n"),
            ("a path of %2e%2e", b"GET " + base
             + b"/%2e%2e/%2e%2e/%2e%2e/x HTTP/1.1\r\n" + head
             + b"Connection: close\r\n\r\n")):
        with tap.claim(f"{name} through lighttpd stores nothing"):
            answer = via.raw(request)
            check(400 <= answer.status < 500, answer)
            guard.nothing_happened()
    with tap.claim("chunked bodies are taken like others"):
        answer = via.raw(b"POST " + base + b"/notes HTTP/1.1\r\n" + head
                         + b"Transfer-Encoding: chunked\r\nConnection: close"
                         b"\r\nContent-Type: application/json\r\n\r\n"
                         b"8\r\n{\"text\":\r\n4\r\n\"x\"}\r\n0\r\n\r\n")
        same((answer.status, answer.json()["text"]), (201, "x"))
        guard.head = b.head()


def secrets_of(guard):
    """Makes more credentials; every secret the run ever handed out."""
    b, via = guard.board, guard.site.http
    secrets = dict(b.tokens)
    link = b.admin.post(b.path + "/links", {"role": "read", "label": "l"},
                        expect=201).json()
    secrets["link"] = link["token"]
    for name in ("write", "admin"):
        made = Client(via).post("/session", {"token": b.tokens[name]},
                                expect=200)
        secrets["session " + name] = \
            made.header("set-cookie").split(";")[0].partition("=")[2]
    made = Client(via).post("/boards", {"title": "x"}, expect=201).json()
    for role, url in made["links"].items():
        secrets["other " + role] = token_of(url)
    cookie = Client(via, cookie="nw-00000000=" + secrets["session write"])
    cookie.get(b.path, expect=None)
    Client(via, secrets["link"]).get(b.path + "?token=1", expect=None)
    return secrets


def canaries(tap, guard):
    site = guard.site
    secrets = secrets_of(guard)
    guard.board.ops([put_op("CANARY-text-of-a-note")])
    folders = (site.data, site.path("log"), site.path("run"),
               site.path("tmp"))

    def everything():
        for folder in folders:
            for where, _, files in os.walk(folder):
                for name in files:
                    if name.endswith(".sock"):
                        continue
                    with open(os.path.join(where, name), "rb") as f:
                        yield name, f.read()

    with tap.claim("the search finds what is there"):
        found = [n for n, data in everything()
                 if b"CANARY-text-of-a-note" in data]
        check(any(n.startswith("notes.db") for n in found), found)

    for moment in ("while it runs", "after it has ended"):
        with tap.claim(f"no token or handle is in database, WAL or logs "
                       f"{moment}"):
            for name, data in everything():
                for what, secret in secrets.items():
                    check(secret.encode() not in data
                          and secret[2:].encode() not in data,
                          f"{what} in {name}")
                if name.endswith(".log"):
                    check(b"CANARY" not in data, f"a note's text in {name}")
        if moment == "while it runs":
            site.stop()


def body(tap):
    # Each hostile step is logged at most once, so debugging stays off.
    with served(tap, "socket") as site:
        guard = Guard(site)
        for part in (paths, headers, bodies, lengths, smuggling, records,
                     forged_lines, injection, same_bytes,
                     through_server, canaries):
            with tap.claim(f"{part.__name__} come to their end"):
                part(tap, guard)


if __name__ == "__main__":
    t.main(body)
