"""A board with something of everything, and a request of each kind."""

import copy
import json
import re
import urllib.parse

from api import Board, Client, new_id
from tap import same

ORIGIN = ("Origin", "http://localhost")
PAGE = ("Accept", "text/html")


class Ask:
    """A request that succeeds as it is."""

    def __init__(self, method, path, token=None, doc=None, body=None,
                 headers=(), cookie=None):
        self.method = method
        self.path = path
        self.token = token
        self.cookie = cookie
        self.more = list(headers)
        self.body = body
        self.low = None             # a token of too low a role
        if doc is not None:
            self.body = json.dumps(doc).encode()
            self.more.append(("Content-Type", "application/json"))

    def headers(self):
        found = list(self.more)
        if self.token:
            found.append(("Authorization", f"Bearer {self.token}"))
        if self.cookie:
            found += [("Cookie", self.cookie), ORIGIN]
        return found

    def bent(self, *headers, **changes):
        """The same but for some attributes; these headers take the place
        of those of their names."""
        other = copy.copy(self)
        names = {n for n, _ in headers}
        other.more = [h for h in self.more if h[0] not in names]
        other.more += headers
        for name, value in changes.items():
            setattr(other, name, value)
        return other

    def by(self, via, timeout=10):
        return via.ask(self.method, self.path, self.headers(), self.body,
                       timeout)


