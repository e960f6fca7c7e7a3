"""What several steps do and look at."""

import hashlib
import os
import shutil
import time

from stage import PATIENCE


def new_file(stage, name, size=6_000_000):
    """Something new to share, not so new that its download could not be resumed."""
    path = stage.shared / name
    path.write_bytes(os.urandom(size))
    os.utime(path, (time.time() - 60,) * 2)


def look_at(stage, port):
    """See what the server shares, through that port."""
    stage.client.type("Host", "127.0.0.1")
    stage.client.type("Port", str(port))
    stage.client.press("Enter")
    sees(stage, "")


def sees(stage, folder):
    """The list has what is in a folder that is shared: folders first, each by name."""
    found = (stage.shared / folder).iterdir()
    names = [path.name for path in sorted(found, key=lambda path: (path.is_file(), path.name.lower()))]
    stage.client.until(lambda: stage.client.rows() == names, f"rows {names}")


def begin(stage):
    """Only the usual files are shared and nothing that has ended is on the list: what comes is seen without scrolling."""
    for path in stage.shared.iterdir():
        if path.name in stage.usual:
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    if stage.client.has("Clear finished"):
        stage.client.click("Clear finished")


def with_half(stage, name, size=6_000_000):
    """Half of a new file of so many bytes has come, and the rest is held back."""
    new_file(stage, name, size)
    stage.valve().let_through(size // 2)
    stage.client.type("Port", str(stage.valve().port))
    stage.client.type("File name", name)
    stage.client.click("Download")
    part = stage.saved / f"{name}.part"
    # The list of files and the head of the answer take some of it.
    enough = size // 2 - 100_000
    stage.client.until(lambda: part.exists() and part.stat().st_size > enough, f"half of {name}", PATIENCE)


def wait_until_kept(stage, name):
    """The list on the disk has it as unfinished; that takes milliseconds."""

    def is_kept():
        kept = stage.kept_downloads("client")
        return name in kept and "unfinished" in kept

    stage.client.until(is_kept, f"{name} in the list on the disk")


def arrives(stage, name, saved_as=None):
    """It is on the list as saved and checked, and on the disk as it was shared."""
    shown = saved_as or name
    stage.client.wait_for(f"Show in folder: {shown}", patience=PATIENCE)
    stage.client.wait("SHA-256 verified")
    assert digest(stage.saved / os.path.basename(shown)) == digest(stage.shared / name), name


def nothing_is_left(stage):
    assert not list(stage.saved.rglob("*.part*")), "a part was left behind"


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()
