"""Cases of RFC 6455, as outside suites for it have them, for an echo server.

Each part is called with a tap and the server (echo.py).  Orders of fragments
and control frames (5.4, 5.5), text (5.6, 8.1), the end (5.5.1, 7), and messages
of up to 16 MiB, however they are cut.
"""

import contextlib
import os
import struct

from echo import WRITES, Watch, exchange
from harness import sanitized
from tap import same
from utf8_forms import BAD_TEXTS, all_characters, beginnings, faults
from websocket import (BINARY, CLOSE, CONT, PING, PONG, TEXT, frame)

KIB, MIB = 1 << 10, 1 << 20
F1, F2 = b"fragment1", b"fragment2"


def part(payload, opcode=CONT):
    return frame(opcode, payload, fin=False)


TWO = [part(F1, TEXT), frame(CONT, F2)]
WHOLE = (TEXT, F1 + F2)

# Name, what is sent, what comes back, and the code of the end, if any.
ORDERS = [
    ("a text in two fragments", TWO, [WHOLE], None),
    ("a ping between them", [TWO[0], frame(PING, b"p"), TWO[1]],
     [(PONG, b"p"), WHOLE], None),
    ("an unasked pong between them", [TWO[0], frame(PONG, b"p"), TWO[1]],
     [WHOLE], None),
    ("a ping in two fragments", [part(F1, PING), frame(CONT, F2)], [], 1002),
    ("a pong in two fragments", [part(F1, PONG), frame(CONT, F2)], [], 1002),
    ("a close in two fragments", [part(b"\x03\xe8", CLOSE), frame(CONT)], [],
     1002),
    ("a last fragment of nothing, then a text",
     [frame(CONT, F1), frame(TEXT, F2)], [], 1002),
    ("a fragment of nothing, then a text",
     [part(F1), frame(TEXT, F2)], [], 1002),
    ("a text in two, and a last fragment too many",
     TWO + [frame(CONT, F1), frame(TEXT, F2)], [WHOLE], 1002),
    ("a text in two, and a fragment too many",
     TWO + [part(F1), frame(TEXT, F2)], [WHOLE], 1002),
    ("a text within a text", [TWO[0], frame(TEXT, F2)], [], 1002),
    ("the beginning of another text within a text",
     [TWO[0], part(F2, TEXT), frame(CONT)], [], 1002),
    ("bytes within a text", [TWO[0], frame(BINARY, F2)], [], 1002),
    ("five fragments, two pings among them and one after",
     [part(b"1", TEXT), part(b"2"), frame(PING, b"a"), part(b"3"), part(b"4"),
      frame(PING, b"b"), frame(CONT, b"5"), frame(PING, b"c")],
     [(PONG, b"a"), (PONG, b"b"), (TEXT, b"12345"), (PONG, b"c")], None),
    ("three empty fragments", [part(b"", TEXT), part(b""), frame(CONT)],
     [(TEXT, b"")], None),
    ("three fragments, only the middle one not empty",
     [part(b"", TEXT), part(b"x"), frame(CONT)], [(TEXT, b"x")], None),
    ("ten pings", [frame(PING, b"%d" % i * 12) for i in range(10)],
     [(PONG, b"%d" % i * 12) for i in range(10)], None),
    ("pings of no, of any and of 125 octets",
     [frame(PING), frame(PING, b"\x00\xff\xfe\xfd\xfc\xfb\x00"),
      frame(PING, b"\xfe" * 125)],
     [(PONG, b""), (PONG, b"\x00\xff\xfe\xfd\xfc\xfb\x00"),
      (PONG, b"\xfe" * 125)], None),
    ("an unasked pong, then a ping", [frame(PONG, b"?"), frame(PING, b"p")],
     [(PONG, b"p")], None),
    ("a ping of 126 octets", [frame(PING, b"\xfe" * 126), frame(PING)], [],
     1002),
]
ORDERS += [
    (f"reserved bits {bits}, of a {name}",
     [frame(TEXT, b"before"), frame(opcode, b"x", reserved=bits),
      frame(PING)], [(TEXT, b"before")], 1002)
    for bits in range(1, 8)
    for name, opcode in (("text", TEXT), ("ping", PING), ("close", CLOSE))]
