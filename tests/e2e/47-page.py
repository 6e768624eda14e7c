#!/usr/bin/python3
"""Proves that people without scripts can do what the page does.

Each page is well-formed by a parser that is not ours; hostile words come out
as the words that they are, in every place; a form is taken only from the page
and session that it was made for; two real text browsers do a whole round.
"""

import os
import re
import subprocess
import time
import urllib.parse

from api import Board, Client, new_id, token_of
from harness import WAYS, need, served
from pages import (ACCEPT, Browser, Form, Page, html5lib, parse, shape,
                   text_of)
from tap import check, main, same

POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; " \
    "frame-ancestors 'none'; base-uri 'none'"

HOSTILE = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>",
    "</title><script>x</script>", "</textarea><script>x</script>",
    "</h2></article></main></body></html>", "<!--", "-->", "<!-- x -->",
    "--!>", "<![CDATA[x]]>", "]]>", "<?php x ?>", "<!DOCTYPE x>",
    "\"", "'", "\" onfocus=\"x", "' autofocus='", "\"><svg onload=x>",
    "&", "&amp;", "&lt;b&gt;", "&#60;b&#62;", "&#x3c;", "&nbsp", "&&&", "&;",
    "<", ">", "<>", "< b", "</", "</ ", "<b", "<style>*{}</style>",
    "javascript:alert(1)", "http://a.example/?a=1&b=\"2\"",
    "\u202egnp.exe", "a\u2028b\u2029c", "\u00a0 \u3000", "\ufeffx",
    "\U0001f34e\u200d\U0001f525", "%3Cb%3E", "+a+b%20c", "a=b&c=d;e",
    "  two  blanks  ", "line\none\n\ntwo", "\n\nfirst", "last\n\n", "\ttab",
    "`${x}`", "{{7*7}}", "\\u003cb\\u003e", "x" * 900, "</form><form>",
    "</option></select>", "</bdi>", "</li></ul>", "<plaintext>",
    "<noscript>", "<template>", "<base href=//x>", "\ud7ff\ue000",
]

# No place in HTML: shown as U+FFFD.
UNFIT = ["a\x01b", "\x08", "\x0b\x0c", "\x1b[31m", "\x7f", "\x80\x9f",
         "\ufdd0", "\ufffe\uffff", "\U0001fffe"]


def fit(text):
    """A text as a page can show it: what has no place in HTML replaced."""
    return "".join("\ufffd" if (c < " " and c not in "\n\t") or
                   "\x7f" <= c <= "\x9f" or "\ufdd0" <= c <= "\ufdef" or
                   ord(c) & 0xfffe == 0xfffe else c for c in text)


def link(board, role="write"):
    return f"http://a.example/notewire/#{board.tokens[role]}"


def text_note(board, who=None, **members):
    note = board.note(**{"text": "milk", "title": "Shop", **members})
    return note["id"]


# Reading and writing

def walks(tap, site, way):
    with tap.claim(f"a board is opened, written and left without scripts "
                   f"({way})"):
        board = Board(site.http, "Groceries")
        for kind in ("chromium", "lynx", "w3m"):
            browser = Browser(site.http, kind, origin=kind == "chromium")
            page = browser.paste(f"  {link(board)} \n")
            same(page.title(), "Groceries", "title")
            page = browser.submit(page.form("add"), title=f"by {kind}",
                                  text="milk\neggs")
            same(page.cards()[f"by {kind}"], "milk\neggs", "the note")
        home = browser.open("/")
        check(any(board.id in a for a in home.links()), home.links())
        browser.submit(home.form("sign-out"))
        browser.open(board.path, 404)
    notes = board.snapshot()["notes"]
    with tap.claim(f"what forms write is what the API reads ({way})"):
        same(sorted((n["title"], n["text"], n["kind"]) for n in notes),
             sorted((f"by {k}", "milk\neggs", "text") for k in ACCEPT),
             "notes")


