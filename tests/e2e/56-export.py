#!/usr/bin/python3
"""Proves that a board can be taken away and brought back.

A board of notes of all kinds and files of many sizes is exported and imported
into an empty board of another data directory: the same board.  Repeated, it
changes nothing; whatever is wrong with an import is named and changes nothing;
one that is killed midway is repeated.  Neither way needs memory for the whole.
"""

import base64
import copy
import json
import os
import random
import signal
import threading
import time

import tap as t
from api import JSON, Board, Client, new_id
from feeds import EventStream
from harness import WAYS, served
from tap import check, same

NOTES = 500
COLORS = ("default", "red", "orange", "yellow", "green", "teal", "blue",
          "purple", "pink", "brown", "gray")
SIZES = (0, 1, 65535, 65536, 65537, 3 << 20)
STRINGS = (
    "", " ", "milk", "\"quotes\" and \\ and /", "</script><b>", "line\nline",
    "\r\n\t", "漢字かな交じり文", "emoji 👩‍👩‍👧 🇩🇪", "e\u0301 é", "\u2028\u2029\u0085",
    "\u0001\u001f\u007f", "'; DROP TABLE note; --", "%s%n%00", "\u202eright",
    "a" * 900, "{\"notewire\":1}", "\",\"id\":\"x", "\uffff\ufffd\U0010ffff",
    "&amp;<!--", "data", "\"data\":\"\"",
)


def note_doc(chance, i):
    doc = {"title": chance.choice(STRINGS), "color": chance.choice(COLORS),
           "pinned": chance.random() < 0.2,
           "pos": chance.choice((0, i, -1.5, 1e-9, 1e300, 0.1 + 0.2))}
    if i % 3:
        return {**doc, "text": chance.choice(STRINGS) * chance.randint(1, 3)}
    return {**doc, "kind": "checklist", "items": [
        {"id": new_id(), "text": chance.choice(STRINGS),
         "done": chance.random() < 0.5, "pos": chance.random()}
        for _ in range(chance.choice((0, 1, 5)))]}


def put(docs, board):
    """Makes the notes in batches; their ids."""
    ids = [new_id() for _ in docs]
    ops = [{"op": "put", "id": i, "if_match": "0", "key": new_id(), "doc": d}
           for i, d in zip(ids, docs)]
    while ops:
        part, size = [], 0
        while ops and len(part) < 100 and size < 100000:
            part.append(ops.pop(0))
            size += len(json.dumps(part[-1]))
        for result in board.ops(part):
            same(result["status"], 201, result)
    return ids


def put_file(board, note, data, name="a.bin", f=None):
    made = board.writer.ask(
        "PUT", f"{board.path}/files/{f or new_id()}?note={note}&name={name}",
        headers=[("Content-Type", "text/html")], body=data, expect=201,
        timeout=30)
    return made.json()


def seed(board, seed_of=1):
    """Fills it; the contents of its files by id."""
    chance = random.Random(seed_of)
    docs = [note_doc(chance, i) for i in range(NOTES - 3)]
    docs.append({"text": "x" * 65000})
    docs.append({"text": "\u0001" * 10000})
    docs.append({"kind": "checklist", "items": [
        {"text": f"item {i}", "done": i % 2 == 0} for i in range(500)]})
    ids = put(docs, board)
    contents = {}
    for i, size in enumerate(SIZES):
        data = chance.randbytes(size)
        made = put_file(board, ids[i % 4], data,
                        "%E6%BC%A2%20%22%3C%3E.txt" if i % 2 else "b.png")
        contents[made["id"]] = data
    png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(40)
    contents[put_file(board, ids[5], png)["id"]] = png
    trashed = ids[10:30]
    contents_gone = put_file(board, trashed[0], b"gone")["id"]
    for result in board.ops([{"op": "delete", "id": i, "if_match": "*",
                              "key": new_id()} for i in trashed]):
        same(result["status"], 200, result)
    board.admin.patch(board.path, {"title": "漢字 \"board\" / 1",
                                   "settings": {"a": [1, {"b": None}]}},
                      expect=200)
    return contents, trashed, contents_gone


