#!/usr/bin/python3
"""Proves what a full or read-only disk does: writes fail by name, reads go on.

The data directory is a small file system of its own, in a private mount
namespace.  Filled up, writes are answered 507 and reads go on; with space
again, writes succeed without a restart; nothing acknowledged is lost.  With a
database that may not be written, writes are answered 503.
"""

import contextlib
import os
import subprocess
import sys
import tempfile

import tap as t
from api import Board, Client, put_op
from feeds import EventStream
from harness import is_root, need, served, wait_for
from tap import Skipped, check, same

SIZE = 8 << 20


def inside():
    """Goes on in a mount namespace of its own, where that is permitted."""
    if os.environ.get("NOTEWIRE_NAMESPACE") == "1":
        return
    for words in (["unshare", "-m"], ["unshare", "-rm"]):
        words += ["--propagation", "private"]
        trial = words + ["sh", "-c", "mount -t tmpfs none /mnt"]
        with contextlib.suppress(OSError):
            if subprocess.run(trial, capture_output=True).returncode == 0:
                os.environ["NOTEWIRE_NAMESPACE"] = "1"
                os.execvp(words[0], words + [sys.executable,
                                             os.path.abspath(__file__)])


@contextlib.contextmanager
def small_disk():
    """A folder on a file system of its own."""
    if os.environ.get("NOTEWIRE_NAMESPACE") != "1":
        raise Skipped("no private mount namespace is permitted here")
    folder = tempfile.mkdtemp(prefix="nw-disk-")
    try:
        subprocess.run(["mount", "-t", "tmpfs", "-o",
                        f"size={SIZE},mode=0755", "none", folder], check=True)
        try:
            yield folder
        finally:
            subprocess.run(["umount", "-l", folder], check=True)
    finally:
        os.rmdir(folder)


def fill(folder, leave):
    """Fills the file system up but for so many bytes; the file's name."""
    name = os.path.join(folder, "filler")
    room = os.statvfs(folder)
    size = room.f_bavail * room.f_frsize - leave
    with open(name, "wb") as f:
        with contextlib.suppress(OSError):
            for _ in range(0, size, 4096):
                f.write(bytes(4096))
                f.flush()
    return name


def refused(board):
    """Writes until one is refused; how many were taken before it."""
    for taken in range(3000):
        answer = board.writer.post(board.path + "/notes",
                                   {"text": "x" * 4000})
        if answer.status != 201:
            same((answer.status, answer.slug()), (507, "disk-full"))
            check(int(answer.header("retry-after", "1")) > 0, answer.headers)
            return taken
    raise t.Failed("the disk did not fill up")


def full(tap, floor, leave, what):
    with small_disk() as disk:
        data = os.path.join(disk, "data")
        os.mkdir(data, 0o700)
        settings = {"store.disk_floor": floor}
        with served(tap, "socket", settings, prepare=lambda s: s.give(data),
                    data=data) as site:
            board = Board(site.http)
            kept = board.ops([put_op(f"before {i}") for i in range(20)])
            stream = EventStream(board.reader, board.path
                                 + "/changes?feed=eventsource&heartbeat=1000")
            stream.until("heartbeat")
            # Warm what reading needs, as a service that was in use has done.
            board.snapshot()
            filler = fill(disk, leave)
            with tap.claim(f"{what}: writes are 507"):
                refused(board)
                for _ in range(3):
                    refused(board)
                got = board.writer.post(board.path + "/ops",
                                        {"ops": [put_op("x")]})
                same((got.status, got.slug()), (507, "disk-full"))

            with tap.claim(f"{what}: reads and held streams go on"):
                count = len(board.snapshot()["notes"])
                check(count >= 20, count)
                same(len(board.log()), count)
                same(board.reader.get(board.note_path(kept[3]["id"])).json()
                     ["text"], "before 3")
                stream.until("heartbeat")
                if floor != "0":
                    ready = Client(site.http).get("/ready", expect=503)
                    same(ready.json()["writable"], False)

            os.unlink(filler)
            with tap.claim(f"{what}: with space again, writes succeed without "
                           "a restart"):
                pid = site.responder.pid
                made = wait_for(lambda: (lambda a: a if a.status == 201
                                         else None)(
                    board.writer.post(board.path + "/notes",
                                      {"text": "after"})), 5, "a write")
                same(site.responder.pid, pid)
                same(site.responder.run.poll(), None)
                note = made.json()["id"]
                event = stream.until("message")[-1]
                while event.json()["id"] != note:
                    event = stream.until("message")[-1]

            with tap.claim(f"{what}: nothing acknowledged is lost"):
                ids = [c["id"] for c in board.log()]
                same(ids[:20], [r["id"] for r in kept])
                same(ids[-1], note)
            stream.close()


def read_only(tap):
    with served(tap, "socket") as site:
        board = Board(site.http)
        note = board.note("stays")
        files = [os.path.join(site.data, n) for n in os.listdir(site.data)
                 if n.startswith("notes.db")]
        site.stop_responder()
        modes = {name: os.stat(name).st_mode for name in files}
        for name in files:
            os.chmod(name, 0o444)
        site.start_again()
        try:
            with tap.claim("a read-only database: writes are 503 read-only"):
                for _ in range(2):
                    answer = board.writer.post(board.path + "/notes",
                                               {"text": "x"})
                    same((answer.status, answer.slug()), (503, "read-only"))
                for path, doc in (("/boards", {"title": "x"}),
                                  ("/session", {
                                      "token": board.tokens["read"]})):
                    same(Client(site.http).post(path, doc).status, 503)

            with tap.claim("a read-only database: reads go on"):
                same([n["id"] for n in board.snapshot()["notes"]],
                     [note["id"]])
                same(len(board.log()), 1)
                got = Client(site.http).get("/ready", expect=503).json()
                same(got["writable"], False)
        finally:
            for name, mode in modes.items():
                os.chmod(name, mode)
        with tap.claim("writable again, writes succeed after a restart"):
            site.restart_responder()
            board.note("after")
            same(len(board.log()), 2)


def body(tap):
    need("unshare")
    with tap.claim("the free-space floor"):
        full(tap, "2M", 1 << 20, "below the floor")
    with tap.claim("no floor"):
        full(tap, "0", 0, "no byte left")
    if is_root() or os.geteuid() != 0:
        read_only(tap)
    else:
        with tap.claim("a read-only database"):
            raise Skipped("root of a user namespace passes over permissions")


if __name__ == "__main__":
    inside()
    t.main(body)
