"""Answers that say in one line what was wrong, and reading bodies within bounds."""

import asyncio
from datetime import timedelta
from http import HTTPStatus

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

MOST_BODY_BYTES = 256 * 1024
_PATIENCE = timedelta(seconds=10)  # for a body to come


class RefusedError(Exception):
    """What was brought is not taken. Unwinds to the handler with the answer."""

    def __init__(self, status: HTTPStatus, detail: str, *, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.answer = JSONResponse({"error": detail}, status_code=status, headers=headers)


async def refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    return error.answer


async def not_now(_request: Request, _error: Exception) -> Response:
    """While the database is locked or the disk full, which the daemon's own log tells: senders may try again."""
    answer = {"error": "nothing can be stored at the moment; try again later"}
    return JSONResponse(answer, status_code=HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": "60"})


async def read_body(request: Request) -> bytes:
    """The body, as it came. Raises RefusedError when it is too large, too slow or missing."""
    too_large = RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"more than {MOST_BODY_BYTES} bytes")
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared[:20]) > MOST_BODY_BYTES:
        raise too_large
    body = bytearray()
    try:
        async with asyncio.timeout(_PATIENCE.total_seconds()):
            async for piece in request.stream():
                body += piece
                if len(body) > MOST_BODY_BYTES:
                    raise too_large
    except (TimeoutError, ClientDisconnect):
        raise RefusedError(HTTPStatus.REQUEST_TIMEOUT, "the body did not come in time") from None
    return bytes(body)
