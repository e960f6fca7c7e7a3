#!/usr/bin/env python3
"""Runs every command that the README shows, and fails on one that it does not know how to run.

    cargo build --features inspection
    python3 tests/readme.py target/debug/landline

Each synopsis (`landline get HOST NAME [--port 8080] [-o FILE | --dir DIR]`) is run in its shortest form and once
with each of its options, against a share on a free loopback port; curl and the Python client are run verbatim, except
for that port. Needs curl. Prints `N passed, M failed` at the end.
"""

import json
import os
import pathlib
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import threading

PROJECT = pathlib.Path(__file__).resolve().parent.parent
EXAMPLE = "192.168.1.5"
FILM = os.urandom(300_000)
LIMIT = 60
# Run by .ci/run itself, or by the scripts that make and check the packages.
ELSEWHERE = re.compile(r"cargo (run --release|test)$|sudo apt install (\./landline_|build-essential)")


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    passed, failed = 0, 0
    for command in commands((PROJECT / "README.md").read_text()):
        for name, check in checks(command, program):
            try:
                check()
            except Exception as error:
                failed += 1
                print(f"FAILED {name}\n    {type(error).__name__}: {error}")
            else:
                passed += 1
                print(f"ok     {name}")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


def commands(readme):
    """The indented lines, the Python programs, and inline code that looks like a command."""
    yield from (("python", block) for block in re.findall(r"```python\n(.*?)```", readme, re.S))
    prose = re.sub(r"```.*?```", "", readme, flags=re.S)
    for line in re.findall(r"^    (\S.*)$", prose, re.M):
        yield "line", line.split("#")[0].strip()
    for line in re.findall(r"`((?:cargo|python3|curl|wget|sudo|landline) [^`]+)`", prose):
        yield "line", line


def checks(command, program):
    """Pairs of a name and a function that raises if the check fails."""
    kind, text = command
    words = text.split()
    if kind == "python":
        return [("the Python client", lambda: python_client(text, program))]
    if ELSEWHERE.match(text):
        return []
    if text == "cargo install --locked --path .":
        return [(text, install)]
    if words[0] == "landline":
        return [(" ".join(form), lambda form=form: synopsis(form, program)) for form in forms(words)]
    if words[0] == "curl":
        return [(text, lambda: curl(text, program))]
    if words[0] == "python3" and words[1].startswith(("benches/", "tests/servers/")):
        return [(f"python3 {words[1]} --help", lambda: run(["python3", words[1], "--help"], PROJECT))]
    return [(text, lambda: unknown(text))]


def unknown(text):
    raise AssertionError(f"this script does not know how to run {text!r}")


def install():
    with tempfile.TemporaryDirectory() as root:
        # With the features of the window test, so that nothing is rebuilt.
        built = ["--debug", "--features", "inspection", "--root", root]
        run(["cargo", "install", "--locked", "--path", ".", *built], PROJECT, limit=1200)
        assert run([f"{root}/bin/landline", "--version"], root).startswith(b"landline ")


def forms(words):
    """The shortest form of a synopsis, and one with each of its options."""
    line = " ".join(words)
    options = [choice.strip() for group in re.findall(r"\[([^\]]+)\]", line) for choice in re.split(r" \| ", group)]
    shortest = re.sub(r" \[[^\]]+\]", "", line).split()
    yield shortest
    for option in options:
        values = re.search(r"\S*\|\S*", option)
        for value in values[0].split("|") if values else [None]:
            yield shortest + (option.replace(values[0], value) if values else option).split()


