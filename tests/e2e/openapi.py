"""The API's description, and a client that holds the service to it.

Document reads cgi/openapi.yaml (OpenAPI 3.1, schemas of JSON Schema 2020-12).
Recorder stands in the place of a transport: what it is answered must be in
the document, to the header and the member, and it keeps what was seen.
"""

import json
import os
import re
import urllib.parse

import jsonschema
import yaml

from harness import SOURCE
from tap import Failed, check, same
from wire import Answer

METHODS = ("get", "put", "post", "delete", "patch")
# What the way itself puts on an answer, or OpenAPI says by other means.
FRAMING = {"status", "content-type", "content-length"}
# Answers before the path is looked at, so that of no operation.
EARLY = {"400": "BadRequest", "431": "HeadersTooLarge"}


def max_bytes(validator, limit, value, schema):
    """The keyword x-max-bytes."""
    if isinstance(value, str) and len(value.encode()) > limit:
        yield jsonschema.ValidationError(f"more than {limit} bytes")


Validator = jsonschema.validators.extend(
    jsonschema.Draft202012Validator, {"x-max-bytes": max_bytes})


def noting(met):
    """A Validator that notes in `met` which properties values had."""
    check_them = Validator.VALIDATORS["properties"]

    def properties(validator, named, value, schema):
        if isinstance(value, dict):
            met.update((id(named), name) for name in named if name in value)
        yield from check_them(validator, named, value, schema) or ()

    return jsonschema.validators.extend(Validator, {"properties": properties})


def no_constant(word):
    raise Failed(f"no JSON: {word}")


def unique(pairs):
    names = [name for name, _ in pairs]
    same(len(set(names)), len(names), f"names in {names}")
    return dict(pairs)


def strict_json(text):
    try:
        return json.loads(text, parse_constant=no_constant,
                          object_pairs_hook=unique)
    except ValueError as problem:
        raise Failed(f"{problem}: {text[:200]!r}") from problem


class Operation:
    """One method of one path."""

    def __init__(self, document, path, method, node):
        item = document.doc["paths"][path]
        self.id = node["operationId"]
        self.path = path
        self.method = method.upper()
        self.responses = node["responses"]
        self.body = document.at(node.get("requestBody", {}))
        self.parameters = [document.at(p) for p in
                           item.get("parameters", []) +
                           node.get("parameters", [])]
        self.security = node.get("security", document.doc["security"])

    def statuses(self):
        return [s for s in self.responses if s != "default"]

    def json_schema(self):
        """Of the body as JSON; None where there is none."""
        content = self.body.get("content", {}).get("application/json")
        return content and content["schema"]


