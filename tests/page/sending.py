"""Checks of sending files to the share: progress, cuts, refusals, files that are dropped."""

import hashlib
import os
import re

from checks import Serve
from proxy import Proxy

LINE = "document.querySelector('.batch:last-child small')?.textContent ?? ''"
RATE = 20_000_000


def check_sending(checks, browser, server, home, pictures):
    browser.size(390, 844, is_phone=True)
    browser.ask("Network.setUserAgentOverride", userAgent="Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)")
    mine = home / "mine"
    mine.mkdir()
    large, small = mine / "film.bin", mine / "a “photo” <b>.jpg"
    large.write_bytes(os.urandom(24_000_000))
    small.write_bytes(b"small")
    os.utime(small, (1_600_000_000,) * 2)
    (mine / "empty").write_bytes(b"")
    browser.open(f"{server.url}/")
    checks.equal("the button", browser.run("document.querySelector('#send label').textContent"), "Send files to Ann’s laptop")

    throttle(browser, RATE)
    browser.files("#files", [large, small, mine / "empty"])
    checks("the owner is waited for", *browser.seen(LINE, "Waiting for Ann’s laptop to accept"))
    checks.equal("the owner sees who sends", server.offer(), "3 files from iPhone")
    checks.equal("nothing is stored before", list(server.received.iterdir()), [])
    server.answer("accept")
    pattern = r"/^[\d.]+ (MB )?\/ 24 MB · [\d.]+ MB\/s · 0:0\d left$/"
    is_seen, _ = browser.seen(f"{pattern}.test({LINE})", True, 20)
    checks("the progress", is_seen, browser.run(LINE))
    browser.look(pictures / "sending-phone.png")
    checks("leaving the page is asked about", browser.run(
        "(e => { dispatchEvent(e); return e.defaultPrevented })(new Event('beforeunload', {cancelable: true}))"))
    checks("the end", *browser.seen(LINE, "3 files received", 30))
    checks.equal("the files", received(server), {path.name: digest(path) for path in mine.iterdir()})
    stored = next(path for path in server.received.iterdir() if path.name.endswith(".jpg"))
    checks.equal("their time", int(stored.stat().st_mtime), 1_600_000_000)
    checks("leaving the page is not asked about any more", browser.run(
        "(e => { dispatchEvent(e); return !e.defaultPrevented })(new Event('beforeunload', {cancelable: true}))"))
    checks.clean(browser, server, expected=("404",))
    empty(server)

    throttle(browser, -1)
    browser.files("#files", [small])
    server.offer()
    server.answer("decline")
    checks("no is said", *browser.seen("document.querySelector('.batch:last-child').className", "batch failed"))
    checks("with a reason", len(browser.run(LINE)) > 5, browser.run(LINE))
    browser.look(pictures / "declined-phone.png")
    browser.run("document.querySelector('.batch:last-child > button:last-child').click()")
    checks.equal("another attempt is another question", server.offer(), "1 files from iPhone")
    server.answer("accept")
    checks("after which it arrives", *browser.seen(LINE, "1 file received"))
    checks.equal("the file", len(received(server)), 1)
    empty(server)
    checks.clean(browser, server, expected=("403", "404"))

    dropped = mine / "folder"
    (dropped / "inner").mkdir(parents=True)
    (dropped / "inner" / "deep.txt").write_bytes(b"deep")
    (dropped / "flat.txt").write_bytes(b"flat")
    drop(browser, [dropped, small])
    checks.equal("a folder and a file are dropped", server.offer(), "3 files from iPhone")
    server.answer("accept")
    checks("they arrive", *browser.seen(LINE, "3 files received"))
    deep = [path for path in server.received.rglob("*") if path.is_file()]
    checks.equal("with their folders", sorted(str(path.relative_to(server.received)) for path in deep)[1:],
                 ["folder/flat.txt", "folder/inner/deep.txt"])
    empty(server)
    twins = [mine / folder / "same.txt" for folder in ("one", "two")]
    for twin in twins:
        twin.parent.mkdir()
        twin.write_bytes(twin.parent.name.encode())
    drop(browser, twins)
    checks.equal("two files with one name are dropped", server.offer(), "2 files from iPhone")
    server.answer("accept")
    checks("and are two files", *browser.seen(LINE, "2 files received"))
    checks.equal("with all that is in them", sorted(path.read_bytes() for path in server.received.iterdir()),
                 [b"one", b"two"])
    empty(server)
    browser.files("#files", [large])
    server.offer()
    browser.run("document.querySelector('.batch:last-child .icon').click()")
    checks("a cancel removes its row", browser.run("document.querySelectorAll('.batch').length") == 4)
    server.answer("decline")
    checks.clean(browser, server, expected=("404", "403"))

    check_cut(checks, browser, server, large)
    check_form(checks, browser, server, small)
    browser.ask("Network.setUserAgentOverride", userAgent="")


