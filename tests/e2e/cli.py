"""The command line, as a script would use it beside a Site.

    cli = Cli(site)
    board = cli.json("board", "create", "Groceries")
"""

import itertools
import json
import os
import shutil
import subprocess

from harness import BUILD, as_user
from tap import Failed, same


class Cli:
    """Runs notewire with the site's configuration, as its owner or as root."""

    def __init__(self, site, as_root=False):
        self.site = site
        self.before = [] if as_root else as_user()
        self.program = site.path("bin", "notewire")
        if not os.path.exists(self.program):
            shutil.copy(os.path.join(BUILD, "notewire"), self.program)
            os.chmod(self.program, 0o755)

    def words(self, *words):
        return self.before + [self.program, *words]

    def run(self, *words, data=None, stdout=subprocess.PIPE, timeout=60,
            env=None):
        return subprocess.run(
            self.words(*words), input=data, stdout=stdout,
            stdin=subprocess.DEVNULL if data is None else None,
            stderr=subprocess.PIPE, env=self.site.environment(env), cwd="/",
            timeout=timeout, check=False)

    def start(self, *words):
        """Runs it beside the test; what it prints comes by its stdout."""
        return subprocess.Popen(
            self.words(*words), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=self.site.environment(), cwd="/")

    def bytes(self, *words, data=None, timeout=60):
        """What it prints; raises Failed unless it ends with 0."""
        done = self.run(*words, data=data, timeout=timeout)
        if done.returncode != 0:
            raise Failed(f"{words}: exit {done.returncode}: "
                         f"{done.stderr.decode(errors='replace')}")
        return done.stdout

    def out(self, *words, data=None, timeout=60):
        return self.bytes(*words, data=data, timeout=timeout).decode()

    def lines(self, *words):
        return self.out(*words).splitlines()

    def json(self, *words, data=None):
        return json.loads(self.out(*words, "--json", data=data))

    def fails(self, code, *words, data=None):
        """What it says on standard error when it ends with that code."""
        done = self.run(*words, data=data)
        said = done.stderr.decode(errors="replace")
        same(done.returncode, code, f"{words}: {said}")
        same(done.stdout, b"", f"{words} printed")
        return said

    def commands(self, *words):
        """The names of all commands, as --help lists them, or of those that
        begin with a word."""
        names = []
        for line in self.lines(*words, "--help"):
            if line.startswith("  ") and line[2] != " ":
                names.append(" ".join(itertools.takewhile(
                    lambda word: word.isalpha() and word.islower(),
                    line.split())))
        return names
