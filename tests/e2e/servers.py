"""The web servers that a site can stand behind, each with a private
configuration that includes the shipped snippets as they are.

A way is a server and a snippet.  Where a server takes an inherited listening
socket it gets one; the other tries ports until one is free.
"""

import contextlib
import os
import signal
import socket
import time

from api import Board
from feeds import LongPoll
from tap import Failed

LIGHTTPD = """\
server.systemd-socket-activation = "enable"
server.port = {port}
server.document-root = "{dir}/empty"
server.modules += ("mod_accesslog")
accesslog.filename = "{dir}/log/access.log"
server.max-keep-alive-requests = 1000
server.upload-dirs = ("{dir}/tmp")
{variables}
include "{dir}/conf/snippets/lighttpd-page.conf"
include "{snippet}"
"""

NGINX = """\
daemon off;
worker_processes 2;
pid {dir}/run/nginx.pid;
error_log {dir}/log/nginx.log;
events {{
	worker_connections 1024;
}}
http {{
	access_log {dir}/log/access.log;
	client_body_temp_path {dir}/tmp/body;
	fastcgi_temp_path {dir}/tmp/fastcgi;
	proxy_temp_path {dir}/tmp/proxy;
	scgi_temp_path {dir}/tmp/scgi;
	uwsgi_temp_path {dir}/tmp/uwsgi;
	include {dir}/conf/http.d/*.conf;
	server {{
		listen 127.0.0.1:{port};
		root {dir}/empty;
{variables}
		include {snippet};
	}}
}}
"""

# As Debian sets it up, where that is not the default.
APACHE = """\
ServerRoot {dir}
ServerName localhost
DefaultRuntimeDir {dir}/run
PidFile {dir}/run/apache.pid
Listen 127.0.0.1:{port}
{modules}
ErrorLog {dir}/log/apache.log
CustomLog {dir}/log/access.log "%h %t \\"%r\\" %>s %b"
DocumentRoot {dir}/empty
<Directory />
	AllowOverride None
	Require all denied
</Directory>
RequestReadTimeout header=20-40,minrate=500 body=10,minrate=500
TypesConfig /dev/null
TraceEnable Off
KeepAliveTimeout 5
{more}
{variables}
{page}
Include {snippet}
"""
APACHE_PAGE = "Include {dir}/conf/snippets/apache-page.conf"

CALM_S = 0.3
APACHE_MODULES = "/usr/lib/apache2/modules"


def apache_modules(*more):
    """The lines that load what the page needs, and more."""
    return "\n".join(
        f"LoadModule {m}_module {APACHE_MODULES}/mod_{m}.so"
        for m in ("mpm_event", "authz_core", "alias", "deflate", "dir",
                  "env", "filter", "headers", "mime", "reqtimeout", "proxy",
                  "proxy_http") + more)


class Server:
    """What all have in common: `process` is the server's own."""

    name = None                 # its program's, and its log's
    reloads = signal.SIGUSR1
    spawns = False              # it starts the responders itself
    tells = True                # a responder learns at once who has left
    patience = 0.5              # seconds that a plain request may take

    def __init__(self, site, snippet):
        self.site = site
        self.snippet = site.path("conf", "snippets", snippet)
        self.log = self.name + ".log"
        self.process = None
        self.listener = None
        self.address = None

    def write(self, template, **more):
        """Writes the configuration; its path."""
        conf = self.site.path("conf", self.name + ".conf")
        with open(conf, "w", encoding="utf-8") as f:
            f.write(template.format(
                dir=self.site.dir, port=self.address[1],
                snippet=self.snippet, variables=self.variables(), **more))
        return conf

    def values(self):
        path = self.site.path
        return {"fcgi": path("bin", "notewire.fcgi"),
                "cgi": path("bin", "notewire.cgi"),
                "conf": path("conf", "notewire.conf"),
                "www": path("www"), "socket": path("run", "fcgi.sock"),
                "http": path("run", "http.sock")}

    def listen(self):
        """One that is started again listens where it did."""
        if self.listener is not None:
            return
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        # nginx takes it as it is, and a worker would be stuck in accept().
        self.listener.setblocking(False)
        self.address = self.listener.getsockname()

    def check_alive(self):
        if self.process.run.poll() is not None:
            raise Failed(f"{self.name} ended: "
                         + self.site.log_text(self.log))

    def reload(self):
        """Has it read its configuration again, as it goes."""
        os.kill(self.process.pid, self.reloads)

    def after_start(self):
        """What makes it as it is after some minutes."""

    def before_stop(self):
        """What has to end before the server can."""

    def close(self):
        if self.listener is not None:
            self.listener.close()


