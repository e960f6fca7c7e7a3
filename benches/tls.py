#!/usr/bin/env python3
"""Compares Landline with nginx and curl over TLS, in one run on one machine, as ratios.

    cargo build --profile dist
    python3 benches/tls.py target/dist/landline [--cases big,small,new,get] [--gib 1] [--rounds 5] [--secs 3]

big    curl -k downloads a big file to /dev/null; the CPU time of the server, and of both ends
small  requests per second for 1 KiB over kept-alive connections (wrk), and what a request costs the server; the same
       over plain HTTP
new    handshakes per second of the server's CPU time (openssl s_time -new), full ones
get    a big file saved to memory: landline verifies its SHA-256, curl -k verifies nothing

Both servers have a P-256 key, and speak TLS 1.3 with TLS_AES_256_GCM_SHA384 and X25519; this is checked. The two programs
take turns, and each ratio is the median of the rounds' ratios, with the least and the greatest. Needs nginx, curl, openssl
and wrk.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

from side_by_side import children_secs, cpu_secs, fill, report

CIPHER = "TLS_AES_256_GCM_SHA384"
NGINX = """daemon off; worker_processes 2; pid {0}/nginx.pid; error_log {0}/error.log;
events {{ worker_connections 4096; }}
http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;
  client_body_temp_path {0}/t1; proxy_temp_path {0}/t2; fastcgi_temp_path {0}/t3; uwsgi_temp_path {0}/t4;
  scgi_temp_path {0}/t5;
  server {{ listen 127.0.0.1:{1} ssl; listen 127.0.0.1:{2}; root {3}; ssl_certificate {0}/cert.pem;
    ssl_certificate_key {0}/key.pem; ssl_protocols TLSv1.3; ssl_conf_command Ciphersuites {4};
    ssl_ecdh_curve X25519; ssl_session_cache shared:SSL:10m; }} }}
