"""What a server itself lists for a folder, to tell what it omits from what Landline lost, and for samples."""

import http.client
import os
import pathlib
import re

from trees import Tree, url_path, word

ASK_SECS, LISTING_MAX_LEN = 20, 8 << 20
# The ways to request a listing: as a browser does, as JSON, and those of dufs and of HFS.
FORMS = {
    "html": ("", "text/html"),
    "json": ("", "application/json, text/html;q=0.9"),
    "query": ("?json", "*/*"),
}


def is_listed(port: int, tree: Tree, path: bytes) -> bool:
    """Whether the server lists `path` and every folder above it in the tree, in any form."""
    parts = path.rstrip(b"/").split(b"/")
    for depth, name in enumerate(parts):
        folder = b"/".join([os.fsencode(tree.name), *parts[:depth]])
        if not any(word(name).lower() in listing(port, folder, form)[1].lower() for form in FORMS):
            return False
    return True


def is_called(port: int, tree: Tree, path: bytes) -> bool:
    """Whether the server itself lists something in the tree under its name at `path`."""
    folder, name = os.path.split(os.path.join(os.fsencode(tree.name), path))
    body = listing(port, folder, "html")[1]
    return name in body or url_path(name).encode() in body


def listing(port: int, folder: bytes, form: str) -> tuple[str, bytes]:
    """The head and the body of the response for a folder."""
    query, accept = FORMS[form]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ASK_SECS)
    try:
        connection.request("GET", f"/{url_path(folder)}/{query}", headers={"Accept": accept, "Connection": "close"})
        answer = connection.getresponse()
        head = f"{answer.version / 10} {answer.status} {answer.reason}\n{answer.headers}"
        return head, answer.read(LISTING_MAX_LEN)
    except (OSError, http.client.HTTPException) as error:
        return str(error), b""
    finally:
        connection.close()


def save_samples(port: int, server: str, trees: list[Tree], folder: pathlib.Path) -> None:
    """Save the server's response for each folder of the trees to files."""
    server = re.sub(r"\W+", "-", server)
    for tree in trees:
        for inner in sorted({b"", *(path for path in tree.folders if b"/" not in path)}):
            for form in FORMS:
                head, body = listing(port, os.path.join(os.fsencode(tree.name), inner).rstrip(b"/"), form)
                name = re.sub(r"\W+", "-", f"{tree.name}-{inner.decode('ascii', 'replace')}".rstrip("-"))
                path = folder / server / f"{name}.{form}"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(f"HTTP {head}".encode() + body)
