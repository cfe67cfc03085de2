"""A source tried without storing anything: whether it can be read, and what its items would come to."""

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from monitor.core.fetching import FetchFailed, NotAFeed, ParseFailed, Unchanged, Visited
from monitor.core.item import Item
from monitor.core.redact import Redactor, secrets_of
from monitor.core.report import Recognition
from monitor.core.source import Source
from monitor.core.upkeep import first_state
from monitor.enrich import document_of
from monitor.ports import Adapter, Fetch, Recognise


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a visit came to."""

    source_id: str
    fine: bool
    detail: str  # one line
    visited: Visited | None = None  # what was read, where something was


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """An item that would be stored, and what is read in it."""

    item: Item
    recognition: Recognition

    @property
    def watches(self) -> tuple[str, ...]:
        """The watches that it has news for."""
        return tuple(dict.fromkeys(watch for report in self.recognition.reports for watch in report.watches))


async def try_source(source: Source, *, adapter: Adapter, fetch: Fetch, now: datetime) -> Trial:
    """Visits a source as its first poll would, and forgets what it read."""
    visit = await adapter.visit(source, first_state(source, now=now, position=0), fetch=fetch)
    redact = Redactor(secrets_of(source))
    match visit:
        case FetchFailed() | NotAFeed() | ParseFailed():
            return Trial(source_id=source.id, fine=False, detail=redact(visit.detail))
        case Unchanged():
            return Trial(source_id=source.id, fine=True, detail=redact(visit.detail))
        case Visited():
            return Trial(source_id=source.id, fine=True, detail=redact(_say(visit)), visited=visit)
        case _:
            assert_never(visit)


def _say(visit: Visited) -> str:
    items = visit.parsed.items
    newest = max((item.published for item in items if item.published), default=None)
    latest = f", the newest of {newest:%Y-%m-%d %H:%M} UTC" if newest else ""
    trouble = f"; {visit.trouble}" if visit.trouble else ""
    return f"{len(items)} {'item' if len(items) == 1 else 'items'}{latest}{trouble}"


def preview(visited: Visited, source: Source, *, recognise: Recognise) -> tuple[Preview, ...]:
    """The items of a visit with what is read in them, in the order of the document. Their pages are not visited."""
    return tuple(Preview(item=item, recognition=recognise(document_of(item, source))) for item in visited.parsed.items)
