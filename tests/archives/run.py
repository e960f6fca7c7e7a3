#!/usr/bin/env python3
"""Has other programs read the archives of `landline serve`, and programs resume them.

    cargo build
    python3 tests/archives/run.py target/debug/landline

Needs curl, unzip, 7z, bsdtar and Python; Java is used if it is there. Prints `N passed, M failed` at the end.
"""

import hashlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
LIMIT = 600
TIME = 1_700_000_000
# Names that old programs get wrong, and two that differ in case only.
NAMES = [
    "a.txt",
    "A.txt",
    "b/海外 café/文件 (1).txt",
    "b/ü ñ 😀.bin",
    "b/empty",
    "b/x&y=z;+%20#?.txt",
    "深/" * 20 + "leaf",
    "long " + "é" * 120,
]


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    failed = passed = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, check in checks(program, pathlib.Path(folder)):
            began = time.monotonic()
            try:
                result = check()
            except Exception as error:
                failed += 1
                print(f"FAILED {name}\n    {type(error).__name__}: {error}", flush=True)
            else:
                passed += result != "skipped"
                print(f"{result or 'ok':<7}{name} ({time.monotonic() - began:.1f} s)", flush=True)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


def checks(program, work):
    """Pairs of a name and a function that raises if the check fails."""
    names, films, huge = work / "names", work / "films", work / "huge"
    make(names)
    make_films(films)
    make_huge(huge)
    readers = [by_python, by_unzip, by_7z, by_bsdtar, by_bsdtar_from_a_pipe, by_java]
    for share in [names, films, huge]:
        serving = Serving(program, share)
        url, saved = serving.url + "?zip", work / f"{share.name}.zip"
        yield f"{share.name}: the length is known", lambda: fetch(url, saved)
        for reader in readers if share != films else []:
            yield f"{share.name}: read {reader.__name__.replace('_', ' ')}", lambda: reader(saved, share, work)
        yield f"{share.name}: curl resumes", lambda: curl_resumes(url, saved, work)
        if share == films:
            yield f"{share.name}: landline get resumes", lambda: get_resumes(program, url, saved, work)
        serving.stop()
        yield f"{share.name}: the end without the beginning", lambda: late_range(program, share, saved)
        saved.unlink(missing_ok=True)
    yield "a client that leaves ends the reading", lambda: client_leaves(program, work)


def make(folder):
    for number, name in enumerate(NAMES):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"" if name.endswith("empty") else os.urandom(number * 100_000 + 5))
        os.utime(path, (TIME + number * 1000, TIME + number * 1000))
    (folder / "b/空").mkdir()


def make_films(folder):
    folder.mkdir()
    for name in "abc":
        (folder / name).write_bytes(os.urandom(100 << 20))
        os.utime(folder / name, (TIME, TIME))


def make_huge(folder):
    """More files than 16 bits can count, and one longer than 4 GiB, which takes no space: a hole with two ends."""
    for number in range(70):
        inner = folder / f"{number:02}"
        inner.mkdir(parents=True)
        for file in range(1_000):
            path = inner / f"{file:03}"
            path.touch()
            os.utime(path, (TIME, TIME))
    with open(folder / "large.bin", "wb") as large:
        large.write(b"begin")
        large.seek(4 << 30)
        large.write(b"end")
    # Behind it, so that offsets need 64 bits, too.
    (folder / "zz").write_bytes(b"last")
    for name in ["large.bin", "zz"]:
        os.utime(folder / name, (TIME, TIME))


def tree(folder):
    """Length and digest of each file; folders end with a slash."""
    found = {}
    for path in folder.rglob("*"):
        name = str(path.relative_to(folder))
        if path.is_dir():
            found[name + "/"] = None
        else:
            found[name] = (path.stat().st_size, digest(path))
    return found


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "blake2b").hexdigest()


def fetch(url, to):
    with urllib.request.urlopen(url, timeout=LIMIT) as answer, open(to, "wb") as file:
        shutil.copyfileobj(answer, file, 1 << 20)
    assert answer.headers["Content-Length"] == str(to.stat().st_size)
    assert zipfile.is_zipfile(to)


def by_python(saved, share, _):
    with zipfile.ZipFile(saved) as archive:
        assert archive.testzip() is None
        expected = {name: None if name.endswith("/") else (share / name).stat() for name in tree_names(share)}
        assert {info.filename for info in archive.infolist()} == set(expected)
        for info in archive.infolist():
            if not info.is_dir():
                known = expected[info.filename]
                assert info.file_size == known.st_size, info.filename
                assert time.mktime((*info.date_time, 0, 0, -1)) == known.st_mtime // 2 * 2, info


def tree_names(folder):
    for path in folder.rglob("*"):
        yield str(path.relative_to(folder)) + ("/" if path.is_dir() else "")


def extracted(share, work, command, **more):
    """What `command` extracts into its working folder is what is shared, dates included."""
    if share.name == "huge":
        # Testing it has to do: 70,000 files and 5 GiB take a slow disk too long.
        return
    to = work / "extracted"
    shutil.rmtree(to, ignore_errors=True)
    to.mkdir()
    try:
        run(command, cwd=to, **more)
        compare(share, to)
    finally:
        shutil.rmtree(to)


def compare(share, to):
    expected, found = set(tree_names(share)), set(tree_names(to))
    assert found == expected, f"missing {expected - found}, more {found - expected}"
    for name in expected:
        one, other = share / name, to / name
        if name.endswith("/"):
            continue
        assert one.stat().st_size == other.stat().st_size, name
        assert int(one.stat().st_mtime) == int(other.stat().st_mtime), name
        assert other.stat().st_mode & 0o777 == 0o644, f"{name}: {other.stat().st_mode:o}"
        assert one.read_bytes() == other.read_bytes(), name


