"""Speaks LocalSend by itself: what no well-behaved program would send or answer, and what others say, byte by byte."""

import contextlib
import hashlib
import json
import socket
import ssl
import struct
import subprocess
import threading
import urllib.parse

from network import GROUP, PORT

API = "/api/localsend/v2/"
PATIENCE = 30


class Identity:
    """A key and a self-signed certificate, as the app makes them or with P-256."""

    def __init__(self, folder, kind="ec"):
        folder.mkdir(parents=True, exist_ok=True)
        self.certificate, self.key = folder / "certificate.pem", folder / "key.pem"
        new = ["rsa:2048"] if kind == "rsa" else ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        command = ["openssl", "req", "-x509", "-newkey", *new, "-nodes", "-days", "3", "-subj", "/CN=LocalSend"]
        subprocess.run([*command, "-keyout", self.key, "-out", self.certificate], check=True, stderr=subprocess.DEVNULL)
        der = ssl.PEM_cert_to_DER_cert(self.certificate.read_text())
        self.fingerprint = hashlib.sha256(der).hexdigest().upper()

    def client(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.load_cert_chain(self.certificate, self.key)
        return context

    def server(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context


class Answer:
    def __init__(self, raw):
        self.raw = raw
        head, _, self.body = raw.partition(b"\r\n\r\n")
        self.status = int(head.split(b" ", 2)[1]) if raw else 0

    def json(self):
        return json.loads(self.body)


def read_message(file):
    """A head and the body that its Content-Length or chunks announce; empty at the end of the connection."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        line = file.readline()
        if not line:
            return head, b""
        head += line
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
    if b"chunked" not in fields.get(b"transfer-encoding", b""):
        return head, file.read(int(fields.get(b"content-length", 0)))
    body = b""
    while size := int(file.readline().split(b";")[0], 16):
        body += file.read(size)
        file.readline()
    while file.readline().strip():
        pass
    return head, body


class Sender:
    """Asks a receiver. Without an identity, in plain text."""

    def __init__(self, computer, address, identity=None, port=PORT, alias="Mallory"):
        self.computer, self.address, self.port = computer, address, port
        self.identity, self.alias = identity, alias
        self.session = self.tokens = None

    def connect(self):
        with self.computer.inside():
            connection = socket.create_connection((self.address, self.port), timeout=PATIENCE)
        connection.settimeout(PATIENCE)
        return self.identity.client().wrap_socket(connection) if self.identity else connection

    def ask(self, path, body=b"", method="POST", fields=()):
        with self.connect() as connection:
            connection.sendall(self.head(path, len(body), method, fields) + body)
            with connection.makefile("rb") as file:
                head, body = read_message(file)
        return Answer(head + body)

    def head(self, path, length, method="POST", fields=()):
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.address}:{self.port}", *fields]
        lines += [f"Content-Length: {length}"] if method != "GET" else []
        return ("\r\n".join([*lines, "Connection: close"]) + "\r\n\r\n").encode()

    def info(self, **changes):
        fingerprint = self.identity.fingerprint if self.identity else "no-certificate"
        info = {
            "alias": self.alias,
            "version": "2.2",
            "deviceModel": "Test",
            "deviceType": "desktop",
            "fingerprint": fingerprint,
            "port": PORT,
            "protocol": "https" if self.identity else "http",
            "download": False,
        }
        return info | changes

    def register(self, **changes):
        return self.ask(API + "register", json.dumps(self.info(**changes)).encode(), fields=JSON)

    def prepare(self, files, pin=None):
        """Asks to send `files`: a dictionary of names and contents, or of names and whole descriptions."""
        described = {}
        for number, (name, content) in enumerate(files.items()):
            whole = describe(name, content) if isinstance(content, bytes) else content
            described[f"f{number}"] = {"id": f"f{number}", "fileName": name, "fileType": "application/octet-stream"} | whole
        query = "?pin=" + urllib.parse.quote(pin) if pin is not None else ""
        body = json.dumps({"info": self.info(), "files": described}).encode()
        answer = self.ask(API + "prepare-upload" + query, body, fields=JSON)
        if answer.status == 200:
            self.session, self.tokens = answer.json()["sessionId"], answer.json()["files"]
        return answer

    def upload_path(self, file, session=None, token=None):
        words = {"sessionId": session or self.session, "fileId": file, "token": token or self.tokens[file]}
        return API + "upload?" + urllib.parse.urlencode(words)

    def upload(self, file, content, **other):
        return self.ask(self.upload_path(file, **other), content)

    def begin(self, file, length, part):
        """A connection on which only a part of a file has been sent."""
        connection = self.connect()
        connection.sendall(self.head(self.upload_path(file), length) + part)
        return connection

    def cancel(self, session=None):
        return self.ask(API + "cancel?sessionId=" + (session or self.session))


JSON = ("Content-Type: application/json",)


def describe(name, content):
    return {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


class Receiver:
    """Answers by `answers(name, head, body)`, which returns a status and an object, and remembers what was asked."""

    def __init__(self, computer, identity=None, answers=None, port=PORT, alias="Tap", wants_certificate=False):
        self.computer, self.identity, self.port, self.alias = computer, identity, port, alias
        self.answers = answers or self.accept
        self.requests, self.more = [], threading.Condition()
        self.context = identity.server() if identity else None
        if wants_certificate:
            # Python can only ask for one that it can verify.
            self.context.verify_mode = ssl.CERT_REQUIRED
            self.context.load_verify_locations(wants_certificate)
        with computer.inside():
            self.listener = socket.create_server(("", port))
        threading.Thread(target=self.listen, daemon=True).start()

    def info(self):
        return Sender(self.computer, self.computer.address, self.identity, alias=self.alias).info(port=self.port)

    def accept(self, name, _head, body):
        if name in ("info", "register"):
            return 200, self.info()
        if name == "prepare-upload":
            return 200, {"sessionId": "the-session", "files": {file: f"token-{file}" for file in json.loads(body)["files"]}}
        return 200, None

    def listen(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        try:
            connection.settimeout(PATIENCE)
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
            with connection, connection.makefile("rb") as file:
                while True:
                    head, body = read_message(file)
                    if not head:
                        return
                    name = head.split(b" ")[1].split(b"?")[0].decode().rsplit("/", 1)[-1]
                    status, answer = self.answers(name, head, body)
                    with self.more:
                        self.requests.append((name, head, body))
                        self.more.notify_all()
                    answer = b"" if answer is None else json.dumps(answer).encode()
                    head = f"HTTP/1.1 {status} -\r\nContent-Type: application/json\r\nContent-Length: {len(answer)}\r\n\r\n"
                    connection.sendall(head.encode() + answer)
        except OSError:
            pass

    def asked(self, name, count=1, limit=15):
        """The requests with that name, once there are so many."""

        def found():
            return [request for request in self.requests if request[0] == name]

        with self.more:
            assert self.more.wait_for(lambda: len(found()) >= count, limit), f"{name}: {len(found())}, not {count}"
            return found()

    @contextlib.contextmanager
    def announcing(self):
        """Meanwhile, it announces itself again and again."""
        over = threading.Event()

        def announce():
            while not over.wait(0.3):
                multicast(self.computer, [self.info() | {"announce": True}])

        thread = threading.Thread(target=announce)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def close(self):
        # Also wakes the thread that waits for a connection.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


def multicast(computer, datagrams, port=PORT):
    """Sends datagrams to the group."""
    with computer.inside():
        sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with sender:
        sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
        for datagram in datagrams:
            sender.sendto(datagram if isinstance(datagram, bytes) else json.dumps(datagram).encode(), (GROUP, port))


def listen_multicast(computer, limit=PATIENCE):
    """A socket that receives what is sent to the group."""
    with computer.inside():
        listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("", PORT))
    address = socket.inet_aton(GROUP) + socket.inet_aton(computer.address)
    listener.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, address)
    listener.settimeout(limit)
    return listener
