#!/usr/bin/env python3
"""Two computers on one network, in network namespaces: Landline announces, finds, and stands a flood of mDNS packets.

    cargo build
    sudo python3 tests/network/nearby.py target/debug/landline

Needs root, Linux, iproute2, and for two of the checks python-zeroconf and avahi-daemon with avahi-utils and dbus; says so
where something is missing. Prints `N passed, M failed` at the end.
"""

import contextlib
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

ANN, BO = "landline-ann", "landline-bo"
ADDRESSES = {ANN: ("10.77.0.1", "fd77::1"), BO: ("10.77.0.2", "fd77::2")}
NAME = "Ann’s laptop 海"
GROUP = ("224.0.0.251", 5353)


def main():
    if len(sys.argv) > 2 and sys.argv[2] == "--flood":
        return flood(sys.argv[3], float(sys.argv[4]))
    program = str(pathlib.Path(sys.argv[1]).resolve())
    if os.geteuid() != 0 or not shutil.which("ip"):
        sys.exit("not tested: this needs root and iproute2, for network namespaces")
    passed, failed = 0, 0
    with network(), tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "notes.txt").write_text("hello")
        for check in CHECKS:
            name = check.__name__.replace("_", " ")
            try:
                check(program, folder)
            except Skipped as why:
                print(f"left out {name}: {why}", flush=True)
            except Exception as error:
                failed += 1
                print(f"FAILED {name}\n    {type(error).__name__}: {error}", flush=True)
            else:
                passed += 1
                print(f"ok     {name}", flush=True)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


class Skipped(Exception):
    pass


@contextlib.contextmanager
def network():
    """Two namespaces with a cable between them."""
    for name in (ANN, BO):
        subprocess.run(["ip", "netns", "del", name], stderr=subprocess.DEVNULL)
        subprocess.run(["ip", "netns", "add", name], check=True)
    try:
        subprocess.run(["ip", "link", "add", "eth0", "netns", ANN, "type", "veth", "peer", "name", "eth0", "netns", BO], check=True)
        for name, (v4, v6) in ADDRESSES.items():
            ip(name, "link", "set", "lo", "up")
            ip(name, "addr", "add", f"{v4}/24", "dev", "eth0")
            ip(name, "addr", "add", f"{v6}/64", "dev", "eth0", "nodad")
            ip(name, "link", "set", "eth0", "up")
        time.sleep(2)
        yield
    finally:
        for name in (ANN, BO):
            subprocess.run(["ip", "netns", "del", name])


def ip(name, *words):
    subprocess.run(["ip", "-n", name, *words], check=True)


def within(name, *words):
    return ["ip", "netns", "exec", name, *map(str, words)]


@contextlib.contextmanager
def serve(program, folder, where=ANN, port=8080, *more):
    """A share that listens and has had the time to announce itself."""
    words = within(where, program, "serve", folder, "--port", port, *more)
    child = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert child.stdout.readline().startswith("http://")
        time.sleep(2)
        yield child
    finally:
        if child.poll() is None:
            child.send_signal(signal.SIGINT)
        child.wait(10)


