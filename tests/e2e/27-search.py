#!/usr/bin/env python3
"""A search finds exactly what a look at every note finds.

Proves with 10,000 notes in many scripts and some hundred queries, hostile ones
among them, against a search written here over the snapshot: before there is
an index, while it is built, when it is whole, and after edits, trash, restores
and purges; from several processes, as CGI, and where nothing can be written.
"""

import random
import re
import sqlite3
import time
import urllib.parse

import tap as t
from api import Board, new_id
from harness import served, wait_for
from tap import check, same

SEED = 7
NOTES = 10000
STALE = 64      # so few changes may be missing from the index
BATCH = 100
SCRIPTS = ("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
           "àéîõüßşžłøæÀÉÎÕÜŞŽŁØÆ", "αβγδεζηθλσςΑΒΓΔΕΖΗΘΛΣ",
           "абвгдеёжзийыюяАБВГДЕЁЖЗИЙЫЮЯ", "的一是不了人我在有他这牛乳卵肉茶",
           "あいうえおかきくけこミルクタマゴ", "😀😁🍞🥛🥚🏳️", "0123456789")
SIGNS = ("*", "%", "_", "(", ")", "AND", "OR", "NOT", "NEAR(", "-", "^", ":",
         "'", ";--", "\\", "{", "}", "+", "text:", "board:", "<b>", "&amp;",
         "\u0085", "\u200b")
HOSTILE = ('"', '""', '" "', '"a" OR "b"', "a*", "%", "_", "%%", "*",
           "NEAR(a b, 2)", "text:a", "-a", "^a", "a AND b", "NOT a",
           "'; DROP TABLE note; --", "\\", "(", ")", '"unclosed a', 'a"b"c',
           "{a b}: c", "a + b", "\ufeff", "\u3000", "\t\n", "\x01", "\x7f",
           "\U000f0001\U000f0000\U000f0000", "[a-z]", "?1", ":q", "@q", "$q",
           "a" * 200, "é" * 100, "牛" * 66, "a " * 100, '"a\nb"')


def fold(text):
    """Unicode's simple case folding, character by character."""
    out = []
    for c in text:
        for form in (c.casefold(), c.lower(), c):
            if len(form) == 1:
                out.append(form)
                break
    return "".join(out)


SPACE = ("[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")


def terms(query):
    """Words and quoted words; every other part between quotes is quoted."""
    found = []
    for i, part in enumerate(query.split('"')):
        found += [part] if i % 2 else re.split(SPACE + "+", part)
    return [fold(term) for term in found if term]


def text_of(note):
    lines = [note["title"]]
    lines += [note["text"]] if note["kind"] == "text" else \
        [item["text"] for item in note["items"]]
    return fold("\n".join(lines))


class Plain:
    """The search to compare with: a look at every note."""

    def __init__(self, notes):
        notes = sorted(notes, key=lambda n: -int(n["rev"]))
        self.notes = [(n["id"], text_of(n)) for n in notes]

    def ask(self, query, limit):
        wanted = terms(query)
        found = [id for id, text in self.notes
                 if all(term in text for term in wanted)]
        return found[:limit], len(found) > limit


class Words:
    """Random texts of a vocabulary small enough for words to meet again."""

    def __init__(self):
        self.random = random.Random(SEED)
        self.words = [self.word() for _ in range(600)] + list(SIGNS)

    def word(self):
        letters = self.random.choice(SCRIPTS)
        return "".join(self.random.choices(letters,
                                           k=self.random.randint(1, 9)))

    def line(self, most):
        count = self.random.randint(0, most)
        return self.random.choice((" ", " ", " ", "", "\n", "\u3000")).join(
            self.random.choices(self.words, k=count))

    def doc(self):
        title = self.line(3)[:200]
        if self.random.random() < 0.7:
            return {"title": title, "text": self.line(12)}
        return {"kind": "checklist", "title": title, "items": [
            {"text": self.line(4)} for _ in range(self.random.randint(0, 5))]}

    def piece(self, texts):
        """Some characters of a note, in any case."""
        text = self.random.choice(texts) or "x"
        length = self.random.choice((1, 1, 2, 2, 3, 4, 6, 10, 20))
        at = self.random.randrange(len(text))
        piece = text[at:at + length]
        return self.random.choice((piece, piece.upper(), piece.title()))

    def query(self, texts):
        kind = self.random.random()
        if kind < 0.08:
            return self.random.choice(HOSTILE)
        if kind < 0.16:
            return self.random.choice(self.words) + self.word()
        parts = []
        for _ in range(self.random.choice((1, 1, 1, 2, 2, 3))):
            part = self.piece(texts)
            if self.random.random() < 0.3:
                part = '"' + part.replace('"', "") + '"'
            parts.append(part)
        return " ".join(parts)


