#!/usr/bin/python3
"""Proves how the responder gives a held response away, and keeps it if not.

A daemon that the test plays is told of each feed all that it needs, together
with the client's connection. Once it has taken one and was told to go on, the
responder says nothing more: the client sees one clean stream, whoever wrote
which part, no slot and no thread is held, and a CGI run has ended. Where the
daemon refuses, is silent, leaves, is late or away, the responder holds the
stream itself and nothing is lost or comes twice; where it is busy, the answer
is the one without a slot.
"""

import hashlib
import json
import os
import select
import socket
import struct
import time
from concurrent.futures import ThreadPoolExecutor

import tap as t
import wire
from api import Board, Client, new_id
from feeds import STREAMS, EventStream
from harness import WAYS, alive, served, wait_for
from tap import Failed, check, same
from wire import END, STDOUT, Broken, Http, record

TOGETHER = 20
FIELDS = {"kind", "request", "feed", "claim", "role", "docs", "board", "nonce",
          "after", "limit", "heartbeat", "timeout", "retry_min", "retry_max",
          "sent", "expires", "row", "digest", "address", "session",
          "peer"}


class Offer:
    """One response that a responder would give away."""

    def __init__(self, conn):
        self.conn = conn
        conn.settimeout(5)
        data, fds, flags, _ = socket.recv_fds(conn, 4096, 4)
        same((len(fds), flags & (socket.MSG_TRUNC | socket.MSG_CTRUNC)),
             (1, 0), "descriptors, and what was cut off")
        self.fd = fds[0]
        lines = data.decode("ascii").split("\n")
        same((lines[0], lines[-1]), ("notewire-hold 2", ""))
        pairs = [line.partition("=") for line in lines[1:-1]]
        self.fields = {name: value for name, _, value in pairs}
        same((len(pairs), set(self.fields)), (len(FIELDS), FIELDS))

    def __getitem__(self, name):
        return self.fields[name]

    def answer(self, data):
        self.conn.send(data)

    def last_word(self):
        """The next message of the responder; b"" when it hung up."""
        try:
            return self.conn.recv(100)
        except ConnectionResetError:
            return b""

    def take(self, leave=True):
        """Takes it; the line is left then, or stays for the next."""
        self.answer(b"A")
        same(self.last_word(), b"G")
        check(not select.select([self.conn], [], [], 0.05)[0] or
              self.last_word() == b"", "more after its word to go on")
        if leave:
            self.conn.close()
        return self

    def refuse_now(self):
        self.answer(b"B")
        self.close()

    def write(self, text):
        """Some of the body, and as many records as it takes."""
        data = text.encode()
        if self["kind"] == "fcgi":
            data = record(STDOUT, data, int(self["request"]))
        while data:
            data = data[os.write(self.fd, data):]

    def end(self):
        if self["kind"] == "fcgi":
            n = int(self["request"])
            os.write(self.fd, record(STDOUT, b"", n)
                     + record(END, struct.pack("!IB3x", 0, 0), n))
        self.close()

    def close(self):
        if self.fd >= 0:
            os.close(self.fd)
        self.fd = -1
        self.conn.close()


class Daemon:
    """A daemon's ear in the run directory."""

    def __init__(self, site):
        self.path = site.path("run", "handover.sock")
        self.sock = None
        self.listen()

    def listen(self):
        if os.path.exists(self.path):
            os.unlink(self.path)
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.sock.bind(self.path)
        os.chmod(self.path, 0o666)
        self.sock.listen(1024)

    def knocks(self):
        """Whether somebody waits at the door now."""
        return bool(select.select([self.sock], [], [], 0)[0])

    def accept(self, timeout=5):
        self.sock.settimeout(timeout)
        return self.sock.accept()[0]

    def offer(self, timeout=5):
        return Offer(self.accept(timeout))

    def go_away(self):
        """As one that was killed: its socket stays behind."""
        self.sock.close()


