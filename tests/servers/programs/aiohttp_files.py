"""aiohttp's own handler for files: PORT ROOT."""

import sys

from aiohttp import web

port, root = sys.argv[1:]
app = web.Application()
app.router.add_static("/", root, show_index=True, follow_symlinks=True)
web.run_app(app, host="127.0.0.1", port=int(port))
