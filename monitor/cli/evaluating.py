"""`evaluate`: how well the rules read texts that people have labelled."""

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from monitor.cli.options import JsonOption
from monitor.cli.output import print_json, print_table, stderr, stdout
from monitor.cli.records import RecordError, labelled_of
from monitor.core.evaluation import Evaluation, Labelled, Tally, part_of, score

_PROGRESS_EVERY = 100


class PartChoice(StrEnum):
    """Which part of the texts to score."""

    ALL = "all"
    DEVELOPMENT = "development"
    UNSEEN = "unseen"


def register_evaluate(app: typer.Typer) -> None:
    """Adds `evaluate` to `app`."""

    @app.command(epilog="Example: monitor evaluate headlines.jsonl --part unseen --misses 20")
    def evaluate(
        file: Annotated[Path, typer.Argument(metavar="FILE", help="Labelled texts, one JSON object a line.")],
        *,
        part: Annotated[
            PartChoice, typer.Option("--part", help="Score one part of a split by announcement; a quarter is unseen.")
        ] = PartChoice.ALL,
        groups: Annotated[
            Path | None,
            typer.Option(
                "--groups", metavar="FILE", help="JSON lines of {announcement, ids}: texts to keep in one part."
            ),
        ] = None,
        lang: Annotated[str, typer.Option("--lang", help="Score texts of this language only.")] = "",
        misses: Annotated[int, typer.Option("--misses", min=0, help="Show this many misses with their rules.")] = 10,
        as_json: JsonOption = False,
    ) -> None:
        """Precision, recall and F1 per kind on labelled texts, with the misses."""
        from monitor.config.rulefiles import load_recogniser

        recogniser = load_recogniser(None, (), ())
        try:
            chosen = tuple(_chosen(file, part, _groups(groups), lang))
        except RecordError as error:
            stderr().print(str(error), soft_wrap=True)
            raise typer.Exit(2) from error
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
        else:
            show(found, misses)


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


def show(found: Evaluation, misses: int) -> None:
    """The tables for people."""
    console = stdout()
    rows = [(kind.value, *_row(tally)) for kind, tally in found.kinds.items()]
    rows.append(("all kinds (micro)", *_row(found.micro)))
    rows += [(name, *_row(tally)) for name, tally in _facts(found).items()]
    print_table(console, ("", "precision", "recall", "F1", "right", "wrong", "missed"), rows)
    console.print(f"\n{found.texts} texts; macro F1 {found.macro_f1:.3f}")
    for stratum, (alarms, texts) in found.false_alarms.items():
        console.print(f"false alarms on {stratum}: {_of(alarms, texts)}")
    console.print(f"certainty right among recognised: {_of(*found.certainty)}")
    if found.background_as_news[1]:
        console.print(f"background reported as news: {_of(*found.background_as_news)}")
    for miss in found.misses[:misses]:
        console.print(f"\n{miss.id}  {miss.headline}")
        console.print(f"  wanted {', '.join(miss.wanted) or 'nothing'}; found {', '.join(miss.found) or 'nothing'}")
        for line in (*miss.fired, *miss.notes):
            console.print(f"    {line}")
    if len(found.misses) > misses:
        console.print(f"\n{len(found.misses) - misses} more texts were read otherwise; --misses shows them")


def as_data(found: Evaluation, misses: int) -> dict[str, Any]:
    """The same as plain data."""
    return {
        "texts": found.texts,
        "micro": _figures(found.micro),
        "macro_f1": found.macro_f1,
        "kinds": {kind.value: _figures(tally) for kind, tally in found.kinds.items()},
        "false_alarms": {name: {"alarms": a, "texts": n} for name, (a, n) in found.false_alarms.items()},
        "certainty": {"right": found.certainty[0], "texts": found.certainty[1]},
        "background_as_news": {"alarms": found.background_as_news[0], "texts": found.background_as_news[1]},
        **{name: _figures(tally) for name, tally in _facts(found).items()},
        "misses": [asdict(miss) for miss in found.misses[:misses]],
    }


def _facts(found: Evaluation) -> dict[str, Tally]:
    return {"seasons": found.seasons, "people": found.people, "titles": found.titles}


def _figures(tally: Tally) -> dict[str, float]:
    return {**asdict(tally), "precision": tally.precision, "recall": tally.recall, "f1": tally.f1}


def _row(tally: Tally) -> tuple[str, ...]:
    shares = (f"{share:.3f}" for share in (tally.precision, tally.recall, tally.f1))
    return (*shares, *map(str, (tally.right, tally.wrong, tally.missed)))


def _of(part: int, whole: int) -> str:
    return f"{part} of {whole}" + (f" ({part / whole:.1%})" if whole else "")