def makes(tap, site):
    with tap.claim("a new board shows its three links once and is open"):
        browser = Browser(site.http)
        form = browser.open("").form("create")
        page = Page("/", browser.post(form, 201, title="<Mine>"))
        same(page.title(), "<Mine>", "title")
        tokens = [token_of(text_of(c)) for c in page.all("code")]
        same([t[:2] for t in tokens], ["r.", "w.", "a."], "links")
        board = browser.below(page.links()[-1])
        same(browser.open(board).title(), "<Mine>", "the board")
        same(Client(site.http, tokens[2]).get(board).json()["role"], "admin",
             "the last link's role")


def checklists(tap, site):
    board = Board(site.http)
    browser = Browser(site.http, origin=False)
    with tap.claim("a checklist is added, ticked, unticked, grown and cut"):
        page = browser.submit(browser.paste(link(board)).form("add"),
                              title="List", kind="checklist",
                              text="milk\n\n  \neggs\nbread")
        same(page.cards()["List"], ["milk", "eggs", "bread"], "items")
        ticks = [f for f in page.forms if f.verb == "tick"]
        same([f.button for f in ticks], ["[ ]"] * 3, "boxes")
        page = browser.submit(ticks[1])
        item = ticks[1].fields["item"]
        same(page.form("untick").button, "[x]", "the ticked one")
        same([i["done"] for i in board.snapshot()["notes"][0]["items"]],
             [False, True, False], "as the API reads it")
        page = browser.submit(page.form("untick", item=item))
        page = browser.submit(page.form("add-item"), text="tea")
        same(page.cards()["List"], ["milk", "eggs", "bread", "tea"], "items")
        edit = [a for a in page.links() if "/notes/" in a][0]
        page = browser.open(browser.below(edit))
        page = browser.submit(page.form("remove-item", item=item))
        same(page.cards()["List"], ["milk", "bread", "tea"], "items")


def deletes(tap, site):
    board = Board(site.http)
    note = text_note(board)
    browser = Browser(site.http)
    with tap.claim("a deleted note can be put back from the board, or later"):
        page = browser.submit(browser.paste(link(board)).form("delete"))
        same(page.card(note), [], "the card")
        check("Shop" in page.notices()[0], page.notices())
        page = browser.submit(page.form("undo"))
        same(page.cards(), {"Shop": "milk"}, "the note is back")
        same(page.notices(), [], "and nothing more to undo")
        browser.submit(page.form("delete"))
        page = browser.open(board.note_path(note))
        check("trash" in page.notices()[0], page.notices())
        same(browser.submit(page.form("undo")).cards(), {"Shop": "milk"},
             "back from its own page")


def edits(tap, site):
    board = Board(site.http)
    note = text_note(board, color="red")
    browser, other = Browser(site.http), Browser(site.http)
    path = board.note_path(note)
    browser.paste(link(board))
    other.paste(link(board))
    with tap.claim("an edit changes what its form shows, and nothing else"):
        form = browser.open(path).form("edit")
        same((form.fields["title"], form.fields["text"],
              form.fields["color"]), ("Shop", "milk", "red"), "the form")
        browser.submit(form, text="milk\n\n  oats ", color="blue")
        doc = board.snapshot()["notes"][0]
        same((doc["title"], doc["text"], doc["color"], doc["pinned"]),
             ("Shop", "milk\n\n  oats ", "blue", False), "the note")
    with tap.claim("a late edit shows both texts, loses none, and can go on"):
        mine = browser.open(path).form("edit")
        other.submit(other.open(path).form("edit"), text="theirs")
        page = browser.refused(mine, 412, text="mine\n</textarea>")
        same(page.cards(), {"Shop": "theirs"}, "what it is now")
        same(board.snapshot()["notes"][0]["text"], "theirs", "untouched")
        again = page.form("edit")
        same(again.fields["text"], "mine\n</textarea>", "kept")
        check(int(again.fields["rev"]) > int(mine.fields["rev"]), again.fields)
        page = browser.submit(again)
        same(page.cards(), {"Shop": "mine\n</textarea>"}, "saved over it")
    with tap.claim("a late delete is refused and shows the note as it is"):
        late = browser.open(board.path).form("delete")
        other.submit(other.open(path).form("edit"), text="newer")
        page = browser.refused(late, 412)
        same(page.cards(), {"Shop": "newer"}, "what it is now")
        browser.submit(page.form("delete"))
    with tap.claim("an edit of a note that was deleted keeps its words"):
        late = other.open(board.path)
        restore = other.open(path).form("undo")
        late = other.submit(restore).form("pin")
        form = browser.open(path).form("edit")
        other.submit(other.open(path).form("delete"))
        page = browser.refused(form, 412, text="words")
        check("words" in [text_of(t) for t in page.all("textarea")], page)
        other.refused(late, 412)


