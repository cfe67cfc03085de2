"""One polite extra visit to the page of an item that matched a watch: full text, and the posts shown in it.

Only items somebody follows are worth the visit; a feed's own words decide that first.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import assert_never

from monitor.core.fetching import Fetched, FetchFailed, NotModified, Page, ParseFailed, Request
from monitor.core.item import Item
from monitor.core.report import Document, Recognition
from monitor.core.settling import changed_reports
from monitor.core.source import Source, Tier
from monitor.core.url import canonical, host, is_front_page, is_wall, words_of
from monitor.ports import Fetch, ReadPage, Recognise
from monitor.records import StoredItem

# What is told within a minute may not wait for a hundred slow pages.
_MOST_VISITS = 20
# Google News asks programs to keep away from its links, and shows them a page without the article.
_BROWSERS_ONLY = frozenset({"news.google.com"})
VISITS_TAKE = timedelta(seconds=40)  # all of one poll together


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An item as read, with what its page added if it was visited. `note` says how the visit went, "" for none."""

    item: Item
    recognition: Recognition
    note: str = ""

    @property
    def wanted(self) -> bool:
        return any(report.watches for report in self.recognition.reports)


def document_of(item: Item, source: Source | None) -> Document:
    """The item as a text to be read; without its source where that is no longer configured."""
    return Document(
        # What has no words of its own is read by those of its address, to find out whether its page is worth a visit.
        title=words_of(item.url) if _is_bare(item) and item.url else item.title,
        summary=item.summary,
        text=item.text,
        url=item.url,
        publisher=item.publisher or (source.publisher if source else None),
        published=item.published,
        lang=item.lang or (source.lang if source else None),
        embeds=item.embeds,
        claims=item.claims,
    )


async def read_items(
    items: Sequence[Item],
    source: Source,
    *,
    recognise: Recognise,
    fetch: Fetch,
    read_page: ReadPage,
    visit: bool,
    now: datetime,
    patience: timedelta = VISITS_TAKE,
) -> tuple[Reading, ...]:
    """Every item read; with `visit`, those that a watch asks for are read once more together with their page.

    A page that is not read within `patience` is done without.
    """

    def read_all() -> list[Reading]:
        read = [Reading(item=item, recognition=recognise(document_of(item, source))) for item in items]
        return read if visit else [_by_own_words(reading) for reading in read]

    # In a thread, so that a thousand items of a first poll do not hold up the loop.
    readings = await asyncio.to_thread(read_all)
    wanted = _worth_a_visit(readings, source) if visit else []
    deadline = asyncio.get_running_loop().time() + patience.total_seconds()

    async def visit_in_time(place: int) -> None:
        try:
            async with asyncio.timeout_at(deadline):
                readings[place] = await _visit(
                    readings[place], source, recognise=recognise, fetch=fetch, read_page=read_page, now=now
                )
        except TimeoutError:
            readings[place] = replace(readings[place], note="page not read: the visits of this poll took too long")

    # Side by side; the fetcher still asks each host one thing at a time.
    await asyncio.gather(*[visit_in_time(place) for place in wanted[:_MOST_VISITS]])
    for place in wanted[_MOST_VISITS:]:
        note = f"page not read: {_MOST_VISITS} pages are the most that one poll visits"
        readings[place] = replace(readings[place], note=note)
    return tuple(_shown(reading) for reading in readings)


async def read_revisions(
    revisions: Sequence[tuple[StoredItem, Item]], source: Source, *, recognise: Recognise
) -> tuple[Reading, ...]:
    """Revised items that say other news than before, each with only the reports that say it.

    Both versions are read by today's rules, so that neither a typo nor a change of rules is taken for news. What the
    page of the first version added counts for the second: the page is not visited again.
    """

    def read_all() -> tuple[Reading, ...]:
        readings = []
        for before, item in revisions:
            first = recognise(document_of(before.item, source))
            full = replace(
                item,
                text=item.text or before.item.text,
                embeds=item.embeds or before.item.embeds,
                published=item.published or before.item.published,
                publisher=item.publisher or before.item.publisher,
            )
            second = recognise(document_of(full, source))
            if changed := changed_reports(first, second):
                readings.append(Reading(item=full, recognition=replace(second, reports=changed)))
        return tuple(readings)

    return await asyncio.to_thread(read_all)


def _is_bare(item: Item) -> bool:
    """Whether an item is an address and nothing else, as sitemaps list them: what it says, only its page tells."""
    return not (item.title or item.summary or item.text or item.embeds) and item.claims is None


