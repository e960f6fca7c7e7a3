"""The case `threads` of many.py: a system that allows few threads, and slow readers that could use all of them."""

import contextlib
import os
import select
import threading
import time

from newcomers import Newcomers, goes_back, say, seconds
from served import OTHERS, OURS, Server, connect, get

# How much a slow reader reads, in bytes per second.
PACE = 4096
# The length of `large`.
LARGE_LEN = 8 << 20


def threads(program, folder, limit=100, count=150, secs=25):
    """One address with more connections than there can be threads."""
    os.chmod(folder, 0o755)
    with Server(program, folder, threads=limit) as server:
        before = server.usage()
        with Newcomers(server.port) as newcomers, SlowReaders(server.port, count) as readers:
            time.sleep(secs / 2)
            large = [whole(server.port, address) for address in (OTHERS, OTHERS)]
            time.sleep(secs / 2)
            usage = server.usage()
        newcomers.report(f"{count} slow readers")
        say("threads meanwhile", f"{usage['threads']}", usage["threads"] <= limit)
        say("readers that came again after their end", f"{readers.ended}")
        served = [secs for secs in large if secs is not None]
        say("8 MiB for another address", ", ".join(map(seconds, large)), len(served) == len(large))
        said = sum("no more threads" in line for line in server.lines)
        say("says so, once in 10 s", f"{said} lines", 0 < said <= 2 + secs / 10)
        goes_back(server, before, count)


def whole(port, address):
    """The seconds until a new client has the whole large file; None if it does not get it."""
    began, got = time.monotonic(), 0
    with contextlib.suppress(OSError), connect(port, address, waits=20) as client:
        client.sendall(get("large", "Connection: close\r\n"))
        while data := client.recv(1 << 16):
            got += len(data)
    return time.monotonic() - began if got > LARGE_LEN else None


class SlowReaders:
    """Connections from one address that request a huge file and read it slowly. One that ends reconnects a second
    later."""

    def __init__(self, port, count):
        self.port, self.count, self.ended = port, count, 0
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.read)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()

    def read(self):
        due = [(0.0, None)] * self.count
        while not self.over.wait(0.25):
            later = []
            for at, client in due:
                if time.monotonic() < at:
                    later.append((at, client))
                elif client is None:
                    later.append((0.0, self.ask()))
                elif self.take(client):
                    later.append((0.0, client))
                else:
                    self.ended += 1
                    client.close()
                    later.append((time.monotonic() + 1, None))
            due = later
        for _, client in due:
            if client is not None:
                client.close()

    def ask(self):
        client = connect(self.port, OURS, window=PACE)
        with contextlib.suppress(OSError):
            select.select([], [client], [], 1)
            client.sendall(get("huge"))
        return client

    @staticmethod
    def take(client):
        """Read a little; returns whether there is more to come."""
        try:
            return bool(client.recv(PACE // 4))
        except BlockingIOError:
            return True
        except OSError:
            return False
