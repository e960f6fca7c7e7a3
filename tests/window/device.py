"""A LocalSend device on 127.0.0.1: it sends as its app does, and receives what it has agreed to."""

import hashlib
import http.client
import http.server
import json
import ssl
import subprocess
import threading
from urllib.parse import parse_qs, quote, urlsplit

PATH = "/api/localsend/v2/"
PATIENCE = 60.0


class Device:
    """A device with a certificate of its own, unless it is plain. `answer` is what its owner says: a status, or 200."""

    def __init__(self, scratch, alias="Bo’s phone", device_type="mobile", is_plain=False):
        self.is_plain = is_plain
        self.alias, self.device_type = alias, device_type
        self.certificate, self.key = scratch / "device.pem", scratch / "device.key"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
            + ["-days", "2", "-subj", "/CN=LocalSend User", "-keyout", self.key, "-out", self.certificate],
            check=True,
            capture_output=True,
        )
        der = ssl.PEM_cert_to_DER_cert(self.certificate.read_text())
        self.fingerprint = hashlib.sha256(der).hexdigest().upper()
        self.answer, self.pin = 200, None
        self.received, self.texts, self.asked = {}, [], []
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler(self))
        if not is_plain:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate, self.key)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def info(self):
        return {
            "alias": self.alias,
            "version": "2.2",
            "deviceModel": "Phone",
            "deviceType": self.device_type,
            "fingerprint": "anything" if self.is_plain else self.fingerprint,
            "port": self.port,
            "protocol": "http" if self.is_plain else "https",
            "download": False,
        }

    # As a sender.

    def register(self, port):
        """Show that it is there; returns what the receiver says about itself."""
        status, body = self.post(port, "register", self.info())
        assert status == 200, status
        return json.loads(body)

    def offer(self, port, files, texts=()):
        """Offer files, by name, and texts; returns the status, and the tokens by name."""
        stated = {}
        for name, content in files.items():
            digest = hashlib.sha256(content).hexdigest()
            stated[name] = {"id": name, "fileName": name, "size": len(content), "fileType": "image/jpeg", "sha256": digest}
        for text in texts:
            size = len(text.encode())
            stated["text"] = {"id": "text", "fileName": "a.txt", "size": size, "fileType": "text/plain", "preview": text}
        status, body = self.post(port, "prepare-upload", {"info": self.info(), "files": stated})
        return status, json.loads(body) if status == 200 else None

    def upload(self, port, answer, files):
        for name, token in answer["files"].items():
            query = f"upload?sessionId={quote(answer['sessionId'])}&fileId={quote(name)}&token={quote(token)}"
            status, _ = self.post(port, query, files[name])
            assert status == 200, (name, status)

    def post(self, port, path, body):
        if self.is_plain:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        else:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            context.load_cert_chain(self.certificate, self.key)
            connection = http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=PATIENCE)
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        connection.request("POST", PATH + path, body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        answer = response.status, response.read()
        connection.close()
        return answer

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def handler(device):
    """What the device does with requests."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            self.say(200, device.info())

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            url = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(url.query).items()}
            match url.path.removeprefix(PATH):
                case "register":
                    self.say(200, device.info())
                case "prepare-upload":
                    self.prepare(json.loads(body), query)
                case "upload":
                    name = device.asked[-1]["files"][query["fileId"]]["fileName"]
                    device.received[name] = body
                    self.say(200)
                case "cancel":
                    self.say(200)
                case _:
                    self.say(404)

        def prepare(self, asked, query):
            if device.pin and query.get("pin") != device.pin:
                self.say(401, {"message": "PIN required"})
                return
            device.asked.append(asked)
            device.may_answer.wait(PATIENCE)
            if device.answer != 200:
                self.say(device.answer, {"message": "no"})
                return
            files = asked["files"]
            texts = [file["preview"] for file in files.values() if file["fileType"].startswith("text") and file.get("preview")]
            if texts and len(files) == 1:
                device.texts += texts
                self.say(204)
                return
            self.say(200, {"sessionId": "session", "files": {name: f"token-{name}" for name in files}})

        def say(self, status, body=None):
            body = b"" if body is None else json.dumps(body).encode()
            self.send_response(status)
            if status != 204:
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    return Handler
