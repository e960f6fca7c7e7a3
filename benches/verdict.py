#!/usr/bin/env python3
"""Whether --explain names the right cause: transfers that are slow for a known reason, between network namespaces.

    cargo build --release
    sudo python3 benches/verdict.py [--situations slow-reader,loss,...] [--runs 10] [--parallel 1] [--json FILE]

A server, a router and a client each have a namespace of their own; the router limits the rate (tc tbf) or drops segments
(iptables), or delays them (a program of this file on a TUN device). `landline serve --explain` and `landline get --explain` are the real program; where the other end has to be
slow in a certain way, it is a program of this file. Prints for each situation and end which verdicts there were, and the
share of right ones; and how far the figures in the sentences are from what `ss -ti` said last. Exits with 1 if less than
95% of a situation are right.

Needs root, iproute2, iptables with the statistic match; slow-disk-write needs a loop device and mkfs.ext4, slow-disk-read
and busy-server need control groups (either version). Situations that the system has no means for are skipped with a message.
"""

import argparse
import collections
import concurrent.futures
import contextlib
import fcntl
import itertools
import json
import os
import pathlib
import re
import select
import shutil
import signal
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time

LANDLINE = pathlib.Path(__file__).resolve().parent.parent / "target/release/landline"
SECS = 7.5
MB = 1_000_000
PORT = 8080
WANTED = 0.95

# The beginning of each title, and the verdict's name here.
TITLES = {
    "Full speed": "full-speed",
    "Limited by the receiver: its disk": "receiver",
    "Limited by the receiver: its receive window": "receiver-window",
    "Limited by this computer: its receive window": "own-window",
    "Limited by this computer: its disk reads": "disk-read",
    "Limited by this computer: its disk writes": "disk-write",
    "Limited by this computer: the program": "output",
    "Limited by this computer: verifying": "hasher",
    "Limited by this computer: it is too busy": "program",
    "Limited by this computer: its send buffer": "send-buffer",
    "Limited by the network: it loses": "loss",
    "Limited by the network: it carries": "network",
    "Limited by the server: it sends": "server",
    "The receiver has stopped": "stalled-reading",
    "The other side has stopped": "stalled-acknowledging",
    "Nothing arrives": "stalled-sending",
    "Limited by the receiver or": "elsewhere",
    "Limited by the server or": "elsewhere",
    "Limited by the number": "requests",
    "The other side reset": "reset",
    "This computer cut": "reset-own",
    "Over too soon": "too-short",
}


class Situation:
    """How the ends and the network are made slow, and what each end should say. `serve` and `get` are the verdicts that
    are right there, None where another program is the end."""

    def __init__(self, serve=None, get=None, rate=None, line=None, loss=None, server_mem=None, client_mem=None,
                 client="get", server="serve", ends="whole", limit=None, to="file", delay=None, alone=False):
        self.serve, self.get, self.rate, self.line, self.loss = serve, get, rate, line, loss
        self.server_mem, self.client_mem, self.client, self.server = server_mem, client_mem, client, server
        self.ends, self.limit, self.to, self.delay = ends, limit, to, delay
        self.alone = alone


# A send buffer that is no limit for a slow transfer, but does not hold seconds of it.
LITTLE = "4096 16384 524288"

