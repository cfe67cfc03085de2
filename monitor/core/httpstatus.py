"""What an HTTP status means for somebody who reads a feed (RFC 9110, section 15)."""

from collections.abc import Mapping
from http import HTTPStatus
from http.client import responses

from monitor.core.fetching import FetchFailure

# 203 is a 200 that a proxy on the way has rewritten. 206 and 226 answer questions we do not ask.
READ = frozenset({HTTPStatus.OK, HTTPStatus.NON_AUTHORITATIVE_INFORMATION})
PERMANENT_REDIRECTS = frozenset({HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.PERMANENT_REDIRECT})
REDIRECTS = PERMANENT_REDIRECTS | {HTTPStatus.FOUND, HTTPStatus.SEE_OTHER, HTTPStatus.TEMPORARY_REDIRECT}

_FAILURES: Mapping[int, FetchFailure] = {
    HTTPStatus.UNAUTHORIZED: FetchFailure.FORBIDDEN,
    HTTPStatus.FORBIDDEN: FetchFailure.FORBIDDEN,
    HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS: FetchFailure.FORBIDDEN,
    HTTPStatus.NOT_FOUND: FetchFailure.NOT_FOUND,
    HTTPStatus.GONE: FetchFailure.GONE,
    HTTPStatus.TOO_MANY_REQUESTS: FetchFailure.RATE_LIMITED,
    HTTPStatus.SERVICE_UNAVAILABLE: FetchFailure.UNAVAILABLE,
}


def failure_of(status: int) -> FetchFailure:
    """Why a status brings nothing to read."""
    if status in _FAILURES:
        return _FAILURES[status]
    return FetchFailure.SERVER_ERROR if status >= HTTPStatus.INTERNAL_SERVER_ERROR else FetchFailure.UNEXPECTED_STATUS


def spoken(status: int) -> str:
    """The status in our own words, not the server's: "HTTP 410 Gone"."""
    return f"HTTP {status} {responses.get(status, '')}".rstrip()
