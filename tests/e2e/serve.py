#!/usr/bin/python3
"""Serves a fresh, empty Notewire for other tests, until TERM or end of input.

	serve.py [WAY] [--daemon] [--tls] [--page=FILE]... [section.key=value]...

Prints one line, `ready http://127.0.0.1:PORT/notewire/`, once it answers.
Before that come: with a daemon beside it `daemon PID`; with TLS, and HTTP/2 by
it, `secure https://localhost:PORT/notewire/`.  A page is served beside the
app, as it is.  Lines of input are done and then answered by `done LINE`:

	daemon stop         daemon start
	responder restart   server restart
	held                is answered by `held N` first: the daemon's figure
"""

import contextlib
import os
import shutil
import sys

from daemon import Daemon
from harness import Site
from secure import secure

def preparation(words):
    pages = [word.partition("=")[2] for word in words
             if word.startswith("--page=")]

    def prepare(site):
        for page in pages:
            copy = site.path("www", os.path.basename(page))
            shutil.copy(page, copy)
            os.chmod(copy, 0o644)
        if "--tls" in words:
            print(f"secure {secure(site)}", flush=True)
    return prepare


class Served:
    """What the lines of input are about."""

    def __init__(self, site, stack):
        self.site = site
        self.stack = stack
        self.daemon = None

    def begin_daemon(self):
        self.daemon = self.stack.enter_context(Daemon(self.site))
        self.tell_daemon()

    def tell_daemon(self):
        print(f"daemon {self.daemon.pid}", flush=True)

    def do(self, line):
        if line == "daemon stop":
            self.daemon.process.stop()
        elif line == "daemon start":
            self.daemon.start()
            self.tell_daemon()
        elif line == "responder restart":
            self.site.restart_responder()
        elif line == "server restart":
            self.site.server.process.stop()
            self.site.processes.remove(self.site.server.process)
            self.site.server.start()
            self.site.ready()
        elif line == "held":
            print(f"held {self.daemon.metric('held')}", flush=True)
        else:
            raise ValueError(line)
        print(f"done {line}", flush=True)


def main(words):
    options = [word for word in words if word.startswith("--")]
    words = [word for word in words if not word.startswith("--")]
    way = words.pop(0) if words and "=" not in words[0] else "socket"
    settings = dict(word.split("=", 1) for word in words)
    with contextlib.ExitStack() as stack:
        site = stack.enter_context(
            Site(way, settings, prepare=preparation(options)))
        served = Served(site, stack)
        if "--daemon" in options:
            served.begin_daemon()
        print(f"ready http://{site.http.host}/notewire/", flush=True)
        for line in sys.stdin:
            served.do(line.strip())


if __name__ == "__main__":
    main(sys.argv[1:])