ORDERS += [
    (f"opcode {opcode}{' with something' if payload else ''}",
     [frame(TEXT, b"before"), frame(opcode, payload), frame(PING)],
     [(TEXT, b"before")], 1002)
    for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15)
    for payload in (b"", b"x")]


def orders(tap, echo):
    for way in WRITES:
        with tap.claim(f"{len(ORDERS)} orders of fragments, control frames "
                       f"and forbidden ones, {way}"):
            for name, sent, back, code in ORDERS:
                with named(name):
                    exchange(echo, sent, back, code, way)


@contextlib.contextmanager
def named(name):
    """Says of which case it is that something went wrong."""
    try:
        yield
    except Exception as problem:
        problem.add_note(f"the case: {name}")
        raise


# Text

def texts(tap, echo):
    with tap.claim("every character there is, in one message, however it is "
                   "cut"):
        whole = all_characters().encode()
        for piece in (len(whole), 9973, 1021):
            with contextlib.closing(echo.open()) as ws:
                send_parts(ws, TEXT, whole, piece)
                same(ws.recv() == (TEXT, whole), True, f"pieces of {piece}")

    with tap.claim("fragments of one octet, with pings within characters"):
        for text in ("κόσμε", "\U0010ffff\U00010000", "\u0800\uffff\x7f\x80",
                     "Hello-µ@ßöäüàá-UTF-8!!"):
            octets = [bytes([b]) for b in text.encode()]
            sent = [part(b"", TEXT)]
            for octet in octets:
                sent += [part(octet), frame(PING, octet)]
            exchange(echo, sent + [frame(CONT)],
                     [(PONG, octet) for octet in octets]
                     + [(TEXT, text.encode())], None, "at once")

    with tap.claim("text that is none: 1007 in one frame, in fragments, octet "
                   "by octet"):
        for bad in BAD_TEXTS:
            with named(bad.hex()):
                for way in ("at once", "octet by octet"):
                    exchange(echo, [frame(TEXT, bad + b"edited")], [], 1007,
                             way)
                    exchange(echo, [part(b"good", TEXT)] + [
                        part(bytes([b])) for b in bad] + [frame(CONT)], [],
                        1007, way)

    cases = list(faults())
    with tap.claim(f"{len(cases)} wrong octets, each found as it comes, in the "
                   "middle of its frame, and no earlier"):
        for begun, octet in cases:
            with named(f"{begun.hex()} {octet:02x}"), \
                    contextlib.closing(echo.open()) as ws:
                ws.socket.sendall(part("κό".encode() + begun, TEXT)
                                  + frame(PING))
                same(ws.recv(), (PONG, b""))
                # the rest of this frame never comes
                ws.socket.sendall(part(bytes([octet]) + bytes(99))[:-99])
                same(ws.closed()[0], 1007)

    with tap.claim("a text that ends within a character: 1007"):
        for begun, _ in beginnings():
            with named(begun.hex()):
                exchange(echo, [frame(TEXT, b"x" + begun)], [], 1007,
                         "at once")
                exchange(echo, [part(b"x" + begun, TEXT), frame(CONT)], [],
                         1007, "at once")

    with tap.claim("bytes may be anything"):
        for bad in BAD_TEXTS:
            exchange(echo, [part(bad, BINARY), frame(CONT, bad)],
                     [(BINARY, bad * 2)], None, "octet by octet")


# The end

BYE = frame(CLOSE, b"\x03\xe8")
LONG = b"*" * (256 * KIB)


def coded(code, reason=b""):
    return frame(CLOSE, struct.pack(">H", code) + reason)


ENDS = [
    ("a message before it", [frame(TEXT, b"x"), BYE], [(TEXT, b"x")], 1000),
    ("two of them", [BYE, BYE], [], 1000),
    ("a ping behind it", [BYE, frame(PING)], [], 1000),
    ("a text behind it", [BYE, frame(TEXT, b"x")], [], 1000),
    ("nonsense behind it", [BYE, frame(3), b"\xff" * 200], [], 1000),
    ("it in the middle of a text", [TWO[0], BYE, TWO[1]], [], 1000),
    ("256 KiB before and a ping behind",
     [frame(TEXT, LONG), BYE, frame(PING)], [(TEXT, LONG)], 1000),
    ("no code", [frame(CLOSE)], [], 1005),
    ("one octet", [frame(CLOSE, b"\x03")], [], 1002),
    ("a reason", [coded(1000, b"Hello World!")], [], 1000),
    ("a reason of 123 octets", [coded(1000, b"*" * 123)], [], 1000),
    ("a reason of 124 octets", [coded(1000, b"*" * 124)], [], 1002),
    ("a reason of four octets a character",
     [coded(1001, "\U0001f44b".encode() * 30)], [], 1001),
]
ENDS += [(f"a reason that is no text, {bad.hex()}", [coded(1000, bad)], [],
          1007) for bad in BAD_TEXTS]
