"""Finding what of a site can be read as a source: every candidate is fetched and read before it is offered."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol
from urllib.parse import urljoin

from monitor.core.discovery import Candidate, Link, Site, Traits, ranked, usual_places
from monitor.core.fetching import Fetched, FetchFailed, FetchFailure, FetchResult, ParseFailed, Request
from monitor.core.platforms import Entry, Platform, platform_of
from monitor.core.source import Source
from monitor.core.url import canonical, host
from monitor.ports import Adapter, Clock, Fetch
from monitor.trial import try_source

_MOST_TRIED = 12  # addresses of one site; each costs its server a request
_MOST_LISTS = 2  # pages that list feeds, followed from the page that links to them


class ReadSite(Protocol):
    """Reads what a page and its `Link` header say of feeds, in the killable process."""

    async def __call__(
        self, body: bytes, *, url: str, content_type: str | None, link_header: str
    ) -> Site | ParseFailed: ...


class ReadTraits(Protocol):
    """Reads what a feed says of itself beside its entries, in the killable process."""

    async def __call__(self, body: bytes, *, url: str, link_header: str) -> Traits | ParseFailed: ...


class ReadSitemaps(Protocol):
    """Reads which news sitemaps a robots.txt names, in the killable process."""

    async def __call__(self, body: bytes, *, url: str) -> Site | ParseFailed: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Scout:
    """Everything a search works with; the composition root fills it, tests fill it with fakes."""

    fetch: Fetch
    adapters: Mapping[str, Adapter]  # by source type
    source_of: Callable[[Entry], Source | None]  # None where an entry lacks something only the user has
    read_site: ReadSite
    read_traits: ReadTraits
    read_sitemaps: ReadSitemaps
    clock: Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What can be read of a site, best first, what was tried in vain, and why there is nothing."""

    title: str = ""
    found: tuple[Candidate, ...] = ()
    missed: tuple[tuple[str, str], ...] = ()  # address and reason
    detail: str = ""


async def discover(url: str, *, scout: Scout) -> Discovery:
    """Looks for sources at the address of a site, a feed or an account. The user names it, so it may be private."""
    search = _Search(url, scout)
    platform = platform_of(url)
    if platform is not None:
        found = await search.by_platform(platform)
        if found or platform.remedy:
            remedy = f"{platform.name}, {platform.account}: {platform.remedy}"
            return search.result(title=platform.name, detail=remedy)
    answer = await search.fetch(Request(url=url))
    if isinstance(answer, FetchFailed) and answer.reason is FetchFailure.FORBIDDEN:
        search.missed.append((url, answer.detail))
        await search.by_page(Site(), url)  # many a site shows its pages to browsers only, and its feed to everybody
        return search.result(detail=answer.detail)
    if not isinstance(answer, Fetched):
        return search.result(detail=answer.detail if isinstance(answer, FetchFailed) else "304 to a plain request")
    if await search.attempt({"type": "feed", "url": url}, how="the address itself"):
        return search.result()
    site = await search.read(answer, link_header=answer.headers.get("link", ""))
    if isinstance(site, ParseFailed):
        return search.result(detail=site.detail)
    search.missed.clear()  # that a page is no feed is no news
    await search.by_page(site, answer.url)
    return search.result(title=site.title, detail="no feed is declared, linked, or in one of the usual places")