def pins(tap, site):
    board = Board(site.http)
    for n, members in enumerate([{"pos": 2}, {"pos": 1}, {"pinned": True},
                                 {"pos": 1}, {"pos": -1.5}]):
        board.note("x", title=f"n{n}", **members)
    browser = Browser(site.http)
    with tap.claim("pinned notes come first, then by place, then the newest"):
        page = browser.paste(link(board))
        same(list(page.cards()), ["n2", "n4", "n3", "n1", "n0"], "order")
    with tap.claim("a note is pinned and unpinned"):
        first = board.snapshot()["notes"]
        note = [n["id"] for n in first if n["title"] == "n0"][0]
        page = browser.submit(page.form("pin", note=note))
        same(list(page.cards())[:2], ["n2", "n0"], "order")
        page = browser.submit(page.form("unpin", note=note))
        same(list(page.cards())[-1], "n0", "the last again")


def files(tap, site):
    board = Board(site.http)
    note = text_note(board)
    browser = Browser(site.http)
    with tap.claim("a note's files are listed by name, and their links open"):
        names = ["<b>.txt", "a&b\"'.png"]
        ids = [new_id() for _ in names]
        for name, id_ in zip(names, ids):
            query = urllib.parse.urlencode({"note": note, "name": name})
            board.writer.ask("PUT", f"{board.path}/files/{id_}?{query}",
                             body=name.encode(), expect=201)
        page = browser.paste(link(board, "read"))
        links = [a for a in page.all("a") if "/files/" in a.get("href")]
        same([text_of(a) for a in links], names, "names")
        for name, a in zip(names, links):
            answer = browser.ask("GET", browser.below(a.get("href")))
            same((answer.status, answer.body), (200, name.encode()), name)


def readers(tap, site):
    board = Board(site.http)
    text_note(board)
    browser = Browser(site.http)
    with tap.claim("readers see the notes and no form at all"):
        page = browser.paste(link(board, "read"))
        same((page.cards(), page.forms), ({"Shop": "milk"}, []), "the board")
        note = board.snapshot()["notes"][0]["id"]
        same(browser.open(board.note_path(note)).forms, [], "the note")
    with tap.claim("a reader's form is refused by the role"):
        writer = Browser(site.http)
        form = writer.paste(link(board)).form("delete")
        form.fields["token"] = browser.open("/").form("open").fields["token"]
        same(browser.refused(form, 403).title(),
             "This link does not allow that", "page")
        same(len(board.snapshot()["notes"]), 1, "notes")


def pastes(tap, site):
    board = Board(site.http)
    with tap.claim("every way to paste a link opens it"):
        for text in (board.tokens["write"], f"\t{board.tokens['write']} ",
                     f"#{board.tokens['write']}", link(board)):
            same(Browser(site.http).paste(text).title(), "a board", text)
    with tap.claim("a wrong link is named, kept in its field, and opens "
                   "nothing"):
        for text, status in (("", 422), ("x", 422), ("w." + "A" * 22, 404),
                             ("http://a.example/", 422),
                             (board.tokens["write"] + "A", 422),
                             ("<b>\"", 422), ("x" * 5000, 422)):
            browser = Browser(site.http)
            page = browser.refused(browser.open("/").form("open"), status,
                                   link=text)
            same(len(page.notices()), 1, text)
            same(page.form("open").fields["link"], text, "the field")
            same([n for n in browser.cookies if "form" not in n], [],
                 "no session")
    with tap.claim("pages for who is not let in carry the form to paste"):
        browser = Browser(site.http)
        page = browser.open(board.path, 404)
        page = browser.submit(page.form("open"), link=link(board))
        same(page.title(), "a board", "after pasting there")
        Browser(site.http).open("/nothing", 404).form("open")
        session = [n for n in browser.cookies if "form" not in n][0]
        browser.cookies[session] = new_id()
        page = browser.open(board.path, 401)
        same(browser.submit(page.form("open"), link=link(board)).title(),
             "a board", "after the session was forgotten")


