"""The search feeds of Bing News and Google News, one question for each watch."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, assert_never
from urllib.parse import quote, urlencode, urlsplit

from monitor.core.fetching import (
    Fetched,
    FetchFailed,
    FetchFailure,
    Parsed,
    ParseResult,
    Request,
    VisitResult,
)
from monitor.core.item import Item
from monitor.core.options import SearchOptions
from monitor.core.searching import Wanted, portions
from monitor.core.source import Source, SourceState
from monitor.core.url import host, is_wall, same_site
from monitor.ports import Clock, Fetch
from monitor.sources.entries import Entry, in_language
from monitor.sources.feed import read_feed
from monitor.sources.reading import Run
from monitor.sources.searches import Answered, Question, days_away, visit_searches
from monitor.sources.visits import ask_plainly

BING, GOOGLE = "https://www.bing.com", "https://news.google.com"
_MOST_QUESTIONS = 8  # of one visit
_MOST_WORDS = 28  # of one question; Google reads about 32
_SPACING = {"bing-news": timedelta(seconds=2), "google-news": timedelta(seconds=10)}
# Editions whose language Google writes in its own way.
_EDITIONS = {
    "pt-BR": "BR:pt-419",
    "es-MX": "MX:es-419",
    "es-AR": "AR:es-419",
    "zh-TW": "TW:zh-Hant",
    "zh-HK": "HK:zh-Hant",
}
_SORRY = "/sorry/"

Address = Callable[[SearchOptions, str, int], str]


class NewsFeedAdapter:
    """A search engine's feed of what is watched. `address` makes the address of a question."""

    version = "news search 1"

    def __init__(self, address: Address, *, run: Run, clock: Clock) -> None:
        self._address = address
        self._run = run
        self._clock = clock

    async def visit(self, source: Source, state: SourceState, *, fetch: Fetch) -> VisitResult:
        options = source.options
        assert isinstance(options, SearchOptions)
        now = self._clock()
        days = days_away(state, now=now)

        async def ask(question: Question) -> Answered:
            return await self._ask(source, self._address(options, question.text, days), fetch)

        return await visit_searches(options.wanted, state, put=questions, ask=ask, most=_MOST_QUESTIONS, now=now)

    async def _ask(self, source: Source, url: str, fetch: Fetch) -> Answered:
        options = source.options
        assert isinstance(options, SearchOptions)
        answer = await ask_plainly(
            Request(
                url=url,
                proxy=source.proxy,
                trusted_host=host(options.base) if options.base else None,
                spacing=_SPACING[source.type],
            ),
            fetch=fetch,
        )
        match answer:
            case FetchFailed():
                return answer
            case Fetched() if is_wall(answer.url) or _SORRY in urlsplit(answer.url).path:
                return FetchFailed(
                    reason=FetchFailure.FORBIDDEN, detail=f"{host(url)} shows its consent page or “sorry” page instead"
                )
            case Fetched():
                read = await self._run(
                    read_results, answer.body, url=answer.url, content_type=answer.content_type, now=self._clock()
                )
            case _:
                assert_never(answer)
        return in_language(read, source.lang)


def bing_address(options: SearchOptions, query: str, days: int) -> str:  # noqa: ARG001  # Bing takes no such span
    """The address of a search on Bing News; order by date is undocumented."""
    newest = {"qft": 'sortbydate="1"'} if options.newest_first else {}
    fields = {"q": query, "format": "rss", "mkt": options.market, **newest}
    return f"{options.base or BING}/news/search?{urlencode(fields, quote_via=quote)}"


def google_address(options: SearchOptions, query: str, days: int) -> str:
    """The address of a search on Google News; language, country and edition must agree."""
    lang, _, country = options.market.partition("-")
    edition = _EDITIONS.get(options.market, f"{country}:{lang}")
    fields = {"q": f"{query} when:{days}d", "hl": options.market, "gl": country, "ceid": edition}
    return f"{options.base or GOOGLE}/rss/search?{urlencode(fields, quote_via=quote)}"


def questions(found: Sequence[Wanted]) -> Iterator[Question]:
    """A question for each watch; several where it has more names than one question holds."""
    for one in found:
        if one.query:
            yield Question(text=one.query, keys=frozenset({one.key}))
            continue
        for names in portions(one.names, fits=partial(_fits_near, near=one.context)):
            yield Question(text=_text((names, *one.context)), keys=frozenset({one.key}))


def _fits_near(names: tuple[str, ...], *, near: tuple[tuple[str, ...], ...]) -> bool:
    return len(_text((names, *near)).split()) <= _MOST_WORDS


def _text(groups: Sequence[Sequence[str]]) -> str:
    return " ".join(_any_of(group) for group in groups)


def _any_of(group: Sequence[str]) -> str:
    terms = " OR ".join(f'"{name}"' for name in group)
    return f"({terms})" if len(group) > 1 else terms


def read_results(body: bytes, *, url: str, content_type: str | None, now: datetime) -> ParseResult:
    """The articles of a search feed. Copies on MSN come last, so that of two the outlet's own is kept."""
    read = read_feed(body, url=url, content_type=content_type, now=now, refine=_refine)
    if not isinstance(read, Parsed):
        return read
    return replace(read, items=tuple(sorted(read.items, key=_is_copy)))


def _refine(raw: Mapping[str, Any], entry: Entry) -> Entry:
    # Bing's namespace holds the query, so that only the local name can be relied on.
    named = next((text for name, text in raw.items() if name.endswith("_source") and isinstance(text, str)), "")
    publisher = (entry.publisher or named).strip().removesuffix(" on MSN")
    title = entry.title.removesuffix(f" - {publisher}") if publisher else entry.title
    return replace(entry, title=title, publisher=publisher)


def _is_copy(item: Item) -> bool:
    return item.url is not None and same_site(item.url, "https://msn.com")
