"""Both peers and Landline find each other, whichever starts first."""

import base64
import json

from network import PORT
from peers import until
from speaker import Identity, Receiver, Sender, multicast
from stage import assert_alive


def known(landline, name, limit=20):
    """The device of that name in `landline nearby`, which is asked until it is there."""
    found = []

    def look():
        found[:] = landline.nearby()
        return next((device for device in found if device["name"] == name), None)

    return until(look, f"{name} nearby", limit)


def localsendd_finds_landline(stage):
    """Landline answers its announcement, and announces itself when it starts."""
    stage.stop("landline")
    daemon = stage.daemon()
    stage.serving()
    device = daemon.finds("Ann")
    assert (device["ip"], device["port"], device["protocol"]) == (stage.ann.address, PORT, "https"), device
    stage.stop("daemon")
    assert stage.daemon().finds("Ann")["fingerprint"] == device["fingerprint"], "another identity"


def landline_finds_localsendd(stage):
    stage.serving()
    daemon = stage.daemon()
    device = known(stage.landline, "Daemon")
    assert device["addresses"] == [stage.dave.address] and device["port"] == PORT, device
    assert daemon.program.process.poll() is None


def landline_finds_localsendd_on_another_port(stage):
    """Its announcement names the port; no scan would find it."""
    stage.daemon(port=53400)
    looking = stage.ann.start(stage.tools.landline, "nearby", "--json")
    # It announces itself, as on the button of an app.
    for _ in range(3):
        stage.daemon(port=53400).control("devices", "--scan", "--wait-for", "0.5")
    looking.wait(30)
    assert "53400" in "".join(looking.lines), looking.lines
    stage.stop("daemon")


def npm_finds_landline(stage):
    """By an announcement, and by asking for its information; over both schemes."""
    stage.stop("landline")
    node = stage.node()
    stage.serving()
    node.program.wait_line("discovered: Ann")
    stage.stop("node")
    stage.node().program.wait_line("discovered via HTTP: Ann", limit=30)


def landline_finds_npm(stage):
    stage.serving()
    stage.node()
    device = known(stage.landline, "Node")
    assert device["addresses"] == [stage.nora.address] and device["port"] == PORT, device
    assert device["identity"] is None, "nothing proves who it is without TLS"


def pin(fingerprint):
    """As `nearby` prints it: the first 128 bits."""
    return base64.urlsafe_b64encode(bytes.fromhex(fingerprint)[:16]).decode().rstrip("=")


def a_false_fingerprint_is_not_listed(stage):
    """Mallory announces itself with Dave's fingerprint, and with one of its own that its certificate does not have."""
    stage.serving()
    daemon = stage.daemon()
    known(stage.landline, "Daemon")
    theirs = daemon.result()[1]["self"]["fingerprint"]
    identity = Identity(stage.mallory.home / "other")
    receiver = Receiver(stage.mallory, identity, alias="False")
    mallory = Sender(stage.mallory, stage.ann.address, identity, alias="False")
    try:
        looking = stage.ann.start(stage.tools.landline, "nearby", "--json")
        for fingerprint in [theirs, "0" * 64]:
            receiver.answers = lambda name, head, body, f=fingerprint: (200, receiver.info() | {"fingerprint": f})
            for _ in range(3):
                multicast(stage.mallory, [mallory.info(fingerprint=fingerprint, announce=True)])
            answer = mallory.register(fingerprint=fingerprint)
            # It says nothing about it.
            assert answer.status == 200, answer.raw
        looking.wait(30)
        found = stage.landline.nearby()
        # A scan may find it all the same, by the certificate that it has.
        own = pin(identity.fingerprint)
        for device in json.loads("".join(looking.lines)) + found:
            assert device["name"] != "False" or device["identity"] == own, device
        [device] = [device for device in found if device["name"] == "Daemon"]
        assert device["addresses"] == [stage.dave.address], device
    finally:
        receiver.close()


def a_true_fingerprint_is_listed(stage):
    """The same as before with the right one: the check before can fail."""
    identity = Identity(stage.mallory.home / "other")
    receiver = Receiver(stage.mallory, identity, alias="True", port=53500)
    try:
        looking = stage.ann.start(stage.tools.landline, "nearby", "--json")
        with receiver.announcing():
            looking.wait(30)
        assert '"True"' in "".join(looking.lines), looking.lines
    finally:
        receiver.close()


def floods_and_garbage(stage):
    """Thousands of devices that do not exist, and datagrams that are no announcements."""
    # The flood would occupy localsendd for minutes.
    stage.stop("daemon")
    stage.stop("node")
    stage.serving()
    before = stage.landline.program.memory()
    mallory = stage.sender()
    garbage = [b"", b"{", b"[" * 60_000, b"\xff" * 1000, b'{"alias":' * 3000, b"null", b'{"alias":1}', b"0" * 65_000]
    fake = []
    for number in range(5000):
        # Nobody listens on their ports.
        fake.append(mallory.info(alias=f"Fake {number}", fingerprint=f"{number:064X}", port=1 + number % 60000, announce=True))
    looking = stage.ann.start(stage.tools.landline, "nearby", "--json")
    for at in range(0, len(fake), 100):
        multicast(stage.mallory, fake[at : at + 100] + garbage)
    # Landline contacts only a few at a time, so that a flood of announcements causes no flood of requests.
    assert_alive(stage)
    assert looking.wait(40) == 0, looking.lines[-5:]
    assert "Fake" not in "".join(looking.lines), looking.lines[:20]
    grown = stage.landline.program.memory() - before
    assert grown < 64, f"it grew by {grown:.0f} MiB"


CHECKS = [
    localsendd_finds_landline,
    landline_finds_localsendd,
    landline_finds_localsendd_on_another_port,
    npm_finds_landline,
    landline_finds_npm,
    a_false_fingerprint_is_not_listed,
    a_true_fingerprint_is_listed,
    floods_and_garbage,
]
