"""Landline receives: what the two peers send, and what a program sends that knows the protocol."""

import json
import os

from peers import until
from speaker import API, JSON, describe
from stage import NAMES, assert_alive, assert_fails, assert_sent, empty, expected, make, make_big, parts, same, tree


def a_file_from_localsendd(stage):
    stage.serving()
    daemon = stage.daemon()
    daemon.finds("Ann")
    [file] = make(stage.dave.home / "out", {"notes.txt": os.urandom(100_000)})
    assert_sent(daemon.send("Ann", file))
    same(file, stage.landline.folder / "notes.txt")
    # Once more: nothing is replaced.
    assert_sent(daemon.send("Ann", file))
    assert len(parts(stage.landline.folder)) == 2, parts(stage.landline.folder)


def a_file_from_npm(stage):
    """It sends in plain text by default, and `--protocol https` over TLS without a certificate. It always sends a PIN."""
    stage.serving()
    stage.stop("node")
    node = stage.node()
    [file, second] = make(stage.nora.home / "out", {"notes.txt": os.urandom(100_000), "海 é.txt": b"content"})
    assert_sent(node.send(stage.ann.address, file))
    same(file, stage.landline.folder / "notes.txt")
    assert_sent(node.send(stage.ann.address, second, "--protocol", "https"))
    same(second, stage.landline.folder / second.name)


def a_thousand_files_from_localsendd(stage):
    stage.serving()
    daemon = stage.daemon()
    daemon.finds("Ann")
    files = {f"{number:04} 海.bin": os.urandom(number * 7 % 5000) for number in range(1000)}
    paths = make(stage.dave.home / "thousand", files)
    assert_sent(daemon.send("Ann", *paths, limit=120))
    assert tree(stage.landline.folder) == expected(files)


def names_from_localsendd(stage):
    stage.serving()
    daemon = stage.daemon()
    daemon.finds("Ann")
    files = {name: name.encode() for name in NAMES}
    assert_sent(daemon.send("Ann", *make(stage.dave.home / "names", files)))
    # Characters that Windows does not have in names may be replaced; contents are what counts.
    received = tree(stage.landline.folder)
    assert sorted(received.values()) == sorted(expected(files).values()), received
    assert "海报 最终版.txt" in received and "привет мир.txt" in received, received


def a_big_file_from_localsendd(stage):
    stage.serving()
    daemon = stage.daemon()
    daemon.finds("Ann")
    file = make_big(stage.dave.home / "big.bin", stage.big)
    assert_sent(daemon.send("Ann", file, limit=600))
    same(file, stage.landline.folder / "big.bin")
    file.unlink()


def a_big_file_from_npm(stage):
    """It sends more than 50 MiB in pieces, by requests of its own kind, which no receiver understands but its own.
    Landline says that it is not whole, and keeps nothing."""
    stage.serving()
    node = stage.node()
    file = make_big(stage.nora.home / "big.bin", 60 << 20)
    status, said = node.send(stage.ann.address, file)
    assert status != 0 and "uploaded successfully" not in said, said[-500:]
    until(lambda: not parts(stage.landline.folder), f"no torso: {parts(stage.landline.folder)}")
    assert_alive(stage)


HOSTILE = {
    "../outside.txt": b"1",
    "../../../../../../../../../../tmp/outside-localsend.txt": b"2",
    "/tmp/outside-localsend.txt": b"3",
    "C:\\Windows\\outside.txt": b"4",
    "..\\..\\outside.txt": b"5",
    "CON": b"6",
    "aux.txt": b"7",
    "": b"8",
    ".": b"9",
    "..": b"10",
    "a/../../outside.txt": b"11",
    "line\nbreak\ttab\x1b[31m\x07.txt": b"12",
    "x" * 300 + ".txt": b"13",
    "海" * 120 + ".txt": b"14",
    "right\u202etxt.exe": b"15",
    "a/" * 200 + "deep.txt": b"16",
    ".hidden": b"17",
    "trailing. ": b"18",
    "nul\0byte.txt": b"19",
    "~/outside.txt": b"20",
    "stream.txt:ads": b"21",
    "\ud800 lone.txt": b"22",
}


