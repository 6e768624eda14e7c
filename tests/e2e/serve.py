#!/usr/bin/python3
"""Serves a fresh, empty Notewire for other tests, until TERM or end of input.

	serve.py [WAY] [--daemon] [section.key=value]...

Prints one line, `ready http://127.0.0.1:PORT/notewire/`, once it answers; with
a daemon beside it, `daemon PID` before that.
"""

import contextlib
import sys

from daemon import Daemon
from harness import Site


def main(words):
    beside = "--daemon" in words
    words = [word for word in words if word != "--daemon"]
    way = words.pop(0) if words and "=" not in words[0] else "socket"
    settings = dict(word.split("=", 1) for word in words)
    with contextlib.ExitStack() as stack:
        site = stack.enter_context(Site(way, settings))
        if beside:
            daemon = stack.enter_context(Daemon(site))
            print(f"daemon {daemon.pid}", flush=True)
        print(f"ready http://{site.http.host}/notewire/", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1:])
