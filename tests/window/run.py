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
import subprocess
import sys
import tempfile
import threading
import traceback

import Xlib.display
import Xlib.protocol
import Xlib.X

from inspected import Inspected

PATIENCE = 60.0
NAMES = ["notes.txt", "film 海边 #?%&'.bin", "🎈.txt"]


def main():
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as scratch, Screen() as display:
        stage = Stage(program, pathlib.Path(scratch), display)
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
    stage.server.click("Answer messages")
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
        for _ in range(int(PATIENCE / 0.05)):
            if "unfinished" in stage.kept_downloads("client"):
                break
            stage.client.shows("Downloads")
        stage.kill("client")
    window = stage.client = stage.open("client")
    window.wait("paused")
    window.wait("Show in folder " + NAMES[1])
    stage.picture(window, "client-after-crash")
    window.click("Remove " + NAMES[0])
    window.wait("Remove " + NAMES[0], gone=True)
    window.click("Clear finished")
    window.wait("Nothing downloaded yet")


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


class Stage:
    """Two folders, and the windows that are open."""

    def __init__(self, program, scratch, display):
        self.program, self.scratch, self.display = program, scratch, display
        self.shared, self.saved = scratch / "shared", scratch / "saved"
        self.shared.mkdir()
        self.saved.mkdir()
        for number, name in enumerate(NAMES):
            (self.shared / name).write_bytes(os.urandom(1000 + number * 5_000_000))
        self.port = free_port()
        self.processes, self.windows = {}, {}

    def open(self, name):
        inspection = f"127.0.0.1:{free_port()}"
        environment = os.environ | {
            "DISPLAY": self.display,
            "EGUI_INSPECTION": inspection,
            "LANDLINE_CONFIG_DIR": str(self.scratch / name),
            "LIBGL_ALWAYS_SOFTWARE": "1",
            "LANG": "en_US.UTF-8",
        }
        environment.pop("WAYLAND_DISPLAY", None)
        self.processes[name] = subprocess.Popen([self.program], env=environment)
        host, port = inspection.split(":")
        self.windows[name] = Inspected((host, int(port)), PATIENCE)
        self.windows[name].wait("Server", patience=PATIENCE)
        return self.windows[name]

    def quit(self, name):
        """Close the window as its close button does, and see it go in time."""
        self.windows.pop(name).close()
        ask_to_close(self.display, self.processes[name].pid)
        assert self.processes.pop(name).wait(timeout=PATIENCE) == 0

    def kill(self, name):
        """The end of the program without a warning."""
        self.windows.pop(name).close()
        process = self.processes.pop(name)
        process.kill()
        process.wait()

    def kept_downloads(self, name):
        file = self.scratch / name / "downloads.json"
        return file.read_text(encoding="utf-8") if file.exists() else ""

    def restart(self, name):
        self.quit(name)
        self.open(name)

    def picture(self, window, name):
        if folder := os.environ.get("PICTURES"):
            os.makedirs(folder, exist_ok=True)
            window.picture(os.path.join(folder, f"{name}.png"))

    def close(self):
        for process in self.processes.values():
            process.kill()
            process.wait()


class Screen:
    """An X server of our own, on a display that nobody uses."""

    def __enter__(self):
        read, write = os.pipe()
        command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x900x24", "-nolisten", "tcp"]
        self.process = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as pipe:
            return f":{pipe.readline().strip()}"

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


class RawServer:
    """The lecture notes' server: a name comes, the file's bytes go, the connection closes."""

    def __init__(self, files):
        self.files = files

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        threading.Thread(target=self._serve, daemon=True).start()
        return self.listener.getsockname()[1]

    def __exit__(self, *_):
        self.listener.close()

    def _serve(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            with client:
                name = client.recv(1024).decode("utf-8", "replace")
                client.sendall(self.files.get(name, b""))


def ask_to_close(display, pid):
    """What a window manager does when somebody clicks the close button."""
    x = Xlib.display.Display(display)
    protocols, delete = x.intern_atom("WM_PROTOCOLS"), x.intern_atom("WM_DELETE_WINDOW")
    for window in x.screen().root.query_tree().children:
        owner = window.get_full_property(x.intern_atom("_NET_WM_PID"), Xlib.X.AnyPropertyType)
        if owner and list(owner.value) == [pid]:
            close = Xlib.protocol.event.ClientMessage(
                window=window, client_type=protocols, data=(32, [delete, Xlib.X.CurrentTime, 0, 0, 0])
            )
            window.send_event(close)
    x.sync()
    x.close()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


if __name__ == "__main__":
    sys.exit(main())
