"""Readers of every kind against writers, and each held feed by itself.

Writers play random operations while readers poll, long-poll, follow events,
lines and scripts in a frame, and change between these at will, each cut off and
resumed at 50 random points: none may lose a change, see one twice or out of
order.
"""

import contextlib
import random
import re
import time
from concurrent.futures import ThreadPoolExecutor

from api import Board, put_op, seq_of
from feeds import STREAMS, EventStream, LongPoll, Reader, faults
from harness import WAYS, served
from model import TRASH, UNKNOWN, Account, Writer
from tap import LONG, check, same

OPERATIONS = 20000 if LONG else 2000
CUTS = 50
WRITERS = 4
# What the responder offers by itself; a daemon adds a socket.
FEEDS = {"poll": ["normal"], "long-poll": ["longpoll"],
         "events": ["eventsource"], "lines": ["continuous"],
         "frame": ["htmlfile"],
         "all five": ["normal", "longpoll", "eventsource", "continuous",
                      "htmlfile"]}
WITH_SOCKETS = {**FEEDS, "socket": ["websocket"],
                "all six": FEEDS["all five"] + ["websocket"]}


def play(tap, site, way, feeds):
    board = Board(site.http)
    account = Account()
    seed = random.SystemRandom().randrange(1 << 30)
    tap.note(f"{way}: seed {seed}")
    chance = random.Random(seed)
    goal = [None]
    # Some operations are refused or change nothing, and leave nothing to see.
    expected = OPERATIONS * 2 // 3
    readers = [Reader(name, board.path, board.reader, board.start, feeds,
                      chance.sample(range(1, expected), CUTS),
                      lambda: goal[0], seed)
               for name, feeds in feeds.items()]
    writers = [Writer(board, board.writer, account, OPERATIONS // WRITERS,
                      seed + i) for i in range(WRITERS)]
    began = time.monotonic()
    for thread in readers + writers:
        thread.start()
    for thread in writers:
        thread.join()
    wrote = time.monotonic() - began
    goal[0] = max(account.log, default=0)
    for thread in readers:
        thread.join(30)
        thread.halt.set()
    tap.note(f"{way}: {goal[0]} changes in {wrote:.1f} s, refused "
             f"{account.refused}, no change {account.idle}, read in "
             f"{time.monotonic() - began:.1f} s")
    return board, account, readers, writers


