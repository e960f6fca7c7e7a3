#!/usr/bin/env python3
"""Whether `landline doctor` names the right cause: obstacles between computers in network namespaces of their own.

    sudo python3 tests/network/doctor.py [LANDLINE] [--only NAME,...] [--verbose]

Each obstacle has a network of its own: a switch (a bridge) with this computer `here`, the other one `there`, a third one
`else`, and often a router. Built with veth, iptables, nftables, routes and addresses; nothing outside of the namespaces
is changed. Prints what was named for each, and exits with 1 if that is right for less than 11 of 12. Needs root, iproute2,
iptables and nftables; without the permission to make namespaces, says so and exits with 0.
"""

import argparse
import contextlib
import os
import pathlib
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PORT = 8080
HERE, THERE, ELSE, ROUTER = "192.168.77.7", "192.168.77.5", "192.168.77.9", "192.168.77.1"


def run(*words, check=True):
    result = subprocess.run(words, capture_output=True, text=True)
    if check and result.returncode != 0:
        raise RuntimeError(f"{' '.join(words)}: {result.stderr.strip()}")
    return result


class Network:
    """A switch with computers, each in a namespace: `here`, `there`, `else`, and `router` if there is one."""

    def __init__(self, name, router=True, other=True):
        self.prefix = f"ldoc{os.getpid() % 10000}-"
        self.programs = []
        self.folder = tempfile.TemporaryDirectory()
        (pathlib.Path(self.folder.name) / "a.txt").write_text("a\n")
        names = ["switch", "here", "there"] + (["else"] if other else []) + (["router"] if router else [])
        self.names = names
        for of in names:
            run("ip", "netns", "add", self.prefix + of)
            self.ip(of, "link", "set", "lo", "up")
        self.ip("switch", "link", "add", "bridge", "type", "bridge")
        self.ip("switch", "link", "set", "bridge", "up")
        addresses = {"here": HERE, "there": THERE, "else": ELSE, "router": ROUTER}
        for of in names[1:]:
            self.ip("switch", "link", "add", of, "type", "veth", "peer", "name", "eth0", "netns", self.prefix + of)
            self.ip("switch", "link", "set", of, "master", "bridge", "up")
            self.ip(of, "addr", "add", addresses[of] + "/24", "dev", "eth0")
            self.ip(of, "link", "set", "eth0", "up")
            if router and of != "router":
                self.ip(of, "route", "add", "default", "via", ROUTER)

    def ip(self, of, *words):
        run("ip", "-n", self.prefix + of, *words)

    def inside(self, of, *words, check=True):
        return run("ip", "netns", "exec", self.prefix + of, *words, check=check)

    def start(self, of, *words):
        program = subprocess.Popen(
            ["ip", "netns", "exec", self.prefix + of, *words],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder.name,
            start_new_session=True,
        )
        self.programs.append(program)

    def serve(self, landline, of, *words, port=PORT):
        self.start(of, landline, "serve", self.folder.name, "--port", str(port), *words)
        self.wait_listening(of, port)

    def wait_listening(self, of, port):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            if f":{port} " in self.inside(of, "ss", "-Hltn").stdout:
                return
            time.sleep(0.05)
        raise RuntimeError(f"nothing listens on port {port} of {of}")

    def meet(self):
        """`here` and `else` know each other, as computers that have been on a network for a while."""
        self.inside("here", "ping", "-c1", "-W2", ELSE, check=False)

    def close(self):
        for program in self.programs:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(program.pid, signal.SIGKILL)
            program.wait()
        for of in reversed(self.names):
            run("ip", "netns", "del", self.prefix + of, check=False)
        self.folder.cleanup()


OBSTACLES = {}


def obstacle(name, expected, peer=THERE, status=1, **network):
    """Registers a function that builds an obstacle. `expected` is how the first line of the report begins, or with `status`
    0 a part of any line."""

    def register(build):
        OBSTACLES[name] = (build, expected, peer, status, network)
        return build

    return register


@obstacle("no listener", f"Nothing listens on port {PORT} of {THERE}")
def no_listener(network, landline):
    pass


@obstacle("wrong port", f"{THERE} shares on port 8083, not on {PORT}")
def wrong_port(network, landline):
    network.serve(landline, "there", port=8083)


@obstacle("port dropped there", f"A firewall at {THERE} blocks port {PORT}")
def port_dropped(network, landline):
    network.serve(landline, "there")
    network.inside("there", "iptables", "-A", "INPUT", "-p", "tcp", "--dport", str(PORT), "-j", "DROP")


@obstacle("port rejected there", f"A firewall at {THERE} rejects connections to port {PORT}")
def port_rejected(network, landline):
    network.serve(landline, "there")
    network.inside("there", "iptables", "-A", "INPUT", "-p", "tcp", "--dport", str(PORT), "-j", "REJECT")


