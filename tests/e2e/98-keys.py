#!/usr/bin/python3
"""Proves that the table of keys is one truth.

Manual, sample file and notewire config tell the same keys; every program takes
each from every place, later places over earlier ones, and refuses the same
values by file and line; notewire config says where a value came from.  And
what no other test sets on purpose does what its help says.
"""

import json
import os
import re
import socket
import time

import tap as t
from api import Board, new_id, put_op, seq_of
from cli import Cli
from daemon import Daemon
from feeds import EventStream
from harness import BUILD, served, wait_for
from tap import check, same

PROGRAMS = ("notewire.fcgi", "notewired")
UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40,
         "ms": 1, "s": 1000, "m": 60000, "h": 3600000, "d": 86400000}


def amount(text):
    number, unit = re.fullmatch(r"(\d+)([A-Za-z]*)", text).groups()
    return int(number) * UNITS[unit]


def other_value(key):
    """A good value that is not the default."""
    kind, default = key["kind"], key["default"]
    if " to " in kind:
        least = kind.split(", ")[1].split(" to ")[0]
        most = kind.split(" to ")[1]
        return least if amount(least) != amount(default) else most
    return {"text": "127.0.0.1:1", "absolute path": "/elsewhere",
            "absolute path, or nothing": "/elsewhere",
            "http or https address, or nothing": "https://x.example/",
            "stun:HOST and turn:USER:PASSWORD@HOST, or nothing":
            "stun:x.example",
            "yes or no": "yes" if default == "no" else "no"}.get(
                kind) or kind.split()[-1]


def bad_value(key):
    kind = key["kind"]
    if " to " in kind:
        return "99999999999999999999"
    return {"text": "two  blanks", "absolute path": "relative",
            "absolute path, or nothing": "relative",
            "http or https address, or nothing": "ftp://x"}.get(
                kind, "nonsense")


class Files:
    """A configuration in a folder of its own."""

    def __init__(self, site):
        self.site = site
        self.folder = site.path("tmp", "conf-" + new_id())
        self.path = os.path.join(self.folder, "notewire.conf")
        os.makedirs(os.path.join(self.folder, "conf.d"))

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w",
                  encoding="utf-8") as f:
            f.write(text)

    def printed(self, cli, program, *words, env=None):
        """{section.key: value} as the program prints it; or its complaint."""
        own = Cli.__new__(Cli)
        own.site, own.before = self.site, cli.before
        own.program = os.path.join(BUILD, program)
        done = own.run("--config", self.path, "--print-config", *words,
                       env=env)
        if done.returncode != 0:
            return done.returncode, done.stderr.decode()
        section, found = "", {}
        for line in done.stdout.decode().splitlines():
            if line.startswith("["):
                section = line[1:-1]
            elif " = " in line + " " and not line.startswith("#"):
                name, _, value = line.partition(" = ")
                found[f"{section}.{name.strip()}"] = value.strip()
        return found


def keys_of(cli, files, *words, env=None):
    out = cli.run("config", "list", "--json", "--config", files.path, *words,
                  env=env)
    same(out.returncode, 0, out.stderr)
    return {k["key"]: k for k in json.loads(out.stdout)["keys"]}


def as_set(keys):
    return {name: key["value"] for name, key in keys.items()}


def table(tap, site, cli):
    files = Files(site)
    files.write("notewire.conf", "")
    keys = keys_of(cli, files)

    with tap.claim("the manual has every key, with what it takes and its "
                   "default"):
        with open(os.path.join(BUILD, "notewire.conf.5"),
                  encoding="utf-8") as f:
            manual = f.read().replace("\\-", "-")
        for key in keys.values():
            section, name = key["key"].split(".")
            part = manual.partition(f".Ss {section}\n")[2]
            entry = part.partition(f".It Ic {name}\n")[2].partition(
                ".It ")[0].replace("\n", " ")
            for text in (key["help"], key["kind"], key["default"]):
                check(text in entry, (key["key"], text, entry))
        same(len(re.findall(r"^\.It Ic ", manual, re.M)), len(keys))

    with tap.claim("the sample file has every key and means the defaults"):
        sample = cli.out("config", "sample")
        files.write("notewire.conf", sample)
        same(as_set(keys_of(cli, files)), as_set(keys))
        same({k["origin"] for k in keys_of(cli, files).values()},
             {"default"})
        plain = re.sub(r"^#(\w+ =)", r"\1", sample, flags=re.M)
        files.write("notewire.conf", plain)
        given = keys_of(cli, files)
        same(as_set(given), as_set(keys))
        check(all(":" in k["origin"] for k in given.values()), given)
        for program in PROGRAMS:
            same(files.printed(cli, program), as_set(keys), program)
    return keys


