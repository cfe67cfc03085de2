"""What is pushed to sources of type webhook: who may, how often, and whether it can be read, before it is accepted.

Accepted means stored. The next poll, which is due at once, reads it on the one path that everything takes.
"""

import asyncio
import math
import re
from datetime import timedelta
from http import HTTPStatus
from typing import assert_never

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from monitor.core.fetching import NotAFeed, Parsed, ParseFailed
from monitor.core.options import WebhookOptions
from monitor.core.signing import is_same, is_signed
from monitor.core.source import Source
from monitor.web.answers import RefusedError, read_body
from monitor.web.door import Door

SIGNED_LATELY = timedelta(minutes=5)
_TIMED_HEADER = "x-signature"
# Header names under which senders put the HMAC-SHA256 of the body, where the source does not name one.
_HEADERS = (_TIMED_HEADER, "x-miniflux-signature", "x-hub-signature-256")
_JSON = re.compile(r"application/(?:[\w.+-]+\+)?json", re.IGNORECASE)
_NAME = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?")
_EPOCH = re.compile(r"\d{9,11}")


async def take_hook(request: Request, door: Door) -> Response:
    """Stores what was pushed and answers 202 with the keys of its items: the same again when the same is sent again."""
    source, options = _addressee(request, door)
    _let_in(request, options)
    _admit(source, door)
    if not _JSON.fullmatch(request.headers.get("content-type", "").partition(";")[0].strip()):
        raise RefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "send JSON, with Content-Type: application/json")
    body = await read_body(request)
    if options.secret:
        _check_signature(request, body, options, door)
    name = _name(request)
    keys = await _check_shape(source, body, name, door)
    now = door.clock()
    await door.store.write(
        lambda transaction: transaction.add_push(
            source.id, body, content_type=request.headers["content-type"], at=now, name=name
        )
    )
    door.nudge()
    return JSONResponse({"items": keys}, status_code=HTTPStatus.ACCEPTED)


def _addressee(request: Request, door: Door) -> tuple[Source, WebhookOptions]:
    for source in door.sources():
        if source.id == request.path_params["source"] and isinstance(source.options, WebhookOptions):
            return source, source.options
    raise RefusedError(HTTPStatus.NOT_FOUND, "there is no such webhook")


def _let_in(request: Request, options: WebhookOptions) -> None:
    """Refuses a wrong token before the body is read."""
    if not options.token:
        return
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    told = request.path_params.get("token") or (bearer.strip() if scheme.lower() == "bearer" else "")
    if not is_same(options.token, told):
        raise RefusedError(
            HTTPStatus.UNAUTHORIZED, "the token is missing or wrong", headers={"WWW-Authenticate": "Bearer"}
        )


def _admit(source: Source, door: Door) -> None:
    wait_s = door.allowance.take(source.id, at=asyncio.get_running_loop().time())
    if wait_s:
        raise RefusedError(
            HTTPStatus.TOO_MANY_REQUESTS, "too many at once", headers={"Retry-After": str(math.ceil(wait_s))}
        )


def _check_signature(request: Request, body: bytes, options: WebhookOptions, door: Door) -> None:
    names = (options.header.lower(),) if options.header else _HEADERS
    header = next((name for name in names if name in request.headers), None)
    if header is None or not is_signed(body, secret=options.secret, signature=request.headers[header]):
        raise RefusedError(HTTPStatus.UNAUTHORIZED, "the signature is missing or wrong")
    if header != _TIMED_HEADER:
        return
    said = request.headers.get("x-timestamp", "").strip()
    if not _EPOCH.fullmatch(said) or abs(door.clock().timestamp() - int(said)) > SIGNED_LATELY.total_seconds():
        raise RefusedError(
            HTTPStatus.UNAUTHORIZED, "X-Timestamp must be the time in seconds since 1970, right within 5 minutes"
        )


def _name(request: Request) -> str | None:
    name = request.headers.get("idempotency-key")
    if name is not None and not _NAME.fullmatch(name):
        raise RefusedError(HTTPStatus.UNPROCESSABLE_ENTITY, "Idempotency-Key: 1 to 255 printable ASCII characters")
    return name


async def _check_shape(source: Source, body: bytes, name: str | None, door: Door) -> list[str]:
    read = await door.read_push(source, body, name)
    match read:
        case Parsed():
            return [item.key for item in read.items]
        case NotAFeed() | ParseFailed():
            raise RefusedError(HTTPStatus.UNPROCESSABLE_ENTITY, read.detail)
        case _:
            assert_never(read)
