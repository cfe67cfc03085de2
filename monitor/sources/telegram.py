"""Public Telegram channels, read from the preview that t.me shows to everybody.

The preview holds about the twenty newest messages, oldest first, and carries no validators; its counters of views
change all the time. Page structure: RSS-Bridge's TelegramBridge and RSSHub's telegram/channel route (2026).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never
from urllib.parse import urlsplit

from monitor.core.fetching import (
    Fetched,
    FetchFailed,
    NotAFeed,
    Parsed,
    ParseFailed,
    Request,
    Visited,
    VisitResult,
)
from monitor.core.options import TelegramOptions
from monitor.core.source import Memory, Source, SourceState
from monitor.core.text import clean_line
from monitor.core.url import host
from monitor.ports import Clock, Fetch
from monitor.sources.dates import read_date
from monitor.sources.html import Node, attribute, first, parse, text_of
from monitor.sources.notafeed import not_a_feed
from monitor.sources.posts import Post, Quoted, to_items
from monitor.sources.reading import Run
from monitor.sources.visits import ask_plainly

BASE = "https://t.me"
_MOST_PAGES = 5  # of one visit, after an absence
_SPACING = timedelta(seconds=2)  # t.me publishes no limit
_POST = re.compile(r"([A-Za-z]\w{1,63})/(\d{1,12})", re.ASCII)
_TITLE_LIMIT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelPage:
    """One page of the preview; `oldest` and `newest` are the numbers of its messages, None on an empty page."""

    parsed: Parsed
    oldest: int | None = None
    newest: int | None = None


class TelegramAdapter:
    """A public channel. Remembers the number of the newest message, so that it knows after an absence what it missed."""

    version = "telegram 1"

    def __init__(self, *, run: Run, clock: Clock) -> None:
        self._run = run
        self._clock = clock

    async def visit(self, source: Source, state: SourceState, *, fetch: Fetch) -> VisitResult:
        page = await self._page(source, fetch, before=None)
        if not isinstance(page, ChannelPage):
            return page
        if page.newest is None or page.oldest is None:
            return Visited(parsed=page.parsed)
        known = _number(state.memory)
        pages, trouble = [page], page.parsed.trouble
        oldest, complete = page.oldest, True
        while known is not None and oldest > known + 1:
            older = await self._page(source, fetch, before=oldest) if len(pages) < _MOST_PAGES else None
            if older is None:
                trouble = f"more messages since the last visit than {_MOST_PAGES} pages show"
                break
            if not isinstance(older, ChannelPage):
                # What is missing is looked for again the next time.
                trouble, complete = f"older messages were not read: {older.detail}", False
                break
            if older.oldest is None or older.oldest >= oldest:
                break  # the beginning of the channel
            pages, oldest = [older, *pages], older.oldest
        newest = max(page.newest, known or 0) if complete else known
        return Visited(parsed=_joined(pages), memory={"newest": newest}, trouble=trouble)

    async def _page(
        self, source: Source, fetch: Fetch, *, before: int | None
    ) -> ChannelPage | FetchFailed | NotAFeed | ParseFailed:
        options = source.options
        assert isinstance(options, TelegramOptions)
        url = f"{options.base or BASE}/s/{options.channel}"
        request = Request(
            url=url if before is None else f"{url}?before={before}",
            headers=(("Accept", "text/html"),),
            proxy=source.proxy,
            trusted_host=host(options.base) if options.base else None,
            spacing=_SPACING,
        )
        answer = await ask_plainly(request, fetch=fetch)
        match answer:
            case FetchFailed():
                return answer
            case Fetched():
                return await self._run(
                    read_channel,
                    answer.body,
                    url=answer.url,
                    channel=options.channel,
                    named=bool(source.name),
                    lang=source.lang,
                    now=self._clock(),
                )
            case _:
                assert_never(answer)


def read_channel(
    body: bytes, *, url: str, channel: str, named: bool, lang: str | None, now: datetime
) -> ChannelPage | NotAFeed:
    """The messages of a page of the preview, or why there is none. `url` is where the redirects ended."""
    root = parse(body.decode("utf-8", errors="replace"))
    if first(root, ".tgme_channel_history") is None or "/s/" not in urlsplit(url).path:
        return _no_preview(root, body, url=url, channel=channel)
    messages = [
        (found, node)
        for node in root.css("div.tgme_widget_message[data-post]")
        if (found := _POST.fullmatch(attribute(node, "data-post"))) is not None
    ]
    strangers = {found[1].lower() for found, _ in messages} - {channel}
    if strangers:
        # The old name may belong to somebody else by now; the page does not show the channel's number.
        return NotAFeed(
            detail=f"t.me shows @{min(strangers)} under the name @{channel}: if it is the same channel renamed, "
            "write the new name"
        )
    numbers = [int(found[2]) for found, _ in messages]
    posts = [post for found, node in messages if (post := _post(node, channel, int(found[2]), now=now)) is not None]
    items, untold = to_items(posts, named=named, lang=lang)
    title = first(root, ".tgme_channel_info_header_title")
    # Photos without words say nothing that could be read.
    unread = sum(first(node, ".message_media_not_supported") is not None for _, node in messages)
    return ChannelPage(
        parsed=Parsed(
            items=items,
            title=clean_line(title.text(), _TITLE_LIMIT) if title is not None else "",
            dropped=len(messages) - len(posts) + untold,
            trouble=f"{unread} messages are shown in Telegram's app only" if unread else "",
        ),
        oldest=min(numbers, default=None),
        newest=max(numbers, default=None),
    )


def _no_preview(root: Node, body: bytes, *, url: str, channel: str) -> NotAFeed:
    if first(root, "[class^=tgme_]") is None:
        return not_a_feed(body, url=url)
    return NotAFeed(
        detail=f"@{channel} has no public preview: there is no such channel, or it is private, restricted, a group, "
        "or has turned its preview off"
    )


def _post(node: Node, channel: str, number: int, *, now: datetime) -> Post | None:
    """The message; None for what Telegram says about the channel itself, and for messages without words."""
    if "service_message" in attribute(node, "class").split():
        return None
    text = "\n".join(_texts(node))
    quoted = _forwarded(node, text)
    card_title, card_text = _words(node, ".link_preview_title"), _words(node, ".link_preview_description")
    if not (text or card_title or card_text):
        return None
    time = first(node, ".tgme_widget_message_date time[datetime]") or first(
        node, ".tgme_widget_message_meta time[datetime]"
    )
    return Post(
        platform="telegram",
        account=channel,
        id=f"{channel}/{number}",
        permalink=f"https://t.me/{channel}/{number}",
        text="" if quoted else text,
        published=read_date(attribute(time, "datetime"), None, now=now) if time is not None else None,
        quoted=quoted,
        card_title=card_title,
        card_text=card_text,
        author=_words(node, ".tgme_widget_message_owner_name"),
    )


def _texts(node: Node) -> Iterator[str]:
    told = ""
    for text in node.css(".tgme_widget_message_text.js-message_text"):
        # Some messages have the element once more inside itself.
        if (words := text_of(text)) not in told:
            told = f"{told}\n{words}"
            yield words
    for selector in (".tgme_widget_message_poll_question", ".tgme_widget_message_document_title"):
        if words := _words(node, selector):
            yield words


def _forwarded(node: Node, text: str) -> Quoted | None:
    """The message as its author's, where it is forwarded: from a channel, with its address, or from a person."""
    if first(node, ".tgme_widget_message_forwarded_from") is None:
        return None
    link = first(node, "a.tgme_widget_message_forwarded_from_name[href]")
    found = _POST.fullmatch(urlsplit(attribute(link, "href")).path.strip("/")) if link is not None else None
    if found is None:
        name = _words(node, ".tgme_widget_message_forwarded_from_name")
        return Quoted(account=name or "somebody", text=text)
    account = found[1].lower()
    return Quoted(account=account, text=text, permalink=f"https://t.me/{account}/{found[2]}")


def _words(node: Node, selector: str) -> str:
    found = first(node, selector)
    return clean_line(text_of(found), 1_000) if found is not None else ""


def _number(memory: Memory) -> int | None:
    newest = memory.get("newest")
    return newest if isinstance(newest, int) else None


def _joined(pages: list[ChannelPage]) -> Parsed:
    """The messages of all pages, each once."""
    items = {item.key: item for page in pages for item in page.parsed.items}
    return replace(pages[-1].parsed, items=tuple(items.values()), dropped=sum(page.parsed.dropped for page in pages))
