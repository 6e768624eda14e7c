#!/usr/bin/python3
"""Proves what happens when responses are held: caps, slots, ends.

One address, and one session, have only so many slots. With four slots, the
fifth stream gets its backlog and is told that there is no room, a long-poll is
answered at once, and plain requests go on. Slots come back when clients leave
and when holders are killed. A held CGI run ends when its client has left, on
TERM and at its greatest age. TERM ends streams cleanly, with nothing in the
web server's log.
"""

import os
import signal
import time

import tap as t
from api import Board, Client, put_op
from feeds import STREAMS, EventStream, LongPoll
from harness import WAYS, alive, build_library, children, served, wait_for
from tap import check, same
from wire import Http, environment

HOLDS = 4


def hold(board, query="&heartbeat=60000", feed="eventsource"):
    """A stream that is held: it has shown the proof that it lives on."""
    stream = EventStream(board.reader, f"{board.path}/changes?feed={feed}"
                         f"&since=now{query}")
    stream.until("heartbeat")
    return stream


def mixed(count):
    """So many feeds, each kind about as often."""
    return (list(STREAMS) * count)[:count]


def held(board):
    """Whether a slot is free: a new stream is held, or told to go."""
    stream = EventStream(board.reader, board.path
                         + "/changes?feed=eventsource&since=now")
    try:
        stream.until("up-to-date")
        event = stream.next(5)
        if event is not None and event.name == "heartbeat":
            return stream
        same((event.name, event.json()), ("end", {"reason": "busy"}))
        same(stream.next(5), None)
        check(stream.stream.clean, "cut short")
    except BaseException:
        stream.close()
        raise
    stream.close()
    return None


def free_again(board, count, seconds, what):
    """Waits until so many slots can be held at once, and leaves them."""
    streams = []

    def one_more():
        stream = held(board)
        if stream:
            streams.append(stream)
        return len(streams) == count
    began = time.monotonic()
    try:
        wait_for(one_more, seconds, f"{count} free slots {what}")
    finally:
        for stream in streams:
            stream.close()
    return time.monotonic() - began


def cap(tap, way):
    with served(tap, way, {"http.holds": str(HOLDS)}) as site:
        board = Board(site.http)
        done = board.ops([put_op(f"note {i}") for i in range(5)])
        streams = [hold(board, feed=f) for f in mixed(HOLDS)]

        with tap.claim(f"{way}: past the cap a stream answers its backlog, "
                       "up-to-date, and ends busy"):
            for feed in STREAMS:
                s = EventStream(board.reader, board.path
                                + f"/changes?feed={feed}&since=0")
                seen = s.ended()
                same([e.id for e in seen[:5]], [r["seq"] for r in done])
                same([e.name for e in seen[5:]], ["up-to-date", "end"])
                same(seen[-1].json(), {"reason": "busy"})
                check(s.stream.clean, "cut short")
                check(s.parser.retry is not None, "no retry")
                s.close()

        with tap.claim(f"{way}: past the cap a long-poll answers at once"):
            began = time.monotonic()
            poll = LongPoll(board.reader, board.path
                            + "/changes?feed=longpoll&since=now&timeout=30000")
            got = poll.result(5).json()
            same((got["results"], got["last_seq"]), ([], done[-1]["seq"]))
            check(poll.at - began < 3, poll.at - began)

        with tap.claim(f"{way}: plain requests are served while all slots are "
                       "taken, and the held streams see them"):
            limit = 20 * 2 * site.server.patience
            began = time.monotonic()
            for i in range(20):
                done += board.ops([put_op(f"more {i}")])
                board.snapshot()
            took = time.monotonic() - began
            check(took < limit, took)
            for s in streams:
                seen = [s.next(5).id for _ in range(20)]
                same(seen, [r["seq"] for r in done[5:]])

        leaving(tap, site, way, board, streams)
        killed(tap, site, way, board)


