#!/usr/bin/python3
"""Proves WebSockets without a web server: at addresses of the daemon's own.

Plain and by TLS, whole boards each way.  What TLS promises: its versions, its
protocol, tickets, a certificate that is read anew on HUP, limits, and that
whoever speaks something else is told or cut off.  Nobody is believed where he
says he comes from.  A successor takes the addresses over.
"""

import contextlib
import json
import os
import signal
import socket
import ssl
import time
import warnings

import tap as t
from api import Board, put_op, seq_of
from certificate import make_certificate
from daemon import Daemon
from feeds import faults
from harness import free_port, served, wait_for
from sockets import BoardSocket
from tap import check, same
from websocket import TEXT, frame
from wire import Broken

TLS_MAX = 3
STALL_S = 3


def trusting(*certificates, version=None):
    context = ssl.create_default_context()
    for certificate in certificates:
        context.load_verify_locations(certificate)
    context.set_alpn_protocols(["http/1.1"])
    if version:
        context.minimum_version = context.maximum_version = version
    return context


class World:
    """A site with a daemon at two addresses."""

    def __init__(self, site):
        self.site = site
        self.board = Board(site.direct)
        self.plain = ("127.0.0.1", free_port())
        self.secure = ("127.0.0.1", free_port())
        self.certificate, self.key = make_certificate(site, "first")
        self.tls = trusting(self.certificate)
        self.settings = {
            "daemon.listen": f"127.0.0.1:{self.plain[1]}",
            "daemon.listen_tls": f"127.0.0.1:{self.secure[1]}",
            "daemon.certificate": self.certificate, "daemon.key": self.key,
            "daemon.connections_tls": TLS_MAX, "daemon.header_timeout": "1s",
            "daemon.stall": f"{STALL_S}s",
            "daemon.messages_per_second": 100000}

    def open(self, address=None, query="?since=now", tls=None, **more):
        if tls is None and address is None:
            tls = self.tls
        s = BoardSocket(address or self.secure, self.board.id, query,
                        token=self.board.tokens["write"], tls=tls, **more)
        same(s.status, 101)
        return s


def closed(connect):
    """Whether that comes to nothing but an end."""
    try:
        connect().close()
    except (Broken, OSError):       # of which ssl.SSLError is one
        return True
    return False


def plays(tap, world):
    first = world.board
    for name, address, tls in (("plain", world.plain, None),
                               ("TLS", world.secure, world.tls)):
        world.board = Board(world.site.direct)
        with tap.claim(f"{name}: 300 operations, each answered and seen, "
                       "whatever their length"):
            s, log, got = world.open(address, "?since=0", tls=tls), {}, []
            for i in range(300):
                s.say(put_op(f"{i} " + "x" * (i * 211 % 60000)))
                answer = None
                while answer is None or len(got) < len(log):
                    event = s.until("change", "results")
                    if event["event"] == "results":
                        answer, = event["data"]["results"]
                        log[seq_of(answer["seq"])] = answer["id"]
                    else:
                        got.append((seq_of(event["id"]), event["data"]["id"]))
            s.close()
            same(faults(got, 0, log), [])

        with tap.claim(f"{name}: what is said before the answer is done, and "
                       "once"):
            s = BoardSocket.__new__(BoardSocket)
            s.begin(address, tls=tls)
            head = s.request(f"/socket/{world.board.id}?since=now", [
                ("Authorization", f"Bearer {world.board.tokens['write']}")])
            ops = [put_op("x" * 2000) for _ in range(3)]
            s.socket.sendall(head + b"".join(
                frame(TEXT, json.dumps(one).encode()) for one in ops))
            s.answer()
            answers = []
            while len(answers) < len(ops):
                answers += s.until("results")["data"]["results"]
            same([(one["key"], one["status"]) for one in answers],
                 [(one["key"], 201) for one in ops])
            s.close()

        with tap.claim(f"{name}: a backlog of megabytes, whose reader rests "
                       "first"):
            s = world.open(address, "?since=0", tls=tls)
            time.sleep(0.3)
            seqs = []
            while len(seqs) < 300:
                seqs.append(seq_of(s.until("change")["id"]))
            same(seqs, list(range(1, 301)))
            s.close()

        with tap.claim(f"{name}: who reads slowly, but reads, is not cut off"):
            s = world.open(address, tls=tls)
            s.until("heartbeat")
            for _ in range(50):
                world.board.ops([put_op("x" * 60000) for _ in range(4)])
            # Of these the kernel tells the sender every half a second.
            until = time.monotonic() + 2.5 * STALL_S
            while time.monotonic() < until:
                s.raw += s.socket.recv(16384)
                time.sleep(0.1)
            for _ in range(200):
                s.until("change")
            s.close()
    world.board = first


