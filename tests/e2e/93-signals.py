#!/usr/bin/python3
"""Proves signals and presence: what peers tell each other and nobody keeps.

To all and to one, as JSON and as bytes, from and to every feed; who is there,
with its name, and when it is gone; a long-poll hears between two requests too;
who may say what; and without a daemon it is said that there are none.
"""

import base64
import contextlib
import json
import socket
import threading
import time

import tap as t
from api import Board, Client, new_id, put_op
from daemon import Daemon, Held, message
from feeds import EventStream
from harness import WAYS, patience, served, stopped, wait_for
from sockets import BoardSocket
from tap import check, same
from websocket import BINARY, CLOSE, PING, PONG, TEXT

BYTES = ("Content-Type", "application/octet-stream")
LEASE_S = 10
NAMED = 100
MAIL_BYTES = 64 << 10


class Peer:
    """Somebody on a board, by any feed; `heard` is all he was told."""

    def __init__(self, site, board, feed, role="write", secret=None,
                 say_name=None):
        self.board = board
        self.feed = feed
        self.secret = secret or new_id()
        self.client = Client(site.http or site.direct, board.tokens[role])
        self.heard = []         # (event, value), as in the order they came
        self.changes = []
        self.news = threading.Condition()
        self.over = False
        self.fault = None
        self.open(site, role)
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()
        self.id = self.wait("presence", lambda v: "you" in v)["you"]
        if say_name:
            self.present({"name": say_name})

    def open(self, site, role):
        query = f"?since=now&peer={self.secret}"
        if self.feed == "websocket":
            self.socket = BoardSocket(
                site.path("run", "http.sock"), self.board.id, query,
                token=self.board.tokens[role], timeout=60)
            same(self.socket.status, 101)
        elif self.feed == "longpoll":
            self.since = self.board.head()
        else:
            self.stream = EventStream(
                self.client, f"{self.board.path}/changes{query}"
                f"&feed={self.feed}", timeout=60)

    def run(self):
        try:
            {"websocket": self.run_socket, "longpoll": self.run_polls}.get(
                self.feed, self.run_stream)()
        except Exception as problem:        # the end of the connection is one
            with self.news:
                self.fault = f"{type(problem).__name__}: {problem}"
                self.news.notify_all()

    def take(self, event, value):
        with self.news:
            if event == "change":
                self.changes.append(value)
            elif event in ("signal", "presence", "bytes", "signal-problem"):
                self.heard.append((event, value))
            self.news.notify_all()

    def run_socket(self):
        while not self.over:
            opcode, payload = self.socket.recv()
            if opcode == TEXT:
                doc = json.loads(payload)
                self.take(doc["event"], doc["data"])
            elif opcode == BINARY:
                self.take("bytes", payload)
            elif opcode == PING:
                self.socket.send(PONG, payload)
            else:
                return

    def run_stream(self):
        while not self.over:
            event = self.stream.next(60)
            if event is None:
                return
            self.take("change" if event.name == "message" else event.name,
                      event.json() if event.data else None)

    def run_polls(self):
        while not self.over:
            page = self.client.get(
                f"{self.board.path}/changes?feed=longpoll&since={self.since}"
                f"&peer={self.secret}", timeout=60).json()
            self.since = page["last_seq"]
            for signal in page.get("signals", ()):
                self.take(signal.pop("event"), signal)
            for change in page["results"]:
                self.take("change", change)

    def find(self, event, fits):
        for name, value in self.heard:
            if name == event and fits(value):
                return value
        return None

    def wait(self, event, fits=lambda value: True, seconds=10):
        until = time.monotonic() + patience(seconds)
        with self.news:
            while (found := self.find(event, fits)) is None:
                left = until - time.monotonic()
                check(left > 0 and not self.fault,
                      f"{self.feed}: no {event}: {self.fault} "
                      f"{str(self.heard)[-2000:]}")
                self.news.wait(left)
        return found

    def hears(self, sender, data, private=False, seconds=10):
        """Waits until it has been told that, exactly once."""
        want = {**({"from": sender} if sender else {}),
                **({"to": self.id} if private else {})}
        if not isinstance(data, bytes):
            want["data"] = data
        elif self.feed == "websocket":
            name = (sender or "").encode()
            frame = bytes([2 if private else 1, len(name)]) + name + data
            self.wait("bytes", lambda v: v == frame, seconds)
            return
        else:
            want["base64"] = base64.b64encode(data).decode()
        self.wait("signal", lambda v: v == want, seconds)
        same([v for n, v in self.heard if v == want], [want])

    def present(self, data):
        self.say({"event": "presence", "data": data})

    def say(self, doc):
        """As a client of that feed does."""
        if self.feed == "websocket":
            self.socket.say(doc)
        else:
            self.client.post(f"{self.board.path}/signals?peer={self.secret}",
                             doc, expect=204)

    def say_bytes(self, data, to=""):
        if self.feed == "websocket":
            name = to.encode()
            self.socket.send(BINARY, bytes([2 if to else 1, len(name)])
                             + name + data)
            return
        self.client.ask(
            "POST", f"{self.board.path}/signals?peer={self.secret}"
            + (f"&to={to}" if to else ""), headers=[BYTES], body=data,
            expect=204)

    def here(self):
        """Whom it knows to be there, from all that it was told."""
        peers, count = {}, None
        for name, value in list(self.heard):
            if name != "presence":
                continue
            count = value["count"]
            if "peers" in value:
                peers = {p["peer"]: p["data"] for p in value["peers"]}
            for gone in value.get("left", ()):
                peers.pop(gone, None)
            for p in value.get("changed", ()):
                peers[p["peer"]] = p["data"]
        return count, peers

    def say_goodbye(self, code=1000):
        self.over = True
        self.socket.send(CLOSE, code.to_bytes(2, "big"))

    def close(self, code=1000):
        """`code` of a WebSocket's goodbye; 0: it says none."""
        self.over = True
        if self.feed == "longpoll":
            return
        with contextlib.suppress(OSError):
            if self.feed != "websocket":
                self.stream.stream.sock.shutdown(socket.SHUT_RDWR)
            elif code:
                self.say_goodbye(code)
            else:
                self.socket.socket.shutdown(socket.SHUT_RDWR)
        self.thread.join(10)
        (self.socket if self.feed == "websocket" else self.stream).close()


