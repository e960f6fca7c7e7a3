#!/usr/bin/env python3
"""Compares Landline with nginx and curl, in one run on one machine, as ratios.

    cargo build --release
    python3 benches/side_by_side.py [--cases serve,small,new,get,folder,listing] [--gib 1] [--files 10000] [--rounds 5]

serve   curl downloads a big file from landline and from nginx, and their CPU time (on loopback the kernel does the
        server's work in either of the two processes, so the sum of both is shown, too)
small   requests per second for 1 KiB
new     how long 1 KiB takes on a new connection, from connect to the last byte
get     a big file saved to disk: landline verifies its SHA-256 if the server sends it, curl verifies nothing. In the
        fair pair, landline is the server for both.
folder  10,000 files of 4 KiB from landline: `landline get HOST folder/` and `curl --parallel`
listing a folder of 100,000 files as a page: the time to its first and its last byte, compared with nginx's autoindex

Both ends are on loopback, the two programs take turns, and each ratio is the median of the rounds' ratios, so that a
machine whose speed drifts does not affect the result. Needs nginx, curl for the big file and wrk for small ones; cases
whose tools are not installed are skipped with a message. Saved files should go to a real disk: choose one with --scratch
if the folder for temporary files is in memory.
"""

import argparse
import os
import pathlib
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

LANDLINE = pathlib.Path(__file__).resolve().parent.parent / "target/release/landline"
NGINX = """daemon off; worker_processes 2; pid {0}/nginx.pid; error_log {0}/error.log;
events {{ worker_connections 4096; }}
http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;
  client_body_temp_path {0}/t1; proxy_temp_path {0}/t2; fastcgi_temp_path {0}/t3; uwsgi_temp_path {0}/t4;
  scgi_temp_path {0}/t5; server {{ listen 127.0.0.1:{1}; root {2}; autoindex on; }} }}
"""


def main():
    global LANDLINE
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--gib", type=float, default=1.0, help="size of the big file")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--files", type=int, default=10_000, help="how many small files the folder has")
    parser.add_argument("--entries", type=int, default=100_000, help="how many files the long listing has")
    parser.add_argument("--cases", default="serve,small,new,get", help="of " + ", ".join(CASES))
    parser.add_argument("--scratch", help="a folder on the disk to measure")
    parser.add_argument("--program", type=pathlib.Path, default=LANDLINE, help="the program to measure")
    options = parser.parse_args()
    LANDLINE = options.program.resolve()
    cases = options.cases.split(",")
    if unknown := set(cases) - set(CASES):
        sys.exit(f"no such case: {', '.join(unknown)}")
    tools = ["nginx"] + ["curl"] * (not {"small", "listing"}.issuperset(cases))
    missing = [tool for tool in tools if not shutil.which(tool)]
    if missing or not LANDLINE.exists():
        sys.exit(f"needs {', '.join(missing) or LANDLINE}")
    with tempfile.TemporaryDirectory(dir=options.scratch) as scratch:
        folder = pathlib.Path(scratch, "files")
        folder.mkdir()
        os.chmod(scratch, 0o755)
        if {"serve", "get"} & set(cases):
            fill(folder / "big", int(options.gib * 2**30))
        (folder / "small").write_bytes(os.urandom(1024))
        servers = {"landline": landline(folder), "nginx": nginx(folder, scratch)}
        try:
            for case in cases:
                CASES[case](servers, options, pathlib.Path(scratch))
        finally:
            for process, _ in servers.values():
                process.terminate()
                process.wait()


def big_file(servers, options, _scratch):
    """How fast curl downloads one big file, and the server's CPU time."""
    speed, cpu, both = ({name: [] for name in servers} for _ in range(3))
    for _ in range(options.rounds):
        for name, (process, port) in servers.items():
            before, curl_before = cpu_secs(process), children_secs()
            began = time.monotonic()
            subprocess.run(["curl", "-sf", "-o", "/dev/null", f"http://127.0.0.1:{port}/big"], check=True)
            speed[name].append(options.gib / (time.monotonic() - began))
            cpu[name].append((cpu_secs(process) - before) / options.gib)
            both[name].append(cpu[name][-1] + (children_secs() - curl_before) / options.gib)
    report("big file, GiB/s", speed)
    report("server CPU, s/GiB", cpu)
    report("CPU of server and curl, s/GiB", both)


def small_files(servers, options, _scratch):
    """How many requests per second for 1 KiB, over 32 keep-alive connections."""
    if not shutil.which("wrk"):
        print("small requests/s: skipped, wrk is not installed")
        return
    rate = {name: [] for name in servers}
    for _ in range(options.rounds):
        for name, (_, port) in servers.items():
            command = ["wrk", "-t1", "-c32", "-d3", f"http://127.0.0.1:{port}/small"]
            out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            rate[name].append(float(out.split("Requests/sec:")[1].split()[0]))
    report("small requests/s", rate)


