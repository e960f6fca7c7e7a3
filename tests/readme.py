#!/usr/bin/env python3
"""Runs every command that the README shows, and fails on one that it does not know how to run.

    cargo build --features inspection
    python3 tests/readme.py target/debug/landline

Each synopsis (`landline get HOST NAME [--port 8080] [-o FILE | --dir DIR]`) is run in its shortest form and once
with each of its options, against a share on a free loopback port; curl and the Python client are run verbatim, except
for that port. Needs curl. Prints `N passed, M failed` at the end.
"""

import http.client
import json
import os
import pathlib
import re
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import zipfile

PROJECT = pathlib.Path(__file__).resolve().parent.parent
EXAMPLE = "192.168.1.5"
FILM = os.urandom(300_000)
LIMIT = 60
# What the commands remember of servers.
SETTINGS = tempfile.TemporaryDirectory()
os.environ["LANDLINE_CONFIG_DIR"] = SETTINGS.name
ENGLISH = os.environ | {"LC_ALL": "C", "LANGUAGE": ""}
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
    # A line that is indented further continues the one before.
    for line in re.findall(r"^    (\S.*(?:\n     +\S.*)*)$", prose, re.M):
        yield "line", re.sub(r"\n +", " ", line).split("#")[0].strip()
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
    # `[--a A [--b] [--c]]` is `[--a A | --a A --b | --a A --c]`.
    line = re.sub(r"\[([^\[\]]+)((?: \[[^\[\]]+\])+)\]", nested, line)
    options = [choice.strip() for group in re.findall(r"\[([^\]]+)\]", line) for choice in re.split(r" \| ", group)]
    shortest = re.sub(r" \[[^\]]+\]", "", line).split()
    yield shortest
    for option in options:
        values = re.search(r"\S*\|\S*", option)
        for value in values[0].split("|") if values else [None]:
            yield shortest + (option.replace(values[0], value) if values else option).split()


def nested(group):
    options = [group[1]] + [f"{group[1]} {option}" for option in re.findall(r"\[([^\[\]]+)\]", group[2])]
    return f"[{' | '.join(options)}]"


def synopsis(form, program):
    more = ["--receive", "received"] if form[1] == "send" else []
    with Share(program, "--answer", "thanks", *more) as share, tempfile.TemporaryDirectory() as here, \
            tempfile.NamedTemporaryFile("w") as password:
        password.write("secret\n")
        password.flush()
        port = None if form[1] == "serve" else str(share.port)
        values = {
            "DIR": here,
            "ADDR": "127.0.0.1",
            "HOST": f"127.0.0.1:{port}",
            "URL": f"http://127.0.0.1:{port}/film.mkv",
            "FILE": password.name if "--password-file" in form
            else "-" if "-o -" in " ".join(form) else str(pathlib.Path(here, "saved")),
            "TEXT": "61 72 65" if "--hex" in form else "are u ok?",
            "NAME": "ann.example" if "--allow-host" in form else "film.mkv",
            "8080": port or "0",
        }
        words = [str(program)] + [values.get(word, word) for word in form[1:]]
        if form[1] == "send":
            return sent(words, share, here)
        if form[1] == "doctor":
            return examined(words, here)
        if form[1] == "identity":
            return identified(words, form, share, here)
        if form[1] == "nearby":
            return listed(words, program, here)
        if form[1] == "serve":
            if "--port" not in form:
                words += ["--port", "0"]
            if "--keep-open" in form:
                words += ["--answer", "thanks"]
            with Serving(words, here) as serving:
                return served(form, serving, here)
        out = run(words, here, said=values["TEXT"])
        if form[1] == "say":
            assert out.strip() == (b"74 68 61 6E 6B 73" if "--hex" in form else b"thanks"), out
        elif form[1] == "lines":
            assert "--port" not in form or b"LISTEN" in out, out
        elif "-" in form:
            assert out == FILM, f"{len(out)} bytes"
        else:
            [saved] = [path for path in pathlib.Path(here).iterdir() if not path.name.startswith(".")]
            assert saved.read_bytes() == FILM, saved


