"""The score of a set of texts as tables for people and as data for programs, and its difference to an earlier one."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from rich.console import Console

from monitor.cli.output import print_table, stdout
from monitor.core.evaluation import Evaluation, Labelled, Miss, Tally
from monitor.core.report import Kind


def show(found: Evaluation, misses: int) -> None:
    """The tables for people, and so many of the misses."""
    console = stdout()
    rows = [(kind.value, *_row(tally)) for kind, tally in found.kinds.items()]
    rows.append(("all kinds (micro)", *_row(found.micro)))
    rows += [(name, *_row(tally)) for name, tally in _facts(found).items()]
    print_table(console, ("", "precision", "recall", "F1", "right", "wrong", "missed"), rows)
    console.print(f"\n{found.texts} texts; macro F1 {found.macro_f1:.3f}")
    for stratum, (alarms, texts) in found.false_alarms.items():
        console.print(f"false alarms on {stratum}: {_of(alarms, texts)}")
    console.print(f"certainty right among recognised: {_of(*found.certainty)}")
    if found.doubts[1]:
        console.print(f"rumours and denials found as such: {_of(*found.doubts)}")
    if found.background_as_news[1]:
        console.print(f"background reported as news: {_of(*found.background_as_news)}")
    if found.confusion:
        console.print()
        cells = sorted(found.confusion.items(), key=lambda cell: -cell[1])
        rows = [(wanted or "nothing", kind or "nothing", str(number)) for (wanted, kind), number in cells]
        print_table(console, ("wanted", "found", "texts"), rows)
    for miss in found.misses[:misses]:
        _show_miss(console, miss)
    if len(found.misses) > misses:
        console.print(f"\n{len(found.misses) - misses} more texts were read otherwise; --misses shows them")


def show_difference(before: Mapping[str, Any], found: Evaluation, labels: Mapping[str, Labelled]) -> None:
    """What has changed since `before`, the data of an earlier score: figures, and texts now read rightly or wrongly."""
    console = stdout()
    earlier = {"all kinds (micro)": before["micro"]["f1"], "all kinds (macro)": before["macro_f1"]}
    earlier |= {name: figures["f1"] for name, figures in before["kinds"].items()}
    present = {"all kinds (micro)": found.micro.f1, "all kinds (macro)": found.macro_f1}
    present |= {kind.value: tally.f1 for kind, tally in found.kinds.items()}
    rows = [
        (name, f"{was:.3f}", f"{now:.3f}", f"{now - was:+.3f}")
        for name in dict.fromkeys((*earlier, *present))
        if (was := earlier.get(name, 0.0)) != (now := present.get(name, 0.0))
    ]
    if rows:
        console.print("\nsince the earlier run:")
        print_table(console, ("F1", "before", "now", "change"), rows)
    else:
        console.print("\nsince the earlier run: every figure is as it was")
    for name, label in labels.items():
        kinds = before["readings"].get(name)
        if kinds is not None and frozenset(kinds) != frozenset(found.readings[name]):
            _show_change(console, label, was=frozenset(kinds), now=frozenset(found.readings[name]))
    strange = len(found.readings.keys() - before["readings"].keys())
    if strange:
        console.print(f"\n{strange} texts were not in the earlier run")


def as_data(found: Evaluation, misses: int) -> dict[str, Any]:
    """The same as plain data."""
    return {
        "texts": found.texts,
        "micro": _figures(found.micro),
        "macro_f1": found.macro_f1,
        "kinds": {kind.value: _figures(tally) for kind, tally in found.kinds.items()},
        "false_alarms": {name: {"alarms": a, "texts": n} for name, (a, n) in found.false_alarms.items()},
        "certainty": {"right": found.certainty[0], "texts": found.certainty[1]},
        "doubts": {"right": found.doubts[0], "texts": found.doubts[1]},
        "background_as_news": {"alarms": found.background_as_news[0], "texts": found.background_as_news[1]},
        **{name: _figures(tally) for name, tally in _facts(found).items()},
        "confusion": [
            {"wanted": wanted, "found": kind, "texts": number} for (wanted, kind), number in found.confusion.items()
        ],
        "readings": {name: list(kinds) for name, kinds in found.readings.items()},
        "misses": [asdict(miss) for miss in found.misses[:misses]],
    }


def _show_change(console: Console, label: Labelled, *, was: frozenset[Kind], now: frozenset[Kind]) -> None:
    verdict = {True: "right", False: "wrong"}
    console.print(f"\n{label.id}  {label.document.title}", soft_wrap=True)
    console.print(
        f"  {verdict[was == label.kinds]} before, {verdict[now == label.kinds]} now: "
        f"{_kinds(sorted(was))} became {_kinds(sorted(now))}"
    )


def _show_miss(console: Console, miss: Miss) -> None:
    console.print(f"\n{miss.id}  {miss.headline}", soft_wrap=True)
    console.print(f"  wanted {_kinds(miss.wanted)}; found {_kinds(miss.found)}")
    for line in (*miss.fired, *miss.notes):
        console.print(f"    {line}", soft_wrap=True)


def _kinds(kinds: Iterable[str]) -> str:
    return ", ".join(kinds) or "nothing"


def _facts(found: Evaluation) -> dict[str, Tally]:
    return {"seasons": found.seasons, "people": found.people, "titles": found.titles}


def _figures(tally: Tally) -> dict[str, float]:
    return {**asdict(tally), "precision": tally.precision, "recall": tally.recall, "f1": tally.f1}


def _row(tally: Tally) -> tuple[str, ...]:
    shares = (f"{share:.3f}" for share in (tally.precision, tally.recall, tally.f1))
    return (*shares, *map(str, (tally.right, tally.wrong, tally.missed)))


def _of(part: int, whole: int) -> str:
    return f"{part} of {whole}" + (f" ({part / whole:.1%})" if whole else "")
