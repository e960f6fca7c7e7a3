#!/usr/bin/env python3
"""Has other programs speak TLS with `landline serve`.

    cargo build
    python3 tests/tls/run.py target/debug/landline

Needs openssl, curl, wget, chromium and testssl.sh (Debian: testssl.sh). Prints `N passed, M failed` at the end, and
exits with 1 if anything failed. A program that is missing is a failure, too.
"""

import base64
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "page"))
from browser import Browser  # noqa: E402

LIMIT = 100
TOOLS = ["openssl", "curl", "wget", "chromium", "testssl"]

# What testssl.sh finds above LOW, and why that is so.
ACCEPTED = {
    "cert_chain_of_trust": "self-signed: clients compare the fingerprint, or remember it",
    "cert_trust": "the same; a computer's name and addresses change, its identity does not",
    "cert_subjectAltName": "the same",
    "cert_validityPeriod": "the same: a certificate that expires would have to be trusted again",
    "cert_expirationStatus": "the same",
    "cert_extlifeSpan": "the same",
    "cert_revocation": "there is no authority that could revoke it",
    "cert_notRevoked": "the same",
    "cert_crlDistributionPoints": "the same",
}
SEVERE = {"MEDIUM", "HIGH", "CRITICAL", "FATAL"}


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    failed = passed = 0
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        work = pathlib.Path(folder)
        for name, check in checks(program, work):
            began = time.monotonic()
            try:
                check()
            except Exception as error:
                failed += 1
                print(f"FAILED {name}\n    {type(error).__name__}: {error}", flush=True)
            else:
                passed += 1
                print(f"ok     {name} ({time.monotonic() - began:.1f} s)", flush=True)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


def checks(program, work):
    """Pairs of a name and a function that raises if the check fails."""
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    if missing:
        yield "all tools are there", lambda: fail(f"missing: {', '.join(missing)}")
        return
    (work / "shared").mkdir()
    (work / "received").mkdir()
    (work / "shared/a.txt").write_bytes(b"content\n")
    (work / "shared/big.bin").write_bytes(os.urandom(20 << 20))
    for path in (work / "shared").iterdir():
        os.utime(path, (1_700_000_000, 1_700_000_000))
    server = Serving(program, work)
    only = Serving(program, work, "--encrypted-only")
    # It takes longest.
    pool = concurrent.futures.ThreadPoolExecutor(1)
    audit = pool.submit(run_testssl, server, work)
    yield "openssl s_client", lambda: openssl(server)
    yield "openssl s_client resumes a session", lambda: openssl_resumes(server, work)
    yield "openssl s_client does not renegotiate", lambda: openssl_renegotiates(server)
    yield "versions before TLS 1.2 are refused", lambda: old_versions(server)
    yield "curl", lambda: curl(server, work)
    yield "curl trusts only the key that is pinned", lambda: curl_pins(server)
    yield "curl resumes", lambda: curl_resumes(server, work)
    yield "curl sends a file", lambda: curl_sends(server, work)
    yield "curl follows a share that is encrypted only", lambda: curl_follows(only, work)
    yield "wget", lambda: wget(server, work)
    yield "Python", lambda: python(server, work)
    yield "Python sends many requests at once", lambda: pipelining(server)
    yield "a plain request is answered with 308 where all is encrypted", lambda: plain(only)
    yield "Chromium", lambda: chromium(server, work)
    yield "testssl.sh", lambda: testssl(audit.result())
    server.stop()
    only.stop()


def fail(why):
    raise AssertionError(why)


def openssl(server):
    request = b"GET /a.txt HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    for version in ["-tls1_2", "-tls1_3"]:
        command = ["openssl", "s_client", "-connect", server.address, version, "-alpn", "h2,http/1.1", "-ign_eof"]
        out = run(command, input=request)
        assert b"ALPN protocol: http/1.1" in out, out
        assert b"Verify return code: 18 (self-signed certificate)" in out, out
        assert b"HTTP/1.1 200 OK" in out and b"content\n" in out, out
        # The end is said.
        assert b"unexpected eof" not in out, out


def openssl_resumes(server, work):
    request = b"GET /a.txt HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    for version in ["-tls1_2", "-tls1_3"]:
        command = ["openssl", "s_client", "-connect", server.address, version, "-ign_eof"]
        assert b"New, TLSv1." in run([*command, "-sess_out", work / "session"], input=request)
        out = run([*command, "-sess_in", work / "session"], input=request)
        assert b"Reused, TLSv1." in out, out
        assert b"content\n" in out, out