def exported(board, client=None, query=""):
    return (client or board.reader).get(board.path + "/export" + query,
                                        timeout=60)


def imported(board, text, expect=200, client=None, timeout=60):
    return (client or board.admin).ask(
        "POST", board.path + "/import", headers=[JSON],
        body=text if isinstance(text, bytes) else json.dumps(text).encode(),
        expect=expect, timeout=timeout)


def shown(board, snapshot=None):
    """What must survive: the board and its notes, but for rev and by."""
    now = snapshot or board.snapshot()
    notes = {}
    for note in now["notes"]:
        note = dict(note)
        note.pop("rev")
        note.pop("by")
        notes[note["id"]] = note
    return {"title": now["board"]["title"],
            "settings": now["board"]["settings"], "notes": notes}


def check_files(board, contents):
    for f, data in contents.items():
        got = board.reader.get(f"{board.path}/files/{f}", timeout=30)
        check(got.body == data, f"{f}: {len(got.body)}, not {len(data)} bytes")


def form(tap, way, board, text, contents, trashed, gone):
    doc = json.loads(text)
    with tap.claim(f"{way}: an export has the board, its notes and files, a "
                   "record a line, and not the trash"):
        same(sorted(doc), ["board", "exported_at", "files", "notes",
                           "notewire"])
        same((doc["notewire"], doc["board"]["id"]), (1, board.id))
        same(doc["board"]["settings"], {"a": [1, {"b": None}]})
        same(len(doc["notes"]), NOTES - len(trashed))
        check(not set(trashed) & {n["id"] for n in doc["notes"]}, "trash")
        same({n["id"]: n for n in doc["notes"]},
             {n["id"]: n for n in board.snapshot()["notes"]})
        same({f["id"]: base64.b64decode(f["data"], validate=True)
              for f in doc["files"]} == contents, True)
        check(gone not in text.decode(), "a trashed note's file")
        records = [json.loads(line.rstrip(b",")) for line in text.split(b"\n")
                   if line.startswith(b'{"id"')]
        same(len(records), len(doc["notes"]) + len(doc["files"]))


def there_and_back(tap, way):
    with served(tap, way) as one, served(tap, way) as other:
        board, copy_of = Board(one.http), Board(other.http, "")
        contents, trashed, gone = seed(board)
        answer = exported(board)
        form(tap, way, board, answer.body, contents, trashed, gone)

        with tap.claim(f"{way}: imported elsewhere it is the same board"):
            got = imported(copy_of, answer.body).json()
            n, f = NOTES - len(trashed), len(contents)
            same((got["notes"], got["files"]),
                 ({"created": n, "skipped": 0}, {"created": f, "skipped": 0}))
            same(shown(copy_of) == shown(board), True)
            check_files(copy_of, contents)
            same(got["last_seq"], copy_of.head())

        with tap.claim(f"{way}: imported twice it is skipped whole"):
            before, head = shown(copy_of), copy_of.head()
            again = imported(copy_of, answer.body).json()
            same((again["notes"], again["files"]),
                 ({"created": 0, "skipped": n}, {"created": 0, "skipped": f}))
            same((again["last_seq"], copy_of.head()), (head, head))
            same(shown(copy_of) == before, True)

        with tap.claim(f"{way}: an import of 20 MiB passes the web server"):
            padded = answer.body + b" " * (20 << 20)
            same(imported(copy_of, padded).json(), again)

        with tap.claim(f"{way}: exported again it is the same text, but for "
                       "times and revisions"):
            one, two = json.loads(answer.body), \
                json.loads(exported(copy_of).body)
            for doc in (one, two):
                doc["exported_at"] = doc["board"]["id"] = None
                for note in doc["notes"]:
                    note["rev"] = note["by"] = None
                doc["notes"].sort(key=lambda n: n["id"])
                doc["files"].sort(key=lambda x: x["id"])
            same(one == two, True)


