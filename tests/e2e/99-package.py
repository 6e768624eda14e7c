#!/usr/bin/python3
"""Proves that Notewire installs as anything else does.

From the tarball, with no network and no Node: it builds, stands behind each web
server with `notewire setup`'s own words, its doctor finds nothing wrong, an
administrator's settings stay, another version takes away what no open page
asks for, and nothing is left of it in the end; with --long also in a fresh
Debian that has what it needs, and no more.  As a Debian package: lintian has
nothing to say, and with --long, in a fresh Debian, a board's QR code is read
and opened in a browser within a minute from apt's first word on, and a purge
leaves nothing.

Environment: NOTEWIRE_TARBALL, which alone is tried then, instead of one of this
tree.
"""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request

import servers
import tap as t
from harness import (BUILD, Process, as_user, free_port, is_root, need,
                     wait_for)
from qr import read_code
from root import Root, end
from tap import LONG, Failed, Skipped, check, same

GIVEN = os.environ.get("NOTEWIRE_TARBALL")
TOGETHER_S = 60
# What configure asks for, the web servers, and what this test is written in.
NEEDED = ("gcc", "libc6-dev", "make", "pkg-config", "xz-utils", "libfcgi-dev",
          "libssl-dev", "libsqlite3-dev", "libcjson-dev", "libinih-dev",
          "libuv1-dev", "liburing-dev", "libseccomp-dev", "libcurl4-openssl-dev",
          "libqrencode-dev", "zlib1g-dev", "lighttpd", "lighttpd-mod-deflate",
          "nginx-light", "apache2", "python3")
PROGRAMS = ("usr/bin/notewire", "usr/sbin/notewired",
            "usr/libexec/notewire/notewire.fcgi",
            "usr/libexec/notewire/notewire.cgi")
REST = ("etc/notewire/notewire.conf", "etc/notewire/conf.d",
        "etc/apache2/conf-available/notewire.conf",
        "etc/lighttpd/conf-available/90-notewire.conf",
        "etc/nginx/snippets/notewire.conf",
        "lib/systemd/system/notewire.service",
        "lib/systemd/system/notewire.socket",
        "lib/systemd/system/notewired.service",
        "lib/systemd/system/notewired-handover.socket",
        "lib/systemd/system/notewired-http.socket",
        "usr/lib/sysusers.d/notewire.conf", "usr/lib/tmpfiles.d/notewire.conf",
        "usr/share/bash-completion/completions/notewire",
        "usr/share/man/man1/notewire.1.gz",
        "usr/share/man/man5/notewire.conf.5.gz",
        "usr/share/man/man8/notewire.fcgi.8.gz",
        "usr/share/man/man8/notewired.8.gz",
        "usr/share/doc/notewire/copyright")
BUILDER = {"DEBFULLNAME": "A. O'Builder",
           "DEBEMAIL": "builder@packages.example"}
LIGHTTPD = """\
server.port = {port}
server.bind = "127.0.0.1"
server.document-root = "{dir}/empty"
server.upload-dirs = ("{dir}/tmp")
include "{snippet}"
"""
SERVERS = {"lighttpd": LIGHTTPD, "nginx": servers.NGINX,
           "apache": servers.APACHE}