class Lighttpd(Server):
    name = "lighttpd"

    def start(self):
        self.listen()
        conf = self.write(LIGHTTPD)
        self.process = self.site.spawn(
            ["sh", "-c", "exec 3<&0 0</dev/null; LISTEN_FDS=1 "
             "LISTEN_PID=$$ exec \"$@\"", "sh", "lighttpd", "-D", "-f", conf],
            self.log, stdin=self.listener)

    def variables(self):
        lines = [f'var.notewire_{n} = "{v}"'
                 for n, v in self.values().items()]
        return "\n".join(lines + ["var.notewire_processes = 3"])


class LighttpdSpawn(Lighttpd):
    spawns = True


class LighttpdCgi(LighttpdSpawn):
    tells = False


class Nginx(Server):
    name = "nginx"
    reloads = signal.SIGHUP

    def start(self):
        self.listen()
        conf = self.write(NGINX)
        self.process = self.site.spawn(
            ["sh", "-c", "exec 3<&0 0</dev/null; NGINX='3;' exec \"$@\"",
             "sh", "nginx", "-p", self.site.dir,
             "-e", self.site.path("log", self.log), "-c", conf],
            self.log, stdin=self.listener)

    def variables(self):
        values = self.values()
        return f"\t\tset $notewire_www {values['www']};\n" \
            f"\t\tset $notewire_socket unix:{values['socket']};\n" \
            f"\t\tset $notewire_http unix:{values['http']};"


class Apache(Server):
    name = "apache"
    tells = False
    modules = ("proxy_fcgi",)
    more = ""

    def start(self):
        for _ in range(10):
            with socket.create_server(("127.0.0.1", 0)) as free:
                self.address = free.getsockname()
            if self.try_port():
                return
        raise Failed("no free port for Apache")

    def try_port(self):
        """Starts it; whether the port was free."""
        conf = self.write(APACHE, modules=apache_modules(*self.modules),
                          more=self.more.format(dir=self.site.dir),
                          page=APACHE_PAGE.format(dir=self.site.dir))
        mark = self.site.log_mark(self.log)
        self.process = self.site.spawn(
            ["apache2", "-D", "FOREGROUND", "-f", conf], self.log)

        def settled():
            if self.process.run.poll() is not None:
                return True
            with socket.socket() as s:
                return s.connect_ex(self.address) == 0
        self.site.wait(settled, 15, "Apache's port")
        if self.process.run.poll() is None:
            return True
        self.site.processes.remove(self.process)
        said = self.site.log_since(self.log, mark)
        if b"in use" not in said:
            raise Failed("Apache ended: " + said.decode("utf-8", "replace"))
        return False

    def before_stop(self):
        """Apache waits 10 s for a thread whose stream has not ended."""
        calm = []

        def gone():
            """None for a while: a request may be on its way to another."""
            pids = self.site.responders()
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM)
            calm[:] = [] if pids else [*calm, time.monotonic()]
            return calm and calm[-1] - calm[0] > CALM_S
        self.site.wait(gone, 10, "the end of the responders")

    def variables(self):
        return "\n".join(f"Define NOTEWIRE_{n.upper()} {v}"
                         for n, v in self.values().items())


class ApacheFcgid(Apache):
    modules = ("fcgid",)
    spawns = True
    patience = 1.5              # it sleeps 1 s when no process is idle
    more = "FcgidIPCDir {dir}/run/fcgid\n" \
        "FcgidProcessTableFile {dir}/run/fcgid_shm"

    def after_start(self):
        """Requests that meet make it start more processes."""
        board = Board(self.site.http, "warm")
        path = board.path + "/changes?feed=longpoll&since=now&timeout=2500"
        polls = [LongPoll(board.reader, path) for _ in range(8)]
        for poll in polls:
            poll.result(20)


class ApacheCgi(Apache):
    modules = ("cgid",)
    spawns = True
    more = "ScriptSock {dir}/run/cgid"


WAYS = {
    "socket": (Lighttpd, "lighttpd-socket.conf"),
    "spawn": (LighttpdSpawn, "lighttpd-spawn.conf"),
    "cgi": (LighttpdCgi, "lighttpd-cgi.conf"),
    "nginx": (Nginx, "nginx.conf"),
    "apache": (Apache, "apache-fcgi.conf"),
    "apache-fcgid": (ApacheFcgid, "apache-fcgid.conf"),
    "apache-cgi": (ApacheCgi, "apache-cgi.conf"),
}


def server_of(way, site):
    """The way's server for this site; None for "direct"."""
    if way == "direct":
        return None
    kind, snippet = WAYS[way]
    return kind(site, snippet)
