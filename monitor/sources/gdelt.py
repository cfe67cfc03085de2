"""Articles of the world's press about what is watched, found by the GDELT Project's DOC API.

GDELT says everything with status 200: articles, "too fast", and what is wrong with a query, the latter two as plain
words. It reads with machine translation, and dates an article by when it was seen, to the quarter of an hour.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, assert_never
from urllib.parse import quote, urlencode

from monitor.core.fetching import (
    Fetched,
    FetchFailed,
    FetchFailure,
    NotAFeed,
    Parsed,
    ParseFailed,
    Request,
    VisitResult,
)
from monitor.core.options import SearchOptions
from monitor.core.searching import LANGUAGES, Wanted, portions
from monitor.core.source import Source, SourceState
from monitor.core.text import clean_line
from monitor.core.url import host
from monitor.ports import Clock, Fetch
from monitor.sources.entries import Entry, to_items
from monitor.sources.html import to_line, to_text
from monitor.sources.jsonshape import text_at
from monitor.sources.notafeed import not_a_feed
from monitor.sources.reading import Run, json_value
from monitor.sources.searches import Answered, Question, days_away, visit_searches
from monitor.sources.visits import ask_plainly

BASE = "https://api.gdeltproject.org"
_CODES = {name: code for code, name in LANGUAGES.items()}
_SPACING = timedelta(seconds=7)  # asked for are 5; from shared addresses less is borne
_MOST_QUESTIONS = 6  # of one visit
_LONGEST_QUERY = 240
_SHORTEST_NAME = 4  # letters; shorter phrases are refused
_TOO_FAST = re.compile(r"limit requests", re.IGNORECASE)
_PAUSE = timedelta(minutes=1)
_TITLE_LIMIT = 500
_NOT_IN_NAMES = re.compile(r"[^\w\s'’.&-]+")
_BAD_ESCAPE = re.compile(rb'\\(?!["\\/bfnrt]|u[0-9a-fA-F]{4})')
_BEFORE_MARK = re.compile(r"\s+([,.;:!?%)\]}’])")
_BEHIND_MARK = re.compile(r"([(\[{‘])\s+")
_APOSTROPHE = re.compile(r"(\w) ' (s|t|re|ve|ll|d|m)\b")
_TAIL = re.compile(r"\s+[|–—-]\s+([^|–—]{2,40})$")


@dataclass(frozen=True, slots=True, kw_only=True)
class TooFast:
    """What GDELT says, with status 200, to whoever asks too often."""

    detail: str


class GdeltAdapter:
    """Searches for the watchlist, many titles in one question."""

    version = "gdelt 1"

    def __init__(self, *, run: Run, clock: Clock) -> None:
        self._run = run
        self._clock = clock

    async def visit(self, source: Source, state: SourceState, *, fetch: Fetch) -> VisitResult:
        options = source.options
        assert isinstance(options, SearchOptions)
        now = self._clock()
        days = days_away(state, now=now)

        def put(found: Sequence[Wanted]) -> Iterator[Question]:
            return questions(found, languages=options.languages)

        async def ask(question: Question) -> Answered:
            return await self._ask(source, _address(options, question.text, days), fetch)

        return await visit_searches(options.wanted, state, put=put, ask=ask, most=_MOST_QUESTIONS, now=now)

    async def _ask(self, source: Source, url: str, fetch: Fetch) -> Answered:
        options = source.options
        assert isinstance(options, SearchOptions)
        trusted = host(options.base) if options.base else None
        answer = await ask_plainly(
            Request(url=url, proxy=source.proxy, trusted_host=trusted, spacing=_SPACING), fetch=fetch
        )
        match answer:
            case FetchFailed() if answer.reason is FetchFailure.RATE_LIMITED and answer.retry_after is None:
                return replace(answer, retry_after=_PAUSE)
            case FetchFailed():
                return answer
            case Fetched():
                read = await self._run(read_articles, answer.body, url=answer.url, lang=source.lang or "")
            case _:
                assert_never(answer)
        if isinstance(read, TooFast):
            return FetchFailed(reason=FetchFailure.RATE_LIMITED, detail=read.detail, retry_after=_PAUSE)
        return read


def read_articles(body: bytes, *, url: str, lang: str) -> Parsed | NotAFeed | TooFast | ParseFailed:
    """The articles of an answer; `{}` is none. `lang` outweighs what GDELT says of an article's language."""
    value = json_value(body)
    if value is None:
        value = json_value(_BAD_ESCAPE.sub(rb"\\\\", body))
    if not isinstance(value, dict):
        return _refusal(body, url)
    articles = value.get("articles", [])
    if not isinstance(articles, list):
        return NotAFeed(detail="GDELT answers with articles of a shape we do not know")
    entries = [_entry(article, lang) for article in articles if isinstance(article, dict)]
    items, untold = to_items(entries, base=url)
    return Parsed(items=items, title="GDELT", dropped=len(articles) - len(entries) + untold)


