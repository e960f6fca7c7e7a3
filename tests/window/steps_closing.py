"""Closing a window: its title, the confirmation, and what it remembers the next time."""

import re
import socket

from checks import arrives, begin, click_away, nothing_is_left, wait_until_kept, with_half

LARGE = 40_000_000


def the_title_says_how_far_it_is(stage):
    begin(stage)
    assert stage.title("client") == "Landline"
    with_half(stage, "title.bin")

    def is_half():
        percent = re.fullmatch(r"(\d+)% - Landline", stage.title("client"))
        return percent and 40 <= int(percent[1]) <= 50

    stage.client.until(is_half, "half of it in the title")
    stage.valve().open()
    arrives(stage, "title.bin")
    stage.client.until(lambda: stage.title("client") == "Landline", "the usual title")


def a_busy_window_asks_before_it_closes(stage):
    begin(stage)
    # More than the socket buffers hold: the server has not finished sending.
    with_half(stage, "closing.bin", LARGE)
    for name, what in (("client", "1 download will be paused"), ("server", "1 transfer with another computer")):
        window = stage.windows[name]
        stage.ask_to_close(name)
        window.wait("Close Landline now?")
        window.wait(what)
        stage.picture(window, f"{name}-asks")
        window.click("Keep open")
        window.wait("Close Landline now?", gone=True)
    # A key also cancels.
    stage.ask_to_close("client")
    stage.client.wait("Close Landline now?")
    stage.client.press("Escape")
    stage.client.wait("Close Landline now?", gone=True)
    # Nothing was interrupted.
    assert stage.client.has("Pause closing.bin")


def a_closed_window_goes_on_where_it_was(stage):
    name = "closing.bin"
    part = stage.saved / f"{name}.part"
    before = part.stat().st_size
    stage.ask_to_close("client")
    stage.client.wait_for("Close")
    say_the_last(stage.client, "Close")
    stage.is_gone("client")
    assert part.stat().st_size >= before
    window = stage.open("client")
    window.wait_for(f"Resume {name}")
    stage.picture(window, "client-reopened")
    # Less than the whole file, so the download must resume.
    stage.valve().let_through(LARGE // 2 + 1_000_000)
    click_away(window, f"Resume {name}")
    arrives(stage, name)
    stage.valve().open()
    nothing_is_left(stage)


def the_list_survives_a_crash(stage):
    name = "notes.txt"
    begin(stage)
    stage.client.type("File name", name)
    # The server accepts the connection and sends nothing: the download is active when the program is killed.
    with socket.create_server(("127.0.0.1", 0), backlog=128) as silent:
        stage.client.type("Port", str(silent.getsockname()[1]))
        stage.client.click("Download")
        stage.client.wait("Connecting…")
        wait_until_kept(stage, name)
        stage.kill("client")
    window = stage.open("client")
    window.wait("paused")
    stage.picture(window, "client-after-crash")
    click_away(window, f"Remove {name}")


def a_killed_window_goes_on(stage):
    with_half(stage, "killed.bin")
    wait_until_kept(stage, "killed.bin")
    stage.kill("client")
    window = stage.open("client")
    window.wait_for("Resume killed.bin")
    stage.valve().open()
    # The download remembers the port of the valve.
    click_away(window, "Resume killed.bin")
    arrives(stage, "killed.bin")
    nothing_is_left(stage)


def windows_at_rest_close_at_once(stage):
    for name in ("client", "server"):
        stage.quit(name)


def say_the_last(window, button):
    """Click a button that may close the window before it has responded."""
    try:
        window.click(button)
    except (ConnectionError, RuntimeError):
        pass
