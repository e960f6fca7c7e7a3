#!/usr/bin/env python3
"""Uploads a file with curl to `landline serve --receive` and to nginx's dav module, in turn.

    python3 benches/upload.py target/release/landline [--len 1073741824] [--pairs 7]

Prints the seconds of each pair and the median ratio: above 1, Landline is faster, although only Landline flushes the
file to the disk before it answers. Needs curl and nginx with the dav module (Debian: nginx-extras).
"""

import argparse
import os
import pathlib
import re
import signal
import statistics
import subprocess
import tempfile
import time

NGINX = """
worker_processes 2; daemon off; pid {root}/pid; error_log {root}/error.log;
events {{}}
http {{
    access_log off; client_max_body_size 0; client_body_temp_path {root}/nginx/temporary;
    server {{ listen 127.0.0.1:{port}; root {root}/nginx; dav_methods PUT; }}
}}
"""
PORT = 18099


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--len", type=int, default=1 << 30, help="bytes of the file")
    parser.add_argument("--pairs", type=int, default=7)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as root:
        run(arguments, pathlib.Path(root))


def run(arguments, root):
    root.chmod(0o755)
    for name in ("nginx", "ours", "shared"):
        (root / name).mkdir()
        (root / name).chmod(0o777)
    file = root / "file"
    with file.open("wb") as out:
        for at in range(0, arguments.len, 1 << 20):
            out.write(os.urandom(min(1 << 20, arguments.len - at)))
    (root / "nginx.conf").write_text(NGINX.format(root=root, port=PORT))
    serve = [arguments.program.resolve(), "serve", root / "shared", "--port", "0", "--bind", "127.0.0.1"]
    ours = subprocess.Popen([*serve, "--receive", root / "ours"], stdout=subprocess.PIPE, text=True)
    nginx = subprocess.Popen(["nginx", "-c", root / "nginx.conf"])
    try:
        port = int(re.search(r":(\d+)/?$", ours.stdout.readline().strip())[1])
        time.sleep(1)
        ratios = []
        for _ in range(arguments.pairs):
            theirs, own = upload(file, PORT, root / "nginx"), upload(file, port, root / "ours")
            ratios.append(theirs / own)
            print(f"nginx {theirs:.2f} s, Landline {own:.2f} s, ratio {theirs / own:.2f}")
        print(f"median ratio {statistics.median(ratios):.2f}")
    finally:
        for process in (nginx, ours):
            process.send_signal(signal.SIGINT)
            process.wait(timeout=10)


def upload(file, port, folder):
    """Seconds for one upload. What was stored is removed."""
    (folder / file.name).unlink(missing_ok=True)
    os.sync()
    curl = ["curl", "-s", "-f", "-o", os.devnull, "-w", "%{time_total}", "-T", file, f"http://127.0.0.1:{port}/"]
    secs = float(subprocess.run(curl, check=True, capture_output=True, text=True).stdout)
    assert (folder / file.name).stat().st_size == file.stat().st_size
    (folder / file.name).unlink()
    return secs


if __name__ == "__main__":
    main()
