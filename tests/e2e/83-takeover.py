#!/usr/bin/python3
"""Proves that a daemon can be replaced, watched and starved.

While clients keep handing over, a successor takes the sockets: no hand-over is
refused, each stream is ended with a time to come back at, and resuming it loses
nothing and repeats nothing.  /health and /metrics tell the truth.  Without
descriptors the daemon serves those it has, does not spin, and recovers.
"""

import contextlib
import http.client
import json
import os
import socket
import subprocess
import threading
import time

import tap as t
from api import Board, put_op, seq_of
from crowd import Crowd
from daemon import Daemon, Held, message
from harness import as_user, free_port, served, stopped, wait_for
from sockets import BoardSocket
from tap import check, same
from wire import Broken

CROWD, BOARDS = 500, 10
FILES, OPENERS = 64, 200
LEAST = 10      # operations of each client
LINGER = 25     # tenths of a second: longer than the daemon lets one linger


class Ask(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path):
        super().__init__("localhost", timeout=5)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(5)
        self.sock.connect(self.path)


def ask(site, path, method="GET"):
    asker = Ask(site.path("run", "status.sock"))
    asker.request(method, path)
    answer = asker.getresponse()
    body = answer.read().decode()
    asker.close()
    return answer.status, body


def metrics(site):
    status, body = ask(site, "/metrics")
    same(status, 200)
    lines = [line.split() for line in body.splitlines()
             if not line.startswith("#")]
    return {name.removeprefix("notewired_"): float(value)
            for name, value in lines}


def watched(tap, site, daemon):
    board = Board(site.direct)
    with tap.claim("health and metrics tell what is held"):
        status, text = ask(site, "/health")
        same((status, json.loads(text)["status"]), (200, "ok"))
        before = metrics(site)
        same((before["held"], before["boards"]), (0, 0))
        held = [Held(daemon, message(board, board.tokens["read"]))
                for _ in range(3)]
        for one in held:
            one.until("up-to-date")
        board.ops([put_op("x")])
        for one in held:
            one.until('"seq"')
        now = metrics(site)
        same((now["held"], now["boards"], now["changes_total"],
              now["frames_total"] - before["frames_total"],
              now["handovers_total"]), (3, 1, 1, 3, 3))
        same([now[f'feed_held{{feed="{feed}"}}'] for feed in
              ("eventsource", "continuous", "websocket")], [3, 0, 0])
        held[0].socket.close()
        wait_for(lambda: metrics(site)["held"] == 2, 5, "who left")
        for one in held:
            one.close()
        wait_for(lambda: metrics(site)["boards"] == 0, 5, "the board")

    with tap.claim("the histogram of fan-outs counts each, and its buckets "
                   "add up"):
        after = metrics(site)
        buckets = [value for name, value in after.items()
                   if name.startswith("fanout_seconds_bucket")]
        same(buckets, sorted(buckets))
        same((before["fanout_seconds_count"], after["fanout_seconds_count"],
              buckets[-1], len(buckets)), (0, 1, 1, 13))
        check(0 < after["fanout_seconds_sum"] < 5,
              after["fanout_seconds_sum"])
        same(sum(value for name, value in after.items()
                 if name.startswith("feed_held{")), 0)

    with tap.claim("nothing else is answered there"):
        for path in ("/", "/metricsx", "/health/", "/boards"):
            same(ask(site, path)[0], 404, path)
        same(ask(site, "/metrics", "POST")[0], 404)


class Client(threading.Thread):
    """Reads a board through one hand-over after another, as long as it lives."""

    def __init__(self, daemon, board):
        super().__init__(daemon=True)
        self.at = board.start
        self.text = lambda: message(board, board.tokens["read"],
                                    feed="continuous", after=self.at)
        self.server = daemon
        self.seqs, self.failed, self.ends = [], [], 0
        self.going = True

    def run(self):
        try:
            while self.going:
                self.read_one()
        except Exception as problem:    # for the main thread to see
            self.failed.append(repr(problem))

    def read_one(self):
        held = Held(self.server, self.text())
        if held.answer != b"A":
            self.failed.append(held.answer)
        while self.going and not held.closed:
            held.read(0.1)
            while b"\n" in held.content:
                line, _, held.content = held.content.partition(b"\n")
                self.take(line.decode())
        if held.closed:
            self.ends += 1
            if not held.ended:
                self.failed.append("cut")
        held.close()

    def take(self, line):
        if line.startswith('{"seq":"'):
            self.at = line.split('"')[3]
            self.seqs.append(int(self.at.rpartition("-")[2]))


