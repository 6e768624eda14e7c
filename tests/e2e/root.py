"""A fresh Debian in a folder, of this machine's release and mirror.

    with Root(["lighttpd"]) as root:
        root.run("apt-get", "-y", "install", "./that.deb")

Programs run in there with processes of their own, and with this machine's
network; what one of them has started ends with it.
"""

import contextlib
import os
import platform
import shutil
import signal
import subprocess
import tempfile
import urllib.request

from harness import children, is_root, need
from tap import Failed, Skipped, check

# What comes and goes with any package: lists, caches, logs, numbers of users.
PASSING = ("proc", "sys", "dev", "tmp", "var/cache", "var/lib/apt",
           "var/lib/dpkg", "var/log")


def mirror():
    """The release of this machine, and where apt has it from."""
    release = platform.freedesktop_os_release().get("VERSION_CODENAME")
    listed = subprocess.run(
        ["apt-get", "indextargets", "--format",
         "$(ORIGIN) $(CODENAME) $(COMPONENT) $(REPO_URI)",
         "Created-By: Packages"],
        capture_output=True, text=True, check=True).stdout
    for line in listed.splitlines():
        words = line.split()
        if words[:3] == ["Debian", release, "main"]:
            return release, words[3]
    raise Skipped("apt knows no mirror of Debian here")


def answering_mirror():
    release, address = mirror()
    try:
        urllib.request.urlopen(f"{address}dists/{release}/InRelease",
                               timeout=20).close()
    except OSError as problem:
        raise Skipped(f"no mirror answers: {problem}") from problem
    return release, address


class Root:
    def __init__(self, packages):
        self.packages = packages
        self.dir = None

    def __enter__(self):
        if not is_root():
            raise Skipped("a root is made by root")
        need("debootstrap")
        release, address = answering_mirror()
        self.dir = tempfile.mkdtemp(prefix="nw-debian-")
        os.chmod(self.dir, 0o755)
        try:
            made = subprocess.run(
                ["debootstrap", "--variant=minbase",
                 "--include=" + ",".join(self.packages), release, self.dir,
                 address],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, text=True, check=False)
            check(made.returncode == 0, made.stdout[-2000:])
            # Nothing starts by itself: init does not run.
            self.write("usr/sbin/policy-rc.d", "#!/bin/sh\nexit 101\n", 0o755)
            self.run("apt-get", "-q", "update")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *trace):
        shutil.rmtree(self.dir)

    def path(self, name):
        return os.path.join(self.dir, name)

    def write(self, name, text, mode=0o644):
        with open(self.path(name), "w", encoding="utf-8") as f:
            f.write(text)
        os.chmod(self.path(name), mode)

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as f:
            return f.read()

    def start(self, *words, **options):
        env = {name: value for name, value in os.environ.items()
               if name.lower().endswith("_proxy")}
        env.update(PATH="/usr/sbin:/usr/bin:/sbin:/bin", HOME="/",
                   LC_ALL="C.UTF-8", DEBIAN_FRONTEND="noninteractive")
        return subprocess.Popen(
            ["unshare", "--mount", "--pid", "--fork", "--kill-child",
             f"--mount-proc={self.path('proc')}", "chroot", self.dir, *words],
            env=env, stdin=subprocess.DEVNULL, text=True, **options)

    def run(self, *words, timeout=300):
        """What it prints; raises Failed unless it ends with 0."""
        done = self.start(*words, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)
        try:
            out, err = done.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            end(done)
            raise
        if done.returncode:
            raise Failed(f"{words}: exit {done.returncode}: "
                         f"{out[-1500:]}{err[-1500:]}")
        return out

    def packaged(self):
        """The files of the packages that are installed."""
        found = set()
        lists = self.path("var/lib/dpkg/info")
        for name in os.listdir(lists):
            if name.endswith(".list"):
                for line in self.read(f"{lists}/{name}").splitlines():
                    # /lib and its like are links
                    whole = self.path(line.lstrip("/"))
                    found.add(os.path.relpath(os.path.join(
                        os.path.realpath(os.path.dirname(whole)),
                        os.path.basename(whole)), self.dir))
        return found

    def paths(self):
        """Everything in it that a package could leave behind."""
        found = set()
        for folder, below, names in os.walk(self.dir):
            inside = os.path.relpath(folder, self.dir)
            below[:] = [name for name in below if
                        os.path.normpath(os.path.join(inside, name))
                        not in PASSING]
            found.update(os.path.normpath(os.path.join(inside, name))
                         for name in below + names)
        return found


def end(process):
    """Ends what start() began, and all that it has started: the first process
    in there takes them along."""
    for pid in children(process.pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait(20)