def exact(tap, way, board, account, readers, writers):
    with tap.claim(f"{way}: every operation is answered as one may expect"):
        same([w.fault for w in writers if w.fault], [])
        same(account.done, OPERATIONS)
        check(len(account.log) > OPERATIONS * 2 // 3, len(account.log))

    with tap.claim(f"{way}: acknowledged changes are numbered densely, once"):
        same(account.doubled, [])
        same(sorted(account.log), list(range(1, len(account.log) + 1)))

    for reader in readers:
        with tap.claim(f"{way}: {reader.name}: 0 lost, 0 twice, 0 out of "
                       f"order over {CUTS} cuts"):
            same(reader.fault, None)
            check(not reader.is_alive(), f"stuck at {reader.cursor}")
            check(reader.busy == 0 or way == "apache-fcgid", reader.busy)
            same(reader.cuts_done, CUTS)
            same(faults(reader.got, 0, account.log), [])

    with tap.claim(f"{way}: the snapshot is what the last operations made it"):
        shown = board.snapshot()
        same(seq_of(shown["last_seq"]), max(account.log))
        notes = {n["id"]: n for n in shown["notes"]}
        compared = 0
        for note, (seq, state) in account.last.items():
            if state is TRASH:
                check(note not in notes, f"{note} stands there, trashed")
            else:
                same(notes[note]["rev"], str(seq))
                if state is not UNKNOWN:
                    same(notes[note]["text"], state)
                    compared += 1
        check(compared > 50, compared)


def stream(board, feed, query="", headers=()):
    return EventStream(board.reader, f"{board.path}/changes?feed={feed}"
                       + query, headers)


def held(tap, way, feed, board, cursors):
    with tap.claim(f"{way}: {feed} opens within 500 ms, with its first bytes"):
        # The first may have to wait for the machine; a path that buffers
        # would show in all of them.
        took = []
        for _ in range(5):
            s = stream(board, feed, "&since=now")
            s.until("up-to-date")
            took.append(s.blocks[0][0] - s.opened)
            s.close()
        check(min(took) <= 0.5, took)
        same(s.stream.status, 200)
        same(s.stream.header("content-type"), STREAMS[feed])
        same(s.stream.header("cache-control"), "no-store, no-transform")
        same(s.stream.header("x-content-type-options"), "nosniff")

    with tap.claim(f"{way}: {feed}: backlog, up-to-date, then the proof in a "
                   "write of its own 100 to 200 ms later"):
        gaps = []
        for _ in range(5):
            s = stream(board, feed, "&heartbeat=60000")
            seen = s.until("up-to-date")
            same([e.id for e in seen[:-1]], cursors)
            same([e.json()["seq"] for e in seen[:-1]], cursors)
            same(seen[-1].json()["last_seq"], cursors[-1])
            check(s.parser.retry is not None, "no retry")
            proof = s.next(2)
            same((proof.name, proof.json()), ("heartbeat", {}))
            same(s.blocks[-1][1], ["heartbeat"])
            gaps.append(proof.at - seen[-1].at)
            s.close()
        # On a loaded machine a single gap may be long, or short where
        # up-to-date itself was long on its way; most are neither.
        check(sorted(gaps)[2] >= 0.095 and sorted(gaps)[1] <= 0.25, gaps)

    with tap.claim(f"{way}: {feed}: changes reach it one at a time"):
        s = stream(board, feed, "&since=now&heartbeat=60000")
        s.until("heartbeat")
        for i in range(3):
            began = time.monotonic()
            made = board.ops([put_op(f"now {i}")])[0]
            event = s.next(5)
            same((event.name, event.id, event.json()["id"]),
                 ("message", made["seq"], made["id"]))
            check(event.at - began < 2, event.at - began)
            cursors.append(made["seq"])
        s.close()


def heartbeats(tap, way, board):
    with tap.claim(f"{way}: heartbeats come as often as asked, on each feed"):
        streams = [stream(board, f, "&since=now&heartbeat=1000")
                   for f in STREAMS]
        beats = [[s.until("heartbeat")[-1].at] for s in streams]
        for _ in range(3):
            for s, seen in zip(streams, beats):
                seen.append(s.until("heartbeat")[-1].at)
        for s, seen in zip(streams, beats):
            gaps = [b - a for a, b in zip(seen[1:], seen[2:])]
            check(all(0.8 < g < 1.6 for g in gaps), gaps)
            s.close()


def events(tap, site, way):
    board = Board(site.http)
    done = board.ops([put_op(f"note {i}") for i in range(10)])
    cursors = [r["seq"] for r in done]

    for feed in STREAMS:
        held(tap, way, feed, board, cursors)
        starts(tap, way, feed, board, cursors)
    heartbeats(tap, way, board)
    names(tap, way, board, cursors)
    frames(tap, way, site)
    longpolls(tap, way, board)
    forget(board)


def forget(board):
    """Wakes the web servers that learn only by writing who has left."""
    for _ in range(3):
        board.note("to wake the streams that were left")


def starts(tap, way, feed, board, cursors):
    with tap.claim(f"{way}: {feed}: Last-Event-ID beats the query"):
        s = stream(board, feed, f"&since={cursors[7]}",
                   [("Last-Event-ID", cursors[3])])
        same([e.id for e in s.until("up-to-date")[:-1]], cursors[4:])
        s.close()

    with tap.claim(f"{way}: {feed}: since=now starts after the newest change"):
        s = stream(board, feed, "&since=now")
        first = s.next()
        same((first.name, first.json()["last_seq"]),
             ("up-to-date", cursors[-1]))
        s.close()

    epoch = cursors[0][:8]
    for since, why in ((f"zzzzzzz0-{1}", "epoch"), (f"{epoch}-9999", "ahead")):
        with tap.claim(f"{way}: {feed}: a cursor that cannot be served "
                       f"({why}) is a reset, and the end"):
            s = stream(board, feed, f"&since={since}")
            seen = s.ended()
            same([e.name for e in seen], ["reset"])
            same(seen[0].json(), {"reason": why, "last_seq": cursors[-1]})
            check(s.stream.clean, "cut short")
            s.close()


def names(tap, way, board, cursors):
    path = board.path + "/changes?since=now"
    for kind in ("text/event-stream", "application/x-ndjson"):
        with tap.claim(f"{way}: Accept alone asks for {kind}"):
            s = EventStream(board.reader, path, [("Accept", kind)])
            same(s.stream.header("content-type"), kind)
            same(s.next().name, "up-to-date")
            s.close()

    with tap.claim(f"{way}: a page has to ask for its frame by name"):
        answer = board.reader.get(path, [("Accept", "text/html")])
        same(answer.json()["last_seq"], cursors[-1])

    with tap.claim(f"{way}: a feed that is none is refused, by name"):
        for name in ("", "events", "Continuous", "htmlfile%20", "html",
                     "eventsource&feed=continuous"):
            answer = board.reader.get(f"{path}&feed={name}", expect=400)
            same(answer.slug(), "bad-query")


def frames(tap, way, site):
    board = Board(site.http)
    text = "<b>&" * 2500            # six times as long, once escaped
    done = board.ops([put_op(text) for _ in range(8)])

    with tap.claim(f"{way}: a frame ends itself past 128 KiB, and the next "
                   "one goes on exactly there"):
        cursor, got, sizes = "0", [], []
        while len(sizes) < 10:
            s = stream(board, "htmlfile", f"&since={cursor}")
            seen = s.until("up-to-date") if len(got) == 6 else s.ended()
            same(s.stream.header("x-frame-options"), "SAMEORIGIN")
            sizes.append(s.parser.bytes)
            got += [e for e in seen if e.name == "message"]
            same([e.name for e in seen if e.name != "message"],
                 ["up-to-date" if len(got) == 8 else "end"])
            s.close()
            if seen[-1].name == "up-to-date":
                break
            same(seen[-1].json(), {"reason": "size", "last_seq": got[-1].id})
            check(s.stream.clean, "cut short")
            cursor = got[-1].id
        same([e.id for e in got], [r["seq"] for r in done])
        same({e.json()["doc"]["text"] for e in got}, {text})
        same(len(sizes), 3)
        check(all(128 << 10 <= n < (128 + 60) << 10 for n in sizes[:2]), sizes)

    with tap.claim(f"{way}: no two frames have the same nonce"):
        policies = set()
        for _ in range(5):
            s = stream(board, "htmlfile", "&since=now")
            policies.add(s.stream.header("content-security-policy"))
            s.close()
        same(len(policies), 5)
        same({re.sub("nonce-[A-Za-z0-9_-]{22}'", "nonce'", p)
              for p in policies},
             {"default-src 'none'; script-src 'nonce'; base-uri 'none'; "
              "form-action 'none'; frame-ancestors 'self'"})
    forget(board)


def longpolls(tap, way, board):
    path = board.path + "/changes?feed=longpoll"
    with tap.claim(f"{way}: a long-poll waits and is answered by the change"):
        poll = LongPoll(board.reader, f"{path}&since={board.head()}"
                        "&timeout=20000")
        poll.join(0.5)
        check(poll.is_alive(), "it did not wait")
        made = board.ops([put_op("later")])[0]
        wrote = time.monotonic()
        got = poll.result(5).json()
        same([c["seq"] for c in got["results"]], [made["seq"]])
        check(poll.at - wrote < 2, poll.at - wrote)

    with tap.claim(f"{way}: a long-poll that times out answers 200, empty"):
        began = time.monotonic()
        got = board.reader.get(path + "&since=now&timeout=400").json()
        took = time.monotonic() - began
        same((got["results"], got["last_seq"]), ([], made["seq"]))
        check(0.39 <= took < 3, took)

    with tap.claim(f"{way}: a long-poll with a backlog does not wait"):
        began = time.monotonic()
        got = board.reader.get(path + "&since=0&timeout=20000").json()
        check(len(got["results"]) > 5 and time.monotonic() - began < 5, got)


def body(tap, beside=contextlib.nullcontext, feeds=FEEDS):
    """Through each way; `beside` is entered with each of the sites."""
    with contextlib.ExitStack() as stack:
        sites = {}
        for way in WAYS:
            sites[way] = stack.enter_context(served(tap, way))
            stack.enter_context(beside(sites[way]))
            with tap.claim(f"{way}: the held feeds"):
                events(tap, sites[way], way)
        # Writers mostly pause, as people do: so all servers at once.
        with ThreadPoolExecutor(1 if LONG else len(WAYS)) as pool:
            played = {way: pool.submit(play, tap, site, way, feeds)
                      for way, site in sites.items()}
        for way in WAYS:
            with tap.claim(f"{way}: the random script"):
                exact(tap, way, *played[way].result())
