#!/usr/bin/python3
"""Proves what a board's WebSocket does, on the daemon's socket for web servers.

Who may open one and from which origin; every change once and in order from any
place; operations answered in order, whatever stands among them; the end of a
credential, of a board and of the daemon by its close code; pings; limits; and
1,000 openers that never finish keep nobody from being served, at a port of the
daemon's own either.
"""

import contextlib
import json
import os
import resource
import socket
import struct
import time

import tap as t
from api import Board, Client, new_id, put_op, seq_of
from daemon import Daemon
from harness import free_port, served, wait_for
from sockets import BoardSocket
from tap import check, same
from websocket import BINARY, CLOSE, PING, PONG, TEXT, WebSocket, frame

HOST = "localhost"      # what the test's handshakes say
SETTINGS = {"daemon.header_timeout": "1s", "limit.body_bytes": "64K"}
# Pages that are not ours, and words that only look like ours.
STRANGERS = [
    "null", "", "http://evil.example", "https://localhost:80",
    "http://localhost:81", "http://localhost:080", "http://localhost.",
    "http://localhost.evil.example", "http://evil.example/localhost",
    "http://evil.example#localhost", "http://evil.example?localhost",
    "http://localhost@evil.example", "http://user@localhost",
    "http://localhost/", "http://localhost/x", "http://localhost%20",
    "http:localhost", "http:/localhost", "//localhost", "localhost",
    "ws://localhost", "wss://localhost", "ftp://localhost",
    "http://localhost, http://evil.example", "http://localhost http://b",
    "http://127.0.0.1", "http://[::1]", "http://xn--localhost",
    "http://localhos", "http://localhost%00.evil.example",
    "http://local\thost", "file://", "chrome-extension://localhost",
]


class Socket(BoardSocket):
    def __init__(self, site, *args, **more):
        super().__init__(site.path("run", "http.sock"), *args, **more)


def live(site, board, role="write", query="?since=now"):
    s = Socket(site, board.id, query, token=board.tokens[role])
    same(s.status, 101)
    s.until("up-to-date")
    s.until("heartbeat")
    return s


def sign_in(site, token):
    made = Client(site.direct).post("/session", {"token": token}, expect=200)
    return made.header("set-cookie").partition(";")[0]


def opening(tap, site, board):
    token = board.tokens["read"]
    with tap.claim("a link's token opens one, and the subprotocol is chosen"):
        s = Socket(site, board.id, "", [("Sec-WebSocket-Protocol",
                                         "chat, notewire.v1")], token)
        same((s.status, s.headers["sec-websocket-protocol"]),
             (101, "notewire.v1"))
        s.until("up-to-date")
        s.close()

    with tap.claim("a cookie opens one beside an Origin of this host"):
        cookie = sign_in(site, token)
        s = Socket(site, board.id, "", [("Cookie", cookie),
                                        ("Origin", f"http://{HOST}")])
        same(s.status, 101)
        s.close()
        s = Socket(site, board.id, "", [("Cookie", cookie),
                                        ("Origin", f"https://{HOST}"),
                                        ("X-Forwarded-Proto", "https")])
        same(s.status, 101)
        s.close()

    with tap.claim("a ticket opens one, once, and it lives by the link"):
        made = board.reader.post("/tickets", {"board": board.id}, expect=201)
        query = "?ticket=" + made.json()["ticket"]
        s = Socket(site, board.id, query)
        same(s.status, 101)
        s.until("up-to-date")
        again = Socket(site, board.id, query)
        same(again.problem(), (404, "not-found"))
        again.close()
        s.close()

    with tap.claim("33 origins that are not ours are refused before 101"):
        for origin in STRANGERS:
            s = Socket(site, board.id, "", [("Cookie", cookie),
                                            ("Origin", origin)])
            check(s.status in (400, 403), (origin, s.status))
            s.close()
        s = Socket(site, board.id, "", [("Cookie", cookie)])
        same(s.problem(), (403, "origin-refused"))
        s.close()

    with tap.claim("no credential, a wrong one, no such board: the same 404"):
        for headers, which in (([], board.id),
                               ([("Authorization", "Bearer r." + new_id())],
                                board.id),
                               ([("Authorization", "Bearer " + token)],
                                new_id())):
            s = Socket(site, which, "", headers)
            same(s.problem(), (404, "not-found"))
            s.close()

    with tap.claim("what is no upgrade is told so: 400, 404, 408, 426, 431"):
        path = site.path("run", "http.sock")
        get = f"GET /notewire/socket/{board.id} HTTP/1.1\r\n".encode()
        for head, status in (
                (get + b"Host: a\r\n\r\n", 426),
                (get + b"\r\n", 400),
                (get + b"Host: a\r\nX: " + b"x" * 9000 + b"\r\n\r\n", 431),
                (get + b"Host:", 408)):
            s = WebSocket(path, head=head)
            same(s.status, status)
            s.close()
        for target in (f"/socket/{board.id}/x", "/socket/short", "/socket/",
                       f"/sockets/{board.id}", f"socket/{board.id}"):
            s = WebSocket(path, target)
            same((target, s.status), (target, 404))
            s.close()
        s = Socket(site, board.id, "", [("Cookie", cookie)] * 2)
        same(s.problem(), (400, "bad-header"))
        s.close()


