"""Readers of a board's log, one for each way of following it.

They are written from the standards and the manual alone.  Each collects
(seq, id) of every change it was given, and can be cut off at chosen points:
then it drops its connection wherever the bytes happen to stand and goes on
from its cursor with a new one.
"""

import codecs
import html.parser
import json
import random
import re
import threading
import time

from api import seq_of
from sockets import BoardSocket
from tap import same
from wire import Broken


class Event:
    def __init__(self, name, data, last_id, at):
        self.name = name
        self.data = data
        self.id = last_id
        self.at = at

    def json(self):
        return json.loads(self.data)

    def __repr__(self):
        return f"<{self.name} {self.id} {self.data[:80]}>"


class EventParser:
    """The event stream format (HTML Living Standard, 9.2.6)."""

    def __init__(self):
        self.text = b""
        self.first = True
        self.data = []
        self.name = ""
        self.last_id = ""
        self.retry = None

    def feed(self, data, at):
        """The events that these bytes complete."""
        self.text += data
        events = []
        while True:
            cut = [i for i in (self.text.find(b"\r"), self.text.find(b"\n"))
                   if i >= 0]
            if not cut:
                return events
            end = min(cut)
            if self.text[end:] == b"\r":
                return events       # an LF may follow
            line = self.text[:end]
            skip = 2 if self.text[end:end + 2] == b"\r\n" else 1
            self.text = self.text[end + skip:]
            self._line(line.decode("utf-8"), at, events)

    def _line(self, line, at, events):
        if self.first:
            line = line.removeprefix("\ufeff")
            self.first = False
        if not line:
            if self.data:
                events.append(Event(self.name or "message",
                                    "\n".join(self.data), self.last_id, at))
            self.data, self.name = [], ""
            return
        field, mark, value = line.partition(":")
        value = value.removeprefix(" ") if mark else ""
        if field == "data":
            self.data.append(value)
        elif field == "event":
            self.name = value
        elif field == "id" and "\0" not in value:
            self.last_id = value
        elif field == "retry" and value.isdecimal():
            self.retry = int(value)


class ValueParser:
    """The values of the feeds that are JSON, as the events they stand for."""

    def __init__(self):
        self.decoder = codecs.getincrementaldecoder("utf-8")("strict")
        self.opened = False
        self.retry = None

    def event(self, value, at):
        """The event; None for the first value, which is none."""
        if not isinstance(value, dict):
            raise Broken(f"no object: {value!r}")
        named = "event" in value
        name = value.pop("event") if named else \
            "message" if value else "heartbeat"
        if (name == "open") == self.opened:
            raise Broken(f"{name}, and open: {self.opened}")
        self.opened = True
        if named and "retry" in value:
            self.retry = value.pop("retry")
        if name == "open":
            same(value, {})
            return None
        seq = value["seq"] if name == "message" else ""
        return Event(name, json.dumps(value), seq, at)

    def events(self, values, at):
        return [e for e in (self.event(v, at) for v in values) if e]


def no_constant(word):
    raise Broken(f"no JSON: {word}")


def strict_json(text):
    return json.loads(text, parse_constant=no_constant)


class LineParser(ValueParser):
    """One JSON text a line (RFC 8259), each ended by LF."""

    def __init__(self):
        super().__init__()
        self.text = ""

    def feed(self, data, at):
        *lines, self.text = (self.text + self.decoder.decode(data)).split("\n")
        return self.events(map(strict_json, lines), at)

    def whole(self):
        return not self.text


class FrameParser(ValueParser, html.parser.HTMLParser):
    """A document of scripts that each call the parent, and of nothing else."""

    CALL = re.compile(r"document\.currentScript\.remove\(\);"
                      r"parent\.notewire\((\[.*\])\)", re.S)
    PARTS = ["html", "meta", "title", "/title"]

    def __init__(self, policy=None):
        ValueParser.__init__(self)
        html.parser.HTMLParser.__init__(self, convert_charrefs=False)
        self.policy = policy        # the header that names the nonce
        self.script = None          # the text of the one that stands open
        self.parts = []             # what came before the first script
        self.ready = []
        self.bytes = 0

    def feed(self, data, at):
        self.bytes += len(data)
        html.parser.HTMLParser.feed(self, self.decoder.decode(data))
        values, self.ready = self.ready, []
        return self.events(values, at)

    def whole(self):
        return self.script is None and not self.rawdata

    def _part(self, tag):
        self.parts.append(tag)
        if self.parts != self.PARTS[:len(self.parts)]:
            raise Broken(f"elements {self.parts}")

    def handle_starttag(self, tag, attrs):
        if tag != "script":
            self._part(tag)
            return
        if self.script is not None or self.parts != self.PARTS:
            raise Broken(f"script after {self.parts}")
        (name, nonce), = attrs
        if name != "nonce" or len(nonce) < 22 or \
                f"script-src 'nonce-{nonce}';" not in self.policy:
            raise Broken(f"script {attrs} under {self.policy}")
        self.script = ""

    def handle_endtag(self, tag):
        if tag != "script":
            self._part("/" + tag)
            return
        call = self.CALL.fullmatch(self.script)
        if call is None or re.search("[<>&\u2028\u2029]", self.script):
            raise Broken(f"script {self.script[:200]!r}")
        self.script = None
        self.ready += strict_json(call[1])

    def handle_data(self, data):
        if self.script is not None:
            self.script += data
        elif data.strip() and self.parts[-1] != "title":
            raise Broken(f"text {data[:200]!r}")

    def handle_comment(self, data):
        if data.strip() or self.parts != self.PARTS:
            raise Broken(f"comment {data[:200]!r}")

    def handle_entityref(self, name):
        raise Broken(f"reference {name}")

    handle_charref = handle_entityref
    handle_pi = handle_entityref
    unknown_decl = handle_entityref

    def handle_decl(self, decl):
        same((decl.lower(), self.parts), ("doctype html", []))


