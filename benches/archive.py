#!/usr/bin/env python3
"""How fast a folder is sent as one ZIP archive, compared with the same bytes as one file.

    cargo build --release
    python3 benches/archive.py target/release/landline

Fetches both with curl to /dev/null, in pairs: 1 GiB of files of 4 KiB to 256 MiB. `first` archives are sent by a server
that knows no checksum, `again` by one that has sent the archive before. Then the time until the head of an archive of
100,000 files, of which the server has listed none. Needs curl.
"""

import argparse
import os
import pathlib
import re
import signal
import statistics
import subprocess
import tempfile
import time

# Files of each size, 1 GiB in all.
SIZES = {256 << 20: 2, 32 << 20: 8, 2 << 20: 64, 128 << 10: 768, 4 << 10: 8192}
MANY = 100_000


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("landline")
    parser.add_argument("--pairs", type=int, default=7)
    arguments = parser.parse_args()
    program = pathlib.Path(arguments.landline).resolve()
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        total = mixed(work / "share/mixed")
        same_bytes(work / "share/one.bin", total)
        for what in ["first", "again"]:
            print_ratios(what, list(pairs(program, work / "share", arguments.pairs, what)), total)
        many = work / "many"
        for number in range(MANY):
            path = many / f"{number // 1000:03}" / f"{number % 1000:03}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        times = sorted(until_head(program, many) for _ in range(arguments.pairs))
        middle = statistics.median(times)
        print(f"head of {MANY:,} files: {middle:.2f} s ({times[0]:.2f} to {times[-1]:.2f})")


def mixed(folder):
    folder.mkdir(parents=True)
    block = os.urandom(1 << 20)
    total = 0
    for size, count in SIZES.items():
        for number in range(count):
            with open(folder / f"{size}-{number}", "wb") as file:
                for at in range(0, size, len(block)):
                    file.write(block[: size - at])
            total += size
    return total


def same_bytes(path, total):
    block = os.urandom(1 << 20)
    with open(path, "wb") as file:
        for at in range(0, total, len(block)):
            file.write(block[: total - at])


def pairs(program, share, count, what):
    """Ratios of the rates of archive and file, with the rate of the file."""
    serving = Serving(program, share)
    # What the disk has to read is the same for both: nothing.
    for path in ["mixed/?zip", "one.bin"]:
        serving.fetch(path)
    for number in range(count):
        if what == "first":
            serving.stop()
            serving = Serving(program, share)
        paths = ["mixed/?zip", "one.bin"]
        taken = {path: serving.fetch(path) for path in (paths if number % 2 else paths[::-1])}
        yield taken["one.bin"] / taken["mixed/?zip"], taken["one.bin"]
    serving.stop()


def print_ratios(what, results, total):
    ratios = sorted(ratio for ratio, _ in results)
    rate = total / statistics.median(taken for _, taken in results) / (1 << 30)
    middle = statistics.median(ratios)
    print(f"{what}: {middle:.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f}) of one file at {rate:.2f} GiB/s")


def until_head(program, folder):
    serving = Serving(program, folder)
    taken = serving.fetch("?zip", "-I")
    serving.stop()
    return taken


class Serving:
    """A share on a free port of loopback."""

    def __init__(self, program, folder):
        command = [program, "serve", folder, "--port", "0", "--bind", "127.0.0.1", "--no-announce"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.url = re.search(r"http://\S+", self.process.stdout.readline())[0]

    def fetch(self, path, *options):
        """Seconds."""
        began = time.monotonic()
        command = ["curl", "-sSf", *options, "-o", "/dev/null", f"{self.url}/{path}"]
        subprocess.run(command, check=True)
        return time.monotonic() - began

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.communicate()


if __name__ == "__main__":
    main()
