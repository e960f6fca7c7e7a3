#!/usr/bin/env python3
"""Mixed load for an hour: do memory, threads and descriptors stay flat?

    cargo build --release
    cargo test --release --test server --no-run           # prints the path of the program for --restarts
    python3 benches/soak.py target/release/landline [--minutes 60] [--restarts FILE] [--csv FILE]

One `landline serve` handles everything that a server meets: whole files, ranges, HEAD, conditional requests, raw names,
listings, digests of a changing file, invalid requests, slow readers, clients that disconnect in every way, and
`landline get` of files and folders, interrupted and resumed. What arrives is compared. In addition, with --restarts, one
process keeps starting and stopping sharing and downloads from itself (tests/server/soak.rs).

The resources of both are sampled every 5 s. The result is a table of twelve rows, judged by their medians (maxima depend
on chance): after a warm-up of a tenth, no part of the second half may be above every part of the first, apart from a
small random margin. The exit status is 1 if one is, or if a response was wrong. The load sleeps between requests and
uses about a fifth of one core. Linux only.
"""

import argparse
import base64
import contextlib
import csv
import hashlib
import http.client
import itertools
import json
import os
import pathlib
import random
import signal
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time

from served import OTHERS, OURS, SMALL, Server, connect, cpu_secs, get, usage

