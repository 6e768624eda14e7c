#!/usr/bin/python3
"""Proves that the command line does what the responder does, beside it.

Boards made by it open through a web server, and those made there are listed,
shown and deleted by it; plain for people, --json for scripts; each failure
has its exit code and changes nothing.
"""

import contextlib
import json
import os
import pty
import re
import shutil
import subprocess
import tempfile

import tap as t
from api import Board, Client, new_id, seq_of, token_of
from cli import Cli
from feeds import EventStream
from harness import BUILD, SOURCE, is_root, served
from qr import modules, read_code
from tap import Skipped, check, same

URL = "https://notes.example/wire"


def on_terminal(cli, *words):
    """What it prints there."""
    master, slave = pty.openpty()
    with os.fdopen(master, "rb", 0) as terminal:
        same(cli.run(*words, stdout=slave).returncode, 0)
        os.close(slave)
        said = b""
        with contextlib.suppress(OSError):      # EIO: all has been read
            while piece := terminal.read(65536):
                said += piece
    return said.decode().replace("\r\n", "\n")


def boards(tap, site, cli):
    with tap.claim("board create prints links that open the board"):
        made = cli.json("board", "create", "Groceries")
        same(made["title"], "Groceries")
        same(set(made["links"]), {"read", "write", "admin"})
        for role, url in made["links"].items():
            check(url.startswith(URL + "/#"), url)
            got = Client(site.http, token_of(url)).get(
                f"/boards/{made['id']}").json()
            same((got["board"]["title"], got["role"], got["last_seq"]),
                 ("Groceries", role, made["last_seq"]))

    with tap.claim("board create says the same in plain words"):
        lines = cli.lines("board", "create")
        words = dict(line.split(None, 1) for line in lines)
        same(words["title"], "Notes")
        token = words["write"].partition("#")[2]
        Client(site.http, token).get(f"/boards/{words['board']}")

    with tap.claim("board create draws its link on a terminal, or when asked"):
        for said in (cli.out("board", "create", "--qr"), on_terminal(
                cli, "board", "create")):
            link = re.search(r"(?m)^write +(\S+)$", said)[1]
            check(said.endswith(cli.out("qr", link)), said)
            same(read_code(said), link)
        before = cli.lines("board", "list")
        cli.fails(78, "board", "create", "--qr", "--set", "http.url=")
        same(cli.lines("board", "list"), before)
        check("\x1b" not in on_terminal(cli, "board", "create", "--json"),
              "JSON with a code")
        check("\x1b" not in on_terminal(
            cli, "board", "create", "--set", "http.url="), "a code of half")

    with tap.claim("board create --id takes that id, once"):
        wanted = "-" + new_id()[1:]
        same(cli.json("board", "create", "--id", wanted)["id"], wanted)
        before = cli.lines("board", "list")
        cli.fails(65, "board", "create", "--id", wanted)
        cli.fails(65, "board", "create", "--id", "short")
        cli.fails(65, "board", "create", "x" * 201)
        same(cli.lines("board", "list"), before)
        cli.out("board", "rm", wanted)
        cli.fails(65, "board", "create", "--id", wanted)

    with tap.claim("board list has every board, those of the web too"):
        web = Board(site.http, "From\x1b[2Jthe web")
        listed = {b["id"]: b for b in cli.json("board", "list")["boards"]}
        same(listed[web.id]["title"], "From\x1b[2Jthe web")
        same(listed[web.id]["last_seq"], web.head())
        check(made["id"] in listed)
        plain = cli.lines("board", "list")
        same(len(plain), len(listed))
        check(any(line.startswith(web.id) and
                  line.endswith("From\\x1b[2Jthe web") for line in plain),
              plain)

    with tap.claim("board show finds a board by its id, a link or a token"):
        web.note("one")
        for name in (web.id, web.tokens["read"],
                     f"{URL}/#{web.tokens['write']}"):
            got = cli.json("board", "show", name)
            same((got["id"], got["notes"], got["last_seq"]),
                 (web.id, 1, web.head()), name)
        plain = cli.lines("board", "show", web.id)
        check("notes     1" in plain, plain)

    with tap.claim("board rm ends it for everybody"):
        stream = web.reader.open(web.path + "/changes?feed=continuous")
        cli.out("board", "rm", web.id)
        same(web.reader.ask("GET", web.path).status, 404)
        while stream.recv(5):
            pass
        stream.close()
        cli.fails(66, "board", "show", web.id)
        cli.fails(66, "board", "rm", web.id)


