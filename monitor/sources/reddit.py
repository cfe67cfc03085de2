"""Reddit: new posts of subreddits, of a search or of an account, over the feeds or, with an app of the user's, the API.

Feeds are Atom; without the user's token Reddit answers about one request a minute (reported since June 2026). What is
posted there is mostly a link, so that an item leads to the article; the discussion is named as where it was found.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, assert_never
from urllib.parse import urlencode

from monitor import __version__
from monitor.core.fetching import (
    Fetched,
    FetchFailed,
    FetchFailure,
    NotAFeed,
    Parsed,
    ParseResult,
    Request,
    Visited,
    VisitResult,
)
from monitor.core.item import Embed
from monitor.core.options import RedditOptions
from monitor.core.source import BasicAuth, Source, SourceState
from monitor.core.text import clean_line
from monitor.core.url import host, http_url
from monitor.ports import Clock, Fetch
from monitor.sources.entries import Entry, to_items
from monitor.sources.feed import read_feed
from monitor.sources.html import attribute, first, fragment, text_of
from monitor.sources.notafeed import not_a_feed
from monitor.sources.ratelimits import until_reset
from monitor.sources.reading import Run, json_value
from monitor.sources.visits import ask_plainly

BASE, API = "https://www.reddit.com", "https://oauth.reddit.com"
_WITHOUT_TOKEN, _WITH_TOKEN, _WITH_APP = timedelta(seconds=60), timedelta(seconds=2), timedelta(seconds=1)
_UNTOLD_PAUSE = timedelta(minutes=5)
_EARLIER = timedelta(minutes=1)  # than it runs out, a token is renewed
_TOKEN_LASTS = timedelta(hours=1)  # where Reddit does not say
_LINK, _TITLE_LIMIT, _NAME_LIMIT = "[link]", 500, 50
_TOKEN = re.compile(r"[!-~]{1,4000}")  # what a header may hold
_ID = re.compile(r"t3_[a-z0-9]{2,12}")
_REMOVED = re.compile(r"\[\s*(?:removed|deleted)\b[^\]]{0,40}\]", re.IGNORECASE)
_OWN_HOSTS = re.compile(r"(?:.+\.)?(?:reddit\.com|redd\.it|redditmedia\.com)")
_BLOCKED = re.compile(rb"network security|whoa there, pardner", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Token:
    text: str
    until: datetime

    def __repr__(self) -> str:
        return "_Token(***)"


class RedditAdapter:
    """Subreddits together, a search, or an account. Access tokens of apps are kept here, and nowhere else."""

    version = "reddit 1"

    def __init__(self, *, run: Run, clock: Clock) -> None:
        self._run = run
        self._clock = clock
        self._tokens: dict[tuple[str, str], _Token] = {}  # changes as tokens run out

    async def visit(self, source: Source, state: SourceState, *, fetch: Fetch) -> VisitResult:  # noqa: ARG002  # each visit is like the first
        options = source.options
        assert isinstance(options, RedditOptions)
        answer = (
            await self._ask_api(source, options, fetch)
            if options.client_id
            else await _ask_feed(source, options, fetch)
        )
        match answer:
            case FetchFailed():
                return _explained(answer, options, self._clock())
            case Fetched():
                read = await self._run(
                    read_listing if options.client_id else read_posts,
                    answer.body,
                    url=source.url,  # the one that was asked holds the user's token
                    named=bool(source.name),
                    lang=source.lang or "",
                    now=self._clock(),
                )
            case _:
                assert_never(answer)
        if not isinstance(read, Parsed):
            return read
        return Visited(
            parsed=read,
            bytes=len(answer.body),
            fresh_for=_used_up(answer.headers, self._clock()),
            # What a search shows is not all there is: a quiet one is followed by one of strangers only.
            complete=not options.fields,
        )

    async def _ask_api(self, source: Source, options: RedditOptions, fetch: Fetch) -> Fetched | FetchFailed:
        """Asks with the app's token, and once more with a new one where Reddit no longer takes the old."""
        fields = urlencode((*options.fields, ("limit", "100"), ("raw_json", "1")))
        url = f"{options.api or API}{options.path}?{fields}"
        answer: Fetched | FetchFailed
        for _ in range(2):
            token = await self._token(source, options, fetch)
            if isinstance(token, FetchFailed):
                return token
            bearer = ("Authorization", f"Bearer {token.text}")
            request = _request(source, options, url, (bearer,), base=options.api, spacing=_WITH_APP)
            answer = await ask_plainly(request, fetch=fetch)
            if not (isinstance(answer, FetchFailed) and answer.status == HTTPStatus.UNAUTHORIZED):
                return answer
            if self._tokens.get(_app(options)) is token:  # else another visit has renewed it meanwhile
                del self._tokens[_app(options)]
        return answer

    async def _token(self, source: Source, options: RedditOptions, fetch: Fetch) -> _Token | FetchFailed:
        now = self._clock()
        kept = self._tokens.get(_app(options))
        if kept is not None and now < kept.until - _EARLIER:
            return kept
        url = f"{options.base or BASE}/api/v1/access_token"
        request = _request(source, options, url, (), base=options.base, spacing=_WITH_APP)
        app = BasicAuth(user=options.client_id, password=options.client_secret)
        answer = await ask_plainly(
            replace(request, auth=app, form=(("grant_type", "client_credentials"),)), fetch=fetch
        )
        if isinstance(answer, FetchFailed):
            refused = answer.status in {HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED}
            return _refused_app() if refused else answer
        said = json_value(answer.body)
        value: Mapping[str, Any] = said if isinstance(said, dict) else {}
        token = value.get("access_token")
        if not isinstance(token, str) or not _TOKEN.fullmatch(token):
            return _refused_app()
        lasts = value.get("expires_in")
        until = now + (timedelta(seconds=lasts) if isinstance(lasts, int) and 0 < lasts < 10**7 else _TOKEN_LASTS)
        made = _Token(text=token, until=until)
        self._tokens[_app(options)] = made
        return made


