"""The posts of an account on Mastodon and servers that speak its language, read without a sign-in.

The domain of an account says where its server is (WebFinger), the server knows it by an id, which is looked up once a
day. Each visit reads the newest posts, edits among them; after an absence it goes forward from where the last one ended.
Servers that want a sign-in for their API often still serve the account's RSS feed.
API: https://docs.joinmastodon.org/methods/accounts/
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

from monitor.core.fetching import (
    Fetched,
    FetchFailed,
    FetchFailure,
    NotAFeed,
    Parsed,
    ParseFailed,
    Request,
    Visited,
    VisitResult,
)
from monitor.core.item import Item
from monitor.core.options import MastodonOptions
from monitor.core.source import Memory, Source, SourceState
from monitor.core.text import clean_line
from monitor.core.url import host
from monitor.ports import Clock, Fetch
from monitor.sources.jsonshape import text_at
from monitor.sources.mastodonanswers import (
    Home,
    Profile,
    StatusPage,
    Teller,
    order_of,
    read_account_feed,
    read_home,
    read_profile,
    read_statuses,
)
from monitor.sources.ratelimits import until_reset
from monitor.sources.reading import Run, json_value
from monitor.sources.visits import ask_plainly

_PAGE = 40  # the most that servers give at once
_MOST_PAGES = 5  # of one visit after an absence; the rest is read by the next
_IDENTITY_LASTS = timedelta(hours=24)
_SIGN_IN = frozenset({401, 403, 422})
# Where Mastodon, GoToSocial and Pleroma have the feed of an account.
_FEEDS = ("/@{user}.rss", "/@{user}/feed.rss", "/users/{user}/feed.rss")

_Trouble = FetchFailed | NotAFeed | ParseFailed


@dataclass(frozen=True, slots=True, kw_only=True)
class _Errand:
    """One visit: what every request of it needs."""

    source: Source
    options: MastodonOptions
    fetch: Fetch
    now: datetime

    @property
    def user(self) -> str:
        return self.options.account.partition("@")[0]

    def teller(self, memory: Memory) -> Teller:
        named, lang = bool(self.source.name), self.source.lang
        return Teller(id=memory.get("id", ""), account=self.options.account, named=named, lang=lang)

    async def ask(self, url: str, **parameters: str) -> Fetched | FetchFailed:
        """The answer to a request; a refusal comes with the words of the server."""
        request = Request(
            url=f"{url}?{urlencode(parameters)}" if parameters else url,
            proxy=self.source.proxy,
            trusted_host=host(self.options.base) if self.options.base else None,
        )
        answer = await ask_plainly(request, fetch=self.fetch)
        return _explained(answer, self.now) if isinstance(answer, FetchFailed) else answer


class MastodonAdapter:
    """`type: mastodon`."""

    version = "mastodon 1"

    def __init__(self, *, run: Run, clock: Clock) -> None:
        self._run = run
        self._clock = clock

    async def visit(self, source: Source, state: SourceState, *, fetch: Fetch) -> VisitResult:
        """Reads the newest posts, and what came between them and the last visit."""
        assert isinstance(source.options, MastodonOptions)
        errand = _Errand(source=source, options=source.options, fetch=fetch, now=self._clock())
        memory = await self._identified(errand, state.memory)
        if not isinstance(memory, Mapping):
            return memory
        if memory.get("feed"):
            return await self._read_feed(errand, memory)
        visited = await self._poll(errand, memory)
        if isinstance(visited, FetchFailed):
            if visited.status in _SIGN_IN:
                return await self._read_feed(errand, memory)
            if visited.reason is FetchFailure.NOT_FOUND:  # its id is another now: looked up next time
                return replace(visited, memory={**memory, "asked_at": None})
        return visited

    async def _identified(self, errand: _Errand, memory: Memory) -> Memory | _Trouble:
        """The memory with the account's server and id; without an id where the server wants a sign-in."""
        if memory.get("base") != errand.options.base:
            memory = {"base": errand.options.base}  # ids are those of a server
        asked_at = memory.get("asked_at")
        if asked_at and errand.now - datetime.fromisoformat(asked_at) < _IDENTITY_LASTS:
            return memory
        server = errand.options.base or await self._home(errand)
        profile = await self._profile(errand, server)
        known = {**memory, "server": server, "asked_at": errand.now.isoformat(), "feed": None}
        if isinstance(profile, Profile):
            if profile.suspended:
                detail = f"its server has suspended the account @{errand.options.account}"
                return FetchFailed(reason=FetchFailure.NOT_FOUND, detail=detail)
            return {**known, "id": profile.id, "name": profile.name, "moved_to": profile.moved_to}
        if isinstance(profile, FetchFailed) and profile.status in _SIGN_IN:
            return {**known, "feed": memory.get("feed") or _FEEDS[0]}
        return profile

    async def _home(self, errand: _Errand) -> str:
        """The server of the account: its domain, unless that names another."""
        domain = errand.options.account.partition("@")[2]
        resource = f"acct:{errand.options.account}"
        answer = await errand.ask(f"https://{domain}/.well-known/webfinger", resource=resource)
        if isinstance(answer, Fetched):
            home = await self._run(read_home, answer.body, url=answer.url)
            if isinstance(home, Home):
                return home.server
        return f"https://{domain}"

    async def _profile(self, errand: _Errand, server: str) -> Profile | _Trouble:
        answer = await errand.ask(f"{server}/api/v1/accounts/lookup", acct=errand.user)
        if isinstance(answer, FetchFailed) and answer.reason is FetchFailure.NOT_FOUND:
            # Older Pleroma has no look-up, and takes the name for the id.
            answer = await errand.ask(f"{server}/api/v1/accounts/{quote(errand.user)}")
        if isinstance(answer, FetchFailed):
            unknown = answer.reason in {FetchFailure.NOT_FOUND, FetchFailure.GONE}
            detail = f"{host(server)} knows no account @{errand.options.account}"
            return replace(answer, reason=FetchFailure.NOT_FOUND, detail=detail) if unknown else answer
        return await self._run(read_profile, answer.body, url=answer.url)

    async def _poll(self, errand: _Errand, memory: Memory) -> VisitResult:
        """The newest posts, and forward from the last visit to them where they do not reach back to it."""
        newest = await self._page(errand, memory)
        if not isinstance(newest, StatusPage):
            return newest
        pages = [newest]
        reached = memory.get("last") or ""  # all posts up to this one have been read
        oldest = min(newest.ids, key=order_of, default="")
        while reached and order_of(reached) < order_of(oldest) and len(pages) <= _MOST_PAGES:
            page = await self._page(errand, memory, min_id=reached)
            if not isinstance(page, StatusPage):
                return page
            pages.append(page)
            reached = max((reached, *page.ids), key=order_of) if page.ids else oldest
        is_behind = bool(reached) and order_of(reached) < order_of(oldest)
        last = reached if is_behind else max((reached, *newest.ids), key=order_of)
        items: dict[str, Item] = {}
        for page in (newest, *reversed(pages[1:])):
            for item in page.items:
                items.setdefault(item.key, item)
        trouble = (
            f"the account has moved to @{memory['moved_to']}: follow that one" if memory.get("moved_to") else "",
            "more posts since the last visit than it read; the next one reads on" if is_behind else "",
        )
        return Visited(
            parsed=Parsed(
                items=tuple(items.values()),
                title=memory.get("name", ""),
                dropped=sum(page.dropped for page in pages),
            ),
            memory={**memory, "last": last},
            trouble="; ".join(filter(None, trouble)),
        )

    async def _page(self, errand: _Errand, memory: Memory, **place: str) -> StatusPage | _Trouble:
        only = {"limit": str(_PAGE), "exclude_replies": "true", "exclude_reblogs": "true"}
        answer = await errand.ask(f"{memory['server']}/api/v1/accounts/{memory['id']}/statuses", **only, **place)
        if isinstance(answer, FetchFailed):
            return answer
        teller = errand.teller(memory)
        return await self._run(read_statuses, answer.body, url=answer.url, teller=teller, now=errand.now)

    async def _read_feed(self, errand: _Errand, memory: Memory) -> VisitResult:
        """The account's RSS feed, at whichever address this sort of server has it."""
        first = memory.get("feed") or _FEEDS[0]
        for form in (first, *(other for other in _FEEDS if other != first)):
            answer = await errand.ask(f"{memory['server']}{form.format(user=quote(errand.user))}")
            if isinstance(answer, FetchFailed):
                if answer.reason in {FetchFailure.NOT_FOUND, FetchFailure.FORBIDDEN, FetchFailure.UNEXPECTED_STATUS}:
                    continue
                return answer
            teller = errand.teller(memory)
            read = await self._run(read_account_feed, answer.body, url=answer.url, teller=teller, now=errand.now)
            if isinstance(read, Parsed):
                via = "by its feed, since the server wants a sign-in for the rest"
                return Visited(parsed=read, memory={**memory, "feed": form}, via=via, bytes=len(answer.body))
        detail = (
            f"{host(memory['server'])} shows @{errand.options.account} only to those who sign in, and has no feed of it"
        )
        return FetchFailed(reason=FetchFailure.FORBIDDEN, detail=detail, memory={**memory, "asked_at": None})


def _explained(failed: FetchFailed, now: datetime) -> FetchFailed:
    """A refusal in the words of the server, and with its own time to come back."""
    said = clean_line(text_at(json_value(failed.body), "error"), 120) if failed.body else ""
    told = replace(failed, detail=f"{failed.detail}, {said}") if said else failed
    if failed.reason is FetchFailure.RATE_LIMITED and failed.retry_after is None:
        return replace(told, retry_after=until_reset(failed.headers, now=now))
    return told
