#!/usr/bin/python3
"""Proves that history may be rewound or a bell left unrung without a lie.

An older copy of the database put back by hand: a new epoch, and every old
cursor is told to start over.  A log that dropped its beginning says so.  A
writer killed after its commit and before it rang the bell: readers that wait
in another process get the change all the same.
"""

import os
import shutil
import time

import tap as t
from api import Board, Client, put_op, seq_of
from feeds import EventStream, LongPoll
from harness import alive, die_at_bell, need, served, wait_for
from tap import check, same
from wire import Broken, Fcgi

# The safety poll that stands in for a lost bell comes every 100 ms; this
# checks the mechanism, so it leaves a loaded machine ten times as much.
UNRUNG_MS = 1500


def copies(site, to):
    """Copies the database and its log, as one does by hand."""
    os.makedirs(to, exist_ok=True)
    for name in os.listdir(site.data):
        if name.startswith("notes.db"):
            shutil.copy2(os.path.join(site.data, name), to)


def put_back(site, backup):
    for name in os.listdir(site.data):
        if name.startswith("notes.db"):
            os.unlink(os.path.join(site.data, name))
    for name in os.listdir(backup):
        target = os.path.join(site.data, name)
        shutil.copy(os.path.join(backup, name), target)
        os.chmod(target, 0o600)
        site.give(target)


def rewound(tap, way):
    with served(tap, way) as site:
        board = Board(site.http)
        before = board.ops([put_op(f"before {i}") for i in range(5)])
        epoch = before[0]["seq"][:8]
        backup = site.path("backup")
        if way == "socket":
            site.stop_responder()
        copies(site, backup)
        if way == "socket":
            site.start_again()

        with tap.claim(f"{way}: a restart alone keeps the epoch"):
            same(board.head(), before[-1]["seq"])

        after = board.ops([put_op(f"after {i}") for i in range(5)])
        same(seq_of(after[-1]["seq"]), 10)
        if way == "socket":
            site.stop_responder()
        put_back(site, backup)
        if way == "socket":
            site.start_again()

        with tap.claim(f"{way}: an older copy put back has a new epoch"):
            head = board.head()
            check(head[:8] != epoch, head)
            same(seq_of(head), 5)
            same([n["text"] for n in sorted(board.snapshot()["notes"],
                                            key=lambda n: int(n["rev"]))],
                 [f"before {i}" for i in range(5)])

        with tap.claim(f"{way}: every old cursor is reset, on every feed"):
            for old in (before[0]["seq"], before[4]["seq"], after[0]["seq"],
                        after[4]["seq"], board.start):
                path = f"{board.path}/changes?since={old}"
                for feed in ("normal", "longpoll"):
                    got = board.reader.get(f"{path}&feed={feed}").json()
                    same((got["reset"], got["results"], got["last_seq"]),
                         ("epoch", [], head))
                stream = EventStream(board.reader, path + "&feed=eventsource")
                seen = stream.ended()
                same([e.name for e in seen], ["reset"])
                same(seen[0].json(), {"reason": "epoch", "last_seq": head})
                stream.close()

        with tap.claim(f"{way}: from the snapshot's cursor all goes on"):
            here = board.snapshot()["last_seq"]
            made = board.ops([put_op("new history")])[0]
            same(made["seq"][:8], head[:8])
            same([c["seq"] for c in board.log(here)], [made["seq"]])

        with tap.claim(f"{way}: the new epoch stays"):
            if way == "socket":
                site.restart_responder()
            same(board.head(), made["seq"])


def dropped(tap):
    with served(tap, "socket", {"store.log_rows": "20"}) as site:
        board = Board(site.http)
        done = []
        for _ in range(6):
            done += board.ops([put_op("x") for _ in range(50)])
        with tap.claim("a cursor below what the log keeps is reset (floor)"):
            def gone():
                got = board.reader.get(f"{board.path}/changes?since="
                                       + done[0]["seq"]).json()
                return got if got.get("reset") else None
            got = wait_for(gone, 5, "the log to drop its beginning")
            same((got["reset"], got["results"], got["last_seq"]),
                 ("floor", [], done[-1]["seq"]))
        with tap.claim("what the log keeps is dense up to its end"):
            got = board.reader.get(f"{board.path}/changes?since="
                                   + done[-11]["seq"]).json()
            same([c["seq"] for c in got["results"]],
                 [r["seq"] for r in done[-10:]])
        with tap.claim("the snapshot still has every note"):
            same(len(board.snapshot()["notes"]), 300)


def unrung(tap, site):
    """A writer dies between COMMIT and the bell; who waits hears of it."""
    need("cc")
    library = die_at_bell(site)
    wish = site.path("die")
    board = Board(site.http)
    cgi = site.cgi_client()

    def doomed():
        return site.start_responder("doomed", {"LD_PRELOAD": library,
                                               "NOTEWIRE_DIE": wish})

    for turn in range(3):
        doomed_one = doomed()
        head = board.head()
        path = f"{board.path}/changes?heartbeat=60000&since={head}&feed="
        stream = EventStream(board.reader, path + "eventsource")
        stream.until("heartbeat")
        poll = LongPoll(board.reader, path + "longpoll&timeout=30000")
        poll.join(0.3)
        check(poll.is_alive(), "the long-poll did not wait")
        with open(wish, "w"):
            pass
        op = put_op("committed, unrung")
        writer = Client(Fcgi(site.path("run", "doomed.sock")),
                        board.tokens["write"])
        began = time.monotonic()
        try:
            answer = writer.post(board.path + "/ops", {"ops": [op]})
            raise t.Failed(f"the writer lives: {answer!r}")
        except (Broken, OSError):
            pass
        wait_for(lambda: not alive(doomed_one.pid), 5, "the writer's death")
        same(doomed_one.run.wait(), -9)
        site.processes.remove(doomed_one)
        os.unlink(wish)
        event = stream.next(10)
        same((event.name, event.json()["id"]), ("message", op["id"]))
        took = (event.at - began) * 1000
        check(took < UNRUNG_MS, f"turn {turn}: stream {took:.0f} ms")
        got = poll.result(10)
        same([c["id"] for c in got.json()["results"]], [op["id"]])
        took = (poll.at - began) * 1000
        check(took < UNRUNG_MS, f"turn {turn}: long-poll {took:.0f} ms")
        stream.close()
        # The client that heard nothing sends it again, to whoever is there.
        again = Client(cgi, board.tokens["write"]).post(
            board.path + "/ops", {"ops": [op]}, expect=200).json()
        same((again["results"][0]["status"],
              again["results"][0]["replayed"]), (201, True))
        same(board.head(), event.id)


def body(tap):
    for way in ("socket", "cgi"):
        with tap.claim(f"{way}: a copy put back by hand"):
            rewound(tap, way)
    with tap.claim("a log of few rows"):
        dropped(tap)
    with served(tap, "socket") as site:
        with tap.claim("a kill between commit and bell: who waits in another "
                       "process gets the change, a retry nothing twice"):
            unrung(tap, site)


if __name__ == "__main__":
    t.main(body)
