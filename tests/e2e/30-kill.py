#!/usr/bin/python3
"""Proves that kill -9 loses no acknowledged write and applies none twice.

Two responders and CGI runs share one data directory and take writes at once,
while one of these processes after another, drawn at random, is killed: at a
random moment, or right after its next commit, before anybody hears of it.  A
writer sends each operation with its key until it is acknowledged.  At the end
every acknowledged write is in the log exactly once, the log has no gap, and
SQLite finds the database sound.
"""

import contextlib
import os
import random
import shutil
import signal
import sqlite3
import tempfile
import threading
import time

import tap as t
from api import Board, Client, new_id, seq_of
from harness import die_at_bell, served, wait_for
from tap import LONG, Failed, check, same
from wire import Broken, Fcgi

KILLS = 200 if LONG else 40


class Insistent(threading.Thread):
    """Writes until it is told to stop, each operation until it is answered."""

    def __init__(self, name, board, vias, stop, seed):
        super().__init__(name=name, daemon=True)
        self.board = board
        self.vias = vias
        self.stop = stop
        self.chance = random.Random(seed)
        self.log = {}               # seq -> note
        self.retries = 0
        self.replays = 0
        self.note = None
        self.fault = None

    def run(self):
        try:
            while not self.stop.is_set():
                self.step()
        except Exception as problem:
            self.fault = f"{self.name}: {type(problem).__name__}: {problem}"

    def step(self):
        ops = []
        for _ in range(self.chance.choice((1, 1, 3, 8))):
            if self.note is None or self.chance.random() < 0.3:
                self.note = new_id()
                ops.append({"op": "put", "id": self.note, "if_match": "0",
                            "key": new_id(), "doc": {"text": "0"}})
            else:
                # Done twice, this would leave two rows in the log.
                ops.append({"op": "patch", "id": self.note, "if_match": "*",
                            "key": new_id(),
                            "doc": {"text": str(self.chance.random())}})
        for op, result in zip(ops, self.insist(ops)):
            if result["status"] not in (200, 201):
                raise Failed(f"{op}: {result}")
            seq = seq_of(result["seq"])
            if seq in self.log:
                raise Failed(f"{seq} was acknowledged twice")
            self.log[seq] = op["id"]
            self.replays += result.get("replayed", False)

    def insist(self, ops):
        until = time.monotonic() + 60
        while True:
            client = Client(self.chance.choice(self.vias),
                            self.board.tokens["write"])
            try:
                answer = client.post(self.board.path + "/ops", {"ops": ops})
            except (OSError, Broken, ValueError) as problem:
                seen = problem
            else:
                if answer.status == 200:
                    return answer.json()["results"]
                seen = answer
                if answer.status < 500:
                    raise Failed(f"{answer!r}")
            self.retries += 1
            if time.monotonic() > until:
                raise Failed(f"not answered in 60 s, last: {seen!r}")
            time.sleep(0.01)        # the pace of a client that insists


class Crew:
    """The two responders and the CGI runs, and what kills them."""

    NAMES = ("fcgi", "second")

    def __init__(self, site, chance):
        self.site = site
        self.chance = chance
        self.library = die_at_bell(site) if shutil.which("cc") else None
        self.cgi = site.cgi_client()
        self.killed = {}
        site.stop_responder()
        self.running = {name: self.start(name) for name in self.NAMES}
        site.responder = self.running["fcgi"]
        site.ready()

    def wish(self, name):
        return self.site.path(name + ".die")

    def start(self, name):
        env = {"LD_PRELOAD": self.library, "NOTEWIRE_DIE": self.wish(name)}
        return self.site.start_responder(name, env if self.library else None)

    def kill_one(self):
        """Kills a process drawn at random and starts its like."""
        name = self.chance.choice((*self.NAMES, "cgi"))
        how = "any time"
        if name == "cgi":
            self.kill_run()
        else:
            if self.library and self.chance.random() < 0.5:
                how = "after commit"
            process = self.running[name]
            if how == "after commit":
                self.kill_after_commit(name, process)
            else:
                process.kill()
            self.site.processes.remove(process)
            self.running[name] = self.start(name)
            self.site.responder = self.running["fcgi"]
        self.killed[name, how] = self.killed.get((name, how), 0) + 1

    def kill_run(self):
        def running():
            with self.cgi.lock:
                return [r for r in self.cgi.running if r.poll() is None]
        run = self.chance.choice(wait_for(running, 20, "a CGI run to kill"))
        with contextlib.suppress(ProcessLookupError):
            os.kill(run.pid, signal.SIGKILL)

    def kill_after_commit(self, name, process):
        with open(self.wish(name), "w"):
            pass
        try:
            wait_for(lambda: process.run.poll() is not None, 20,
                     f"the next commit of {name}")
        finally:
            os.unlink(self.wish(name))
        same(process.run.returncode, -signal.SIGKILL)