def reading(tap, site, board):
    log = [seq_of(c["seq"]) for c in board.log()]
    start = board.log()[0]["seq"][:9]

    with tap.claim("from any place, each change once and in order, and then "
                   "what comes"):
        for since, headers in ((0, ()), (len(log) // 2, ()),
                               (9, [("Last-Event-ID", f"{start}5")])):
            after = 5 if headers else since
            s = Socket(site, board.id, f"?since={start}{since}" if since
                       else "?since=0", headers, board.tokens["read"])
            got = []
            while True:
                event = s.event()
                if event["event"] == "up-to-date":
                    break
                same(event["id"], event["data"]["seq"])
                got.append(seq_of(event["id"]))
            same(got, list(range(after + 1, log[-1] + 1)))
            made = board.note(f"since {since}")
            same(s.until("change")["data"]["doc"]["id"], made["id"])
            log.append(log[-1] + 1)
            s.close()

    with tap.claim("without documents where they are not wanted"):
        s = Socket(site, board.id, "?since=0&include_docs=false", (),
                   board.tokens["read"])
        check("doc" not in s.until("change")["data"], "a document")
        s.close()

    with tap.claim("a cursor that cannot be served is a reset, and the end"):
        s = Socket(site, board.id, "?since=zzzzzzzz-3", (),
                   board.tokens["read"])
        same(s.event(), {"event": "reset", "data": {
            "reason": "epoch", "last_seq": board.head()}})
        same(s.ended(), (1000, "reset"))


def writing(tap, site, board):
    with tap.claim("operations are answered in order, and by their key"):
        s = live(site, board)
        ops = [put_op(f"op {i}") for i in range(30)]
        s.socket.sendall(b"".join(frame(TEXT, json.dumps(op).encode())
                                  for op in ops))
        answered, changed = [], []
        while len(answered) < 30 or len(changed) < 30:
            event = s.until("results", "change")
            if event["event"] == "change":
                changed.append(event["data"]["doc"]["text"])
            else:
                answered += event["data"]["results"]
        same([a["key"] for a in answered], [op["key"] for op in ops])
        same({a["status"] for a in answered}, {201})
        same(changed, [op["doc"]["text"] for op in ops])

    with tap.claim("the same key again is not done again"):
        s.say(ops[0])
        same(s.until("results")["data"]["results"][0]["replayed"], True)
        s.close()

    with tap.claim("what is wrong is said in its turn; the rest is played"):
        s = live(site, board)
        good = [put_op("good") for _ in range(3)]
        said = [json.dumps(good[0]), "{", json.dumps(good[1]),
                json.dumps({"op": "fly"}), "[]", json.dumps(good[2])]
        s.socket.sendall(b"".join(frame(TEXT, m.encode()) for m in said)
                         + frame(BINARY, b"\0\1"))
        answers, bytes_told = [], []
        while len(answers) + len(bytes_told) < 7:
            event = s.until("results", "problem", "signal-problem")
            if event["event"] == "signal-problem":
                # of bytes, which wait for nothing
                same(event["data"]["type"], "urn:notewire:bad-request")
                bytes_told.append(event)
            elif event["event"] == "problem":
                answers.append(event["data"]["type"].rpartition(":")[2])
            else:
                answers += [r["key"] for r in event["data"]["results"]]
        same(answers, [good[0]["key"], "bad-json", good[1]["key"], "invalid",
                       "bad-json", good[2]["key"]])
        s.close()

    with tap.claim("a page that asks for a word gets one; readers, too"):
        s = live(site, board, "read")
        s.say({"event": "ping"})
        same(s.event(), {"event": "heartbeat", "data": {}})

    with tap.claim("who may only read is told so, and goes on reading"):
        s.say(put_op("no"))
        same(s.until("problem")["data"]["type"], "urn:notewire:forbidden")
        board.note("still")
        same(s.until("change")["data"]["doc"]["text"], "still")
        s.close()

    with tap.claim("by cookie and by ticket one writes with their rights"):
        cookie = sign_in(site, board.tokens["write"])
        made = board.writer.post("/tickets", {"board": board.id}, expect=201)
        for query, headers in (
                ("?since=now", [("Cookie", cookie),
                                ("Origin", f"http://{HOST}")]),
                ("?since=now&ticket=" + made.json()["ticket"], ())):
            s = Socket(site, board.id, query, headers)
            s.say(put_op("mine"))
            same(s.until("results")["data"]["results"][0]["status"], 201)
            s.close()


def forged(tap, site, board):
    with tap.claim("what a web server passes on claims nothing by itself"):
        for name in ("NOTEWIRE_SOCKET", "NOTEWIRE_CLAIM"):
            for header in (name, name.replace("_", "-")):
                answer = Client(site.http).get(
                    board.path, [(header, "row:1")], expect=(400, 404))
                check(b"hold" not in answer.body, answer.body)


def ends(tap, site, daemon, board):
    with tap.claim("revoked, signed out, deleted: its code within a second"):
        link = board.admin.post(board.path + "/links", {"role": "read"},
                                expect=201).json()
        s = Socket(site, board.id, "?since=now", (), link["token"])
        s.until("up-to-date")
        began = time.monotonic()
        board.admin.delete(f"{board.path}/links/{link['id']}", expect=204)
        same(s.ended(), (4403, "revoked"))
        check(time.monotonic() - began < 1, time.monotonic() - began)

        cookie = sign_in(site, board.tokens["read"])
        origin = f"http://{HOST}"
        s = Socket(site, board.id, "?since=now", [("Cookie", cookie),
                                                  ("Origin", origin)])
        s.until("up-to-date")
        began = time.monotonic()
        Client(site.direct, cookie=cookie, origin=origin).delete(
            "/session", expect=204)
        same(s.ended(), (4401, "expired"))
        check(time.monotonic() - began < 1, time.monotonic() - began)

        other = Board(site.direct)
        s = live(site, other)
        other.admin.delete(other.path, expect=204)
        same(s.ended(), (4404, "gone"))

    with tap.claim("a message past the limit: 1009; too many of them: 1008"):
        s = live(site, board)
        s.send(TEXT, b" " * (64 << 10))
        same(s.ended()[0], 1009)
        s = live(site, board)
        with contextlib.suppress(ConnectionError):
            s.socket.sendall(frame(TEXT, b"{}") * 45)
        same(s.ended(), (1008, "too many messages"))

    with tap.claim("the client's own close is answered, and counted off"):
        wait_for(lambda: daemon.metric("held") == 0, 5, "all to leave")
        s = live(site, board)
        same(daemon.metric("held"), 1)
        s.send(CLOSE, struct.pack(">H", 1000))
        same(s.closed(), (1000, ""))
        s.close()
        wait_for(lambda: daemon.metric("held") == 0, 5, "the count")


def unix_socket(site):
    s = socket.socket(socket.AF_UNIX)
    s.connect(site.path("run", "http.sock"))
    return s


def slow(tap, site, board, port):
    for name, connect in (
            ("its own port", lambda: socket.create_connection(port)),
            ("the web server's socket", lambda: unix_socket(site))):
        with tap.claim(f"1,000 openers at {name} that never finish: others "
                       "are served"):
            crowd = []
            for i in range(1000):
                s = connect()
                s.sendall(b"GET /"[:i % 6])
                crowd.append(s)
            began = time.monotonic()
            for address in (port, site.path("run", "http.sock")):
                s = BoardSocket(address, board.id, "?since=now",
                                token=board.tokens["write"])
                s.say(put_op("through"))
                s.until("results")
                s.close()
            check(time.monotonic() - began < 2, time.monotonic() - began)
            for one in crowd:
                one.settimeout(10)
                check(one.recv(100).startswith(b"HTTP/1.1 408"), "not told")
                one.close()


    with tap.claim("a head that goes on coming, but slowly, is told so when "
                   "its time is over"):
        head = b"GET / HTTP/1.1\r\nX: " + b"y" * 100
        for start in (0, 16):       # its first line comes at once, or does not
            with socket.socket(socket.AF_UNIX) as s:
                s.connect(site.path("run", "http.sock"))
                s.settimeout(0.1)
                s.sendall(head[:start])
                began, answer = time.monotonic(), b""
                for byte in head[start:start + 50]:
                    s.sendall(bytes([byte]))
                    with contextlib.suppress(TimeoutError):
                        answer = s.recv(1000)
                        break
                took = time.monotonic() - began
                check(answer.startswith(b"HTTP/1.1 408 Request Timeout\r\n"),
                      answer)
                check(1 <= took < 3, took)


def pings(tap, site):
    settings = {"daemon.ping": "1s", "daemon.pong": "300ms",
                "daemon.stall": "1s"}
    with Daemon(site, settings) as daemon:
        board = Board(site.direct)
        with tap.claim("who answers pings stays, who does not is cut off"):
            good, bad = live(site, board), live(site, board)
            seen = 0
            until = time.monotonic() + 3.5
            while time.monotonic() < until:
                good.socket.settimeout(max(until - time.monotonic(), 0.01))
                try:
                    opcode, payload = good.recv()
                except TimeoutError:
                    break
                if opcode == PING:
                    seen += 1
                    good.send(PONG, payload)
            check(seen >= 2, seen)
            good.socket.settimeout(10)
            good.say(put_op("alive"))
            good.until("results")
            same(daemon.metric("held"), 1)
            bad.close()

        with tap.claim("who stops reading is cut off, the others go on"):
            before = daemon.metric("stalled_total")
            stuck = live(site, board)
            stuck.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            for _ in range(20):
                board.ops([put_op("x" * 50000)])
                good.until("change")
            wait_for(lambda: answered(good)
                     and daemon.metric("stalled_total") > before, 10,
                     "the end of it")
            good.say(put_op("on"))
            good.until("results")
            stuck.close()
            good.close()


def answered(s):
    """Answers the pings that came meanwhile."""
    s.socket.settimeout(0.05)
    try:
        while True:
            opcode, payload = s.recv()
            if opcode == PING:
                s.send(PONG, payload)
    except TimeoutError:
        return True
    finally:
        s.socket.settimeout(10)


def drain(tap, site):
    with tap.claim("a daemon that ends says so: 1012, with a time to come "
                   "back at"):
        board = Board(site.direct)
        with Daemon(site) as daemon:
            s = live(site, board)
            os.kill(daemon.pid, 15)
            event = s.until("end")
            same(event["data"]["reason"], "shutdown")
            check(event["retry"] > 0, event)
            same(s.ended(), (1012, "shutdown"))


def body(tap):
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, most), most))
    with served(tap, "socket", {"limit.body_bytes": "64K"}) as site:
        port = ("127.0.0.1", free_port())
        with Daemon(site, {"daemon.listen": f"127.0.0.1:{port[1]}",
                           **SETTINGS}) as daemon:
            board = Board(site.direct)
            board.ops([put_op(f"note {i}") for i in range(20)])
            opening(tap, site, board)
            reading(tap, site, board)
            writing(tap, site, board)
            forged(tap, site, board)
            ends(tap, site, daemon, board)
            slow(tap, site, board, port)
        pings(tap, site)
        drain(tap, site)


if __name__ == "__main__":
    t.main(body)
