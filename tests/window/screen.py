"""The X server for the windows, and what its other clients see of them."""

import os
import select
import subprocess
import time

import Xlib.display
import Xlib.protocol
import Xlib.X


class Screen:
    """Our own X server, on an unused display."""

    def __enter__(self):
        read, write = os.pipe()
        command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x900x24", "-nolisten", "tcp"]
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(command, pass_fds=[write], **quiet)
        os.close(write)
        with os.fdopen(read) as pipe:
            self.display = f":{pipe.readline().strip()}"
        self.x = Xlib.display.Display(self.display)
        return self

    def __exit__(self, *_):
        self.x.close()
        self.process.kill()
        self.process.wait()

    def title(self, pid):
        """The title that a task bar shows."""
        return self.window(pid).get_full_text_property(self.x.intern_atom("_NET_WM_NAME"))

    def size(self, pid):
        """Width and height in pixels."""
        geometry = self.window(pid).get_geometry()
        return geometry.width, geometry.height

    def ask_to_close(self, pid):
        """Close it like a window manager when the user clicks the close button."""
        window = self.window(pid)
        protocols, delete = self.x.intern_atom("WM_PROTOCOLS"), self.x.intern_atom("WM_DELETE_WINDOW")
        close = Xlib.protocol.event.ClientMessage(
            window=window, client_type=protocols, data=(32, [delete, Xlib.X.CurrentTime, 0, 0, 0])
        )
        window.send_event(close)
        self.x.sync()

    def raised_by(self, act, patience):
        """Act; return the window that a program then asks to be brought to the front."""
        watching = Xlib.display.Display(self.display)
        try:
            watching.screen().root.change_attributes(event_mask=Xlib.X.SubstructureNotifyMask)
            watching.sync()
            act()
            raises, deadline = watching.intern_atom("_NET_ACTIVE_WINDOW"), time.monotonic() + patience
            while time.monotonic() < deadline:
                while watching.pending_events():
                    event = watching.next_event()
                    if event.type & 0x7F == Xlib.X.ClientMessage and event.client_type == raises:
                        return event.window.id
                select.select([watching], [], [], 0.1)
            raise AssertionError("no program asked for its window")
        finally:
            watching.close()

    def window(self, pid):
        """The window of a program; it has only one visible to the user."""
        for window, owner in self.windows():
            if owner == pid:
                return window
        raise AssertionError(f"program {pid} has no window")

    def count(self):
        """How many windows there are."""
        return len(list(self.windows()))

    def windows(self):
        """All windows that a user can see, with the programs that they belong to."""
        owned = self.x.intern_atom("_NET_WM_PID")
        for window in self.x.screen().root.query_tree().children:
            owner = window.get_full_property(owned, Xlib.X.AnyPropertyType)
            if owner:
                yield window, owner.value[0]
