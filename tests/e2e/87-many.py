#!/usr/bin/python3
"""Proves that many streams cost the daemon little, and nobody else anything.

500 streams from plain CGI, under lighttpd and under Apache: no process is left,
changes reach all of them, and that they leave is noticed within two heartbeats.
Then 500 of 1,000 readers stop reading while others write: each costs the
daemon at most 16 KiB, the others keep their pace, and who comes back has lost
nothing; and 500 of 510 WebSockets, which cost the kernel at most 64 KiB each.
And 3,000 long-polls whose time ends while a change is on its way to them.
"""

import fcntl
import json
import resource
import struct
import termios
import time
from concurrent.futures import ThreadPoolExecutor

import servers
import tap as t
from api import Board, put_op, seq_of
from daemon import Daemon, Held, message
from feeds import EventStream
from harness import free_port, sanitized, served, wait_for
from sockets import BoardSocket
from tap import LONG, check, same

MANY = 500
POLLS = 3000
SECONDS = 60 if LONG else 8     # that they are written to
HEARTBEAT_MS = 2000
LIMITS = {"daemon.connections_address": 100000,
          "daemon.connections_board": 100000}
# Apache has a thread for each stream: as many as that takes.
APACHE_THREADS = "\nServerLimit 10\nThreadLimit 64\nThreadsPerChild 64\n" \
    f"MaxRequestWorkers {MANY + 140}"


def cgi(tap, way):
    with served(tap, way) as site, Daemon(site, LIMITS) as daemon:
        board = Board(site.http)
        path = f"{board.path}/changes?feed=eventsource&since=now" \
            f"&heartbeat={HEARTBEAT_MS}"

        def follow(_):
            stream = EventStream(board.reader, path, timeout=30)
            stream.until("up-to-date", 30)
            return stream

        with tap.claim(f"{way}: {MANY} streams, and no process left"):
            with ThreadPoolExecutor(16) as pool:
                streams = list(pool.map(follow, range(MANY)))
            same(daemon.metric("held"), MANY)
            wait_for(lambda: site.responders() == [], 10, "their end")

        with tap.claim(f"{way}: a change reaches all of them"):
            began = time.monotonic()
            made = board.note("for all")
            for stream in streams:
                while stream.next(20).name != "message":
                    pass
            tap.note(f"{time.monotonic() - began:.2f} s, "
                     f"{daemon.memory()} kB, rev {made['rev']}")

        with tap.claim(f"{way}: that they left is noticed in two heartbeats"):
            began = time.monotonic()
            for stream in streams:
                stream.close()
            closed = time.monotonic()
            wait_for(lambda: daemon.metric("held") == 0,
                     20 * HEARTBEAT_MS / 1000, "their end")
            took = time.monotonic() - closed
            tap.note(f"{took:.2f} s, and {closed - began:.2f} s to close them")
            # the second one after it may be about to come; then they act
            check(took < 2 * HEARTBEAT_MS / 1000 + 1, took)


def write(board, count, size):
    for at in range(0, count, 20):
        done = board.ops([put_op("x" * size) for _ in range(20)])
        same({r["status"] for r in done}, {201})


class Follower:
    """Reads lines of a held stream and counts what it is told."""

    def __init__(self, daemon, board, after="0"):
        self.held = Held(daemon, message(
            board, board.tokens["read"], feed="continuous", docs="true",
            after=after))
        self.seqs = []

    def read(self, seconds):
        more = self.held.read(seconds)
        lines, _, self.held.content = self.held.content.rpartition(b"\n")
        for line in lines.split(b"\n"):
            if line.startswith(b'{"seq":"'):
                self.seqs.append(int(line.split(b'"')[3].rpartition(b"-")[2]))
        return more and not self.held.closed

    def read_to(self, seq):
        while len(self.seqs) < seq:
            check(self.read(20), "it ended")


def keep_pace(tap, board, going):
    """Writes 200 changes a second, which these read; how many it wrote."""
    began, slowest, written = time.monotonic(), 0, 0
    while time.monotonic() - began < SECONDS:
        write(board, 40, 1000)
        written += 40
        wrote = time.monotonic()
        for one in going:
            one.read_to(written)
        slowest = max(slowest, time.monotonic() - wrote)
        time.sleep(max(0, began + written / 200 - time.monotonic()))
    tap.note(f"{written} changes of 1 kB, slowest {slowest:.3f} s")
    check(slowest < 5, slowest)
    return written


def readable(sock):
    """Bytes that wait to be read; of a Unix socket all that were sent."""
    return struct.unpack("i", fcntl.ioctl(sock, termios.FIONREAD, bytes(4)))[0]


