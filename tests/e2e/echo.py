"""notewired --test-echo, and what frames do to it."""

import contextlib
import os
import subprocess
import time

from harness import BUILD
from tap import same
from websocket import CLOSE, PING, PONG, WebSocket


class Echo:
    """The echo server; `most` is the longest message that it takes."""

    def __init__(self, most):
        self.most = most

    def __enter__(self):
        self.run = subprocess.Popen(
            [os.path.join(BUILD, "notewired"), "--test-echo", "0",
             "--max-message", str(self.most)],
            stdout=subprocess.PIPE, text=True)
        line = self.run.stdout.readline()
        self.address = ("127.0.0.1", int(line.rpartition(":")[2].strip(" /\n")))
        return self

    def __exit__(self, kind, problem, trace):
        self.run.terminate()
        self.run.stdout.close()
        code = self.run.wait(10)
        if kind is None:
            same(code, 0, "exit code")

    def open(self):
        ws = WebSocket(self.address)
        same(ws.status, 101)
        return ws

    def memory(self):
        with open(f"/proc/{self.run.pid}/status", encoding="ascii") as f:
            return int(f.read().split("VmRSS:")[1].split()[0])


# How frames are written: all at once, one by one, octet by octet.
WRITES = {"at once": lambda sent: [b"".join(sent)],
          "frame by frame": lambda sent: sent,
          "octet by octet": lambda sent: [bytes([b]) for f in sent for b in f]}


def exchange(echo, sent, back, code, way):
    """Sends frames in that way: so much comes back, in order, and then the
    end with that code; or none (None), and the connection is as good as new."""
    with contextlib.closing(echo.open()) as ws:
        with contextlib.suppress(ConnectionError):  # it was closed meanwhile
            for piece in WRITES[way](sent):
                ws.socket.sendall(piece)
        for wanted in back:
            same(ws.recv(), wanted)
        if code is not None:
            same(ws.closed()[0], code)
            return
        ws.send(PING, b"still there")
        same(ws.recv(), (PONG, b"still there"))
        ws.send(CLOSE)
        same(ws.closed(), (1005, ""))


class Watch:
    """Measures claims, and knows the slowest."""

    def __init__(self):
        self.slowest = (0, "")

    @contextlib.contextmanager
    def over(self, name, seconds):
        began = time.monotonic()
        yield
        took = time.monotonic() - began
        self.slowest = max(self.slowest, (took, name))
        same(took < seconds, True, f"{name} took {took:.2f} s")
