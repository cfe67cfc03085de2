"""What comes with the program: the seeds, the recognition rules, and the user's changes tried against them."""

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from monitor.config.files import read
from monitor.config.problems import ConfigError, KeyPath, Problem, did_you_mean, shown
from monitor.config.reading import Document, Plain, Value, parse
from monitor.config.rules import RulesFile
from monitor.config.validating import Part, entries
from monitor.core.rulefile import check_change, check_disabled, compile_rules
from monitor.core.rules import RuleChange, RuleError, Ruleset

_PACKAGE = Path(__file__).resolve().parent.parent
RULES = _PACKAGE / "rules"

_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)([eE][-+]?[0-9]+)?")


def seeds_folder() -> Path:
    """The folder with what we ship beside the code: inside the installed package, else in the checkout."""
    installed = _PACKAGE / "seeds"
    return installed if installed.is_dir() else _PACKAGE.parent / "seeds"


def read_yaml(file: Path) -> Any:
    """A YAML file of our own as dictionaries, lists, texts, numbers, booleans and None. Raises ConfigError."""
    return plain(parse(file, read(file)).content)


def plain(value: Value) -> Any:
    """`value` with what stands without quotes read as YAML 1.2 says (core schema)."""
    match value:
        case Plain():
            return _scalar(str(value))
        case str() | None:
            return value
        case tuple():
            return [plain(child) for child in value]
        case _:
            return {key: plain(child) for key, child in value.items()}


@cache
def rule_languages() -> tuple[str, ...]:
    """The languages there are rules for, by their code."""
    return tuple(sorted(file.stem for file in RULES.glob("??.yaml")))


@cache
def shipped_rules(lang: str) -> Mapping[str, Any]:
    """The shipped rules of one of `rule_languages`, as data for `compile_rules`.

    What `titles.yaml` and `people.yaml` list holds in every language; a language's own lists come on top.
    """
    data: Mapping[str, Any] = read_yaml(RULES / f"{lang}.yaml")
    lexicon = data["lexicon"]
    shared = {key: [*listed, *lexicon.get(key, [])] for key, listed in _listed_for_all().items()}
    return {**data, "lexicon": {**lexicon, **shared}}


@cache
def _listed_for_all() -> Mapping[str, list[str]]:
    titles: Mapping[str, list[str]] = read_yaml(RULES / "titles.yaml")
    people: Mapping[str, list[str]] = read_yaml(RULES / "people.yaml")
    return {**titles, **people}


def compile_shipped(lang: str, changes: Sequence[RuleChange], disabled: Collection[str]) -> Ruleset:
    """The shipped rules of one of `rule_languages` with the user's changes.

    Raises RuleError for a wrong change and ConfigError for a shipped file that is broken.
    """
    try:
        return compile_rules(shipped_rules(lang), changes, disabled)
    except RuleError as error:
        if any(error.rule.endswith(name) for name in (*disabled, *(change.id for change in changes))):
            raise
        file = RULES / f"{lang}.yaml"
        raise ConfigError([rule_problem(error, parse(file, read(file)))]) from error


def rule_problem(error: RuleError, document: Document) -> Problem:
    """What is wrong with a rule file, with its line."""
    data = plain(document.content)
    path: KeyPath = (error.rule.partition("/")[0],)
    for section in ("rules", "guards"):
        for index, entry in enumerate(data.get(section, ())):
            if error.rule == f"{data.get('language')}/{entry.get('kind', 'guard')}/{entry.get('id')}":
                path = section, index
    return Problem(place=document.place((*path, *error.path)), message=error.problem, key=error.rule)


def try_changes(parts: Sequence[Part[RulesFile]], problems: list[Problem]) -> None:
    """Tries the user's changes against the shipped rules, so that a wrong phrase is found with its line."""
    for entry in entries(parts, "rules"):
        rule = entry.value
        if rule.lang not in rule_languages():
            suggestion = did_you_mean(rule.lang, rule_languages())
            problems.append(entry.problem(f"no rules in {shown(rule.lang)}", suggestion=suggestion, under=("lang",)))
            continue
        try:
            check_change(shipped_rules(rule.lang), rule.change())
        except RuleError as error:
            problems.append(entry.problem(error.problem, under=error.path))
    for disabled in entries(parts, "disable"):
        lang = disabled.value.partition("/")[0]
        if lang not in rule_languages():
            problems.append(disabled.problem(f"there are no rules in {shown(lang)}"))
            continue
        try:
            check_disabled(shipped_rules(lang), disabled.value)
        except RuleError as error:
            problems.append(disabled.problem(error.problem))


def _scalar(text: str) -> str | int | float | bool:
    if text in {"true", "True", "TRUE", "false", "False", "FALSE"}:
        return text.lower() == "true"
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