def places(tap, site, cli, keys):
    key, name = "feed.heartbeat", "NOTEWIRE_FEED_HEARTBEAT"
    files = Files(site)
    files.write("notewire.conf", "[feed]\n\nheartbeat = 11s\n")
    first = os.path.join(files.folder, "conf.d", "a.conf")
    second = os.path.join(files.folder, "conf.d", "b.conf")

    with tap.claim("later places win, and config says which one did"):
        def now(*words, env=None):
            got = keys_of(cli, files, *words, env=env)[key]
            for program in PROGRAMS:
                same(files.printed(cli, program, *words, env=env)[key],
                     got["value"], program)
            return got["value"], got["origin"]
        same(now(), ("11s", f"{files.path}:3"))
        files.write("conf.d/b.conf", "[feed]\nheartbeat = 13s\n")
        files.write("conf.d/a.conf", "[feed]\nheartbeat = 12s\n")
        files.write("conf.d/c.other", "[feed]\nheartbeat = 14s\n")
        same(now(), ("13s", f"{second}:2"))
        os.unlink(second)
        same(now(), ("12s", f"{first}:2"))
        env = {name: "15s"}
        same(now(env=env), ("15s", name))
        same(now("--set", f"{key}=16s", env=env), ("16s", "option"))
        same(cli.out("config", "get", key, "--config", files.path), "12s\n")
        plain = cli.lines("config", "list", "--config", files.path)
        check(f"{key} = 12s\t# {first}:2" in plain, plain)
        cli.fails(66, "config", "get", "feed.nothing")

    files = Files(site)
    with tap.claim("every key is taken from a file, a variable and an option, "
                   "by every program"):
        pairs = {"daemon.certificate": "/c", "daemon.key": "/k",
                 "board.create_token": "sixteen characters",
                 "board.create": "token", "feed.retry_max": "1h"}
        for one in keys.values():
            wanted = {one["key"]: other_value(one)}
            if one["key"] in pairs or one["key"] == "daemon.listen_tls":
                wanted.update(pairs)
            lines = [f"[{k.split('.')[0]}]\n{k.split('.')[1]} = {v}\n"
                     for k, v in wanted.items()]
            env = {"NOTEWIRE_" + k.replace(".", "_").upper(): v
                   for k, v in wanted.items()}
            options = [w for k, v in wanted.items()
                       for w in ("--set", f"{k}={v}")]
            if len(wanted) == 1:    # rules between keys hold for files too
                files.write("notewire.conf", "".join(lines))
                for program in PROGRAMS:
                    same(files.printed(cli, program)[one["key"]],
                         wanted[one["key"]], program)
            files.write("notewire.conf", "")
            for words, variables in (((), env), (options, None)):
                same(keys_of(cli, files, *words, env=variables)[one["key"]]
                     ["value"], wanted[one["key"]], one["key"])
                for program in PROGRAMS:
                    same(files.printed(cli, program, *words, env=variables)
                         [one["key"]], wanted[one["key"]], program)

    with tap.claim("a bad value of any key is refused by all (78), with file "
                   "and line"):
        for one in keys.values():
            section, key = one["key"].split(".")
            files.write("notewire.conf",
                        f"[{section}]\n\n{key} = {bad_value(one)}\n")
            said = [files.printed(cli, program) for program in PROGRAMS]
            where = f"{files.path}:3: {key} "
            own = cli.fails(78, "config", "list", "--config", files.path)
            check(where in own, own)
            for code, text in said:
                same(code, 78, one["key"])
                check(where in text, (one["key"], text))


