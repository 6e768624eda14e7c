#!/usr/bin/python3
"""What a change costs by each feed behind each web server.

	feeds.py [--readers N] [--events N] [WAY...]

Readers follow one board by one feed through one server, while a writer makes
notes, the next when the last was seen by all.  A row of the table:

	median, p99   ms from the end of the writer's answer to the reader that
	              saw the change last, and the median's ratio; below 0 when
	              all saw it before that answer
	cpu           microseconds of the web server's and the responder's
	              processes a delivery, and its ratio
	bytes         on the client's connection a delivery, both directions,
	              and its ratio

Ratios are to the first row.  Polling is left out: its delay is half its
interval, its bytes are those of a long-poll.  CGI runs that come and go are
not counted in cpu, those that hold a stream are.

Environment as for the end-to-end tests: top_srcdir, top_builddir.
"""

import argparse
import json
import os
import selectors
import socket
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))

# pylint: disable=wrong-import-position
from api import Board  # noqa: E402
from harness import Site, descendants  # noqa: E402
from latency import PATIENCE, TEXT, Writer, whole_body  # noqa: E402
from servers import WAYS  # noqa: E402

FEEDS = ("eventsource", "continuous", "htmlfile", "longpoll")
# mod_fcgid starts a process for each, and only so many at once.
READERS = 16
EVENTS = 150        # an htmlfile ends itself at 128 KiB, some 250 of them


class Held:
    """A connection to a feed that stays."""

    def __init__(self, address, board, feed):
        self.address = address
        self.board = board
        self.feed = feed
        self.cursor = "0"
        self.count = 0
        self.data = b""
        self.ask()

    def ask(self):
        self.sock = socket.create_connection(self.address, PATIENCE)
        self.sock.settimeout(PATIENCE)
        self.send()

    def send(self):
        host = f"{self.address[0]}:{self.address[1]}"
        request = (f"GET /notewire/api{self.board.path}/changes?feed="
                   f"{self.feed}&since={self.cursor}&heartbeat=1000"
                   " HTTP/1.1\r\n"
                   f"Host: {host}\r\nAuthorization: Bearer "
                   f"{self.board.tokens['read']}\r\n\r\n").encode()
        self.sock.sendall(request)
        self.count += len(request)

    def ready(self):
        """Waits until the proof has come that the path streams."""
        while self.data.count(b"heartbeat") + self.data.count(b"{}") == 0 \
                or b"up-to-date" not in self.data:
            self.read(b"")
        self.data = b""

    def read(self, mark):
        """Whether the mark is among what has come since it last was."""
        data = self.sock.recv(1 << 16)
        if not data:
            raise SystemExit(f"{self.feed}: ended after {self.data[-200:]!r}")
        self.count += len(data)
        self.data += data
        if not mark or mark not in self.data:
            return False
        self.data = b""
        return True

    def close(self):
        self.sock.close()


class LongPolling(Held):
    """A connection that is kept, for one long-poll after the other."""

    def ready(self):
        """The first answer will be that of the first change."""

    def read(self, mark):
        data = self.sock.recv(1 << 16)
        if not data:
            raise SystemExit(f"longpoll: ended after {self.data[-200:]!r}")
        self.count += len(data)
        self.data += data
        head, end, body = self.data.partition(b"\r\n\r\n")
        if not end:
            return False
        text = whole_body(head, body)
        if text is None:
            return False
        self.data = b""
        self.cursor = json.loads(text)["last_seq"]
        self.send()
        return mark in text


def one_event(writer, readers, selector, number):
    """Seconds from the writer's answer until all have seen the change."""
    text = f"change {number} {TEXT}"
    mark = f"change {number} ".encode()
    waiting = set(readers)
    answered = None
    writer.send(text)
    while answered is None or waiting:
        ready = selector.select(PATIENCE)
        now = time.monotonic()
        if not ready:
            raise SystemExit(f"waited {PATIENCE} s for a change")
        for key, _ in ready:
            if key.data is writer:
                if writer.receive():
                    answered = now
            elif key.data.read(mark):
                waiting.discard(key.data)
                seen = time.monotonic()
    return seen - answered


def cpu_of(pids):
    """Nanoseconds that each process's threads have run."""
    found = {}
    for pid in pids:
        total = 0
        try:
            for thread in os.listdir(f"/proc/{pid}/task"):
                with open(f"/proc/{pid}/task/{thread}/schedstat",
                          encoding="ascii") as f:
                    total += int(f.read().split()[0])
        except OSError:
            continue
        found[pid] = total
    return found


def service_pids(site):
    return {pid for process in site.processes
            for pid in [process.pid] + descendants(process.pid)}


def measure(site, feed, readers_n, events_n):
    address = site.http.address
    board = Board(site.http)
    kind = LongPolling if feed == "longpoll" else Held
    writer = Writer(address, board)
    readers = [kind(address, board, feed) for _ in range(readers_n)]
    with selectors.DefaultSelector() as selector:
        for reader in readers:
            reader.ready()
            selector.register(reader.sock, selectors.EVENT_READ, reader)
        selector.register(writer.sock, selectors.EVENT_READ, writer)
        # one change first, so that every long-poll is under way
        one_event(writer, readers, selector, 0)
        before = cpu_of(service_pids(site))
        bytes_before = sum(r.count for r in readers)
        times = sorted(one_event(writer, readers, selector, n + 1)
                       for n in range(events_n))
        after = cpu_of(service_pids(site))
    deliveries = readers_n * events_n
    cpu = sum(after[p] - before[p] for p in after if p in before)
    got = sum(r.count for r in readers) - bytes_before
    for each in readers:
        each.close()
    writer.sock.close()
    return (times[len(times) // 2] * 1e3, times[len(times) * 99 // 100] * 1e3,
            cpu / deliveries / 1e3, got / deliveries)


def main():
    words = argparse.ArgumentParser()
    words.add_argument("--readers", type=int, default=READERS)
    words.add_argument("--events", type=int, default=EVENTS)
    words.add_argument("ways", nargs="*", default=WAYS)
    given = words.parse_args()
    first = None
    print(f"{given.readers} readers, {given.events} changes")
    print(f"{'server':13}{'feed':13}{'median':>8}{'p99':>8}{'ratio':>7}"
          f"{'cpu':>8}{'ratio':>7}{'bytes':>7}{'ratio':>7}")
    for way in given.ways:
        for feed in FEEDS:
            with Site(way) as site:
                row = measure(site, feed, given.readers, given.events)
            first = first or row
            print(f"{way:13}{feed:13}{row[0]:8.2f}{row[1]:8.2f}"
                  f"{row[0] / first[0]:7.2f}{row[2]:8.1f}"
                  f"{row[2] / first[2]:7.2f}{row[3]:7.0f}"
                  f"{row[3] / first[3]:7.2f}", flush=True)


if __name__ == "__main__":
    main()