@dataclass(slots=True)
class _Search:
    """One search: what was asked for, fetched and found. Mutable for as long as it runs."""

    url: str
    scout: Scout
    found: list[Candidate] = field(default_factory=list)
    missed: list[tuple[str, str]] = field(default_factory=list)
    tried: set[str] = field(default_factory=set)
    answers: dict[Request, FetchResult] = field(default_factory=dict)

    async def fetch(self, request: Request) -> FetchResult:
        """Asks for everything once. Only the host that the user typed may lie in a private network."""
        asked = replace(request, trusted_host=host(self.url) or None)
        if asked not in self.answers:
            self.answers[asked] = await self.scout.fetch(asked)
        return self.answers[asked]

    def answer(self, url: str) -> FetchResult | None:
        """What came of asking for an address, where it was asked for plainly."""
        return self.answers.get(Request(url=url, trusted_host=host(self.url) or None))

    async def read(self, page: Fetched, *, link_header: str) -> Site | ParseFailed:
        """What a page says of feeds."""
        return await self.scout.read_site(
            page.body, url=page.url, content_type=page.content_type, link_header=link_header
        )

    async def by_platform(self, platform: Platform) -> bool:
        """Whether one of the ways to read an account of a service is open."""
        for way in platform.ways:
            if await self.attempt({**way, "name": platform.account}, how=f"{platform.name}, by its address"):
                return True
        return False

    async def by_page(self, site: Site, url: str) -> None:
        """Tries what a page offers; where it offers nothing, the usual places; and news sitemaps besides."""
        await self._links(site.declared, how="declared by the page")
        lists = await self._links(site.linked, how="linked from the page")
        for page in lists[:_MOST_LISTS]:
            listed = await self.read(page, link_header="")
            if isinstance(listed, Site):
                await self._links((*listed.declared, *listed.linked), how=f"listed at {page.url}")
        if not self.found and not site.declared:
            for place in usual_places(url):
                if await self.attempt({"type": "feed", "url": place}, how="in a usual place, not declared"):
                    break
        await self._sitemaps(url)

    async def _links(self, links: Iterable[Link], *, how: str) -> list[Fetched]:
        """Tries feeds; returns the pages that were there instead, which may be lists of feeds."""
        pages = []
        for link in links:
            is_feed = await self.attempt({"type": "feed", "url": link.url, "name": link.title}, how=how)
            answer = self.answer(link.url)
            if not is_feed and isinstance(answer, Fetched):
                pages.append(answer)
        return pages

    async def _sitemaps(self, url: str) -> None:
        robots = urljoin(url, "/robots.txt")
        if self.scout.source_of({"id": "candidate", "type": "sitemap", "url": robots}) is None:
            return
        answer = await self.fetch(Request(url=robots))
        named = await self.scout.read_sitemaps(answer.body, url=answer.url) if isinstance(answer, Fetched) else Site()
        for link in named.linked if isinstance(named, Site) else ():
            await self.attempt({"type": "sitemap", "url": link.url}, how="a news sitemap named by robots.txt")

    async def attempt(self, entry: Entry, *, how: str) -> bool:
        """Whether the entry can be read as it stands; each address is tried once."""
        where = {key: value for key, value in entry.items() if key != "name"}
        source = self.scout.source_of({"id": "candidate", **where})
        key = canonical(source.url) if source else ""
        if source is None or key in self.tried or len(self.tried) >= _MOST_TRIED:
            return False
        self.tried.add(key)
        trial = await try_source(
            source, adapter=self.scout.adapters[source.type], fetch=self.fetch, now=self.scout.clock()
        )
        if trial.visited is None:
            self.missed.append((source.url, trial.detail))
            return False
        moved = {"url": trial.visited.moved_to} if trial.visited.moved_to and "url" in entry else {}
        parsed = trial.visited.parsed
        candidate = Candidate(
            entry={**where, **moved},
            how=how,
            title=parsed.title or entry.get("name", ""),
            items=len(parsed.items),
            newest=max((item.published for item in parsed.items if item.published), default=None),
            traits=await self._traits(source),
            story=frozenset(canonical(item.url) if item.url else item.title for item in parsed.items),
        )
        self.found.append(candidate)
        return True

    async def _traits(self, source: Source) -> Traits:
        answer = self.answer(source.url)
        if source.type != "feed" or not isinstance(answer, Fetched):
            return Traits()
        traits = await self.scout.read_traits(answer.body, url=answer.url, link_header=answer.headers.get("link", ""))
        return traits if isinstance(traits, Traits) else Traits()

    def result(self, *, title: str = "", detail: str = "") -> Discovery:
        """What came of it; `detail` counts where nothing was found."""
        found = ranked(self.found, asked=self.url, now=self.scout.clock())
        return Discovery(title=title, found=found, missed=tuple(self.missed), detail="" if found else detail)
