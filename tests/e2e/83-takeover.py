#!/usr/bin/python3
"""Proves that a daemon can be replaced, watched and starved.

While clients keep handing over, a successor takes the sockets: no hand-over is
refused, each stream is ended with a time to come back at, and resuming it loses
nothing and repeats nothing.  /health and /metrics tell the truth.  Without
descriptors the daemon serves those it has, does not spin, and recovers.
"""

import http.client
import os
import resource
import socket
import subprocess
import threading
import time

import tap as t
from api import Board, put_op, seq_of
from daemon import Daemon, Held, message
from harness import as_user, served, wait_for
from sockets import BoardSocket
from tap import check, same
from wire import Broken


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
        same(ask(site, "/health"), (200, '{"status":"ok"}\n'))
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


class Writer(threading.Thread):
    """Writes by WebSockets, one after another: what got no answer is said
    again, by the same key.  Reads what all write, from its cursor on."""

    def __init__(self, site, board, count):
        super().__init__(daemon=True)
        self.site, self.board = site, board
        self.ops = [put_op("by socket") for _ in range(count)]
        self.answers = {}       # seq by key
        self.at = board.start
        self.seqs, self.failed, self.ends = [], [], 0

    def run(self):
        try:
            while len(self.answers) < len(self.ops):
                self.one_socket()
        except Exception as problem:    # for the main thread to see
            self.failed.append(repr(problem))

    def one_socket(self):
        s = BoardSocket(self.site.path("run", "http.sock"), self.board.id,
                        f"?since={self.at}", token=self.board.tokens["write"])
        same(s.status, 101)
        try:
            while len(self.answers) < len(self.ops):
                s.say(self.ops[len(self.answers)])
                self.take(s.until("results", "change"), s)
        except (Broken, ConnectionError):
            self.ends += 1
        s.close()

    def take(self, event, s):
        while event["event"] == "change":
            self.at = event["id"]
            self.seqs.append(seq_of(event["id"]))
            event = s.until("results", "change", "end")
        if event["event"] == "end":
            raise Broken("the end")
        result, = event["data"]["results"]
        check(result["status"] in (200, 201), result)
        self.answers[result["key"]] = result["seq"]


def written(tap, site, daemon):
    board = Board(site.direct)
    writers = [Writer(site, board, 60) for _ in range(50)]
    with tap.claim("while sockets write, three successors: nobody refused, "
                   "each operation done once, each change seen once"):
        for writer in writers:
            writer.start()
        for _ in range(3):
            wait_for(lambda: metrics(site)["held"] >= len(writers) // 2
                     or any(w.failed for w in writers), 20, "the sockets")
            succeed(site, daemon)
        for writer in writers:
            writer.join(30)
            same(writer.failed, [])
            same(set(writer.answers), {op["key"] for op in writer.ops})
            same(writer.seqs, list(range(1, len(writer.seqs) + 1)))
        log = [change["id"] for change in board.log()]
        same(sorted(log), sorted(op["id"] for w in writers for op in w.ops))
        check(sum(w.ends for w in writers) >= 50, "few were there to be ended")


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
    board = Board(site.direct)
    with tap.claim("without descriptors those who are there are served"):
        streams = [Held(daemon, message(board, board.tokens["read"]))
                   for _ in range(10)]
        for one in streams:
            one.until("up-to-date")
        used = len(os.listdir(f"/proc/{daemon.pid}/fd"))
        usual = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        descriptors(daemon, used + 4)
        openers = []
        for _ in range(200):
            s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            s.settimeout(5)
            s.connect(site.path("run", "status.sock"))
            openers.append(s)
        wait_for(lambda: " descriptors " in site.log_text("notewired.log"), 5,
                 "the shortage")
        spent = cpu(daemon)
        began = time.monotonic()
        for _ in range(20):
            board.ops([put_op("x")])
            time.sleep(0.05)
        for one in streams:
            one.until('-20"')
        busy = (cpu(daemon) - spent) / (time.monotonic() - began)
        tap.note(f"{busy:.3f} of a processor meanwhile")
        check(busy < 0.5, busy)

    with tap.claim("and once there are some all is well within a second"):
        for s in openers:
            s.close()
        began = time.monotonic()
        descriptors(daemon, usual)
        wait_for(lambda: healthy(site), 10, "an answer")
        check(time.monotonic() - began < 5, "late")
        for one in streams:
            one.close()


def descriptors(daemon, count):
    subprocess.run(as_user() + ["prlimit", f"--pid={daemon.pid}",
                                f"--nofile={count}:"], check=True)


def healthy(site):
    try:
        return ask(site, "/health")[0] == 200
    except (OSError, http.client.HTTPException):
        return False


def cpu(daemon):
    with open(f"/proc/{daemon.pid}/stat", encoding="ascii") as f:
        fields = f.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def body(tap):
    with served(tap, "direct") as site, \
            Daemon(site, {"daemon.messages_per_second": 100000,
                          "daemon.connections_session": 1000}) as daemon:
        watched(tap, site, daemon)
        succession(tap, site, daemon)
        written(tap, site, daemon)
        passed(tap, site, daemon)
        starved(tap, site, daemon)


if __name__ == "__main__":
    t.main(body)
