"""The addresses we answer at."""

from http import HTTPStatus

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from monitor.status import lives
from monitor.store.errors import StoreError
from monitor.web import hubs
from monitor.web.answers import RefusedError, not_now, refused
from monitor.web.door import Door
from monitor.web.hooks import take_hook


def application(door: Door) -> Starlette:
    """All addresses: what is brought to a source, and how we are."""

    async def hook(request: Request) -> Response:
        return await take_hook(request, door)

    async def hub(request: Request) -> Response:
        return await (hubs.take if request.method == "POST" else hubs.verify)(request, door)

    async def health(_request: Request) -> Response:
        beat = await door.store.read(lambda view: view.heartbeat())
        alive = lives(beat, door.clock())
        said = {"alive": alive, "last_sign_of_life": beat.at.isoformat() if beat else None}
        return JSONResponse(said, status_code=HTTPStatus.OK if alive else HTTPStatus.SERVICE_UNAVAILABLE)

    app = Starlette(
        routes=[
            Route("/healthz", health),
            Route("/hooks/{source}", hook, methods=["POST"]),
            Route("/hooks/{source}/{token}", hook, methods=["POST"]),
            Route("/websub/{source}/{token}", hub, methods=["GET", "POST"]),
        ],
        exception_handlers={RefusedError: refused, StoreError: not_now},
    )
    app.router.redirect_slashes = False  # a redirect would repeat a token in its Location
    return app
