#!/usr/bin/env python3
"""What pages on other sites can do with a share, tested in a real Chromium, and what must still work.

    python3 tests/cross_site.py target/debug/landline

A share, and a site on another port: once on the same host (`same-site`), once on `localhost` (`cross-site`), and once
where the share has an address to which Chromium sends no Sec-Fetch-* fields. Prints one line for each attempt, and exits
with 1 if a page could use what is shared or a user could not. Needs `chromium`.
"""

import http.server
import io
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import wave
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).parent / "page"))
import browser as page_browser

PATIENCE = 20
PAGE = (
    "<!DOCTYPE html><meta charset=utf-8><link rel=stylesheet href=style.css><img src=picture.png>"
    "<script>document.title='script'</script><iframe srcdoc=a></iframe><iframe srcdoc=b></iframe>"
)
# What must be true of the attacker's page after it has tried everything. TARGET is the share.
ATTACK = """<!DOCTYPE html><meta charset=utf-8><p id=probe>probe</p>
<a id=link href=TARGET/page.html>page</a> <a id=save href=TARGET/blob.bin download>save</a>
<script>
const add = (tag, set, seen) => new Promise(done => {
  const element = Object.assign(document.createElement(tag), set);
  element.onload = element.onloadedmetadata = () => done(seen(element));
  element.onerror = () => done(false);
  setTimeout(done, 5000, false);
  document.body.append(element);
});
async function attack() {
  // A frame that was refused holds a page of the browser's own, without frames.
  const frames = async (tag, set) => {
    const before = window.length;
    await add(tag, set, () => true);
    let inside = 0;
    for (let i = before; i < window.length; i++) inside += window[i].length;
    return inside;
  };
  return {
    script: await add('script', {src: 'TARGET/secret.js'}, () => window.secret !== undefined),
    picture: await add('img', {src: 'TARGET/picture.png'}, e => e.naturalWidth + 'x' + e.naturalHeight),
    style: await add('link', {rel: 'stylesheet', href: 'TARGET/style.css'},
      () => getComputedStyle(probe).color === 'rgb(1, 2, 3)'),
    sound: await add('audio', {src: 'TARGET/sound.wav'}, e => e.duration),
    video: await add('video', {src: 'TARGET/sound.wav'}, e => e.duration),
    no_cors: await fetch('TARGET/secret.txt', {mode: 'no-cors'}).then(() => true, () => false),
    cors: await fetch('TARGET/secret.txt').then(() => true, () => false),
    listing: await fetch('TARGET/', {headers: {Accept: 'application/json'}}).then(() => true, () => false),
    font: await new FontFace('f', 'url(TARGET/secret.txt)').load().then(() => true, e => e.name === 'SyntaxError'),
    iframe: await frames('iframe', {src: 'TARGET/page.html'}),
    object: await frames('object', {data: 'TARGET/page.html'}),
    embed: await frames('embed', {src: 'TARGET/page.html', type: 'text/html'}),
  };
}
</script>"""


def main():
    program = sys.argv[1]
    with tempfile.TemporaryDirectory() as home:
        folder = pathlib.Path(home, "shared")
        write_shared(folder)
        wrong = []
        with Browser(pathlib.Path(home)) as browser:
            # Chromium treats a name as loopback only if it cannot be anything else; `share.lan` could be any computer.
            for host, site in (("127.0.0.1", "127.0.0.1"), ("127.0.0.1", "localhost"), ("share.lan", "localhost")):
                with Share(program, folder) as port:
                    wrong += try_all(browser, f"http://{host}:{port}", site, pathlib.Path(home, "saved"))
    print(f"{len(wrong)} wrong" + ": " + ", ".join(wrong) if wrong else "all correct")
    sys.exit(bool(wrong))


