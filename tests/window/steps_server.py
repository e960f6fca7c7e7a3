"""Sharing from a window, and the clients that it serves."""

import socket
import urllib.request

from peers import OneCall
from stage import PATIENCE, free_port


def the_server_window_shares(stage):
    window = stage.open("server")
    window.click("Server")
    window.type("Shared folder", str(stage.shared))
    window.type("Port", str(stage.port))
    stage.picture(window, "server-ready")
    window.click("Start sharing")
    window.wait_for("Stop sharing")
    window.wait(f":{stage.port}")
    window.wait(f"{sum(path.is_file() for path in stage.shared.rglob('*'))} files")
    stage.picture(window, "server-sharing")


def a_raw_client_is_served(stage):
    name = "film 海边 #?%&'.bin"
    assert fetched_raw(stage.port, name) == (stage.shared / name).read_bytes()


def messages_are_answered(stage):
    server, client = stage.server, stage.client
    server.click("Settings")
    server.click("Answer messages")
    server.click("Close settings")
    client.click("Call")
    client.wait("Connected")
    client.type("Text to send", "are u ok?")
    client.press("Enter")
    client.wait("thanks")
    # As the lecture notes' server does.
    client.wait("The other side has hung up (FIN): you can still send")
    server.wait("are u ok?")
    stage.picture(client, "client-call")
    client.click("Hang up")
    client.wait("Ended after")
    client.click("Back to the list")
    client.click("Clear finished")
    client.until(lambda: not client.has("Call with 127.0.0.1"), "the call to go")


def a_call_is_ended_step_by_step(stage):
    """The states of both sides, each of which hangs up only when it is told to."""
    server, client = stage.server, stage.client
    server.click("Settings")
    server.click("Keep the line open")
    server.click("Close settings")
    client.click("Call")
    client.wait("Connected")
    client.type("Text to send", "are u there?")
    client.press("Enter")
    client.wait("thanks")
    server.until(lambda: caller(server), "the caller")
    server.click(caller(server))
    server.wait("are u there?")
    server.type("Text to send", "by hand")
    server.press("Enter")
    client.wait("by hand")
    client.click("Hang up")
    for window in (client, server):
        window.wait("FIN-WAIT-2")
        window.wait("CLOSE-WAIT")
    stage.picture(client, "client-hung-up")
    stage.picture(server, "server-half-closed")
    server.wait("half closed")
    # The other direction still works.
    server.type("Text to send", "still here")
    server.press("Enter")
    client.wait("still here")
    server.click("Hang up")
    for window in (client, server):
        window.wait("Ended after")
        window.click("Back to the list")
        window.click("Clear finished")
        window.until(lambda: not window.has("Call with"), "the call to go")
    server.click("Settings")
    server.click("Keep the line open")
    server.click("Close settings")


def caller(window):
    """The name of the row of a call that is connected."""
    names = [widget.name for widget in window.widgets() if widget.role == "button"]
    return next((name for name in names if name.startswith("Call with") and ", connected" in name), None)


def the_only_connection_is_for_the_call(stage):
    client = stage.client
    with OneCall(b"thanks, once") as call:
        client.type("Port", str(call.port))
        # By keyboard: past everything that could send another request.
        while client.keyboard() != ("button", "Call"):
            client.press("Tab")
        client.press("Space")
        client.until(lambda: client.keyboard() == ("textInput", "Text to send"), "a field to write in")
        client.wait("Connected")
        client.write("are u there?")
        client.press("Enter")
        client.wait("thanks, once")
        assert call.heard() == b"are u there?"
        assert client.value("Text to send") == ""
    client.click("Hang up")
    client.click("Call again")
    client.wait("refused the connection")
    client.press("Escape")
    client.click("Clear finished")
    client.until(lambda: not client.has("Call with"), "the calls to go")
    client.type("Port", str(stage.port))


def a_taken_port_is_offered_another(stage):
    other = stage.open("other")
    other.click("Server")
    other.type("Shared folder", str(stage.shared))
    other.type("Port", str(stage.port))
    other.click("Start sharing")
    other.wait(f"Port {stage.port} is already in use")
    stage.picture(other, "server-taken")
    offer = next(widget.name for widget in other.widgets() if widget.name.startswith("Use port "))
    other.click(offer)
    other.wait_for("Stop sharing")
    other.wait(f":{offer.removeprefix('Use port ')}")


def settings_survive_a_restart_and_sharing_begins_at_launch(stage):
    name = "notes.txt"
    window = stage.windows["other"]
    port = int(window.value("Port"))
    window = stage.restart("other")
    assert window.value("Shared folder") == str(stage.shared)
    assert window.value("Port") == str(port)
    # It was sharing when it closed, but sharing at launch is not enabled.
    window.wait_for("Start sharing")
    window.press("Comma", ctrl=True)
    window.click("Start sharing when Landline opens")
    stage.picture(window, "settings")
    window.press("Escape")
    window.until(lambda: not window.has("Close settings"), "the settings to go")
    window = stage.restart("other")
    window.wait_for("Stop sharing")
    window.wait(f":{port}")
    assert fetched_raw(port, name) == (stage.shared / name).read_bytes()
    stage.quit("other")
    assert is_free(port)


def a_dropped_file_is_shared_and_nothing_beside_it(stage):
    name, beside = "notes.txt", "🎈.txt"
    window = stage.open("dropped on")
    window.type("Port", str(port := free_port()))
    stage.drop("dropped on", stage.shared / name)
    window.wait("Sharing 1 file")
    window.wait(f"Copy the link to {name}")
    stage.picture(window, "server-sharing-dropped")
    assert fetched_raw(port, name) == (stage.shared / name).read_bytes()
    assert fetched_raw(port, beside) == b""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=PATIENCE) as page:
        page = page.read().decode()
    assert name in page and beside not in page and "相册" not in page, page
    window.click("Stop sharing")
    window.wait(f"Only {name} will be shared")
    window.wait(f"Share the whole folder ({sum(path.is_file() for path in stage.shared.rglob('*'))} files)")
    stage.picture(window, "server-dropped")
    window.click("Start sharing")
    window.wait("Sharing 1 file")
    # Items dropped during sharing need confirmation; this also tests dropping several at once.
    stage.drop("dropped on", stage.shared / beside, stage.shared / "相册")
    window.wait(f"Share “2 items from {stage.shared.name}” instead?")
    window.click("Share it")
    window.wait("Sharing 3 files")
    assert fetched_raw(port, beside) == (stage.shared / beside).read_bytes()
    assert fetched_raw(port, name) == b""
    # On the other tab, a folder is where downloads go.
    window.click("Client")
    stage.drop("dropped on", stage.shared / "相册")
    there = str(stage.shared / "相册")
    window.until(lambda: window.value("Save to") == there, f"{there} in Save to")
    stage.quit("dropped on")


def sharing_stops(stage):
    stage.server.click("Stop sharing")
    stage.server.wait_for("Start sharing")
    assert is_free(stage.port)


def fetched_raw(port, name):
    """What the lecture notes' client receives."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as client:
        client.send(name.encode("utf-8"))
        return b"".join(iter(lambda: client.recv(65536), b""))


def is_free(port):
    """Whether nothing listens on that port."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except ConnectionRefusedError:
        return True
    return False
