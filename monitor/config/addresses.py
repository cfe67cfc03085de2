"""Addresses of sources and receivers: what they must look like. They may be secrets, so no message quotes one."""

import re
from typing import Annotated
from urllib.parse import SplitResult, parse_qsl, urlsplit

from pydantic import AfterValidator, WithJsonSchema

from monitor.config.fields import Secret
from monitor.config.problems import RefusedError

_ADDRESS_SCHEMA = {"type": "string", "minLength": 1}
_SCHEME = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<rest>.*)", re.DOTALL)


def _split(url: str, allowed: frozenset[str], what: str) -> SplitResult:
    if re.search(r"\s", url):
        raise RefusedError(f"a space in {what}")
    try:
        parts = urlsplit(url)
        port_is_right = parts.port is None or parts.port > 0
    except ValueError:
        raise RefusedError(f"{what} cannot be read", "check the brackets and the port") from None
    if parts.scheme.lower() not in allowed:
        raise RefusedError(
            f"{what} must begin with {' or '.join(f'{scheme}://' for scheme in sorted(allowed, reverse=True))}"
        )
    if not parts.hostname or not port_is_right:
        raise RefusedError(f"{what} has no host, or a wrong port")
    return parts


def _source_url(url: str) -> str:
    parts = _split(url, frozenset({"http", "https"}), "the address of a source")
    if parts.username is not None:
        raise RefusedError(
            "a user name or password inside the address would show up in logs",
            'move it to "auth": {user: ..., password: "${NAME}"}',
        )
    return url


def _stream_url(url: str) -> str:
    if _split(url, frozenset({"ws", "wss"}), "the address of a stream").username is not None:
        raise RefusedError("a user name or password inside the address would show up in logs", "take it out")
    return url.rstrip("/")


def _api_url(url: str) -> str:
    if urlsplit(_source_url(url)).query:
        raise RefusedError("the address of an API ends before the question mark")
    return url.rstrip("/")


def _proxy(url: str) -> str:
    _split(url, frozenset({"http", "https"}), "the address of a proxy")
    return url


def _receiver_url(url: str) -> str:
    found = _SCHEME.fullmatch(url)
    if found is None:
        wrong_mail = url.lower().startswith("mailto:")
        raise RefusedError(
            "the address of a receiver begins with a service and ://",
            "write mailto://user:password@host" if wrong_mail else "for example mailto://, slack:// or console://",
        )
    if re.search(r"\s", url):
        raise RefusedError("a space in the address of a receiver", "write %20 for it")
    if found["scheme"].lower() == "console":
        if found["rest"].strip("/"):
            raise RefusedError("console:// takes nothing after it")
        return "console://"
    if not found["rest"]:
        raise RefusedError("the address of a receiver ends after ://")
    if any(key.lower() == "optional" for key, _ in parse_qsl(found["rest"].partition("?")[2], keep_blank_values=True)):
        raise RefusedError(
            '"optional" makes a failed delivery look like a success, so alerts would be lost', "take it out"
        )
    return url


SourceUrl = Annotated[Secret, AfterValidator(_source_url), WithJsonSchema(_ADDRESS_SCHEMA)]
StreamUrl = Annotated[Secret, AfterValidator(_stream_url), WithJsonSchema(_ADDRESS_SCHEMA)]
ApiUrl = Annotated[Secret, AfterValidator(_api_url), WithJsonSchema(_ADDRESS_SCHEMA)]
ProxyUrl = Annotated[Secret, AfterValidator(_proxy), WithJsonSchema(_ADDRESS_SCHEMA)]
ReceiverUrl = Annotated[Secret, AfterValidator(_receiver_url), WithJsonSchema(_ADDRESS_SCHEMA)]
