"""Downloads by name, without network errors."""

import os

from checks import arrives, begin, digest, new_file, nothing_is_left
from peers import RawServer
from stage import PATIENCE


def the_client_window_downloads(stage):
    window = stage.open("client")
    names = sorted(path.name for path in stage.shared.iterdir() if path.is_file())
    window.click("Client")
    window.type("Host", "127.0.0.1")
    window.type("Port", str(stage.port))
    window.type("Save to", str(stage.saved))
    for name in names:
        window.type("File name", name)
        window.click("Download")
        arrives(stage, name)
    window.wait("was downloaded")
    stage.picture(window, "client-done")
    window.click("Dismiss")
    window.wait("was downloaded", gone=True)
    for name in names:
        stage.server.wait(name)
    nothing_is_left(stage)
    stage.picture(stage.server, "server-done")


def a_second_download_keeps_the_first(stage):
    name = "notes.txt"
    (stage.saved / name).write_text("mine")
    stage.client.type("File name", name)
    stage.client.press("Enter")
    arrives(stage, name, saved_as="notes (2).txt")
    assert (stage.saved / name).read_text() == "mine"


def a_missing_file_is_said_so_and_the_near_one_offered(stage):
    window = stage.client
    new_file(stage, "holiday.txt", 5_000)
    window.type("File name", "holliday.txt")
    window.click("Download")
    window.wait_for("Try again: holliday.txt")
    window.wait("has no file “holliday.txt”")
    stage.picture(window, "client-missing")
    stage.server.wait("no such file")
    assert not (stage.saved / "holliday.txt").exists()
    window.click("Download holiday.txt")
    arrives(stage, "holiday.txt")
    # It replaced the one that failed.
    assert not window.has("Try again: holliday.txt")


def a_missing_folder_is_created(stage):
    window = stage.client
    folder, name = stage.scratch / "new" / "folder", "deep.bin"
    new_file(stage, name, 5_000)
    window.type("Save to", f'"{folder}"')
    window.type("File name", name)
    window.click("Download")
    window.wait(f"The folder {folder} does not exist.")
    assert window.value("Save to") == str(folder)
    stage.picture(window, "client-no-folder")
    window.click("Create it")
    window.until((folder / name).exists, f"{name} in the new folder")
    window.until(lambda: not window.has("Create it"), "the error to go")
    window.type("Save to", str(stage.saved))


def a_raw_server_serves_the_window(stage):
    window = stage.client
    content = os.urandom(300_000)
    with RawServer({"raw.bin": content}) as port:
        window.type("Port", str(port))
        window.type("File name", "raw.bin")
        window.click("Download")
        window.wait_for("Show in folder: raw.bin", patience=PATIENCE)
        window.wait("not verified")
        window.wait("is a raw server, which does not list files")
        stage.picture(window, "client-raw")
    window.type("Port", str(stage.port))
    assert (stage.saved / "raw.bin").read_bytes() == content


def a_folder_comes_whole(stage):
    begin(stage)
    folder = stage.shared / "photos"
    (folder / "empty").mkdir(parents=True)
    for number in range(40):
        (folder / f"海 {number}.jpg").write_bytes(os.urandom(1000 * number))
    stage.client.type("File name", "photos")
    stage.client.click("Download")
    stage.client.wait_for("Show in folder: photos", patience=PATIENCE)
    stage.client.wait("40 files")
    stage.picture(stage.client, "client-folder")
    found = sorted(path.relative_to(stage.saved) for path in (stage.saved / "photos").rglob("*"))
    assert found == sorted(path.relative_to(stage.shared) for path in folder.rglob("*"))
    for path in folder.glob("*.jpg"):
        assert digest(stage.saved / "photos" / path.name) == digest(path), path
    nothing_is_left(stage)


def a_file_that_cannot_be_opened_is_said_so(stage):
    window, name = stage.client, "opened.txt"
    begin(stage)
    new_file(stage, name, 1_000)
    window.type("File name", name)
    window.click("Download")
    arrives(stage, name)
    opened = stage.scratch / "opened"
    stage.program_that("xdg-open", f"printf %s \"$1\" > '{opened}'")
    window.click(f"Open {name}")
    path = str(stage.saved / name)
    window.until(lambda: opened.exists() and opened.read_text() == path, "the program that opens it")
    for status, words in (3, "No program was found"), (4, "xdg-open: exit status: 4"):
        stage.program_that("xdg-open", f"exit {status}")
        window.click(f"Show in folder: {name}")
        window.wait(words)
        window.click("Dismiss this notice")
        window.wait(words, gone=True)
    os.remove(path)
    window.click(f"Open {name}")
    window.wait("is no longer there")
    window.click("Dismiss this notice")
