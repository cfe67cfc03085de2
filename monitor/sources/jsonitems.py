"""Items out of JSON, by JMESPath: what an API answers, or what a page carries in its scripts."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from monitor.core.fetching import (
    Fetched,
    FetchFailed,
    FetchFailure,
    FetchResult,
    NotAFeed,
    Parsed,
    ParseResult,
    Request,
    VisitResult,
)
from monitor.core.jsonquery import QueryError, ask
from monitor.core.options import JsonOptions
from monitor.core.source import Source, SourceState
from monitor.core.text import clean_line
from monitor.ports import Clock, Fetch
from monitor.sources import html
from monitor.sources.charset import decoded
from monitor.sources.entries import Entry, newest, to_items
from monitor.sources.jsonfeed import is_json
from monitor.sources.notafeed import not_a_feed
from monitor.sources.reading import Run, json_value
from monitor.sources.robots import Robots
from monitor.sources.scripts import NoDataError, data_of
from monitor.sources.showndates import read_shown_date
from monitor.sources.visits import request_of, under_options, visit_document, with_options

_TITLE_LIMIT = 500
_SHOWN = 120
_MOST_KEYS = 12
# Names that many APIs share; "rendered" is WordPress.
_USUAL = {
    "title": "title.rendered || title || headline || name",
    "link": "link || url || href || permalink || webUrl || canonical_url",
    "date": "date_gmt || publishedAt || published_at || datePublished || published || pubDate || date || createdAt || created_at",
    "summary": "excerpt.rendered || summary || description || excerpt || teaser",
    "guid": 'id || guid || uuid || "@id"',
}
_UNREADABLE_PREFIX = b")]}'"  # keeps browsers from running an answer as a script; what follows the line is JSON
_SAYINGS = ("error.message", "error_description", "message", "detail", "error", "errors[0].message", "title")


class JsonAdapter:
    """JSON documents, and pages that carry JSON."""

    version = "json 1"

    def __init__(self, *, run: Run, clock: Clock, robots: Robots) -> None:
        self._run = run
        self._clock = clock
        self._robots = robots

    async def visit(self, source: Source, state: SourceState, *, fetch: Fetch) -> VisitResult:
        options = source.options
        assert isinstance(options, JsonOptions)
        known = under_options(options, state)
        is_page = bool(options.script)
        asked = self._robots.obeying(fetch) if is_page and options.obey_robots else fetch

        async def ask_explained(request: Request) -> FetchResult:
            answer = await asked(request)
            return explained(answer) if isinstance(answer, FetchFailed) else answer

        async def read(answer: Fetched) -> ParseResult:
            return await self._run(
                read_json_items,
                answer.body,
                url=answer.url,
                content_type=answer.content_type,
                options=options,
                lang=source.lang or "",
                now=self._clock(),
            )

        request = request_of(source, known, version=self.version)
        if not any(name.lower() == "accept" for name, _ in request.headers):
            accept = "text/html, */*;q=0.5" if is_page else "application/json, */*;q=0.5"
            request = replace(request, headers=(*request.headers, ("Accept", accept)))
        visit = await visit_document(known, request, version=self.version, fetch=ask_explained, read=read)
        return with_options(visit, options, state)


def explained(failed: FetchFailed) -> FetchFailed:
    """The failure with the API's own words; one that asks for a key is for the user to mend."""
    value = json_value(failed.body) if failed.body else None
    said = next((text for saying in _SAYINGS if isinstance(text := ask(saying, value), str)), "") if value else ""
    if failed.status == 401:  # noqa: PLR2004  # HTTP: not signed in
        advice = "give the key under headers, or user and password under auth"
        failed = replace(failed, reason=FetchFailure.SIGN_IN, detail=f"{failed.detail}; {advice}")
    return replace(failed, detail=f"{failed.detail}; it says “{clean_line(said, _SHOWN)}”") if said else failed


def read_json_items(
    body: bytes, *, url: str, content_type: str | None, options: JsonOptions, lang: str, now: datetime
) -> ParseResult:
    """The items of the document in its order; NotAFeed, with what was found instead, where there is no list of them."""
    try:
        document = _from_page(body, content_type, options.script) if options.script else _from_body(body, url)
        found = document if isinstance(document, NotAFeed) else ask(options.items, document)
    except NoDataError as error:
        page = not_a_feed(body, url=url).detail
        return NotAFeed(detail=clean_line(f"{error}; the page is {page.removeprefix('not a feed; ')}", 300))
    except QueryError as error:
        return NotAFeed(detail=clean_line(f"items “{options.items}” {error}", 300))
    if isinstance(found, NotAFeed):
        return found
    if not isinstance(found, list):
        return NotAFeed(detail=clean_line(_no_list(options.items, found, document), 400))
    reader = _ItemReader(options, lang=lang, now=now)
    kept = newest([reader.date(element) for element in found])
    entries = [reader.entry(found[place]) for place in kept]
    if wrong := reader.wrong_everywhere(len(entries)):
        return NotAFeed(detail=clean_line(f"{len(entries)} items, but in all of them {wrong}", 300))
    items, untold = to_items(entries, base=url)
    return Parsed(items=items, dropped=len(found) - len(kept) + untold, trouble=reader.trouble(len(entries)))


