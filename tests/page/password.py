"""Checks of the page that asks for the password, and of pages that are open while it changes."""

import os

from checks import Serve, Share
from listing import SMALL

PASSWORD = "open sésame"
TOKEN = "AAECAwQFBgcICQoLDA0ODw"
FOCUS = "document.activeElement.id"
HEADING = "document.querySelector('h2')?.textContent ?? ''"
ERROR = "document.querySelector('#error')?.textContent ?? ''"


def check_password(checks, browser, landline, program, home, pictures):
    received = home / "received-with-password"
    received.mkdir()
    # As in a window that the user looks at.
    browser.ask("Emulation.setFocusEmulationEnabled", enabled=True)
    file = home / "password"
    file.write_text(PASSWORD)
    file.chmod(0o600)
    # The second program speaks English only.
    with Serve(landline, home / "shared", "Ann’s laptop", "--password-file", str(file)) as server:
        check_page(checks, browser, server, pictures)
    with Share(program, home / "shared", received, "Ann’s laptop", PASSWORD, TOKEN) as server:
        check_sign_in(checks, browser, server)
        check_without_script(checks, browser, server)
        check_link(checks, browser, server)
        check_while_signed_in(checks, browser, server, home, pictures)
        check_too_many(checks, browser, server, pictures)
    forget(browser)
    browser.language("en")


def check_page(checks, browser, server, pictures):
    forget(browser)
    for name, width, height, dark, language, heading in (
        ("password-phone", 390, 844, False, "en", "This folder has a password"),
        ("password-phone-dark-zh", 390, 844, True, "zh-CN", "此文件夹设有密码"),
        ("password-small", 360, 560, False, "en", "This folder has a password"),
        ("password-desk-dark", 1280, 800, True, "en", "This folder has a password"),
    ):
        checks.where = name[:9]
        browser.language(language)
        browser.size(width, height, dark, is_phone=width < 500)
        browser.open(f"{server.url}/Photos/")
        browser.seen(FOCUS, "password")
        browser.look(pictures / f"{name}.png")
        checks.equal("the heading", browser.run(HEADING), heading)
        checks.equal("the name of the computer", browser.run("document.querySelector('h1').textContent"), "Ann’s laptop")
        checks.equal("the title says nothing else", browser.run("document.title"), "Ann’s laptop")
        checks("the field has the focus", *browser.seen(FOCUS, "password"))
        # A click on the label only leads to the field.
        small = [what for what in browser.run(SMALL) if not what.startswith("<label")]
        checks.equal("nothing is small or sticks out", small, [])
        checks("no scrolling sideways", browser.run("document.documentElement.scrollWidth <= innerWidth"))
        checks("no scrolling at all", height < 600 or browser.run("document.documentElement.scrollHeight <= innerHeight"))
        checks.equal("the field does not zoom on phones",
                     browser.run("getComputedStyle(document.querySelector('#password')).fontSize"), "16px")
        checks.equal("the heights", browser.run("[...document.querySelectorAll('#password, form > button')]"
                                                ".map(e => e.offsetHeight)"), [48, 48])
        checks("where it is from", server.url.removeprefix("http://") in browser.run("document.querySelector('footer').textContent"))
        checks.clean(browser, server, expected=("401",))
    browser.language("en")
    browser.size(390, 844, is_phone=True)


def check_sign_in(checks, browser, server):
    checks.where = "sign in"
    forget(browser)
    browser.open(f"{server.url}/Photos/?sort=size&order=desc")
    browser.seen(FOCUS, "password")
    type_text(browser, "wrong")
    checks.equal("what is typed is hidden", browser.run("document.querySelector('#password').type"), "password")
    browser.run("document.querySelector('#show').click()")
    checks.equal("the eye shows it", browser.run("document.querySelector('#password').type"), "text")
    checks.equal("and says so", browser.run("document.querySelector('#show').getAttribute('aria-pressed')"), "true")
    checks.equal("the field keeps the focus", browser.run(FOCUS), "password")
    enter(browser)
    checks.equal("a wrong password is said", browser.run(ERROR), "The password is wrong.")
    checks("the field has the focus again", *browser.seen(FOCUS, "password"))
    checks.equal("and is empty", browser.run("document.querySelector('#password').value"), "")
    type_text(browser, PASSWORD)
    enter(browser)
    checks.equal("the page that was asked for", browser.run("location.href"),
                 f"{server.url}/Photos/?sort=size&order=desc")
    checks.equal("its entries", browser.run("document.querySelectorAll('#list li').length"), 10)
    checks.equal("no script can read the cookie", browser.run("document.cookie"), "")
    checks.equal("the connection is not encrypted", browser.run("document.querySelector('summary').textContent"),
                 "Not encrypted")
    checks.equal("the link to an encrypted one", browser.run("document.querySelector('details a').href"),
                 f"https://127.0.0.1:{server.port}/Photos/?sort=size&order=desc")
    checks.equal("nothing is small or sticks out", browser.run(SMALL), [])
    browser.open(f"{server.url}/Photos/")
    checks.equal("the next page", browser.run("document.querySelectorAll('#list li').length"), 10)
    checks.clean(browser, server, expected=("401",))


