#!/usr/bin/env python3
"""Sends a file to `landline serve --localsend` and to localsendd, as LocalSend does it, in turn on one machine.

    cargo build --profile dist
    python3 -m venv PEERS && PEERS/bin/pip install localsendd==0.1.1
    python3 benches/localsend.py target/dist/landline PEERS [--gib 1] [--rounds 7]

One sender for both: prepare-upload with the SHA-256, then one upload over TLS (with a client certificate), until the
receiver has answered that it has everything and that the SHA-256 is right. The file comes from memory, and goes to a
folder in memory. Prints GiB/s and the CPU time of the receiver; each ratio is the median of the rounds' ratios, with the
least and the greatest. Needs openssl.
"""

import argparse
import contextlib
import hashlib
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from side_by_side import cpu_secs, report

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests/localsend"))
from network import PORT  # noqa: E402
from speaker import Identity, Sender, read_message  # noqa: E402

PIECE = 1 << 20


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program", type=pathlib.Path, help="the program to measure")
    parser.add_argument("peers", type=pathlib.Path, help="a Python environment with localsendd")
    parser.add_argument("--gib", type=float, default=1.0, help="size of the file")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--scratch", default="/dev/shm", help="a folder in memory")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.scratch) as scratch:
        scratch = pathlib.Path(scratch)
        identity = Identity(scratch / "identity")
        content = memoryview(os.urandom(PIECE) * int(options.gib * 2**30 / PIECE))
        digest = hashlib.sha256(content).hexdigest()
        speed, cpu = ({name: [] for name in RECEIVERS} for _ in range(2))
        receivers = {name: start(options, scratch / name) for name, start in RECEIVERS.items()}
        try:
            for _ in range(options.rounds):
                for name, receiver in receivers.items():
                    before, began = cpu_secs(receiver.process), time.monotonic()
                    receiver.send(identity, content, digest)
                    speed[name].append(options.gib / (time.monotonic() - began))
                    cpu[name].append((cpu_secs(receiver.process) - before) / options.gib)
                    receiver.check(len(content))
        finally:
            for receiver in receivers.values():
                receiver.process.kill()
                receiver.process.wait()
    report("received over TLS and verified, GiB/s", speed)
    report("CPU of the receiver, s/GiB", cpu)


class Here:
    """This computer, without a namespace."""

    inside = contextlib.nullcontext


class Receiver:
    def __init__(self, command, port, folder, environment):
        self.port, self.folder = port, folder
        folder.mkdir(parents=True, exist_ok=True)
        self.process = subprocess.Popen(
            list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ | environment
        )
        for _ in range(200):
            with contextlib.suppress(OSError):
                Sender(Here, "127.0.0.1", port=port).connect().close()
                return
            time.sleep(0.05)
        sys.exit(f"{command[0]} did not start")

    def send(self, identity, content, digest):
        sender = Sender(Here, "127.0.0.1", identity, port=self.port)
        answer = sender.prepare({"big.bin": {"size": len(content), "sha256": digest}})
        if answer.status != 200:
            sys.exit(f"not accepted: {answer.raw}")
        with sender.connect() as connection:
            connection.sendall(sender.head(sender.upload_path("f0"), len(content)))
            for at in range(0, len(content), PIECE):
                connection.sendall(content[at : at + PIECE])
            with connection.makefile("rb") as file:
                head, _ = read_message(file)
        if b" 200 " not in head.split(b"\r\n")[0]:
            sys.exit(f"not received: {head}")

    def check(self, length):
        [received] = [path for path in self.folder.iterdir() if path.is_file()]
        if received.stat().st_size != length:
            sys.exit(f"{received}: a torso")
        received.unlink()


def landline(options, scratch):
    folder, settings = scratch / "received", scratch / "settings"
    for path in (folder, settings):
        path.mkdir(parents=True, mode=0o700)
    command = [options.program.resolve(), "serve", folder, "--port", "0", "--no-announce", "--no-qr"]
    return Receiver([*command, "--receive", folder, "--localsend"], PORT, folder, {"LANDLINE_CONFIG_DIR": str(settings)})


def localsendd(options, scratch):
    folder, port = scratch / "received", PORT + 1
    environment = {"XDG_RUNTIME_DIR": str(scratch), "XDG_STATE_HOME": str(scratch), "XDG_CONFIG_HOME": str(scratch)}
    scratch.mkdir()
    command = [options.peers / "bin/localsendd", "--unattended", "--port", port, "--download-dir", folder]
    return Receiver(command, port, folder, environment)


RECEIVERS = {"landline": landline, "localsendd": localsendd}


if __name__ == "__main__":
    main()
