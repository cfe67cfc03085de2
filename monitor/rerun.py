"""Reading stored items anew, by the one way anything is read, settled and routed, into a store that is thrown away."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.announce import announce
from monitor.core.novelty import UNREAD, Reason
from monitor.core.report import Recognition, Report
from monitor.core.routing import AlertPolicy
from monitor.core.source import Source, Tier
from monitor.enrich import document_of
from monitor.ports import Recognise, Transaction
from monitor.records import StoredItem
from monitor.submit import SOURCE_ID, submitted_source


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A stored item that was read anew, with those of its reports that a watch asks for."""

    stored: StoredItem
    source: Source
    reports: tuple[Report, ...]


def source_of(stored: StoredItem, sources: Mapping[str, Source], *, tier: Tier | None) -> Source | None:
    """The source as configured now, None where it is no longer; `tier` is what a submitted page was given."""
    if stored.source_id == SOURCE_ID:
        return submitted_source(stored.item, tier or Tier.PRESS, url=stored.item.url or "")
    return sources.get(stored.source_id)


def why_unread(stored: StoredItem, source: Source | None) -> str:
    """Why a poll at the time the item came would not have read it; "" when it would."""
    if source is None:
        return f"its source {stored.source_id} is not configured"
    if stored.hold_id is not None or stored.note == UNREAD[Reason.HELD]:
        return UNREAD[Reason.HELD]
    published = stored.item.published
    if published is None:
        return UNREAD[Reason.BASELINE] if stored.baseline else ""
    if stored.first_seen - published > source.max_age:
        return UNREAD[Reason.TOO_OLD]
    return ""


def read_again(stored: StoredItem, source: Source | None, *, recognise: Recognise) -> Recognition:
    """What is read in a stored item today."""
    return recognise(document_of(stored.item, source))


def refile(transaction: Transaction, arrival: Arrival, *, policy: AlertPolicy, silent: bool, now: datetime) -> int:
    """Announces an item in the scratch store as if it came `now`; its id there."""
    stored = arrival.stored
    item_id = transaction.add_item(stored.source_id, stored.item, at=now, baseline=stored.baseline)
    announce(
        transaction,
        arrival.reports,
        item_id=item_id,
        item=stored.item,
        source=arrival.source,
        policy=policy,
        silent=silent,
        released=None,
        now=now,
    )
    return item_id


def remember(transaction: Transaction, stored: StoredItem) -> None:
    """Keeps of an item that nobody watches its headline alone: how common words are weighs in what is the same news."""
    item = stored.item
    bare = replace(item, guid=None, url=None, text="", embeds=(), summary="" if item.title else item.summary)
    transaction.add_item(stored.source_id, bare, at=stored.first_seen, baseline=stored.baseline)
