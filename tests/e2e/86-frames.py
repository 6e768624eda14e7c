#!/usr/bin/python3
"""Proves that WebSocket connections keep to RFC 6455, by the echo server.

Each case goes over the daemon's own connection and frame code: lengths at each
boundary, fragments, control frames among them, reserved bits and opcodes,
frames without mask, bad UTF-8, closes and their codes, messages that are too
long, the handshake; a client that reads nothing costs no memory.  The cases
of suites from outside are in frames.py.
"""

import random
import socket
import struct
import threading
import time

import frames
import tap as t
from echo import Echo
from harness import sanitized, wait_for
from tap import check, same
from websocket import (BINARY, CLOSE, CONT, PING, PONG, TEXT, WebSocket,
                       frame)

MAX = 1 << 20


class Flood:
    """Two clients that send as fast as they can, until it ends."""

    def __init__(self, echo, first, then):
        self.sockets = [echo.open() for _ in range(2)]
        self.first, self.then, self.sent, self.over = first, then, 0, False
        self.threads = [threading.Thread(target=self.send, args=(ws,))
                        for ws in self.sockets]

    def send(self, ws):
        try:
            ws.socket.sendall(self.first)
            while not self.over:
                ws.socket.sendall(self.then)
                self.sent += len(self.then)
        except OSError:
            pass                    # it was closed, which is all right

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        wait_for(lambda: self.sent > 1 << 20 or
                 not any(thread.is_alive() for thread in self.threads),
                 20, "a flood")
        return self

    def __exit__(self, kind, problem, trace):
        self.over = True
        for thread in self.threads:
            thread.join(20)
        for ws in self.sockets:
            ws.close()


def echoes(tap, echo):
    for size in (0, 1, 125, 126, 127, 128, 65535, 65536, 65537, MAX):
        with tap.claim(f"{size} bytes of text and binary come back"):
            ws = echo.open()
            for opcode, byte in ((TEXT, b"*"), (BINARY, b"\xfe")):
                ws.send(opcode, byte * size)
                same(ws.recv(), (opcode, byte * size))
            ws.close()

    with tap.claim("byte for byte they do too"):
        ws = echo.open()
        for byte in frame(TEXT, "κόσμε".encode()) + frame(PING, b"x"):
            ws.socket.send(bytes([byte]))
        same(ws.recv(), (TEXT, "κόσμε".encode()))
        same(ws.recv(), (PONG, b"x"))
        ws.close()

    with tap.claim("fragments, at any place, with pings among them"):
        ws = echo.open()
        chance = random.Random(6455)
        for _ in range(200):
            data = chance.randbytes(chance.randrange(3000))
            cuts = sorted(chance.randrange(len(data) + 1)
                          for _ in range(chance.randrange(6)))
            ends = list(zip([0] + cuts, cuts + [len(data)]))
            sent, pings = b"", []
            for i, (start, end) in enumerate(ends):
                sent += frame(BINARY if i == 0 else CONT, data[start:end],
                              fin=i == len(ends) - 1)
                if i < len(ends) - 1 and chance.random() < 0.5:
                    pings.append(chance.randbytes(chance.randrange(126)))
                    sent += frame(PING, pings[-1])
            ws.socket.sendall(sent)
            for ping in pings:
                same(ws.recv(), (PONG, ping))
            same(ws.recv(), (BINARY, data))
        ws.close()

    with tap.claim("a pong that nobody asked for is nothing"):
        ws = echo.open()
        ws.send(PONG, b"so what")
        ws.send(TEXT, b"x")
        same(ws.recv(), (TEXT, b"x"))
        ws.close()

    with tap.claim("messages that come together come back in order"):
        ws = echo.open()
        ws.socket.sendall(b"".join(frame(TEXT, str(i).encode())
                                   for i in range(2000)))
        for i in range(2000):
            same(ws.recv(), (TEXT, str(i).encode()))
        ws.close()


