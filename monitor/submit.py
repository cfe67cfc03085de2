"""Putting one page into the pipeline by hand: read, recognised and announced like an item of a source."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from monitor.announce import Announced, announce
from monitor.core.fetching import Fetched, FetchFailed, NotModified, Page, ParseFailed, Request
from monitor.core.item import Item
from monitor.core.report import Recognition
from monitor.core.routing import AlertPolicy
from monitor.core.source import Source, Tier
from monitor.core.url import canonical, host
from monitor.enrich import date_of, document_of
from monitor.ports import Fetch, ReadPage, Recognise, Store, Transaction

SOURCE_ID = "submitted"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSubmitted:
    """The page could not be had or read; nothing was stored."""

    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """What became of a page. `item_id` is None when it had been submitted before."""

    item: Item
    item_id: int | None
    recognition: Recognition
    announced: Announced


async def fetch_page(url: str, *, fetch: Fetch, read_page: ReadPage) -> Page | NotSubmitted:
    """The page at an address. The user names it, so a private address is allowed."""
    result = await fetch(Request(url=url, trusted_host=host(url) or None, headers=(("Accept", "text/html"),)))
    match result:
        case FetchFailed():
            return NotSubmitted(detail=result.detail)
        case NotModified():
            return NotSubmitted(detail="the server answered 304 to a plain request")
        case Fetched():
            return await read_saved(result.body, url=result.url, content_type=result.content_type, read_page=read_page)
        case _:
            assert_never(result)


async def read_saved(body: bytes, *, url: str, content_type: str | None, read_page: ReadPage) -> Page | NotSubmitted:
    """The page in bytes that are at hand, with the address they came from."""
    page = await read_page(body, url=url, content_type=content_type)
    if isinstance(page, ParseFailed):
        return NotSubmitted(detail=page.detail)
    return page if page.title or page.text else NotSubmitted(detail="the page holds no text")


async def submit(
    page: Page,
    *,
    tier: Tier,
    recognise: Recognise,
    store: Store,
    policy: AlertPolicy,
    now: datetime,
) -> Submitted:
    """Stores the page as an item of the source "submitted" and announces what it reports.

    The same address is taken once; a second time nothing happens. `max_age` does not apply: somebody wants it read.
    """
    item = item_of(page)
    source = submitted_source(item, tier, url=page.url)
    recognition = recognise(document_of(item, source))

    def write(transaction: Transaction) -> Submitted:
        known = transaction.known_items(SOURCE_ID, keys=[item.key], urls=(), titles=())
        if known:
            return Submitted(item=item, item_id=None, recognition=recognition, announced=Announced())
        item_id = transaction.add_item(SOURCE_ID, item, at=now, baseline=False)
        announced = announce(
            transaction,
            recognition.reports,
            item_id=item_id,
            item=item,
            source=source,
            policy=policy,
            silent=False,
            released=None,
            now=now,
        )
        return Submitted(item=item, item_id=item_id, recognition=recognition, announced=announced)

    return await store.write(write)


def submitted_source(item: Item, tier: Tier, *, url: str) -> Source:
    """What stands for the source of a page that none has brought."""
    return Source(
        id=SOURCE_ID,
        type="page",
        url=url,
        tier=tier,
        every=timedelta(days=1),
        max_age=timedelta.max,
        name=item.publisher or host(url) or "a page you submitted",
        lang=item.lang,
    )


def item_of(page: Page) -> Item:
    """The page as an item; its address is its key."""
    shown = f"{page.title}\n{page.summary}\n{page.text}"
    return Item(
        key=hashlib.sha256(canonical(page.url).encode()).hexdigest(),
        fingerprint=hashlib.sha256(shown.encode()).hexdigest(),
        guid=None,
        url=page.url if page.url.startswith(("http://", "https://")) else None,
        title=page.title,
        summary=page.summary,
        text=page.text,
        published=date_of(page),
        publisher=page.publisher,
        lang=page.lang,
        embeds=page.embeds,
    )
