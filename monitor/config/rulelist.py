"""Every recognition rule as its author wrote it, with its place in its file: the shipped ones and the user's."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from monitor.config.files import read
from monitor.config.loading import rule_parts
from monitor.config.problems import Place
from monitor.config.reading import parse
from monitor.config.rules import RuleEntry
from monitor.config.shipped import RULES, plain
from monitor.config.validating import Located, entries
from monitor.core.report import Kind


class Origin(StrEnum):
    """Where a rule comes from, and whether it is used."""

    SHIPPED = "shipped"
    ADDED = "yours"
    REPLACED = "yours, for a shipped one"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRule:
    """One rule. `entry` holds its keys as they stand in the file, but for `id` and `kind`."""

    id: str  # "en/renewal/renewed-for"
    kind: Kind
    origin: Origin
    place: Place
    entry: Mapping[str, Any]


def listed_rules(langs: Iterable[str], folder: Path | None) -> tuple[ListedRule, ...]:
    """The rules of these languages, with the changes of `folder` if one is given, by file and line. Raises ConfigError."""
    wanted = tuple(langs)
    found = {rule.id: rule for lang in wanted for rule in _shipped(lang)}
    if folder is None:
        return tuple(found.values())
    parts = rule_parts(folder)
    for entry in entries(parts, "rules"):
        if entry.value.lang in wanted:
            rule = _own(entry, found)
            found[rule.id] = rule
    for entry in entries(parts, "disable"):
        if entry.value in found:
            found[entry.value] = replace(found[entry.value], origin=Origin.DISABLED)
    return tuple(found.values())


def word_forms(lang: str) -> Mapping[str, tuple[str, ...]]:
    """What `{word}` stands for in the phrases of a language: the forms of each word."""
    content = plain(parse(RULES / f"{lang}.yaml", read(RULES / f"{lang}.yaml")).content)
    return {word: tuple(forms) for word, forms in content["words"].items()}


def _shipped(lang: str) -> Iterator[ListedRule]:
    file = RULES / f"{lang}.yaml"
    document = parse(file, read(file))
    for index, entry in enumerate(plain(document.content)["rules"]):
        yield ListedRule(
            id=f"{lang}/{entry['kind']}/{entry['id']}",
            kind=Kind(entry["kind"]),
            origin=Origin.SHIPPED,
            place=document.place(("rules", index)),
            entry={key: value for key, value in entry.items() if key not in {"id", "kind"}},
        )


def _own(located: Located[RuleEntry], shipped: Mapping[str, ListedRule]) -> ListedRule:
    rule = located.value
    name = rule.id if rule.id in shipped else f"{rule.lang}/{rule.kind}/{rule.id}"
    return ListedRule(
        id=name,
        kind=rule.kind,
        origin=Origin.REPLACED if name in shipped else Origin.ADDED,
        place=located.document.place(located.path),
        entry=rule.model_dump(mode="json", exclude_unset=True, exclude={"id", "kind", "lang"}),
    )