def openssl_renegotiates(server):
    command = ["openssl", "s_client", "-connect", server.address, "-tls1_2"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    # It asks for a handshake with a line `R`, and ends when that is refused.
    process.stdin.write(b"R\n")
    process.stdin.flush()
    out = process.stdout.read()
    process.stdin.close()
    process.wait(LIMIT)
    assert b"RENEGOTIATING" in out and b"no renegotiation" in out, out
    openssl(server)


def old_versions(server):
    for version in ["-tls1", "-tls1_1"]:
        command = ["openssl", "s_client", "-connect", server.address, version, "-cipher", "ALL:@SECLEVEL=0"]
        done = subprocess.run(command, input=b"", capture_output=True, timeout=LIMIT)
        out = done.stdout + done.stderr
        assert done.returncode != 0 and b"Cipher is (NONE)" in out, out
        assert b"alert" in out, out


def curl(server, work):
    assert run(["curl", "-sSfk", server.url + "a.txt"]) == b"content\n"
    run(["curl", "-sSfk", "-o", work / "got", server.url + "big.bin"])
    same(work / "got", work / "shared/big.bin")
    head = run(["curl", "-sSfkI", "--tls-max", "1.2", server.url + "a.txt"])
    assert b"200 OK" in head and b"Alt-Svc" not in head, head
    head = run(["curl", "-sSfI", server.url.replace("https", "http") + "a.txt"])
    assert f'Alt-Svc: http%2F1.1=":{server.port}"\r\n'.encode() in head, head
    # A self-signed certificate is one.
    done = subprocess.run(["curl", "-s", server.url], capture_output=True, timeout=LIMIT)
    assert done.returncode == 60, done


def curl_pins(server):
    certificate = run(["openssl", "s_client", "-connect", server.address], input=b"")
    key = run(["openssl", "x509", "-pubkey", "-noout"], input=certificate)
    key = run(["openssl", "pkey", "-pubin", "-outform", "der"], input=key)
    for key, status in [(key, 0), (key + b"x", 90)]:
        pin = "sha256//" + base64.b64encode(hashlib.sha256(key).digest()).decode()
        command = ["curl", "-sSk", "--pinnedpubkey", pin, server.url + "a.txt"]
        assert subprocess.run(command, capture_output=True, timeout=LIMIT).returncode == status


def curl_resumes(server, work):
    whole = (work / "shared/big.bin").read_bytes()
    for at in [1, 16_384, len(whole) // 2, len(whole) - 1]:
        (work / "part").write_bytes(whole[:at])
        run(["curl", "-sSfk", "-C", "-", "-o", work / "part", server.url + "big.bin"])
        same(work / "part", work / "shared/big.bin")


def curl_sends(server, work):
    (work / "sent").write_bytes(os.urandom(1 << 20))
    for name, more in [("length", []), ("chunked", ["-H", "Transfer-Encoding: chunked"])]:
        run(["curl", "-sSfk", *more, "-T", work / "sent", server.url + name])
        same(work / "received" / name, work / "sent")


def curl_follows(only, work):
    url = only.url.replace("https", "http")
    assert run(["curl", "-sSfkL", url + "a.txt?x=1"]) == b"content\n"
    run(["curl", "-sSfkL", "-T", work / "sent", url + "followed"])
    same(work / "received/followed", work / "sent")


def wget(server, work):
    to = work / "wget"
    command = ["wget", "-q", "--no-check-certificate", "-c", "-O", to, server.url + "big.bin"]
    to.write_bytes((work / "shared/big.bin").read_bytes()[:5_000_000])
    run(command)
    same(to, work / "shared/big.bin")


def connect(server, version=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["http/1.1"])
    if version:
        context.minimum_version = context.maximum_version = version
    raw = socket.create_connection(("127.0.0.1", server.port), timeout=LIMIT)
    return context.wrap_socket(raw, server_hostname="localhost", suppress_ragged_eofs=False)


def python(server, work):
    for version in [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]:
        with connect(server, version) as tls:
            assert tls.selected_alpn_protocol() == "http/1.1"
            for byte in b"GET /big.bin HTTP/1.0\r\n\r\n":
                # Each in a record of its own.
                tls.send(bytes([byte]))
            got = bytearray()
            # An end that was not said would be an exception.
            while piece := tls.recv(1 << 16):
                got += piece
            assert bytes(got).split(b"\r\n\r\n", 1)[1] == (work / "shared/big.bin").read_bytes()


def pipelining(server):
    request = b"GET /a.txt HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with connect(server) as tls:
        for count in [1, 17, 100, 1000]:
            tls.sendall(request * count)
            got = b""
            while got.count(b"\r\n\r\ncontent\n") < count:
                got += tls.recv(1 << 16)
            assert got.count(b"HTTP/1.1 200 OK\r\n") == count


def plain(only):
    for request in [b"GET /a.txt?q HTTP/1.1", b"DELETE / HTTP/1.1", b"HEAD /none HTTP/1.1"]:
        with socket.create_connection(("127.0.0.1", only.port), timeout=LIMIT) as raw:
            raw.sendall(request + b"\r\nHost: pc.local:99\r\n\r\n")
            answer = raw.makefile("rb").read()
        path = request.split(b" ")[1]
        assert answer.startswith(b"HTTP/1.1 308 "), answer
        assert b"\r\nLocation: https://pc.local:99" + path + b"\r\n" in answer, answer
    with socket.create_connection(("127.0.0.1", only.port), timeout=LIMIT) as raw:
        raw.sendall(b"a.txt\n")
        assert raw.makefile("rb").read() == b""


def chromium(server, work):
    home = work / "chromium"
    home.mkdir()
    with Browser(home, "--ignore-certificate-errors") as browser:
        browser.ask("Runtime.enable")
        browser.open(server.url)
        assert browser.run("location.protocol") == "https:"
        assert "big.bin" in browser.run("document.body.innerText")
        assert browser.run("fetch('a.txt').then(answer => answer.text())") == "content\n"
        # The page may send: its origin is that of the server.
        sending = "fetch('sent', {method: 'PUT', body: 'x'.repeat(1e6)}).then(answer => answer.status)"
        assert browser.run(sending) == 201, browser.run(sending)
        assert (work / "received/sent").stat().st_size == 1e6
        browser.save_to(home / "saved")
        browser.run("(a => (a.href = 'big.bin', a.download = '', a.click()))(document.createElement('a'))")
        end = time.monotonic() + LIMIT
        while not (home / "saved/big.bin").exists():
            assert time.monotonic() < end, list((home / "saved").iterdir())
            time.sleep(0.05)
        same(home / "saved/big.bin", work / "shared/big.bin")


def run_testssl(server, work):
    """Protocols, ciphers, their order, key exchange, the certificate, HTTP, and known attacks."""
    report = work / "testssl.json"
    command = ["testssl", "--quiet", "--color", "0", "--warnings", "off", "--fast", "--jsonfile", report]
    command += ["-p", "-s", "-f", "-P", "-S", "-h", "-U", server.address]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)
    return json.loads(report.read_text()) if report.exists() else fail(done.stdout + done.stderr)


def testssl(findings):
    known = {finding["id"]: finding for finding in findings}
    # It did what it was asked for.
    for name in ["TLS1_2", "TLS1_3", "cert_chain_of_trust", "heartbleed", "LUCKY13", "HTTP_status_code"]:
        assert name in known, f"{name} is missing"
    severe = [found for found in findings if found["severity"] in SEVERE and found["id"] not in ACCEPTED]
    assert not severe, severe


def same(one, other):
    assert one.read_bytes() == other.read_bytes(), f"{one} differs"


def run(command, **more):
    environment = os.environ | {"LC_ALL": "C.UTF-8", "LANGUAGE": ""}
    done = subprocess.run(command, capture_output=True, timeout=LIMIT, env=environment, **more)
    text = (done.stdout + done.stderr).decode(errors="replace")
    assert done.returncode == 0, f"{command[0]}: exit status {done.returncode}: {text[-500:]}"
    return done.stdout


class Serving:
    """A share on a free port of loopback, with an identity of its own."""

    def __init__(self, program, work, *more):
        settings = work / "settings"
        settings.mkdir(mode=0o700, exist_ok=True)
        command = [program, "serve", work / "shared", "--port", "0", "--bind", "127.0.0.1", "--no-announce"]
        command += ["--receive", work / "received", *more]
        environment = os.environ | {"LANDLINE_CONFIG_DIR": str(settings)}
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        line = self.process.stdout.readline()
        self.port = int(re.search(r"https?://127\.0\.0\.1:(\d+)", line)[1])
        self.address = f"127.0.0.1:{self.port}"
        self.url = f"https://{self.address}/"
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=30)


if __name__ == "__main__":
    main()
