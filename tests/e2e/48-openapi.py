#!/usr/bin/python3
"""Proves that cgi/openapi.yaml says what the service does, and all of it.

Every operation is asked for every status that the document names for it, and
each answer must fit it: status, headers, types, members.  The routes in the
source, the methods that each path takes and the problems are those of the
document.  Bodies made from its schemas are taken where they fit them and
refused by name where they do not.
"""

import copy
import json
import os
import random
import re
import time

import tap as t
import wire
from api import Board, new_id
from daemon import Daemon
from harness import SOURCE, is_root, served, stopped
from mutations import mutations
from openapi import Document, Recorder, Structure
from openapi_world import PAGE, Ask, World
from tap import Failed, check, same

NOBODY = "w." + "A" * 22
SEED = 20261
MUTATIONS = 1 << 30 if t.LONG else 250  # tried of each operation's bodies
EVERY_METHOD = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS",
                "PROPFIND")

# First bytes of the types that the service tells apart.
CONTENTS = {
    "image/png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "image/jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF\0",
    "image/gif": b"GIF89a\1\0\1\0",
    "image/webp": b"RIFF\x24\0\0\0WEBPVP8 ",
    "application/octet-stream": b"<html>none of these",
}


def expect(ask, via, *statuses):
    answer = ask.by(via)
    check(answer.status in statuses, f"{ask.method} {ask.path}: {answer!r}, "
          f"want {statuses}")
    return answer


# What goes wrong in the same way everywhere

def cut(ask, via, end=b""):
    """Sends the beginning of a body, and its end if that is given."""
    host = via.via.host
    env = wire.environment(ask.method, ask.path, ask.headers()
                           + [("Content-Length", "50")], ask.body, host)
    return via.raw(ask.method, ask.path, wire.begin()
                   + wire.params_records(env)
                   + wire.record(wire.STDIN, b"{") + end)


def slugs_of_their_own(world):
    """Problems that share a status with others."""
    via, make = world.via, world.api_note_create
    for want, ask in (
            ("bad-json", make().bent(body=b"{")),
            ("bad-path", make().bent(path=world.path + "/")),
            ("bad-request", world.page_board_post().bent(body=b"%zz"))):
        same(ask.by(via).slug(), want)
    same(cut(make(), via, wire.record(wire.STDIN, b"")).slug(), "truncated")


def common(world, operation):
    """What every operation that names these statuses can be brought to."""
    via, named = world.via, operation.responses
    ask = world.make(operation)
    broken = ("If-None-Match", '"1')
    bare = ask.bent(token=None, cookie=None)
    expect(bare.bent(broken), via, 400)
    page = expect(bare.bent(broken, PAGE), via, 400)
    same(page.header("content-type"), "text/html; charset=utf-8")
    expect(ask.bent(("X-Long", "v" * 9000)), via, 431)
    if "401" in named:
        gone = world.stranger()
        if operation.id == "page_board_post":
            expect(world.form("/", ask.path, gone, do="add"), via, 401)
        else:
            expect(bare.bent(cookie=gone), via, 401)
    if "403" in named and operation.method != "GET":
        expect(bare.bent(("Origin", "https://evil.example")), via, 403)
    if "403" in named and "{board}" in operation.path:
        low = ask.bent(token=ask.low or world.reads)
        if operation.id == "page_board_post":
            low = world.form("/", ask.path, world.sign_in(world.reads),
                             do="add", text="x")
        expect(low, via, 403)
    if "404" in named and "{board}" in operation.path and \
            operation.id != "page_board_post":
        expect(bare, via, 404)
    if "413" in named:
        expect(ask.bent(("Content-Length", "99999999999")), via, 413)
    if "415" in named:
        expect(ask.bent(("Content-Type", "image/png"), body=b"x"), via, 415)
    if operation.json_schema():
        patch = "application/merge-patch+json"
        answer = ask.bent(("Content-Type", patch)).by(via)
        same(answer.status < 300, patch in operation.body["content"], patch)
        ask = world.make(operation)
    if "422" in named and operation.json_schema():
        expect(ask.bent(("Content-Type", "application/json"),
                        body=b'{"nope":1}'), via, 422)
    if "428" in named:
        none = ask.bent()
        none.more = [h for h in none.more if h[0] != "If-Match"]
        expect(none, via, 428)
        expect(ask.bent(("If-Match", '"999999"')), via, 412)


