#!/usr/bin/python3
"""Proves what each web server lets through, and when.

By every way of running the program: held feeds begin at once and each event
passes before the next is written; who leaves is noticed; a quiet stream lives
by its heartbeats where the server cuts what is silent; slow senders and slow
readers leave room for others.  Where the responder is a service of its own, a
restart ends streams cleanly, fails no request and loses nothing.
"""

import re
import socket
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import tap as t
from api import Board, Client, new_id, put_op, seq_of
from feeds import EventStream
from harness import WAYS, Site, served, wait_for
from tap import LONG, check, same
from wire import Broken

AT_ONCE_MS = 500
EVENTS = 10
CROWD = 64
PLAIN_S = 5
DOWNLOAD_BYTES = 3600000        # more than the system's buffers take
RESTARTS = 3


def held_feeds(board):
    return [f for f in board.snapshot()["feeds"]
            if f not in ("normal", "longpoll", "websocket")]


class Raw:
    """Any held feed as bytes."""

    def __init__(self, board, feed, query=""):
        began = time.monotonic()
        self.stream = board.reader.open(
            f"{board.path}/changes?since=now&feed={feed}{query}")
        same(self.stream.status, 200)
        self.seen = self.stream.recv(5)
        self.first = time.monotonic() - began

    def until(self, text, timeout):
        stop = time.monotonic() + timeout
        while text.encode() not in self.seen:
            data = self.stream.recv(max(0.01, stop - time.monotonic()))
            if not data:
                raise Broken(f"ended before {text}")
            self.seen += data

    def proof(self):
        """Waits for the beat after up-to-date: what follows is silence."""
        self.until("up-to-date", 5)
        self.seen = self.seen[self.seen.rindex(b"up-to-date"):]
        self.until("{}", 5)

    def close(self):
        self.stream.close()


def flows(tap, site, way):
    board = Board(site.http)
    for feed in held_feeds(board):
        with tap.claim(f"{way}: {feed}: the first bytes come within "
                       f"{AT_ONCE_MS} ms"):
            took = []
            for _ in range(3):
                raw = Raw(board, feed, "&heartbeat=1000")
                took.append(raw.first)
                raw.close()
            check(min(took) * 1000 <= AT_ONCE_MS, took)

        with tap.claim(f"{way}: {feed}: each event comes before the next is "
                       "written"):
            raw = Raw(board, feed, "&heartbeat=1000")
            raw.until("up-to-date", 5)
            took = []
            for _ in range(EVENTS):
                note = new_id()
                wrote = time.monotonic()
                board.ops([put_op("flows", note)])
                raw.until(note, 2)
                took.append(time.monotonic() - wrote)
            raw.close()
            tap.note(f"{way}: {feed}: {statistics.median(took) * 1000:.1f} "
                     "ms after the writer asked, median")


def holds(site):
    text = Client(site.http).get("/metrics").body.decode()
    return int(re.search(r"^notewire_holds (\d+)", text, re.M)[1])


def leaving(tap, site, way):
    board = Board(site.http)
    limit = 2 if site.server.tells else 2.9
    when = "at once" if site.server.tells else "within two heartbeats"
    wait_for(lambda: holds(site) == 0, 5, "the end of earlier holds")
    feeds = held_feeds(board)
    with tap.claim(f"{way}: that browsers left is noticed {when}"):
        beat = 60000 if site.server.tells else 1000
        raws = [Raw(board, feed, f"&heartbeat={beat}") for feed in feeds]
        for raw in raws:
            raw.proof()
        same(holds(site), len(feeds))
        for raw in raws:
            raw.close()
        began = time.monotonic()
        wait_for(lambda: holds(site) == 0, limit, "the slots' return")
        tap.note(f"{way}: {time.monotonic() - began:.2f} s")


