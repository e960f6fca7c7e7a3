#!/usr/bin/env python3
"""Prints the licences of everything that is built into the program, as they ask for.

Usage: licences.py TARGET, for instance x86_64-pc-windows-gnu. Needs cargo.
"""

import json
import pathlib
import subprocess
import sys


def cargo(*words):
    command = ["cargo", *words, "--locked"]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout


def built_in(target):
    """(name, version) of the packages that end up in the program: no tests, macros or build scripts."""
    edges = "normal,no-proc-macro"
    lines = cargo("tree", "--target", target, "--edges", edges, "--prefix", "none", "--format", "{p}")
    found = {tuple(line.split()[:2]) for line in lines.splitlines() if line}
    return {(name, version[1:]) for name, version in found if name != "landline"}


def texts(package):
    """The licence files of a package. Where MIT is offered it is taken, and the long others left out."""
    folder = pathlib.Path(package["manifest_path"]).parent
    names = ("licen", "copying", "notice", "copyright", "unlicense")
    files = [file for file in sorted(folder.iterdir()) if file.is_file() and file.name.lower().startswith(names)]
    licence = (package["license"] or "").replace("/", " OR ")
    mit = [file for file in files if "mit" in file.name.lower()]
    is_choice = " OR " in licence and " AND " not in licence
    chosen = mit if is_choice and mit else files
    return [file.read_text(encoding="utf-8", errors="replace").strip() for file in chosen]


def typefaces(root, egui):
    """(name, licence file) of the faces in the program; Noto comes with egui's."""
    return [
        ("Inter (OFL-1.1)", root / "assets/fonts/OFL.txt"),
        ("Hack (MIT AND Bitstream-Vera)", root / "assets/fonts/Hack-LICENSE.txt"),
        ("Noto Emoji (OFL-1.1)", egui / "fonts/OFL.txt"),
        ("Material Symbols (Apache-2.0)", root / "LICENSE-APACHE"),
    ]


def main():
    target = sys.argv[1]
    wanted = built_in(target)
    metadata = json.loads(cargo("metadata", "--format-version=1", "--filter-platform", target))
    packages = [package for package in metadata["packages"] if (package["name"], package["version"]) in wanted]
    found = {}
    for package in sorted(packages, key=lambda package: (package["name"], package["version"])):
        name = f"{package['name']} {package['version']} ({package['license'] or 'see below'})"
        for text in texts(package) or [""]:
            # The same words are broken into lines in many ways.
            found.setdefault(" ".join(text.split()), (text, []))[1].append(name)
    folders = {package["name"]: pathlib.Path(package["manifest_path"]).parent for package in packages}
    for name, file in typefaces(pathlib.Path(__file__).parent.parent, folders["epaint_default_fonts"]):
        found[name] = (file.read_text(encoding="utf-8").strip(), ["the typeface " + name])
    print("What is built into Landline, and under which licences.")
    for text, names in found.values():
        print("\n" + "-" * 80 + "\n" + "\n".join(names))
        print("\n" + (text or "(no text in the package; the licence is named above)"))


if __name__ == "__main__":
    main()
