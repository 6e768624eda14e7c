#!/usr/bin/python3
"""Proves how the daemon asks the responder who may open a WebSocket.

Over a few connections, however many come at once, so that the responder has
threads left for everybody else; whoever waits for that has an answer in the
end.  A connection serves many questions, is closed when it is not used, and
neither the end of the responder nor a new one is an obstacle.  (A fake one shows
what is done when a connection is left with a question in it.)
"""

import select
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import tap as t
import wire
from api import Board, Client
from daemon import Daemon
from harness import served, stopped, wait_for
from sockets import BoardSocket
from tap import check, same

THREADS = 10
LINES = THREADS // 5
CROWD = 400


def opener(site, board):
    """A handshake that has begun, and whose answer nobody has read yet."""
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(20)
    s.connect(site.path("run", "http.sock"))
    s.sendall((f"GET /notewire/socket/{board.id}?since=now HTTP/1.1\r\n"
               "Host: localhost\r\nUpgrade: websocket\r\n"
               "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
               "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
               f"Authorization: Bearer {board.tokens['read']}\r\n\r\n"
               ).encode())
    return s


def live(site, board):
    s = BoardSocket(site.path("run", "http.sock"), board.id, "?since=now",
                    token=board.tokens["read"])
    same(s.status, 101)
    s.until("up-to-date")
    return s


def many(tap, site, daemon, board):
    with tap.claim(f"{CROWD} that come at once are let in over {LINES} "
                   "connections, and a request from elsewhere is answered"):
        crowd = [opener(site, board) for _ in range(CROWD)]
        most = daemon.lines()
        began = time.monotonic()
        same(Client(site.http).get("/health").status, 200)
        check(time.monotonic() - began < 5, "late")
        for s in crowd:
            check(s.recv(4096).startswith(b"HTTP/1.1 101"), "refused")
            most = max(most, daemon.lines())
        check(1 <= most <= LINES, most)
        for s in crowd:
            s.close()

    with tap.claim("who leaves before the answer is no obstacle"):
        for s in [opener(site, board) for _ in range(CROWD)]:
            s.close()
        live(site, board).close()
        wait_for(lambda: daemon.metric("held") == 0, 10, "their end")

    with tap.claim("a connection that is not used is closed"):
        wait_for(lambda: daemon.lines() == 0, 5, "that")


def ends(tap, site, board):
    with tap.claim("a responder that ends does not wait for one that is kept"):
        kept = site.direct.connect()
        wire.send(kept, site.direct.request("GET", "/health", keep=True))
        health = wire.FcgiFrames()
        while not health.ended:
            health.feed(kept.recv(65536))
        began = time.monotonic()
        same(site.responder.stop(), 0)
        check(time.monotonic() - began < 5, time.monotonic() - began)
        same(kept.recv(1), b"")
        kept.close()
        site.start_again()
        live(site, board).close()

    with tap.claim("one that is stopped and continued answers who had come "
                   "before that and said nothing yet"):
        early = [site.direct.connect() for _ in range(2)]
        same(Client(site.direct).get("/health").status, 200)
        with stopped(site.responder):
            for s in early:
                wire.send(s, site.direct.request("GET", "/health"))
        for s in early:
            check(s.recv(65536), "no answer")
            s.close()

    with tap.claim("nor does the next one suffer from a kill"):
        live(site, board).close()
        site.responder.kill()
        site.start_again()
        live(site, board).close()

    with tap.claim("while there is none, that is said"):
        site.responder.kill()
        s = BoardSocket(site.path("run", "http.sock"), board.id, "?since=now",
                        token=board.tokens["read"])
        same(s.problem(), (503, "busy"))
        s.close()
        site.start_again()


ANSWER = b"Status: 404 Not Found\r\nContent-Type: text/plain\r\n\r\nno"
STDOUT, END_REQUEST, STDIN = 6, 3, 5


def answer(line):
    """Reads a whole request, and answers it."""
    raw = b""
    while wire.record(STDIN, b"") not in raw:
        raw += line.recv(65536)
    line.sendall(wire.record(STDOUT, ANSWER)
                 + wire.record(END_REQUEST, bytes(8)))


def left_alone(tap, site):
    with tap.claim("what was on its way to a connection that the responder "
                   "left is asked over another"):
        path = site.path("run", "fake.sock")
        with socket.socket(socket.AF_UNIX) as listener, \
                ThreadPoolExecutor(1) as pool:
            listener.bind(path)
            site.give(path)
            listener.listen(4)
            listener.settimeout(10)
            with Daemon(site, {"daemon.responder": path}):
                board = Board(site.direct)
                ask = lambda: pool.submit(     # noqa: E731
                    BoardSocket, site.path("run", "http.sock"), board.id)
                first = ask()
                line = listener.accept()[0]
                answer(line)
                same(first.result(10).status, 404)
                second = ask()
                ready = select.poll()
                ready.register(line, select.POLLIN)
                check(ready.poll(10000), "another connection was taken")
                line.close()            # unread
                line = listener.accept()[0]
                answer(line)
                same(second.result(10).status, 404)
                line.close()


def body(tap):
    with served(tap, "socket", {"http.threads": THREADS,
                                "http.io_timeout": "10s"}) as site, \
            Daemon(site, {"daemon.connections_address": 4096,
                          "daemon.connections_session": 4096}) as daemon:
        board = Board(site.http)
        many(tap, site, daemon, board)
        ends(tap, site, board)
    with served(tap, "direct") as site:
        left_alone(tap, site)


if __name__ == "__main__":
    t.main(body)
