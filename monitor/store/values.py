"""Core values inside one column, as plain lists and dicts for JSON; absent fields take the value's default."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from monitor.core.item import Embed
from monitor.core.pulse import Pulse
from monitor.core.report import Certainty, Claim, Evidence, Facts, Kind, Person, ScamSign
from monitor.core.rhythm import Rhythm
from monitor.core.source import Move, PollHints
from monitor.records import FirstLook, Patrol


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


def dump_claims(claims: Sequence[Claim]) -> list[dict[str, Any]]:
    return [{**asdict(claim), "facts": dump_facts(claim.facts)} for claim in claims]


def load_claims(stored: Sequence[Mapping[str, Any]]) -> tuple[Claim, ...]:
    return tuple(
        Claim(
            rule=claim["rule"],
            kind=Kind(claim["kind"]),
            title=claim["title"],
            watch=claim["watch"],
            certainty=Certainty(claim["certainty"]),
            facts=load_facts(claim["facts"]),
        )
        for claim in stored
    )


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


def dump_pulse(pulse: Pulse) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in asdict(pulse).items()
        if value
    }


def load_pulse(stored: Mapping[str, Any]) -> Pulse:
    told: dict[str, Any] = {
        name: datetime.fromisoformat(value) if isinstance(value, str) else value for name, value in stored.items()
    }
    return Pulse(**told)


def dump_rhythm(rhythm: Rhythm) -> dict[str, Any]:
    return {
        "learned_at": rhythm.learned_at.isoformat(),
        "pauses": rhythm.pauses,
        "span_s": rhythm.span.total_seconds(),
        "working": rhythm.working,
        "weekend": rhythm.weekend,
        "usual_s": rhythm.usual.total_seconds(),
    }


def load_rhythm(stored: Mapping[str, Any]) -> Rhythm:
    return Rhythm(
        learned_at=datetime.fromisoformat(stored["learned_at"]),
        pauses=stored["pauses"],
        span=timedelta(seconds=stored["span_s"]),
        working=stored["working"],
        weekend=stored["weekend"],
        usual=timedelta(seconds=stored["usual_s"]),
    )


def dump_patrol(patrol: Patrol) -> dict[str, Any]:
    return {"at": patrol.at.isoformat(), "late": patrol.late}


def load_patrol(stored: Mapping[str, Any]) -> Patrol:
    return Patrol(at=datetime.fromisoformat(stored["at"]), late=stored["late"])
