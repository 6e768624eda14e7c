"""A board's WebSocket, by any path to the daemon."""

import json
import struct

from tap import check, same
from websocket import CLOSE, PING, PONG, TEXT, WebSocket
from wire import Broken


class BoardSocket(WebSocket):
    """`address` is the daemon's own socket, or a web server's (host, port)."""

    def __init__(self, address, board, query="", headers=(), token=None,
                 mount="/notewire", **more):
        headers = list(headers)
        if token:
            headers.append(("Authorization", f"Bearer {token}"))
        super().__init__(address, f"{mount}/socket/{board}{query}", headers,
                         **more)

    def event(self):
        while True:
            opcode, payload = self.recv()
            if opcode == PING:
                self.send(PONG, payload)
            elif opcode == CLOSE:
                raise Broken(f"closed: {payload!r}")
            else:
                same(opcode, TEXT)
                return json.loads(payload)

    def until(self, *names):
        """The next event of one of those names; others are passed over."""
        while True:
            event = self.event()
            if event["event"] in names:
                return event

    def ended(self):
        """The code and the reason of the close that comes."""
        while True:
            opcode, payload = self.recv()
            if opcode == CLOSE:
                self.send(CLOSE, payload)
                check(not self.raw and not self._more(), "after the close")
                return (struct.unpack(">H", payload[:2])[0],
                        payload[2:].decode())

    def say(self, doc):
        self.send(TEXT, json.dumps(doc).encode())

    def problem(self):
        """Why it was refused: what HTTP says."""
        length = int(self.headers["content-length"])
        while len(self.raw) < length and self._more():
            pass
        same(len(self.raw), length)
        return self.status, json.loads(self.raw)["type"].rpartition(":")[2]