def links(tap, site, cli):
    board = Board(site.http)
    with tap.claim("link create makes a link of that role, label and end"):
        for role in ("read", "write", "admin"):
            made = cli.json("link", "create", board.id, role, "--label",
                            "for Ann")
            same((made["role"], made["label"], made["expires_at"]),
                 (role, "for Ann", None))
            same(made["url"], f"{URL}/#{made['token']}")
            same(Client(site.http, made["token"]).get(board.path)
                 .json()["role"], role)
        ends = cli.json("link", "create", board.id, "read", "--expires",
                        "2031-01-31T12:00:00Z")
        same(ends["expires_at"], "2031-01-31T12:00:00.000Z")
        plain = dict(line.split(None, 1) for line in
                     cli.lines("link", "create", board.id, "write"))
        same(plain["expires"], "never")
        Client(site.http, token_of(plain["url"])).get(board.path)

    with tap.claim("link list has what the API lists"):
        listed = cli.json("link", "list", board.id)
        same(listed, board.admin.get(board.path + "/links").json())
        plain = cli.lines("link", "list", board.id)
        same([line.split()[0] for line in plain],
             [x["id"] for x in listed["links"]])

    with tap.claim("link revoke ends it, with the streams it opened"):
        reader = Client(site.http, made["token"])
        stream = reader.open(board.path + "/changes?feed=continuous")
        cli.out("link", "revoke", board.id, made["id"])
        while stream.recv(5):
            pass
        stream.close()
        same(reader.ask("GET", board.path).status, 404)
        cli.fails(66, "link", "revoke", board.id, made["id"])

    with tap.claim("a link that breaks a rule is refused (65)"):
        before = cli.lines("link", "list", board.id)
        for words in (["owner"], ["read", "--label", "x" * 101],
                      ["read", "--expires", "tomorrow"],
                      ["read", "--expires", "2020-01-01T00:00:00Z"]):
            cli.fails(65, "link", "create", board.id, *words)
        cli.fails(66, "link", "create", new_id(), "read")
        cli.fails(66, "link", "create", "a.nothing", "read")
        same(cli.lines("link", "list", board.id), before)


def notes(tap, site, cli):
    board = Board(site.http)
    with tap.claim("note add makes a note that is there at once"):
        made = cli.json("note", "add", board.id, "milk", "--title", "To buy",
                        "--color", "yellow", "--pinned")
        note = board.snapshot()["notes"][0]
        same({k: note[k] for k in ("id", "rev", "text", "title", "color",
                                   "pinned")},
             {"id": made["id"], "rev": made["rev"], "text": "milk",
              "title": "To buy", "color": "yellow", "pinned": True})
        same(made["last_seq"], board.head())

    with tap.claim("note add takes standard input, any text at all"):
        text = 'two\nlines, "quoted" \\ <b> \u2028 \U0001f95b'
        made = cli.json("note", "add", board.tokens["write"], "-",
                        data=(text + "\n").encode())
        same(board.reader.get(board.note_path(made["id"])).json()["text"],
             text)
        check(cli.lines("note", "add", board.id, "plain")[0].startswith(
            "note  "))

    with tap.claim("notes of many at once, there and here, all stand in one "
                   "log"):
        before = seq_of(board.head())
        runs = [cli.start("note", "add", board.id, f"from here {i}")
                for i in range(20)]
        for i in range(20):
            board.note(f"from there {i}")
        for run in runs:
            same(run.wait(30), 0)
            run.stdout.close()
            run.stderr.close()
        same([seq_of(c["seq"]) for c in board.log()],
             list(range(1, before + 41)))

    with tap.claim("a note that breaks a rule is refused (65)"):
        before = board.head()
        for words, data in ((["x", "--color", "no such"], None),
                            (["x", "--title", "x" * 1001], None),
                            (["-"], b"\xff"), (["-"], b"x" * 70000)):
            cli.fails(65, "note", "add", board.id, *words, data=data)
        cli.fails(66, "note", "add", new_id(), "x")
        same(board.head(), before)


