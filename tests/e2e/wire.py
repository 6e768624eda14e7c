"""HTTP/1.1 and FastCGI clients that share nothing with the code under test.

Both offer `ask` (a whole answer) and `open` (a stream to read piece by piece),
so that a test can go through a web server or straight to the responder.
"""

import gzip
import json
import os
import socket
import struct
import subprocess
import threading
import time
import urllib.parse

MOUNT = "/notewire/api"


class Broken(Exception):
    """The connection ended before the answer did."""


class Answer:
    """A whole response."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers      # [(lower-case name, value)]
        self.body = body

    def header(self, name, default=None):
        found = [v for n, v in self.headers if n == name.lower()]
        return ", ".join(found) if found else default

    def all(self, name):
        return [v for n, v in self.headers if n == name.lower()]

    def content(self):
        """The body, as it was before it was compressed."""
        if self.header("content-encoding") == "gzip":
            return gzip.decompress(self.body)
        return self.body

    def json(self):
        return json.loads(self.content())

    def slug(self):
        """The problem's name, or None where the answer is no problem."""
        if self.header("content-type") != "application/problem+json":
            return None
        return self.json()["type"].removeprefix("urn:notewire:")

    def __repr__(self):
        return f"<{self.status} {self.body[:300]!r}>"


class Chunked:
    """The chunked coding of RFC 9112, 7.1, undone piece by piece."""

    def __init__(self):
        self.raw = b""
        self.left = 0
        self.ended = False

    def feed(self, data):
        self.raw += data
        out = b""
        while not self.ended:
            if self.left > 2:
                take = self.raw[:self.left - 2]
                out += take
                self.raw = self.raw[len(take):]
                self.left -= len(take)
                if self.left > 2:
                    break
            if self.left:
                if len(self.raw) < 2:
                    break
                if self.raw[:2] != b"\r\n":
                    raise Broken(f"bad chunk end {self.raw[:20]!r}")
                self.raw = self.raw[2:]
                self.left = 0
            line, mark, rest = self.raw.partition(b"\r\n")
            if not mark:
                break
            size = int(line.split(b";")[0], 16)
            if size == 0:
                self.ended = rest.startswith(b"\r\n")
                break
            self.raw = rest
            self.left = size + 2
        return out


class Counted:
    """A body of a known length, or up to the end of the connection (None)."""

    def __init__(self, length):
        self.left = length
        self.ended = length == 0

    def feed(self, data):
        if self.left is None:
            return data
        out = data[:self.left]
        self.left -= len(out)
        self.ended = self.left == 0
        return out


BEGIN, ABORT, END, PARAMS, STDIN, STDOUT, STDERR = 1, 2, 3, 4, 5, 6, 7


def record(kind, content, request=1, padding=0):
    """One FastCGI record (specification 1.0, 3.3)."""
    return struct.pack("!BBHHBB", 1, kind, request, len(content), padding, 0) \
        + content + bytes(padding)


def begin(keep=False, request=1):
    return record(BEGIN, struct.pack("!HB5x", 1, 1 if keep else 0), request)


def pairs(params):
    """Name-value pairs (specification 1.0, 3.4)."""
    out = b""
    for name, value in params:
        for text in (name, value):
            n = len(text)
            out += bytes([n]) if n < 128 else struct.pack("!I", n | 1 << 31)
        out += name + value
    return out


def params_records(params, request=1):
    data = pairs(params)
    out = b""
    for at in range(0, len(data), 65000):
        out += record(PARAMS, data[at:at + 65000], request)
    return out + record(PARAMS, b"", request)


def stdin_records(body, request=1, size=32000):
    out = b""
    for at in range(0, len(body), size):
        out += record(STDIN, body[at:at + size], request)
    return out + record(STDIN, b"", request)


class FcgiFrames:
    """The answer's records undone piece by piece; `ended` at END_REQUEST."""

    def __init__(self):
        self.raw = b""
        self.ended = False
        self.app_status = None
        self.stderr = b""
        self.requests = []          # ids of the records seen

    def feed(self, data):
        self.raw += data
        out = b""
        while len(self.raw) >= 8:
            version, kind, request, n, padding, _ = struct.unpack(
                "!BBHHBB", self.raw[:8])
            if version != 1:
                raise Broken(f"no FastCGI record: {self.raw[:16]!r}")
            if len(self.raw) < 8 + n + padding:
                break
            content = self.raw[8:8 + n]
            self.raw = self.raw[8 + n + padding:]
            self.requests.append(request)
            if kind == STDOUT:
                out += content
            elif kind == STDERR:
                self.stderr += content
            elif kind == END:
                self.app_status = struct.unpack("!IB3x", content)
                self.ended = True
        return out


