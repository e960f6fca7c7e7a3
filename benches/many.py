#!/usr/bin/env python3
"""Many simultaneous clients, slow and hostile ones, and how long a new client waits next to them.

    cargo build --release
    python3 benches/many.py target/release/landline [--cases downloads,slow,crowd,exhausted,digests,threads,listings]

downloads  2,000 at a time from 8 computers, read slowly and compared byte by byte, half of the large ones raw
slow       1,000 clients that are silent; that send a head, or a name, byte by byte; that never read the response
crowd      an address that opens 5,000 connections, is silent or never reads, and reconnects when it is turned away
exhausted  a server with a limit of 64 open files, and one whose limit is lowered while it runs, with 200 silent clients
digests    16, 64 and 1,000 clients that request digests of 1 TB files (many_digests.py)
threads    a server limited to 100 threads, and 150 slow readers at one address (root only)
listings   64 clients that read listings of large folders very slowly, at one address and at eight (many_listings.py)

Meanwhile, new clients request a small file every 100 ms, over HTTP and raw (where the bare name alone takes the 150 ms
of silence that end it), from the hostile clients' address and from another. A figure that exceeds its limit is marked
with "!", and the exit status is 1. Linux only; needs `ulimit -n` of 8,000 or more. Takes five minutes.
"""

import argparse
import contextlib
import heapq
import itertools
import os
import pathlib
import resource
import select
import statistics
import sys
import tempfile
import time

from many_digests import digests
from many_listings import listings
from many_threads import threads
from newcomers import LATE, Newcomers, broken, goes_back, say, seconds
from served import DRAIN, KIB, OTHERS, OURS, PATIENCE, SMALL, Server, ask, connect, get

LARGE_LEN, MIDDLE_LEN = 8 << 20, 256 << 10
# How much of the server's memory a connection may use.
PER_CONNECTION = 64 * KIB
# The server's own deadlines.
HEAD, STALLED = 10, 30
# How much of a core the server may use while it cannot accept connections.
BUSY = 0.10


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("--cases", default=",".join(CASES), help="of " + ", ".join(CASES))
    options = parser.parse_args()
    cases = options.cases.split(",")
    if unknown := set(cases) - set(CASES):
        sys.exit(f"no such case: {', '.join(unknown)}")
    if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < 8_000:
        sys.exit("needs `ulimit -n 8000`: each client is an open file")
    program = os.path.abspath(options.program)
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        (folder / "small").write_bytes(SMALL)
        (folder / "large").write_bytes(os.urandom(LARGE_LEN))
        with open(folder / "huge", "wb") as huge:
            huge.truncate(1 << 32)
        for case in cases:
            print(f"\n{case}", flush=True)
            CASES[case](program, folder)
    if broken:
        print(f"\nlimit exceeded: {'; '.join(broken)}")
        sys.exit(1)


def downloads(program, folder, count=2000, secs=15):
    """All at the same time, each slowed down to take `secs`."""
    content = memoryview((folder / "large").read_bytes())
    with Server(program, folder) as server:
        before = server.usage()
        clients = []
        for number in range(count):
            raw, length = number % 8 == 3, LARGE_LEN if number % 4 == 3 else MIDDLE_LEN
            address = f"127.0.0.{10 + number // 8 % 8}"
            clients.append(Download(server.port, address, content[:length], raw, secs))
        peak = dict.fromkeys(before, 0)
        waiting = [(0.0, number) for number in range(count)]
        whole, at_once, next_look = 0, 0, 0.0
        while waiting:
            now = time.monotonic()
            if now >= next_look:
                peak = {key: max(peak[key], value) for key, value in server.usage().items()}
                at_once = max(at_once, sum(client.got > 0 for client in clients) - whole)
                next_look = now + 0.5
            at, number = heapq.heappop(waiting)
            time.sleep(max(0.0, at - now))
            if clients[number].step():
                heapq.heappush(waiting, (time.monotonic() + 0.25, number))
            else:
                whole += 1
        wrong = [client.wrong for client in clients if client.wrong]
        say("complete and right", f"{count - len(wrong)} of {count} {wrong[:1] or ''}", not wrong)
        say("open at the same time", f"{at_once}", at_once == count)
        memory = (peak["memory"] - before["memory"]) / count
        say("memory for each", f"{memory / KIB:.1f} KiB", memory <= PER_CONNECTION)
        say("threads, descriptors at the peak", f"{peak['threads']}, {peak['descriptors']}")
        goes_back(server, before, count)