def nearby(program, where=BO):
    """What `landline nearby --json` lists, by name."""
    done = subprocess.run(within(where, program, "nearby", "--json"), capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    return {device["name"]: device for device in json.loads(done.stdout)}


def until(what, seconds=30):
    """Waits until `what` returns something true."""
    end = time.monotonic() + seconds
    while not (result := what()):
        assert time.monotonic() < end, "in vain"
        time.sleep(0.2)
    return result


def a_share_is_found_with_all_addresses_and_withdrawn(program, folder):
    with serve(program, folder, ANN, 8080, "--name", NAME):
        found = nearby(program)
        assert list(found) == [NAME], found
        device = found[NAME]
        assert device["kind"] == "landline" and device["url"] == "http://10.77.0.1:8080", device
        assert device["addresses"] == list(ADDRESSES[ANN]), device
    assert nearby(program) == {}


def what_nobody_can_reach_is_not_announced(program, folder):
    with serve(program, folder, ANN, 8080, "--name", "quiet", "--no-announce"):
        with serve(program, folder, ANN, 8081, "--name", "local", "--bind", "127.0.0.1"):
            with serve(program, folder, ANN, 8082, "--name", "bound", "--bind", "fd77::1"):
                found = nearby(program)
    assert list(found) == ["bound"] and found["bound"]["addresses"] == ["fd77::1"], found


def a_name_that_is_taken_is_changed(program, folder):
    with serve(program, folder, ANN, 8080, "--name", NAME), serve(program, folder, BO, 8081, "--name", NAME):
        found = until(lambda: len(all := nearby(program)) == 2 and all)
        ports = {name: device["port"] for name, device in found.items()}
        assert ports == {NAME: 8080, f"{NAME} (2)": 8081}, ports


def several_shares_of_one_computer(program, folder):
    with serve(program, folder, ANN, 8080, "--name", "one"), serve(program, folder, ANN, 8081, "--name", "two"):
        assert {name: device["port"] for name, device in nearby(program).items()} == {"one": 8080, "two": 8081}


def a_change_of_the_network_is_followed(program, folder):
    with serve(program, folder, ANN, 8080, "--name", NAME):
        ip(ANN, "addr", "add", "10.78.0.1/24", "dev", "eth0")
        ip(BO, "addr", "add", "10.78.0.2/24", "dev", "eth0")
        try:
            until(lambda: "10.78.0.1" in nearby(program)[NAME]["addresses"])
        finally:
            ip(ANN, "addr", "del", "10.78.0.1/24", "dev", "eth0")
            ip(BO, "addr", "del", "10.78.0.2/24", "dev", "eth0")
        until(lambda: "10.78.0.1" not in nearby(program)[NAME]["addresses"])
        ip(ANN, "link", "set", "eth0", "down")
        ip(ANN, "link", "set", "eth0", "up")
        ip(ANN, "addr", "add", "fd77::1/64", "dev", "eth0", "nodad")
        until(lambda: nearby(program).get(NAME))


def without_a_network_there_is_an_error(program, folder):
    words = ["unshare", "--net", program, "nearby"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=30)
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1, done


def zeroconf_finds_and_is_found(program, folder):
    try:
        import zeroconf  # noqa: F401
    except ImportError:
        raise Skipped("python-zeroconf is not installed") from None
    with serve(program, folder, ANN, 8080, "--name", NAME):
        words = within(BO, sys.executable, "-c", ZEROCONF)
        with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
            lines = sorted(eval(other.stdout.readline()) for _ in range(2))
            http, landline = (f"{NAME}.{kind}._tcp.local." for kind in ("_http", "_landline"))
            expected = [(http, 8080, {b"path": b"/"}), (landline, 8080, {b"v": b"1", b"n": NAME.encode()})]
            assert lines == expected, lines
            found = nearby(program, ANN)
            device = found["Studio NAS"]
            assert device["kind"] == "web" and device["url"] == "http://10.77.0.2:80", found
            other.stdin.close()
    assert "Studio NAS" not in nearby(program, ANN)


ZEROCONF = """
import socket, sys
from zeroconf import ServiceBrowser, ServiceInfo, Zeroconf
class Listener:
    def add_service(self, zeroconf, kind, name):
        info = zeroconf.get_service_info(kind, name, 5000)
        if info.port != 80:
            print(repr((name, info.port, info.properties)), flush=True)
    def update_service(self, *of): pass
    def remove_service(self, *of): pass
zeroconf = Zeroconf()
address = socket.inet_aton("10.77.0.2")
zeroconf.register_service(ServiceInfo("_http._tcp.local.", "Studio NAS._http._tcp.local.", addresses=[address], port=80, server="nas.local."))
ServiceBrowser(zeroconf, ["_http._tcp.local.", "_landline._tcp.local."], Listener())
sys.stdin.read()
zeroconf.close()
"""


def avahi_finds_and_is_found(program, folder):
    if not all(map(shutil.which, ["avahi-daemon", "avahi-browse", "dbus-daemon", "unshare"])):
        raise Skipped("avahi-daemon, avahi-utils or dbus is not installed")
    with serve(program, folder, ANN, 8080, "--name", NAME):
        script = pathlib.Path(folder, ".avahi.sh")
        script.write_text(AVAHI)
        words = within(BO, "unshare", "--mount", "--pid", "--fork", "sh", script)
        with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, errors="replace") as other:
            try:
                lines = [other.stdout.readline() for _ in range(1)]
                assert f";8080;" in lines[0] and ";10.77.0.1;" in lines[0], lines
                assert '"v=1"' in lines[0], lines
                device = until(lambda: nearby(program, ANN).get("Avahi's"))
                assert device["url"] == "http://10.77.0.2:8099", device
            finally:
                other.kill()


AVAHI = """
mount -t tmpfs none /run && mkdir -p /run/dbus
dbus-daemon --system --nopidfile --fork
printf '[server]\\nhost-name=bo\\n[rlimits]\\n' > /run/avahi.conf
avahi-daemon -f /run/avahi.conf --no-drop-root --no-chroot --no-rlimits -D
avahi-publish -s "Avahi's" _http._tcp 8099 >/dev/null 2>&1 &
for i in 1 2 3 4 5 6 7 8 9; do
    found=$(avahi-browse -rpt _landline._tcp | grep '^=;.*IPv4' | head -1)
    [ -n "$found" ] && break
done
printf '%s\n' "$found"
sleep 60
"""


