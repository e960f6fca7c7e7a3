"""A phone with LocalSend on 127.0.0.1: it sends files and a text to a window, and is sent some."""

import contextlib
import os
import socket
import threading

from checks import click_away
from device import Device
from stage import PATIENCE
from steps_receiving import named

# The port of LocalSend.
PORT = 53317


def a_taken_port_is_said_so_and_another_one_works(stage):
    window = stage.open("localsend")
    inbox = stage.scratch / "from-phone"
    inbox.mkdir()
    # Whoever has it, this window does not.
    with contextlib.suppress(OSError):
        stage.localsend_itself = socket.create_server(("", PORT))
    window.click("Settings")
    window.click("Visible to LocalSend", role="switch")
    window.wait(f"uses port {PORT} on this computer")
    stage.picture(window, "settings-localsend-failed")
    window.click("Close settings")
    stage.picture(window, "localsend-failed")
    window.until(lambda: named(window, "Use port "), "another port")
    use = named(window, "Use port ")
    window.click(use)
    window.wait("Visible to LocalSend as")
    stage.localsend_port = int(use.removeprefix("Use port "))
    window.type("Received files go to", str(inbox))
    window.press("Enter")
    stage.picture(window, "localsend-visible")
    stage.phone = Device(stage.scratch)
    said = stage.phone.register(stage.localsend_port)
    assert said["alias"] and len(said["fingerprint"]) == 64, said


def files_of_a_phone_are_accepted(stage):
    window = stage.windows["localsend"]
    files = {"IMG_2041.jpg": os.urandom(3_000_000), "相册/海边.jpg": os.urandom(100_000)}
    with offering(stage, files) as offer:
        window.wait("Bo’s phone wants to send 2 files (3.1 MB)")
        window.wait("LocalSend")
        stage.picture(window, "localsend-asked")
        window.resize(440, 520)
        window.until(lambda: window.has("Accept"), "the buttons in a small window")
        stage.picture(window, "localsend-asked-small")
        window.resize(980, 700)
        inbox = stage.scratch / "from-phone"
        assert not list(inbox.iterdir())
        click_away(window, "Accept")
        status, answer = offer.done()
        assert status == 200, status
    stage.phone.upload(stage.localsend_port, answer, files)
    window.wait("2 files were received")
    senders = [widget.value for widget in window.widgets() if widget.value == "Bo’s phone"]
    assert len(senders) == 2, senders
    stage.picture(window, "localsend-received")
    window.resize(440, 520)
    stage.picture(window, "localsend-received-small")
    window.resize(980, 700)
    assert (inbox / "IMG_2041.jpg").read_bytes() == files["IMG_2041.jpg"]
    assert (inbox / "相册" / "海边.jpg").read_bytes() == files["相册/海边.jpg"]


def files_of_a_phone_are_declined(stage):
    window = stage.windows["localsend"]
    with offering(stage, {"spam.jpg": b"spam"}) as offer:
        window.wait("wants to send 1 file")
        click_away(window, "Decline")
        assert offer.done()[0] == 403


def a_phone_is_always_accepted(stage):
    window = stage.windows["localsend"]
    files = {"first.jpg": b"first"}
    with offering(stage, files) as offer:
        window.wait_for("Always from this device", "checkBox")
        window.click("Always from this device")
        click_away(window, "Accept")
        status, answer = offer.done()
        assert status == 200, status
    stage.phone.upload(stage.localsend_port, answer, files)
    files = {"second.jpg": b"second"}
    with offering(stage, files) as offer:
        status, answer = offer.done()
        assert status == 200, status
    stage.phone.upload(stage.localsend_port, answer, files)
    window.until(lambda: (stage.scratch / "from-phone" / "second.jpg").exists(), "the file")


def a_text_of_a_phone_is_shown_and_its_link_opened(stage):
    window = stage.windows["localsend"]
    link = "https://example.org/a?b=c"
    for text in link, "two\nlines":
        status, _ = stage.phone.offer(stage.localsend_port, {}, [text])
        assert status == 204, status
    window.wait("Bo’s phone sent a text")
    stage.picture(window, "localsend-text")
    window.resize(440, 520)
    stage.picture(window, "localsend-text-small")
    window.resize(980, 700)
    opened = stage.scratch / "opened-link"
    stage.program_that("xdg-open", f"printf %s \"$1\" > '{opened}'")
    window.click("Open link")
    window.until(lambda: opened.exists() and opened.read_text() == link, "the browser")
    window.click("Close the text")
    window.wait("two\nlines")
    assert not window.has("Open link")
    window.click("Close the text")
    window.wait("sent a text", gone=True)


