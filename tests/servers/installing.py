"""Where each server comes from: how it is installed, and which version is installed."""

import contextlib
import json
import os
import pathlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

INSTALL_SECS = 3600
NO_SERVICES = pathlib.Path("/usr/sbin/policy-rc.d")


@dataclass(frozen=True)
class Package:
    """A package of `kind` (apt, pip, npm, cargo); without a kind, a program that is installed anyway."""

    kind: str
    name: str
    # Other packages that it needs.
    others: tuple[str, ...] = ()

    def folder(self, scratch: pathlib.Path) -> pathlib.Path:
        """Where it is installed. Each has its own folder, because their dependencies conflict."""
        return scratch / self.kind / self.name.replace("/", "-")

    def programs(self, scratch: pathlib.Path) -> pathlib.Path:
        return self.folder(scratch) / ("node_modules/.bin" if self.kind == "npm" else "bin")

    def version(self, scratch: pathlib.Path) -> str:
        """Empty if it is not installed."""
        if self.kind == "apt":
            return output(["dpkg-query", "-W", "-f", "${Version}", self.name])
        if self.kind == "pip":
            code = f"import importlib.metadata as m; print(m.version({self.name!r}))"
            return output([self.programs(scratch) / "python", "-c", code])
        if self.kind == "npm":
            package = self.folder(scratch) / "node_modules" / self.name / "package.json"
            return json.loads(package.read_text())["version"] if package.exists() else ""
        if self.kind == "cargo":
            return output([self.programs(scratch) / self.name, "--version"]).rpartition(" ")[2]
        return output([self.name, "--version"]).rpartition(" ")[2]


def output(command: list[str | pathlib.Path]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
        return done.stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def install(packages: list[Package], scratch: pathlib.Path) -> None:
    """Install what is missing. What cannot be installed is reported and skipped."""
    missing = dict.fromkeys(package for package in packages if package.kind and not package.version(scratch))
    if any(package.kind == "apt" for package in missing):
        run(["apt-get", "-q", "update"])
    for package in missing:
        names, folder = [package.name, *package.others], package.folder(scratch)
        if package.kind == "apt":
            with no_services():
                run(["apt-get", "-q", "install", "-y", "--no-install-recommends", *names])
        elif package.kind == "pip":
            run([sys.executable, "-m", "venv", folder])
            run([folder / "bin/python", "-m", "pip", "install", "-q", *names])
        elif package.kind == "npm":
            run(["npm", "install", "--prefix", folder, "--no-audit", "--no-fund", "--loglevel", "error", *names])
        elif package.kind == "cargo":
            run(["nice", "-n", "19", "cargo", "install", "-q", "--locked", "--root", folder, *names])


@contextlib.contextmanager
def no_services() -> Iterator[None]:
    """Keep Debian's packages from starting the services that they install."""
    if NO_SERVICES.exists():
        yield
        return
    NO_SERVICES.write_text("#!/bin/sh\nexit 101\n")
    NO_SERVICES.chmod(0o755)
    try:
        yield
    finally:
        NO_SERVICES.unlink()


def run(command: list[str | pathlib.Path]) -> None:
    print("+", *command, file=sys.stderr, flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        subprocess.run(command, env=environment, stdout=sys.stderr, timeout=INSTALL_SECS, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        print(error, file=sys.stderr)
