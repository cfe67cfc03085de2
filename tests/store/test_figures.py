"""How the store does with many rows: figures are printed (pytest -s), plans are checked."""

import time

import pytest
from sqlalchemy import event

from monitor.core.report import Kind
from tests.store.conftest import opened
from tests.store.samples import DAY, HOUR, NOW, SOURCE, announcement, item, report

ITEMS = 10_000
BATCH = 50


@pytest.fixture(scope="module")
def full_store(tmp_path_factory):
    with opened(tmp_path_factory.mktemp("full") / "monitor.db") as store:
        started = time.process_time()
        for first in range(0, ITEMS, BATCH):
            store.write(lambda tx, first=first: _add(tx, range(first, first + BATCH)))
        spent = time.process_time() - started
        print(f"\n{spent / ITEMS * 1e6:.0f} us CPU per item added in batches of {BATCH}")  # noqa: T201 - the figure
        yield store


def _add(tx, numbers):
    for number in numbers:
        tx.add_item(f"source-{number % 40}", item(f"key {number}", text="word " * 60), at=NOW, baseline=False)


def test_known_items_of_a_full_feed(full_store):
    numbers = [number for number in range(ITEMS) if number % 40 == 7][:100]

    def known(view):
        started = time.process_time()
        found = view.known_items(
            "source-7",
            keys=[f"key {n}" for n in numbers],
            urls=[f"https://gazette.example/key {n}" for n in numbers],
            titles=[f"Title key {n}" for n in numbers],
        )
        return found, time.process_time() - started

    found, spent = min((full_store.read(known) for _ in range(5)), key=lambda result: result[1])
    print(f"{spent * 1e3:.1f} ms CPU for known_items of 100 among {ITEMS}")  # noqa: T201 - the figure
    assert len(found) == 100


WORK = {
    "known_items": lambda tx: tx.known_items("source-1", keys=["a"], urls=["https://a.example"], titles=["a"]),
    "items_by_url": lambda tx: tx.items_by_url("https://a.example"),
    "has_items": lambda tx: tx.has_items("source-1"),
    "held_items": lambda tx: tx.held_items(1),
    "touch_items": lambda tx: tx.touch_items("source-1", ["a"], NOW),
    "candidates": lambda tx: (
        tx.candidates("show:a", Kind.RENEWAL, NOW),
        tx.told_at("https://a.example", besides="a"),
        tx.voices(1),
    ),
    "arrival_times": lambda tx: tx.arrival_times("source-1", since=NOW - DAY, limit=9),
    "reporters": lambda tx: tx.reporters(["show:a", "show:b"], since=NOW),
    "boost_sources": lambda tx: tx.boost_sources(["source-1"], now=NOW, until=NOW + HOUR),
    "vocabulary": lambda tx: tx.vocabulary(),
    "reports": lambda tx: (tx.reports(1), tx.reports_of_item(1)),
    "add_report": lambda tx: tx.add_report(
        report(), item_id=1, announcement_id=tx.add_announcement(announcement()), source=SOURCE, publisher="G", at=NOW
    ),
    "claim_alerts": lambda tx: tx.claim_alerts(now=NOW, lease_until=NOW + HOUR, limit=9),
    "next_alert_due": lambda tx: tx.next_alert_due(),
    "alerts_of": lambda tx: (tx.alerts_of(1), tx.alerts_under(1), tx.deliveries(1)),
    "alerts_created": lambda tx: tx.alerts_created("me", NOW),
    "polls": lambda tx: tx.polls("source-1", 9),
    "prune": lambda tx: tx.prune(before=NOW - DAY, limit=1000),
}


@pytest.mark.parametrize("name", WORK)
def test_no_everyday_question_reads_a_whole_table(full_store, name):
    asked = []

    def note(_connection, cursor, statement, parameters, *_):
        if not statement.startswith(("EXPLAIN", "BEGIN")):
            asked.append((statement, parameters))

    def explain(tx):
        event.listen(tx.connection, "before_cursor_execute", note)
        WORK[name](tx)
        plans = [
            row.detail
            for statement, parameters in asked
            for row in tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
        tx.connection.rollback()
        return plans

    whole = [step for step in full_store.write(explain) if step.startswith("SCAN") and "CONSTANT ROW" not in step]
    assert asked
    assert whole == []
