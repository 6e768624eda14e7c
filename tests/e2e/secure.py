"""TLS, and HTTP/2 by it, before a site: behind the shipped snippets."""

from certificate import make_certificate
from harness import free_port
from servers import APACHE_MODULES

SECURE = {
    "lighttpd": ("lighttpd-page.conf", """
server.modules += ("mod_openssl")
$SERVER["socket"] == "127.0.0.1:{port}" {{
	ssl.engine = "enable"
	ssl.pemfile = "{certificate}"
	ssl.privkey = "{key}"
}}
"""),
    "nginx": ("nginx.conf", """
listen 127.0.0.1:{port} ssl http2;
ssl_certificate {certificate};
ssl_certificate_key {key};
"""),
    "apache": ("apache-page.conf", f"""
LoadModule ssl_module {APACHE_MODULES}/mod_ssl.so
LoadModule http2_module {APACHE_MODULES}/mod_http2.so
Listen 127.0.0.1:{{port}}
<VirtualHost 127.0.0.1:{{port}}>
	Protocols h2 http/1.1
	SSLEngine on
	SSLCertificateFile {{certificate}}
	SSLCertificateKeyFile {{key}}
</VirtualHost>
"""),
}


def secure(site):
    """Adds that to the site's copy of its snippet; the address of the page."""
    name = next((n for n in ("nginx", "apache") if site.way.startswith(n)),
                "lighttpd")
    snippet, lines = SECURE[name]
    certificate, key = make_certificate(site, "tls")
    port = free_port()
    with open(site.path("conf", "snippets", snippet), "a",
              encoding="utf-8") as f:
        f.write(lines.format(port=port, certificate=certificate, key=key))
    return f"https://localhost:{port}/notewire/"
