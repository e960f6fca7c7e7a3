#!/usr/bin/env python3
"""Downloads folders with odd names and with links that lead back from other programs' servers, and compares them.

    cargo build
    python3 tests/servers/run.py target/debug/landline [--install] [--servers nginx,HFS] [--scratch DIR] [--samples DIR]

Starts each installed server on a free loopback port, downloads each tree with `landline get`, compares it byte for byte,
and prints a table. The trees are

odd     names with spaces, %, #, ?, quotes, <, Chinese, emoji, a trailing dot; pages, archives, empty and deep folders
cycle   links to the folder itself and to folders above it
index   a folder with an index.html, which most servers send instead of a listing
v1.2    a folder that is requested without its final slash
marks   names with ? and #, and nothing else
single  each file of odd, by its own URL
hard    names with a line break, a tab, a byte that is not UTF-8, a leading dot; a date in 1965: each in its own folder

A cell says how many files are correct, out of how many, and the exit status. A bold cell is a false success: the exit
status is 0, but something is missing, wrong, or renamed; then this script's exit status is 1. What a server omits from
its own listing is not Landline's fault and is counted as unlisted.

--install installs what is missing: Debian packages on the system (as root; no service is started), the others in
subfolders of DIR (CARGO_TARGET_DIR is used if it is set). --samples saves each server's responses for the folders.
Everything has a deadline, and every server ends with the script. Linux only; takes ten minutes.
"""

import argparse
import contextlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field

from asking import is_called, is_listed, save_samples
from comparing import Arrived, compare
from installing import Package, install
from known import SERVERS, Place, Server, landline
from running import free_port, running
from trees import Tree, make_trees, url_path

# How long a file may take.
FILE_SECS = 30
# How often a link that leads back may be followed.
COPIES_OF_EACH = 3


@dataclass
class Result:
    """One tree from one server."""

    of: int
    arrived: Arrived = field(default_factory=Arrived)
    # None if it was killed.
    status: int | None = None
    secs: float = 0
    unlisted: int = 0
    output: str = ""
    is_lie: bool = False

    def cell(self) -> str:
        parts = [f"{self.arrived.right} of {self.of}"]
        for count, what in [
            (self.unlisted, "unlisted"),
            (len(self.arrived.wrong), "wrong"),
            (len(self.arrived.renamed), "renamed"),
            (len(self.arrived.extra), "extra"),
            (len(self.arrived.copies), "copies"),
        ]:
            parts += [f"{count} {what}"] * (count > 0)
        parts.append("ended" if self.status is None else f"exit {self.status}")
        return f"**{', '.join(parts)}**" if self.is_lie else ", ".join(parts)

    def details(self) -> str:
        lines = [f"{self.cell()}, {self.secs:.1f} s, {self.arrived.dated} dates"]
        for what in ("missing", "wrong", "renamed", "extra", "copies"):
            names = sorted(getattr(self.arrived, what))
            shown = ", ".join(repr(os.fsdecode(name))[:60] for name in names[:12])
            lines += [f"    {what} {len(names)}: {shown}"] * bool(names)
        if not self.arrived.is_right or self.status != 0:
            lines += [f"    | {line[:200]}" for line in self.output.strip().splitlines()[-8:]]
        return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=pathlib.Path, help="landline")
    parser.add_argument("--install", action="store_true", help="install what is missing")
    parser.add_argument("--servers", default="", help="only these, by the start of their names")
    parser.add_argument("--scratch", type=pathlib.Path, help="where to install servers and to find them")
    parser.add_argument("--samples", type=pathlib.Path, help="where to save the servers' responses")
    options = parser.parse_args()
    # Raise an exception, so that every server is ended.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    servers = [Server("Landline", Package("", str(options.program.absolute())), landline, True), *SERVERS]
    wanted = [s for s in servers if s.name.lower().startswith(tuple(options.servers.lower().split(",")))]
    with contextlib.ExitStack() as stack:
        work = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="servers-")))
        # Some servers drop their privileges.
        work.chmod(0o755)
        scratch = options.scratch.absolute() if options.scratch else work / "scratch"
        if options.install:
            install([server.package for server in wanted], scratch)
        trees = make_trees(work / "root")
        (work / "home").mkdir()
        rows = {}
        for server in wanted:
            version = server.package.version(scratch)
            environment = env(server.package, scratch, work)
            rows[server.name] = version, try_server(server, version, trees, work, environment, options)
    sys.exit(report(rows, trees))


def env(package: Package, scratch: pathlib.Path, work: pathlib.Path) -> dict[str, str]:
    """Where the programs and files of a server and of Landline are."""
    return {
        "PATH": os.pathsep.join([str(package.programs(scratch)), os.environ["PATH"], "/usr/sbin"]),
        "NODE_PATH": str(package.folder(scratch) / "node_modules"),
        "HOME": str(work / "home"),
        "ROOT": str(work / "root"),
        "LC_ALL": "C.UTF-8",
        "NO_UPDATE_CHECK": "1",
    }