class Compared:
    """Asks both; counts and times what was asked."""

    def __init__(self, board):
        self.board = board
        self.asked = self.hits = 0
        self.slowest = self.took = 0.0

    def ask(self, plain, query, limit=50, client=None):
        if len(query.encode()) > 200:
            return
        path = self.board.path + "/search?" + urllib.parse.urlencode(
            {"q": query, "limit": limit})
        if not terms(query):
            same((client or self.board.reader).get(path, expect=400).slug(),
                 "bad-query", query)
            return
        began = time.monotonic()
        got = (client or self.board.reader).get(path, timeout=30).json()
        took = time.monotonic() - began
        found = [n["id"] for n in got["results"]]
        same((found, got["more"]), plain.ask(query, limit), repr(query))
        self.asked += 1
        self.hits += len(found)
        self.took += took
        self.slowest = max(self.slowest, took)

    def note(self, tap, what):
        tap.note(f"{what}: {self.asked} queries, {self.hits} hits, mean "
                 f"{self.took / self.asked * 1000:.1f} ms, slowest "
                 f"{self.slowest * 1000:.1f} ms")


def left(site, board):
    """How many changes the index is behind, and whether it has begun."""
    with sqlite3.connect(f"file:{site.data}/notes.db?mode=ro",
                         uri=True) as db:
        head, indexed = db.execute(
            "SELECT head, indexed FROM board WHERE id = ?",
            (board.id,)).fetchone()
    db.close()
    return head - indexed, indexed


def fill(board, words, count):
    for _ in range(0, count, BATCH):
        done = board.ops([{"op": "put", "id": new_id(), "if_match": "0",
                           "key": new_id(), "doc": words.doc()}
                          for _ in range(BATCH)], timeout=30)
        same({r["status"] for r in done}, {201})


def changes(board, words, notes):
    """Edits, trashes, restores and purges some of the notes, in batches."""
    some = words.random.sample(notes, 400)
    ops = [{"op": "put", "id": n["id"], "doc": words.doc()}
           for n in some[:150]]
    ops += [{"op": "delete", "id": n["id"]} for n in some[150:300]]
    ops += [{"op": "restore", "id": n["id"]} for n in some[200:250]]
    ops += [{"op": "put", "id": n["id"], "doc": words.doc()}
            for n in some[225:250]]
    for at in range(0, len(ops), BATCH):
        done = board.ops([{**op, "if_match": "*", "key": new_id()}
                          for op in ops[at:at + BATCH]])
        same({r["status"] for r in done}, {200})
    for n in some[280:320]:
        board.admin.delete(board.note_path(n["id"]) + "?purge=1",
                           [("If-Match", "*")], 204)


def while_built(tap, site, board, words):
    notes = board.snapshot()["notes"]
    plain, texts = Plain(notes), [text_of(n) for n in notes]
    same(len(notes), NOTES)
    with tap.claim("without an index a search looks at every note"):
        same(left(site, board)[1], 0)
        compared = Compared(board)
        while not compared.asked:  # a piece may be without any word
            compared.ask(plain, words.piece(texts))
        compared.note(tap, "no index")

    with tap.claim("while the index is built the answers are the same"):
        compared, halfway = Compared(board), 0
        until = time.monotonic() + 60
        while left(site, board)[0] >= STALE and time.monotonic() < until:
            behind, begun = left(site, board)
            compared.ask(plain, words.query(texts))
            halfway += behind > 0 and begun > 0 \
                and left(site, board)[0] > 0
        compared.note(tap, "index under way")
        check(left(site, board)[0] < STALE, left(site, board))
        check(halfway > 0, "no answer halfway")
    return plain, texts