def succeed(world, operation):
    """As it is, and for a GET the same without a body."""
    ask = world.make(operation)
    got = expect(ask, world.via, 200, 201, 204, 303)
    if operation.method != "GET":
        return
    head = expect(ask.bent(method="HEAD"), world.via, got.status)
    same({n for n, _ in head.headers} - {"content-length"},
         {n for n, _ in got.headers} - {"content-length"},
         f"headers of HEAD {operation.path}")


# What goes wrong, or well, in ways of its own

def boards(world):
    via, all_ = world.via, world.all
    answer = expect(world.api_board_create().bent(body=json.dumps(
        {"id": world.board.id}).encode()), via, 409)
    same(answer.slug(), "exists")
    got = expect(world.api_board_get(), via, 200)
    expect(world.api_board_get().bent(
        ("If-None-Match", got.header("etag"))), via, 304)
    packed = expect(world.api_board_get().bent(
        ("Accept-Encoding", "gzip")), via, 200)
    same((packed.json(), packed.header("content-encoding")),
         (got.json(), "gzip"))
    expect(world.api_board_get().bent(PAGE), via, 200)
    page = world.api_board_get().bent(path=f"{world.path}?undo=%zz")
    expect(page.bent(PAGE), via, 400)
    world.file(CONTENTS["image/png"], "a \u00e4 \".png")
    for name in ("json", "markdown"):
        expect(Ask("GET", f"{world.path}/export?format={name}", all_), via,
               200)
    export = expect(world.api_export(), via, 200)
    again = Ask("POST", world.path + "/import", all_, json.loads(export.body))
    check(expect(again, via, 200).json()["notes"]["skipped"], "none skipped")
    other = Board(via)
    expect(again.bent(path=other.path + "/import",
                      token=other.tokens["admin"]), via, 200)
    expect(Ask("GET", f"{world.path}/export?format=x", all_), via, 400)


def notes(world):
    via = world.via
    path, note = world.note()
    got = expect(Ask("GET", path, world.reads), via, 200)
    expect(Ask("GET", path, world.reads, headers=[
        ("If-None-Match", got.header("etag"))]), via, 304)
    expect(Ask("GET", path, world.reads, headers=[PAGE]), via, 200)
    again = Ask("POST", world.path + "/notes", world.writes,
                {"id": note["id"]})
    check("note" in expect(again, via, 412).json(), "412 without the note")
    put = world.api_note_put()
    absent = put.bent(path=f"{world.path}/notes/{new_id()}")
    absent.more = [h for h in put.more if h[0] != "If-Match"]
    absent = absent.bent(("If-None-Match", "*"))
    expect(absent, via, 201)
    expect(absent, via, 412)
    expect(Ask("DELETE", path + "?purge=1", world.all,
               headers=[("If-Match", "*")]), via, 204)
    expect(Ask("DELETE", path + "?purge=2", world.all,
               headers=[("If-Match", "*")]), via, 400)
    same(expect(again, via, 409).slug(), "exists")
    expect(absent.bent(path=path), via, 409)
    expect(Ask("GET", path, world.reads), via, 404)
    for kind, body in (("text/plain", b"milk"), (None, b"milk"),
                       ("application/x-www-form-urlencoded", b"milk")):
        expect(Ask("POST", world.path + "/notes", world.writes, body=body,
                   headers=[("Content-Type", kind)] if kind else []), via,
               201)
    key = ("Idempotency-Key", new_id())
    for method in ("PUT", "DELETE"):
        make = world.api_note_put if method == "PUT" else \
            world.api_note_delete
        same(expect(make().bent(key), via, 200, 204, 422).status,
             200 if method == "PUT" else 422)


