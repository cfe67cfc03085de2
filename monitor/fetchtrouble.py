"""What an exception of the network means, in words for the user."""

import os
import socket
import ssl
from collections.abc import Iterator

import httpx

from monitor.core.fetching import FetchFailure
from monitor.guard import RefusedAddressError, UnusableProxyError

# Everything that the world outside can raise here; whatever else comes is a bug.
TROUBLE = (RefusedAddressError, UnusableProxyError, httpx.HTTPError, httpx.InvalidURL, OSError, ValueError)
# What to tell the user of an exception, looked up along its causes.
_SAYINGS: tuple[tuple[type[Exception], str], ...] = (
    (ssl.SSLError, "TLS failed"),
    (socket.gaierror, "no address for this name"),
    (UnicodeError, "no address for this name"),
    (UnusableProxyError, "the proxy is neither http nor https"),
    (httpx.ProxyError, "the proxy refused"),
    (httpx.LocalProtocolError, "a configured header cannot be sent"),
    (httpx.RemoteProtocolError, "no valid HTTP answer"),
    (httpx.ReadError, "connection lost"),
    (httpx.WriteError, "connection lost"),
    (ValueError, "the request cannot be made"),
)


def explain(error: Exception, host: str) -> tuple[FetchFailure, str]:
    """Why nothing came, and in one line what to tell of it. The exception's own text is not shown: it may quote a secret."""
    if isinstance(error, RefusedAddressError):
        return FetchFailure.REFUSED_ADDRESS, f"{host} is in a private network"
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return FetchFailure.TIMEOUT, f"{host} took too long"
    return FetchFailure.UNREACHABLE, f"{host}: {_what_happened(error)}"


def _what_happened(error: Exception) -> str:
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"TLS certificate not accepted: {cause.verify_message}"
        for kind, text in _SAYINGS:
            if isinstance(cause, kind):
                return text
        if isinstance(cause, OSError) and cause.errno is not None:
            return os.strerror(cause.errno).lower()
    return "no connection"


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__
