#!/usr/bin/python3
"""Proves that notewire setup puts Notewire behind a web server, and takes it
back.

What it prints is the shipped snippets, at any mount, and the doctor finds
nothing wrong behind it; --write installs and enables that as Debian does, has
the web server check it, and puts back what was there when it complains; --undo
leaves no trace; what somebody else wrote is never touched.
"""

import contextlib
import os
import re
import shutil
import subprocess
import tempfile

import tap as t
from cli import Cli
from daemon import Daemon
from harness import BUILD, SOURCE, WAYS, Site, need, wait_for
from tap import Failed, check, same
from wire import Http

EX_USAGE, EX_NOINPUT, EX_CANTCREAT, EX_CONFIG = 64, 66, 73, 78

MOUNT = "/team/our-notes"
# Harness's name of a way: what setup calls it.
WORDS = {"socket": ("lighttpd", "socket"), "spawn": ("lighttpd", "spawn"),
         "cgi": ("lighttpd", "cgi"), "nginx": ("nginx", "socket"),
         "apache": ("apache", "fcgi"), "apache-fcgid": ("apache", "fcgid"),
         "apache-cgi": ("apache", "cgi")}

APACHE = """\
ServerName localhost
ServerRoot {root}/etc/apache2
PidFile {root}/apache.pid
ErrorLog {root}/error.log
Listen 127.0.0.1:1
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
IncludeOptional mods-enabled/*.load
IncludeOptional mods-enabled/*.conf
IncludeOptional conf-enabled/*.conf
"""
LIGHTTPD = """\
server.document-root = "{root}"
server.port = 1
server.feature-flags += ("server.graceful-shutdown-timeout" => 5)
include "{root}/etc/lighttpd/conf-enabled/*.conf"
"""
NGINX = """\
pid {root}/nginx.pid;
error_log {root}/error.log;
events {{ }}
http {{
	access_log off;
	client_body_temp_path {root}/tmp1;
	fastcgi_temp_path {root}/tmp2;
	proxy_temp_path {root}/tmp3;
	scgi_temp_path {root}/tmp4;
	uwsgi_temp_path {root}/tmp5;
	include {root}/etc/nginx/conf.d/*.conf;
}}
"""
MAIN = {"apache": ("apache2/apache2.conf", APACHE, "apache2"),
        "lighttpd": ("lighttpd/lighttpd.conf", LIGHTTPD, "lighttpd"),
        "nginx": ("nginx/nginx.conf", NGINX, "nginx")}
FOLDERS = ("apache2/conf-available", "apache2/conf-enabled",
           "apache2/mods-available", "apache2/mods-enabled",
           "lighttpd/conf-available", "lighttpd/conf-enabled",
           "nginx/snippets", "nginx/conf.d")
MODULES = ("alias", "authz_core", "deflate", "dir", "filter", "headers", "mime", "proxy",
           "proxy_http", "proxy_fcgi", "env", "cgid")


def run(*words):
    return subprocess.run(
        [os.path.join(BUILD, "notewire"), "setup", *words],
        stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=60, check=False,
        env={"PATH": os.environ["PATH"], "NOTEWIRE_CONF": "/dev/null"})


def fails(code, *words):
    done = run(*words)
    same((done.returncode, done.stdout), (code, ""), done.stderr)
    return done.stderr


