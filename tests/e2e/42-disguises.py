#!/usr/bin/python3
"""Proves that no web server makes a hostile request dangerous.

The same raw requests through every server: paths in every disguise, headers
that servers rewrite, methods that nobody knows.  A server may refuse by
itself; where the responder answers, it gives the same problem behind each.
Nothing but the named note is ever shown, nothing is stored, no header or log
line forged, and no answer is a failure of the system.  Then forged FastCGI
requests in bodies, behind an nginx that keeps its connections.
"""

import os
import re
import socket

import tap as t
import wire
from api import JSON, Board, Client, new_id
from harness import WAYS, served
from tap import check, same
from wire import MOUNT, Broken

SECRET = "what-the-other-board-says"
MINE = "what-this-board-says"


def paths(board, other):
    """(name, path after the mount, whether servers differ in what it is)."""
    b = board.path
    yield "%2F for a slash", b.replace("/boards/", "/boards%2F"), True
    yield "%2f at the end", b + "%2f", True
    yield "%2f and a name", b + "%2fnotes", True
    yield "%2f and dots", "/boards/x%2f..%2f" + board.id, True
    yield "%FF", b + "%FF", False
    yield "%ff alone", "/boards/%ff", False
    yield "%0a at the end", b + "%0a", False
    yield "%0a in front", "/boards/%0a" + board.id, False
    yield "a header in the path", b + "%0d%0aSet-Cookie:%20forged=1", False
    yield "a log line in the path", b + "%0aforged%20line", False
    yield "%00", b + "%00", False
    yield "%00 and a name", b + "%00/notes", False
    yield "two slashes", "/boards//" + board.id, True
    yield "two slashes in front", "/" + b, True
    yield "/../ in it", f"{other.path}/../{board.id}", True
    yield "/../ above the mount", "/../../../etc/passwd", True
    yield "/./", "/./boards/./" + board.id, True
    yield "%2e%2e", f"{other.path}/%2e%2e/{board.id}", True
    yield "%2e%2e above all", "/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd", True
    yield "a parameter", b + ";x=1", False
    yield "a backslash", "/boards\\" + board.id, False
    yield "bad UTF-8", "/boards/%c0%af", False
    yield "half an escape", b + "%2", True
    yield "an escaped escape", b + "%252f", False
    yield "an escaped letter", "/board%73/" + board.id, True
    yield "a fragment", b + "#x", True
    yield "7,000 bytes", "/" + "A" * 7000, True
    yield "a query of line breaks", b + "?a=%0d%0aSet-Cookie:forged=1", False


def lines(board):
    """(name, method, further header lines)."""
    token = f"Authorization: Bearer {board.tokens['write']}"
    yield "Proxy", "GET", [token, "Proxy: http://forged.example/"]
    yield "underscores", "GET", [token, "X_Y: forged", "If_Match: *"]
    yield "two hosts", "GET", [token, "Host: forged.example"]
    yield "Basic, unchecked", "GET", ["Authorization: Basic YWRtaW46YWRtaW4="]
    yield "two credentials", "GET", [token, "Authorization: Basic eDp5"]
    yield "names of variables", "GET", ["Remote-User: admin", "REMOTE_USER: "
                                        "admin", "Script-Name: /x"]
    yield "12,000 bytes", "GET", [token, "X-Long: " + "v" * 12000]
    yield "200 lines", "GET", [token] + [f"X-{i}: v" for i in range(200)]
    yield "a folded line", "GET", [token, "X-A: b\r\n forged line"]
    yield "a bare carriage return", "GET", [token, "X-A: b\rforged: line"]
    yield "no name", "GET", [token, ": forged"]
    yield "a space before the colon", "GET", [token, "X-A : forged"]
    for method in ("TRACE", "CONNECT", "PROPFIND", "BREW", "get", "GET/",
                   "M" * 300, "\x01"):
        yield ascii(method)[:12], method, [token]


