#!/usr/bin/env python3
"""Writes down what the two independent implementations say, as vectors for the tests of the engine.

    sudo python3 tests/localsend/capture.py PEERS [FOLDER]

PEERS is as for run.py. Addresses, dates and fingerprints differ in every run.
"""

import json
import pathlib
import sys
import tempfile
import time

from network import Network
from peers import Localsendd, Npm, Tools
from speaker import API, Identity, Receiver, Sender, listen_multicast, multicast

FOLDER = pathlib.Path(__file__).resolve().parent.parent.parent / "crates/engine/src/localsend/vectors"


def main():
    tools = Tools("/bin/true", sys.argv[1])
    out = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else FOLDER
    out.mkdir(parents=True, exist_ok=True)
    for name, capture in [("localsendd", localsendd), ("npm", npm)]:
        with tempfile.TemporaryDirectory() as folder, Network(pathlib.Path(folder), ["peer", "tap"]) as network:
            peer, tap = network["peer"], network["tap"]
            for file in FILES:
                (peer.home / file).write_bytes(FILES[file])
            capture(tools, peer, tap, Identity(tap.home / "identity"), lambda what, raw: write(out, f"{name}-{what}", raw))


FILES = {"notes.txt": b"hello\n", "海 и é.txt": b"content\n"}


def write(out, name, raw):
    (out / name).write_bytes(raw)
    print(f"{name}: {len(raw)} bytes")


def localsendd(tools, peer, tap, identity, keep):
    listener = listen_multicast(tap)
    receiver = Receiver(tap, identity)
    daemon = Localsendd(peer, tools, "--unattended")
    keep("announcement.json", listener.recvfrom(65536)[0])
    multicast(tap, [receiver.info() | {"announce": True}])
    keep_request(keep, "register", receiver.asked("register")[0])
    daemon.send("Tap", *FILES)
    keep_request(keep, "prepare-upload", receiver.asked("prepare-upload")[0])
    keep_request(keep, "upload", receiver.asked("upload")[0])
    cancelled = []

    def refuse(name, head, body):
        if name == "upload" and not cancelled:
            cancelled.append(True)
            return 500, {"message": "no"}
        return receiver.accept(name, head, body)

    receiver.answers = refuse
    daemon.send("Tap", "notes.txt")
    keep_request(keep, "cancel", receiver.asked("cancel")[0])
    answers(keep, Sender(tap, peer.address, identity))
    daemon.control("pin", "123")
    sender = Sender(tap, peer.address, identity)
    keep("wrong-pin-answer.http", sender.prepare({"a.txt": b"a"}, "1").raw)
    for pin in ["2", "3"]:
        sender.prepare({"a.txt": b"a"}, pin)
    keep("too-many-pins-answer.http", sender.prepare({"a.txt": b"a"}, "123").raw)
    daemon.control("pin", "--clear")
    daemon.stop()
    # Nobody is there to accept anything.
    Localsendd(peer, tools)
    keep("declined-answer.http", sender.prepare({"a.txt": b"a"}).raw)


def answers(keep, sender):
    """What the peer answers to requests, right and wrong ones."""
    keep("info-answer.http", sender.ask(API + "info", method="GET").raw)
    keep("register-answer.http", sender.register().raw)
    answer = sender.prepare({"a.txt": b"a", "b.txt": b"b"})
    keep("prepare-upload-answer.http", answer.raw)
    keep("wrong-token-answer.http", sender.upload("f0", b"a", token="wrong").raw)
    keep("upload-answer.http", sender.upload("f0", b"a").raw)
    keep("wrong-digest-answer.http", sender.upload("f1", b"x").raw)
    other = Sender(sender.computer, sender.address, sender.identity)
    keep("second-session-answer.http", other.prepare({"c.txt": b"c"}).raw)
    keep("cancel-answer.http", sender.cancel().raw)
    time.sleep(0.2)


def npm(tools, peer, tap, identity, keep):
    listener = listen_multicast(tap)
    receiver = Receiver(tap)
    node = Npm(peer, tools).receive("--autoAccept")
    keep("announcement.json", listener.recvfrom(65536)[0])
    multicast(tap, [receiver.info() | {"announce": True}])
    keep_request(keep, "register", receiver.asked("register")[0])
    answers(keep, Sender(tap, peer.address))
    node.stop()
    node.send(tap.address, "notes.txt")
    # The receiver looks around, too; the last one is of the sender.
    keep_request(keep, "info", receiver.asked("info")[-1])
    keep_request(keep, "prepare-upload", receiver.asked("prepare-upload")[0])
    keep_request(keep, "upload", receiver.asked("upload")[0])
    receiver.answers = lambda name, head, body: (422, {}) if name == "upload" else receiver.accept(name, head, body)
    node.send(tap.address, "notes.txt")
    keep_request(keep, "cancel", receiver.asked("cancel")[0])
    node.receive("--pin", "123")
    keep("wrong-pin-answer.http", Sender(tap, peer.address).prepare({"a.txt": b"a"}, "1").raw)
    node.stop()
    node.receive()
    sender = Sender(tap, peer.address)
    node.program.tell("n")
    keep("declined-answer.http", sender.prepare({"a.txt": b"a"}).raw)


def keep_request(keep, name, request):
    keep(f"{name}.http", request[1] + request[2])


if __name__ == "__main__":
    main()
