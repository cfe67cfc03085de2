"""Posts of a public Threads account, or those that hold some words, by Meta's API for Threads."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from monitor.core.fetching import NotAFeed, Unchanged, Visited, VisitResult
from monitor.core.options import ThreadsOptions
from monitor.core.postid import post_id
from monitor.core.source import Source, SourceState
from monitor.core.url import http_url
from monitor.ports import Clock, Fetch
from monitor.sources import graph, posts
from monitor.sources.dates import read_date
from monitor.sources.graph import Posts, Refusal
from monitor.sources.posts import Post
from monitor.sources.reading import Run, json_value

SERVICE = graph.Service(
    name="Threads",
    renew="let the app be approved again, exchange the token for a long-lived one and give it as token",
    spell="check its spelling; only public accounts of adults with 1,000 followers or more can be read",
    permit="accounts need threads_basic and threads_profile_discovery, searches threads_basic and threads_keyword_search, "
    "both with advanced access",
)
_FIELDS = "id,media_type,permalink,username,text,timestamp,is_quote_post"


class ThreadsAdapter:
    """One account, or one search."""

    version = "threads 1"

    def __init__(self, *, run: Run, clock: Clock) -> None:
        self._run = run
        self._clock = clock

    async def visit(self, source: Source, state: SourceState, *, fetch: Fetch) -> VisitResult:
        options, now = source.options, self._clock()
        assert isinstance(options, ThreadsOptions)

        edge = graph.Edge(
            service=SERVICE,
            access=options.access,
            account=f"@{options.account}" if options.account else f"the search for {options.search}",
            path="profile_posts" if options.account else "keyword_search",
            parameters=lambda after: _parameters(options, after),
            read=graph.reader(
                self._run, read_threads, source, account=options.account, base=options.access.base, now=now
            ),
        )
        result = await graph.visit(source, state, edge, fetch=fetch, now=now)
        return _found(result, state) if options.search and isinstance(result, Visited) else result


def _found(search: Visited, state: SourceState) -> Visited | Unchanged:
    """What a search came to. It shows what it likes of what there is, and nothing found is no document that lost its items."""
    if search.parsed.items or search.trouble or state.baseline_at is None:
        return replace(search, complete=False)
    return Unchanged(
        detail="nothing found",
        fresh_for=search.fresh_for,
        bytes=search.bytes,
        memory={**(search.memory or {}), "known": state.memory.get("known", ())},
        credential_expires=search.credential_expires,
    )


def _parameters(options: ThreadsOptions, after: str | None) -> Mapping[str, str]:
    what = (
        {"username": options.account, "fields": _FIELDS}
        if options.account
        else {"q": options.search or "", "search_type": "RECENT", "fields": f"{_FIELDS},is_reply"}
    )
    return {**what, "limit": str(graph.PAGE), **({"after": after} if after else {})}


def read_threads(
    body: bytes, *, account: str | None, base: str, named: bool, lang: str | None, now: datetime
) -> Posts | Refusal | NotAFeed:
    """The posts in an answer; those of a search tell their account themselves."""
    value = json_value(body)
    refusal = graph.read_refusal(value)
    if refusal is not None:
        return refusal
    data = value.get("data") if isinstance(value, dict) else None
    if not isinstance(data, list):
        return graph.no_answer(body, value, base=base, wanted="data")
    read = [_post(one, account, now) for one in data if isinstance(one, dict)]
    kept = [post for post in read if post is not None]
    items, dropped = posts.to_items(kept, named=named, lang=lang)
    return Posts(items=items, dropped=dropped + len(data) - len(kept), after=graph.cursor_of(value))


def _post(media: Mapping[str, Any], account: str | None, now: datetime) -> Post | None:
    """A post; None for what is none: an answer to somebody, or an entry that does not say whose it is."""
    permalink = http_url(str(media.get("permalink") or ""), "")
    post = post_id(permalink) if permalink else None
    native, whose, text = post.id if post else media.get("id"), account or media.get("username"), media.get("text")
    if media.get("is_reply") is True or not isinstance(native, str) or not native or not isinstance(whose, str):
        return None
    return Post(
        platform="threads",
        account=whose,
        id=native,
        permalink=permalink,
        text=text if isinstance(text, str) else "",
        published=read_date(media.get("timestamp"), None, now=now),
    )
