"""The Client tab and private shares: passwords, links that need none, locks, and identities that change."""

import contextlib
import os
import subprocess

from stage import free_port

PASSWORD = "hunter two"
# What only the window of these steps knows.
NAME = "guest"


@contextlib.contextmanager
def sharing(stage, identity, port, *options):
    """`landline serve` with a password; yields the lines that it prints before the first request."""
    secret = stage.scratch / "password"
    secret.touch(mode=0o600)
    secret.write_text(PASSWORD)
    command = [stage.program, "serve", str(stage.shared), "--port", str(port), "--bind", "127.0.0.1", "--no-announce"]
    process = subprocess.Popen(
        command + ["--password-file", str(secret), *options],
        env=os.environ | {"LANDLINE_CONFIG_DIR": str(stage.scratch / identity), "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield [process.stdout.readline().strip() for _ in range(1 + ("--link" in options))]
    finally:
        process.kill()
        process.wait()


def a_password_is_asked_for_once_and_remembered(stage):
    window = stage.open(NAME)
    port = free_port()
    with sharing(stage, "sharer", port):
        window.click("Client")
        window.type("Save to", str(saved(stage)))
        look_at(window, port)
        window.wait("127.0.0.1 asks for a password")
        window.until(lambda: window.keyboard() == ("passwordInput", "Password"), "the field to have the keyboard")
        stage.picture(window, "private-password")
        window.letters("wrong")
        window.press("Enter")
        window.wait("Wrong password.")
        assert window.keyboard() == ("passwordInput", "Password")
        stage.picture(window, "private-wrong-password")
        window.write(PASSWORD)
        assert not window.shows(PASSWORD)
        window.click("Show the password")
        assert not window.shows(PASSWORD)
        window.click("Remember on this computer")
        window.click("Open")
        window.wait_for("notes.txt", "listBoxOption")
        # `Alt-Svc` has led to TLS.
        assert window.has("Encrypted", "image")
        window.wait("First visit.")
        stage.picture(window, "private-files")
        window.double_click("notes.txt", "listBoxOption")
        came(stage, "notes.txt")
        window = stage.restart(NAME)
        look_at(window, port)
        window.wait_for("notes.txt", "listBoxOption")
        assert window.has("Encrypted", "image")
        assert not window.shows("First visit.")
    kept = stage.scratch / NAME / "passwords.json"
    assert PASSWORD in kept.read_text() and kept.stat().st_mode & 0o777 == 0o600
    nothing_tells(stage, PASSWORD)


def a_cancelled_question_leaves_a_button(stage):
    window = stage.windows[NAME]
    port = free_port()
    with sharing(stage, "sharer", port):
        look_at(window, port)
        window.wait("127.0.0.1 asks for a password")
        window.press("Escape")
        window.wait_for("Enter password…")
        window.type("File name", "notes.txt")
        window.click("Download")
        window.wait("Remember on this computer")
        window.press("Escape")
        window.wait("Remember on this computer", gone=True)
        stage.picture(window, "private-cancelled")
        window.click("Enter the password for “notes.txt”")
        window.wait("Remember on this computer")
        (saved(stage) / "notes.txt").unlink()
        window.letters(PASSWORD)
        window.press("Enter")
        came(stage, "notes.txt")
        # Whatever else waited for it goes on, too.
        window.wait_for("notes.txt", "listBoxOption")


def a_link_opens_without_the_password(stage):
    window = stage.windows[NAME]
    port = free_port()
    with sharing(stage, "sharer", port, "--link", "--encrypted-only") as lines:
        link = next(line for line in lines if "?k=" in line)
        token = link.split("?k=")[1].split("#")[0]
        window.paste(link)
        window.wait_for("notes.txt", "listBoxOption")
        assert window.value("Port") == str(port)
        assert window.has("Encrypted", "image")
        # Without the link, the identity would be the first that was ever seen there.
        assert not window.shows("First visit.")
        (saved(stage) / "notes.txt").unlink()
        window.double_click("notes.txt", "listBoxOption")
        came(stage, "notes.txt")
        assert not window.shows(token)
    nothing_tells(stage, token)


def another_identity_is_a_warning(stage):
    window = stage.windows[NAME]
    port = free_port()
    with sharing(stage, "sharer", port, "--link") as lines:
        window.paste(lines[1])
        window.wait_for("notes.txt", "listBoxOption")
    with sharing(stage, "somebody else", port):
        look_at(window, port)
        window.wait("The identity of 127.0.0.1 has changed")
        assert window.rows() == []
        stage.picture(window, "private-identity")
        window.click("Forget the old identity…")
        window.wait("Forget the identity of 127.0.0.1?")
        stage.picture(window, "private-forget")
        window.press("Enter")
        window.wait("Forget the identity of 127.0.0.1?", gone=True)
        window.click("Refresh")
        window.wait("The identity of 127.0.0.1 has changed")
        window.click("Forget the old identity…")
        window.click("Forget")
        # The token was for the other computer.
        window.wait("127.0.0.1 does not accept this password")
        window.wait("Remember on this computer")
        window.write(PASSWORD)
        window.press("Enter")
        window.wait_for("notes.txt", "listBoxOption")
        window.wait("First visit.")
    window.press("Comma", ctrl=True)
    # By keyboard, which scrolls the panel to it.
    forget = ("button", f"Forget 127.0.0.1:{port}")
    for _ in range(80):
        if window.keyboard() == forget:
            break
        window.press("Tab")
    stage.picture(window, "private-settings")
    window.press("Space")
    window.until(lambda: not window.has(f"Forget 127.0.0.1:{port}"), "the computer to be forgotten")
    window.press("Escape")
    stage.quit(NAME)


def look_at(window, port):
    window.type("Host", "127.0.0.1")
    window.type("Port", str(port))
    window.press("Enter")


def saved(stage):
    """A folder without what other steps have downloaded."""
    folder = stage.scratch / "saved by the guest"
    folder.mkdir(exist_ok=True)
    return folder


def came(stage, name):
    window, path = stage.windows[NAME], saved(stage) / name
    window.until(lambda: path.exists() and path.read_bytes() == (stage.shared / name).read_bytes(), f"{name} to arrive")


def nothing_tells(stage, secret):
    """No file of the settings but that with the passwords has the secret, and no output."""
    folder = stage.scratch / NAME
    for path in [stage.said(NAME), *folder.rglob("*")]:
        if path.is_file() and path.name != "passwords.json":
            assert secret.encode() not in path.read_bytes(), f"{path} tells {secret}"
