"""Python's http.server with one thread and HTTP/1.1: while a connection is open, no other is served. PORT ROOT."""

import functools
import http.server
import sys

port, root = sys.argv[1:]
http.server.SimpleHTTPRequestHandler.protocol_version = "HTTP/1.1"
handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=root)
http.server.HTTPServer(("127.0.0.1", int(port)), handler).serve_forever()
