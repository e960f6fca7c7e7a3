"""Listing what another computer shares, selecting from it, and doing so without a mouse."""

import time

from checks import arrives, begin, look_at, new_file, nothing_is_left, sees


def a_host_shows_what_it_shares(stage):
    window = stage.client
    begin(stage)
    look_at(stage, stage.port)
    assert window.has("Files on 127.0.0.1", "listBox")
    window.wait(f"{len(list(stage.shared.iterdir()))} items")
    # New files appear on refresh.
    new_file(stage, "later.txt", 100)
    window.click("Refresh")
    sees(stage, "")
    (stage.shared / "later.txt").unlink()
    window.press("F5")
    sees(stage, "")
    stage.picture(window, "client-files")


def folders_are_opened_and_left(stage):
    window = stage.client
    begin(stage)
    window.double_click("相册", "listBoxOption")
    sees(stage, "相册")
    window.click("2024", "listBoxOption")
    assert window.value("File name") == "相册/2024/"
    window.press("Enter")
    sees(stage, "相册/2024")
    stage.picture(window, "client-in-a-folder")
    window.click("Go to 相册")
    sees(stage, "相册")
    window.press("ArrowUp", alt=True)
    sees(stage, "")
    window.double_click("相册", "listBoxOption")
    sees(stage, "相册")
    window.double_click("2024", "listBoxOption")
    sees(stage, "相册/2024")
    window.double_click("may.jpg", "listBoxOption")
    arrives(stage, "相册/2024/may.jpg")
    window.click("Parent folder")
    sees(stage, "相册")
    window.click("Go to 127.0.0.1")
    sees(stage, "")


def the_filter_leaves_what_fits(stage):
    window = stage.client
    window.type("Filter", "TXT")
    fitting = sorted(path.name for path in stage.shared.glob("*.txt"))
    assert len(fitting) > 1
    window.until(lambda: window.rows() == fitting, f"rows {fitting}")
    stage.picture(window, "client-filter")
    window.type("Filter", "海")
    window.until(lambda: window.rows() == ["film 海边 #?%&'.bin"], "only one row")
    window.type("Filter", "no such name")
    window.wait("No name contains “no such name”")
    assert window.rows() == []
    window.press("Escape")
    sees(stage, "")
    assert window.value("Filter") == ""


def several_are_chosen_and_downloaded(stage):
    window = stage.client
    begin(stage)
    names = ["several 1.bin", "several 2.bin", "several 3.bin"]
    for name in names:
        new_file(stage, name, 200_000)
    window.press("F5")
    sees(stage, "")
    window.click(names[0], "listBoxOption")
    assert window.value("File name") == names[0]
    window.click(names[2], "listBoxOption", ctrl=True)
    assert window.chosen() == [names[0], names[2]]
    window.wait("2 selected")
    # Neither stands for both.
    assert window.value("File name") == ""
    stage.picture(window, "client-several")
    window.click("Download")
    for name in (names[0], names[2]):
        arrives(stage, name)
    assert not (stage.saved / names[1]).exists()
    # A range between two clicks. The list of downloads takes space from the rows.
    window.click("Clear finished")
    window.click(names[0], "listBoxOption")
    window.click(names[2], "listBoxOption", shift=True)
    assert window.chosen() == names
    window.wait("3 selected")
    window.click(names[1], "listBoxOption", ctrl=True)
    assert window.chosen() == [names[0], names[2]]
    nothing_is_left(stage)


def letters_and_menus_act_on_the_rows(stage):
    window = stage.client
    begin(stage)
    window.press("F5")
    sees(stage, "")
    film = "film 海边 #?%&'.bin"
    window.click("notes.txt", "listBoxOption")
    window.letters("fi")
    window.until(lambda: window.chosen() == [film], "the film selected")
    assert window.value("File name") == film
    window.press("Escape")
    window.until(lambda: window.chosen() == [], "nothing selected")
    name = "from a menu.bin"
    new_file(stage, name, 10_000)
    window.press("F5")
    sees(stage, "")
    window.click(name, "listBoxOption", button="Secondary")
    window.wait_for("Copy link", "menuItem")
    assert window.chosen() == [name]
    stage.picture(window, "client-menu")
    window.click("Download", "menuItem")
    arrives(stage, name)
    nothing_is_left(stage)


def links_are_pasted_together(stage):
    window = stage.client
    begin(stage)
    names = ["link 1.bin", "link 2.bin"]
    for name in names:
        new_file(stage, name, 10_000)
    # The keyboard of a Chinese input method types full-width characters.
    links = [f"http：//127。0。0。1：{stage.port}/{name.replace(' ', '%20')}" for name in names]
    window.paste(f"first {links[0]}, then {links[1]}.")
    window.wait("2 links were found. link 1.bin, link 2.bin")
    stage.picture(window, "client-links")
    window.click("Download both")
    for name in names:
        arrives(stage, name)
    nothing_is_left(stage)


