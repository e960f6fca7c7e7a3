"""Computers on one switch, each in a network namespace of its own with a home of its own."""

import contextlib
import ctypes
import os
import pathlib
import signal
import subprocess
import threading

GROUP, PORT = "224.0.0.167", 53317
CLONE_NEWNET = 0x40000000
LIMIT = 60
# What the networks are built with.
NEEDED = """
set -e
ip link add here type veth peer name there
ip link add switch type bridge
mount -t tmpfs tmpfs /mnt
"""


def missing_permission():
    """Why namespaces with links cannot be made here; empty if they can."""
    if os.geteuid() != 0:
        return "needs root"
    probe = subprocess.run(["unshare", "--net", "--mount", "sh", "-c", NEEDED], capture_output=True, text=True)
    return probe.stderr.strip() if probe.returncode else ""


def checked(*words):
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(words)}: {done.stderr.strip()}")


class Network:
    """A switch and one computer for each name, with the addresses 192.168.88.1, .2, ..."""

    def __init__(self, folder, names):
        self.prefix = f"lls{os.getpid() % 10000}-"
        checked("ip", "netns", "add", self.prefix + "switch")
        self.computers = {}
        try:
            self.ip("switch", "link", "add", "bridge", "type", "bridge", "mcast_snooping", "0")
            self.ip("switch", "link", "set", "bridge", "up")
            for number, name in enumerate(names, 1):
                self.add(folder, name, f"192.168.88.{number}")
        except BaseException:
            self.close()
            raise

    def ip(self, of, *words):
        checked("ip", "-n", self.prefix + of, *words)

    def add(self, folder, name, address):
        namespace = self.prefix + name
        checked("ip", "netns", "add", namespace)
        self.computers[name] = Computer(folder / name, namespace, address)
        self.ip(name, "link", "set", "lo", "up")
        self.ip("switch", "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", namespace)
        self.ip("switch", "link", "set", name, "master", "bridge", "up")
        # An IPv6 address could not be used for two seconds while it is checked whether another computer has it.
        checked("ip", "netns", "exec", namespace, "sysctl", "-qw", "net.ipv6.conf.eth0.accept_dad=0")
        self.ip(name, "addr", "add", address + "/24", "dev", "eth0")
        self.ip(name, "link", "set", "eth0", "up")
        self.ip(name, "route", "add", "224.0.0.0/4", "dev", "eth0")
        # localsendd finds its own address by a route to the internet.
        self.ip(name, "route", "add", "default", "dev", "eth0")

    def __getitem__(self, name):
        return self.computers[name]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        for computer in self.computers.values():
            computer.close()
            subprocess.run(["ip", "netns", "del", computer.namespace], stderr=subprocess.DEVNULL)
        subprocess.run(["ip", "netns", "del", self.prefix + "switch"], stderr=subprocess.DEVNULL)


class Computer:
    """A namespace, an address and a home."""

    def __init__(self, home, namespace, address):
        self.home, self.namespace, self.address = home, namespace, address
        self.programs = []
        runtime = home / "runtime"
        runtime.mkdir(parents=True)
        runtime.chmod(0o700)
        settings = home / "landline"
        settings.mkdir(mode=0o700)
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")} | {
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(runtime),
            "XDG_STATE_HOME": str(home / "state"),
            "XDG_CONFIG_HOME": str(home / "config"),
            "LANDLINE_CONFIG_DIR": str(settings),
            "LC_ALL": "C.UTF-8",
            "LANGUAGE": "",
        }

    def command(self, words):
        return ["ip", "netns", "exec", self.namespace, *map(str, words)]

    def run(self, *words, limit=LIMIT, environment=None, **more):
        """Runs a program to its end; its output is text."""
        return subprocess.run(
            self.command(words),
            capture_output=True,
            text=True,
            errors="replace",
            timeout=limit,
            env=self.environment | (environment or {}),
            cwd=self.home,
            **more,
        )

    def start(self, *words, environment=None):
        program = Program(self, words, environment or {})
        self.programs.append(program)
        return program

    @contextlib.contextmanager
    def inside(self):
        """Sockets that this thread makes meanwhile are on this computer."""
        libc = ctypes.CDLL(None, use_errno=True)

        def enter(path):
            with open(path) as namespace:
                if libc.setns(namespace.fileno(), CLONE_NEWNET):
                    raise OSError(ctypes.get_errno(), f"setns {path}")

        with open("/proc/thread-self/ns/net") as before:
            enter(f"/run/netns/{self.namespace}")
            try:
                yield
            finally:
                enter(f"/proc/self/fd/{before.fileno()}")

    def close(self):
        for program in list(self.programs):
            program.kill()


class Program:
    """A program that runs until it is stopped. Its lines are collected, and can be waited for."""

    def __init__(self, computer, words, environment):
        self.computer = computer
        self.process = subprocess.Popen(
            computer.command(words),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=computer.environment | environment,
            cwd=computer.home,
            start_new_session=True,
        )
        self.lines = []
        self.more = threading.Condition()
        self.ended = False
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            with self.more:
                self.lines.append(line.rstrip("\n"))
                self.more.notify_all()
        with self.more:
            self.ended = True
            self.more.notify_all()

    def wait_line(self, part, limit=20, since=0):
        """The first line with `part` in it, from the line number `since` on."""

        def found():
            return next((line for line in self.lines[since:] if part in line), None)

        with self.more:
            self.more.wait_for(lambda: found() is not None or self.ended, limit)
            line = found()
        if line is None:
            raise AssertionError(f"no line with {part!r} within {limit} s: {self.lines[since:][-12:]}")
        return line

    def tell(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def interrupt(self, limit=20):
        """Ctrl-C. Returns the exit status."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.wait(limit)

    def wait(self, limit=LIMIT):
        """Returns the exit status, once everything that it has said is in `lines`."""
        status = self.process.wait(limit)
        with self.more:
            self.more.wait_for(lambda: self.ended, limit)
        return status

    def kill(self):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        if self in self.computer.programs:
            self.computer.programs.remove(self)

    def memory(self):
        """Resident memory in MiB."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024
