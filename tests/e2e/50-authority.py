#!/usr/bin/python3
"""Proves who may do what, and that authority ends when it is taken away.

Roles against every route; links, sessions and expiry that end held feeds
within a second, by each way of running the program; where a request with a
cookie may come from; what the cookie says; and which refusal means what.
"""

import datetime
import re
import time

import tap as t
from api import Board, Client, new_id
from feeds import STREAMS, EventStream, LongPoll
from harness import WAYS, served
from tap import check, same

NEVER = new_id()
RANK = {"read": 1, "write": 2, "admin": 3}


def routes(board, note):
    """Every route with the role it needs and the answer it then gives."""
    any_rev = [("If-Match", "*")]
    path = board.note_path(note)
    fresh = [("If-None-Match", "*")]
    return [
        ("read", "GET", board.path, None, [], 200),
        ("read", "GET", path, None, [], 200),
        ("read", "GET", board.path + "/changes", None, [], 200),
        ("write", "POST", board.path + "/notes", {"text": "x"}, [], 201),
        ("write", "PUT", path, {"text": "x"}, any_rev, 200),
        ("write", "PATCH", path, {"text": "y"}, any_rev, 200),
        ("write", "DELETE", path, None, any_rev, 204),
        ("write", "POST", path + "/restore", None, any_rev, 200),
        ("write", "PUT", board.note_path(new_id()),
         {"kind": "checklist", "items": []}, fresh, 201),
        ("write", "PUT", path + f"/items/{NEVER}", {"text": "x"}, [], 422),
        ("write", "POST", board.path + "/ops", {"ops": []}, [], 422),
        ("read", "GET", board.path + "/export", None, [], 200),
        ("admin", "POST", board.path + "/import",
         {"notewire": 1, "notes": []}, [], 200),
        ("admin", "PATCH", board.path, {"title": "x"}, [], 200),
        ("admin", "GET", board.path + "/links", None, [], 200),
        ("admin", "POST", board.path + "/links", {"role": "read"}, [], 201),
        ("admin", "DELETE", f"{board.path}/links/{NEVER}", None, [], 404),
    ]


def roles(tap, site):
    board, other = Board(site.http), Board(site.http)
    note = board.note()["id"]
    for need, method, path, doc, headers, done in routes(board, note):
        shape = path.replace(board.id, "{b}").replace(note, "{n}")
        with tap.claim(f"{method} {shape} needs the {need} role"):
            for role in ("read", "write", "admin"):
                client = Client(site.http, board.tokens[role])
                enough = RANK[role] >= RANK[need]
                if enough and role != need and method == "PUT" \
                        and ("If-None-Match", "*") in headers:
                    continue        # it stands there by now
                answer = client.ask(method, path, doc, headers,
                                    expect=done if enough else 403)
                if not enough:
                    same(answer.slug(), "forbidden")
            for token in (None, other.tokens["admin"], "a." + NEVER):
                answer = Client(site.http, token).ask(method, path, doc,
                                                      headers, expect=404)
                same(answer.slug(), "not-found")

    with tap.claim("a token with another role's letter opens nothing"):
        raised = "a" + board.tokens["read"][1:]
        Client(site.http, raised).get(board.path, expect=404)

    with tap.claim("only the admin link deletes a board"):
        for role in ("read", "write"):
            same(Client(site.http, board.tokens[role]).delete(
                board.path, expect=403).slug(), "forbidden")
        board.admin.delete(board.path, expect=204)


def ends(stream, reason):
    """The stream's `end` event, which must be its last; when it came."""
    seen = stream.ended(timeout=10)
    check(seen and seen[-1].name == "end", f"{seen}")
    same(seen[-1].json(), {"reason": reason})
    check(stream.stream.clean, "cut short")
    return seen[-1].at


def held(client, board):
    """A stream of each kind, and a long-poll, that wait."""
    path = board.path + "/changes?heartbeat=60000&since=now&feed="
    streams = [EventStream(client, path + feed) for feed in STREAMS]
    for stream in streams:
        stream.until("heartbeat")
    poll = LongPoll(client, path + "longpoll&timeout=30000")
    poll.join(0.3)
    check(poll.is_alive(), "the long-poll did not wait")
    return streams, poll