def _by_own_words(reading: Reading) -> Reading:
    """The reading without what only the words of an address say: good enough for a visit, and not for a report."""
    if not _is_bare(reading.item):
        return reading
    return replace(reading, recognition=replace(reading.recognition, reports=()))


def _shown(reading: Reading) -> Reading:
    """The reading with something to show, where an item is told by its address alone because its page was not read."""
    if not (_is_bare(reading.item) and reading.wanted and reading.item.url):
        return reading
    said = f"{words_of(reading.item.url)} (words of its address)"
    return replace(reading, item=replace(reading.item, summary=said))


def _worth_a_visit(readings: Sequence[Reading], source: Source) -> list[int]:
    """The places of the readings that a watch asks for, or whose address names a watched title, and that lead to a page."""
    return [
        place
        for place, reading in enumerate(readings)
        if (reading.wanted or (_is_bare(reading.item) and reading.recognition.titles))
        and has_page(reading.item, source)
    ]


def has_page(item: Item, source: Source) -> bool:
    """Whether an item leads to a page that may say more.

    The page of a post says what the post says, or asks for a sign-in. The changes of a database are told as they are.
    What stands on its source's own page has been read there. Some redirectors let only browsers through.
    """
    if item.url is None or item.claims is not None or canonical(item.url) == canonical(source.url):
        return False
    if host(item.url) in _BROWSERS_ONLY:
        return False
    return all(embed.permalink != item.url for embed in item.embeds)


def request_of_page(url: str, *, trusted_host: str | None, proxy: str | None) -> Request:
    """The visit to a page. It brings none of a source's secrets: its address came from outside."""
    return Request(url=url, trusted_host=trusted_host, proxy=proxy, headers=(("Accept", "text/html"),))


async def _visit(
    reading: Reading, source: Source, *, recognise: Recognise, fetch: Fetch, read_page: ReadPage, now: datetime
) -> Reading:
    assert reading.item.url is not None
    # The page may lie on a private address only where the user's own source does.
    fetched = await fetch(request_of_page(reading.item.url, trusted_host=host(source.url), proxy=source.proxy))
    match fetched:
        case FetchFailed():
            return replace(reading, note=f"page not read: {fetched.detail}")
        case NotModified():  # nothing was asked conditionally
            return replace(reading, note="page not read: the server answered 304 to a plain request")
        case Fetched() if is_wall(fetched.url) or (is_front_page(fetched.url) and not is_front_page(reading.item.url)):
            # What stands there is not the article: its words and posts would be taken for the article's.
            return replace(reading, note=f"page not read: its address leads to the door of {host(fetched.url)}")
        case Fetched():
            page = await read_page(fetched.body, url=fetched.url, content_type=fetched.content_type)
        case _:
            assert_never(fetched)
    if isinstance(page, ParseFailed):
        return replace(reading, note=f"page not read: {page.detail}")
    item = add_page(reading.item, page, tier=source.tier)
    recognition = recognise(document_of(item, source))
    if item.published is not None and now - item.published > source.max_age:
        # The feed gave no date. It is told by nobody, and joins nothing.
        note = f"page read: published on {item.published:%Y-%m-%d}, longer ago than the max_age of its source"
        return Reading(item=item, recognition=replace(recognition, reports=()), note=note)
    return Reading(item=item, recognition=recognition, note="page read")


def add_page(item: Item, page: Page, *, tier: Tier) -> Item:
    """The item with what its page adds: text, posts, and where the feed does not say, date and publisher.

    What the feed said itself stays; but a link that led through another site, such as a redirector, becomes the page's own.
    """
    led_elsewhere = item.url is not None and host(item.url) != host(page.url)
    bare = _is_bare(item)
    outlet = page.publisher if tier is Tier.AGGREGATOR else None  # the rest are known by the name the user gave them
    return replace(
        item,
        title=page.title if bare else item.title,
        summary=page.summary if bare else item.summary,
        text=max(item.text, page.text, key=len),
        embeds=tuple(dict.fromkeys((*item.embeds, *page.embeds))),
        # A sitemap says when the page was changed last, the page when it was published.
        published=(date_of(page) or item.published) if bare else (item.published or date_of(page)),
        publisher=item.publisher or outlet,
        url=page.url if led_elsewhere else item.url,
    )


def date_of(page: Page) -> datetime | None:
    """The page's own date, as far as it is one; without a zone it is not believed."""
    try:
        moment = datetime.fromisoformat(page.published) if page.published else None
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment is not None and moment.tzinfo is not None else None