def items(world):
    via = world.via
    path, _ = world.checklist()
    put = Ask("PUT", f"{path}/items/{new_id()}", world.writes, {"text": "x"})
    expect(put, via, 201)
    expect(put.bent(method="DELETE", body=None), via, 200)
    expect(put.bent(method="DELETE", body=None), via, 404)
    text = f"{world.note()[0]}/items/{new_id()}"
    for method in ("PUT", "DELETE"):
        expect(put.bent(method=method, path=text), via, 422)
    world.board.writer.delete(path, [("If-Match", "*")], 204)
    for method in ("PUT", "DELETE"):
        expect(put.bent(method=method), via, 412)


def past(world):
    via = world.via
    path, note = world.note()
    world.board.writer.patch(path, {"title": "later"}, [("If-Match", "*")],
                             200)
    back = world.api_note_restore().bent(path=path + "/restore")
    expect(back.bent(body=json.dumps({"rev": note["rev"]}).encode()), via,
           200)
    expect(back.bent(body=b'{"rev":"999999"}'), via, 404)
    expect(back.bent(body=b""), via, 200, 412)
    page = expect(Ask("GET", path + "/history?limit=1", world.reads), via,
                  200).json()
    same(page["more"], True)
    expect(Ask("GET", f"{path}/history?before={page['revisions'][0]['rev']}",
               world.reads), via, 200)
    for query in ("limit=101", "before=x"):
        expect(Ask("GET", f"{path}/history?{query}", world.reads), via, 400)
    for query in ("", "q=", "q=" + "x" * 201, "q=x&limit=201"):
        expect(Ask("GET", f"{world.path}/search?{query}", world.reads), via,
               400)
    check(expect(Ask("GET", f"{world.path}/search?q=later&limit=1",
                     world.reads), via, 200).json()["results"] is not None)


def files(world):
    via = world.via
    for kind, content in CONTENTS.items():
        path = world.file(content)
        get = Ask("GET", path, world.reads)
        got = expect(get, via, 200)
        same(got.header("content-type"), kind)
        expect(get.bent(("Range", "bytes=0-3")), via, 206)
        expect(get.bent(("Range", "bytes=999-")), via, 416)
        expect(get.bent(("Range", "bytes=0-3"), ("If-Range", '"x"')), via,
               200)
        expect(get.bent(("If-None-Match", got.header("etag"))), via, 304)
    put = world.api_file_put()
    expect(put, via, 201)
    expect(put, via, 200)
    expect(put.bent(body=b"others"), via, 409)
    expect(put.bent(path=put.path.partition("?")[0]), via, 400)


def ops(world):
    """A result of each kind, and the problems that a batch can hold."""
    note, key = new_id(), new_id()
    put = {"op": "put", "id": note, "key": key, "if_match": "0",
           "doc": {"text": "x"}}
    steps = [put, put, {**put, "doc": {"text": "y"}},
             {**put, "key": new_id()},
             {"op": "patch", "id": note, "key": new_id(), "doc": {}},
             {"op": "put_item", "id": note, "item": new_id(),
              "key": new_id(), "doc": {}},
             {"op": "delete", "id": note, "key": new_id(), "if_match": "*"}]
    results = expect(Ask("POST", world.path + "/ops", world.writes,
                         {"ops": steps}), world.via, 200).json()["results"]
    same([r["status"] for r in results], [201, 201, 422, 412, 428, 422, 200])
    same([r.get("replayed") for r in results], [None, True] + [None] * 5)


def sessions(world):
    via = world.via
    expect(Ask("GET", "/session"), via, 200)
    expect(Ask("DELETE", "/session"), via, 204)
    expect(world.api_session_create().bent(
        body=json.dumps({"token": NOBODY}).encode()), via, 404)
    known = world.api_session_create().bent(cookie=world.cookie)
    same(expect(known, via, 200).header("set-cookie"), None)
    expect(world.api_ticket_create().bent(token=None), via, 404)
    expect(world.api_metrics().bent(("X-Forwarded-For", "203.0.113.1")), via,
           404)


