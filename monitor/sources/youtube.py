"""YouTube channels, read from the feeds that YouTube makes of them: the fifteen newest videos with their descriptions.

The feeds' server answers 404 and 500 to valid addresses, for hours (reported all through 2024 to 2026). So neither is
believed, unless the channel's own page says the same.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, assert_never

from monitor.core.fetching import (
    Fetched,
    FetchFailed,
    FetchFailure,
    NotAFeed,
    Parsed,
    ParseFailed,
    ParseResult,
    Request,
    Visited,
    VisitResult,
)
from monitor.core.options import YoutubeOptions
from monitor.core.source import Memory, Source, SourceState
from monitor.core.url import host
from monitor.ports import Clock, Fetch
from monitor.sources.entries import Entry
from monitor.sources.feed import read_feed
from monitor.sources.notafeed import not_a_feed
from monitor.sources.posts import Post, to_entry
from monitor.sources.reading import Run
from monitor.sources.visits import ask_plainly, with_options

BASE = "https://www.youtube.com"
# What people in the EU send once they have answered the consent page; without it there is nothing but that page.
_CONSENT = ("Cookie", "SOCS=CAI")
_DOUBTED = frozenset({FetchFailure.NOT_FOUND, FetchFailure.SERVER_ERROR, FetchFailure.UNAVAILABLE, FetchFailure.GONE})
_SHORTEST_WAIT, _LONGEST_WAIT = timedelta(minutes=15), timedelta(hours=2)
_ASK_THE_PAGE_AFTER = timedelta(hours=6)
_ID = r"UC[\w-]{22}"
CHANNEL_ID = re.compile(_ID, re.ASCII)
_VIDEO_ID = re.compile(r"[\w-]{11}", re.ASCII)
_IN_PAGE = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        rf'<link[^<>]*\brel="canonical"[^<>]*/channel/({_ID})"',
        rf'<link[^<>]*\bhref="[^"<>]*[?&]channel_id=({_ID})"',
        rf'"externalId":"({_ID})"',
        rf'<meta[^<>]*\bitemprop="(?:identifier|channelId)"[^<>]*\bcontent="({_ID})"',
        rf'"externalChannelId":"({_ID})"',  # the page of a video
    )
)
_HANDLE_IN_PAGE = re.compile(r'"(?:vanityChannelUrl|ownerProfileUrl)":"[^"]{0,40}youtube\.com/@([\w.\u00b7-]{3,60})"')
_MISSING = re.compile(
    r"This (?:channel|account|page|video) (?:does not exist|doesn.t exist|is(?:n.t| not) available|has been terminated|was removed)"
    r"|This video isn.t available anymore|Video unavailable"
)
_LOOKED_AT = 3_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A channel as its page names it; `handle` without "@", "" where the page does not say."""

    id: str
    handle: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoChannel:
    """What the page itself says: there is none."""

    detail: str


class YoutubeAdapter:
    """A channel by its id, its handle or any address; the id is found out once and remembered."""

    version = "youtube 1"

    def __init__(self, *, run: Run, clock: Clock) -> None:
        self._run = run
        self._clock = clock

    async def visit(self, source: Source, state: SourceState, *, fetch: Fetch) -> VisitResult:
        options = source.options
        assert isinstance(options, YoutubeOptions)
        channel = _remembered(options, state.memory)
        if channel is None:
            found = await self._ask_page(source, fetch)
            if not isinstance(found, Channel):
                return _told(found)
            # Pages do not always say the handle.
            handle = options.channel.removeprefix("@") if options.channel.startswith("@") else ""
            channel = replace(found, handle=found.handle or handle)
        memory = {**state.memory, "channel": channel.id, "handle": channel.handle}
        parts = [await self._read(source, url, channel, fetch) for url in _feeds(options, channel.id)]
        read = [part for part in parts if isinstance(part, Parsed)]
        failed = [part for part in parts if not isinstance(part, Parsed)]
        if read:
            # A channel without shorts, or without streams, has no feed of them.
            trouble = "; ".join(part.detail for part in failed if not _is_missing(part))
            return with_options(Visited(parsed=_joined(read), memory=memory, trouble=trouble), options, state)
        first = failed[0]
        if not isinstance(first, FetchFailed):
            return first
        if first.reason in _DOUBTED:
            first = await self._doubted(source, state, first, channel, fetch)
        return replace(first, memory=memory)

    async def _doubted(
        self, source: Source, state: SourceState, failed: FetchFailed, channel: Channel, fetch: Fetch
    ) -> FetchFailed:
        """A 404 or 500 of the feed: the truth if the channel's page says so, else a mood of the server."""
        now = self._clock()
        away = now - state.last_success_at if state.last_success_at else None
        if away is None or away > _ASK_THE_PAGE_AFTER:
            found = await self._ask_page(source, fetch)
            if isinstance(found, NoChannel):
                return FetchFailed(reason=FetchFailure.NOT_FOUND, detail=found.detail, status=failed.status)
            if isinstance(found, Channel) and found.id != channel.id:
                detail = f"the address leads to another channel by now, {found.id}; write the id of the one you mean"
                return FetchFailed(reason=FetchFailure.NOT_FOUND, detail=detail, status=failed.status)
        wait = min(max((away or timedelta()) / 2, _SHORTEST_WAIT), _LONGEST_WAIT)
        detail = (
            f"{failed.detail}, which YouTube's feeds answer for hours at times and which says nothing about the channel"
        )
        return replace(
            failed, reason=FetchFailure.UNAVAILABLE, detail=detail, retry_after=max(wait, failed.retry_after or wait)
        )

    async def _ask_page(
        self, source: Source, fetch: Fetch
    ) -> Channel | NoChannel | FetchFailed | NotAFeed | ParseFailed:
        options = source.options
        assert isinstance(options, YoutubeOptions)
        headers = (("Accept", "text/html"), ("Accept-Language", "en"), _CONSENT)
        answer = await ask_plainly(_request(source, _page(options), headers), fetch=fetch)
        match answer:
            case FetchFailed() if answer.reason in {FetchFailure.NOT_FOUND, FetchFailure.GONE}:
                return NoChannel(detail=f"YouTube has no channel at {source.url}")
            case FetchFailed() if answer.reason is FetchFailure.BAD_REDIRECT:
                detail = f"{answer.detail}; write the channel's id, which begins with UC, in place of its name"
                return replace(answer, detail=detail)
            case FetchFailed():
                return answer
            case Fetched():
                return await self._run(read_channel_page, answer.body, url=answer.url)
            case _:
                assert_never(answer)

    async def _read(
        self, source: Source, url: str, channel: Channel, fetch: Fetch
    ) -> Parsed | FetchFailed | NotAFeed | ParseFailed:
        answer = await ask_plainly(_request(source, url, ()), fetch=fetch)
        match answer:
            case FetchFailed():
                return answer
            case Fetched():
                return await self._run(
                    read_videos,
                    answer.body,
                    url=answer.url,
                    content_type=answer.content_type,
                    account=channel.handle or channel.id,
                    named=bool(source.name),
                    lang=source.lang or "",
                    now=self._clock(),
                )
            case _:
                assert_never(answer)


