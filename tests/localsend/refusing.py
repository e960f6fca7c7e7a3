"""PINs, declining, cancelling, one session at a time, and intruders."""

import os
import threading

from peers import Localsendd, until
from stage import assert_alive, assert_fails, assert_sent, make, make_big, parts, same

PIN = "1357"


def a_pin_of_landline(stage):
    """The password is the PIN: none, a wrong one, the right one, by each peer."""
    stage.serving(password=PIN)
    daemon = stage.daemon()
    daemon.finds("Ann")
    [file] = make(stage.dave.home / "out", {"secret.txt": b"secret"})
    assert_fails(daemon.send("Ann", file), "PIN")
    assert_fails(daemon.send("Ann", file, pin="0000"), "PIN")
    assert parts(stage.landline.folder) == []
    assert_sent(daemon.send("Ann", file, pin=PIN))
    same(file, stage.landline.folder / "secret.txt")
    stage.stop("node")
    node = stage.node()
    [file] = make(stage.nora.home / "out", {"secret 2.txt": b"secret"})
    status, said = node.send(stage.ann.address, file)
    assert status != 0, said
    assert_sent(node.send(stage.ann.address, file, "--pin", PIN))
    same(file, stage.landline.folder / "secret 2.txt")


def too_many_pins(stage):
    """After ten wrong ones in a minute, one address gets 429 even with the right one; another one is not affected."""
    stage.stop("landline")
    stage.serving(password=PIN)
    sender = stage.sender()
    statuses = [sender.prepare({"a.txt": b"a"}, pin=f"{number:04}").status for number in range(30)]
    assert statuses[0] == 401 and statuses[-1] == 429 and set(statuses) == {401, 429}, statuses
    assert sender.prepare({"a.txt": b"a"}, pin=PIN).status == 429
    other = stage.sender(stage.eve)
    assert other.prepare({"a.txt": b"a"}, pin=PIN).status == 200
    other.cancel()
    stage.stop("landline")


def a_pin_of_localsendd(stage):
    stage.stop("daemon")
    daemon = stage.daemon("--unattended", "--pin", PIN)
    [file] = make(stage.ann.home / "out", {"secret.txt": b"secret"})
    assert_fails(stage.landline.send("Daemon", file), "PIN")
    assert_fails(stage.landline.send("Daemon", file, environment={"LANDLINE_PASSWORD": "0000"}), "PIN")
    assert_sent(stage.landline.send("Daemon", file, environment={"LANDLINE_PASSWORD": PIN}))
    same(file, daemon.folder / "secret.txt")
    for _ in range(3):
        stage.landline.send("Daemon", file, environment={"LANDLINE_PASSWORD": "0000"})
    assert_fails(stage.landline.send("Daemon", file, environment={"LANDLINE_PASSWORD": PIN}), "too many")
    stage.stop("daemon")


def a_pin_of_npm(stage):
    stage.stop("node")
    node = stage.node("--pin", PIN)
    [file] = make(stage.ann.home / "out", {"secret.txt": b"secret"})
    assert_fails(stage.landline.send("Node", file), "PIN")
    assert_sent(stage.landline.send("Node", file, environment={"LANDLINE_PASSWORD": PIN}))
    node.settles(len(b"secret"))
    same(file, node.folder / "secret.txt")
    stage.stop("node")


def declined_by_localsendd(stage):
    """At once, because nobody is there to ask; and by its user."""
    daemon = stage.daemon("--no-unattended")
    [file] = make(stage.ann.home / "out", {"unwanted.txt": b"unwanted"})
    assert_fails(stage.landline.send("Daemon", file), "declined")
    user = stage.dave.start(stage.tools.python, "-m", "localsendd.cli", "watch")
    user.wait_line("Watching")
    sending = stage.ann.start(stage.tools.landline, "send", "Daemon", file)
    until(lambda: daemon.result()[1]["incoming"], "it is asked")
    assert daemon.control("reject").returncode == 0
    assert sending.wait() != 0
    assert "declined" in "".join(sending.lines).lower(), sending.lines
    sending = stage.ann.start(stage.tools.landline, "send", "Daemon", file)
    until(lambda: daemon.result()[1]["incoming"], "it is asked again")
    assert daemon.control("accept").returncode == 0
    assert sending.wait() == 0, sending.lines
    same(file, daemon.folder / "unwanted.txt")
    user.kill()
    stage.stop("daemon")


def declined_by_npm(stage):
    stage.stop("node")
    node = stage.node("--discoveryInterval", "3600")
    node.program.tell("n")
    [file] = make(stage.ann.home / "out", {"unwanted.txt": b"unwanted"})
    assert_fails(stage.landline.send("Node", file), "declined")
    assert parts(node.folder) == []
    stage.stop("node")


def cancelled_while_asked(stage):
    """Ctrl-C before localsendd's user has answered: the question goes away."""
    daemon = stage.daemon("--no-unattended")
    user = stage.dave.start(stage.tools.python, "-m", "localsendd.cli", "watch")
    user.wait_line("Watching")
    [file] = make(stage.ann.home / "out", {"slow.txt": b"slow"})
    sending = stage.ann.start(stage.tools.landline, "send", "Daemon", file)
    until(lambda: daemon.result()[1]["incoming"], "it is asked")
    assert sending.interrupt() != 0
    until(lambda: not daemon.result()[1]["incoming"], "the question is withdrawn")
    user.kill()
    stage.stop("daemon")


def cancelled_by_the_recipient(stage):
    """Landline learns it by the refused upload."""
    daemon = stage.daemon()
    file = make_big(stage.ann.home / "big.bin", 2 << 30)
    sending = stage.ann.start(stage.tools.landline, "send", "Daemon", file)
    daemon.waits_bytes()
    assert "recv" in daemon.control("cancel").stdout
    assert sending.wait(30) != 0, sending.lines
    assert "stopped the transfer" in "".join(sending.lines), sending.lines
    file.unlink()