def pages(world):
    via = world.via
    home = world.form("/", "/", do="create", title="by a form")
    expect(home, via, 201)
    new = Ask("GET", "/").by(via).header("set-cookie").split(";")[0]
    for fields in ({"do": "create"}, {"do": "open", "link": world.writes}):
        made = expect(world.form("/", "/", new, **fields), via, 201, 303)
        check(made.header("set-cookie"), "signed in without a cookie")
    expect(world.form("/", "/", do="sign-out",
                      cookie=world.sign_in(world.reads)), via, 303)
    for status, fields in ((422, {"do": "nope"}),
                           (404, {"do": "open", "link": NOBODY}),
                           (403, {"do": "open", "token": "x" * 22})):
        expect(world.form("/", "/", **fields), via, status)
        expect(world.form("/", "/", **fields).bent(PAGE), via, status)
    path, note = world.note()
    edit = world.page_board_post(do="edit", note=note["id"], rev=note["rev"],
                                 text="by a form")
    expect(edit, via, 303)
    late = world.page_board_post(do="edit", note=note["id"], rev=note["rev"],
                                 text="too late")
    expect(late, via, 412)
    expect(late.bent(PAGE), via, 412)
    expect(world.page_board_post(do="nope"), via, 422)
    expect(world.page_board_post(do="tick", note=new_id(), item=new_id()),
           via, 404)
    gone = expect(Ask("GET", path, world.reads), via, 200).json()
    expect(world.page_board_post(do="delete", note=note["id"],
                                 rev=gone["rev"]), via, 303)
    expect(Ask("GET", f"{world.path}?undo={note['id']}", world.writes,
               headers=[PAGE]), via, 200)


def feeds(world):
    """Pages of the log, and whole streams where nothing may be held."""
    via, get = world.via, world.api_changes()
    world.board.admin.patch(world.path, {"title": "t"}, expect=200)
    world.api_link_create().by(via)
    path, _ = world.note()
    world.board.writer.delete(path, [("If-Match", "*")], 204)
    path, _ = world.note()
    expect(Ask("DELETE", path + "?purge=1", world.all,
               headers=[("If-Match", "*")]), via, 204)
    for feed in ("normal", "longpoll", "eventsource", "continuous",
                 "htmlfile"):
        for more in ("", "&include_docs=false", "&since=zzzzzzzz-1",
                     "&since=now&timeout=0"):
            expect(get.bent(path=f"{get.path}?feed={feed}{more}"), via, 200)
    for kind in ("text/event-stream", "application/x-ndjson"):
        got = expect(get.bent(("Accept", kind)), via, 200)
        same(got.header("content-type"), kind)
    for query in ("feed=x", "limit=0", "since=x", "timeout=60001",
                  "include_docs=x", "heartbeat=1"):
        expect(get.bent(path=f"{get.path}?{query}"), via, 400)
    expect(world.ticket(), via, 200)


def heads(world):
    """A stream asked for with HEAD is its head; nothing waits."""
    get = world.api_changes()
    for feed in ("longpoll", "eventsource", "continuous", "htmlfile"):
        path = f"{get.path}?since=now&feed={feed}"
        expect(get.bent(method="HEAD", path=path), world.via, 200)
    expect(world.page_live().bent(method="HEAD"), world.via, 200)


PARTS = (boards, notes, items, past, files, ops, sessions, pages,
         heads, slugs_of_their_own)


# The whole

def structure(tap, document):
    looked = Structure(document)
    with tap.claim("the document is sound OpenAPI 3.1"):
        same(looked.walk(), [])
        same(document.doc["openapi"], "3.1.0")
    with tap.claim("every example fits its schema"):
        for where, schema, value in looked.examples:
            document.judge(schema, value, where)
        check(len(looked.examples) > 20, len(looked.examples))


def source(*names):
    with open(os.path.join(SOURCE, *names), encoding="utf-8") as f:
        return f.read()


def routes():
    """{(pattern, method, handler)} of the table in cgi/route.c."""
    text = source("cgi", "route.c")
    short = dict(re.findall(r"^#define (BOARD|NOTE|ITEM)\t(.*)$", text, re.M))
    found = set()
    for pattern, method, handler in re.findall(
            r"^\t\{ ([^,]*),\s*METHOD_(\w+),\s*ROLE_\w+,\s*(\w+) \},$",
            text, re.M):
        while re.search("[A-Z]", pattern):
            pattern = re.sub("[A-Z]+", lambda m: short[m[0]], pattern)
        pattern = "".join(re.findall('"([^"]*)"', pattern))
        found.add((pattern, method, handler))
    return found