def try_all(browser, target, site, saved):
    wrong = []

    def judge(what, is_right, seen):
        print(f"{'  ' if is_right else '! '}{target} {site:10} {what:28} {seen}")
        if not is_right:
            wrong.append(what)

    attacker = serve_page(ATTACK.replace("TARGET", target))
    browser.open(f"http://{site}:{attacker}/")
    for what, seen in browser.run("attack()").items():
        judge(f"stolen by {what}", not seen, seen)
    browser.open(f"http://{site}:{attacker}/")
    browser.follow("document.getElementById('link').click()")
    judge("a link from another site", "page.html" in browser.run("location.href"), browser.run("location.href"))
    judge("is shown with its own picture", *browser.seen("document.images[0].naturalWidth", 3))
    judge("and its own style", *browser.seen("getComputedStyle(document.body).color", "rgb(1, 2, 3)"))
    judge("and runs no script", *browser.seen("document.title", ""))
    browser.open(f"{target}/")
    judge("a typed address", *browser.seen("document.querySelectorAll('#list li').length", 8))
    judge("with the listing's own style", *browser.seen("getComputedStyle(document.querySelector('#list li')).display", "flex"))
    browser.run("[...document.links].find(a => a.textContent.startsWith('picture.png')).click()")
    judge("a picture from the listing", *browser.seen("document.querySelector('dialog img').naturalWidth", 3))
    browser.open(f"{target}/sound.wav")
    judge("a sound", *browser.seen("document.querySelector('video').duration", 1))
    browser.open(f"{target}/paper.pdf")
    judge("a document in PDF", *browser.shows_red())
    for what, page in (("the listing", f"{target}/"), ("another site", f"http://{site}:{attacker}/")):
        browser.open(page)
        browser.save_to(saved)
        browser.run(
            "(l => { l.download = ''; l.click() })([...document.links].find(a => a.href.endsWith('blob.bin')))"
        )
        judge(f"a file saved from {what}", *saved_one(saved))
    return wrong


def saved_one(folder):
    """Whether blob.bin arrives in a folder; it is deleted afterwards."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        for path in folder.glob("*"):
            if path.suffix != ".crdownload" and path.read_bytes() == b"blob" * 1000:
                path.unlink()
                return True, path.name
        time.sleep(0.05)
    return False, os.listdir(folder)


def write_shared(folder):
    folder.mkdir()
    sound = io.BytesIO()
    with wave.open(sound, "wb") as out:
        out.setparams((1, 1, 8000, 8000, "NONE", ""))
        out.writeframes(b"\x80" * 8000)
    drawing = b"1 0 0 rg 0 0 600 800 re f"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<<>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawing), drawing),
    ]
    pdf = b"%PDF-1.4\n" + b"".join(b"%d 0 obj%s endobj\n" % (i, o) for i, o in enumerate(objects, 1))
    for name, content in {
        "secret.js": b"window.secret = 'told';",
        "secret.txt": b"secret",
        "style.css": b"body, #probe { color: rgb(1, 2, 3) }",
        "picture.png": png(3, 2),
        "sound.wav": sound.getvalue(),
        "page.html": PAGE.encode(),
        "paper.pdf": pdf + b"trailer<</Root 1 0 R>>\n%%EOF\n",
        "blob.bin": b"blob" * 1000,
    }.items():
        (folder / name).write_bytes(content)


def png(width, height):
    def chunk(kind, data):
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    rows = (b"\0" + b"\xff\0\0" * width) * height
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size + b"\x08\x02\0\0\0")
    return start + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def serve_page(page):
    """Start the attacker's site and return its port."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


class Share:
    def __init__(self, program, folder):
        command = [program, "serve", str(folder), "--port", "0", "--bind", "127.0.0.1"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | {"LC_ALL": "C"})
        self.port = int(self.process.stdout.readline().strip().rstrip("/").rsplit(":", 1)[1])
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def __enter__(self):
        return self.port

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(PATIENCE)


class Browser(page_browser.Browser):
    """A Chromium that knows the share by a name, too."""

    def __init__(self, home):
        super().__init__(home, "--host-resolver-rules=MAP share.lan 127.0.0.1")

    def shows_red(self):
        """Whether a large part of the window becomes red soon; the browser reads its own screenshot."""
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            red = self.run("""(async data => {
              const image = new Image();
              image.src = 'data:image/png;base64,' + data;
              await image.decode();
              const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
              canvas.drawImage(image, 0, 0);
              const p = canvas.getImageData(0, 0, image.width, image.height).data;
              let red = 0;
              for (let i = 0; i < p.length; i += 4) red += p[i] > 200 && p[i + 1] < 60 && p[i + 2] < 60;
              return red;
            })('DATA')""".replace("DATA", self.ask("Page.captureScreenshot")["data"]))
            if isinstance(red, int) and red > 10_000:
                return True, f"{red} red"
        return False, f"{red} red"


if __name__ == "__main__":
    main()
