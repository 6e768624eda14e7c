#!/usr/bin/python3
"""Proves that notewire doctor finds what is wrong, and nothing where all is well.

Behind each web server, as its snippets are shipped, everything is in order,
over http, https and HTTP/2, and the doctor leaves no board behind.  Broken on
purpose, one directive of one snippet at a time, it is that directive which the
doctor names, with its snippet; or the web server refuses its configuration
itself.  What nobody could see from outside is listed here, with the reason.
"""

import contextlib
import json
import os
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import tap as t
from api import Board, Client
from cli import Cli
from daemon import Daemon
from harness import SOURCE, WAYS, Site, free_port, served, wait_for
from secure import secure
from snippets import cuts, one_line
from tap import LONG, Failed, check, same

EX_USAGE, EX_UNAVAILABLE, EX_TEMPFAIL, EX_PROTOCOL = 64, 69, 75, 76

# The way on which a snippet is tried.
WAY_OF = {
    "apache-cgi.conf": "apache-cgi", "apache-fcgi.conf": "apache",
    "apache-fcgid.conf": "apache-fcgid", "apache-page.conf": "apache",
    "lighttpd-cgi.conf": "cgi", "lighttpd-page.conf": "socket",
    "lighttpd-socket.conf": "socket", "lighttpd-spawn.conf": "spawn",
    "nginx.conf": "nginx",
}

# (snippet, the directive's beginning): why nobody sees from outside that it is
# missing.
UNSEEN = {
    ("apache-fcgid.conf", "FcgidMaxProcessesPerClass"):
        "room for more streams than a visit opens",
    ("apache-fcgid.conf", "FcgidSpawnScoreUpLimit"):
        "lets more streams begin at once than a visit opens",
    ("apache-fcgid.conf", "FcgidBusyTimeout"):
        "cuts a stream only after five minutes",
    ("apache-fcgid.conf", "FcgidWrapper"):
        "saves the memory of threads that would idle",
    ("lighttpd-spawn.conf", '"max-procs"'):
        "how many processes share the work",
    ("lighttpd-page.conf", "server.feature-flags"):
        "matters only when lighttpd is reloaded with streams open",
    ("lighttpd-page.conf", '"server.graceful-restart-bg"'): "the same",
    ("lighttpd-page.conf", '"server.graceful-shutdown-timeout"'): "the same",
    ("nginx.conf", "fastcgi_param CONTENT_LENGTH"):
        "tells the responder the length before it has read it all",
    ("nginx.conf", "fastcgi_keep_conn"):
        "takes back what stands outside the snippet",
}

# What takes its time to be seen: notewire doctor --long.
SLOW = ("timeout=90", "FcgidIOTimeout", "CGIDScriptTimeout",
        "fastcgi_read_timeout")

# What is broken each time; with --long all is.
SOME = {
    "apache-fcgi.conf": ("flushpackets=on", "CGIPassAuth",
                         'ProxyFCGISetEnvIf "%'),
    "apache-fcgid.conf": ("FcgidMaxRequestLen",),
    "apache-cgi.conf": ("Options +ExecCGI",),
    "apache-page.conf": ("Header set Content-Security-Policy",
                         'Header set Cache-Control "public',
                         "ProxyPreserveHost"),
    "lighttpd-socket.conf": ("server.stream-response-body",
                             '"tcp-fin-propagate"', "server.range-requests"),
    "lighttpd-page.conf": ('".js"', "proxy.header", "expire.url",
                           '"mod_expire"', "setenv.add-response-header"),
    "nginx.conf": ("if ($uri", "set $notewire_cache",
                   "client_max_body_size 16m", "fastcgi_param QUERY_STRING",
                   "proxy_set_header Upgrade", "absolute_redirect",
                   "fastcgi_param REQUEST_SCHEME"),
}
AT_ONCE = 3         # most of a visit is waiting


def address(site):
    return f"http://{site.http.host}/notewire/"


def visit(site, url=None, *words):
    """What the doctor found, as JSON, and its exit code."""
    done = Cli(site).run("doctor", url or address(site), "--json", *words,
                         timeout=300)
    if done.returncode not in (0, EX_PROTOCOL):
        raise Failed(f"exit {done.returncode}: {done.stderr.decode()}")
    return json.loads(done.stdout), done.returncode


def tell(found):
    return [f"{c['check']} {c['http']}: {c['text']}"
            for c in found["checks"] if c["result"] in ("fail", "warn")]


def boards(site):
    metrics = Client(site.http).get("/metrics").body.decode()
    return [line for line in metrics.splitlines()
            if line.startswith("notewire_boards ")]