def against_source(tap, document):
    with tap.claim("the routes of the source are those of the document"):
        same({(re.sub(r"\{\w+\}", ":", o.path)[1:], o.method, o.id)
              for o in document.operations.values()}, routes())
    with tap.claim("the problems of the source are those of the document"):
        listed = set(re.findall(r'X\(\w+, "([^"]+)", (\d+), "([^"]+)"\)',
                                source("src", "base", "problem.h")))
        check(len(listed) > 20, listed)
        members = document.component("schemas", "ProblemMembers")
        named = {(one["type"]["const"].removeprefix("urn:notewire:"),
                  str(one["status"]["const"]), one["title"]["const"])
                 for one in (c["properties"] for c in members["oneOf"])}
        same(named, listed)


def paths(tap, document, world):
    """Every path under every method, and paths that are none."""
    via = world.via
    with tap.claim("each path takes the methods that are named, no others"):
        for path in document.doc["paths"]:
            real = re.sub(r"\{(\w+)\}", lambda m: world.board.id
                          if m[1] == "board" else "A" * 22, path)
            for method in EVERY_METHOD:
                if method not in document.methods(path):
                    expect(Ask(method, real, world.all), via, 405)
                    expect(Ask(method, real, headers=[PAGE]), via, 405)
    with tap.claim("other paths are 404, or 400 where none looks like that"):
        known = [re.sub(r"\{\w+\}", world.board.id, p)
                 for p in document.doc["paths"] if p != "/"]
        for path in known:
            for other in (path + "x", path + "/x", path + "/", path[:-1],
                          "/x" + path):
                if document.path_of(other) is None:
                    expect(Ask("GET", other, world.all), via, 400, 404)


def walk(tap, document, world):
    for operation in document.operations.values():
        with tap.claim(f"{operation.id}: refusals are as documented"):
            common(world, operation)
        with tap.claim(f"{operation.id}: success is as documented"):
            if operation.id == "api_signal":    # here is no daemon
                expect(world.make(operation), world.via, 501)
            elif operation.id != "page_live":   # it would not end here
                succeed(world, operation)
    for part in PARTS:
        with tap.claim(f"answers of their own: {part.__name__}"):
            part(world)


def unheld(tap, document, seen):
    """Where no stream is held, each ends; slow bodies and limits."""
    with served(tap, "direct", {"http.holds": "0",
                                "http.io_timeout": "100ms"}) as site:
        world = World(Recorder(site.direct, document, seen))
        with tap.claim("feeds are as documented"):
            feeds(world)
        with tap.claim("a page that stays live is as documented"):
            succeed(world, document.operations["/boards/{board}/live", "GET"])
        with tap.claim("slow bodies are as documented"):
            for operation in document.operations.values():
                if "408" in operation.responses:
                    same(cut(world.make(operation), world.via).status, 408)
    with served(tap, "direct", {"board.create_per_hour": "1",
                                "limit.board_bytes": "8"}) as site:
        world = World(Recorder(site.direct, document, seen))
        with tap.claim("limits on number are as documented"):
            expect(world.api_board_create(), world.via, 429)
            expect(world.form("/", "/", do="create"), world.via, 429)
            expect(world.api_file_put(), world.via, 201)
            same(expect(world.api_file_put(), world.via, 413).slug(),
                 "quota-exceeded")
            for _ in range(1000):
                site.direct.ask("POST", "/tickets",
                                world.api_ticket_create().headers(),
                                world.api_ticket_create().body)
            expect(world.api_ticket_create(), world.via, 429)


def held(tap, world):
    """A stream while it is held, until its board is gone."""
    for feed, beat in (("eventsource", b"event: heartbeat"),
                       ("continuous", b"\n{}\n"),
                       ("htmlfile", b"([{}])")):
        with tap.claim(f"{feed}, held, is as documented to its end"):
            other = Board(world.via)
            world.via.follow(
                "GET", f"{other.path}/changes?feed={feed}",
                [("Authorization", f"Bearer {other.tokens['read']}")],
                lambda body: beat in body,
                lambda: other.admin.delete(other.path, expect=204))