def over(tap, way, client, board, what, reason, act, statuses):
    """All held feeds end within a second of the answer to `act`."""
    with tap.claim(f"{way}: {what} ends each kind of stream and a long-poll "
                   "within 1 s"):
        streams, poll = held(client, board)
        act()
        began = time.monotonic()
        for feed, stream in zip(STREAMS, streams):
            ended = ends(stream, reason)
            check(ended - began <= 1.0, f"{feed}: {ended - began:.2f} s")
        answer = poll.result(10)
        check(answer.status in statuses, answer)
        if answer.status == 200:
            same(answer.json()["results"], [])
        check(poll.at - began <= 1.0, f"long-poll: {poll.at - began:.2f} s")
        client.get(board.path, expect=(401, 404))


def signed_in(site, token):
    made = Client(site.http).post("/session", {"token": token}, expect=200)
    cookie = made.header("set-cookie").split(";")[0]
    return Client(site.http, cookie=cookie,
                  origin="http://" + site.http.host)


def soon(seconds):
    when = datetime.datetime.now(datetime.timezone.utc) \
        + datetime.timedelta(seconds=seconds)
    return when.strftime("%Y-%m-%dT%H:%M:%S.") \
        + f"{when.microsecond // 1000:03d}Z"


def endings(tap, site, way):
    board = Board(site.http)

    def link(**more):
        return board.admin.post(board.path + "/links",
                                {"role": "write", **more}, expect=201).json()

    one = link()
    over(tap, way, Client(site.http, one["token"]), board, "revocation",
         "revoked", lambda: board.admin.delete(
             f"{board.path}/links/{one['id']}", expect=204), (200, 404))

    two = link()
    by_cookie = signed_in(site, two["token"])
    over(tap, way, by_cookie, board, "revocation behind a cookie", "revoked",
         lambda: board.admin.delete(f"{board.path}/links/{two['id']}",
                                    expect=204), (200, 401, 404))

    me = signed_in(site, board.tokens["read"])
    over(tap, way, me, board, "signing out", "revoked",
         lambda: me.delete("/session", expect=204), (200, 401, 404))

    with tap.claim(f"{way}: a link's expiry ends what it holds within 1 s"):
        life = 2.5
        made = time.monotonic()
        three = link(expires_at=soon(life))
        client = Client(site.http, three["token"])
        streams, poll = held(client, board)
        for feed, stream in zip(STREAMS, streams):
            at = ends(stream, "expired")
            check(life - 0.1 <= at - made <= life + 1.2,
                  f"{feed}: {at - made}")
        poll.result(5)
        check(poll.at - made <= life + 1.2, poll.at - made)
        client.get(board.path, expect=404)
        listed = board.admin.get(board.path + "/links").json()["links"]
        check(three["id"] not in [x["id"] for x in listed], listed)

    with tap.claim(f"{way}: a deleted board ends what is held within 1 s"):
        streams, poll = held(board.reader, board)
        began = time.monotonic()
        board.admin.delete(board.path, expect=204)
        for stream in streams:
            seen = stream.ended(10)
            same((seen[-1].name, seen[-1].json()["reason"] in
                  ("gone", "revoked")), ("end", True))
            check(seen[-1].at - began <= 1, seen[-1].at - began)
        poll.result(5)
        check(poll.at - began <= 1, poll.at - began)

    with tap.claim(f"{way}: what is held by another link goes on"):
        board = Board(site.http)
        four = link()
        stream = EventStream(board.reader, board.path
                             + "/changes?feed=eventsource&heartbeat=1000")
        stream.until("heartbeat")
        board.admin.delete(f"{board.path}/links/{four['id']}", expect=204)
        note = board.note("goes on")
        seen = stream.until("message") + stream.until("message")
        same([e.json()["id"] for e in seen if e.name == "message"],
             ["_links", note["id"]])
        same([e.name for e in seen if e.name == "end"], [])
        stream.close()


