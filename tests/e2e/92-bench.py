#!/usr/bin/python3
"""Proves that the benchmarks still run and print their figures.

One pass each of those that need no web server; what the figures are is not
looked at.  And that the crowd which reads a fan-out counts right: against a
server that loses a change, sends one twice, or sends byte by byte.
"""

import os
import re
import socket
import subprocess
import sys
import threading
import time

import tap as t
from harness import BUILD, SOURCE
from tap import check, same

HEAD = ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\n"
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n").encode()
FIGURE = r"^{} [\d.e+-]+ "
PROGRAMS = (
    (["snapshot_bench"], ["ratio"]),
    (["writes_bench", "alone"], ["ratio"]),
    (["tail_bench"], ["ratio", "rate"]),
)
FANOUT = ["--server", "together", "--subscribers", "50", "--passes", "1",
          "--rounds", "5"]


def environment():
    env = {name: value for name, value in os.environ.items()
           if not name.startswith(("MAKE", "MFLAGS"))}
    env.update(NOTEWIRE_BENCH_PASSES="1", top_builddir=BUILD,
               top_srcdir=SOURCE)
    return env


def build():
    done = subprocess.run(
        ["make", "-s", "-C", BUILD, "bench-programs"], text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment())
    check(done.returncode == 0, done.stdout[-2000:])


def figures(words, names):
    """Runs a benchmark, which must print a number for each of the names."""
    done = subprocess.run(words, text=True, capture_output=True,
                          env=environment(), timeout=60)
    check(done.returncode == 0, done.stderr[-2000:])
    for name in names:
        check(re.search(FIGURE.format(name), done.stdout, re.M),
              f"no {name} in {done.stdout!r}")
    return done.stdout


def frame(text, opcode=1):
    data = text.encode()
    size = bytes([len(data)]) if len(data) < 126 else \
        bytes([126]) + len(data).to_bytes(2, "big")
    return bytes([0x80 | opcode]) + size + data


def change(number, fill=0):
    return frame('{"event":"change","id":"abcdefgh-%d","data":{"text":"at=%d'
                 '%s"}}' % (number, time.monotonic_ns(), "." * fill))


class Serving:
    """A server that says to its one subscriber what it is told to."""

    def __init__(self, *words):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.load = subprocess.Popen(
            [os.path.join(BUILD, "tests", "bench", "fan_load"), *words,
             "tcp:127.0.0.1:%d" % self.listener.getsockname()[1]],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, bufsize=1)
        self.say("open 1")
        self.listener.settimeout(10)
        self.sock, _ = self.listener.accept()
        self.sock.settimeout(10)
        self.head = self.sock.recv(4096).decode()

    def say(self, line):
        self.load.stdin.write(line + "\n")

    def hear(self):
        return self.load.stdout.readline().strip()

    def expect(self, line):
        same(self.hear(), line, "fan_load")

    def counts(self):
        """{name: number} of the line that ends something."""
        words = [word.split("=") for word in self.hear().split()[1:]]
        return {name: int(value) for name, value in words}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sock.close()
        self.listener.close()
        self.load.stdin.close()
        watchdog = threading.Timer(10, self.load.kill)
        watchdog.start()
        self.load.wait()
        watchdog.cancel()
        self.load.stdout.close()
        self.load.stderr.close()


def opened(*words):
    serving = Serving(*words)
    serving.sock.sendall(HEAD)
    serving.expect("open 1")
    return serving


def a_pass(serving, rounds, count, first, data):
    """The counts of a pass in which the server sends some bytes."""
    serving.say(f"pass {rounds} {count} {first}")
    serving.expect("armed")
    serving.sock.sendall(data)
    return serving.counts()


def tries_pieces(tap):
    with tap.claim("the crowd counts each change once, byte by byte too"), \
            Serving("--path", "/x", "--authorization", "Bearer y") as s:
        check(s.head.startswith("GET /x HTTP/1.1\r\n"), s.head)
        check("\r\nAuthorization: Bearer y\r\n" in s.head, s.head)
        s.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        s.sock.sendall(HEAD[:30])
        s.sock.sendall(HEAD[30:])
        s.expect("open 1")
        s.say("pass 1 3 7")
        s.expect("armed")
        data = frame('{"event":"heartbeat"}') + change(7) + \
            change(8, 1000) + change(9)
        for i in range(len(data)):
            s.sock.sendall(data[i:i + 1])
        s.expect("round")
        got = s.counts()
        same([got[x] for x in ("delivered", "missing", "twice", "other",
                               "bytes")], [3, 0, 0, 1, len(data)])
        check(0 < got["p99_ns"] < 10e9, got)


def tries_faults(tap):
    with tap.claim("a change that is passed over is missing"), \
            opened() as s:
        s.say("pass 1 3 1")
        s.expect("armed")
        s.sock.sendall(change(1) + change(3))
        s.expect("round")
        got = s.counts()
        same((got["delivered"], got["missing"], got["twice"]), (2, 1, 0))
    with tap.claim("a change that never comes is missing"), \
            opened("--patience", "200") as s:
        got = a_pass(s, 1, 2, 1, change(1))
        same((got["delivered"], got["missing"]), (1, 1))
    with tap.claim("a change that comes again after its pass is counted"), \
            opened() as s:
        s.say("pass 1 1 5")
        s.expect("armed")
        s.sock.sendall(change(5))
        s.expect("round")
        same(s.counts()["twice"], 0)
        s.say("end")
        same(s.sock.recv(1), b"", "after its end")
        s.sock.sendall(change(5))
        s.sock.close()
        got = s.counts()
        same((got["missing"], got["twice"]), (0, 1))


def tries_refusals(tap):
    for name, data, words in (
            ("another key's answer", HEAD.replace(b"s3pP", b"S3pP"),
             "no upgrade"),
            ("a refusal", HEAD.replace(b"101", b"404"), "no upgrade"),
            ("a masked frame", HEAD + b"\x81\x81\0\0\0\0x",
             "a frame that begins 81 81"),
            ("an end", HEAD, "ended a connection")):
        with tap.claim(f"the crowd does not go on after {name}"), \
                Serving() as s:
            s.sock.sendall(data)
            s.sock.close()
            same(s.load.wait(10), 1)
            complaint = s.load.stderr.read()
            check(words in complaint, complaint)
    with tap.claim("a ping is answered, masked"), opened() as s:
        s.sock.sendall(frame("hello", 9))
        same(s.sock.recv(64), b"\x8a\x85\0\0\0\0hello")


def main(tap):
    with tap.claim("the benchmarks build"):
        build()
    for words, names in PROGRAMS:
        with tap.claim(f"{' '.join(words)} prints its figures"):
            path = os.path.join(BUILD, "tests", "bench", words[0])
            figures([path] + words[1:], names)
    with tap.claim("the fan-out's prints its figures, over TCP and Unix"):
        for over in ("tcp", "unix"):
            figures([sys.executable,
                     os.path.join(SOURCE, "tests", "bench", "fanout.py"),
                     *FANOUT, "--over", over],
                    [x + "-50" for x in ("bare", "cpu-each", "p99",
                                         "cpu-16-at-once")])
    tries_pieces(tap)
    tries_faults(tap)
    tries_refusals(tap)


if __name__ == "__main__":
    t.main(main)