def addresses(tap, world):
    with tap.claim("a client is not believed where it comes from"):
        for address, tls in ((world.plain, None), (world.secure, world.tls)):
            s = BoardSocket(address, world.board.id, "",
                            [("X-Forwarded-For", "192.0.2.7"),
                             ("X-Forwarded-Proto", "https")],
                            token="r." + "A" * 43, tls=tls)
            same(s.status, 404)
            s.close()
        log = world.site.log_text("fcgi.log")
        same(log.count("not-found status=404 method=GET address=127.0.0.1"), 2)
        same("192.0.2.7" in log, False)


def versions(tap, world):
    with tap.claim("TLS 1.2 and 1.3, nothing older; HTTP/1.1 is chosen"):
        for version, name in ((ssl.TLSVersion.TLSv1_2, "TLSv1.2"),
                              (ssl.TLSVersion.TLSv1_3, "TLSv1.3")):
            s = world.open(tls=trusting(world.certificate, version=version))
            same((s.socket.version(), s.socket.selected_alpn_protocol()),
                 (name, "http/1.1"))
            s.close()
        old = trusting(world.certificate)
        old.set_ciphers("DEFAULT:@SECLEVEL=0")
        with warnings.catch_warnings(action="ignore"):
            old.minimum_version = old.maximum_version = \
                ssl.TLSVersion.TLSv1_1
        check(closed(lambda: world.open(tls=old)))
        other = trusting(world.certificate)
        other.set_alpn_protocols(["h2"])
        check(closed(lambda: world.open(tls=other)))

    with tap.claim("a ticket saves the second handshake its signature"):
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            context = trusting(world.certificate, version=version)
            s = world.open(tls=context)
            s.until("up-to-date")       # 1.3 brings it after the handshake
            session = s.socket.session
            same(s.socket.session_reused, False)
            s.close()
            s = world.open(tls=context, session=session)
            same(s.socket.session_reused, True)
            s.close()


def strangers(tap, world):
    with tap.claim("plain HTTP where TLS is spoken is told so"):
        with socket.create_connection(world.secure, 5) as s:
            s.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            answer = b""
            with contextlib.suppress(ConnectionResetError):
                while more := s.recv(4096):
                    answer += more
        check(answer.startswith(b"HTTP/1.1 400 Bad Request\r\n"), answer)
        check(answer.endswith(b"\r\n\r\nThis port speaks TLS only\n"), answer)

    with tap.claim("TLS where plain HTTP is spoken, and noise, are cut off"):
        check(closed(lambda: world.open(world.plain, tls=world.tls)))
        for noise in (b"\x16\x03\x01\xff\xff" + b"x" * 70000, b"\0" * 100,
                      b"\x80\x2e\x01\x03\x01", b"\x15\x03\x03\0\2\2\x28"):
            with socket.create_connection(world.secure, 5) as s:
                with contextlib.suppress(ConnectionError):
                    s.sendall(noise)
                    while s.recv(4096):
                        pass

    with tap.claim("a handshake byte by byte is one, an unfinished one ends"):
        s = world.open(tls=Dribbling(world.tls))
        s.until("heartbeat")
        s.close()
        began = time.monotonic()
        with socket.create_connection(world.secure, 5) as s:
            s.sendall(b"\x16\x03\x01")
            while s.recv(100):
                pass
        check(time.monotonic() - began < 4, time.monotonic() - began)