def retries(tap, site):
    board = Board(site.http)
    browser = Browser(site.http)
    page = browser.paste(link(board))
    with tap.claim("a form that is sent twice is done once"):
        add = page.form("add")
        for _ in range(3):
            page = browser.submit(add, title="once", text="a\nb",
                                  kind="checklist")
        same(len(board.snapshot()["notes"]), 1, "notes")
        item = page.form("add-item")
        for _ in range(3):
            page = browser.submit(item, text="c")
        same(page.cards(), {"once": ["a", "b", "c"]}, "items")
        gone = page.form("delete")
        browser.submit(gone)
        undo = browser.submit(gone).form("undo")
        browser.submit(undo)
        same(browser.submit(undo).cards(), {"once": ["a", "b", "c"]}, "back")
    with tap.claim("other words from the same page are another note"):
        browser.submit(add, title="twice", text="d")
        same(len(board.snapshot()["notes"]), 2, "notes")


# Hostile words

def hostile(tap, site):
    board = Board(site.http)
    browser = Browser(site.http)
    page = browser.paste(link(board))
    plain = browser.submit(page.form("add"), title="plain", text="plain")
    note = board.snapshot()["notes"][0]["id"]
    path = board.note_path(note)
    usual = shape(plain.root), shape(browser.open(path).root)

    def shows(text, title):
        page = browser.open(board.path)
        same(shape(page.root), usual[0], f"shape with {text!r}")
        card, = page.card(note)
        same(text_of(card.find("h2")), fit(title) or "Note", "heading")
        same(text_of(card.find("p[@class='text']")), fit(text), "text")
        page = browser.open(path)
        same(shape(page.root), usual[1], f"shape with {text!r}")
        form = page.form("edit")
        same((form.fields["title"], form.fields["text"]),
             (fit(title), fit(text)), "the form")
        return form

    with tap.claim(f"{len(HOSTILE)} hostile texts by forms come out as "
                   f"written, title and text"):
        form = browser.open(path).form("edit")
        for text in HOSTILE:
            text = text.encode("utf-8", "replace").decode()
            title = text.replace("\n", " ")
            browser.post(form, title=title, text=text)
            form = shows(text, title)
    with tap.claim(f"{len(UNFIT)} texts that HTML has no place for are "
                   f"replaced"):
        for text in UNFIT:
            rev = board.writer.get(path).json()["rev"]
            board.writer.patch(path, {"title": text, "text": text},
                               [("If-Match", f'"{rev}"')], expect=200)
            shows(text, text)


def hostile_elsewhere(tap, site):
    plain = None
    with tap.claim("hostile texts come out as written: board, items, label, "
                   "link field, problem"):
        for text in HOSTILE:
            text = text.encode("utf-8", "replace").decode()[:200]
            while len(text.encode()) > 200:
                text = text[:-1]
            board = Board(site.http, text)
            label = text[:25]
            made = board.admin.post(board.path + "/links",
                                    {"role": "write", "label": label},
                                    expect=201).json()
            board.tokens["write"] = made["token"]
            browser = Browser(site.http)
            browser.paste(link(board))
            Client(site.http, made["token"]).post(
                board.path + "/notes",
                {"kind": "checklist", "items": [{"text": text}]}, expect=201)
            page = browser.open(board.path)
            same(page.title(), text or "Board without a title", "title")
            item, by = [text_of(b) for b in page.all("bdi")]
            same((item, by), (fit(text), fit(label)), "item and label")
            plain = plain or shape(page.root)
            same(shape(page.root), plain, f"shape with {text!r}")
            home = browser.open("/")
            check(text_of(home.all("ul")[0]).strip().startswith(
                text.strip()), home.answer)
            form = home.form("open")
            same(browser.refused(form, 422, link=text).form("open")
                 .fields["link"], fit(text.replace("\n", "\n")), "the link")
            form = page.form("add")
            form.fields["token"] = "x"
            page = browser.refused(form, 403, title="t", text=text)
            check(text in [text_of(t) for t in page.all("textarea")],
                  page.answer)