VALID = {*range(1000, 1004), *range(1007, 1015), *range(3000, 5000)}
ENDS += [(f"code {code}", [coded(code)], [], code if code in VALID else 1002)
         for code in (0, 1, 255, 256, *range(990, 1030), 1100, 2000, 2998,
                      2999, 3000, 3001, 3999, 4000, 4998, 4999, 5000, 5001,
                      32768, 65534, 65535)]


def ends(tap, echo):
    for way in WRITES:
        cases = [case for case in ENDS if way != "octet by octet"
                 or sum(map(len, case[1])) < KIB]
        with tap.claim(f"{len(cases)} closes, {way}"):
            for name, sent, back, code in cases:
                with named(name):
                    exchange(echo, sent, back, code, way)


# Long messages

SECONDS = 60 if sanitized() else 10     # that any of them may take


def send_parts(ws, opcode, data, size):
    """A message in fragments of that size, some of them in each write."""
    sent, length = [], 0
    for at in range(0, len(data), size):
        sent.append(frame(opcode if at == 0 else CONT, data[at:at + size],
                          fin=at + size >= len(data), mask=b"\x1f\x2e\x3d\x4c"))
        length += len(sent[-1])
        if length > 256 * KIB:
            ws.socket.sendall(b"".join(sent))
            sent, length = [], 0
    ws.socket.sendall(b"".join(sent))


def send_writes(ws, opcode, data, size):
    """A message of one frame, in writes of that size."""
    whole = frame(opcode, data)
    for at in range(0, len(whole), size):
        ws.socket.sendall(whole[at:at + size])


def lengths(tap, echo):
    watch = Watch()

    def case(name, opcode, size, send, *how):
        data = b"*" * size if opcode == TEXT else os.urandom(size)
        with watch.over(name, SECONDS), contextlib.closing(echo.open()) as ws:
            ws.socket.settimeout(SECONDS)
            send(ws, opcode, data, *how)
            same(ws.recv() == (opcode, data), True, name)

    for kind, opcode in (("text", TEXT), ("bytes", BINARY)):
        with tap.claim(f"{kind} of 64 KiB to 16 MiB in one frame"):
            for size in (64 * KIB, 256 * KIB, MIB, 4 * MIB, 8 * MIB, 16 * MIB):
                case(f"{kind} of {size}", opcode, size, send_parts, size)

        with tap.claim(f"4 MiB of {kind} in fragments of 64 octets to 4 MiB"):
            for size in (64 << 2 * i for i in range(9)):
                case(f"{kind} in fragments of {size}", opcode, 4 * MIB,
                     send_parts, size)

        with tap.claim(f"1 MiB of {kind} in writes of 64 to 2048 octets"):
            for size in (64 << i for i in range(6)):
                case(f"{kind} in writes of {size}", opcode, MIB, send_writes,
                     size)

        with tap.claim(f"65536 octets of {kind} in pieces of 1300"):
            for send in (send_parts, send_writes):
                case(f"{kind} in pieces of 1300", opcode, 65536, send, 1300)

        with tap.claim(f"1,000 times {kind} of each length up to 64 KiB, there "
                       "and back"):
            for size in (0, 16, 64, 256, KIB, 4 * KIB, 16 * KIB, 64 * KIB):
                rounds(watch, echo, opcode, size)
    tap.note(f"the slowest: {watch.slowest[1]}, {watch.slowest[0]:.2f} s")


def rounds(watch, echo, opcode, size):
    data = b"*" * size
    sent = frame(opcode, data)
    with watch.over(f"1,000 of {size}", SECONDS), \
            contextlib.closing(echo.open()) as ws:
        for _ in range(1000):
            ws.socket.sendall(sent)
            same(ws.recv() == (opcode, data), True, size)
