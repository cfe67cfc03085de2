"""Where a redirect leads, and when not to follow it."""

from collections.abc import Sequence

from monitor.core.fetching import FetchFailed, FetchFailure
from monitor.core.url import host, http_url, is_downgrade, is_wall


def next_address(location: bytes, *, here: str, seen: Sequence[str], most: int) -> str | FetchFailed:
    """The absolute address to go on to, or why not.

    `location` is the header as it came, `seen` the addresses that redirected before `here`, `most` how many redirects
    are followed. Sign-in and consent pages are never what was asked for.
    """
    target = http_url(_text(location), here) if location.strip() else None
    name = host(here)
    if target is None:
        return FetchFailed(reason=FetchFailure.BAD_REDIRECT, detail=f"{name} redirects to nowhere we can follow")
    if is_downgrade(here, target):
        return FetchFailed(reason=FetchFailure.BAD_REDIRECT, detail=f"{name} redirects from https to http")
    if is_wall(target):
        return FetchFailed(reason=FetchFailure.BAD_REDIRECT, detail=f"{name} redirects to a sign-in or consent page")
    if target in (*seen, here):
        return FetchFailed(reason=FetchFailure.TOO_MANY_REDIRECTS, detail=f"{name} redirects in a circle")
    if len(seen) >= most:
        return FetchFailed(reason=FetchFailure.TOO_MANY_REDIRECTS, detail=f"more than {most} redirects, last by {name}")
    return target


def _text(location: bytes) -> str:
    """The header as text: it must be ASCII and often is UTF-8 (RFC 9110, section 10.2.2)."""
    try:
        return location.decode()
    except UnicodeDecodeError:
        return location.decode("iso-8859-1")
