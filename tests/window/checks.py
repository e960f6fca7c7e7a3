"""Actions and checks that several steps share."""

import hashlib
import os
import shutil
import time

from stage import PATIENCE


def new_file(stage, name, size=6_000_000):
    """A new file to share, old enough for its download to be resumable."""
    path = stage.shared / name
    path.write_bytes(os.urandom(size))
    os.utime(path, (time.time() - 60,) * 2)


def look_at(stage, port):
    """List what the server shares, through that port."""
    stage.client.type("Host", "127.0.0.1")
    stage.client.type("Port", str(port))
    stage.client.press("Enter")
    sees(stage, "")


def sees(stage, folder):
    """The list shows the contents of a shared folder: folders first, each sorted by name."""
    found = (stage.shared / folder).iterdir()
    names = [path.name for path in sorted(found, key=lambda path: (path.is_file(), path.name.lower()))]
    stage.client.until(lambda: stage.client.rows() == names, f"rows {names}")


def begin(stage):
    """Only the usual files are shared and the list has no finished rows: new ones are visible without scrolling."""
    for path in stage.shared.iterdir():
        if path.name in stage.usual:
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    window = stage.client
    if window.has("Clear finished"):
        window.click("Clear finished")
        window.wait_for("Undo")
    dismiss_all(window)


def dismiss_all(window):
    """Close the toasts: what was removed cannot be brought back any more."""
    while window.has("Dismiss"):
        window.click("Dismiss")


def with_half(stage, name, size=6_000_000):
    """Half of a new file of that size has arrived, and the rest is held back."""
    new_file(stage, name, size)
    stage.valve().let_through(size // 2)
    stage.client.type("Port", str(stage.valve().port))
    stage.client.type("File name", name)
    stage.client.click("Download")
    part = stage.saved / f"{name}.part"
    # The file list and the head of the response take some of it.
    enough = size // 2 - 100_000
    stage.client.until(lambda: part.exists() and part.stat().st_size > enough, f"half of {name}", PATIENCE)


def wait_until_kept(stage, name):
    """The saved list of downloads has it as unfinished; saving takes milliseconds."""

    def is_kept():
        kept = stage.kept_downloads("client")
        return name in kept and "unfinished" in kept

    stage.client.until(is_kept, f"{name} in the list on the disk")


def click_away(window, button):
    """Click a button that goes then, until it does: what is found nearby may move its row before the click arrives, and
    an answer right after the request has appeared does not count."""

    def is_gone():
        if window.has(button):
            window.click(button)
        return not window.has(button)

    window.wait_for(button)
    window.until(is_gone, f"{button!r} to go")


def arrives(stage, name, saved_as=None):
    """The list shows it as saved and verified, and the file on the disk equals the shared one."""
    shown = saved_as or name
    stage.client.wait_for(f"Show in folder: {shown}", patience=PATIENCE)
    stage.client.wait("SHA-256 verified")
    assert digest(stage.saved / os.path.basename(shown)) == digest(stage.shared / name), name


def nothing_is_left(stage):
    assert not list(stage.saved.rglob("*.part*")), "a part was left behind"


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()
