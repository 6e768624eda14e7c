"""The shipped snippets, taken apart into their directives.

    for cut in cuts("nginx.conf", text):
        broken = cut.without(text)

A cut is what can go alone and leave a configuration behind: a statement, an
option at its end, an entry of a list.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Cut:
    snippet: str
    start: int
    end: int
    text: str           # what goes

    def without(self, text):
        return text[:self.start] + text[self.end:]

    @property
    def words(self):
        """The same in one line, as an advice names it."""
        return one_line(self.text).strip(" ;,")

    def is_named_by(self, directive):
        """Whether an advice with that directive is about this one."""
        said = one_line(directive)
        return said in self.words or self.words in said


def one_line(text):
    return re.sub(r"\s+", " ", re.sub(r"(?m)(^|\s)#.*$", "", text)).strip()


def hide_comments(text):
    """The text with blanks where comments are."""
    return re.sub(r"(?m)(^|(?<=\s))#.*$", lambda m: " " * len(m[0]), text)


def apache(name, text):
    at = 0
    for line in text.splitlines(keepends=True):
        words = line.strip()
        if words and not words.startswith(("#", "<")):
            yield Cut(name, at, at + len(line), words)
            for option in re.finditer(r"\s([a-z]+=\w+)(?=\s|$)", line):
                if words.startswith("ProxyPass "):
                    yield Cut(name, at + option.start(), at + option.end(),
                              option[1])
        at += len(line)


def nginx(name, text):
    plain = re.sub(r'"[^"\n]*"', lambda m: re.sub(r"[{};]", " ", m[0]),
                   hide_comments(text))
    # A block that has one statement goes with it.
    lone = re.compile(r"[^{};]*\{\s*[^{};]+;\s*\}")
    for match in lone.finditer(plain):
        yield Cut(name, match.start(), match.end(),
                  text[match.start():match.end()].strip())
    for match in re.finditer(r"(?<=[{};])[^{};]+;", plain):
        if not any(m.start() < match.start() < m.end()
                   for m in lone.finditer(plain)):
            yield Cut(name, match.start(), match.end(),
                      text[match.start():match.end()].strip())


def closing(text, at):
    """Where the parenthesis that opens at `at` is closed, quotes heeded."""
    depth, quoted = 0, False
    for i in range(at, len(text)):
        if text[i] == '"':
            quoted = not quoted
        elif not quoted:
            depth += (text[i] == "(") - (text[i] == ")")
            if depth == 0 and text[i] == ")":
                return i
    raise ValueError("a parenthesis is not closed")


def entries(text, start, end):
    """Where the entries of the innermost list are: (start, end) each."""
    while True:
        inner = re.match(r'\s*(?:"[^"]*"\s*=>\s*)?\(', text[start:end])
        if not inner:
            break
        opened = start + inner.end() - 1
        if text[closing(text, opened) + 1:end].strip():
            break
        start, end = opened + 1, closing(text, opened)
    found, at, depth, quoted = [], start, 0, False
    for i in range(start, end):
        if text[i] == '"':
            quoted = not quoted
        elif not quoted:
            depth += (text[i] == "(") - (text[i] == ")")
            if text[i] == "," and depth == 0:
                found.append((at, i + 1))
                at = i + 1
    return found + [(at, end)]


def lighttpd(name, text):
    plain = hide_comments(text)
    for match in re.finditer(r"(?m)^[ \t]*[\w.-]+[ \t]*\+?=(?!~)[ \t]*", plain):
        end = match.end()
        if plain[end] == "(":
            last = closing(plain, end) + 1
        else:
            last = plain.index("\n", end)
        yield Cut(name, match.start(), last, plain[match.start():last].strip())
        if plain[end] == "(":
            some = entries(plain, end, last)
            if len(some) == 1 or not ("=>" in plain[end:last] or
                                      "modules" in match[0]):
                continue        # the values of one directive
            for first, after in some:
                yield Cut(name, first, after, plain[first:after].strip())


def cuts(name, text):
    kind = {"apache": apache, "lighttpd": lighttpd, "nginx": nginx}
    return list(kind[re.match(r"[a-z]+", name)[0]](name, text))
