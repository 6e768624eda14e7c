#!/usr/bin/python3
"""Proves that with the daemon every way of following a board is as exact.

What 20-feeds proves of the responder alone, once more with a daemon beside it:
now the daemon holds every stream and long-poll, those of CGI runs too, and no
thread and no process of the responder's waits for anything.
"""

import contextlib

import play
import tap as t
from daemon import Daemon
from tap import same


@contextlib.contextmanager
def beside(site):
    if site.responder is None:
        site.start_responder()      # for the daemon to ask
    with Daemon(site) as daemon:
        yield daemon
        text = site.log_text("notewired.log")
        same(" refused " in text, False, text[-500:])


if __name__ == "__main__":
    t.main(lambda tap: play.body(tap, beside, play.WITH_SOCKETS))
