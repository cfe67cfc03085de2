"""What a fetch and the reading of its body can come to. Closed unions: match them exhaustively."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from monitor.core.item import Embed, Item
from monitor.core.source import BasicAuth, PollHints, Validators


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One GET to make. `trusted_host` is a host the user configured, allowed although its address is private."""

    url: str
    validators: Validators = Validators()
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    auth: BasicAuth | None = None
    proxy: str | None = field(default=None, repr=False)
    trusted_host: str | None = None  # None = refuse every address that is not public


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A 200 answer with a body, inflated and under the cap."""

    url: str  # the last URL after redirects
    body: bytes = field(repr=False)
    content_type: str | None
    validators: Validators
    fresh_for: timedelta | None = None  # Cache-Control max-age less Age, or Expires less Date
    moved_to: str | None = None  # every redirect on the way was 301 or 308: the new address


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


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchFailed:
    """The source could not be read this time. Nothing about it has changed."""

    reason: FetchFailure
    detail: str  # one line, safe to show to the user, no secrets
    status: int | None = None
    retry_after: timedelta | None = None  # what the server asked for; None if it did not ask


FetchResult = Fetched | NotModified | FetchFailed


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A body that was a feed, however few entries it held. Items in document order, keys unique."""

    items: tuple[Item, ...]
    title: str = ""
    hints: PollHints = PollHints()
    dropped: int = 0  # entries beyond the cap or without anything to show


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAFeed:
    """A body that is no feed: a block page, a login page, HTML with 200. Never "no news"."""

    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseFailed:
    """The reader died: over its time or memory, or a bug. The body is not read; validators must not advance."""

    detail: str


ParseResult = Parsed | NotAFeed | ParseFailed


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
