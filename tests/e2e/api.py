"""The HTTP API as a script would use it."""

import json
import secrets
import urllib.parse

from tap import Failed, check, same

JSON = ("Content-Type", "application/json")


def new_id():
    return secrets.token_urlsafe(16)


def seq_of(cursor):
    """The number in a cursor; the tests know its form, clients need not."""
    epoch, _, seq = cursor.rpartition("-")
    check(len(epoch) == 8 and seq.isdecimal(), f"bad cursor {cursor!r}")
    return int(seq)


def token_of(url):
    return urllib.parse.urlsplit(url).fragment


class Client:
    """Asks by one transport with one credential.

    Each method checks the status where `expect` is given (an int or a tuple).
    """

    def __init__(self, via, token=None, cookie=None, origin=None):
        self.via = via
        self.fixed = []
        if token:
            self.fixed.append(("Authorization", f"Bearer {token}"))
        if cookie:
            self.fixed.append(("Cookie", cookie))
        if origin:
            self.fixed.append(("Origin", origin))

    def ask(self, method, path, doc=None, headers=(), expect=None, body=None,
            timeout=10):
        headers = self.fixed + list(headers)
        if doc is not None:
            body = json.dumps(doc).encode()
            headers.append(JSON)
        answer = self.via.ask(method, path, headers, body, timeout)
        if expect is not None:
            wanted = expect if isinstance(expect, tuple) else (expect,)
            if answer.status not in wanted:
                raise Failed(f"{method} {path}: got {answer!r}, "
                             f"want {expect}")
        return answer

    def get(self, path, headers=(), expect=200, timeout=10):
        return self.ask("GET", path, None, headers, expect, timeout=timeout)

    def post(self, path, doc=None, headers=(), expect=None):
        return self.ask("POST", path, doc, headers, expect)

    def put(self, path, doc=None, headers=(), expect=None):
        return self.ask("PUT", path, doc, headers, expect)

    def patch(self, path, doc=None, headers=(), expect=None):
        return self.ask("PATCH", path, doc, headers, expect)

    def delete(self, path, headers=(), expect=None):
        return self.ask("DELETE", path, None, headers, expect)

    def send(self, path, headers=()):
        """Sends a GET; its connection, before any answer."""
        return self.via.send("GET", path, self.fixed + list(headers))

    def open(self, path, headers=(), timeout=10):
        return self.via.open("GET", path, self.fixed + list(headers),
                             timeout=timeout)


class Board:
    """A board just made, and a client for each of its roles."""

    def __init__(self, via, title="a board"):
        made = Client(via).post("/boards", {"title": title},
                                expect=201).json()
        self.id = made["id"]
        self.path = f"/boards/{self.id}"
        self.tokens = {role: token_of(made["links"][role])
                       for role in ("read", "write", "admin")}
        self.start = made["last_seq"]
        self.by(via)

    def by(self, via):
        """From now on through this transport."""
        self.reader = Client(via, self.tokens["read"])
        self.writer = Client(via, self.tokens["write"])
        self.admin = Client(via, self.tokens["admin"])

    def note(self, text="a note", **members):
        """Makes a note by the write link; its record."""
        doc = {"text": text, **members}
        return self.writer.post(self.path + "/notes", doc, expect=201).json()

    def attach(self, note, body):
        """Attaches a file to a note; its id."""
        file = new_id()
        self.writer.ask("PUT", f"{self.path}/files/{file}?note={note}"
                        "&name=f", body=body, expect=201, timeout=30)
        return file

    def note_path(self, note):
        return f"{self.path}/notes/{note}"

    def ops(self, ops, expect=200, client=None, timeout=10):
        """Sends a batch; its results."""
        answer = (client or self.writer).ask(
            "POST", self.path + "/ops", {"ops": ops}, expect=expect,
            timeout=timeout)
        return answer.json()["results"]

    def snapshot(self, client=None):
        return (client or self.reader).get(self.path).json()

    def head(self, client=None):
        """The cursor after the newest change."""
        answer = (client or self.reader).get(
            self.path + "/changes?since=now&limit=1")
        return answer.json()["last_seq"]

    def log(self, since="0", client=None):
        """Every change after a cursor, by polling."""
        found = []
        while True:
            answer = (client or self.reader).get(
                f"{self.path}/changes?since={since}&limit=1000").json()
            same(answer.get("reset"), None, "reset in a poll")
            found += answer["results"]
            since = answer["last_seq"]
            if not answer["pending"]:
                return found
            check(answer["results"], "pending, but nothing came")


def put_op(text, note=None, **more):
    return {"op": "put", "id": note or new_id(), "if_match": "0",
            "key": new_id(), "doc": {"text": text}, **more}
