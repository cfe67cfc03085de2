"""What hubs say and push at the addresses we gave them (WebSub). Polls do the rest: here it is only let in and kept."""

import asyncio
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from monitor.core.hub import NOTE, Subscription, load, write_note
from monitor.core.signing import is_same, is_signed
from monitor.core.source import Source
from monitor.web.answers import RefusedError, read_body
from monitor.web.door import Door

# SHA-1 is what Google's hub signs with, which pushes YouTube.
_ALGORITHMS = frozenset({"sha1", "sha256", "sha384", "sha512"})
_LONGEST_CHALLENGE = 2_000


async def verify(request: Request, door: Door) -> Response:
    """Answers the hub that asks whether we mean it, or hears that it will not."""
    asked = request.query_params
    source, subscription = await _find(request, door)
    mode, challenge = asked.get("hub.mode", ""), asked.get("hub.challenge", "")
    if source is None or subscription is None or asked.get("hub.topic") != subscription.topic:
        return _unknown()
    if mode == "denied":
        await _keep(source, subscription, write_note("denied", None), NOTE, door)
        return Response(status_code=HTTPStatus.OK)
    if mode != ("subscribe" if source.websub else "unsubscribe") or not 0 < len(challenge) <= _LONGEST_CHALLENGE:
        return _unknown()
    if mode == "subscribe":
        lease = asked.get("hub.lease_seconds", "")
        lease_s = int(lease[:9]) if lease.isascii() and lease.isdigit() else None
        await _keep(source, subscription, write_note("subscribe", lease_s), NOTE, door)
    # Whoever asks chose these characters: no browser may take them for a page.
    return PlainTextResponse(challenge, headers={"X-Content-Type-Options": "nosniff"})


async def take(request: Request, door: Door) -> Response:
    """Keeps what a hub pushes. What is not signed as agreed gets the same answer, and is forgotten."""
    source, subscription = await _find(request, door)
    if source is None or subscription is None or not source.websub:
        return Response(status_code=HTTPStatus.GONE)  # tells the hub to stop
    if door.allowance.take(source.id, at=asyncio.get_running_loop().time()):
        raise RefusedError(HTTPStatus.TOO_MANY_REQUESTS, "too many at once", headers={"Retry-After": "60"})
    try:
        body = await read_body(request)
    except RefusedError as error:
        if error.answer.status_code != HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            raise
        body = b""  # we fetch it ourselves, as after a push that holds nothing
    signature = request.headers.get("x-hub-signature", "")
    if not subscription.secret:
        body = b""
    elif body and not is_signed(body, secret=subscription.secret, signature=signature, algorithms=_ALGORITHMS):
        return Response(status_code=HTTPStatus.ACCEPTED)
    content_type = request.headers.get("content-type")
    await _keep(source, subscription, body, None if content_type == NOTE else content_type, door)
    return Response(status_code=HTTPStatus.ACCEPTED)


async def _find(request: Request, door: Door) -> tuple[Source | None, Subscription | None]:
    """The source that a callback belongs to, and what we have with its hub."""
    name = request.path_params["source"]
    source = next((source for source in door.sources() if source.id == name), None)
    states = await door.store.read(lambda view: view.source_states())
    stored = states[name].memory.get("websub") if source and name in states else None
    subscription = load(stored) if stored and "token" in stored else None
    if subscription is None or not is_same(subscription.token, request.path_params["token"]):
        return source, None
    return source, subscription


async def _keep(source: Source, subscription: Subscription, body: bytes, content_type: str | None, door: Door) -> None:
    now = door.clock()
    await door.store.write(
        lambda transaction: transaction.add_push(
            source.id, body, content_type=content_type, at=now, name=subscription.token
        )
    )
    door.nudge()


def _unknown() -> Response:
    return Response(status_code=HTTPStatus.NOT_FOUND)
