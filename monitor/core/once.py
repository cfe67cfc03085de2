"""Values that are worked out when first asked for and kept."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

_Found = TypeVar("_Found")


class found_once(Generic[_Found]):  # noqa: N801 - a decorator, written like `property`
    """A property that is worked out when first asked for: the `cached_property` of Python 3.11 without its lock."""

    def __init__(self, find: Callable[[Any], _Found]) -> None:
        self._find = find

    def __get__(self, owner: object, _: object) -> _Found:
        found = owner.__dict__[self._find.__name__] = self._find(owner)
        return found
