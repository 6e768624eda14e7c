#!/usr/bin/python3
"""How soon an event reaches an open stream, through lighttpd.

	latency.py [EVENTS]

A writer makes notes, a reader holds an event stream on the board; both speak
to lighttpd, which passes them to one responder.  Every time is taken by one
thread that waits on both sockets, so neither side waits for the other.  The
commit lies between the moments before the request and after its answer:

	after-request  from just before the request was sent to the event: more
	               than the time after the commit, by the whole write
	after-answer   from the end of the writer's answer to the event: less
	               than the time after the commit; below 0 when the event
	               came first
	headers        from the reader's connect to the end of the headers

Environment as for the end-to-end tests: top_srcdir, top_builddir.
"""

import os
import selectors
import socket
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))

# pylint: disable=wrong-import-position
from api import Board  # noqa: E402
from feeds import EventStream  # noqa: E402
from harness import Site  # noqa: E402

EVENTS = 500
STREAMS = 40        # opened to time their headers
PAUSE = 0.01        # between events: each is on its own
PATIENCE = 10
TEXT = "milk, bread and butter; ask Ada what she wants " * 4


def whole_body(head, body):
    """The body without its framing; None while some is missing."""
    lowered = head.lower()
    if b"transfer-encoding: chunked" in lowered:
        if not body.endswith(b"0\r\n\r\n"):
            return None
        text = b""
        while not body.startswith(b"0\r\n"):
            size, _, body = body.partition(b"\r\n")
            text += body[:int(size, 16)]
            body = body[int(size, 16) + 2:]
        return text
    for line in lowered.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name == b"content-length":
            return body if len(body) == int(value) else None
    raise SystemExit(f"an answer of unknown length: {head!r}")


class Writer:
    """A connection that is kept, as a browser keeps it."""

    def __init__(self, address, board):
        self.sock = socket.create_connection(address, PATIENCE)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.head = (f"POST /notewire/api{board.path}/notes HTTP/1.1\r\n"
                     f"Host: {address[0]}:{address[1]}\r\n"
                     f"Authorization: Bearer {board.tokens['write']}\r\n"
                     "Content-Type: text/plain\r\n")
        self.answer = b""

    def send(self, text):
        body = text.encode()
        self.answer = b""
        self.sock.sendall((f"{self.head}Content-Length: {len(body)}\r\n\r\n"
                           ).encode() + body)

    def receive(self):
        """Whether the answer is whole now."""
        data = self.sock.recv(65536)
        if not data:
            raise SystemExit("the writer's connection ended")
        self.answer += data
        head, mark, body = self.answer.partition(b"\r\n\r\n")
        if not mark:
            return False
        if not head.startswith(b"HTTP/1.1 201 "):
            raise SystemExit(f"the write failed: {self.answer!r}")
        return whole_body(head, body) is not None


def one_event(writer, stream, text):
    """Times of sending, of the end of the answer and of the event."""
    answered = seen = None
    with selectors.DefaultSelector() as both:
        both.register(writer.sock, selectors.EVENT_READ)
        both.register(stream.stream.sock, selectors.EVENT_READ)
        sent = time.monotonic()
        writer.send(text)
        while answered is None or seen is None:
            ready = both.select(PATIENCE)
            now = time.monotonic()
            if not ready:
                raise SystemExit(f"waited {PATIENCE} s for an event")
            for key, _ in ready:
                if key.fileobj is writer.sock:
                    if writer.receive():
                        answered = now
                elif any(text in event.data
                         for event in stream.read(PATIENCE)):
                    seen = now
    return sent, answered, seen


def measure_events(site, board, count):
    writer = Writer(site.server.address, board)
    stream = EventStream(board.reader, f"{board.path}/changes?since=now"
                         "&feed=eventsource")
    stream.until("up-to-date")
    stream.until("heartbeat")
    times = []
    for number in range(count):
        times.append(one_event(writer, stream, f"note {number}: {TEXT}"))
        time.sleep(PAUSE)
    stream.close()
    writer.sock.close()
    return ([seen - sent for sent, _, seen in times],
            [seen - answered for _, answered, seen in times])


def measure_headers(board, count):
    times = []
    for _ in range(count):
        begun = time.monotonic()
        stream = EventStream(board.reader, f"{board.path}/changes?since=now"
                             "&feed=eventsource")
        times.append(stream.stream.headers_at - begun)
        stream.close()
    return times


def show(name, times):
    times = sorted(times)
    at = [times[min(len(times) - 1, len(times) * share // 100)] * 1000
          for share in (50, 99, 100)]
    print(f"{name}-median {at[0]:.3g} ms ({len(times)} times)")
    print(f"{name}-p99 {at[1]:.3g} ms (worst {at[2]:.3g} ms)", flush=True)


def main(words):
    count = int(words[0]) if words else EVENTS
    with Site("socket") as site:
        board = Board(site.http)
        after_request, after_answer = measure_events(site, board, count)
        headers = measure_headers(board, STREAMS)
    show("after-request", after_request)
    show("after-answer", after_answer)
    show("headers", headers)


if __name__ == "__main__":
    main(sys.argv[1:])