def _refusal(body: bytes, url: str) -> NotAFeed | TooFast:
    words = clean_line(to_text(body[:2_000].decode("utf-8", errors="replace")), 200)
    if _TOO_FAST.search(words):
        return TooFast(detail=f"GDELT asks for fewer requests: “{words}”")
    if b"<html" in body[:2_000].lower() or body.lstrip()[:1] in {b"", b"{", b"["}:
        return not_a_feed(body, url=url)
    return NotAFeed(detail=f"GDELT refuses the query: “{words}”")


def _entry(article: dict[str, Any], lang: str) -> Entry:
    domain = clean_line(text_at(article, "domain").lower().removeprefix("www."), 200)
    return Entry(
        guid="",
        links=(text_at(article, "url"), text_at(article, "url_mobile")),
        title=_title(text_at(article, "title"), domain),
        summary="",
        text="",
        published=_seen(text_at(article, "seendate")),
        updated=None,
        author="",
        publisher=domain,
        lang=lang or _CODES.get(text_at(article, "language").lower(), ""),
    )


def _title(written: str, domain: str) -> str:
    """The headline, without the spaces that GDELT puts around marks and without the outlet's name behind it."""
    title = _BEHIND_MARK.sub(r"\1", _BEFORE_MARK.sub(r"\1", to_line(written, _TITLE_LIMIT)))
    title = _APOSTROPHE.sub(r"\1'\2", title)
    tail = _TAIL.search(title)
    if tail and re.sub(r"[\W_]", "", tail[1].lower()) in re.sub(r"[\W_]", "", domain.rpartition(".")[0]):
        title = title[: tail.start()]
    return title


def _seen(stamp: str) -> datetime | None:
    try:
        return datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def questions(found: Sequence[Wanted], *, languages: tuple[str, ...]) -> Iterator[Question]:
    """As few questions as hold all names. What needs words near its name has a question of its own.

    GDELT knows no groups within groups, and refuses a group of one.
    """
    behind = _behind(languages)
    plain: dict[str, frozenset[str]] = {}
    for one in found:
        for name in _names(one.names) if not one.context else ():
            plain[name] = plain.get(name, frozenset()) | {one.key}
    for names in portions(tuple(plain), fits=partial(_fits_near, near=(), behind=behind)):
        yield Question(text=_query((names,), behind), keys=frozenset().union(*(plain[name] for name in names)))
    for one in found:
        if one.query:
            yield Question(text=f"{one.query}{behind}", keys=frozenset({one.key}))
        elif one.context and (names := _names(one.names)):
            near = tuple(group for group in map(_names, one.context) if group)
            for portion in portions(names, fits=partial(_fits_near, near=near, behind=behind)):
                yield Question(text=_query((portion, *near), behind), keys=frozenset({one.key}))


def _names(names: Sequence[str]) -> tuple[str, ...]:
    """The names as GDELT takes them: without marks; those too short for it are left out."""
    bare = (clean_line(_NOT_IN_NAMES.sub(" ", name), _TITLE_LIMIT) for name in names)
    return tuple(dict.fromkeys(name for name in bare if len(name) >= _SHORTEST_NAME))


def _fits_near(names: tuple[str, ...], *, near: tuple[tuple[str, ...], ...], behind: str) -> bool:
    return len(_query((names, *near), behind)) <= _LONGEST_QUERY


def _query(groups: Sequence[Sequence[str]], behind: str) -> str:
    return " ".join(_any_of([f'"{name}"' for name in group]) for group in groups) + behind


def _behind(languages: tuple[str, ...]) -> str:
    return f" {_any_of([f'sourcelang:{LANGUAGES[code]}' for code in languages])}" if languages else ""


def _any_of(terms: Sequence[str]) -> str:
    return f"({' OR '.join(terms)})" if len(terms) > 1 else "".join(terms)


def _address(options: SearchOptions, query: str, days: int) -> str:
    fields = {
        "query": query,
        "mode": "artlist",
        "format": "json",
        "timespan": f"{days}d",
        "maxrecords": "250",
        "sort": "datedesc",
    }
    return f"{options.base or BASE}/api/v2/doc/doc?{urlencode(fields, quote_via=quote)}"
