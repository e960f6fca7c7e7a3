"""The windows that a test has open, and the screen that they are on."""

import os
import socket
import subprocess

import Xlib.display
import Xlib.protocol
import Xlib.X

from inspected import Inspected
from peers import Valve

PATIENCE = 60.0


class Stage:
    """Two folders, and the windows that are open."""

    def __init__(self, program, scratch, display, names):
        self.program, self.scratch, self.display = program, scratch, display
        self.shared, self.saved = scratch / "shared", scratch / "saved"
        self.shared.mkdir()
        self.saved.mkdir()
        for number, name in enumerate(names):
            (self.shared / name).write_bytes(os.urandom(1000 + number * 5_000_000))
        self.port = free_port()
        self.processes, self.windows = {}, {}
        self.between = None

    def valve(self):
        """The piece of network between the client and the server."""
        self.between = self.between or Valve(self.port)
        return self.between

    def open(self, name):
        inspection = f"127.0.0.1:{free_port()}"
        environment = os.environ | {
            "DISPLAY": self.display,
            "EGUI_INSPECTION": inspection,
            "LANDLINE_CONFIG_DIR": str(self.scratch / name),
            "LIBGL_ALWAYS_SOFTWARE": "1",
            "LC_ALL": "C.UTF-8",
        }
        # It says the language before LC_ALL does.
        for unwanted in ("LANGUAGE", "WAYLAND_DISPLAY"):
            environment.pop(unwanted, None)
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