def unwritable(tap, document, seen):
    """Requests made while all is well, sent when nothing can be written."""
    def ready(world, status):
        found = [world.make(o) for o in document.operations.values()
                 if status in o.responses and o.id not in
                 ("api_changes", "api_ready", "api_signal")]
        return found

    with served(tap, "direct") as site:
        world = World(Recorder(site.direct, document, seen))
        asks = ready(world, "507")
        site.configure({"store.disk_floor": "1T"})
        site.restart_responder()
        for ask in asks:
            with tap.claim(f"without space: {ask.method} "
                           f"{document.path_of(ask.path)}"):
                expect(ask, world.via, 507)
        with tap.claim("without space it is not ready"):
            expect(world.api_ready(), world.via, 503)
        site.configure({"store.disk_floor": "0"})
        site.restart_responder()
        asks = ready(world, "503") + [world.ticket()]
        site.stop_responder()
        for name in os.listdir(site.data):
            if name.startswith("notes.db"):
                os.chmod(os.path.join(site.data, name), 0o444)
        site.start_again()
        for ask in asks:
            with tap.claim(f"read-only: {ask.method} "
                           f"{document.path_of(ask.path)}"):
                same(expect(ask, world.via, 503).slug(), "read-only")


# Bodies made from the schemas

def seeds(world, operation):
    """Documents that are taken, made of all members that may be sent."""
    _, note = world.checklist()
    ids = {"id": new_id(), "rev": "7", "by": 1, "files": [], "trashed_at": 0,
           "created_at": "x", "updated_at": None}
    text = {"kind": "text", "title": "t", "text": "x", "color": "red",
            "pinned": True, "pos": 1}
    listed = {"kind": "checklist", "items": [
        {"id": new_id(), "text": "one", "done": True, "pos": 2.5},
        {"text": "two"}]}
    by = {
        "api_board_create": [{"title": "t", "settings": {"a": [1]}}],
        "api_board_patch": [{"title": "t", "settings": {"a": [1]}}],
        "api_note_create": [text, listed],
        "api_note_put": [{**text, **ids}, listed],
        "api_note_patch": [text, listed],
        "api_item_put": [{"text": "x", "done": False, "pos": 3, "id": 1}],
        "api_note_restore": [{"rev": note["rev"]}],
        "api_link_create": [{"role": "read", "label": "l",
                             "expires_at": "2099-01-01T00:00:00.5Z"}],
        "api_session_create": [{"token": world.reads}],
        "api_signal": [{"event": "signal", "data": {"a": [1, None]}},
                       {"to": new_id(), "data": "x"}],
        "api_ticket_create": [{"board": world.board.id}],
        "api_ops": [{"ops": [
            {"op": "put", "id": new_id(), "key": new_id(), "if_match": "0",
             "doc": text},
            {"op": "put_item", "id": note["id"], "item": new_id(),
             "key": new_id(), "doc": {"text": "x"}},
            {"op": "restore", "id": note["id"], "key": new_id(),
             "if_match": "*", "rev": note["rev"]},
            {"op": "delete", "id": note["id"], "key": new_id(),
             "if_match": "*"}]}],
        "api_import": [{"notewire": 1, "exported_at": "x", "board": {
            "id": new_id(), "title": "t", "settings": {}},
            "notes": [{"id": "n" * 22, **text,
                       "created_at": "2020-01-01T00:00:00Z"}],
            "files": [{"id": "f" * 22, "note": "n" * 22, "name": "a",
                       "type": "b", "size": 5, "data": "aGVsbG8=",
                       "created_at": "2020-01-01T00:00:00Z"}]}],
    }
    return by[operation.id]


def meant(operation, doc):
    """Whether a schema can tell all that is asked of such a document."""
    if operation.id == "api_note_patch":
        return "kind" in doc or not {"text", "items"} & set(doc)
    if operation.id == "api_ops":   # that note may be here, and be a text
        return all(op["id"] != "x" * 22 for op in doc["ops"] if "item" in op)
    if operation.id == "api_signal":    # which peer's would it be?
        return doc.get("event") != "presence"
    if operation.id == "api_import":
        notes = {n["id"] for n in doc["notes"]}
        return all(f["note"] in notes and f["size"] == 5 and
                   f["data"] == "aGVsbG8=" for f in doc.get("files", []))
    return True


