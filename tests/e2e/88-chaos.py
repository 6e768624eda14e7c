#!/usr/bin/python3
"""Proves that kills, cuts and reloads cost clients nothing but time.

50 clients read two boards over all feeds, changing between them and stopping at
will, while writers write, others signal, responder and daemon are killed with -9
and started again, and the web server is told to reload.  checker.py, a program
of its own that reads only what clients were shown and the final log, finds
nothing lost, nothing twice, nothing out of order; and signals, which may be lost,
are heard as gossip.py promises.
"""

import os
import random
import subprocess
import sys
import threading
import time

import tap as t
from api import Board, new_id, put_op, seq_of
from daemon import Daemon
from feeds import Reader
from gossip import Ears, Talker, judge
from harness import HERE, served, wait_for
from tap import LONG, Failed, check, same
from wire import Broken

CLIENTS = 50
CHANGES = 20000 if LONG else 2000
KILLS = 100 if LONG else 10
WRITERS = 4     # of the first board; the second has one, and a tenth
FEEDS = ["normal", "longpoll", "eventsource", "continuous", "htmlfile",
         "websocket"]
# What a client meets while programs die: it comes back a little later.
PASSING = (OSError, Broken, ValueError, EOFError)


class Stubborn(Reader):
    """Comes back after whatever befalls its connection, but for a reset."""

    def __init__(self, number, board, lives, *rest):
        super().__init__(f"client {number}", board.path, board.reader,
                         board.start, ["longpoll"] if number % 10 < 2
                         else FEEDS, *rest)     # those miss no signal between
        self.board = board
        self.lives = lives      # changes before and after each kill
        self.ears = Ears(board, number)
        self.peer = f"&peer={self.ears.secret}"
        self.started = self.seq()
        self.notes = {}         # the board, from what it was told
        self.hear = self.ears.hear

    def take(self, change):
        super().take(change)
        if "doc" in change:
            self.notes[change["id"]] = change["doc"]
        else:
            del self.notes[change["id"]]

    def run(self):
        # From one long-poll to the next nothing is missed, but for a kill, and
        # for a lost one that comes in behind the first that follows it.
        polls, life = 0, 0
        try:
            while not self.halt.is_set() and not self.finished():
                self.connections += 1
                feed, cut = self.chance.choice(self.feeds), self.cuts_done
                if feed != "longpoll" or polls < 2 or life != self.lives():
                    self.ears.begin()
                life = self.lives()
                try:
                    getattr(self, "_" + feed)()
                    polls = polls + 1 if feed == "longpoll" and \
                        self.cuts_done == cut else 0
                except PASSING as problem:
                    polls = 0
                    if "reset" in str(problem).partition(" ")[0]:
                        raise
                    self.halt.wait(self.chance.uniform(0, 0.2))
                if self.chance.random() < 0.05:
                    self.halt.wait(self.chance.uniform(0, 0.5))
        except Exception as problem:
            self.fault = f"{self.name}: {type(problem).__name__}: {problem}"


class Writer(threading.Thread):
    """Writes until its share is acknowledged, each change with its own key."""

    def __init__(self, board, count):
        super().__init__(daemon=True)
        self.board, self.left = board, count
        self.notes = []         # (id, rev) of its own
        self.fault = None

    def op(self):
        """A new note, or another text or the end of one of its own."""
        what = random.random()
        if not self.notes or what < 0.5:
            return put_op("x" * 20)
        note, rev = self.notes.pop(random.randrange(len(self.notes)))
        if what < 0.8:
            return put_op(f"{what}", note, if_match=rev)
        return {"op": "delete", "id": note, "if_match": rev, "key": new_id()}

    def run(self):
        try:
            while self.left > 0:
                self.write([self.op() for _ in range(min(self.left, 5))])
        except Exception as problem:
            self.fault = repr(problem)

    def write(self, ops):
        until = time.monotonic() + 60
        while ops:
            if time.monotonic() > until:
                raise Failed("not acknowledged within a minute")
            try:
                answer = self.board.writer.post(self.board.path + "/ops",
                                                {"ops": ops})
                if answer.status != 200:
                    raise Broken(f"status {answer.status}")
                done = answer.json()["results"]
            except PASSING:
                time.sleep(0.05)
                continue
            same({r["status"] for r in done} <= {200, 201}, True, done)
            self.left -= len(ops)
            self.notes += [(r["id"], r["rev"]) for op, r in zip(ops, done)
                           if op["op"] == "put"]
            ops = []
            time.sleep(random.uniform(0, 0.04))


def kill_and_reload(site, daemon, chance, kills):
    """One after another, at moments of chance."""
    for _ in range(kills):
        time.sleep(chance.uniform(0.05, 0.5))
        which = chance.choice(("responder", "daemon", "both", "reload"))
        if which in ("daemon", "both"):
            daemon.lives += 1
            daemon.process.kill()
            daemon.lives += 1
        if which in ("responder", "both"):
            site.responder.kill()
            site.start_again()
        if which == "reload":
            site.server.reload()
        if which in ("daemon", "both"):
            time.sleep(chance.uniform(0, 0.3))
            daemon.start()