@obstacle("prohibited there", f"A firewall at {THERE} rejects connections to port {PORT}")
def prohibited(network, landline):
    rules = "add table inet f; add chain inet f in { type filter hook input priority 0; };" \
        f"add rule inet f in tcp dport {PORT} reject with icmpx type admin-prohibited"
    network.serve(landline, "there")
    network.inside("there", "nft", rules)


@obstacle("everything dropped there", f"{THERE} is there, but its firewall lets nothing in")
def all_dropped(network, landline):
    network.serve(landline, "there")
    network.inside("there", "iptables", "-P", "INPUT", "DROP")


@obstacle("own firewall, iptables", f"The firewall (iptables) blocks port {PORT}", peer=None)
def own_drop(network, landline):
    network.meet()
    network.serve(landline, "here")
    network.inside("here", "iptables", "-A", "INPUT", "-i", "lo", "-j", "ACCEPT")
    network.inside("here", "iptables", "-A", "INPUT", "-m", "conntrack", "--ctstate", "ESTABLISHED,RELATED", "-j", "ACCEPT")
    network.inside("here", "iptables", "-P", "INPUT", "DROP")


@obstacle("own firewall, nftables", f"The firewall (nftables) blocks port {PORT}", peer=None)
def own_nft(network, landline):
    network.meet()
    network.serve(landline, "here")
    rules = "add table inet f; add chain inet f in { type filter hook input priority 0; policy drop; };" \
        "add rule inet f in iifname lo accept; add rule inet f in ct state vmap { established : accept, related : accept };" \
        "add rule inet f in tcp dport { 22, 443 } accept"
    network.inside("here", "nft", rules)


@obstacle("own share, dropped on the way", f"{THERE} cannot reach port {PORT} of this computer")
def dropped_between(network, landline):
    network.serve(landline, "there")
    network.serve(landline, "here")
    # Between the two, where neither of them sees a rule.
    rules = "add table bridge f; add chain bridge f between { type filter hook forward priority 0; };" \
        f"add rule bridge f between oifname here tcp dport {PORT} drop"
    network.inside("switch", "nft", rules)


@obstacle("other subnet, no router", "This computer has no route to 10.9.9.9", peer="10.9.9.9", router=False)
def other_subnet(network, landline):
    network.ip("there", "addr", "add", "10.9.9.9/24", "dev", "eth0")
    network.serve(landline, "there")


@obstacle("other subnet, router", "10.9.9.9 is not on the same network as this computer", peer="10.9.9.9")
def behind_router(network, landline):
    network.ip("there", "addr", "add", "10.9.9.9/24", "dev", "eth0")
    network.serve(landline, "there")
    network.inside("router", "iptables", "-P", "FORWARD", "DROP")


@obstacle("prohibited route", f"This computer has no route to {THERE}")
def prohibited_route(network, landline):
    network.serve(landline, "there")
    network.ip("here", "route", "add", "unreachable", THERE)


@obstacle("address not in use", "No device on this network has the address 192.168.77.200", peer="192.168.77.200")
def not_in_use(network, landline):
    network.serve(landline, "there")


@obstacle("no address", "This computer is not on any network")
def no_address(network, landline):
    network.serve(landline, "there")
    network.ip("here", "addr", "flush", "dev", "eth0")


@obstacle("no cable", "This computer is not on any network")
def no_cable(network, landline):
    network.serve(landline, "there")
    network.ip("switch", "link", "set", "here", "down")


@obstacle("no DHCP", "The network gave this computer no address, so it assigned itself 169.254.7.7")
def no_dhcp(network, landline):
    network.serve(landline, "there")
    network.ip("here", "addr", "flush", "dev", "eth0")
    network.ip("here", "addr", "add", "169.254.7.7/16", "dev", "eth0")


@obstacle("VPN", f"A VPN (tun0) captures the connections to {THERE}")
def vpn(network, landline):
    network.serve(landline, "there")
    # Not every kernel has dummy devices; what goes in here comes out nowhere.
    network.ip("here", "link", "add", "tun0", "type", "veth", "peer", "name", "nowhere")
    network.ip("here", "addr", "add", "10.8.0.2/24", "dev", "tun0")
    network.ip("here", "link", "set", "nowhere", "up")
    network.ip("here", "link", "set", "tun0", "up")
    network.ip("here", "neigh", "add", "10.8.0.1", "lladdr", "02:00:00:00:00:01", "dev", "tun0")
    network.ip("here", "route", "add", "192.168.77.0/25", "via", "10.8.0.1")


@obstacle("client isolation", "Only the router answers")
def isolation(network, landline):
    network.serve(landline, "there")
    for station in ("here", "there", "else"):
        network.inside("switch", "bridge", "link", "set", "dev", station, "isolated", "on")
    network.inside("here", "ping", "-c1", "-W2", ROUTER, check=False)


