"""The kinds of value that say how a page or a document is read: selectors, patterns, forms of dates."""

import re
from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from monitor.config.fields import Name, one_or_more
from monitor.config.problems import RefusedError, did_you_mean, shown
from monitor.selectors import is_selector, pick_of

_SOME_DAY = date(2023, 11, 22)
_ROBOTS = ("obey", "ignore")


def _selector(text: str) -> str:
    css = pick_of(text).css
    if css and not is_selector(css):
        raise RefusedError(f"{shown(text)} is not a CSS selector", "write for example article.release or time@datetime")
    return text


def _element(text: str) -> str:
    if pick_of(text).attribute:
        raise RefusedError(f"{shown(text)} names an attribute, and elements are meant", f"write {pick_of(text).css}")
    return _selector(text)


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise RefusedError(f"{shown(text)} is not a regular expression: {error.msg}") from None
    return text


def _date_format(text: str) -> str:
    try:
        tells_a_day = datetime.strptime(_SOME_DAY.strftime(text), text).date() == _SOME_DAY  # noqa: DTZ007  # only its day
    except ValueError:
        tells_a_day = False
    if not tells_a_day:
        raise RefusedError(f"{shown(text)} does not tell a day", 'write for example "%d.%m.%Y" or "%B %d, %Y"')
    return text


def _robots(text: str) -> str:
    if text not in _ROBOTS:
        raise RefusedError(f"{shown(text)} is not a way with robots.txt", did_you_mean(text, _ROBOTS))
    return text


_WRITTEN = {"type": "string", "minLength": 1}

Selector = Annotated[Name, AfterValidator(_selector), WithJsonSchema(_WRITTEN)]
Element = Annotated[Name, AfterValidator(_element), WithJsonSchema(_WRITTEN)]
DateFormat = Annotated[Name, AfterValidator(_date_format), WithJsonSchema({"type": "string", "pattern": "%"})]
Pattern = Annotated[Name, AfterValidator(_pattern), WithJsonSchema(_WRITTEN)]
Patterns = Annotated[tuple[Pattern, ...], BeforeValidator(one_or_more)]
RobotsName = Annotated[Name, AfterValidator(_robots), WithJsonSchema({"type": "string", "enum": list(_ROBOTS)})]
