"""JSON documents that differ from a given one in one place."""

import copy

VALUES = (None, True, 0, -1.5, 1e308, "", "x", "x" * 22, "12", "0", "*",
          "2099-01-01T00:00:00Z", [], {}, [{}], {"x": 1}, "\u00e4" * 60,
          "y" * 64, "y" * 65, "y" * 100, "y" * 101, "y" * 200, "y" * 201,
          "\u00e4" * 150, "y" * 1000, "y" * 1001, "y" * 4000, "y" * 4001)


def places(value, at=()):
    """The path of every value within one."""
    yield at
    inner = value.items() if isinstance(value, dict) else \
        enumerate(value) if isinstance(value, list) else ()
    for name, child in inner:
        yield from places(child, at + (name,))


def changed(doc, at, change):
    """A copy in which `change` was done to the holder of that place."""
    doc = copy.deepcopy(doc)
    here = doc
    for name in at[:-1]:
        here = here[name]
    change(here, at[-1])
    return doc


def mutations(doc):
    """Everything that is one step away from a document."""
    for at in places(doc):
        if not at:
            yield from VALUES
            continue
        yield changed(doc, at, lambda here, name: here.pop(name))
        for value in VALUES:
            yield changed(doc, at, lambda here, name:
                          here.__setitem__(name, value))
    for at in places(doc):
        extra = changed({"": doc}, ("",) + at + ("nope",), lambda here, name:
                        here.__setitem__(name, 1)
                        if isinstance(here, dict) else None)
        yield extra[""]