def at_rest_nothing_wakes_up(program, folder):
    with serve(program, folder, ANN, 8080, "--name", NAME):
        process = pid(folder)
        # The announcement is repeated once.
        time.sleep(6)
        before = wakes(process)
        assert "mDNS_daemon" in before, before
        time.sleep(20)
        after = wakes(process)
    grown = {name: after[name] - before[name] for name in before if name.startswith(("mDNS", "discovery"))}
    # The kernel itself sends a packet now and then (IPv6 router solicitations do not reach us, reports of groups do).
    assert sum(grown.values()) <= 4, grown


def pid(folder):
    """The process of the share, which `ip netns exec` has become."""
    listed = subprocess.run(["pgrep", "-f", f"serve {folder}"], capture_output=True, text=True, check=True)
    return int(listed.stdout.split()[-1])


def wakes(process):
    """How often each thread has gone to sleep."""
    counts = {}
    for task in pathlib.Path(f"/proc/{process}/task").iterdir():
        switches = re.search(r"^voluntary_ctxt_switches:\s+(\d+)", (task / "status").read_text(), re.M)
        name = (task / "comm").read_text().strip()
        counts[name] = counts.get(name, 0) + int(switches[1])
    return counts


def memory(process):
    """The resident memory in MiB."""
    status = pathlib.Path(f"/proc/{process}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024


def floods_cost_little_and_end(program, folder):
    with serve(program, folder, ANN, 8080, "--name", NAME):
        process = pid(folder)
        before = memory(process)
        for kind in ("addresses", "services", "junk", "lies"):
            flooder = subprocess.Popen(within(BO, sys.executable, __file__, program, "--flood", kind, "4"))
            peak = before
            while flooder.poll() is None:
                peak = max(peak, memory(process))
                time.sleep(0.1)
            assert peak - before < 200, f"{kind}: {peak - before:.0f} MiB"
            url = "http://10.77.0.1:8080/notes.txt"
            got = subprocess.run(within(BO, program, "get", url, "-o", "-"), capture_output=True, timeout=60)
            assert got.stdout == b"hello", got
        # Longer than the second pause.
        until(lambda: nearby(program).get(NAME), 60)


def flood(kind, seconds):
    """Sends as fast as it can what `kind` says."""
    out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    out.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    out.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    out.bind(("", GROUP[1]))
    out.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255)
    out.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(ADDRESSES[BO][0]))
    count, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        count += 100
        with contextlib.suppress(OSError):
            out.sendto(packet(kind, count), GROUP)


def packet(kind, count):
    numbers = range(count, count + 100)
    if kind == "junk":
        return random.randbytes(random.choice([0, 5, 12, 100, 1400, 8900]))
    if kind == "lies":
        # Pointers to themselves, and counts that are not true.
        counts = [random.choice([0, 1, 65535]) for _ in range(4)]
        return struct.pack(">HHHHHH", 0, random.choice([0, 0x8400]), *counts) + b"\xc0\x0c" * random.randrange(700)
    records = []
    for number in numbers:
        host = labels(f"host{number}", "local")
        address = record(host, 1, struct.pack(">I", 0x0A4D0000 | number & 0xFFFF))
        if kind == "addresses":
            records.append(address)
        elif number % 5 == 0:
            type_ = labels(random.choice(["_http", "_landline"]), "_tcp", "local")
            name = labels(f"device\u202e{number}")[:-1] + type_
            records += [record(type_, 12, name), record(name, 33, struct.pack(">HHH", 0, 0, 80) + host), address]
    return struct.pack(">HHHHHH", 0, 0x8400, 0, len(records), 0, 0) + b"".join(records)


def labels(*all):
    return b"".join(bytes([len(one.encode())]) + one.encode() for one in all) + b"\0"


def record(name, type_, data):
    return name + struct.pack(">HHIH", type_, 1, 4_000_000_000, len(data)) + data


CHECKS = [
    a_share_is_found_with_all_addresses_and_withdrawn,
    what_nobody_can_reach_is_not_announced,
    a_name_that_is_taken_is_changed,
    several_shares_of_one_computer,
    a_change_of_the_network_is_followed,
    without_a_network_there_is_an_error,
    zeroconf_finds_and_is_found,
    avahi_finds_and_is_found,
    at_rest_nothing_wakes_up,
    floods_cost_little_and_end,
]

if __name__ == "__main__":
    main()