def leaving(tap, site, way, board, streams):
    with tap.claim(f"{way}: slots come back after their clients have left"):
        for s in streams:
            s.close()
        # Where nobody tells it is learnt at the writes: one wakes the web
        # server, one its peer, one more finds the pipe closed.
        if not site.server.tells:
            for _ in range(4):
                board.note("to wake the runs")
        took = free_again(board, HOLDS, 8, "after the clients left")
        tap.note(f"{way}: {took:.2f} s")


def killed(tap, site, way, board):
    with tap.claim(f"{way}: slots come back after kill -9 of their holders"):
        # Whoever still holds a closed stream notices at its next write.
        board.note("to wake the runs")
        board.note("again")
        streams = wait_for(
            lambda: [s for s in [held(board)] if s], 8, "a free slot")
        while len(streams) < HOLDS:
            more = held(board)
            if more:
                streams.append(more)
        for pid in site.responders():
            os.kill(pid, signal.SIGKILL)
        for s in streams:
            same([e.name for e in s.ended()
                  if e.name not in ("message", "heartbeat")], [])
            s.close()
        if site.responder is not None:
            site.start_again()
        site.ready()
        took = free_again(board, HOLDS, 20 * site.server.patience,
                          "after kill -9")
        tap.note(f"{way}: {took:.2f} s")


def cgi_ends(tap):
    with served(tap, "cgi", {"feed.max_age": "3s"}) as site:
        board = Board(site.http)
        runs = lambda: site.responders()

        with tap.claim("cgi: a hold ends within two heartbeats of its "
                       "client's leaving"):
            stream = hold(board, "&heartbeat=1000")
            pids = wait_for(runs, 5, "the run")
            stream.close()
            began = time.monotonic()
            wait_for(lambda: not any(map(alive, pids)), 2.9,
                     "the end of the run")
            tap.note(f"{time.monotonic() - began:.2f} s")

        with tap.claim("cgi: TERM ends a hold, with a clean end"):
            streams = [hold(board, feed=f) for f in STREAMS]
            pids = wait_for(runs, 5, "the run")
            same(len(pids), len(streams))
            for pid in pids:
                os.kill(pid, signal.SIGTERM)
            began = time.monotonic()
            for stream in streams:
                seen = stream.ended(5)
                same((seen[-1].name, seen[-1].json()),
                     ("end", {"reason": "shutdown"}))
                check(time.monotonic() - began < 1.5, "it took too long")
                check(stream.stream.clean, "cut short")
                stream.close()

        with tap.claim("cgi: a hold ends at its greatest age"):
            for feed, began, stream in [(f, time.monotonic(), hold(
                    board, feed=f)) for f in STREAMS]:
                seen = stream.ended(8)
                same((seen[-1].name, seen[-1].json()),
                     ("end", {"reason": "age"}), feed)
                took = time.monotonic() - began
                check(2.8 < took < 5, f"{feed}: {took}")
                stream.close()

        with tap.claim("cgi: no run is left"):
            wait_for(lambda: not runs(), 5, "the end of all runs")


def late_term(tap):
    with served(tap, "direct") as site, \
            tap.claim("cgi: TERM to a run that has answered writes nowhere"):
        env = {n.decode(): v.decode() for n, v in environment(
            "GET", "/health", [], None, "localhost")}
        run = site.spawn([site.path("bin", "notewire.fcgi")], "late.log",
                         {**env, "LD_PRELOAD": build_library(
                             site, "term-at-close")})
        same(run.run.wait(10), 0)
        check('"ok"' in site.log_text("late.log"), site.log_text("late.log"))
        same(site.log_text("late.log").splitlines()[-1],
             "TERM at 2 closes: 0 bytes")


