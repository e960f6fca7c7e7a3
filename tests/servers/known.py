"""The servers, each with its package and how to start it."""

import pathlib
import sys
from collections.abc import Callable
from dataclasses import dataclass

from installing import Package

PROGRAMS = pathlib.Path(__file__).resolve().parent / "programs"
NGINX = """daemon off; worker_processes 1; user root; pid @HOME@/pid; error_log @HOME@/error.log;
events { worker_connections 256; }
http { access_log off; types { text/html html; application/gzip gz; application/json json; text/plain txt; }
  client_body_temp_path @HOME@/t1; proxy_temp_path @HOME@/t2; fastcgi_temp_path @HOME@/t3; uwsgi_temp_path @HOME@/t4;
  scgi_temp_path @HOME@/t5;
  server { listen 127.0.0.1:@PORT@; root "@ROOT@"; charset utf-8; autoindex on; autoindex_format @FORMAT@; } }
"""
# Debian's options for listings, and Apache's default.
FANCY = "IndexOptions FancyIndexing VersionSort HTMLTable NameWidth=* DescriptionWidth=* Charset=UTF-8"
APACHE = """ServerName localhost
Listen 127.0.0.1:@PORT@
PidFile @HOME@/pid
ErrorLog @HOME@/error.log
Mutex file:@HOME@ default
@MODULES@
User www-data
TypesConfig /etc/mime.types
AddEncoding x-gzip .gz .tgz
DocumentRoot "@ROOT@"
<Directory "@ROOT@">
Options +Indexes +FollowSymLinks
@OPTIONS@
</Directory>
"""
MODULES = ["mpm_event", "authz_core", "mime", "dir", "autoindex"]
LIGHTTPD = """server.document-root = "@ROOT@"
server.port = @PORT@
server.bind = "127.0.0.1"
server.modules = ("mod_indexfile", "mod_dirlisting", "mod_staticfile")
index-file.names = ("index.html")
dir-listing.activate = "enable"
dir-listing.encoding = "utf-8"
mimetype.assign = (".html" => "text/html", ".txt" => "text/plain", ".gz" => "application/gzip")
"""
CADDY = """{
  admin off
  auto_https off
}
http://127.0.0.1:@PORT@ {
  bind 127.0.0.1
  root * "@ROOT@"
  file_server browse
}
"""
HFS = """port: @PORT@
listen_interface: 127.0.0.1
open_browser_at_start: false
auto_check_update: false
vfs:
  source: @ROOT@
"""


@dataclass(frozen=True)
class Place:
    """Where a server runs."""

    port: int
    root: pathlib.Path
    # A folder for the server's own files.
    home: pathlib.Path
    landline: pathlib.Path

    def config(self, name: str, text: str, **values: str) -> pathlib.Path:
        """Write a file for the server, with `@NAME@` replaced."""
        values |= {"PORT": str(self.port), "ROOT": str(self.root), "HOME": str(self.home)}
        for key, value in values.items():
            text = text.replace(f"@{key}@", value)
        path = self.home / name
        path.write_text(text)
        return path


@dataclass(frozen=True)
class Server:
    name: str
    package: Package
    command: Callable[[Place], list]
    # Whether it must list every file: nothing else may be missing without a message.
    lists_all: bool = False


def nginx(kind: str) -> Callable[[Place], list]:
    return lambda p: ["nginx", "-c", p.config("nginx.conf", NGINX, FORMAT=kind)]


def apache(options: str) -> Callable[[Place], list]:
    modules = "\n".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in MODULES)
    return lambda p: [
        *("apache2", "-DFOREGROUND", "-f"),
        p.config("apache.conf", APACHE, MODULES=modules, OPTIONS=options),
    ]


def script(program: str, name: str) -> Callable[[Place], list]:
    return lambda p: [program, PROGRAMS / name, str(p.port), p.root]


def caddy(p: Place) -> list:
    return ["caddy", "run", "--adapter", "caddyfile", "--config", p.config("Caddyfile", CADDY)]


def hfs(p: Place) -> list:
    p.config("config.yaml", HFS)
    return ["hfs", "--cwd", p.home]


def landline(p: Place) -> list:
    return [p.landline, "serve", p.root, "--port", str(p.port), "--bind", "127.0.0.1", "--hidden"]


