#!/usr/bin/python3
"""Proves that the command line does what the responder does, beside it.

Boards made by it open through a web server, and those made there are listed,
shown and deleted by it; plain for people, --json for scripts; each failure
has its exit code and changes nothing.
"""

import os
import shutil
import tempfile

import tap as t
from api import Board, Client, new_id, token_of
from cli import Cli
from harness import is_root, served
from tap import Skipped, check, same

URL = "https://notes.example/wire"


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


def usage(tap, cli):
    with tap.claim("--help lists the commands, --version says which one"):
        help_text = cli.out("--help")
        for name in cli.commands():
            check(name in help_text, name)
            check(cli.out(*name.split(), "--help").startswith(
                f"usage: notewire {name}"), name)
        check(cli.out("--version").startswith("notewire "))

    with tap.claim("a wrong line is refused (64) and says why"):
        for words in ([], ["nothing"], ["board"], ["board", "nothing"],
                      ["board", "list", "more"], ["board", "show"],
                      ["board", "list", "--nothing"],
                      ["board", "list", "--json=yes"], ["--set"],
                      ["board", "list", "-x"],
                      ["board", "list", "--set", "store.readers"]):
            problem = cli.fails(64, *words)
            check(problem.startswith("notewire: "), problem)


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
        usage(tap, cli)
        configuration(tap, site, cli)
        owner(tap, site, cli)
        failures(tap, site, cli)


if __name__ == "__main__":
    t.main(body)