KIB, MIB = 1 << 10, 1 << 20
LARGE_LEN, FILES = 8 * MIB, 120
# Seconds between two samples.
EVERY = 5.0
ROWS = 12
# The random margin of a median: connections come and go at random, and the allocator keeps what the peak needed. A leak
# of 100 bytes per connection exceeds it.
SLACK = {"memory": 2 * MIB, "threads": 3, "descriptors": 5}
NAMES = [*SLACK, "cpu"]
# Timeout for one response; the server's own deadlines are shorter.
PATIENCE = 30.0
# Requests that are refused, and how: with a status, or by closing without a byte.
WRONG = [
    (b"GET /none HTTP/1.1\r\nHost: a\r\n\r\n", b"404"),
    (b"GET /../small HTTP/1.1\r\nHost: a\r\n\r\n", b"40"),
    (b"GET /small HTTP/1.1\r\n\r\n", b"400"),
    (b"GET /small HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"400"),
    (b"GET /small HTTP/1.1\r\nHost : a\r\n\r\n", b"400"),
    (b"GET /small HTTP/1.1\r\nHost: evil.example\r\n\r\n", b"421"),
    (b"POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi", b"405"),
    (b"BREW /small HTTP/1.1\r\nHost: a\r\n\r\n", b"501"),
    (b"GET /small HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 20_000 + b"\r\n\r\n", b"431"),
    (b"GET /" + b"x" * 9_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", b"414"),
    (b"GET /large HTTP/1.1\r\nHost: a\r\nRange: bytes=99999999-\r\n\r\n", b"416"),
    (b"../../etc/passwd\n", None),
    (b"\x16\x03\x01\x00\x05hello", None),
    (b"no such file", None),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--restarts", help="the test program of tests/server")
    parser.add_argument("--csv", help="file to write every sample to")
    options = parser.parse_args()
    program, secs = os.path.abspath(options.program), 60 * options.minutes
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch, "shared")
        (folder / "many/deep").mkdir(parents=True)
        large = os.urandom(LARGE_LEN)
        (folder / "small").write_bytes(SMALL)
        (folder / "large").write_bytes(large)
        for number in range(FILES):
            inner = "deep/" if number % 3 else ""
            (folder / f"many/{inner}{number:03} 海边.bin").write_bytes(os.urandom(number * 50))
        with Server(program, folder) as server, restarts(options.restarts, secs) as restarting:
            load = Load(program, server.port, folder, large)
            watched = {"serve": server.process.pid} | ({"restarts": restarting.pid} if restarting else {})
            samples = watch(watched, secs, load)
            load.end()
            if restarting and (status := restarting.wait(timeout=PATIENCE)):
                load.failures.append(f"the starting and stopping ended with status {status}")
        if options.csv:
            write(options.csv, samples)
    print("done: " + ", ".join(f"{what} {count}" for what, count in load.done.items()))
    flat = [judge(who, [(at, figures) for at, name, figures in samples if name == who]) for who in watched]
    for failure in load.failures[:10]:
        print(f"! {failure}")
    if load.failures or not all(flat):
        sys.exit(f"{len(load.failures)} wrong answers, {flat.count(False)} of {len(flat)} not flat")


@contextlib.contextmanager
def restarts(program, secs):
    """A process that meanwhile starts and stops sharing."""
    if not program:
        yield None
        return
    environment = os.environ | {"SOAK_SECS": str(int(secs)), "LANDLINE_TEST_IS_ALONE": "1"}
    command = [program, "--exact", "soak::starting_and_stopping_leaves_nothing_behind", "--nocapture"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def watch(processes, secs, load):
    """Their resources, every few seconds."""
    samples, began = [], time.monotonic()
    cpu = {who: cpu_secs(pid) for who, pid in processes.items()}
    while (at := time.monotonic() - began) < secs - EVERY:
        time.sleep(EVERY)
        took = time.monotonic() - began - at
        for who, pid in processes.items():
            now = cpu_secs(pid)
            samples.append((at + took, who, usage(pid) | {"cpu": 100 * (now - cpu[who]) / took}))
            cpu[who] = now
        if len(load.failures) > 1000:
            break
    return samples


def write(path, samples):
    with open(path, "w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["secs", "process", *NAMES])
        for at, who, figures in samples:
            rows.writerow([f"{at:.1f}", who, *(f"{figures[name]:.0f}" for name in NAMES)])


def judge(who, samples):
    """Print the curve; returns whether it is flat."""
    print(f"\n{who:<10} " + "".join(f"{name:<14}" for name in ("memory MiB", *NAMES[1:-1], "CPU %")) + "(median, most)")
    for part in parts(samples):
        cells = []
        for name in NAMES:
            values = [figures[name] / (MIB if name == "memory" else 1) for _, figures in part]
            digits = 1 if name in ("memory", "cpu") else 0
            cells.append(f"{statistics.median(values):.{digits}f} {max(values):.{digits}f}")
        print(f"{part[-1][0] / 60:6.1f} min " + "".join(f"{cell:<14}" for cell in cells))
    warm = parts([sample for sample in samples if sample[0] > samples[-1][0] / 10])
    flat = True
    for name, slack in SLACK.items():
        usual = [statistics.median(figures[name] for _, figures in part) for part in warm]
        first, second = max(usual[: len(usual) // 2]), max(usual[len(usual) // 2 :])
        if second > first + slack:
            print(f"! {name}: at most {first:.0f} in the first half, {second:.0f} in the second")
            flat = False
    print(f"{who}: {'flat' if flat else 'not flat'}")
    return flat


def parts(samples):
    """Split into as many parts as the table has rows."""
    ends = [len(samples) * row // ROWS for row in range(ROWS + 1)]
    return [samples[start:end] for start, end in itertools.pairwise(ends) if end > start]


class Load:
    """Threads that each send one kind of request, and pause."""

    def __init__(self, program, port, folder, large):
        self.program, self.port, self.folder, self.large = program, port, folder, large
        self.over, self.failures, self.digest_now = threading.Event(), [], None
        kinds = [self.whole, self.range, self.conditions, self.raw, self.listing, self.digest, self.wrong]
        kinds += [self.slow, self.cut, self.cut, self.get_file, self.get_folder, self.get_interrupted]
        self.done = dict.fromkeys((kind.__name__ for kind in kinds), 0)
        self.threads = [threading.Thread(target=self.keep_doing, args=[kind]) for kind in kinds]
        for thread in self.threads:
            thread.start()

    def end(self):
        self.over.set()
        for thread in self.threads:
            thread.join()

    def keep_doing(self, kind):
        # Processes cost more than requests.
        pause = 1.5 if kind.__name__.startswith("get") else 0.2
        while not self.over.wait(random.uniform(0.5, 1.5) * pause):
            try:
                kind()
                self.done[kind.__name__] += 1
            except (AssertionError, OSError, http.client.HTTPException, subprocess.SubprocessError) as e:
                self.failures.append(f"{kind.__name__}: {type(e).__name__} {e}")

    def asked(self, method="GET", name="large", status=200, **fields):
        """The header fields and the body of one response."""
        client = http.client.HTTPConnection("127.0.0.1", self.port, PATIENCE, source_address=(OTHERS, 0))
        with contextlib.closing(client):
            client.request(method, f"/{name}", headers={key.replace("_", "-"): text for key, text in fields.items()})
            answer = client.getresponse()
            assert answer.status == status, f"{answer.status} for {method} {name} {fields}"
            return answer, answer.read()

    def whole(self):
        assert self.asked(name="large")[1] == self.large
        assert self.asked(name="small")[1] == SMALL

    def range(self):
        start = random.randrange(LARGE_LEN)
        end = random.randrange(start, min(start + 500_000, LARGE_LEN))
        assert self.asked(Range=f"bytes={start}-{end}", status=206)[1] == self.large[start : end + 1]

    def conditions(self):
        answer, body = self.asked("HEAD")
        assert not body and int(answer.headers["Content-Length"]) == LARGE_LEN
        etag = answer.headers["ETag"]
        self.asked(If_None_Match=etag, status=304)
        self.asked(If_Match='"other"', status=412)
        answer, body = self.asked(If_Range=etag, Range="bytes=-9", status=206)
        assert body == self.large[-9:]

    def raw(self):
        name, content = random.choice([("small", SMALL), ("large", self.large)])
        end = random.choice(["", "\n", "\r\n"])
        with connect(self.port, OURS, waits=PATIENCE) as client:
            client.sendall((name + end).encode())
            got = b"".join(iter(lambda: client.recv(1 << 20), b""))
        assert got == content, f"{len(got)} bytes of {name}"

    def listing(self):
        entries = json.loads(self.asked(name="many/deep/", Accept="application/json")[1])["entries"]
        assert len(entries) == FILES - FILES // 3, len(entries)
        assert b"small" in self.asked(name="", Accept="text/html")[1]

    def digest(self):
        # Only now and then: the server caches each state of a file, up to 10,000.
        if self.digest_now is None or random.random() < 0.1:
            content = os.urandom(random.randrange(2 * MIB))
            (self.folder / "changing.new").write_bytes(content)
            os.replace(self.folder / "changing.new", self.folder / "changing")
            self.digest_now = base64.b64encode(hashlib.sha256(content).digest()).decode()
        answer, _ = self.asked("HEAD", "changing", Want_Repr_Digest="sha-256=10")
        expected = self.digest_now
        assert answer.headers["Repr-Digest"] == f"sha-256=:{expected}:", answer.headers["Repr-Digest"]

    def wrong(self):
        request, status = random.choice(WRONG)
        with connect(self.port, OURS, waits=PATIENCE) as client:
            client.sendall(request)
            client.shutdown(socket.SHUT_WR)
            got = b"".join(iter(lambda: client.recv(1 << 16), b""))
        right = got.startswith(b"HTTP/1.1 " + status) if status else not got
        assert right, f"{request[:40]} was answered {got[:40]}"

    def slow(self):
        """Reads a little at a time, and gives up."""
        with connect(self.port, OTHERS, window=16 * KIB, waits=PATIENCE) as client:
            client.sendall(get("large"))
            for _ in range(random.randrange(60)):
                client.recv(4 * KIB)
                if self.over.wait(0.1):
                    return

    def cut(self):
        """Disconnects in the middle of the head, the name or the file, with a FIN or a RST."""
        request = random.choice([get("large"), b"large\n", b"larg"])
        with connect(self.port, OURS, waits=PATIENCE) as client:
            if random.random() < 0.5:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            whole = random.random() < 0.7
            client.sendall(request if whole else request[: random.randrange(len(request))])
            if whole:
                client.recv(random.randrange(1, 1 << 20))

    def get(self, target, name, **options):
        command = [self.program, "get", "127.0.0.1", name, "-p", str(self.port), "--dir", target]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **options)

    def got(self, target, name):
        process = self.get(target, name)
        _, said = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, said

    def get_file(self):
        with tempfile.TemporaryDirectory() as target:
            self.got(target, "large")
            assert pathlib.Path(target, "large").read_bytes() == self.large

    def get_folder(self):
        with tempfile.TemporaryDirectory() as target:
            self.got(target, "many/")
            for path in (self.folder / "many").rglob("*.bin"):
                saved = pathlib.Path(target, path.relative_to(self.folder))
                assert saved.read_bytes() == path.read_bytes(), saved

    def get_interrupted(self):
        with tempfile.TemporaryDirectory() as target:
            process = self.get(target, "large")
            time.sleep(random.uniform(0, 0.1))
            process.send_signal(random.choice([signal.SIGINT, signal.SIGKILL]))
            process.communicate(timeout=PATIENCE)
            if process.returncode:
                self.got(target, "large")
            assert pathlib.Path(target, "large").read_bytes() == self.large


if __name__ == "__main__":
    main()