def storm(tap, site):
    """Writes and kills; the board and its writers."""
    seed = random.SystemRandom().randrange(1 << 30)
    tap.note(f"seed {seed}")
    chance = random.Random(seed)
    crew = Crew(site, chance)
    board = Board(site.http)
    other = Fcgi(site.path("run", "second.sock"))
    stop = threading.Event()
    ways = {"web server": [site.http], "second": [other], "cgi": [crew.cgi],
            "cgi too": [crew.cgi], "any": [site.direct, other, crew.cgi]}
    writers = [Insistent(name, board, vias, stop, seed + i)
               for i, (name, vias) in enumerate(ways.items())]
    for writer in writers:
        writer.start()
    for _ in range(KILLS):
        # The moment is random so as to hit any point of a write.
        time.sleep(chance.uniform(0.0, 0.2))
        same([w.fault for w in writers if w.fault], [])
        crew.kill_one()
    stop.set()
    for writer in writers:
        writer.join(70)
    tap.note(f"killed {crew.killed}; retries {[w.retries for w in writers]}, "
             f"replayed {[w.replays for w in writers]}")
    return crew, board, writers


def sound(site, board, log):
    """Looks into a copy of the database with SQLite itself."""
    with tempfile.TemporaryDirectory() as folder:
        for name in os.listdir(site.data):
            if name.startswith("notes.db") and not name.endswith("-shm"):
                shutil.copy(os.path.join(site.data, name), folder)
        db = sqlite3.connect(os.path.join(folder, "notes.db"))
        with contextlib.closing(db):
            same(db.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
            same(db.execute("PRAGMA foreign_key_check").fetchall(), [])
            rows = db.execute(
                "SELECT seq, note.id FROM log JOIN board USING (board) "
                "JOIN note ON note.note = log.note WHERE board.id = ? "
                "ORDER BY seq", (board.id,)).fetchall()
            same(dict(rows), log, "log in the database")
            head = db.execute("SELECT head FROM board WHERE id = ?",
                              (board.id,)).fetchone()
            same(head, (len(rows),))


def body(tap):
    with served(tap, "socket") as site:
        writers = []
        with tap.claim(f"{KILLS} x kill -9: every write is answered in the "
                       "end"):
            crew, board, writers = storm(tap, site)
            same([w.fault for w in writers if w.fault], [])
            check(not any(w.is_alive() for w in writers), "a writer hangs")
            check(sum(w.retries for w in writers) > 0, "nothing was hit")
            if crew.library:
                check(sum(w.replays for w in writers) > 0, "no retry of a "
                      "write that was committed and not acknowledged")
        if not writers:
            return

        log = {}
        with tap.claim("no number was acknowledged for two writes"):
            for writer in writers:
                same(set(log) & set(writer.log), set(), writer.name)
                log |= writer.log
            tap.note(f"{len(log)} writes acknowledged")
            check(len(log) > KILLS, len(log))

        with tap.claim("0 acknowledged writes lost, 0 gaps, retries applied "
                       "once"):
            seen = [(seq_of(c["seq"]), c["id"]) for c in board.log()]
            same([s for s, _ in seen], list(range(1, len(seen) + 1)))
            same(dict(seen), log)

        with tap.claim("everything ends on TERM after that"):
            site.stop()

        with tap.claim("the database is sound"):
            sound(site, board, log)


if __name__ == "__main__":
    t.main(body)