def _app(options: RedditOptions) -> tuple[str, str]:
    return options.base or BASE, options.client_id


def _refused_app() -> FetchFailed:
    detail = "Reddit does not take client_id and client_secret; look them up at reddit.com/prefs/apps"
    return FetchFailed(reason=FetchFailure.SIGN_IN, detail=detail)


async def _ask_feed(source: Source, options: RedditOptions, fetch: Fetch) -> Fetched | FetchFailed:
    secret = (("feed", options.feed_token), ("user", options.user)) if options.feed_token else ()
    fields = urlencode((*options.fields, ("limit", "100"), *secret))
    ending = ".rss" if options.path.endswith("/search") else "/.rss"
    url = f"{options.base or BASE}{options.path}{ending}?{fields}"
    spacing = _WITH_TOKEN if options.feed_token else _WITHOUT_TOKEN
    return await ask_plainly(_request(source, options, url, (), base=options.base, spacing=spacing), fetch=fetch)


def _request(
    source: Source,
    options: RedditOptions,
    url: str,
    headers: tuple[tuple[str, str], ...],
    *,
    base: str | None,
    spacing: timedelta,
) -> Request:
    by = f"by /u/{options.user}" if options.user else "self-hosted"
    # The form that Reddit asks for; whoever sends none, or a browser's, is shut out.
    agent = ("User-Agent", f"server:announcement-monitor:{__version__} ({by})")
    trusted = host(base) if base else None
    return Request(url=url, headers=(agent, *headers), proxy=source.proxy, trusted_host=trusted, spacing=spacing)


def _explained(failed: FetchFailed, options: RedditOptions, now: datetime) -> FetchFailed:
    """The failure in words that help: who is refused, and until when."""
    anonymous = not (options.client_id or options.feed_token)
    hint = "; a feed token or an app of your own helps" if anonymous else ""
    value = json_value(failed.body)
    reason = value.get("reason") if isinstance(value, dict) else None
    if failed.reason is FetchFailure.RATE_LIMITED:
        wait = failed.retry_after or until_reset(failed.headers, now=now) or _UNTOLD_PAUSE
        return replace(failed, detail=f"{failed.detail}{hint}", retry_after=wait)
    if failed.status == HTTPStatus.UNAUTHORIZED:
        return replace(failed, reason=FetchFailure.SIGN_IN, detail=f"{failed.detail}: the token is not taken")
    if isinstance(reason, str) and reason:
        return replace(failed, detail=f"{failed.detail}: {clean_line(reason, 80)}")
    if failed.reason is FetchFailure.FORBIDDEN and _BLOCKED.search(failed.body):
        return replace(failed, detail=f"{failed.detail}: Reddit's network security blocks this machine's address{hint}")
    return failed


