#!/usr/bin/python3
"""What the fan-out of a change costs, against a bare send() loop.

	fanout.py [--server NAME] [--over tcp|unix|tls] [--subscribers N]...
	          [--passes N] [--rounds N]

Two servers run at the same time, each with so many subscribers.  In a round
one of them publishes a change, or several at once, until all its subscribers
have all of them; then it is the other's turn.  Each pass starts both afresh, the
servers on one processor and the subscribers on another, and each figure is the
median of the passes' ratios:

	each, 4, 16   processor time of the server's processes a delivered
	              change, with so many ready at once, to that of the bare
	              loop with one
	p99           from just before a change is published to its receipt
	round         the same within a round, of which a pass's median is taken;
	              what else the machine does shows less in it
	upgrade       processor time from a subscriber's connection to the first
	              words that it is sent, with what it is asked for in between,
	              to that of the loop's accept(), recv() and send()
	idle          bytes that the server's processes grow by for a subscriber
	              that has been upgraded, beyond the first tenth of them

Ends with 1 when a subscriber missed a change or got one twice.  The servers
are in fan_servers.py; "bare" measures the loop against itself, "together" what
one send() for several changes can save.

Environment as for the end-to-end tests: top_srcdir, top_builddir.
"""

import argparse
import contextlib
import os
import statistics
import tempfile

from fan_servers import SERVERS, Tool

SOURCES = 50            # addresses that subscribers come from
AT_ONCE = (1, 4, 16)
PASSES = 7
DELIVERIES = 100000     # in a pass of the bare loop, about
LEAST_ROUNDS = 20
WARM_ROUNDS = 3
# What a figure may be at most; with TLS, the first of them.
TARGETS = {"cpu-each": 1.10, "cpu-4-at-once": 0.35, "cpu-16-at-once": 0.12,
           "p99": 1.15, "idle": 512}
TLS_TARGETS = {"cpu-each": 1.6}
UNITS = {"bare": "us a change", "cpu-each": "x", "cpu-4-at-once": "x",
         "cpu-16-at-once": "x", "p99": "x", "round": "x",
         "bare-upgrade": "us", "upgrade": "x", "idle": "bytes"}
# The first for servers, the last for all else.
PROCESSORS = sorted(os.sched_getaffinity(0))


def cpu_of(pids):
    """Nanoseconds that all threads of some processes have run."""
    total = 0
    for pid in pids:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/schedstat",
                      encoding="ascii") as f:
                total += int(f.read().split()[0])
    return total


def pin(pids, processor):
    """Has the threads of some processes, and theirs, run there only."""
    for pid in pids:
        for thread in os.listdir(f"/proc/{pid}/task"):
            os.sched_setaffinity(int(thread), {processor})


def memory_of(pids):
    """Bytes of memory of their own that some processes have."""
    total = 0
    for pid in pids:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as f:
            for line in f:
                name, _, value = line.partition(":")
                if name in ("Private_Dirty", "Swap"):
                    total += int(value.split()[0]) * 1024
    return total


