#!/usr/bin/python3
"""Proves that notewire tail hears every change once and in order, by any way.

In the data directory and through a web server, by each feed: what is there,
then what comes, across a restart of responder and daemon.  A link that is no
good, a revoked one, a board that is gone, a site that does not answer and one
that is no Notewire each have their exit code.
"""

import contextlib
import http.server
import json
import signal
import threading
import time

import tap as t
from api import Board, new_id, put_op, seq_of
from cli import Cli
from daemon import Daemon
from harness import free_port, served, wait_for
from tap import Failed, check, same

FEEDS = ("normal", "longpoll", "eventsource", "continuous", "htmlfile",
         "websocket")


class Tail:
    """A tail under way, its lines as they come."""

    def __init__(self, cli, *words):
        self.run = cli.start("tail", *words)
        self.lines = []
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.run.stdout:
            self.lines.append(line.decode().rstrip("\n"))

    def seqs(self):
        return [seq_of(json.loads(line)["seq"]) for line in self.lines]

    def until(self, count, seconds=15):
        wait_for(lambda: len(self.lines) >= count or
                 self.run.poll() is not None, seconds, f"{count} changes")
        if len(self.lines) < count:
            raise Failed(f"ended with {self.run.returncode}: "
                         f"{self.run.stderr.read().decode()}")

    def ended(self, seconds=15):
        """The exit code of one that ends by itself."""
        code = self.run.wait(seconds)
        self.reader.join(5)
        return code

    def __enter__(self):
        return self

    def __exit__(self, kind, problem, trace):
        if self.run.poll() is None:
            self.run.send_signal(signal.SIGTERM)
            self.run.wait(10)
        self.reader.join(5)
        self.run.stdout.close()
        self.run.stderr.close()


def link_of(site, board, role="read"):
    host, port = site.server.address
    return f"http://{host}:{port}/notewire/#{board.tokens[role]}"


def direct(tap, cli, board):
    with tap.claim("in the data directory: what is there, and where it is"):
        lines = [json.loads(line) for line in
                 cli.lines("tail", "--once", "--json", board.id)]
        log = board.log()
        same([c["seq"] for c in lines], [c["seq"] for c in log])
        same([c["id"] for c in lines], [c["id"] for c in log])
        same(cli.lines("tail", "--once", "--since", log[2]["seq"],
                       "--json", board.id)[0],
             json.dumps(lines[3], separators=(",", ":"), ensure_ascii=False))
        same(cli.out("tail", "--once", "--since", "now", board.id), "")

    with tap.claim("plain lines say how a note begins, and no more than that"):
        note = board.note("first line\nsecond", title="")
        board.note("", title="A \x1b[1mtitle")
        board.writer.delete(board.note_path(note["id"]),
                            headers=[("If-Match", f'"{note["rev"]}"')],
                            expect=204)
        board.admin.patch(board.path, {"title": "new"}, expect=200)
        board.admin.post(board.path + "/links", {"role": "read"}, expect=201)
        here = log[-1]["seq"]
        lines = cli.lines("tail", "--once", "--since", here, board.id)
        same([line.split("  ", 2)[2] for line in lines],
             ["first line", "A \\x1b[1mtitle", "(deleted)",
              "(title or settings)", "(links)"])

    with tap.claim("in the data directory: what comes, at once"):
        head = seq_of(board.head())
        with Tail(cli, "--json", board.id) as tail:
            tail.until(head)
            for i in range(1, 6):
                began = time.monotonic()
                board.note(f"live {i}")
                tail.until(head + i)
                check(time.monotonic() - began < 2, "late")
            same(tail.seqs(), list(range(1, head + 6)))

    with tap.claim("a cursor of another history is a reset"):
        got = [json.loads(line) for line in cli.lines(
            "tail", "--once", "--json", "--since", "aaaaaaaa-1", board.id)]
        same(got, [{"reset": "epoch", "last_seq": board.head()}])

    with tap.claim("what is no cursor, and no board, is refused"):
        cli.fails(65, "tail", "--since", "nonsense", board.id)
        cli.fails(66, "tail", new_id())
        cli.fails(64, "tail", "--feed", "carrier-pigeon", board.id)
        cli.fails(65, "tail", "--feed", "normal", board.id)


