#!/usr/bin/python3
"""Proves what a ticket opens: one feed, once, soon, by whoever comes first.

Minted by a token and by a cookie; used on every feed; bound to its board; of
two that race for it one gets in; what is held by it lives and ends with the
link that it stood for.  By each way of running the program.
"""

import concurrent.futures
import datetime
import threading
import time

import tap as t
from api import Board, Client, new_id
from feeds import EventStream
from harness import WAYS, served
from tap import check, same

RACES = 100


def mint(client, board, expect=201):
    return client.post("/tickets", {"board": board.id}, expect=expect)


def ticket(client, board):
    return mint(client, board).json()["ticket"]


def feed(board, one, more=""):
    return f"{board.path}/changes?ticket={one}{more}"


def signed_in(site, token, origin=True):
    made = Client(site.http).post("/session", {"token": token}, expect=200)
    return Client(site.http, cookie=made.header("set-cookie").split(";")[0],
                  origin="http://" + site.http.host if origin else None)


def stream(site, board, one, more=""):
    return EventStream(Client(site.http), feed(
        board, one, "&feed=eventsource&heartbeat=60000" + more))


def using(tap, site, way):
    board, other = Board(site.http), Board(site.http)
    nobody = Client(site.http)
    board.note("one")

    with tap.claim(f"{way}: a ticket opens an event stream, once"):
        one = ticket(board.reader, board)
        held = stream(site, board, one)
        held.until("up-to-date")
        board.note("two")
        same(held.until("message")[-1].json()["doc"]["text"], "two")
        same(nobody.get(feed(board, one), expect=404).slug(), "not-found")
        held.close()

    with tap.claim(f"{way}: a ticket opens one poll and one long-poll"):
        for more in ("", "&feed=longpoll&since=0"):
            one = ticket(board.writer, board)
            same(len(nobody.get(feed(board, one, more)).json()["results"]), 2)
            nobody.get(feed(board, one, more), expect=404)

    with tap.claim(f"{way}: revoking the maker's link ends within 1 s what "
                   "its tickets opened, and those not used"):
        link = board.admin.post(board.path + "/links", {"role": "read"},
                                expect=201).json()
        maker = Client(site.http, link["token"])
        held = stream(site, board, ticket(maker, board))
        rest = ticket(maker, board)
        held.until("up-to-date")
        began = time.monotonic()
        board.admin.delete(f"{board.path}/links/{link['id']}", expect=204)
        seen = held.ended()
        same((seen[-1].name, seen[-1].json()), ("end", {"reason": "revoked"}))
        check(seen[-1].at - began <= 1.0, seen[-1].at - began)
        nobody.get(feed(board, rest), expect=404)
        mint(maker, board, 404)

    with tap.claim(f"{way}: the end of the maker's link is its end too"):
        when = datetime.datetime.now(datetime.timezone.utc) \
            + datetime.timedelta(seconds=2)
        link = board.admin.post(board.path + "/links", {
            "role": "read", "expires_at": when.strftime("%Y-%m-%dT%H:%M:%S.")
            + f"{when.microsecond // 1000:03d}Z"}, expect=201).json()
        began = time.monotonic()
        held = stream(site, board,
                      ticket(Client(site.http, link["token"]), board))
        seen = held.ended()
        same((seen[-1].name, seen[-1].json()), ("end", {"reason": "expired"}))
        check(1.5 <= seen[-1].at - began <= 3.2, seen[-1].at - began)

    with tap.claim(f"{way}: for another board it opens nothing and stays"):
        one = ticket(board.reader, board)
        missing = Client(site.http, "r." + new_id()).get(
            other.path + "/changes", expect=404)
        same(nobody.get(feed(other, one), expect=404).body, missing.body)
        nobody.get(feed(board, one))


