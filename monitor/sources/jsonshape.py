"""Looking into JSON of other people's making: what is absent or of another type is nothing, never an error."""

import re
from collections.abc import Mapping
from typing import Any

from monitor.core.text import clean_line

_MOST = 500  # members of a list
_LINE_LIMIT = 300
_DATE = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?")


def at(value: Any, *path: str) -> Any:
    """What stands below these keys, None where there is nothing."""
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def text_at(value: Any, *path: str) -> str:
    """The text below these keys, "" where there is none."""
    found = at(value, *path)
    return found if isinstance(found, str) else ""


def line_at(value: Any, *path: str) -> str:
    """The text below these keys on one line."""
    return clean_line(text_at(value, *path), _LINE_LIMIT)


def day_at(value: Any, *path: str) -> str | None:
    """The date below these keys, as exactly as it is told; of a moment its day."""
    found = _DATE.fullmatch(line_at(value, *path)[:10])
    return found[0] if found else None


def number_at(value: Any, *path: str) -> int | None:
    """The whole number below these keys."""
    found = at(value, *path)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def objects_at(value: Any, *path: str) -> list[Mapping[str, Any]]:
    """The first objects in the list below these keys; other members are left out."""
    found = at(value, *path)
    return [member for member in found[:_MOST] if isinstance(member, Mapping)] if isinstance(found, list) else []
