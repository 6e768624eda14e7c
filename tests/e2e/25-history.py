#!/usr/bin/env python3
"""What was can be looked at, brought back, or made to go for good.

Proves, behind lighttpd each way: a note's revisions are shown newest first and
page by page; a restore says one of them anew, by route, by operation and once
a key; the trash is listed; a purge takes an administrator, leaves no word
behind, and the log stays dense.
"""

import re

import tap as t
from api import Board, Client, new_id, put_op, seq_of
from harness import WAYS, served
from tap import check, same

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
NEVER = "never-made-by-anybody0"
ANY = [("If-Match", "*")]


def texts(answer):
    return [r["doc"]["text"] for r in answer.json()["revisions"]]


def history(tap, via):
    board = Board(via)
    kitchen = board.admin.post(board.path + "/links", {
        "role": "write", "label": "kitchen"}, expect=201).json()["token"]
    note = board.note("one", title="T")
    path = board.note_path(note["id"])
    Client(via, kitchen).patch(path, {"text": "two"}, ANY, 200)
    board.writer.put(path, {"text": "three"}, ANY, 200)

    with tap.claim("a note's revisions are shown newest first"):
        got = board.reader.get(path + "/history")
        doc = got.json()
        same((doc["id"], doc["more"]), (note["id"], False))
        same(texts(got), ["three", "two", "one"])
        first = doc["revisions"][2]
        same(first["rev"], note["rev"])
        same(first["at"], note["created_at"])
        check(TIME.fullmatch(first["at"]), first)
        same([r["by"] for r in doc["revisions"]], [None, "kitchen", None])
        same(first["doc"], {k: note[k] for k in (
            "kind", "title", "text", "color", "pinned", "pos")})

    with tap.claim("history is read page by page"):
        page = board.reader.get(path + "/history?limit=2")
        same((texts(page), page.json()["more"]), (["three", "two"], True))
        before = page.json()["revisions"][-1]["rev"]
        page = board.reader.get(f"{path}/history?limit=2&before={before}")
        same((texts(page), page.json()["more"]), (["one"], False))
        head = board.reader.ask("HEAD", path + "/history", expect=200)
        same(head.body, b"")

    with tap.claim("only what is there has a history, and only for readers"):
        board.reader.get(board.note_path(NEVER) + "/history", expect=404)
        Client(via).get(path + "/history", expect=404)
        Board(via).reader.get(path + "/history", expect=404)
        for query in ("limit=0", "limit=101", "before=0", "before=x",
                      "limit=", "limit=1&limit=1"):
            refused = board.reader.get(f"{path}/history?{query}", expect=400)
            same(refused.slug(), "bad-query", query)


def restoring(tap, via):
    board = Board(via)
    note = board.note("one")
    path = board.note_path(note["id"])
    board.writer.put(path, {"text": "two"}, ANY, 200)
    back = path + "/restore"

    with tap.claim("a restore says a revision anew, for every reader"):
        tag = board.reader.get(path).header("etag")
        got = board.writer.post(back, {"rev": "1"}, [("If-Match", tag)], 200)
        same((got.json()["text"], got.json()["rev"]), ("one", "3"))
        same(got.header("etag"), '"3"')
        same(texts(board.reader.get(path + "/history")),
             ["one", "two", "one"])
        same(board.log()[-1]["doc"]["text"], "one")

    with tap.claim("what it says already is not said again"):
        got = board.writer.post(back, {"rev": "3"}, ANY, 200).json()
        same((got["rev"], len(board.log())), ("3", 3))

    with tap.claim("a restore needs the note's revision, and rights"):
        same(board.writer.post(back, {"rev": "2"}, expect=428).slug(),
             "precondition-required")
        stale = board.writer.post(back, {"rev": "2"}, [("If-Match", tag)],
                                  412)
        same(stale.json()["note"]["text"], "one")
        board.reader.post(back, {"rev": "2"}, ANY, 403)
        same(board.writer.post(back, {"rev": "99"}, ANY, 404).slug(),
             "not-found")
        for doc in ({"rev": 2}, {"rev": "0"}, {"rev": "*"}, {"revision": "2"},
                    [], "2"):
            same(board.writer.post(back, doc, ANY, 422).slug(), "invalid",
                 doc)
        same(len(board.log()), 3)

    with tap.claim("an operation restores too, and its key counts once"):
        op = {"op": "restore", "id": note["id"], "rev": "2",
              "if_match": "*", "key": new_id()}
        same(board.ops([op])[0]["rev"], "4")
        again = board.ops([op])[0]
        same((again["rev"], again["replayed"]), ("4", True))
        other = board.ops([{**op, "rev": "1"}])[0]
        same(other["problem"]["type"], "urn:notewire:key-reused")
        same(board.reader.get(path).json()["text"], "two")
        refused = board.writer.post(board.path + "/ops", {
            "ops": [{**put_op("x"), "rev": "1"}]}, expect=422)
        check("rev" in refused.json()["detail"], refused)

    with tap.claim("an Idempotency-Key stands for its revision"):
        key = [("Idempotency-Key", new_id())]
        same(board.writer.post(back, {"rev": "1"}, ANY + key, 200)
             .json()["rev"], "5")
        board.writer.post(back, {"rev": "1"}, ANY + key, 200)
        same(board.writer.post(back, {"rev": "2"}, ANY + key, 422).slug(),
             "key-reused")
        same(len(board.log()), 5)

    with tap.claim("a restore brings the note out of the trash"):
        board.writer.delete(path, ANY, 204)
        got = board.writer.post(back, {"rev": "2"}, ANY, 200).json()
        same((got["text"], got["trashed_at"]), ("two", None))
        check(note["id"] in [n["id"] for n in board.snapshot()["notes"]])


