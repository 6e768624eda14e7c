#!/usr/bin/python3
"""Proves that a backup brings everything back, and that a restore is a moment.

Beside running services it resets old cursors and live streams; a bad one
changes nothing and says why; killed, it has done all or nothing.  What an older
program wrote is copied before it is changed; what a newer one wrote is refused.
"""

import contextlib
import glob
import hashlib
import os
import random
import shutil
import sqlite3
import time

import tap as t
from api import Board, new_id, put_op, seq_of
from cli import Cli
from daemon import Daemon
from feeds import EventStream
from harness import SOURCE, is_root, served
from tap import Skipped, check, same

KILLS = 60 if t.LONG else 12
LARGE = 70000


def get_file(board, file):
    return board.reader.get(f"{board.path}/files/{file}", timeout=30).body


def given(site, path):
    """A path that exists and belongs to the services' user."""
    site.give(path)
    return path


def edit(site, path, *statements):
    """Changes a database by hand."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        for statement in statements:
            db.execute(statement)
        db.commit()
    for name in glob.glob(path + "*"):
        site.give(name)


def reset_live(tap, holder, cli, board, moment, backup, file):
    """Restores while a stream is open; what was lost, and its cursor."""
    with tap.claim(f"a restore resets the streams that {holder} holds, "
                   "at once"):
        stream = EventStream(board.reader, f"{board.path}/changes?since="
                             f"{board.head()}&feed=eventsource")
        stream.until("up-to-date")
        board.writer.delete(f"{board.path}/files/{file}", expect=204)
        lost = [board.note(f"lost {i}") for i in range(3)]
        old = board.head()
        while stream.next().id != old:
            pass
        began = time.monotonic()
        done = cli.json("restore", backup)
        same((done["restored"], done["contents"]), (True, 2))
        stream.until("reset")
        check(time.monotonic() - began < 5, "it took long")
        stream.close()
    return lost, old


def there_and_back(tap, site, cli):
    board = Board(site.http, "kept")
    note = board.note("with files")
    files = {board.attach(note["id"], body): body for body in
             (b"small", os.urandom(LARGE), os.urandom(LARGE))}
    large = [f for f, body in files.items() if len(body) > 100]
    moment = board.snapshot()
    backup = site.path("tmp", "backup")

    with tap.claim("a backup says what is in it"):
        done = cli.json("backup", backup)
        same((done["backup"], done["boards"], done["contents"]),
             (True, 1, 2))
        same(sorted(os.listdir(backup)), ["files", "notes.db"])
        same(done["commits"], cli.json("stats")["commits"])
        check(done["bytes"] > 2 * LARGE, done)

    with tap.claim("a second one in the same place is refused (73)"):
        check("already" in cli.fails(73, "backup", backup))
        cli.fails(73, "backup", "/proc/no/such/place")

    reset_live(tap, "a responder", cli, board, moment, backup, large[1])
    with Daemon(site):
        lost, old = reset_live(tap, "the daemon", cli, board, moment, backup,
                               large[0])
        with tap.claim("all is as it was at the moment of the backup"):
            now = board.snapshot()
            check(now["last_seq"] != moment["last_seq"], now["last_seq"])
            same(seq_of(now["last_seq"]), seq_of(moment["last_seq"]))
            same([n for n in now["notes"] if n["id"] in
                  {x["id"] for x in lost}], [])
            same(now["notes"], moment["notes"])
            for file, body in files.items():
                same(get_file(board, file), body, file)
            same(cli.out("check"), "no fault\n")

        with tap.claim("every older cursor is reset, and life goes on"):
            for cursor in (moment["last_seq"], old, board.start):
                got = board.reader.get(
                    f"{board.path}/changes?since={cursor}").json()
                same(got["reset"], "epoch", cursor)
            made = board.note("new history")
            same([c["id"] for c in board.log(now["last_seq"])],
                 [made["id"]])

        with tap.claim("what a restore replaced stays beside it, and comes "
                       "back"):
            kept = os.path.join(site.data, "notes.db.before-restore")
            cli.out("restore", kept)
            same({n["id"] for n in board.snapshot()["notes"]},
                 {note["id"]} | {x["id"] for x in lost})
            cli.out("restore", backup)

    with tap.claim("check names the contents that nothing has any more, and "
                   "--tidy removes them"):
        stray = os.urandom(LARGE)
        name = hashlib.sha256(stray).hexdigest()
        folder = os.path.join(site.data, "files", name[:2])
        os.makedirs(folder, exist_ok=True)
        site.give(folder)
        path = os.path.join(folder, name[2:])
        with open(path, "wb") as f:
            f.write(stray)
        site.give(path)
        found = cli.run("check", "--json")
        same(found.returncode, 65)
        check(f'"orphan","detail":"{name}"'.encode() in found.stdout,
              found.stdout)
        same(cli.json("check", "--tidy"),
             {"faults": [{"fault": "orphan", "detail": name}], "removed": 1})
        check(not os.path.exists(path))
        same(cli.out("check"), "no fault\n")
        for file, body in files.items():
            same(get_file(board, file), body, file)
    return board, backup


def refused(tap, site, cli, board, backup):
    before = board.snapshot()

    def unchanged():
        same(board.snapshot(), before)
        same([n for n in os.listdir(site.data) if "restoring" in n], [])

    def altered(name):
        copy = site.path("tmp", name)
        shutil.copytree(backup, copy)
        for folder, _, names in os.walk(copy):
            given(site, folder)
            for each in names:
                given(site, os.path.join(folder, each))
        return copy

    with tap.claim("what is no backup is refused (66)"):
        cli.fails(66, "restore", site.path("tmp", "nowhere"))
        cli.fails(66, "restore", site.path("run"))
        unchanged()

    with tap.claim("a damaged one is refused (65)"):
        copy = altered("damaged")
        with open(os.path.join(copy, "notes.db"), "r+b") as f:
            f.seek(8192)
            f.write(os.urandom(60000))
        cli.fails(65, "restore", copy)
        with open(os.path.join(copy, "notes.db"), "wb") as f:
            f.write(b"no database at all" * 1000)
        cli.fails(65, "restore", copy)
        unchanged()

    with tap.claim("one that lacks a content is refused (66)"):
        copy = altered("incomplete")
        edit(site, os.path.join(copy, "notes.db"),
             "UPDATE file SET digest = randomblob(32) WHERE content IS NULL")
        cli.fails(66, "restore", copy)
        unchanged()

    with tap.claim("one of other data is refused (65)"):
        copy = altered("foreign")
        edit(site, os.path.join(copy, "notes.db"),
             "UPDATE meta SET instance = '0123456789abcdef'")
        check("other data" in cli.fails(65, "restore", copy))
        unchanged()

    with tap.claim("one that the owner may not read is refused (77)"):
        if not is_root():
            raise Skipped("there is one user only")
        hidden = site.path("hidden")
        os.mkdir(hidden, 0o700)
        cli.fails(77, "restore", hidden)

    with tap.claim("one of a newer program is refused (78)"):
        copy = altered("newer")
        edit(site, os.path.join(copy, "notes.db"), "PRAGMA user_version = 99")
        check("newer" in cli.fails(78, "restore", copy))
        unchanged()

    with tap.claim("one without a database, cut short, is refused (66)"):
        copy = altered("short")
        os.rename(os.path.join(copy, "notes.db"),
                  os.path.join(copy, "notes.db.part"))
        cli.fails(66, "restore", copy)
        unchanged()


def killed(tap, site, cli, board, backup):
    """At random moments; a longer history makes them fall everywhere."""
    chance = random.Random(5)
    for _ in range(10):
        board.ops([put_op("x" * 2000) for _ in range(50)])
    larger = site.path("tmp", "larger")
    cli.out("backup", larger)
    states = [board.snapshot()["notes"]]
    cli.out("restore", backup)
    states.append(board.snapshot()["notes"])
    with tap.claim("a restore that is killed has done all or nothing"):
        began = time.monotonic()
        cli.out("restore", larger)
        whole = time.monotonic() - began
        seen = set()
        for i in range(KILLS):
            run = cli.start("restore", (backup, larger)[i % 2])
            time.sleep(chance.uniform(0, 1.5 * whole))
            run.kill()
            run.wait(10)
            run.stdout.close()
            run.stderr.close()
            notes = board.snapshot()["notes"]
            check(notes in states, f"kill {i}: {len(notes)} notes")
            seen.add(states.index(notes))
            found = cli.run("check", "--json").stdout
            check(b'"faults":[\n]' in found, found)
        same(len(seen), 2, "kills that came too soon or too late")

    with tap.claim("what a killed restore left is not played into the next"):
        other = site.path("tmp", "other.db")
        left = os.path.join(site.data, "restoring.db-wal")
        with contextlib.closing(sqlite3.connect(other)) as db:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("CREATE TABLE other (a)")
            db.commit()
            shutil.copyfile(other + "-wal", left)
        site.give(left)
        cli.out("restore", backup)
        check(board.snapshot()["notes"] == states[1])
        same(cli.out("check"), "no fault\n")

    with tap.claim("a backup that is killed is none, and the next one is"):
        for i in range(KILLS):
            to = site.path("tmp", f"killed{i}")
            run = cli.start("backup", to)
            time.sleep(chance.uniform(0, whole))
            run.kill()
            run.wait(10)
            run.stdout.close()
            run.stderr.close()
            if not os.path.exists(os.path.join(to, "notes.db")):
                if os.path.exists(to):
                    cli.fails(66, "restore", to)
                cli.out("backup", to)
            cli.out("restore", to)
            same(cli.out("check"), "no fault\n")
        same([n for n in os.listdir(site.data)
              if "restoring" in n or ".part" in n], [])
    cli.out("restore", backup)


def healed(tap, site, cli, board, backup):
    with tap.claim("a restore goes into an empty directory, attachments too"):
        empty = site.path("tmp", "empty")
        os.mkdir(empty, 0o700)
        there = ["--set", f"store.dir={given(site, empty)}"]
        cli.out("restore", backup, *there)
        same(cli.out("check", *there), "no fault\n")
        same(cli.json("board", "show", board.id, *there)["title"], "kept")

    with tap.claim("a restore heals a database that is none any more"):
        site.stop_responder()
        for name in glob.glob(os.path.join(site.data, "notes.db*")):
            with open(name, "r+b") as f:
                f.write(b"\0" * 4096)
        cli.fails(74, "board", "list")
        cli.out("restore", backup)
        site.start_again()
        same(board.snapshot()["board"]["title"], "kept")
        same(cli.out("check"), "no fault\n")
        check(os.path.exists(os.path.join(site.data, "notes.db.broken")))


def old_data(site, name, version):
    """A data directory as a program of an older schema left it."""
    data = site.path("tmp", name)
    os.mkdir(data, 0o700)
    path = os.path.join(data, "notes.db")
    with contextlib.closing(sqlite3.connect(path)) as db:
        for step in sorted(glob.glob(os.path.join(SOURCE, "sql", "0*.sql"))):
            if int(os.path.basename(step)[:4]) <= version:
                with open(step, encoding="utf-8") as f:
                    db.executescript(f.read())
        db.execute("INSERT INTO board (id, title, settings, rev, head, floor, "
                   "created_at) VALUES (?, 'old', '{}', 0, 0, 0, 1)",
                   ("b" * 22,))
        db.execute(f"PRAGMA user_version = {version}")
        db.commit()
    given(site, data)
    given(site, path)
    return path, ["--set", f"store.dir={data}"]


def version_of(path):
    with contextlib.closing(sqlite3.connect(path)) as db:
        return db.execute("PRAGMA user_version").fetchone()[0]


def upgrades(tap, site, cli):
    newest = cli.json("stats")["schema"]
    path, there = old_data(site, "old", newest - 1)
    copy = f"{path}.before-{newest}"

    with tap.claim("an upgrade without room for its copy is refused (75), "
                   "and changes nothing"):
        cli.fails(75, "board", "list", *there, "--set",
                  "store.disk_floor=1024G")
        same(version_of(path), newest - 1)
        same(glob.glob(path + ".before*"), [])

    with tap.claim("what an older program wrote is copied before it is "
                   "changed"):
        same(cli.json("board", "list", *there)["boards"][0]["title"], "old")
        same(version_of(path), newest)
        same(version_of(copy), newest - 1)
        same(glob.glob(path + ".before*"), [copy])

    with tap.claim("that copy restores, also where it stands"):
        cli.out("board", "rm", "b" * 22, *there)
        cli.out("restore", copy, *there)
        same(cli.json("board", "list", *there)["boards"][0]["title"], "old")

    with tap.claim("what a newer program wrote is refused (78), with what "
                   "to do"):
        edit(site, path, "PRAGMA user_version = 99")
        said = cli.fails(78, "board", "list", *there)
        check("before-" in said, said)
        same(version_of(path), 99)

    with tap.claim("the copy from before the upgrade restores over it"):
        cli.out("restore", copy, *there)
        same(cli.json("board", "list", *there)["boards"][0]["title"], "old")


def body(tap):
    with served(tap, "socket") as site:
        cli = Cli(site)
        board, backup = there_and_back(tap, site, cli)
        refused(tap, site, cli, board, backup)
        upgrades(tap, site, cli)
        killed(tap, site, cli, board, backup)
        healed(tap, site, cli, board, backup)


if __name__ == "__main__":
    t.main(body)