def ask(site, method, target, more):
    """The answer to a raw request; None where the server only hangs up."""
    head = [f"{method} {target} HTTP/1.1", f"Host: {site.http.host}",
            "Connection: close"] + more
    try:
        return site.http.raw("\r\n".join(head + ["", ""]).encode("latin-1"))
    except (Broken, ConnectionError, IndexError, ValueError):
        return None


def judge(answer, own=()):
    """What an answer says, after it was found harmless."""
    if answer is None:
        return None
    text = answer.body.decode("latin-1")
    check(SECRET not in text and "root:" not in text, answer)
    check(answer.status < 500 or answer.status in own, answer)
    same([h for h in answer.headers if "forged" in h[0] + h[1]], [])
    same(answer.header("set-cookie"), None)
    slug = answer.slug()
    return (answer.status, slug) if slug else None


class Seen:
    """What the responder said to each request, by way."""

    def __init__(self):
        self.table = {}

    def add(self, name, way, said):
        if said is not None:
            self.table.setdefault(name, {})[way] = said


def disguises(tap, way, seen):
    with served(tap, way) as site:
        board, other = Board(site.http), Board(site.http)
        board.note(MINE)
        other.note(SECRET)
        head, there = board.head(), other.head()
        token = f"Authorization: Bearer {board.tokens['read']}"
        for name, path, differs in paths(board, other):
            with tap.claim(f"{way}: a path with {name} is harmless"):
                answer = ask(site, "GET", MOUNT + path, [token])
                said = judge(answer)
                if answer is not None and answer.status == 200 and not differs:
                    check("?" in path, answer)
                if not differs:
                    seen.add("path with " + name, way, said)
        for name, target in (
                ("", f"http://{site.http.host}{MOUNT}{board.path}"),
                (" of another host", f"http://forged.example{MOUNT}"
                 + board.path), (" of a file", "file:///etc/passwd")):
            with tap.claim(f"{way}: an absolute target{name} is harmless"):
                judge(ask(site, "GET", target, [token]))
        for name, method, more in lines(board):
            with tap.claim(f"{way}: {method[:9]} with {name} is harmless"
                           if method == "GET" else
                           f"{way}: method {name} is harmless"):
                answer = ask(site, method, MOUNT + board.path, more)
                said = judge(answer, own=(501,) if method != "GET" else ())
                seen.add("line " + name, way, said)
                if "Basic, unchecked" in name or "variables" in name:
                    check(answer.status in (400, 404), answer)
        with tap.claim(f"{way}: and nothing was stored or logged by it"):
            same((board.head(), other.head()), (head, there))
            site.stop()         # who logs writes now what it has kept back
            for name in ("fcgi.log", site.server.log, "access.log"):
                for line in site.log_text(name).splitlines():
                    at = name, ascii(line)
                    check(not line.lstrip().startswith("forged"), at)
                    check(not re.search(r"[\x00-\x08\x0b-\x1f]", line), at)


def alike(tap, seen):
    with tap.claim("where the responder answers, it says the same behind "
                   "each server"):
        check(len(seen.table) >= 10, list(seen.table))
        differ = {name: said for name, said in seen.table.items()
                  if len(set(said.values())) > 1}
        same(differ, {})


def keep(site):
    """nginx keeps its connections to the responder, against our advice."""
    path = site.path("conf", "snippets", "nginx.conf")
    with open(path, encoding="utf-8") as f:
        text = f.read()
    for old, new in (("fastcgi_keep_conn off", "fastcgi_keep_conn on"),
                     ("fastcgi_pass $notewire_socket", "fastcgi_pass kept")):
        check(old in text, old)
        text = text.replace(old, new)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    folder = site.path("conf", "http.d")
    os.mkdir(folder)
    with open(folder + "/kept.conf", "w", encoding="utf-8") as f:
        f.write("upstream kept {\n\tserver unix:"
                + site.path("run", "fcgi.sock") + ";\n\tkeepalive 1;\n}\n")


def requests(client):
    text = client.get("/metrics").body.decode()
    return int(re.search(r"^notewire_requests_total (\d+)", text, re.M)[1])


