"""A browser without scripts, as far as the pages need one.

Documents are read by html5lib, which shares nothing with the code under test;
every page that is opened must have no parse error at all.
"""

import urllib.parse

from tap import Failed, Skipped, check, same

try:
    import html5lib
except ImportError:
    html5lib = None

# What these browsers really send.
ACCEPT = {
    "chromium": "text/html,application/xhtml+xml,application/xml;q=0.9,"
                "image/avif,image/webp,*/*;q=0.8",
    "lynx": "text/html, text/plain, text/sgml, text/css, */*;q=0.01",
    "w3m": "text/html, text/*;q=0.5, image/*, application/*, "
           "x-scheme-handler/*",
}


def parse(body):
    """The document's root.  Raises Failed for any parse error."""
    if html5lib is None:
        raise Skipped("no html5lib here")
    parser = html5lib.HTMLParser(
        tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    root = parser.parse(body, transport_encoding="utf-8")
    if parser.errors:
        place, what, more = parser.errors[0]
        raise Failed(f"parse error {what} {more} at {place} in "
                     f"{body[:2000]!r}")
    return root


def text_of(element):
    """What a reader sees, a newline for each br."""
    if not isinstance(element.tag, str):
        return ""
    out = "\n" if element.tag == "br" else element.text or ""
    for child in element:
        out += text_of(child) + (child.tail or "")
    return out


def shape(element):
    """The tree without any words: tags and the names of attributes."""
    return (element.tag, tuple(sorted(element.attrib)),
            tuple(shape(c) for c in element
                  if isinstance(c.tag, str) and c.tag != "br"))


class Form:
    """A form of a page, with what its fields hold."""

    def __init__(self, element):
        self.action = element.get("action")
        same(element.get("method"), "post", "a form's method")
        self.fields = {}
        self.button = None
        self.boxes = {}
        for at in element.iter():
            name = at.get("name") if isinstance(at.tag, str) else None
            if at.tag == "input" and at.get("type") == "submit":
                self.button = at.get("value")
            elif at.tag == "input" and at.get("type") == "checkbox":
                self.boxes[name] = at.get("value")
            elif at.tag == "input":
                self.fields[name] = at.get("value", "")
            elif at.tag == "textarea":
                self.fields[name] = text_of(at)
            elif at.tag == "select":
                chosen = [o for o in at if "selected" in o.attrib]
                self.fields[name] = text_of((chosen or list(at))[0])

    @property
    def verb(self):
        return self.fields["do"]


class Page:
    def __init__(self, path, answer):
        self.path = path
        self.answer = answer
        self.status = answer.status
        same(answer.header("content-type"), "text/html; charset=utf-8",
             f"type of {path} ({answer.status})")
        self.root = parse(answer.body)
        self.forms = [Form(f) for f in self.root.iter("form")]

    def all(self, tag, **attributes):
        found = self.root.iter(tag)
        for name, value in attributes.items():
            name = name.rstrip("_")
            found = [e for e in found if value in e.get(name, "").split()]
        return list(found)

    def title(self):
        return text_of(self.all("h1")[0])

    def notices(self):
        return [text_of(e) for e in self.root.iter()
                if e.get("class") == "notice"]

    def links(self):
        return [a.get("href") for a in self.all("a")]

    def form(self, verb, **fields):
        """The one form of that verb whose fields hold these."""
        found = [f for f in self.forms if f.verb == verb and
                 all(f.fields.get(n) == v for n, v in fields.items())]
        same(len(found), 1, f"forms {verb} {fields} on {self.path}")
        return found[0]

    def card(self, note):
        return [a for a in self.all("article") if a.get("id") == f"n-{note}"]

    def cards(self):
        """{heading: text or [items]} in the order of the page."""
        out = {}
        for card in self.all("article"):
            head = text_of(card.find("h2"))
            text = card.find("p[@class='text']")
            out[head] = text_of(text) if text is not None else \
                [" ".join(text_of(i).split()) or i for i in card.iter("bdi")]
        return out


class Browser:
    """Keeps cookies, follows 303, sends what browsers send."""

    def __init__(self, http, accept="chromium", origin=True):
        self.http = http
        self.accept = ACCEPT[accept]
        self.origin = origin        # False: as w3m and lynx
        self.cookies = {}

    def headers(self):
        out = [("Accept", self.accept)]
        if self.cookies:
            out.append(("Cookie", "; ".join(
                f"{n}={v}" for n, v in self.cookies.items())))
        return out

    def ask(self, method, path, body=None, more=()):
        headers = self.headers() + list(more)
        if body is not None:
            headers.append(("Content-Type",
                            "application/x-www-form-urlencoded"))
        answer = self.http.ask(method, path, headers, body)
        for line in answer.all("set-cookie"):
            name, _, value = line.split(";")[0].partition("=")
            self.cookies[name] = value
            if "Max-Age=0" in line:
                del self.cookies[name]
        return answer

    def below(self, url):
        """A path of the responder's from one in a page."""
        check(url.startswith(self.http.mount), url)
        path = url[len(self.http.mount):]
        return urllib.parse.urldefrag(path).url

    def open(self, path, status=200):
        answer = self.ask("GET", path)
        same(answer.status, status, f"GET {path}: {answer!r}")
        return Page(path, answer)

    def post(self, form, status=303, origin=None, **fields):
        """Sends a form, its line ends as browsers send them."""
        values = {**form.fields, **fields}
        body = urllib.parse.urlencode(
            {n: v.replace("\r\n", "\n").replace("\n", "\r\n")
             for n, v in values.items() if v is not None}).encode()
        if origin is None and self.origin:
            origin = f"http://{self.http.host}"
        more = [("Origin", origin)] if origin else []
        answer = self.ask("POST", self.below(form.action), body, more)
        same(answer.status, status, f"POST {form.verb}: {answer!r}")
        return answer

    def submit(self, form, **fields):
        """Sends a form and opens where it leads."""
        answer = self.post(form, **fields)
        return self.open(self.below(answer.header("location")))

    def refused(self, form, status, **fields):
        """Sends a form that is refused; the page that says so."""
        return Page(form.action, self.post(form, status, **fields))

    def paste(self, link):
        """Opens a link by the home page; the board."""
        return self.submit(self.open("/").form("open"), link=link)
