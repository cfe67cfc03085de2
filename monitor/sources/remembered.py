"""What a database source remembers of each watched title between visits, as JSON values."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from monitor.core.records import Known, Stage
from monitor.core.source import Memory
from monitor.core.watchlist import Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One watched title: which entry it is, what of that was believed, what still has to stand."""

    query: str  # what it was looked up by
    id: str | None = None  # None: not found, or not to be told from others
    found: str | None = None  # the id it was found under; merged entries have another one by now
    asked: datetime | None = None  # when it was looked up
    note: str = ""  # why there is no id
    looked: datetime | None = None  # when its entry was read last
    stamp: str = ""  # of the entry as it was read last
    known: Known | None = None  # None: its entry was never read
    waiting: Mapping[str, datetime] = field(default_factory=dict)  # differences by key, and since when


def query_of(watch: Watch) -> str:
    """Changes with everything that a title is looked up by."""
    told = [watch.title, sorted(watch.aliases), sorted(watch.cast), sorted(watch.require), sorted(watch.ids)]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def load(memory: Memory, watches: Iterable[Watch]) -> dict[str, Entry]:
    """The entries of the titles that are still watched, by the watch's id."""
    stored: Mapping[str, Any] = memory.get("titles", {})
    return {watch.id: _entry(stored[watch.id]) for watch in watches if watch.id in stored}


def checked_at(memory: Memory) -> datetime | None:
    """When it was last asked which entries had changed, and all of these were read."""
    return _moment(memory.get("checked"))


def dump(entries: Mapping[str, Entry], *, checked: datetime | None) -> dict[str, Any]:
    titles = {watch_id: _dumped(entry) for watch_id, entry in entries.items()}
    return {"titles": titles, "checked": _said(checked)}


def _dumped(entry: Entry) -> dict[str, Any]:
    return {
        "query": entry.query,
        "id": entry.id,
        "found": entry.found,
        "asked": _said(entry.asked),
        "note": entry.note,
        "looked": _said(entry.looked),
        "stamp": entry.stamp,
        "known": _dump_known(entry.known) if entry.known else None,
        "waiting": {key: since.isoformat() for key, since in entry.waiting.items()},
    }


def _entry(stored: Mapping[str, Any]) -> Entry:
    return Entry(
        query=stored["query"],
        id=stored["id"],
        found=stored["found"],
        asked=_moment(stored["asked"]),
        note=stored["note"],
        looked=_moment(stored["looked"]),
        stamp=stored["stamp"],
        known=_load_known(stored["known"]) if stored["known"] else None,
        waiting={key: datetime.fromisoformat(since) for key, since in stored["waiting"].items()},
    )


def _dump_known(known: Known) -> dict[str, Any]:
    return {
        "status": known.status,
        "stage": known.stage,
        "seasons": {str(number): date for number, date in known.seasons.items()},
        "cast": sorted(known.cast),
        "released": known.released,
        "network": known.network,
        "site": known.site,
        "renewed": known.renewed,
    }


def _load_known(stored: Mapping[str, Any]) -> Known:
    return Known(
        status=stored["status"],
        stage=Stage(stored["stage"]) if stored["stage"] else None,
        seasons={int(number): date for number, date in stored["seasons"].items()},
        cast=frozenset(stored["cast"]),
        released=stored["released"],
        network=stored["network"],
        site=stored["site"],
        renewed=stored["renewed"],
    )


def _moment(said: str | None) -> datetime | None:
    return datetime.fromisoformat(said) if said else None


def _said(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