def rules(tap, site):
    board = Board(site.http, "a \"title\"\n/ é")
    note = board.note("text", title="a title")

    with tap.claim("an export is an attachment under the board's name"):
        for query, kind, end in (("", "application/json", ".json"),
                                 ("?format=json", "application/json", ".json"),
                                 ("?format=markdown",
                                  "text/markdown; charset=utf-8", ".md")):
            answer = exported(board, query=query)
            same(answer.header("content-type"), kind)
            name = answer.header("content-disposition")
            check(name.startswith('attachment; filename="a _title___ _')
                  and end + '"' in name and name.endswith(end), name)
            same(answer.header("x-content-type-options"), "nosniff")
            same(answer.header("cache-control"), "no-store")
            head = board.reader.ask("HEAD", board.path + "/export" + query,
                                    expect=200)
            same(head.header("content-disposition"), name)
            same(head.body, b"")

    with tap.claim("Markdown holds title and note"):
        same(exported(board, query="?format=markdown").body.decode(),
             "# a \"title\"&#10;/ é\n\n## a title\n\ntext\n\n")

    with tap.claim("another format is refused"):
        for query in ("?format=", "?format=html", "?format=json&format=json",
                      "?format=JSON"):
            same(board.reader.get(board.path + "/export" + query,
                                  expect=400).slug(), "bad-query")

    with tap.claim("whoever reads exports, who administers imports"):
        exported(board, Client(site.http, board.tokens["read"]))
        text = exported(board).body
        for client in (board.reader, board.writer):
            same(imported(board, text, 403, client).slug(), "forbidden")
        for client in (Client(site.http), Board(site.http).admin):
            imported(board, text, 404, client)
            client.get(board.path + "/export", expect=404)

    with tap.claim("title and settings are taken by a board without a title "
                   "only"):
        text = json.loads(exported(board).body)
        text["board"]["settings"] = {"x": 1}
        for title, want in (("", ("a \"title\"\n/ é", {"x": 1})),
                            ("mine", ("mine", {}))):
            other = Board(site.http, title)
            imported(other, text)
            now = other.snapshot()["board"]
            same((now["title"], now["settings"]), want)

    with tap.claim("readers see what is imported as changes"):
        other = Board(site.http)
        stream = EventStream(other.reader, other.path
                             + "/changes?feed=eventsource&since=0")
        stream.until("up-to-date")
        text["notes"].append({"id": new_id(), "kind": "text"})
        imported(other, text)
        seen = [stream.until("message")[-1].json() for _ in range(2)]
        same([c["id"] for c in seen], [n["id"] for n in text["notes"]])
        same(seen[0]["doc"]["updated_at"], note["updated_at"])
        same(seen[0]["doc"]["created_at"], note["created_at"])
        stream.close()

    with tap.claim("a note that is in the trash is skipped, with its files"):
        other = Board(site.http)
        imported(other, text)
        other.writer.delete(other.note_path(note["id"]),
                            [("If-Match", "*")], 204)
        head = other.head()
        text["files"] = [{"id": new_id(), "note": note["id"], "name": "x",
                          "size": 1, "data": "eA=="}]
        got = imported(other, text).json()
        same((got["notes"], got["files"], got["last_seq"]),
             ({"created": 0, "skipped": 2}, {"created": 0, "skipped": 1},
              head))

    with tap.claim("a note that was purged does not come back"):
        other.admin.delete(other.note_path(note["id"]) + "?purge=1",
                           [("If-Match", "*")], 204)
        got = imported(other, text).json()
        same((got["notes"]["skipped"], got["files"]["skipped"]), (2, 1))
        other.reader.get(other.note_path(note["id"]), expect=404)

    with tap.claim("order of members, white space and escapes do not matter"):
        other = Board(site.http, "")
        f = new_id()
        odd = ('\r\n{ "notes" :\t[ { "pos":1, "text" : "\\u0041\\/" , "id": "%s"'
               ' } ] ,"files":[{"data" : "\\/\\/79" ,"size":3e0,"name":"n",'
               '"note":"%s","id":"%s"}], "notewire" :1, "board":{} } \n'
               % (note["id"], note["id"], f)).encode()
        imported(other, odd)
        same(other.snapshot()["notes"][0]["text"], "A/")
        same(other.reader.get(f"{other.path}/files/{f}").body, b"\xff\xfe\xfd")


