"""The schemas for editors, and the documentation of every key."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from monitor.config import Settings, load
from monitor.config.files import NAMES
from monitor.config.reading import parse
from monitor.config.schema import MODELS, schemas
from monitor.config.secrets import Secrets
from monitor.config.validating import validate
from monitor.config.writing import schema_text

ROOT = Path(__file__).resolve().parents[2]
MANUAL = (ROOT / "docs" / "configuration.md").read_text()
SOURCES = (ROOT / "docs" / "sources.md").read_text()  # the keys of each source type
SOURCE_BLOCKS = re.findall(r"```yaml\n# sources\.yaml\n(.*?)```", SOURCES, re.DOTALL)
BLOCKS = re.findall(r"```yaml\n# (\w+)\.yaml\n(.*?)```", MANUAL, re.DOTALL)


@pytest.mark.parametrize("name", NAMES)
def test_committed_schemas_are_those_of_the_models(name: str) -> None:
    """If not: make schema."""
    assert (ROOT / "docs" / "schema" / f"{name}.json").read_text() == schema_text(name)


def _properties(node: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        yield from node.get("properties", {}).items()
        for child in node.values():
            yield from _properties(child)
    if isinstance(node, list):
        for child in node:
            yield from _properties(child)


@pytest.mark.parametrize("name", NAMES)
def test_schemas_explain_every_key_and_refuse_others(name: str) -> None:
    schema = schemas()[name]
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["title"] == f"{name}.yaml"
    for key, node in _properties(schema):
        assert node.get("description", "").endswith("."), key
    for node in (schema, *schema["$defs"].values()):
        assert node["additionalProperties"] is False
        assert node["description"]


def test_schemas_use_the_words_of_the_files() -> None:
    quiet = schemas()["alerts"]["$defs"]["QuietEntry"]
    assert set(quiet["properties"]) == {"from", "to", "except"}
    assert quiet["required"] == ["from", "to"]


def test_schemas_can_be_asked_for_again() -> None:
    assert json.dumps(schemas()["sources"]) == json.dumps(schemas()["sources"])


def _keys(node: object) -> set[str]:
    """Every key that a schema knows, at any depth."""
    if isinstance(node, list):
        return {key for child in node for key in _keys(child)}
    if not isinstance(node, dict):
        return set()
    own = node.get("properties")
    return {*(own if isinstance(own, dict) else ()), *(key for child in node.values() for key in _keys(child))}


@pytest.mark.parametrize("name", NAMES)
def test_every_key_is_in_the_manual(name: str) -> None:
    """In the section of its file, in code font."""
    section = re.search(rf"^## {name}\.yaml$(.*?)^## ", MANUAL, re.MULTILINE | re.DOTALL)
    assert section
    text = section[1] + SOURCES if name == "sources" else section[1]
    missing = [key for key in _keys(schemas()[name]) if f"`{key}`" not in text]
    assert missing == []


def test_every_setting_is_in_the_manual() -> None:
    missing = [name for name in Settings.model_fields if f"`MONITOR_{name.upper()}`" not in MANUAL]
    assert missing == []


def test_the_manual_shows_every_file() -> None:
    assert {name for name, _ in BLOCKS} == set(NAMES)


@pytest.mark.parametrize(("name", "block"), BLOCKS, ids=[name for name, _ in BLOCKS])
def test_examples_of_the_manual_are_valid(name: str, block: str, tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "slack-url").write_text("slack://a/b/c")
    environ = {"FEED_PASSWORD": "x", "FEED_KEY": "x", "MAIL_URL": "mailto://me@example.org"}
    document = parse(tmp_path / f"{name}.yaml", block.encode())
    validate(document, MODELS[name], Secrets(folder=tmp_path, environ=environ))


class _AnyEnviron(dict[str, str]):
    """Has every variable that an example of a source refers to."""

    def get(self, name: str, default: object = None) -> str:  # type: ignore[override]  # it is always there
        return "1234567890" if name.endswith("_ID") else f"{name.lower()}-1234-b7tQm2Zx9LrV4cKp0sWj8A"


@pytest.mark.parametrize("block", SOURCE_BLOCKS)
def test_examples_of_sources_are_valid(block: str, tmp_path: Path) -> None:
    document = parse(tmp_path / "sources.yaml", block.encode())
    validate(document, MODELS["sources"], Secrets(folder=tmp_path, environ=_AnyEnviron()))


def test_examples_of_the_manual_belong_together(tmp_path: Path) -> None:
    """The ids of one file are those the others refer to."""
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "slack-url").write_text("slack://a/b/c")
    for name, block in BLOCKS:
        (tmp_path / f"{name}.yaml").write_text(block)
    load(tmp_path, environ={"FEED_PASSWORD": "x", "FEED_KEY": "x", "MAIL_URL": "mailto://me@example.org"})
