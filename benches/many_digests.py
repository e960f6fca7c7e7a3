"""Attackers that keep requesting digests (RFC 9530), and how much they delay an honest download.

A case of many.py. The attackers' files are sparse, 1 TB each: hours of hashing, but no disk space. Each attacker
requests one of them with `HEAD` and `Want-Repr-Digest`, again and again. The honest client downloads a file with one
`GET`, as Landline does, and requests its digest with `HEAD` until it gets it, as `Retry-After` says. What is measured is
the time from the last byte until the file is verified.
"""

import base64
import hashlib
import mmap
import os
import pathlib
import socket
import subprocess
import tempfile
import threading
import time

from newcomers import MIB, say
from served import KIB, OTHERS, OURS, Server, connect

ENDLESS_LEN = 1 << 40
# How long the verification of an honest file may take after its last byte: a small one, and one of 256 MiB.
SMALL_SECS, LARGE_SECS = 1.5, 5.0
# The honest client's timeout.
GIVE_UP = 60
WANTED = "Want-Repr-Digest: sha-256=10\r\n"


def digests(program, folder, counts=(16, 64, 1000)):
    for name, length in (("honest", MIB), ("larger", 256 * MIB)):
        (folder / name).write_bytes(os.urandom(length))
    names = [f"endless{number}" for number in range(max(counts))]
    for name in names:
        with open(folder / name, "wb") as endless:
            endless.truncate(ENDLESS_LEN)
    try:
        for address, who in ((OURS, "the same address"), (OTHERS, "another address")):
            for count in counts:
                for name, limit in (("honest", SMALL_SECS), ("larger", LARGE_SECS)):
                    with Server(program, folder) as server, Strangers(server.port, address, names[:count]):
                        took, sent = checked(server.port, OURS, folder, name)
                    figure = f"sent in {sent:.2f} s, checked " + ("never" if took is None else f"{took:.2f} s later")
                    say(f"{count} attackers at {who}: {name}", figure, took is not None and took <= limit)
        say("a file written through a mapping", *stale(program, folder))
    finally:
        for name in names:
            (folder / name).unlink()


class Strangers:
    """Each requests the digest of its own file for as long as this object exists."""

    def __init__(self, port, address, names):
        self.port, self.address, self.over, self.asked = port, address, threading.Event(), 0
        self.threads = [threading.Thread(target=self.ask, args=[name], daemon=True) for name in names]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        began = time.monotonic()
        while self.asked < len(self.threads) and time.monotonic() - began < 10:
            time.sleep(0.05)
        # So that the server has started on some.
        time.sleep(0.5)

    def __exit__(self, *_):
        self.over.set()

    def ask(self, name):
        is_first = True
        while not self.over.is_set():
            try:
                with connect(self.port, self.address, waits=15) as client:
                    client.sendall(request("HEAD", name))
                    if is_first:
                        self.asked, is_first = self.asked + 1, False
                    client.recv(4 * KIB)
            except OSError:
                pass
            self.over.wait(0.5)


def checked(port, address, folder, name):
    """The seconds from the last byte of the file to its correct digest (None if it never came), and those before."""
    content = (folder / name).read_bytes()
    right = "sha-256=:" + base64.b64encode(hashlib.sha256(content).digest()).decode() + ":"
    began = time.monotonic()
    fields, body = fetch(port, address, name)
    if body != content:
        return None, time.monotonic() - began
    sent = time.monotonic() - began
    while time.monotonic() - began < GIVE_UP:
        if told := fields.get("repr-digest"):
            return (time.monotonic() - began - sent if told == right else None), sent
        if "retry-after" not in fields:
            return None, sent
        with connect(port, address, waits=20) as client:
            client.sendall(request("HEAD", name))
            fields = head(client)[0]
        if "repr-digest" not in fields:
            time.sleep(float(fields.get("retry-after", 0)))
    return None, sent


def stale(program, folder):
    """The outcome of downloading a file that has changed, but not its date, since its digest was cached."""
    name, length = "mapped", 4 * MIB
    with open(folder / name, "w+b") as file, tempfile.TemporaryDirectory() as there:
        file.write(os.urandom(length))
        file.flush()
        os.fsync(file.fileno())
        with mmap.mmap(file.fileno(), length) as mapped, Server(program, folder) as server:
            # The page is now dirty, so writing to it again does not change the date until it is written back.
            mapped[0] ^= 0xFF
            time.sleep(2.5)
            first = ask_digest(server.port, name)
            before = os.stat(file.fileno())
            mapped[0] ^= 0xFF
            after = os.stat(file.fileno())
            remembered = ask_digest(server.port, name)
            got = subprocess.run(
                [program, "get", f"127.0.0.1:{server.port}", name, "--dir", there],
                env=os.environ | {"LC_ALL": "C", "LANDLINE_CONFIG_DIR": there},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            )
            is_right = got.returncode == 0 and pathlib.Path(there, name).read_bytes() == mapped[:]
    (folder / name).unlink()
    if (before.st_mtime_ns, before.st_ctime_ns) != (after.st_mtime_ns, after.st_ctime_ns):
        return "not tried: this file system dates it", True
    figure = f"remembered: {'stale' if remembered == first else 'right'}; get: "
    return figure + (got.stderr.strip() or ("right" if is_right else "wrong")), is_right


def ask_digest(port, name, fields=""):
    with connect(port, OURS, waits=20) as client:
        client.sendall(request("HEAD", name, fields))
        return head(client)[0].get("repr-digest")


def fetch(port, address, name):
    with connect(port, address, waits=GIVE_UP) as client:
        client.sendall(request("GET", name))
        fields, rest = head(client)
        body = bytearray(rest)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * MIB)
        length = int(fields["content-length"])
        while len(body) < length and (data := client.recv(MIB)):
            body += data
        return fields, body


def head(client):
    """The header fields of a response, and the bytes after its head."""
    got = b""
    while b"\r\n\r\n" not in got and (data := client.recv(64 * KIB)):
        got += data
    text, _, rest = got.partition(b"\r\n\r\n")
    lines = [line.split(": ", 1) for line in text.decode().split("\r\n")[1:]]
    return {line[0].lower(): line[1] for line in lines if len(line) == 2}, rest


def request(method, name, fields=""):
    return f"{method} /{name} HTTP/1.1\r\nHost: localhost\r\n{WANTED}{fields}\r\n".encode()
