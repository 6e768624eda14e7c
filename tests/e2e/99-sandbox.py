#!/usr/bin/python3
"""Proves what responder and daemon cannot do once they have started.

What each says in /health of its sandbox is what the kernel says of its threads.
A library in the programs themselves tries to read, write, begin programs and
processes, send signals and make sockets, and is refused; yet checkpoints, large
attachments, a renewed certificate, HUP and take-over go as ever. A CGI run has
no filter of calls. Where the system has not all of it, a program tells, and ends
if all was required. Where this machine has none of it, claims are skipped.
"""

import errno
import json
import os
import shutil
import signal
import socket
import ssl
import time

import tap as t
from api import Board, new_id
from certificate import make_certificate
from daemon import Daemon
from harness import build_library, sanitized, served, wait_for
from tap import Skipped, check, same

WHOLE = {"no_new_privs": True, "seccomp": True}
REFUSALS = {"read": errno.EACCES, "list": errno.EACCES, "write": errno.EACCES,
            "fork": errno.EPERM, "exec": errno.EPERM, "kill": errno.EPERM,
            "inet": errno.EPERM, "packet": errno.EPERM,
            "ptrace": errno.EPERM}
LARGE = 1 << 20


def sandbox_of(client):
    return client.ask("GET", "/health").json()["sandbox"]


def sandbox_of_daemon(site):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as s:
        s.settimeout(10)
        s.connect(site.path("run", "status.sock"))
        s.sendall(b"GET /health HTTP/1.0\r\n\r\n")
        with s.makefile("rb") as answer:
            return json.loads(answer.read().partition(b"\r\n\r\n")[2])[
                "sandbox"]


def threads(pid):
    """(NoNewPrivs, Seccomp) of every thread, as the kernel says."""
    found = []
    for thread in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{thread}/status",
                  encoding="ascii") as f:
            values = dict(line.split(":\t", 1) for line in f if ":\t" in line)
        found.append((int(values["NoNewPrivs"]), int(values["Seccomp"])))
    return found


def is_whole(sandbox):
    return all(sandbox[n] == v for n, v in WHOLE.items()) and \
        sandbox["landlock"] > 0


def tried(site, knock):
    """What came of each attempt inside a program that somebody knocks at."""
    path = site.path("run", "try")
    with open(path, "w", encoding="ascii"):
        site.give(path)
    for _ in range(3):
        knock()

    def lines():
        with open(path, encoding="ascii") as f:
            return f.read().split("\n")
    wait_for(lambda: "done" in lines(), 10, "the attempts")
    pairs = [line.split() for line in lines() if " " in line]
    os.unlink(path)
    return {name: int(value) for name, value in pairs}


def body(tap):
    if sanitized():
        raise Skipped("a sanitizer wants more than a program")
    with served(tap, "direct") as site, Daemon(site) as daemon:
        whole = is_whole(sandbox_of(site.direct)) and \
            is_whole(sandbox_of_daemon(site))
        told(tap, site, daemon, whole)
    if whole:
        inside(tap)
        goes_on(tap)
        spawned(tap)
    required(tap)


def told(tap, site, daemon, whole):
    with tap.claim("/health tells of the sandbox what the kernel does, of "
                   "every thread"):
        if not whole:
            raise Skipped("this system has not all of it")
        wait_for(lambda: len(threads(site.responder.pid)) > 100, 10,
                 "its threads")
        for pid in (site.responder.pid, daemon.pid):
            same(set(threads(pid)), {(1, 2)})

    with tap.claim("sandbox.use = no: none of it, and it tells so"):
        site.configure({"sandbox.use": "no"})
        site.restart_responder()
        same(sandbox_of(site.direct), {"no_new_privs": False, "landlock": 0,
                                       "seccomp": False})
        same(set(threads(site.responder.pid)), {(0, 0)})


def inside(tap):
    with served(tap, "direct") as site:
        library = build_library(site, "try-to-leave")
        env = {"LD_PRELOAD": library, "NOTEWIRE_TRY": site.path("run", "try"),
               "NOTEWIRE_LEFT": site.path("log", "left")}
        site.stop_responder()
        site.responder = site.start_responder(env=env)
        daemon = Daemon(site)
        daemon.before = ["env", *(f"{n}={v}" for n, v in env.items())]
        with daemon:
            with tap.claim("the responder's own code is refused files, "
                           "programs, processes, signals and sockets"):
                same(tried(site, lambda: site.direct.ask("GET", "/health")),
                     REFUSALS)
            with tap.claim("so is the daemon's"):
                same(tried(site, lambda: sandbox_of_daemon(site)), REFUSALS)
        check(not os.path.exists(env["NOTEWIRE_LEFT"]), "it has written there")