def served(form, serving, here):
    """What the options about others promise."""
    status, about = request(serving.port, "GET", "/.well-known/landline")
    refused = 401 if "--password-file" in form else 308 if "--encrypted-only" in form else None
    if refused:
        status, _ = request(serving.port, "PUT", "/notes.txt", b"hello")
        assert status == refused, status
        status, _ = request(serving.port, "GET", "/notes.txt")
        assert status == refused, status
        return
    assert status == 200 and ("--name" not in form or json.loads(about)["name"] == "film.mkv"), about
    status, _ = request(serving.port, "PUT", "/notes.txt", b"hello")
    assert status == (201 if "--receive" in form else 405), status
    assert "--receive" not in form or pathlib.Path(here, "notes.txt").read_bytes() == b"hello"
    if "--localsend" in form:
        port = int(serving.says(r"LocalSend devices .*\(port (\d+)\)")[1])
        status, about = request(port, "GET", "/api/localsend/v2/info")
        assert status == 200 and json.loads(about)["version"].startswith("2."), about
    status, _ = request(serving.port, "GET", "/notes.txt")
    assert status == (403 if "--drop-only" in form else 200 if "--receive" in form else 404), status


def identified(words, form, share, here):
    """This computer's identity, and a share that it knows from a download."""
    get = [words[0], "get", f"127.0.0.1:{share.port}", "film.mkv"]
    run(get, here)
    known = f"127.0.0.1:{share.port}".encode()
    out = run(words, here)
    if "--forget" in form:
        assert known not in run([words[0], "identity"], here)
    else:
        assert known in out or str(share.port).encode() in out, out
    if "--json" in form:
        json.loads(out)


def request(port, method, path, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT)
    connection.request(method, path, body)
    response = connection.getresponse()
    return response.status, response.read()


def sent(words, share, here):
    """A file and a folder, to a share that receives and to one that does not."""
    pathlib.Path(here, "photos").mkdir()
    pathlib.Path(here, "photos", "sea.jpg").write_bytes(FILM)
    pathlib.Path(here, "notes.txt").write_bytes(b"hello")
    at = words.index("FILE|DIR...")
    words[at:at + 1] = ["notes.txt", "photos"]
    run(words, here)
    received = pathlib.Path(share.folder.name, "received")
    assert (received / "notes.txt").read_bytes() == b"hello"
    assert (received / "photos/sea.jpg").read_bytes() == FILM
    with Share(words[0]) as closed:
        words = [word.replace(str(share.port), str(closed.port)) for word in words]
        done = subprocess.run(words, cwd=here, capture_output=True, timeout=LIMIT, env=ENGLISH)
        assert done.returncode == 1 and b"does not receive files" in done.stderr, done


def listed(words, program, here):
    """A share on this computer is found, unless there is no network, or none that carries multicast."""
    name = f"readme {os.getpid()}"
    serve = [str(program), "serve", here, "--port", "0", "--name", name]
    with Serving(serve, here) as share:
        # The announcement takes about a second; under load, longer.
        for _ in range(5):
            done = subprocess.run(words, cwd=here, capture_output=True, timeout=LIMIT, env=ENGLISH)
            if done.returncode != 0 or name in done.stdout.decode():
                break
    if done.returncode != 0 or name not in done.stdout.decode():
        assert not has_multicast(), done
        print("       no multicast here: that others are found is not tested")
        assert done.returncode == 0 or (done.returncode == 1 and b"not connected to a network" in done.stderr), done
    elif "--json" in words:
        [found] = [device for device in json.loads(done.stdout) if device["name"] == name]
        assert found["kind"] == "landline" and found["port"] == share.port, found
    else:
        assert re.search(rf":{share.port}\b", done.stdout.decode()), done


