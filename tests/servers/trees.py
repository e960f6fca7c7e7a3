"""The folders that every server shares.

Each odd name contains a unique word (`n07`), so that a listing can be searched for it, however the server escapes the
rest of the name.
"""

import gzip
import os
import pathlib
import re
import urllib.parse
from dataclasses import dataclass, field

# 6 February 1965 and 4 May 2001, 12:00:00 UTC.
DATES = {b"date/n67 from 1965.txt": -154612800, b"n68 from 2001.txt": 988977600}
EVERY_DAY = 1_600_000_000
PAGE = b'<!DOCTYPE html><html><body><h1>Index of /</h1><a href="../">..</a> <a href="n01">n01</a>%b</body></html>\n'

ODD = [
    # Special characters in URLs, in HTML or in a shell.
    "n01 two  spaces",
    "n02 100%",
    "%41 n03",
    "n04#hash",
    "n05?mark",
    "n06&and",
    "n07+plus",
    "n08;semicolon",
    "n09'single'",
    'n10"double"',
    "n11<b>bold<",
    "n17\\backslash",
    "n18:colon",
    "n19*star|pipe",
    "n20`tick`$HOME",
    "n27=a&b=c",
    "n28,comma",
    "n29[x]{y}^~",
    "n30@at!",
    "n34?C=N;O=D",
    "n35%2Fslash",
    "n42 Parent Directory",
    "n45&lt;b&gt;",
    "-n38",
    "~n39",
    # Other scripts, a letter with a combining accent, and a bidirectional control character.
    "n12 中文文件.txt",
    "n13 😀.txt",
    "n14 שלום.txt",
    "n21 e\u0301.txt",
    "n43\u200f.txt",
    # Names that Windows cannot store, or treats as the same.
    "n15 trailing dot.",
    "n16 trailing space ",
    "n36..",
    " n37 first",
    "aux.c",
    "CON",
    "nul.txt",
    "A.N48",
    "a.n49",
    # The longest possible.
    "n32" + "x" * 240,
    "n33" + "y" * 252,
    # Folders, some named like files.
    "v1.2/n50 inner.txt",
    "n52 deep/a/b/c/n53.txt",
    "n54 folder.html/n56.txt",
    "n55 #1?/n69 100%.txt",
    "n57 中文夹/n58 文件.txt",
    "n59 folder./n60.txt",
    "n61 100%/n62.txt",
    "n63 a&b;c+d/n64.txt",
    "n65 folder.gz/n66.txt",
    "n68 from 2001.txt",
]
# Names that many servers cannot list, or even crash on. Each is in its own folder, so that a server that fails on one
# still lists the others.
HARD = [
    b"bytes/n70 caf\xe9.txt",
    b"bytes/n71.txt",
    b"folder/n80 caf\xe9/n81.txt",
    b"break/n72 line\nbreak.txt",
    b"break/n73.txt",
    b"tab/n74\ttab.txt",
    b"tab/n75.txt",
    b"control/n82\x01.txt",
    b"control/n83.txt",
    b"date/n67 from 1965.txt",
    b"dot/.n76",
    b"dot/n77.txt",
    b"dot/.n78/n79",
]
CYCLE = {b"bin/n90 tool": b"n90\n", b"a/n91.txt": b"n91\n", b"a/b/n92.txt": b"n92\n", b"n93.txt": b"n93\n"}
# Some servers do not escape these in their links, where they end the path.
MARKS = [b"n94.txt", b"n95?C=N;O=D", b"n96#hash", b"n97?mark"]
LINKS = {"bin/X11": ".", "a/up": "..", "a/b/top": "../.."}
INDEX = {
    "index.html": b'<html><a href="linked.txt">1</a> <a href="sub/">2</a> <a href="../odd/">3</a></html>\n',
    "linked.txt": b"linked\n",
    "unlinked.txt": b"unlinked\n",
    "sub/inside.txt": b"inside\n",
}


@dataclass
class Tree:
    """A folder on the server, and the contents of a correct copy."""

    name: str
    url: str
    files: dict[bytes, bytes] = field(default_factory=dict)
    folders: set[bytes] = field(default_factory=set)
    # Whether files that the server omits from its own listing may be missing.
    may_be_unlisted: bool = True
    # How long it may take. `landline get` itself gives up after a minute without a byte.
    secs: int = 90


def make_trees(root: pathlib.Path) -> list[Tree]:
    """Create the folders in `root`. The last may crash a server."""
    contents = {name: f"{name}\n".encode() * (number % 7 + 1) for number, name in enumerate(ODD)}
    contents |= {
        "n22 page.html": PAGE % b"",
        "n23 page": PAGE % b"n23",
        "n24.gz": gzip.compress(b"n24\n" * 100, mtime=0),
        "N25.TAR.GZ": gzip.compress(b"n25\n" * 100, mtime=0),
        "n26 empty": b"",
        "n40.json": b'[{"name":"n01","type":"file"}]\n',
        "n46 large": os.urandom(3 << 20),
    }
    odd = make(root, "odd", {os.fsencode(name): content for name, content in contents.items()})
    empty = [b"n51 empty", b"n52 deep/empty"]
    for name in empty:
        os.makedirs(os.path.join(os.fsencode(root / "odd"), name))
    odd.folders.update(empty)
    cycle = make(root, "cycle", CYCLE)
    for link, target in LINKS.items():
        (root / "cycle" / link).symlink_to(target)
    # An endless folder soon has many files.
    cycle.secs = 20
    index = make(root, "index", {os.fsencode(name): content for name, content in INDEX.items()})
    index.may_be_unlisted = False
    slash = make(root, "v1.2", {b"b": b"b\n", b"c.txt": b"c\n", b"sub/d": b"d\n"})
    slash.url = "v1.2"
    marks = make(root, "marks", {name: name + b"\n" for name in MARKS})
    hard = make(root, "hard", {name: name + b"\n" for name in HARD})
    return [odd, cycle, index, slash, marks, hard]


def make(root: pathlib.Path, name: str, files: dict[bytes, bytes]) -> Tree:
    tree = Tree(name, f"{name}/", files)
    for path, content in files.items():
        whole = os.path.join(os.fsencode(root / name), path)
        os.makedirs(os.path.dirname(whole), exist_ok=True)
        with open(whole, "wb") as file:
            file.write(content)
        date = DATES.get(path, EVERY_DAY)
        os.utime(whole, (date, date))
        while path := os.path.dirname(path):
            tree.folders.add(path)
    return tree


def url_path(path: bytes) -> str:
    return urllib.parse.quote_from_bytes(path, safe="/")


def word(name: bytes) -> bytes:
    """What a listing that has `name` contains."""
    found = re.search(rb"n\d\d", name, re.IGNORECASE)
    return found.group() if found else name
