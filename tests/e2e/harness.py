"""Starts Notewire behind a real web server, in a private folder.

    with Site("socket") as site:
        board = Board(site.http)

The ways: a responder on a socket behind "socket" (lighttpd), "nginx" or
"apache"; responders that the server starts, "spawn" (lighttpd, three) and
"apache-fcgid"; the program once a request, "cgi" (lighttpd) and "apache-cgi";
"direct" (a responder alone).  Run as root, all of them run as an unprivileged
user, since root would pass over file permissions.

Environment: top_srcdir (snippets, page), top_builddir (notewire.fcgi),
NOTEWIRE_WAYS (those that tests of every way try).
"""

import contextlib
import functools
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

import servers
from tap import LONG, Failed, Skipped
from wire import Cgi, Fcgi, Http

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.abspath(os.environ.get("top_srcdir")
                         or os.path.join(HERE, "..", ".."))
BUILD = os.path.abspath(os.environ.get("top_builddir") or SOURCE)
WAYS = tuple((os.environ.get("NOTEWIRE_WAYS")
              or " ".join(servers.WAYS)).split())
UNPRIVILEGED = "www-data"
# What a program may take to end: Apache waits 10 s for a thread that is busy,
# and the longest tests leave it 64 of its own.
END_S = 60 if LONG else 30

# Settings that suit tests: no limit that they would run into by number.
DEFAULTS = {"board.create_per_hour": "100000", "store.log_rows": "1000000"}


# Below those that the kernel gives to whoever connects.
PORTS = range(20000, 32000)
reservations = []


def free_port():
    """A port of this host that nobody has, nor will be given by this.

    An abstract socket of its name keeps it for this process, among all tests
    that run: the port itself has to stay free.
    """
    for port in random.sample(PORTS, len(PORTS)):
        mark = socket.socket(socket.AF_UNIX)
        try:
            mark.bind(f"\0notewire test port {port}")
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            mark.close()
            continue
        reservations.append(mark)
        return port
    raise Failed("no port is free")


@functools.cache
def sanitized():
    """Whether the build is a sanitizer's: slow, and its memory tells nothing."""
    try:
        with open(os.path.join(BUILD, "notewired"), "rb") as f:
            program = f.read()
    except FileNotFoundError:
        return False
    return b"__asan_init" in program or b"__tsan_init" in program


def patience(seconds):
    """How long that may take in this build."""
    return seconds * (4 if sanitized() else 1)


def wait_for(condition, seconds, what):
    """Waits until the condition is true; its value.  Raises Failed."""
    seconds = patience(seconds)
    until = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > until:
            raise Failed(f"waited {seconds} s for {what}")
        time.sleep(0.01)


def program():
    path = os.path.join(BUILD, "notewire.fcgi")
    if not os.access(path, os.X_OK):
        sys.exit(f"Bail out! no notewire.fcgi in {BUILD}")
    return path


def is_root():
    """Whether this is root that can become another user.

    Root of a user namespace of its own often cannot.
    """
    if os.geteuid() != 0:
        return False
    user = pwd.getpwnam(UNPRIVILEGED).pw_uid
    with open("/proc/self/uid_map", encoding="ascii") as f:
        ranges = [[int(n) for n in line.split()] for line in f]
    return any(first <= user < first + n for first, _, n in ranges)


def as_user():
    """The words before a command that make it run without privileges."""
    words = ["setpriv", "--pdeathsig", "TERM"]
    if is_root():
        words += [f"--reuid={UNPRIVILEGED}", f"--regid={UNPRIVILEGED}",
                  "--clear-groups"]
    return words