class Pipe:
    """The reading end of a pipe, as a socket for wire.Stream."""

    def __init__(self, fd):
        self.fd = fd
        self.timeout = None

    def settimeout(self, timeout):
        self.timeout = timeout

    def recv(self, size):
        if not select.select([self.fd], [], [], self.timeout)[0]:
            raise TimeoutError("nothing came")
        return os.read(self.fd, size)

    def close(self):
        if self.fd >= 0:
            os.close(self.fd)
        self.fd = -1


class CgiFrames:
    """What a CGI program writes, which ends where its output ends."""

    def __init__(self):
        self.ended = False

    def feed(self, data):
        self.ended = not data
        return data


class CgiRun:
    """A transport that opens one CGI run, as a web server would."""

    def __init__(self, site):
        self.start = site.cgi_client().start
        self.run = None

    def open(self, method, path, headers=(), body=None, timeout=10):
        env = wire.environment(method, path, headers, body, "localhost")
        out, into = os.pipe()
        self.run = self.start({os.fsdecode(n): os.fsdecode(v)
                               for n, v in env}, stdin=-3, stdout=into)
        os.close(into)
        return wire.Stream(Pipe(out), CgiFrames(), timeout)


def changes(board, query):
    return f"{board.path}/changes?{query}"


def metric(site, name):
    for line in site.direct.ask("GET", "/metrics").body.decode().split("\n"):
        if line.startswith(f"notewire_{name} "):
            return int(float(line.split(" ")[1]))
    raise Failed(f"no metric {name}")


def sockets(pid):
    """How many a process has open."""
    count = 0
    for name in os.listdir(f"/proc/{pid}/fd"):
        try:
            count += os.readlink(f"/proc/{pid}/fd/{name}").startswith("socket")
        except FileNotFoundError:
            pass
    return count


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def event(cursor, note):
    """A change as a daemon would send it on an event stream."""
    change = json.dumps({"seq": cursor, "id": note,
                         "changes": [{"rev": cursor.split("-")[1]}]})
    return f"id: {cursor}\ndata: {change}\n\n"


