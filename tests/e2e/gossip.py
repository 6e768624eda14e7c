"""Signals while things die: who says what, who hears it, and what is promised.

A signal is not kept, so a kill and a change of transport may lose some.  But
nobody hears one twice, of another board, or that is for somebody else, or that
was refused; and within one connection that has caught up, and from long-poll to
long-poll as long as the client's place is kept, whatever was taken between two
that are heard is heard too, in order.
"""

import threading
import time

from api import new_id
from tap import Failed, check, same


class Ears:
    """What one client hears; `span` is new wherever some may be missing."""

    def __init__(self, board, number):
        self.board, self.number = board, number
        self.secret = new_id()
        self.id = None          # by which the others know it
        self.heard = []         # (who, n, whom) in their order
        self.spans = [[]]
        self.told = 0           # of who is there

    def begin(self):
        self.spans.append([])

    def hear(self, name, value):
        if name == "up-to-date" or name == "presence" and "you" in value:
            self.begin()
        if name == "presence":
            self.told += 1
            self.id = value.get("you", self.id)
        elif name == "signal":
            said = value["data"]
            same((said["board"], value.get("to")),
                 (self.board.id, self.id if said["to"] is not None else None))
            check(said["to"] in (None, self.number), f"for another: {said}")
            self.heard.append((said["who"], said["n"], said["to"]))
            self.spans[-1].append(self.heard[-1])


class Talker(threading.Thread):
    """Says things by HTTP, to all of a board and to one, and knows which were
    taken (True), refused (False), or neither (None)."""

    def __init__(self, name, board, ears, chance, passing):
        super().__init__(daemon=True)
        self.who, self.board, self.chance = name, board, chance
        self.ears = [e for e in ears if e.board is board]
        self.passing = passing
        self.fate = {}          # by (n, whom)
        self.going, self.fault = True, None

    def run(self):
        n = 0
        try:
            while self.going:
                n += 1
                self.say(n)
                time.sleep(self.chance.uniform(0, 0.06))
        except Exception as problem:        # for the main thread to see
            self.fault = f"{type(problem).__name__}: {problem}"

    def say(self, n):
        known = [e for e in self.ears if e.id is not None]
        one = self.chance.choice(known) \
            if known and self.chance.random() < 0.5 else None
        whom = one.number if one else None
        doc = {"data": {"who": self.who, "n": n, "to": whom,
                        "board": self.board.id}}
        if one:
            doc["to"] = one.id
        self.fate[n, whom] = None
        try:
            answer = self.board.writer.post(self.board.path + "/signals", doc)
        except self.passing:
            return
        if answer.status == 204:
            self.fate[n, whom] = True
        elif answer.status in (404, 501):
            self.fate[n, whom] = False
        elif answer.status < 500:
            raise Failed(f"{answer.status} {answer.body[:200]!r}")


def judge(talkers, ears):
    """Raises Failed where a promise was broken; how many were heard."""
    fates = {t.who: t.fate for t in talkers}
    for one in ears:
        same(len(one.heard) - len(set(one.heard)), 0,
             f"client {one.number} heard twice")
        for who, n, whom in one.heard:
            same(fates[who].get((n, whom), False) is False, False,
                 f"client {one.number} heard {n} by {who}, which was refused")
        for span in one.spans:
            judge_span(one, span, fates)
    return sum(len(one.heard) for one in ears)


def judge_span(one, span, fates):
    for who, fate in fates.items():
        for whom in (None, one.number):
            heard = [n for by, n, to in span if (by, to) == (who, whom)]
            same(heard, sorted(heard), f"client {one.number}, by {who}")
            if not heard:
                continue
            taken = {n for (n, to), was in fate.items() if was and to == whom
                     and heard[0] < n < heard[-1]}
            same(sorted(taken - set(heard)), [],
                 f"client {one.number} missed, of {who} to {whom}")
