"""A page without a feed: its items by CSS selectors, or one element watched for what is added to it."""

from dataclasses import replace

from monitor.core.fetching import (
    Fetched,
    NotAFeed,
    Parsed,
    ParseFailed,
    ParseResult,
    Request,
    Unchanged,
    Visited,
    VisitResult,
)
from monitor.core.options import PageOptions
from monitor.core.source import Memory, Source, SourceState
from monitor.ports import Clock, Fetch
from monitor.sources.listing import read_listing
from monitor.sources.reading import Run
from monitor.sources.robots import Robots
from monitor.sources.visits import mark_of_options, request_of, under_options, visit_document, with_options
from monitor.sources.watched import Watched, read_watched

_HTML = ("Accept", "text/html, application/xhtml+xml;q=0.9, */*;q=0.5")
_MOST_MARKS = 3_000  # of lines read now and before: what disappears and comes back is no news


class PageAdapter:
    """HTML pages, as their robots.txt allows."""

    version = "page 1"

    def __init__(self, *, run: Run, clock: Clock, robots: Robots) -> None:
        self._run = run
        self._clock = clock
        self._robots = robots

    async def visit(self, source: Source, state: SourceState, *, fetch: Fetch) -> VisitResult:
        options = source.options
        assert isinstance(options, PageOptions)
        known = under_options(options, state)
        asked = self._robots.obeying(fetch) if options.obey_robots else fetch
        request = _asking_for_html(request_of(source, known, version=self.version))
        if options.watch:
            return await self._watch(source, options, known, request, asked)

        async def read(answer: Fetched) -> ParseResult:
            return await self._run(
                read_listing,
                answer.body,
                url=answer.url,
                content_type=answer.content_type,
                options=options,
                source_url=source.url,
                lang=source.lang or "",
                now=self._clock(),
            )

        visit = await visit_document(known, request, version=self.version, fetch=asked, read=read)
        return with_options(visit, options, state)

    async def _watch(
        self, source: Source, options: PageOptions, state: SourceState, request: Request, fetch: Fetch
    ) -> VisitResult:
        known = tuple(state.memory["lines"]) if "lines" in state.memory else None
        found = Watched(marks=())

        async def read(answer: Fetched) -> ParseResult:
            nonlocal found
            result = await self._run(
                read_watched,
                answer.body,
                url=answer.url,
                content_type=answer.content_type,
                options=options,
                source_url=source.url,
                known=known,
                lang=source.lang or "",
                now=self._clock(),
            )
            if isinstance(result, NotAFeed | ParseFailed):
                return result
            found = result
            return Parsed(items=(result.added,) if result.added else ())

        visit = await visit_document(state, request, version=self.version, fetch=fetch, read=read)
        if not isinstance(visit, Visited):
            return visit
        marks = tuple(dict.fromkeys((*found.marks, *(known or ()))))[:_MOST_MARKS]
        memory: Memory = {"options": mark_of_options(options), "lines": list(marks)}
        if known is None or found.added is not None:
            return replace(visit, memory=memory, complete=False)
        # No document without items, which would look like a page that has lost them.
        return Unchanged(
            detail="no line was added",
            validators=visit.validators,
            fresh_for=visit.fresh_for,
            moved_to=visit.moved_to,
            bytes=visit.bytes,
            memory=memory,
        )


def _asking_for_html(request: Request) -> Request:
    """Pages are asked for as browsers do, unless the user says what to accept; servers may answer feeds else."""
    said = any(name.lower() == "accept" for name, _ in request.headers)
    return request if said else replace(request, headers=(*request.headers, _HTML))