def adversity(tap, site):
    board = Board(site.direct)
    board.note("here")
    text = exported(board).body

    with tap.claim("what cannot be written can still be exported; an import "
                   "is refused"):
        os.chmod(site.data, 0o500)
        try:
            same(len(json.loads(exported(board).body)["notes"]), 1)
            same(imported(board, text, 503).slug(), "read-only")
        finally:
            os.chmod(site.data, 0o700)

    with tap.claim("on a full disk both are refused by name and nothing is "
                   "changed"):
        before = board.snapshot()
        site.configure({"store.disk_floor": "1000G"})
        site.restart_responder()
        same(imported(board, text, 507).slug(), "disk-full")
        same(board.reader.get(board.path + "/export", expect=507).slug(),
             "disk-full")
        same(board.snapshot(), before)


def broken(good):
    """Texts that are wrong in one way each: (what, status, slug, text)."""
    first, f = good["notes"][0]["id"], good["files"][0]

    def altered(**changes):
        doc = copy.deepcopy(good)
        doc.update(changes)
        return doc

    def with_note(**members):
        return altered(notes=good["notes"] + [{"id": new_id(), **members}])

    def with_file(**members):
        return altered(files=good["files"] + [{
            "id": new_id(), "note": first, "name": "n", "size": 1,
            "data": "eA==", **members}])

    def without(where, name):
        doc = copy.deepcopy(good)
        del (doc if where is None else doc[where][0])[name]
        return doc

    whole = json.dumps(good).encode()
    return [
        ("cut short", 400, "bad-json", whole[:-2]),
        ("cut within a string", 400, "bad-json", whole[:whole.index(b"eA")]),
        ("nothing", 400, "bad-json", b""),
        ("something behind it", 400, "bad-json", whole + b"{}"),
        ("no UTF-8", 400, "bad-json", whole.replace(b"sound", b"so\xffnd")),
        ("a NUL", 400, "bad-json", whole.replace(b"sound", b"so\\u0000nd")),
        ("a raw NUL", 400, "bad-json", whole.replace(b"sound", b"so\0und")),
        ("half a surrogate", 400, "bad-json",
         whole.replace(b"sound", b"\\ud800")),
        ("a member twice", 400, "bad-json",
         whole.replace(b'"notewire": 1', b'"notewire":1,"notewire":1')),
        ("too deep", 400, "bad-json",
         altered(board={"settings": eval("[" * 30 + "]" * 30)})),
        ("a number past all", 400, "bad-json",
         whole[:-1] + b',"x":1e999}'),
        ("an array", 422, "invalid", [good]),
        ("another version", 422, "invalid", altered(notewire=2)),
        ("a version of text", 422, "invalid", altered(notewire="1")),
        ("no version", 422, "invalid", without(None, "notewire")),
        ("no notes", 422, "invalid", {"notewire": 1}),
        ("an unknown member", 422, "invalid", altered(more=1)),
        ("notes that are no list", 422, "invalid", altered(notes={})),
        ("files that are no list", 422, "invalid", altered(files=None)),
        ("files before notes", 422, "invalid",
         {"notewire": 1, "files": [], "notes": []}),
        ("a board that is none", 422, "invalid", altered(board=[])),
        ("a board's title too long", 422, "invalid",
         altered(board={"title": "x" * 201})),
        ("settings too large", 422, "invalid",
         altered(board={"settings": {"x": "x" * 5000}})),
        ("a note that is none", 422, "invalid", altered(notes=["x"])),
        ("a note without id", 422, "invalid", without("notes", "id")),
        ("a note's id malformed", 422, "invalid",
         altered(notes=[{"id": "x"}], files=[])),
        ("a note twice", 422, "invalid",
         altered(notes=good["notes"] + good["notes"][:1])),
        ("an unknown member of a note", 422, "invalid", with_note(x=1)),
        ("a kind unknown", 422, "invalid", with_note(kind="drawing")),
        ("a text of wrong type", 422, "invalid", with_note(text=1)),
        ("items of a text", 422, "invalid", with_note(items=[])),
        ("a note too large", 413, "too-large", with_note(text="x" * 65536)),
        ("a record past all", 413, "too-large",
         with_note(text="x" * 1000000)),
        ("a time that is none", 422, "invalid",
         with_note(created_at="yesterday")),
        ("a time of wrong type", 422, "invalid", with_note(updated_at=1)),
        ("a note in the trash", 422, "invalid",
         with_note(trashed_at="2026-01-01T00:00:00Z")),
        ("too many items", 422, "invalid", with_note(
            kind="checklist", items=[{"text": ""}] * 501)),
        ("an item twice", 422, "invalid", with_note(
            kind="checklist", items=[{"id": first, "text": ""}] * 2)),
        ("bad base64", 422, "invalid", with_file(data="eA=")),
        ("base64 with spaces", 422, "invalid", with_file(data="eA= =")),
        ("base64 with escapes", 422, "invalid",
         json.dumps(with_file(data="eA\u003d\n")).encode()),
        ("no data", 422, "invalid", without("files", "data")),
        ("data of wrong type", 422, "invalid", with_file(data=1)),
        ("another size", 422, "invalid", with_file(size=2)),
        ("a size that is none", 422, "invalid", with_file(size=-1)),
        ("a file twice", 422, "invalid",
         altered(files=good["files"] + [f])),
        ("a file of no note", 422, "invalid", with_file(note=new_id())),
        ("a file's name with a slash", 422, "invalid",
         with_file(name="../x")),
        ("a file without name", 422, "invalid", with_file(name="")),
        ("a file's name too long", 422, "invalid", with_file(name="x" * 256)),
        ("a file too large", 413, "too-large", with_file(size=(1 << 20) + 1)),
        ("more files than fit", 413, "quota-exceeded", altered(
            files=[{"id": new_id(), "note": first, "name": "n",
                    "size": 1000000,
                    "data": base64.b64encode(bytes(1000000)).decode()}
                   for _ in range(4)])),
        ("more files than a note has", 413, "quota-exceeded", altered(
            files=[{"id": new_id(), "note": first, "name": "n", "size": 0,
                    "data": ""} for _ in range(257)])),
    ]


