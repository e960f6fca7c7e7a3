"""A server as a child process that ends with this script, however this script ends."""

import contextlib
import os
import pathlib
import signal
import socket
import subprocess
import time
from collections.abc import Iterator

START_SECS, STOP_SECS = 30, 5
# Kills a process group at the end of its standard input, which is when the script closes it or dies.
WATCHDOG = """cat
kill -s TERM -- "-$1"
for _ in 1 2 3 4 5 6 7 8 9 10; do sleep 0.1; kill -s 0 -- "-$1" || exit; done
kill -s KILL -- "-$1"
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


@contextlib.contextmanager
def running(command: list[str | pathlib.Path], port: int, home: pathlib.Path, env: dict[str, str]) -> Iterator[str]:
    """Run `command` until the end of the block. The value is empty, or says why it does not respond."""
    reader, writer = os.pipe()
    with open(home / "output", "wb") as output, open(reader, "rb") as alive:
        process = subprocess.Popen(
            command, cwd=home, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
        watchdog = subprocess.Popen(
            ["sh", "-c", WATCHDOG, "sh", str(process.pid)],
            stdin=alive,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    try:
        yield "" if answers(process, port) else (home / "output").read_text(errors="replace")[-500:] or "no answer"
    finally:
        os.close(writer)
        try:
            process.wait(STOP_SECS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        watchdog.wait()


def answers(process: subprocess.Popen, port: int) -> bool:
    until = time.monotonic() + START_SECS
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return True
        time.sleep(0.05)
    return False
