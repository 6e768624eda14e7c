#!/usr/bin/python3
"""Proves that the API does what its manual says, as curl would use it.

Behind each web server, by each way of running the program: boards, notes,
checklist items, batches, the log, links, sessions, conditional requests, the
answers to HEAD and to methods that do not apply.
"""

import re

import tap as t
from api import Board, Client, new_id, put_op, seq_of
from harness import WAYS, served
from tap import check, same

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
NOTE = {"id", "rev", "created_at", "updated_at", "trashed_at", "by", "files", "kind",
        "title", "text", "color", "pinned", "pos"}
NEVER = new_id()


def boards(tap, via):
    with tap.claim("a new board is answered 201 with a link for each role"):
        answer = Client(via).post("/boards", {"title": "Shopping \u00e4"},
                                  expect=201)
        made = answer.json()
        same(set(made), {"id", "title", "links", "last_seq"})
        same(made["title"], "Shopping \u00e4")
        check(re.fullmatch(r"[A-Za-z0-9_-]{22}", made["id"]), made["id"])
        check(answer.header("location").endswith(f"/boards/{made['id']}"),
              answer.headers)
        for role in ("read", "write", "admin"):
            check(re.search(rf"/notewire/#{role[0]}\.[A-Za-z0-9_-]{{22}}$",
                            made["links"][role]), made["links"])

    with tap.claim("an empty body makes a board"):
        same(via.ask("POST", "/boards").status, 201)

    with tap.claim("an id of the client's own is taken once"):
        own = new_id()
        Client(via).post("/boards", {"id": own}, expect=201)
        again = Client(via).post("/boards", {"id": own}, expect=409)
        same(again.slug(), "exists")

    board = Board(via)
    with tap.claim("a snapshot names the board, the role and what is on "
                   "offer"):
        shown = board.snapshot(board.writer)
        same(shown["board"]["id"], board.id)
        same(shown["role"], "write")
        same(shown["notes"], [])
        same(shown["feeds"], ["eventsource", "continuous", "longpoll",
                              "htmlfile", "normal"])
        check(shown["limits"]["ops"] == 100, shown["limits"])
        check(TIME.match(shown["board"]["created_at"]), shown["board"])
        same(board.snapshot(board.admin)["role"], "admin")

    with tap.claim("a snapshot is conditional by its ETag"):
        tag = board.reader.get(board.path).header("etag")
        board.reader.get(board.path, [("If-None-Match", tag)], expect=304)
        board.note()
        fresh = board.reader.get(board.path, [("If-None-Match", tag)])
        check(fresh.header("etag") != tag, tag)

    with tap.claim("it comes compressed to who takes that, under an ETag of "
                   "its own"):
        for _ in range(50):
            board.note("the same words again and again")
        plain = board.reader.get(board.path, [("Accept-Encoding", "br, *")])
        packed = board.reader.get(board.path, [("Accept-Encoding", "gzip")])
        same([a.header("content-encoding") for a in (plain, packed)],
             [None, "gzip"])
        for answer in plain, packed:    # Apache drops the space
            same(answer.header("vary").replace(" ", ""),
                 "Accept,Accept-Encoding")
        same(packed.json(), plain.json())
        check(len(packed.body) * 3 < len(plain.body),
              (len(packed.body), len(plain.body)))
        tags = [a.header("etag") for a in (plain, packed)]
        check(tags[0] != tags[1], tags)
        for asked, tag, status in (("gzip", tags[1], 304),
                                   ("gzip", tags[0], 200), ("", tags[1], 200)):
            board.reader.get(board.path, [("Accept-Encoding", asked),
                                          ("If-None-Match", tag)],
                             expect=status)
        head = board.reader.ask("HEAD", board.path,
                                headers=[("Accept-Encoding", "gzip")])
        same(head.header("etag"), tags[1])
        check(head.header("content-length") in (    # Apache drops it
            None, str(len(packed.body))), head)

    with tap.claim("title and settings change, and the log shows it"):
        since = board.head()
        board.admin.patch(board.path, {"title": "new"}, expect=200)
        board.admin.patch(board.path, {"settings": {"a": [1]}}, expect=200)
        shown = board.snapshot()["board"]
        same((shown["title"], shown["settings"]), ("new", {"a": [1]}))
        same([c["id"] for c in board.log(since)], ["_board", "_board"])

    with tap.claim("a deleted board is gone for all of its links"):
        gone = Board(via)
        gone.admin.delete(gone.path, expect=204)
        for client in (gone.reader, gone.writer, gone.admin):
            same(client.get(gone.path, expect=404).slug(), "not-found")