class Dribbling:
    """A context whose clients send each byte by itself."""

    def __init__(self, context):
        self.context = context

    def wrap_socket(self, sock, server_hostname, session):
        return DribblingSocket(self.context, sock, server_hostname, session)


class DribblingSocket:
    def __init__(self, context, sock, name, session):
        self.sock = sock
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.inward, self.outward = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.inward, self.outward, False, name,
                                    session)
        self.step(self.tls.do_handshake)

    def step(self, call, *args):
        while True:
            try:
                done = call(*args)
                self.flush()
                return done
            except ssl.SSLWantReadError:
                self.flush()
                data = self.sock.recv(65536)
                if not data:
                    raise Broken("ended") from None
                self.inward.write(data)

    def flush(self):
        for byte in self.outward.read():
            self.sock.sendall(bytes([byte]))

    def sendall(self, data):
        self.step(self.tls.write, data)

    def recv(self, size):
        return self.step(self.tls.read, size)

    def close(self):
        self.sock.close()


def limits(tap, world, daemon):
    with tap.claim(f"{TLS_MAX} by TLS and no more; plain ones go on"):
        wait_for(lambda: daemon.metric("held") == 0, 10, "earlier ones")
        wait_for(lambda: not closed(world.open), 10, "room")
        wait_for(lambda: daemon.metric("held") == 0, 10, "that one")
        many = [world.open() for _ in range(TLS_MAX)]
        check(closed(world.open))
        world.open(world.plain).close()
        many.pop().close()
        wait_for(lambda: not closed(world.open), 5, "the place")
        for s in many:
            s.close()
        wait_for(lambda: daemon.metric("held") == 0, 10, "all")


def rereads(tap, world, daemon):
    with tap.claim("HUP: a new certificate for new connections, old ones go "
                   "on, and tickets stay good"):
        before = world.open()
        before.until("heartbeat")
        session = before.socket.session
        second = make_certificate(world.site, "second")
        for old, new in zip((world.certificate, world.key), second):
            os.replace(new, old)
        hup(world.site, daemon, b"tls reread")
        old, world.tls = world.tls, trusting(world.certificate)
        s = world.open()
        same(dict(x[0] for x in s.socket.getpeercert()["subject"]),
             {"commonName": "second"})
        check(closed(lambda: world.open(tls=trusting())))
        s.close()
        s = world.open(tls=old, session=session)
        same(s.socket.session_reused, True)
        s.close()
        note = world.board.note("seen by the old one")
        same(before.until("change")["data"]["id"], note["id"])
        before.close()

    with tap.claim("a bad one is told of, and the good one stays"):
        with open(world.certificate, encoding="ascii") as f:
            good = f.read()
        for bad in ("", "nonsense", good[:200]):
            with open(world.certificate, "w", encoding="ascii") as f:
                f.write(bad)
            hup(world.site, daemon, b"tls certificate")
        world.open().close()
        with open(world.certificate, "w", encoding="ascii") as f:
            f.write(good)


def hup(site, daemon, said):
    """Has it read its configuration anew, of which it says that."""
    mark = site.log_mark("notewired.log")
    os.kill(daemon.pid, signal.SIGHUP)
    wait_for(lambda: said in site.log_since("notewired.log", mark), 5, said)


