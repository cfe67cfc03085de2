"""Run as a process of its own by the tests: does something to a database and says so on standard output."""

import asyncio
import sys
from pathlib import Path

from monitor.store.opening import open_store
from tests.store.samples import NOW, alert, announcement, item


async def hold(path):
    async with open_store(path, exclusive=True):
        print("holding", flush=True)  # noqa: T201 - how it answers
        await asyncio.Event().wait()


async def write_for_ever(path, name):
    """Transactions of two announcements and two alerts each; says the number of each that was stored."""
    async with open_store(path, exclusive=False) as store:
        number = 0
        while True:
            number += 1
            await store.write(lambda tx, number=number: _write_pair(tx, f"{name} {number}"))
            print(number, flush=True)  # noqa: T201 - how it answers


async def write_some(path, name, count):
    async with open_store(path, exclusive=False) as store:
        for number in range(int(count)):
            await store.write(lambda tx, number=number: _write_pair(tx, f"{name} {number}"))


def _write_pair(tx, name):
    for half in ("first", "second"):
        tx.add_item(name, item(f"{half} half"), at=NOW, baseline=False)
        tx.add_alert(alert(tx.add_announcement(announcement())), at=NOW)


if __name__ == "__main__":
    what, path, *more = sys.argv[1:]
    asyncio.run({"hold": hold, "write_for_ever": write_for_ever, "write_some": write_some}[what](Path(path), *more))