def write_down(site, log, readers):
    """The files that the checker reads; their paths."""
    paths = [site.path("log.txt")] + [site.path(f"client{i}.txt")
                                      for i in range(len(readers))]
    shown = [[]] + [[str(r.started)] for r in readers]
    shown[0] = [f"{c['seq'].rpartition('-')[2]} {c['id']}" for c in log]
    for lines, reader in zip(shown[1:], readers):
        lines += [f"{seq} {note}" for seq, note in reader.got]
    for path, lines in zip(paths, shown):
        with open(path, "w", encoding="utf-8") as f:
            f.write("".join(line + "\n" for line in lines))
    return paths


def chaos(tap, way):
    seed = random.SystemRandom().randrange(1 << 30)
    chance = random.Random(seed)
    with served(tap, way, {"http.holds_address": 4096, "http.holds": 256,
                           "http.threads": 400},
                keep_socket=True) as site, \
            Daemon(site, {"daemon.connections_address": 4096}) as daemon:
        boards, goals = [Board(site.http), Board(site.http)], {}
        changes = dict(zip(boards, (CHANGES, CHANGES // 10)))
        daemon.lives = 0
        readers = [Stubborn(i, board, lambda: daemon.lives,
                            chance.sample(range(1, changes[board]), 10),
                            lambda b=board: goals.get(b), seed + i)
                   for i in range(CLIENTS) for board in [boards[i % 5 == 0]]]
        writers = [Writer(boards[0], CHANGES // WRITERS)
                   for _ in range(WRITERS)] + [
                   Writer(boards[1], changes[boards[1]])]
        ears = [r.ears for r in readers]
        talkers = [Talker(f"talker {i}", board, ears,
                          random.Random(seed - i), PASSING)
                   for i, board in enumerate(boards * 2)]
        with tap.claim(f"{way}: {KILLS} kills and reloads, seed {seed}"):
            for thread in readers + writers + talkers:
                thread.start()
            kill_and_reload(site, daemon, chance, KILLS)
            for writer in writers:
                writer.join(120)
                same(writer.fault, None)
            for talker in talkers:
                talker.going = False
                talker.join(30)
            for board in boards:
                goals[board] = seq_of(board.head())
            wait_for(lambda: all(r.fault or not r.is_alive()
                                 for r in readers), 60, "the clients")
            same([r.fault for r in readers if r.fault], [])
            same(goals, changes)
            tap.note(f"{sum(r.connections for r in readers)} connections, "
                     f"{daemon.metric('handovers_total')} hand-overs to the "
                     "last daemon")

        with tap.claim(f"{way}: nothing lost, twice or out of order"):
            for board in boards:
                paths = write_down(site, board.log(), [
                    r for r in readers if r.board is board])
                run = subprocess.run(
                    [sys.executable, os.path.join(HERE, "checker.py"),
                     *paths], capture_output=True, text=True, check=False)
                same((run.returncode, run.stdout.strip()), (0, ""))

        with tap.claim(f"{way}: the boards are equal at the end"):
            for board in boards:
                whole = {n["id"]: n for n in board.snapshot()["notes"]}
                for reader in readers:
                    if reader.board is board:
                        there = {i: n for i, n in reader.notes.items()
                                 if n["trashed_at"] is None}
                        same(there == whole, True, reader.name)

        with tap.claim(f"{way}: signals are heard once, by those whom they "
                       "are for, and lost only where a connection was"):
            same([t.fault for t in talkers if t.fault], [])
            fates = [was for t in talkers for was in t.fate.values()]
            heard = judge(talkers, ears)
            tap.note(f"{fates.count(True)} signals taken, "
                     f"{fates.count(False)} refused, {fates.count(None)} "
                     f"neither; heard {heard} times")
            check(heard > fates.count(True) > CHANGES // 20, "hardly any")

        with tap.claim(f"{way}: the checker sees what is wrong"):
            for change in (lambda n: n[:3] + n[4:], lambda n: n[:4] + n[3:],
                           lambda n: n[:3] + n[4:5] + n[3:4] + n[5:]):
                with open(paths[1], encoding="utf-8") as f:
                    lines = f.readlines()
                with open(paths[1] + ".bad", "w", encoding="utf-8") as f:
                    f.writelines(change(lines))
                run = subprocess.run(
                    [sys.executable, os.path.join(HERE, "checker.py"),
                     paths[0], paths[1] + ".bad"],
                    capture_output=True, check=False)
                same(run.returncode, 1)


def body(tap):
    for way in ("socket", "nginx"):
        chaos(tap, way)


if __name__ == "__main__":
    t.main(body)