def faults(tap, echo):
    long = b"x" * 126
    cases = [(f"opcode {op}", frame(op), 1002)
             for op in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15)]
    cases += [(f"reserved bits {bits}", frame(TEXT, b"x", reserved=bits),
               1002) for bits in range(1, 8)]
    cases += [
        ("no mask", frame(TEXT, b"x", masked=False), 1002),
        ("a long ping", frame(PING, long), 1002),
        ("a long close", frame(CLOSE, b"\x03\xe8" + long), 1002),
        ("a ping in fragments", frame(PING, b"x", fin=False), 1002),
        ("a continuation of nothing", frame(CONT, b"x"), 1002),
        ("a continuation of nothing, unfinished",
         frame(CONT, b"x", fin=False), 1002),
        ("a message in a message",
         frame(TEXT, b"x", fin=False) + frame(TEXT, b"y"), 1002),
        ("126 written long", frame(TEXT, b"x" * 125, length=b"\x7e\x00\x7d"),
         1002),
        ("65535 written longer",
         frame(TEXT, length=struct.pack(">BQ", 127, 65535)), 1002),
        ("a length of 2^63", frame(TEXT, length=b"\x7f\x80" + bytes(7)), 1002),
        ("too long", frame(BINARY, length=struct.pack(">BQ", 127, MAX + 1)),
         1009),
        ("too long in fragments", frame(BINARY, b"x" * MAX, fin=False)
         + frame(CONT, b"x"), 1009),
        ("bad text", frame(TEXT, b"\xce\xba\xed\xa0\x80"), 1007),
        ("bad text in a fragment", frame(TEXT, b"\xce\xba\xed\xa0\x80",
                                         fin=False), 1007),
        ("half a character", frame(TEXT, b"\xe2\x82"), 1007),
        ("a close of one byte", frame(CLOSE, b"\x03"), 1002),
        ("a close with bad text", frame(CLOSE, b"\x03\xe8\xff"), 1007),
    ]
    cases += [(f"close code {code}", frame(CLOSE, struct.pack(">H", code)),
               1002) for code in (0, 999, 1004, 1005, 1006, 1015, 1016, 1100,
                                  2000, 2999, 5000, 65535)]
    for name, sent, code in cases:
        with tap.claim(f"{name}: closed with {code}"):
            ws = echo.open()
            ws.send(TEXT, b"before")
            same(ws.recv(), (TEXT, b"before"))
            ws.socket.sendall(sent)
            same(ws.closed()[0], code)
            ws.close()

    with tap.claim("after a fault nothing is taken any more"):
        ws = echo.open()
        ws.socket.sendall(frame(3) + frame(TEXT, b"x"))
        same(ws.closed()[0], 1002)
        ws.close()


def closes(tap, echo):
    for code in (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000,
                 3999, 4000, 4999):
        with tap.claim(f"a close with {code} is answered by the same"):
            ws = echo.open()
            ws.send(CLOSE, struct.pack(">H", code) + "wegen".encode())
            same(ws.closed()[0], code)
            ws.close()

    with tap.claim("one without a code by one without"):
        ws = echo.open()
        ws.send(CLOSE)
        same(ws.closed(), (1005, ""))
        ws.close()

    with tap.claim("nothing is answered after it"):
        ws = echo.open()
        ws.socket.sendall(frame(CLOSE, b"\x03\xe8") + frame(PING, b"x")
                          + frame(TEXT, b"y"))
        same(ws.closed()[0], 1000)
        ws.close()