def transfer(tap, site, cli):
    board = Board(site.http, "Kept")
    note = board.note("with a file", title="One")
    body = os.urandom(100000)
    file = new_id()
    board.writer.ask("PUT", f"{board.path}/files/{file}?note={note['id']}"
                     "&name=f", body=body, expect=201)
    path = site.path("tmp", "export.json")

    with tap.claim("export prints what the API exports"):
        text = cli.bytes("export", board.id)
        mine, theirs = json.loads(text), board.reader.get(
            board.path + "/export").json()
        mine.pop("exported_at")
        theirs.pop("exported_at")
        same(mine, theirs)
        same(cli.bytes("export", board.id, "--format", "markdown"),
             board.reader.get(board.path + "/export?format=markdown").body)
        with open(path, "wb") as f:
            f.write(text)

    with tap.claim("import makes a new board of it, with its links"):
        made = cli.json("import", path)
        same((made["title"], made["notes"]["created"],
              made["files"]["created"]), ("Kept", 1, 1))
        reader = Client(site.http, token_of(made["links"]["read"]))
        got = reader.get(f"/boards/{made['id']}").json()
        same((got["notes"][0]["text"], got["last_seq"]),
             ("with a file", made["last_seq"]))
        same(reader.get(f"/boards/{made['id']}/files/{file}").body, body)

    with tap.claim("import --into skips what is there"):
        got = cli.json("import", "-", "--into", board.id, data=text)
        same(got, {"notes": {"created": 0, "skipped": 1},
                   "files": {"created": 0, "skipped": 1}})
        same(cli.lines("import", path, "--into", board.id),
             ["notes  0 made, 1 skipped", "files  0 made, 1 skipped"])

    with tap.claim("an import that breaks a rule makes nothing (65)"):
        before = cli.lines("board", "list")
        for bad in (b"", b"{}", text[:-30], text.replace(
                b'"text":"with', b'"nonsense":"with')):
            said = cli.fails(65, "import", "-", data=bad)
            check(len(said) > 20, said)
        cli.fails(65, "import", path, "--set", "limit.import_bytes=1M",
                  "--set", "limit.file_bytes=1K")
        cli.fails(66, "import", site.path("tmp", "nothing.json"))
        cli.fails(66, "import", path, "--into", new_id())
        cli.fails(66, "export", new_id())
        cli.fails(64, "export", board.id, "--format", "pdf")
        same(cli.lines("board", "list"), before)

    with tap.claim("an export that nobody can take is told (74)"):
        with open("/dev/full", "w", encoding="utf-8") as full:
            same(cli.run("export", board.id, stdout=full).returncode, 74)


def whole(tap, site, cli):
    with tap.claim("stats counts what there is"):
        before = cli.json("stats")
        board = Board(site.http)
        board.note("one")
        trashed = board.note("two")
        board.writer.delete(board.note_path(trashed["id"]),
                            headers=[("If-Match", f'"{trashed["rev"]}"')],
                            expect=204)
        now = cli.json("stats")
        same({k: now[k] - before[k] for k in (
            "boards", "notes", "trashed", "revisions", "changes", "links",
            "files", "commits")},
             {"boards": 1, "notes": 2, "trashed": 1, "revisions": 2,
              "changes": 3, "links": 3, "files": 0, "commits": 4})
        plain = dict(line.split() for line in cli.lines("stats"))
        same({k: str(v) for k, v in now.items()}, plain)

    with tap.claim("sql shows rows, for people and for scripts"):
        ask = "SELECT 1 AS a, 'x\ty' AS b, NULL AS c, 2.5 AS d, x'ff' AS e"
        same(cli.out("sql", ask), "a\tb\tc\td\te\n1\tx\\x09y\t\t2.5\tff\n")
        same(cli.json("sql", ask),
             {"a": 1, "b": "x\ty", "c": None, "d": 2.5, "e": "ff"})
        same(cli.out("sql", data=b"SELECT 1; SELECT 2").split(),
             ["1", "1", "2", "2"])

    with tap.claim("sql changes nothing unless it may (65)"):
        for text in ("DELETE FROM board", "BEGIN", "ATTACH '/tmp/x' AS x",
                     "PRAGMA journal_mode = DELETE", "PRAGMA user_version = 9",
                     "VACUUM", "nonsense", "SELECT * FROM nowhere"):
            check(cli.fails(65, "sql", text), text)
        for text in ("COMMIT", "PRAGMA wal_checkpoint", "VACUUM",
                     "PRAGMA foreign_keys = OFF",
                     "ATTACH '/tmp/x' AS x", "DELETE FROM nowhere",
                     "UPDATE board SET title = 'x'; nonsense",
                     "INSERT INTO link SELECT 0, 99, '', x'', 1, '', 0, 0, 0"):
            check(cli.fails(65, "sql", "--write", text), text)
        same(cli.json("stats"), now)
        same(cli.out("check"), "no fault\n")

    with tap.claim("sql --write changes it, and who watches hears of it"):
        with contextlib.closing(EventStream(
                board.reader, board.path +
                "/changes?feed=eventsource&since=now")) as stream:
            stream.until("up-to-date")
            stream.until("heartbeat")   # from here on it sleeps for 15 s
            check(cli.json("sql", "--write", "DELETE FROM board WHERE "
                           f"id = '{board.id}'")["changes"] > 5)
            stream.ended(5)
        same(board.reader.ask("GET", board.path).status, 404)
        same(cli.json("stats")["boards"], now["boards"] - 1)

    with tap.claim("check finds a gap in a log, a lost body, a wrong sum"):
        hurt = Board(site.http)
        note = hurt.note("x")
        hurt.note("y")
        cli.out("sql", "--write", "DELETE FROM log WHERE seq = 1 AND board = "
                f"(SELECT board FROM board WHERE id = '{hurt.id}'); "
                "DELETE FROM revision WHERE note = (SELECT note FROM note "
                f"WHERE id = '{note['id']}'); UPDATE board SET file_bytes = 7 "
                f"WHERE id = '{hurt.id}'")
        done = cli.run("check", "--json")
        same(done.returncode, 65)
        found = json.loads(done.stdout)["faults"]
        same(sorted(f["fault"] for f in found), ["body", "log", "sum"])
        for fault in found:
            check(hurt.id in fault["detail"], fault)
        plain = cli.run("check")
        same(plain.returncode, 65)
        check(b"3 faults" in plain.stdout, plain.stdout)
        cli.out("board", "rm", hurt.id)
        same(cli.out("check"), "no fault\n")


