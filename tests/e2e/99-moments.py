#!/usr/bin/python3
"""Proves that a backup is a moment, however busy the service is.

Taken a hundred times while writers write and files come and go, each restores
to a prefix of history with every content that it names, and holds what was
acknowledged before it began.
"""

import contextlib
import os
import random
import shutil
import sqlite3
import threading

import tap as t
from api import Board, put_op, seq_of
from cli import Cli
from harness import served, wait_for
from tap import check, same

BACKUPS = 1000 if t.LONG else 100
LARGE = 70000
SHARE = 12         # changes of a board, for each backup
PACE_S = 0.02      # between two writes of one writer


def given(site, path):
    """A path that exists and belongs to the services' user."""
    site.give(path)
    return path


class Load:
    """Writers that write until they are told to stop; what they were told.

    `pair`: one note on each of two boards in turn, so that at every moment
    the first has as many as the second, or one more.
    """

    def __init__(self, site):
        self.over = threading.Event()
        self.failed = []
        self.most = SHARE           # changes that each board may have by now
        self.files = []
        self.boards = [Board(site.direct, f"board {i}") for i in range(4)]
        self.pair = [Board(site.direct, "first"), Board(site.direct,
                                                        "second")]
        self.acked = {b.id: 0 for b in self.boards + self.pair}
        self.threads = [threading.Thread(target=self.guard, args=(fn, *args))
                        for fn, *args in (
            [(self.write, b) for b in self.boards] + [(self.both,)] +
            [(self.attach, self.boards[0])])]

    def guard(self, fn, *args):
        try:
            while not self.over.is_set():
                fn(*args)
        except Exception as problem:
            self.failed.append(repr(problem))

    def pause(self, board):
        """So much for each backup, that restoring them all takes its time."""
        self.over.wait(PACE_S)
        while self.acked[board.id] >= self.most and not self.over.is_set():
            self.over.wait(PACE_S)

    def write(self, board):
        self.pause(board)
        done = board.ops([put_op("x" * 500) for _ in range(3)])
        self.acked[board.id] = seq_of(done[-1]["seq"])

    def both(self):
        self.pause(self.pair[0])
        for board in self.pair:
            done = board.ops([put_op("x")])
            self.acked[board.id] = seq_of(done[-1]["seq"])

    def attach(self, board):
        """A file comes, and past a dozen the oldest goes."""
        self.pause(board)
        note = board.note("with a file")["id"]
        self.files.append(board.attach(note, random.randbytes(LARGE)))
        if len(self.files) > 12:
            board.writer.delete(f"{board.path}/files/{self.files.pop(0)}",
                                expect=204)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, kind, problem, trace):
        self.over.set()
        for thread in self.threads:
            thread.join(30)


def logs_of(data):
    """{board: [(seq, note), …]} of a data directory, read past the programs."""
    found = {}
    path = os.path.join(data, "notes.db")
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro",
                                            uri=True)) as db:
        for board, seq, note in db.execute(
                "SELECT b.id, l.seq, n.id FROM log l JOIN board b "
                "USING (board) LEFT JOIN note n ON n.note = l.note "
                "ORDER BY 1, 2"):
            found.setdefault(board, []).append((seq, note))
    return found


def under_load(tap, site, cli):
    taken = []
    with Load(site) as load:
        wait_for(lambda: all(load.acked.values()) or load.failed, 20,
                 "the writers")
        for i in range(BACKUPS):
            acked = dict(load.acked)
            load.most += SHARE
            to = site.path("tmp", f"b{i}")
            done = cli.json("backup", to)
            here = [n for _, _, names in os.walk(os.path.join(to, "files"))
                    for n in names]
            same(len(here), done["contents"], "contents in the backup")
            taken.append((to, acked))
    with tap.claim(f"{BACKUPS} backups were taken and nobody was refused"):
        same(load.failed, [])
        tap.note(f"{sum(load.acked.values())} changes meanwhile")
        check(len({tuple(a.items()) for _, a in taken}) > BACKUPS / 2,
              "too little was written meanwhile")
    truth = logs_of(site.data)

    with tap.claim("each restores to a prefix of history, with all that was "
                   "acknowledged before and every content"):
        for number, (to, acked) in enumerate(taken):
            data = site.path("tmp", "again")
            shutil.rmtree(data, ignore_errors=True)
            os.mkdir(data, 0o700)
            there = ["--set", f"store.dir={given(site, data)}"]
            cli.out("restore", to, *there)
            got = logs_of(data)
            for board, least in acked.items():
                have = got.get(board, [])
                same(have, truth[board][:len(have)], f"{number}: {board}")
                check(len(have) >= least, f"{number}: {len(have)} of {least}")
            first, second = (len(got[b.id]) for b in load.pair)
            check(first - second in (0, 1), f"{number}: {first}, {second}")
            same(cli.out("check", *there), "no fault\n")
            shutil.rmtree(to)


def body(tap):
    with served(tap, "socket") as site:
        under_load(tap, site, Cli(site))


if __name__ == "__main__":
    t.main(body)