# The held feeds: what each is sent as, and who reads that.
STREAMS = {"eventsource": "text/event-stream",
           "continuous": "application/x-ndjson",
           "htmlfile": "text/html; charset=utf-8"}


def parser_of(stream):
    kind = stream.header("content-type")
    if kind == STREAMS["continuous"]:
        return LineParser()
    if kind == STREAMS["htmlfile"]:
        return FrameParser(stream.header("content-security-policy"))
    return EventParser()


class EventStream:
    """One connection to a held feed, whose type says how it is read."""

    def __init__(self, client, path, headers=(), timeout=10):
        self.opened = time.monotonic()
        self.stream = client.open(path, headers, timeout)
        self.parser = parser_of(self.stream)
        self.ready = []
        self.blocks = []            # (time, names of the events) of each read

    def read(self, timeout, size=65536):
        """The events of one read; [] at the end of the stream."""
        while True:
            data = self.stream.recv(timeout, size)
            if not data:
                return []
            at = time.monotonic()
            events = self.parser.feed(data, at)
            self.blocks.append((at, [e.name for e in events]))
            if events:
                return events

    def next(self, timeout=5):
        """The next event; None at the end of the stream."""
        until = time.monotonic() + timeout
        while not self.ready:
            self.ready = self.read(max(0.01, until - time.monotonic()))
            if not self.ready:
                return None
        return self.ready.pop(0)

    def until(self, name, timeout=5):
        """All events up to the first of that name, which is the last."""
        seen = []
        stop = time.monotonic() + timeout
        while True:
            event = self.next(max(0.01, stop - time.monotonic()))
            if event is None:
                raise Broken(f"ended before {name}: {seen}")
            seen.append(event)
            if event.name == name:
                return seen

    def ended(self, timeout=5):
        """Reads on to the end; the events seen on the way."""
        seen = []
        while True:
            event = self.next(timeout)
            if event is None:
                return seen
            seen.append(event)

    def close(self):
        self.stream.close()


class LongPoll(threading.Thread):
    """A long-poll under way."""

    def __init__(self, client, path):
        super().__init__(daemon=True)
        self.client = client
        self.path = path
        self.answer = None
        self.at = None
        self.fault = None
        self.start()

    def run(self):
        try:
            self.answer = self.client.get(self.path, expect=None, timeout=40)
        except Exception as problem:
            self.fault = f"{type(problem).__name__}: {problem}"
        self.at = time.monotonic()

    def result(self, timeout):
        """The answer; raises Broken when there is none by then."""
        self.join(timeout)
        if self.answer is None:
            raise Broken(self.fault or "no answer to the long-poll")
        return self.answer