def cancelled_by_the_sender(stage):
    """It breaks the upload off and says so: nothing is left, and the next sender is not told to wait."""
    stage.serving()
    daemon = stage.daemon()
    file = make_big(stage.dave.home / "big.bin", 1 << 30)
    # By name, it may use a form of the address that is wrong in the Host field of its cancel.
    sending = stage.dave.start(stage.tools.python, "-m", "localsendd.cli", "send", "--to", stage.ann.address, file)
    until(lambda: daemon.bytes_done(), "it sends", 60)
    assert "send" in daemon.control("cancel").stdout
    daemon.waits_result("cancelled")
    until(lambda: parts(stage.landline.folder) == [], f"nothing is left: {parts(stage.landline.folder)}")
    assert_alive(stage)
    sending.kill()
    file.unlink()


def landline_stops_while_it_receives(stage):
    """localsendd notices; a part is not taken for the file."""
    stage.stop("landline")
    stage.serving()
    daemon = stage.daemon()
    daemon.finds("Ann")
    file = make_big(stage.dave.home / "big.bin", 1 << 30)
    done = []
    sending = threading.Thread(target=lambda: done.append(daemon.send("Ann", file)))
    sending.start()
    until(lambda: daemon.bytes_done(), "it sends", 60)
    stage.landline.program.interrupt()
    sending.join()
    assert_fails(done[0])
    assert not (stage.landline.folder / "big.bin").exists()
    stage.stop("landline")
    file.unlink()


def one_session_at_a_time(stage):
    """409 for the second, also from the peers; a cancel by the first makes room."""
    stage.serving()
    first, second = stage.sender(stage.mallory), stage.sender(stage.eve)
    assert first.prepare({"first.txt": b"first"}).status == 200
    assert second.prepare({"second.txt": b"second"}).status == 409
    daemon = stage.daemon()
    daemon.finds("Ann")
    [file] = make(stage.dave.home / "out", {"third.txt": b"third"})
    assert_fails(daemon.send("Ann", file), "busy")
    # Somebody else's cancel changes nothing.
    second.cancel(first.session)
    assert second.prepare({"second.txt": b"second"}).status == 409
    assert first.upload("f0", b"first").status == 200
    assert (stage.landline.folder / "first.txt").read_bytes() == b"first"
    assert_sent(daemon.send("Ann", file))
    assert first.prepare({"first.txt": b"first"}).status == 200
    assert first.cancel().status == 200
    assert second.prepare({"second.txt": b"second"}).status == 200
    assert second.upload("f0", b"second").status == 200


def localsendd_is_busy(stage):
    """Landline says so."""
    daemon = stage.daemon()
    slow = stage.sender()
    slow.address = stage.dave.address
    assert slow.prepare({"slow.txt": b"slow"}).status == 200
    [file] = make(stage.ann.home / "out", {"later.txt": b"later"})
    assert_fails(stage.landline.send("Daemon", file), "somebody else")
    slow.upload("f0", b"slow")
    assert_sent(stage.landline.send("Daemon", file))
    same(file, daemon.folder / "later.txt")


def a_hijacked_session(stage):
    """Somebody who knows the session and the tokens, but has another address, is refused; so are wrong tokens."""
    stage.serving()
    sender, thief = stage.sender(stage.mallory), stage.sender(stage.eve)
    content = os.urandom(1000)
    assert sender.prepare({"mine.bin": content}).status == 200
    token = sender.tokens["f0"]
    for session, token_of in [(sender.session, token), (sender.session, "x" * len(token)), ("x", token)]:
        answer = thief.upload("f0", bytes(1000), session=session, token=token_of)
        assert answer.status == 403, answer.raw
    for session, token_of, file in [(sender.session, token[:-1], "f0"), ("x", token, "f0"), (sender.session, token, "f1")]:
        answer = sender.upload(file, bytes(1000), session=session, token=token_of)
        assert answer.status == 403, answer.raw
    assert sender.upload("f0", content).status == 200
    assert (stage.landline.folder / "mine.bin").read_bytes() == content
    # Not a second time.
    assert sender.upload("f0", bytes(1000)).status == 403
    assert parts(stage.landline.folder) == ["mine.bin"]


def the_port_is_taken(stage):
    """The app itself runs here: Landline says so, receives on another port, and still sends."""
    stage.stop("landline")
    app = Localsendd(stage.ann, stage.tools, "--unattended", alias="App")
    program = stage.ann.start(*stage.landline.command())
    program.wait_line("53317 is already in use, probably by LocalSend")
    daemon = stage.daemon()
    device = daemon.finds("Ann")
    assert device["port"] != 53317, device
    [file] = make(stage.dave.home / "out", {"elsewhere.txt": b"elsewhere"})
    assert_sent(daemon.send(device["fingerprint"], file))
    same(file, stage.landline.folder / "elsewhere.txt")
    assert app.program.process.poll() is None
    [file] = make(stage.ann.home / "out", {"despite.txt": b"despite"})
    assert_sent(stage.landline.send("Daemon", file))
    same(file, daemon.folder / "despite.txt")
    app.stop()
    program.kill()


CHECKS = [
    a_pin_of_landline,
    too_many_pins,
    a_pin_of_localsendd,
    a_pin_of_npm,
    declined_by_localsendd,
    declined_by_npm,
    cancelled_while_asked,
    cancelled_by_the_recipient,
    cancelled_by_the_sender,
    landline_stops_while_it_receives,
    one_session_at_a_time,
    localsendd_is_busy,
    a_hijacked_session,
    the_port_is_taken,
]