def with_index(tap, board, words, plain, texts):
    with tap.claim("300 queries to the index find what a plain look finds"):
        compared = Compared(board)
        while compared.asked < 300:
            compared.ask(plain, words.query(texts),
                         words.random.choice((1, 50, 200)))
        compared.note(tap, "index whole")
        check(compared.hits > 1000, compared.hits)

    with tap.claim("no syntax is more than its characters"):
        for query in HOSTILE:
            compared.ask(plain, query)


def after_changes(tap, site, board, words):
    with tap.claim("after edits, trash, restores and purges they are too"):
        changes(board, words, board.snapshot()["notes"])
        notes = board.snapshot()["notes"]
        plain, texts = Plain(notes), [text_of(n) for n in notes]
        check(left(site, board)[0] > 400, left(site, board))
        compared = Compared(board)
        for _ in range(10):
            compared.ask(plain, words.query(texts), 200)
        wait_for(lambda: left(site, board)[0] < STALE, 10, "the index")
        while compared.asked < 150:
            compared.ask(plain, words.query(texts), 200)
        compared.note(tap, "after changes")


def unwritable(tap, site, board, words):
    with tap.claim("where nothing can be written a search finds all the same"):
        fill(board, words, BATCH)
        with served(tap, "direct", {"store.disk_floor": 1 << 40},
                    data=site.data) as other:
            board.by(other.direct)
            refused = board.writer.post(board.path + "/notes", {"text": "x"})
            same(refused.slug(), "disk-full")
            notes = board.snapshot()["notes"]
            compared = Compared(board)
            plain, texts = Plain(notes), [text_of(n) for n in notes]
            for _ in range(20):
                compared.ask(plain, words.query(texts), 200)
            same(left(site, board)[0], BATCH)
            with open(other.path("log", "fcgi.log"), encoding="utf-8") as f:
                same(f.read().count("store write"), 1, "writes tried")
        board.by(site.direct)


def small(tap, site):
    board = Board(site.http)
    with tap.claim(f"{site.way}: a search answers and brings the index on"):
        words = Words()
        fill(board, words, 200)
        plain, compared = Plain(board.snapshot()["notes"]), Compared(board)
        compared.ask(plain, words.random.choice(words.words))
        wait_for(lambda: left(site, board)[0] < STALE, 10, "the index")
        for word in words.random.sample(words.words, 20):
            compared.ask(plain, word)

    with tap.claim(f"{site.way}: what may be asked, and by whom"):
        path = board.path + "/search"
        for query in ("", "?q=", "?q=%20", "?q=%22%22", "?q=a&limit=0",
                      "?q=a&limit=201", "?q=a&limit=x", "?q=a&q=b", "?q=" + "a" * 201, "?q=" + "%41" * 201):
            same(board.reader.get(path + query, expect=400).slug(),
                 "bad-query", query)
        Board(site.http).reader.get(path + "?q=a", expect=404)
        board.reader.post(path + "?q=a", expect=405)
        board.note("Needle in the  Haystack")
        got = board.reader.get(path + "?q=needle+%22the++hay%22").json()
        same([n["text"] for n in got["results"]], ["Needle in the  Haystack"])


def body(tap):
    with served(tap, "socket") as site:
        words = Words()
        board = Board(site.http)
        board.by(site.direct)       # web servers refuse some of the queries
        began = time.monotonic()
        fill(board, words, NOTES)
        tap.note(f"{NOTES} notes in {time.monotonic() - began:.1f} s")
        plain, texts = while_built(tap, site, board, words)
        with_index(tap, board, words, plain, texts)
        after_changes(tap, site, board, words)
        unwritable(tap, site, board, words)
    for way in ("spawn", "cgi"):
        with served(tap, way) as site:
            small(tap, site)


if __name__ == "__main__":
    t.main(body)