def children(pid):
    """Pids of a process's children that still run."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", encoding="latin-1") as f:
                    after = f.read().rpartition(")")[2].split()
            except OSError:
                continue
            if int(after[1]) == pid and after[0] != "Z":
                found.append(int(name))
    return found


def descendants(pid):
    found = children(pid)
    return found + [p for child in found for p in descendants(child)]


def runs_notewire(pid):
    """Whether a process runs the program, by any of its names."""
    try:
        with open(f"/proc/{pid}/comm", encoding="utf-8") as f:
            return f.read().startswith("notewire.")
    except OSError:
        return False


def _stands_still(pid):
    """Whether none of its threads runs on: a stop reaches each in its time."""
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/stat", encoding="latin-1") as f:
            if f.read().rpartition(")")[2].split()[0] not in "TZX":
                return False
    return True


@contextlib.contextmanager
def stopped(process):
    """A program that does nothing, but exists, until the block ends."""
    os.kill(process.pid, signal.SIGSTOP)
    try:
        wait_for(lambda: _stands_still(process.pid), 10, "it to stand still")
        yield
    finally:
        os.kill(process.pid, signal.SIGCONT)


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="latin-1") as f:
            return f.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Process:
    """One program that was started here, with its own log file."""

    def __init__(self, words, log, env=None, stdin=subprocess.DEVNULL):
        self.log = log
        with open(log, "ab") as sink:
            self.run = subprocess.Popen(
                words, stdin=stdin, stdout=sink, stderr=sink,
                env=env, cwd="/")
        self.pid = self.run.pid

    def stop(self, seconds=END_S):
        """Asks it to end; its exit code.  Kills it when it does not."""
        if self.run.poll() is None:
            self.run.terminate()
        try:
            return self.run.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise Failed(f"pid {self.pid} did not end on TERM "
                         f"({os.path.basename(self.log)})")

    def kill(self):
        self.run.kill()
        return self.run.wait()


class Site:
    """A data directory and the processes that serve it."""

    def __init__(self, way, settings=None, data=None, prepare=None,
                 keep_socket=False):
        self.way = way
        self.settings = {**DEFAULTS, **(settings or {})}
        self.data = data            # of a folder that stands elsewhere
        self.prepare = prepare      # called with the site before the start
        self.keep_socket = keep_socket  # as an init system does
        self.kept = None
        self.processes = []
        self.responder = None
        self.server = None          # as in servers.py
        self.http = None
        self.direct = None
        self.dir = None

    # Starting

    def __enter__(self):
        self.dir = tempfile.mkdtemp(prefix="nw-")
        try:
            self._folders()
            if self.prepare:
                self.prepare(self)
            self._start()
        except BaseException:
            self._end(True)
            raise
        return self

    def __exit__(self, kind, problem, trace):
        self._end(kind is not None)

    def path(self, *names):
        return os.path.join(self.dir, *names)

    def _folders(self):
        os.chmod(self.dir, 0o755)
        for name in ("bin", "conf", "log", "empty"):
            os.mkdir(self.path(name))
        for name in ("run", "tmp"):
            os.mkdir(self.path(name))
            self.give(self.path(name))
        self.give(self.path("log"))
        if self.data is None:
            self.data = self.path("data")
            os.mkdir(self.data, 0o700)
            self.give(self.data)
        for name in ("notewire.fcgi", "notewire.cgi"):
            shutil.copy(program(), self.path("bin", name))
        self._page()
        shutil.copytree(os.path.join(SOURCE, "cgi", "conf"),
                        self.path("conf", "snippets"))
        for folder, _, files in os.walk(self.dir):
            for name in files:
                mode = 0o755 if name.startswith("notewire.") else 0o644
                os.chmod(os.path.join(folder, name), mode)
        self.write_configuration()

    def _page(self):
        """What `make install` puts into pkgdatadir/www."""
        www = os.path.join(SOURCE, "www")
        for name in ("examples", os.path.join("js", "notewire")):
            shutil.copytree(os.path.join(www, name), self.path("www", name))
        for name in ("icon.svg", "plain.css"):
            shutil.copy(os.path.join(www, name), self.path("www", name))
        shutil.copytree(os.path.join(www, "built"), self.path("www"),
                        dirs_exist_ok=True)

    def give(self, path):
        """Makes the services' user the owner."""
        if is_root():
            user = pwd.getpwnam(UNPRIVILEGED)
            os.chown(path, user.pw_uid, user.pw_gid)

    def write_configuration(self):
        sections = {"store": {"dir": self.data},
                    "daemon": {"run_dir": self.path("run")}}
        for key, value in self.settings.items():
            section, _, name = key.partition(".")
            sections.setdefault(section, {})[name] = value
        with open(self.path("conf", "notewire.conf"), "w",
                  encoding="utf-8") as f:
            for section, values in sections.items():
                f.write(f"[{section}]\n")
                for name, value in values.items():
                    f.write(f"{name} = {value}\n")

    def configure(self, settings):
        """Changes settings; what runs sees them after a restart."""
        self.settings.update(settings)
        self.write_configuration()

    def environment(self, more=None):
        env = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"),
               "TMPDIR": self.path("tmp"),
               "NOTEWIRE_CONF": self.path("conf", "notewire.conf")}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS",
                     "GCOV_PREFIX", "GCOV_PREFIX_STRIP"):
            if name in os.environ:
                env[name] = os.environ[name]
        return {**env, **(more or {})}

    def _start(self):
        self.server = servers.server_of(self.way, self)
        if self.server is None or not self.server.spawns:
            self.responder = self.start_responder()
            self.direct = Fcgi(self.path("run", "fcgi.sock"))
        if self.server is not None:
            self.server.start()
            self.http = Http(self.server.address)
            self.ready()
            self.server.after_start()

    def start_responder(self, name="fcgi", env=None):
        """A responder on run/NAME.sock; waits until it answers."""
        sock = self.path("run", name + ".sock")
        words = [self.path("bin", "notewire.fcgi")]
        if self.keep_socket:
            self.keep(sock)
        else:
            words += ["--listen", sock]
        process = self.spawn(words, f"{name}.log", env,
                             self.kept or subprocess.DEVNULL)
        self.answers(process, Fcgi(sock))
        return process

    def keep(self, path):
        """Listens itself: what comes between two responders waits."""
        if self.kept is None:
            self.kept = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self.kept.bind(path)
            self.give(path)
            self.kept.listen(1024)

    def answers(self, process, client):
        def try_it():
            if process.run.poll() is not None:
                raise Failed(f"exit {process.run.returncode} at the start: "
                             + self.log_text(os.path.basename(process.log)))
            try:
                return client.ask("GET", "/health", timeout=5).status == 200
            except (OSError, ValueError):
                return False
        wait_for(try_it, 15, "the responder's first answer")

    def spawn(self, words, log, env=None, stdin=subprocess.DEVNULL):
        open(self.path("log", log), "ab").close()
        self.give(self.path("log", log))    # some open it themselves
        process = Process(as_user() + words, self.path("log", log),
                          self.environment(env), stdin)
        self.processes.append(process)
        return process

    def ready(self):
        """Waits for a good answer through all that was started."""
        if self.http is None:
            return
        def try_it():
            self.server.check_alive()
            try:
                return self.http.ask("GET", "/health",
                                     timeout=10).status == 200
            except (OSError, ValueError):
                return False
        wait_for(try_it, 20, f"the first answer through {self.server.name}")

    def cgi_client(self):
        """Runs the program as CGI itself, without a web server."""
        def start(env, **options):
            sink = open(self.path("log", "cgi.log"), "ab")
            with sink:
                run = subprocess.Popen(
                    as_user() + [self.path("bin", "notewire.fcgi")],
                    env=self.environment(env), cwd="/", stderr=sink,
                    **options)
            return run
        return Cgi(start)

    @staticmethod
    def wait(condition, seconds, what):
        return wait_for(condition, seconds, what)

    # Looking

    def responders(self):
        """Pids of the responders that run now."""
        if self.responder is not None:
            return [self.responder.pid] if alive(self.responder.pid) else []
        return [pid for pid in descendants(self.server.process.pid)
                if runs_notewire(pid)]

    def log_text(self, name=None):
        """What one log, or all but the access log, holds."""
        names = [name] if name else sorted(
            n for n in os.listdir(self.path("log")) if n != "access.log")
        out = ""
        for each in names:
            with contextlib.suppress(FileNotFoundError):
                with open(self.path("log", each), errors="replace",
                          encoding="utf-8") as f:
                    out += f.read()
        return out

    def log_mark(self, name):
        """The log's size now, for log_since."""
        with contextlib.suppress(FileNotFoundError):
            return os.path.getsize(self.path("log", name))
        return 0

    def log_since(self, name, mark):
        with open(self.path("log", name), "rb") as f:
            f.seek(mark)
            return f.read()

    # Stopping

    def stop_responder(self):
        """Asks the responder to end; its exit code."""
        code = self.responder.stop()
        self.processes.remove(self.responder)
        return code

    def start_again(self):
        """A new responder in the place of one that ended or was killed."""
        if self.responder in self.processes:
            self.responder.run.wait(10)
            self.processes.remove(self.responder)
        self.responder = self.start_responder()
        # A server may pass over a backend that was away, for a moment.
        self.ready()

    def restart_responder(self):
        code = self.stop_responder()
        self.start_again()
        return code

    def stop(self):
        """Stops everything; raises Failed for what did not end on TERM."""
        held = []
        if self.server is not None and self.server.process is not None:
            try:
                self.server.before_stop()
            except Failed as problem:
                held.append(str(problem))
        for process in reversed(self.processes):
            pids = descendants(process.pid)
            try:
                process.stop()
            except Failed as problem:
                held.append(str(problem))
            for pid in pids:
                try:
                    wait_for(lambda: not alive(pid), 10,
                             f"the end of pid {pid}, started by "
                             f"pid {process.pid}")
                except Failed as problem:
                    held.append(str(problem))
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
        self.processes = []
        if held:
            raise Failed("; ".join(held))

    def _end(self, failed):
        try:
            self.stop()
        finally:
            if self.server is not None:
                self.server.close()
            if self.kept is not None:
                self.kept.close()
            if failed:
                self.print_logs()
            if os.environ.get("NOTEWIRE_KEEP") == "1":
                print(f"# kept {self.dir}", flush=True)
            else:
                shutil.rmtree(self.dir, ignore_errors=True)

    def print_logs(self, lines=40):
        for name in sorted(os.listdir(self.path("log"))):
            text = self.log_text(name).splitlines()
            print(f"# --- the end of {name} ({len(text)} lines)")
            for line in text[-lines:]:
                print("# " + ascii(line)[1:-1])
        sys.stdout.flush()


@contextlib.contextmanager
def served(tap, way, settings=None, **options):
    """A Site whose logs are printed when a claim failed while it ran."""
    before = tap.failed
    with Site(way, settings, **options) as site:
        yield site
        if tap.failed > before:
            site.print_logs()


def build_library(site, name):
    """NAME.c of this folder, to be loaded before the C library (LD_PRELOAD)."""
    out = site.path("bin", name + ".so")
    subprocess.run(["cc", "-shared", "-fPIC", "-D_GNU_SOURCE", "-o", out,
                    os.path.join(HERE, name + ".c"), "-ldl"], check=True)
    os.chmod(out, 0o755)
    return out


def die_at_bell(site):
    """The library that kills its process before it rings the bell."""
    return build_library(site, "die-at-bell")


def need(tool):
    if shutil.which(tool) is None:
        raise Skipped(f"no {tool} here")


def on_term(signum, frame):
    raise SystemExit(128 + signum)


for _signal in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
    signal.signal(_signal, on_term)