SITUATIONS = {
    # The window of a reader in Python that reads 3 MB/s, in pieces.
    "slow-reader": Situation(serve={"receiver"}, client="reader", rate=3 * MB),
    # Its buffer is tiny, but it reads as fast as it can.
    "tiny-receive-buffer": Situation(serve={"receiver", "receiver-window"}, client="reader-tiny", delay=0.01, server_mem=LITTLE),
    # The same of Landline itself, which sees its own window.
    "tiny-own-buffer": Situation(serve={"receiver", "receiver-window"}, get={"own-window"}, client_mem="4096 6144 6144", delay=0.01,
                                 server_mem=LITTLE),
    # A pipe whose reader takes 5 MB/s.
    "slow-output": Situation(serve={"receiver"}, get={"output"}, to="pipe", rate=5 * MB),
    # A file system that writes everything at once.
    "slow-disk-write": Situation(serve={"receiver"}, get={"disk-write"}, to="sync"),
    # The server's disk reads 10 MB/s. The client cannot see more than that the data comes in bursts.
    "slow-disk-read": Situation(serve={"disk-read"}, get={"server", "elsewhere"}, rate=10 * MB, limit="read"),
    # A server program that sends 64 KB every 50 ms.
    "slow-server": Situation(get={"server"}, server="sender", rate=1.3 * MB),
    # It sends small pieces all the time: no more can be said than that it or the network is slow.
    "steady-slow-server": Situation(get={"elsewhere"}, server="sender-steady", rate=2 * MB),
    # Landline's server has 5% of a processor.
    "busy-server": Situation(serve={"program"}, get={"server", "elsewhere"}, limit="cpu"),
    "20-mbit-line": Situation(serve={"network"}, get={"network"}, line="20mbit", rate=2.35 * MB),
    "loss": Situation(serve={"loss"}, get={"loss"}, loss=0.02, delay=0.01, server_mem=LITTLE),
    # Nothing of it can be seen at the other end.
    "small-send-buffer": Situation(serve={"send-buffer"}, get={"elsewhere"}, server_mem="4096 16384 16384", delay=0.02),
    "full-speed": Situation(serve={"full-speed"}, get={"full-speed"}, line="1gbit", rate=115 * MB, to="null", alone=True),
    # The client stops reading, and the server stops sending, after 2 MB.
    "stalled-client": Situation(serve={"stalled-reading"}, client="staller", ends="stop"),
    "stalled-server": Situation(get={"stalled-sending"}, server="sender-stalls", ends="stop"),
    "reset-by-client": Situation(serve={"reset"}, client="resetter", ends="peer", rate=3 * MB),
    "reset-by-server": Situation(get={"reset"}, server="sender-resets", ends="peer", rate=3 * MB),
}


def main():
    if sys.argv[1:2] == ["--play"]:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        # The other end may be stopped first.
        with contextlib.suppress(ConnectionError):
            PARTS[sys.argv[2]](float(sys.argv[3]))
        return
    global LANDLINE
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--situations", default=",".join(SITUATIONS))
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--parallel", type=int, default=1, help="runs at a time; only if the computer is idle otherwise")
    parser.add_argument("--program", type=pathlib.Path, default=LANDLINE)
    parser.add_argument("--json", type=pathlib.Path, help="a file for everything that was seen")
    options = parser.parse_args()
    LANDLINE = options.program.resolve()
    names = options.situations.split(",")
    if unknown := set(names) - set(SITUATIONS):
        sys.exit(f"no such situation: {', '.join(unknown)}")
    if os.geteuid() or not LANDLINE.exists() or not shutil.which("tc") or not shutil.which("iptables"):
        sys.exit(f"needs root, {LANDLINE}, tc and iptables")
    seen, is_right = [], True
    with concurrent.futures.ThreadPoolExecutor(options.parallel) as pool:
        for name in names:
            try:
                if SITUATIONS[name].alone:
                    found = [run(name, 0) for _ in range(options.runs)]
                else:
                    # Each of the threads has namespaces of its own.
                    found = list(pool.map(lambda _: run(name, slot()), range(options.runs)))
            except Missing as missing:
                print(f"{name}: skipped, {missing}", flush=True)
                continue
            seen += found
            is_right &= report(name, found)
    if options.json:
        options.json.write_text(json.dumps(seen, indent=1))
    sys.exit(not is_right)


def report(name, found):
    is_right = True
    for end in ("serve", "get"):
        right = getattr(SITUATIONS[name], end)
        if right is None:
            continue
        verdicts = [run[end]["verdict"] for run in found]
        share = sum(verdict in right for verdict in verdicts) / len(verdicts)
        counts = ", ".join(f"{verdicts.count(verdict)} {verdict}" for verdict in sorted(set(verdicts)))
        off = [abs(run[end]["said"] - run[end]["ss"]) for run in found if run[end]["ss"] is not None]
        figures = f"; figures off by {statistics.median(off):.1f} (at most {max(off):.1f}) {found[0][end]['unit']}" if off else ""
        print(f"{name:20} {end:5} {share:4.0%} right: {counts}{figures}", flush=True)
        if share < WANTED:
            is_right = False
            wrong = next(run[end] for run in found if run[end]["verdict"] not in right)
            print(f"{'':20} for example: {wrong['line']}\n{'':20} ss: {wrong['raw']}", flush=True)
    return is_right


class Missing(Exception):
    pass


SLOTS, NEXT_SLOT = threading.local(), itertools.count()


