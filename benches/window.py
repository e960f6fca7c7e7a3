#!/usr/bin/env python3
"""What the window costs: when idle, at startup, and with long lists of active transfers.

    cargo build --release
    python3 benches/window.py target/release/landline [--cases idle,start,rows] [--secs 10] [--starts 5]

idle   CPU and frames of a window in which nothing happens
start  from the start of the program to its first frame on the screen, with a warm cache
rows   10,000 finished and 50 active uploads, drawn ten times per second

The window is on its own virtual display (Xvfb), rendered in software; frame times come from the program's log. A frame
time is the program's own work: layout, tessellation and draw calls, without waiting for the screen. CPU is that of the
whole process, including software rendering, in percent of one core. Needs Xvfb and curl.
"""

import argparse
import contextlib
import http.client
import json
import os
import pathlib
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

# Timeout for things that should take a moment.
PATIENCE = 60.0
# How long a new window takes to become idle.
SETTLE = 3.0
# The speed of each slow download; the sum is small, so that only the drawing is measured.
SLOW = "20k"
CLIENTS = 8
LOG = "landline::app::system::frames"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program", help="a release build")
    parser.add_argument("--cases", default=",".join(CASES), help="of " + ", ".join(CASES))
    parser.add_argument("--secs", type=float, default=10.0, help="how long to observe a window")
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--files", type=int, default=10_000, help="number of finished uploads")
    parser.add_argument("--moving", type=int, default=50, help="number of active uploads")
    options = parser.parse_args()
    options.program = os.path.abspath(options.program)
    cases = options.cases.split(",")
    if unknown := set(cases) - set(CASES):
        sys.exit(f"no such case: {', '.join(unknown)}")
    missing = [tool for tool in ("Xvfb", "curl") if not shutil.which(tool)]
    if missing or not os.path.exists(options.program):
        sys.exit(f"needs {', '.join(missing) or options.program}")
    with screen() as display:
        for case in cases:
            with tempfile.TemporaryDirectory() as scratch:
                CASES[case](options, display, pathlib.Path(scratch))


def idle(options, display, scratch):
    """A window in which nothing happens."""
    with Window(options.program, display, scratch) as window:
        time.sleep(SETTLE)
        frames, cpu = window.watch(options.secs)
    report("idle: CPU", f"{cpu:.2f}%")
    report(f"idle: frames in {options.secs:g} s", f"{len(frames)}")


def start(options, display, scratch):
    """The time to the first frame, with a warm file cache."""
    times = []
    for number in range(1 + options.starts):
        folder = scratch / str(number)
        folder.mkdir()
        with Window(options.program, display, folder) as window:
            times.append(window.first_frame_ms)
    # The first start reads the program and the fonts from the disk.
    times = times[1:]
    report("first frame", f"{statistics.median(times):.0f} ms ({min(times):.0f} to {max(times):.0f})")


def rows(options, display, scratch):
    """Many finished uploads, and some active ones."""
    shared = scratch / "shared"
    shared.mkdir()
    names = [f"{number:05}.txt" for number in range(options.files)]
    for name in names:
        (shared / name).write_text(name)
    with open(shared / "slow.bin", "wb") as slow:
        slow.truncate(2**30)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    settings = {"tab": "server", "share_at_launch": True, "folder": str(shared), "port": str(port)}
    with Window(options.program, display, scratch, settings) as window:
        wait_for_port(port)
        began = time.monotonic()
        fetch_all(port, names)
        rate = len(names) / (time.monotonic() - began)
        time.sleep(SETTLE)
        at_rest, cpu_at_rest = window.watch(options.secs)
        with slow_downloads(port, options.moving):
            time.sleep(SETTLE)
            frames, cpu = window.watch(options.secs)
    what = f"{options.files} rows"
    report(f"{what}: requests/s while they come", f"{rate:.0f}")
    report(f"{what}, at rest: CPU", f"{cpu_at_rest:.2f}%")
    report(f"{what}, at rest: frames in {options.secs:g} s", f"{len(at_rest)}")
    if len(frames) < 20:
        sys.exit(f"{len(frames)} frames in {options.secs:g} s: nothing moved")
    what += f" and {options.moving} that move"
    median, percentile = statistics.median(frames), statistics.quantiles(frames, n=20)[-1]
    report(f"{what}: frames/s", f"{len(frames) / options.secs:.1f}")
    report(f"{what}: a frame", f"{median:.2f} ms, 95th percentile {percentile:.2f} ms")
    report(f"{what}: CPU", f"{cpu:.1f}%")


CASES = {"idle": idle, "start": start, "rows": rows}


def report(what, figure):
    print(f"{what:<50} {figure}", flush=True)


class Window:
    """A running program, and the frame times in its log."""

    def __init__(self, program, display, scratch, settings=None):
        config = scratch / "config"
        config.mkdir()
        (config / "settings.json").write_text(json.dumps(settings or {}))
        environment = os.environ | {
            "DISPLAY": display,
            "LANDLINE_CONFIG_DIR": str(config),
            "LIBGL_ALWAYS_SOFTWARE": "1",
            "RUST_LOG": f"{LOG}=trace",
        }
        environment.pop("WAYLAND_DISPLAY", None)
        self.process = subprocess.Popen([program], env=environment, stderr=subprocess.PIPE, text=True)
        self.frames, self.first_frame_ms = [], None
        self.came_up = threading.Event()
        threading.Thread(target=self.read, daemon=True).start()

    def __enter__(self):
        if not self.came_up.wait(PATIENCE):
            self.__exit__()
            sys.exit(f"{self.process.args[0]} logged no first frame")
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def read(self):
        for line in self.process.stderr:
            if took := re.search(r"frame took ([\d.]+) ms", line):
                self.frames.append(float(took[1]))
            elif first := re.search(r"first frame after (\d+) ms", line):
                self.first_frame_ms = int(first[1])
                self.came_up.set()

    def watch(self, secs):
        """The milliseconds of each frame in that time, and the CPU in percent of one core."""
        seen, cpu, began = len(self.frames), self.cpu_secs(), time.monotonic()
        time.sleep(secs)
        cpu = (self.cpu_secs() - cpu) / (time.monotonic() - began)
        return self.frames[seen:], 100 * cpu

    def cpu_secs(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wait_for_port(port):
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with contextlib.suppress(ConnectionRefusedError):
            return socket.create_connection(("127.0.0.1", port)).close()
        time.sleep(0.05)
    sys.exit("the window does not share at launch")


def fetch_all(port, names):
    """Download every file once, over keep-alive connections."""
    failures = []

    def fetch(own):
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        for name in own:
            client.request("GET", f"/{name}")
            if client.getresponse().read() != name.encode():
                failures.append(name)
        client.close()

    threads = [threading.Thread(target=fetch, args=(names[number::CLIENTS],)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        sys.exit(f"{len(failures)} files arrived wrong")


@contextlib.contextmanager
def slow_downloads(port, count):
    command = ["curl", "-s", "--limit-rate", SLOW, "-o", "/dev/null", f"http://127.0.0.1:{port}/slow.bin"]
    curls = [subprocess.Popen(command) for _ in range(count)]
    try:
        yield
        if ended := sum(curl.poll() is not None for curl in curls):
            sys.exit(f"{ended} of {count} slow downloads ended early")
    finally:
        for curl in curls:
            curl.kill()
            curl.wait()


@contextlib.contextmanager
def screen():
    """Our own X server, on an unused display."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x900x24", "-nolisten", "tcp"]
    process = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as pipe:
            yield f":{pipe.readline().strip()}"
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    main()
