"""Readers of a board's log, one for each way of following it.

They are written from the standards and the manual alone.  Each collects
(seq, id) of every change it was given, and can be cut off at chosen points:
then it drops its connection wherever the bytes happen to stand and goes on
from its cursor with a new one.
"""

import json
import random
import threading
import time

from api import seq_of
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


class EventStream:
    """One connection to a feed of events."""

    def __init__(self, client, path, headers=(), timeout=10):
        self.opened = time.monotonic()
        self.stream = client.open(path, headers, timeout)
        self.parser = EventParser()
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
        self._poll(f"feed=longpoll&timeout=500&limit={limit}", 20)

    def _eventsource(self):
        stream = EventStream(self.client, f"{self.path}?feed=eventsource"
                             "&heartbeat=1000",
                             [("Last-Event-ID", self.cursor)], 20)
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
                elif event.name in ("reset", "end"):
                    raise Broken(f"{event.name} {event.data}")
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