# Who may send a form

def forged(tap, site):
    board = Board(site.http)
    text_note(board)
    browser, other = Browser(site.http), Browser(site.http)
    page = browser.paste(link(board))
    theirs = other.paste(link(board)).form("delete").fields["token"]
    form = page.form("delete")
    before = board.head()
    with tap.claim("no form is taken without the token of its session"):
        for token in (None, "", "x", theirs, form.fields["token"][:-1],
                      form.fields["token"] + "A", form.fields["key"],
                      "A" * 22, browser.open("/").form("open")
                      .fields["token"].swapcase()):
            page = browser.refused(form, 403, token=token)
            check("not from this page" in page.title(), page.title())
            origin = f"http://{site.http.host}"
            browser.refused(form, 403, token=token, origin=origin)
        same(board.head(), before, "the log's end")
    with tap.claim("a foreign Origin is refused even with the token"):
        for origin in ("http://evil.example", "https://a.example:1",
                       f"http://{site.http.host}.evil.example", "x"):
            page = browser.refused(form, 403, origin=origin)
            check("origin" in page.title(), page.title())
        same(board.head(), before, "the log's end")
    with tap.claim("a script's credential cannot use the forms"):
        body = urllib.parse.urlencode(form.fields).encode()
        answer = browser.ask("POST", board.path + "/form", body,
                             [("Authorization",
                               f"Bearer {board.tokens['admin']}")])
        same(answer.status, 403, answer)
        same(board.head(), before, "the log's end")
    with tap.claim("nobody is signed in by a form of another's page"):
        stranger = Browser(site.http)
        paste = stranger.open("/").form("open")
        victim = Browser(site.http)
        victim.refused(paste, 403, link=link(board))
        victim.open("/")
        victim.refused(paste, 403, link=link(board))
        same(len(victim.cookies), 1, victim.cookies)
    with tap.claim("nobody is signed out by a form of another's page"):
        out = other.open("/").form("sign-out")
        browser.refused(out, 403)
        browser.open(board.path)
    with tap.claim("with the token no Origin, or null, is needed"):
        page = Browser.submit(browser, form, origin="null")
        browser.origin = False
        browser.submit(page.form("undo"))
        check(board.head() != before, "nothing was written")


def refusals(tap, site):
    board = Board(site.http)
    browser = Browser(site.http)
    form = browser.paste(link(board)).form("add")
    before = board.head()
    with tap.claim("a broken form is a named problem, and its words are kept"):
        for more, status in (({"do": "destroy"}, 422), ({"key": ""}, 422),
                             ({"key": "a b"}, 422), ({"title": "x" * 1001},
                                                     422),
                             ({"do": "edit", "note": "x"}, 422),
                             ({"do": "edit", "note": new_id(), "rev": "x"},
                              422),
                             ({"do": "tick", "note": new_id()}, 422),
                             ({"do": "edit", "note": new_id(), "rev": "1"},
                              (404, 412)),
                             ({"text": "y" * 66000}, 413)):
            values = {**form.fields, "text": "my words", **more}
            body = urllib.parse.urlencode(values).encode()
            answer = browser.ask("POST", board.path + "/form", body)
            check(answer.status in (status if isinstance(status, tuple)
                                    else (status,)), (more, answer))
            page = Page("form", answer)
            check(values["text"] in [text_of(t) for t in
                                     page.all("textarea")], (more, answer))
        same(board.head(), before, "the log's end")
    with tap.claim("what is no form at all is refused by name"):
        token = form.fields["token"]
        for body, kind, status in (
                (b"token=%zz", None, 400), (b"token=a&token=b", None, 400),
                (b"token=" + token.encode() + b"&text=%ff", None, 400),
                (b"&".join(b"a%d=" % n for n in range(40)), None, 400),
                (b"{}", "application/json", 415), (b"", "", 415),
                (b"x" * 300000, None, 413)):
            headers = browser.headers() + [
                ("Content-Type", "application/x-www-form-urlencoded"
                 if kind is None else kind)]
            answer = site.http.ask("POST", board.path + "/form",
                                   [h for h in headers if h[1]], body)
            same(answer.status, status, body[:40])
            parse(answer.body)
        same(board.head(), before, "the log's end")
    with tap.claim("an odd line in the query of a board is refused by name"):
        Page("query", site.direct.ask("GET", board.path + "?undo=%ff",
                                      browser.headers()))
        browser.open(board.path + "?undo=x")
        browser.open(board.path + "?undo=" + new_id())