def making(tap, via):
    board = Board(via)
    with tap.claim("a note from JSON is answered 201, whole, with its ETag"):
        answer = board.writer.post(board.path + "/notes", {
            "title": "t", "text": "milk", "color": "teal", "pinned": True,
            "pos": 1.5}, expect=201)
        note = answer.json()
        same(set(note), NOTE)
        same((note["kind"], note["title"], note["text"], note["color"],
              note["pinned"], note["pos"]),
             ("text", "t", "milk", "teal", True, 1.5))
        same(answer.header("etag"), f'"{note["rev"]}"')
        check(answer.header("location").endswith(
            board.note_path(note["id"])), answer.headers)
        same(note["trashed_at"], None)

    with tap.claim("plain bytes of three types become a note's text"):
        for kind in ("text/plain", "text/plain; charset=utf-8",
                     "application/x-www-form-urlencoded", None):
            headers = [("Content-Type", kind)] if kind else []
            made = board.writer.ask("POST", board.path + "/notes", None,
                                    headers, 201, body=b"milk & bread=1")
            same(made.json()["text"], "milk & bread=1", kind)

    with tap.claim("other media types are refused by name"):
        for kind in ("image/png", "text/html", "multipart/form-data"):
            refused = board.writer.ask("POST", board.path + "/notes", None,
                                       [("Content-Type", kind)], 415, b"x")
            same(refused.slug(), "unsupported-media-type")

    with tap.claim("what people write comes back to the byte"):
        text = '<script>"\'\\\u2028\u2029\U0001f600\t\r\n\u007f</script>'
        note = board.note(text)
        got = board.reader.get(board.note_path(note["id"])).json()
        same(got["text"], text)

    with tap.claim("a note is conditional by its ETag"):
        path = board.note_path(note["id"])
        tag = board.reader.get(path).header("etag")
        board.reader.get(path, [("If-None-Match", tag)], expect=304)
        board.reader.get(path, [("If-None-Match", '"x", ' + tag)], expect=304)
        board.reader.get(path, [("If-None-Match", '"x"')], expect=200)

    with tap.claim("a note of unknown id is not found"):
        same(board.reader.get(board.note_path(NEVER), expect=404).slug(),
             "not-found")


def changing(tap, via):
    board = Board(via)
    path = board.note_path(board.note("one")["id"])
    tag = board.reader.get(path).header("etag")

    with tap.claim("a write without a precondition is 428"):
        for method in ("PUT", "PATCH", "DELETE"):
            doc = {"text": "x"} if method != "DELETE" else None
            refused = board.writer.ask(method, path, doc, expect=428)
            same(refused.slug(), "precondition-required")

    with tap.claim("PATCH replaces what is given and keeps the rest"):
        board.writer.patch(path, {"title": "kept"}, [("If-Match", tag)], 200)
        note = board.writer.patch(path, {"text": "two"},
                                  [("If-Match", "*")], 200).json()
        same((note["title"], note["text"]), ("kept", "two"))

    with tap.claim("PATCH takes application/merge-patch+json"):
        changed = board.writer.ask(
            "PATCH", path, None, [("If-Match", "*"), (
                "Content-Type", "application/merge-patch+json")], 200,
            b'{"title":"merged"}')
        same(changed.json()["title"], "merged")

    with tap.claim("a stale write is 412 with the current note"):
        refused = board.writer.put(path, {"text": "lost"},
                                   [("If-Match", tag)], 412)
        same(refused.slug(), "precondition-failed")
        same(refused.json()["note"]["text"], "two")
        refused = board.writer.put(board.note_path(NEVER), {"text": "x"},
                                   [("If-Match", "*")], 412)
        same(refused.json()["note"], None)

    with tap.claim("PUT replaces the whole note"):
        tag = board.reader.get(path).header("etag")
        note = board.writer.put(path, {"text": "three"}, [("If-Match", tag)],
                                200).json()
        same((note["title"], note["text"]), ("", "three"))

    with tap.claim("PUT with If-None-Match: * creates once"):
        new = board.note_path(new_id())
        board.writer.put(new, {"text": "a"}, [("If-None-Match", "*")], 201)
        board.writer.put(new, {"text": "b"}, [("If-None-Match", "*")], 412)
        same(board.reader.get(new).json()["text"], "a")

    with tap.claim("what was read can be sent back as it was"):
        got = board.reader.get(path)
        sent = board.writer.put(path, got.json(),
                                [("If-Match", got.header("etag"))], 200)
        same(sent.json()["text"], "three")

    with tap.claim("unknown members and wrong values are 422"):
        for doc in ({"colour": "red"}, {"color": "puce"}, {"text": 1},
                    {"pinned": "yes"}, {"kind": "image"}, {"pos": "1"},
                    {"title": "x" * 1001}):
            refused = board.writer.patch(path, doc, [("If-Match", "*")], 422)
            same(refused.slug(), "invalid", doc)

    trash(tap, board, path)


