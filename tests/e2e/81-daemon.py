#!/usr/bin/python3
"""Proves what the daemon does with the streams that it is handed.

All feeds in their forms, from the beginning, from a place, from one that is no
more; nothing lost or twice for readers that stop and go on; ends by hang-up,
half-close, ABORT, revocation, sign-out, expiry, deletion and drain; strangers,
nonsense and silent guests are refused and others served. Here the test is the
responder's side of the hand-over.
"""

import contextlib
import json
import os
import re
import select
import socket
import subprocess
import time

import tap as t
from api import Board, Client, put_op
from daemon import ABORT, Daemon, Held, hand_over, message
from harness import (as_user, patience, sanitized, served, stopped,
                     wait_for)
from tap import check, same

SEQ = re.compile(rb'"seq":"[a-z0-9]{8}-(\d+)"')
FEEDS = ("eventsource", "continuous", "htmlfile")


def write(board, count, size=10):
    for at in range(0, count, 50):
        done = board.ops([put_op("x" * size)
                          for _ in range(min(50, count - at))])
        same({r["status"] for r in done}, {201})


def seqs(content):
    if isinstance(content, str):
        content = content.encode()
    return [int(n) for n in SEQ.findall(content)]


def live(daemon, board, token=None, **lines):
    """A held stream that has caught up."""
    held = Held(daemon, message(board, token or board.tokens["read"],
                                **lines))
    same(held.answer, b"A")
    held.until("up-to-date", 60)
    held.until("}\n")
    return held


def feeds(tap, daemon, board):
    token = board.tokens["read"]
    write(board, 3)
    for feed in FEEDS:
        with tap.claim(f"{feed}: the log from its beginning, then what comes"):
            head = int(board.head().rpartition("-")[2])
            held = Held(daemon, message(board, token, feed=feed))
            same(seqs(held.until("up-to-date")), list(range(1, head + 1)))
            write(board, 1)
            held.until(f'-{head + 1}"')
            same(held.ended, False)
            held.close()

    with tap.claim("notes stay out where the reader wants none"):
        held = Held(daemon, message(board, token, docs="false"))
        check('"doc"' not in held.until("up-to-date"), "a note")
        held.close()

    with tap.claim("many small changes of the past are few records"):
        write(board, 100)
        held = Held(daemon, message(board, token, docs="false"))
        held.until("up-to-date")
        check(len(held.records) <= 3, held.records)
        held.close()

    with tap.claim("the proof comes soon, in a record of its own"):
        began = time.monotonic()
        held = Held(daemon, message(board, token, after=board.head()))
        held.until("up-to-date")
        held.until("heartbeat")
        took = time.monotonic() - began
        check(0.1 < took < 2, took)
        same(len(held.records), 2)
        held.close()

    with tap.claim("a forever frame ends itself, with the place to resume at"):
        write(board, 100, 2000)
        held = Held(daemon, message(board, token, feed="htmlfile"))
        text = held.to_end()
        check(held.ended, "no END_REQUEST")
        check(128 << 10 <= len(text) < 200 << 10, len(text))
        last = max(seqs(text))
        check(f'"reason":"size","last_seq":"{board.head()[:8]}-{last}"'
              in text, text[-300:])

    for name, cursor in (("epoch", "zzzzzzzz-1"),
                         ("ahead", board.head()[:8] + "-999999")):
        with tap.claim(f"a cursor with another {name} gets a reset"):
            held = Held(daemon, message(board, token, after=cursor))
            text = held.to_end()
            check(f'event: reset\ndata: {{"reason":"{name}"' in text, text)
            check(held.ended, "no END_REQUEST")


def polls(tap, daemon, board):
    token = board.tokens["read"]

    def poll(**lines):
        return Held(daemon, message(board, token, feed="longpoll", **lines))

    with tap.claim("a long-poll is answered by the next change, and ends"):
        head = board.head()
        held = poll(after=head)
        write(board, 1)
        page = json.loads(held.to_end())
        same([r["seq"] for r in page["results"]], [board.head()])
        same((page["last_seq"], page["pending"]), (board.head(), 0))
        check(held.ended, "no END_REQUEST")

    with tap.claim("its page is as long as the reader wants, and says what is left"):
        held = poll(after=board.head()[:9] + "0", limit=7)
        page = json.loads(held.to_end())
        same(seqs(json.dumps(page["results"]).replace(" ", "")),
             list(range(1, 8)))
        same(page["last_seq"], board.head()[:9] + "7")
        check(page["pending"] > 0, page["pending"])

    with tap.claim("one that waits in vain is answered in time"):
        began = time.monotonic()
        page = json.loads(poll(after=board.head(), timeout=300).to_end())
        took = time.monotonic() - began
        same(page, {"results": [], "last_seq": board.head(), "pending": 0})
        check(0.3 <= took < 3, took)

    with tap.claim("one with an old cursor is told so"):
        page = json.loads(poll(after="zzzzzzzz-1").to_end())
        same((page["reset"], page["results"]), ("epoch", []))