def early_term(tap):
    with served(tap, "direct") as site:
        board = Board(site.direct)
        library = {"LD_PRELOAD": build_library(site, "term-at-open")}
        poll = environment(
            "GET", board.path + "/changes?feed=longpoll&since=now",
            [("Authorization", f"Bearer {board.tokens['read']}")], None,
            "localhost")
        runs = {"cgi: a run": ([], {n.decode(): v.decode() for n, v in poll}),
                "fastcgi: a responder": (
                    ["--listen", site.path("run", "early.sock")], {})}
        for name, (words, env) in runs.items():
            with tap.claim(f"{name} that TERM finds at its start ends"):
                run = site.spawn([site.path("bin", "notewire.fcgi"), *words],
                                 "early.log", {**env, **library})
                began = time.monotonic()
                same(run.run.wait(20), 0)
                check(time.monotonic() - began < 8, time.monotonic() - began)
                same(site.log_text("early.log").count("TERM at open"), 1)
                os.unlink(site.path("log", "early.log"))


def term(tap):
    with served(tap, "socket") as site:
        board = Board(site.http)
        with tap.claim("TERM ends held streams and long-polls cleanly"):
            streams = [hold(board, feed=f) for f in mixed(6)]
            poll = LongPoll(board.reader, board.path
                            + "/changes?feed=longpoll&since=now&timeout=30000")
            poll.join(0.3)
            check(poll.is_alive(), "the long-poll did not wait")
            mark = site.log_mark(site.server.log)
            began = time.monotonic()
            site.responder.run.terminate()
            for s in streams:
                seen = s.ended(5)
                same((seen[-1].name, seen[-1].json()),
                     ("end", {"reason": "shutdown"}))
                check(s.stream.clean, "cut short")
                s.close()
            answer = poll.result(5)
            same((answer.status, answer.json()["results"]), (200, []))
            same(site.responder.run.wait(5), 0)
            check(time.monotonic() - began < 4, time.monotonic() - began)

        with tap.claim("and leaves nothing in the web server's log"):
            same(site.log_since(site.server.log, mark), b"")

        with tap.claim("a client goes on from its cursor after a restart"):
            site.start_again()
            made = board.note("after")
            same([c["id"] for c in board.log()], [made["id"]])

        for name in ("INT", "USR1"):
            with tap.claim(f"{name} ends it with 0 as well"):
                stream = hold(board)
                site.responder.run.send_signal(
                    getattr(signal, "SIG" + name))
                seen = stream.ended(5)
                same((seen[-1].name, seen[-1].json()),
                     ("end", {"reason": "shutdown"}))
                stream.close()
                same(site.responder.run.wait(5), 0)
                site.start_again()


def owners(tap):
    with served(tap, "socket", {"http.holds": "8", "http.holds_address": "3",
                                "http.holds_session": "1"}) as site:
        board = Board(site.http)
        streams = [hold(board) for _ in range(3)]
        with tap.claim("one address has its share of the slots and no more"):
            same(held(board), None)

        with tap.claim("another address has a share of its own"):
            board.by(Http(site.http.address, source="127.0.0.2"))
            streams += [hold(board) for _ in range(3)]
            same(held(board), None)

        with tap.claim("one session has its share of the slots and no more"):
            elsewhere = Http(site.http.address, source="127.0.0.3")
            cookies = [Client(elsewhere).post(
                "/session", {"token": board.tokens["read"]}, expect=200)
                .header("set-cookie").split(";")[0] for _ in range(2)]
            for cookie in cookies:
                board.reader = Client(elsewhere, cookie=cookie)
                streams.append(hold(board))
                same(held(board), None)

        with tap.claim("a share comes back with its slot"):
            streams.pop().close()
            took = free_again(board, 1, 8, "after its holder left")
            tap.note(f"{took:.2f} s")
        for stream in streams:
            stream.close()


def body(tap):
    for way in WAYS:
        with tap.claim(f"{way}: the cap"):
            cap(tap, way)
    with tap.claim("shares"):
        owners(tap)
    with tap.claim("held CGI runs"):
        cgi_ends(tap)
        late_term(tap)
        early_term(tap)
    with tap.claim("the end of a responder"):
        term(tap)


if __name__ == "__main__":
    t.main(body)
