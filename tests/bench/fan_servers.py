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
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.path.abspath(os.environ.get("top_builddir")
                        or os.path.join(HERE, "..", ".."))


class Tool:
    """A program that obeys lines on its input and answers by lines."""

    def __init__(self, name, *words):
        self.name = name
        self.process = subprocess.Popen(
            [os.path.join(BUILD, "tests", "bench", name), *words],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            bufsize=1)

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


SERVERS = {"bare": Bare, "together": Together}
