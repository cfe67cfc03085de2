"""Documents held against the models: typed content, or problems with their places in the file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from monitor.config.problems import ConfigError, KeyPath, Problem, RefusedError, did_you_mean, key_text, shown
from monitor.config.reading import Document, Value
from monitor.config.schema import known_keys, required_keys
from monitor.config.secrets import Secrets

M = TypeVar("M", bound=BaseModel)
E = TypeVar("E")

_FIRST_KEY = "begin with a key such as shows: or sources:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(Generic[M]):
    """One valid file of those that are merged."""

    document: Document
    content: M


@dataclass(frozen=True, slots=True, kw_only=True)
class Located(Generic[E]):
    """A value with the file and key it came from."""

    value: E
    document: Document
    path: KeyPath

    def problem(self, message: str, *, suggestion: str = "", under: KeyPath = ()) -> Problem:
        """A problem with this value, or with what stands `under` it."""
        path = (*self.path, *under)
        return Problem(place=self.document.place(path), key=key_text(path), message=message, suggestion=suggestion)


def validate(document: Document, model: type[M], secrets: Secrets) -> Part[M]:
    """The document as `model`. Raises ConfigError with everything that is wrong in it."""
    content = _without_empty(document.content, model) if document.content is not None else {}
    try:
        return Part(document=document, content=model.model_validate(content, context=secrets))
    except ValidationError as error:
        details = error.errors(include_url=False)
        raise ConfigError(_problem(document, model, content, detail) for detail in details) from None


def entries(parts: Iterable[Part[Any]], section: str) -> list[Located[Any]]:
    """The members of a list section over all files, in order."""
    return [
        Located(value=value, document=part.document, path=(section, index))
        for part in parts
        for index, value in enumerate(getattr(part.content, section) or ())
    ]


def only(parts: Iterable[Part[Any]], section: str, problems: list[Problem]) -> Located[Any] | None:
    """The value of a section that may stand in one file only, or None when no file has it."""
    given = [
        Located(value=getattr(part.content, section), document=part.document, path=(section,))
        for part in parts
        if section in part.content.model_fields_set
    ]
    for again in given[1:]:
        first = given[0].document.key_place((section,))
        problems.append(again.problem(f"stands in two files, first at {first}", suggestion="delete one of them"))
    return given[0] if given else None


def _without_empty(value: Value, model: type[BaseModel], path: KeyPath = ()) -> Value:
    """The value without known keys that have nothing after them: such a key counts as left out."""
    if isinstance(value, Mapping):
        known = known_keys(model, path) if None in value.values() else ()
        return {
            key: _without_empty(child, model, (*path, key))
            for key, child in value.items()
            if child is not None or key not in known
        }
    if isinstance(value, tuple):
        return tuple(_without_empty(child, model, (*path, index)) for index, child in enumerate(value))
    return value


def _problem(document: Document, model: type[BaseModel], content: Value, detail: ErrorDetails) -> Problem:
    path = _path(content, detail["loc"], absent=detail["type"] == "missing")
    place = document.key_place(path) if detail["loc"][-1:] == ("[key]",) else document.place(path)
    match detail["type"]:
        case "missing" if path in document.keys:
            place, message, suggestion = document.key_place(path), "is empty", 'text that begins with "#" needs quotes'
        case "missing":
            message, suggestion = f"{shown(str(path[-1]))} is missing", ""
            path = path[:-1]
        case "extra_forbidden":
            place = document.key_place(path)
            message = f"unknown key {shown(str(path[-1]))}"
            suggestion = _meant_key(content, model, path)
        case "union_tag_not_found":
            message, suggestion = '"type" is missing', "write type: feed"
        case "union_tag_invalid":
            path = (*path, "type")
            place = document.place(path)
            message, suggestion = _wording(path, detail)
        case _:
            message, suggestion = _wording(path, detail)
    return Problem(place=place, key=key_text(path), message=message, suggestion=suggestion)


def _meant_key(content: Value, model: type[BaseModel], path: KeyPath) -> str:
    """What may have been meant by an unknown key: the one that is missing, or the likeliest that there is."""
    here: Value = content
    for part in path[:-1]:
        if isinstance(here, Mapping):
            here = here.get(str(part))
        elif isinstance(here, tuple) and isinstance(part, int):
            here = here[part]
    present = here if isinstance(here, Mapping) else {}
    found = present.get("type")
    of_type = str(found) if isinstance(found, str) else ""
    missing = [key for key in required_keys(model, path[:-1], of_type=of_type) if key not in present]
    if of_type and len(missing) == 1:
        return f'did you mean "{missing[0]}"?'
    return did_you_mean(str(path[-1]), known_keys(model, path[:-1], of_type=of_type))


def _wording(path: KeyPath, detail: ErrorDetails) -> tuple[str, str]:
    """What is wrong with the value at `path`, and what to write instead."""
    context = detail.get("ctx", {})
    refused = context.get("error")
    if isinstance(refused, RefusedError):
        return refused.message, refused.suggestion
    match detail["type"]:
        case "union_tag_invalid":
            types = str(context["expected_tags"]).replace("'", "").split(", ")
            meant = did_you_mean(str(context["tag"]), types) or f"there is: {', '.join(types)}"
            return f"unknown type {shown(str(context['tag']))}", meant
        case "tuple_type":
            return "a list is expected", _as_list(path, detail["input"])
        case "model_type" | "dict_type" | "model_attributes_type":
            return _expects_keys(path, detail["input"])
        case other:
            return f"not valid here ({other})", ""


def _path(content: Value, location: tuple[str | int, ...], *, absent: bool) -> KeyPath:
    """Pydantic's location without what is not in the file: tags of unions and marks of keys.

    `absent`: the last part names a key that should be there.
    """
    path: list[str | int] = []
    here: Value = content
    last = len(location) - 1
    for index, part in enumerate(location):
        if isinstance(here, Mapping):
            if str(part) in here:
                here = here[str(part)]
            elif not (absent and index == last):
                continue
        elif isinstance(here, tuple) and isinstance(part, int) and part < len(here):
            here = here[part]
        elif part == "[key]" or (isinstance(here, str) and isinstance(part, str)):
            continue
        path.append(part)
    return tuple(path)


def _as_list(path: KeyPath, value: object) -> str:
    # Only what reads like words is repeated: anything else might be a secret in the wrong place.
    if isinstance(value, str) and all(char.isalnum() or char in " -_" for char in value):
        return f"write {path[-1]}: [{value[:60]}]"
    return 'begin each entry with "- "'


def _expects_keys(path: KeyPath, value: object) -> tuple[str, str]:
    message = "keys and values are expected"
    if isinstance(value, tuple):
        return f"{message}, not a list", 'take the "- " away' if path else _FIRST_KEY
    if not isinstance(value, str):
        return message, ""
    message = f"{message}, not just text"
    match path:
        case ():
            return message, _FIRST_KEY
        case ("shows" | "films", _):
            return message, f"write - title: {shown(value)}"
        case ("people", _):
            return message, f"write - name: {shown(value)}"
        case _:
            return message, ""