def _used_up(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long to leave Reddit alone after an answer that was the last one allowed."""
    try:
        remaining = float(headers.get("x-ratelimit-remaining", ""))
    except ValueError:
        return None
    return until_reset(headers, now=now) if remaining < 1 else None


def read_posts(body: bytes, *, url: str, named: bool, lang: str, now: datetime) -> ParseResult:
    """The posts of a feed."""

    def post(raw: Mapping[str, Any], entry: Entry) -> Entry | None:
        markup = next((_text(content, "value") for content in raw.get("content") or ()), "")
        content = fragment(markup)
        said = first(content, "div.md")
        article = next((attribute(a, "href") for a in content.css("a[href]") if a.text(strip=True) == _LINK), "")
        subreddit = next((tag.get("term") for tag in raw.get("tags") or ()), None)
        return _entry(
            id=entry.guid,
            title=entry.title,
            text=text_of(said) if said is not None else "",
            article=article,
            discussion=next(filter(None, entry.links), ""),
            author=entry.author.removeprefix("/u/"),
            subreddit="" if named or not isinstance(subreddit, str) else subreddit,
            published=entry.published,
            lang=lang,
        )

    return read_feed(body, url=url, content_type=None, now=now, refine=post)


def read_listing(body: bytes, *, url: str, named: bool, lang: str, now: datetime) -> Parsed | NotAFeed:  # noqa: ARG001  # dates are numbers here
    """The posts of an answer of the API."""
    value = json_value(body)
    if not isinstance(value, dict):
        return not_a_feed(body, url=url)
    data = value.get("data")
    children = data.get("children") if isinstance(data, dict) else None
    if not isinstance(children, list):
        message = value.get("message")
        said = clean_line(message, 120) if isinstance(message, str) else ""
        return NotAFeed(detail=f"Reddit answers without posts{f': {said}' if said else ''}")
    posts = [child.get("data") for child in children if isinstance(child, dict)]
    entries = [_listed(post, url, named=named, lang=lang) for post in posts if isinstance(post, dict)]
    items, untold = to_items([entry for entry in entries if entry is not None], base=url)
    return Parsed(items=items, title="Reddit", dropped=len(children) - len(entries) + entries.count(None) + untold)


def _listed(post: Mapping[str, Any], url: str, *, named: bool, lang: str) -> Entry | None:
    if post.get("removed_by_category"):
        return None
    created = post.get("created_utc")
    permalink = _text(post, "permalink")
    return _entry(
        id=_text(post, "name"),
        title=clean_line(_text(post, "title"), _TITLE_LIMIT),
        text=_text(post, "selftext"),
        article="" if post.get("is_self") else _text(post, "url"),
        discussion=f"{BASE}{permalink}" if permalink.startswith("/") else url,
        author=_text(post, "author"),
        subreddit="" if named else _text(post, "subreddit"),
        published=datetime.fromtimestamp(created, tz=UTC)
        if isinstance(created, int | float) and 0 < created < 10**11
        else None,
        lang=lang,
    )


def _entry(
    *,
    id: str,  # noqa: A002  # Reddit's word
    title: str,
    text: str,
    article: str,
    discussion: str,
    author: str,
    subreddit: str,
    published: datetime | None,
    lang: str,
) -> Entry | None:
    """The post; None when a moderator or its author took it away. It leads to the article, if it has one elsewhere."""
    if not _ID.fullmatch(id) or _REMOVED.fullmatch(title.strip()) or _REMOVED.fullmatch(text.strip()):
        return None
    name = clean_line(author, _NAME_LIMIT)
    elsewhere = not _OWN_HOSTS.fullmatch(host(article) or "reddit.com")  # a relative link has no host
    return Entry(
        guid=id,
        links=(article, discussion) if elsewhere else (discussion,),
        title=title,
        summary="",
        text=text,
        published=published,
        updated=None,
        author=author,
        publisher=f"r/{subreddit}" if subreddit else "",
        lang=lang,
        embeds=(Embed(platform="reddit", account=name.lower() or None, permalink=http_url(discussion, BASE)),),
    )


def _text(post: Mapping[str, Any], name: str) -> str:
    value = post.get(name)
    return value if isinstance(value, str) else ""
