"""A headless Chromium, driven over the DevTools protocol through a pipe."""

import base64
import json
import os
import pathlib
import select
import subprocess
import time

# A script may wait for several things that do not come, 5 s each.
PATIENCE = 90


class Browser:
    def __init__(self, home, *arguments):
        into, self.out = os.pipe()
        self.into, out = os.pipe()

        def place():
            # The pipe ends for Chromium; duplicated first, so that neither overwrites the other.
            copies = os.dup(into), os.dup(out)
            os.dup2(copies[0], 3)
            os.dup2(copies[1], 4)

        self.process = subprocess.Popen(
            ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--no-proxy-server",
             "--autoplay-policy=no-user-gesture-required", *arguments, f"--user-data-dir={home}/profile", "about:blank"],
            pass_fds=(3, 4), preexec_fn=place, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(into)
        os.close(out)
        self.messages, self.events, self.rest, self.last = [], [], b"", 0
        self.session = None
        pages = self.ask("Target.getTargets")["targetInfos"]
        page = next(page["targetId"] for page in pages if page["type"] == "page")
        self.session = self.ask("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
        self.ask("Page.enable")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(PATIENCE)

    def ask(self, method, **params):
        """The result of one command."""
        self.last += 1
        message = {"id": self.last, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        while (answer := self.next()).get("id") != self.last:
            self.keep(answer)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer["result"]

    def keep(self, message):
        self.messages.append(message)
        self.events.append(message.get("method"))

    def next(self):
        deadline = time.monotonic() + PATIENCE
        while b"\0" not in self.rest:
            if not select.select([self.into], [], [], max(0, deadline - time.monotonic()))[0]:
                raise TimeoutError("Chromium does not answer")
            self.rest += os.read(self.into, 1 << 16)
        message, self.rest = self.rest.split(b"\0", 1)
        return json.loads(message)

    def loaded(self):
        while "Page.loadEventFired" not in self.events:
            self.keep(self.next())

    def open(self, url):
        self.events.clear()
        self.ask("Page.navigate", url=url)
        self.loaded()

    def follow(self, script):
        """Run a script that leads to another page, and wait for that page."""
        self.events.clear()
        self.run(script)
        self.loaded()

    def run(self, script):
        """The value of a script; what it throws, as text."""
        result = self.ask(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True, userGesture=True
        )
        if "exceptionDetails" in result:
            return str(result["exceptionDetails"]["exception"].get("description"))
        return result["result"].get("value")

    def seen(self, script, expected, patience=5):
        """Whether this becomes true soon, and what is true in the end."""
        deadline = time.monotonic() + patience
        while (found := self.run(script)) != expected and time.monotonic() < deadline:
            time.sleep(0.05)
        return found == expected, found

    def save_to(self, folder):
        """Let downloads go to a folder."""
        folder.mkdir(exist_ok=True)
        session, self.session = self.session, None
        self.ask("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder))
        self.session = session

    def key(self, key, code=None, shift=False):
        """Press a key: a letter, or as `KeyboardEvent.key` calls it."""
        known = {"Tab": 9, "Enter": 13, "Escape": 27, " ": 32, "ArrowLeft": 37, "ArrowRight": 39}
        text = {"Enter": "\r", " ": " "}.get(key, key if len(key) == 1 else "")
        common = {"key": key, "code": code or key, "windowsVirtualKeyCode": known.get(key, 0), "modifiers": 8 * shift}
        self.ask("Input.dispatchKeyEvent", type="keyDown", **common, **({"text": text} if text else {}))
        self.ask("Input.dispatchKeyEvent", type="keyUp", **common)

    def files(self, selector, paths):
        """Choose files in a field."""
        found = self.ask("Runtime.evaluate", expression=f"document.querySelector({json.dumps(selector)})")
        self.ask("DOM.setFileInputFiles", files=[str(path) for path in paths], objectId=found["result"]["objectId"])

    def look(self, path):
        """Save a picture of the page."""
        pathlib.Path(path).write_bytes(base64.b64decode(self.ask("Page.captureScreenshot")["data"]))

    def size(self, width, height, dark=False, is_phone=False):
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=is_phone)
        self.ask("Emulation.setTouchEmulationEnabled", enabled=is_phone)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.ask("Emulation.setEmulatedMedia", features=[scheme])

    def language(self, tags):
        self.ask("Network.setExtraHTTPHeaders", headers={"Accept-Language": tags})
