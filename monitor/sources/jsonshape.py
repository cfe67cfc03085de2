"""Looking into JSON of other people's making: what is absent or of another type is nothing, never an error."""

from collections.abc import Mapping
from typing import Any


def at(value: Any, *path: str) -> Any:
    """What stands below these keys, None where there is nothing."""
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def text_at(value: Any, *path: str) -> str:
    """The text below these keys, "" where there is none."""
    found = at(value, *path)
    return found if isinstance(found, str) else ""


def number_at(value: Any, *path: str) -> int | None:
    """The whole number below these keys."""
    found = at(value, *path)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def objects_at(value: Any, *path: str) -> list[Mapping[str, Any]]:
    """The objects in the list below these keys; other members are left out."""
    found = at(value, *path)
    return [member for member in found if isinstance(member, Mapping)] if isinstance(found, list) else []
