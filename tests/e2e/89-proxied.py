#!/usr/bin/python3
"""Proves that WebSockets work through each web server as it is shipped for.

By every way of running the responder: a page of this host opens one and no
other page does; changes come down and operations go up one by one; a quiet
one outlives the server's patience (--long); who asks for no upgrade is told;
the daemon's end comes through as its close code; while it is away the board
goes on without it, and once it is back so do the sockets.
"""

import json
import statistics
import time

import tap as t
from api import Board, Client, put_op
from daemon import Daemon
from harness import WAYS, served, wait_for
from sockets import BoardSocket
from tap import LONG, check, same
from websocket import TEXT, frame

EVENTS = 10
LONG_TEXT = "x" * 60000
QUIET_S = 80      # longer than any of them waits


def sign_in(board, role):
    made = board.reader.post("/session", {"token": board.tokens[role]},
                             expect=200)
    return made.header("set-cookie").partition(";")[0]


def opens(board, query="?since=now", headers=(), **more):
    return BoardSocket(board.reader.via.address, board.id, query, headers,
                       **more)


def live(board):
    s = opens(board, token=board.tokens["write"])
    same(s.status, 101)
    s.until("heartbeat")
    return s


def opening(tap, way, board):
    host = board.reader.via.host
    cookie = sign_in(board, "write")
    with tap.claim(f"{way}: a page of this host opens one, another does not"):
        s = opens(board, headers=[("Cookie", cookie),
                                  ("Origin", f"http://{host}"),
                                  ("Sec-WebSocket-Protocol", "notewire.v1")])
        same((s.status, s.headers.get("sec-websocket-protocol")),
             (101, "notewire.v1"))
        s.until("up-to-date")
        s.close()
        for origin in ("http://evil.example", "null",
                       f"http://{host.partition(':')[0]}"):
            s = opens(board, headers=[("Cookie", cookie), ("Origin", origin)])
            same(s.problem(), (403, "origin-refused"))
            s.close()

    with tap.claim(f"{way}: a path that is none, and a stranger: 404"):
        for target in (f"/notewire/socket/{board.id}%2F..%2Fapi",
                       f"/notewire/socket/x/{board.id}",
                       f"/notewire/socket/{board.id}?ticket=t.none"):
            s = BoardSocket(board.reader.via.address, "", head=(
                f"GET {target} HTTP/1.1\r\nHost: {host}\r\n"
                "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                "Sec-WebSocket-Version: 13\r\n\r\n").encode())
            check(s.status in (400, 403, 404), (target, s.status))
            s.close()

    with tap.claim(f"{way}: who asks for no upgrade is told to"):
        answer = Client(board.reader.via).via.raw(
            f"GET /notewire/socket/{board.id} HTTP/1.1\r\nHost: {host}\r\n"
            "Connection: close\r\n\r\n".encode())
        same(answer.status, 426)


def flows(tap, way, board):
    with tap.claim(f"{way}: each change comes before the next is written, and "
                   "each operation is answered"):
        s, took = live(board), []
        for i in range(EVENTS):
            began = time.monotonic()
            s.say({"key": f"key-{way}-{i:016}", **put_op(f"up {i}")})
            seen = {}
            while len(seen) < 2:
                event = s.until("change", "results")
                seen[event["event"]] = event["data"]
            same(seen["results"]["results"][0]["seq"], seen["change"]["seq"])
            took.append(time.monotonic() - began)
        check(statistics.median(took) < 1, took)
        tap.note(f"{way}: {statistics.median(took) * 1000:.1f} ms there and "
                 "back, median")

    with tap.claim(f"{way}: long messages and many at once, both ways"):
        s.socket.sendall(b"".join(
            frame(TEXT, json.dumps(put_op(f"{i} {LONG_TEXT}")).encode())
            for i in range(8)))
        texts = []
        while len(texts) < 8:
            texts.append(s.until("change")["data"]["doc"]["text"])
        same(texts, [f"{i} {LONG_TEXT}" for i in range(8)])
        s.close()


def leaving(tap, way, board, daemon):
    with tap.claim(f"{way}: that one has left is noticed at once"):
        wait_for(lambda: daemon.metric("held") == 0, 10, "earlier ones")
        s = live(board)
        same(daemon.metric("held"), 1)
        s.close()
        wait_for(lambda: daemon.metric("held") == 0, 5, "the place")


def quiet(tap, way, board):
    with tap.claim(f"{way}: a quiet one lives by the daemon's pings"):
        s = opens(board, "?since=now&heartbeat=60000",
                  token=board.tokens["read"])
        s.until("heartbeat")
        s.socket.settimeout(QUIET_S)
        until = time.monotonic() + QUIET_S
        while time.monotonic() < until:
            same(s.event()["event"], "heartbeat")
        note = board.note("after a while")
        same(s.until("change")["data"]["id"], note["id"])
        s.close()


def ended(tap, way, board, daemon):
    with tap.claim(f"{way}: the daemon's end is a clean close, 1012"):
        s = live(board)
        daemon.process.stop()
        s.socket.settimeout(10)
        same(s.ended(), (1012, "shutdown"))
        s.close()

    with tap.claim(f"{way}: while it is away sockets are refused, the board "
                   "serves on and does not offer them"):
        s = opens(board, token=board.tokens["write"])
        check(s.status in (502, 503), s.status)
        s.close()
        same("websocket" in board.snapshot()["feeds"], False)
        board.note("written without it")

    with tap.claim(f"{way}: once it is back, so are they"):
        daemon.start()
        same(board.snapshot()["feeds"][0], "websocket")

        def open_again():
            s = opens(board, token=board.tokens["write"])
            s.close()
            return s.status == 101
        wait_for(open_again, 30, "a socket")    # servers pass it over a while


def through(tap, way):
    with served(tap, way) as site:
        if site.responder is None:
            site.start_responder()
        with Daemon(site) as daemon:
            board = Board(site.http)
            opening(tap, way, board)
            flows(tap, way, board)
            leaving(tap, way, board, daemon)
            if LONG:
                quiet(tap, way, board)
            ended(tap, way, board, daemon)


def body(tap):
    for way in WAYS:
        through(tap, way)


if __name__ == "__main__":
    t.main(body)
