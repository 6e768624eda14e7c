#!/usr/bin/python3
"""Proves what an init system is promised by the programs and their units.

They say when they are ready, that they live and that they stop; a daemon that
hangs is silent. With sockets that the system holds, as its units have it, a
restart refuses nobody. The units are well-formed, and systemd's own measure of
what they leave open is at most 1.5; they are started for real where systemd runs.
"""

import contextlib
import ctypes
import os
import re
import shutil
import socket
import subprocess
import threading
import time

import tap as t
from api import Board, Client
from daemon import Daemon
from harness import BUILD, served, wait_for
from sockets import BoardSocket
from tap import Skipped, check, same
from wire import Broken, Fcgi

EXPOSED_MAX = 1.5
WATCHDOG_MS = 400
UNITS = ["notewire.service", "notewire.socket", "notewired.service",
         "notewired-http.socket", "notewired-handover.socket"]


class Ear:
    """The socket that services tell."""

    def __init__(self, site):
        self.path = site.path("run", "notify")
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.sock.bind(self.path)
        site.give(self.path)
        self.heard = []
        self.at = []
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while True:
            self.heard.append(self.sock.recv(100).decode())
            self.at.append(time.monotonic())

    def env(self):
        return {"NOTIFY_SOCKET": self.path,
                "WATCHDOG_USEC": str(WATCHDOG_MS * 1000)}

    def until(self, word, count=1):
        wait_for(lambda: self.heard.count(word) >= count, 10, word)


@contextlib.contextmanager
def hung(pid):
    """A program whose first thread, the loop's, stands still while all others
    go on: a debugger holds it."""
    seize, interrupt, detach, wall = 0x4206, 0x4207, 17, 0x40000000
    call = ctypes.CDLL(None, use_errno=True).ptrace
    call.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p,
                     ctypes.c_void_p]
    call.restype = ctypes.c_long

    def ask(what):
        if call(what, pid, None, None) == -1:
            raise Skipped(f"no debugging here: "
                          f"{os.strerror(ctypes.get_errno())}")
    ask(seize)
    try:
        ask(interrupt)
        check(os.WIFSTOPPED(os.waitpid(pid, wall)[1]), "it does not stand")
        yield
    finally:
        ask(detach)


def told(tap, site):
    with tap.claim("the responder says that it is ready, lives and stops"):
        ear = Ear(site)
        site.stop_responder()
        site.responder = site.start_responder(env=ear.env())
        ear.until("WATCHDOG=1", 5)
        same(ear.heard[0], "READY=1")
        alive = [at for at, word in zip(ear.at, ear.heard)
                 if word == "WATCHDOG=1"]
        check(alive[-1] - alive[0] < 4 * WATCHDOG_MS / 1e3 * 10, alive)
        site.stop_responder()
        ear.until("STOPPING=1")
        os.unlink(ear.path)
        site.start_again()

    with tap.claim("so does the daemon, from the loop that serves: one that "
                   "hangs is not heard of"):
        ear = Ear(site)
        daemon = Daemon(site)
        daemon.before = ["env", *(f"{n}={v}" for n, v in ear.env().items())]
        with daemon:
            ear.until("WATCHDOG=1", 5)
            same(ear.heard[0], "READY=1")
            with hung(daemon.pid):
                time.sleep(0.1)
                before = len(ear.heard)
                time.sleep(WATCHDOG_MS * 5 / 1e3)
                same(len(ear.heard), before)
            ear.until("WATCHDOG=1", before)
        ear.until("STOPPING=1")