class Download:
    """A download at the speed of a slow line."""

    def __init__(self, port, address, content, raw, secs):
        self.content, self.raw, self.pace = content, raw, len(content) // (4 * secs)
        self.got, self.wrong, self.head = 0, None, b"" if raw else None
        self.socket = connect(port, address, window=64 * KIB)
        self.request = b"large\n" if raw else get("large", f"Range: bytes=0-{len(content) - 1}\r\n")

    def step(self):
        """Read a little more; returns whether there is more to come."""
        try:
            if self.request:
                self.request = self.request[self.socket.send(self.request) :]
            more = self.take(self.socket.recv(self.pace))
        except BlockingIOError:
            return True
        except OSError as e:
            self.wrong = f"{e} after {self.got} bytes"
            more = False
        if not more:
            self.socket.close()
        return more

    def take(self, data):
        if not data:
            self.wrong = None if self.got == len(self.content) else f"ended after {self.got} bytes"
            return False
        if self.head is None:
            # Heads are short and arrive in one piece.
            head, _, data = data.partition(b"\r\n\r\n")
            self.head = head
            if not head.startswith(b"HTTP/1.1 206"):
                self.wrong = repr(head[:40])
                return False
        if data != self.content[self.got : self.got + len(data)]:
            self.wrong = f"wrong bytes after {self.got}"
            return False
        self.got += len(data)
        # A raw file ends when the connection closes.
        return self.raw or self.got < len(self.content)


def slow(program, folder, count=1000):
    """Clients that keep a connection open and do nothing with it."""
    head = get("small", "X-Long: " + "a" * 500 + "\r\n")
    kinds = [
        ("say nothing", b"", 0, HEAD + DRAIN),
        ("a head, 1 byte/s", head, 1.0, HEAD + DRAIN),
        ("a name, 1 byte/0.1 s", b"n" * 900, 0.1, HEAD + DRAIN),
        ("ask and never read", get("huge"), None, STALLED),
    ]
    for what, text, pause, deadline in kinds:
        with Server(program, folder) as server:
            before = server.usage()
            with Newcomers(server.port) as newcomers:
                crowd = Crowd(server.port, count, text, pause)
                cpu = server.cpu_secs()
                crowd.run(deadline + LATE)
                cpu = (server.cpu_secs() - cpu) / crowd.ran_secs
            newcomers.report(what)
            let_go = [client.ended - client.began for client in crowd.clients if client.ended]
            figure = f"{len(let_go)} of {count}"
            if let_go:
                figure += f" after {statistics.median(let_go):.1f} s (at the latest {max(let_go):.1f} s)"
            say(f"{what}: let go", figure, len(let_go) == count)
            say(f"{what}: CPU meanwhile", f"{100 * cpu:.0f}%")
            goes_back(server, before, count, what)
            crowd.close()


def crowd(program, folder, count=5000, secs=20):
    """One address that competes with all others."""
    for what, text, pause in [("say nothing", b"", 0), ("never read", get("huge"), None)]:
        with Server(program, folder) as server:
            before = server.usage()
            with Newcomers(server.port, [OTHERS]) as newcomers:
                attackers = Crowd(server.port, count, text, pause, again=1.0)
                attackers.run(secs)
            usage = server.usage()
            newcomers.report(f"{count} that {what}")
            say("threads, descriptors meanwhile", f"{usage['threads']}, {usage['descriptors']}")
            say("turned away or let go", f"{attackers.turned_away}")
            attackers.close()
            goes_back(server, before, count, what)


