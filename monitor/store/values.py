"""Core values inside one column, as plain lists and dicts for JSON; absent fields take the value's default."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from monitor.core.item import Embed
from monitor.core.report import Evidence, Facts, Person, ScamSign
from monitor.core.source import Move, PollHints
from monitor.ports import FirstLook


def dump_words(words: Sequence[str]) -> list[str]:
    return list(words)


def load_words(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(words)


def dump_facts(facts: Facts) -> dict[str, Any]:
    return {name: value for name, value in asdict(facts).items() if value}


def load_facts(stored: Mapping[str, Any]) -> Facts:
    return Facts(
        seasons=tuple(stored.get("seasons", ())),
        people=tuple(Person(**person) for person in stored.get("people", ())),
        dates=tuple(stored.get("dates", ())),
        network=stored.get("network"),
        place=stored.get("place"),
        deadline=stored.get("deadline"),
        scam_signs=tuple(map(ScamSign, stored.get("scam_signs", ()))),
        title=stored.get("title"),
    )


def dump_embeds(embeds: Sequence[Embed]) -> list[dict[str, Any]]:
    return [asdict(embed) for embed in embeds]


def load_embeds(stored: Sequence[Mapping[str, Any]]) -> tuple[Embed, ...]:
    return tuple(Embed(**embed) for embed in stored)


def dump_evidence(evidence: Sequence[Evidence]) -> list[dict[str, Any]]:
    return [asdict(piece) for piece in evidence]


def load_evidence(stored: Sequence[Mapping[str, Any]]) -> tuple[Evidence, ...]:
    return tuple(Evidence(**piece) for piece in stored)


def dump_move(move: Move) -> dict[str, Any]:
    return {"target": move.target, "days": [day.isoformat() for day in move.days]}


def load_move(stored: Mapping[str, Any]) -> Move:
    return Move(target=stored["target"], days=tuple(date.fromisoformat(day) for day in stored["days"]))


def dump_hints(hints: PollHints) -> dict[str, Any]:
    return {
        "interval_s": None if hints.interval is None else hints.interval.total_seconds(),
        "skip_hours": sorted(hints.skip_hours),
        "skip_days": sorted(hints.skip_days),
        "expired": hints.expired,
    }


def load_hints(stored: Mapping[str, Any]) -> PollHints:
    interval = stored["interval_s"]
    return PollHints(
        interval=None if interval is None else timedelta(seconds=interval),
        skip_hours=frozenset(stored["skip_hours"]),
        skip_days=frozenset(stored["skip_days"]),
        expired=stored["expired"],
    )


def dump_first_look(look: FirstLook) -> dict[str, Any]:
    return {**asdict(look), "at": look.at.isoformat()}


def load_first_look(stored: Mapping[str, Any]) -> FirstLook:
    at, headlines = datetime.fromisoformat(stored["at"]), tuple(stored["headlines"])
    return FirstLook(**{**stored, "at": at, "headlines": headlines})