def trash(tap, via):
    board = Board(via)
    notes = [board.note(f"note {i}") for i in range(4)]
    with tap.claim("the trash shows who went there last first"):
        same(board.reader.get(board.path + "/trash").json(),
             {"notes": [], "last_seq": board.head()})
        for i in (2, 0, 3):
            board.writer.delete(board.note_path(notes[i]["id"]), ANY, 204)
        got = board.reader.get(board.path + "/trash").json()
        same([n["text"] for n in got["notes"]], ["note 3", "note 0", "note 2"])
        same(got["last_seq"], board.head())
        check(all(TIME.fullmatch(n["trashed_at"]) for n in got["notes"]), got)
        Client(via).get(board.path + "/trash", expect=404)

    purge(tap, board, notes)


def purge(tap, board, notes):
    path = board.note_path(notes[0]["id"])
    gone = path + "?purge=1"
    before = board.head()
    with tap.claim("only an administrator purges, and says which revision"):
        same(board.writer.delete(gone, ANY, 403).slug(), "forbidden")
        board.admin.delete(gone, expect=428)
        board.admin.delete(gone, [("If-Match", '"1"')], 412)
        for query in ("purge=", "purge=0", "purge=yes", "purge=1&purge=1"):
            same(board.admin.delete(f"{path}?{query}", ANY, 400).slug(),
                 "bad-query", query)
        same(board.head(), before)

    with tap.claim("a purge takes the note, its past and its words"):
        done = board.admin.delete(gone, ANY, 204)
        same(done.header("etag"), f'"{seq_of(before) + 1}"')
        board.admin.get(path, expect=404)
        board.admin.get(path + "/history", expect=404)
        trashed = board.reader.get(board.path + "/trash").body.decode()
        check("note 0" not in trashed, trashed)
        check("note 0" not in str(board.log()), "still in the log")

    with tap.claim("the log stays dense and tells of the purge"):
        log = board.log()
        same([seq_of(c["seq"]) for c in log], list(range(1, len(log) + 1)))
        same((log[-1]["id"], log[-1]["deleted"]), (notes[0]["id"], True))

    with tap.claim("a purged id answers 404 and is not used again"):
        board.admin.delete(gone, ANY, 404)
        board.writer.delete(path, ANY, 404)
        board.writer.patch(path, {"text": "x"}, ANY, 404)
        board.writer.post(path + "/restore", None, ANY, 404)
        for header in (ANY[0], ("If-None-Match", "*")):
            same(board.writer.put(path, {"text": "x"}, [header], 409).slug(),
                 "exists")
        made = board.writer.post(board.path + "/notes", {
            "id": notes[0]["id"], "text": "x"}, expect=409)
        same(made.slug(), "exists")
        results = board.ops([put_op("x", notes[0]["id"])])
        same(results[0]["status"], 409)

    with tap.claim("what is not in the trash is purged as well"):
        board.admin.delete(board.note_path(notes[1]["id"]) + "?purge=1", ANY,
                           204)
        same(board.snapshot()["notes"], [])


def body(tap):
    for way in WAYS:
        with served(tap, way) as site:
            tap.note(f"by way of {way}")
            for part in (history, restoring, trash):
                with tap.claim(f"{way}: {part.__name__} comes to its end"):
                    part(tap, site.http)


if __name__ == "__main__":
    t.main(body)