def goes_on(tap):
    with served(tap, "direct") as site:
        board = Board(site.direct)
        with tap.claim("the log is checkpointed, and a large attachment comes "
                       "and goes"):
            wal = next(entry.path for entry in os.scandir(
                site.path("data")) if entry.name.endswith("-wal"))
            blob = os.urandom(LARGE)
            path = f"{board.path}/files/{new_id()}"
            file = f"{path}?note={board.note('with a file')['id']}"
            board.writer.ask("PUT", file, body=blob, headers=[
                ("Content-Type", "application/octet-stream")],
                expect=(200, 201))
            for _ in range(30):
                board.note("x" * 60000)
            size = os.path.getsize(wal)
            for _ in range(120):
                board.note("x" * 60000)
            check(os.path.getsize(wal) < size * 4, "no checkpoint")
            check(board.reader.get(path).body == blob, "other bytes")
            board.writer.delete(path, expect=204)

        live, archive = (site.path(n) for n in ("live", "archive"))
        os.mkdir(live)
        os.mkdir(archive)
        links = [os.path.join(live, n) for n in ("cert.pem", "key.pem")]

        def renew(name):
            for link, file in zip(links, make_certificate(site, name)):
                if os.path.lexists(link):
                    os.unlink(link)
                os.symlink(shutil.move(file, archive), link)
        renew("first")
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        with Daemon(site, {"daemon.listen_tls": f"127.0.0.1:{port}",
                           "daemon.certificate": links[0],
                           "daemon.key": links[1]}) as daemon:
            def name():
                context = ssl.create_default_context()
                context.check_hostname = False
                context.verify_mode = ssl.CERT_NONE
                with socket.create_connection(("127.0.0.1", port), 5) as s, \
                        context.wrap_socket(s) as tls:
                    return b"second" in tls.getpeercert(binary_form=True)
            with tap.claim("HUP reads the configuration, and a certificate "
                           "that links lead to, anew"):
                same(name(), False)
                renew("second")
                site.configure({"daemon.connections": 7})
                os.kill(daemon.pid, signal.SIGHUP)
                wait_for(name, 5, "the new certificate")
                check("reread connections=7" in site.log_text(
                    "notewired.log"), "the configuration was not read")

            with tap.claim("a successor takes over, and the old one ends"):
                old = daemon.process
                daemon.start(after=["--take-over"])
                wait_for(lambda: old.run.poll() is not None, 15, "its end")
                same(old.run.returncode, 0)
                same(name(), True)


def spawned(tap):
    with served(tap, "spawn") as site, \
            tap.claim("a responder that a web server started, its socket on "
                      "descriptor 0, is in it as well"):
        check(is_whole(sandbox_of(site.http)), sandbox_of(site.http))
        Board(site.http).note("as ever")
    with served(tap, "cgi") as site, \
            tap.claim("a CGI run is kept to its files"):
        got = sandbox_of(site.http)
        check(got["landlock"] > 0 and got["no_new_privs"], got)
        same(got["seccomp"], False)
        Board(site.http).note("as ever")


def required(tap):
    with served(tap, "direct") as site:
        env = {"LD_PRELOAD": build_library(site, "try-to-leave"),
               "NOTEWIRE_OLD_KERNEL": "yes"}
        site.stop_responder()
        with tap.claim("on an older kernel it serves, and tells what it has "
                       "not"):
            site.responder = site.start_responder(env=env)
            same(sandbox_of(site.direct)["landlock"], 0)
            site.stop_responder()
        Daemon(site).copy()
        for said in (["--require-sandbox"],
                     ["--set", "sandbox.require=yes"]):
            with tap.claim(f"where all is required ({said[-1]}) it does not "
                           "start: 77"):
                for words in ([site.path("bin", "notewire.fcgi"), "--listen",
                               site.path("run", "other.sock")],
                              [site.path("bin", "notewired")]):
                    refuses(site, [*words, *said], env)


def refuses(site, words, env):
    mark = site.log_mark("required.log")
    began = time.monotonic()
    process = site.spawn(words, "required.log", env)
    wait_for(lambda: process.run.poll() is not None, 10, "its end")
    same((words[0], process.run.returncode), (words[0], 77))
    check(time.monotonic() - began < 10, "late")
    check(b"sandbox required landlock=0" in
          site.log_since("required.log", mark), "no word about it")


if __name__ == "__main__":
    t.main(body)
