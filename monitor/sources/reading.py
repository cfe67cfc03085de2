"""What an adapter needs to have bytes read where reading may be killed, and answers of APIs as JSON."""

import json
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from monitor.core.fetching import ParseFailed

T = TypeVar("T")


class Run(Protocol):
    """Runs a function over bytes where it may be killed; ParseFailed when it was."""

    async def __call__(self, function: Callable[..., T], body: bytes, **arguments: object) -> T | ParseFailed: ...


def json_value(body: bytes) -> Any:
    """The JSON value in an answer; None where it is none, whatever the content type says.

    For use in the killable process, or on the few bytes of a refusal. Unescaped control characters pass: GDELT has them.
    """
    try:
        return json.loads(body.decode("utf-8-sig", errors="replace"), strict=False)
    except (ValueError, RecursionError):
        return None