def codes(tap, cli):
    link = f"{URL}/#w.Zk3Zk3Zk3Zk3Zk3Zk3Zk3Z"
    with tap.claim("qr draws the same code on a terminal and as SVG"):
        dark, side = modules(cli.out("qr", link))
        svg = cli.out("qr", "--svg", link)
        same({tuple(map(int, m)) for m in re.findall(r"M(\d+) (\d+)h1", svg)},
             dark)
        finder = {(4 + x, 4 + y) for x in range(7) for y in range(7)
                  if x in (0, 6) or y in (0, 6)}
        check(finder <= dark, "no finder pattern")
        same(min(x for x, _ in dark), 4)
        same(max(x for x, _ in dark), side - 5)

    with tap.claim("what it draws is read as it was given"):
        for text in (link, "a", "x" * 1000, "&<'\" %"):
            same(read_code(cli.out("qr", text)), text)

    with tap.claim("qr refuses what is too long for one (65)"):
        cli.fails(65, "qr", "x" * 4000)
        cli.fails(65, "qr", "")


def completion(tap, site, cli):
    script = os.path.join(SOURCE, "src", "notewire", "completion.bash")

    def complete(*words):
        listing = " ".join(f"'{w}'" for w in words)
        done = subprocess.run(
            ["bash", "-c", f"compopt() {{ :; }}; source '{script}'; "
             f"COMP_WORDS=(notewire {listing}); "
             f"COMP_CWORD={len(words)}; _notewire; "
             "printf '%s\\n' \"${COMPREPLY[@]}\""],
            env={**site.environment(), "PATH": site.path("bin") + ":" +
                 os.environ["PATH"]}, capture_output=True, text=True,
            check=True, timeout=20)
        return set(done.stdout.split())

    with tap.claim("completion offers every command and its options"):
        cli.out("board", "list")
        names = cli.commands()
        check({n.split()[0] for n in names} <= complete(""), complete(""))
        for name in names:
            words = name.split()
            if len(words) == 2:
                check(words[1] in complete(words[0], ""), name)
            usage_line = cli.out(*words, "--help").splitlines()[0]
            wanted = set(re.findall(r"--[a-z]+", usage_line))
            check(wanted <= complete(*words, "--"), f"{name}: {wanted}")
        same(complete("qr", "--s"), {"--set", "--svg"})
        same(complete("config", "get", "store.d"),
             {"store.dir", "store.disk_floor"})


def manual(tap, cli):
    with open(os.path.join(SOURCE, "src", "notewire", "notewire.1"),
              encoding="utf-8") as f:
        text = f.read()
    with tap.claim("the manual has every command, option and exit code"):
        for name in cli.commands():
            check(f".It Cm {name}" in text, name)
            line = cli.out(*name.split(), "--help").splitlines()[0]
            for option in re.findall(r"--([a-z]+)", line):
                check(f"Fl -{option}" in text, f"{name}: --{option}")
        for code in (0, 64, 65, 66, 69, 73, 74, 75, 76, 77, 78):
            check(f".It {code}\n" in text, code)

    with tap.claim("mandoc finds nothing to say about the manuals"):
        if shutil.which("mandoc") is None:
            raise Skipped("no mandoc here")
        for path in ((SOURCE, "cgi", "notewire-api.7"),
                     (SOURCE, "cgi", "notewire.fcgi.8"),
                     (SOURCE, "src", "notewire", "notewire.1"),
                     (SOURCE, "src", "notewired", "notewired.8"),
                     (SOURCE, "www", "js", "notewire",
                      "notewire-client.3js"),
                     (BUILD, "notewire.conf.5")):
            done = subprocess.run(["mandoc", "-Tlint", os.path.join(*path)],
                                  capture_output=True, text=True, check=False)
            # what is not installed here is no fault
            said = [line for line in done.stdout.splitlines()
                    if "referenced manual not found" not in line]
            same(said, [], path[-1])