def check_cut(checks, browser, server, large):
    """The connection breaks twice, once for a while."""
    proxy = Proxy(server.port)
    here = type("Here", (), {"url": f"http://127.0.0.1:{proxy.port}"})
    browser.open(here.url)
    proxy.cut_after(10_000_000)
    browser.files("#files", [large])
    server.offer()
    server.answer("accept")
    checks("a cut is said", *browser.seen(LINE, "Connection lost. Sending resumes by itself.", 20))
    proxy.restore()
    proxy.cut_after(8_000_000)
    checks("it goes on", *browser.seen(f"/MB|Connection/.test({LINE})", True, 20))
    while proxy.left is not None and not proxy.is_down:
        browser.run("new Promise(done => setTimeout(done, 50))")
    proxy.restore()
    browser.run("dispatchEvent(new Event('online'))")
    checks("and ends by itself", *browser.seen(LINE, "1 file received", 60))
    checks.equal("the file is whole", received(server), {large.name: digest(large)})
    ranges = [
        message["params"]["request"]["headers"]["Content-Range"]
        for message in browser.messages
        if message.get("method") == "Network.requestWillBeSent"
        and "Content-Range" in message["params"]["request"]["headers"]
    ]
    starts = [int(re.match(r"bytes (\d+)-", value)[1]) for value in ranges]
    checks("only the rest is sent again", len(starts) >= 2 and starts == sorted(starts) and starts[0] > 1 << 20, ranges)
    checks.clean(browser, here, expected=("404", "net::ERR"))
    empty(server)


def check_form(checks, browser, server, small):
    """The form without script."""
    browser.ask("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(f"{server.url}/")
        checks.equal("without script: a form",
                     browser.run("document.querySelector('#send form').enctype"), "multipart/form-data")
        browser.files("#files", [small])
        browser.run("document.querySelector('#send button').click()")
        checks.equal("without script: the owner is asked", bool(server.offer()), True)
        server.answer("accept")
        browser.loaded()
        checks("without script: the answer", *browser.seen("document.body.textContent.includes('.jpg')", True))
        checks.equal("without script: the file", list(received(server).values()), [digest(small)])
    finally:
        browser.ask("Emulation.setScriptExecutionDisabled", value=False)
    checks.clean(browser, server, expected=("404",))
    empty(server)


def check_drop_only(checks, browser, landline, home, pictures):
    """A share that shows nothing and asks nobody."""
    inbox = home / "inbox"
    inbox.mkdir()
    options = ("--receive", str(inbox), "--drop-only")
    with Serve(landline, home / "shared", "Ann’s laptop", *options) as server:
        browser.language("zh-CN")
        browser.size(390, 844, dark=True, is_phone=True)
        browser.open(f"{server.url}/")
        checks("nothing is listed", browser.run("!document.querySelector('#list, #bar, #search, nav')"))
        browser.files("#files", [home / "mine" / "film.bin", home / "mine" / "empty"])
        checks("without a question they arrive", *browser.seen(LINE, "已收到 2 个文件", 20))
        checks("whole", (inbox / "film.bin").read_bytes() == (home / "mine" / "film.bin").read_bytes())
        browser.look(pictures / "drop-only-dark-zh.png")
        browser.language("en")
        checks.clean(browser, server, expected=("403",))


def throttle(browser, rate):
    browser.ask("Network.emulateNetworkConditions", offline=False, latency=0, downloadThroughput=-1, uploadThroughput=rate)


def drop(browser, paths):
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        browser.ask("Input.dispatchDragEvent", type=kind, x=200, y=200, data=data)


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def received(server):
    return {path.name: digest(path) for path in server.received.iterdir() if path.is_file()}


def empty(server):
    for path in sorted(server.received.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