PYTHON = Package("", sys.executable)
NGINX_LIGHT, APACHE2 = Package("apt", "nginx-light"), Package("apt", "apache2")
SERVERS = [
    Server("nginx", NGINX_LIGHT, nginx("html")),
    Server("nginx (JSON)", NGINX_LIGHT, nginx("json")),
    Server("nginx (XML)", NGINX_LIGHT, nginx("xml")),
    Server("Apache", APACHE2, apache("")),
    Server("Apache (fancy)", APACHE2, apache(FANCY)),
    Server("lighttpd", Package("apt", "lighttpd"), lambda p: ["lighttpd", "-D", "-f", p.config("conf", LIGHTTPD)]),
    Server("Caddy", Package("apt", "caddy"), caddy),
    Server(
        "Python http.server",
        PYTHON,
        lambda p: [sys.executable, "-m", "http.server", str(p.port), "--bind", "127.0.0.1", "-d", p.root],
    ),
    Server("Python (one connection)", PYTHON, script(sys.executable, "one_connection.py")),
    Server("aiohttp", Package("pip", "aiohttp"), script("python", "aiohttp_files.py")),
    Server(
        "copyparty",
        Package("pip", "copyparty"),
        lambda p: ["copyparty", "-q", "-i", "127.0.0.1", "-p", str(p.port), "-v", f"{p.root}::r"],
    ),
    Server("updog", Package("pip", "updog"), lambda p: ["updog", "-d", p.root, "-p", str(p.port), "-b", "127.0.0.1"]),
    Server(
        "Twisted",
        Package("pip", "twisted", ("service-identity",)),
        lambda p: ["twist", "web", "--path", p.root, "--listen", f"tcp:{p.port}:interface=127.0.0.1"],
    ),
    Server(
        "WsgiDAV",
        Package("pip", "wsgidav", ("cheroot",)),
        lambda p: [
            "wsgidav",
            "-q",
            "--host=127.0.0.1",
            f"--port={p.port}",
            f"--root={p.root}",
            "--auth=anonymous",
            "--no-config",
        ],
    ),
    Server(
        "Sanic",
        Package("pip", "sanic"),
        lambda p: ["sanic", p.root, "--simple", "--host", "127.0.0.1", "--port", str(p.port), "--single-process"],
    ),
    # With --symlinks, a link to a folder crashes it.
    Server(
        "serve",
        Package("npm", "serve"),
        lambda p: [
            "serve",
            p.root,
            "-l",
            f"tcp://127.0.0.1:{p.port}",
            "--no-clipboard",
            "--no-port-switching",
        ],
    ),
    Server("serve-index (Express)", Package("npm", "serve-index", ("express",)), script("node", "express.js")),
    Server(
        "koa-serve-index",
        Package("npm", "koa-serve-index", ("koa", "koa-convert", "koa-static")),
        script("node", "koa.js"),
    ),
    Server("Fastify", Package("npm", "@fastify/static", ("fastify",)), script("node", "fastify.js")),
    Server(
        "http-server",
        Package("npm", "http-server"),
        lambda p: ["http-server", p.root, "-a", "127.0.0.1", "-p", str(p.port), "-c-1", "-s"],
    ),
    Server(
        "local-web-server",
        Package("npm", "local-web-server"),
        lambda p: ["ws", "-d", p.root, "--hostname", "127.0.0.1", "--port", str(p.port)],
    ),
    Server("HFS", Package("npm", "hfs"), hfs),
    Server(
        "dufs",
        Package("cargo", "dufs"),
        lambda p: ["dufs", p.root, "--bind", "127.0.0.1", "--port", str(p.port), "--allow-symlink"],
    ),
    Server(
        "miniserve",
        Package("cargo", "miniserve"),
        lambda p: ["miniserve", p.root, "-i", "127.0.0.1", "-p", str(p.port), "--hidden"],
    ),
    Server(
        "rclone",
        Package("apt", "rclone"),
        lambda p: ["rclone", "serve", "http", p.root, "--addr", f"127.0.0.1:{p.port}", "--copy-links"],
    ),
    Server(
        "WEBrick",
        Package("apt", "ruby-webrick", ("ruby",)),
        lambda p: ["ruby", "-run", "-e", "httpd", "--", "-b", "127.0.0.1", "-p", str(p.port), p.root],
    ),
    Server(
        "Plack",
        Package("apt", "libplack-perl"),
        lambda p: [
            *("plackup", "--host", "127.0.0.1", "--port", str(p.port), "-E", "deployment", "-MPlack::App::Directory"),
            *("-e", "Plack::App::Directory->new(root => $ENV{ROOT})->to_app"),
        ],
    ),
    Server(
        "mini_httpd",
        Package("apt", "mini-httpd"),
        lambda p: ["mini_httpd", "-D", "-h", "127.0.0.1", "-p", str(p.port), "-d", p.root, "-u", "root", "-T", "utf-8"],
    ),
    Server(
        "webfs",
        Package("apt", "webfs"),
        lambda p: ["webfsd", "-F", "-i", "127.0.0.1", "-p", str(p.port), "-r", p.root, "-f", "index.html"],
    ),
    Server(
        "weborf", Package("apt", "weborf"), lambda p: ["weborf", "-i", "127.0.0.1", "-p", str(p.port), "-b", p.root]
    ),
    Server(
        "busybox",
        Package("apt", "busybox"),
        lambda p: ["busybox", "httpd", "-f", "-p", f"127.0.0.1:{p.port}", "-h", p.root],
    ),
    Server("PHP", Package("apt", "php-cli"), lambda p: ["php", "-S", f"127.0.0.1:{p.port}", "-t", p.root]),
]