def exhausted(program, folder, count=200, secs=5):
    """A server that has run out of file descriptors."""
    for what in ("64 files from the start", "a limit that falls"):
        from_the_start = what.startswith("64")
        with Server(program, folder, files=64 if from_the_start else None) as server:
            before = server.usage()
            if not from_the_start:
                room = before["descriptors"] + 10
                resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (room, room))
            silent = Crowd(server.port, count, b"", 0)
            silent.run(1)
            cpu = server.cpu_secs()
            silent.run(secs)
            cpu = (server.cpu_secs() - cpu) / secs
            say(f"{what}: CPU meanwhile", f"{100 * cpu:.1f}%", cpu <= BUSY)
            silent.close()
            took = ask(server.port, OTHERS, raw=False)
            say(f"{what}: served afterwards", seconds(took), took is not None and took <= PATIENCE)
            said = any("no more connections" in line or "many" in line for line in server.lines)
            # A server that counts its connections need not run out at all.
            say(f"{what}: says so", "yes" if said else "no", said or from_the_start)
            goes_back(server, before, count, what)


CASES = {
    "downloads": downloads,
    "slow": slow,
    "crowd": crowd,
    "exhausted": exhausted,
    "threads": threads,
    "digests": digests,
    "listings": listings,
}


class Crowd:
    """Connections that send `text`, one byte every `pause` seconds (0: nothing; None: all of it at once), and never
    read. A closed one reconnects after `again` seconds, if at all."""

    def __init__(self, port, count, text, pause, again=None):
        self.port, self.text, self.pause, self.again = port, text, pause, again
        self.poll, self.turned_away, self.ran_secs = select.epoll(), 0, 0.0
        self.clients, self.by_number, self.due = [], {}, []
        self.order = itertools.count()
        for _ in range(count):
            self.clients.append(Client())
            self.open(self.clients[-1])

    def open(self, client):
        try:
            client.socket = connect(self.port, OURS, window=4 * KIB)
        except OSError:
            # No local port is free right now.
            return self.later(client, 1.0)
        client.began, client.sent = time.monotonic(), 0
        self.by_number[client.socket.fileno()] = client
        # The response is not read; the connection ends with an error, or with an end of file right away.
        ends = select.EPOLLRDHUP if self.pause is not None else 0
        self.poll.register(client.socket, ends)
        if self.text:
            self.later(client, 0.2 if self.pause is None else self.pause)

    def later(self, client, secs):
        heapq.heappush(self.due, (time.monotonic() + secs, next(self.order), client))

    def run(self, secs):
        """Wait until all are closed, for at most `secs`."""
        began = time.monotonic()
        while time.monotonic() < began + secs and (self.by_number or self.due):
            for number, _ in self.poll.poll(0.02):
                self.let_go(self.by_number.pop(number))
            while self.due and self.due[0][0] <= time.monotonic():
                self.next(heapq.heappop(self.due)[2])
        self.ran_secs = time.monotonic() - began

    def let_go(self, client):
        client.ended, self.turned_away = time.monotonic(), self.turned_away + 1
        self.poll.unregister(client.socket)
        if self.again is not None:
            client.socket.close()
            client.socket = None
            self.later(client, self.again)

    def next(self, client):
        if client.socket is None:
            self.open(client)
        elif client.socket.fileno() in self.by_number and client.sent < len(self.text):
            step = 1 if self.pause else len(self.text)
            with contextlib.suppress(OSError):
                client.sent += client.socket.send(self.text[client.sent : client.sent + step])
            self.later(client, self.pause or 0.2)

    def close(self):
        for client in self.clients:
            if client.socket is not None:
                client.socket.close()
        self.by_number, self.due = {}, []
        self.poll.close()


class Client:
    socket, began, sent, ended = None, 0.0, 0, None


if __name__ == "__main__":
    main()
