"""Taking secrets out of text before it is logged, stored or shown."""

import base64
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlsplit

from monitor.core.fallback import GroupOptions
from monitor.core.source import Source

REDACTED = "***"

# Shorter values would turn every log line into stars and are no secrets worth the name.
_SHORTEST_SECRET = 4
_SHORTEST_PIECE = 8

# Parameters of Apprise URLs that say how, not who; their values stay readable.
_OPEN_PARAMETERS = frozenset(
    {"bcc", "cc", "format", "from", "method", "mode", "name", "overflow", "priority", "reply", "smtp", "tags", "to"}
)
_USERINFO = re.compile(r"(?<=://)[^/\s?#]{1,512}@")


# The types whose address is as the user wrote it; that of others is put together from an account or the watchlist.
_ADDRESS_BY_USER = frozenset({"feed", "page", "json", "sitemap"})


class Redactor:
    """Replaces known secrets, their pieces and their encoded forms, and the login part of any URL.

    A secret that is a URL (an Apprise URL, a feed behind a password) gives its password, the tokens of its path and the
    values of its parameters as pieces. Host names with a dot stay readable: a log without them explains nothing.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        forms = {form for secret in secrets for piece in _pieces(secret) for form in _forms(piece)}
        # Longest first, so that a token inside a URL does not leave the rest of the URL standing.
        self._known = "|".join(re.escape(form) for form in sorted(forms, key=lambda form: (-len(form), form)))
        self._pattern = re.compile(self._known)

    def __call__(self, text: str) -> str:
        """The text without secrets."""
        known = self._pattern.sub(REDACTED, text) if self._known else text
        return _USERINFO.sub(f"{REDACTED}@", known)


def secrets_of(source: Source) -> Iterator[str]:
    """What a source is asked with that nobody else may see."""
    if source.type in _ADDRESS_BY_USER:
        # A token in the address, as private feeds have; its other parts, and "rss2", are what makes a log readable.
        yield from (value for _, value in parse_qsl(urlsplit(source.url).query) if len(value) >= _SHORTEST_PIECE)
    if isinstance(source.options, GroupOptions):
        for route in source.options.routes:
            yield from secrets_of(route)
    else:
        yield from hidden_texts(source.options)
    yield from (value for _, value in source.headers)
    if source.auth:
        yield from (source.auth.user, source.auth.password)
    if source.proxy:
        yield source.proxy


def hidden_texts(value: object, *, hidden: bool = False) -> Iterator[str]:
    """Every text in a value that its dataclasses keep out of `repr`, however deep."""
    if isinstance(value, str):
        if hidden:
            yield value
    elif isinstance(value, tuple):
        for member in value:
            yield from hidden_texts(member, hidden=hidden)
    elif is_dataclass(value):
        for field in fields(value):
            yield from hidden_texts(getattr(value, field.name), hidden=hidden or not field.repr)


def _pieces(secret: str) -> Iterator[str]:
    if len(secret) >= _SHORTEST_SECRET:
        yield secret
    if "://" not in secret:
        return
    yield from (piece for piece in _passwords(secret) if len(piece) >= _SHORTEST_SECRET)
    yield from (piece for piece in _tokens(secret) if len(piece) >= _SHORTEST_PIECE)


def _login(url: str) -> tuple[str, str, str]:
    """User, password and the rest of what stands before the first slash."""
    authority = re.split(r"[/?#]", url.partition("://")[2], maxsplit=1)[0]
    userinfo, _, host = authority.rpartition("@")
    user, _, password = userinfo.partition(":")
    return user, password, host


def _passwords(url: str) -> Iterator[str]:
    user, password, _ = _login(url)
    yield password
    if password:
        # Basic authorisation as it stands in a header.
        yield base64.b64encode(f"{unquote(user)}:{unquote(password)}".encode()).decode()


def _tokens(url: str) -> Iterator[str]:
    """Whatever in the URL may open a door: users, hosts that are no host names, path segments, parameters."""
    user, _, host = _login(url)
    yield user
    yield from (piece for piece in host.split(":") if "." not in piece and piece != "localhost")
    # A slash ends the host in every Apprise URL; a path may hold colons, as a bot's token does.
    path, _, query = url.partition("://")[2].partition("?")
    yield from path.split("/")[1:]
    for name, value in parse_qsl(query.replace("+", "%2B")):
        if name not in _OPEN_PARAMETERS:
            yield value


def _forms(piece: str) -> Iterator[str]:
    """The piece as it may be written elsewhere."""
    plain = unquote(piece)
    encoded = quote(plain, safe="")
    yield from (piece, plain, encoded, quote(plain), quote_plus(plain), json.dumps(plain)[1:-1], repr(plain)[1:-1])
    yield re.sub(r"%[0-9A-F]{2}", lambda match: match[0].lower(), encoded)