class Crowd:
    """A server and its subscribers."""

    def __init__(self, name, folder, over, subscribers):
        self.server = SERVERS[name]()
        self.subscribers = subscribers
        self.load = None
        self.idle = None        # bytes a subscriber
        self.upgrade = None     # nanoseconds of one
        self.wanted = 0         # deliveries of the pass
        self.count = 0          # changes at once
        self.cpu = 0            # at its beginning
        self.folder = folder
        self.over = over

    def __enter__(self):
        try:
            self.open()
        except BaseException:
            self.__exit__()
            raise
        return self

    def open(self):
        server = self.server
        server.start(self.folder, self.over, self.subscribers)
        pin(server.pids(), PROCESSORS[0])
        words = ["--path", server.path, "--sources", str(SOURCES)]
        if server.authorization:
            words += ["--authorization", server.authorization]
        self.load = Tool("fan_load", *words, server.place)
        tenth = max(self.subscribers // 10, 1)
        self.load.say("open", tenth)
        self.load.hear("open")
        rest = self.subscribers - tenth
        if rest:
            memory, spent = memory_of(server.pids()), cpu_of(server.pids())
            self.load.say("open", rest)
            self.load.hear("open")
            self.upgrade = (cpu_of(server.pids()) - spent) / rest
            self.idle = (memory_of(server.pids()) - memory) / rest

    def begin(self, rounds, count):
        self.wanted = rounds * count * self.subscribers
        self.count = count
        self.cpu = cpu_of(self.server.pids())
        self.load.say("pass", rounds, count, self.server.first)
        self.load.hear("armed")

    def round(self):
        self.server.publish(self.count)
        self.load.hear("round")

    def end(self):
        """What fan_load tells of a pass, and the server's "cpu" a change."""
        words = self.load.hear("pass")
        told = {name: int(value) for name, value in
                (word.split("=") for word in words)}
        if told["missing"] or told["twice"] or \
                told["delivered"] != self.wanted:
            raise SystemExit(f"{self.wanted} expected: {' '.join(words)}")
        told["cpu"] = (cpu_of(self.server.pids()) - self.cpu) / self.wanted
        return told

    def finish(self):
        """Ends the subscribers, once all that was sent has been read."""
        self.load.say("end")
        words = self.load.hear("end")
        if "missing=0" not in words or "twice=0" not in words:
            raise SystemExit("in the end: " + " ".join(words))

    def __exit__(self, *_):
        if self.load:
            self.load.stop()
        self.server.stop()


def frame_size(told, subscribers):
    """Bytes of payload of the frames of a pass, which has nothing else."""
    size = told["bytes"] // (told["changes"] * subscribers)
    return size - (4 if size > 127 else 2)


def run(crowds, rounds, counts):
    """A pass of one crowd or more, which take turns at each round."""
    for crowd, count in zip(crowds, counts):
        crowd.begin(rounds, count)
    for turn in range(rounds):
        for crowd in crowds[::-1 if turn % 2 else 1]:
            crowd.round()
    return [crowd.end() for crowd in crowds]


def measure(bare, under_test, rounds):
    """{figure: its value} of a pass."""
    warm, = run([under_test], WARM_ROUNDS, [1])
    size = frame_size(warm, under_test.subscribers)
    bare.server.size(max(size, 100))
    run([bare], WARM_ROUNDS, [1])
    found = {"size": size, "idle": under_test.idle,
             "bare-upgrade": bare.upgrade / 1e3,
             "upgrade": under_test.upgrade / bare.upgrade}
    for count in AT_ONCE:
        base, ours = run([bare, under_test],
                         rounds if count == 1 else max(rounds // 2, 2),
                         [1, count])
        name = "cpu-each" if count == 1 else f"cpu-{count}-at-once"
        found[name] = ours["cpu"] / base["cpu"]
        if count == 1:
            found["p99"] = ours["p99_ns"] / base["p99_ns"]
            found["round"] = ours["round_ns"] / base["round_ns"]
            found["bare"] = base["cpu"] / 1e3
    bare.finish()
    under_test.finish()
    return found


def show(name, values, unit, limit=None):
    middle = statistics.median(values)
    verdict = "" if limit is None else \
        f", at most {limit:g}: {'met' if middle <= limit else 'NOT MET'}"
    passes = f" ({len(values)} passes: {min(values):.3g} to" \
             f" {max(values):.3g})" if len(values) > 1 else ""
    print(f"{name} {middle:.3g} {unit}{passes}{verdict}", flush=True)


def one_pass(given, subscribers, rounds, under_test_first):
    """Starts both, in that order, and measures them."""
    crowds = {}
    with tempfile.TemporaryDirectory(prefix="nw-fanout-") as folder, \
            contextlib.ExitStack() as stack:
        for name in ("test", "bare")[::1 if under_test_first else -1]:
            place = os.path.join(folder, name)
            os.mkdir(place)
            bare_over = "unix" if given.over == "unix" else "tcp"
            words = (given.server, place, given.over) if name == "test" \
                else ("bare", place, bare_over)
            crowds[name] = stack.enter_context(Crowd(*words, subscribers))
        return measure(crowds["bare"], crowds["test"], rounds)


def compare(given, subscribers):
    rounds = given.rounds or max(DELIVERIES // subscribers, LEAST_ROUNDS)
    targets = TLS_TARGETS if given.over == "tls" else TARGETS
    passes = [one_pass(given, subscribers, rounds, turn % 2)
              for turn in range(given.passes)]
    print(f"{given.server} over {given.over}: {subscribers} subscribers, "
          f"changes of {passes[0]['size']} bytes, {rounds} rounds a pass")
    for name, unit in UNITS.items():
        values = [found[name] for found in passes if found[name] is not None]
        if values:
            show(f"{name}-{subscribers}", values, unit, targets.get(name))


def main():
    words = argparse.ArgumentParser()
    words.add_argument("--server", default="bare", choices=[
        name for name in SERVERS if hasattr(SERVERS[name], "publish")])
    words.add_argument("--over", choices=("tcp", "unix", "tls"),
                       default="tcp")
    words.add_argument("--subscribers", type=int, action="append")
    words.add_argument("--passes", type=int, default=PASSES)
    words.add_argument("--rounds", type=int)
    given = words.parse_args()
    os.sched_setaffinity(0, {PROCESSORS[-1]})
    for subscribers in given.subscribers or (1000, 10000):
        compare(given, subscribers)


if __name__ == "__main__":
    main()
