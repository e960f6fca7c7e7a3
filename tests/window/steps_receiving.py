"""Files that others send to the window with curl, and the QR code."""

import os
import subprocess
from urllib.parse import quote

from checks import click_away
from stage import PATIENCE


def what_others_may_do_is_chosen_before_sharing(stage):
    window = stage.open("receiver")
    inbox = stage.scratch / "inbox"
    inbox.mkdir()
    window.type("Port", str(stage.inbox_port))
    window.click("Others may: Send files to me")
    window.type("Received files go to", str(inbox))
    stage.picture(window, "server-about-to-receive")
    # Without a folder to share.
    window.click("Start sharing")
    window.wait("Ready to receive files; nothing is shared")
    assert status([url(stage, "notes.txt")]) == "403"


def a_request_is_accepted(stage):
    window = stage.windows["receiver"]
    with sending(stage, "photo 海边.jpg", os.urandom(3_000_000)) as sender:
        window.wait("wants to send 1 file (3 MB)")
        stage.picture(window, "server-asked")
        assert not list((stage.scratch / "inbox").iterdir())
        window.resize(440, 520)
        window.until(lambda: window.has("Accept"), "the buttons in a small window")
        # It is scrolled into view.
        place = next(widget.bounds for widget in window.widgets() if widget.name == "Accept")
        assert place[3] <= 520 * window.scale(), place
        stage.picture(window, "server-asked-small")
        window.resize(980, 700)
        click_away(window, "Accept")
        assert sender.done() == "201"
    window.wait("SHA-256 verified" if sender.checks else "saved")
    assert window.has("Open photo 海边.jpg") and window.has("Show in folder: photo 海边.jpg")
    assert (stage.scratch / "inbox" / sender.name).read_bytes() == sender.content
    window.wait("was received from 127.0.0.1")
    stage.picture(window, "server-received")


def a_request_is_declined(stage):
    window = stage.windows["receiver"]
    with sending(stage, "spam.bin", b"x" * 500_000) as sender:
        window.wait("wants to send 1 file (500 KB)")
        click_away(window, "Decline")
        assert sender.done() == "403"
    window.wait("“spam.bin” — declined")
    assert not (stage.scratch / "inbox" / "spam.bin").exists()


def a_device_is_always_accepted_until_it_is_forgotten(stage):
    window = stage.windows["receiver"]
    known = ["--header", "Landline-Device: " + "d" * 32]
    with sending(stage, "first.txt", b"1" * 1000, known) as sender:
        window.wait_for("Always from this device", "checkBox")
        window.click("Always from this device")
        click_away(window, "Accept")
        assert sender.done() == "201"
    with sending(stage, "second.txt", b"2" * 1000, known) as sender:
        assert sender.done() == "201"
    window.click("Settings")
    window.until(lambda: named(window, "Forget "), "the device")
    stage.picture(window, "settings-trusted")
    window.click(named(window, "Forget "))
    window.until(lambda: not named(window, "Forget "), "it to be forgotten")
    window.click("Close settings")
    with sending(stage, "third.txt", b"3" * 1000, known) as sender:
        window.wait("wants to send 1 file")
        click_away(window, "Decline")
        assert sender.done() == "403"


def others_may_is_changed_while_sharing(stage):
    window = stage.windows["receiver"]
    window.click("Others may: Both")
    window.wait("No folder is shared, so others can only send files.")
    window.click("Stop sharing")
    window.type("Shared folder", str(stage.shared))
    window.click("Start sharing")
    window.wait_for("Stop sharing")
    assert status([url(stage, "notes.txt")]) == "200"
    window.click("Others may: Download")
    window.until(lambda: status(["--upload-file", "-", url(stage, "x")]) == "405", "receiving to be off")
    window.click("Others may: Both")
    window.type("Received files go to", str(stage.shared))
    window.press("Enter")
    window.wait("Others can download received files at once.")
    stage.picture(window, "server-received-is-shared")
    window.type("Received files go to", str(stage.scratch / "nowhere"))
    window.press("Enter")
    window.wait("does not exist.")
    window.click("Create it")
    window.until(lambda: (stage.scratch / "nowhere").is_dir(), "the folder")
    window.wait("does not exist.", gone=True)


def the_code_is_shown_large_by_keyboard(stage):
    window = stage.windows["receiver"]
    if not window.has("Show large"):
        # Only this computer can be reached.
        return stage.quit("receiver")
    while window.keyboard() != ("button", "Show large"):
        window.press("Tab")
    window.press("Enter")
    window.wait("Scan, or type this address")
    stage.picture(window, "code-large")
    window.resize(440, 520)
    stage.picture(window, "code-large-small")
    window.resize(980, 700)
    window.until(lambda: window.keyboard() == ("button", "Close"), "the keyboard on the button that closes it")
    window.press("Escape")
    window.until(lambda: window.keyboard() == ("button", "Show large"), "the keyboard back where it was")
    stage.quit("receiver")


class sending:
    """A file that curl sends while the block runs."""

    def __init__(self, stage, name, content, more=()):
        self.name, self.content, self.checks = name, content, False
        path = stage.scratch / "outgoing.bin"
        path.write_bytes(content)
        target = url(stage, name)
        self.process = subprocess.Popen(
            ["curl", *CURL, *more, "--upload-file", path, target], stdout=subprocess.PIPE, text=True
        )

    def __enter__(self):
        return self

    def done(self):
        """The status that it was answered."""
        out, _ = self.process.communicate(timeout=PATIENCE)
        return out[-3:]

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


CURL = ["--silent", "--noproxy", "*", "--write-out", "%{http_code}"]


def status(arguments):
    asked = subprocess.run(
        ["curl", *CURL, "--output", "/dev/null", *arguments], capture_output=True, text=True, input="", timeout=PATIENCE
    )
    return asked.stdout[-3:]


def url(stage, name):
    return f"http://127.0.0.1:{stage.inbox_port}/{quote(name)}"


def named(window, start):
    names = [widget.name for widget in window.widgets() if widget.role == "button"]
    return next((name for name in names if name.startswith(start)), None)
