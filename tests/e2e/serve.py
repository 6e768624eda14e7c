#!/usr/bin/python3
"""Serves a fresh, empty Notewire for other tests, until TERM or end of input.

	serve.py [WAY] [section.key=value]...

Prints one line, `ready http://127.0.0.1:PORT/notewire/`, once it answers.
"""

import sys

from harness import Site


def main(words):
    way = words.pop(0) if words and "=" not in words[0] else "socket"
    settings = dict(word.split("=", 1) for word in words)
    with Site(way, settings) as site:
        print(f"ready http://{site.http.host}/notewire/", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1:])