def files_are_sent_to_a_phone(stage):
    window, phone = stage.windows["localsend"], stage.phone
    window.click("Client")
    # It may have been looked for before.
    phone.register(stage.localsend_port)
    window.wait_for("Send files to Bo’s phone")
    stage.picture(window, "localsend-nearby")
    path = stage.scratch / "to phone 海边.bin"
    path.write_bytes(os.urandom(5_000_000))
    stage.program_that("zenity", f"printf '%s\\n' '{path}'")
    phone.may_answer.clear()
    window.click("Send files to Bo’s phone")
    window.wait("Waiting for Bo’s phone to accept")
    stage.picture(window, "localsend-waiting")
    phone.may_answer.set()
    window.wait(f"Sent “{path.name}” to Bo’s phone.")
    stage.picture(window, "localsend-sent")
    assert phone.received[path.name] == path.read_bytes()


def a_text_is_sent_to_a_phone(stage):
    window, phone = stage.windows["localsend"], stage.phone
    window.click("More to send to Bo’s phone")
    window.click("Send text…")
    window.wait("Send a text to Bo’s phone")
    window.paste("hello\n电话")
    stage.picture(window, "localsend-writing")
    window.press("Enter", ctrl=True)
    window.wait("Sent the text to Bo’s phone.")
    assert phone.texts == ["hello\n电话"], phone.texts


def who_does_not_encrypt_is_marked(stage):
    window = stage.windows["localsend"]
    plain = Device(stage.scratch, "Cy’s TV", "desktop", is_plain=True)
    plain.register(stage.localsend_port)
    window.wait_for("More to send to Cy’s TV")
    row = f"Cy’s TV, LocalSend, 127.0.0.1:{plain.port}, not encrypted"
    assert window.has(row), [widget.name for widget in window.widgets()]
    stage.picture(window, "localsend-unencrypted")
    window.click("More to send to Cy’s TV")
    window.click("Send text…")
    window.wait("Send a text to Cy’s TV")
    window.wait_for("Not encrypted", "image")
    stage.picture(window, "localsend-writing-unencrypted")
    window.resize(440, 520)
    stage.picture(window, "localsend-writing-unencrypted-small")
    window.press("Escape")
    window.wait("Send a text to Cy’s TV", gone=True)
    # The pointer has opened it, but a key has closed it.
    window.until(lambda: window.keyboard() == ("button", "More to send to Cy’s TV"), "the focus")
    stage.picture(window, "localsend-unencrypted-small")
    window.resize(980, 700)
    stage.drop("localsend", stage.scratch / "to phone 海边.bin")
    window.wait("to which device?")
    window.wait_for("Not encrypted", "image")
    stage.picture(window, "localsend-to-which")
    window.press("Escape")
    window.wait("to which device?", gone=True)
    plain.close()


def a_phone_asks_for_a_pin(stage):
    window, phone = stage.windows["localsend"], stage.phone
    phone.pin = "2468"
    window.click("Send files to Bo’s phone")
    window.wait("Bo’s phone asks for a PIN")
    stage.picture(window, "localsend-pin")
    window.letters("1357")
    window.press("Enter")
    window.wait("Wrong PIN.")
    window.write("2468")
    window.press("Enter")
    window.wait("asks for a PIN", gone=True)
    window.wait("Sent “to phone 海边.bin” to Bo’s phone.")
    phone.pin = None


def a_phone_declines(stage):
    window, phone = stage.windows["localsend"], stage.phone
    phone.answer = 403
    window.click("Send files to Bo’s phone")
    window.wait("Bo’s phone declined the files.")
    stage.picture(window, "localsend-declined")
    phone.answer = 200
    window.click("Try again: to phone 海边.bin")
    window.wait("declined the files", gone=True)


def the_setting_is_kept_and_turned_off(stage):
    if itself := getattr(stage, "localsend_itself", None):
        itself.close()
    window = stage.restart("localsend")
    window.click("Server")
    window.until(
        lambda: window.shows("Visible to LocalSend as") or window.shows(f"uses port {PORT}"), "the receiver"
    )
    if window.shows("Visible to LocalSend as"):
        window.click("Turn off Visible to LocalSend")
        window.wait("Visible to LocalSend as", gone=True)
        window.until(lambda: is_closed(PORT), "the port to be closed")
    stage.quit("localsend")
    stage.phone.close()


def is_closed(port):
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) != 0


class offering:
    """What the phone offers while the block runs, and the answer."""

    def __init__(self, stage, files):
        def ask():
            self.answer = stage.phone.offer(stage.localsend_port, files)

        self.answer = None
        self.thread = threading.Thread(target=ask, daemon=True)
        self.thread.start()

    def __enter__(self):
        return self

    def done(self):
        self.thread.join(PATIENCE)
        assert self.answer, "no answer"
        return self.answer

    def __exit__(self, *_):
        pass