def rules(tap, site):
    board, other = Board(site.http), Board(site.http)
    nobody = Client(site.http)

    with tap.claim("the answer names ticket, board and an end in 30 s"):
        began = datetime.datetime.now(datetime.timezone.utc)
        made = mint(board.reader, board).json()
        same(sorted(made), ["board", "expires_at", "ticket"])
        same(made["board"], board.id)
        same((made["ticket"][:2], len(made["ticket"])), ("t.", 24))
        ends = datetime.datetime.fromisoformat(
            made["expires_at"].replace("Z", "+00:00"))
        check(29.9 <= (ends - began).total_seconds() <= 32, made)

    with tap.claim("who cannot read the board gets no ticket"):
        for client in (nobody, other.admin,
                       Client(site.http, ticket(board.reader, board))):
            same(mint(client, board, 404).slug(), "not-found")
        board.reader.post("/tickets", {"board": new_id()}, expect=404)

    with tap.claim("a request that is none is refused by name"):
        for doc, slug in (({}, "invalid"), ({"board": 1}, "invalid"),
                          ({"board": "x"}, "invalid"), ([], "invalid"),
                          ({"board": board.id, "role": "admin"}, "invalid")):
            same(board.reader.post("/tickets", doc, expect=422).slug(), slug)
        same(board.reader.ask("POST", "/tickets", headers=[
            ("Content-Type", "application/json")], body=b"{", expect=400)
             .slug(), "bad-json")

    with tap.claim("a cookie mints one only with its Origin"):
        me = signed_in(site, board.tokens["read"])
        nobody.get(feed(board, ticket(me, board)))
        bare = signed_in(site, board.tokens["read"], origin=False)
        same(mint(bare, board, 403).slug(), "origin-refused")

    with tap.claim("what a cookie's ticket opened outlives the session, as "
                   "it stands for the link"):
        me = signed_in(site, board.tokens["read"])
        held = stream(site, board, ticket(me, board))
        held.until("up-to-date")
        me.delete("/session", expect=204)
        note = board.note("still here")
        same(held.until("message")[-1].json()["id"], note["id"])
        held.close()

    with tap.claim("beside another credential it is refused and stays"):
        one = ticket(board.reader, board)
        me = signed_in(site, board.tokens["read"])
        for client in (board.reader, me, other.reader,
                       Client(site.http, "r." + new_id())):
            same(client.get(feed(board, one), expect=400).slug(), "bad-query")
        nobody.get(feed(board, one))

    with tap.claim("a HEAD uses none"):
        one = ticket(board.reader, board)
        for _ in range(3):
            nobody.ask("HEAD", feed(board, one), expect=200)
        nobody.get(feed(board, one))
        nobody.ask("HEAD", feed(board, one), expect=404)

    with tap.claim("a feed that is refused uses none"):
        one = ticket(board.reader, board)
        nobody.get(feed(board, one, "&feed=none"), expect=400)
        nobody.get(feed(board, one, "&since=x"), expect=400)
        nobody.get(feed(board, one))

    with tap.claim("it opens the feeds and nothing else"):
        one = ticket(board.admin, board)
        note = board.note()["id"]
        for method, path, doc in (
                ("GET", board.path, None),
                ("GET", board.note_path(note), None),
                ("GET", board.path + "/links", None),
                ("POST", board.path + "/notes", {"text": "x"}),
                ("DELETE", board.path, None),
                ("POST", "/tickets", {"board": board.id})):
            nobody.ask(method, f"{path}?ticket={one}", doc, expect=404)
            Client(site.http, one).ask(method, path, doc, expect=404)
        Client(site.http, one).get(board.path + "/changes", expect=404)
        same(nobody.get(f"/session?ticket={one}").json(), {"boards": []})
        nobody.get(feed(board, one))

    with tap.claim("what is no ticket opens nothing"):
        for one in ("", "t.", "x", new_id(), "t." + new_id(),
                    board.tokens["read"]):
            nobody.get(feed(board, one), expect=404)

    with tap.claim("a ticket stands in no log and not in the database"):
        one = ticket(board.reader, board)
        nobody.get(feed(board, one, "&feed=none"), expect=400)
        check(one not in site.log_text(), "it is in a log")
        for name in ("notes.db", "notes.db-wal"):
            with open(f"{site.data}/{name}", "rb") as f:
                check(one.encode() not in f.read(), name)


def races(tap, site, way):
    board = Board(site.http)
    nobody = Client(site.http)
    with tap.claim(f"{way}: of two that race for a ticket one gets in, "
                   f"{RACES} times"), \
            concurrent.futures.ThreadPoolExecutor(2) as pool:
        for i in range(RACES):
            one = ticket(board.reader, board)
            gate = threading.Barrier(2)

            def run():
                gate.wait()
                return nobody.get(feed(board, one), expect=(200, 404)).status

            both = [pool.submit(run) for _ in range(2)]
            same(sorted(f.result() for f in both), [200, 404], f"race {i}")


def many(tap, site):
    board = Board(site.direct)
    with tap.claim("a link has 1,000 open tickets, then 429"):
        def one(_):
            return mint(board.reader, board, (201, 429)).status

        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            got = list(pool.map(one, range(1010)))
        same((got.count(201), got.count(429)), (1000, 10))
        refused = mint(board.reader, board, 429)
        same(refused.slug(), "rate-limited")
        check(int(refused.header("retry-after")) > 0, refused.headers)
        mint(board.writer, board)

    with tap.claim("a ticket is over after 30 s, and makes room"):
        if not t.LONG:
            raise t.Skipped("takes half a minute")
        late = ticket(board.writer, board)
        time.sleep(30.05)
        Client(site.direct).get(feed(board, late), expect=404)
        mint(board.reader, board)


def body(tap):
    for way in WAYS:
        with served(tap, way) as site:
            with tap.claim(f"{way}: what tickets open comes to its end"):
                using(tap, site, way)
            if way == "spawn":
                races(tap, site, way)
    with served(tap, "socket") as site:
        for part in (rules, many):
            with tap.claim(f"{part.__name__} come to their end"):
                part(tap, site)
        races(tap, site, "socket")


if __name__ == "__main__":
    t.main(body)