def refused(operation, answer):
    """Whether it was refused for its form, be it within a batch."""
    if operation.id == "api_ops" and answer.status == 200:
        return any(r["status"] in (400, 422, 428) and
                   r["problem"]["type"] != "urn:notewire:key-reused"
                   for r in answer.json()["results"])
    return answer.status in (400, 413, 422)


def renewed(doc):
    """A batch under new keys, since known ones answer for other content."""
    doc = copy.deepcopy(doc)
    if isinstance(doc, dict) and isinstance(doc.get("ops"), list):
        for op in doc["ops"]:
            if isinstance(op, dict) and len(str(op.get("key"))) == 22:
                op["key"] = new_id()
    return doc


def try_body(document, world, operation, doc):
    ask = world.make(operation)
    doc = renewed(doc)
    ask = ask.bent(("Content-Type", "application/json"),
                   body=json.dumps(doc).encode())
    answer = ask.by(world.via)
    fits = document.fits(operation.json_schema(), doc)
    if fits and not meant(operation, doc):
        return
    if answer.status >= 500 or fits == refused(operation, answer):
        raise Failed(f"{'fits' if fits else 'does not fit'}: "
                     f"{json.dumps(doc)[:300]}: {answer!r}")


def bodies(tap, document, world, operations):
    chance = random.Random(SEED)
    for operation in operations:
        with tap.claim(f"{operation.id}: bodies that fit the schema are taken, "
                       "others refused by name"):
            every = []
            for seed in seeds(world, operation):
                try_body(document, world, operation, seed)
                every += mutations(seed)
            for doc in chance.sample(every, min(MUTATIONS, len(every))):
                try_body(document, world, operation, doc)


def follow_signals(world, feed):
    """Each kind of signal on a stream, until its board is gone."""
    other = Board(world.via)
    secret, path = new_id(), other.path + "/signals"
    link = ("Authorization", f"Bearer {other.tokens['write']}")

    def say_all():
        guest, query = new_id(), f"?peer={secret}"
        page = other.reader.get(f"{other.path}/changes?feed=longpoll"
                                f"&since=now&peer={guest}").json()
        here, = page["signals"]
        me, = {p["peer"] for p in here["peers"]} - {here["you"]}
        for doc in ({"event": "presence", "data": {"name": "x"}},
                    {"to": me, "data": 1}):
            expect(Ask("POST", path + query, other.tokens["write"], doc),
                   world.via, 204)
        expect(Ask("POST", f"{path}{query}&to={me}", other.tokens["write"],
                   body=b"\0", headers=[
                       ("Content-Type", "application/octet-stream")]),
               world.via, 204)
        page = other.reader.get(f"{other.path}/changes?feed=longpoll"
                                f"&since=now&peer={guest}").json()
        check(page["signals"], page)
        for data in (None, 1, None):    # it is told of at its own time
            expect(Ask("POST", f"{path}?peer={guest}", other.tokens["write"],
                       {"event": "presence", "data": data}), world.via, 204)
            time.sleep(0.3)
        for doc in ({"to": here["you"], "data": 1}, {"data": 1}):
            expect(Ask("POST", path + query, other.tokens["write"], doc),
                   world.via, 204)
        expect(Ask("GET", f"{other.path}/changes?feed=longpoll&since=now"
                   f"&peer={guest}", other.tokens["write"]), world.via, 200)
        other.admin.delete(other.path, expect=204)

    world.via.follow("GET", f"{other.path}/changes?feed={feed}&peer={secret}",
                     [link], lambda body: b'"you"' in body, say_all)