def _from_page(body: bytes, content_type: str | None, script: str) -> Any:
    return data_of(html.parse(decoded(body, content_type)), script)


def _from_body(body: bytes, url: str) -> Any:
    if body.startswith(_UNREADABLE_PREFIX):
        body = body.partition(b"\n")[2]
    value = json_value(body)
    if value is not None or body.strip() == b"null":
        return value
    if is_json(body):
        return NotAFeed(detail="JSON that cannot be read: damaged, or nested too deeply")
    return NotAFeed(detail=f"no JSON: {not_a_feed(body, url=url).detail.removeprefix('not a feed; ')}")


def _no_list(expression: str, found: object, document: object) -> str:
    if found is not None:
        advice = f"; values({expression}) may be meant" if isinstance(found, dict) else ""
        return f"items “{expression}” finds {_kind(found)}, and a list is expected{advice}"
    if isinstance(document, dict):
        held = ", ".join(str(key) for key in list(document)[:_MOST_KEYS])
        said = next((text for saying in _SAYINGS if isinstance(text := ask(saying, document), str)), "")
        says = f"; it says “{clean_line(said, _SHOWN)}”" if said else ""
        return f"items “{expression}” finds nothing; the document holds: {held or 'nothing'}{says}"
    return f"items “{expression}” finds nothing; the document is {_kind(document)}"


def _kind(value: object) -> str:
    kinds: Mapping[type, str] = {
        dict: "an object",
        list: "a list",
        str: "text",
        bool: "yes or no",
        type(None): "nothing",
    }
    return kinds.get(type(value), "a number")


class _ItemReader:
    """Reads one item after the other and keeps count of what was missing or wrong in how many of them."""

    def __init__(self, options: JsonOptions, *, lang: str, now: datetime) -> None:
        self._given = {name for name in _USUAL if getattr(options, name)}
        self._expressions = {name: getattr(options, name) or usual for name, usual in _USUAL.items()}
        self._date_format = options.date_format
        self._lang = lang
        self._now = now
        self._missing: Counter[str] = Counter()
        self._said: dict[str, str] = {}

    def date(self, element: object) -> datetime | None:
        shown = self._text("date", element)
        return read_shown_date(shown, now=self._now, date_format=self._date_format, lang=self._lang) if shown else None

    def entry(self, element: object) -> Entry:
        title, link, summary, guid = (self._counted(name, element) for name in ("title", "link", "summary", "guid"))
        date = self.date(element)
        if date is None:
            self._missing["date"] += 1
        return Entry(
            guid=guid,
            links=(link,),
            title=html.to_line(title, _TITLE_LIMIT),
            summary=html.to_text(summary),
            text="",
            published=date,
            updated=None,
            author="",
            publisher="",
            lang=self._lang,
        )

    def wrong_everywhere(self, items: int) -> str:
        """What makes the document another than the one that was described; "" where it is not."""
        nowhere = [name for name in ("title", "link") if items and self._missing[name] == items]
        given = [name for name in nowhere if name in self._given]
        if given:
            return f"{given[0]} “{self._expressions[given[0]]}” {self._said.get(given[0], 'finds nothing')}"
        return "neither a title nor a link is found; say where they stand" if len(nowhere) > 1 else ""

    def trouble(self, items: int) -> str:
        """What the user said where it stands, and what was found in no item."""
        missing = [name for name in ("date", "summary", "guid") if name in self._given and self._missing[name] == items]
        said = [f"in no item {name} “{self._expressions[name]}” can be read" for name in missing if items]
        return clean_line("; ".join(said), 200)

    def _counted(self, name: str, element: object) -> str:
        text = self._text(name, element)
        if not text:
            self._missing[name] += 1
        return text

    def _text(self, name: str, element: object) -> str:
        """The text or number that stands there, "" where there is none."""
        try:
            value = ask(self._expressions[name], element)
        except QueryError as error:
            self._said[name] = str(error)
            return ""
        if isinstance(value, str):
            return value.strip()
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(int(value)) if float(value).is_integer() else json.dumps(value)
        if value is not None:
            self._said[name] = f"finds {_kind(value)}, and text is expected"
        return ""
