"""The kinds of value our YAML knows, each with how it is read and how editors are told about it.

What stands without quotes is taken as it is written, so the titles 1923, 24 and NO need none; only an empty value,
`true` and `false` do. Every refusal says what to write instead and never quotes what may be a secret.
"""

import re
from collections.abc import Callable, Iterable
from datetime import time, timedelta
from enum import StrEnum
from typing import Annotated, TypeVar, get_args
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, ValidationInfo, WithJsonSchema

from monitor.config.names import slug
from monitor.config.problems import RefusedError, did_you_mean, nearest, shown
from monitor.config.reading import Plain
from monitor.config.secrets import Secrets, has_reference
from monitor.core.alert import Priority
from monitor.core.announcement import Standing
from monitor.core.report import Certainty, Kind
from monitor.core.routing import Telling, Weekday
from monitor.core.rules import MOST_WEIGHT, Place, Side
from monitor.core.source import Tier

STRICT = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)

PLATFORMS = (
    "bluesky",
    "facebook",
    "instagram",
    "mastodon",
    "reddit",
    "telegram",
    "threads",
    "tiktok",
    "x",
    "youtube",
)

_BOOLEAN = frozenset({"true", "false", "yes", "no", "on", "off"})
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_DURATION = re.compile(r"[0-9]{1,6}[smhd]")
_UNITS = {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_TIME = re.compile(r"(?P<hour>[01]?[0-9]|2[0-3]):(?P<minute>[0-5][0-9])")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LANG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_NAME_LENGTH = 300
_ID_LENGTH = 80
_SECRET_LENGTH = 8192

E = TypeVar("E", bound=str)
T = TypeVar("T")


def written(value: object) -> str:
    """What the user wrote where text is expected, with single spaces only."""
    if isinstance(value, Plain) and value in {"true", "false", "True", "False", "TRUE", "FALSE"}:
        raise RefusedError(f"{value} without quotes is a yes or no, and text is expected", f'write "{value}"')
    if isinstance(value, str):
        text = " ".join(value.split())
        if not text:
            raise RefusedError("is empty")
        if _CONTROL.search(text):
            raise RefusedError("a control character in text", "delete it")
        return text
    if value is None:
        raise RefusedError("is empty", 'text that begins with "#", or that reads null or ~, needs quotes')
    if isinstance(value, dict) and len(value) == 1 and all(isinstance(v, str) for v in value.values()):
        key, rest = next(iter(value.items()))
        raise RefusedError("a colon in text without quotes", f"write {shown(f'{key}: {rest}')}")
    if isinstance(value, tuple):
        inside = ", ".join(part for part in value if isinstance(part, str))
        raise RefusedError(
            "text is expected, not a list", f'text that begins with "[" needs quotes: {shown(f"[{inside}]")}'
        )
    raise RefusedError("text is expected, not keys and values")


def _text(value: object) -> str:
    text = written(value)
    if has_reference(text):
        raise RefusedError("${...} is not read here", "it is read in url, headers, auth and proxy")
    return text


def _name(value: object) -> str:
    text = _text(value)
    if len(text) > _NAME_LENGTH:
        raise RefusedError(f"longer than {_NAME_LENGTH} characters")
    return text


def _id(value: object) -> str:
    text = _text(value)
    if not _ID.fullmatch(text):
        better = "" if "://" in text else slug(text)  # an address may be a secret
        raise RefusedError(
            f"{shown(text)} is not an id: small letters a to z, digits and single hyphens",
            f"write {better}" if better else "",
        )
    if len(text) > _ID_LENGTH:
        raise RefusedError(f"longer than {_ID_LENGTH} characters")
    return text


def _key(value: str) -> str:
    if not re.fullmatch(r"[!-~]+", value):
        raise RefusedError(
            "a token holds neither spaces nor characters beyond ASCII", "copy it once more, and nothing beside it"
        )
    return value


def _secret(value: object, info: ValidationInfo) -> str:
    secrets = info.context
    assert isinstance(secrets, Secrets)
    if not isinstance(value, str) or not value.strip():
        raise RefusedError("text is expected", "put it in quotes")
    filled = secrets.fill(value.strip())
    if _CONTROL.search(filled):
        raise RefusedError("a line break or control character in the value")
    if len(filled) > _SECRET_LENGTH:
        raise RefusedError("the value is too long")
    return filled


def _flag(value: object) -> bool:
    if isinstance(value, Plain) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    if isinstance(value, str) and value.lower() in _BOOLEAN:
        raise RefusedError(
            f"{shown(value)} is text, and yes or no is expected",
            f"write {'true' if value.lower() in {'true', 'yes', 'on'} else 'false'}, without quotes",
        )
    raise RefusedError("true or false is expected")


def _count(value: object) -> int:
    if isinstance(value, Plain) and re.fullmatch(r"[1-9][0-9]{0,5}", value):
        return int(value)
    if isinstance(value, str) and re.fullmatch(r"[1-9][0-9]{0,5}", value):
        raise RefusedError("a number is expected, not text", f"write {value} without quotes")
    raise RefusedError("a whole number from 1 to 999999 is expected")


def _duration(least: str, most: str) -> Callable[[object], timedelta]:
    def read(value: object) -> timedelta:
        text = _text(value)
        if not _DURATION.fullmatch(text):
            number = re.fullmatch(r"[0-9]+", text)
            raise RefusedError(
                f"{shown(text)} is not a duration",
                f"say the unit: {text}m or {text}h" if number else "write for example 30s, 15m, 2h or 7d",
            )
        length = _length(text)
        if length < _length(least):
            raise RefusedError(f"{text} is too short", f"{least} is the least")
        if length > _length(most):
            raise RefusedError(f"{text} is too long", f"{most} is the most")
        return length

    return read


def _length(text: str) -> timedelta:
    return int(text[:-1]) * _UNITS[text[-1]]


def _weight(value: object) -> float:
    text = _text(value)
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", text) or not 0 < float(text) <= MOST_WEIGHT:
        raise RefusedError(
            f"{shown(text)} is no weight", f"write a number above 0 and up to {MOST_WEIGHT}, such as 0.7"
        )
    return float(text)


def _time(value: object) -> time:
    text = _text(value)
    found = _TIME.fullmatch(text)
    if found is None:
        midnight = text in {"24:00", "24:00:00"}
        raise RefusedError(
            f"{shown(text)} is not a time of day", 'write "00:00"' if midnight else "write hours and minutes as 08:30"
        )
    return time(int(found["hour"]), int(found["minute"]))


def _zone(value: object) -> str:
    text = _text(value)
    zones = available_timezones() - {"localtime", "Factory"}
    if text in zones:
        return text
    cities = {zone.rpartition("/")[2]: zone for zone in sorted(zones, reverse=True)}
    city = nearest(text.rpartition("/")[2], cities)
    suggestion = f"did you mean {cities[city]}?" if city else "write for example Europe/London or UTC"
    raise RefusedError(f"{shown(text)} is not a time zone", suggestion)


def _member(of: Iterable[E], what: str) -> Callable[[object], E]:
    members = {str(member): member for member in of}

    def read(value: object) -> E:
        text = _text(value)
        if text not in members:
            raise RefusedError(f"{shown(text)} is not {what}", did_you_mean(text, list(members)))
        return members[text]

    return read


def _platform(value: object) -> str:
    text = _text(value)
    if text.lower() == "twitter":
        raise RefusedError('"twitter" is not a platform', 'write "x"')
    if text not in PLATFORMS:
        raise RefusedError(f"{shown(text)} is not a platform we know", did_you_mean(text, PLATFORMS))
    return text


# Of an address the handle behind an "@", or all there is behind the host.
_PROFILE = re.compile(r"(?:https?://)?[^\s/?#]+/(?:@([^\s/?#]+).*|(?:profile/|s/)?([^\s/?#]+)/?(?:[?#].*)?)")


def _account(value: object) -> str:
    text = _text(value).removeprefix("@").lower()
    if re.fullmatch(r"[^\s/]+", text):
        return text
    if "/" not in text:
        raise RefusedError("an account is a handle, which holds no spaces")
    found = _PROFILE.fullmatch(text)
    raise RefusedError("an account is a handle, not an address", f"write {found[1] or found[2]}" if found else "")


def _whole_handles(accounts: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Bluesky and Mastodon know an account by its name and its server; half of it would fit no post, unnoticed."""
    for handle in accounts.get("bluesky", ()):
        if "." not in handle:
            raise RefusedError(
                f"{shown(handle)} is half a handle of Bluesky", f"write {handle}.bsky.social, if that is its handle"
            )
    for handle in accounts.get("mastodon", ()):
        if "@" not in handle:
            raise RefusedError(
                f"{shown(handle)} is half a handle of Mastodon", f"write it with its server: {handle}@mastodon.social"
            )
    return accounts


def _some(values: tuple[T, ...]) -> tuple[T, ...]:
    """Not `min_length`, which counts only the valid members and so tells a second mistake that is none."""
    if not values:
        raise RefusedError("is an empty list", "put something in it, or leave the key out")
    return values


def one_or_more(value: object) -> object:
    """A single text as a list of one."""
    return (value,) if isinstance(value, str) else value


def _lang(value: object) -> str:
    text = _text(value)
    if not _LANG.fullmatch(text):
        raise RefusedError(f"{shown(text)} is not a language code", "write for example en, de or pt-BR")
    return text


_TEXT_SCHEMA = {"type": ["string", "number"]}
_DURATION_SCHEMA = {"type": "string", "pattern": f"^{_DURATION.pattern}$"}

Text = Annotated[str, BeforeValidator(_text), WithJsonSchema(_TEXT_SCHEMA)]
Name = Annotated[str, BeforeValidator(_name), WithJsonSchema({**_TEXT_SCHEMA, "minLength": 1})]
Id = Annotated[
    str, BeforeValidator(_id), WithJsonSchema({"type": ["string", "integer"], "pattern": f"^{_ID.pattern}$"})
]
Reference = Annotated[str, BeforeValidator(_text), WithJsonSchema({"type": ["string", "integer"]})]
Secret = Annotated[str, BeforeValidator(_secret), WithJsonSchema(_TEXT_SCHEMA)]
Key = Annotated[Secret, AfterValidator(_key)]
Flag = Annotated[bool, BeforeValidator(_flag), WithJsonSchema({"type": "boolean"})]
Count = Annotated[int, BeforeValidator(_count), WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 999999})]
Every = Annotated[timedelta, BeforeValidator(_duration("1m", "30d")), WithJsonSchema(_DURATION_SCHEMA)]
Pace = Annotated[timedelta, BeforeValidator(_duration("1m", "24h")), WithJsonSchema(_DURATION_SCHEMA)]
Silence = Annotated[timedelta, BeforeValidator(_duration("1h", "365d")), WithJsonSchema(_DURATION_SCHEMA)]
MaxAge = Annotated[timedelta, BeforeValidator(_duration("1h", "3650d")), WithJsonSchema(_DURATION_SCHEMA)]
Window = Annotated[timedelta, BeforeValidator(_duration("1m", "7d")), WithJsonSchema(_DURATION_SCHEMA)]
TimeOfDay = Annotated[
    time,
    BeforeValidator(_time),
    WithJsonSchema({"type": "string", "pattern": "^([01]?[0-9]|2[0-3]):[0-5][0-9]$"}),
]
Zone = Annotated[str, BeforeValidator(_zone), WithJsonSchema({"type": "string"})]
Lang = Annotated[str, BeforeValidator(_lang), WithJsonSchema({"type": "string", "pattern": f"^{_LANG.pattern}$"})]
Platform = Annotated[str, BeforeValidator(_platform), WithJsonSchema({"type": "string", "enum": list(PLATFORMS)})]
Account = Annotated[str, BeforeValidator(_account), WithJsonSchema(_TEXT_SCHEMA)]
Accounts = Annotated[
    tuple[Account, ...],
    BeforeValidator(one_or_more),
    WithJsonSchema({"anyOf": [_TEXT_SCHEMA, {"type": "array", "items": _TEXT_SCHEMA}]}),
]
AccountsByPlatform = Annotated[dict[Platform, Accounts], AfterValidator(_whole_handles)]


def _choice(of: Iterable[StrEnum]) -> WithJsonSchema:
    return _among([str(member) for member in of])


def _among(names: Iterable[str]) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "enum": list(names)})


DayName = Annotated[Weekday, BeforeValidator(_member(Weekday, "a day of the week")), _choice(Weekday)]
TellingName = Annotated[Telling, BeforeValidator(_member(Telling, "a way to tell")), _choice(Telling)]
PriorityName = Annotated[Priority, BeforeValidator(_member(Priority, "a priority")), _choice(Priority)]
KindName = Annotated[Kind, BeforeValidator(_member(Kind, "a kind")), _choice(Kind)]
TierName = Annotated[Tier, BeforeValidator(_member(Tier, "a tier")), _choice(Tier)]
_LEAST = tuple(standing for standing in Standing if standing is not Standing.DENIED)
LeastStanding = Annotated[
    Standing, BeforeValidator(_member(_LEAST, "a standing that can be the least")), _choice(_LEAST)
]

_NOT_EMPTY = (AfterValidator(_some), Field(json_schema_extra={"minItems": 1}))
Kinds = Annotated[tuple[KindName, ...], *_NOT_EMPTY]
Languages = Annotated[tuple[Lang, ...], *_NOT_EMPTY]
Tiers = Annotated[tuple[TierName, ...], *_NOT_EMPTY]
References = Annotated[tuple[Reference, ...], *_NOT_EMPTY]
CertaintyName = Annotated[Certainty, BeforeValidator(_member(Certainty, "a certainty")), _choice(Certainty)]
PlaceName = Annotated[Place, BeforeValidator(_member(get_args(Place), "a part of a text")), _among(get_args(Place))]
Places = Annotated[tuple[PlaceName, ...], BeforeValidator(one_or_more), *_NOT_EMPTY]
SideName = Annotated[Side, BeforeValidator(_member(get_args(Side), "a side")), _among(get_args(Side))]
Weight = Annotated[
    float,
    BeforeValidator(_weight),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "maximum": MOST_WEIGHT}),
]
Phrases = Annotated[tuple[Name, ...], *_NOT_EMPTY]