def reconfigured(tap, world, daemon):
    site = world.site

    with tap.claim("HUP: limits change for those who come, nobody is lost"):
        wait_for(lambda: daemon.metric("held") == 0, 10, "earlier ones")
        there = world.open()
        site.configure({"daemon.connections_tls": 1,
                        "daemon.messages_burst": 1,
                        "daemon.messages_per_second": 1})
        hup(site, daemon, b"daemon reread connections=10000\n")
        check(closed(world.open))
        there.until("heartbeat")
        for _ in range(3):
            there.say(put_op("too fast"))
        same(there.ended(), (1008, "too many messages"))
        there.close()

    with tap.claim("a configuration that is wrong changes nothing"):
        site.configure({"daemon.connections_tls": TLS_MAX,
                        "daemon.ping": "soon"})
        hup(site, daemon, b"daemon reread error=")
        check(b"ping must be" in site.log_since("notewired.log", 0),
              site.log_text("notewired.log")[-500:])
        with contextlib.closing(world.open()):
            check(closed(world.open))
        site.configure(world.settings | {"daemon.ping": "25s",
                                         "daemon.messages_burst": 40})
        hup(site, daemon, b"daemon reread connections=")
        wait_for(lambda: daemon.metric("held") == 0, 10, "that one")
        many = [world.open() for _ in range(TLS_MAX)]
        for s in many:
            s.close()


def succeeded(tap, world, daemon):
    with tap.claim("a successor takes both addresses over; who was there is "
                   "told 1012"):
        wait_for(lambda: daemon.metric("held") == 0, 10, "earlier ones")
        there = [world.open(), world.open(world.plain)]
        for s in there:
            s.until("heartbeat")
        old, ready = daemon.process, daemon.readies()
        daemon.process = world.site.spawn(
            [world.site.path("bin", "notewired"), "--take-over"],
            "notewired.log")
        for s in there:
            same(s.ended(), (1012, "shutdown"))
            s.close()
        for _ in range(10):
            world.open(world.plain).close()
            world.open().close()
            time.sleep(0.02)
        same(old.run.wait(), 0)
        wait_for(lambda: daemon.readies() > ready, 5, "the successor")


def refused(tap, world, daemon):
    with tap.claim("what cannot be listened at is named, and none starts"):
        daemon.process.stop()
        busy = socket.create_server(("127.0.0.1", 0))
        taken = f"127.0.0.1:{busy.getsockname()[1]}"
        missing = world.site.path("conf", "missing")
        for key, value, said in (
                ("listen", "8443", 'address="8443" error="no such address"'),
                ("listen", "localhost:1", "no such address"),
                ("listen", "::1:80", "no such address"),
                ("listen", "127.0.0.1:http", "no such address"),
                ("listen", "127.0.0.1:65536", "no such address"),
                ("listen", ":80", "no such address"),
                ("listen", "[::1:80", "no such address"),
                ("listen", taken, f'address="{taken}" error="Address already'),
                ("listen", " ".join(f"127.0.0.1:{free_port()}"
                                    for _ in range(9)), "more than 8"),
                ("certificate", missing, f'certificate path="{missing}"'),
                ("key", world.certificate, "tls key path=")):
            mark = world.site.log_mark("notewired.log")
            run = world.site.spawn(
                [world.site.path("bin", "notewired"), "--set",
                 f"daemon.{key}={value}"], "notewired.log")
            check(run.run.wait(10) != 0, value)
            log = world.site.log_since("notewired.log", mark).decode()
            check(said in log, (value, log))
        busy.close()

    with tap.claim("options stand over the files, after HUP as well"):
        ready = daemon.readies()
        daemon.process = world.site.spawn(
            [world.site.path("bin", "notewired"), "--set",
             "daemon.connections=77"], "notewired.log")
        wait_for(lambda: daemon.readies() > ready, 5, "the daemon")
        hup(world.site, daemon, b"daemon reread connections=77\n")


def body(tap):
    with served(tap, "socket") as site:
        world = World(site)
        with Daemon(site, world.settings) as daemon:
            plays(tap, world)
            addresses(tap, world)
            versions(tap, world)
            strangers(tap, world)
            limits(tap, world, daemon)
            rereads(tap, world, daemon)
            reconfigured(tap, world, daemon)
            succeeded(tap, world, daemon)
            refused(tap, world, daemon)


if __name__ == "__main__":
    t.main(body)