def hostile_names(stage):
    """Each either is stored below the folder under a safe name, or refused, if it would be hidden, is nested too deeply or is
    not Unicode; nothing is outside of the folder."""
    stage.serving()
    around = {path for path in stage.ann.home.rglob("*") if stage.landline.folder not in path.parents}
    refused = []
    for name, content in HOSTILE.items():
        sender = stage.sender()
        answer = sender.prepare({name: content})
        assert answer.status in (200, 400), f"{name!r}: {answer.raw}"
        if answer.status == 400:
            refused.append(name)
        else:
            answer = sender.upload("f0", content)
            assert answer.status == 200, f"{name!r}: {answer.raw}"
    contents = [path.read_bytes() for path in stage.landline.folder.rglob("*") if path.is_file()]
    assert len(contents) == len(HOSTILE) - len(refused) == len(set(contents)), contents
    hidden = {name for name in HOSTILE if any(part in ("", ".", "..", ".hidden") for part in name.replace("\\", "/").split("/"))}
    assert set(refused) <= hidden | {"a/" * 200 + "deep.txt", "\ud800 lone.txt"}, f"refused: {refused}"
    for path in stage.landline.folder.rglob("*"):
        assert path.resolve().is_relative_to(stage.landline.folder.resolve()), path
        assert all(part.isprintable() for part in path.parts), path
        assert len(os.fsencode(path.name)) <= 255, path
    now = {path for path in stage.ann.home.rglob("*") if stage.landline.folder not in path.parents}
    assert not [path for path in now - around if path.suffix == ".txt"], now - around
    assert not os.path.exists("/tmp/outside-localsend.txt")
    assert not [line for line in stage.landline.program.lines if "\x1b" in line or "\x07" in line]


def folders_and_dates(stage):
    """As the app sends a folder: paths as names, and when the files were changed."""
    stage.serving()
    sender = stage.sender()
    files = {"album/a.txt": b"a", "album/2020/b.txt": b"b", "album/2020/夏/c.txt": b"c", "d.txt": b""}
    described = {
        name: describe(name, content) | {"metadata": {"modified": "2017-07-14T02:40:00.000Z", "accessed": None}}
        for name, content in files.items()
    }
    assert sender.prepare(described).status == 200
    for number, content in enumerate(files.values()):
        assert sender.upload(f"f{number}", content).status == 200
    assert tree(stage.landline.folder) == expected(files)
    for name in files:
        assert (stage.landline.folder / name).stat().st_mtime == 1_500_000_000, name


def a_text(stage):
    """It is shown instead of stored."""
    stage.serving()
    sender = stage.sender(alias="Mallory")
    text = "a text with 海 and \x1b[31m colours"
    content = text.encode()
    described = {"message.txt": describe("", content) | {"fileType": "text/plain", "preview": text}}
    since = len(stage.landline.program.lines)
    answer = sender.prepare(described)
    assert answer.status == 204, answer.raw
    line = stage.landline.program.wait_line("a text with 海", since=since)
    assert "\x1b[31m" not in line, line
    assert parts(stage.landline.folder) == []


def a_wrong_digest(stage):
    """422, twice more, then the file has failed: nothing of it is left, and the next sender is welcome."""
    stage.serving()
    sender = stage.sender()
    right = os.urandom(300_000)
    assert sender.prepare({"wrong.bin": right}).status == 200
    for attempt in range(3):
        answer = sender.upload("f0", bytes(len(right)))
        assert answer.status == 422, f"{attempt}: {answer.raw}"
    assert sender.upload("f0", right).status in (403, 404, 409), "a fourth attempt"
    assert parts(stage.landline.folder) == []
    # Right at the second attempt.
    sender = stage.sender()
    assert sender.prepare({"right.bin": right}).status == 200
    assert sender.upload("f0", bytes(len(right))).status == 422
    assert sender.upload("f0", right).status == 200
    assert (stage.landline.folder / "right.bin").read_bytes() == right
    assert_alive(stage)


