"""Certificates for servers at localhost."""

import subprocess


def make_certificate(site, name):
    """A new one of that name, the services' own: (certificate, key)."""
    files = [site.path("conf", name + end) for end in (".crt", ".key")]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
         f"/CN={name}", "-addext", "subjectAltName=DNS:localhost",
         "-out", files[0], "-keyout", files[1]],
        check=True, capture_output=True)
    for file in files:
        site.give(file)
    return files
