"""Downloads that are paused, or lose their server, and resume."""

import time

from checks import arrives, begin, look_at, new_file, nothing_is_left, with_half
from stage import PATIENCE


def one_of_two_is_paused_and_goes_on(stage):
    window, valve = stage.client, stage.valve()
    two_under_way(stage, "first.bin", "second.bin")
    stage.picture(window, "client-two")
    window.click("Pause first.bin")
    window.wait_for("Resume first.bin")
    valve.open()
    arrives(stage, "second.bin")
    stage.picture(window, "client-paused")
    assert window.has("Resume first.bin")
    assert not (stage.saved / "first.bin").exists()
    window.click("Resume first.bin")
    arrives(stage, "first.bin")
    nothing_is_left(stage)


def all_are_paused_and_go_on(stage):
    window, valve = stage.client, stage.valve()
    names = ["third.bin", "fourth.bin"]
    two_under_way(stage, *names)
    window.click("Pause all")
    for name in names:
        window.wait_for(f"Resume {name}")
    window.wait("2 paused")
    valve.open()
    stage.picture(window, "client-all-paused")
    window.click("Resume all")
    for name in names:
        arrives(stage, name)
    nothing_is_left(stage)


def a_lost_server_is_waited_for(stage):
    window, valve = stage.client, stage.valve()
    begin(stage)
    with_half(stage, "lost.bin")
    valve.cut()
    window.wait("interrupted")
    window.wait("Trying again in")
    stage.picture(window, "client-interrupted")
    valve.open()
    valve.mend()
    arrives(stage, "lost.bin")
    nothing_is_left(stage)


def the_next_try_is_not_waited_for(stage):
    window, valve = stage.client, stage.valve()
    begin(stage)
    with_half(stage, "now.bin")
    valve.cut()
    # The retries are 1, 2 and 4 s apart.
    window.wait("Trying again in 4 s")
    began = time.monotonic()
    valve.open()
    valve.mend()
    window.click("Try now.bin now")
    arrives(stage, "now.bin")
    took = time.monotonic() - began
    assert took < 3, f"it waited for {took:.1f} s"


def two_under_way(stage, *names):
    """Both are selected and downloaded, and neither can finish before the valve is opened."""
    window, valve = stage.client, stage.valve()
    begin(stage)
    for name in names:
        new_file(stage, name)
    valve.open()
    look_at(stage, valve.port)
    valve.let_through(4_000_000)
    window.click(names[0], "listBoxOption")
    window.click(names[1], "listBoxOption", ctrl=True)
    window.wait("2 selected")
    window.click("Download")
    for name in names:
        window.wait_for(f"Pause {name}", patience=PATIENCE)
    window.wait("2 active")