# Which answer

def chooses(tap, site):
    board = Board(site.http)
    note = text_note(board)
    auth = [("Authorization", f"Bearer {board.tokens['write']}")]
    kinds = ((None, False), ("*/*", False), ("application/json", False),
             ("text/html;q=0.5, application/json", False),
             ("text/html, application/json", False), ("text/*", False),
             ("text/html;q=2", False), ("text/html", True),
             ("application/json;q=0.5, text/html", True),
             *((a, True) for a in ACCEPT.values()))
    with tap.claim("HTML goes to who prefers it, JSON to all others"):
        for accept, html in kinds:
            headers = [("Accept", accept)] if accept else []
            for path, more in ((board.path, auth),
                               (board.note_path(note), auth),
                               (board.path, []), ("/nothing", [])):
                answer = site.http.ask("GET", path, headers + more)
                kind = answer.header("content-type")
                same(kind.startswith("text/html"), html, (path, accept))
    with tap.claim("every page has its headers"):
        browser = Browser(site.http)
        browser.paste(link(board))
        for path in ("/", "", board.path, board.note_path(note), "/nothing"):
            answer = browser.ask("GET", path)
            same((answer.header("content-security-policy"),
                  answer.header("referrer-policy"),
                  answer.header("cache-control"),
                  answer.header("x-content-type-options"),
                  answer.header("vary")),
                 (POLICY, "same-origin", "no-store", "nosniff", "Accept"),
                 path)
            head = browser.ask("HEAD", path)
            same((head.status, head.header("content-length")),
                 (answer.status, str(len(answer.body))), "HEAD " + path)
    with tap.claim("the pages' style is where they say"):
        page = browser.open("/")
        href = page.all("link")[0].get("href")
        http = type(site.http)(site.http.address, mount="")
        answer = http.ask("GET", href)
        same((answer.status, answer.header("content-type")),
             (200, "text/css; charset=utf-8"), href)
    with tap.claim("where only the owner makes boards no form offers it"):
        check(any(f.verb == "create" for f in page.forms), "not offered")
        with served(tap, "socket", {"board.create": "cli"}) as closed:
            page = Browser(closed.http).open("/")
            same([f.verb for f in page.forms], ["open"], "forms")
            form = page.forms[0]
            form.fields["do"] = "create"
            stranger = Browser(closed.http)
            form.fields["token"] = stranger.open("/").forms[0] \
                .fields["token"]
            stranger.refused(form, 403, title="x")


def main_claims(tap):
    with served(tap, "socket") as site:
        for part in (makes, checklists, deletes, edits, pins, files, readers,
                     pastes, retries, hostile, hostile_elsewhere, forged,
                     refusals, chooses):
            part(tap, site)
        lives_hostile(tap, site)
        text_browsers(tap, site)
    lives_without_room(tap)
    for way in WAYS:
        with served(tap, way) as site:
            walks(tap, site, way)
            lives(tap, site, way)


# Live

