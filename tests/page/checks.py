"""What the checks of the page share: their list, a share, and files to look at."""

import os
import subprocess
import threading
import time
import zlib

PATIENCE = 20


class Checks:
    def __init__(self):
        self.where, self.count, self.wrong = "", 0, []

    def __call__(self, what, is_right, seen=""):
        self.count += 1
        print(f"{'  ' if is_right else '! '}{self.where:9} {what:60} {str(seen)[:200]}", flush=True)
        if not is_right:
            self.wrong.append(f"{self.where}: {what}: {seen}")

    def equal(self, what, seen, expected):
        self(what, seen == expected, seen if seen == expected else f"{seen!r} instead of {expected!r}")

    def clean(self, browser, server, expected=()):
        """Since the last call, the page has reported no error but `expected` ones and asked no other server."""
        problems, foreign = [], []
        for message in browser.messages:
            method, values = message.get("method"), message.get("params", {})
            if method == "Runtime.exceptionThrown":
                problems.append(values["exceptionDetails"].get("exception", {}).get("description", "exception"))
            if method == "Log.entryAdded" and values["entry"]["level"] in ("error", "warning"):
                problems.append(f"{values['entry']['text']} {values['entry'].get('url', '')}")
            if method == "Runtime.consoleAPICalled" and values["type"] in ("error", "warning", "assert"):
                problems.append(str(values["args"]))
            if method == "Network.requestWillBeSent":
                url = values["request"]["url"]
                # The icon may be asked for late, of the server before.
                if not url.startswith((server.url, "data:", "blob:")) and not url.endswith("/favicon.ico"):
                    foreign.append(url)
        browser.messages.clear()
        # A picture alone in a tab has the browser ask for an icon.
        expected = ("/favicon.ico", *expected)
        problems = [text for text in problems if not any(known in text for known in expected)]
        self("no error on the console, and nothing against the policy", not problems, problems)
        self("nothing is loaded from elsewhere", not foreign, foreign)


class Share:
    """A share that receives; the owner's answers come from `answer`."""

    def __init__(self, program, folder, received, name, *more):
        self.process = subprocess.Popen(
            [program, str(folder), str(received), name, *more], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=os.environ | {"LC_ALL": "C"},
        )  # fmt: skip
        self.port = int(self.process.stdout.readline())
        self.url = f"http://127.0.0.1:{self.port}"
        self.received, self.offers = received, []
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.offers.append(line.strip())

    def offer(self):
        """The next offer."""
        deadline = time.monotonic() + PATIENCE
        while not self.offers and time.monotonic() < deadline:
            time.sleep(0.02)
        return self.offers.pop(0) if self.offers else None

    def answer(self, word):
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(PATIENCE)


class Serve:
    """A folder that `landline serve` shares."""

    def __init__(self, program, folder, name="", *options):
        self.process = subprocess.Popen(
            [program, "serve", str(folder), "--port", "0", "--bind", "127.0.0.1", "--name", name, *options],
            stdout=subprocess.PIPE, text=True, env=os.environ | {"LC_ALL": "C"},
        )  # fmt: skip
        line = self.process.stdout.readline()
        while line and "http://" not in line:
            line = self.process.stdout.readline()
        self.url = "http://" + line.split("http://")[-1].strip().rstrip("/")
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(PATIENCE)


def fill(folder):
    """Files for the page: pictures that a browser can show, and others."""
    photos = folder / "Photos"
    for inner in (photos / "Music", photos / "2025", folder / "empty"):
        inner.mkdir(parents=True)
    (photos / "Music" / "song.txt").write_bytes(b"la la")
    now = time.time()
    for number, colour in enumerate([(200, 40, 40), (40, 160, 40), (40, 40, 200)]):
        path = photos / f"IMG_204{number}.png"
        path.write_bytes(png(60 + number, 40, colour))
        os.utime(path, (now - 3600 * (number + 1),) * 2)
    for name, size, days in (
        ("film 海边.mp4", 42_000, 1),
        ("lecture-03 TCP.pdf", 18_000, 27),
        ("evening tape.flac", 31_000, 800),
        ("שלום <b>&amp;.txt", 5, 3),
        ("\"><img src=x onerror=alert(1)>.png", 3, 4),
    ):
        path = photos / name
        path.write_bytes(b"x" * size)
        os.utime(path, (now - 86_400 * days,) * 2)


def png(width, height, colour):
    def chunk(kind, data):
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    rows = (b"\0" + bytes(colour) * width) * height
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size + b"\x08\x02\0\0\0")
    return start + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