"""
# What openssl needs to connect as often as it can, in processes of its own.
CLIENTS = 4


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program", type=pathlib.Path, help="the program to measure")
    parser.add_argument("--gib", type=float, default=1.0, help="size of the big file")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--secs", type=int, default=3, help="how long each round of small requests and handshakes takes")
    parser.add_argument("--cases", default=",".join(CASES), help="of " + ", ".join(CASES))
    parser.add_argument("--scratch", default="/dev/shm", help="a folder in memory")
    options = parser.parse_args()
    cases = options.cases.split(",")
    if unknown := set(cases) - set(CASES):
        sys.exit(f"no such case: {', '.join(unknown)}")
    if missing := [tool for tool in ["nginx", "curl", "openssl", "wrk"] if not shutil.which(tool)]:
        sys.exit(f"needs {', '.join(missing)}")
    with tempfile.TemporaryDirectory(dir=options.scratch) as scratch:
        scratch = pathlib.Path(scratch)
        os.chmod(scratch, 0o755)
        folder = scratch / "files"
        folder.mkdir()
        if {"big", "get"} & set(cases):
            fill(folder / "big", int(options.gib * 2**30))
        (folder / "small").write_bytes(os.urandom(1024))
        servers = {}
        try:
            servers["landline"] = landline(options.program.resolve(), folder, scratch)
            servers["nginx"] = nginx(folder, scratch)
            for server in servers.values():
                check_cipher(server)
            for case in cases:
                CASES[case](servers, options, scratch)
        finally:
            for server in servers.values():
                server.process.terminate()
                server.process.wait()


class Server:
    def __init__(self, process, port, plain_port):
        self.process, self.port = process, port
        self.url, self.plain_url = f"https://127.0.0.1:{port}", f"http://127.0.0.1:{plain_port}"
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                return
            except ConnectionRefusedError:
                time.sleep(0.02)
        sys.exit("a server did not start")


def landline(program, folder, scratch):
    environment = os.environ | {"LANDLINE_CONFIG_DIR": str(scratch / "server")}
    (scratch / "server").mkdir(mode=0o700)
    command = [program, "serve", folder, "--port", "0", "--bind", "127.0.0.1", "--no-announce"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    port = int(re.search(r"127\.0\.0\.1:(\d+)", process.stdout.readline())[1])
    # Its lines are read, or it would block on a full pipe.
    threading.Thread(target=process.stdout.read, daemon=True).start()
    return Server(process, port, port)


def nginx(folder, scratch):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
         "-subj", "/CN=nginx", "-keyout", scratch / "key.pem", "-out", scratch / "cert.pem"],
        check=True, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    ports = free_port(), free_port()
    config = scratch / "nginx.conf"
    config.write_text(NGINX.format(scratch, *ports, folder, CIPHER))
    return Server(subprocess.Popen(["nginx", "-c", config], stderr=subprocess.DEVNULL), *ports)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def check_cipher(server):
    command = ["openssl", "s_client", "-connect", f"127.0.0.1:{server.port}"]
    out = subprocess.run(command, input=b"", capture_output=True).stdout.decode()
    agreed = [f"New, TLSv1.3, Cipher is {CIPHER}", "Server Temp Key: X25519", "Server public key is 256 bit"]
    if missing := [line for line in agreed if line not in out]:
        sys.exit(f"{server.url}: not {', '.join(missing)}")


def big_file(servers, options, _scratch):
    """How fast curl downloads one big file, and the CPU time."""
    speed, cpu, both = ({name: [] for name in servers} for _ in range(3))
    for _ in range(options.rounds):
        for name, server in servers.items():
            before, curl_before = cpu_secs(server.process), children_secs()
            began = time.monotonic()
            subprocess.run(["curl", "-sfk", "-o", "/dev/null", f"{server.url}/big"], check=True)
            speed[name].append(options.gib / (time.monotonic() - began))
            cpu[name].append((cpu_secs(server.process) - before) / options.gib)
            both[name].append(cpu[name][-1] + (children_secs() - curl_before) / options.gib)
    report("big file, GiB/s", speed)
    report("server CPU, s/GiB", cpu)
    report("CPU of server and curl, s/GiB", both)


def small_files(servers, options, _scratch):
    """How many requests per second for 1 KiB, over 32 connections that are kept alive."""
    for what, url in [("over TLS", lambda it: it.url), ("plain", lambda it: it.plain_url)]:
        rate, cpu = ({name: [] for name in servers} for _ in range(2))
        for _ in range(options.rounds):
            for name, server in servers.items():
                before = cpu_secs(server.process)
                command = ["wrk", "-t1", "-c32", f"-d{options.secs}", f"{url(server)}/small"]
                out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
                if "Non-2xx" in out or "Socket errors" in out:
                    sys.exit(out)
                rate[name].append(float(out.split("Requests/sec:")[1].split()[0]))
                count = int(re.search(r"(\d+) requests in", out)[1])
                cpu[name].append((cpu_secs(server.process) - before) / count * 1e6)
        report(f"small requests/s, {what}", rate)
        report(f"server CPU for each, microseconds, {what}", cpu)


def handshakes(servers, options, _scratch):
    """How many full handshakes a second of the server's CPU time is enough for."""
    rate, per_core = ({name: [] for name in servers} for _ in range(2))
    for _ in range(options.rounds):
        for name, server in servers.items():
            before, began = cpu_secs(server.process), time.monotonic()
            command = ["openssl", "s_time", "-new", "-connect", f"127.0.0.1:{server.port}", "-time", str(options.secs)]
            clients = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(CLIENTS)]
            outs = [client.communicate()[0] for client in clients]
            secs = time.monotonic() - began
            count = sum(int(re.search(r"(\d+) connections in \d+ real", out)[1]) for out in outs)
            rate[name].append(count / secs)
            per_core[name].append(count / (cpu_secs(server.process) - before))
    report("handshakes/s", rate)
    report("handshakes per second of server CPU", per_core)


def client(servers, options, scratch):
    """How fast landline and curl save a big file to memory, from landline."""
    url = f"{servers['landline'].url}/big"
    target, settings = scratch / "saved", scratch / "client"
    settings.mkdir(mode=0o700)
    environment = os.environ | {"LANDLINE_CONFIG_DIR": str(settings)}
    program = options.program.resolve()
    commands = {
        "landline": [program, "get", url, "-o", target],
        "curl": ["curl", "-sfk", url, "-o", target],
    }
    speed, cpu = ({name: [] for name in commands} for _ in range(2))
    for _ in range(options.rounds):
        for name, command in commands.items():
            # A digest that the server has cached would cost it nothing.
            os.utime(scratch / "files/big")
            before, began = children_secs(), time.monotonic()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
            speed[name].append(options.gib / (time.monotonic() - began))
            cpu[name].append((children_secs() - before) / options.gib)
            if target.stat().st_size != (scratch / "files/big").stat().st_size:
                sys.exit(f"{name} saved a torso")
            target.unlink()
    # It was really encrypted, by the identity that was remembered.
    known = json.loads((settings / "known-servers.json").read_text())
    if str(servers["landline"].port) not in json.dumps(known):
        sys.exit(f"the identity was not remembered: {known}")
    report("saved over TLS (verified by landline, not by curl), GiB/s", speed)
    report("CPU of the client, s/GiB", cpu)


CASES = {"big": big_file, "small": small_files, "new": handshakes, "get": client}


if __name__ == "__main__":
    main()