FEEDS = ("websocket", "eventsource", "continuous", "htmlfile", "longpoll")


def every_feed(tap, site, board):
    with contextlib.ExitStack() as stack:
        peers = []
        for feed in FEEDS:
            peers.append(Peer(site, board, feed, say_name=f"by {feed}"))
            stack.callback(peers[-1].close)

        with tap.claim("everybody knows who is there, by name"):
            want = {p.id: {"name": f"by {p.feed}"} for p in peers}
            for p in peers:
                wait_for(lambda p=p: p.here() == (len(peers), want), 10,
                         f"{p.feed}: {p.here()}")

        with tap.claim("to all: each hears it once, whatever it came by and "
                       "goes by"):
            for sender in peers:
                said = {"text": "<b>ü\u2028", "of": sender.feed, "n": [1, {}]}
                sender.say({"event": "signal", "data": said})
                for p in peers:
                    p.hears(sender.id, said)

        with tap.claim("to one: nobody else hears it"):
            for sender in peers:
                for to in peers:
                    sender.say({"event": "signal", "to": to.id,
                                "data": f"{sender.feed} to {to.feed}"})
            for to in peers:
                for sender in peers:
                    to.hears(sender.id, f"{sender.feed} to {to.feed}", True)
                mine = [v for n, v in to.heard if n == "signal" and "to" in v]
                same((len(mine), {v["to"] for v in mine}),
                     (len(peers), {to.id}))

        with tap.claim("bytes, to all and to one: as they are on a WebSocket, "
                       "as base64 elsewhere"):
            for sender in peers:
                every = bytes(range(256)) + sender.feed.encode()
                sender.say_bytes(every)
                for to in peers:
                    to.hears(sender.id, every)
                    sender.say_bytes(b"\0\xff" + every, to.id)
                    to.hears(sender.id, b"\0\xff" + every, True)

        with tap.claim("a script that is nobody's peer can tell all"):
            board.writer.post(board.path + "/signals", {"data": None},
                              expect=204)
            for p in peers:
                p.hears(None, None)

        with tap.claim("changes go on beside it, each once"):
            for i in range(20):
                board.note(f"note {i}")
                peers[i % len(peers)].say({"event": "signal", "data": i})
            for p in peers:
                wait_for(lambda p=p: len(p.changes) >= 20, 10, p.feed)
                same([c["doc"]["text"] for c in p.changes],
                     [f"note {i}" for i in range(20)])
                for i in range(20):
                    p.hears(peers[i % len(peers)].id, i)