def trash(tap, board, path):
    with tap.claim("a deleted note goes to the trash and comes back"):
        gone = board.writer.delete(path, [("If-Match", "*")], 204)
        note = board.reader.get(path).json()
        check(TIME.match(note["trashed_at"]), note)
        same(gone.header("etag"), f'"{note["rev"]}"')
        id = note["id"]
        check(id not in [n["id"] for n in board.snapshot()["notes"]])
        board.writer.patch(path, {"text": "x"}, [("If-Match", "*")], 412)
        back = board.writer.post(path + "/restore", None,
                                 [("If-Match", gone.header("etag"))], 200)
        same((back.json()["trashed_at"], back.json()["text"]),
             (None, "three"))
        check(id in [n["id"] for n in board.snapshot()["notes"]])

    with tap.claim("the log shows the trash as deleted and the way back"):
        last = board.log()[-2:]
        same([c.get("deleted", False) for c in last], [True, False])
        check("doc" not in last[0], last)
        same(last[1]["doc"]["text"], "three")


def items(tap, via):
    board = Board(via)
    note = board.writer.post(board.path + "/notes", {
        "kind": "checklist", "items": [{"text": "milk"}, {"text": "bread"}]},
        expect=201).json()
    path = board.note_path(note["id"])
    with tap.claim("a checklist's items get ids and places in their order"):
        same([(i["text"], i["done"], i["pos"]) for i in note["items"]],
             [("milk", False, 1), ("bread", False, 2)])
        check(all(len(i["id"]) == 22 for i in note["items"]), note)

    with tap.claim("an item is ticked, added and removed without If-Match"):
        milk = path + "/items/" + note["items"][0]["id"]
        got = board.writer.put(milk, {"done": True}, expect=200).json()
        same([(i["text"], i["done"]) for i in got["items"]],
             [("milk", True), ("bread", False)])
        eggs = path + "/items/" + new_id()
        got = board.writer.put(eggs, {"text": "eggs"}, expect=201).json()
        same(len(got["items"]), 3)
        got = board.writer.delete(milk, expect=200).json()
        same(sorted(i["text"] for i in got["items"]), ["bread", "eggs"])

    with tap.claim("an item on a text note is 422"):
        text = board.note_path(board.note()["id"])
        refused = board.writer.put(f"{text}/items/{new_id()}", {"text": "x"},
                                   expect=422)
        same(refused.slug(), "invalid")


