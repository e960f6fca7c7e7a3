"""The connection of a transfer."""

from checks import arrives, begin, dismiss_all, nothing_is_left, with_half


def opens(window, name):
    """Open the connection of a row that has ended by a click on it."""
    window.click(f"Show the connection of {name}", role="listItem")
    window.wait("Sequence diagram of the connection")


def opens_by_menu(window, name):
    window.click(f"Show the connection of {name}", role="listItem", button="Secondary")
    window.click("Show the connection", role="menuItem")
    window.wait("Sequence diagram of the connection")


def closes(window, name):
    window.press("Escape")
    window.wait_for(f"Show the connection of {name}", role="listItem")
    assert window.keyboard() == ("listItem", f"Show the connection of {name}"), window.keyboard()


def a_transfer_opens_into_its_connection(stage):
    begin(stage)
    with_half(stage, "line.bin")
    for window, side in ((stage.client, "client"), (stage.server, "server")):
        opens_by_menu(window, "line.bin")
        window.wait("ESTABLISHED")
        window.wait("Explain: Why a third ACK?")
        stage.picture(window, f"line-{side}")
        closes(window, "line.bin")
    stage.valve().open()
    arrives(stage, "line.bin")
    # It may cover the row.
    dismiss_all(stage.client)
    for window, side in ((stage.client, "client"), (stage.server, "server")):
        opens(window, "line.bin")
        window.wait("Explain: Why four steps to close?")
        stage.picture(window, f"line-{side}-over")
        closes(window, "line.bin")
    nothing_is_left(stage)