class Reader(threading.Thread):
    """Follows a board until its log reaches `goal()`, which may be None yet.

    `feeds` names the ways it may use: one is drawn for each connection.
    `cuts` are the seqs at which it is cut off.
    """

    def __init__(self, name, board_path, client, start, feeds, cuts, goal,
                 seed=0):
        super().__init__(name=name, daemon=True)
        self.path = board_path + "/changes"
        self.client = client
        self.cursor = start
        self.feeds = feeds
        self.cuts = sorted(cuts)
        self.cuts_done = 0
        self.goal = goal
        self.chance = random.Random(seed)
        self.got = []
        self.fault = None
        self.halt = threading.Event()
        self.connections = 0
        self.busy = 0               # times that it was sent away
        self.peer = ""              # "&peer=SECRET" of one who hears signals

    def run(self):
        try:
            while not self.halt.is_set() and not self.finished():
                self.connections += 1
                feed = self.chance.choice(self.feeds)
                getattr(self, "_" + feed)()
        except Exception as problem:
            self.fault = f"{self.name}: {type(problem).__name__}: {problem}"

    def seq(self):
        return seq_of(self.cursor)

    def finished(self):
        goal = self.goal()
        return goal is not None and self.seq() >= goal and not self.cuts

    def cut_due(self):
        """Whether to break off here.  Cuts left over at the end come then."""
        if not self.cuts or self.halt.is_set():
            return False
        goal = self.goal()
        late = goal is not None and self.seq() >= goal
        if self.cuts[0] > self.seq() and not late:
            return False
        self.cuts.pop(0)
        self.cuts_done += 1
        return True

    def take(self, change):
        self.cursor = change["seq"]
        self.got.append((seq_of(change["seq"]), change["id"]))

    def hear(self, name, value):
        """What a feed says that is no change."""

    def _poll(self, query, timeout):
        path = f"{self.path}?since={self.cursor}&{query}"
        cut = self.cut_due()
        if cut and self.chance.random() < 0.5:
            self.client.send(path).close()
            return None
        stream = self.client.open(path, timeout=timeout)
        try:
            if stream.status != 200:
                raise Broken(f"status {stream.status}")
            if cut:
                stream.recv(timeout, self.chance.randint(1, 400))
                return None
            answer = json.loads(stream.read(timeout))
        finally:
            stream.close()
        if "reset" in answer:
            raise Broken(f"reset {answer['reset']}")
        for signal in answer.get("signals", ()):
            self.hear(signal.pop("event"), signal)
        for change in answer["results"]:
            self.take(change)
        if answer["results"] and answer["last_seq"] != self.cursor:
            raise Broken(f"last_seq {answer['last_seq']} after {self.cursor}")
        return answer

    def _normal(self):
        answer = self._poll(f"limit={self.chance.randint(1, 80)}", 20)
        if answer is not None and not answer["pending"]:
            self.halt.wait(0.02)    # the pace of a page that polls

    def _longpoll(self):
        limit = self.chance.randint(1, 80)
        self._poll(f"feed=longpoll&timeout=500&limit={limit}{self.peer}", 20)

    def _eventsource(self):
        self._stream("feed=eventsource", [("Last-Event-ID", self.cursor)])

    def _continuous(self):
        self._stream(f"feed=continuous&since={self.cursor}")

    def _htmlfile(self):
        self._stream(f"feed=htmlfile&since={self.cursor}")

    def _websocket(self):
        board = self.path.split("/")[2]
        client = self.client
        s = BoardSocket(client.via.address, board, f"?since={self.cursor}"
                        f"&heartbeat=1000{self.peer}",
                        client.fixed)
        try:
            if s.status != 101:
                raise Broken(f"status {s.status}")
            self._follow_socket(s)
        finally:
            s.close()

    def _follow_socket(self, s):
        while not self.halt.is_set():
            event = s.event()
            if event["event"] == "change":
                if event["id"] != event["data"]["seq"]:
                    raise Broken(f"id {event['id']} on {event['data']}")
                self.take(event["data"])
            elif event["event"] in ("up-to-date", "heartbeat") or \
                    self.peer and event["event"] in ("signal", "presence"):
                self.hear(event["event"], event["data"])
            else:
                raise Broken(f"{event['event']} {event['data']}")
            if self.cut_due() or self.finished():
                return

    def _stream(self, query, headers=()):
        stream = EventStream(self.client, f"{self.path}?{query}"
                             f"&heartbeat=1000{self.peer}", headers, 20)
        try:
            if stream.stream.status != 200:
                raise Broken(f"status {stream.stream.status}")
            self._follow(stream)
        finally:
            stream.close()

    def _follow(self, stream):
        size = self.chance.choice((200, 700, 3000))
        while not self.halt.is_set():
            events = stream.read(5, size)
            if not events:
                raise Broken("the stream ended by itself")
            for event in events:
                if event.name == "message":
                    change = event.json()
                    if event.id != change["seq"]:
                        raise Broken(f"id {event.id} on {change['seq']}")
                    self.take(change)
                elif event.name == "end" and event.json()["reason"] == "size":
                    same(event.json()["last_seq"], self.cursor)
                    return
                elif event.name == "end" and event.json()["reason"] == "busy":
                    # Where it is learnt late who has left, those hold slots.
                    self.busy += 1
                    self.halt.wait(0.1)
                    return
                elif event.name in ("reset", "end"):
                    raise Broken(f"{event.name} {event.data}")
                else:
                    self.hear(event.name, event.json() if event.data else None)
            if self.cut_due() or self.finished():
                return


def faults(got, start, log):
    """What is wrong with a reader's (seq, id) list, in words; [] if nothing.

    `log` maps each seq that was acknowledged to its id.
    """
    seqs = [seq for seq, _ in got]
    wrong = []
    lost = sorted(set(log) - set(seqs))
    lost = [seq for seq in lost if seq > start]
    twice = len(seqs) - len(set(seqs))
    disorder = sum(b <= a for a, b in zip(seqs, seqs[1:]))
    other = [(s, i, log.get(s)) for s, i in got if log.get(s) != i]
    if lost:
        wrong.append(f"{len(lost)} lost, first {lost[:5]}")
    if twice:
        wrong.append(f"{twice} twice")
    if disorder:
        wrong.append(f"{disorder} out of order")
    if other:
        wrong.append(f"{len(other)} differ, first {other[:3]}")
    return wrong