def batches(tap, via):
    board = Board(via)
    with tap.claim("each operation of a batch stands or fails alone"):
        one, two = put_op("one"), put_op("two")
        bad = put_op("clash", one["id"])
        got = board.ops([one, bad, two])
        same([r["status"] for r in got], [201, 412, 201])
        same([r["key"] for r in got], [o["key"] for o in (one, bad, two)])
        same(got[1]["problem"]["type"], "urn:notewire:precondition-failed")
        same([seq_of(got[0]["seq"]), seq_of(got[2]["seq"])], [1, 2])
        same([c["id"] for c in board.log()], [one["id"], two["id"]])

    with tap.claim("a key sent again gives the first result and does nothing"):
        again = board.ops([one])[0]
        same((again["status"], again["seq"], again.get("replayed")),
             (201, got[0]["seq"], True))
        same(len(board.log()), 2)

    with tap.claim("a key with other content is refused"):
        other = {**one, "doc": {"text": "other"}}
        same(board.ops([other])[0]["problem"]["type"],
             "urn:notewire:key-reused")

    with tap.claim("Idempotency-Key does the same for a single request"):
        key = [("Idempotency-Key", f'"{new_id()}"')]
        first = board.writer.post(board.path + "/notes", {"text": "k"}, key)
        second = board.writer.post(board.path + "/notes", {"text": "k"}, key)
        same((first.status, second.status), (201, 201))
        same(second.json()["id"], first.json()["id"])
        same(len(board.log()), 3)
        third = board.writer.post(board.path + "/notes", {"text": "m"}, key)
        same((third.status, third.slug()), (422, "key-reused"))

    with tap.claim("one bad operation refuses the whole batch by its place"):
        refused = board.writer.post(board.path + "/ops", {
            "ops": [put_op("fine"), {"op": "fly"}]}, expect=422)
        check("1" in refused.json()["detail"], refused)
        board.writer.post(board.path + "/ops", {"ops": []}, expect=422)
        many = [put_op("x") for _ in range(101)]
        board.writer.post(board.path + "/ops", {"ops": many}, expect=422)
        same(len(board.log()), 3)


def log(tap, via):
    board = Board(via)
    done = board.ops([put_op(f"note {i}") for i in range(30)])
    with tap.claim("the log is read in pages that say what is pending"):
        first = board.reader.get(
            board.path + "/changes?limit=20").json()
        same((len(first["results"]), first["pending"]), (20, 10))
        rest = board.reader.get(board.path + "/changes?since="
                                + first["last_seq"]).json()
        same((len(rest["results"]), rest["pending"]), (10, 0))
        same([c["seq"] for c in first["results"] + rest["results"]],
             [r["seq"] for r in done])
        same(first["results"][0]["doc"]["text"], "note 0")
        same(first["results"][0]["changes"], [{"rev": "1"}])

    with tap.claim("include_docs=false leaves the notes out"):
        bare = board.reader.get(
            board.path + "/changes?include_docs=false").json()
        check(all("doc" not in c for c in bare["results"]), bare)
        same(len(bare["results"]), 30)

    with tap.claim("since=now, two other names and the header are taken"):
        here = done[9]["seq"]
        path = board.path + "/changes"
        same(board.reader.get(path + "?since=now").json()["results"], [])
        for query, headers in (
                (f"?last_event_id={here}", []), (f"?lastEventId={here}", []),
                ("", [("Last-Event-ID", here)]),
                (f"?since={done[19]['seq']}", [("Last-Event-ID", here)])):
            got = board.reader.get(path + query, headers).json()["results"]
            same((len(got), seq_of(got[0]["seq"])), (20, 11), query)

    with tap.claim("bad cursors and parameters are named"):
        for query, slug in (("since=abc", "bad-cursor"),
                            ("since=-1", "bad-cursor"),
                            ("limit=0", "bad-query"),
                            ("limit=1001", "bad-query"),
                            ("feed=carrier-pigeon", "bad-query"),
                            ("since=0&since=0", "bad-query"),
                            ("heartbeat=1", "bad-query"),
                            ("include_docs=perhaps", "bad-query")):
            refused = board.reader.get(f"{path}?{query}", expect=400)
            same(refused.slug(), slug, query)

    with tap.claim("a cursor of another history or ahead is a reset"):
        epoch = here[:8]
        for since, why in ((f"zzzzzzz0-{seq_of(here)}", "epoch"),
                           (f"{epoch}-31", "ahead")):
            got = board.reader.get(f"{path}?since={since}").json()
            same((got["reset"], got["results"], got["last_seq"]),
                 (why, [], done[-1]["seq"]))