def a_wrong_length(stage):
    """Less than was said, and more."""
    stage.serving()
    for content, sent in [(b"x" * 1000, b"x" * 999), (b"x" * 1000, b"x" * 1001), (b"", b"x"), (b"x", b"")]:
        sender = stage.sender()
        assert sender.prepare({"length.bin": content}).status == 200
        answer = sender.upload("f0", sent)
        assert 400 <= answer.status < 600, answer.raw
        sender.cancel()
        assert parts(stage.landline.folder) == [], len(sent)
    assert_alive(stage)


def a_body_that_breaks_off(stage):
    stage.serving()
    sender = stage.sender()
    assert sender.prepare({"half.bin": {"size": 1000}}).status == 200
    sender.begin("f0", 1000, b"x" * 500).close()
    until(lambda: parts(stage.landline.folder) == [] or sender.cancel().status == 200, "nothing is left")
    sender.cancel()
    until(lambda: parts(stage.landline.folder) == [], f"nothing is left: {parts(stage.landline.folder)}")
    assert_alive(stage)


def requests_that_are_wrong(stage):
    """They are answered, and nothing happens."""
    stage.serving()
    sender = stage.sender()
    bodies = [b"", b"{", b"null", b"[]", b"{}", b'{"info":{}}', b"[" * 100_000, b"\xff\xfe", b'{"files":{}}']
    huge = {"info": sender.info(), "files": {"f": {"id": "f", "fileName": "a", "size": 2**63, "fileType": "a"}}}
    bodies += [json_of(huge), json_of(huge | {"files": {"f": {"id": "f", "fileName": "a", "size": -1, "fileType": "a"}}})]
    bodies += [json_of({"info": sender.info(), "files": {}})]
    many = {str(n): {"id": str(n), "fileName": str(n), "size": 1, "fileType": "a"} for n in range(50_000)}
    bodies += [json_of({"info": sender.info(), "files": many})]
    for body in bodies:
        answer = sender.ask(API + "prepare-upload", body, fields=JSON)
        assert answer.status == 204 or 400 <= answer.status < 600, f"{body[:60]}: {answer.raw}"
    for body in bodies[:9]:
        answer = sender.ask(API + "register", body, fields=JSON)
        assert 400 <= answer.status < 500, f"{body[:60]}: {answer.raw}"
    for path in ["upload", "upload?sessionId=a", "upload?sessionId=a&fileId=b&token=c", "cancel?sessionId=x", "nothing"]:
        answer = sender.ask(API + path, b"x")
        assert answer.status == 200 if path.startswith("cancel") else 400 <= answer.status < 500, f"{path}: {answer.raw}"
    # What is shared is not there.
    for path in ["/", "/a.txt", "/%2e%2e/", API + "upload", API + "prepare-download"]:
        answer = sender.ask(path, method="GET")
        assert 400 <= answer.status < 500, f"{path}: {answer.raw}"
    assert parts(stage.landline.folder) == []
    assert_alive(stage)


def json_of(what):
    return json.dumps(what).encode()


def no_space(stage):
    """Refused before a byte is sent, and if the disk fills up meanwhile."""
    stage.stop("landline")
    folder = stage.landline.folder
    empty(folder)
    with stage.small_disk(folder, "200m"):
        stage.serving()
        daemon = stage.daemon()
        daemon.finds("Ann")
        file = make_big(stage.dave.home / "big.bin", 300 << 20)
        assert_fails(daemon.send("Ann", file, limit=120))
        file.unlink()
        assert parts(folder) == []
        sender = stage.sender()
        content = os.urandom(40 << 20)
        assert sender.prepare({"fits.bin": content}).status == 200
        (folder / ".filler").write_bytes(bytes(170 << 20))
        answer = sender.upload("f0", content)
        assert answer.status in (500, 507), answer.raw
        sender.cancel()
        (folder / ".filler").unlink()
        until(lambda: parts(folder) == [], f"nothing is left: {parts(folder)}")
        assert_alive(stage)
        stage.stop("landline")


CHECKS = [
    a_file_from_localsendd,
    a_file_from_npm,
    a_thousand_files_from_localsendd,
    names_from_localsendd,
    a_big_file_from_localsendd,
    a_big_file_from_npm,
    hostile_names,
    folders_and_dates,
    a_text,
    a_wrong_digest,
    a_wrong_length,
    a_body_that_breaks_off,
    requests_that_are_wrong,
    no_space,
]
