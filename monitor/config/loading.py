"""The four files as one Setup, or all that is wrong with them."""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from monitor.config.alerts import AlertsFile
from monitor.config.files import files_of, missing, read, require
from monitor.config.merging import changes, disabled, policy, sources, watches
from monitor.config.problems import ConfigError, Problem
from monitor.config.reading import parse
from monitor.config.rules import RulesFile
from monitor.config.secrets import Secrets
from monitor.config.sources import SourcesFile
from monitor.config.validating import Part, validate
from monitor.config.watchlist import WatchlistFile
from monitor.core.rules import RuleChange
from monitor.core.setup import Setup
from monitor.core.watchlist import Watch

M = TypeVar("M", bound=BaseModel)


def load(folder: Path, *, environ: Mapping[str, str]) -> Setup:
    """What the files in `folder` say. `environ` holds the values of `${NAME}`. Raises ConfigError with every problem."""
    secrets = Secrets(folder=folder, environ=environ)
    problems: list[Problem] = []
    require(folder)
    watchlist = _parts(folder, "watchlist", WatchlistFile, secrets, problems)
    polled = _parts(folder, "sources", SourcesFile, secrets, problems)
    alerts = _parts(folder, "alerts", AlertsFile, secrets, problems)
    rules = _parts(folder, "rules", RulesFile, secrets, problems)
    if problems:
        # References are not looked at: what they lead to may be in the part that could not be read.
        raise ConfigError(problems)
    watched = watches(watchlist, problems)
    setup = Setup(
        watches=watched,
        sources=sources(polled, watched, problems),
        policy=policy(alerts, watchlist, polled, problems),
        rules=changes(rules, problems),
        disabled_rules=disabled(rules),
    )
    if problems:
        raise ConfigError(problems)
    return setup


def load_watchlist(file: Path) -> tuple[Watch, ...]:
    """The watches of one file on its own. Raises ConfigError."""
    part = validate(parse(file, read(file)), WatchlistFile, Secrets(folder=file.parent, environ={}))
    problems: list[Problem] = []
    found = watches([part], problems)
    if problems:
        raise ConfigError(problems)
    return found


def load_rules(folder: Path) -> tuple[tuple[RuleChange, ...], frozenset[str]]:
    """The user's changes to the rules alone: rules added or replaced, and ids left out. Raises ConfigError."""
    problems: list[Problem] = []
    parts = rule_parts(folder)
    found = changes(parts, problems)
    if problems:
        raise ConfigError(problems)
    return found, disabled(parts)


def rule_parts(folder: Path) -> list[Part[RulesFile]]:
    """The files in `folder` that change rules; none is fine. Raises ConfigError."""
    problems: list[Problem] = []
    require(folder)
    parts = _parts(folder, "rules", RulesFile, Secrets(folder=folder, environ={}), problems)
    if problems:
        raise ConfigError(problems)
    return parts


def _parts(folder: Path, name: str, model: type[M], secrets: Secrets, problems: list[Problem]) -> list[Part[M]]:
    """The files that make up `name`, those of them that are valid; what is wrong with the others goes to `problems`."""
    try:
        files = files_of(folder, name)
    except ConfigError as error:
        problems += error.problems
        return []
    if not files and name != "rules":
        problems.append(missing(folder, name))
    parts = []
    for file in files:
        try:
            parts.append(validate(parse(file, read(file)), model, secrets))
        except ConfigError as error:
            problems += error.problems
    return parts