def all_held(site, clients):
    wait_for(lambda: metrics(site)["held"] == len(clients)
             or any(c.failed for c in clients), 20, "every client")


def written(tap, site, daemon):
    boards = [Board(site.direct) for _ in range(BOARDS)]
    addresses = [site.path("run", "http.sock"), daemon.tcp]
    crowd = Crowd(boards, addresses, CROWD, LEAST)
    with tap.claim(f"while {CROWD} clients connect and write, three "
                   "successors: nobody refused, no socket cut"):
        crowd.start()
        for _ in range(3):
            away = sum(m.sent_away for m in crowd.members)
            wait_for(lambda: crowd.open_now() >= CROWD * 2 // 3
                     or crowd.faults(), 20, "the sockets")
            succeed(site, daemon)
            same(crowd.faults()[:3], [])
            away = sum(m.sent_away for m in crowd.members) - away
            check(away >= CROWD // 2, f"only {away} were there to be ended")
        crowd.going = False
        wait_for(lambda: crowd.finished() or crowd.faults(), 30, "all answers")
        same(crowd.faults()[:3], [])

    with tap.claim("each operation was done once, each client saw each change "
                   "of its board once, in order"):
        heads = {b.id: seq_of(b.head()) for b in boards}
        wait_for(lambda: crowd.faults() or all(
            m.seqs and m.seqs[-1] >= heads[m.board.id]
            for m in crowd.members), 30, "the last change")
        crowd.stop = True
        crowd.join(10)
        same(crowd.faults()[:3], [])
        for board in boards:
            those = [m for m in crowd.members if m.board is board]
            done = sorted((seq_of(seq), note) for m in those
                          for seq, note in m.done.values())
            same([(seq_of(c["seq"]), c["id"]) for c in board.log()], done)
            wanted = list(range(1, len(done) + 1))
            for member in those:
                same(member.seqs, wanted)
        tap.note(f"{sum(m.opened for m in crowd.members)} sockets, "
                 f"{sum(m.sent_away for m in crowd.members)} of them sent "
                 f"away, {sum(heads.values())} operations, "
                 f"{sum(m.again for m in crowd.members)} said again")


def opening(tap, site, daemon):
    board = Board(site.direct)
    with tap.claim("who was let in is answered, however late the responder "
                   "or the rest of the request"):
        http = site.path("run", "http.sock")
        wait_for(lambda: metrics(site)["held"] == 0, 10, "earlier ones")
        wait_for(lambda: daemon.lines() == 0, 10, "earlier questions")
        before = at_rest(daemon.pid)
        ends = [BoardSocket.__new__(BoardSocket) for _ in range(40)]
        with stopped(site.responder):
            for i, one in enumerate(ends):
                one.begin(http if i % 2 else daemon.tcp)
                one.head = one.request(
                    f"/socket/{board.id}?since=now", [
                        ("Authorization", f"Bearer {board.tokens['read']}")])
                one.socket.sendall(one.head[:-1 if i % 4 > 1 else None])
            # of half of them the responder was asked, by another socket each
            wait_for(lambda: sockets_of(daemon.pid) - before == 60, 10,
                     f"the handshakes, beside {before} sockets")
            mark = site.log_mark("notewired.log")
            old, ready = daemon.process, daemon.readies()
            daemon.process = site.spawn(
                [site.path("bin", "notewired"), "--take-over"],
                "notewired.log")
            wait_for(lambda: b"daemon drain " in site.log_since(
                "notewired.log", mark), 10, "the old one's drain")
            for i, one in enumerate(ends):
                if i % 4 > 1:
                    one.socket.sendall(one.head[-1:])
        for one in ends:
            one.answer()
            check(one.status == 101, one.raw)
            same(one.ended(), (1012, "shutdown"))
            one.close()
        same(old.run.wait(10), 0)
        wait_for(lambda: daemon.readies() > ready, 10, "the successor")

    with tap.claim("who says nothing keeps the old one for a second at most"):
        silent = [socket.create_connection(daemon.tcp) for _ in range(20)]
        wait_for(lambda: sockets_of(daemon.pid) - before >= 20, 10, "them")
        began = time.monotonic()
        succeed(site, daemon)
        took = time.monotonic() - began
        check(took < 4, took)
        for one in silent:
            one.close()


def sockets_of(pid):
    """How many a process has open."""
    count = 0
    for name in os.listdir(f"/proc/{pid}/fd"):
        with contextlib.suppress(FileNotFoundError):
            count += os.readlink(f"/proc/{pid}/fd/{name}").startswith("socket")
    return count


def at_rest(pid):
    """The same, once it has not changed for longer than the daemon lets anyone
    linger: what earlier ones left, and what asked for metrics, goes too."""
    seen = []

    def still():
        time.sleep(0.1)
        seen.append(sockets_of(pid))
        return len(seen) > LINGER and len(set(seen[-LINGER:])) == 1
    wait_for(still, 20, "an idle daemon")
    return seen[-1]


def succeed(site, daemon):
    """Puts a successor in the daemon's place."""
    old, ready = daemon.process, daemon.readies()
    daemon.process = site.spawn([site.path("bin", "notewired"),
                                 "--take-over"], "notewired.log")
    wait_for(lambda: daemon.readies() > ready and old.run.poll() is not None,
             20, "the successor")
    same(old.run.wait(), 0)


def succession(tap, site, daemon):
    board = Board(site.direct)
    clients = [Client(daemon, board) for _ in range(40)]
    written = 0
    with tap.claim("three successors in a row: nobody refused, nothing lost"):
        for client in clients:
            client.start()
        for _ in range(3):
            all_held(site, clients)
            old = daemon.process
            ready = daemon.readies()
            successor = site.spawn([site.path("bin", "notewired"),
                                    "--take-over"], "notewired.log")
            while daemon.readies() == ready or old.run.poll() is None:
                board.ops([put_op("x") for _ in range(5)])
                written += 5
                check(successor.run.poll() is None, "the successor ended")
            same(old.run.wait(), 0)
            daemon.process = successor
        all_held(site, clients)
        wait_for(lambda: all(c.failed or len(c.seqs) >= written
                             for c in clients), 20, "the last change")
        for client in clients:
            client.going = False
        for client in clients:
            client.join(10)
            same(client.failed, [])
            same(client.seqs, list(range(1, written + 1)))
        same([c.ends for c in clients], [3] * len(clients))
        tap.note(f"{written} changes")

    with tap.claim("a stranger's word is no take-over"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as s:
            s.connect(site.path("run", "control.sock"))
            s.settimeout(5)
            s.send(b"give me all")
            try:
                same(s.recv(100), b"")
            except ConnectionResetError:
                pass
        same(ask(site, "/health")[0], 200)

    with tap.claim("where there is none to succeed one just starts"):
        same(daemon.process.stop(), 0)
        ready = daemon.readies()
        daemon.process = site.spawn([site.path("bin", "notewired"),
                                     "--take-over"], "notewired.log")
        wait_for(lambda: daemon.readies() > ready, 10, "the sockets")
        same(ask(site, "/health")[0], 200)


def passed(tap, site, daemon):
    with tap.claim("an init system may pass the sockets"):
        same(daemon.process.stop(), 0)
        path = site.path("run", "handover.sock")
        os.unlink(path)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        listener.bind(path)
        site.give(path)
        listener.listen(16)
        code = ("import os, sys\n"
                "os.dup2(int(sys.argv[1]), 3)\n"
                "os.set_inheritable(3, True)\n"
                "os.environ.update(LISTEN_PID=str(os.getpid()),"
                " LISTEN_FDS='1', LISTEN_FDNAMES='handover')\n"
                "os.execv(sys.argv[2], sys.argv[2:])\n")
        with open(site.path("log", "notewired.log"), "ab") as log:
            run = subprocess.Popen(
                as_user() + ["/usr/bin/python3", "-c", code,
                             str(listener.fileno()),
                             site.path("bin", "notewired")],
                env=site.environment(), pass_fds=[listener.fileno()],
                stderr=log, cwd="/")
        try:
            board = Board(site.direct)
            held = Held(daemon, message(board, board.tokens["read"]))
            held.until("up-to-date")
            held.close()
        finally:
            run.terminate()
            same(run.wait(10), 0)
            listener.close()
        daemon.start()


def starved(tap, site, daemon):
    """Of 64 descriptors in all, 200 openers take whatever they can get."""
    board = Board(site.direct)
    same(daemon.process.stop(), 0)
    daemon.start(["prlimit", f"--nofile={FILES}:{FILES}"])
    streams = [Held(daemon, message(board, board.tokens["read"]))
               for _ in range(8)]
    for one in streams:
        one.until("up-to-date")
    writers = [BoardSocket(address, board.id, "?since=now",
                           token=board.tokens["write"])
               for address in (site.path("run", "http.sock"), daemon.tcp)]
    for writer in writers:
        writer.until("heartbeat")

    with tap.claim(f"of {FILES} descriptors {OPENERS} openers leave those who "
                   "are there what they need, and the daemon in peace"):
        openers = []
        for _ in range(OPENERS):
            s = socket.create_connection(daemon.tcp)
            with contextlib.suppress(ConnectionError):
                s.sendall(b"GET /socket/")
            openers.append(s)
        wait_for(lambda: " descriptors " in site.log_text("notewired.log"), 5,
                 "the shortage")
        spent = cpu(daemon)
        began = time.monotonic()
        for i in range(20):
            writer = writers[i % 2]
            writer.say(put_op("written meanwhile"))
            result, = writer.until("results")["data"]["results"]
            same(result["status"], 201)
            time.sleep(0.05)
        for one in streams:
            one.until('-20"')
        busy = (cpu(daemon) - spent) / (time.monotonic() - began)
        tap.note(f"{busy:.3f} of a processor meanwhile")
        check(busy < 0.2, busy)

    with tap.claim("and once they have gone all is well within a second"):
        began = time.monotonic()
        for s in openers:
            s.close()
        wait_for(lambda: serves(site, daemon, board), 10, "a new socket")
        took = time.monotonic() - began
        tap.note(f"{took:.2f} s")
        check(took < 1, took)
        for one in streams + writers:
            one.close()

    with tap.claim("the same where the limit comes while it runs"):
        held = Held(daemon, message(board, board.tokens["read"], after="0"))
        held.until('-20"')
        used = len(os.listdir(f"/proc/{daemon.pid}/fd"))
        descriptors(daemon, used + 4)
        openers = [socket.create_connection(daemon.tcp)
                   for _ in range(OPENERS)]
        board.ops([put_op("x")])
        held.until('-21"')
        descriptors(daemon, FILES)
        for s in openers:
            s.close()
        began = time.monotonic()
        wait_for(lambda: serves(site, daemon, board), 10, "a new socket")
        check(time.monotonic() - began < 1, time.monotonic() - began)
        held.close()

    with tap.claim("what it may have open is raised as far as it may be"):
        same(daemon.process.stop(), 0)
        mark = site.log_mark("notewired.log")
        daemon.start(["prlimit", "--nofile=64:4096"])
        with open(f"/proc/{daemon.pid}/limits", encoding="ascii") as f:
            files, = (line.split()[3:5] for line in f
                      if line.startswith("Max open files"))
        same(files, ["4096", "4096"])
        check(b"files limit=4096 " in site.log_since("notewired.log", mark),
              "not told")


def descriptors(daemon, count):
    subprocess.run(as_user() + ["prlimit", f"--pid={daemon.pid}",
                                f"--nofile={count}:"], check=True)


def serves(site, daemon, board):
    """Whether a socket can be opened, and all who ask are answered."""
    try:
        with contextlib.closing(BoardSocket(
                daemon.tcp, board.id, "?since=now",
                token=board.tokens["read"])) as s:
            return s.status == 101 and ask(site, "/health")[0] == 200
    except (OSError, Broken, http.client.HTTPException):
        return False


def cpu(daemon):
    with open(f"/proc/{daemon.pid}/stat", encoding="ascii") as f:
        fields = f.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def body(tap):
    port = free_port()
    with served(tap, "direct") as site, \
            Daemon(site, {"daemon.listen": f"127.0.0.1:{port}",
                          "daemon.connections_address": 1000}) as daemon:
        daemon.tcp = ("127.0.0.1", port)
        watched(tap, site, daemon)
        succession(tap, site, daemon)
        written(tap, site, daemon)
        opening(tap, site, daemon)
        passed(tap, site, daemon)
        starved(tap, site, daemon)


if __name__ == "__main__":
    t.main(body)