class World:
    """A board with something of everything, and a request of each kind.

    The methods that are called as handlers are make what they use up.
    """

    def __init__(self, via):
        self.via = via
        self.board = Board(via)
        self.path = self.board.path
        self.reads = self.board.tokens["read"]
        self.writes = self.board.tokens["write"]
        self.all = self.board.tokens["admin"]
        self.cookie = self.sign_in(self.all)

    def sign_in(self, token):
        made = Client(self.via).post("/session", {"token": token}, expect=200)
        return made.header("set-cookie").split(";")[0]

    def stranger(self):
        """A cookie of that name which is known no more."""
        return f"{self.cookie.split('=')[0]}={new_id()}"

    def note(self, **doc):
        made = self.board.note(**doc)
        return f"{self.path}/notes/{made['id']}", made

    def checklist(self):
        made = self.board.writer.post(self.path + "/notes", {
            "kind": "checklist", "items": [{"text": "one"}]},
            expect=201).json()
        return f"{self.path}/notes/{made['id']}", made

    def file(self, content=b"bytes", name="a name.txt"):
        _, note = self.note()
        path = f"{self.path}/files/{new_id()}"
        query = urllib.parse.urlencode({"note": note["id"], "name": name})
        answer = self.via.ask("PUT", f"{path}?{query}", [
            ("Authorization", f"Bearer {self.writes}")], content)
        same(answer.status, 201)
        return path

    def form(self, path, at, cookie=None, **fields):
        """A form as the page at a path has it."""
        cookie = cookie or self.cookie
        page = self.via.ask("GET", path, [PAGE, ("Cookie", cookie)])
        for name in ("token", "key"):
            found = re.search(rb'name="%s" value="([^"]+)"' % name.encode(),
                              page.body)
            fields.setdefault(name, found[1].decode())
        return Ask("POST", at, cookie=cookie, headers=[
            ("Content-Type", "application/x-www-form-urlencoded")],
            body=urllib.parse.urlencode(fields).encode())

    def make(self, operation):
        return getattr(self, operation.id)()

    # Requests, by handler

    def api_board_create(self):
        return Ask("POST", "/boards", doc={"title": "another"})

    def api_board_get(self):
        return Ask("GET", self.path, self.reads)

    def api_board_patch(self):
        return Ask("PATCH", self.path, self.all, {"title": new_id()})

    def api_board_delete(self):
        other = Board(self.via)
        ask = Ask("DELETE", other.path, other.tokens["admin"])
        return ask.bent(low=other.tokens["read"])

    def api_note_create(self):
        return Ask("POST", self.path + "/notes", self.writes, {"text": "x"})

    def api_note_get(self):
        return Ask("GET", self.note()[0], self.reads)

    def api_note_put(self):
        return Ask("PUT", self.note()[0], self.writes, {"text": "x"},
                   headers=[("If-Match", "*")])

    def api_note_patch(self):
        return Ask("PATCH", self.note()[0], self.writes, {"text": "x"},
                   headers=[("If-Match", "*")])

    def api_note_delete(self):
        return Ask("DELETE", self.note()[0], self.writes,
                   headers=[("If-Match", "*")])

    def api_note_restore(self):
        path, _ = self.note()
        self.board.writer.delete(path, [("If-Match", "*")], 204)
        return Ask("POST", path + "/restore", self.writes, {},
                   headers=[("If-Match", "*")])

    def api_history_get(self):
        return Ask("GET", self.note()[0] + "/history", self.reads)

    def api_item_put(self):
        path, note = self.checklist()
        return Ask("PUT", f"{path}/items/{note['items'][0]['id']}",
                   self.writes, {"done": True})

    def api_item_delete(self):
        return self.api_item_put().bent(method="DELETE", body=None)

    def api_ops(self):
        return Ask("POST", self.path + "/ops", self.writes, {"ops": [
            {"op": "put", "id": new_id(), "key": new_id(), "if_match": "0",
             "doc": {"text": "x"}}]})

    def api_trash_get(self):
        return Ask("GET", self.path + "/trash", self.reads)

    def api_search(self):
        return Ask("GET", self.path + "/search?q=x", self.reads)

    def api_file_get(self):
        return Ask("GET", self.file(), self.reads)

    def api_file_put(self):
        return Ask("PUT", f"{self.path}/files/{new_id()}?note="
                   + self.note()[1]["id"], self.writes, body=b"bytes")

    def api_file_delete(self):
        return Ask("DELETE", self.file(), self.writes)

    def api_changes(self):
        return Ask("GET", self.path + "/changes", self.reads)

    def api_signal(self):
        return Ask("POST", self.path + "/signals", self.writes, {"data": 1})

    def api_export(self):
        return Ask("GET", self.path + "/export", self.reads)

    def api_import(self):
        return Ask("POST", self.path + "/import", self.all, {
            "notewire": 1, "notes": [{"id": new_id(), "text": "x"}]})

    def api_links_get(self):
        return Ask("GET", self.path + "/links", self.all)

    def api_link_create(self):
        return Ask("POST", self.path + "/links", self.all, {"role": "read"})

    def api_link_delete(self):
        made = self.api_link_create().by(self.via).json()
        return Ask("DELETE", f"{self.path}/links/{made['id']}", self.all)

    def api_session_get(self):
        return Ask("GET", "/session", cookie=self.cookie)

    def api_session_create(self):
        return Ask("POST", "/session", doc={"token": self.writes})

    def api_session_delete(self):
        return Ask("DELETE", "/session", cookie=self.sign_in(self.reads))

    def api_ticket_create(self):
        return Ask("POST", "/tickets", self.reads, {"board": self.board.id})

    def api_health(self):
        return Ask("GET", "/health")

    def api_ready(self):
        return Ask("GET", "/ready")

    def api_metrics(self):
        return Ask("GET", "/metrics")

    def page_home(self):
        return Ask("GET", "/", headers=[PAGE])

    def page_home_post(self):
        return self.form("/", "/", do="open", link=self.writes)

    def page_live(self):
        return Ask("GET", self.path + "/live", self.reads)

    def page_board_post(self, cookie=None, **fields):
        return self.form(self.path, self.path + "/form", cookie,
                         **(fields or {"do": "add", "text": "x"}))

    def ticket(self):
        """A request by a ticket, which writes to use it up."""
        made = self.api_ticket_create().by(self.via).json()
        return Ask("GET", f"{self.path}/changes?ticket={made['ticket']}")
