"""Hundreds of clients that open WebSockets, write and read, all in one thread.

Each is a small machine: it opens a socket, says what is next, waits for the
answer, says goodbye after a few, and opens another.  What got no answer before
the daemon's goodbye is said again by the same key.  All that a board tells is
read, from the client's cursor on.  Nothing is forgiven: a connection that is
refused, answered by anything but 101, cut without a close frame, or closed with
another code than that of a daemon that leaves is a fault.
"""

import contextlib
import errno
import heapq
import json
import os
import random
import selectors
import socket
import struct
import threading
import time

from api import put_op, seq_of
from websocket import CLOSE, PING, PONG, TEXT, frame

AWAY = 1012                     # a daemon that leaves
PER_SOCKET = 3                  # answers before a client says goodbye
THINK_S = 0.5                   # between two operations, at most
BACK_S = 0.3                    # until one comes back, at most
CHANGE = b'{"event":"change","id":"'


class Member:
    """One client; `crowd` is the loop that it lives in."""

    def __init__(self, crowd, board, address, least):
        self.crowd, self.board, self.address = crowd, board, address
        self.least = least      # operations until it may stop
        self.at = board.start
        self.seqs = []
        self.op = None          # said, or about to be
        self.done = {}          # key: (seq, id of the note)
        self.opened = self.sent_away = self.again = 0
        self.fault = None
        self.stage = "idle"
        self.socket = None
        self.raw = b""

    # What happens to it

    def due(self):
        """Its time has come."""
        if self.stage == "idle":
            self.open()
        elif self.stage == "thinking":
            self.say()

    def ready(self):
        """Its socket has something, or is connected now."""
        if self.stage == "connecting":
            self.connected()
            return
        try:
            data = self.socket.recv(1 << 16)
        except BlockingIOError:
            return
        if not data:
            self.ended()
            return
        self.raw += data
        if self.stage == "asking":
            self.answered()
        if self.stage not in ("asking", "idle"):
            self.frames()

    # Opening

    def open(self):
        family = socket.AF_UNIX if isinstance(self.address, str) \
            else socket.AF_INET
        self.raw, self.of_this = b"", 0
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        self.socket.setblocking(False)
        wrong = self.socket.connect_ex(self.address)
        if wrong == errno.EAGAIN:       # as a blocking one would wait
            self.socket.close()
            self.crowd.later(self, 0.01)
            return
        self.stage = "connecting"
        self.crowd.watch(self, selectors.EVENT_WRITE)
        if wrong not in (0, errno.EINPROGRESS):
            raise OSError(wrong, os.strerror(wrong))

    def connected(self):
        wrong = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if wrong:
            raise OSError(wrong, os.strerror(wrong))
        self.stage = "asking"
        self.crowd.watch(self, selectors.EVENT_READ)
        self.socket.sendall(
            f"GET /socket/{self.board.id}?since={self.at}&include_docs=false "
            "HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            f"Authorization: Bearer {self.board.tokens['write']}\r\n\r\n"
            .encode())

    def answered(self):
        head, mark, rest = self.raw.partition(b"\r\n\r\n")
        if not mark:
            return
        if not head.startswith(b"HTTP/1.1 101 "):
            raise ValueError(f"refused: {self.raw[:300]!r}")
        self.raw, self.stage = rest, "reading"
        self.opened += 1

    # Reading and writing

    def frames(self):
        """Takes what is whole of what came."""
        at, raw = 0, self.raw
        while len(raw) - at >= 2 and self.stage != "idle":
            size, head = raw[at + 1], 2
            if size == 126:
                size, head = int.from_bytes(raw[at + 2:at + 4], "big"), 4
            elif size == 127:
                size, head = int.from_bytes(raw[at + 2:at + 10], "big"), 10
            end = at + head + size
            if len(raw) < max(end, at + head):
                break
            self.take(raw[at], raw[at + head:end])
            at = end
        self.raw = raw[at:]

    def take(self, first, payload):
        if first == 0x80 | TEXT:
            if payload.startswith(CHANGE):
                start = len(CHANGE)
                self.at = payload[start:payload.index(b'"', start)].decode()
                self.seqs.append(seq_of(self.at))
            else:
                self.hear(json.loads(payload))
        elif first == 0x80 | PING:
            self.socket.sendall(frame(PONG, payload))
        elif first == 0x80 | CLOSE:
            self.closed(payload)
        else:
            raise ValueError(f"a frame that starts {first:#x}")

    def hear(self, event):
        name = event["event"]
        if name == "up-to-date":
            self.think()
        elif name == "results":
            result, = event["data"]["results"]
            if result["status"] not in (200, 201) or \
                    result["key"] != self.op["key"]:
                raise ValueError(f"{result} to {self.op}")
            self.done[result["key"]] = (result["seq"], self.op["id"])
            self.op, self.of_this = None, self.of_this + 1
            if self.of_this < PER_SOCKET:
                self.think()
            else:
                self.stage = "leaving"
                self.socket.sendall(frame(CLOSE, struct.pack(">H", 1000)))
        elif name not in ("heartbeat", "end"):
            raise ValueError(f"told {event}")

    def think(self):
        if self.crowd.going or len(self.done) < self.least:
            self.stage = "thinking"
            self.crowd.later(self, random.uniform(0, THINK_S))
        else:
            self.stage = "following"    # until it has seen all

    def say(self):
        self.again += self.op is not None
        self.op = self.op or put_op("from the crowd")
        self.stage = "waiting"
        self.socket.sendall(frame(TEXT, json.dumps(self.op).encode()))

    # Leaving

    def closed(self, payload):
        code = struct.unpack(">H", payload[:2])[0]
        if self.stage == "leaving" and code == 1000:
            self.over()
        elif code == AWAY:
            if self.stage != "leaving":
                self.socket.sendall(frame(CLOSE, payload[:2]))
                self.sent_away += 1
            self.over()
        else:
            raise ValueError(f"closed: {payload!r}")

    def ended(self):
        raise ValueError(f"cut off while {self.stage}; left: "
                         f"{self.raw[:100]!r}")

    def over(self):
        """It has no socket now; soon it has another."""
        self.crowd.forget(self)
        self.socket.close()
        self.stage = "idle"
        self.crowd.later(self, random.uniform(0, BACK_S))