def read_channel_page(body: bytes, *, url: str) -> Channel | NoChannel | NotAFeed:
    """The channel whose page, or the page of whose video, it is."""
    page = body[:_LOOKED_AT].decode("utf-8", errors="replace")
    channel_id = next((found[1] for pattern in _IN_PAGE if (found := pattern.search(page))), None)
    if channel_id is not None:
        handle = _HANDLE_IN_PAGE.search(page)
        return Channel(id=channel_id, handle=handle[1].lower() if handle else "")
    if missing := _MISSING.search(page):
        return NoChannel(detail=f"YouTube says of {url}: {missing[0]}")
    if "youtube" not in page.lower():
        return not_a_feed(body, url=url)
    return NotAFeed(
        detail="the page names no channel; write the channel's id, which begins with UC, in place of its name"
    )


def read_videos(
    body: bytes, *, url: str, content_type: str | None, account: str, named: bool, lang: str, now: datetime
) -> ParseResult:
    """The videos of a feed. Deleted ones, which feeds tell as tombstones, are no items."""

    def video(raw: Mapping[str, Any], entry: Entry) -> Entry | None:
        video_id = raw.get("yt_videoid")
        if not isinstance(video_id, str) or not _VIDEO_ID.fullmatch(video_id):
            return None
        post = Post(
            platform="youtube",
            account=account,
            id=f"yt:video:{video_id}",
            permalink=f"https://www.youtube.com/watch?v={video_id}",
            text=entry.text or entry.summary,
            # `updated` moves with every count of views.
            published=entry.published,
            title=entry.title,
            author=entry.author,
            lang=lang,
        )
        made = to_entry(post, named=named)
        # Nobody knows a channel by its number.
        return replace(made, publisher=entry.author) if made.publisher and CHANNEL_ID.fullmatch(account) else made

    return read_feed(body, url=url, content_type=content_type, now=now, refine=video)


def _remembered(options: YoutubeOptions, memory: Memory) -> Channel | None:
    if CHANNEL_ID.fullmatch(options.channel):
        return Channel(id=options.channel)
    found, handle = memory.get("channel"), memory.get("handle")
    if not isinstance(found, str) or not CHANNEL_ID.fullmatch(found):
        return None
    return Channel(id=found, handle=handle if isinstance(handle, str) else "")


def _feeds(options: YoutubeOptions, channel_id: str) -> Iterator[str]:
    """The feeds to read: the whole channel's, or of its parts those that are wanted (undocumented, widely used)."""
    feeds = f"{options.base or BASE}/feeds/videos.xml"
    if options.shorts and options.live:
        yield f"{feeds}?channel_id={channel_id}"
        return
    bare = channel_id.removeprefix("UC")
    yield f"{feeds}?playlist_id=UULF{bare}"
    if options.shorts:
        yield f"{feeds}?playlist_id=UUSH{bare}"
    if options.live:
        yield f"{feeds}?playlist_id=UULV{bare}"


def _page(options: YoutubeOptions) -> str:
    """The page that tells the channel's id, and whether there is one."""
    path = f"channel/{options.channel}" if CHANNEL_ID.fullmatch(options.channel) else options.channel
    return f"{options.base or BASE}/{path}"


def _request(source: Source, url: str, headers: tuple[tuple[str, str], ...]) -> Request:
    options = source.options
    assert isinstance(options, YoutubeOptions)
    trusted = host(options.base) if options.base else None
    return Request(url=url, headers=headers, proxy=source.proxy, trusted_host=trusted)


def _told(found: NoChannel | FetchFailed | NotAFeed | ParseFailed) -> FetchFailed | NotAFeed | ParseFailed:
    if isinstance(found, NoChannel):
        return FetchFailed(reason=FetchFailure.NOT_FOUND, detail=found.detail)
    return found


def _is_missing(part: FetchFailed | NotAFeed | ParseFailed) -> bool:
    return isinstance(part, FetchFailed) and part.reason is FetchFailure.NOT_FOUND


def _joined(read: Sequence[Parsed]) -> Parsed:
    """The videos of all parts, each once."""
    items = {item.key: item for parsed in read for item in parsed.items}
    return replace(read[0], items=tuple(items.values()), dropped=sum(parsed.dropped for parsed in read))
