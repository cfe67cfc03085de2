"""What it costs to file a report, with many live announcements and many stored items.

`python -m benchmarks.merging [ANNOUNCEMENTS [ITEMS ...]]`, by default 100,000 announcements and a thousand, a hundred
thousand and a million items. A real database on the local disk: a report that joins a show's announcement, one that starts
another, and one of a topic, where headlines are compared. Merging alone is to find what may be the same, to decide, and to
write the announcement; filing it all, through `announce` as polls do, also stores item, report and alert.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from benchmarks.recognition import SPREAD, name
from monitor.announce import announce, settle_in
from monitor.core.announcement import Announcement, Standing
from monitor.core.item import Item
from monitor.core.report import Certainty, Facts, Kind, Report, Subject
from monitor.core.routing import AlertPolicy, Receiver, Route
from monitor.core.source import Source, Tier
from monitor.ports import Transaction
from monitor.store.opening import open_store
from monitor.store.tables import item as items_table
from monitor.store.transaction import SqlTransaction

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
SUBJECTS = 20_000  # five live announcements each: one for each of five kinds
KINDS = (Kind.RENEWAL, Kind.CASTING, Kind.RELEASE_DATE, Kind.TRAILER, Kind.ORDER)
TOPIC_LIVE = 20  # calls of a topic within three days
REPORTS = 200
BATCH = 10_000
FIRST = 10**8  # the number of the first item that is filed, beyond all that are only stored
SOURCE = Source(
    id="gazette",
    type="feed",
    url="https://gazette.example/feed",
    tier=Tier.PRESS,
    every=timedelta(hours=1),
    max_age=timedelta(days=7),
)
POLICY = AlertPolicy(
    timezone="UTC",
    receivers=(Receiver(id="me", url="console://"),),
    routes=(Route(receivers=("me",)),),
    incidents=(),
)


def title(number: int) -> str:
    return name(number * SPREAD % 2**32)


def item(number: int) -> Item:
    return Item(
        key=f"key {number}",
        fingerprint=f"print {number}",
        guid=None,
        url=f"https://gazette.example/{number}",
        title=f"{title(number)} and {title(number + 1)} seen in {title(number + 2)}",
        summary="",
        text="",
        published=NOW,
    )


def report(subject: str, kind: Kind, **facts: object) -> Report:
    return Report(
        subject=Subject(key=subject, title=subject.partition(":")[2]),
        kind=kind,
        certainty=Certainty.CONFIRMED,
        facts=Facts(**facts),  # type: ignore[arg-type]
        watches=("w",),
        evidence=(),
    )


def fill_announcements(transaction: Transaction, count: int) -> None:
    for number in range(count):
        subject, kind = number % SUBJECTS, KINDS[number // SUBJECTS % len(KINDS)]
        transaction.add_announcement(known(f"show:{subject}", kind, Facts(seasons=(2,))))
    for number in range(TOPIC_LIVE):
        file(transaction, report("topic:calls", Kind.CASTING_CALL, place=f"Town {number}"), FIRST - number)


def known(subject: str, kind: Kind, facts: Facts) -> Announcement:
    return Announcement(
        id=0,
        subject=Subject(key=subject, title=subject),
        kind=kind,
        facts=facts,
        standing=Standing.REPORTED,
        watches=("w",),
        revision=1,
        first_seen=NOW,
        last_report_at=NOW,
    )


def fill_items(transaction: Transaction, numbers: range) -> None:
    assert isinstance(transaction, SqlTransaction)
    rows = [
        {**plain(item(number)), "source_id": f"source-{number % 40}", "first_seen": NOW, "baseline": True, "note": ""}
        for number in numbers
    ]
    transaction.connection.execute(insert(items_table), rows)


def plain(one: Item) -> dict[str, object]:
    return {
        "key": one.key,
        "fingerprint": one.fingerprint,
        "url": one.url,
        "url_key": one.url,
        "title": one.title,
        "title_key": one.title.lower(),
        "summary": "",
        "text": "",
        "embeds": (),
    }


def file(transaction: Transaction, one: Report, number: int) -> None:
    shown = item(number)
    item_id = transaction.add_item(SOURCE.id, shown, at=number_time(number), baseline=False)
    announce(
        transaction,
        [one],
        item_id=item_id,
        item=shown,
        source=SOURCE,
        policy=POLICY,
        silent=False,
        released=None,
        now=number_time(number),
    )


def merge(transaction: Transaction, one: Report, number: int) -> None:
    shown = item(number)
    settled = settle_in(transaction, one, shown, SOURCE, number_time(number))
    if settled.is_new:
        transaction.add_announcement(settled.announcement)
    else:
        transaction.update_announcement(settled.announcement)


def number_time(number: int) -> datetime:
    return NOW + timedelta(milliseconds=number - FIRST)


def reports(round_: int) -> Iterator[tuple[str, list[Report]]]:
    yield "joins", [report(f"show:{n * 37 % SUBJECTS}", Kind.RENEWAL, seasons=(2,)) for n in range(REPORTS)]
    yield "starts", [report(f"show:{n * 41 % SUBJECTS}", Kind.RENEWAL, seasons=(3 + round_,)) for n in range(REPORTS)]
    yield (
        "is of a topic",
        [report("topic:calls", Kind.CASTING_CALL, place=f"Town {n % TOPIC_LIVE}") for n in range(REPORTS)],
    )


def timed(
    transaction: Transaction, work: Callable[[Transaction, Report, int], None], told: Sequence[Report], first: int
) -> float:
    """The milliseconds of this thread for each report."""
    began = time.thread_time()
    for number, one in enumerate(told, first):
        work(transaction, one, number)
    return (time.thread_time() - began) / len(told) * 1000


async def main(announcements: int, sizes: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with open_store(Path(folder) / "monitor.db", exclusive=False) as store:
            await store.write(lambda transaction: fill_announcements(transaction, announcements))
            stored, first = 0, FIRST
            for round_, size in enumerate(sizes):
                for start in range(stored, size, BATCH):
                    part = range(start, min(start + BATCH, size))
                    await store.write(lambda transaction, part=part: fill_items(transaction, part))
                stored = size
                await store.write(lambda transaction: transaction.vocabulary())  # learns once what was stored at once
                for what, told in reports(round_):
                    alone = await store.write(
                        lambda transaction, told=told, first=first: timed(transaction, merge, told, first)
                    )
                    all_of_it = await store.write(
                        lambda transaction, told=told, first=first: timed(transaction, file, told, first + REPORTS)
                    )
                    first += 2 * REPORTS
                    sys.stdout.write(
                        f"{announcements:,} announcements, {size:,} items, a report that {what}: "
                        f"merging {alone:.2f} ms, filing it all {all_of_it:.2f} ms CPU\n"
                    )


if __name__ == "__main__":
    counts = [int(word) for word in sys.argv[1:]]
    asyncio.run(main(counts[0] if counts else 100_000, counts[1:] or [1_000, 100_000, 1_000_000]))