def usage(tap, cli):
    with tap.claim("--help lists the commands, --version says which one"):
        help_text = cli.out("--help")
        for name in cli.commands():
            check(name in help_text, name)
            check(cli.out(*name.split(), "--help").startswith(
                f"usage: notewire {name}"), name)
        check(cli.out("--version").startswith("notewire "))

    with tap.claim("--help of a word that several commands begin with lists "
                   "those"):
        every = cli.commands()
        for word in {name.split()[0] for name in every if " " in name}:
            same(cli.commands(word), [name for name in every
                                      if name.startswith(word + " ")])
        cli.fails(64, "nothing", "--help")
        cli.fails(64, "boar", "--help")

    with tap.claim("a wrong line is refused (64) and says why"):
        for words in ([], ["nothing"], ["board"], ["board", "nothing"],
                      ["board", "list", "more"], ["board", "show"],
                      ["board", "list", "--nothing"],
                      ["board", "list", "--json=yes"], ["--set"],
                      ["board", "list", "-x"],
                      ["board", "list", "--set", "store.readers"]):
            problem = cli.fails(64, *words)
            check(problem.startswith("notewire: "), problem)
        for words, why in (
                ([], "a command is missing; notewire --help"),
                (["nothing"], "nothing: no such command; notewire --help"),
                (["board"], "board: a word is missing; notewire board --help"),
                (["board", "lst"],
                 "board lst: no such command; notewire board --help")):
            check(cli.fails(64, *words).startswith("notewire: " + why), why)


def configuration(tap, site, cli):
    with tap.claim("a wrong configuration is refused (78)"):
        for words in (["--config", site.path("conf", "none.conf")],
                      ["--set", "store.nothing=1"],
                      ["--set", "store.readers=none"]):
            check(cli.fails(78, "board", "list", *words))


def owner(tap, site, cli):
    with tap.claim("who does not own the data is refused (77)"):
        if not is_root():
            raise Skipped("there is one user only")
        foreign = tempfile.mkdtemp(prefix="nw-", dir=site.dir)
        os.chmod(foreign, 0o755)
        cli.fails(77, "board", "list", "--set", f"store.dir={foreign}")
        same(os.listdir(foreign), [])

    with tap.claim("root becomes the owner of the data"):
        if not is_root():
            raise Skipped("not root")
        root = Cli(site, as_root=True)
        made = root.json("board", "create", "by root")
        check(made["id"] in cli.out("board", "list"))
        for folder, _, names in os.walk(site.data):
            for name in names:
                same(os.stat(os.path.join(folder, name)).st_uid,
                     os.stat(site.data).st_uid, name)

    with tap.claim("root makes no data directory of its own (66)"):
        if not is_root():
            raise Skipped("not root")
        missing = site.path("missing")
        root.fails(66, "board", "list", "--set", f"store.dir={missing}")
        check(not os.path.exists(missing))


def failures(tap, site, cli):
    with tap.claim("a full disk is refused (75), and nothing was made"):
        before = cli.lines("board", "list")
        cli.fails(75, "board", "create", "--set", "store.disk_floor=1024G")
        same(cli.lines("board", "list"), before)

    with tap.claim("an output that cannot be written is told (74)"):
        with open("/dev/full", "w", encoding="utf-8") as full:
            same(cli.run("board", "list", stdout=full).returncode, 74)

    with tap.claim("a data directory that is none is told (74)"):
        plain = site.path("tmp", "plain")
        shutil.copyfile(os.path.join(site.data, "bell"), plain)
        site.give(plain)
        cli.fails(74, "board", "list", "--set", f"store.dir={plain}")


def body(tap):
    with served(tap, "socket", {"http.url": URL}) as site:
        cli = Cli(site)
        boards(tap, site, cli)
        links(tap, site, cli)
        notes(tap, site, cli)
        transfer(tap, site, cli)
        whole(tap, site, cli)
        codes(tap, cli)
        usage(tap, cli)
        completion(tap, site, cli)
        manual(tap, cli)
        configuration(tap, site, cli)
        owner(tap, site, cli)
        failures(tap, site, cli)


if __name__ == "__main__":
    t.main(body)