def attack(board, user):
    """A forged request that stores a note, by its token or by a name."""
    text = b'{"text":"forged"}'
    env = wire.environment("POST", board.path + "/notes", [
        ("Authorization", f"Bearer {board.tokens['write']}"), JSON], text,
        "h")
    if user:
        env.append((b"REMOTE_USER", b"admin"))
    return wire.begin(True) + wire.params_records(env) \
        + wire.stdin_records(text)


def unread(board):
    """Requests whose body the responder has no use for."""
    link = [("Authorization", f"Bearer {board.tokens['read']}")]
    return [("POST", "/nowhere", 404, []),
            ("POST", board.path + "/notes", 403, link),
            ("POST", board.path + "/notes", 415, [
                ("Authorization", f"Bearer {board.tokens['write']}"),
                ("Content-Type", "image/png")]),
            ("POST", f"/boards/{new_id()}/notes", 404, link)]


def forged(tap):
    with served(tap, "nginx", prepare=keep) as site:
        board = Board(site.http)
        client = Client(site.http)
        sled = wire.record(wire.STDIN, bytes(8), request=2)
        for method, path, status, headers in unread(board):
            with tap.claim(f"nginx that keeps connections: {status}: no "
                           "request is smuggled in at 16 alignments"):
                before, sent = requests(client), 0
                head = board.head()
                sent += 1
                for shift in range(16):
                    for size in (0, 8000, 8192, 65000, 65536):
                        body = bytes(shift) + sled * (size // 16) \
                            + attack(board, shift % 2)
                        answer = client.ask(method, path, None, headers,
                                            body=body)
                        same(answer.status, status)
                        sent += 1
                same(board.head(), head)
                same(requests(client) - before, sent + 2)
        with tap.claim("nor behind a body above the limit"):
            head = board.head()
            for shift in range(16):
                body = bytes(shift) + sled * (300 << 6) + attack(board, True)
                same(client.ask("POST", board.path + "/notes", None, [
                    ("Authorization", f"Bearer {board.tokens['write']}"),
                    JSON], body=body).status, 413)
            same(board.head(), head)


def patient(tap):
    """Apache sends the end of a body in a write of its own."""
    with served(tap, "direct") as site:
        board = Board(site.direct)
        headers = [("Authorization", f"Bearer {board.tokens['write']}"), JSON]
        for body, status in ((b'{"text":"x"}', b"201"), (b'{"text":', b"400")):
            with tap.claim(f"an answer {status.decode()} waits for the end of "
                           "the body before the connection ends"):
                env = wire.environment("POST", board.path + "/notes", headers,
                                       body, "h")
                with site.direct.connect() as sock:
                    sock.sendall(wire.begin() + wire.params_records(env)
                                 + wire.record(wire.STDIN, body))
                    frames = wire.FcgiFrames()
                    out = b""
                    while b"\r\n\r\n" not in out:
                        data = sock.recv(65536)
                        check(data, "closed before the body's end")
                        out += frames.feed(data)
                    check(b"Status: " + status in out, out[:99])
                    sock.settimeout(0.3)
                    try:
                        while True:
                            data = sock.recv(65536)
                            check(data, "closed before the body's end")
                            frames.feed(data)
                            check(not frames.ended, "ended before the body")
                    except socket.timeout:
                        pass
                    sock.settimeout(10)
                    sock.sendall(wire.record(wire.STDIN, b""))
                    while not frames.ended:
                        data = sock.recv(65536)
                        check(data, "no END_REQUEST")
                        frames.feed(data)


def body(tap):
    seen = Seen()
    for way in WAYS:
        with tap.claim(f"{way}: disguises come to their end"):
            disguises(tap, way, seen)
    alike(tap, seen)
    with tap.claim("forged requests come to their end"):
        forged(tap)
    with tap.claim("ends of bodies come to their end"):
        patient(tap)


if __name__ == "__main__":
    t.main(body)
