"""UTF-8 after the grammar of RFC 3629, 4: which octet may follow which."""

CONTINUATION = (0x80, 0xbf)
# First octets, and what may come second; third and fourth are any continuation.
LEADS = [
    (0xc2, 0xdf, CONTINUATION, 1),
    (0xe0, 0xe0, (0xa0, 0xbf), 2),      # no overlong form
    (0xe1, 0xec, CONTINUATION, 2),
    (0xed, 0xed, (0x80, 0x9f), 2),      # no surrogate
    (0xee, 0xef, CONTINUATION, 2),
    (0xf0, 0xf0, (0x90, 0xbf), 3),      # no overlong form
    (0xf1, 0xf3, CONTINUATION, 3),
    (0xf4, 0xf4, (0x80, 0x8f), 3),      # nothing past U+10FFFF
]

# Whole texts that are none: surrogates, forms that are too long or of old.
BAD_TEXTS = [bytes.fromhex(h) for h in (
    "eda080", "edaebf", "edbfbf", "eda080edb080", "edadbfedbfbf",
    "c0af", "e080af", "f08080af", "f8808080af", "fc80808080af",
    "c080", "c1bf", "e09fbf", "f08fbfbf", "f887bfbfbf", "fc83bfbfbfbf",
    "f4908080", "f7bfbfbf", "f888808080", "fc8480808080", "fe", "ff",
    "fefeffff", "80", "bf", "80bf80bf", "c3", "c320", "e12e", "f0418080",
    "cebae1bdb9cf83cebcceb5eda080656469746564", "efbfbffffe")]


def beginnings():
    """Every beginning of a character that is not whole, with the range that
    its next octet must be in."""
    for low, high, second, more in LEADS:
        for lead in range(low, high + 1):
            begun, allowed = bytes([lead]), second
            for _ in range(more):
                yield begun, allowed
                begun, allowed = begun + bytes([allowed[0]]), CONTINUATION


def faults():
    """(beginning, octet): the text is good up to it, and none with it."""
    for octet in list(range(0x80, 0xc2)) + list(range(0xf5, 0x100)):
        yield b"", octet
    for begun, (low, high) in beginnings():
        wrong = {0x00, 0x41, 0x7f, low - 1, high + 1, 0xc2, 0xff}
        for octet in sorted(wrong):
            yield begun, octet


def all_characters():
    """Each that there is, once; noncharacters are such as well."""
    return "".join(map(chr, [*range(0xd800), *range(0xe000, 0x110000)]))