def by_unzip(saved, share, work):
    # It takes minutes for a hole of 4 GiB.
    some = ["zz", "69/*"] if share.name == "huge" else []
    assert b"No errors detected" in run(["unzip", "-tq", saved, *some])
    extracted(share, work, ["unzip", "-q", saved])


def by_7z(saved, share, work):
    assert b"Everything is Ok" in run(["7z", "t", saved])
    extracted(share, work, ["7z", "x", saved])


def by_bsdtar(saved, share, work):
    extracted(share, work, ["bsdtar", "-xf", saved])


def by_bsdtar_from_a_pipe(saved, share, work):
    """Without seeking, a reader has nothing but the local headers."""
    with open(saved, "rb") as archive:
        sizes = {}
        out = run(["sh", "-c", "cat | bsdtar -tvf -"], stdin=archive).decode()
        for line in out.splitlines():
            fields = line.split(maxsplit=8)
            sizes[fields[8]] = int(fields[4])
    assert sizes == {name: size_of(share, name) for name in tree_names(share)}


def size_of(share, name):
    return 0 if name.endswith("/") else (share / name).stat().st_size


def by_java(saved, share, _):
    """As a stream: a stored entry with a data descriptor is an error there."""
    if not shutil.which("java"):
        return "skipped"
    with open(saved, "rb") as archive:
        command = ["java", "-Dstdout.encoding=UTF-8", str(HERE / "Stream.java")]
        out = run(command, stdin=archive).decode()
    sizes = dict(line.rsplit("\t", 1) for line in out.splitlines())
    expected = {name: str(size_of(share, name)) for name in tree_names(share)}
    assert sizes == expected, set(sizes.items()) ^ set(expected.items())
    return None


def curl_resumes(url, saved, work):
    part = work / "part.zip"
    size = saved.stat().st_size
    for at in [1, size // 3, max(size - (20 << 20), 100), size - 10]:
        if size - at > 1 << 30:
            continue
        with open(saved, "rb") as whole, open(part, "wb") as begun:
            begun.write(whole.read(min(at, 1 << 20)))
            # What curl does not look at.
            begun.truncate(at)
        run(["curl", "-sS", "-f", "-C", "-", "-o", part, url])
        assert part.stat().st_size == size
        with open(saved, "rb") as one, open(part, "rb") as other:
            one.seek(at)
            other.seek(at)
            while block := one.read(1 << 24):
                assert block == other.read(1 << 24), at
    part.unlink()


def get_resumes(program, url, saved, work):
    """Killed in the middle, and run again until it is whole."""
    to = work / "got"
    to.mkdir()
    command = [program, "get", url, "--dir", to]
    size = saved.stat().st_size
    getting = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + LIMIT
    while getting.poll() is None and time.monotonic() < end:
        if sum(path.stat().st_size for path in to.iterdir()) > size // 4:
            break
        time.sleep(0.01)
    getting.kill()
    getting.wait()
    out = run(command).decode()
    [got] = [path for path in to.iterdir() if not path.name.startswith(".")]
    assert out.strip() == str(got), out
    assert digest(got) == digest(saved)
    shutil.rmtree(to)


def late_range(program, share, saved):
    """A server that has never read the files has to do so for the directory at the end. The client gets a byte now and
    then, and everything in the end."""
    serving = Serving(program, share)
    try:
        size = saved.stat().st_size
        request = urllib.request.Request(serving.url + "?zip", headers={"Range": f"bytes={size - 1000}-"})
        with urllib.request.urlopen(request, timeout=15) as answer, open(saved, "rb") as whole:
            whole.seek(size - 1000)
            assert answer.status == 206
            assert answer.read() == whole.read()
    finally:
        serving.stop()


def client_leaves(program, work):
    folder = work / "endless"
    folder.mkdir()
    with open(folder / "file", "wb") as file:
        file.truncate(1 << 42)
    serving = Serving(program, folder)
    try:
        asking = subprocess.Popen(["curl", "-sN", "-o", "/dev/null", serving.url + "?zip"])
        time.sleep(2)
        asking.kill()
        asking.wait()
        began = time.monotonic()
        # The server notices when it sends the next byte, every five seconds.
        while busy(serving.process.pid) > 0.2:
            assert time.monotonic() - began < 20, "it goes on reading"
    finally:
        serving.stop()


def busy(pid):
    """The share of a processor that a process has used in the last half second."""
    def ticks():
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])

    before = ticks()
    time.sleep(0.5)
    return (ticks() - before) / os.sysconf("SC_CLK_TCK") / 0.5


def run(command, **more):
    environment = os.environ | {"LC_ALL": "C.UTF-8", "LANGUAGE": ""}
    done = subprocess.run(command, capture_output=True, timeout=LIMIT, env=environment, **more)
    text = (done.stdout + done.stderr).decode(errors="replace")
    assert done.returncode == 0, f"{command[0]}: exit status {done.returncode}: {text[-500:]}"
    return done.stdout


class Serving:
    """A share on a free port of loopback."""

    def __init__(self, program, folder):
        command = [program, "serve", folder, "--port", "0", "--bind", "127.0.0.1"]
        if "--no-announce" in subprocess.run([program, "serve", "--help"], capture_output=True, text=True).stdout:
            command.append("--no-announce")
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.url = re.search(r"http://\S+", self.process.stdout.readline())[0] + "/"
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(timeout=30) == 0


if __name__ == "__main__":
    main()