class Live:
    """A page that does not end, read as it comes."""

    def __init__(self, browser, board, more=()):
        self.stream = browser.http.open("GET", board.path + "/live",
                                        browser.headers() + list(more))
        same(self.stream.status, 200, "status")
        self.text = ""

    def until(self, words, seconds=5):
        """Reads on until the words are there; what came since last time."""
        begin = len(self.text)
        end = time.monotonic() + seconds
        while words not in self.text[begin:]:
            data = self.stream.recv(max(0.01, end - time.monotonic()))
            check(data, f"ended before {words!r}: {self.text[begin:]!r}")
            self.text += data.decode()
        return self.text[begin:]

    def end(self):
        """The whole document, once it has ended by itself."""
        self.text += self.stream.read(10).decode()
        check(self.stream.clean, "cut short")
        return parse(self.text.encode())

    def visible(self):
        """Headings of the cards that the style rules leave to be seen."""
        shown, of = {}, {}
        root = html5lib.parse(self.text, namespaceHTMLElements=False)
        for at in root.iter():
            classes = (at.get("class") or "").split() \
                if isinstance(at.tag, str) else []
            if at.tag == "article":
                note, = [c[2:] for c in classes if c.startswith("n-")]
                rev, = [c[2:] for c in classes if c.startswith("r-")]
                of[note, rev] = text_of(at.find("h2"))
                shown.setdefault(note, rev)
            elif at.tag == "style":
                rule = re.fullmatch(
                    r"\.n-(.{22})\.n-\1{display:none}"
                    r"(?:\.n-\1\.r-(\d+){display:block})?", at.text)
                check(rule, at.text)
                shown[rule[1]] = rule[2]
        return sorted(of[key] for key in shown.items() if key in of)


def lives(tap, site, way):
    board = Board(site.http, "Alive")
    kept = board.note("x", title="kept")
    browser, other = Browser(site.http), Browser(site.http, "lynx")
    browser.paste(link(board, "read"))
    other.paste(link(board))
    one, two = Live(browser, board), Live(other, board)
    with tap.claim(f"the live page has the notes at once and is no script "
                   f"({way})"):
        for live in (one, two):
            live.until("<!-- up-to-date -->")
            same(live.visible(), ["kept"], "notes")
            check("<script" not in live.text, "a script")
        policy = one.stream.header("content-security-policy")
        nonce = re.search(r"style-src 'self' 'nonce-([\w-]{22})';", policy)
        check(nonce, policy)
        check(nonce[1] not in
              two.stream.header("content-security-policy"), "the same nonce")
    with tap.claim(f"a change arrives as a fragment within a second ({way})"):
        note = board.note("<b>\nx", title="new <i>")
        begin = time.monotonic()    # some servers start a process for a write
        for live in (one, two):
            seen = live.until("</article>")
            check(nonce[1] in seen or live is two, seen)
            check("&lt;b&gt;<br>x" in seen, seen)
        check(time.monotonic() - begin < 1, "slow")
        same(one.visible(), ["kept", "new <i>"], "notes")
    with tap.claim(f"of a note only its newest version is to be seen, and "
                   f"none of a deleted one ({way})"):
        for title in ("second", "third"):
            rev = board.writer.get(board.note_path(note["id"])).json()["rev"]
            board.writer.patch(board.note_path(note["id"]), {"title": title},
                               [("If-Match", f'"{rev}"')], expect=200)
            one.until("</article>")
        same(one.visible(), ["kept", "third"], "notes")
        board.writer.delete(board.note_path(kept["id"]),
                            [("If-Match", f'"{kept["rev"]}"')], expect=204)
        one.until("</style>")
        same(one.visible(), ["third"], "notes")
        board.writer.post(board.note_path(kept["id"]) + "/restore",
                          headers=[("If-Match", "*")], expect=200)
        one.until("</article>")
        same(one.visible(), ["kept", "third"], "notes")
    with tap.claim(f"a reader who signed out is told, and the document is "
                   f"whole ({way})"):
        browser.submit(browser.open("/").form("sign-out"))
        root = one.end()
        check("signed out" in text_of(root), text_of(root)[-300:])
        check(any((a.get("href") or "").endswith("/live")
                  for a in root.iter("a")), "no way back")
    two.stream.close()


def lives_hostile(tap, site):
    board = Board(site.http)
    browser = Browser(site.http)
    browser.paste(link(board, "read"))
    live = Live(browser, board)
    live.until("<!-- up-to-date -->")
    with tap.claim("hostile texts that arrive live come out as written"):
        for text in HOSTILE:
            text = text.encode("utf-8", "replace").decode()
            board.note(text, title=text)
            live.until("</article>")
        cards = [c for c in parse((live.text + "</main></body></html>")
                                  .encode()).iter("article")]
        same(len({shape(c) for c in cards}), 1, "shapes")
        same([text_of(c.find("p[@class='text']")) for c in cards],
             [fit(t.encode("utf-8", "replace").decode()) for t in HOSTILE],
             "texts")
    live.stream.close()