def told(tap, site, board, daemon):
    """What stands in the message, feed by feed."""
    board.note("first")
    head = board.head()

    with tap.claim("the message of an event stream names request, reader, "
                   "place and pace"):
        s = EventStream(board.reader, changes(
            board, "feed=eventsource&since=now&heartbeat=2000&limit=7"
            "&include_docs=false"))
        o = daemon.offer()
        want = {"kind": "fcgi", "request": "1", "feed": "eventsource",
                "claim": "link", "role": "read", "docs": "false",
                "board": board.id, "nonce": "", "after": head, "limit": "7",
                "heartbeat": "2000", "timeout": "0", "retry_min": "500",
                "retry_max": "30000", "expires": "0", "row": "0",
                "digest": sha256(board.tokens["read"]), "sent": "0",
                "session": "0" * 16}
        same({n: o[n] for n in want}, want)
        check(o["address"] != "0" * 16, "an address that does not count")
        o.take().end()
        same((s.ended(), s.stream.clean), ([], True))
        check(s.parser.retry is not None, "no retry before it")
        s.close()

    with tap.claim("since=0 and a cursor come as they are, and another "
                   "request's number too"):
        for since in ("0", board.start):
            s = EventStream(board.reader,
                            changes(board, f"feed=continuous&since={since}"))
            o = daemon.offer()
            same((o["feed"], o["after"], o["docs"]),
                 ("continuous", since, "true"))
            o.take().end()
            same(s.ended(), [])
            s.close()
        env = wire.environment("GET", changes(board, "feed=continuous"),
                               board.reader.fixed, None, "localhost")
        sock = site.direct.connect()
        sock.sendall(wire.begin(False, 513) + wire.params_records(env, 513)
                     + wire.stdin_records(b"", 513))
        frames = wire.FcgiFrames()
        s = wire.Stream(sock, frames, 5)
        o = daemon.offer()
        same(o["request"], "513")
        o.take().end()
        s.read(5)
        same((set(frames.requests), s.clean), ({513}, True))
        s.close()

    with tap.claim("a frame's message has its nonce and the length so far"):
        s = EventStream(board.reader, changes(board, "feed=htmlfile&since=0"))
        o = daemon.offer()
        same(o["feed"], "htmlfile")
        check(f"'nonce-{o['nonce']}'" in
              s.stream.header("content-security-policy"), o["nonce"])
        o.take().end()
        same(s.ended(), [])
        same(int(o["sent"]), s.parser.bytes)
        check(s.parser.opened and s.parser.bytes > 1024, s.parser.bytes)
        s.close()

    with tap.claim("a long-poll that has to wait is given away with its head "
                   "sent; one that has not is answered"):
        s = board.reader.open(changes(
            board, f"feed=longpoll&since={head}&timeout=4321&limit=9"))
        o = daemon.offer()
        same([o[n] for n in ("feed", "after", "timeout", "limit")],
             ["longpoll", head, "4321", "9"])
        same((s.status, s.header("content-type"), s.header("content-length")),
             (200, "application/json", None))
        o.take()
        body = '{"results":[],"last_seq":"%s","pending":0}' % head
        o.write(body)
        o.end()
        same((s.read(5).decode(), s.clean), (body, True))
        s.close()
        for query in ("feed=longpoll&since=0", "feed=normal&since=now",
                      "feed=longpoll&since=now&timeout=0"):
            answer = board.reader.get(changes(board, query))
            same(answer.header("content-length"), str(len(answer.body)))
            check(not daemon.knocks(), f"offered: {query}")

    with tap.claim("a session is told by its digest and counts, a ticket by "
                   "its link's row"):
        made = Client(site.direct).post(
            "/session", {"token": board.tokens["write"]}, expect=200)
        cookie = made.header("set-cookie").split(";")[0]
        s = EventStream(Client(site.direct, cookie=cookie),
                        changes(board, "feed=continuous&since=now"))
        o = daemon.offer()
        same([o[n] for n in ("claim", "digest", "role", "row")],
             ["session", sha256(cookie.partition("=")[2]), "write", "0"])
        check(o["session"] != "0" * 16, "a session that does not count")
        o.take().end()
        s.close()
        ticket = board.reader.post("/tickets", {"board": board.id},
                                   expect=201).json()["ticket"]
        s = EventStream(Client(site.direct), changes(
            board, f"feed=eventsource&since=now&ticket={ticket}"))
        o = daemon.offer()
        same((o["claim"], o["digest"], o["role"]), ("row", "0" * 64, "read"))
        check(int(o["row"]) > 0, o["row"])
        o.take().end()
        s.close()

    with tap.claim("pages that stay live are not given away"):
        s = Client(site.direct, cookie=cookie).open(
            f"{board.path}/live", [("Accept", "text/html")])
        seen = b""
        while b"up-to-date" not in seen:
            seen += s.recv(5)
        check(not daemon.knocks(), "it was offered")
        s.close()


def given(tap, site, board, daemon):
    with tap.claim("after its word to go on the responder is out of it: one "
                   "clean stream, no slot, no descriptor, and no thread"):
        before = sockets(site.responder.pid)
        pairs = []
        for _ in range(TOGETHER):
            s = EventStream(board.reader,
                            changes(board, "feed=eventsource&since=now"))
            pairs.append((s, daemon.offer().take()))
        done = board.note("to all")     # a thread is free for it
        cursor = board.head()
        for s, o in pairs:
            o.write(event(cursor, done["id"]))
            same([(e.name, e.id) for e in s.read(5)], [("message", cursor)])
        same(metric(site, "holds"), 0)
        wait_for(lambda: sockets(site.responder.pid) <= before, 5,
                 "its copies of the connections to be closed")
        for s, o in pairs:
            o.write("event: heartbeat\ndata: {}\n\n")
            o.end()
            same([e.name for e in s.ended()], ["heartbeat"])
            same((s.stream.clean, s.stream.frames.app_status,
                  s.stream.frames.stderr), (True, (0, 0), b""))
            same(s.stream.frames.raw, b"", "bytes after the end")
            same(s.stream.sock.recv(1), b"", "the connection, after it")
            s.close()

    with tap.claim("the end of the responder does not end what it gave away"):
        s = EventStream(board.reader,
                        changes(board, "feed=continuous&since=now"))
        o = daemon.offer().take()
        same(site.restart_responder(), 0)
        o.write('{}\n')
        o.end()
        same([e.name for e in s.ended()], ["heartbeat"])
        check(s.stream.clean, "cut short")
        s.close()


