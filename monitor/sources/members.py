"""Values inside parsed JSON where they are what they should be; anything else counts as missing."""

import re
from collections.abc import Iterator
from typing import Any

from monitor.core.text import clean_line

_DATE = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?")
_TEXT_LIMIT = 300
_MOST = 500  # members of a list


def at(value: Any, *path: str) -> Any:
    """What stands under the path of keys; None where there is no such thing."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def text(value: Any, *path: str) -> str:
    """The text under the path on one line, "" where there is none."""
    found = at(value, *path)
    return clean_line(found, _TEXT_LIMIT) if isinstance(found, str) else ""


def number(value: Any, *path: str) -> int | None:
    """The whole number under the path."""
    found = at(value, *path)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def objects(value: Any, *path: str) -> Iterator[dict[str, Any]]:
    """The objects of the list under the path."""
    found = at(value, *path)
    yield from (one for one in (found[:_MOST] if isinstance(found, list) else ()) if isinstance(one, dict))


def day(value: Any, *path: str) -> str | None:
    """The date under the path, as exactly as it is told; of a moment its day."""
    found = _DATE.fullmatch(text(value, *path)[:10])
    return found[0] if found else None
