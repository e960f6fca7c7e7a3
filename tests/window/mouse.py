"""A real mouse: its moves and buttons go through the X server (the XTEST extension), and what is copied comes from it."""

import select
import time

import Xlib.display
import Xlib.X
import Xlib.ext.xtest

LEFT, RIGHT = 1, 3
# The window draws between two moves; a drag in one leap would be none.
PAUSE = 0.05


class Mouse:
    """The mouse over one window, which is brought to the front."""

    def __init__(self, screen, pid):
        self.x = Xlib.display.Display(screen.display)
        window = self.x.create_resource_object("window", screen.window(pid).id)
        window.configure(stack_mode=Xlib.X.Above)
        # As a window manager does: only the window with the keyboard pastes.
        window.set_input_focus(Xlib.X.RevertToParent, Xlib.X.CurrentTime)
        geometry = window.get_geometry()
        self.left, self.top = geometry.x, geometry.y

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.x.close()

    def move(self, at):
        x, y = round(self.left + at[0]), round(self.top + at[1])
        self._event(Xlib.X.MotionNotify, x=x, y=y)

    def click(self, at, button=LEFT, times=1):
        self.move(at)
        for _ in range(times):
            self._event(Xlib.X.ButtonPress, button)
            self._event(Xlib.X.ButtonRelease, button)

    def drag(self, start, end):
        self.move(start)
        self._event(Xlib.X.ButtonPress, LEFT)
        steps = 5
        for step in range(1, steps + 1):
            self.move([a + (b - a) * step / steps for a, b in zip(start, end)])
        self._event(Xlib.X.ButtonRelease, LEFT)

    def clipboard(self, patience=30.0):
        """The text that was copied last."""
        x, atom = self.x, self.x.intern_atom
        asking = x.screen().root.create_window(0, 0, 1, 1, 0, x.screen().root_depth)
        place = atom("TEXT_OF_THE_CLIPBOARD")
        asking.convert_selection(atom("CLIPBOARD"), atom("UTF8_STRING"), place, Xlib.X.CurrentTime)
        x.flush()
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            while x.pending_events():
                event = x.next_event()
                if event.type == Xlib.X.SelectionNotify:
                    text = asking.get_full_property(place, Xlib.X.AnyPropertyType)
                    return bytes(text.value).decode() if text else ""
            select.select([x], [], [], 0.1)
        raise AssertionError("no program hands over what was copied")

    def _event(self, kind, button=0, **place):
        Xlib.ext.xtest.fake_input(self.x, kind, button, **place)
        self.x.sync()
        time.sleep(PAUSE)