def lines(tap, site, board, daemon):
    query = changes(board, "feed=eventsource&since=now")

    def give(conn):
        s = EventStream(board.reader, query)
        o = Offer(conn) if conn else daemon.offer()
        o.take(leave=False)
        return s, o

    def ended(s, o):
        o.write("event: heartbeat\ndata: {}\n\n")
        conn, o.conn = o.conn, o.conn.dup()
        o.end()
        same([e.name for e in s.ended()], ["heartbeat"])
        s.close()
        return conn

    with tap.claim("one connection takes one response after another, and "
                   "signals, as long as the daemon leaves it open"):
        site.restart_responder()
        conn = ended(*give(None))
        for _ in range(3):
            conn = ended(*give(conn))
        with ThreadPoolExecutor(1) as pool:
            said = pool.submit(board.writer.post, f"{board.path}/signals",
                               {"data": "hello"})
            check(conn.recv(4096).startswith(b"notewire-signal"),
                  "what a signal begins with")
            conn.send(b"A")
            same(said.result(5).status, 204)
        check(not daemon.knocks(), "somebody knocked")

    with tap.claim("a connection that the daemon left in the meantime is not "
                   "an answer: the next is offered once, over a new one"):
        for _ in range(3):
            conn.close()
            s, o = give(None)
            conn = ended(s, o)
        check(not daemon.knocks(), "offered twice")
        same(metric(site, "holds"), 0)

    with tap.claim("nor is one that it leaves without having read what came"):
        with ThreadPoolExecutor(1) as pool:
            opening = pool.submit(EventStream, board.reader, query)
            check(select.select([conn], [], [], 5)[0], "no offer")
            conn.close()
            o = daemon.offer().take(leave=False)
            conn = ended(opening.result(5), o)
        check(not daemon.knocks(), "offered twice")

    with tap.claim("one that it leaves after having read it is: then the "
                   "responder holds it"):
        with ThreadPoolExecutor(1) as pool:
            opening = pool.submit(EventStream, board.reader, query)
            Offer(conn).close()
            s = opening.result(5)
            held_here(board, s)
        check(not daemon.knocks(), "offered twice")
        s.close()
        wait_for(lambda: metric(site, "holds") == 0, 5, "the slot to be free")


def held_here(board, s):
    """Checks that the responder holds it: its proof, each change once."""
    same([e.name for e in s.until("heartbeat")], ["up-to-date", "heartbeat"])
    goes_on(board, s)


def goes_on(board, s):
    start = board.head()
    made = [board.note(f"note {i}") for i in range(3)]
    log = board.log(start)
    same([c["id"] for c in log], [n["id"] for n in made])
    same([s.next(5).id for _ in range(3)], [c["seq"] for c in log])


def keep(site, board, daemon, refuse, feed="eventsource"):
    """A stream that the daemon does not get, and how long that took."""
    began = time.monotonic()
    s = EventStream(board.reader, changes(board, f"feed={feed}&since=now"))
    o = daemon.offer()
    refuse(o)
    held_here(board, s)
    took = time.monotonic() - began
    same(metric(site, "holds"), 1)
    o.close()
    s.close()
    wait_for(lambda: metric(site, "holds") == 0, 5, "the slot to be free")
    return took


def refuse_with(data):
    """Says that, and hears nothing more."""
    def refuse(o):
        if data:
            o.answer(data)
            same(o.last_word(), b"")
        o.close()
    return refuse


def be_late(o):
    """Answers once the responder has given up; it says no more."""
    same(o.conn.recv(100), b"", "the responder's word without an answer")
    try:
        o.answer(b"A")
    except BrokenPipeError:
        pass
    try:
        same(o.last_word(), b"")
    except BrokenPipeError:
        pass


