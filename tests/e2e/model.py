"""Writers that play random operations on a board and keep account of them."""

import random
import threading
import time

from api import new_id, seq_of
from tap import Failed

WORDS = ("milk", "bread", "\u00e4pfel", "<b>", "\u2028", "\U0001f600",
         '"', "\\")


class Account:
    """What was acknowledged: seq to note, and the newest of each note."""

    def __init__(self):
        self.lock = threading.Lock()
        self.log = {}
        self.last = {}              # note id -> (seq, its state then)
        self.doubled = []
        self.idle = 0
        self.done = 0
        self.refused = {}

    def accept(self, cursor, op, state):
        seq, note = seq_of(cursor), op["id"]
        with self.lock:
            self.done += 1
            if seq in self.log:
                # To trash what is in the trash is no change.
                if op["op"] in ("delete", "restore") \
                        and self.log[seq] == note:
                    self.idle += 1
                else:
                    self.doubled.append((seq, note, self.log[seq]))
                return
            self.log[seq] = note
            if seq > self.last.get(note, (0, None))[0]:
                self.last[note] = (seq, state)

    def refuse(self, status):
        with self.lock:
            self.refused[status] = self.refused.get(status, 0) + 1
            self.done += 1


# What a note's change leaves behind, as far as it can be known from the
# operation alone: its text, or TRASH.
TRASH = object()
UNKNOWN = object()


class Writer(threading.Thread):
    """Plays `count` operations, in batches and as single requests."""

    def __init__(self, board, client, account, count, seed):
        super().__init__(name=f"writer {seed}", daemon=True)
        self.board = board
        self.client = client
        self.account = account
        self.left = count
        self.chance = random.Random(seed)
        self.own = []
        self.fault = None

    def run(self):
        try:
            while self.left > 0:
                size = min(self.left, self.chance.choice((1, 1, 1, 4, 10, 20)))
                if size == 1:
                    self.single()
                else:
                    self.batch(size)
                self.left -= size
                time.sleep(self.chance.uniform(0, 0.08))    # a person's pace
        except Exception as problem:
            self.fault = f"{self.name}: {type(problem).__name__}: {problem}"

    def text(self):
        count = self.chance.randint(0, 9)
        return " ".join(self.chance.choices(WORDS, k=count))

    def draw(self):
        """A random operation, mostly one that is fit to be done."""
        chance = self.chance
        kind = chance.choice(("new", "new", "put", "patch", "patch", "delete",
                              "restore", "put_item"))
        op = {"key": new_id()}
        fit = [n for n, k in self.own[-40:]
               if (k == "list") == (kind == "put_item")]
        if kind == "new" or not fit:
            op |= {"op": "put", "id": new_id(), "if_match": "0",
                   "doc": {"text": self.text()}}
            made = "text"
            if chance.random() < 0.2:
                op["doc"] = {"kind": "checklist",
                             "items": [{"text": self.text()}]}
                made = "list"
            self.own.append((op["id"], made))
            return op
        if chance.random() < 0.05:
            fit = [n for n, k in self.own]
        op |= {"op": kind, "id": chance.choice(fit)}
        if kind != "put_item":
            op["if_match"] = "*" if chance.random() < 0.9 else "1"
        if kind in ("put", "patch"):
            op["doc"] = {"kind": "text", "text": self.text()}
        elif kind == "put_item":
            op |= {"item": new_id(), "doc": {"text": self.text()}}
        return op

    def settle(self, op, status, cursor):
        if status in (200, 201, 204):
            state = UNKNOWN
            if op["op"] == "delete":
                state = TRASH
            elif op.get("doc", {}).get("kind", "text") == "text" \
                    and op["op"] in ("put", "patch"):
                state = op["doc"]["text"]
            self.account.accept(cursor, op, state)
        elif status in (404, 412, 422):
            self.account.refuse(status)
        else:
            raise Failed(f"{op} was answered {status}")

    def batch(self, size):
        ops = [self.draw() for _ in range(size)]
        results = self.board.ops(ops, client=self.client, timeout=30)
        if [r["key"] for r in results] != [op["key"] for op in ops]:
            raise Failed("results do not stand in the order of the batch")
        for op, result in zip(ops, results):
            self.settle(op, result["status"], result.get("seq"))

    def single(self):
        op = self.draw()
        path = self.board.note_path(op["id"])
        headers = [("Idempotency-Key", f'"{op["key"]}"')]
        match = op.get("if_match")
        if match == "0":
            headers.append(("If-None-Match", "*"))
        elif match is not None:
            headers.append(("If-Match", "*" if match == "*" else f'"{match}"'))
        method = {"put": "PUT", "patch": "PATCH", "delete": "DELETE",
                  "restore": "POST", "put_item": "PUT"}[op["op"]]
        if op["op"] == "restore":
            path += "/restore"
        elif op["op"] == "put_item":
            path += f"/items/{op['item']}"
        answer = self.client.ask(method, path, op.get("doc"), headers,
                                 timeout=30)
        self.settle(op, answer.status, self.cursor_of(answer))

    def cursor_of(self, answer):
        """A note's own rev is the seq of the change that made it so."""
        if answer.status >= 300:
            return None
        tag = answer.header("etag")
        if tag is None:
            tag = '"%s"' % answer.json()["rev"]
        return self.board.start.partition("-")[0] + "-" + tag.strip('"')