def synopsis(form, program):
    with Share(program, "--answer", "thanks") as share, tempfile.TemporaryDirectory() as here:
        port = None if form[1] == "serve" else str(share.port)
        values = {
            "DIR": here,
            "ADDR": "127.0.0.1",
            "HOST": f"127.0.0.1:{port}",
            "URL": f"http://127.0.0.1:{port}/film.mkv",
            "FILE": "-" if "-o -" in " ".join(form) else str(pathlib.Path(here, "saved")),
            "TEXT": "61 72 65" if "--hex" in form else "are u ok?",
            "NAME": "ann.example" if "--allow-host" in form else "film.mkv",
            "8080": port or "0",
        }
        if form[1] == "send":
            # The share receives nothing, and says so.
            return refused(form, program, share, here)
        words = [str(program)] + [values.get(word, word) for word in form[1:]]
        if form[1] == "doctor":
            return examined(words, here)
        if form[1] == "serve":
            if "--port" not in form:
                words += ["--port", "0"]
            if "--keep-open" in form:
                words += ["--answer", "thanks"]
            with Serving(words, here):
                return
        out = run(words, here, said=values["TEXT"])
        if form[1] == "say":
            assert out.strip() == (b"74 68 61 6E 6B 73" if "--hex" in form else b"thanks"), out
        elif form[1] == "nearby":
            json.loads(out) if "--json" in form else out.decode()
        elif form[1] == "lines":
            assert "--port" not in form or b"LISTEN" in out, out
        elif "-" in form:
            assert out == FILM, f"{len(out)} bytes"
        else:
            [saved] = [path for path in pathlib.Path(here).iterdir() if not path.name.startswith(".")]
            assert saved.read_bytes() == FILM, saved


def examined(words, here):
    """Nothing keeps this computer from reaching itself; what else there is depends on the network."""
    done = subprocess.run(words, cwd=here, capture_output=True, timeout=LIMIT)
    expected = [0] if len(words) > 2 else [0, 1]
    assert done.returncode in expected and done.stdout and not done.stderr, done


def refused(form, program, share, here):
    film = str(pathlib.Path(share.folder.name, "film.mkv"))
    values = {"HOST": f"127.0.0.1:{share.port}", "FILE|DIR...": film, "8080": str(share.port), "NAME": "ann"}
    words = [str(program)] + [values.get(word, word) for word in form[1:]]
    done = subprocess.run(words, cwd=here, capture_output=True, timeout=LIMIT)
    assert done.returncode == 1 and b"does not receive files" in done.stderr, done


def curl(text, program):
    with Share(program) as share, tempfile.TemporaryDirectory() as here:
        words = shlex.split(text.replace(f"{EXAMPLE}:8080", f"127.0.0.1:{share.port}"))
        saved = pathlib.Path(here, "film.mkv")
        run(words, here)
        assert saved.read_bytes() == FILM
        saved.write_bytes(FILM[:100_000])
        run(words, here)
        assert saved.read_bytes() == FILM, "it does not resume"


def python_client(text, program):
    with Share(program) as share, tempfile.TemporaryDirectory() as here:
        text = text.replace(f'"{EXAMPLE}", 8080', f'"127.0.0.1", {share.port}').replace("notes.txt", "film.mkv")
        run([sys.executable, "-c", text], here)
        assert pathlib.Path(here, "[新]film.mkv").read_bytes() == FILM


def run(words, folder, limit=LIMIT, said=""):
    done = subprocess.run(words, cwd=folder, capture_output=True, timeout=limit, input=said.encode())
    assert done.returncode == 0, f"exit status {done.returncode}: {done.stderr.decode(errors='replace')}"
    return done.stdout


class Serving:
    """A server that has printed its address; ended by Ctrl-C, with exit status 0."""

    def __init__(self, words, folder):
        environment = os.environ | {"LC_ALL": "C", "LANGUAGE": ""}
        self.process = subprocess.Popen(words, cwd=folder, stdout=subprocess.PIPE, env=environment, text=True)
        self.timer = threading.Timer(LIMIT, self.process.kill)

    def __enter__(self):
        self.timer.start()
        line = self.process.stdout.readline()
        address = re.search(r"http://\S+:(\d+)", line)
        assert address, f"it prints {line!r}"
        self.port = int(address[1])
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGINT)
        self.process.communicate()
        self.timer.cancel()
        assert self.process.returncode == 0, f"exit status {self.process.returncode}"


class Share(Serving):
    """One film on a free port of loopback."""

    def __init__(self, program, *options):
        self.folder = tempfile.TemporaryDirectory()
        pathlib.Path(self.folder.name, "film.mkv").write_bytes(FILM)
        words = [str(program), "serve", ".", "--port", "0", "--bind", "127.0.0.1", *options]
        super().__init__(words, self.folder.name)

    def __exit__(self, *reason):
        try:
            super().__exit__(*reason)
        finally:
            self.folder.cleanup()


if __name__ == "__main__":
    main()