def check_without_script(checks, browser, server):
    checks.where = "no script"
    forget(browser)
    browser.ask("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(f"{server.url}/Photos/")
    document = browser.ask("DOM.getDocument", depth=-1)["root"]["nodeId"]

    def node(selector):
        return browser.ask("DOM.querySelector", nodeId=document, selector=selector)["nodeId"]

    shown = browser.ask("DOM.getAttributes", nodeId=node("#show"))["attributes"]
    checks("there is no eye", "hidden" in shown, shown)
    browser.ask("DOM.focus", nodeId=node("#password"))
    type_text(browser, PASSWORD)
    enter(browser)
    browser.ask("Emulation.setScriptExecutionDisabled", value=False)
    checks.equal("the form works", browser.run("document.querySelectorAll('#list li').length"), 10)
    checks.clean(browser, server, expected=("401",))


def check_link(checks, browser, server):
    checks.where = "link"
    forget(browser)
    browser.open(f"{server.url}/Photos/?k={TOKEN}#fp=AAAAAAAAAAAAAAAAAAAAAA")
    checks.equal("a link opens the page", browser.run("document.querySelectorAll('#list li').length"), 10)
    checks.equal("at the clean address", browser.run("location.pathname + location.search"), "/Photos/")
    checks.equal("which has no history", browser.run("history.length < 50 && !performance.getEntriesByType('navigation')[0]"
                                                     ".name.includes('k=')"), True)
    forget(browser)
    browser.open(f"{server.url}/Photos/?k={'B' * 22}")
    checks.equal("another link does not", browser.run(ERROR), "This link no longer works.")
    checks.equal("its token is not sent again", browser.run("document.forms[0].getAttribute('action')"), "?password")
    checks.clean(browser, server, expected=("401",))


def check_while_signed_in(checks, browser, server, home, pictures):
    checks.where = "signed in"
    sign_in(browser, server, PASSWORD)
    file = home / "with-password.bin"
    file.write_bytes(os.urandom(100_000))
    line = "document.querySelector('.batch:last-child small')?.textContent ?? ''"
    browser.files("#files", [file])
    checks.equal("a file is sent", server.offer(), "1 files from Chrome on Linux")
    server.answer("accept")
    checks("it arrives", *browser.seen(line, "1 file received"))
    checks.equal("whole", (server.received / file.name).read_bytes(), file.read_bytes())
    checks.clean(browser, server, expected=("401", "404"))
    browser.run("document.getElementById('select').click()")
    browser.run("document.querySelector('#list li a').click()")

    server.answer("password another")
    server.offer()
    browser.files("#files", [file])
    checks("a new password while the page is open", *browser.seen(line, "A password is needed now."))
    link = "document.querySelector('.batch .locked a').target"
    checks.equal("the page for it opens beside this one", browser.run(link), "_blank")
    browser.run("document.getElementById('chosen').click()")
    checks("a selection says so, too", *browser.seen("document.querySelector('#bar .locked a')?.target", "_blank"))
    checks.equal("and stays", browser.run("document.querySelectorAll('#list input:checked').length"), 1)
    browser.look(pictures / "password-changed.png")
    checks.equal("nothing is small or sticks out", browser.run(SMALL), [])
    # In another tab.
    browser.run("fetch('/?password', {method: 'POST', body: new URLSearchParams({password: 'another'})})")
    browser.run("document.querySelector('.batch:last-child > button:last-child').click()")
    checks.equal("after which it goes on", server.offer(), "1 files from Chrome on Linux")
    server.answer("accept")
    checks("and arrives", *browser.seen(line, "1 file received"))
    saved = home / "saved-with-password"
    browser.save_to(saved)
    browser.run("document.getElementById('chosen').click()")
    checks("the selection is saved", *browser.seen("!document.querySelector('#bar .locked')", True))
    checks("as a ZIP", *wait_for(browser, lambda: any(saved.glob("*.zip"))))
    checks.clean(browser, server, expected=("401", "404"))


def check_too_many(checks, browser, server, pictures):
    checks.where = "too many"
    forget(browser)
    browser.size(390, 844, is_phone=True)
    browser.open(f"{server.url}/")
    for number in range(12):
        browser.seen(FOCUS, "password")
        type_text(browser, f"guess {number}")
        enter(browser)
        if "too many" in browser.run(ERROR):
            break
    checks("it is said when to try again", "Try again in" in browser.run(ERROR), browser.run(ERROR))
    browser.look(pictures / "password-too-many.png")
    checks.clean(browser, server, expected=("401", "429"))


def sign_in(browser, server, password):
    forget(browser)
    browser.open(f"{server.url}/Photos/")
    browser.seen(FOCUS, "password")
    type_text(browser, password)
    enter(browser)


def forget(browser):
    browser.ask("Network.clearBrowserCookies")


def type_text(browser, text):
    browser.ask("Input.insertText", text=text)


def enter(browser):
    browser.events.clear()
    browser.key("Enter")
    browser.loaded()


def wait_for(browser, is_true):
    for _ in range(100):
        if is_true():
            return True, ""
        browser.run("new Promise(done => setTimeout(done, 50))")
    return False, ""
