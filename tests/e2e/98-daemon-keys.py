#!/usr/bin/python3
"""Proves that settings which only show from outside do what their help says.

Who else may hand over, how much of a WebSocket's words may wait, how long an
end may take, how many connections read the store, and what debugging logs.
"""

import fcntl
import os
import subprocess
import termios
import time

import tap as t
from api import Board, new_id, put_op, seq_of
from daemon import Daemon, Held, message
from harness import as_user, served, stopped, wait_for
from sockets import BoardSocket
from tap import Skipped, check, same
from wire import FcgiFrames, Stream, whole

STRANGER = "nobody"
# Hands a connection over, as a responder of its user's would.
HAND_OVER = """
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
s.settimeout(5)
ours, theirs = socket.socketpair()
try:
    s.connect(sys.argv[1])
    socket.send_fds(s, [sys.argv[2].encode()], [theirs.fileno()])
    print(s.recv(1))
except (PermissionError, BrokenPipeError, ConnectionResetError):
    print(b"")
"""


def again(daemon, **settings):
    """The daemon, anew, with other settings of [daemon]."""
    same(daemon.process.stop(), 0)
    words = []
    for name, value in settings.items():
        words += ["--set", f"daemon.{name}={value}"]
    daemon.start(after=words)


def uids(tap, site, daemon):
    text = message(Board(site.direct), "r." + new_id()).decode()

    def strangers():
        run = subprocess.run(
            ["setpriv", f"--reuid={STRANGER}", "--regid=nogroup",
             "--clear-groups", "/usr/bin/python3", "-c", HAND_OVER,
             daemon.socket, text],
            capture_output=True, check=False, timeout=30, cwd="/")
        same(run.stderr, b"")
        return run.stdout

    with tap.claim("daemon.handover_uids: who stands there may hand over, by "
                   "name or number, and nobody else"):
        if not as_user()[3:]:
            raise Skipped("there is one user only")
        number = subprocess.run(["id", "-u", STRANGER], capture_output=True,
                                text=True, check=True).stdout.strip()
        same(strangers(), b"b''\n", "nobody is named")
        again(daemon, handover_uids="1")
        same(strangers(), b"b''\n", "another is named")
        check("handover stranger uid=" + number in
              site.log_text("notewired.log"))
        for named in (STRANGER, "1 " + number):
            again(daemon, handover_uids=named)
            same(strangers(), b"b'A'\n", named)


def talker(site, board):
    return BoardSocket(site.path("run", "http.sock"), board.id, "?since=now",
                       token=board.tokens["write"], timeout=20)


def says(site, board, n):
    """A socket that says so many things while the responder stands still."""
    s = talker(site, board)
    s.until("up-to-date")
    with stopped(site.responder):
        for _ in range(n):
            s.say(put_op("x" * 300))
        yield s
    got = 0
    while got < n:
        got += len(s.until("results")["data"]["results"])
    s.close()


def unsent(tap, site, daemon):
    board = Board(site.direct)

    with tap.claim("daemon.unsent_bytes: what a WebSocket said waits up to "
                   "there, and is played"):
        again(daemon, unsent_bytes="1K", messages_burst="1000")
        list(says(site, board, 3))
        again(daemon, unsent_bytes="64K", messages_burst="1000")
        list(says(site, board, 40))
        same(seq_of(board.head()), 43)

    with tap.claim("daemon.unsent_bytes: what is more ends the socket (1013)"):
        again(daemon, unsent_bytes="1K", messages_burst="1000")
        said = says(site, board, 40)
        same(next(said).ended(), (1013, "too much waits"))
        said.close()


def drain(tap, site, daemon):
    board = Board(site.direct)
    for _ in range(40):
        board.ops([put_op("x" * 60000)])

    def takes(limit):
        again(daemon, drain=limit, stall="60s")
        s = Held(daemon, message(board, board.tokens["read"],
                                 feed="continuous"))
        wait_for(lambda: standing(s.socket), 10, "that it stands still")
        began = time.monotonic()
        same(daemon.process.stop(), 0)
        took = time.monotonic() - began
        s.close()
        daemon.start()
        return took

    with tap.claim("daemon.drain: so long a reader that stands still holds up "
                   "the end, and no longer"):
        short, longer = takes("500ms"), takes("3s")
        check(0.4 < short < 2.5, f"{short:.1f} s of 0.5")
        check(2.9 < longer < 8, f"{longer:.1f} s of 3")


def standing(s):
    """Whether nothing more comes, of what is not read."""
    def unread():
        return int.from_bytes(fcntl.ioctl(s, termios.FIONREAD, b"0000"),
                              "little")
    before = unread()
    time.sleep(0.3)
    return unread() == before > 10000


def readers(tap):
    def opened(n):
        """Connections to the database once many have read at once: readers
        and the writer, which all stay open.

        It may take several times to be so many.
        """
        with served(tap, "direct", {"store.readers": str(n)}) as site:
            board = Board(site.direct)
            for _ in range(20):
                board.ops([put_op("x" * 60000)])
            folder = f"/proc/{site.responder.pid}/fd"
            for turn in range(200):
                with stopped(site.responder):
                    together = [board.reader.send(board.path)
                                for _ in range(12)]
                for sock in together:
                    same(whole(Stream(sock, FcgiFrames(), 20), 20).status, 200)
                now = [os.path.basename(link(folder, fd))
                       for fd in os.listdir(folder)].count("notes.db")
                if now > n and turn > 5:
                    break
            return now

    with tap.claim("store.readers: so many connections read, however many "
                   "ask"):
        same((opened(1), opened(4)), (2, 5))


def link(folder, fd):
    try:
        return os.readlink(os.path.join(folder, fd))
    except FileNotFoundError:
        return ""


def debugging(tap):
    def logged(settings):
        with served(tap, "direct", settings) as site, Daemon(site) as daemon:
            board = Board(site.direct)
            board.note("not for a log")
            board.reader.get(board.path + "/notes/" + new_id(), expect=404)
            s = talker(site, board)
            s.until("up-to-date")
            s.close()
            wait_for(lambda: daemon.metric("held") == 0, 5, "the end")
            secrets = [*board.tokens.values(), "not for a log", board.id]
            return site.log_text(), secrets

    with tap.claim("log.debug: a line for each request and each reader, "
                   "without an id or a secret"):
        text, secrets = logged({"log.debug": "yes"})
        for wanted in (
                "<7>", 'request answered status=201 method=POST '
                'route="/boards/:/notes" took_ms=',
                'request answered status=404 method=GET '
                'route="/boards/:/notes/:" took_ms=',
                "reader came feed=websocket held=1",
                "reader went feed=websocket held=0"):
            check(wanted in text, (wanted, text[-2000:]))
        for secret in secrets:
            check(secret not in text, secret)

    with tap.claim("log.debug = no, the default: none of them"):
        text, _ = logged({})
        check("<6>" in text and "<7>" not in text, text[-2000:])


def body(tap):
    with served(tap, "direct", {"limit.body_bytes": "1K",
                                "limit.note_bytes": "1K"}) as site, \
            Daemon(site) as daemon:
        uids(tap, site, daemon)
        unsent(tap, site, daemon)
    with served(tap, "direct") as site, Daemon(site) as daemon:
        drain(tap, site, daemon)
    readers(tap)
    debugging(tap)


if __name__ == "__main__":
    t.main(body)
