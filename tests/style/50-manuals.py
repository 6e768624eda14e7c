#!/usr/bin/env python3
"""The manuals of the API and of the library tell what the code has.

notewire-api(7) has the routes, roles, problems, feeds, names of events,
parameters, headers and close codes of the code and of cgi/openapi.yaml;
notewire-client(3js) the options, members, states, events and ways of the
library.  A list that says more than the code is as wrong as one that says less.
"""

import re

from house import lines, report

API = "cgi/notewire-api.7"
CLIENT = "www/js/notewire/notewire-client.3js"
LIBRARY = "www/js/notewire/"
METHODS = ("get", "put", "post", "patch", "delete")


def text_of(path):
    return "\n".join(lines(path))


def section(manual, name):
    """The lines of one .Sh or .Ss, up to the next."""
    found = re.search(rf"^\.S[hs] {re.escape(name)}\n(.*?)(?=^\.S[hs] |\Z)",
                      text_of(manual), re.M | re.S)
    return found.group(1) if found else ""


def items(manual, name, macro):
    return re.findall(rf"^\.It {macro} (\S+)", section(manual, name), re.M)


def yaml_part(name):
    """What stands below a key of the first column of openapi.yaml."""
    found = re.search(rf"^{name}:\n(.*?)(?=^\S|\Z)",
                      text_of("cgi/openapi.yaml"), re.M | re.S)
    return found.group(1)


def described_routes():
    routes, path = set(), None
    for line in yaml_part("paths").splitlines():
        if found := re.match(r"  (/\S*):$", line):
            path = found.group(1)
        elif (found := re.match(r"    (\w+):$", line)) \
                and found.group(1) in METHODS:
            routes.add(f"{found.group(1).upper()} {path}")
    return routes


def coded_routes():
    """{"GET /boards/:": "read"} of the table in cgi/route.c."""
    text = text_of("cgi/route.c")
    names = dict(re.findall(r'^#define (BOARD|NOTE|ITEM)\t+(.*)$', text, re.M))
    routes = {}
    for pattern, method, role in re.findall(
            r"^\t\{ (.*?),\t+METHOD_(\w+),\t+ROLE_(\w+),", text, re.M):
        while found := re.search(r"BOARD|NOTE|ITEM", pattern):
            pattern = pattern.replace(found.group(), names[found.group()])
        path = "".join(re.findall(r'"([^"]*)"', pattern))
        routes[f"{method} /{path}"] = "" if role == "NONE" else role.lower()
    return routes


def told_routes():
    """{"GET /boards/BOARD": "read"} of the manual."""
    return {f"{method} {path}": role for method, path, role in re.findall(
        r"^\.It Cm ([A-Z]+) Pa (\S+)(?: Pq (\w+))?$", text_of(API), re.M)}


def braced(route):
    return re.sub(r"\b([A-Z]{4,})\b(?![ ])",
                  lambda m: "{" + m.group(1).lower() + "}", route)


def colons(routes):
    return {re.sub(r"/[A-Z]{4,}\b", "/:", route): role
            for route, role in routes.items()}


def differ(what, ours, theirs):
    """Faults: what the manual lacks, and what it has too much."""
    ours, theirs = set(ours), set(theirs)
    nothing = [] if theirs else [f"{what}: found none"]
    return nothing + [f"{what}: not in the manual: {one}"
                      for one in sorted(theirs - ours)] + \
        [f"{what}: only in the manual: {one}" for one in sorted(ours - theirs)]


def told_problems():
    return re.findall(r"^\.It Cm (\S+) Pq (\d+)$", section(API, "PROBLEMS"),
                      re.M)


def coded_problems():
    return re.findall(r'^\tX\(\w+, "([\w-]+)", (\d+),',
                      text_of("src/base/problem.h"), re.M)


def described_problems():
    return re.findall(
        r"\{ const: 'urn:notewire:([\w-]+)' \}, status: \{ const: (\d+) \}",
        re.search(r"^    ProblemMembers:\n(.*?)(?=^    \w)",
                  yaml_part("components"), re.M | re.S).group(1))


def named_in(manual, names, what):
    """Faults: names that the manual does not have as a word."""
    text = text_of(manual)
    missing = [f"{what}: not in the manual: {name}" for name in sorted(names)
               if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)]
    return missing or ([] if names else [f"{what}: found none"])


def described_parameters(place):
    text = text_of("cgi/openapi.yaml")
    return set(re.findall(rf"name: ([\w-]+)\n +in: {place}\n", text))


def described_headers():
    """Of answers; those that only browsers look at are no matter of a manual."""
    names = set(re.findall(
        r"^ +([\w-]+): \{ \$ref: '#/components/headers/",
        text_of("cgi/openapi.yaml"), re.M))
    return names - {"Content-Security-Policy", "Cross-Origin-Resource-Policy",
                    "X-Frame-Options", "Referrer-Policy", "Vary",
                    "X-Content-Type-Options", "Set-Cookie", "Accept-Ranges"}


def coded_events():
    return set(re.findall(r'return "([\w-]+)";',
                          text_of("src/codec/notice.c"))) | \
        {"presence", "signal"}


def coded_feeds():
    found = re.search(r"name: feed\n.*?enum: \[(.*?)\]",
                      text_of("cgi/openapi.yaml"), re.S)
    return found.group(1).split(", ")


def told_feeds_and_events():
    return set(items(API, "FEEDS", "Cm"))


def coded_ends():
    found = re.search(r"^    End:\n.*?enum: \[(.*?)\]",
                      yaml_part("components"), re.M | re.S)
    return set(found.group(1).split(", "))