class Root:
    """A folder that is laid out as a system with three web servers."""

    def __enter__(self):
        self.dir = tempfile.mkdtemp(prefix="nw-root-")
        said = fails(EX_NOINPUT, "apache", "--root", self.dir)
        self.share = os.path.dirname(os.path.dirname(
            re.search(r"(/\S+/apache-page\.conf): not there", said)[1]))
        os.makedirs(self.share)
        shutil.copytree(os.path.join(SOURCE, "cgi", "conf"),
                        os.path.join(self.share, "conf"))
        for folder in FOLDERS:
            os.makedirs(os.path.join(self.dir, "etc", folder))
        for name, text, _ in MAIN.values():
            self.write(name, text.format(root=self.dir))
        for name in MODULES:
            self.write(
                f"apache2/mods-available/{name}.load",
                f"LoadModule {name}_module "
                f"/usr/lib/apache2/modules/mod_{name}.so\n")
        self.write("apache2/mods-available/dir.conf",
                   "DirectoryIndex index.html\n")
        self.write("apache2/mods-available/mime.conf",
                   "TypesConfig /etc/mime.types\n")
        return self

    def __exit__(self, *trace):
        shutil.rmtree(self.dir)

    @property
    def www(self):
        """As the configuration names it: without the root before it."""
        return self.share[len(self.dir):] + "/www"

    def path(self, name):
        return os.path.join(self.dir, "etc", name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as f:
            f.write(text)

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as f:
            return f.read()

    def state(self):
        """Everything under etc: content, and where links lead."""
        found = {}
        for folder, _, files in os.walk(os.path.join(self.dir, "etc")):
            for name in files:
                path = os.path.join(folder, name)
                if os.path.islink(path):
                    found[path] = ("link", os.readlink(path))
                else:
                    with open(path, encoding="utf-8") as f:
                        found[path] = ("file", f.read())
        return found

    def run(self, *words):
        done = run(*words, "--root", self.dir)
        if done.returncode:
            raise Failed(f"exit {done.returncode}: {done.stderr}")
        return done.stdout

    def fails(self, code, *words):
        return fails(code, *words, "--root", self.dir)


class Mounted(Site):
    """A site behind what setup printed, at another mount."""

    def __init__(self, way, root):
        self.root = root
        super().__init__(way, prepare=self.fit)

    def fit(self, site):
        server, way = WORDS[site.way]
        path = site.path
        text = self.root.run(
            server, "--way", way, "--mount", MOUNT, "--config",
            path("conf", "notewire.conf"), "--socket", path("run", "fcgi.sock"),
            "--http", path("run", "http.sock"))
        # The page and the programs are not where they would be installed.
        text = text.replace(self.root.www, path("www"))
        text = re.sub(r"/[\w/.-]+(?=/notewire\.f?cgi)", path("bin"), text)
        # lighttpd takes no variable twice, and the harness has them too.
        text = re.sub(r"(?m)^var\..*\n", "", text)
        snippets = path("conf", "snippets")
        for name in os.listdir(snippets):
            with open(os.path.join(snippets, name), "w",
                      encoding="utf-8") as f:
                if not name.endswith("-page.conf"):
                    f.write(text)

    def ready(self):
        self.http = Http(self.server.address, mount=MOUNT + "/api")

        def try_it():
            self.server.check_alive()
            try:
                return self.http.ask("GET", "/health",
                                     timeout=10).status == 200
            except (OSError, ValueError):
                return False
        wait_for(try_it, 20, f"the first answer through {self.server.name}")


def printed(tap, root):
    with tap.claim("what is printed is the shipped snippets, and no "
                   "comment about including them"):
        for server, way in sorted(WORDS.values()):
            text = root.run(server, "--way", way)
            shipped = []
            for name in (f"{server}.conf", f"{server}-page.conf",
                         f"{server}-{way}.conf"):
                path = os.path.join(root.share, "conf", name)
                if os.path.exists(path):
                    with open(path, encoding="utf-8") as f:
                        shipped += re.sub(r"\A(#.*\n)+", "",
                                          f.read()).splitlines()
            own = [line for line in text.splitlines() if re.match(
                r"# Made by|Define |var\.|set \$(?!notewire_cache)|"
                r"server\.modules", line)]
            same(sorted(text.splitlines()), sorted(own + [
                line for line in shipped
                if not line.startswith("server.modules")]), (server, way))
    with tap.claim("a mount is put in everywhere, and no path is touched"):
        for server in MAIN:
            text = root.run(server, "--mount", MOUNT)
            check(MOUNT + "/api" in text and MOUNT + "/socket/" in text,
                  text)
            left = re.sub(r"#.*", "", text)
            left = left.replace(root.www, "").replace(MOUNT, "")
            left = re.sub(r"/run/notewire/|://notewire|notewire\.\w+", "",
                          left)
            left = re.sub(r"\S*/etc/notewire\S*", "", left)
            check("/notewire" not in left, left)
            if server == "apache":
                # what stands for a host is no mount
                check(f"|http://notewire{MOUNT}/socket/" in text
                      and '|fcgi://notewire"' in text, text)
    with tap.claim("a host has a block of its own"):
        check("ServerName notes.example" in
              root.run("apache", "--host", "notes.example"), "")
        check('$HTTP["host"]' in
              root.run("lighttpd", "--host", "notes.example"), "")


def refused(tap, root):
    with tap.claim("what cannot stand in a configuration is refused"):
        before = root.state()
        for words in (["iis"], ["apache", "--way", "socket"],
                      ["apache", "--mount", "notes"],
                      ["apache", "--mount", "/"],
                      ["apache", "--mount", "/a b"],
                      ["apache", "--mount", '/a"\nRequire all'],
                      ["apache", "--mount", "/a//b"],
                      ["nginx", "--host", "a;b"],
                      ["nginx", "--host", ""],
                      ["lighttpd", "--socket", "run/x"],
                      ["lighttpd", "--http", '/x"; evil'],
                      ["nginx", "--write", "--undo"]):
            check(root.fails(EX_USAGE, *words), words)
        same(root.state(), before)


def behind(tap, root, way):
    with contextlib.ExitStack() as stack:
        site = stack.enter_context(Mounted(way, root))
        if site.responder is not None:      # which a daemon asks
            stack.enter_context(Daemon(site))
        with tap.claim(f"{way}: at {MOUNT} the doctor finds nothing wrong"):
            done = Cli(site).run(
                "doctor", f"http://{site.http.host}{MOUNT}/")
            check(done.returncode == 0 and b"FAIL" not in done.stdout,
                  done.stdout.decode())


def links(root):
    return {path: kind for path, kind in root.state().items()
            if kind[0] == "link"}


def written(tap, root, server):
    before = root.state()
    words = ["--host", "notes.example"] if server == "nginx" else []
    with tap.claim(f"{server}: --write installs and enables it"):
        said = root.run(server, "--write", *words)
        check("doctor" in said and "reload" in said, said)
        added = set(root.state()) - set(before)
        check(any(path.endswith("notewire.conf") for path in added), added)
        for path in links(root):
            check(os.path.exists(path), f"{path} leads nowhere")
        if server == "apache":
            check(root.path("apache2/mods-enabled/proxy_fcgi.load") in added,
                  added)
            check(root.path("apache2/mods-enabled/mime.conf") in added, added)
    with tap.claim(f"{server}: again, with another mount, it takes its place"):
        first = root.state()
        root.run(server, "--write", "--mount", MOUNT, *words)
        again = root.state()
        same(set(first), set(again))
        check(any(MOUNT in kind[1] for kind in again.values()), "no mount")
        if server == "nginx":
            check("server_name notes.example" in
                  root.read("nginx/conf.d/notewire.conf"), "no host")
    with tap.claim(f"{server}: --undo leaves no trace, and once more does "
                   "nothing"):
        root.run(server, "--undo")
        same(root.state(), before)
        check("nothing to undo" in root.run(server, "--undo"), "")


def complains(tap, root, server):
    main = MAIN[server][0]
    whole = root.read(main)
    before = None
    with tap.claim(f"{server}: when the web server complains, all is as it "
                   "was"):
        words = ["--host", "notes.example"] if server == "nginx" else []
        root.run(server, "--write", *words)
        root.write(main, whole + "\nNoSuchThing = on;\n")
        before = root.state()
        said = root.fails(EX_CONFIG, server, "--write", "--mount", MOUNT,
                          *words)
        check("refuses" in said and "nothing was changed" in said, said)
        same(root.state(), before)
        check("refuses" in root.fails(EX_CONFIG, server, "--undo"), "")
        same(root.state(), before)
    root.write(main, whole)
    root.run(server, "--undo")
    with tap.claim(f"{server}: and where it was not there it is not there"):
        root.write(main, whole + "\nNoSuchThing = on;\n")
        before = root.state()
        root.fails(EX_CONFIG, server, "--write")
        same(root.state(), before)
    root.write(main, whole)


def strangers(tap, root, server):
    name = {"apache": "apache2/conf-available/notewire.conf",
            "lighttpd": "lighttpd/conf-available/90-notewire.conf",
            "nginx": "nginx/snippets/notewire.conf"}[server]
    with tap.claim(f"{server}: a file that somebody wrote is left alone"):
        root.write(name, "# mine\n")
        before = root.state()
        for what in ("--write", "--undo"):
            said = root.fails(EX_CANTCREAT, server, what)
            check("not made by notewire setup" in said, said)
        same(root.state(), before)
    os.unlink(root.path(name))


def shared_modules(tap, root):
    with tap.claim("apache: modules that were enabled before stay so"):
        link = root.path("apache2/mods-enabled/headers.load")
        os.symlink("../mods-available/headers.load", link)
        before = root.state()
        root.run("apache", "--write")
        root.run("apache", "--undo")
        same(root.state(), before)
        os.unlink(link)
    with tap.claim("apache: a module that is not installed is named"):
        before = root.state()
        said = root.fails(EX_NOINPUT, "apache", "--way", "fcgid", "--write")
        check("fcgid" in said, said)
        same(root.state(), before)


def body(tap):
    with Root() as root:
        printed(tap, root)
        refused(tap, root)
        for server, (_, _, program) in MAIN.items():
            need(program)
            written(tap, root, server)
            complains(tap, root, server)
            strangers(tap, root, server)
        shared_modules(tap, root)
        for way in WAYS:
            behind(tap, root, way)


if __name__ == "__main__":
    t.main(body)
