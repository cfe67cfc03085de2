"""Lines of JSON as documents and labels, and recognitions as JSON."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from monitor.core.evaluation import Labelled
from monitor.core.grouping import Headline
from monitor.core.report import Certainty, Document, Kind, Recognition, Report


class RecordError(ValueError):
    """A line that is no record. The message is for the person who wrote it."""


def identity(record: Any) -> Any:
    """The id of a record, as it was given. Raises RecordError where there is none."""
    if not isinstance(record, dict):
        raise RecordError("a line must be a JSON object")
    value = record.get("id")
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise RecordError("id is missing")
    return value


def document_of(record: Mapping[str, Any]) -> Document:
    """The document a line describes. HTML becomes text and embeds. Raises RecordError for a value of the wrong type."""
    from monitor.sources.embeds import read, read_plain

    html = _text(record, "html")
    if html:
        found, embeds = read(html)
        text = "\n".join(part for part in (_text(record, "text"), found) if part)
    else:
        text, embeds = read_plain(_text(record, "text"))
    return Document(
        title=_text(record, "title"),
        summary=_text(record, "summary"),
        text=text,
        url=_text(record, "url") or None,
        publisher=_text(record, "publisher") or None,
        published=_moment(_text(record, "published")),
        lang=_text(record, "lang") or None,
        embeds=embeds,
    )


def answer(identity: Any, found: Recognition) -> dict[str, Any]:
    """What `classify` prints for one record."""
    return {
        "id": identity,
        "kinds": list(found.kinds),
        "background": list(found.background),
        "certainty": found.certainty,
        "titles": list(found.titles),
        "seasons": list(found.seasons),
        "people": [asdict(person) for person in found.people],
        "dates": list(found.dates),
        "embeds": [asdict(embed) for embed in found.embeds],
        "reports": [_report(report) for report in found.reports],
    }


def labelled_of(record: Any) -> Labelled:
    """A labelled line: a headline (`title`, `kinds`) or an article (`page_title`, `headline_kinds`, `text`)."""
    name = str(identity(record))
    told = dict(record)
    if "page_title" in told:
        told["title"] = told["page_title"]
    kinds = _kinds(told, "headline_kinds" if "headline_kinds" in told else "kinds")
    certainty = _text(told, "certainty")
    if certainty and certainty not in list(Certainty):
        raise RecordError(f"certainty {certainty!r} is not one of {', '.join(Certainty)}")
    return Labelled(
        id=name,
        document=document_of(told),
        kinds=kinds,
        certainty=Certainty(certainty) if certainty else None,
        titles=tuple(str(title) for title in _list(told, "titles")),
        seasons=frozenset(int(number) for number in _list(told, "seasons") if isinstance(number, int)),
        people=tuple(str(p["name"] if isinstance(p, dict) and "name" in p else p) for p in _list(told, "people")),
        background=_kinds(told, "background_kinds"),
        stratum=_text(told, "stratum") or "no announcement",
    )


def headline_of(record: Any, line: int) -> Headline:
    """A line of a stream that is labelled by story: `title`, `timestamp` (milliseconds since 1970) and `cluster`."""
    try:
        return Headline(
            title=str(record["title"]),
            at=datetime.fromtimestamp(record["timestamp"] / 1000, UTC),
            story=str(record["cluster"]),
            url=_text(record, "url") or None,
        )
    except (KeyError, TypeError, ValueError, OverflowError, OSError) as error:
        raise RecordError(f"line {line}: title, timestamp and cluster are needed") from error


def _report(report: Report) -> dict[str, Any]:
    return {
        "subject": asdict(report.subject),
        "kind": report.kind,
        "certainty": report.certainty,
        "facts": asdict(report.facts),
        "watches": list(report.watches),
        "official": report.official,
        "evidence": [asdict(evidence) for evidence in report.evidence],
    }


def _kinds(record: Mapping[str, Any], key: str) -> frozenset[Kind]:
    told = _list(record, key)
    for kind in told:
        if kind not in list(Kind):
            raise RecordError(f"{key}: {kind!r} is not a kind")
    return frozenset(Kind(kind) for kind in told)


def _list(record: Mapping[str, Any], key: str) -> list[Any]:
    value = record.get(key)
    if value is not None and not isinstance(value, list):
        raise RecordError(f"{key} must be a list")
    return value or []


def _text(record: Mapping[str, Any], key: str) -> str:
    value = record.get(key)
    if value is not None and not isinstance(value, str):
        raise RecordError(f"{key} must be text")
    return value or ""


def _moment(text: str) -> datetime | None:
    """The moment a text names in ISO 8601, aware; None for one that names none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