def crowd(tap, site, way):
    board = Board(site.http)
    for _ in range(DOWNLOAD_BYTES // 240000):
        board.ops([put_op("x" * 60000) for _ in range(4)])

    def plain(what):
        began = time.monotonic()
        same(Client(site.http).get("/health", timeout=PLAIN_S).status, 200)
        took = time.monotonic() - began
        tap.note(f"{way}: {took * 1000:.1f} ms beside {CROWD} {what}")

    with tap.claim(f"{way}: a plain request is answered beside slow uploads"):
        socks = [uploading(board) for _ in range(CROWD)]
        try:
            for sock in socks:
                sock.sendall(b" " * 100)
            plain("slow uploads")
            for sock in socks:
                sock.sendall(b" " * 100)
            plain("slow uploads")
        finally:
            for sock in socks:
                sock.close()

    with tap.claim(f"{way}: a plain request is answered beside downloads "
                   "that nobody reads"):
        socks = [downloading(board) for _ in range(CROWD)]
        try:
            plain("stalled downloads")
            plain("stalled downloads")
        finally:
            for sock in socks:
                sock.close()


def connection(http):
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.settimeout(10)
    sock.connect(http.address)
    return sock


def uploading(board):
    http = board.writer.via
    sock = connection(http)
    sock.sendall(http.head(
        "POST", board.path + "/notes", board.writer.fixed + [
            ("Content-Type", "text/plain"), ("Content-Length", "50000")],
        None))
    return sock


def downloading(board):
    http = board.reader.via
    sock = connection(http)
    sock.sendall(http.head("GET", board.path, board.reader.fixed, None))
    return sock


# What makes each server cut a response that is silent for 2 s.
SHORT = {
    "nginx": ("nginx.conf", "fastcgi_read_timeout 90s",
              "fastcgi_read_timeout 2s"),
    "apache": ("apache-fcgi.conf", "timeout=90", "timeout=2"),
    "apache-fcgid": ("apache-fcgid.conf", "FcgidIOTimeout 90",
                     "FcgidIOTimeout 2"),
    "apache-cgi": ("apache-cgi.conf", "CGIDScriptTimeout 90s",
                   "CGIDScriptTimeout 2s"),
}
LIVES_S = 7
# No server's own limit for a silent response is longer, by its defaults.
QUIET_S = 400


def impatient(site):
    """Fits the site's copy of its snippet."""
    name, old, new = SHORT.get(site.way, (None, None, None))
    if name is None:
        with open(site.path("conf", "snippets", "lighttpd-page.conf"), "a",
                  encoding="utf-8") as f:
            f.write("\nserver.max-write-idle = 2\n")
        return
    path = site.path("conf", "snippets", name)
    with open(path, encoding="utf-8") as f:
        text = f.read()
    same(text.count(old), 1, old)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text.replace(old, new))


def quiet(way):
    """When streams with short and with long heartbeats were cut, if they
    were."""
    with Site(way, prepare=impatient) as site:
        board = Board(site.http)
        streams = {}
        for beat in (1000, 60000):
            streams[beat] = EventStream(
                board.reader, f"{board.path}/changes?feed=eventsource"
                f"&since=now&heartbeat={beat}")
            streams[beat].until("heartbeat")
        cut = {}

        def follow(beat):
            began = time.monotonic()
            while time.monotonic() < began + LIVES_S:
                try:
                    if streams[beat].next(
                            began + LIVES_S - time.monotonic()) is None:
                        cut[beat] = time.monotonic() - began
                        return
                except TimeoutError:
                    return
        threads = [threading.Thread(target=follow, args=(b,))
                   for b in streams]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for stream in streams.values():
            stream.close()
        return cut


def lives(way):
    """What became of a stream that was quiet for long, all as shipped."""
    with Site(way) as site:
        board = Board(site.http)
        stream = EventStream(
            board.reader, f"{board.path}/changes?feed=eventsource&since=now")
        until = time.monotonic() + QUIET_S
        while time.monotonic() < until:
            event = stream.next(60)
            if event is None or event.name == "end":
                return f"ended {until - time.monotonic():.0f} s early: {event}"
        board.note("at last")
        stream.until("message")
        stream.close()
    return "lives"


def idle_as_shipped(tap):
    with ThreadPoolExecutor(len(WAYS)) as pool:
        found = {way: pool.submit(lives, way) for way in WAYS}
    for way, became in found.items():
        with tap.claim(f"{way}: a stream that is quiet for {QUIET_S} s lives"):
            same(became.result(), "lives")


