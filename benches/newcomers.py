"""How long new clients wait while others load a server, what resources it uses, and how a figure is reported.

Shared by many.py and its scenarios in other files.
"""

import functools
import multiprocessing
import statistics
import threading
import time

from served import DRAIN, KIB, OTHERS, OURS, ask

MIB = 1 << 20
# How long a new client may wait for a whole small file.
NEWCOMER = 1.5
# How late a busy machine may notice that a deadline has passed.
LATE = 4
# What may remain at the end: idle threads, and memory that the allocator keeps for the next load (per thread, and in
# total).
SPARE_THREADS, SPARE_DESCRIPTORS, SPARE_MEMORY, SPARE_IN_ALL = 16, 8, 8 * KIB, 8 * MIB

# The figures that exceeded their limits.
broken = []


class Newcomers:
    """Clients that request a small file every 100 ms, one request at a time: over HTTP and raw, from each address.
    Additional requests are functions (port, address) by name, with the same result as `ask`. They run in their own
    process, so that they do not wait for the crowd's clients in this one."""

    def __init__(self, port, addresses=(OURS, OTHERS), others=None):
        fork = multiprocessing.get_context("fork")
        self.asks = {"HTTP": functools.partial(ask, raw=False), "raw": functools.partial(ask, raw=True)}
        self.asks.update(others or {})
        kinds = [(address, what) for address in addresses for what in self.asks]
        self.took, self.over, self.answers = {}, fork.Event(), fork.SimpleQueue()
        self.process = fork.Process(target=self.keep_asking, args=(port, kinds))

    def __enter__(self):
        self.process.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.took = self.answers.get()
        self.process.join()

    def keep_asking(self, port, kinds):
        took = {kind: [] for kind in kinds}

        def one(kind):
            while not self.over.wait(0.1):
                address, what = kind
                took[kind].append(self.asks[what](port, address))

        threads = [threading.Thread(target=one, args=[kind]) for kind in kinds]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.answers.put(took)

    def report(self, what):
        for (address, asks), took in self.took.items():
            who = f"{what}: new client, {'same' if address == OURS else 'other'} address, {asks}"
            served = [secs for secs in took if secs is not None]
            figure = f"{len(served)} of {len(took)} served"
            if served:
                figure += f", median {seconds(statistics.median(served))}, at most {seconds(max(served))}"
            say(who, figure, took and len(served) == len(took) and max(served) <= NEWCOMER)


def goes_back(server, before, count, what=None, kept=SPARE_IN_ALL):
    """What remains soon after all clients have left. The allocator keeps some memory, `kept` in total."""
    memory = kept + count * SPARE_MEMORY
    spare = {"memory": memory, "threads": SPARE_THREADS, "descriptors": SPARE_DESCRIPTORS}
    until = time.monotonic() + DRAIN + LATE
    while True:
        usage = server.usage()
        ok = all(usage[key] <= before[key] + spare[key] for key in before)
        if ok or time.monotonic() > until:
            break
        time.sleep(0.2)
    both = [f"{each['memory'] / MIB:.1f} MiB, {each['threads']}, {each['descriptors']}" for each in (before, usage)]
    what = f"{what}: " if what else ""
    say(f"{what}memory, threads, descriptors", f"{both[0]} before; {both[1]} after", ok)


def seconds(secs):
    return "never" if secs is None else f"{1000 * secs:.0f} ms"


def say(what, figure, ok=True):
    print(f"{' ' if ok else '!'} {what:<60} {figure}", flush=True)
    if not ok:
        broken.append(what)