# By plain CGI, lighttpd says only at a write that a browser has left.
WARNS = {"cgi": ["leaving"]}


def look(way, with_daemon, with_tls):
    """A visit where all is as shipped: what it found, its exit code, and the
    boards before and after it."""
    place = []

    def prepare(site):
        if with_tls:
            place.append(secure(site))
    with Site(way, prepare=prepare) as site, \
            Daemon(site) if with_daemon else contextlib.nullcontext():
        words, before = [], boards(site)
        if with_tls:
            words = ["--cacert", site.path("conf", "tls.crt")]
        found, code = visit(site, place[0] if place else None, *words)
        return found, code, before, boards(site)


def well(tap, way, with_daemon, with_tls, run):
    what = ("with a daemon" if with_daemon else "without one") + \
        (", by TLS" if with_tls else "")
    with tap.claim(f"{way}: {what}, all is well"):
        found, code, _, _ = run.result()
        tap.note(f"{way}: " + ", ".join(
            f"{c['check']} {c['http']} {c['ms']} ms"
            for c in found["checks"] if c["ms"] >= 100))
        bad = [line for line in tell(found)
               if line.partition(" :")[0] not in WARNS.get(way, [])
               and not (with_tls and line.startswith("certificate :")
                        and "expires in" in line)]
        same((code, bad), (0, []))
        by = {c["check"]: c["result"] for c in found["checks"]}
        same(by["WebSocket"], "ok" if with_daemon else "skip")
        versions = {c["http"] for c in found["checks"]} - {""}
        same(versions, {"1.1", "2"} if with_tls else {"1.1"})
    with tap.claim(f"{way}: {what}, its board is gone"):
        _, _, before, after = run.result()
        same(after, before)


def all_well(tap):
    kinds = [(way, False, False) for way in WAYS] + \
        [(way, True, True) for way in ("socket", "nginx", "apache")
         if way in WAYS]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        runs = [(kind, pool.submit(look, *kind)) for kind in kinds]
        for kind, run in runs:
            well(tap, *kind, run)


def needs_daemon(cut):
    words = cut.words.lower()
    return any(w in words for w in ("proxy.", "proxy_", "mod_proxy", "socket/",
                                    "upgrade", "preservehost", "forwarded"))


def broken(cut):
    """How the loss of that directive shows: None, or what names it."""
    place = []

    def prepare(site):
        path = site.path("conf", "snippets", cut.snippet)
        with open(path, encoding="utf-8") as f:
            text = f.read()
        with open(path, "w", encoding="utf-8") as f:
            f.write(cut.without(text))
        if "SCHEME" in cut.words:
            place.append(secure(site))
    words = ["--long"] if cut.words.startswith(SLOW) else []
    with Broken(WAY_OF[cut.snippet], prepare=prepare) as site:
        if site is None:
            return "the web server refuses it", []
        with Daemon(site) if needs_daemon(cut) else contextlib.nullcontext():
            found, code = visit(site, place[0] if place else None, *words)
    named = [f"{c['check']}: {c['text']}" for c in found["checks"]
             for a in c["advice"]
             if a["snippet"] == cut.snippet and cut.is_named_by(a["directive"])]
    if named and code == 0 and not any(c["result"] == "warn"
                                       for c in found["checks"]):
        raise Failed("named, and yet all is well")
    return (named[0] if named else None), tell(found)


class Broken(Site):
    """A site whose web server may not answer, or not start (then: None)."""

    def environment(self, more=None):
        """As an init system starts web servers, with nothing of ours."""
        env = super().environment(more)
        if self.server is not None and self.server.spawns:
            del env["NOTEWIRE_CONF"]
        return env

    def ready(self):
        self.server.after_start = lambda: None
        def try_it():
            self.server.check_alive()
            try:
                self.http.ask("GET", "/health", timeout=5)
                return True
            except (OSError, ValueError):
                return False
        wait_for(try_it, 20, "any answer")

    def __enter__(self):
        try:
            return super().__enter__()
        except Failed as problem:
            if "ended" not in str(problem):
                raise
            self.dir = None
            return None

    def __exit__(self, kind, problem, trace):
        if self.dir is not None:
            super().__exit__(kind, problem, trace)


def read(name):
    with open(os.path.join(SOURCE, "cgi", "conf", name),
              encoding="utf-8") as f:
        return f.read()


def chosen(cut):
    if any(cut.snippet == name and cut.words.startswith(begin)
           for name, begin in UNSEEN):
        return False
    return LONG or any(cut.words.startswith(begin)
                       for begin in SOME.get(cut.snippet, ()))