def origins(tap, site):
    board = Board(site.http)
    cookie = signed_in(site, board.tokens["write"]).fixed[0][1]
    host = site.http.host
    post = ("POST", board.path + "/notes", {"text": "x"})

    def came(status, *headers):
        answer = Client(site.http, cookie=cookie).ask(*post, headers,
                                                      expect=status)
        if status == 403:
            same(answer.slug(), "origin-refused")

    with tap.claim("with a cookie, a write needs an Origin"):
        came(403)
        came(201, ("Origin", f"http://{host}"))

    with tap.claim("other origins are refused in every disguise"):
        port = host.partition(":")[2]
        for origin in ("null", "http://evil.example", f"http://{host}.evil",
                       f"http://evil@{host}", f"http://{host}/",
                       "http://127.0.0.1", f"http://localhost:{port}",
                       f"http://{host}, http://{host}", "*", "file://",
                       f"http://{host} ", f"ftp://{host}", f"//{host}",
                       f"http://127.0.0.1.:{port}"):
            if origin != origin.strip():
                continue            # web servers take the space away
            came(403, ("Origin", origin))

    with tap.claim("a link's token needs no Origin"):
        Client(site.http, board.tokens["write"]).ask(*post, expect=201)

    with tap.claim("reading asks for no Origin"):
        Client(site.http, cookie=cookie).get(board.path)

    with tap.claim("signing in or making a board from elsewhere is refused"):
        for path, doc in (("/session", {"token": board.tokens["read"]}),
                          ("/boards", {"title": "x"})):
            Client(site.http).post(path, doc, [
                ("Origin", "http://evil.example")], 403)

    with tap.claim("signing out from elsewhere is refused"):
        Client(site.http, cookie=cookie).delete("/session", [
            ("Origin", "http://evil.example")], 403)
        Client(site.http, cookie=cookie).get(board.path)


def configured_origins(tap):
    settings = {"http.origins": "https://notes.example http://b.example:81"}
    with served(tap, "socket", settings) as site:
        board = Board(site.http)
        made = Client(site.http).post("/session", {
            "token": board.tokens["write"]}, expect=200)
        cookie = made.header("set-cookie").split(";")[0]
        with tap.claim("configured origins are the only ones"):
            for origin, status in (
                    ("https://notes.example", 201),
                    ("https://notes.example:443", 201),
                    ("http://b.example:81", 201),
                    ("http://notes.example", 403),
                    ("https://notes.example.evil", 403),
                    ("http://b.example", 403),
                    (f"http://{site.http.host}", 403)):
                Client(site.http, cookie=cookie, origin=origin).post(
                    board.path + "/notes", {"text": "x"}, expect=status)


def cookies(tap, site):
    board = Board(site.http)
    with tap.claim("the cookie is HttpOnly, SameSite=Lax, and only a handle"):
        made = Client(site.http).post("/session", {
            "token": board.tokens["admin"]}, expect=200)
        whole = made.all("set-cookie")
        same(len(whole), 1)
        parts = [p.strip() for p in whole[0].split(";")]
        lower = [p.lower() for p in parts]
        for wanted in ("httponly", "samesite=lax"):
            check(wanted in lower, whole)
        check("path=/notewire/" in lower or "path=/" in lower, whole)
        check("secure" not in lower, "Secure on plain http: never sent back")
        check(not [p for p in lower if p.startswith("domain")], whole)
        age = [int(p[8:]) for p in lower if p.startswith("max-age=")]
        check(age and age[0] > 86400, whole)
        check(board.tokens["admin"][2:] not in whole[0], whole)

    with tap.claim("behind https it is Secure, at / bound to the host too"):
        text = b'{"token":"%s"}' % board.tokens["admin"].encode()
        for mount, bound in ((b"/notewire/api", False), (b"/api", True)):
            request = site.direct.request(
                "POST", "/session", [("Content-Type", "application/json")],
                text, extra=[(b"HTTPS", b"on"), (b"SCRIPT_NAME", mount)])
            answer = site.direct.raw(request)
            same(answer.status, 200)
            cookie = answer.header("set-cookie")
            check("; Secure" in cookie, cookie)
            same(cookie.startswith("__Host-nw-"), bound, cookie)

    with tap.claim("a token that is not known signs nobody in"):
        for token in ("r." + NEVER, "x", "", "r." + "A" * 23):
            answer = Client(site.http).post("/session", {"token": token})
            check(answer.status in (404, 422), answer)
            same(answer.header("set-cookie"), None)

    with tap.claim("a second sign-in does not lose the first board"):
        first, second = Board(site.http, "1"), Board(site.http, "2")
        me = signed_in(site, first.tokens["read"])
        again = me.post("/session", {"token": second.tokens["read"]},
                        expect=200)
        cookie = again.header("set-cookie")
        now = Client(site.http, cookie=cookie.split(";")[0]) if cookie else me
        same(sorted(b["title"] for b in now.get("/session").json()["boards"]),
             ["1", "2"])

    with tap.claim("the strongest of a session's links counts"):
        me = signed_in(site, first.tokens["read"])
        me.post("/session", {"token": first.tokens["admin"]}, expect=200)
        me.post("/session", {"token": first.tokens["write"]}, expect=200)
        same(me.get(first.path).json()["role"], "admin")