def split_headers(head):
    headers = []
    for line in head.split(b"\r\n"):
        name, mark, value = line.partition(b":")
        if not mark:
            raise Broken(f"bad header line {line!r}")
        headers.append((name.decode("latin-1").lower(),
                        value.strip().decode("latin-1")))
    return headers


class Stream:
    """A response that is read as it comes.

    `headers_at` and the values of `recv` are stamped with time.monotonic().
    `clean` tells, after the end, whether the answer ended as its framing
    demands.
    """

    def __init__(self, sock, frames, timeout):
        self.sock = sock
        self.frames = frames        # undoes FastCGI, None on plain HTTP
        self.body = None
        self.rest = b""
        self.ended = False
        self.clean = False
        self.waiting = {}
        try:
            self._head(timeout)
        except BaseException:
            sock.close()
            raise

    def _more(self, timeout):
        self.sock.settimeout(timeout)
        data = self.sock.recv(self.waiting.get("size", 65536))
        if self.frames is None:
            return data, not data
        out = self.frames.feed(data)
        return out, not data or self.frames.ended

    def _head(self, timeout):
        raw = b""
        until = time.monotonic() + timeout
        while b"\r\n\r\n" not in raw:
            data, last = self._more(max(0.01, until - time.monotonic()))
            raw += data
            if last and b"\r\n\r\n" not in raw:
                raise Broken(f"ended in the headers: {raw[:200]!r}")
        self.headers_at = time.monotonic()
        head, _, rest = raw.partition(b"\r\n\r\n")
        if self.frames is None:
            line, _, head = head.partition(b"\r\n")
            self.status = int(line.split(b" ")[1])
            self.headers = split_headers(head) if head else []
        else:
            self.headers = split_headers(head)
            status = [v for n, v in self.headers if n == "status"]
            self.status = int(status[0].split(" ")[0]) if status else 200
        self.body = self._framing()
        self.rest = self.body.feed(rest)

    def _framing(self):
        table = dict(self.headers)
        if self.frames is not None or self.status in (204, 304):
            return Counted(None if self.frames is not None else 0)
        if "chunked" in table.get("transfer-encoding", ""):
            return Chunked()
        length = table.get("content-length")
        return Counted(None if length is None else int(length))

    def header(self, name, default=None):
        found = [v for n, v in self.headers if n == name.lower()]
        return ", ".join(found) if found else default

    def recv(self, timeout, size=65536):
        """Some bytes of the body; b"" at its end.  Raises TimeoutError."""
        self.waiting["size"] = size
        until = time.monotonic() + timeout
        while True:
            if self.rest:
                out, self.rest = self.rest[:size], self.rest[size:]
                return out
            if self.ended:
                return b""
            if self.body.ended or self.frames and self.frames.ended:
                self._over(True)
                continue
            left = until - time.monotonic()
            if left <= 0:
                raise TimeoutError("nothing came")
            try:
                data, last = self._more(left)
            except ConnectionError:
                self._over(False)
                continue
            self.rest = self.body.feed(data)
            if last and not self.body.ended:
                whole = self.frames.ended if self.frames \
                    else isinstance(self.body, Counted) and \
                    self.body.left is None
                self._over(whole)

    def _over(self, clean):
        self.ended = True
        self.clean = clean

    def read(self, timeout):
        """All of the body.  Raises Broken when it is cut short."""
        out = b""
        until = time.monotonic() + timeout
        while True:
            data = self.recv(max(0.01, until - time.monotonic()))
            if not data:
                break
            out += data
        if not self.clean:
            raise Broken(f"cut short after {len(out)} bytes")
        return out

    def close(self):
        self.sock.close()


def whole(stream, timeout):
    try:
        body = stream.read(timeout)
        return Answer(stream.status, stream.headers, body)
    finally:
        stream.close()


def as_bytes(text):
    return text if isinstance(text, bytes) else text.encode("utf-8")