class Document:
    def __init__(self, text=None):
        if text is None:
            path = os.path.join(SOURCE, "cgi", "openapi.yaml")
            with open(path, encoding="utf-8") as f:
                text = f.read()
        self.doc = yaml.safe_load(text)
        self.cache = {}
        self.choices = set()        # (type, which of an item's schemas)
        self.slugs = set()          # of the problems that came
        self.met = set()            # properties of what came
        self.noting = noting(self.met)
        self.brought = set()        # (operationId, status, header)
        self.operations = {
            (path, method.upper()): Operation(self, path, method, item[method])
            for path, item in self.doc["paths"].items()
            for method in METHODS if method in item}

    def at(self, node):
        """The object itself, where a reference may stand for it."""
        while "$ref" in node:
            here = self.doc
            for name in node["$ref"].removeprefix("#/").split("/"):
                here = here[name.replace("~1", "/").replace("~0", "~")]
            node = here
        return node

    def component(self, kind, name):
        return self.doc["components"][kind][name]

    def schema(self, name):
        return {"$ref": f"#/components/schemas/{name}"}

    def validator(self, schema):
        key = json.dumps(schema, sort_keys=True)
        if key not in self.cache:
            self.cache[key] = Validator(
                {"allOf": [schema], "components": self.doc["components"]})
        return self.cache[key]

    def fits(self, schema, value):
        return self.validator(schema).is_valid(value)

    def judge(self, schema, value, what):
        """Raises Failed unless the value fits; notes what it had."""
        validator = self.validator(schema)
        fault = jsonschema.exceptions.best_match(
            self.noting(validator.schema).iter_errors(value))
        if fault is not None:
            raise Failed(f"{what}: {fault.message[:400]} "
                         f"at {list(fault.absolute_path)}")

    def properties(self, node, done, where=""):
        """{(id, name): where} of all properties that a schema names."""
        node, found = self.at(node) if set(node) == {"$ref"} else node, {}
        if id(node) in done:
            return found
        done.add(id(node))
        for name, child in node.get("properties", {}).items():
            found[id(node["properties"]), name] = f"{where}.{name}"
            found.update(self.properties(child, done, f"{where}.{name}"))
        inner = [node[k] for k in ("items", "x-item-schema") if k in node]
        inner += node.get("oneOf", []) + node.get("anyOf", []) + \
            node.get("allOf", [])
        if "$ref" in node:
            inner.append({"$ref": node["$ref"]})
        for child in inner:
            found.update(self.properties(child, done, where))
        return found

    # Finding

    def path_of(self, path):
        """The template that a request's path is of, or None."""
        path = urllib.parse.unquote(path.partition("?")[0]) or "/"
        segments = path.split("/")
        for template in self.doc["paths"]:
            parts = template.split("/")
            if len(parts) == len(segments) and all(
                    re.fullmatch("[A-Za-z0-9_-]{22}", s)
                    if p.startswith("{") else p == s
                    for p, s in zip(parts, segments)):
                return template
        return None

    def methods(self, template):
        """What Allow says of a path."""
        found = {m for p, m in self.operations if p == template}
        return found | ({"HEAD"} if "GET" in found else set())

    # Judging

    def judge_answer(self, method, path, answer):
        """Raises Failed for what is not documented; the operation, or None."""
        template = self.path_of(path)
        wanted = "GET" if method == "HEAD" else method
        operation = self.operations.get((template, wanted))
        status = str(answer.status)
        what = f"{method} {template or path}: {status}"
        if operation is not None:
            if status not in operation.responses:
                raise Failed(f"{what} is not documented: {answer!r}")
            response = operation.responses[status]
        elif status in EARLY:
            response = self.component("responses", EARLY[status])
        elif template is None:
            same(status, "404", what)
            response = self.component("responses", "NotFound")
        else:
            same(status, "405", what)
            response = self.component("responses", "MethodNotAllowed")
            same(set(answer.header("allow").split(", ")),
                 self.methods(template), f"{what}: Allow")
        response = self.at(response)
        if operation is not None:
            self.brought |= {(operation.id, status, name)
                             for name, _ in answer.headers}
        self.judge_headers(response, answer, what)
        self.judge_body(response, method, answer, what)
        return operation

    def judge_headers(self, response, answer, what):
        named = {**self.doc["x-headers-of-every-answer"],
                 **response.get("headers", {})}
        kind = (answer.header("content-type") or "").split(";")[0]
        media = response.get("content", {}).get(kind, {})
        if media.get("schema") == self.schema("Page"):
            named = {**self.doc["x-headers-of-pages"], **named}
        named = {n.lower(): self.at(h) for n, h in named.items()}
        given = [n for n, _ in answer.headers]
        same(len(set(given)), len(given), f"{what}: headers {given}")
        for name, value in answer.headers:
            if name in FRAMING:
                continue
            if name not in named:
                raise Failed(f"{what}: header {name} is not documented")
            self.judge(named[name]["schema"], value, f"{what}: {name}")
        for name, header in named.items():
            if header.get("required") and name not in given:
                raise Failed(f"{what}: header {name} is missing")

    def judge_body(self, response, method, answer, what):
        content = response.get("content")
        kind = answer.header("content-type")
        if content is None:
            same((kind, answer.body), (None, b""), what)
            return
        check(kind is not None, f"{what}: no Content-Type")
        kind = kind.split(";")[0]
        if kind not in content:
            raise Failed(f"{what}: {kind} is not documented")
        length = answer.header("content-length")
        if method == "HEAD":
            same(answer.body, b"", what)
            return
        if length is not None:
            same(int(length), len(answer.body), f"{what}: Content-Length")
        self.judge_content(content[kind], kind, answer.content(), what)

    def judge_content(self, media, kind, body, what):
        if "schema" not in media:
            return
        if kind in ("application/json", "application/problem+json"):
            value = strict_json(body)
            self.judge(media["schema"], value, what)
            if kind == "application/problem+json":
                self.slugs.add(value["type"].removeprefix("urn:notewire:"))
            return
        text = body.decode("utf-8")
        self.judge(media["schema"], text, what)
        if "x-item-schema" in media:
            for item in items(kind, text):
                self.judge(media["x-item-schema"], item, f"{what}: {item}")
                self.choices |= {
                    (kind, i) for i, one in enumerate(
                        self.at(media["x-item-schema"])["oneOf"])
                    if self.fits(one, item)}


