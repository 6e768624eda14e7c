#!/usr/bin/python3
"""Proves that `./bootstrap run` serves a board and leaves nothing behind.

Every server, from a built checkout: one line on the standard output once a
request was answered, the programs unprivileged, the data there again after a
restart; TERM and Ctrl-C end it with 0 and everything it started with it, an
open event stream and a WebSocket included; when a program dies, so does the
rest, with 1.
"""

import contextlib
import fcntl
import http.client
import json
import os
import pwd
import select
import shutil
import signal
import socket
import subprocess
import tempfile
from urllib.parse import urlsplit

import tap as t
from harness import BUILD, SOURCE, need, wait_for
from sockets import BoardSocket
from tap import Failed, Skipped, check, same

READY = "notewire ready: "


def bootstrap(*words, **options):
    env = {name: value for name, value in os.environ.items()
           if not name.startswith(("MAKE", "MFLAGS", "NOTEWIRE_"))}
    return subprocess.Popen(
        ["./bootstrap", *words], cwd=SOURCE, env=env, text=True,
        stdin=subprocess.DEVNULL, start_new_session=True, **options)


def refused(*words):
    """The exit code and the complaints of a run that should not start."""
    run = bootstrap(*words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        out, err = run.communicate(timeout=30)
    except subprocess.TimeoutExpired:
        run.kill()
        run.communicate()
        raise
    same(out, "", "standard output")
    return run.returncode, err


def processes(word):
    """{pid: user id} of what has the word in its command line."""
    found = {}
    for name in os.listdir("/proc"):
        if name.isdigit() and int(name) != os.getpid():
            with contextlib.suppress(OSError):
                with open(f"/proc/{name}/cmdline", "rb") as f:
                    words = f.read().decode("utf-8", "replace")
                if word in words:
                    found[int(name)] = os.stat(f"/proc/{name}").st_uid
    return found


class Run:
    """./bootstrap run in a folder, until it is stopped."""

    def __init__(self, folder, server, *words):
        self.folder = folder
        with open(folder + ".err", "a", encoding="utf-8") as err:
            self.process = bootstrap(
                "run", "--server", server, "--port", "0", "--dir", folder, *words,
                stdout=subprocess.PIPE, stderr=err)
        ready, _, _ = select.select([self.process.stdout], [], [], 90)
        self.line = self.process.stdout.readline() if ready else ""
        if not self.line.startswith(READY):
            self.kill()
            with open(folder + ".err", encoding="utf-8") as err:
                raise Failed("not ready: " + err.read()[-2000:])
        self.url = urlsplit(self.line[len(READY):].strip())

    def ask(self, method, path, body=None, headers=None):
        """The answer, and what it says when it is JSON."""
        link = http.client.HTTPConnection(self.url.netloc, timeout=10)
        headers = {**(headers or {}), "Content-Type": "application/json"}
        link.request(method, self.url.path + path,
                     body and json.dumps(body), headers)
        answer = link.getresponse()
        answer.link = link      # lives as long as the answer
        return answer

    def stop(self, number, group=False):
        """Sends a signal; the exit code, when nothing is left."""
        if group:
            os.killpg(self.process.pid, number)
        else:
            self.process.send_signal(number)
        return self.end()

    def end(self):
        code = self.process.wait(30)
        same(self.process.stdout.read(), "", "more on the standard output")
        same(processes(self.folder), {}, "still there")
        return code

    def kill(self):
        self.process.kill()
        self.process.wait()
        wait_for(lambda: not processes(self.folder), 15, "the programs' end")


@contextlib.contextmanager
def running(folder, server, *words):
    run = Run(folder, server, *words)
    try:
        yield run
    finally:
        if run.process.poll() is None:
            run.kill()


def new_board(run):
    answer = run.ask("POST", "api/boards", {"title": "errands"})
    same(answer.status, 201, "a new board")
    made = json.load(answer)
    token = made["links"]["write"].partition("#")[2]
    return made["id"], {"Authorization": "Bearer " + token}


def serves_and_stops(tap, folder, server):
    with tap.claim(f"{server}: the page and the service answer"):
        with running(folder, server) as run:
            same(run.ask("GET", "").status, 200, "the page")
            same(run.ask("GET", "api/health").status, 200, "the service")
            board, link = new_board(run)
            with tap.claim(f"{server}: the programs run without privileges, "
                           "as the owner of the folder"):
                owner = pwd.getpwnam("www-data").pw_uid \
                    if os.getuid() == 0 else os.getuid()
                same(set(processes(folder + "/").values()), {owner})
                same(os.stat(folder).st_uid, owner, "the folder's")
            with tap.claim(f"{server}: TERM ends it with 0 and open streams "
                           "with it"):
                stream = run.ask(
                    "GET", f"api/boards/{board}/changes?feed=eventsource",
                    headers=link)
                same(stream.status, 200, "the stream")
                same(stream.readline()[:6], b"retry:", "its first line")
                with tap.claim(f"{server}: the daemon holds that stream"):
                    wait_for(lambda: held(folder) == 1, 10, "the hand-over")
                with tap.claim(f"{server}: a WebSocket opens, and ends "
                               "with the rest"):
                    ws = BoardSocket((run.url.hostname, run.url.port), board,
                                     headers=list(link.items()))
                    same(ws.status, 101)
                    ws.until("heartbeat")
                same(run.stop(signal.SIGTERM), 0, "exit code")
                same(ws.ended(), (1012, "shutdown"))
    with tap.claim(f"{server}: what was written is there after a restart, "
                   "and Ctrl-C ends it with 0"):
        with running(folder, server) as run:
            answer = run.ask("GET", f"api/boards/{board}", headers=link)
            same(json.load(answer)["board"]["title"], "errands")
            same(run.stop(signal.SIGINT, group=True), 0, "exit code")


def stops_before_it_waits(tap, folder):
    with tap.claim("Ctrl-C between the ready line and the wait is not lost"):
        far, near = os.pipe()
        with os.fdopen(far, "rb") as told, os.fdopen(near, "wb", 0) as end, \
                open(folder + ".err", "w", encoding="utf-8") as err:
            size = fcntl.fcntl(end, fcntl.F_SETPIPE_SZ, 4096)
            end.write(b"." * size)      # nobody reads: its line waits
            run = bootstrap("run", "--port", "0", "--dir", folder,
                            stdout=end, stderr=err)
            try:
                wait_for(lambda: asleep_in(run.pid, "pipe_write"), 60,
                         "its line")
                os.killpg(run.pid, signal.SIGINT)
                told.read(size)
                same(run.wait(30), 0, "exit code")
                same(processes(folder), {}, "still there")
            finally:
                run.kill()
                run.wait()


def asleep_in(pid, call):
    with open(f"/proc/{pid}/wchan", encoding="ascii") as f:
        return call in f.read()


def held(folder):
    """How many streams the daemon says that it holds."""
    link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with link, link.makefile("rb") as answer:
        link.connect(folder + "/run/status.sock")
        link.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
        for line in answer:
            if line.startswith(b"notewired_held "):
                return int(line.split()[1])
    return None


def without_daemon(tap, folder):
    with tap.claim("--no-daemon leaves the streams to the responder"):
        with running(folder, "lighttpd", "--no-daemon") as run:
            same([pid for pid in processes(folder + "/")
                  if "sbin/notewired" in
                  open(f"/proc/{pid}/cmdline").read()], [])
            board, link = new_board(run)
            stream = run.ask(
                "GET", f"api/boards/{board}/changes?feed=eventsource",
                headers=link)
            while b"heartbeat" not in stream.readline():
                pass
            same(run.stop(signal.SIGTERM), 0, "exit code")


def dies_together(tap, folder):
    for name in ("lighttpd.conf", "--listen", "sbin/notewired"):
        with tap.claim(f"when the program with {name} dies, the other goes "
                       "too, with 1"):
            with running(folder, "lighttpd") as run:
                victims = [pid for pid in processes(folder + "/")
                           if pid != run.process.pid and name in
                           open(f"/proc/{pid}/cmdline").read()]
                same(len(victims), 1, "such programs")
                os.kill(victims[0], signal.SIGKILL)
                same(run.end(), 1, "exit code")
    with tap.claim("killed itself, it leaves no program behind"):
        with running(folder, "lighttpd") as run:
            run.kill()


def refuses(tap, folder):
    with tap.claim("a folder in use is refused"):
        with running(folder, "lighttpd"):
            same(refused("run", "--port", "0", "--dir", folder)[0], 75)
    with tap.claim("a folder that holds something else is refused, untouched"):
        with tempfile.TemporaryDirectory() as other:
            open(other + "/precious", "w").close()
            before = os.stat(other)
            same(refused("run", "--port", "0", "--dir", other)[0], 73)
            same(os.listdir(other), ["precious"])
            same(os.stat(other).st_uid, before.st_uid)
    with tap.claim("a port that is taken is refused"):
        with running(folder, "lighttpd") as run:
            code, err = refused("run", "--port", str(run.url.port),
                                "--dir", folder + ".two")
            same(code, 69)
            check("is taken" in err, err)
    for words in (["run", "--server", "iis"], ["run", "--port", "65536"],
                  ["run", "--port"], ["run", "--dir", "a b"], ["run", "x"],
                  ["build", "x"], ["check", "x"], ["stop"]):
        with tap.claim(f"misuse is told: {' '.join(words)}"):
            code, err = refused(*words)
            same(code, 64)
            check("usage:" in err, err)


def body(tap):
    need("lighttpd")
    if os.path.realpath(SOURCE) != os.path.realpath(BUILD):
        raise Skipped("it builds in place, and this build is elsewhere")
    top = tempfile.mkdtemp(prefix="nw-bootstrap-")
    try:
        os.chmod(top, 0o755)
        for server in ("lighttpd", "cgi", "nginx", "apache", "apache-fcgid",
                       "apache-cgi"):
            serves_and_stops(tap, f"{top}/{server}", server)
        stops_before_it_waits(tap, f"{top}/ready")
        without_daemon(tap, f"{top}/alone")
        dies_together(tap, f"{top}/dies")
        refuses(tap, f"{top}/refuses")
    finally:
        shutil.rmtree(top)


t.main(body)
