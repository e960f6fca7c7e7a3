"""A share with a password: who gets in, what its links contain, and how others recognise it."""

import http.client
import re
import ssl
import subprocess

from mouse import Mouse
from stage import PATIENCE, free_port

FIRST, SECOND = "hunter2 密码", "correct horse"
NAME = "notes.txt"


def a_password_is_asked_for_from_the_first_request_on(stage):
    window = stage.open("private")
    window.type("Shared folder", str(stage.shared))
    window.type("Port", str(free_port()))
    password(window, FIRST)
    window.click("Start sharing")
    window.wait("Password set")
    window.wait("Encrypted")
    assert refused(url(window)) and refused(url(window), "wrong")
    assert fetched(url(window), FIRST) == content(stage)
    stage.picture(window, "server-private")


def a_new_password_applies_once_it_is_entered(stage):
    window = stage.windows["private"]
    password(window, SECOND)
    window.wait("Enter applies it")
    assert fetched(url(window), FIRST) == content(stage)
    window.press("Enter")
    window.wait("Enter applies it", gone=True)
    assert refused(url(window), FIRST)
    assert fetched(url(window), SECOND) == content(stage)
    # What cannot be one changes nothing.
    password(window, "x" * 257)
    window.press("Enter")
    window.wait("At most 256 bytes")
    stage.picture(window, "server-wrong-password")
    assert fetched(url(window), SECOND) == content(stage)
    password(window, SECOND)
    window.press("Enter")
    window.wait("At most 256 bytes", gone=True)


def nobody_finds_the_password_elsewhere(stage):
    """It is neither in the accessibility tree nor in a file but its own, which only the user can read."""
    window = stage.windows["private"]
    for eye in ("Show the password", "Hide the password"):
        assert not window.shows(SECOND)
        window.click(eye)
    folder = stage.scratch / "private"
    kept = folder / "share-secrets.json"
    window.until(lambda: kept.exists() and SECOND in kept.read_text(), "the saved password")
    assert kept.stat().st_mode & 0o777 == 0o600
    for file in folder.rglob("*"):
        if file.is_file() and file != kept:
            assert SECOND.encode() not in file.read_bytes(), file
    assert SECOND not in stage.said("private").read_text()


def a_link_opens_without_it_until_there_is_a_new_one(stage):
    window = stage.windows["private"]
    plain = copied(stage, window)
    assert re.fullmatch(r"http://[^?]+/#fp=[\w-]{22}", plain), plain
    window.click("Links open without the password")
    window.wait_for("New link")
    stage.picture(window, "server-private-links")
    link = copied(stage, window)
    assert re.fullmatch(r"http://[^?]+/\?k=[\w-]{22}#fp=[\w-]{22}", link), link
    token = re.search(r"k=([\w-]{22})", link)[1]
    assert not window.shows(token)
    said = curl("-i", link)
    assert re.match(rb"HTTP/1.1 303 ", said), said
    cookie = re.search(rb"(?im)^set-cookie: ([^;\r]+)", said)[1].decode()
    location = re.search(rb"(?im)^location: ([^\r]+)", said)[1].decode()
    assert "k=" not in location
    with_cookie = curl("-b", cookie, f"{url(window)}/{NAME}")
    assert with_cookie == content(stage)
    window.click("New link")
    window.wait("Old links no longer work")
    assert status(link) == 401
    assert status(f"{url(window)}/{NAME}", "-b", cookie) == 401
    assert status(copied(stage, window)) == 303
    window.click("Show large")
    window.wait("Whoever types the address needs the password")
    stage.picture(window, "server-private-large-code")
    window.press("Escape")


def the_words_and_the_fingerprint_are_those_of_the_certificate(stage):
    window = stage.windows["private"]
    window.click("Settings")
    window.wait("Fingerprint (SHA-256)")
    # It may be below the visible part of the panel.
    go_to(window, ("button", "Copy the fingerprint"))
    window.press("Space")
    stage.picture(window, "settings-privacy")
    host, port = url(window).removeprefix("http://").rsplit(":", 1)
    certificate = ssl.get_server_certificate((host, int(port)))
    shown = subprocess.run(
        ["openssl", "x509", "-noout", "-fingerprint", "-sha256"],
        input=certificate.encode(),
        capture_output=True,
        check=True,
    )
    expected = shown.stdout.decode().split("=")[1].strip().replace(":", "").lower()
    with mouse(stage) as clipboard:
        window.until(lambda: clipboard.clipboard() == expected, f"the fingerprint {expected}")
    window.click("Close settings")


