"""Posts of an account on X, by its API, which bills every post it returns. What is spent is counted and capped.

An id once looked up is kept, only posts after the last one known are asked for, and nothing is expanded that costs extra.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from http import HTTPStatus
from typing import assert_never
from urllib.parse import urlencode

from monitor.core.fetching import (
    Fetched,
    FetchFailed,
    FetchFailure,
    NotAFeed,
    Parsed,
    ParseFailed,
    Request,
    Unchanged,
    Visited,
    VisitResult,
)
from monitor.core.options import XOptions
from monitor.core.source import Memory, Source, SourceState
from monitor.core.spending import Spent, left, pause, spent_by
from monitor.ports import Clock, Fetch
from monitor.sources.reading import Run
from monitor.sources.visits import ask_plainly
from monitor.sources.xposts import Account, Timeline, read_account, read_timeline
from monitor.sources.xtrouble import Problem, explained, failed_by

PAGE = 10  # posts of one answer, each of which costs
_LEAST_PAGE = 5  # the fewest the API lets us ask for
_MOST_PAGES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Purse:
    """The state of a visit as far as it costs and is to be remembered, however the visit ends."""

    options: XOptions
    spent: Spent
    user: str | None
    since: str | None

    def memory(self) -> Memory:
        known = {"id": self.user, "since": self.since}
        return {"spent": self.spent.memory(), **{name: value for name, value in known.items() if value}}

    def pays(self, cost: Decimal) -> "_Purse":
        return replace(self, spent=self.spent.plus(cost))

    def affords(self) -> int:
        """How many posts may still be bought today, a page at most."""
        price = self.options.per_post
        return PAGE if not price else min(PAGE, int(left(self.options.budget, self.spent) / price))

    def stops(self, need: Decimal, *, now: datetime) -> FetchFailed:
        wait = pause(self.options.budget, self.spent, need, now=now)
        detail = f"the spending cap is reached: {self.spent.today.normalize():f} USD today, {self.spent.month.normalize():f} this month"
        return FetchFailed(reason=FetchFailure.SPENDING, detail=detail, retry_after=wait, memory=self.memory())


class XAdapter:
    """One account."""

    version = "x 1"

    def __init__(self, *, run: Run, clock: Clock) -> None:
        self._run = run
        self._clock = clock

    async def visit(self, source: Source, state: SourceState, *, fetch: Fetch) -> VisitResult:
        options, now = source.options, self._clock()
        assert isinstance(options, XOptions)
        purse = _Purse(
            options=options,
            spent=spent_by(state.memory.get("spent"), now=now),
            user=state.memory.get("id"),
            since=state.memory.get("since"),
        )
        if purse.user is None:
            found = await self._look_up(source, purse, fetch=fetch, now=now)
            if isinstance(found, FetchFailed):
                return found
            purse = found
        return await self._read_on(source, state, purse, fetch=fetch, now=now)

    async def _look_up(self, source: Source, purse: _Purse, *, fetch: Fetch, now: datetime) -> _Purse | FetchFailed:
        """The purse with the account's id in it. It is asked for once in the life of a source."""
        options = purse.options
        if left(options.budget, purse.spent) < options.per_lookup:
            return purse.stops(options.per_lookup, now=now)
        answer = await _ask(source, options, f"users/by/username/{options.account}", {}, fetch=fetch)
        if isinstance(answer, FetchFailed):
            return replace(explained(answer, options.account, now=now), memory=purse.memory())
        purse = purse.pays(options.per_lookup)
        found = await self._run(read_account, answer.body, base=options.base)
        match found:
            case Account():
                return replace(purse, user=found.id)
            case Problem():
                return replace(failed_by(found, options.account), memory=purse.memory())
            case NotAFeed() | ParseFailed():
                # With its memory, so that what it cost is counted.
                return FetchFailed(reason=FetchFailure.BAD_BODY, detail=found.detail, memory=purse.memory())
            case _:
                assert_never(found)

    async def _read_on(
        self, source: Source, state: SourceState, purse: _Purse, *, fetch: Fetch, now: datetime
    ) -> VisitResult:
        """The posts since the last known one, page by page; the first visit reads one page."""
        pages: list[Timeline] = []
        trouble, size, since = "", 0, purse.since
        while True:
            page, purse, length = await self._page(
                source, purse, pages[-1].following if pages else None, fetch=fetch, now=now
            )
            size += length
            if isinstance(page, FetchFailed):
                if not pages:
                    return page
                trouble = f"older new posts were not read yet: {page.detail}"
                break
            pages.append(page)
            trouble = page.trouble or trouble
            if since is None or page.following is None:
                purse = replace(purse, since=_highest(since, pages))
                break
            if len(pages) == _MOST_PAGES:
                purse = replace(purse, since=_highest(since, pages))
                trouble = (
                    f"@{purse.options.account} has more new posts than {_MOST_PAGES * PAGE}, the most of one visit"
                )
                break
        items = {item.key: item for page in pages for item in page.items}
        if not items and not trouble and state.baseline_at is not None:
            return Unchanged(detail="no new post", bytes=size, memory=purse.memory())
        parsed = Parsed(
            items=tuple(items.values()),
            title=f"@{purse.options.account}",
            dropped=sum(page.dropped for page in pages),
        )
        return Visited(parsed=parsed, bytes=size, memory=purse.memory(), trouble=trouble, complete=since is None)

    async def _page(
        self, source: Source, purse: _Purse, following: str | None, *, fetch: Fetch, now: datetime
    ) -> tuple[Timeline | FetchFailed, _Purse, int]:
        """One page of the timeline, what is left in the purse, and how long the answer was."""
        options, count = purse.options, purse.affords()
        if count < _LEAST_PAGE:
            return purse.stops(_LEAST_PAGE * options.per_post, now=now), purse, 0
        asked = _parameters(count, since=purse.since, following=following)
        answer = await _ask(source, options, f"users/{purse.user}/tweets", asked, fetch=fetch)
        if isinstance(answer, FetchFailed):
            # An id the API no longer takes would be refused for ever.
            kept = replace(purse, since=None) if answer.status == HTTPStatus.BAD_REQUEST else purse
            return replace(explained(answer, options.account, now=now), memory=kept.memory()), kept, 0
        page = await self._run(
            read_timeline,
            answer.body,
            account=options.account,
            base=options.base,
            named=bool(source.name),
            lang=source.lang,
            now=now,
        )
        size = len(answer.body)
        match page:
            case Timeline():
                return page, purse.pays(page.billed * options.per_post), size
            case Problem():
                return replace(failed_by(page, options.account), memory=purse.memory()), purse, size
            case NotAFeed() | ParseFailed():
                # Nobody can say how many posts were in it.
                purse = purse.pays(count * options.per_post)
                failed = FetchFailed(reason=FetchFailure.BAD_BODY, detail=page.detail, memory=purse.memory())
                return failed, purse, size
            case _:
                assert_never(page)


def _highest(since: str | None, pages: list[Timeline]) -> str | None:
    return max((known for known in (since, *(page.newest for page in pages)) if known), key=int, default=None)


def _parameters(count: int, *, since: str | None, following: str | None) -> Mapping[str, str]:
    """No expansion of authors and quoted posts: each would be billed."""
    asked = {
        "max_results": str(count),
        "exclude": "replies,retweets",
        "tweet.fields": "created_at,lang,entities,note_tweet,referenced_tweets,edit_history_tweet_ids,attachments",
        "expansions": "attachments.media_keys",
        "media.fields": "alt_text,type",
    }
    return {
        **asked,
        **({"since_id": since} if since else {}),
        **({"pagination_token": following} if following else {}),
    }


async def _ask(
    source: Source, options: XOptions, path: str, parameters: Mapping[str, str], *, fetch: Fetch
) -> Fetched | FetchFailed:
    query = f"?{urlencode(parameters)}" if parameters else ""
    request = Request(
        url=f"{options.base}/2/{path}{query}",
        headers=(("Authorization", f"Bearer {options.token}"),),
        proxy=source.proxy,
        trusted_host=options.trusted_host,
    )
    return await ask_plainly(request, fetch=fetch)