def polling(tap, site, board):
    with tap.claim("between two long-polls nothing that is said is missed"):
        poller = Peer(site, board, "longpoll")
        talker = Peer(site, board, "websocket")
        for i in range(300):
            talker.say({"event": "signal", "data": i})
            if i % 3 == 0:
                talker.say({"event": "signal", "to": poller.id,
                            "data": f"you {i}"})
            if i % 50 == 0:
                board.note("meanwhile")
            time.sleep(0.002)
        for i in range(300):
            poller.hears(talker.id, i)
            if i % 3 == 0:
                poller.hears(talker.id, f"you {i}", True)
        heard = [v["data"] for n, v in poller.heard if n == "signal"]
        same([d for d in heard if isinstance(d, int)], list(range(300)))

    with tap.claim("who polls is told who is there even if its first answer "
                   "was a change"):
        def poll(name):
            return Held(Daemon(site), message(
                board, board.tokens["read"], feed="longpoll", after=head,
                peer=name))
        head, first, second = board.head(), new_id(), new_id()
        check(f'"you":"{first}"' in poll(first).to_end(), "not at once")
        note = board.note("meanwhile")["id"]
        # so that this change is remembered, whatever else is told
        wait_for(lambda: note in poll(first).to_end(), 10, "the note")
        late = poll(second).to_end()
        check(note in late, late)
        head = board.head()
        check(f'"you":"{second}"' in late + poll(second).to_end(), "never")

    with tap.claim("what was heard is not heard again, though a lost poll from "
                   "before it comes in late"):
        def page(after, limit=100):
            return json.loads(Held(Daemon(site), message(
                board, board.tokens["read"], feed="longpoll", after=after,
                limit=limit, peer=name)).to_end())

        def heard(after, word):
            """All that is said up to that word, and where that is."""
            said = []
            while word not in said:
                got = page(after)
                said += [s["data"] for s in got.get("signals", ())
                         if s["event"] == "signal"]
                after = got["last_seq"]
            return said, after
        before, name = board.head(), new_id()
        check("signals" in page(before), "not told who is there")
        for text in "one", "two":
            board.note(text)
        talker.say({"event": "signal", "data": "first"})
        said, at = heard(before, "first")
        same(said, ["first"])
        same([c["doc"]["text"] for c in page(before, 1)["results"]], ["one"])
        talker.say({"event": "signal", "data": "second"})
        same(heard(at, "second")[0], ["second"])

    with tap.claim("nor by one whose last poll was cut off, unnoticed: the next "
                   "ends that one, and hears what comes"):
        secret = new_id()
        path = f"{board.path}/changes?feed=longpoll&since={board.head()}" \
            f"&peer={secret}&timeout=20000"
        held = Daemon(site).metric
        you, = board.writer.get(path).json()["signals"]
        before = held("held")
        lost = board.writer.open(path)
        wait_for(lambda: held("held") > before, 10, "the poll that is lost")
        last = board.writer.open(path)
        same(json.loads(lost.read(10))["results"], [])
        lost.close()
        for i, to in enumerate((None, you["you"])):
            talker.say({"event": "signal", "data": f"lost? {i}",
                        **({"to": to} if to else {})})
        said = json.loads(last.read(10))["signals"]
        while len(said) < 2:
            said += board.writer.get(path).json()["signals"]
        said = [s["data"] for s in said]
        same(sorted(said), ["lost? 0", "lost? 1"])

    with tap.claim(f"one that polls no more is gone after {LEASE_S} s, and "
                   "not before"):
        poller.over = True
        poller.thread.join(30)
        gone_at = time.monotonic()
        same(talker.find("presence", lambda v: poller.id in v.get("left", ())),
             None)
        talker.wait("presence", lambda v: poller.id in v.get("left", ()),
                    LEASE_S * 3)
        check(time.monotonic() - gone_at > LEASE_S / 2, "gone at once")
        wait_for(lambda: talker.here()[0] == 1, 10, str(talker.here()))

    with tap.claim("what is for one who is away waits only so long, and only "
                   "so much"):
        away = Peer(site, board, "longpoll")
        wait_for(lambda: talker.here()[0] == 2, 5, str(talker.here()))
        away.over = True
        board.note("to wake it")
        away.thread.join(30)
        big = "x" * 15000
        for i in range(MAIL_BYTES // 15000 + 2):
            talker.say({"event": "signal", "to": away.id, "data": big})
        problem = talker.wait("signal-problem")
        same(problem["type"], "urn:notewire:rate-limited")
        wait_for(lambda: talker.here()[0] == 1, LEASE_S * 3, "it to go")
        talker.say({"event": "signal", "to": away.id, "data": "late"})
        talker.wait("signal-problem",
                    lambda v: v["type"] == "urn:notewire:no-peer")
    talker.close()


def busy(tap, site, board):
    with tap.claim("who finds changes waiting whenever he polls hears what is "
                   "said beside them, and stays present"):
        talker = Peer(site, board, "websocket")
        client = Client(site.direct, board.tokens["read"])
        secret, since, began = new_id(), board.head(), time.monotonic()
        heard, seen, rounds = set(), set(), 0
        while time.monotonic() - began < LEASE_S + 2:
            rounds += 1
            talker.say({"event": "signal", "data": rounds})
            note = board.note("there already")["id"]
            page = client.get(
                f"{board.path}/changes?feed=longpoll&since={since}"
                f"&timeout=5000&peer={secret}", expect=200).json()
            since = page["last_seq"]
            seen |= {c["id"] for c in page["results"]}
            heard |= {s["data"] for s in page.get("signals", ())
                      if s["event"] == "signal"}
            time.sleep(0.05)
        wait_for(lambda: note in seen or seen.update(
            c["id"] for c in client.get(
                f"{board.path}/changes?since={since}").json()["results"]),
            10, "the last change")
        # the first was said before he was there, the last perhaps later
        check(set(range(2, rounds)) <= heard, (rounds, sorted(heard)))
        check(not talker.find("presence", lambda v: v.get("left")), "left")
        talker.close()


def coming_and_going(tap, site, board):
    watcher = Peer(site, board, "eventsource")

    with tap.claim("a WebSocket that says goodbye is gone at once; one that "
                   "breaks is waited for"):
        polite = Peer(site, board, "websocket", say_name="polite")
        watcher.wait("presence", lambda v: {"peer": polite.id, "data": {
            "name": "polite"}} in v.get("changed", ()))
        polite.close(1001)
        watcher.wait("presence", lambda v: polite.id in v.get("left", ()), 2)
        broken = Peer(site, board, "websocket", say_name="broken")
        broken.close(0)
        again = Peer(site, board, "websocket", secret=broken.secret)
        same(again.id, broken.id)
        same(again.here()[1][again.id], {"name": "broken"})
        same(watcher.find("presence",
                          lambda v: again.id in v.get("left", ())), None)
        again.close()

    with tap.claim("who says that he is not there is not counted, until he "
                   "says something else"):
        shy = Peer(site, board, "continuous", "read", say_name="shy")
        wait_for(lambda: watcher.here()[0] == 2, 5, str(watcher.here()))
        shy.present(None)
        wait_for(lambda: watcher.here()[0] == 1, 5, str(watcher.here()))
        shy.present({"name": "back"})
        wait_for(lambda: watcher.here()[1].get(shy.id) == {"name": "back"}, 5,
                 str(watcher.here()))
        shy.present(None)
        shy.close()

    with tap.claim(f"past {NAMED} only their number is told, and the names "
                   "again when there are fewer"):
        wait_for(lambda: watcher.here()[0] == 1, 5, str(watcher.here()))
        crowd = [Peer(site, board, "websocket") for _ in range(NAMED)]
        wait_for(lambda: watcher.here()[0] == NAMED + 1, 10,
                 str(watcher.here())[:200])
        last = crowd[-1].wait("presence", lambda v: "you" in v)
        same(set(last), {"you", "count"})
        crowd[0].close()
        watcher.wait("presence", lambda v: v["count"] == NAMED
                     and len(v.get("peers", ())) == NAMED, 5)
        for p in crowd[1:]:
            p.close()
        wait_for(lambda: watcher.here() == (1, {watcher.id: None}), 10,
                 str(watcher.here())[:200])
    watcher.close()


def goodbyes(tap, site, daemon, board):
    watcher = Peer(site, board, "eventsource")
    with tap.claim("who has said goodbye is gone, whatever he is told before "
                   "he hangs up"):
        crowd = [Peer(site, board, "websocket") for _ in range(20)]
        wait_for(lambda: watcher.here()[0] == 21, 10, "all of them")
        last = Peer(site, board, "websocket")
        with stopped(daemon):       # before it tells of the last one
            for p in crowd:
                p.say_goodbye()
        wait_for(lambda: watcher.here()[0] == 2, 5, "the two still here")
        for p in [*crowd, last]:
            p.close()
    watcher.close()


def refused(tap, site, board):
    path = board.path + "/signals"
    reader = Peer(site, board, "eventsource", "read")
    ws = Peer(site, board, "websocket", "read")

    def of(role, doc, query=""):
        return Client(site.direct, board.tokens[role]).post(
            path + query, doc).slug()

    with tap.claim("who may only read says that he is there, and nothing "
                   "else"):
        same(of("read", {"data": 1}, f"?peer={reader.secret}"), "forbidden")
        ws.say({"event": "signal", "data": 1})
        same(ws.wait("signal-problem")["type"], "urn:notewire:forbidden")
        reader.present({"name": "r"})
        ws.wait("presence", lambda v: {"peer": reader.id, "data": {
            "name": "r"}} in v.get("changed", ()))
        same(Client(site.direct).post(path, {"data": 1}).status, 404)

    with tap.claim("nobody speaks in another's name: an id is no secret"):
        same(of("write", {"event": "presence", "data": 1},
                f"?peer={reader.id}"), "no-peer")
        # nor from another board
        other = Board(site.direct)
        same(other.writer.post(other.path + "/signals", {
            "to": reader.id, "data": 1}).slug(), "no-peer")

    with tap.claim("what is malformed or too long is refused and told "
                   "nobody"):
        heard = len(reader.heard)
        for want, doc, query in (
                ("invalid", {}, ""), ("invalid", {"data": 1, "x": 2}, ""),
                ("invalid", {"event": "change", "data": 1}, ""),
                ("invalid", {"event": 1, "data": 1}, ""),
                ("invalid", {"to": "me", "data": 1}, ""),
                ("invalid", {"to": 7, "data": 1}, ""),
                ("invalid", {"data": {"a": {"__proto__": 1}}}, ""),
                ("invalid", {"event": "presence", "to": new_id(),
                             "data": 1}, f"?peer={reader.secret}"),
                ("no-peer", {"to": new_id(), "data": 1}, ""),
                ("no-peer", {"event": "presence", "data": 1},
                 f"?peer={new_id()}"),
                ("bad-query", {"event": "presence", "data": 1}, ""),
                ("bad-query", {"data": 1}, "?peer=short"),
                ("bad-query", {"data": 1}, f"?to={reader.id}"),
                ("too-large", {"data": "x" * (16 << 10)}, ""),
                ("too-large", {"event": "presence", "data": "x" * 600},
                 f"?peer={reader.secret}")):
            same((want, doc), (of("write", doc, query), doc))
        same(board.writer.ask("POST", path, body=b"{", headers=[
            ("Content-Type", "application/json")]).slug(), "bad-json")
        same(board.writer.ask("POST", path, body=b"x", headers=[
            ("Content-Type", "text/plain")]).slug(), "unsupported-media-type")
        same(board.writer.ask("POST", path + "?to=x", body=b"x",
                              headers=[BYTES]).slug(), "bad-query")
        same(board.writer.ask("POST", path, body=bytes((16 << 10) + 1),
                              headers=[BYTES]).slug(), "too-large")
        same(board.reader.get(board.path + "/changes?peer=x",
                              expect=400).slug(), "bad-query")
        # a signal's text may look like that
        board.writer.post(path, {"data": "\"__proto__\":"}, expect=204)
        reader.hears(None, "\"__proto__\":")
        same(len(reader.heard), heard + 1)

    with tap.claim("on a WebSocket it is told so, and no operation's answer "
                   "is counted for it"):
        writer = Peer(site, board, "websocket")
        for want, opcode, data in (
                ("bad-request", BINARY, b""), ("bad-request", BINARY, b"\1"),
                ("bad-request", BINARY, b"\3\0x"),
                ("bad-request", BINARY, b"\1\x16" + b"a" * 22),
                ("invalid", BINARY, b"\2\x16" + b"!" * 22),
                ("no-peer", BINARY, b"\2\x16" + b"a" * 22),
                ("too-large", BINARY, b"\1\0" + bytes((16 << 10) + 1)),
                ("invalid", TEXT, b'{"event":"nothing","data":1}'),
                ("invalid", TEXT, b'{"event":"signal"}')):
            before = len(writer.heard)
            writer.socket.send(opcode, data)
            wait_for(lambda n=before: len(writer.heard) > n, 5, str(data))
            same((writer.heard[before][0], writer.heard[before][1]["type"]),
                 ("signal-problem", f"urn:notewire:{want}"))
        writer.close()

    with tap.claim("a feed without a peer hears no signals, and nobody is "
                   "counted for it"):
        deaf = EventStream(board.reader, board.path +
                           "/changes?feed=eventsource&since=now")
        deaf.until("up-to-date")
        board.writer.post(path, {"data": "deaf"}, expect=204)
        reader.hears(None, "deaf")
        board.note("audible")
        same([e.name for e in deaf.until("message")
              if e.name != "heartbeat"], ["message"])
        # the one before has left, which is told a little later
        wait_for(lambda: reader.here()[0] == 2, 5, str(reader.here()))
        deaf.close()
    reader.close()
    ws.close()


def without(tap, site):
    with tap.claim("without a daemon there are no signals: 501, and absent "
                   "from the feeds on offer"):
        board = Board(site.direct)
        same(board.writer.post(board.path + "/signals", {"data": 1}).slug(),
             "not-implemented")
        check("signals" not in board.snapshot()["feeds"], "on offer")
        board.reader.get(f"{board.path}/changes?peer={new_id()}")
        with Daemon(site):
            check("signals" in board.snapshot()["feeds"], "not on offer")
            board.writer.post(board.path + "/signals", {"data": 1},
                              expect=204)


def through(tap, way):
    """What a web server could change of it."""
    with contextlib.ExitStack() as whole:
        site = whole.enter_context(served(tap, way))
        if site.responder is None:
            site.start_responder()      # for the daemon to ask
        whole.enter_context(Daemon(site))
        board = Board(site.http)
        with tap.claim(f"{way}: signals, bytes and names reach all the held "
                       "feeds"):
            with contextlib.ExitStack() as stack:
                peers = []
                for feed in FEEDS:
                    peers.append(Peer(site, board, feed, say_name=feed))
                    stack.callback(peers[-1].close)
                for sender in peers:
                    sender.say({"event": "signal", "data": sender.feed})
                    sender.say_bytes(b"\0\xff" + sender.feed.encode())
                    for p in peers:
                        p.hears(sender.id, sender.feed)
                        p.hears(sender.id, b"\0\xff" + sender.feed.encode())
                wait_for(lambda: all(p.here()[0] == len(peers)
                                     for p in peers), 10, "all of them")


def body(tap):
    with served(tap, "socket") as site:
        without(tap, site)
        with Daemon(site, {"daemon.messages_per_second": 10000,
                           "daemon.messages_burst": 1000,
                           "daemon.connections_address": 500}) as daemon:
            for part in (every_feed, polling, busy, coming_and_going, refused):
                part(tap, site, Board(site.direct))
            goodbyes(tap, site, daemon, Board(site.direct))
            with tap.claim("who has gone leaves nothing behind"):
                for name in ("peers", "boards", "held"):
                    wait_for(lambda n=name: daemon.metric(n) == 0, 40, name)
    for way in WAYS:
        if way != "socket":
            through(tap, way)


if __name__ == "__main__":
    t.main(body)
