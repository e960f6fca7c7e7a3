"""Landline sends to the two peers, and to one that misbehaves."""

import json
import os
import signal

from peers import until
from speaker import Identity, Receiver
from stage import NAMES, assert_fails, assert_sent, expected, make, make_big, same, tree

PAST = 1_500_000_000


def a_file_to_localsendd(stage):
    """With its date, and its name found nearby."""
    daemon = stage.daemon()
    [file] = make(stage.ann.home / "out", {"海报.txt": os.urandom(100_000)})
    assert_sent(stage.landline.send("Daemon", file))
    received = daemon.folder / "海报.txt"
    same(file, received)
    assert received.stat().st_mtime == PAST, received.stat().st_mtime
    assert daemon.result()[0] == "received", daemon.result()


def a_file_to_npm(stage):
    node = stage.node()
    [file] = make(stage.ann.home / "out", {"海报.txt": os.urandom(100_000)})
    assert_sent(stage.landline.send("Node", file))
    node.settles(file.stat().st_size)
    same(file, node.folder / "海报.txt")


def a_thousand_files_to_localsendd(stage):
    """It keeps no folders, and takes no empty file: it says that one was interrupted."""
    daemon = stage.daemon()
    folder = stage.ann.home / "thousand"
    files = {f"{number % 10}/{number:04} 海.bin": os.urandom(1 + number * 7 % 5000) for number in range(1000)}
    make(folder, files)
    assert_sent(stage.landline.send("Daemon", folder, limit=180))
    assert tree(daemon.folder) == {name[2:]: digest for name, digest in expected(files).items()}


def a_thousand_files_to_npm(stage):
    """It keeps folders."""
    node = stage.node()
    folder = stage.ann.home / "thousand"
    files = {f"{number % 10}/{number:04} 海.bin": os.urandom(number * 7 % 5000) for number in range(1000)}
    make(folder, files)
    assert_sent(stage.landline.send("Node", folder, limit=180))
    node.settles(sum(map(len, files.values())))
    assert tree(node.folder) == {"thousand/" + name: digest for name, digest in expected(files).items()}


def names_to_both(stage):
    daemon, node = stage.daemon(), stage.node()
    files = {name: name.encode() for name in NAMES}
    paths = make(stage.ann.home / "names", files)
    assert_sent(stage.landline.send("Daemon", *paths))
    assert tree(daemon.folder) == expected(files)
    assert_sent(stage.landline.send("Node", *paths))
    node.settles(sum(map(len, files.values())))
    assert tree(node.folder) == expected(files)


def a_big_file_to_localsendd(stage):
    daemon = stage.daemon()
    file = make_big(stage.ann.home / "big.bin", stage.big)
    assert_sent(stage.landline.send("Daemon", file, limit=600))
    same(file, daemon.folder / "big.bin")
    file.unlink()


def a_big_file_to_npm(stage):
    node = stage.node()
    file = make_big(stage.ann.home / "big.bin", stage.big)
    assert_sent(stage.landline.send("Node", file, limit=600))
    node.settles(stage.big)
    same(file, node.folder / "big.bin")
    file.unlink()
    stage.stop("node")


def a_text_to_both(stage):
    """Neither shows texts: they store them."""
    daemon, node = stage.daemon(), stage.node()
    text = "Hello 海"
    assert_sent(stage.landline.send("Daemon", "--text", text))
    assert_sent(stage.landline.send("Node", "--text", text))
    node.settles(len(text.encode()))
    for folder in (daemon.folder, node.folder):
        [stored] = list(folder.iterdir())
        assert stored.read_text() == text, stored


def a_disk_that_is_full(stage):
    """localsendd notices while it writes, and answers 500."""
    stage.stop("daemon")
    folder = stage.dave.home / "Downloads" / "LocalSend"
    folder.mkdir(parents=True, exist_ok=True)
    with stage.small_disk(folder, "20m"):
        stage.daemon()
        file = make_big(stage.ann.home / "big.bin", 40 << 20)
        assert_fails(stage.landline.send("Daemon", file))
        file.unlink()
        assert not [path for path in folder.iterdir() if path.stat().st_size], list(folder.iterdir())
        stage.stop("daemon")


def three_attempts(stage):
    """A receiver that finds a wrong digest twice gets the file a third time, and no fourth."""
    identity = Identity(stage.mallory.home / "receiver")
    refused = []
    receiver = Receiver(stage.mallory, identity, alias="Tap")

    def answers(name, head, body):
        if name == "upload" and len(refused) < wanted:
            refused.append(body)
            return 422, {"message": "Checksum mismatch"}
        return receiver.accept(name, head, body)

    receiver.answers = answers
    [file] = make(stage.ann.home / "out", {"twice.txt": b"content"})
    try:
        wanted = 2
        with receiver.announcing():
            assert_sent(stage.landline.send("Tap", file))
        receiver.asked("upload", 3)
        refused.clear()
        wanted = 100
        with receiver.announcing():
            assert_fails(stage.landline.send("Tap", file))
        assert len(refused) == 3, len(refused)
    finally:
        receiver.close()


def what_is_said(stage):
    """Everything that the two peers, and versions before, need to know is in what Landline asks; over TLS it shows the
    certificate that it has said."""
    identity = Identity(stage.mallory.home / "receiver")
    receiver = Receiver(stage.mallory, identity, alias="Tap")
    [file] = make(stage.ann.home / "out", {"said.txt": b"content"})
    try:
        with receiver.announcing():
            assert_sent(stage.landline.send("Tap", file))
        [(_, head, body)] = receiver.asked("prepare-upload")
        asked = json.loads(body)
        keys = {"alias", "version", "deviceModel", "deviceType", "fingerprint", "port", "protocol", "download"}
        assert keys <= set(asked["info"]), asked["info"]
        assert asked["info"]["version"] == "2.2" and len(asked["info"]["fingerprint"]) == 64, asked["info"]
        [(file_id, described)] = asked["files"].items()
        assert described["id"] == file_id and described["fileName"] == "said.txt", described
        assert described["sha256"] == next(iter(expected({"": b"content"}).values())), described
        assert described["metadata"]["modified"].startswith("2017-07-14T02:40:00"), described
        assert b"content-length:" in head.lower() and b"application/json" in head, head
    finally:
        receiver.close()


def ctrl_c_cancels(stage):
    """localsendd is told, and deletes what it has."""
    daemon = stage.daemon()
    file = make_big(stage.ann.home / "big.bin", 2 << 30)
    sending = stage.ann.start(stage.tools.landline, "send", "Daemon", file)
    daemon.waits_bytes()
    assert sending.process.poll() is None, sending.lines
    os.killpg(sending.process.pid, signal.SIGINT)
    assert sending.wait(20) != 0, sending.lines
    daemon.waits_result("recv_cancelled")
    until(lambda: not list(daemon.folder.iterdir()), "nothing is left")
    file.unlink()


CHECKS = [
    a_file_to_localsendd,
    a_file_to_npm,
    a_thousand_files_to_localsendd,
    a_thousand_files_to_npm,
    names_to_both,
    a_big_file_to_localsendd,
    a_big_file_to_npm,
    a_text_to_both,
    a_disk_that_is_full,
    three_attempts,
    what_is_said,
    ctrl_c_cancels,
]
