#!/usr/bin/env python3
"""The window, end to end: one real window shares, another downloads, and strangers do both.

    cargo build --features inspection
    python3 tests/window/run.py target/debug/landline

Needs Xvfb, and msgpack and python-xlib from PyPI. Prints one line for each thing that a person could do, and
`N passed, 0 failed` at the end. With PICTURES=DIR it leaves pictures of the windows there.
"""

import hashlib
import os
import pathlib
import socket
import sys
import tempfile
import traceback

from peers import RawServer
from stage import PATIENCE, Screen, Stage

NAMES = ["notes.txt", "film 海边 #?%&'.bin", "🎈.txt"]


def main():
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as scratch, Screen() as display:
        stage = Stage(program, pathlib.Path(scratch), display, NAMES)
        failed = 0
        tests = [
            the_server_window_shares,
            the_client_window_downloads,
            a_second_download_keeps_the_first,
            a_missing_file_is_said_so,
            a_raw_client_is_served,
            a_raw_server_serves_the_window,
            messages_are_answered,
            a_taken_port_is_offered_another,
            settings_survive_a_restart,
            the_list_survives_a_crash,
            a_download_is_paused_and_goes_on,
            a_lost_server_is_waited_for,
            a_killed_window_goes_on,
            a_folder_comes_whole,
            sharing_stops,
        ]
        for test in tests:
            name = test.__name__.replace("_", " ")
            try:
                test(stage)
                print(f"ok: {name}", flush=True)
            except Exception:
                traceback.print_exc()
                print(f"FAILED: {name}", flush=True)
                failed += 1
                break  # Each goes on from where the one before left the windows.
        stage.close()
        print(f"\n{tests.index(test) + 1 - failed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


def the_server_window_shares(stage):
    window = stage.server = stage.open("server")
    window.click("Server")
    window.type("Shared folder", str(stage.shared))
    window.type("Port", str(stage.port))
    stage.picture(window, "server-ready")
    window.click("Start sharing")
    window.wait("Stop sharing")
    window.wait(f":{stage.port}")
    window.wait(f"{len(NAMES)} files")
    stage.picture(window, "server-sharing")


def the_client_window_downloads(stage):
    window = stage.client = stage.open("client")
    window.click("Client")
    window.type("Host", "127.0.0.1")
    window.type("Port", str(stage.port))
    window.type("Save to", str(stage.saved))
    for name in NAMES:
        window.type("File name", name)
        window.click("Download")
        wait_for_file(window, stage.saved / name)
    window.wait("Show in folder")
    stage.picture(window, "client-done")
    for name in NAMES:
        assert digest(stage.saved / name) == digest(stage.shared / name), name
        stage.server.wait(name)
    assert not list(stage.saved.glob("*.part*")), "a part file was left behind"
    stage.picture(stage.server, "server-done")


def a_second_download_keeps_the_first(stage):
    name = NAMES[0]
    (stage.saved / name).write_text("mine")
    stage.client.type("File name", name)
    stage.client.press("Enter")
    wait_for_file(stage.client, stage.saved / f"[新]{name}")
    assert (stage.saved / name).read_text() == "mine"
    assert digest(stage.saved / f"[新]{name}") == digest(stage.shared / name)


def a_missing_file_is_said_so(stage):
    stage.client.type("File name", "note.txt")
    stage.client.click("Download")
    stage.client.wait("note.txt")
    stage.client.wait("Try again")
    stage.picture(stage.client, "client-missing")
    stage.server.wait("no such file")
    assert not (stage.saved / "note.txt").exists()


def a_raw_client_is_served(stage):
    with socket.create_connection(("127.0.0.1", stage.port), timeout=PATIENCE) as client:
        client.send(NAMES[1].encode("utf-8"))
        received = b"".join(iter(lambda: client.recv(65536), b""))
    assert received == (stage.shared / NAMES[1]).read_bytes()


def a_raw_server_serves_the_window(stage):
    content = os.urandom(300_000)
    with RawServer({"raw.bin": content}) as port:
        stage.client.type("Port", str(port))
        stage.client.type("File name", "raw.bin")
        stage.client.click("Download")
        wait_for_file(stage.client, stage.saved / "raw.bin")
        stage.client.wait("not checked")
    stage.client.type("Port", str(stage.port))
    assert (stage.saved / "raw.bin").read_bytes() == content


def messages_are_answered(stage):
    stage.server.click("Settings")
    stage.server.click("Answer messages")
    stage.server.press("Escape")
    stage.client.click("More options")
    stage.client.click("Message")
    stage.client.type("Message text", "are u ok?")
    stage.client.click("Send")
    stage.client.wait("thanks")
    stage.server.wait("are u ok?")
    stage.picture(stage.client, "client-message")
    stage.picture(stage.server, "server-message")


def a_taken_port_is_offered_another(stage):
    other = stage.open("other")
    other.click("Server")
    other.type("Shared folder", str(stage.shared))
    other.type("Port", str(stage.port))
    other.click("Start sharing")
    other.wait(f"Port {stage.port} is taken")
    stage.picture(other, "server-taken")
    offer = next(name for role, name, _, _ in other.widgets() if name.startswith("Use port "))
    other.click(offer)
    other.wait("Stop sharing")
    other.wait(f":{offer.removeprefix('Use port ')}")


def settings_survive_a_restart(stage):
    stage.restart("other")
    window = stage.windows["other"]
    window.click("Server")
    window.wait(str(stage.shared))
    stage.quit("other")


def the_list_survives_a_crash(stage):
    stage.client.type("File name", NAMES[0])
    # The server takes the call and says nothing: the download is under way when the program is gone.
    with socket.create_server(("127.0.0.1", 0), backlog=128) as silent:
        stage.client.type("Port", str(silent.getsockname()[1]))
        stage.client.click("Download")
        stage.client.wait("Connecting…")
        wait_until_kept(stage, NAMES[0])
        stage.kill("client")
    window = stage.client = stage.open("client")
    window.wait("paused")
    window.wait("Show in folder " + NAMES[1])
    stage.picture(window, "client-after-crash")
    window.click("Remove " + NAMES[0])
    window.wait("Remove " + NAMES[0], gone=True)
    window.click("Clear finished")
    window.wait("See what another computer shares")


def a_download_is_paused_and_goes_on(stage):
    window, valve = stage.client, stage.valve()
    with_half(stage, "paused.bin")
    window.click("Pause paused.bin")
    window.wait("Resume paused.bin")
    stage.picture(window, "client-paused")
    assert (stage.saved / "paused.bin.part").stat().st_size > 0
    assert not (stage.saved / "paused.bin").exists()
    valve.open()
    window.click("Resume paused.bin")
    arrives_checked(stage, "paused.bin")


def a_lost_server_is_waited_for(stage):
    window, valve = stage.client, stage.valve()
    with_half(stage, "lost.bin")
    valve.cut()
    window.wait("interrupted")
    window.wait("Trying again in")
    stage.picture(window, "client-interrupted")
    valve.open()
    valve.mend()
    arrives_checked(stage, "lost.bin")


def a_killed_window_goes_on(stage):
    stage.valve()
    with_half(stage, "killed.bin")
    wait_until_kept(stage, "killed.bin")
    stage.kill("client")
    window = stage.client = stage.open("client")
    window.wait("Resume killed.bin")
    stage.valve().open()
    # The port of the valve is what the download remembers.
    window.click("Resume killed.bin")
    arrives_checked(stage, "killed.bin")


def a_folder_comes_whole(stage):
    folder = stage.shared / "photos"
    (folder / "empty").mkdir(parents=True)
    for number in range(40):
        (folder / f"海 {number}.jpg").write_bytes(os.urandom(1000 * number))
    stage.client.type("Port", str(stage.port))
    stage.client.type("File name", "photos")
    stage.client.click("Download")
    stage.client.wait("Show in folder photos", patience=PATIENCE)
    stage.client.wait("40 files")
    stage.picture(stage.client, "client-folder")
    found = sorted(path.relative_to(stage.saved) for path in (stage.saved / "photos").rglob("*"))
    assert found == sorted(path.relative_to(stage.shared) for path in folder.rglob("*"))
    for path in folder.glob("*.jpg"):
        assert digest(stage.saved / "photos" / path.name) == digest(path), path
    assert not list(stage.saved.glob("*.part*")), "a part was left behind"


def with_half(stage, name):
    """Half of a new file has come, and the rest is held back."""
    (stage.shared / name).write_bytes(os.urandom(6_000_000))
    stage.valve().let_through(3_000_000)
    stage.client.type("Port", str(stage.valve().port))
    stage.client.type("File name", name)
    stage.client.click("Download")
    part = stage.saved / f"{name}.part"
    for _ in range(int(PATIENCE / 0.05)):
        # The head of the answer is a few hundred bytes.
        if part.exists() and part.stat().st_size > 2_900_000:
            return
        stage.client.shows("Downloads")
    raise AssertionError(f"half of {name} did not arrive")


def wait_until_kept(stage, name):
    """The list on the disk has it as unfinished; that takes milliseconds."""
    for _ in range(int(PATIENCE / 0.05)):
        kept = stage.kept_downloads("client")
        if name in kept and "unfinished" in kept:
            return
        stage.client.shows("Downloads")
    raise AssertionError(f"{name} is not on the list")


def arrives_checked(stage, name):
    wait_for_file(stage.client, stage.saved / name)
    stage.client.wait("Show in folder " + name)
    stage.client.wait("SHA-256 checked")
    assert digest(stage.saved / name) == digest(stage.shared / name)
    assert not list(stage.saved.glob("*.part*")), "a part was left behind"


def sharing_stops(stage):
    stage.server.click("Stop sharing")
    stage.server.wait("Start sharing")
    try:
        socket.create_connection(("127.0.0.1", stage.port), timeout=5).close()
    except ConnectionRefusedError:
        return
    raise AssertionError("something still listens")


def wait_for_file(window, path):
    """The window says so when a file is saved, and then it is there."""
    window.wait(path.name, patience=PATIENCE)
    for _ in range(int(PATIENCE / 0.05)):
        if path.exists():
            return
        window.shows("Downloads")  # A question that takes a frame: no busy waiting.
    raise AssertionError(f"{path.name} did not arrive")


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