def kept(tap, site, board, daemon):
    for name, data in (("refuses", b"R"), ("leaves without an answer", b""),
                       ("says more than it may", b"AA")):
        with tap.claim(f"a daemon that {name}: the responder holds it, and "
                       "nothing is lost or comes twice"):
            for feed in STREAMS:
                keep(site, board, daemon, refuse_with(data), feed)

    with tap.claim("a daemon that is silent is waited for a second; an "
                   "answer that comes too late is not taken"):
        took = keep(site, board, daemon, be_late)
        check(1 <= took < 3, took)
        tap.note(f"{took:.2f} s")

    with tap.claim("after that it is left alone for a second, then asked "
                   "again"):
        s = EventStream(board.reader,
                        changes(board, "feed=continuous&since=now"))
        s.until("up-to-date")
        check(not daemon.knocks(), "asked at once")
        s.close()

        def offered():
            s = EventStream(board.reader,
                            changes(board, "feed=continuous&since=now"))
            with ThreadPoolExecutor(1) as pool:
                told = pool.submit(s.until, "up-to-date", 10)
                wait_for(lambda: told.done() or daemon.knocks(), 10,
                         "an offer, or a word")
                if not told.done():
                    daemon.offer().take().end()
                    check(isinstance(told.exception(10), Broken), "a word")
                    return True
            told.result()
            s.close()
            check(not daemon.knocks(), "asked after it was held")
            return False
        wait_for(offered, 5, "the next offer")

    with tap.claim("a long-poll that was not taken waits here and is "
                   "answered once; refused on the way it gives nothing"):
        s = board.reader.open(changes(board, "feed=longpoll&since=now"))
        o = daemon.offer()
        refuse_with(b"R")(o)
        wait_for(lambda: metric(site, "holds") == 1, 5, "the slot")
        note = board.note("wakes it")
        got = json.loads(s.read(5))
        same(([c["id"] for c in got["results"]], s.clean),
             ([note["id"]], True))
        s.close()
        made = board.admin.post(f"{board.path}/links", {"role": "read"},
                                expect=201).json()
        guest = Client(site.direct, made["token"])
        s = guest.open(changes(board, "feed=longpoll&since=now"))
        refuse_with(b"R")(daemon.offer())
        wait_for(lambda: metric(site, "holds") == 1, 5, "the slot")
        board.admin.delete(f"{board.path}/links/{made['id']}", expect=204)
        got = json.loads(s.read(5))
        same((got["results"], s.clean), ([], True))
        s.close()
        guest.get(changes(board, f"since={got['last_seq']}"), expect=404)


def busy(tap, board, daemon):
    with tap.claim("a daemon that is busy: a stream has its backlog and "
                   "ends, a long-poll answers at once"):
        log = [c["seq"] for c in board.log()]
        for feed in STREAMS:
            s = EventStream(board.reader,
                            changes(board, f"feed={feed}&since=0"))
            daemon.offer().refuse_now()
            seen = s.ended()
            same([e.id for e in seen[:-2]], log)
            same((seen[-2].name, seen[-1].name, seen[-1].json()),
                 ("up-to-date", "end", {"reason": "busy"}))
            check(s.stream.clean, "cut short")
            s.close()
        began = time.monotonic()
        s = board.reader.open(changes(board, "feed=longpoll&since=now"))
        daemon.offer().refuse_now()
        got = json.loads(s.read(5))
        same((got["results"], got["last_seq"]), ([], log[-1]))
        check(time.monotonic() - began < 2, "it waited")
        s.close()


def away(tap, board, daemon):
    with tap.claim("a daemon may go and come again: each stream finds who "
                   "there is, and the responder stays the same"):
        for _ in range(2):
            daemon.go_away()
            s = EventStream(board.reader,
                            changes(board, "feed=eventsource&since=now"))
            held_here(board, s)
            s.close()
            os.unlink(daemon.path)
            s = EventStream(board.reader,
                            changes(board, "feed=eventsource&since=now"))
            held_here(board, s)
            daemon.listen()
            other = EventStream(board.reader,
                                changes(board, "feed=eventsource&since=now"))
            daemon.offer().take().end()
            same(other.ended(), [])
            other.close()
            goes_on(board, s)
            s.close()


