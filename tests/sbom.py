#!/usr/bin/env python3
"""sbom.py VERSION OUT: what a release consists of, as SPDX 2.3 (JSON).

Lists Notewire, the modules from npm that its tarball carries
(www/modules/VERSIONS), and the libraries that its programs link with
(configure.ac).  A library that has no licence below is an error, so that none
is forgotten.  SOURCE_DATE_EPOCH, if set, is its date.
"""

import base64
import json
import os
import re
import sys
import time
import uuid

TOP = os.environ.get("top_srcdir") or os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "..")
NAMESPACES = "https://spdx.org/spdxdocs/"

# As pkg-config calls them.
LICENCES = {
    "cmocka": "Apache-2.0",
    "fcgi": "OML",
    "inih": "BSD-3-Clause",
    "libcjson": "MIT",
    "libcrypto": "Apache-2.0",
    "libcurl": "curl",
    "libqrencode": "LGPL-2.1-or-later",
    "libseccomp": "LGPL-2.1-only",
    "libssl": "Apache-2.0",
    "liburing": "MIT",
    "libuv": "MIT",
    "sqlite3": "blessing",
    "zlib": "Zlib",
}
# Only the tests link with these.
OF_TESTS = {"cmocka"}


def read(path):
    with open(os.path.join(TOP, path), encoding="utf-8") as f:
        return f.read()


def copyright_of(path):
    """The lines of a licence that say whose it is."""
    found = re.findall(r"^\s*(Copyright (?:\(c\)|©|\d).*?)\s*$", read(path),
                       re.M | re.I)
    return "\n".join(found) or "NOASSERTION"


def spdx_id(*words):
    return "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", "-".join(words))


def package(name, kind, licence, **more):
    return {"SPDXID": spdx_id(kind, name), "name": name,
            "downloadLocation": "NOASSERTION", "filesAnalyzed": False,
            "licenseConcluded": licence, "licenseDeclared": licence,
            "copyrightText": "NOASSERTION", **more}


def notewire(version):
    return package("notewire", "Package", "ISC", versionInfo=version,
                   copyrightText=copyright_of("LICENSE"),
                   supplier="Organization: the Notewire authors",
                   primaryPackagePurpose="APPLICATION")


def modules():
    lock = json.loads(read("www/package-lock.json"))["packages"]
    for line in read("www/modules/VERSIONS").splitlines():
        name, version, licence = line.split()
        kind, _, digest = lock[f"node_modules/{name}"]["integrity"] \
            .partition("-")
        purl = name.replace("@", "%40")
        yield package(
            name, "Module", licence, versionInfo=version,
            copyrightText=copyright_of(f"www/modules/{name}/LICENSE"),
            primaryPackagePurpose="LIBRARY",
            checksums=[{"algorithm": kind.upper(),
                        "checksumValue": base64.b64decode(digest).hex()}],
            externalRefs=[{"referenceCategory": "PACKAGE-MANAGER",
                           "referenceType": "purl",
                           "referenceLocator": f"pkg:npm/{purl}@{version}"}])


def libraries():
    wanted = dict(re.findall(
        r"PKG_CHECK_MODULES\(\[\w+\], \[(\w+)(?: >= ([\d.]+))?\]",
        read("configure.ac")))
    for name, least in sorted(wanted.items()):
        if name not in LICENCES:
            sys.exit(f"sbom.py: no licence is known of {name}")
        more = {"versionInfo": f">= {least}"} if least else {}
        yield package(name, "Library", LICENCES[name], **more,
                      comment="Of the system; not in the tarball.",
                      primaryPackagePurpose="LIBRARY")


def related(one, kind, other):
    return {"spdxElementId": one, "relationshipType": kind,
            "relatedSpdxElement": other}


def document(version):
    top, carried, linked = notewire(version), list(modules()), \
        list(libraries())
    packages = [top, *carried, *linked]
    relations = [related("SPDXRef-DOCUMENT", "DESCRIBES", top["SPDXID"])]
    relations += [related(top["SPDXID"], "CONTAINS", one["SPDXID"])
                  for one in carried]
    relations += [related(one["SPDXID"], "TEST_DEPENDENCY_OF", top["SPDXID"])
                  if one["name"] in OF_TESTS else
                  related(top["SPDXID"], "DYNAMIC_LINK", one["SPDXID"])
                  for one in linked]
    when = time.gmtime(int(os.environ.get("SOURCE_DATE_EPOCH", time.time())))
    name = f"notewire-{version}"
    same = uuid.uuid5(uuid.NAMESPACE_URL,
                      NAMESPACES + json.dumps([name, when[:6], packages]))
    return {"spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0",
            "SPDXID": "SPDXRef-DOCUMENT", "name": name,
            "documentNamespace": f"{NAMESPACES}{name}-{same}",
            "creationInfo": {
                "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", when),
                "creators": [f"Tool: notewire-sbom-{version}"]},
            "packages": packages, "relationships": relations}


def main():
    version, out = sys.argv[1:]
    text = json.dumps(document(version), indent=1, ensure_ascii=False) + "\n"
    with open(out, "w", encoding="utf-8") as f:
        f.write(text)


main()