def handshakes(tap, echo):
    def status(head):
        ws = WebSocket(echo.address, head=head)
        ws.close()
        return ws.status

    good = (b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")
    with tap.claim("what is no upgrade is told so"):
        same(status(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"), 426)
        same(status(good.replace(b": 13", b": 12") + b"\r\n"), 426)
        for bad in (good.replace(b"GET", b"POST"), good + b"A : b\r\n",
                    good.replace(b"==", b""), good + b"Host: y\r\n",
                    good + b"Content-Length: 3\r\n", b"\x16\x03\x01\x00"):
            same(status(bad + b"\r\n"), 400, bad)

    with tap.claim("a head that is too long is told that"):
        same(status(good + b"A: " + b"x" * 9000 + b"\r\n\r\n"), 431)
        same(status(good + b"A:" + b" " * 9000 + b"\r\n\r\n"), 431)
        same(status(good + b"A: x\r\n" * 65 + b"\r\n"), 431)

    with tap.claim("what comes right behind the handshake is not lost, nor "
                   "where it is much, or cut"):
        said = [b"early", b"x" * 3000, b"late"]
        behind = b"".join(frame(TEXT, one) for one in said)
        for cut in (len(behind), 1, 9, 2000, 3010):
            ws = WebSocket.__new__(WebSocket)
            ws.raw, ws.key = b"", "dGhlIHNhbXBsZSBub25jZQ=="
            ws.socket = socket.create_connection(echo.address, 10)
            ws.socket.sendall(good + b"\r\n" + behind[:cut])
            ws.answer()
            ws.socket.sendall(behind[cut:])
            for one in said:
                same(ws.recv(), (TEXT, one))
            ws.close()


def greedy(tap, echo):
    with tap.claim("200,000 pings that nobody reads pongs of cost no memory"):
        ws = echo.open()
        before = echo.memory()
        ws.socket.settimeout(1)
        pings = frame(PING, b"x" * 100) * 1000
        try:
            for _ in range(200):
                ws.socket.sendall(pings)
        except TimeoutError:
            pass
        grown = echo.memory() - before
        check(grown < 512 or sanitized(), grown)
        other = echo.open()
        other.send(TEXT, b"x")
        same(other.recv(), (TEXT, b"x"))
        other.close()
        ws.close()

    with tap.claim("a length past the limit is refused when its header is "
                   "there, and costs no memory"):
        before = echo.memory()
        crowd = [echo.open() for _ in range(200)]
        for ws in crowd:
            ws.socket.sendall(frame(BINARY,
                                    length=struct.pack(">BQ", 127, 1 << 62)))
        for ws in crowd:
            opcode, payload = ws.recv()
            same((opcode, payload[:2]), (CLOSE, struct.pack(">H", 1009)))
        grown = echo.memory() - before
        check(grown < 512 or sanitized(), grown)
        for ws in crowd:
            ws.close()

    with tap.claim("who sends without end keeps nobody waiting"):
        other = echo.open()
        nothing = frame(CONT, fin=False) * 50000
        for what in (frame(BINARY, fin=False) + nothing,
                     frame(PONG, b"x" * 125) * 2000,
                     frame(CLOSE) + b"x" * 500000):
            with Flood(echo, what, nothing) as flood:
                for _ in range(50):
                    other.send(TEXT, b"x")
                    start = time.monotonic()
                    same(other.recv(), (TEXT, b"x"))
                    check(time.monotonic() - start < 1, "slow")
                check(flood.sent > 1 << 20, flood.sent)
        other.close()

    with tap.claim("who sends and never reads is not read from for ever"):
        ws = echo.open()
        before = echo.memory()
        ws.socket.settimeout(1)
        try:
            for _ in range(100):
                ws.socket.sendall(frame(BINARY, b"x" * 500000))
        except TimeoutError:
            pass
        grown = echo.memory() - before
        check(grown < 6000 or sanitized(), grown)
        ws.close()

    with tap.claim("a thousand silent connections keep nobody out"):
        silent = [socket.create_connection(echo.address) for _ in range(900)]
        ws = echo.open()
        ws.send(TEXT, b"x")
        same(ws.recv(), (TEXT, b"x"))
        ws.close()
        for s in silent:
            s.close()


def body(tap):
    with Echo(MAX) as echo:
        echoes(tap, echo)
        faults(tap, echo)
        closes(tap, echo)
        handshakes(tap, echo)
        greedy(tap, echo)
    with Echo(frames.MIB << 4) as echo:
        for part in (frames.orders, frames.texts, frames.ends, frames.lengths):
            part(tap, echo)


if __name__ == "__main__":
    t.main(body)