def the_keyboard_alone_is_enough(stage):
    window = stage.client
    begin(stage)
    window.press("Num1", ctrl=True)
    window.wait("Shared folder")
    window.press("Num2", ctrl=True)
    window.wait("Save to")
    window.press("L", ctrl=True)
    assert window.keyboard() == ("textInput", "Host")
    window.write(f"127.0.0.1:{stage.port}")
    window.press("Enter")
    sees(stage, "")
    assert (window.value("Host"), window.value("Port")) == ("127.0.0.1", str(stage.port))
    tab_to(window, "listBox", "Files on 127.0.0.1")
    # Into a folder and out again.
    down_to(window, "相册")
    window.press("Enter")
    sees(stage, "相册")
    down_to(window, "cover.jpg")
    stage.picture(window, "client-keyboard")
    window.press("Enter")
    arrives(stage, "相册/cover.jpg")
    window.press("Backspace")
    sees(stage, "")
    tab_to(window, "button", "Show in folder: 相册/cover.jpg")
    window.press("Comma", ctrl=True)
    window.wait_for("Close settings")
    window.press("Escape")
    window.until(lambda: not window.has("Close settings"), "the settings to go")


def enter_asks_whom_the_fields_name(stage):
    """Enter acts on the fields that it was pressed in, not on the host in the list."""
    window = stage.client
    begin(stage)
    valve = stage.valve()
    valve.open()
    for row in ("notes.txt", "相册"):
        look_at(stage, stage.port)
        window.click(row, "listBoxOption")
        window.type("Port", str(valve.port))
        window.press("Enter")
        window.until(lambda: window.chosen() == [], "the other list")
        sees(stage, "")
        assert window.value("Port") == str(valve.port)
        assert not window.shows("Downloads"), "something was downloaded"
        # The next Enter is for the list, in which nothing is selected.
        window.press("Enter")
        sees(stage, "")
        assert not window.shows("Downloads"), "something was downloaded"
    look_at(stage, stage.port)


def keys_act_on_rows_that_are_seen(stage):
    window = stage.client
    begin(stage)
    names = [f"row {number:02}.txt" for number in range(30)]
    for name in names:
        new_file(stage, name, 100)
    window.press("F5")
    window.type("Filter", "row ")
    window.wait(f"{len(names)} of")
    tab_to(window, "listBox", "Files on 127.0.0.1")
    window.press("A", ctrl=True)
    window.press("Enter")
    window.until(lambda: all((stage.saved / name).exists() for name in names), "all of them")
    window.wait_for("Clear finished")
    window.until(lambda: len(saved_rows(window)) > 3, "rows that are done")
    while not window.keyboard()[1].startswith("Open "):
        window.press("Tab")
    taken = []
    for _ in range(12):
        window.press("ArrowDown")
        in_view(stage, names)
    for _ in range(3):
        taken.append(in_view(stage, names))
        # Two in quick succession would be ignored as a slip.
        time.sleep(0.5)
        window.press("Delete")
        window.until(lambda: not window.has(f"Open {taken[-1]}"), f"{taken[-1]} to go")
    stage.picture(window, "client-keyboard-in-rows")
    assert len(set(taken)) == 3
    window.press("Escape")
    window.click("Clear finished")
    window.click("Clear the filter")


def saved_rows(window):
    return [widget for widget in window.widgets() if widget.name.startswith("Open row")]


def in_view(stage, names):
    """The file of the focused row, which is fully visible in the list."""
    window = stage.client
    widgets = window.widgets()
    _, name = window.keyboard()
    place = next(widget.bounds for widget in widgets if widget.name == name)
    head = next(widget.bounds for widget in widgets if (widget.role, widget.name) == ("button", "Clear finished"))
    end = stage.size("client")[1] / window.scale()
    assert head[3] < place[1] and place[3] < end, f"{name} at {place}, the list from {head[3]} to {end}"
    name = name.removeprefix("Open ")
    assert name in names, name
    return name


def tab_to(window, role, name):
    """Press Tab until the widget is focused, within a few presses."""
    for _ in range(40):
        if window.keyboard() == (role, name):
            return
        window.press("Tab")
    raise AssertionError(f"Tab does not lead to {name!r}, but to {window.keyboard()}")


def down_to(window, name):
    """Press the arrow until the row is selected."""
    for _ in window.rows():
        window.press("ArrowDown")
        if window.chosen() == [name]:
            return
    raise AssertionError(f"the arrows do not lead to {name!r}, but to {window.chosen()}")
