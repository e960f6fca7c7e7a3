"""A running Landline window, driven from outside as a user would: by the names of its widgets.

The window must be built with the feature `inspection` and started with EGUI_INSPECTION=ADDRESS. It
then answers length-prefixed MessagePack requests on that loopback port (crate egui_inspection).
"""

import socket
import struct
import time
from typing import NamedTuple

import msgpack

# AccessKit's flag for a disabled widget.
DISABLED = 1 << 9
# For egui, clicks further apart than this many seconds are unrelated.
DOUBLE_CLICK = 0.3


class Missing(Exception):
    """The window did not show what the test waits for in time."""


class Widget(NamedTuple):
    """Something with a place on the screen."""

    role: str
    name: str
    value: str
    bounds: tuple
    is_chosen: bool
    is_disabled: bool


class Inspected:
    def __init__(self, address, patience=60.0):
        """Connect to the window at (host, port), waiting until it has started."""
        deadline = time.monotonic() + patience
        while True:
            try:
                self.socket = socket.create_connection(address, timeout=60)
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
        assert self._receive(8)[:4] == b"eins", "not an inspected window"

    def close(self):
        self.socket.close()

    # What is on the screen.

    def widgets(self):
        return list(self._look()[0].values())

    def shows(self, text):
        return any(text in widget.name or text in widget.value for widget in self.widgets())

    def has(self, name, role="button"):
        """Whether there is a widget with this name; disabled buttons do not count."""
        return any(
            (widget.role, widget.name, widget.is_disabled) == (role, name, False) for widget in self.widgets()
        )

    def value(self, field):
        """The content of a field."""
        return next(widget.value for widget in self.widgets() if (widget.role, widget.name) == ("textInput", field))

    def rows(self):
        """The names in the list of another computer's files, from top to bottom."""
        rows = [widget for widget in self.widgets() if widget.role == "listBoxOption"]
        return [row.name for row in sorted(rows, key=lambda row: row.bounds[1])]

    def chosen(self):
        """The selected ones."""
        return sorted(widget.name for widget in self.widgets() if widget.role == "listBoxOption" and widget.is_chosen)

    def keyboard(self):
        """(role, name) of the focused widget; None if there is none."""
        widgets, focus, _ = self._look()
        return widgets[focus][:2] if focus in widgets else None

    def scale(self):
        """Pixels of the screen per point of the window."""
        return self._look()[2]

    def wait(self, text, gone=False, patience=30.0):
        """Wait until a widget shows `text` (or none does)."""
        what = f"{text!r} to go" if gone else f"{text!r}"
        self.until(lambda: self.shows(text) != gone, what, patience)

    def wait_for(self, name, role="button", patience=30.0):
        """Wait until there is an enabled widget with this name."""
        self.until(lambda: self.has(name, role), f"a {role} {name!r}", patience)

    def until(self, condition, what, patience=30.0):
        """Wait until `condition()`. Asking the window for its contents takes a frame, so this is no busy waiting."""
        deadline = time.monotonic() + patience
        while not condition():
            if time.monotonic() > deadline:
                there = sorted({f"{widget.name} {widget.value}".strip() for widget in self.widgets()})
                raise Missing(f"waited {patience:.0f} s for {what}; there is: {there}")
            time.sleep(0.02)

    # What a user does.

    def click(self, name, role=None, times=1, button="Primary", **held):
        """Click something while the keys in `held` are held down."""
        at = self._place(name, role)
        held = modifiers(**held)
        # In one frame: on a slow machine, the next one may come so late that this becomes a long press.
        click = [
            {"PointerButton": {"pos": at, "button": button, "pressed": pressed, "modifiers": held}}
            for pressed in (True, False)
        ]
        self._events({"PointerMoved": at}, {"ModifiersChanged": held})
        for _ in range(times):
            self._events(*click)
        self._events({"ModifiersChanged": modifiers()})

    def double_click(self, name, role=None):
        # A recent click elsewhere would make this a triple click: egui considers only its time.
        time.sleep(DOUBLE_CLICK)
        self.click(name, role, times=2)

    def type(self, field, text):
        """Replace the content of a field."""
        self.click(field, role="textInput")
        self.write(text)

    def write(self, text):
        """The same by keyboard alone, in the focused field."""
        self.press("A", ctrl=True)
        self.letters(text)

    def letters(self, text):
        """Type where the keyboard is."""
        self._events({"Text": text})

    def paste(self, text):
        self._events({"Paste": text})

    def copy(self):
        self._events("Copy")

    def press(self, key, **held):
        held = modifiers(**held)
        self._events({"ModifiersChanged": held})
        for pressed in (True, False):
            event = {"key": key, "physical_key": None, "pressed": pressed, "repeat": False}
            self._events({"Key": event | {"modifiers": held}})
        self._events({"ModifiersChanged": modifiers()})

    def resize(self, width, height):
        self._ask({"Resize": {"width": width, "height": height}})

    def picture(self):
        """A screenshot, as a PNG."""
        _, png = self._ask({"GetScreenshot": {"pixels_per_point": None}})["Screenshot"]
        return png

    # The protocol.

    def _look(self):
        """The widgets by id, the id of the focused one, pixels per point."""
        _, scale, tree = self._ask("GetTree")["Tree"]
        nodes = dict(tree[0]) if tree else {}
        found = {}
        for number, (role, *_, flags, properties) in nodes.items():
            name = properties.get("label") or " ".join(
                str(nodes[label][-1].get("value") or nodes[label][-1].get("label") or "")
                for label in properties.get("labelledBy", [])
                if label in nodes
            )
            value = str(properties.get("value", properties.get("numericValue", "")))
            is_chosen = properties.get("selected") is True or properties.get("toggled") == "true"
            if bounds := properties.get("bounds"):
                found[number] = Widget(role, name, value, tuple(bounds), is_chosen, bool(flags & DISABLED))
        return found, tree[-1] if tree else None, scale

    def _place(self, name, role, patience=10.0):
        """The centre of an enabled and visible widget, once it has stopped moving."""
        deadline = time.monotonic() + patience
        before = None
        while True:
            widgets = self.widgets()
            # The tree also has rows that are scrolled out of view at the edges.
            lists = [widget.bounds for widget in widgets if widget.role == "listBox"]
            place = None
            for widget in widgets:
                wanted = widget.role == role if role else widget.role != "label"
                if widget.name == name and wanted and not widget.is_disabled:
                    x0, y0, x1, y1 = widget.bounds
                    middle = (x0 + x1) / 2, (y0 + y1) / 2
                    if widget.role != "listBoxOption" or any(y0 < middle[1] < y1 for _, y0, _, y1 in lists):
                        place = middle
                        break
            if place and place == before:
                return {"x": place[0], "y": place[1]}
            before = place
            if time.monotonic() > deadline:
                raise Missing(f"no {role or 'widget'} named {name!r} that can be used")

    def _events(self, *events):
        self._ask({"ApplyEvents": {"events": list(events)}})

    def _ask(self, request):
        packed = msgpack.packb(request)
        self.socket.sendall(struct.pack(">I", len(packed)) + packed)
        (length,) = struct.unpack(">I", self._receive(4))
        answer = msgpack.unpackb(self._receive(length), strict_map_key=False)
        if isinstance(answer, dict) and "Error" in answer:
            raise RuntimeError(answer["Error"])
        return answer

    def _receive(self, length):
        received = b""
        while len(received) < length:
            part = self.socket.recv(length - len(received))
            if not part:
                raise ConnectionError("the window is gone")
            received += part
        return received


def modifiers(ctrl=False, shift=False, alt=False):
    return {"alt": alt, "ctrl": ctrl, "shift": shift, "mac_cmd": False, "command": ctrl}