def items(kind, text):
    """What a whole stream held, piece by piece."""
    if kind == "application/x-ndjson":
        check(text.endswith("\n"), f"cut: {text[-100:]!r}")
        return [strict_json(line) for line in text.splitlines()]
    if kind == "text/html":
        calls = re.findall(r"parent\.notewire\((\[.*?\])\)</script>", text,
                           re.S)
        same(len(calls), text.count("<script"), "scripts")
        return [item for call in calls for item in strict_json(call)]
    return list(events(text))


def events(text):
    """The events of an event stream whose lines end in LF."""
    check(text.startswith("retry: ") and text.endswith("\n\n"),
          f"{text[:50]!r} … {text[-50:]!r}")
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines())
        fields.pop("retry", None)
        if fields:
            yield {"event": fields.pop("event", "message"),
                   "data": strict_json(fields.pop("data")), **fields}


class Recorder:
    """A transport whose every answer is held to the document.

    `seen` collects what was: (operationId, method, status, type).
    """

    def __init__(self, via, document, seen):
        self.via = via
        self.document = document
        self.seen = seen

    def judge(self, method, path, answer):
        operation = self.document.judge_answer(method, path, answer)
        if operation is not None:
            kind = answer.header("content-type")
            self.seen.add((operation.id, method, str(answer.status),
                           kind and kind.split(";")[0]))
        return answer

    def ask(self, method, path, headers=(), body=None, timeout=10):
        return self.judge(method, path, self.via.ask(
            method, path, headers, body, timeout))

    def raw(self, method, path, data, timeout=10):
        """The answer to bytes that stand for such a request."""
        return self.judge(method, path, self.via.raw(data, timeout))

    def follow(self, method, path, headers, until, then, timeout=10):
        """Reads a stream until some bytes came, calls then(), reads on."""
        stream = self.via.open(method, path, headers, timeout=timeout)
        try:
            body = b""
            while not until(body):
                piece = stream.recv(timeout)
                check(piece, f"ended early: {body[-300:]!r}")
                body += piece
            then()
            body += stream.read(timeout)
        finally:
            stream.close()
        return self.judge(method, path,
                          Answer(stream.status, stream.headers, body))


# The document itself: what OpenAPI 3.1.0 asks of each object, as far as it is
# used here.  (name of the object) -> (needed, further)

OBJECTS = {
    "document": ("openapi info", "jsonSchemaDialect servers tags security "
                 "paths components x-headers-of-every-answer "
                 "x-headers-of-pages"),
    "info": ("title version", "summary description license"),
    "item": ("", "summary description parameters " + " ".join(METHODS)),
    "operation": ("operationId summary tags responses", "description "
                  "parameters requestBody security"),
    "parameter": ("name in schema", "required description examples"),
    "body": ("content", "description required"),
    "response": ("description", "headers content"),
    "header": ("schema", "required description"),
    "media": ("", "schema examples x-item-schema"),
    "example": ("value", "summary description"),
}