def through(tap, site, daemon, cli, feed):
    board = Board(site.http, feed)
    link = link_of(site, board)
    board.ops([put_op(f"<i>&</i> \u2028 {i}") for i in range(60)])

    with tap.claim(f"{feed}: what is there, however it comes in pieces"):
        log = board.reader.get(f"{board.path}/changes?limit=1000"
                               "&include_docs=true").json()["results"]
        for _ in range(12):
            lines = [json.loads(line) for line in cli.lines(
                "tail", "--once", "--json", "--feed", feed, link)]
            same(lines, log)
        half = lines[29]["seq"]
        same(cli.json("stats")["sessions"], 0, "sessions left behind")
        same(cli.lines("tail", "--once", "--feed", feed, "--since", half,
                       link)[0].split("  ")[0], lines[30]["seq"])

    with tap.claim(f"{feed}: what comes, across restarts, once and in order"):
        with Tail(cli, "--json", "--feed", feed, "--since", "now",
                  link) as tail:
            # what "now" is the site says: wait until it is there
            def started():
                board.note("is it there?")
                return tail.lines or tail.run.poll() is not None
            wait_for(started, 15, "the first change")
            for _ in range(3):
                board.ops([put_op("x") for _ in range(5)])
                site.restart_responder()
                daemon.process.stop()
                daemon.start()
                board.ops([put_op("y") for _ in range(5)])
            head = seq_of(board.head())
            wait_for(lambda: tail.seqs()[-1:] == [head] or
                     tail.run.poll() is not None, 40, f"change {head}")
            got = tail.seqs()
            same(got, list(range(got[0], head + 1)))

    if feed == "normal":
        return
    with tap.claim(f"{feed}: a revoked link ends it (77)"):
        made = cli.json("link", "create", board.id, "read")
        own = link.partition("#")[0] + "#" + made["token"]
        with Tail(cli, "--feed", feed, own) as tail:
            tail.until(60)
            cli.out("link", "revoke", board.id, made["id"])
            check(tail.ended() in (66, 77), tail.run.returncode)


@contextlib.contextmanager
def stranger(body):
    """A web server that answers everything alike."""
    class Answer(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def refusals(tap, site, cli, board):
    base = link_of(site, board).partition("#")[0]
    with tap.claim("a link that is no good is refused (66)"):
        cli.fails(66, "tail", "--feed", "continuous",
                  f"{base}#r.{new_id()}")

    with tap.claim("where nobody answers it says so (69)"):
        said = cli.fails(69, "tail", "--feed", "normal",
                         f"http://127.0.0.1:{free_port()}/"
                         f"#{board.tokens['read']}")
        check("onnect" in said, said)

    with tap.claim("what is no Notewire is told from one (76)"):
        for body in (b"<!DOCTYPE html>hello", b'{"board":7}', b""):
            with stranger(body) as port:
                cli.fails(76, "tail", "--feed", "normal",
                          f"http://127.0.0.1:{port}/"
                          f"#{board.tokens['read']}")


def gone(tap, cli, board):
    with tap.claim("a board that is deleted ends a tail of it (66)"):
        with Tail(cli, "--since", "now", board.id) as tail:
            def started():
                board.note("is it there?")
                return tail.lines
            wait_for(started, 10, "the first change")
            cli.out("board", "rm", board.id)
            same(tail.ended(), 66)


def body(tap):
    with served(tap, "nginx") as site:
        cli = Cli(site)
        board = Board(site.http)
        board.ops([put_op(f"note {i}") for i in range(8)])
        direct(tap, cli, board)
        refusals(tap, site, cli, board)
        with Daemon(site) as daemon:
            for feed in FEEDS:
                through(tap, site, daemon, cli, feed)
        gone(tap, cli, board)


if __name__ == "__main__":
    t.main(body)
