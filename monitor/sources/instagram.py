"""Posts of a professional Instagram account, by Business Discovery: the official way to read another's account.

The user's own professional account asks; the account that is followed is named inside the field expression.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from monitor.core.fetching import NotAFeed, VisitResult
from monitor.core.options import InstagramOptions
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
    name="Instagram",
    renew="make a new one in Meta's Graph API Explorer, exchange it for a long-lived one and give it as token",
    spell="check its spelling; accounts that are private, restricted by age or not professional cannot be read",
    permit="it needs instagram_basic, instagram_manage_insights and pages_read_engagement",
    own_id="user_id is not the id of a professional account that the token may use; "
    "GET /me/accounts?fields=instagram_business_account shows it",
)
_MEDIA = "id,caption,media_type,media_product_type,permalink,timestamp,username"
_NO_POSTS = frozenset({"AD", "STORY"})


class InstagramAdapter:
    """One professional account."""

    version = "instagram 1"

    def __init__(self, *, run: Run, clock: Clock) -> None:
        self._run = run
        self._clock = clock

    async def visit(self, source: Source, state: SourceState, *, fetch: Fetch) -> VisitResult:
        options, now = source.options, self._clock()
        assert isinstance(options, InstagramOptions)

        edge = graph.Edge(
            service=SERVICE,
            access=options.access,
            account=f"@{options.account}",
            path=options.user_id,
            parameters=lambda after: {"fields": _fields(options.account, after)},
            read=graph.reader(
                self._run, read_media, source, account=options.account, base=options.access.base, now=now
            ),
        )
        return await graph.visit(source, state, edge, fetch=fetch, now=now)


def _fields(account: str, after: str | None) -> str:
    """Cursors stand inside the expression too: it is an edge of an edge."""
    cursor = f".after({after})" if after else ""
    media = f"media{cursor}.limit({graph.PAGE}){{{_MEDIA}}}"
    return f"business_discovery.username({account}){{id,username,media_count,{media}}}"


def read_media(
    body: bytes, *, account: str, base: str, named: bool, lang: str | None, now: datetime
) -> Posts | Refusal | NotAFeed:
    """The posts in an answer of Business Discovery."""
    value = json_value(body)
    refusal = graph.read_refusal(value)
    if refusal is not None:
        return refusal
    found = value.get("business_discovery") if isinstance(value, dict) else None
    if not isinstance(found, dict):
        return graph.no_answer(body, value, base=base, wanted="business_discovery")
    media = found.get("media")
    if media is None and not found.get("media_count"):
        return Posts(items=())  # an account that has posted nothing yet
    data = media.get("data") if isinstance(media, dict) else None
    if not isinstance(media, dict) or not isinstance(data, list):
        return graph.no_answer(body, value, base=base, wanted="media")
    read = [_post(one, account, now) for one in data if isinstance(one, dict)]
    kept = [post for post in read if post is not None]
    items, dropped = posts.to_items(kept, named=named, lang=lang)
    return Posts(items=items, dropped=dropped + len(data) - len(kept), after=graph.cursor_of(media))


def _post(media: Mapping[str, Any], account: str, now: datetime) -> Post | None:
    """A post; None for what is none. One that is shared with others stands in the account as its own."""
    if str(media.get("media_product_type")) in _NO_POSTS:
        return None
    permalink = http_url(str(media.get("permalink") or ""), "")
    post = post_id(permalink) if permalink else None
    native = post.id if post else media.get("id")
    if not isinstance(native, str) or not native:
        return None
    caption = media.get("caption")
    return Post(
        platform="instagram",
        account=account,
        # The code in its address, by which bridges know it as well.
        id=native,
        permalink=permalink,
        text=caption if isinstance(caption, str) else "",
        published=read_date(media.get("timestamp"), None, now=now),
    )