def faults(tap):
    settings = {"limit.file_bytes": "1M", "limit.board_bytes": "3M",
                "limit.import_bytes": "6M"}
    with served(tap, "socket", settings) as site:
        board = Board(site.http, "")
        note = new_id()
        good = {"notewire": 1, "exported_at": "2026-01-01T00:00:00.000Z",
                "board": {"id": new_id(), "title": "t", "settings": {}},
                "notes": [{"id": note, "text": "sound"},
                          {"id": new_id(), "kind": "checklist", "items": []}],
                "files": [{"id": new_id(), "note": note, "name": "n",
                           "type": "image/png", "size": 1, "data": "eA==",
                           "created_at": "2026-01-01T00:00:00.000Z"}]}
        before = board.snapshot()
        for what, status, slug, text in broken(good):
            with tap.claim(f"an import with {what} is refused by name and "
                           "changes nothing"):
                answer = imported(board, text, status)
                same(answer.slug(), slug, answer)
                check(answer.json()["detail"], answer)
                same(board.snapshot(), before)

        with tap.claim("an import past the limit, or of another type, is "
                       "refused"):
            big = json.dumps(good).encode() + b" " * (6 << 20)
            same(imported(board, big, 413).slug(), "too-large")
            for kind in ("text/plain", "multipart/form-data"):
                same(board.admin.ask(
                    "POST", board.path + "/import", body=b"{}", expect=415,
                    headers=[("Content-Type", kind)]).slug(),
                    "unsupported-media-type")
            same(board.snapshot(), before)

        with tap.claim("the same text without a fault is taken"):
            got = imported(board, good).json()
            same((got["notes"]["created"], got["files"]["created"]), (2, 1))
            same(board.snapshot()["board"]["title"], "t")

        with tap.claim("nothing is left in the data directory"):
            left = [n for n in os.listdir(site.data) if "spool" in n]
            same(left, [])