class Crowd(threading.Thread):
    """All of them; `going` until they may stop, `stop` once they have."""

    def __init__(self, boards, addresses, count, least):
        super().__init__(daemon=True)
        self.members = [Member(self, boards[i % len(boards)],
                               addresses[i // len(boards) % len(addresses)],
                               least) for i in range(count)]
        self.going, self.stop = True, False
        self.selector = selectors.DefaultSelector()
        self.times = [(0.0, i, m) for i, m in enumerate(self.members)]
        self.turn = count

    def later(self, member, seconds):
        self.turn += 1
        heapq.heappush(self.times, (time.monotonic() + seconds, self.turn,
                                    member))

    def watch(self, member, events):
        if events == selectors.EVENT_WRITE:
            self.selector.register(member.socket, events, member)
        else:
            self.selector.modify(member.socket, events, member)

    def forget(self, member):
        self.selector.unregister(member.socket)

    def run(self):
        while not self.stop:
            while self.times and self.times[0][0] <= time.monotonic():
                member = heapq.heappop(self.times)[2]
                self.let(member, member.due)
            for key, _ in self.selector.select(0.02):
                self.let(key.data, key.data.ready)
        for member in self.members:
            if member.stage != "idle":
                member.socket.close()
        self.selector.close()

    def let(self, member, act):
        """Does that; what goes wrong is its fault, and its end."""
        if member.fault is not None:
            return
        try:
            act()
        except (OSError, ValueError, KeyError) as problem:
            member.fault = f"{type(problem).__name__} while {member.stage}: " \
                f"{problem}"
            with contextlib.suppress(KeyError):     # it was not watched
                self.forget(member)

    def faults(self):
        return [m.fault for m in self.members if m.fault]

    def open_now(self):
        """How many have a socket that was answered."""
        return sum(m.stage not in ("idle", "connecting", "asking")
                   for m in self.members)

    def finished(self):
        """Whether each has done its share and been answered."""
        return all(len(m.done) >= m.least and m.op is None
                   for m in self.members)
