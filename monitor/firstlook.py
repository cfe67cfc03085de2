"""What a silent first poll kept back: how much was read, and which of the last days' news would have alerted."""

import asyncio
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta

from monitor.core.alert import AlertState
from monitor.core.wording import say_headline
from monitor.poll import Desk
from monitor.ports import OpenScratch, Transaction, View
from monitor.records import FirstLook, PollOutcome, PollStatus, StoredItem
from monitor.rerun import Arrival, read_again, refile

LOOKS_BACK = timedelta(days=14)
_HEADLINES = 10
_PAGE = 500
_EVER = datetime.min.replace(tzinfo=UTC)
_FINE = frozenset({PollStatus.OK, PollStatus.UNCHANGED})


async def take_first_look(polls: Sequence[PollOutcome], *, desk: Desk, scratch: OpenScratch) -> FirstLook:
    """Sums up first polls and remembers it for `status`. Nobody is told: the first poll is silent."""
    read = read_ones(polls)
    headlines = await _would_have_alerted(read, desk, scratch)
    look = FirstLook(
        at=desk.clock(),
        sources=len(read),
        failed=len(polls) - len(read),
        items=sum(poll.items for poll in read),
        news=len(headlines),
        headlines=headlines[:_HEADLINES],
    )
    if read:
        await desk.store.write(lambda transaction: transaction.save_first_look(look))
    return look


def read_ones(polls: Iterable[PollOutcome]) -> list[PollOutcome]:
    """Those that got something to read."""
    return [poll for poll in polls if poll.status in _FINE]


def say_first_look(look: FirstLook) -> str:
    """The line without the headlines."""
    if not look.sources:
        return f"none of {_count(look.failed, 'source')} could be read"
    told = f"{look.news} in the last {LOOKS_BACK.days} days would have alerted"
    failed = f"; {_count(look.failed, 'source')} could not be read" if look.failed else ""
    return f"{_count(look.items, 'item')} of {_count(look.sources, 'source')} read, {told}{failed}"


async def _would_have_alerted(polls: Sequence[PollOutcome], desk: Desk, scratch: OpenScratch) -> tuple[str, ...]:
    """The headlines of what would have alerted had every item come when it was published, newest first."""
    news = await _wanted(polls, desk)
    if not news:
        return ()

    def file_all(transaction: Transaction) -> None:
        for arrival, published in sorted(news, key=lambda one: one[1]):
            refile(transaction, arrival, policy=desk.policy, silent=False, now=published)

    async with scratch() as store:
        await store.write(file_all)
        return await store.read(_headlines)


async def _wanted(polls: Sequence[PollOutcome], desk: Desk) -> list[tuple[Arrival, datetime]]:
    """What the polls stored that is young enough and that a watch asks for, with its date."""
    if not polls:
        return []
    sources = {poll.source_id for poll in polls}
    begin, end = min(poll.at for poll in polls), desk.clock() + timedelta(microseconds=1)
    found: list[tuple[Arrival, datetime]] = []
    after = 0

    def next_page(view: View) -> Sequence[StoredItem]:
        return view.arrivals(after=after, since=begin, until=end, limit=_PAGE)

    while page := await desk.store.read(next_page):
        after = page[-1].id
        found += await asyncio.to_thread(_read, page, sources, desk)
    return found


def _read(page: Sequence[StoredItem], wanted: Collection[str], desk: Desk) -> list[tuple[Arrival, datetime]]:
    by_id = {source.id: source for source in desk.sources if source.id in wanted}
    found = []
    for stored in page:
        source, published = by_id.get(stored.source_id), stored.item.published
        if not stored.baseline or source is None or published is None or stored.first_seen - published > LOOKS_BACK:
            continue
        recognition = read_again(stored, source, recognise=desk.recognise)
        reports = tuple(report for report in recognition.reports if report.watches)
        if reports:
            found.append((Arrival(stored=stored, source=source, reports=reports), published))
    return found


def _headlines(view: View) -> tuple[str, ...]:
    alerts = [alert for alert in view.alerts_since(_EVER) if alert.state is not AlertState.DISCARDED]
    told = dict.fromkeys(alert.announcement_id for alert in reversed(alerts) if alert.announcement_id is not None)
    known = (view.announcement(announcement_id) for announcement_id in told)
    return tuple(say_headline(announcement) for announcement in known if announcement is not None)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
