"""What is wrong with the configuration, said so that the reader can mend it.

ConfigError
    problems: Problem, Problem, ...
ValueError
    RefusedError: one value, before its place is known
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

KeyPath = tuple[str | int, ...]

_SHOWN_LENGTH = 80  # characters of a value in a message
_LIST_LENGTH = 20  # names in a message


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something stands in a file; line and column count from 1, 0 = the file as a whole."""

    file: Path
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else str(self.file)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One mistake: where, under which key, what is wrong, and what to write instead."""

    place: Place
    message: str
    key: str = ""  # "shows[1].kinds[0]"; empty when no key is at fault
    suggestion: str = ""

    def __str__(self) -> str:
        parts = [f"{self.place}:", f"{self.key}:" if self.key else "", self.message]
        told = " ".join(part for part in parts if part)
        return f"{told}; {self.suggestion}" if self.suggestion else told


class ConfigError(Exception):
    """The configuration cannot be used. Holds every problem of every file, in the order of files and lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda p: (str(p.place.file), p.place.line, p.place.column)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class RefusedError(ValueError):
    """A value that may not stand where it stands. Raised while models are read, which turn it into a Problem."""

    def __init__(self, message: str, suggestion: str = "") -> None:
        self.message = message
        self.suggestion = suggestion
        super().__init__(message)


def key_text(path: KeyPath) -> str:
    """`("shows", 1, "kinds", 0)` as `shows[1].kinds[0]`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if text else part
    return text


def shown(value: str) -> str:
    """`value` in double quotes, on one line, without control characters, cut where it gets long.

    Of an address only the scheme is told: in the wrong place, too, it may be a secret.
    """
    value = re.sub(r"://.*", "://\N{HORIZONTAL ELLIPSIS}", value, flags=re.DOTALL)
    flat = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in value)
    cut = flat if len(flat) <= _SHOWN_LENGTH else flat[: _SHOWN_LENGTH - 1] + "\N{HORIZONTAL ELLIPSIS}"
    return '"' + cut.replace("\\", "\\\\").replace('"', '\\"') + '"'


def nearest(wrong: str, right: Iterable[str]) -> str | None:
    """The member of `right` that `wrong` was probably meant to be, or None."""
    by_folded = {_folded(name): name for name in sorted(right)}
    found = get_close_matches(_folded(wrong), by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None


def did_you_mean(wrong: str, right: Sequence[str]) -> str:
    """A suggestion: the nearest of `right`, else all of them when they are few, else nothing."""
    if near := nearest(wrong, right):
        return f"did you mean {shown(near)}?"
    if 0 < len(right) <= _LIST_LENGTH:
        return f"there is: {', '.join(right)}"
    return ""


def _folded(name: str) -> str:
    return name.casefold().replace("-", "_").replace(" ", "_")
