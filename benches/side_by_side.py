#!/usr/bin/env python3
"""Landline beside nginx and curl, in one run on one machine, as ratios.

    cargo build --release
    python3 benches/side_by_side.py [--gib 1] [--rounds 5]

Both ends are on loopback, the two programs take turns, and each ratio is the median of the rounds'
ratios, so that a machine whose speed drifts does not decide. Needs nginx and curl for the big file and wrk
for small ones; what is not installed is said and left out.
"""

import argparse
import os
import pathlib
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

LANDLINE = pathlib.Path(__file__).parent.parent / "target/release/landline"
NGINX = """daemon off; worker_processes 2; pid {0}/nginx.pid; error_log {0}/error.log;
events {{ worker_connections 4096; }}
http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;
  client_body_temp_path {0}/t1; proxy_temp_path {0}/t2; fastcgi_temp_path {0}/t3; uwsgi_temp_path {0}/t4;
  scgi_temp_path {0}/t5; server {{ listen 127.0.0.1:{1}; root {2}; }} }}
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--gib", type=float, default=1.0, help="size of the big file")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    missing = [tool for tool in ("nginx", "curl") if not shutil.which(tool)]
    if missing or not LANDLINE.exists():
        sys.exit(f"needs {', '.join(missing) or LANDLINE}")
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch, "files")
        folder.mkdir()
        os.chmod(scratch, 0o755)
        fill(folder / "big", int(options.gib * 2**30))
        (folder / "small").write_bytes(os.urandom(1024))
        servers = {"landline": landline(folder), "nginx": nginx(folder, scratch)}
        try:
            big_file(servers, options)
            small_files(servers, options)
            client(servers, options, pathlib.Path(scratch))
        finally:
            for process, _ in servers.values():
                process.terminate()
                process.wait()


def big_file(servers, options):
    """How fast curl gets one big file, and what that costs the server."""
    speed, cpu = {name: [] for name in servers}, {name: [] for name in servers}
    for _ in range(options.rounds):
        for name, (process, port) in servers.items():
            before = cpu_secs(process)
            began = time.monotonic()
            subprocess.run(["curl", "-sf", "-o", "/dev/null", f"http://127.0.0.1:{port}/big"], check=True)
            speed[name].append(options.gib / (time.monotonic() - began))
            cpu[name].append((cpu_secs(process) - before) / options.gib)
    report("big file, GiB/s", speed)
    report("server CPU, s/GiB", cpu)


def small_files(servers, options):
    """How many requests a second for 1 KiB, on 32 kept-alive connections."""
    if not shutil.which("wrk"):
        print("small requests/s: left out, wrk is not installed")
        return
    rate = {name: [] for name in servers}
    for _ in range(options.rounds):
        for name, (_, port) in servers.items():
            command = ["wrk", "-t1", "-c32", "-d3", f"http://127.0.0.1:{port}/small"]
            out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            rate[name].append(float(out.split("Requests/sec:")[1].split()[0]))
    report("small requests/s", rate)


def client(servers, options, scratch):
    """How fast a big file gets from nginx to the disk, saved by landline and by curl."""
    _, port = servers["nginx"]
    speed = {"landline": [], "curl": []}
    commands = {
        "landline": [LANDLINE, "get", "127.0.0.1", "big", "-p", str(port), "-o"],
        "curl": ["curl", "-sf", f"http://127.0.0.1:{port}/big", "-o"],
    }
    for _ in range(options.rounds):
        for name, command in commands.items():
            target = scratch / f"saved-by-{name}"
            began = time.monotonic()
            subprocess.run([*command, target], check=True, stdout=subprocess.DEVNULL)
            # Landline has put the file on the disk when it says so; give curl's the same end.
            with open(target, "rb") as file:
                os.fsync(file.fileno())
            speed[name].append(options.gib / (time.monotonic() - began))
            target.unlink()
    report("download to disk, GiB/s", speed)


def report(what, figures):
    (ours, mine), (theirs, other) = figures.items()
    ratios = [a / b for a, b in zip(mine, other) if b]
    ratio = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})" if ratios else "none"
    medians = f"{ours} {statistics.median(mine):.4g}, {theirs} {statistics.median(other):.4g}"
    print(f"{what}: {medians}, ratio {ratio}", flush=True)


def landline(folder):
    command = [LANDLINE, "serve", folder, "--port", "0", "--bind", "127.0.0.1"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    port = int(process.stdout.readline().rsplit(":", 1)[1])
    # Somebody has to read its lines, or it would wait for its reader.
    subprocess.Popen(["cat"], stdin=process.stdout, stdout=subprocess.DEVNULL)
    return process, port


def nginx(folder, scratch):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    config = pathlib.Path(scratch, "nginx.conf")
    config.write_text(NGINX.format(scratch, port, folder))
    process = subprocess.Popen(["nginx", "-c", config], stderr=subprocess.DEVNULL)
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return process, port
        except ConnectionRefusedError:
            time.sleep(0.02)
    sys.exit("nginx did not start")


def cpu_secs(process):
    """User and system time of a process and its children so far."""
    children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    ticks = 0
    for pid in [process.pid, *children]:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def fill(path, length):
    block = os.urandom(1 << 20)
    with open(path, "wb") as file:
        for _ in range(length >> 20):
            file.write(block)


if __name__ == "__main__":
    main()
