"""What becomes of a stream that fails."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.incidents import Incident, IncidentKind
from monitor.core.options import BlueskyOptions
from monitor.core.source import Source, Tier
from monitor.core.streams import StreamState, after_trouble, consider_stream, streamed, wait_before

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
ADDRESS = "wss://stream.example/x"
LIVE = StreamState(address=ADDRESS, connected=True, at=NOW, detail="1 account followed", cursor=7)
SOURCE = Source(
    id="a", type="bluesky", url="u", tier=Tier.PRESS, every=timedelta(minutes=30), max_age=timedelta(7),
    options=BlueskyOptions(account="a.example", base="https://api.example", jetstream=ADDRESS),
)  # fmt: skip


def incident(kind: IncidentKind, subject: str) -> Incident:
    return Incident(id=3, kind=kind, subject=subject, detail="", opened_at=NOW)


def test_sources_are_grouped_by_their_stream():
    feed = replace(SOURCE, id="b", type="feed", options=None)
    silent = replace(SOURCE, id="c", options=BlueskyOptions(account="c", base="b"))
    also = replace(SOURCE, id="d")
    assert streamed((SOURCE, feed, silent, also)) == {ADDRESS: (SOURCE, also)}


def test_waits_grow_up_to_five_minutes():
    waits = [wait_before(attempt).total_seconds() for attempt in range(8)]
    assert waits == [1, 2, 5, 15, 60, 300, 300, 300]


def test_trouble_is_counted_from_its_beginning_and_keeps_the_cursor():
    first = after_trouble(LIVE, ADDRESS, "HTTP 503", NOW + timedelta(hours=1))
    assert first == StreamState(
        address=ADDRESS, connected=False, at=NOW + timedelta(hours=1), detail="HTTP 503", cursor=7
    )
    again = after_trouble(first, ADDRESS, "lost", NOW + timedelta(hours=2))
    assert (again.at, again.detail, again.cursor) == (first.at, "lost", 7)
    assert after_trouble(None, ADDRESS, "lost", NOW).cursor is None


@pytest.mark.parametrize(
    ("minutes", "open_incidents", "opens"),
    [
        (9, (), False),
        (10, (), True),
        (10, (incident(IncidentKind.STREAM, "stream.example"),), False),
        (10, (incident(IncidentKind.STREAM, "another.example"),), True),
        (10, (incident(IncidentKind.NETWORK, ""),), False),
    ],
)
def test_a_dead_stream_is_told_once_and_not_without_a_network(minutes, open_incidents, opens):
    dead = after_trouble(LIVE, ADDRESS, "HTTP 503", NOW)
    change = consider_stream(dead, open_incidents, NOW + timedelta(minutes=minutes))
    assert [(one.kind, one.subject, one.detail) for one in change.opened] == (
        [(IncidentKind.STREAM, "stream.example", "HTTP 503")] if opens else []
    )


def test_a_connection_closes_its_own_incident():
    mine, other = incident(IncidentKind.STREAM, "stream.example"), incident(IncidentKind.FAILING, "a")
    assert consider_stream(LIVE, (mine, other), NOW).closed == (mine,)
