#!/usr/bin/python3
"""Proves that an export in Markdown is read as what people wrote.

An independent reader (cmark-gfm, with all that GitHub adds) finds in it the
title, one heading a note, its paragraphs and items, and nothing else, whatever
hostile text stands in each field; and the order is the page's.
"""

import re
import subprocess
import xml.etree.ElementTree as xml

import tap as t
from api import Board
from harness import need, served
from tap import same

EXTENSIONS = ("table", "strikethrough", "tasklist", "autolink")

HOSTILE = (
    "# heading", "####### seven", "heading\n===", "heading\n---", "***",
    "- - -", "_ _ _", "- item", "+ item", "* item", "1. one", "2) two",
    "- [x] done", "[ ] box", "> quote", ">quote", "    code", "\tcode",
    "```\nfence\n```", "~~~\nfence", "`code`", "``a`b``", "*em* **strong**",
    "_em_ __strong__ snake_case", "~~gone~~ ~x~", "[a](http://x)",
    "[a]: /url \"t\"", "[a]\n\n[a]: /url", "![i](x.png)", "![i][a]",
    "<b>html</b>", "<script>alert(1)</script>", "<!-- c -->", "<?php ?>",
    "<![CDATA[x]]>", "</div>\n\n<div>", "<http://auto.link>", "<a@b.cc>",
    "http://x.yy/a_b?c=1&d=~e*f", "(www.x.yy/a_b)", "https://x.yy/[a]",
    "a_b@c.dd", "ftp://x.yy/_a_", "WWW.X.YY", "mailto:a_b@c.dd",
    "&amp; &lt; &#35; &copy;", "back\\slash \\* \\", "\\", "end\\\nnext",
    "two  \nspaces", "a\nb\n\nc\n\n\nd", "\n\nstart", "end\n\n", "a\r\nb",
    "| a | b |\n|---|---|\n| 1 | 2 |", "a\n:-", "a | b\n- | -", "[^1]",
    "[^1]: note", "a\n- b", "a\n1. b", "a\n# b", "a\n> b", "a\n    b",
    "  lead and trail  ", " ", "\t", "-", "+", "=", "1.", "#", ">", ":", "~",
    "漢字 *も* [含む](x)", "e\u0301*\u0301", "👍 _a_", "a\u00a0b",
    "$x_1$ ^a^ ==b==", ":smile: @you #12", "@@ -1 +1 @@", "+++\nx = 1\n+++",
    "---\nfront: matter\n---", "{{ x }} {% y %}", "%TITLE", "\"' ( ) !",
)


def read(text):
    """The document as the reader sees it: [(kind, text, …)]."""
    words = ["cmark-gfm", "-t", "xml", "--unsafe"]
    for name in EXTENSIONS:
        words += ["-e", name]
    out = subprocess.run(words, input=text, capture_output=True, check=True)
    tree = xml.fromstring(re.sub(r'\sxmlns="[^"]*"', "", out.stdout.decode()))
    return [block(node) for node in tree]


def block(node):
    if node.tag == "heading":
        return ("heading", int(node.get("level")), inline(node))
    if node.tag == "paragraph":
        return ("paragraph", inline(node))
    if node.tag == "list":
        return ("list", [item(x) for x in node])
    raise t.Failed(f"a {node.tag}: {xml.tostring(node)[:200]!r}")


def item(node):
    done = node.get("completed")
    parts = [block(x) for x in node]
    text = parts[0][1] if parts else ""
    t.check(len(parts) <= 1 and (not parts or parts[0][0] == "paragraph"),
            parts)
    return (node.tag, done, text)


def inline(node):
    """Its text, which holds nothing but text and hard breaks."""
    out = ""
    for part in node:
        if part.tag == "text":
            out += part.text or ""
        elif part.tag == "linebreak":
            out += "\n"
        elif part.tag == "link" and inline(part) in (
                part.get("destination"), part.get("destination")
                .removeprefix("mailto:"),
                part.get("destination").removeprefix("http://")):
            out += inline(part)     # a bare address, shown as it is written
        else:
            raise t.Failed(f"a {part.tag}: {xml.tostring(part)[:200]!r}")
    return out


def plain(text):
    """As a reader of XML hands it on (XML 1.0, 2.11)."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def written(notes, title):
    """What must be read, from the notes in order."""
    want = [("heading", 1, plain(title))]
    for note in notes:
        want.append(("heading", 2, plain(note["title"])))
        if note["kind"] == "checklist":
            items = sorted(note["items"], key=lambda i: (i["pos"], i["id"]))
            if items:
                want.append(("list", [
                    (i["done"], plain(i["text"])) for i in items]))
        elif note["text"]:
            want.append(("text", plain(note["text"])))
    return want


def joined(blocks):
    """The same from what was read: paragraphs in a row are one text."""
    got = []
    for b in blocks:
        if b[0] == "paragraph" and got and got[-1][0] == "text":
            got[-1] = ("text", got[-1][1] + "\n\n" + b[1])
        elif b[0] == "paragraph":
            got.append(("text", b[1]))
        elif b[0] == "list":
            got.append(("list", [task(*i) for i in b[1]]))
        else:
            got.append(b)
    return got


def task(tag, done, text):
    """An item as (done, text)."""
    same(tag, "tasklist", text)
    return (done == "true", text)


def export(board):
    return board.reader.get(board.path + "/export?format=markdown",
                            timeout=30).body


def hostile(tap, site):
    for i, text in enumerate(HOSTILE):
        with tap.claim(f"this is read as written in every field: {text!r}"
                       .replace("#", "\\#")):
            board = Board(site.direct, text)
            board.note(text, title="text", pos=1)
            board.note("title", title=text, pos=2)
            board.writer.post(board.path + "/notes", {
                "kind": "checklist", "title": text, "pos": 3, "items": [
                    {"text": text, "done": i % 2 == 0},
                    {"text": "x " + text}, {"text": ""}]}, expect=201)
            board.note(text, title=text, pos=4)
            notes = sorted(board.snapshot()["notes"], key=lambda n: n["pos"])
            same(joined(read(export(board))), written(notes, text))


def order(tap, site):
    board = Board(site.direct, "order")
    for title, pinned, pos in (("e", False, 2), ("c", False, 1),
                               ("b", True, 9), ("a", True, -1)):
        board.note("x", title=title, pinned=pinned, pos=pos)
    board.note("x", title="d", pos=1.5)
    gone = board.note("x", title="gone")["id"]
    board.writer.delete(board.note_path(gone), [("If-Match", "*")], 204)

    with tap.claim("pinned notes stand first, then by place, the trash not "
                   "at all"):
        same([b[2] for b in read(export(board)) if b[0] == "heading"],
             ["order", "a", "b", "c", "d", "e"])

    with tap.claim("of notes at one place the newest stands first"):
        board.note("x", title="newer", pos=2)
        same([b[2] for b in read(export(board)) if b[0] == "heading"],
             ["order", "a", "b", "c", "d", "newer", "e"])


def body(tap):
    need("cmark-gfm")
    with served(tap, "socket") as site:
        hostile(tap, site)
        order(tap, site)


if __name__ == "__main__":
    t.main(body)