def told_ends():
    entry = re.search(r"^\.It Cm end$(.*?)^\.It", section(API, "FEEDS"),
                      re.M | re.S).group(1)
    return {word for line in re.findall(r"^\.Cm (.*)$", entry, re.M)
            for word in re.findall(r"\w+", line)}


def feed_faults():
    query = {"since", "timeout", "heartbeat", "limit", "include_docs", "peer"}
    told = told_feeds_and_events()
    return differ("feeds and events", told - (query - {"heartbeat"}),
                  set(coded_feeds()) | coded_events())


def coded_codes():
    websock = set(re.findall(r"WEBSOCK_\w+ = (\d{4})",
                             text_of("src/notewired/socket/websock.h")))
    wanted = {"NORMAL", "POLICY", "SIZE", "RESTART", "LATER"}
    return websock | {code for name, code in re.findall(
        r"WS_CODE_(\w+) = (\d{4})", text_of("src/proto/ws_frame.h"))
        if name in wanted}


def properties(kind):
    """Of a typedef in types.js."""
    found = re.search(rf"@typedef \{{object\}} {kind}\n(.*?)\*/",
                      text_of(LIBRARY + "types.js"), re.S)
    return set(re.findall(r"@property \{.*?\} \[?(\w+)\]?", found.group(1)))


def words_of(kind):
    """Of a union of texts in types.js."""
    found = re.search(rf"@typedef \{{(.*?)\}} {kind} \*/",
                      text_of(LIBRARY + "types.js"))
    return set(re.findall(r'"(\w+)"', found.group(1)))


def public_members():
    """Methods and getters of a PushClient that are not protected."""
    names = set()
    for module in ("client", "follower", "surface"):
        text = text_of(f"{LIBRARY}{module}.js")
        for comment, name in re.findall(
                r"((?:^\t/?\*.*\n|^\t \*.*\n)*)"
                r"^\t(?:async |get )?(\w+)\(.*\) \{.*$", text, re.M):
            if "@protected" not in comment and name != "constructor":
                names.add(name)
    return names


def told_members():
    part = section(CLIENT, "Members")
    return set(re.findall(r"^\.It (?:Fn|Va) (\w+)", part, re.M))


def event_types():
    """{"statechange": {"state", ...}} of surface.js."""
    text = text_of(LIBRARY + "surface.js")
    shapes = dict(re.findall(
        r"@typedef \{Event & Readonly<(.*)>\} (\w+)Event", text))
    shapes = {name: shape for shape, name in shapes.items()}
    events = {}
    for name in re.findall(r"^\ton(\w+) = null;", text, re.M):
        shape = next(shape for kind, shape in shapes.items()
                     if kind.lower() == name)
        events[name] = properties("Trace") if shape == "Trace" else \
            set(re.findall(r"(?:^\{|[;,]) (\w+)\??:", re.sub(
                r"\{[^{}]*\}\[\]", "list", shape)))
    return events


def event_faults():
    events = event_types()
    part = section(CLIENT, "Events")
    faults = differ("events", items(CLIENT, "Events", "Cm"), events)
    for name, wanted in events.items():
        entry = re.search(rf"^\.It Cm {name}$(.*?)(?=^\.It|\Z)", part,
                          re.M | re.S)
        faults += [f"event {name}: not in the manual: {one}"
                   for one in sorted(wanted)
                   if entry and not re.search(rf"\b{one}\b", entry.group(1))]
    return faults


def error_members():
    text = text_of(LIBRARY + "http.js")
    error = re.search(r"class NotewireError.*?^\}", text, re.M | re.S).group()
    return set(re.findall(r"this\.(\w+) = ", error)) - {"name"} | \
        set(re.findall(r"get (\w+)\(", error))


def main():
    told = told_routes()
    report([
        ("the API's manual has the routes of openapi.yaml",
         differ("routes", map(braced, told), described_routes())),
        ("the API's manual has the routes and roles of the code",
         differ("routes", colons(told).items(), coded_routes().items())),
        ("the API's manual has the problems of the code",
         differ("problems", told_problems(), coded_problems())),
        ("the API's manual has the problems of openapi.yaml",
         differ("problems", told_problems(), described_problems())),
        ("the API's manual has all feeds and what they say", feed_faults()),
        ("the API's manual has the reasons of an end",
         differ("ends", told_ends(), coded_ends())),
        ("the API's manual has all parameters of queries",
         named_in(API, described_parameters("query") | {"ticket"},
                  "parameters")),
        ("the API's manual has all headers",
         named_in(API, described_parameters("header") | described_headers(),
                  "headers")),
        ("the API's manual has the close codes of a WebSocket",
         differ("codes", re.findall(r"^\.It (\d{4})$", text_of(API), re.M),
                coded_codes())),
        ("the library's manual has the options of a client",
         differ("options", items(CLIENT, "Options", "Cm"),
                properties("PushClientOptions"))),
        ("the library's manual has the members of a client",
         differ("members", told_members(), public_members())),
        ("the library's manual has the states",
         differ("states", items(CLIENT, "States", "Cm"), words_of("State"))),
        ("the library's manual has the events and what they bring",
         event_faults()),
        ("the library's manual has the ways",
         differ("ways", items(CLIENT, "Ways", "Cm"),
                words_of("TransportName"))),
        ("the library's manual has the options of a socket",
         differ("options", items(CLIENT, "Options of a socket", "Cm"),
                properties("PushSocketOptions"))),
        ("the library's manual has the members of an error",
         differ("members", items(CLIENT, "DIAGNOSTICS", "Va"),
                error_members())),
    ])


main()
