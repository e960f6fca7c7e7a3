"""A running `landline serve`, its resource usage, and how a client sends it a request.

Shared by the scripts that load it, many.py and soak.py. Linux only: addresses in 127/8 stand for different
computers, and /proc shows the server's resources.
"""

import collections
import contextlib
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import threading
import time

# Two computers.
OURS, OTHERS = "127.0.0.2", "127.0.0.3"
# The content of the file `small`.
SMALL = os.urandom(1000)
# A new client that has not received it by then gives up.
PATIENCE = 6.0
# How long the server waits for the client to close after the last byte.
DRAIN = 2
KIB = 1 << 10
IP_BIND_ADDRESS_NO_PORT = 24


class Server:
    """`landline serve`, and its resource usage."""

    def __init__(self, program, folder, files=None, threads=None):
        command = [program, "serve", str(folder), "--port", "0", "--bind", "127.0.0.1"]
        if threads:
            # A separate user, because the limit counts all threads of a user and does not apply to root.
            user = ["setpriv", "--reuid=61515", "--regid=61515", "--clear-groups"]
            command = [*user, "prlimit", f"--nproc={threads}:{threads}", *command]
        if files:
            command = ["prlimit", f"--nofile={files}:{files}", *command]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | {"LC_ALL": "C"})
        self.port = int(re.search(r":(\d+)/?$", self.process.stdout.readline().strip())[1])
        # The last lines of its output.
        self.lines = collections.deque(maxlen=1000)
        threading.Thread(target=lambda: self.lines.extend(self.process.stdout), daemon=True).start()
        # Memory that the first requests allocate permanently does not count as the clients' cost.
        for raw in (False, True):
            if ask(self.port, OURS, raw) is None:
                sys.exit("it does not start serving")
        time.sleep(DRAIN + 0.5)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        ended = self.process.poll()
        self.process.send_signal(signal.SIGINT)
        status = self.process.wait(timeout=PATIENCE)
        if ended is not None and kind is None:
            sys.exit(f"the server ended by itself with status {ended}")
        if status and kind is None:
            sys.exit(f"the server's end: status {status}")

    def usage(self):
        return usage(self.process.pid)

    def cpu_secs(self):
        return cpu_secs(self.process.pid)


def usage(pid):
    """Bytes of memory, threads, descriptors."""
    proc = pathlib.Path(f"/proc/{pid}")
    status = dict(line.split(":", 1) for line in (proc / "status").read_text().splitlines())
    memory = int(status["VmRSS"].split()[0]) * KIB
    return {"memory": memory, "threads": int(status["Threads"]), "descriptors": len(os.listdir(proc / "fd"))}


def cpu_secs(pid):
    """The user and system time of a process so far."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def ask(port, address, raw):
    """The seconds until a new client has the small file; None if it does not get it."""
    began, got = time.monotonic(), b""
    request = b"small" if raw else get("small", "Connection: close\r\n")
    try:
        with connect(port, address, waits=PATIENCE) as client:
            client.sendall(request)
            while data := client.recv(4096):
                got += data
                if time.monotonic() - began > PATIENCE:
                    return None
    except OSError:
        return None
    return time.monotonic() - began if got.endswith(SMALL) else None


def get(name, fields=""):
    return f"GET /{name} HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n".encode()


def connect(port, address, window=None, waits=None):
    """A connection from `address`, non-blocking unless a timeout is given."""
    client = socket.socket()
    client.settimeout(waits or 0)
    client.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
    if window:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
    try:
        client.bind((address, 0))
        with contextlib.suppress(BlockingIOError):
            client.connect(("127.0.0.1", port))
    except OSError:
        client.close()
        raise
    return client
