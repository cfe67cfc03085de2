"""Sitemaps: the addresses of a site, for news sites of the last two days with their headlines; and indexes of such files."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import assert_never

from monitor.core.fetching import (
    Fetched,
    FetchFailed,
    NotAFeed,
    NotModified,
    Parsed,
    ParseFailed,
    Request,
    Unchanged,
    Visited,
    VisitResult,
)
from monitor.core.item import Item
from monitor.core.options import SitemapOptions
from monitor.core.source import Memory, Source, SourceState, Validators
from monitor.core.text import clean_line
from monitor.core.url import host, keeps_secrets
from monitor.ports import Clock, Fetch
from monitor.sources.reading import Run
from monitor.sources.robots import Robots
from monitor.sources.sitemapxml import Addresses, Index, SitemapFile, read_sitemap
from monitor.sources.visits import ask_plainly, is_since, request_of, under_options, with_options

MOST_FILES = 5  # of an index in one visit
_TROUBLE_LIMIT = 300
_NOT_HAD = "not had"  # in place of the lastmod of a file that could not be read at the first visit

_Files = Mapping[str, tuple[str, bool]]  # by address: the lastmod that was seen, and whether the file was read


@dataclass(slots=True)
class _Haul:
    """Mutable: what the files of an index have brought so far."""

    items: dict[str, Item] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    read: dict[str, str] = field(default_factory=dict)  # lastmod by address
    trouble: list[str] = field(default_factory=list)
    failures: list[FetchFailed | NotAFeed | ParseFailed] = field(default_factory=list)
    dropped: int = 0
    held: int = 0
    bytes: int = 0

    @property
    def said(self) -> str:
        """What went wrong, as one line."""
        return clean_line("; ".join(self.trouble), _TROUBLE_LIMIT)


class SitemapAdapter:
    """Sitemaps as robots.txt allows. Of an index, only files with a new name or a new lastmod are read."""

    version = "sitemap 1"

    def __init__(self, *, run: Run, clock: Clock, robots: Robots) -> None:
        self._run = run
        self._clock = clock
        self._robots = robots

    async def visit(self, source: Source, state: SourceState, *, fetch: Fetch) -> VisitResult:
        options = source.options
        assert isinstance(options, SitemapOptions)
        known = under_options(options, state)
        asked = self._robots.obeying(fetch) if options.obey_robots else fetch
        answer = await asked(request_of(source, known, version=self.version))
        match answer:
            case FetchFailed():
                return answer
            case NotModified():
                return Unchanged(
                    detail="304 not modified",
                    validators=answer.validators,
                    fresh_for=answer.fresh_for,
                    moved_to=answer.moved_to,
                )
            case Fetched():
                visit = await self._read_first(source, options, known, answer, asked)
                return with_options(visit, options, state)
            case _:
                assert_never(answer)

    async def _read_first(
        self, source: Source, options: SitemapOptions, state: SourceState, answer: Fetched, fetch: Fetch
    ) -> VisitResult:
        body_hash = hashlib.sha256(answer.body).hexdigest()
        if (body_hash, self.version) == (state.body_hash, state.parser):
            return _nothing_new("same body", answer)
        found = await self._read(source, options, answer)
        match found:
            case NotAFeed() | ParseFailed():
                return found
            case Addresses() if not found.items and found.held and state.baseline_at is not None:
                # Addresses that match nothing are no sitemap that has lost its items.
                return _nothing_new(found.trouble, answer)
            case Addresses():
                return Visited(
                    parsed=Parsed(items=found.items, dropped=found.dropped, trouble=found.trouble),
                    validators=answer.validators,
                    body_hash=body_hash,
                    fresh_for=answer.fresh_for,
                    moved_to=answer.moved_to,
                    bytes=len(answer.body),
                    memory={},
                    trouble=found.trouble,
                )
            case Index():
                return await self._descend(source, options, state, answer, found, body_hash, fetch)
            case _:
                assert_never(found)

    async def _read(
        self, source: Source, options: SitemapOptions, answer: Fetched
    ) -> Addresses | Index | NotAFeed | ParseFailed:
        return await self._run(
            read_sitemap,
            answer.body,
            url=answer.url,
            match=options.match,
            lang=source.lang or "",
            now=self._clock(),
        )

    async def _descend(
        self,
        source: Source,
        options: SitemapOptions,
        state: SourceState,
        answer: Fetched,
        index: Index,
        body_hash: str,
        fetch: Fetch,
    ) -> VisitResult:
        known = _remembered(state)
        due = _due(index.files, known)
        haul = _Haul(bytes=len(answer.body), trouble=[index.trouble] if index.trouble else [])
        for file in due[:MOST_FILES]:
            await self._read_file(source, options, state, file, known, haul, fetch)
        if haul.failures and not haul.read:
            return haul.failures[0]
        if not haul.read:
            return _nothing_new("no file of the index has changed", answer)
        if len(due) > MOST_FILES:
            haul.trouble.append(f"{len(due) - MOST_FILES} more files of the index wait for the next visit")
        files = _after(index.files, known, haul.read, tried=due[:MOST_FILES])
        # Files without a lastmod change unseen, and what failed is due again: then the index must not pass for unchanged.
        settled = (
            len(due) <= MOST_FILES and not haul.failures and all(lastmod for lastmod, read in files.values() if read)
        )
        memory: Memory = {"files": {url: [lastmod, read] for url, (lastmod, read) in files.items()}}
        if not haul.items and haul.held and state.baseline_at is not None:
            return replace(_nothing_new(haul.said, answer), validators=Validators(), memory=memory)
        return Visited(
            parsed=Parsed(items=tuple(haul.items.values()), dropped=haul.dropped),
            validators=answer.validators if settled else Validators(),
            body_hash=body_hash if settled else None,
            fresh_for=answer.fresh_for,
            moved_to=answer.moved_to,
            bytes=haul.bytes,
            memory=memory,
            trouble=haul.said,
            silent=frozenset(haul.silent),
            complete=False,
        )

    async def _read_file(
        self,
        source: Source,
        options: SitemapOptions,
        state: SourceState,
        file: SitemapFile,
        known: _Files | None,
        haul: _Haul,
        fetch: Fetch,
    ) -> None:
        answer = await ask_plainly(_request_of_file(source, file), fetch=fetch)
        found: Addresses | Index | NotAFeed | ParseFailed | FetchFailed
        if isinstance(answer, FetchFailed):
            found = answer
        else:
            found = await self._read(source, options, answer)
            haul.bytes += len(answer.body)
        match found:
            case FetchFailed() | NotAFeed() | ParseFailed():
                haul.failures.append(found)
                haul.trouble.append(f"{file.url} is not read: {found.detail}")
            case Index():
                haul.read[file.url] = file.lastmod
                haul.trouble.append(f"{file.url} is an index itself: add it as a source")
            case Addresses():
                haul.read[file.url] = file.lastmod
                haul.dropped += found.dropped
                haul.held += found.held
                haul.trouble += [f"{file.url}: {found.trouble}"] if found.trouble else []
                haul.items |= {item.key: item for item in found.items if item.key not in haul.items}
                if known is not None and file.url in known and not known[file.url][1]:
                    haul.silent |= {item.key for item in found.items if not is_since(item, state)}
            case _:
                assert_never(found)


def _remembered(state: SourceState) -> _Files | None:
    """The files of the index as they were; None when it was never read."""
    files = state.memory.get("files")
    return {url: (lastmod, read) for url, (lastmod, read) in files.items()} if files is not None else None


def _due(files: Sequence[SitemapFile], known: _Files | None) -> list[SitemapFile]:
    """The files to read, most wanted first: at first those for news and the latest; then what is new or has changed."""

    def worth(file: SitemapFile) -> tuple[bool, bool, str, int]:
        is_new = known is not None and file.url not in known
        # Where nothing is dated, the files that are listed last are mostly the newest.
        return (is_new, "news" in file.url.lower(), file.lastmod, places[file.url])

    places = {file.url: place for place, file in enumerate(files)}
    ranked = sorted(files, key=worth, reverse=True)
    if known is None:
        return ranked[:MOST_FILES]
    return [file for file in ranked if _has_changed(file, known.get(file.url))]


def _has_changed(file: SitemapFile, before: tuple[str, bool] | None) -> bool:
    if before is None:
        return True
    lastmod, read = before
    return file.lastmod != lastmod if file.lastmod else read or lastmod == _NOT_HAD


def _after(
    files: Sequence[SitemapFile], known: _Files | None, read: Mapping[str, str], *, tried: Sequence[SitemapFile]
) -> _Files:
    """What to remember of the files: those not read are as before, or, at the first visit, there and not read."""
    after: dict[str, tuple[str, bool]] = {}
    for file in files:
        if file.url in read:
            after[file.url] = (read[file.url], True)
        elif known is None:
            after[file.url] = (_NOT_HAD if file in tried else file.lastmod, False)
        elif file.url in known:
            after[file.url] = known[file.url]
    return after


def _request_of_file(source: Source, file: SitemapFile) -> Request:
    """The request for a file of the index, with the user's secrets only where they may go."""
    trusted = keeps_secrets(source.url, file.url)
    return Request(
        url=file.url,
        headers=source.headers if trusted else (),
        auth=source.auth if trusted else None,
        proxy=source.proxy,
        trusted_host=host(source.url) or None,
    )


def _nothing_new(detail: str, answer: Fetched) -> Unchanged:
    return Unchanged(
        detail=detail,
        validators=answer.validators,
        fresh_for=answer.fresh_for,
        moved_to=answer.moved_to,
        bytes=len(answer.body),
    )