def ends(tap, site, daemon):
    board = Board(site.direct)

    def ended(held, reason):
        text = held.to_end()
        check(f'event: end\ndata: {{"reason":"{reason}"}}' in text, text)
        check(held.ended, "no END_REQUEST")

    with tap.claim("a half-close is answered by the end of the request"):
        held = live(daemon, board)
        held.socket.shutdown(socket.SHUT_WR)
        held.to_end()
        check(held.ended, "no END_REQUEST")

    with tap.claim("so is ABORT_REQUEST, in pieces too"):
        held = live(daemon, board)
        for byte in ABORT:
            held.socket.send(bytes([byte]))
        held.to_end()
        check(held.ended, "no END_REQUEST")

    with tap.claim("what is no FastCGI ends the stream"):
        held = live(daemon, board)
        held.socket.send(b"GET / HTTP/1.0\r\n\r\n")
        held.to_end()

    with tap.claim("a revoked link ends whatever it holds within a second, on "
                   "each feed, and nothing else"):
        for kind in ("fcgi", "cgi"):
            revoked(daemon, board, kind)

    with tap.claim("signing out ends a session's streams"):
        session = Client(site.direct, origin="http://localhost")
        made = session.post("/session", {"token": board.tokens["read"]},
                            expect=(200, 201))
        cookie = made.header("set-cookie").partition(";")[0]
        held = live(daemon, board, cookie.partition("=")[2], claim="session")
        Client(site.direct, cookie=cookie, origin="http://localhost").delete(
            "/session", expect=204)
        ended(held, "expired")

    with tap.claim("an expired link does too"):
        held = live(daemon, board, expires=int(time.time() * 1000) + 500)
        ended(held, "expired")

    with tap.claim("a deleted board says that it is gone"):
        held = live(daemon, board)
        board.admin.delete(board.path, [("If-Match", "*")],
                           expect=(204, 200, 412, 428))
        if board.admin.get(board.path, expect=(200, 404)).status == 200:
            tag = board.admin.get(board.path).header("etag")
            board.admin.delete(board.path, [("If-Match", tag)], expect=204)
        ended(held, "gone")

    with tap.claim("one that never had a change does too"):
        empty = Board(board.writer.via)
        held = live(daemon, empty)
        empty.admin.delete(empty.path, expect=204)
        ended(held, "gone")


def revoked(daemon, board, kind):
    link = board.admin.post(board.path + "/links",
                            {"role": "read", "label": "x"},
                            expect=201).json()
    more = {} if kind == "fcgi" else {"kind": "cgi", "request": 0}
    other = live(daemon, board)
    streams = [Held(daemon, message(board, link["token"], feed=feed,
                                    after=board.head(), **more), kind=kind)
               for feed in FEEDS + ("longpoll",) for _ in range(5)]
    for held in streams[:-5]:
        held.until("up-to-date")
    wait_for(lambda: daemon.metric("held") == 1 + len(streams), 5, "all")
    began = time.monotonic()
    board.admin.delete(f"{board.path}/links/{link['id']}", expect=204)
    text = [held.to_end() for held in streams]
    took = time.monotonic() - began
    check(took < 1, took)
    for i, held in enumerate(streams):
        if i < len(streams) - 5:
            check('"reason":"revoked"' in text[i], text[i])
        else:
            # the news of the end itself may wake it
            check({r["id"] for r in json.loads(text[i])["results"]}
                  <= {"_links"}, text[i])
        check(held.ended or kind == "cgi", "no END_REQUEST")
        held.close()
    write(board, 1)
    other.until('"text":"xxx')
    other.close()


def slow(tap, site, daemon):
    board = Board(site.direct)
    with tap.claim("who stops for a while goes on without loss"):
        at_rest = [live(daemon, board) for _ in range(20)]
        others = [live(daemon, board) for _ in range(20)]
        before = daemon.memory()
        write(board, 600, 4000)         # more than the ring of one board
        for held in others + at_rest:
            found = []
            while not found or found[-1] < 600:
                check(held.read(10) and not held.closed, "it ended")
                whole, _, held.content = held.content.rpartition(b"\n")
                found += seqs(whole)
            same(found, list(range(1, 601)))
        grown = daemon.memory() - before
        tap.note(f"{grown} kB")
        check(grown < 20000 or sanitized(), grown)
        for held in others + at_rest:
            held.close()

    with tap.claim("a burst of more than the ring holds leaves nobody behind"):
        head = int(board.head().rpartition("-")[2])
        readers = [live(daemon, board, after=board.head())
                   for _ in range(20)]
        with stopped(daemon):
            write(board, 900, 4000)
        for held in readers:
            found = []
            while not found or found[-1] < head + 900:
                check(held.read(10) and not held.closed, "silence")
                whole, _, held.content = held.content.rpartition(b"\n")
                found += seqs(whole)
            same(found, list(range(head + 1, head + 901)))
            held.close()

    with tap.claim("who takes nothing at all is ended"):
        held = live(daemon, board, after=board.head())
        write(board, 600, 4000)
        quiet = select.poll()
        quiet.register(held.socket, select.POLLHUP)
        check(quiet.poll(60000), "still open")
        held.close()


