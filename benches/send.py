#!/usr/bin/env python3
"""Sends 10,000 small files by `landline send`, beside fetching them by `landline get`; and one large file by `send` beside
curl's `-T`.

    cargo build --release
    python3 benches/send.py target/release/landline [--pairs 7]

Prints the seconds of each pair and the median ratios: above 1, `send` is faster. `get` and `send` check every file, curl
does not. Needs curl.
"""

import argparse
import os
import pathlib
import re
import shutil
import signal
import statistics
import subprocess
import tempfile
import time

FILES = 10_000
SMALL = 4096
LARGE = 1 << 30


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--pairs", type=int, default=7)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as root:
        run(arguments.program.resolve(), arguments.pairs, pathlib.Path(root))


def run(program, pairs, root):
    for name in ("shared/many", "received", "fetched"):
        (root / name).mkdir(parents=True)
    for number in range(FILES):
        (root / "shared/many" / f"{number:05}.bin").write_bytes(os.urandom(SMALL))
    large = root / "large"
    with large.open("wb") as out:
        for _ in range(LARGE >> 20):
            out.write(os.urandom(1 << 20))
    command = [program, "serve", root / "shared", "--port", "0", "--bind", "127.0.0.1", "--no-announce"]
    serve = subprocess.Popen([*command, "--receive", root / "received"], stdout=subprocess.PIPE, text=True)
    port = re.search(r":(\d+)/?$", serve.stdout.readline().strip())[1]
    # Its lines are read, or it would wait.
    reader = subprocess.Popen(["cat"], stdin=serve.stdout, stdout=subprocess.DEVNULL)
    get = [program, "get", "127.0.0.1", "many/", "--port", port, "--dir", root / "fetched"]
    send = [program, "send", "127.0.0.1", "--port", port]
    curl = ["curl", "-s", "-f", "-o", os.devnull, "-T", large, f"http://127.0.0.1:{port}/"]
    try:
        compare("10,000 files", "get", pairs, root, get, [*send, root / "shared/many"])
        compare("1 GiB", "curl -T", pairs, root, curl, [*send, large])
    finally:
        serve.send_signal(signal.SIGINT)
        serve.wait(timeout=10)
        reader.wait(timeout=10)


def compare(what, other, pairs, root, theirs, ours):
    """Time both commands, in turns."""
    ratios = []
    for pair in range(pairs):
        took = {}
        for name, command in ((other, theirs), ("send", ours))[:: 1 if pair % 2 else -1]:
            os.sync()
            began = time.monotonic()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            took[name] = time.monotonic() - began
            for folder in ("received", "fetched"):
                shutil.rmtree(root / folder)
                (root / folder).mkdir()
        ratios.append(took[other] / took["send"])
        print(f"{what}: {other} {took[other]:.2f} s, send {took['send']:.2f} s, ratio {ratios[-1]:.2f}", flush=True)
    print(f"{what}: median ratio {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")


if __name__ == "__main__":
    main()