def idle(tap):
    # All at once, since they only wait.
    with ThreadPoolExecutor(len(WAYS)) as pool:
        found = {way: pool.submit(quiet, way) for way in WAYS}
    for way, cut in found.items():
        with tap.claim(f"{way}: heartbeats keep a stream that the server "
                       "would cut as idle"):
            check(1000 not in cut.result(), cut.result())
        with tap.claim(f"{way}: and it is cut without them"):
            check(60000 in cut.result(), "it was not")
            tap.note(f"{way}: after {cut.result()[60000]:.1f} s")


class Follower(threading.Thread):
    """Follows a board over restarts; notes how each stream ended."""

    def __init__(self, board):
        super().__init__(daemon=True)
        self.board = board
        self.cursor = board.start
        self.got = []
        self.ends = []
        self.fault = None
        self.halt = threading.Event()

    def run(self):
        try:
            while not self.halt.is_set():
                self.follow()
        except Exception as problem:
            self.fault = f"{type(problem).__name__}: {problem}"

    def follow(self):
        stream = EventStream(
            self.board.reader, self.board.path + "/changes?feed=eventsource"
            "&heartbeat=1000", [("Last-Event-ID", self.cursor)])
        last = None
        while not self.halt.is_set():
            event = stream.next(5)
            if event is None:
                self.ends.append((last.name, last.data, stream.stream.clean))
                break
            last = event
            if event.name == "message":
                self.cursor = event.id
                self.got.append(seq_of(event.id))
        stream.close()


def restart(tap, way):
    with served(tap, way, keep_socket=True) as site:
        board = Board(site.http)
        followers = [Follower(board) for _ in range(5)]
        for follower in followers:
            follower.start()
        mark = site.log_mark(site.server.log)
        wrote, slowest, halt = [], [0.0], threading.Event()

        def write():
            while not halt.is_set():
                began = time.monotonic()
                wrote.append(board.writer.post(board.path + "/notes",
                                               {"text": "x"}).status)
                slowest[0] = max(slowest[0], time.monotonic() - began)
                halt.wait(0.005)
        writer = threading.Thread(target=write, daemon=True)
        writer.start()
        codes = []
        for n in range(1, RESTARTS + 1):
            wait_for(lambda: len(wrote) >= 20 * n, 10, "notes")
            codes.append(site.restart_responder())
            wait_for(lambda: all(len(f.ends) >= n or f.fault
                                 for f in followers), 10, "the streams' ends")
        halt.set()
        writer.join(10)
        wait_for(lambda: all(len(f.got) >= len(wrote) or f.fault
                             for f in followers), 10, "the last note")
        for follower in followers:
            follower.halt.set()
            follower.join(5)

        with tap.claim(f"{way}: over restarts no write fails: those that meet "
                       "one wait"):
            same(set(wrote), {201})
            same(codes, [0] * RESTARTS)
            tap.note(f"{way}: {len(wrote)} writes, the slowest "
                     f"{slowest[0] * 1000:.0f} ms")
        with tap.claim(f"{way}: streams end cleanly, and go on with nothing "
                       "lost or twice"):
            for follower in followers:
                same(follower.fault, None)
                # One that was back before the old one had gone ends again.
                check(len(follower.ends) >= RESTARTS, follower.ends)
                same(set(follower.ends),
                     {("end", '{"reason":"shutdown"}', True)})
                same(follower.got, list(range(1, len(wrote) + 1)))
        with tap.claim(f"{way}: and nothing is in the server's error log"):
            same(site.log_since(site.server.log, mark), b"")


def body(tap):
    for way in WAYS:
        with served(tap, way) as site:
            for part in (flows, leaving, crowd):
                with tap.claim(f"{way}: {part.__name__} comes to its end"):
                    part(tap, site, way)
    for way in WAYS:
        if way in ("socket", "nginx", "apache"):
            with tap.claim(f"{way}: restarts come to their end"):
                restart(tap, way)
    with tap.claim("idle streams come to their end"):
        idle(tap)
        if LONG:
            idle_as_shipped(tap)


if __name__ == "__main__":
    t.main(body)
