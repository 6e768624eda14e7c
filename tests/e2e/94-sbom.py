#!/usr/bin/python3
"""Proves that a release says what it consists of.

The tree that make dist packs carries a list in SPDX 2.3, which is as that
standard wants it, and has every module and every library with its licence, and
nothing else.
"""

import json
import os
import re
import subprocess
import tempfile

import tap as t
from harness import BUILD, SOURCE
from tap import check, same

ID = re.compile(r"SPDXRef-[A-Za-z0-9.-]+")
# Of the standard's list of licences, those of which we have something.
LICENCES = {"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT",
            "LGPL-2.1-only", "LGPL-2.1-or-later", "OML", "Unlicense",
            "Zlib", "blessing", "curl"}
# Section 11.1 of the standard, as far as packages are concerned.
RELATIONS = {"DESCRIBES", "DESCRIBED_BY", "CONTAINS", "CONTAINED_BY",
             "DEPENDS_ON", "DEPENDENCY_OF", "BUILD_DEPENDENCY_OF",
             "DEV_DEPENDENCY_OF", "OPTIONAL_DEPENDENCY_OF",
             "PROVIDED_DEPENDENCY_OF", "RUNTIME_DEPENDENCY_OF",
             "TEST_DEPENDENCY_OF", "DYNAMIC_LINK", "STATIC_LINK",
             "GENERATED_FROM", "VARIANT_OF", "OTHER"}
PURPOSES = {"APPLICATION", "FRAMEWORK", "LIBRARY", "SOURCE", "OTHER"}
DIGITS = {"SHA1": 40, "SHA256": 64, "SHA384": 96, "SHA512": 128}


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as f:
        return f.read()


def version():
    return re.search(r"AC_INIT\(\[notewire\], \[(.*?)\]\)",
                     read(SOURCE, "configure.ac")).group(1)


def packed(folder):
    """The list in the tree that make dist would pack."""
    # not a make below the one that runs the tests
    env = {name: value for name, value in os.environ.items()
           if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    into = os.path.join(folder, "tree")
    done = subprocess.run(["make", "-s", "-C", BUILD, "distdir",
                           f"distdir={into}"], env=env, check=False,
                          capture_output=True, text=True, timeout=250)
    same(done.returncode, 0, done.stderr[-2000:])
    name = f"notewire-{version()}.spdx.json"
    return json.loads(read(into, name)), into


def text(of, member, what=""):
    value = of.get(member)
    check(isinstance(value, str) and value, (what, member, value))
    return value


def check_document(doc):
    same(text(doc, "spdxVersion"), "SPDX-2.3")          # 6.1
    same(text(doc, "dataLicense"), "CC0-1.0")           # 6.2
    same(text(doc, "SPDXID"), "SPDXRef-DOCUMENT")       # 6.3
    same(text(doc, "name"), f"notewire-{version()}")    # 6.4
    check(re.fullmatch(r"[a-z]+:[^#\s]+",               # 6.5
                       text(doc, "documentNamespace")), doc)
    made = doc["creationInfo"]
    check(made["creators"], made)                       # 6.8
    for one in made["creators"]:
        check(re.fullmatch(r"(Tool|Person|Organization): \S.*", one), one)
    check(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
                       text(made, "created")), made)    # 6.9


def check_package(one):
    name = text(one, "name")                            # 7.1
    check(ID.fullmatch(text(one, "SPDXID", name)), one)     # 7.2
    check(re.fullmatch(r"NONE|NOASSERTION|[a-z+]+:\S+",     # 7.7
                       text(one, "downloadLocation", name)), one)
    # without files there is no verification code to give (7.8, 7.9)
    same(one["filesAnalyzed"], False, name)
    check("packageVerificationCode" not in one and
          "hasFiles" not in one, name)
    for member in ("licenseConcluded", "licenseDeclared"):  # 7.13, 7.15
        check(text(one, member, name) in LICENCES, (name, one[member]))
    text(one, "copyrightText", name)                    # 7.17
    check(one["primaryPackagePurpose"] in PURPOSES, name)   # 7.24
    for sum_ in one.get("checksums", []):               # 7.10
        check(re.fullmatch(r"[0-9a-f]+", sum_["checksumValue"]), name)
        same(len(sum_["checksumValue"]), DIGITS[sum_["algorithm"]], name)
    for ref in one.get("externalRefs", []):             # 7.21
        same(ref["referenceCategory"], "PACKAGE-MANAGER", name)
        same(ref["referenceType"], "purl", name)
        check(re.fullmatch(r"pkg:\w+/[\w.%/-]+@[\w.+-]+",
                           ref["referenceLocator"]), ref)


