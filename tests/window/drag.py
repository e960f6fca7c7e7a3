"""Drags files onto a window like a file manager (the XDND protocol, version 5)."""

import select
import time

import Xlib.display
import Xlib.protocol
import Xlib.X
import Xlib.Xatom

VERSION = 5


def drop(display, window, paths, patience=30.0):
    """Drag the files at `paths` onto `window` and drop them; returns when the window has taken them."""
    x = Xlib.display.Display(display)
    atom = x.intern_atom
    source = x.screen().root.create_window(0, 0, 1, 1, 0, x.screen().root_depth)
    target = x.create_resource_object("window", window.id)
    uris = "".join(f"{path.as_uri()}\r\n" for path in paths).encode()
    copy, now = atom("XdndActionCopy"), Xlib.X.CurrentTime

    def tell(what, *data):
        data = [source.id, *data] + [0] * (4 - len(data))
        message = Xlib.protocol.event.ClientMessage(window=target, client_type=atom(what), data=(32, data))
        target.send_event(message)
        x.flush()

    def answer(what):
        """Hand over the files to whoever requests them, until the window sends `what`."""
        deadline = time.monotonic() + patience
        handed = False
        while True:
            while x.pending_events():
                event = x.next_event()
                if event.type == Xlib.X.SelectionRequest:
                    event.requestor.change_property(event.property, event.target, 8, uris)
                    event.requestor.send_event(
                        Xlib.protocol.event.SelectionNotify(
                            time=event.time,
                            requestor=event.requestor,
                            selection=event.selection,
                            target=event.target,
                            property=event.property,
                        )
                    )
                    x.flush()
                    handed = True
                elif event.type == Xlib.X.ClientMessage and event.client_type == atom(what):
                    return handed
            assert time.monotonic() < deadline, f"the window did not say {what}"
            select.select([x], [], [], 0.1)

    try:
        source.set_selection_owner(atom("XdndSelection"), now)
        tell("XdndEnter", VERSION << 24, atom("text/uri-list"))
        # It requests the files when something first enters it, and sends its status again later.
        handed = False
        while not handed:
            tell("XdndPosition", 0, (100 << 16) | 100, now, copy)
            handed = answer("XdndStatus")
        tell("XdndDrop", 0, now)
        answer("XdndFinished")
    finally:
        x.close()
