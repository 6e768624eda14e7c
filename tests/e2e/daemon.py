"""notewired beside a site, and hand-overs to it as a responder makes them."""

import contextlib
import hashlib
import os
import shutil
import socket
import time

from api import new_id
from harness import BUILD, alive, wait_for
from tap import Failed

END = bytes([1, 6, 0, 1, 0, 0, 0, 0]) + \
    bytes([1, 3, 0, 1, 0, 8, 0, 0]) + bytes(8)
ABORT = bytes([1, 2, 0, 1, 0, 0, 0, 0])


class Daemon:
    """The daemon of a site; its sockets are in the site's run folder."""

    def __init__(self, site, settings=None):
        self.site = site
        self.settings = settings or {}
        self.process = None
        self.before = []    # words before its name, always
        self.own = 0        # sockets of its own
        self.socket = site.path("run", "handover.sock")

    def __enter__(self):
        self.copy()
        self.site.configure({"daemon.run_dir": self.site.path("run"),
                             **self.settings})
        self.start()
        return self

    def __exit__(self, kind, problem, trace):
        if kind is None:
            code = self.process.stop()
            if code != 0:
                raise Failed(f"notewired ended with {code}: "
                             + self.site.log_text("notewired.log"))
        else:
            self.process.kill()

    def copy(self):
        program = self.site.path("bin", "notewired")
        shutil.copy(os.path.join(BUILD, "notewired"), program)
        os.chmod(program, 0o755)

    def start(self, before=(), after=()):
        """`before`, `after`: words before and after the program's own."""
        log = self.site.path("log", "notewired.log")
        ready = self.readies()
        self.process = self.site.spawn(
            [*self.before, *before, self.site.path("bin", "notewired"),
             *after], "notewired.log")
        wait_for(lambda: self.readies() > ready or not alive(self.pid), 15,
                 "the daemon's sockets")
        if not alive(self.pid):
            raise Failed(f"notewired ended at the start ({log})")

    def readies(self):
        try:
            return self.site.log_text("notewired.log").count(" ready ")
        except OSError:
            return 0

    @property
    def pid(self):
        return self.process.pid

    def lines(self):
        """Its own connections to the responder: the nameless ends."""
        ours = set()
        for fd in os.listdir(f"/proc/{self.pid}/fd"):
            with contextlib.suppress(FileNotFoundError):
                ours.add(os.readlink(f"/proc/{self.pid}/fd/{fd}"))
        with open("/proc/net/unix", encoding="ascii") as f:
            ends = [line.split() for line in f]
        return sum(len(end) == 7 and end[4:6] == ["0001", "03"]
                   and f"socket:[{end[6]}]" in ours for end in ends)

    def metric(self, name):
        """One of its figures, as /metrics shows it."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as s:
            s.settimeout(10)
            s.connect(self.site.path("run", "status.sock"))
            s.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
            with s.makefile("r", encoding="ascii") as answer:
                for line in answer:
                    if line.startswith(f"notewired_{name} "):
                        return int(line.split()[1])
        raise Failed(f"no metric {name}")

    def memory(self):
        """Resident kilobytes."""
        with open(f"/proc/{self.pid}/status", encoding="ascii") as f:
            return int(f.read().split("VmRSS:")[1].split()[0])


def message(board, token, **lines):
    """What a responder would say of a reader of that board."""
    feed = lines.get("feed", "eventsource")
    values = {
        "kind": "fcgi", "feed": feed, "claim": "link", "role": "read",
        "docs": "true", "request": 1, "board": board.id,
        "nonce": new_id() if feed == "htmlfile" else "", "after": "0",
        "limit": 100, "heartbeat": 60000, "timeout": 60000, "retry_min": 10,
        "retry_max": 20, "sent": 0, "expires": 0, "row": 0,
        "digest": hashlib.sha256(token.encode()).hexdigest(),
        "address": "0" * 16, "session": "0" * 16, "peer": "", **lines}
    return ("notewire-hold 2\n" + "".join(
        f"{name}={value}\n" for name, value in values.items())).encode()


def hand_over(daemon, descriptor, text, go=True):
    """The three steps; the daemon's answer, b"" where it refused."""
    s, answer = begin_hand_over(daemon, descriptor, text)
    with s:
        if answer == b"A" and go:
            s.send(b"G")
    return answer


def begin_hand_over(daemon, descriptor, text):
    """The first two steps; the guest's socket and the daemon's answer."""
    s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    s.settimeout(5)
    s.connect(daemon.socket)
    socket.send_fds(s, [text], [descriptor])
    try:
        return s, s.recv(16)
    except ConnectionResetError:
        return s, b""


class Held:
    """The web server's end of a connection that was handed over.

    `go` is None where the responder says neither that it has let go nor
    leaves; `kind` is "cgi" where the connection is a program's output.
    """

    def __init__(self, daemon, text, go=True, kind="fcgi"):
        self.socket, theirs = socket.socketpair()
        self.kind, self.guest = kind, None
        with theirs:
            if go is None:
                self.guest, self.answer = begin_hand_over(
                    daemon, theirs.fileno(), text)
            else:
                self.answer = hand_over(daemon, theirs.fileno(), text, go)
        self.raw = b""
        self.content = b""      # of STDOUT
        self.records = []       # lengths of its records
        self.ended = False      # END_REQUEST came
        self.closed = False

    def close(self):
        self.socket.close()
        if self.guest:
            self.guest.close()

    def read(self, seconds):
        """Takes what comes next; False: nothing came."""
        self.socket.settimeout(seconds)
        try:
            data = self.socket.recv(1 << 16)
        except TimeoutError:
            return False
        except ConnectionResetError:
            data = b""
        if not data:
            self.closed = True
        if self.kind == "cgi":
            self.content += data
            return True
        self.raw += data
        while len(self.raw) >= 8:
            length = int.from_bytes(self.raw[4:6], "big")
            whole = 8 + length + self.raw[6]
            if len(self.raw) < whole:
                break
            if self.raw[1] == 6 and length:
                self.records.append(length)
            if self.raw[1] == 6:
                self.content += self.raw[8:8 + length]
            elif self.raw[1] == 3:
                self.ended = True
            self.raw = self.raw[whole:]
        return True

    def until(self, text, seconds=10):
        """Reads until that was sent; all that was, up to its end."""
        text = text.encode()
        stop = time.monotonic() + seconds
        while text not in self.content:
            left = stop - time.monotonic()
            if self.closed or left <= 0 or not self.read(left):
                why = "closed" if self.closed else f"{seconds} s passed"
                raise Failed(f"{why} before {text!r}: "
                             f"{self.content[-300:]!r}")
        at = self.content.index(text) + len(text)
        taken, self.content = self.content[:at], self.content[at:]
        return taken.decode()

    def to_end(self, seconds=10):
        """Reads until it is closed; what was sent since the last until."""
        stop = time.monotonic() + seconds
        while not self.closed:
            left = stop - time.monotonic()
            if left <= 0 or not self.read(left):
                raise Failed(f"no end within {seconds} s")
        return self.content.decode()