class Http:
    """A client of a web server at (host, port), with an address of its own."""

    def __init__(self, address, mount=MOUNT, source="127.0.0.1"):
        self.address = address
        self.source = source
        self.mount = mount
        self.host = f"{address[0]}:{address[1]}"

    def head(self, method, path, headers, body):
        names = {n.lower() for n, _ in headers}
        lines = [as_bytes(method) + b" " + as_bytes(self.mount + path)
                 + b" HTTP/1.1"]
        if "host" not in names:
            lines.append(b"Host: " + self.host.encode())
        lines += [as_bytes(n) + b": " + as_bytes(v) for n, v in headers]
        if method in ("POST", "PUT", "PATCH"):
            body = body or b""      # lighttpd asks for a length, if of none
        if body is not None and "content-length" not in names:
            lines.append(b"Content-Length: %d" % len(body))
        lines.append(b"Connection: close")
        return b"\r\n".join(lines) + b"\r\n\r\n"

    def send(self, method, path, headers=(), body=None, timeout=10):
        """Sends a request; its connection, before any answer."""
        sock = socket.create_connection(
            self.address, timeout, source_address=(self.source, 0))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        send(sock, self.head(method, path, list(headers), body)
             + (body or b""))
        return sock

    def open(self, method, path, headers=(), body=None, timeout=10):
        return Stream(self.send(method, path, headers, body, timeout), None,
                      timeout)

    def ask(self, method, path, headers=(), body=None, timeout=10):
        stream = self.open(method, path, headers, body, timeout)
        if method == "HEAD":
            stream.body = Counted(0)
        return whole(stream, timeout)

    def raw(self, data, timeout=10):
        """Sends bytes as they are and reads one answer."""
        sock = socket.create_connection(
            self.address, timeout, source_address=(self.source, 0))
        send(sock, data)
        return whole(Stream(sock, None, timeout), timeout)


def send(sock, data):
    """A peer that answers early and closes is no failure here."""
    try:
        sock.sendall(data)
    except (BrokenPipeError, ConnectionResetError):
        pass
    except BaseException:
        sock.close()
        raise


def environment(method, path, headers, body, host, mount=MOUNT):
    """The CGI variables of a request (RFC 3875, 4.1)."""
    where, _, query = path.partition("?")
    env = {
        "GATEWAY_INTERFACE": "CGI/1.1", "SERVER_PROTOCOL": "HTTP/1.1",
        "SERVER_SOFTWARE": "test", "SERVER_NAME": "localhost",
        "SERVER_PORT": "80", "REMOTE_ADDR": "127.0.0.1",
        "REQUEST_METHOD": method, "SCRIPT_NAME": mount,
        "PATH_INFO": urllib.parse.unquote_to_bytes(where),
        "REQUEST_URI": mount + path, "QUERY_STRING": query,
        "HTTP_HOST": host,
    }
    if body is not None:
        env["CONTENT_LENGTH"] = str(len(body))
    for name, value in headers:
        key = name.upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = "HTTP_" + key
        env[key] = value
    return [(as_bytes(n), as_bytes(v)) for n, v in env.items()]


class Fcgi:
    """A client of a responder on a Unix socket, in a web server's place."""

    def __init__(self, path, host="localhost"):
        self.path = path
        self.host = host

    def connect(self, timeout=10):
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        sock.settimeout(timeout)
        try:
            sock.connect(self.path)
        except BaseException:
            sock.close()
            raise
        return sock

    def request(self, method, path, headers=(), body=None, keep=False,
                extra=()):
        env = dict(environment(method, path, headers, body, self.host))
        env.update(extra)
        return begin(keep) + params_records(list(env.items())) \
            + stdin_records(body or b"")

    def send(self, method, path, headers=(), body=None, timeout=10):
        """Sends a request; its connection, before any answer."""
        sock = self.connect(timeout)
        send(sock, self.request(method, path, headers, body))
        return sock

    def open(self, method, path, headers=(), body=None, timeout=10):
        return Stream(self.send(method, path, headers, body, timeout),
                      FcgiFrames(), timeout)

    def ask(self, method, path, headers=(), body=None, timeout=10):
        return whole(self.open(method, path, headers, body, timeout), timeout)

    def raw(self, data, timeout=10):
        sock = self.connect(timeout)
        send(sock, data)
        return whole(Stream(sock, FcgiFrames(), timeout), timeout)


class Cgi:
    """Runs the program once a request, in a web server's place."""

    def __init__(self, start, host="localhost"):
        self.start = start          # start(env, **Popen options) -> Popen
        self.host = host
        self.running = set()
        self.lock = threading.Lock()

    def ask(self, method, path, headers=(), body=None, timeout=10):
        env = dict(environment(method, path, headers, body, self.host))
        run = self.start({os.fsdecode(n): os.fsdecode(v)
                          for n, v in env.items()},
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        with self.lock:
            self.running.add(run)
        try:
            out, _ = run.communicate(body or b"", timeout)
        except subprocess.TimeoutExpired:
            run.kill()
            run.communicate()
            raise TimeoutError("the CGI run did not end")
        finally:
            with self.lock:
                self.running.discard(run)
        head, mark, body = out.partition(b"\r\n\r\n")
        if not mark or run.returncode < 0:
            raise Broken(f"CGI run ended {run.returncode}")
        headers = split_headers(head)
        status = [v for n, v in headers if n == "status"]
        return Answer(int(status[0].split(" ")[0]) if status else 200,
                      headers, body)
