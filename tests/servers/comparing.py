"""Compares what arrived with the tree on the server."""

import os
import pathlib
from dataclasses import dataclass, field

from trees import DATES, EVERY_DAY, Tree


@dataclass
class Arrived:
    """The result for a tree."""

    right: int = 0
    dated: int = 0
    missing: list[bytes] = field(default_factory=list)
    wrong: list[bytes] = field(default_factory=list)
    # Files with the content of a missing file.
    renamed: list[bytes] = field(default_factory=list)
    # Files with the content of a file that arrived, too.
    copies: list[bytes] = field(default_factory=list)
    extra: list[bytes] = field(default_factory=list)

    @property
    def is_right(self) -> bool:
        return not (self.missing or self.wrong or self.renamed or self.extra)


def compare(tree: Tree, folder: pathlib.Path) -> Arrived:
    """Compare what was saved as `folder` with the tree."""
    files, folders, dates = walk(os.fsencode(folder))
    arrived = Arrived()
    for path, content in tree.files.items():
        if path not in files:
            arrived.missing.append(path)
        elif files[path] != content:
            arrived.wrong.append(path)
        else:
            arrived.right += 1
            arrived.dated += dates[path] == DATES.get(path, EVERY_DAY)
    lost = {tree.files[path] for path in arrived.missing}
    kept = set(tree.files.values())
    for path, content in files.items():
        if path not in tree.files:
            kind = arrived.renamed if content in lost else arrived.copies if content in kept else arrived.extra
            kind.append(path)
    arrived.missing.extend(path + b"/" for path in sorted(tree.folders - folders))
    return arrived


def walk(folder: bytes) -> tuple[dict[bytes, bytes], set[bytes], dict[bytes, int]]:
    """Files, folders and dates in `folder`, without what Landline keeps for resuming."""
    files: dict[bytes, bytes] = {}
    folders: set[bytes] = set()
    dates: dict[bytes, int] = {}
    if os.path.isfile(folder):
        with open(folder, "rb") as file:
            return {b".": file.read()}, set(), {}
    for place, inner, names in os.walk(folder):
        inner[:] = [name for name in inner if not name.endswith(b".part")]
        at = os.path.relpath(place, folder)
        folders.update(os.path.normpath(os.path.join(at, name)) for name in inner)
        for name in names:
            if not name.endswith((b".part", b".part.json")):
                whole = os.path.join(place, name)
                path = os.path.normpath(os.path.join(at, name))
                dates[path] = int(os.stat(whole).st_mtime // 1)
                with open(whole, "rb") as file:
                    files[path] = file.read()
    return files, folders, dates