def what_is_encrypted_only_is_served_over_tls_alone(stage):
    window = stage.windows["private"]
    before = url(window)
    toggle_encrypted_only(window)
    window.wait("https://")
    encrypted = before.replace("http:", "https:")
    assert url(window) == encrypted
    assert copied(stage, window).startswith(f"{encrypted}/?k=")
    assert status(f"{before}/{NAME}") == 308
    assert curl("-k", "-u", f":{SECOND}", f"{encrypted}/{NAME}") == content(stage)
    assert status(f"{encrypted}/{NAME}", "-k") == 401
    stage.picture(window, "server-encrypted-only")
    toggle_encrypted_only(window)
    window.wait(before)
    assert fetched(before, SECOND) == content(stage)


def it_looks_well_in_the_dark_in_chinese_and_in_a_small_window(stage):
    window = stage.windows["private"]
    window.click("Others may: Both")
    window.wait("Received files go to")
    stage.picture(window, "server-private-both")
    window.resize(440, 520)
    stage.picture(window, "server-private-small")
    window.resize(440, 1200)
    stage.picture(window, "server-private-narrow")
    window.resize(980, 700)
    window.click("Settings")
    for choice in ("Appearance: Dark", "Language: 中文"):
        go_to(window, ("button", choice))
        window.press("Space")
    window.wait("指纹（SHA-256）")
    go_to(window, ("button", "复制指纹"))
    stage.picture(window, "settings-privacy-dark-chinese")
    window.click("关闭设置")
    stage.picture(window, "server-private-dark-chinese")


def the_password_is_there_after_a_restart(stage):
    window = stage.windows["private"]
    window.click("停止共享")
    window.wait_for("开始共享")
    stage.picture(window, "server-private-ready-chinese")
    window = stage.restart("private")
    window.click("开始共享")
    window.wait("已设密码")
    address = url(window)
    assert refused(address) and fetched(address, SECOND) == content(stage)
    stage.quit("private")


def toggle_encrypted_only(window):
    window.click("Settings")
    window.wait("Fingerprint (SHA-256)")
    go_to(window, ("switch", "Encrypted only"))
    window.press("Space")
    window.click("Close settings")


def go_to(window, widget):
    """Move the keyboard there with Tab."""
    for _ in range(100):
        if window.keyboard() == widget:
            return
        window.press("Tab")
    raise AssertionError(f"no way leads to {widget}")


def password(window, text):
    window.click("Password", role="passwordInput")
    window.write(text)


def url(window):
    """The address that is shown in large type."""
    texts = [text for widget in window.widgets() for text in (widget.value, widget.name)]
    return next(text for text in texts if re.fullmatch(r"https?://[\d.]+:\d+", text))


def copied(stage, window):
    """The link that *Copy* puts on the clipboard."""
    window.wait_for("Copy")
    window.click("Copy")
    window.wait("Copied")
    with mouse(stage) as clipboard:
        return clipboard.clipboard()


def mouse(stage):
    return Mouse(stage.screen, stage.processes["private"].pid)


def content(stage):
    return (stage.shared / NAME).read_bytes()


def fetched(address, secret):
    return curl("-u", f":{secret}", f"{address}/{NAME}")


def refused(address, secret=None):
    with_secret = ["-u", f":{secret}"] if secret else []
    return status(f"{address}/{NAME}", *with_secret) == http.client.UNAUTHORIZED


def status(address, *options):
    return int(curl("-o", "/dev/null", "-w", "%{http_code}", *options, address))


def curl(*arguments):
    command = ["curl", "-sS", "--noproxy", "*", "--max-time", str(PATIENCE), *arguments]
    return subprocess.run(command, capture_output=True, check=True).stdout