def lives_without_room(tap):
    with served(tap, "socket", {"http.holds": "1"}) as site:
        board = Board(site.http)
        browser = Browser(site.http)
        browser.paste(link(board, "read"))
        first = Live(browser, board)
        first.until("<!-- up-to-date -->")
        with tap.claim("without a slot the live page shows the notes and "
                       "ends with a word"):
            board.note("x", title="there")
            root = Live(browser, board).end()
            check("there" in text_of(root), text_of(root))
            check("Too many" in text_of(root), text_of(root))
        with tap.claim("a live page ends whole when the service does"):
            site.stop_responder()
            check("starts again" in text_of(first.end()), first.text[-500:])


# Real text browsers

def run(site, words, stdin=None):
    env = {**os.environ, "HOME": site.path("tmp"), "TERM": "vt100",
           "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
    env.pop("http_proxy", None)
    done = subprocess.run(words, env=env, input=stdin, timeout=30,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    same(done.returncode, 0, (words, done.stderr, done.stdout))
    return done.stdout.decode("utf-8", "replace")


class Lynx:
    """Lynx without a terminal: it fetches, posts, follows and renders."""

    name = "Lynx"
    tool = "lynx"

    def __init__(self, site):
        jar = site.path("tmp", "lynx-cookies")
        cfg = site.path("tmp", "lynx.cfg")
        with open(cfg, "w", encoding="ascii") as f:
            f.write("SET_COOKIES:TRUE\nACCEPT_ALL_COOKIES:TRUE\n"
                    "PERSISTENT_COOKIES:TRUE\n"
                    f"COOKIE_FILE:{jar}\nCOOKIE_SAVE_FILE:{jar}\n")
        self.site = site
        self.words = ["lynx", f"-cfg={cfg}", "-width=200"]

    def source(self, url):
        return run(self.site, self.words + ["-source", url])

    def read(self, url):
        return run(self.site, self.words + ["-dump", "-nolist", url])

    def post(self, url, body):
        return run(self.site, self.words + ["-dump", "-nolist", "-post_data",
                                            url], body + b"\n---\n")


class W3m:
    name = "w3m"
    tool = "w3m"

    def __init__(self, site):
        self.site = site
        self.words = ["w3m", "-cookie", "-o", "accept_cookie=1", "-cols",
                      "200"]

    def source(self, url):
        return run(self.site, self.words + ["-dump_source", url])

    def read(self, url):
        return run(self.site, self.words + ["-dump", url])

    def post(self, url, body):
        path = self.site.path("tmp", "w3m-body")
        with open(path, "wb") as f:
            f.write(body)
        return run(self.site, self.words + ["-dump", "-post", path, url])


def text_browser(tap, site, browser):
    board = Board(site.http, "Groceries")
    board.note("milk\nand eggs", title="Shop")
    host = f"http://{site.http.host}"
    url = f"{host}{site.http.mount}{board.path}"

    def send(page, verb, **fields):
        root = parse(browser.source(page).encode())
        form, = [f for f in map(Form, root.iter("form")) if f.verb == verb]
        return browser.post(host + form.action, urllib.parse.urlencode(
            {**form.fields, **fields}).encode())

    with tap.claim(f"{browser.name} pastes a link and shows the board"):
        need(browser.tool)
        seen = send(f"{host}{site.http.mount}/", "open", link=link(board))
        lines = [line.strip() for line in seen.splitlines()]
        for words in ("Groceries", "Shop", "milk", "and eggs"):
            check(words in lines, seen)
    with tap.claim(f"{browser.name} adds a checklist and ticks an item"):
        need(browser.tool)
        seen = send(url, "add", title="List", kind="checklist", text="tea")
        check("[ ]" in seen and "tea" in seen, seen)
        check("[x]" in send(url, "tick"), "not ticked")
        note, = [n for n in board.snapshot()["notes"] if n["title"] == "List"]
        same([(i["text"], i["done"]) for i in note["items"]], [("tea", True)],
             "items")


def text_browsers(tap, site):
    for browser in (Lynx(site), W3m(site)):
        text_browser(tap, site, browser)


if __name__ == "__main__":
    main(main_claims)
