"""JSON that a page carries in its scripts: under an id, as a variable, or as linked data."""

import json
import re
from collections.abc import Iterator
from typing import Any

from monitor.sources.html import Node, attribute

_MOST_SCRIPTS = 200
# What a script may hold that JSON does not know: written by serialisers of JavaScript.
_UNDEFINED = re.compile(r"(?<=[:\[,])\s*undefined\s*(?=[,}\]])")
_STRING = re.compile(r"""JSON\.parse\(\s*(?P<quote>["'])""")


class NoDataError(Exception):
    """The page holds no such data; the message is for the user."""


def data_of(root: Node, named: str) -> Any:
    """The data that the page carries under this name. Raises NoDataError.

    A name with "/" is the type of the scripts, whose data then comes as a list; one with "window." a variable;
    any other the id of a script, else a variable.
    """
    scripts = root.css("script")[:_MOST_SCRIPTS]
    if "/" in named:
        typed = [node.text() for node in scripts if attribute(node, "type").lower() == named.lower()]
        values = [value for text in typed for value in _of_block(text)]
        if not values:
            raise NoDataError(f"the page holds no script of type “{named}” that can be read{_held(scripts)}")
        return values
    for node in scripts:
        if attribute(node, "id") == named:
            return _value(_bare(node.text()), named)
    assignment = re.compile(rf"(?<![\w$.]){re.escape(named)}\s*=\s*(?!=)")
    for node in scripts:
        text = node.text()
        if found := assignment.search(text):
            return _value(text[found.end() :], named)
    raise NoDataError(f"the page holds no script “{named}”{_held(scripts)}")


def _held(scripts: list[Node]) -> str:
    names = dict.fromkeys(attribute(node, "id") for node in scripts if "json" in attribute(node, "type"))
    shown = ", ".join(name for name in names if name)
    return f"; it holds: {shown}" if shown else ""


def _of_block(text: str) -> Iterator[Any]:
    """The things of a block of linked data: one, a list, or a graph. What cannot be read is left out."""
    try:
        value = json.loads(_bare(text), strict=False)
    except (ValueError, RecursionError):
        return
    for thing in value if isinstance(value, list) else [value]:
        graph = thing.get("@graph") if isinstance(thing, dict) else None
        yield from graph if isinstance(graph, list) else [thing]


def _bare(text: str) -> str:
    return text.strip().removeprefix("<!--").removesuffix("-->").strip()


def _value(text: str, named: str) -> Any:
    """The JSON value at the beginning of the text; what follows it is code."""
    decoder = json.JSONDecoder(strict=False)
    try:
        if quoted := _STRING.match(text):
            return decoder.decode(_unquoted(text[quoted.end() - 1 :], quoted["quote"]))
        try:
            return decoder.raw_decode(text)[0]
        except ValueError:
            return decoder.raw_decode(_UNDEFINED.sub("null", text))[0]
    except (ValueError, RecursionError):
        raise NoDataError(f"what the script “{named}” holds is code and no JSON") from None


def _unquoted(text: str, quote: str) -> str:
    """The text of a JavaScript string at the beginning of `text`."""
    found = re.match(rf"{quote}((?:[^{quote}\\]|\\.)*){quote}", text, re.DOTALL)
    if found is None:
        raise ValueError("a string without an end")
    inside = found[1].replace("\\'", "'")
    inside = re.sub(r"\\x([0-9a-fA-F]{2})", r"\\u00\1", inside)
    if quote == "'":
        inside = re.sub(r'(?<!\\)((?:\\\\)*)"', r'\1\\"', inside)
    text = json.loads(f'"{inside}"', strict=False)
    assert isinstance(text, str)
    return text
