"""Listings that nobody finishes reading: how much memory they use, and how long a new client waits.

Two shares, both on an in-memory file system if there is one: a folder of 1,000,000 entries that 64 clients list, at
one address and at eight; and 16 folders of 100,000 entries with long names, four clients for each. Each client reads
up to the first row, and then 12 KB every 10 s. A client that is told to retry later does so after a second.
"""

import os
import pathlib
import tempfile
import threading
import time

from newcomers import MIB, Newcomers, goes_back, say
from served import OTHERS, OURS, PATIENCE, Server, connect, get

ENTRIES, FOLDERS, ENTRIES_EACH = 1_000_000, 16, 100_000
LONG = "a long name " * 16
CLIENTS, STEP, PAUSE = 64, 12 << 10, 10.0
# How much memory all listings together may use, and each connection in addition to its listing.
MOST, PER_CONNECTION = 320 * MIB, 256 << 10
# How much of it the allocator keeps for each of some 16 threads.
KEPT = 32 * MIB
# How long all of them may take to start; how long they are observed.
BEGIN, STAY = 240.0, 25.0
MANY_ADDRESSES = [f"127.0.0.{number}" for number in range(10, 18)]


def listings(program, folder):
    memory = pathlib.Path("/dev/shm")
    where = memory if memory.is_dir() else folder
    with tempfile.TemporaryDirectory(dir=where) as scratch:
        share = pathlib.Path(scratch)
        (share / "small").write_bytes((folder / "small").read_bytes())
        fill(share / "many", ENTRIES)
        fill(share / "few", 10)
        fill(share / "own", 20_000)
        for number in range(FOLDERS):
            fill(share / f"folder {number:02}", ENTRIES_EACH, LONG)
        one = ["many/"]
        several = [f"folder%20{number:02}/" for number in range(FOLDERS)]
        for what, addresses, folders, rounds in [
            ("one folder, one address", [OURS], one, 1),
            ("one folder, 8 addresses", MANY_ADDRESSES, one, 1),
            (f"{FOLDERS} folders, one address", [OURS], several, 1),
            # Memory freed in one round must suffice for the next.
            (f"{FOLDERS} folders, 8 addresses, 3 times", MANY_ADDRESSES, several, 3),
        ]:
            attack(program, share, what, addresses, folders, rounds)


def attack(program, share, what, addresses, folders, rounds):
    with Server(program, share) as server:
        before = server.usage()
        others = {"few entries": listing_of("few/", 10), "20,000 entries": listing_of("own/", 20_000)}
        peak = 0
        with Newcomers(server.port, [OTHERS], others) as newcomers:
            for _ in range(rounds):
                states, took, memory = one_round(server, addresses, folders, STAY / rounds)
                peak = max(peak, memory)
        counts = ", ".join(f"{states.count(state)} {state or 'still wait'}" for state in sorted(set(states), key=str))
        say(f"{what}: {CLIENTS} clients", f"{counts}; all answered after {took:.0f} s")
        held = peak - before["memory"]
        say(f"{what}: memory", f"{held / MIB:.0f} MiB at the peak", held <= MOST + CLIENTS * PER_CONNECTION)
        newcomers.report(what)
        goes_back(server, before, CLIENTS, what, KEPT)


def one_round(server, addresses, folders, stay):
    """The outcome of all clients, the seconds until all got a response, and the peak memory."""
    slow = [
        Slow(server.port, addresses[number % len(addresses)], folders[number % len(folders)], number)
        for number in range(CLIENTS)
    ]
    began, peak = time.monotonic(), 0
    while time.monotonic() < began + BEGIN and any(client.state is None for client in slow):
        peak = max(peak, server.usage()["memory"])
        time.sleep(0.2)
    took, until = time.monotonic() - began, time.monotonic() + stay
    while time.monotonic() < until:
        peak = max(peak, server.usage()["memory"])
        time.sleep(0.2)
    states = [client.state for client in slow]
    for client in slow:
        client.over.set()
    for client in slow:
        client.thread.join()
    return states, took, peak


class Slow:
    """A client that reads a listing as slowly as an attacker, in its own thread."""

    def __init__(self, port, address, folder, number):
        self.port, self.address, self.request = port, address, get(folder, "Connection: close\r\n")
        self.state, self.over, self.number = None, threading.Event(), number
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while not self.over.is_set():
            try:
                self.once()
            except OSError:
                self.state = "cut"
            self.over.wait(1.0)

    def once(self):
        with connect(self.port, self.address, window=4 << 10, waits=0.5) as client:
            client.sendall(self.request)
            got = b""
            while b"<li class=" not in got:
                data = self.read(client)
                if data is None:
                    return
                if not data:
                    self.state = "told to come later" if b" 503 " in got[:16] else "cut"
                    return
                got += data
            self.state = "listing"
            while not self.over.wait(PAUSE):
                if not self.read(client):
                    self.state = "cut"
                    return

    def read(self, client):
        """The next bytes; empty at the end."""
        while not self.over.is_set():
            try:
                return client.recv(STEP)
            except TimeoutError:
                continue
        return None


def listing_of(folder, entries):
    """Request a whole folder: the seconds that it takes, None if it is incomplete."""

    def ask(port, address):
        began, got = time.monotonic(), []
        try:
            with connect(port, address, waits=PATIENCE) as client:
                client.sendall(get(folder, "Accept: application/json\r\nConnection: close\r\n"))
                while data := client.recv(1 << 16):
                    got.append(data)
                    if time.monotonic() - began > PATIENCE:
                        return None
        except OSError:
            return None
        return time.monotonic() - began if b"".join(got).count(b'"name":') == entries else None

    return ask


def fill(folder, entries, stem="photograph"):
    """Empty files, made as hard links, which is faster, with as many links to each as every file system allows."""
    folder.mkdir()
    handle = os.open(folder, os.O_RDONLY)
    first = None
    for number in range(entries):
        name = f"{stem} {number:09}"
        if number % 30_000 == 0:
            os.close(os.open(name, os.O_CREAT | os.O_WRONLY, dir_fd=handle))
            first = name
        else:
            os.link(first, name, src_dir_fd=handle, dst_dir_fd=handle)
    os.close(handle)