def stopped(tap):
    settings = {**LIMITS, "daemon.stall": "15m"}
    with served(tap, "direct", {"http.threads": 32}) as site, \
            Daemon(site, settings) as daemon:
        board = Board(site.direct)
        idle = [Follower(daemon, board) for _ in range(MANY)]
        going = [Follower(daemon, board) for _ in range(20)]
        for one in idle + going:
            one.held.until("up-to-date")
        before = daemon.memory()

        with tap.claim(f"{MANY} stop reading: the others keep their pace"):
            written = keep_pace(tap, board, going)

        with tap.claim("each of them costs at most 16 KiB here, and 64 KiB "
                       "of the kernel's"):
            each = (daemon.memory() - before) / MANY
            kept = max(readable(one.held.socket) for one in idle)
            tap.note(f"{each:.1f} KiB, the kernel at most {kept} bytes")
            check(each < 16 or sanitized(), each)
            check(0 < kept < 64 << 10, kept)

        with tap.claim("and goes on without loss"):
            for one in idle + going:
                one.read_to(written)
                same(one.seqs, list(range(1, written + 1)))
                one.held.close()


class SocketFollower:
    """The same by a WebSocket."""

    def __init__(self, address, board):
        self.socket = BoardSocket(address, board.id, "?since=0",
                                  token=board.tokens["read"], timeout=30)
        same(self.socket.status, 101)
        self.socket.until("up-to-date")
        self.seqs = []

    def read_to(self, seq):
        while not self.seqs or self.seqs[-1] < seq:
            self.seqs.append(seq_of(self.socket.until("change")["id"]))


def kept_by_kernel(port):
    """What it has of each connection of that port, sent but not taken."""
    with open("/proc/net/tcp", encoding="ascii") as f:
        rows = [line.split() for line in f][1:]
    return [int(row[4].split(":")[0], 16) for row in rows
            if row[1].endswith(f":{port:04X}") and row[3] == "01"]


def stopped_sockets(tap):
    port = free_port()
    settings = {**LIMITS, "daemon.stall": "15m",
                "daemon.listen": f"127.0.0.1:{port}"}
    with served(tap, "direct", {"http.threads": 32}) as site, \
            Daemon(site, settings) as daemon:
        board = Board(site.direct)
        idle = [SocketFollower(("127.0.0.1", port), board)
                for _ in range(MANY)]
        going = [SocketFollower(site.path("run", "http.sock"), board)
                 for _ in range(10)]
        before = daemon.memory()

        with tap.claim(f"{MANY} WebSockets stop reading: the others keep "
                       "their pace"):
            written = keep_pace(tap, board, going)

        with tap.claim("each costs at most 16 KiB here, and 64 KiB of the "
                       "kernel's"):
            each = (daemon.memory() - before) / MANY
            kept = kept_by_kernel(port)
            same(len(kept), MANY)
            tap.note(f"{each:.1f} KiB, the kernel at most {max(kept)} bytes")
            check(each < 16 or sanitized(), each)
            # of the client's side the kernel may keep as much as it likes
            check(0 < max(kept) < 64 << 10, kept)

        with tap.claim("and goes on without loss"):
            for one in (idle if LONG else idle[::10]) + going:
                one.read_to(written)
                same(one.seqs, list(range(1, written + 1)))
            for one in idle + going:
                one.socket.close()


def over(tap):
    """Polls whose time is over while a change is on its way to all of them."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(3 * POLLS, most), most))
    with served(tap, "direct") as site, Daemon(site, LIMITS) as daemon:
        board = Board(site.direct)
        with tap.claim(f"of {POLLS} polls that end meanwhile none steps over a "
                       "change"):
            since = board.head()
            began = time.monotonic()
            polls = []
            for i in range(POLLS):      # they end one after the other, 1.2 s
                ends = began + 3 + i * 1.2 / POLLS
                polls.append(Held(daemon, message(
                    board, board.tokens["read"], feed="longpoll", after=since,
                    timeout=int((ends - time.monotonic()) * 1000))))
            tap.note(f"{time.monotonic() - began:.2f} s to begin them")
            time.sleep(max(0, began + 3.6 - time.monotonic()))
            board.note("for all")
            empty = 0
            for poll in polls:
                page = json.loads(poll.to_end())
                poll.close()
                if not page["results"]:
                    empty += 1
                    same(page["last_seq"], since)
            tap.note(f"{empty} were over before it came")
            check(POLLS / 10 < empty < POLLS * 9 / 10, empty)


def body(tap):
    servers.ApacheCgi.more += APACHE_THREADS
    for way in ("cgi", "apache-cgi"):
        cgi(tap, way)
    stopped(tap)
    stopped_sockets(tap)
    over(tap)


if __name__ == "__main__":
    t.main(body)