def killed(tap):
    chance = random.Random(7)
    notes = [{"id": new_id(), "title": str(i), "text": "x" * 2000}
             for i in range(3000)]
    files = [{"id": new_id(), "note": notes[i]["id"], "name": "f",
              "size": 70000, "data": base64.b64encode(
                  chance.randbytes(70000)).decode()} for i in range(60)]
    text = json.dumps({"notewire": 1, "board": {"title": "t"},
                       "notes": notes, "files": files}).encode()
    with served(tap, "socket") as site:
        for target in (200, 2000, 3020):
            with tap.claim(f"an import killed after {target} records and "
                           "repeated is the whole board"):
                board = Board(site.direct, "")
                done = threading.Thread(target=lambda: quiet(
                    lambda: imported(board, text, (200, 503))), daemon=True)
                done.start()
                until = time.monotonic() + 30
                while int(board.head().rpartition("-")[2]) < target:
                    check(time.monotonic() < until, "too slow")
                os.kill(site.responder.pid, signal.SIGKILL)
                done.join(20)
                site.start_again()
                there = int(board.head().rpartition("-")[2]) - 1
                check(target - 1 <= there < 3060, f"{there} by then")
                got = imported(board, text).json()
                same(got["notes"]["created"] + got["files"]["created"]
                     + there, 3060)
                now = board.snapshot()
                same({n["id"]: n["title"] for n in now["notes"]},
                     {n["id"]: n["title"] for n in notes})
                check_files(board, {f["id"]: base64.b64decode(f["data"])
                                    for f in files})
                same(now["board"]["title"], "t")


def quiet(act):
    try:
        act()
    except Exception:               # its connection was cut
        pass


def peak(site):
    """The responder's greatest resident size so far, in MiB."""
    with open(f"/proc/{site.responder.pid}/status", encoding="ascii") as f:
        line = [x for x in f if x.startswith("VmHWM:")]
    return int(line[0].split()[1]) / 1024


def length(stream):
    """Reads it to its end and forgets it; how long it was."""
    size = 0
    while data := stream.recv(60):
        size += len(data)
    check(stream.clean, f"cut short after {size} bytes")
    stream.close()
    return size


def memory(tap):
    note = new_id()
    data = base64.b64encode(random.Random(3).randbytes(9 << 20)).decode()
    text = json.dumps({
        "notewire": 1, "notes": [{"id": note, "text": "x"}] + [
            {"id": new_id(), "text": "y" * 60000} for _ in range(400)],
        "files": [{"id": new_id(), "note": note, "name": "n",
                   "size": 9 << 20, "data": data} for _ in range(7)]}).encode()
    with served(tap, "socket") as site:
        board = Board(site.http)
        board.note("to begin with")
        exported(board)
        start = peak(site)
        with tap.claim("importing 100 MiB takes less than 48 MiB"):
            check(len(text) > 100 << 20, len(text))
            imported(board, text, timeout=200)
            now = peak(site)
            tap.note(f"import of {len(text) >> 20} MiB: {now - start:.1f} MiB")
            check(now - start < 48, f"{start:.1f} to {now:.1f} MiB")
        with tap.claim("exporting 100 MiB takes less than 48 MiB"):
            start = peak(site)
            got = length(board.reader.open(board.path + "/export",
                                           timeout=60))
            now = peak(site)
            tap.note(f"export of {got >> 20} MiB: {now - start:.1f} MiB")
            check(got > 100 << 20, got)
            check(now - start < 48, f"{start:.1f} to {now:.1f} MiB")


def body(tap):
    for way in WAYS:
        with tap.claim(f"{way}: there and back come to their end"):
            there_and_back(tap, way)
    with served(tap, "socket") as site:
        with tap.claim("rules come to their end"):
            rules(tap, site)
        with tap.claim("adversity comes to its end"):
            adversity(tap, site)
    for part in (faults, killed, memory):
        with tap.claim(f"{part.__name__} come to their end"):
            part(tap)


if __name__ == "__main__":
    t.main(body)