def links(tap, via):
    board = Board(via)
    with tap.claim("a link is made, shown without its token, and revoked"):
        made = board.admin.post(board.path + "/links", {
            "role": "write", "label": "kitchen"}, expect=201).json()
        check(made["token"].startswith("w."), made)
        check(made["url"].endswith("/notewire/#" + made["token"]), made)
        listed = board.admin.get(board.path + "/links")
        check(made["token"] not in listed.body.decode(), listed)
        found = [x for x in listed.json()["links"] if x["id"] == made["id"]]
        same([(x["role"], x["label"]) for x in found], [("write", "kitchen")])
        kitchen = Client(via, made["token"])
        note = kitchen.post(board.path + "/notes", {"text": "x"},
                            expect=201).json()
        same(note["by"], "kitchen")
        board.admin.delete(f"{board.path}/links/{made['id']}", expect=204)
        kitchen.get(board.path, expect=404)
        same([c["id"] for c in board.log()],
             ["_links", note["id"], "_links"])

    with tap.claim("a link that nobody knows is not found"):
        board.admin.delete(f"{board.path}/links/{NEVER}", expect=404)


def sessions(tap, via):
    board, other = Board(via, "one"), Board(via, "two")
    with tap.claim("a link is traded for a cookie that opens its board"):
        answer = Client(via).post("/session", {
            "token": board.tokens["write"]}, expect=200)
        same(answer.json()["board"], board.id)
        cookie = answer.header("set-cookie").split(";")[0]
        check(re.fullmatch(r"nw-[0-9a-f]{8}=[A-Za-z0-9_-]{22}", cookie),
              cookie)
        me = Client(via, cookie=cookie, origin="http://" + via.host)
        same(me.get(board.path).json()["role"], "write")
        me.post(board.path + "/notes", {"text": "by cookie"}, expect=201)

    with tap.claim("a second link joins the same session"):
        same(me.get("/session").json()["boards"],
             [{"id": board.id, "title": "one", "role": "write"}])
        me.post("/session", {"token": other.tokens["read"]}, expect=200)
        same(sorted(b["title"] for b in me.get("/session").json()["boards"]),
             ["one", "two"])
        same(me.get(other.path).json()["role"], "read")

    with tap.claim("signing out clears the cookie and ends the session"):
        out = me.delete("/session", expect=204)
        check(re.search(r"Max-Age=0|1970", out.header("set-cookie")), out)
        same(me.get(board.path, expect=(401, 404)).status, 401)
        same(me.get("/session", expect=401).slug(), "session-expired")

    with tap.claim("without a cookie there are no boards"):
        same(Client(via).get("/session").json(), {"boards": []})


def manners(tap, via):
    board = Board(via)
    note = board.note_path(board.note()["id"])
    with tap.claim("HEAD answers as GET does, without the body"):
        for path in (board.path, note, "/health"):
            get = board.reader.get(path)
            head = board.reader.ask("HEAD", path)
            same((head.status, head.body), (200, b""))
            same(head.header("etag"), get.header("etag"))
            same(head.header("content-type"), get.header("content-type"))

    with tap.claim("a method that does not apply is 405 with Allow"):
        for method, path, allowed in (
                ("DELETE", "/boards", "POST"), ("POST", note, "PATCH"),
                ("PUT", board.path, "GET"), ("POST", "/health", "GET"),
                ("PUT", "/session", "DELETE")):
            refused = board.admin.ask(method, path, expect=405)
            same(refused.slug(), "method-not-allowed")
            check(allowed in refused.header("allow", ""), refused.headers)

    with tap.claim("every answer forbids caching and guessing its type"):
        for answer in (board.reader.get(board.path),
                       board.reader.get(board.path + "/changes"),
                       board.reader.get(board.note_path(NEVER), expect=404)):
            same(answer.header("cache-control"), "no-store")
            same(answer.header("x-content-type-options"), "nosniff")

    with tap.claim("health and readiness answer"):
        same(Client(via).get("/health").json()["status"], "ok")
        ready = Client(via).get("/ready").json()
        same((ready["writable"], len(ready["epoch"])), (True, 8))

    with tap.claim("metrics are for the machine itself"):
        text = Client(via).get("/metrics").body.decode()
        check(re.search(r"^notewire_\w+.* \d", text, re.M), text[:300])
        for name in ("X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"):
            Client(via).get("/metrics", [(name, "127.0.0.1")], expect=404)


def body(tap):
    for way in WAYS:
        with served(tap, way) as site:
            tap.note(f"by way of {way}")
            for part in (boards, making, changing, items, batches, log,
                         links, sessions, manners):
                with tap.claim(f"{way}: {part.__name__} come to their end"):
                    part(tap, site.http)


if __name__ == "__main__":
    t.main(body)
