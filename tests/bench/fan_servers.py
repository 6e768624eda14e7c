"""The servers that fanout.py measures, each behind the same few words.

A server under test is a class with these members, and a line in SERVERS:

    start(folder, over, subscribers)
                    starts it, its files in a folder that is there, to be
                    reached over "tcp", "unix" or "tls" by so many
    place           where it listens, as fan_load takes it: tcp:ADDRESS:PORT,
                    unix:PATH, tls:ADDRESS:PORT
    path            of the upgrade request
    authorization   of that header, or None
    pids()          the processes whose time and memory count
    first           number of the change that will be published next
    publish(count)  makes so many changes ready at the same moment; each holds
                    "at=" and the monotonic clock's nanoseconds of just before
    stop()          ends it, started or not

All its subscribers get every change.  Changes are to be of about 100 bytes.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))

# pylint: disable=wrong-import-position
from api import Board, seq_of  # noqa: E402
from certificate import make_certificate  # noqa: E402
from daemon import Daemon  # noqa: E402
from harness import Site, as_user  # noqa: E402

BUILD = os.path.abspath(os.environ.get("top_builddir")
                        or os.path.join(HERE, "..", ".."))


class Tool:
    """A program that obeys lines on its input and answers by lines."""

    def __init__(self, name, *words, path=None, before=()):
        self.name = name
        self.process = subprocess.Popen(
            [*before, path or os.path.join(BUILD, "tests", "bench", name),
             *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            bufsize=1)

    @classmethod
    def of_site(cls, site, name, *words):
        """One that runs as the service's user, who may not read a build."""
        path = site.path("bin", name)
        shutil.copy(os.path.join(BUILD, "tests", "bench", name), path)
        os.chmod(path, 0o755)
        return cls(name, *words, path=path, before=as_user())

    def say(self, *words):
        self.process.stdin.write(" ".join(map(str, words)) + "\n")

    def hear(self, first):
        """The words after the first of a line, which must be that one."""
        words = self.process.stdout.readline().split()
        if words[:1] != [first]:
            raise SystemExit(f"{self.name}: {' '.join(words) or 'ended'}"
                             f" instead of {first}")
        return words[1:]

    def stop(self):
        """Its input ends, and so does it."""
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


class Bare:
    """A send() for each change to each subscriber: what is measured against."""

    verb = "each"
    path = "/socket"
    authorization = None

    def __init__(self):
        self.tool = None
        self.place = None
        self.first = 1

    def start(self, folder, over, subscribers):
        del subscribers     # as many as come
        if over == "tls":
            raise SystemExit("bare_send speaks no TLS")
        place = "tcp:127.0.0.1:0" if over == "tcp" else \
            f"unix:{folder}/bare.sock"
        self.tool = Tool("bare_send", place)
        self.place, = self.tool.hear("listening")

    def pids(self):
        return [self.tool.process.pid]

    def size(self, size):
        """Bytes of payload of its changes from now on."""
        self.tool.say("size", size)

    def publish(self, count):
        self.tool.say(self.verb, count, time.monotonic_ns())
        self.first += count

    def cpu(self):
        """Nanoseconds by its own account, and how often it has sent."""
        self.tool.say("cpu")
        cpu, _, sends = self.tool.hear("cpu")
        return int(cpu), int(sends)

    def stop(self):
        if self.tool:
            self.tool.stop()


class Together(Bare):
    """The same with one send() for all changes that are ready at once."""

    verb = "together"


def free_place():
    with socket.create_server(("127.0.0.1", 0)) as s:
        return f"127.0.0.1:{s.getsockname()[1]}"


class Notewired:
    """notewired, with a responder that authorises.

    Commit is publish: changes are written by another process, straight to the
    store, and the clock starts when that is told to, as the bare loop's does.
    The commit is counted, so the data are where a sync is short.
    """

    settings = {"daemon.connections": "100000",
                "daemon.connections_tls": "100000",
                "daemon.connections_board": "100000",
                "daemon.connections_address": "100000",
                "daemon.connections_session": "100000",
                "daemon.ping": "1h", "feed.heartbeat": "1m"}

    def __init__(self):
        self.site = self.daemon = self.board = self.writer = None
        self.place = self.path = self.authorization = None
        self.first = 0

    def start(self, folder, over, subscribers):
        del subscribers     # as many as come
        memory = "/dev/shm"
        data = tempfile.mkdtemp(prefix="nw-", dir=memory
                                if os.path.isdir(memory) else folder)
        self.site = Site("direct", self.settings, data=data)
        self.site.give(data)
        self.site.__enter__()
        self.listen(over)
        self.board = Board(self.site.direct)
        self.path = f"/notewire/socket/{self.board.id}?since=now"
        self.authorization = "Bearer " + self.board.tokens["read"]
        self.first = seq_of(self.board.head()) + 1
        self.writer = Tool.of_site(self.site, "fan_write", data, self.board.id)
        self.writer.hear("ready")

    def listen(self, over):
        self.place = f"{over}:{free_place()}"
        settings = {}
        if over == "unix":
            self.place = "unix:" + self.site.path("run", "http.sock")
        elif over == "tcp":
            settings["daemon.listen"] = self.place.partition(":")[2]
        else:
            files = make_certificate(self.site, "bench")
            settings = {"daemon.listen_tls": self.place.partition(":")[2],
                        "daemon.certificate": files[0],
                        "daemon.key": files[1]}
        self.daemon = Daemon(self.site, settings)
        self.daemon.__enter__()

    def pids(self):
        return [self.daemon.pid]

    def publish(self, count):
        self.writer.say("write", count, time.monotonic_ns())
        self.writer.hear("written")
        self.first += count

    def stop(self):
        if self.writer is not None:
            self.writer.stop()
        if self.daemon is not None and self.daemon.process is not None:
            self.daemon.process.stop()
        if self.site is not None:
            self.site.__exit__(None, None, None)
            shutil.rmtree(self.site.data, ignore_errors=True)


class Echo:
    """notewired --test-echo: connections as it has them, and nobody asked who
    they are.  It publishes nothing."""

    path = "/"
    authorization = None

    def __init__(self):
        self.process = None
        self.place = None

    def start(self, folder, over, subscribers):
        del folder, subscribers
        if over != "tcp":
            raise SystemExit("notewired --test-echo listens at TCP")
        self.process = subprocess.Popen(
            [os.path.join(BUILD, "notewired"), "--test-echo", "0"],
            stdout=subprocess.PIPE, text=True)
        port = self.process.stdout.readline().rpartition(":")[2].strip(" /\n")
        self.place = "tcp:127.0.0.1:" + port

    def pids(self):
        return [self.process.pid]

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.stdout.close()
            self.process.wait(10)


SERVERS = {"echo": Echo, "bare": Bare, "together": Together, "notewired": Notewired}
