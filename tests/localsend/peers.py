"""The two independent implementations, and Landline, as users run them."""

import json
import pathlib
import time

from network import LIMIT, PORT

BIG = 3600


def until(found, what, limit=15):
    """Waits until `found()` returns something."""
    end = time.monotonic() + limit
    while not (result := found()):
        if time.monotonic() > end:
            raise AssertionError(f"not within {limit} s: {what}")
        time.sleep(0.05)
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

    def waits_result(self, kind):
        return until(lambda: self.result()[0] == kind, f"{kind}; is {self.result()}")

    def stop(self):
        self.program.kill()


class Npm:
    """localsend 0.1 from npm: version 2.1 over plain HTTP."""

    def __init__(self, computer, tools, alias="Node"):
        self.computer, self.alias, self.program = computer, alias, None
        self.words = [tools.node, tools.npm / "node_modules/localsend/dist/cli.js"]
        self.folder = computer.home / "received"

    def receive(self, *flags, port=PORT):
        command = [*self.words, "receive", "--alias", self.alias, "--saveDir", self.folder, "--port", port]
        self.program = self.computer.start(*command, "--verbose", *flags)
        self.program.wait_line("Receiver is running")
        return self

    def discover(self, secs=4):
        command = [*self.words, "discover", "--alias", self.alias, "--timeout", secs, "--json"]
        done = self.computer.run(*command)
        if "No devices found" in done.stdout:
            return []
        return json.loads(done.stdout[done.stdout.index("\n[") :].split("\nPlease use")[0])

    def send(self, address, file, *flags, limit=LIMIT):
        done = self.computer.run(*self.words, "send", address, file, "--alias", self.alias, *flags, limit=limit)
        return done.returncode, done.stdout + done.stderr

    def stop(self):
        self.program.kill()


class Tools:
    """Where the programs are."""

    def __init__(self, landline, venv, npm, node):
        self.landline = pathlib.Path(landline).resolve()
        # Not resolved: it is a link, and finds its packages by where it is.
        self.python = pathlib.Path(venv).absolute() / "bin/python"
        self.npm = pathlib.Path(npm).resolve()
        self.node = node