class Structure:
    """Looks through the document; `faults` are those found."""

    def __init__(self, document):
        self.document = document
        self.doc = document.doc
        self.faults = []
        self.used = set()
        self.ids = []
        self.examples = []          # (where, schema, value)

    def shape(self, kind, node, where):
        needed, further = (words.split() for words in OBJECTS[kind])
        for name in needed:
            if name not in node:
                self.faults.append(f"{where}: no {name}")
        for name in node:
            if name not in needed + further:
                self.faults.append(f"{where}: {name} in a {kind}")

    def refs(self, node, where):
        """Every reference leads somewhere."""
        if isinstance(node, dict):
            ref = node.get("$ref")
            if isinstance(ref, str):
                self.used.add(ref)
                try:
                    self.document.at({"$ref": ref})
                except (KeyError, TypeError):
                    self.faults.append(f"{where}: {ref} leads nowhere")
            for name, value in node.items():
                if name not in ("examples", "example"):
                    self.refs(value, f"{where}/{name}")
        elif isinstance(node, list):
            for value in node:
                self.refs(value, where)

    def schema(self, node, where):
        try:
            jsonschema.Draft202012Validator.check_schema(node)
        except jsonschema.SchemaError as fault:
            self.faults.append(f"{where}: {fault.message[:200]}")

    def media(self, content, where):
        for kind, media in content.items():
            at = f"{where}/{kind}"
            self.shape("media", media, at)
            for name in ("schema", "x-item-schema"):
                if name in media:
                    self.schema(media[name], at)
            self.example(media, at)

    def example(self, node, where):
        for name, example in node.get("examples", {}).items():
            self.shape("example", example, where)
            self.examples.append((f"{where}/{name}", node["schema"],
                                  example["value"]))

    def headers(self, headers, where):
        for name, header in headers.items():
            header = self.document.at(header)
            self.shape("header", header, f"{where}/{name}")
            self.schema(header["schema"], f"{where}/{name}")

    def operation(self, path, method, node):
        where = f"{method} {path}"
        self.shape("operation", node, where)
        self.ids.append(node["operationId"])
        operation = self.document.operations[path, method.upper()]
        for parameter in operation.parameters:
            self.shape("parameter", parameter, where)
            self.schema(parameter["schema"], where)
            self.example(parameter, f"{where} {parameter['name']}")
        named = {p["name"] for p in operation.parameters
                 if p["in"] == "path" and p.get("required")}
        same(named, set(re.findall(r"\{(\w+)\}", path)), where)
        if operation.body:
            self.shape("body", operation.body, where)
            self.media(operation.body["content"], where)
        for status, response in node["responses"].items():
            response = self.document.at(response)
            at = f"{where} {status}"
            self.shape("response", response, at)
            self.headers(response.get("headers", {}), at)
            self.media(response.get("content", {}), at)
            if status != "default" and not re.fullmatch("[2345]..", status):
                self.faults.append(f"{at}: no status")

    def walk(self):
        doc = self.doc
        self.shape("document", doc, "/")
        self.shape("info", doc["info"], "/info")
        self.refs(doc, "")
        for path, item in doc["paths"].items():
            self.shape("item", item, path)
            for method in METHODS:
                if method in item:
                    self.operation(path, method, item[method])
        for name, node in doc["components"]["schemas"].items():
            self.schema(node, name)
        self.names()
        return self.faults

    def names(self):
        """Nothing is named twice, unused or unknown."""
        if len(set(self.ids)) < len(self.ids):
            self.faults.append("an operationId comes twice")
        for kind, nodes in self.doc["components"].items():
            for name in nodes:
                if kind != "securitySchemes" and name not in (
                        "MethodNotAllowed",) and \
                        f"#/components/{kind}/{name}" not in self.used:
                    self.faults.append(f"{kind}/{name} is not used")
        schemes, tags = set(), set()
        for operation in self.document.operations.values():
            for choice in operation.security:
                schemes |= set(choice)
        for item in self.doc["paths"].values():
            for method in METHODS:
                tags |= set(item.get(method, {}).get("tags", []))
        same(schemes, set(self.doc["components"]["securitySchemes"]))
        same(tags, {tag["name"] for tag in self.doc["tags"]})
