"""A WebSocket client (RFC 6455) that is strict about what servers send.

`send` masks and may send anything a client may and may not; `recv` returns
whole frames and refuses masked ones, reserved bits, unknown opcodes, lengths
that are not the shortest, and long or cut control frames.
"""

import base64
import hashlib
import os
import socket
import struct

from wire import Broken

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
CONT, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10


def frame(opcode, payload=b"", fin=True, reserved=0, masked=True, mask=None,
          length=None):
    """A client's frame; `length` overrides how its length is written."""
    first = fin << 7 | reserved << 4 | opcode
    size = len(payload)
    if length is None:
        length = struct.pack(">B", size) if size < 126 else \
            struct.pack(">BH", 126, size) if size < 1 << 16 else \
            struct.pack(">BQ", 127, size)
    head = bytes([first, length[0] | masked << 7]) + length[1:]
    if not masked:
        return head + payload
    mask = os.urandom(4) if mask is None else mask
    whole = (mask * (size // 4 + 1))[:size]
    body = (int.from_bytes(payload, "big")
            ^ int.from_bytes(whole, "big")).to_bytes(size, "big")
    return head + mask + body


class WebSocket:
    """A connection that is open, or was refused (`status`)."""

    def __init__(self, address, path="/", headers=(), timeout=10, head=None,
                 tls=None, session=None):
        self.begin(address, timeout, tls, session)
        if head is None:
            head = self.request(path, headers)
        self.socket.sendall(head)
        self.answer()

    def begin(self, address, timeout=10, tls=None, session=None):
        """Connects, and says nothing yet."""
        family = socket.AF_UNIX if isinstance(address, str) \
            else socket.AF_INET
        self.host = "localhost" if isinstance(address, str) \
            else f"{address[0]}:{address[1]}"
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        self.socket.settimeout(timeout)
        self.socket.connect(address)
        if family == socket.AF_INET:
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls is not None:     # an ssl.SSLContext
            self.socket = tls.wrap_socket(
                self.socket, server_hostname="localhost", session=session)
        self.raw = b""
        self.key = base64.b64encode(os.urandom(16)).decode()

    def request(self, path, headers):
        lines = [f"GET {path} HTTP/1.1", f"Host: {self.host}",
                 "Upgrade: websocket", "Connection: keep-alive, Upgrade",
                 f"Sec-WebSocket-Key: {self.key}",
                 "Sec-WebSocket-Version: 13"]
        lines += [f"{name}: {value}" for name, value in headers]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def answer(self):
        """Reads the head of the server's answer."""
        while b"\r\n\r\n" not in self.raw:
            if not self._more():
                raise Broken(f"no answer: {self.raw!r}")
        head, _, self.raw = self.raw.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        self.status = int(lines[0].split()[1])
        self.headers = {name.lower(): value.strip() for name, _, value in
                        (line.partition(":") for line in lines[1:])}
        if self.status != 101:
            return
        wanted = base64.b64encode(hashlib.sha1(
            (self.key + GUID).encode()).digest()).decode()
        if self.headers.get("sec-websocket-accept") != wanted:
            raise Broken(f"a wrong accept: {self.headers}")

    def _more(self):
        try:
            data = self.socket.recv(1 << 16)
        except ConnectionResetError:
            data = b""
        self.raw += data
        return bool(data)

    def _take(self, count):
        if len(self.raw) < count:
            parts, more = [self.raw], count - len(self.raw)
            while more > 0:
                self.raw = b""
                if not self._more():
                    raise Broken(f"closed; left: {b''.join(parts)[:100]!r}")
                parts.append(self.raw)
                more -= len(self.raw)
            self.raw = b"".join(parts)
        taken, self.raw = self.raw[:count], self.raw[count:]
        return taken

    def send(self, opcode, payload=b"", **options):
        self.socket.sendall(frame(opcode, payload, **options))

    def recv(self):
        """The next frame, (opcode, payload); servers here do not fragment."""
        first, second = self._take(2)
        if not first & 0x80 or first & 0x70 or second & 0x80:
            raise Broken(f"a frame that starts {first:#x} {second:#x}")
        opcode, size = first & 15, second
        if opcode not in (TEXT, BINARY, CLOSE, PING, PONG):
            raise Broken(f"opcode {opcode}")
        if opcode >= 8 and size > 125:
            raise Broken("a long control frame")
        if size == 126:
            size = struct.unpack(">H", self._take(2))[0]
            least = 126
        elif size == 127:
            size = struct.unpack(">Q", self._take(8))[0]
            least = 1 << 16
        else:
            least = 0
        if size < least:
            raise Broken("a length that is not the shortest")
        payload = self._take(size)
        if opcode == TEXT:
            payload.decode()
        return opcode, payload

    def closed(self):
        """(code, reason) of the close frame that comes next, and the end."""
        opcode, payload = self.recv()
        if opcode != CLOSE:
            raise Broken(f"{opcode} {payload[:100]!r} instead of a close")
        if self.raw or self._more():
            raise Broken(f"after the close: {self.raw[:100]!r}")
        if not payload:
            return 1005, ""
        return struct.unpack(">H", payload[:2])[0], payload[2:].decode()

    def close(self):
        self.socket.close()