@obstacle("another web server", "runs SimpleHTTP", status=0)
def another_server(network, landline):
    network.start("there", sys.executable, "-m", "http.server", str(PORT))
    network.wait_listening("there", PORT)


TLS_SERVER = """
import http.server, ssl, sys
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[2])
server = http.server.ThreadingHTTPServer(("", int(sys.argv[1])), http.server.SimpleHTTPRequestHandler)
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
"""


@obstacle("TLS", f"Port {PORT} of {THERE} speaks TLS", status=0)
def tls(network, landline):
    file = pathlib.Path(network.folder.name) / "tls.pem"
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
        "-subj", "/CN=there", "-keyout", str(file), "-out", str(file) + ".crt")
    file.write_text(file.read_text() + pathlib.Path(str(file) + ".crt").read_text())
    network.start("there", sys.executable, "-c", TLS_SERVER, str(PORT), str(file))
    network.wait_listening("there", PORT)


RAW_SERVER = """
import socket, sys, time
server = socket.create_server(("", int(sys.argv[1])))
while True:
    client, _ = server.accept()
    client.recv(1024)
    if sys.argv[2] == "mute":
        time.sleep(1000)
    client.close()
"""


@obstacle("raw server", "is not a web server", status=0)
def raw(network, landline):
    network.start("there", sys.executable, "-c", RAW_SERVER, str(PORT), "raw")
    network.wait_listening("there", PORT)


@obstacle("program that hangs", f"{THERE} accepts connections on port {PORT}, but sends nothing")
def mute(network, landline):
    network.start("there", sys.executable, "-c", RAW_SERVER, str(PORT), "mute")
    network.wait_listening("there", PORT)


@obstacle("unknown name", "No computer named ann-pc was found", peer="ann-pc")
def unknown_name(network, landline):
    network.serve(landline, "there")


@obstacle("loopback only", f"Only this computer itself can reach its port {PORT}", peer=None)
def loopback_only(network, landline):
    network.meet()
    network.serve(landline, "here", "--bind", "127.0.0.1")


@obstacle("alone on the network", "No other device answers on this network", peer=None, router=False, other=False)
def alone(network, landline):
    network.ip("there", "link", "set", "eth0", "down")


@obstacle("nothing wrong", "answers, with Landline", status=0)
def fine(network, landline):
    network.serve(landline, "there", "--name", "Ann")


@obstacle("nothing wrong, both share", "can reach port", status=0)
def fine_both(network, landline):
    network.serve(landline, "there")
    network.serve(landline, "here", port=8085)


def examine(landline, name):
    """Whether the cause of the obstacle is named, what was named, and how long it took."""
    build, expected, peer, status, options = OBSTACLES[name]
    network = Network(name, **options)
    try:
        build(network, landline)
        began = time.monotonic()
        target = [] if peer is None else [peer]
        result = network.inside("here", "env", "LANG=en_US.UTF-8", "LC_ALL=en_US.UTF-8", landline, "doctor", *target, check=False)
        took = time.monotonic() - began
    finally:
        network.close()
    first = (result.stdout.splitlines() or [""])[0]
    if status == 0:
        found = [line for line in result.stdout.splitlines() if expected in line]
        return result.returncode == 0 and bool(found), (found or [first])[0], took, result.stdout
    return result.returncode == 1 and first.startswith(expected), first, took, result.stdout


# What the obstacles are built with.
NEEDED = """
set -e
ip link add here type veth peer name there
ip link add switch type bridge
iptables -A INPUT -p tcp --dport 1 -j DROP
nft add table inet probe
"""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("landline", nargs="?", default=str(ROOT / "target/debug/landline"))
    parser.add_argument("--only", default="")
    parser.add_argument("--verbose", action="store_true")
    args = parser.parse_args()
    probe = run("unshare", "--net", "--mount", "sh", "-c", NEEDED, check=False)
    if os.geteuid() != 0 or probe.returncode != 0:
        print(f"not run: network namespaces with links and packet filters need root and the kernel's support: {probe.stderr}")
        return 0
    landline = str(pathlib.Path(args.landline).resolve())
    names = [name for name in args.only.split(",") if name] or list(OBSTACLES)
    right = 0
    for name in names:
        is_right, named, took, report = examine(landline, name)
        right += is_right
        print(f"{'ok   ' if is_right else 'WRONG'} {name:32} {took:4.1f} s  {named}", flush=True)
        if args.verbose or not is_right:
            print("\n".join("        " + line for line in report.splitlines()))
    print(f"{right} of {len(names)} causes are named")
    return 0 if right * 12 >= len(names) * 11 else 1


if __name__ == "__main__":
    sys.exit(main())
