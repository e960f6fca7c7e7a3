"""The open windows of a test, and the folders that they share and save to."""

import os
import pathlib
import socket
import subprocess
import time

import drag
from inspected import Inspected
from peers import Valve

PATIENCE = 60.0
# How long a window may take to close.
CLOSING = 2.0
# Each shared file is this many bytes longer than the previous one.
SIZE_STEP = 2_500_000


class Stage:
    """Two folders, and the open windows."""

    def __init__(self, program, scratch, screen, names):
        self.program, self.scratch, self.screen = program, scratch, screen
        self.shared, self.saved = scratch / "shared", scratch / "saved"
        self.shared.mkdir()
        self.saved.mkdir()
        for number, name in enumerate(names):
            path = self.shared / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(os.urandom(1000 + number * SIZE_STEP))
        # Other files that steps share are removed again.
        self.usual = {path.name for path in self.shared.iterdir()}
        self.programs = scratch / "programs"
        self.programs.mkdir()
        self.port = free_port()
        # Of the window that receives files.
        self.inbox_port = free_port()
        self.processes, self.windows = {}, {}
        self.between = None

    @property
    def server(self):
        return self.windows["server"]

    @property
    def client(self):
        return self.windows["client"]

    def program_that(self, name, script):
        """A program that the windows find before those of the system."""
        path = self.programs / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def valve(self):
        """The network between the client and the server."""
        self.between = self.between or Valve(self.port)
        return self.between

    def open(self, name):
        inspection = f"127.0.0.1:{free_port()}"
        self.processes[name] = self.start(name, {"EGUI_INSPECTION": inspection})
        host, port = inspection.split(":")
        self.windows[name] = Inspected((host, int(port)), PATIENCE)
        # Wait until it is idle: its first frames are slow.
        self.windows[name].until(lambda: len(self.windows[name].widgets()) > 5, "the window", PATIENCE)
        return self.windows[name]

    def start(self, name, more=None):
        """Start the program with the settings of this window; return the process."""
        environment = os.environ | {
            "DISPLAY": self.screen.display,
            "LANDLINE_CONFIG_DIR": str(self.scratch / name),
            "XDG_CONFIG_HOME": str(self.scratch / "config"),
            "LIBGL_ALWAYS_SOFTWARE": "1",
            "LC_ALL": "C.UTF-8",
            "PATH": f"{self.programs}:{os.environ['PATH']}",
            # Keeps the windows from asking the developer's desktop for its theme and from showing notifications on it.
            "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent",
        }
        # It overrides LC_ALL for the language.
        for unwanted in ("LANGUAGE", "WAYLAND_DISPLAY", "RUST_LOG", "EGUI_INSPECTION"):
            environment.pop(unwanted, None)
        with open(self.said(name), "ab") as said:
            return subprocess.Popen(
                [self.program],
                env=environment | (more or {}),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=said,
            )

    def said(self, name):
        """The program's output on stderr."""
        return self.scratch / f"{name}.stderr"

    def ask_to_close(self, name):
        self.screen.ask_to_close(self.processes[name].pid)

    def quit(self, name):
        """Close the window by its close button, and check that it closes in time, without a question."""
        self.ask_to_close(name)
        self.is_gone(name)

    def is_gone(self, name):
        """After the window was told to close, the program ends in time and without warnings."""
        began = time.monotonic()
        ended = self.processes[name].wait(timeout=PATIENCE)
        took = time.monotonic() - began
        self.windows.pop(name).close()
        del self.processes[name]
        assert ended == 0, f"it ended with {ended}"
        assert took < CLOSING, f"it took {took:.1f} s to close"

    def kill(self, name):
        """Wait for the program to end without a warning."""
        self.windows.pop(name).close()
        process = self.processes.pop(name)
        process.kill()
        process.wait()

    def restart(self, name):
        self.quit(name)
        return self.open(name)

    def drop(self, name, *paths):
        """Drop files on the window, as a file manager does."""
        drag.drop(self.screen.display, self.screen.window(self.processes[name].pid), paths)

    def title(self, name):
        """The window's title in a task bar."""
        return self.screen.title(self.processes[name].pid)

    def size(self, name):
        return self.screen.size(self.processes[name].pid)

    def kept_downloads(self, name):
        file = self.scratch / name / "downloads.json"
        return file.read_text(encoding="utf-8") if file.exists() else ""

    def picture(self, window, name):
        if folder := os.environ.get("PICTURES"):
            os.makedirs(folder, exist_ok=True)
            pathlib.Path(folder, f"{name}.png").write_bytes(window.picture())

    def close(self):
        for process in self.processes.values():
            process.kill()
            process.wait()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]
