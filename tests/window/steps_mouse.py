"""Selecting text, context menus and dividers, with a real mouse."""

from checks import look_at
from mouse import RIGHT, Mouse

DIVIDER = "Divider between the files and the downloads"


def a_text_is_copied_and_pasted_with_the_mouse(stage):
    window = stage.server
    # The log is below the transfers.
    window.resize(980, 880)
    window.until(lambda: text_like(window, ", HTTP").bounds[3] < 880 * window.scale(), "the log in sight")
    line = text_like(window, ", HTTP")
    x0, y0, x1, y1 = line.bounds
    middle = (y0 + y1) / 2
    with Mouse(stage.screen, stage.processes["server"].pid) as mouse:
        mouse.drag((x0 + 1, middle), (x1 - 1, middle))
        window.copy()
        window.until(lambda: mouse.clipboard() == line.value, f"a copy of {line.value!r}")
        # A click deselects; the menu then copies all of the line.
        mouse.click((x0 + 1, middle))
        mouse.click((x0 + 1, middle), RIGHT)
        mouse.click(middle_of(window, "Copy", "menuItem"))
        window.until(lambda: mouse.clipboard().endswith(f" {line.value}"), "a copy of the whole line")
        whole = mouse.clipboard()
    window.resize(980, 700)
    window = stage.client
    window.type("File name", "something else")
    with Mouse(stage.screen, stage.processes["client"].pid) as mouse:
        field = middle_of(window, "File name", "textInput")
        mouse.click(field, RIGHT)
        stage.picture(window, "client-menu")
        mouse.click(middle_of(window, "Select all", "menuItem"))
        mouse.click(field, RIGHT)
        mouse.click(middle_of(window, "Paste", "menuItem"))
        window.until(lambda: window.value("File name") == whole, f"{whole!r} in the field")
    window.type("File name", "")
    window.press("Backspace")


def the_divider_is_dragged_and_stays(stage):
    window = stage.client
    look_at(stage, stage.port)
    window.wait_for("Clear finished")
    usual = middle_of(window, DIVIDER, "splitter")
    with Mouse(stage.screen, stage.processes["client"].pid) as mouse:
        mouse.drag(usual, (usual[0], usual[1] - 40))
    window.until(lambda: is_at(window, usual[1] - 40), "the divider 40 points higher")
    stage.picture(window, "client-divided")
    window = stage.restart("client")
    look_at(stage, stage.port)
    window.until(lambda: is_at(window, usual[1] - 40), "the divider where it was")
    with Mouse(stage.screen, stage.processes["client"].pid) as mouse:

        def is_reset():
            # The frames of a new window may be too far apart for a double click.
            mouse.click(middle_of(window, DIVIDER, "splitter"), times=2)
            return is_at(window, usual[1])

        window.until(is_reset, "the divider at its usual place")


def text_like(window, text):
    """A visible text of the log that contains this one."""
    window.wait(text)
    texts = [widget for widget in window.widgets() if widget.role == "label" and text in widget.value]
    return max(texts, key=lambda label: label.bounds[1])


def middle_of(window, name, role):
    window.until(lambda: window.has(name, role), f"a {role} {name!r}")
    x0, y0, x1, y1 = next(w.bounds for w in window.widgets() if (w.role, w.name) == (role, name))
    return (x0 + x1) / 2, (y0 + y1) / 2


def is_at(window, height):
    """Whether the divider is at this height, but for rounding."""
    return window.has(DIVIDER, "splitter") and abs(middle_of(window, DIVIDER, "splitter")[1] - height) < 2