class Held:
    """Sockets that the system holds, and a daemon that it starts with them."""

    KINDS = {"http": socket.SOCK_STREAM, "handover": socket.SOCK_SEQPACKET}

    def __init__(self, site):
        self.socks = []
        for name, kind in self.KINDS.items():
            path = site.path("run", name + ".sock")
            if os.path.exists(path):
                os.unlink(path)
            sock = socket.socket(socket.AF_UNIX, kind)
            sock.bind(path)
            site.give(path)
            sock.listen(1024)
            self.socks.append(sock)
        self.path = site.path("run", "system.sock")
        self.giver = socket.socket(socket.AF_UNIX)
        self.giver.bind(self.path)
        site.give(self.path)
        self.giver.listen(8)
        threading.Thread(target=self.give, daemon=True).start()

    def give(self):
        while True:
            with self.giver.accept()[0] as who:
                socket.send_fds(who, [b"x"], [s.fileno() for s in self.socks])

    def words(self):
        """Words that put them on the descriptors from 3 on and begin it."""
        code = f"""if True:
            import os, socket, sys
            with socket.socket(socket.AF_UNIX) as s:
                s.connect({self.path!r})
                held = [os.dup(fd) for fd in socket.recv_fds(s, 1, 8)[1]]
            high = [os.dup2(fd, 100 + fd) for fd in held]
            for i, fd in enumerate(high):
                os.dup2(fd, 3 + i)
            os.closerange(3 + len(high), 256)
            os.environ.update(LISTEN_FDS=str(len(high)),
                              LISTEN_FDNAMES={':'.join(self.KINDS)!r},
                              LISTEN_PID=str(os.getpid()))
            os.execv(sys.argv[1], sys.argv[1:])"""
        return ["/usr/bin/python3", "-c", code]


def restarted(tap, site):
    with tap.claim("restarts behind sockets that the system holds: whoever "
                   "knocks meanwhile is served, none refused"):
        held = Held(site)
        daemon = Daemon(site)
        daemon.before = held.words()
        board = Board(site.direct)
        faults, done, going = [], [], threading.Event()
        going.set()

        def knock():
            while going.is_set():
                try:
                    ws = BoardSocket(site.path("run", "http.sock"), board.id,
                                     "?since=now", token=board.tokens["read"])
                    ws.until("up-to-date")
                    ws.close()
                    done.append(time.monotonic())
                except ConnectionRefusedError as problem:
                    faults.append(problem)
                except (OSError, EOFError, Broken, t.Failed):
                    pass        # it was open as the daemon ended
        with daemon:
            threads = [threading.Thread(target=knock) for _ in range(4)]
            for thread in threads:
                thread.start()
            for _ in range(3):
                wait_for(lambda n=len(done): len(done) > n + 4, 20, "knocks")
                same(daemon.process.stop(), 0)
                daemon.start()
            last = len(done)
            wait_for(lambda: len(done) > last + 4, 20, "knocks")
            going.clear()
            for thread in threads:
                thread.join(30)
        same(faults, [])


def unit(name):
    return os.path.join(BUILD, "src", "system", name)


def measured(tap):
    with tap.claim("what a unit leaves open is at most "
                   f"{EXPOSED_MAX} by systemd's measure"):
        need_analyze()
        for name in ("notewire.service", "notewired.service"):
            run = subprocess.run(
                ["systemd-analyze", "security", "--offline=yes", unit(name)],
                capture_output=True, text=True, check=False)
            found = re.search(r"Overall exposure level for \S+: ([0-9.]+)",
                              run.stdout)
            check(found, run.stdout + run.stderr)
            tap.note(f"{name} {found[1]}")
            check(float(found[1]) <= EXPOSED_MAX, found[1])

    with tap.claim("the units are what systemd understands"):
        need_analyze()
        run = subprocess.run(
            ["systemd-analyze", "verify", "--man=no",
             *(unit(name) for name in UNITS)],
            capture_output=True, text=True, check=False)
        ours = [line for line in run.stderr.split("\n")
                if "notewire" in line and "is not executable" not in line]
        same(ours, [])

    with tap.claim("the example for another init is what a shell "
                   "understands"):
        subprocess.run(["sh", "-n", unit("notewire.rc")], check=True)


def need_analyze():
    if shutil.which("systemd-analyze") is None:
        raise Skipped("no systemd-analyze here")


def started(tap):
    with tap.claim("systemd starts both, and restarts them"):
        if not os.path.isdir("/run/systemd/system"):
            raise Skipped("systemd does not run here")
        if not os.path.exists("/etc/systemd/system/notewire.service") and \
                not os.path.exists("/lib/systemd/system/notewire.service"):
            raise Skipped("notewire is not installed here")
        for name in ("notewire", "notewired"):
            subprocess.run(["systemctl", "restart", name], check=True)
            subprocess.run(["systemctl", "is-active", name], check=True)
        same(Client(Fcgi("/run/notewire/fcgi.sock")).get("/health").status,
             200)


def body(tap):
    with served(tap, "direct") as site:
        told(tap, site)
        restarted(tap, site)
    measured(tap)
    started(tap)


if __name__ == "__main__":
    t.main(body)