def has_multicast():
    """Whether this computer gets a packet that it sends to the group of mDNS over its network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener, \
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        try:
            # Sends nothing; the system says which of its addresses it would use.
            sender.connect(("224.0.0.251", 5353))
            own = sender.getsockname()[0]
            if own.startswith("127."):
                return False
            listener.bind(("", 0))
            group = socket.inet_aton("224.0.0.251") + socket.inet_aton(own)
            listener.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group)
            listener.settimeout(2)
            sender.sendto(b"?", ("224.0.0.251", listener.getsockname()[1]))
            return listener.recv(16) == b"?"
        except OSError:
            return False


def examined(words, here):
    """Nothing keeps this computer from reaching itself; what else there is depends on the network."""
    done = subprocess.run(words, cwd=here, capture_output=True, timeout=LIMIT)
    expected = [0] if len(words) > 2 else [0, 1]
    assert done.returncode in expected and done.stdout and not done.stderr, done


def curl(text, program):
    with Share(program, "--receive", "received") as share, tempfile.TemporaryDirectory() as here:
        words = shlex.split(text.replace(f"{EXAMPLE}:8080", f"127.0.0.1:{share.port}"))
        if "-T" in words:
            pathlib.Path(here, "film.mkv").write_bytes(FILM)
            run(words, here)
            received = pathlib.Path(share.folder.name, "received")
            assert (received / "film.mkv").read_bytes() == FILM
            return upload_resumes(words, share.port, here, received)
        run(words, here)
        [saved] = pathlib.Path(here).iterdir()
        whole = saved.read_bytes()
        if saved.suffix == ".zip":
            with zipfile.ZipFile(saved) as archive:
                assert archive.testzip() is None and archive.read("sea.jpg") == FILM, archive.namelist()
        else:
            assert whole == FILM
        saved.write_bytes(whole[:100_000])
        run(words, here)
        assert saved.read_bytes() == whole, "it does not resume"


def upload_resumes(words, port, here, received):
    """As the README says: with the offset that a HEAD request shows."""
    film = FILM * 10
    pathlib.Path(here, "film.mkv").write_bytes(film)
    with socket.create_connection(("127.0.0.1", port)) as sender:
        head = f"PUT /again.mkv HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(film)}\r\n\r\n"
        sender.sendall(head.encode() + film[:2_000_000])
    address = f"http://127.0.0.1:{port}/again.mkv"
    until = time.monotonic() + LIMIT
    offset = None
    while not offset and time.monotonic() < until:
        shown = run(["curl", "-s", "-I", address], here).decode()
        offset = re.search(r"Upload-Offset: (\d+)", shown)
    assert offset and int(offset[1]) > 0, shown
    run(words[:-1] + [address, "-C", offset[1]], here)
    assert (received / "again.mkv").read_bytes() == film


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
        self.said = tempfile.NamedTemporaryFile("w")
        pipes = {"stdout": subprocess.PIPE, "stderr": self.said, "text": True}
        self.process = subprocess.Popen(words, cwd=folder, env=ENGLISH, **pipes)
        self.timer = threading.Timer(LIMIT, self.process.kill)

    def __enter__(self):
        self.timer.start()
        line = self.process.stdout.readline()
        address = re.search(r"https?://\S+:(\d+)", line)
        assert address, f"it prints {line!r} and says {self.all_said()!r}"
        self.port = int(address[1])
        return self

    def all_said(self):
        return pathlib.Path(self.said.name).read_text()

    def says(self, pattern):
        """A match on stderr, once it is there."""
        for _ in range(10 * LIMIT):
            found = re.search(pattern, self.all_said())
            if found:
                return found
            time.sleep(0.1)
        raise AssertionError(f"it does not say {pattern!r}")

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGINT)
        self.process.communicate()
        self.timer.cancel()
        assert self.process.returncode == 0, f"exit status {self.process.returncode}: {self.all_said()}"


class Share(Serving):
    """A film and a folder on a free port of loopback."""

    def __init__(self, program, *options):
        self.folder = tempfile.TemporaryDirectory()
        pathlib.Path(self.folder.name, "film.mkv").write_bytes(FILM)
        for name in ("photos", "received"):
            pathlib.Path(self.folder.name, name).mkdir()
        pathlib.Path(self.folder.name, "photos", "sea.jpg").write_bytes(FILM)
        words = [str(program), "serve", ".", "--port", "0", "--bind", "127.0.0.1", *options]
        super().__init__(words, self.folder.name)

    def __exit__(self, *reason):
        try:
            super().__exit__(*reason)
        finally:
            self.folder.cleanup()


if __name__ == "__main__":
    main()
