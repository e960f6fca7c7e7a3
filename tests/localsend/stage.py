"""The computers of a run, their files, and the programs that go on running from one check to the next."""

import contextlib
import hashlib
import os
import shutil
import subprocess

from network import Network
from peers import Landline, Localsendd, Npm
from speaker import Identity, Sender

# A gap in a file takes no memory, and is read as zeros.
HOLE = 1 << 20
# Names that a phone's owner may well have.
NAMES = ["海报 最终版.txt", "Ünï cödé é.txt", "привет мир.txt", "👩‍👩‍👧 family.txt", "100% #1 &?=+.txt", "it's \"x\".txt"]


class Stage:
    """Ann runs Landline, Dave localsendd, Nora localsend of npm. Mallory and Eve have no program: they are Python."""

    def __init__(self, tools, folder, big):
        self.tools, self.folder, self.big = tools, folder, big
        self.network = Network(folder, ["ann", "dave", "nora", "mallory", "eve"])
        self.ann, self.dave, self.nora, self.mallory, self.eve = self.network.computers.values()
        self.landline = Landline(self.ann, tools)
        self.running = {}
        self.identities = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.network.close()

    def run_once(self, what, how, start):
        """Keeps a program as long as it is wanted in the same way and lives."""
        now = self.running.get(what)
        if now and now[0] == how and now[1].program.process.poll() is None:
            return now[1]
        self.stop(what)
        self.running[what] = (how, start())
        return self.running[what][1]

    def stop(self, what):
        if what in self.running:
            self.running.pop(what)[1].stop()

    def reset(self):
        """After a check that failed: nothing runs on."""
        for computer in self.network.computers.values():
            computer.close()
        self.running.clear()

    @contextlib.contextmanager
    def small_disk(self, folder, size):
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=True)
        try:
            yield
        finally:
            # Whatever still runs on it sees it as long as it likes.
            subprocess.run(["umount", "-l", folder], check=True)

    def serving(self, *options, password=None):
        """Ann's Landline, visible to LocalSend. The folder for received files is empty."""
        empty(self.landline.folder)
        return self.run_once("landline", (options, password), lambda: self.landline.serve(*options, password=password))

    def daemon(self, *flags, port=None):
        """Dave's localsendd; the default accepts everything."""
        flags = flags or ("--unattended",)
        more = {"port": port} if port else {}
        daemon = self.run_once("daemon", (flags, port), lambda: Localsendd(self.dave, self.tools, *flags, **more))
        empty(daemon.folder)
        return daemon

    def node(self, *flags):
        """Nora's receiver; the default accepts everything."""
        flags = flags or ("--autoAccept",)
        empty(self.nora.home / "received")
        return self.run_once("node", flags, lambda: Npm(self.nora, self.tools).receive(*flags))

    def sender(self, computer=None, **more):
        """Somebody with a certificate who knows the protocol."""
        computer = computer or self.mallory
        if computer not in self.identities:
            self.identities[computer] = Identity(computer.home / "identity")
        return Sender(computer, self.ann.address, self.identities[computer], **more)


def empty(folder):
    """The folder stays: programs have it open, or it is a disk of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def make(folder, files):
    """Files with these contents, and a date of years ago; returns their paths."""
    paths = []
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, (1_500_000_000, 1_500_000_000))
        paths.append(path)
    return paths


def make_big(path, length):
    """A file with random bytes at its start and end, and here and there between long gaps."""
    with open(path, "wb") as file:
        for at in [*range(0, length - HOLE, 64 * HOLE), length - HOLE]:
            file.seek(at)
            file.write(os.urandom(HOLE))
        file.truncate(length)
    return path


def digest(path):
    # In a process of its own, so that two of them take no longer than one.
    return subprocess.run(["sha256sum", path], capture_output=True, check=True).stdout.split()[0]


def same(one, other):
    assert one.exists() and other.exists(), f"{one.exists()}, {other.exists()}: {list(other.parent.iterdir())}"
    assert one.stat().st_size == other.stat().st_size, f"{other.name}: {other.stat().st_size} bytes"
    assert digest(one) == digest(other), f"{other.name} differs"


def tree(folder):
    """What is in a folder: names with their SHA-256."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def expected(files):
    return {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


def assert_sent(done):
    status, said = done
    assert status == 0, f"exit status {status}: {said[-1500:]}"


def assert_fails(done, *words):
    """It failed, and said so in these words."""
    status, said = done
    assert status != 0, f"it succeeded: {said[-1500:]}"
    for word in words:
        assert word.lower() in said.lower(), f"{word!r} is not in: {said[-1500:]}"
    assert "panicked" not in said and "Traceback" not in said, said


def assert_alive(stage):
    """Landline runs, and still receives a file."""
    program = stage.landline.program
    assert program.process.poll() is None, f"it ended: {program.lines[-10:]}"
    assert not [line for line in program.lines if "panicked" in line], program.lines
    sender = stage.sender()
    answer = sender.prepare({"alive.txt": b"alive"})
    assert answer.status == 200, answer.raw
    answer = sender.upload("f0", b"alive")
    assert answer.status == 200, answer.raw
    path = stage.landline.folder / "alive.txt"
    assert path.read_bytes() == b"alive"
    path.unlink()


def parts(folder):
    """Files that are not whole, or that nobody sent."""
    return [path.name for path in folder.rglob("*") if path.is_file()]


