"""Downloads that are cancelled or removed, by mistake or not."""

from checks import arrives, begin, click_away, nothing_is_left, wait_until_kept, with_half
from stage import PATIENCE


def a_cancelled_download_is_brought_back(stage):
    window, valve = stage.client, stage.valve()
    name = "undone.bin"
    begin(stage)
    with_half(stage, name)
    cancel(window, name)
    window.wait(f"{name} was cancelled")
    assert not window.has(f"Cancel {name}") and (stage.saved / f"{name}.part").exists()
    stage.picture(window, "client-undo")
    window.click("Undo")
    window.wait_for(f"Cancel {name}")
    # In a text field, the keys undo what was typed.
    cancel(window, name)
    window.type("File name", "a")
    window.press("Z", ctrl=True)
    assert window.has("Undo")
    window.click("Client")
    window.press("Z", ctrl=True)
    window.wait_for(f"Cancel {name}")
    valve.open()
    arrives(stage, name)
    nothing_is_left(stage)


def what_stays_cancelled_is_deleted(stage):
    window = stage.client
    begin(stage)
    for name in ["gone 1.bin", "gone 2.bin"]:
        with_half(stage, name)
        cancel(window, name)
        # For what the next one would get otherwise.
        stage.valve().open()
    window.wait("2 downloads cancelled")
    # It was not asked to delete them yet.
    wait_until_kept(stage, "gone 1.bin")
    window.wait("2 downloads cancelled", gone=True)
    window.until(lambda: not list(stage.saved.rglob("*.part*")), "no part", PATIENCE)
    window.until(lambda: "gone" not in stage.kept_downloads("client"), "no row on the disk", PATIENCE)


def a_window_closed_in_time_leaves_no_part(stage):
    window = stage.client
    begin(stage)
    with_half(stage, "closed.bin")
    cancel(window, "closed.bin")
    window.wait_for("Undo")
    stage.valve().open()
    stage.quit("client")
    nothing_is_left(stage)
    assert not stage.open("client").has("Resume closed.bin")


def a_window_killed_in_time_loses_nothing(stage):
    begin(stage)
    with_half(stage, "stopped.bin")
    cancel(stage.client, "stopped.bin")
    stage.client.wait_for("Undo")
    wait_until_kept(stage, "stopped.bin")
    stage.kill("client")
    stage.valve().open()
    window = stage.open("client")
    click_away(window, "Resume stopped.bin")
    arrives(stage, "stopped.bin")
    nothing_is_left(stage)


def cancel(window, name):
    """Cancel it: a click soon after one on a similar button counts as the second half of a double click."""
    button = f"Cancel {name}"

    def is_cancelled():
        if window.has(button):
            window.click(button)
        return not window.has(button)

    window.until(is_cancelled, f"{name} cancelled")
