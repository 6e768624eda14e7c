#!/usr/bin/python3
"""What it costs to hold: upgrades, event streams, long-polls.

	holding.py [--streams N] [--pollers N] [--upgrades N] [--rounds N]

Processor time is that of all threads, as the kernel counts it; memory is what
the daemon has more than before, for each.  Figures:

	upgrade   of the daemon for a WebSocket besides the responder's answer,
	          which is what notewired --test-echo does, from the connection
	          to its 101; also in the bare loop's accept(), recv() and send()
	asked     the same with that answer, from the connection to up-to-date,
	          while others come as well; also in sends of the bare loop to a
	          Unix socket, since processors differ
	streams   of the daemon, of all that the daemon, the responder and the web
	          server take while changes reach event streams through it; each
	          stream is to get every change once; beside it what the bare
	          loop's sends would be of that
	held      memory of the daemon for one of those streams, beyond the first
	          tenth of them
	poll      of the daemon and the responder, for a long-poll through lighttpd
	          that waits, is woken by a change and comes again

Environment as for the end-to-end tests: top_srcdir, top_builddir.
"""

import argparse
import os
import re
import resource
import selectors
import socket
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))

# pylint: disable=wrong-import-position
import servers  # noqa: E402
from api import Board, seq_of  # noqa: E402
from daemon import Daemon  # noqa: E402
from fanout import Crowd as FanCrowd, cpu_of, memory_of, run, show  # noqa: E402
from harness import Site, descendants, wait_for  # noqa: E402
from sockets import BoardSocket  # noqa: E402