def unread(tap, site, board, daemon):
    with tap.claim("a response whose request is not read to its end is never "
                   "given away"):
        env = wire.environment("GET", changes(board, "feed=continuous"),
                               board.reader.fixed, None, "localhost")
        sock = site.direct.connect()
        sock.sendall(wire.begin() + wire.params_records(env))
        s = wire.Stream(sock, wire.FcgiFrames(), 5)
        seen = b""
        while b"up-to-date" not in seen:
            seen += s.recv(5)
        check(not daemon.knocks(), "it was offered")
        s.close()


def cgi(tap, site, board, daemon):
    way = CgiRun(site)
    reader = Client(way, board.tokens["read"])

    with tap.claim("a CGI run that gave its output away has ended, and the "
                   "stream goes on without a process"):
        for feed in STREAMS:
            s = EventStream(reader, changes(board, f"feed={feed}&since=now"))
            o = daemon.offer()
            same((o["kind"], o["request"], o["feed"]), ("cgi", "0", feed))
            o.take()
            same(way.run.wait(5), 0)
            check(not alive(way.run.pid), "it runs")
            if feed == "eventsource":
                o.write(event(board.head(), new_id()))
                same([e.name for e in s.read(5)], ["message"])
            o.end()
            same((s.ended(), s.stream.clean), ([], True))
            s.close()

    with tap.claim("a CGI run whose daemon refuses holds its stream until "
                   "the client leaves"):
        s = EventStream(reader, changes(board, "feed=eventsource&since=now"))
        refuse_with(b"R")(daemon.offer())
        held_here(board, s)
        same(way.run.poll(), None)
        s.close()
        same(way.run.wait(5), 0)

    with tap.claim("a long-poll of a CGI run is given away too"):
        s = reader.open(changes(board, "feed=longpoll&since=now"))
        o = daemon.offer().take()
        same(way.run.wait(5), 0)
        o.write('{"results":[]}')
        o.end()
        same((s.read(5), s.clean), (b'{"results":[]}', True))
        s.close()


def through(tap, way):
    with served(tap, way) as site, \
            tap.claim(f"{way}: what the daemon writes reaches the client, "
                      "and the end of it"):
        daemon = Daemon(site)
        board = Board(Http(site.http.address))
        kind = "cgi" if way.endswith("cgi") else "fcgi"

        s = board.reader.open(changes(board, "feed=eventsource&since=now"))
        o = daemon.offer().take()
        same((s.status, o["kind"]), (200, kind))
        for text in ("one\n", "two\n"):
            o.write(text)
            seen = b""
            while not seen.endswith(text.encode()):
                seen += s.recv(5)
        o.end()
        same((s.recv(5), s.clean), (b"", True))
        s.close()

        # what is short may wait in the server for its end
        sock = board.reader.send(changes(board, "feed=longpoll&since=now"))
        o = daemon.offer().take()
        o.write("all there is\n")
        o.end()
        s = wire.Stream(sock, None, 10)
        same((s.status, s.read(5), o["kind"]), (200, b"all there is\n", kind))
        s.close()
        board.note("after it")      # and plain requests are served as ever


def body(tap):
    settings = {"http.threads": "16", "http.io_timeout": "1s"}
    with served(tap, "direct", settings) as site:
        board = Board(site.direct)
        daemon = Daemon(site)
        told(tap, site, board, daemon)
        given(tap, site, board, daemon)
        lines(tap, site, board, daemon)
        kept(tap, site, board, daemon)
        busy(tap, board, daemon)
        away(tap, board, daemon)
        unread(tap, site, board, daemon)
        cgi(tap, site, board, daemon)
    for way in WAYS:
        through(tap, way)


if __name__ == "__main__":
    t.main(body)