def together(tap, site, daemon, batches):
    """What many are sent at once goes out by one call, where it may."""
    board = Board(site.direct)
    calls = "few" if batches else "no"
    with tap.claim(f"a change reaches 100 streams, by {calls} batched calls"):
        readers = [live(daemon, board, feed=FEEDS[i % 2])
                   for i in range(100)]
        before = [daemon.metric(name)
                  for name in ("batches_total", "batched_total")]
        for n in range(1, 6):
            write(board, 1)
            for held in readers:
                while n not in seqs(held.content):
                    check(held.read(10) and not held.closed, "it ended")
        grown = [daemon.metric(name) - was for name, was in
                 zip(("batches_total", "batched_total"), before)]
        same(grown[1], 500 if batches else 0)
        check(grown[0] <= 50, grown)
        for held in readers:
            same(seqs(held.content), [1, 2, 3, 4, 5])
            held.close()


def guests(tap, site, daemon):
    board = Board(site.direct)
    token = board.tokens["read"]

    with tap.claim("nonsense is refused, and changes nothing"):
        good = message(board, token)
        for bad in (b"", b"x", good[:-1], good + good, good + b"\0" * 3000,
                    good.replace(b"=fcgi", b"=ftp"),
                    good.replace(b"kind", b"Kind")):
            held = Held(daemon, bad)
            same(held.answer, b"", bad[:60])
            held.to_end()
            held.close()

    with tap.claim("without a descriptor there is nothing to take"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as s:
            s.connect(daemon.socket)
            s.send(good)
            s.settimeout(5)
            same(s.recv(1), b"")

    with tap.claim("a plain file is nothing to hold"):
        with open(site.path("conf", "notewire.conf"), "rb") as f:
            same(hand_over(daemon, f.fileno(), good), b"")

    with tap.claim("until the responder lets go nothing is written"):
        held = Held(daemon, good, go=False)
        same((held.answer, held.to_end()), (b"A", ""))
        same(held.ended, False)

    with tap.claim("300 silent guests keep nobody out"):
        silent = []
        for _ in range(300):
            s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            s.connect(daemon.socket)
            silent.append(s)
        live(daemon, board).close()
        for s in silent:
            s.settimeout(10)
            same(s.recv(1), b"")        # they are sent away
            s.close()

    with tap.claim("guests that say what they bring and never let go, and held "
                   "connections whose peers dribble, keep nobody out"):
        stuck = [Held(daemon, good, go=None) for _ in range(200)]
        same({one.answer for one in stuck}, {b"A"})
        slow_ones = [live(daemon, board) for _ in range(100)]
        for i, one in enumerate(slow_ones):
            one.socket.send(ABORT[:1 + i % 7])      # the rest never comes
        began = time.monotonic()
        for feed in FEEDS:
            held = Held(daemon, message(board, token, feed=feed))
            held.until("up-to-date")
            held.close()
        check(time.monotonic() - began < 2, time.monotonic() - began)
        write(board, 1)
        for one in slow_ones:
            one.until('"text":"x')
            one.close()
        for one in stuck:
            same((one.to_end(), one.ended), ("", False))
            one.close()

    if as_user()[3:]:
        with tap.claim("a stranger gets nowhere"):
            os.chmod(daemon.socket, 0o666)
            run = subprocess.run(
                ["setpriv", "--reuid=nobody", "--regid=nogroup",
                 "--clear-groups", "/usr/bin/python3", "-c",
                 "import socket, sys\n"
                 "s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)\n"
                 "s.connect(sys.argv[1])\n"
                 "s.settimeout(5)\n"
                 "try:\n"
                 "    s.sendall(sys.argv[2].encode())\n"
                 "    print(s.recv(1))\n"
                 "except (BrokenPipeError, ConnectionResetError):\n"
                 "    print(b'')\n", daemon.socket, good.decode()],
                capture_output=True, check=False, timeout=30, cwd="/")
            same(run.stdout, b"b''\n", run.stderr)


def pipes(tap, site, daemon):
    board = Board(site.direct)
    with tap.claim("a CGI run's standard output needs no process"):
        out, into = os.pipe()
        same(hand_over(daemon, into, message(
            board, board.tokens["read"], kind="cgi", request=0,
            feed="continuous")), b"A")
        os.close(into)
        with open(out, "rb") as lines:
            same(json.loads(lines.readline())["event"], "up-to-date")
            same(json.loads(lines.readline()), {})
            write(board, 1)
            same(seqs(lines.readline()), [1])

    with tap.claim("that its reader left is noticed at once"):
        wait_for(lambda: held_now(daemon) == 0, 5, "the pipe's end")


def held_now(daemon):
    """Descriptors of the daemon that are streams: pipes and sockets."""
    base = f"/proc/{daemon.pid}/fd"
    count = 0
    for name in os.listdir(base):
        with contextlib.suppress(FileNotFoundError):    # just closed
            kind = os.readlink(f"{base}/{name}").partition(":")[0]
            count += kind in ("pipe", "socket")
    return count - daemon.own


def limits(tap, site):
    few = {"daemon.connections": "6", "daemon.connections_board": "4",
           "daemon.connections_address": "3", "daemon.connections_session":
           "2"}
    with served(tap, "direct") as site, Daemon(site, few) as daemon:
        board, other = Board(site.direct), Board(site.direct)

        def answers(count, which=board, **lines):
            held = [Held(daemon, message(which, which.tokens["read"],
                                         **lines)) for _ in range(count)]
            for one in held:
                if one.answer == b"A":
                    one.until("up-to-date")
            return held

        def close(held):
            for one in held:
                one.close()
            wait_for(lambda: held_now(daemon) == 0, 5, "their end")

        daemon.own = 0
        daemon.own = held_now(daemon)
        for what, most, lines in (
                ("a session", 2, {"session": "0" * 15 + "1"}),
                ("an address", 3, {"address": "0" * 15 + "1"}),
                ("a board", 4, {})):
            with tap.claim(f"{what} has {most} streams, then it is busy"):
                held = answers(most + 1, **lines)
                same([h.answer for h in held], [b"A"] * most + [b"B"])
                close(held)
                held = answers(1, **lines)
                same(held[0].answer, b"A", "free again")
                close(held)
        with tap.claim("all together have 6"):
            held = answers(4) + answers(3, other)
            same([h.answer for h in held], [b"A"] * 6 + [b"B"])
            close(held)


def drains(tap, site, daemon):
    board = Board(site.direct)
    with tap.claim("a second daemon on the same data ends with 75"):
        run = subprocess.run(as_user() + [site.path("bin", "notewired")],
                             env=site.environment(), capture_output=True,
                             check=False, timeout=30, cwd="/")
        same(run.returncode, 75, run.stderr)

    with tap.claim("TERM ends every stream, with a time to come back at"):
        held = [live(daemon, board, feed=f) for f in ("eventsource",
                                                      "continuous")]
        poll = Held(daemon, message(board, board.tokens["read"],
                                    feed="longpoll", after=board.head()))
        same(daemon.process.stop(), 0)
        text = [h.to_end() for h in held]
        check("retry: " in text[0] and '"reason":"shutdown"' in text[0],
              text[0])
        check('"reason":"shutdown","retry":' in text[1], text[1])
        same(json.loads(poll.to_end())["results"], [])
        check(all(h.ended for h in held + [poll]), "no END_REQUEST")

    with tap.claim("it can be started again at once"):
        daemon.start()
        live(daemon, board).close()


def one_by_one(tap):
    """The same where the kernel has no batches, or may not be asked."""
    settings = {"daemon.stall": f"{patience(8)}s", "daemon.io_uring": "no"}
    with served(tap, "direct") as site, Daemon(site, settings) as daemon:
        board = Board(site.direct)
        feeds(tap, daemon, board)
        polls(tap, daemon, board)
        slow(tap, site, daemon)
        together(tap, site, daemon, False)


def body(tap):
    with served(tap, "direct") as site, \
            Daemon(site, {"daemon.stall": f"{patience(8)}s"}) as daemon:
        daemon.own = held_now(daemon)
        board = Board(site.direct)
        feeds(tap, daemon, board)
        polls(tap, daemon, board)
        ends(tap, site, daemon)
        slow(tap, site, daemon)
        together(tap, site, daemon,
                 "batch none" not in site.log_text("notewired.log"))
        guests(tap, site, daemon)
        pipes(tap, site, daemon)
        drains(tap, site, daemon)
    limits(tap, site)
    one_by_one(tap)


if __name__ == "__main__":
    t.main(body)