def run(*words, folder=None, env=None, fails=False):
    """What it prints; raises Failed unless it ends as expected."""
    done = subprocess.run(words, cwd=folder, env=env, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    if fails != (done.returncode != 0):
        raise Failed(f"{words}: exit {done.returncode}: {done.stdout[-3000:]}")
    return done.stdout


def outside_make():
    return {name: value for name, value in os.environ.items()
            if not name.startswith(("MAKE", "MFLAGS"))}


def files(folder):
    return sorted(os.path.relpath(os.path.join(where, name), folder)
                  for where, _, names in os.walk(folder) for name in names)


# From the tarball


def bundles(www):
    """The folders of a page that are named by a version."""
    return {name for name in os.listdir(www) if name[0].isdigit()}


def without_node(folder):
    """A PATH on which all is but Node."""
    os.mkdir(folder)
    for place in os.environ["PATH"].split(":") + ["/usr/sbin", "/sbin"]:
        for name in os.listdir(place) if os.path.isdir(place) else ():
            if name not in ("node", "nodejs", "npm", "npx", "corepack"):
                with contextlib.suppress(FileExistsError):
                    os.symlink(os.path.join(place, name),
                               os.path.join(folder, name))
    return folder


class Tarball:
    """The tarball on its way to a prefix, in a namespace without a network."""

    def __init__(self, top):
        self.top = top
        self.env = {**outside_make(), "PATH": without_node(top + "/path")}
        self.prefix = top + "/prefix"
        self.source = None

    def unpack(self):
        if not GIVEN:
            run("make", "dist", folder=BUILD, env=outside_make())
        run("tar", "-xf", GIVEN or newest_tarball(), folder=self.top)
        self.source, = [os.path.join(self.top, name)
                        for name in os.listdir(self.top)
                        if name.startswith("notewire-")]

    def do(self, *words):
        return run("unshare", "--net", *([] if is_root() else ["-r"]), "--",
                   *words, folder=self.source, env=self.env)

    def next_bundle(self, old, new):
        """As if the page had changed: its folder has another name."""
        built = self.source + "/www/built"
        os.rename(f"{built}/{old}", f"{built}/{new}")
        for name in os.listdir(built):
            if os.path.isfile(f"{built}/{name}"):
                with open(f"{built}/{name}", encoding="utf-8") as f:
                    text = f.read()
                with open(f"{built}/{name}", "w", encoding="utf-8") as f:
                    f.write(text.replace(old, new))
        return new

    def conf(self):
        return self.prefix + "/etc/notewire/notewire.conf"


def newest_tarball():
    with open(os.path.join(BUILD, "Makefile"), encoding="utf-8") as f:
        version = re.search(r"(?m)^PACKAGE_VERSION = (\S+)", f.read())[1]
    return os.path.join(BUILD, f"notewire-{version}.tar.xz")


def folders_of(prefix):
    """What the units' tmpfiles.conf would make, for whom the tests run as."""
    text = open(prefix + "/lib/tmpfiles.d/notewire.conf",
                encoding="utf-8").read()
    made = re.findall(r"(?m)^d (\S+)", text)
    same(made, [prefix + "/var/lib/notewire", prefix + "/var/run/notewire"])
    for path in made:
        os.makedirs(path)
        if is_root():
            shutil.chown(path, "www-data", "www-data")


@contextlib.contextmanager
def started(top, *words):
    name = os.path.basename(words[0])
    log = f"{top}/log/{name}.out"
    process = Process([*as_user(), *words], log)
    try:
        yield process
    except Failed as problem:
        with open(log, encoding="utf-8") as f:
            raise Failed(f"{problem}\n{name} said:\n{f.read()}") from problem
    finally:
        process.stop()


def behind(top, prefix, server):
    """A web server with what setup prints; its address."""
    port = free_port()
    snippet = f"{top}/conf/{server}-notewire.conf"
    with open(snippet, "w", encoding="utf-8") as f:
        f.write(run(prefix + "/bin/notewire", "setup", server))
    conf = f"{top}/conf/{server}.conf"
    with open(conf, "w", encoding="utf-8") as f:
        f.write(SERVERS[server].format(
            dir=top, port=port, snippet=snippet, variables="", page="",
            more="", modules=servers.apache_modules("proxy_fcgi")))
    return conf, f"http://127.0.0.1:{port}/notewire/"


def words_for(server, top, conf):
    """What starts it, in the foreground."""
    if server == "apache":
        return [shutil.which("apache2"), "-D", "FOREGROUND", "-f", conf]
    if server == "lighttpd":
        return [shutil.which("lighttpd"), "-D", "-f", conf]
    return [shutil.which("nginx"), "-p", top, "-e", top + "/log/nginx.log",
            "-c", conf]


def answers(address, folder):
    """Waits for the responder behind the server, and for the daemon, which
    listens in that folder."""
    def ask():
        try:
            return urllib.request.urlopen(address + "api/health",
                                          timeout=5).status == 200
        except OSError:
            return False
    wait_for(ask, 20, "the first answer")

    def listens():
        with socket.socket(socket.AF_UNIX) as s:
            return s.connect_ex(folder + "/http.sock") == 0
    wait_for(listens, 20, "the daemon")


def all_well(said):
    """The doctor has tried all, the daemon too, and found nothing wrong."""
    check("FAIL" not in said and re.search(r"(?m)^ok +WebSocket", said), said)


def from_tarball(tap, top):
    with tap.claim("the tarball builds with no network and no Node"):
        tarball = Tarball(top)
        tarball.unpack()
        check("Network is unreachable" in run(
            "unshare", "--net", *([] if is_root() else ["-r"]), "--",
            shutil.which("python3"), "-c", "import socket\n"
            "socket.create_connection(('192.0.2.1', 80))", fails=True), "")
        tarball.do("sh", "-c", "! command -v node && ! command -v npm")
        tarball.do("./configure", "-q", "CFLAGS=-O0",
                   "--prefix=" + tarball.prefix)
        tarball.do("make", "-s", "-j2")
        tarball.do("make", "-s", "install")
    prefix = tarball.prefix
    folders_of(prefix)
    for name in ("log", "conf", "tmp", "run", "empty"):
        os.mkdir(f"{top}/{name}")
        if is_root():
            shutil.chown(f"{top}/{name}", "www-data")
    for server in SERVERS:
        with tap.claim(f"installed, behind {server} with what setup prints, "
                       "the doctor finds nothing wrong"):
            need("apache2" if server == "apache" else server)
            conf, address = behind(top, prefix, server)
            folder = prefix + "/var/run/notewire"
            with started(top, prefix + "/libexec/notewire/notewire.fcgi",
                         "--listen", folder + "/fcgi.sock"), \
                    started(top, prefix + "/sbin/notewired"), \
                    started(top, *words_for(server, top, conf)):
                answers(address, folder)
                all_well(run(prefix + "/bin/notewire", "doctor", address))
    with tap.claim("settings that stand are not overwritten by another "
                   "installation, nor taken away"):
        mine = "[board]\ncreate = token\n"
        with open(tarball.conf(), "w", encoding="utf-8") as f:
            f.write(mine)
        tarball.do("make", "-s", "install")
        tarball.do("make", "-s", "uninstall")
        with open(tarball.conf(), encoding="utf-8") as f:
            same(f.read(), mine)
        os.unlink(tarball.conf())
    www = prefix + "/share/notewire/www"
    with tap.claim("another version leaves the bundle that open pages know, "
                   "and no older one"):
        tarball.do("make", "-s", "install")
        first, = bundles(www)
        second = tarball.next_bundle(first, "0.2.0-0123456789ab")
        tarball.do("make", "-s", "install")
        same(bundles(www), {first, second})
        os.makedirs(www + "/2026-pictures-of-cats")
        third = tarball.next_bundle(second, "0.10.0-ba9876543210")
        for _ in range(2):              # once more is the same version still
            tarball.do("make", "-s", "install")
            same(bundles(www), {second, third, "2026-pictures-of-cats"})
        with open(www + "/index.html", encoding="utf-8") as f:
            check(f'"{third}/app.css"' in f.read(), "of another bundle")
        os.rmdir(www + "/2026-pictures-of-cats")
    with tap.claim("uninstalled, no file is left, nor a folder of its own"):
        shutil.rmtree(prefix + "/var")      # the data are nobody's to take
        tarball.do("make", "-s", "uninstall")
        same(files(prefix), [])
        same([where for where, _, _ in os.walk(prefix)
              if "notewire" in os.path.relpath(where, prefix)], [])


def in_clean_root(tap):
    with tap.claim("so it is in a fresh Debian that has only what it needs"), \
            Root(["ca-certificates"]) as root:
        root.run("apt-get", "-q", "-y", "--no-install-recommends", "install",
                 *NEEDED)
        shutil.copy(newest_tarball(), root.path("tmp/notewire.tar.xz"))
        root.run("tar", "-xf", "/tmp/notewire.tar.xz", "-C", "/tmp")
        source, = [f"/tmp/{name}" for name in os.listdir(root.path("tmp"))
                   if os.path.isdir(root.path(f"tmp/{name}"))]
        said = root.run(
            "env", "NOTEWIRE_TARBALL=/tmp/notewire.tar.xz",
            f"top_srcdir={source}", f"top_builddir={source}",
            "python3", source + "/tests/e2e/99-package.py", timeout=900)
        check("SKIP" not in said and said.count("\nok ") >= 6, said)


# From the package


def built(tap, top):
    """The package's path."""
    with tap.claim("make deb builds the package from the tarball"):
        for name in ("dpkg-buildpackage", "dh", "lintian"):
            need(name)
        run("make", "deb", "debdir=" + top, folder=BUILD,
            env={**outside_make(), **BUILDER})
        made = [name for name in os.listdir(top) if name.endswith(".deb")]
        check(re.fullmatch(r"notewire_[0-9.]+_\w+\.deb", " ".join(made)), made)
        return os.path.join(top, made[0])
    return None


def looked_at(tap, deb, top):
    with tap.claim("who builds the package is its maintainer"):
        same(run("dpkg-deb", "-f", deb, "Maintainer"),
             "{DEBFULLNAME} <{DEBEMAIL}>\n".format(**BUILDER))
    with tap.claim("lintian has nothing to say"):
        same(run("lintian", "--allow-root", "--fail-on", "error,warning",
                 deb), "")
    with tap.claim("everything is where Debian has it"):
        run("dpkg-deb", "-x", deb, top)
        same([name for name in PROGRAMS
              if not os.access(os.path.join(top, name), os.X_OK)], [])
        same([name for name in REST
              if not os.path.exists(os.path.join(top, name))], [])
    with tap.claim("what is in /etc is the administrator's"):
        run("dpkg-deb", "-e", deb, top + "/control")
        with open(top + "/control/conffiles", encoding="utf-8") as f:
            same(sorted(f.read().split()),
                 ["/etc/" + name for name in files(top + "/etc")])
    with tap.claim("an upgrade restarts the programs, and no socket"):
        with open(top + "/control/postinst", encoding="utf-8") as f:
            # $_dh_action is start, or restart on an upgrade
            again = re.findall(r"invoke \$_dh_action (.*) >", f.read())
        same(again, ["'notewire.service' 'notewired.service'"])
    with tap.claim("nothing in it names the folder it was built in"):
        place = os.path.dirname(deb).encode()
        found = []
        for name in files(top):
            with open(os.path.join(top, name), "rb") as f:
                if place in f.read():
                    found.append(name)
        same(found, [])


@contextlib.contextmanager
def serving(root):
    """The programs by the example for another init, and lighttpd.  The shell
    stays, as root, so that it hears of this test's own end."""
    process = root.start(
        "sh", "-c", "/usr/share/notewire/rc/notewire.rc start && "
        "lighttpd -D -f /etc/lighttpd/lighttpd.conf; exit 1")
    try:
        yield
    finally:
        end(process)


def in_browser(link):
    """What Chromium has made of a page."""
    need("chromium")
    with tempfile.TemporaryDirectory() as profile:
        return run("chromium", "--headless", "--no-sandbox", "--disable-gpu",
                   "--user-data-dir=" + profile, "--virtual-time-budget=8000",
                   "--dump-dom", link)


def in_debian(tap, deb):
    with Root(["ca-certificates", "lighttpd", "systemd"]) as root:
        port = free_port()
        conf = root.read("etc/lighttpd/lighttpd.conf")
        root.write("etc/lighttpd/lighttpd.conf", re.sub(
            r"(?m)^server\.port .*", f"server.port = {port}", re.sub(
                r"(?m)^include_shell .*ipv6.*", "", conf)))
        shutil.copy(deb, root.path("tmp/notewire.deb"))
        before = root.paths()
        address = f"http://127.0.0.1:{port}/notewire/"
        began = time.monotonic()
        with tap.claim("in a fresh Debian, from apt install to a board in "
                       f"Chromium in less than {TOGETHER_S} s"):
            root.run("apt-get", "-q", "-y", "install", "/tmp/notewire.deb")
            root.run("notewire", "setup", "lighttpd", "--write")
            root.write("etc/notewire/conf.d/site.conf",
                       f"[http]\nurl = {address}\n")
            said = root.run("notewire", "board", "create", "--qr", "Groceries")
            link = read_code(said)
            same(re.search(r"(?m)^write +(\S+)", said)[1], link)
            check(link.startswith(address + "#w."), said)
            with serving(root):
                answers(address, root.path("run/notewire"))
                check("Groceries" in in_browser(link), "not on the page")
            took = time.monotonic() - began
            tap.note(f"{took:.1f} s")
            check(took < TOGETHER_S, took)
        with tap.claim("and there the doctor finds nothing wrong"):
            with serving(root):
                answers(address, root.path("run/notewire"))
                all_well(root.run("notewire", "doctor", address))
        with tap.claim("a purge leaves nothing"):
            check("var/lib/notewire/notes.db" in root.paths(), "no data")
            root.run("apt-get", "-q", "-y", "purge", "--auto-remove",
                     "notewire")
            left = root.paths() - before - root.packaged() - {
                "run/lighttpd.pid"}     # its own, and it was killed
            same(sorted(left), [])


def body(tap):
    top = tempfile.mkdtemp(prefix="nw-package-")
    os.chmod(top, 0o755)
    try:
        os.mkdir(top + "/tarball")
        from_tarball(tap, top + "/tarball")
        if GIVEN:
            return
        if LONG:
            in_clean_root(tap)
        os.mkdir(top + "/deb")
        deb = built(tap, top + "/deb")
        if deb is not None:
            looked_at(tap, deb, top + "/unpacked")
            if LONG:
                in_debian(tap, deb)
    finally:
        shutil.rmtree(top)


if __name__ == "__main__":
    t.main(body)