def beside(tap, document, seen):
    """What there is only with a daemon."""
    operation = document.operations["/boards/{board}/signals", "POST"]
    servers = {"http.ice_servers": "stun:h turn:user:secret@h:3478"}
    with served(tap, "direct", servers) as site, Daemon(site) as daemon:
        world = World(Recorder(site.direct, document, seen))
        with tap.claim("servers for direct connections are as documented"):
            succeed(world, document.operations["/boards/{board}", "GET"])
        with tap.claim("signals are as documented"):
            succeed(world, operation)
            to = world.api_signal().bent(body=json.dumps(
                {"to": new_id(), "data": 1}).encode())
            same(expect(to, world.via, 404).slug(), "no-peer")
        for feed in ("eventsource", "continuous", "htmlfile"):
            with tap.claim(f"{feed}: what peers hear is as documented"):
                follow_signals(world, feed)
        bodies(tap, document, world, [operation])
        with tap.claim("a daemon that is silent is as documented"):
            with stopped(daemon):
                expect(world.api_signal(), world.via, 503)


def coverage(tap, document, seen):
    with tap.claim("every status of every operation was seen"):
        met = {(id_, status) for id_, _, status, _ in seen}
        named = {(o.id, s) for o in document.operations.values()
                 for s in o.statuses()}
        same(sorted(named - met), [], "not seen")
        tap.note(f"{len(named)} statuses of {len(document.operations)} "
                 "operations")
    with tap.claim("every type of content was seen"):
        met = {(id_, status, kind) for id_, _, status, kind in seen}
        named = {(o.id, s, kind) for o in document.operations.values()
                 for s in o.statuses() if s[0] == "2"
                 for kind in document.at(o.responses[s]).get("content", {})}
        same(sorted(named - met), [], "not seen")
    with tap.claim("every problem was seen, but for what is our fault"):
        ours = document.component("responses", "Failure")["content"]
        ours = ours["application/problem+json"]["schema"]["properties"]
        ours = {u.removeprefix("urn:notewire:") for u in ours["type"]["enum"]}
        # a silent daemon is one cause of that, want of memory another
        same(document.slugs & ours, {"busy"})
        members = document.component("schemas", "ProblemMembers")
        same(document.slugs | ours,
             {one["properties"]["type"]["const"].removeprefix("urn:notewire:")
              for one in members["oneOf"]})
    with tap.claim("every header of a success was seen"):
        named = {(o.id, s, name.lower()) for o in document.operations.values()
                 for s in o.statuses() if s[0] in "23"
                 for name in document.at(o.responses[s]).get("headers", {})}
        same(sorted(named - document.brought), [], "not seen")
        check(len(named) > 40, len(named))
    with tap.claim("every member of an answer was seen"):
        named = {}
        for o in document.operations.values():
            for s in o.statuses():
                response = document.at(o.responses[s])
                for media in response.get("content", {}).values():
                    for name in {"schema", "x-item-schema"} & set(media):
                        named.update(document.properties(
                            media[name], set(), f"{o.id} {s}"))
        same(sorted(where for key, where in named.items()
                    if key not in document.met), [], "not seen")
        check(len(named) > 100, len(named))
    with tap.claim("every message of the streams was seen"):
        media = document.operations["/boards/{board}/changes", "GET"]
        media = media.responses["200"]["content"]
        wanted = {(kind, i) for kind, node in media.items()
                  if "x-item-schema" in node for i, _ in
                  enumerate(document.at(node["x-item-schema"])["oneOf"])}
        same(document.choices, wanted)
        check(len(wanted) > 10, wanted)
    with tap.claim("every GET was tried as HEAD"):
        met = {id_ for id_, method, _, _ in seen if method == "HEAD"}
        same(sorted({o.id for o in document.operations.values()
                     if o.method == "GET"} - met), [], "not seen")


def body(tap):
    document, seen = Document(), set()
    structure(tap, document)
    against_source(tap, document)
    with served(tap, "direct") as site:
        world = World(Recorder(site.direct, document, seen))
        with tap.claim("the document is of this version"):
            same(world.api_health().by(world.via).json()["version"],
                 document.doc["info"]["version"])
        paths(tap, document, world)
        walk(tap, document, world)
        held(tap, world)
        bodies(tap, document, world,
               [o for o in document.operations.values()
                if o.json_schema() is not None and o.id != "api_signal"])
    beside(tap, document, seen)
    unheld(tap, document, seen)
    if is_root() or os.geteuid() != 0:
        unwritable(tap, document, seen)
        coverage(tap, document, seen)


if __name__ == "__main__":
    t.main(body)
