#!/usr/bin/env python3
"""The page for browsers in a real Chromium: as on a phone and on a desk, with and without script, by keyboard alone.

    python3 tests/page/run.py target/debug/landline target/debug/examples/share [looks|listing|sending|password|large]...

The second program shares a folder and receives files as its standard input tells (crates/engine/examples/share.rs).
`large` measures a page of 10,000 entries and runs only if it is named: a busy machine is slower.
Prints one line for each check, saves pictures of the page in target/page-test, and exits with 1 if anything is wrong.
Needs `chromium`.
"""

import pathlib
import sys
import tempfile
import time

from browser import Browser
from checks import Checks, Serve, Share, fill
from listing import check_large, check_listing, check_looks, check_viewer, check_without_script
from password import check_password
from sending import check_drop_only, check_sending


def main():
    landline, share = sys.argv[1:3]
    parts = sys.argv[3:] or ["looks", "listing", "sending", "password"]
    pictures = pathlib.Path("target/page-test")
    pictures.mkdir(parents=True, exist_ok=True)
    checks = Checks()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        home = pathlib.Path(home)
        fill(home / "shared")
        (home / "received").mkdir()
        began = time.monotonic()
        with Browser(home) as browser:
            for domain in ("Runtime", "Log", "Network", "DOM"):
                browser.ask(f"{domain}.enable")
            if "looks" in parts:
                with Serve(landline, home / "shared", "Ann’s laptop") as server:
                    check_looks(checks, browser, server, pictures)
            with Share(share, home / "shared", home / "received", "Ann’s laptop") as server:
                for width, height, is_phone in ((390, 844, True), (1280, 800, False)):
                    if "listing" in parts:
                        browser.size(width, height, is_phone=is_phone)
                        checks.where = f"{width}x{height}"
                        check_listing(checks, browser, server, home)
                        check_viewer(checks, browser, server)
                        check_without_script(checks, browser, server, home)
                checks.where = "sending"
                if "sending" in parts:
                    check_sending(checks, browser, server, home, pictures)
                    check_drop_only(checks, browser, landline, home, pictures)
            if "password" in parts:
                check_password(checks, browser, landline, share, home, pictures)
            checks.where = "large"
            if "large" in parts:
                check_large(checks, browser, landline, home)
    print(f"{checks.count} checks in {time.monotonic() - began:.0f} s, {len(checks.wrong)} wrong")
    for what in checks.wrong:
        print(f"  {what}")
    sys.exit(bool(checks.wrong))


if __name__ == "__main__":
    main()
