"""A running Landline window, used from outside as a person would: by the names of its widgets.

The window must be built with the feature `inspection` and started with EGUI_INSPECTION=ADDRESS. It
then answers length-prefixed MessagePack requests on that loopback port (crate egui_inspection).
"""

import socket
import struct
import time

import msgpack


class Missing(Exception):
    """The window did not show in time what the test waits for."""


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
        """(role, name, value, bounds, disabled) of everything that has a place."""
        tree = self._ask("GetTree")["Tree"][2]
        nodes = {number: node for number, node in tree[0]} if tree else {}
        found = []
        for node in nodes.values():
            role, properties = node[0], node[-1]
            name = properties.get("label") or " ".join(
                str(nodes[label][-1].get("value") or nodes[label][-1].get("label") or "")
                for label in properties.get("labelledBy", [])
                if label in nodes
            )
            value = str(properties.get("value", properties.get("numericValue", "")))
            if properties.get("bounds"):
                found.append((role, name, value, properties["bounds"]))
        return found

    def shows(self, text):
        return any(text in name or text in value for _, name, value, _ in self.widgets())

    def wait(self, text, gone=False, patience=30.0):
        """Until some widget shows `text` (or none does)."""
        deadline = time.monotonic() + patience
        while self.shows(text) == gone:
            if time.monotonic() > deadline:
                everything = sorted({f"{name} {value}".strip() for _, name, value, _ in self.widgets()})
                raise Missing(f"{text!r} {'still there' if gone else 'did not appear'}; there is: {everything}")
            time.sleep(0.05)

    # What a person does.

    def click(self, name, role=None, **held):
        """Click something; `held` are the keys held meanwhile."""
        x0, y0, x1, y1 = self._place(name, role)
        at = {"x": (x0 + x1) / 2, "y": (y0 + y1) / 2}
        self._events({"PointerMoved": at})
        for pressed in (True, False):
            press = {"pos": at, "button": "Primary", "pressed": pressed, "modifiers": modifiers(**held)}
            self._events({"PointerButton": press})

    def type(self, field, text):
        """Replace what is in a field."""
        self.click(field, role="textInput")
        self.press("A", ctrl=True)
        self._events({"Text": text})

    def press(self, key, **held):
        for pressed in (True, False):
            event = {"key": key, "physical_key": None, "pressed": pressed, "repeat": False}
            self._events({"Key": event | {"modifiers": modifiers(**held)}})

    def resize(self, width, height):
        self._ask({"Resize": {"width": width, "height": height}})

    def picture(self, path):
        _, png = self._ask({"GetScreenshot": {"pixels_per_point": None}})["Screenshot"]
        with open(path, "wb") as file:
            file.write(png)

    # The protocol.

    def _place(self, name, role, patience=10.0):
        deadline = time.monotonic() + patience
        while True:
            for found_role, found_name, _, bounds in self.widgets():
                wanted = found_role == role if role else found_role != "label"
                if found_name == name and wanted:
                    return bounds
            if time.monotonic() > deadline:
                raise Missing(f"no {role or 'widget'} named {name!r}")
            time.sleep(0.05)

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