def limits(tap):
    settings = {"store.revisions": "2", "feed.heartbeat": "1s",
                "feed.longpoll": "1s", "feed.retry_min": "1234ms",
                "feed.retry_max": "1234ms", "limit.note_bytes": "1K",
                "limit.json_depth": "4", "limit.json_values": "16",
                "limit.header_bytes": "1K", "limit.header_lines": "16"}
    with served(tap, "socket", settings) as site:
        board = Board(site.http)

        with tap.claim("store.revisions: so many are kept of a note"):
            note = board.note("0")
            for i in range(1, 41):
                note = board.writer.patch(
                    board.note_path(note["id"]), {"text": str(i)},
                    headers=[("If-Match", f'"{note["rev"]}"')],
                    expect=200).json()
            kept = board.reader.get(board.note_path(note["id"]) +
                                    "/history").json()["revisions"]
            check(2 <= len(kept) <= 17, len(kept))
            same([r["doc"]["text"] for r in kept],
                 [str(40 - i) for i in range(len(kept))])

        with tap.claim("feed.heartbeat: a stream lives by it"):
            stream = EventStream(board.reader, board.path +
                                 "/changes?since=now&feed=eventsource")
            stream.until("up-to-date")
            stream.until("heartbeat")
            began = time.monotonic()
            stream.until("heartbeat", 4)
            stream.until("heartbeat", 4)
            check(1.2 < time.monotonic() - began < 6, "another rhythm")
            same(stream.parser.retry, 1234, "feed.retry_min, feed.retry_max")
            stream.close()

        with tap.claim("feed.longpoll: it waits so long"):
            began = time.monotonic()
            got = board.reader.get(board.path + "/changes?since=now&"
                                   "feed=longpoll", timeout=20).json()
            same(got["results"], [])
            check(0.5 < time.monotonic() - began < 6, "another time")

        with tap.claim("limit.note_bytes: a larger note is refused"):
            board.note("x" * 800)
            answer = board.writer.post(board.path + "/notes",
                                       {"text": "x" * 1100}, expect=413)
            same(answer.slug(), "too-large")
            same(board.snapshot()["limits"]["note_bytes"], 1024)

        with tap.claim("limit.json_depth and limit.json_values: more is "
                       "refused"):
            def refused(doc):
                same(board.admin.patch(board.path, doc, expect=400).slug(),
                     "bad-json")
            board.admin.patch(board.path, {"settings": {"a": {"b": 1}}},
                              expect=200)
            refused({"settings": {"a": {"b": {"c": {"d": 1}}}}})
            board.admin.patch(board.path, {"settings": {
                "a": list(range(10))}}, expect=200)
            refused({"settings": {"a": list(range(16))}})

        with tap.claim("limit.header_bytes and limit.header_lines: more is "
                       "refused"):
            for more in ([("X-Long", "x" * 1100)],
                         [(f"X-{i}", "x") for i in range(20)]):
                same(board.reader.ask("GET", board.path, headers=more,
                                      expect=431).slug(),
                     "headers-too-large")


def ages(tap):
    settings = {"store.log_age": "1s", "store.key_age": "1s"}
    with served(tap, "direct", settings) as site:
        board = Board(site.direct)
        op = put_op("once")
        first = board.ops([op])[0]
        started = time.monotonic()

        def aged():
            return time.monotonic() - started > 1.2
        wait_for(aged, 5, "a second's age")

        with tap.claim("store.log_age: older changes go, and cursors to them "
                       "are reset"):
            for _ in range(4):
                board.ops([put_op("x") for _ in range(100)])
            got = board.reader.get(f"{board.path}/changes?since=0").json()
            same(got["reset"], "floor")
            again = board.ops([op])[0]
            same((again["seq"], again["status"]),
                 (first["seq"], first["status"]), "the key is still known")

        with tap.claim("store.key_age: an older key is forgotten"):
            while seq_of(board.head()) < 4096:
                board.ops([put_op("x") for _ in range(100)])
            taken = board.ops([{**op, "id": new_id(),
                                "doc": {"text": "other"}}])[0]
            same(taken["status"], 201, taken)


def daemon(tap):
    with served(tap, "nginx") as site:
        status = site.path("run", "elsewhere.sock")
        with Daemon(site, {"daemon.status": status}):
            with tap.claim("daemon.status: health and metrics are there"):
                with socket.socket(socket.AF_UNIX) as s:
                    s.connect(status)
                    s.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
                    check(s.recv(100).startswith(b"HTTP/1.0 200"))
                check(not os.path.exists(site.path("run", "status.sock")))


def body(tap):
    with served(tap, "direct") as site:
        cli = Cli(site)
        keys = table(tap, site, cli)
        places(tap, site, cli, keys)
    limits(tap)
    ages(tap)
    daemon(tap)


if __name__ == "__main__":
    t.main(body)
