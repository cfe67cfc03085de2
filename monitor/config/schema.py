"""The JSON Schemas of the four files, made from the models that read them."""

from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from typing import Any

from pydantic import BaseModel

from monitor.config.alerts import AlertsFile
from monitor.config.problems import KeyPath
from monitor.config.rules import RulesFile
from monitor.config.sources import SourcesFile
from monitor.config.watchlist import WatchlistFile

MODELS: Mapping[str, type[BaseModel]] = {
    "watchlist": WatchlistFile,
    "sources": SourcesFile,
    "alerts": AlertsFile,
    "rules": RulesFile,
}

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schemas() -> Mapping[str, dict[str, Any]]:
    """A JSON Schema (draft 2020-12) for each of the four files, by name."""
    return {name: {"$schema": _DIALECT, **_nullable(_schema(model))} for name, model in MODELS.items()}


def known_keys(model: type[BaseModel], path: KeyPath, *, of_type: str = "") -> tuple[str, ...]:
    """The keys that may stand under `path`; of entries that come in types, those of one type."""
    return tuple(dict.fromkeys(key for node in _nodes(model, path, of_type) for key in node.get("properties", ())))


def required_keys(model: type[BaseModel], path: KeyPath, *, of_type: str = "") -> tuple[str, ...]:
    """The keys that must stand there."""
    return tuple(dict.fromkeys(key for node in _nodes(model, path, of_type) for key in node.get("required", ())))


def _nodes(model: type[BaseModel], path: KeyPath, of_type: str) -> list[Mapping[str, Any]]:
    """The object schemas that may stand under `path`."""
    schema = _schema(model)
    here: list[Mapping[str, Any]] = [schema]
    for part in path:
        here = [below for node in here for below in _below(schema, node, part)]
    return [node for node in here if _type_of(node) == of_type] or here


@cache
def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema(by_alias=True, mode="validation")


def _resolved(root: Mapping[str, Any], node: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The object schemas behind references and alternatives."""
    if "$ref" in node:
        return _resolved(root, root["$defs"][node["$ref"].rpartition("/")[2]])
    alternatives = [*node.get("anyOf", ()), *node.get("oneOf", ())]
    return [found for option in alternatives for found in _resolved(root, option)] or [node]


def _type_of(node: Mapping[str, Any]) -> str:
    return str(node.get("properties", {}).get("type", {}).get("const", ""))


def _below(root: Mapping[str, Any], node: Mapping[str, Any], part: str | int) -> list[Mapping[str, Any]]:
    child = node.get("items") if isinstance(part, int) else node.get("properties", {}).get(part)
    return _resolved(root, child) if isinstance(child, dict) else []


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema as files may be written: a key with nothing after it counts as left out, so editors must not object."""
    out = deepcopy(schema)
    for holder in (out, *out.get("$defs", {}).values()):
        required = holder.get("required", ())
        for key, child in holder.get("properties", {}).items():
            child.pop("default", None)
            child.pop("title", None)
            if key not in required and not any(option.get("type") == "null" for option in child.get("anyOf", ())):
                described = {name: child.pop(name) for name in ("description", "examples") if name in child}
                holder["properties"][key] = {"anyOf": [dict(child), {"type": "null"}], **described}
    return out
