"""What a fetch, the reading of its body and a whole visit can come to. Closed unions: match them exhaustively."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from monitor.core.item import Embed, Item
from monitor.core.source import BasicAuth, Memory, PollHints, Validators

NO_END = datetime.max.replace(tzinfo=UTC)  # of a token that never runs out, or of whose end nothing is known (any more)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One GET to make, or a POST of a form. `trusted_host` is a host the user configured, allowed although its address is private."""

    url: str
    validators: Validators = Validators()
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    auth: BasicAuth | None = None
    proxy: str | None = field(default=None, repr=False)
    trusted_host: str | None = None  # None = refuse every address that is not public
    form: tuple[tuple[str, str], ...] | None = field(
        default=None, repr=False
    )  # to POST; its redirects are not followed
    may_be_empty: bool = False  # a 200 without a body is an answer too
    spacing: timedelta | None = None  # the host wants its requests this far apart; None = the fetcher's own spacing


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A 200 answer with a body, inflated and under the cap."""

    url: str  # the last URL after redirects
    body: bytes = field(repr=False)
    content_type: str | None
    validators: Validators
    fresh_for: timedelta | None = None  # Cache-Control max-age less Age, or Expires less Date
    moved_to: str | None = None  # every redirect on the way was 301 or 308: the new address
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)  # all of the answer's, names in lower case


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """A 304 answer. `validators` are those to keep: the old ones, renewed by the answer's headers."""

    validators: Validators
    fresh_for: timedelta | None = None
    moved_to: str | None = None


class FetchFailure(StrEnum):
    """Why a source could not be read."""

    UNREACHABLE = "unreachable"  # no address, refused, reset, TLS
    TIMEOUT = "timeout"
    TOO_LARGE = "too_large"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    BAD_REDIRECT = "bad_redirect"  # to another scheme, or from https to http
    REFUSED_ADDRESS = "refused_address"  # our own guard: a private address from an outside URL
    BAD_BODY = "bad_body"  # broken compression, empty body
    NOT_FOUND = "not_found"
    GONE = "gone"
    FORBIDDEN = "forbidden"  # 401, 403, 451
    RATE_LIMITED = "rate_limited"  # 429: not a failure of the source
    UNAVAILABLE = "unavailable"  # 503
    SERVER_ERROR = "server_error"  # other 5xx
    UNEXPECTED_STATUS = "unexpected_status"
    SIGN_IN = "sign_in"  # the user's key or token is missing, expired or refused: only the user can mend it
    SPENDING = "spending"  # the user's own spending cap is reached
    ROBOTS = "robots"  # the site's robots.txt asks us not to


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchFailed:
    """The source could not be read this time. Nothing about it has changed."""

    reason: FetchFailure
    detail: str  # one line, safe to show to the user, no secrets
    status: int | None = None
    retry_after: timedelta | None = None  # what the server asked for; None if it did not ask
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)  # of the refusing answer, names in lower case
    body: bytes = field(default=b"", repr=False)  # the beginning of what it said: APIs explain themselves there
    memory: Memory | None = None  # what the adapter wants to find next time all the same: what was spent, who failed


FetchResult = Fetched | NotModified | FetchFailed


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A body that was a feed, however few entries it held. Items in document order, keys unique."""

    items: tuple[Item, ...]
    title: str = ""
    hints: PollHints = PollHints()
    dropped: int = 0  # entries beyond the cap or without anything to show
    trouble: str = ""  # one line: what the document says could not be read


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAFeed:
    """A body that is no feed: a block page, a login page, HTML with 200. Never "no news"."""

    detail: str
    memory: Memory | None = None  # as in `FetchFailed`


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseFailed:
    """The reader died: over its time or memory, or a bug. The body is not read; validators must not advance."""

    detail: str
    memory: Memory | None = None  # as in `FetchFailed`


ParseResult = Parsed | NotAFeed | ParseFailed


@dataclass(frozen=True, slots=True, kw_only=True)
class Visited:
    """A visit that brought a document, read to its end; an adapter may have made it of several answers."""

    parsed: Parsed
    validators: Validators = Validators()
    body_hash: str | None = None  # of what was read; None = there is nothing to recognise it by
    fresh_for: timedelta | None = None
    moved_to: str | None = None
    bytes: int = 0
    memory: Memory | None = None  # what the adapter wants to find in the source's state next time; None = as before
    trouble: str = ""  # one line: what could not be read beside what was
    silent: frozenset[str] = frozenset()  # keys of items that are stored and not told if they are unknown
    via: str = ""  # by which of several ways to the same account it came, for `status`
    credential_expires: datetime | None = None  # when the user's token runs out; NO_END; None = nothing was said of it
    pushes: tuple[int, ...] = ()  # ids of what was brought to us and is read with this, so that it can go
    more: bool = False  # it ended before it was done, so that a host is not asked too much at once: to go on soon
    complete: bool = (
        True  # the document is all that the source shows now; else strange ids in it tell nothing of the rest
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """A visit that found nothing to read: a 304, a body read before, nothing delivered."""

    detail: str  # one line
    validators: Validators = Validators()
    fresh_for: timedelta | None = None
    moved_to: str | None = None
    bytes: int = 0
    memory: Memory | None = None
    credential_expires: datetime | None = None  # as in `Visited`
    more: bool = False  # as in `Visited`
    pushes: tuple[int, ...] = ()


VisitResult = Visited | Unchanged | FetchFailed | NotAFeed | ParseFailed


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What an article page says: plain text without furniture, and the social posts shown in it."""

    url: str  # canonical where the page names one, absolute http(s)
    title: str
    summary: str
    text: str
    publisher: str | None = None
    published: str | None = None  # ISO 8601 as the page has it
    lang: str | None = None
    embeds: tuple[Embed, ...] = ()