def standard(tap, doc):
    with tap.claim("the document has what SPDX 2.3 requires"):
        check_document(doc)

    with tap.claim("each package has what SPDX 2.3 requires"):
        check(doc["packages"])
        for one in doc["packages"]:
            check_package(one)

    with tap.claim("ids are unique, and relationships lead somewhere"):
        ids = [one["SPDXID"] for one in doc["packages"]] + [doc["SPDXID"]]
        same(sorted(set(ids)), sorted(ids))
        for one in doc["relationships"]:
            check(one["relationshipType"] in RELATIONS, one)
            check(one["spdxElementId"] in ids, one)
            check(one["relatedSpdxElement"] in ids, one)
        named = {one[end] for one in doc["relationships"]
                 for end in ("spdxElementId", "relatedSpdxElement")}
        same(named, set(ids), "a package that nothing leads to")


def ends(doc, kind):
    """Names of what Notewire is in that relationship with."""
    names = {one["SPDXID"]: one["name"] for one in doc["packages"]}
    pairs = [(one["spdxElementId"], one["relatedSpdxElement"])
             for one in doc["relationships"]
             if one["relationshipType"] == kind]
    return sorted(names[one] for pair in pairs for one in pair
                  if names.get(one, "notewire") != "notewire")


def contents(tap, doc, tree):
    packages = {one["name"]: one for one in doc["packages"]}

    with tap.claim("it describes Notewire, under the licence that it has"):
        same([names["relatedSpdxElement"] for names in doc["relationships"]
              if names["relationshipType"] == "DESCRIBES"],
             [packages["notewire"]["SPDXID"]])
        same(packages["notewire"]["versionInfo"], version())
        licence = read(SOURCE, "LICENSE")
        check(licence.startswith(
            packages["notewire"]["licenseDeclared"] + " License"))
        check(packages["notewire"]["copyrightText"] in licence)

    with tap.claim("it has every module of the page, as package.json wants "
                   "them, and each is in the tree with its licence"):
        wanted = json.loads(read(SOURCE, "www", "package.json"))
        same(ends(doc, "CONTAINS"), sorted(wanted["dependencies"]))
        lock = json.loads(read(SOURCE, "www", "package-lock.json"))
        for name, number in wanted["dependencies"].items():
            one = packages[name]
            same(one["versionInfo"], number, name)
            same(one["licenseDeclared"],
                 lock["packages"][f"node_modules/{name}"]["license"], name)
            check(one["copyrightText"].splitlines()[0] in
                  read(tree, "www", "modules", name, "LICENSE"), name)
        same(sorted(set(os.listdir(os.path.join(tree, "www", "modules")))
                    - {"VERSIONS"}), sorted(wanted["dependencies"]))

    with tap.claim("it has every library of configure.ac, with its least "
                   "version"):
        script = read(SOURCE, "configure.ac")
        checks = script.split("PKG_CHECK_MODULES([")[1:]
        least = {}
        for one in checks:
            words = one.split("[", 1)[1].split("]", 1)[0].split()
            least[words[0]] = f">= {words[2]}" if words[1:] else None
        check(len(least) >= 10, least)
        same(sorted([*ends(doc, "DYNAMIC_LINK"),
                     *ends(doc, "TEST_DEPENDENCY_OF")]), sorted(least))
        same({name: packages[name].get("versionInfo") for name in least},
             least)
        same(set(packages), {"notewire", *wanted["dependencies"], *least})


def body(tap):
    with tempfile.TemporaryDirectory() as folder:
        doc, tree = packed(folder)
        standard(tap, doc)
        contents(tap, doc, tree)


if __name__ == "__main__":
    t.main(body)
