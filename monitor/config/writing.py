"""A first configuration: commented YAML from a few answers."""

import json
import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from zoneinfo import available_timezones

from monitor.config.entries import entry_text
from monitor.config.files import NAMES, SECRETS_FOLDER, files_of
from monitor.config.loading import load
from monitor.config.packs import Pack
from monitor.config.problems import ConfigError, Place, Problem
from monitor.config.schema import schemas

RECEIVER_ID = "me"
SCHEMA_FOLDER = ".schema"

_SECRET = f"{SECRETS_FOLDER}/receiver-url"
_CONSOLE = "console://"
_FLAGS = {
    "shows": "--show",
    "films": "--film",
    "people": "--person",
    "receivers": "--receiver",
    "timezone": "--timezone",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What `init` asks for."""

    shows: tuple[str, ...] = ()
    films: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    receiver: str = field(default=_CONSOLE, repr=False)  # an Apprise URL
    packs: tuple[Pack, ...] = ()
    timezone: str = "UTC"


def refuse_existing(folder: Path, *, force: bool) -> None:
    """Raises ConfigError when there are files that `write` would overwrite or be merged with, unless `force` is given."""
    there = [file for name in NAMES for file in files_of(folder, name)]
    if there and not force:
        message = "is there already"
        suggestion = "use --force to write the files anew"
        raise ConfigError(Problem(place=Place(file=file), message=message, suggestion=suggestion) for file in there)


def write(folder: Path, answers: Answers) -> tuple[Path, ...]:
    """Writes the four files, and the schemas editors check them with; returns what was written.

    The receiver's URL goes to a file of its own that only the owner can read. Raises ConfigError when the answers do
    not make a valid configuration; nothing is written then.
    """
    contents = _contents(answers)
    _try(contents)
    return _put(folder, contents)


def write_schemas(folder: Path) -> tuple[Path, ...]:
    """Writes the JSON Schemas of the four files; returns what was written. Raises ConfigError."""
    return _put(folder, {f"{name}.json": schema_text(name) for name in NAMES})


def schema_text(name: str) -> str:
    """The JSON Schema of the file `name` ("sources") as it is kept on disk."""
    return json.dumps(schemas()[name], indent=2, ensure_ascii=False) + "\n"


def local_zone(environ: Mapping[str, str]) -> str:
    """The time zone of this machine, or UTC where it does not say."""
    link = os.path.realpath("/etc/localtime")
    for candidate in (environ.get("TZ", "").removeprefix(":"), link.partition("zoneinfo/")[2]):
        if candidate in available_timezones() - {"localtime", "Factory"}:
            return candidate
    return "UTC"


def _try(contents: Mapping[str, str]) -> None:
    """Loads the files from a scratch folder. Raises ConfigError that names the answers at fault."""
    with tempfile.TemporaryDirectory() as scratch:
        _put(Path(scratch), contents)
        try:
            load(Path(scratch), environ={})
        except ConfigError as error:
            raise ConfigError(_about_answer(problem, Path(scratch)) for problem in error.problems) from None


def _about_answer(problem: Problem, scratch: Path) -> Problem:
    """The problem told of the flag whose value it is about, for nobody has seen the file."""
    flag = _FLAGS.get(re.split(r"[.\[]", problem.key)[0])
    if flag:
        return replace(problem, place=Place(file=Path(flag)), key="")
    return replace(problem, place=replace(problem.place, file=problem.place.file.relative_to(scratch)))


def _put(folder: Path, contents: Mapping[str, str]) -> tuple[Path, ...]:
    written = []
    for name, text in contents.items():
        file = folder / name
        secret = file.parent.name == SECRETS_FOLDER
        part = file.with_name(f".{file.name}.part")
        try:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700 if secret else 0o777)
            part.unlink(missing_ok=True)
            part.touch(mode=0o600 if secret else 0o666, exist_ok=False)
            part.write_text(text, encoding="utf-8")
            part.replace(file)
        except OSError as error:
            message = f"cannot be written: {error.strerror}"
            raise ConfigError([Problem(place=Place(file=file), message=message)]) from None
        written.append(file)
    return tuple(written)


def _contents(answers: Answers) -> Mapping[str, str]:
    secret = {f"{SECRETS_FOLDER}/.gitignore": "*\n", _SECRET: f"{answers.receiver}\n"}
    return {
        **{f"{SCHEMA_FOLDER}/{name}.json": schema_text(name) for name in NAMES},
        **(secret if answers.receiver != _CONSOLE else {}),
        "watchlist.yaml": _watchlist(answers),
        "sources.yaml": _sources(answers),
        "alerts.yaml": _alerts(answers),
        "rules.yaml": _rules(),
    }


def _watchlist(answers: Answers) -> str:
    return "\n".join(
        [
            *_head("watchlist", "What you follow. Save the file, and a running monitor takes the change over."),
            *_section("shows", "title", answers.shows, _SHOW_NOTE),
            *_section("films", "title", answers.films, ()),
            *_section("people", "name", answers.people, ()),
            *_TOPIC_NOTE,
        ]
    )


def _section(name: str, key: str, values: Iterable[str], note: Iterable[str]) -> list[str]:
    entries = [f"  - {key}: {_quoted(value)}" for value in values]
    return [f"{name}:" if entries else f"{name}: []", *entries, *note, ""]


def _sources(answers: Answers) -> str:
    lines = [
        *_head("sources", "Where the news comes from, and how much the word of each weighs (tier)."),
        "defaults: {every: 15m, max_age: 7d}",
        "",
        "sources:",
    ]
    seen: set[str] = set()
    for pack in answers.packs:
        lines.append(f"  # {pack.id}")
        for source in pack.sources:
            if source["id"] not in seen:
                seen.add(source["id"])
                lines.append(f"  - {entry_text(source)}")
    return "\n".join([*lines, ""])


def _alerts(answers: Answers) -> str:
    url = _CONSOLE if answers.receiver == _CONSOLE else f"${{file:{_SECRET}}}"
    return "\n".join(
        [
            *_head("alerts", "Who is told what, and when."),
            f"timezone: {answers.timezone}",
            "",
            "receivers:",
            "  # Any Apprise URL; console:// prints on the screen. The whole URL is a secret, so it stands in a file or a",
            '  # variable: "${file:secrets/name}" or "${NAME}".',
            f"  - {{id: {RECEIVER_ID}, url: {_quoted(url)}}}",
            "",
            "routes:",
            "  # Every route that matches applies. Add kinds, watches, tiers or a least standing to narrow one.",
            f"  - {{receivers: [{RECEIVER_ID}]}}",
            "",
            '# quiet: {from: "23:00", to: "07:00", except: [casting_call]}   # held until the morning, not dropped',
            "flood: {limit: 10, per: 1h}   # more than that is held and summarised",
            "",
        ]
    )


def _rules() -> str:
    return "\n".join(
        [
            *_head("rules", "Changes to the shipped recognition rules. Most people need none."),
            "rules: []",
            "#  - {id: cheers-renewal, kind: renewal, phrases: [back for more], unless: [back for more drama]}",
            "disable: []",
            "",
        ]
    )


def _head(name: str, sentence: str) -> list[str]:
    return [f"# yaml-language-server: $schema={SCHEMA_FOLDER}/{name}.json", f"# {sentence}", ""]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


_SHOW_NOTE = (
    "  # More about a show helps to recognise it:",
    "  #   aliases: [Other Title]",
    "  #   cast: [Somebody in It]               # shows that the title is meant; never alerts by itself",
    "  #   require: [Network, Lead Actor]       # for a title that is an everyday word: one of these must stand near it",
    "  #   accounts: {instagram: [theshow]}     # posts by these make an announcement official",
    "  #   kinds: [renewal, filming_start]      # left out: all kinds of news",
)
_TOPIC_NOTE = (
    "# topics:",
    "#   - {id: casting-calls-wales, kinds: [casting_call], any: [Cardiff, Wales, Swansea]}",
    "",
)
