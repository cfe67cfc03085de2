"""`evaluate`: how well the rules read texts that people have labelled."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from monitor.cli.groups import groups_as_data, show_groups, show_stories, stories_as_data
from monitor.cli.options import JsonOption
from monitor.cli.output import print_json, stderr
from monitor.cli.records import RecordError, headline_of, labelled_of
from monitor.cli.scores import as_data, show, show_difference
from monitor.core.evaluation import Labelled, part_of, part_of_key, score
from monitor.core.grouping import Grouping, StoryScore, score_groups, score_stories, watches_of
from monitor.core.rules import RuleChange

_PROGRESS_EVERY = 100

Changes = tuple[Iterable[RuleChange], Iterable[str]]  # rules added or replaced, ids of shipped ones left out


class PartChoice(StrEnum):
    """Which part of the texts to score."""

    ALL = "all"
    DEVELOPMENT = "development"
    UNSEEN = "unseen"


FileArgument = Annotated[Path | None, typer.Argument(metavar="FILE", help="Labelled texts, one JSON object a line.")]
PartOption = Annotated[
    PartChoice, typer.Option("--part", help="Score one part of a split by announcement; a quarter is unseen.")
]
GroupsOption = Annotated[
    Path | None,
    typer.Option("--groups", metavar="FILE", help="JSON lines of {announcement, ids}: texts to keep in one part."),
]
AnnouncementsOption = Annotated[
    Path | None,
    typer.Option(
        "--announcements",
        metavar="FILE",
        help="Score how the texts are put together: JSON lines of {announcement, ids}.",
    ),
]
ClustersOption = Annotated[
    Path | None,
    typer.Option("--clusters", metavar="FILE", help="Score story groups: JSON lines of headlines with a cluster."),
]
RulesOption = Annotated[
    Path | None, typer.Option("--rules", metavar="DIR", help="Use the changes in rules.yaml of this folder.")
]
AgainstOption = Annotated[
    Path | None,
    typer.Option("--against", metavar="FILE", help="Show the difference to this earlier output of --json."),
]


def register_evaluate(app: typer.Typer) -> None:
    """Adds `evaluate` to `app`."""

    @app.command(epilog="Example: monitor evaluate headlines.jsonl --part unseen --misses 20")
    def evaluate(
        file: FileArgument = None,
        *,
        part: PartOption = PartChoice.ALL,
        groups: GroupsOption = None,
        announcements: AnnouncementsOption = None,
        clusters: ClustersOption = None,
        lang: Annotated[str, typer.Option("--lang", help="Score texts of this language only.")] = "",
        misses: Annotated[int, typer.Option("--misses", min=0, help="Show this many misses with their rules.")] = 10,
        rules: RulesOption = None,
        against: AgainstOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Precision, recall and F1 per kind on labelled texts, with the misses; or how texts are put together."""
        from monitor.config import load_rules

        if file is None and (announcements or not clusters):
            raise typer.BadParameter("labelled texts are needed", param_hint="FILE")
        if against and as_json:
            raise typer.BadParameter("is for reading, not for --json", param_hint="--against")
        changes = load_rules(rules) if rules else ((), ())
        try:
            if file is None or announcements or clusters:
                for name, given in (("--against", against), ("--groups", groups), ("--lang", lang)):
                    if given:
                        raise typer.BadParameter("not with --announcements or --clusters", param_hint=name)
                _evaluate_grouping(file, announcements, clusters, part, misses, changes, as_json=as_json)
            else:
                before = _earlier(against) if against else None
                chosen = tuple(_chosen(file, part, _groups(groups), lang))
                _evaluate_reading(chosen, before, misses, changes, as_json=as_json)
        except RecordError as error:
            stderr().print(str(error), soft_wrap=True)
            raise typer.Exit(2) from error


def _evaluate_reading(
    chosen: Sequence[Labelled],
    before: Mapping[str, Any] | None,
    misses: int,
    changes: Changes,
    *,
    as_json: bool,
) -> None:
    """Scores what is read in each text; with `before`, shows what has changed since that output."""
    from monitor.config.rulefiles import load_recogniser

    recogniser = load_recogniser(None, *changes)
    results = []
    for number, label in enumerate(chosen, start=1):
        results.append((label, recogniser(label.document)))
        if sys.stderr.isatty() and number % _PROGRESS_EVERY == 0:
            sys.stderr.write(f"\r{number} of {len(chosen)} texts")
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")
    found = score(results)
    if as_json:
        print_json(as_data(found, misses))
        return
    show(found, misses)
    if before is not None:
        show_difference(before, found, {label.id: label for label in chosen})


def _evaluate_grouping(
    file: Path | None,
    announcements: Path | None,
    clusters: Path | None,
    part: PartChoice,
    misses: int,
    changes: Changes,
    *,
    as_json: bool,
) -> None:
    """Scores announcements with their titles on the watchlist, story groups, or both."""
    from monitor.config.rulefiles import load_recogniser

    found: Grouping | None = None
    stories: StoryScore | None = None
    if file and announcements:
        groups = _groups(announcements)
        labels = [label for label in _chosen(file, part, groups, "") if label.id in groups]
        found = score_groups(labels, groups, load_recogniser(watches_of(labels, groups), *changes))
    if clusters:
        headlines = [headline_of(record, number) for number, record in _records(clusters)]
        chosen = [one for one in headlines if part is PartChoice.ALL or part_of_key(one.story) == part.value]
        stories = score_stories(chosen)
    if as_json:
        print_json({"announcements": found and groups_as_data(found), "stories": stories and stories_as_data(stories)})
        return
    if found:
        show_groups(found, misses)
    if stories:
        show_stories(stories, misses)


def _earlier(file: Path) -> Mapping[str, Any]:
    """The output of an earlier `evaluate --json`."""
    try:
        told = json.loads(file.read_bytes())
    except OSError as error:
        raise RecordError(f"{file}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise RecordError(f"{file}: not valid JSON: {error}") from error
    if not isinstance(told, dict) or not {"kinds", "readings", "micro", "macro_f1"} <= told.keys():
        raise RecordError(f"{file}: not written by evaluate --json")
    return told


def _chosen(file: Path, part: PartChoice, groups: Mapping[str, str], lang: str) -> Iterator[Labelled]:
    for number, record in _records(file):
        try:
            label = labelled_of(record)
        except RecordError as error:
            raise RecordError(f"{file}, line {number}: {error}") from error
        if part is not PartChoice.ALL and part_of(label, groups) != part.value:
            continue
        if not lang or (label.document.lang or "en") == lang:
            yield label


def _groups(file: Path | None) -> dict[str, str]:
    """The announcement of each text by its id."""
    if file is None:
        return {}
    found: dict[str, str] = {}
    for number, record in _records(file):
        try:
            found |= {str(name): str(record["announcement"]) for name in record["ids"]}
        except (KeyError, TypeError) as error:
            raise RecordError(f"{file}, line {number}: announcement and ids are needed") from error
    return found


def _records(file: Path) -> Iterator[tuple[int, Any]]:
    try:
        lines = file.read_bytes().splitlines()
    except OSError as error:
        raise RecordError(f"{file}: cannot be read: {error.strerror}") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except ValueError as error:
                raise RecordError(f"{file}, line {number}: not valid JSON: {error}") from error