def refusals(tap, site):
    board = Board(site.http)
    with tap.claim("an ended session is 401, no credential is 404"):
        me = signed_in(site, board.tokens["read"])
        me.delete("/session", expect=204)
        same(me.get(board.path, expect=401).slug(), "session-expired")
        Client(site.http).get(board.path, expect=404)

    with tap.claim("a session ends by age, and what it holds with it"):
        site.configure({"board.session_age": "3s"})
        site.restart_responder()
        began = time.monotonic()
        me = signed_in(site, board.tokens["read"])
        streams, poll = held(me, board)
        for feed, stream in zip(STREAMS, streams):
            at = ends(stream, "expired")
            check(2.8 <= at - began <= 4.3, f"{feed}: {at - began}")
        poll.result(5)
        same(me.get(board.path, expect=401).slug(), "session-expired")

    with tap.claim("its cookie outlives it, so that its end has a name"):
        made = Client(site.http).post("/session", {
            "token": board.tokens["read"]}, expect=200)
        age = re.search(r"Max-Age=(\d+)", made.header("set-cookie"))
        same(age and int(age[1]), 3 + 24 * 60 * 60)


def creation(tap):
    secret = "a-long-enough-create-token"
    with served(tap, "socket", {"board.create": "token",
                                "board.create_token": secret}) as site:
        with tap.claim("with create = token only its holder makes boards"):
            same(Client(site.http).post("/boards", expect=403).slug(),
                 "forbidden")
            Client(site.http, secret + "x").post("/boards", expect=403)
            Client(site.http, secret).post("/boards", expect=201)
            check(secret not in site.log_text(), "it is in a log")
    with served(tap, "socket", {"board.create_per_hour": "3"}) as site:
        with tap.claim("one address makes so many boards an hour, by whatever "
                       "header"):
            for i in range(3):
                Client(site.http).post("/boards", expect=201)
            refused = Client(site.http).post("/boards", headers=[
                ("X-Forwarded-For", "192.0.2.7")], expect=429)
            same(refused.slug(), "rate-limited")
            check(int(refused.header("retry-after")) > 0, refused.headers)
            other = site.direct.request("POST", "/boards", (), b"",
                                        extra=[(b"REMOTE_ADDR",
                                                b"192.0.2.8")])
            same(site.direct.raw(other).status, 201)


def body(tap):
    for way in WAYS:
        with served(tap, way) as site:
            with tap.claim(f"{way}: endings come to their end"):
                endings(tap, site, way)
    with served(tap, "socket") as site:
        for part in (roles, origins, cookies, refusals):
            with tap.claim(f"{part.__name__} come to their end"):
                part(tap, site)
    configured_origins(tap)
    creation(tap)


if __name__ == "__main__":
    t.main(body)