def try_server(
    server: Server,
    version: str,
    trees: list[Tree],
    work: pathlib.Path,
    environment: dict[str, str],
    options: argparse.Namespace,
) -> list[Result]:
    """Download every tree, and the files of the first one by one. Empty if the server is not installed."""
    if not version:
        return []
    home = pathlib.Path(tempfile.mkdtemp(dir=work))
    home.chmod(0o755)
    place = Place(free_port(), work / "root", home, options.program.absolute())
    with running(server.command(place), place.port, home, environment) as why:
        if why:
            print(f"\n{server.name}: {why}", flush=True)
            return []
        if options.samples:
            save_samples(place.port, server.name, trees, options.samples)
        print(f"\n{server.name} {version}")
        *others, last = trees
        results = [told(tree.name, fetch(place, tree, server, environment)) for tree in others]
        results.append(told("single", fetch_singly(place, others[0], environment)))
        results.append(told(last.name, fetch(place, last, server, environment)))
    shutil.rmtree(home, ignore_errors=True)
    return results


def told(name: str, result: Result) -> Result:
    print(f"  {name}: {result.details()}", flush=True)
    return result


def fetch(place: Place, tree: Tree, server: Server, environment: dict[str, str]) -> Result:
    """Download a tree and check the result."""
    result = Result(len(tree.files))
    target = pathlib.Path(tempfile.mkdtemp(dir=place.home))
    result.status, result.output, result.secs = get(place, tree.url, target, tree.secs, environment)
    result.arrived = arrived = compare(tree, target / tree.name)
    missing = arrived.missing
    if tree.may_be_unlisted and not server.lists_all and arrived.right:
        missing = [path for path in missing if is_listed(place.port, tree, path)]
        result.unlisted = sum(not path.endswith(b"/") for path in set(arrived.missing) - set(missing))
    is_loop = len(arrived.copies) > COPIES_OF_EACH * len(tree.files)
    renamed = [path for path in arrived.renamed if not is_called(place.port, tree, path)]
    lost = len(missing) - (len(arrived.renamed) - len(renamed))
    is_wrong = lost > 0 or arrived.wrong or renamed or arrived.extra or is_loop
    result.is_lie = result.status == 0 and bool(is_wrong)
    return result


def fetch_singly(place: Place, tree: Tree, environment: dict[str, str]) -> Result:
    """Download the files of a tree, each by its own URL. The status is the worst of all."""
    result = Result(len(tree.files), status=0)
    for path, content in tree.files.items():
        target = pathlib.Path(tempfile.mkdtemp(dir=place.home))
        status, output, secs = get(place, f"{tree.name}/{url_path(path)}", target, FILE_SECS, environment)
        result.secs += secs
        arrived = compare(Tree(tree.name, "", {os.path.basename(path): content}), target)
        result.arrived.right += arrived.right
        result.arrived.dated += arrived.dated
        result.arrived.missing += [path] * len(arrived.missing)
        result.arrived.wrong += [path] * len(arrived.wrong)
        result.arrived.renamed += arrived.renamed
        result.arrived.extra += arrived.extra
        result.is_lie |= status == 0 and not arrived.is_right
        if status != 0:
            result.status = status
            result.output += output
    return result


def get(
    place: Place, path: str, target: pathlib.Path, secs: float, environment: dict[str, str]
) -> tuple[int | None, str, float]:
    """Run `landline get`: the exit status (None if it was killed), its output, and how long it took."""
    command: list[str | pathlib.Path] = [
        place.landline,
        "get",
        f"http://127.0.0.1:{place.port}/{path}",
        "--dir",
        target,
    ]
    began = time.monotonic()
    try:
        done = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=secs,
        )
        status, output = done.returncode, done.stdout
    except subprocess.TimeoutExpired as error:
        status, output = None, error.stdout or b""
    return status, output.decode(errors="replace"), time.monotonic() - began


def report(rows: dict[str, tuple[str, list[Result]]], trees: list[Tree]) -> int:
    """Print the table and return the exit status."""
    *others, last = [tree.name for tree in trees]
    names = [*others, "single", last]
    print(f"\n| server | version | {' | '.join(names)} | verdict |")
    print("|---" * (len(names) + 3) + "|")
    for name, (version, results) in rows.items():
        cells = [result.cell() for result in results] or ["-"] * len(names)
        print(f"| {name} | {short(version) or 'not installed'} | {' | '.join(cells)} | {verdict(version, results)} |")
    lies = [name for name, (_, results) in rows.items() if any(result.is_lie for result in results)]
    print("\nA cell: how many files are correct, of how many, and the exit status. Bold: the exit status is 0 although")
    print("something that the server lists is missing, wrong or renamed.")
    print(f"\n{len(lies)} servers with a false success: {', '.join(lies) or 'none'}")
    return 1 if lies else 0


def short(version: str) -> str:
    found = re.search(r"\d+(\.\d+)*", version.rpartition(":")[2])
    return found.group() if found else version


def verdict(version: str, results: list[Result]) -> str:
    if not results:
        return "does not start" if version else ""
    if any(result.is_lie for result in results):
        return "**wrong, and success**"
    # What is hidden in the other trees is hidden by the server.
    odd = results[0]
    if odd.arrived.right == odd.of:
        return "right"
    return "says what is missing" if odd.arrived.right else "no listing, and says so"


if __name__ == "__main__":
    main()