def new_connections(servers, options, _scratch):
    """How long 1 KiB takes on a new connection."""
    micros = {name: [] for name in servers}
    for _ in range(options.rounds):
        for name, (_, port) in servers.items():
            micros[name].append(statistics.median(request_secs(port) for _ in range(1000)) * 1e6)
    report("1 KiB on a new connection, median, microseconds", micros)


def request_secs(port):
    began = time.perf_counter()
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"GET /small HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        answer = connection.recv(65536)
        while len(answer) - answer.find(b"\r\n\r\n") - 4 < 1024:
            answer += connection.recv(65536)
        return time.perf_counter() - began


def client(servers, options, scratch):
    """How fast landline and curl save a big file to disk."""
    speed = {(saver, server): [] for saver in ("landline", "curl") for server in servers}
    for _ in range(options.rounds):
        for saver, server in speed:
            if saver == "landline":
                # A digest that the server has cached would cost it nothing.
                os.utime(scratch / "files/big")
            target = scratch / f"saved-by-{saver}"
            began = time.monotonic()
            save(saver, servers[server][1], target)
            speed[saver, server].append(options.gib / (time.monotonic() - began))
            target.unlink()

    def pair(what, ours, theirs):
        report(f"{what}, GiB/s", {"landline": speed["landline", ours], "curl": speed["curl", theirs]})

    pair("saved from landline (the fair pair), verified by landline, not by curl", "landline", "landline")
    pair("saved from nginx, verified by neither", "nginx", "nginx")
    pair("saved from landline and verified; by curl from nginx, not verified", "landline", "nginx")


def save(saver, port, target):
    """Save the big file. Landline has synced it to the disk when it exits; do the same for curl's."""
    if saver == "landline":
        command = [LANDLINE, "get", "127.0.0.1", "big", "-p", str(port), "-o", target]
    else:
        command = ["curl", "-sf", f"http://127.0.0.1:{port}/big", "-o", target]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with open(target, "rb") as file:
        os.fsync(file.fileno())


def folder_of_files(servers, options, scratch):
    """How fast landline and curl save many files of 4 KiB from landline to disk."""
    shared = scratch / "files/many"
    shared.mkdir(exist_ok=True)
    names = [f"{number:05}.bin" for number in range(options.files)]
    for name in names:
        (shared / name).write_bytes(os.urandom(4096))
    _, port = servers["landline"]
    urls = scratch / "urls"
    lines = (f'url = "http://127.0.0.1:{port}/many/{name}"\noutput = "{name}"\n' for name in names)
    urls.write_text("".join(lines))
    commands = {
        "landline": [LANDLINE, "get", "127.0.0.1", "many/", "-p", str(port), "--dir", "."],
        "curl": ["curl", "-f", "--no-progress-meter", "--parallel", "--parallel-max", "16", "--config", urls],
    }
    rate = {name: [] for name in commands}
    for _ in range(options.rounds):
        for saver, command in commands.items():
            target = scratch / "many"
            target.mkdir()
            began = time.monotonic()
            subprocess.run(command, check=True, cwd=target, stdout=subprocess.DEVNULL)
            subprocess.run(["sync", "-f", target], check=True)
            rate[saver].append(len(names) / (time.monotonic() - began))
            saved = sum(path.stat().st_size == 4096 for path in target.rglob("*.bin"))
            if saved != len(names):
                sys.exit(f"{saver} saved {saved} of {len(names)} files")
            shutil.rmtree(target)
    report("files of 4 KiB saved from landline, files/s", rate)


def listing(servers, options, scratch):
    """How long the page of a large folder takes to its first and its last byte."""
    shared = scratch / "files/long"
    shared.mkdir()
    for number in range(options.entries):
        (shared / f"File number {number:06}.txt").touch()
    first, whole = {name: [] for name in servers}, {name: [] for name in servers}
    for _ in range(options.rounds):
        for name, (_, port) in servers.items():
            # HTTP/1.0 has no chunks, so the rows can be counted.
            request = f"GET /long/ HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n\r\n"
            with socket.create_connection(("127.0.0.1", port)) as connection:
                began = time.monotonic()
                connection.sendall(request.encode())
                pieces = [connection.recv(1 << 16)]
                first[name].append(1000 * (time.monotonic() - began))
                while piece := connection.recv(1 << 18):
                    pieces.append(piece)
                whole[name].append(1000 * (time.monotonic() - began))
            listed = b"".join(pieces).count(b".txt\">")
            if listed != options.entries:
                sys.exit(f"{name} listed {listed} of {options.entries} files")
    report(f"{options.entries} files listed, first byte, ms", first)
    report(f"{options.entries} files listed, whole page, ms", whole)


CASES = {
    "serve": big_file,
    "small": small_files,
    "new": new_connections,
    "get": client,
    "folder": folder_of_files,
    "listing": listing,
}


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
    # Read its lines, or it would block on a full pipe.
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
    """The user and system time of a process and its children so far."""
    children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    ticks = 0
    for pid in [process.pid, *children]:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def children_secs():
    """The user and system time of the child processes that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def fill(path, length):
    block = os.urandom(1 << 20)
    with open(path, "wb") as file:
        for _ in range(length >> 20):
            file.write(block)


if __name__ == "__main__":
    main()