MANY = min(30000, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
PATIENCE = 60
AT_ONCE = 32        # that begin
PASSES = 7
SETTINGS = {"daemon.connections": MANY, "daemon.connections_board": MANY,
            "daemon.connections_address": MANY,
            "daemon.connections_session": MANY}
UPGRADE_NS = 40e3
POLL_NS = 150e3
SHARE = 0.2
HELD_BYTES = 512

servers.LIGHTTPD += f"server.max-fds = {MANY}\n" \
    f"server.max-connections = {MANY // 2}\n"
servers.NGINX = f"worker_rlimit_nofile {MANY};\n" + servers.NGINX.replace(
    "worker_connections 1024", f"worker_connections {MANY}")


class Connection:
    """A request under way, whose answer is read as it comes."""

    SEQ = re.compile(rb'\nid: [a-z0-9]{8}-([0-9]+)\n')

    def __init__(self, address):
        self.sock = socket.create_connection(address, PATIENCE)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.raw = b""
        self.ready = False      # all that there was before has come
        self.seqs = []

    def ask(self, text):
        self.raw = b""
        self.sock.sendall(text)

    def take(self):
        data = self.sock.recv(262144)
        if not data:
            raise SystemExit(f"ended: {self.raw[-300:]!r}")
        self.raw += data

    def take_events(self):
        """The numbers of the changes, which stand on lines of their own."""
        self.take()
        if b"event: up-to-date" in self.raw:
            self.ready = True
        for found in self.SEQ.finditer(self.raw):
            self.seqs.append(int(found[1]))
        end = self.raw.rfind(b"\n\n")
        if end > 0:
            self.raw = self.raw[end + 1:]


class Crowd:
    """Many connections, and one thread that waits for all of them."""

    def __init__(self, address):
        self.address = address
        self.selector = selectors.EpollSelector()
        self.all = []

    def add(self, count):
        """So many more; those."""
        some = [Connection(self.address) for _ in range(count)]
        for one in some:
            self.selector.register(one.sock, selectors.EVENT_READ, one)
        self.all += some
        return some

    def open(self, count, text):
        """So many streams, not more at a time than a listener queues."""
        while len(self.all) < count:
            some = self.add(min(AT_ONCE, count - len(self.all)))
            for one in some:
                one.ask(text)
            self.until(lambda one: one.ready, Connection.take_events, some)

    def until(self, done, take, some=None):
        """Reads until it is true of each; each is looked at when it reads."""
        left = {one for one in some or self.all if not done(one)}
        stop = time.monotonic() + PATIENCE
        while left:
            if time.monotonic() > stop:
                raise SystemExit(f"{len(left)} of {len(self.all)} wait still")
            for key, _ in self.selector.select(1):
                take(key.data)
                if done(key.data):
                    left.discard(key.data)

    def close(self):
        for one in self.all:
            one.sock.close()
        self.selector.close()


def request(site, board, query):
    host = f"{site.server.address[0]}:{site.server.address[1]}"
    return (f"GET /notewire/api{board.path}/changes?{query} HTTP/1.1\r\n"
            f"Host: {host}\r\nAuthorization: Bearer {board.tokens['read']}\r\n"
            "\r\n").encode()


def upgrade_of(server, count):
    """Nanoseconds of one, where so many come by TCP."""
    with tempfile.TemporaryDirectory(prefix="nw-upgrade-") as folder, \
            FanCrowd(server, folder, "tcp", count) as crowd:
        return crowd.upgrade


def upgrades(count):
    passes = [(upgrade_of("echo", count), upgrade_of("bare", count))
              for _ in range(PASSES)]
    show("upgrade", [ours / 1e3 for ours, _ in passes], "us",
         UPGRADE_NS / 1e3)
    show("upgrade", [ours / bare for ours, bare in passes],
         "times the bare loop's")


def asked(count):
    with Site("direct", SETTINGS) as site, Daemon(site) as daemon:
        board = Board(site.direct)
        open_one = lambda: BoardSocket(     # noqa: E731
            site.path("run", "http.sock"), board.id, "?since=now",
            token=board.tokens["read"])
        first = [open_one() for _ in range(20)]
        before = cpu_of([daemon.pid])
        with ThreadPoolExecutor(AT_ONCE) as pool:
            every = list(pool.map(lambda _: open_one(), range(count)))
        for one in every:
            one.until("up-to-date")
        spent = cpu_of([daemon.pid]) - before
        for one in first + every:
            one.close()
    show("asked", [spent / count / 1e3], "us")
    show("asked", [spent / count / bare_send()], "bare sends")


def bare_send():
    """Nanoseconds of the bare loop for one send to a Unix socket."""
    with tempfile.TemporaryDirectory(prefix="nw-bare-") as folder, \
            FanCrowd("bare", folder, "unix", 100) as crowd:
        run([crowd], 10, [1])
        told, = run([crowd], 100, [1])
        crowd.finish()
    return told["cpu"]


def streams_pass(way, count, rounds):
    """Nanoseconds a change, of all and of the daemon; bytes a stream."""
    with Site(way, SETTINGS) as site, Daemon(site) as daemon:
        board = Board(site.direct)
        server = [site.server.process.pid,
                  *descendants(site.server.process.pid)]
        every = [*server, site.responder.pid, daemon.pid]
        crowd = Crowd(site.server.address)
        text = request(site, board,
                       "feed=eventsource&since=now&heartbeat=60000")
        crowd.open(count // 10, text)
        memory = memory_of([daemon.pid])
        crowd.open(count, text)
        held = (memory_of([daemon.pid]) - memory) / (count - count // 10)
        first = seq_of(board.head())
        before = cpu_of(every), cpu_of([daemon.pid])
        for i in range(rounds):
            board.note("x" * 100)
            crowd.until(lambda one, n=i: len(one.seqs) > n,
                        Connection.take_events)
        total, own = cpu_of(every) - before[0], cpu_of([daemon.pid]) - before[1]
        want = [first + 1 + i for i in range(rounds)]
        wrong = sum(one.seqs != want for one in crowd.all)
        crowd.close()
        wait_for(lambda: daemon.metric("held") == 0, PATIENCE, "their end")
    if wrong:
        raise SystemExit(f"{way}: {wrong} of {count} streams lost something")
    changes = count * rounds
    return total / changes, own / changes, held


def streams(way, count, rounds):
    passes = [(*streams_pass(way, count, rounds), bare_send())
              for _ in range(PASSES)]
    print(f"{way}: {count} streams, each got {rounds} changes once")
    show(f"streams-{way}", [total / 1e3 for total, _, _, _ in passes],
         "us a change, of all")
    show(f"streams-{way}", [own / total for total, own, _, _ in passes],
         "of it is the daemon's", SHARE)
    show(f"streams-{way}", [bare / total for total, _, _, bare in passes],
         "would be the bare loop's")
    show(f"held-{way}", [held for _, _, held, _ in passes], "bytes",
         HELD_BYTES)


def polls(count, rounds):
    with Site("socket", SETTINGS) as site, Daemon(site) as daemon:
        board = Board(site.direct)
        crowd = Crowd(site.server.address)
        crowd.add(count)
        pids = [site.responder.pid, daemon.pid]
        spent = 0
        for i in range(rounds + 1):
            if i == 1:      # all is warm, and all connections are open
                spent = cpu_of(pids)
            text = request(site, board, f"feed=longpoll&timeout=60000"
                           f"&since={board.head()}")
            for one in crowd.all:
                one.ask(text)
            wait_for(lambda: daemon.metric("held") == count, PATIENCE, "all")
            board.note("x" * 100)
            crowd.until(lambda one: b'"pending":0}' in one.raw,
                        Connection.take)
        spent = cpu_of(pids) - spent
        crowd.close()
    show("poll", [spent / count / rounds / 1e3], "us", POLL_NS / 1e3)


def main():
    parser = argparse.ArgumentParser(description="What it costs to hold.")
    parser.add_argument("--streams", type=int, default=1000)
    parser.add_argument("--pollers", type=int, default=1000)
    parser.add_argument("--upgrades", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=20)
    given = parser.parse_args()
    upgrades(given.upgrades)
    asked(given.upgrades)
    for way in ("socket", "nginx"):
        streams(way, given.streams, given.rounds)
    polls(given.pollers, given.rounds)


if __name__ == "__main__":
    main()