def breaking(tap):
    every = [cut for name in sorted(WAY_OF) for cut in cuts(name, read(name))
             if WAY_OF[name] in WAYS]
    with tap.claim("each directive that is listed here is there"):
        for listed in [*UNSEEN, *((n, b) for n, some in SOME.items()
                                  for b in some)]:
            check(listed[0] not in {c.snippet for c in every} or any(
                c.snippet == listed[0] and c.words.startswith(listed[1])
                for c in every), listed)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        runs = [(cut, pool.submit(broken, cut)) for cut in every
                if chosen(cut)]
        for cut, run in runs:
            with tap.claim(f"{cut.snippet}: without {cut.words[:60]} "
                           "the doctor names it"):
                named, told = run.result()
                check(named, told)
                tap.note(named)


def advice_is_true(tap):
    """Whatever is advised stands in the snippet that it is said to be in."""
    path = os.path.join(SOURCE, "src", "notewire", "doctor", "advice.c")
    with tap.claim("no advice names what its snippet does not have"):
        done = subprocess.run(
            ["cc", "-I", os.path.join(SOURCE, "src"), "-D_GNU_SOURCE", "-E",
             "-P", path], capture_output=True, check=True)
        text = one_line(done.stdout.decode())
        rows = text[text.index("table[] = {"):]
        rows = rows[:rows.index("};")]
        count = 0
        for row in rows.split("{ TROUBLE_")[1:]:
            strings = parts(row)
            if strings[0]:
                count += 1
                check(one_line(strings[2]) in one_line(
                    read(strings[0])), strings)
        check(count > 60, count)


def parts(row):
    """The strings of a row of C, neighbours joined."""
    out, current, at = [], None, 0
    while at < len(row):
        if row[at] == '"':
            current = current or ""
            at += 1
            while row[at] != '"':
                at += row[at] == "\\"
                current += row[at]
                at += 1
        elif row[at] in ",}" and current is not None:
            out.append(current)
            current = None
        at += 1
    return out


def manners(tap):
    with served(tap, "socket") as site:
        cli = Cli(site)
        with tap.claim("a wrong address is refused before anything is tried"):
            for url in ("notewire", "ftp://a.example/", "http://",
                        "http:///x", "http://u@a.example/", "http://a b/",
                        "http://a.example/#x"):
                check(cli.fails(EX_USAGE, "doctor", url), url)
        with tap.claim("nobody there is an exit code of its own, and no reason "
                       "to say what else does not work"):
            for scheme in ("http", "https"):
                done = cli.run(
                    "doctor", f"{scheme}://127.0.0.1:{free_port()}/notewire/")
                same(done.returncode, EX_UNAVAILABLE)
                first, *more, _ = done.stdout.decode().splitlines()
                check(first.startswith("FAIL  web server"), first)
                same([line for line in more if "nobody answers" not in line],
                     [])

        with tap.claim("a given link is used, and its board left as it was"):
            board = Board(site.http)
            board.note("mine")
            link = f"{address(site)}#{board.tokens['admin']}"
            found, code = visit(site, link)
            same((code, tell(found)), (0, []))
            same([n["text"] for n in board.snapshot()["notes"]], ["mine"])
            same(boards(site), ["notewire_boards 1"])

        with tap.claim("a link to read only is told, and does no harm"):
            found, code = visit(
                site, f"{address(site)}#{board.tokens['read']}")
            same(code, EX_PROTOCOL)
            check(any("must be to write" in line for line in tell(found)),
                  tell(found))

        with tap.claim("stopped by a signal, it still deletes its board"):
            run = subprocess.Popen(
                cli.words("doctor", address(site)), stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, env=site.environment())
            while not run.stdout.readline().startswith(b"ok    event"):
                check(run.poll() is None, "it ended by itself")
            run.send_signal(signal.SIGINT)
            run.communicate(timeout=20)
            same(run.returncode, EX_TEMPFAIL)
            same(boards(site), ["notewire_boards 1"])

    with served(tap, "socket", {"board.create": "cli"}) as site:
        with tap.claim("where nobody may make a board, it asks for a link"):
            found, code = visit(site)
            same(code, EX_PROTOCOL)
            check(any("give a link" in line for line in tell(found)),
                  tell(found))


def body(tap):
    advice_is_true(tap)
    manners(tap)
    all_well(tap)
    began = time.monotonic()
    breaking(tap)
    tap.note(f"broken for {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    t.main(body)