def slot():
    """The number of this thread."""
    if not hasattr(SLOTS, "number"):
        SLOTS.number = next(NEXT_SLOT)
    return SLOTS.number


SIZES, SIZING = {}, threading.Lock()


def run(name, slot):
    """One run in namespaces of its own."""
    situation = SITUATIONS[name]
    with SIZING:
        # A transfer has to end by itself at both ends, or one of them sees a reset: so its speed has to be known.
        if name not in SIZES:
            needs_none = situation.ends == "stop"
            rate = situation.rate or needs_none and MB or attempt(situation, slot, None)["rate"]
            SIZES[name] = int(rate * SECS)
    result = attempt(situation, slot, SIZES[name])
    if situation.ends == "whole" and situation.serve and result["serve"]["verdict"] == "none":
        # It went faster than when its speed was measured, and shorter uploads than 5 s are not explained.
        SIZES[name] = SIZES[name] * 2
        result = attempt(situation, slot, SIZES[name])
    result["situation"] = name
    return result


def attempt(situation, slot, size):
    with contextlib.ExitStack() as stack:
        net = stack.enter_context(Network(slot, situation))
        scratch = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="landline-verdict-")))
        folder = scratch / "shared"
        folder.mkdir()
        served = folder / "big"
        trial = size is None
        if situation.limit == "read":
            fill(served, size)
        else:
            with open(served, "wb") as file:
                # Without an end as far as this goes, where it does not matter or is not known.
                file.truncate(6 << 30 if trial or situation.ends != "whole" else size)
        group = stack.enter_context(Group(situation.limit, slot, served)) if situation.limit else None
        environment = {**os.environ, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "LANDLINE_CONFIG_DIR": str(scratch / "settings")}

        def start(end, command, **more):
            def prepare():
                # What else runs on this computer should not be what limits.
                os.nice(-15)
                if group and end == "server":
                    group.enter()

            process = subprocess.Popen(net.command(end, command), env=environment, preexec_fn=prepare, text=True, **more)
            stack.callback(end_of, process)
            return process

        if situation.server == "serve":
            command = [LANDLINE, "serve", folder, "--explain", "-p", str(PORT), "--bind", net.server]
            server = start("server", command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            server.stdout.readline()
        else:
            server = start("server", part(situation.server, situation.rate or 0), stdout=subprocess.PIPE)
            server.stdout.readline()
        ss = stack.enter_context(Ss(net))
        began = time.monotonic()
        if situation.client == "get":
            target = scratch / "saved"
            if situation.to == "pipe":
                os.mkfifo(target)
                start("client", [*part("pipe", situation.rate), target], stdout=subprocess.DEVNULL)
            elif situation.to == "null":
                target = "/dev/null"
            elif situation.to == "sync":
                target = stack.enter_context(sync_mount(scratch)) / "saved"
            command = [LANDLINE, "get", net.server, "big", "-p", str(PORT), "--http", "--explain", "-o", target]
            client = start("client", command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        else:
            client = start("client", [*part(situation.client, situation.rate or 0), net.server], stdout=subprocess.DEVNULL)
        if trial:
            time.sleep(2.5)
            client.send_signal(signal.SIGINT)
            return {"rate": ss.passed() / (time.monotonic() - began)}
        ours = client if situation.get else server
        if situation.ends == "stop":
            time.sleep(SECS)
            ours.send_signal(signal.SIGINT)
        elif situation.ends == "peer" and situation.get:
            # It would try again for a minute.
            time.sleep(SECS)
            client.send_signal(signal.SIGINT)
        result = {}
        if situation.get:
            result["get"] = read(communicate(client), ss.of("client"))
        else:
            client.wait(60)
        if situation.serve:
            if situation.ends != "stop":
                # It has to notice the end, and print it.
                time.sleep(0.5)
            server.send_signal(signal.SIGINT)
            result["serve"] = read(communicate(server), ss.of("server"))
        return result


def communicate(process):
    try:
        return process.communicate(timeout=90)[1]
    except subprocess.TimeoutExpired:
        return "timed out"


def read(said, raw):
    """The verdict in what was said, and its figure beside that of `ss`."""
    lines = [line for line in said.splitlines() for title in TITLES if title in line]
    line = lines[-1] if lines else said
    verdict = next((name for title, name in TITLES.items() if title in line), "none")
    found = {"verdict": verdict, "line": line.strip(), "raw": raw["text"], "said": None, "ss": None, "unit": ""}
    percent = re.search(r"(\d+(?:\.\d)?)%", line)
    if verdict in ("receiver", "receiver-window") and raw.get("busy"):
        limited = raw.get("rwnd_limited", 0)
        found.update(said=float(percent[1]), ss=100 * limited / raw["busy"], unit="points of the share")
    elif verdict == "loss" and raw.get("data_segs_out", 0) > raw.get("data_segs_in", 0):
        found.update(said=float(percent[1]), ss=100 * raw.get("retrans", 0) / raw["data_segs_out"], unit="points of the share")
    elif verdict == "loss" and raw.get("data_segs_in"):
        ss = 100 * raw.get("rcv_ooopack", 0) / raw["data_segs_in"]
        found.update(said=float(percent[1]), ss=ss, unit="points of the share")
    elif (rate := re.search(r"([\d.]+) ([KMG]?)B/s", line)) and raw.get("rate"):
        said = float(rate[1]) * {"": 1, "K": 1e3, "M": 1e6, "G": 1e9}[rate[2]]
        found.update(said=100 * said / raw["rate"], ss=100.0, unit="% of the rate")
    return found


class Network:
    """Server, router and client, each in a namespace."""

    def __init__(self, slot, situation):
        self.delayer = None
        self.names = {end: f"llv{slot}{end[0]}" for end in ("server", "router", "client")}
        self.situation = situation
        self.server, self.client = f"10.83.{slot}.1", f"10.84.{slot}.1"
        self.gateways = {"server": f"10.83.{slot}.2", "client": f"10.84.{slot}.2"}

    def command(self, end, command):
        return ["ip", "netns", "exec", self.names[end], *map(str, command)]

    def tries(self, end, command):
        return not subprocess.run(self.command(end, command.split()), capture_output=True).returncode

    def sh(self, end, command):
        done = subprocess.run(self.command(end, command.split()), capture_output=True, text=True)
        if done.returncode:
            raise Missing(f"{command}: {done.stderr.strip()}")

    def __enter__(self):
        self.__exit__()
        for name in self.names.values():
            subprocess.run(["ip", "netns", "add", name], check=True)
        for end, address in (("server", self.server), ("client", self.client)):
            own, other = self.names[end], self.names["router"]
            subprocess.run(["ip", "link", "add", f"{end}0", "netns", own, "type", "veth", "peer", "name", f"to-{end}", "netns", other], check=True)
            self.sh(end, f"ip addr add {address}/24 dev {end}0")
            self.sh("router", f"ip addr add {self.gateways[end]}/24 dev to-{end}")
            for namespace, device in ((end, f"{end}0"), ("router", f"to-{end}")):
                self.sh(namespace, f"ip link set {device} up")
            self.sh(end, "ip link set lo up")
            self.sh(end, f"ip route add default via {self.gateways[end]}")
            # An algorithm that slows down after a loss. The system may reserve the first one for the first namespace.
            if not any(self.tries(end, f"sysctl -qw net.ipv4.tcp_congestion_control={name}") for name in ("cubic", "reno")):
                raise Missing("neither cubic nor reno can be chosen")
            if self.situation.loss or self.situation.line == "20mbit":
                # A real line carries segments one by one.
                self.sh(end, f"ip link set {end}0 gso_max_segs 1")
        self.sh("router", "sysctl -qw net.ipv4.ip_forward=1")
        situation = self.situation
        if situation.line:
            burst, limit = ("4kb", "150kb") if situation.line == "20mbit" else ("1mb", "4mb")
            self.sh("router", f"tc qdisc add dev to-client root tbf rate {situation.line} burst {burst} limit {limit}")
        if situation.loss:
            self.sh("router", f"iptables -A FORWARD -o to-client -p tcp -m statistic --mode random --probability {situation.loss} -j DROP")
        if situation.delay:
            if not os.path.exists("/dev/net/tun"):
                raise Missing("there is no /dev/net/tun")
            # What the server sends takes a detour through a program that holds it back.
            self.delayer = subprocess.Popen(self.command("router", part("delayer", situation.delay)), stdout=subprocess.PIPE)
            self.delayer.stdout.readline()
            for command in ("ip link set delay0 txqueuelen 10000 up", "ip route add default dev delay0 table 100", "ip rule add iif to-server lookup 100"):
                self.sh("router", command)
            for name in ("all", "delay0", "to-server"):
                self.sh("router", f"sysctl -qw net.ipv4.conf.{name}.rp_filter=0")
        for end, memory in (("server", situation.server_mem), ("client", situation.client_mem)):
            if memory:
                which = "tcp_wmem" if end == "server" else "tcp_rmem"
                subprocess.run(self.command(end, ["sysctl", "-qw", f"net.ipv4.{which}={memory}"]), check=True)
        return self

    def __exit__(self, *_):
        if self.delayer:
            end_of(self.delayer)
        for name in self.names.values():
            subprocess.run(["ip", "netns", "del", name], stderr=subprocess.DEVNULL)


class Ss:
    """What `ss -ti` says of both ends, four times a second."""

    def __init__(self, net):
        self.net, self.last, self.over = net, {}, threading.Event()
        self.thread = threading.Thread(target=self.watch)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()

    def watch(self):
        began = {}
        while not self.over.wait(0.25):
            for end, ports in (("server", f"sport = :{PORT}"), ("client", f"dport = :{PORT}")):
                out = subprocess.run(self.net.command(end, ["ss", "-tiHnO", "state", "established", ports]), capture_output=True, text=True).stdout
                # The connection with the most bytes.
                figures = [parsed(line) for line in out.splitlines()]
                figures = max(figures, key=lambda one: one["bytes"], default=None)
                if not figures or figures["bytes"] < 100_000:
                    continue
                now = time.monotonic()
                first, bytes_then = began.setdefault(end, (now, figures["bytes"]))
                if now - first > 2:
                    figures["rate"] = (figures["bytes"] - bytes_then) / (now - first)
                self.last[end] = figures

    def of(self, end):
        return self.last.get(end, {"text": "nothing"})

    def passed(self):
        return max((figures["bytes"] for figures in self.last.values()), default=MB)


def parsed(line):
    found = {"text": line}
    for name in ("busy", "rwnd_limited", "sndbuf_limited"):
        if match := re.search(rf"\b{name}:(\d+)ms", line):
            found[name] = int(match[1])
    for name in ("bytes_acked", "bytes_received", "data_segs_out", "data_segs_in", "rcv_ooopack"):
        if match := re.search(rf"\b{name}:(\d+)", line):
            found[name] = int(match[1])
    if match := re.search(r"\bretrans:\d+/(\d+)", line):
        found["retrans"] = int(match[1])
    found["bytes"] = max(found.get("bytes_acked", 0), found.get("bytes_received", 0))
    return found


class Group:
    """A control group that limits the server: how fast it reads from the disk, or how much processor time it gets."""

    def __init__(self, what, slot, file):
        self.what, self.file, self.name = what, file, f"landline-verdict-{slot}"
        root = pathlib.Path("/sys/fs/cgroup")
        self.is_v2 = (root / "cgroup.controllers").exists()
        kind = {"read": "blkio", "cpu": "cpu"}[what]
        self.path = root / self.name if self.is_v2 else root / kind / self.name

    def __enter__(self):
        try:
            self.path.mkdir(exist_ok=True)
            device = os.stat(self.file).st_dev
            disk = f"{os.major(device)}:{os.minor(device)}"
            if self.what == "read":
                limit = ("io.max", f"{disk} rbps={10 * MB}") if self.is_v2 else ("blkio.throttle.read_bps_device", f"{disk} {10 * MB}")
                (self.path / limit[0]).write_text(limit[1])
            elif self.is_v2:
                (self.path / "cpu.max").write_text("5000 100000")
            else:
                (self.path / "cpu.cfs_period_us").write_text("100000")
                (self.path / "cpu.cfs_quota_us").write_text("5000")
        except OSError as error:
            raise Missing(f"no such limit here: {error}") from error
        return self

    def enter(self):
        (self.path / "cgroup.procs").write_text(str(os.getpid()))

    def __exit__(self, *_):
        for _ in range(50):
            with contextlib.suppress(OSError):
                self.path.rmdir()
                return
            time.sleep(0.1)


@contextlib.contextmanager
def sync_mount(scratch):
    """A small file system whose writes are on the disk when they return."""
    image, mounted = scratch / "image", scratch / "mounted"
    mounted.mkdir()
    with open(image, "wb") as file:
        file.truncate(8 << 30)
    for command in (["mkfs.ext4", "-qF", image], ["mount", "-o", "loop,sync", image, mounted]):
        if not shutil.which(command[0]) or subprocess.run(command, capture_output=True).returncode:
            raise Missing(f"{command[0]} fails")
    try:
        yield mounted
    finally:
        subprocess.run(["umount", mounted], check=False)


def fill(path, size):
    """Real bytes, none of them in memory."""
    block = os.urandom(1 << 20)
    with open(path, "wb") as file:
        for _ in range((size or 40 * MB) >> 20):
            file.write(block)
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def end_of(process):
    if process.poll() is None:
        process.kill()
    process.wait()


def part(name, rate):
    return [sys.executable, os.path.abspath(__file__), "--play", name, str(rate)]


# The other ends. Each is a process of its own: `--play NAME RATE`.


def ask(host, buffer=None):
    connection = socket.socket()
    if buffer:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    connection.connect((host, PORT))
    connection.sendall(f"GET /big HTTP/1.1\r\nHost: {host}:{PORT}\r\n\r\n".encode())
    head = b""
    while b"\r\n\r\n" not in head:
        head += connection.recv(1)
    length = int(re.search(rb"content-length: (\d+)", head, re.I)[1])
    return connection, length


def paced(rate, piece):
    """Waits so that pieces come at a rate."""
    began, count = time.monotonic(), 0
    while True:
        yield
        count += piece
        time.sleep(max(0, began + count / rate - time.monotonic()))


def reader(rate, buffer=None, until=None, piece=64 * 1024):
    connection, length = ask(sys.argv[4], buffer)
    ready = paced(rate, piece) if rate else None
    while length > 0 and (until is None or until > 0):
        if ready:
            next(ready)
        got = connection.recv(min(piece, length), socket.MSG_WAITALL)
        if not got:
            break
        length -= len(got)
        if until is not None:
            until -= len(got)
    return connection


def resetter(rate):
    connection = reader(rate, until=int(rate * SECS))
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def staller(_):
    connection = reader(0, until=2 * MB)
    time.sleep(SECS * 1.5)
    connection.close()


def pipe(rate):
    with open(sys.argv[4], "rb", buffering=0) as source:
        ready = paced(rate, 64 * 1024)
        left = 1
        while left:
            next(ready)
            got = 0
            while got < 64 * 1024 and (data := source.read(64 * 1024 - got)):
                got += len(data)
            left = got


def sender(rate, piece=64 * 1024, until=None, ends="whole"):
    """A server that sends one body in pieces."""
    with socket.create_server(("", PORT)) as listener:
        print("ready", flush=True)
        while True:
            connection, _ = listener.accept()
            request = b""
            while b"\r\n\r\n" not in request and (more := connection.recv(4096)):
                request += more
            if request:
                break
    length = int((rate or 2 * MB) * SECS)
    promised = length if ends == "whole" else 1 << 30
    connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: {promised}\r\n\r\n".encode())
    ready = paced(rate, piece) if rate else None
    left = until or length
    while left > 0:
        if ready:
            next(ready)
        connection.sendall(b"x" * min(piece, left))
        left -= piece
    if ends == "stall":
        time.sleep(SECS * 2)
    elif ends == "reset":
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def delayer(secs):
    """Returns every packet that is sent to the device `delay0` after so long."""
    tun = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(tun, 0x400454CA, struct.pack("16sH22x", b"delay0", 0x1001))
    print("ready", flush=True)
    packets = collections.deque()
    while True:
        due = packets[0][0] - time.monotonic() if packets else None
        if select.select([tun], [], [], due and max(due, 0))[0]:
            packets.append((time.monotonic() + secs, os.read(tun, 65536)))
        while packets and packets[0][0] <= time.monotonic():
            with contextlib.suppress(OSError):
                os.write(tun, packets.popleft()[1])


PARTS = {
    "delayer": lambda secs: delayer(secs),
    "reader": lambda rate: reader(rate),
    "reader-tiny": lambda _: reader(0, buffer=4096),
    "staller": lambda rate: staller(rate),
    "resetter": lambda rate: resetter(rate),
    "pipe": lambda rate: pipe(rate),
    "sender": lambda rate: sender(rate),
    "sender-steady": lambda rate: sender(rate, piece=4096),
    "sender-stalls": lambda _: sender(0, until=2 * MB, ends="stall"),
    "sender-resets": lambda rate: sender(rate, until=int(rate * SECS * 0.7), ends="reset"),
}


if __name__ == "__main__":
    main()
