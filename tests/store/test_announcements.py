from dataclasses import replace

import pytest
from hypothesis import given, settings

from monitor.core.announcement import Standing
from monitor.core.report import Facts, Kind, Person, Subject
from monitor.core.routing import Voice
from monitor.records import HistoryQuery
from tests.store.samples import DAY, HOUR, NOW, SOURCE, announcement, any_announcement, any_report, item, report


@settings(deadline=None)  # the disk is shared
@given(any_announcement)
def test_an_announcement_comes_back_as_it_was_added(shared_store, added):
    new_id = shared_store.write(lambda tx: tx.add_announcement(added))
    assert shared_store.read(lambda view: view.announcement(new_id)) == replace(added, id=new_id)


@settings(deadline=None)  # the disk is shared
@given(any_report)
def test_a_report_comes_back_as_it_was_added(shared_store, added):
    def add(tx):
        tx.connection.exec_driver_sql("DELETE FROM report")
        item_id = tx.add_item("gazette", item("a"), at=NOW, baseline=False)
        tx.add_report(added, item_id=item_id, announcement_id=None, source=SOURCE, publisher="The Gazette", at=NOW)
        return item_id

    item_id = shared_store.write(add)
    (stored,) = shared_store.read(lambda view: view.reports_of_item(item_id))
    assert stored.report == added
    assert (stored.item_id, stored.announcement_id, stored.source_id) == (item_id, None, "gazette")
    assert (stored.publisher, stored.tier, stored.at) == ("The Gazette", SOURCE.tier, NOW)
    assert (stored.headline, stored.url) == ("Title a", "https://gazette.example/a")


def _tell(store, told, *items):
    """Adds an announcement and a report of it by each item."""

    def add(tx):
        announcement_id = tx.add_announcement(told)
        for one in items:
            item_id = tx.add_item("gazette", one, at=NOW, baseline=False)
            said = report(subject=told.subject, kind=told.kind)
            tx.add_report(said, item_id=item_id, announcement_id=announcement_id, source=SOURCE, publisher="G", at=NOW)
        return announcement_id

    return store.write(add)


def test_reports_are_told_oldest_first_and_a_post_by_its_beginning(store):
    told = _tell(store, announcement(), item("a", title="First"), item("b", title="", summary="x" * 500))
    headlines = [stored.headline for stored in store.read(lambda view: view.reports(told))]
    assert headlines == ["First", "x" * 300]


def test_reading_an_item_again_replaces_its_report(store):
    told = _tell(store, announcement(), item("a"))
    (before,) = store.read(lambda view: view.reports(told))
    better = report(facts=Facts(seasons=(4,)))
    store.write(
        lambda tx: tx.add_report(
            better, item_id=before.item_id, announcement_id=told, source=SOURCE, publisher="G", at=NOW + DAY
        )
    )
    assert store.read(lambda view: view.reports(told)) == [replace(before, report=better)]


def test_an_update_replaces_what_is_known(store):
    told = _tell(store, announcement())
    newer = announcement(
        id=told, standing=Standing.OFFICIAL, facts=Facts(seasons=(3,), network="BBC"), revision=2,
        last_report_at=NOW + HOUR,
    )  # fmt: skip
    store.write(lambda tx: tx.update_announcement(newer))
    assert store.read(lambda view: view.announcement(told)) == newer
    assert store.read(lambda view: view.announcement(told + 1)) is None


def test_candidates_are_recent_ones_of_the_subject_and_kind_newest_first(store):
    def told(subject, age, **fields):
        return announcement(subject=Subject(key=subject, title=subject), last_report_at=NOW - age, **fields)

    _, newer, new, _, _ = (
        _tell(store, one)
        for one in (
            told("a", 9 * DAY),
            told("a", 2 * DAY),
            told("a", DAY, possibly=2),
            told("b", DAY),
            told("a", DAY, kind=Kind.TRAILER),
        )
    )
    found = store.read(lambda view: view.candidates("a", Kind.RENEWAL, NOW - 2 * DAY))
    assert [(known.id, known.possibly) for known in found] == [(new, 2), (newer, None)]


def test_an_announcement_knows_its_headlines_each_once(store):
    told = _tell(
        store, announcement(), item("a", title="Café opens"), item("b", title="CAFE OPENS"), item("c", title="Shut")
    )
    assert store.read(lambda view: view.announcement(told)).headlines == ("cafe opens", "shut")
    store.write(lambda tx: tx.update_announcement(announcement(id=told, headlines=("not", "written"))))
    assert store.read(lambda view: view.announcement(told)).headlines == ("cafe opens", "shut")


def test_what_was_told_at_an_address_is_found_however_the_address_is_written(store):
    told = _tell(store, announcement(), item("a", url="https://gazette.example/story?utm_source=x"), item("b"))
    unwatched = report(subject=Subject(key="title:x", title="X"))
    store.write(
        lambda tx: tx.add_report(unwatched, item_id=1, announcement_id=None, source=SOURCE, publisher="G", at=NOW)
    )
    assert store.read(lambda view: view.told_at("https://gazette.example/story/", besides="")) == {told}
    assert store.read(lambda view: view.told_at("https://gazette.example/story", besides="gazette")) == frozenset()
    assert store.read(lambda view: view.told_at("https://gazette.example/other", besides="")) == frozenset()
    assert store.read(lambda view: view.voices(told)) == {Voice(tier=SOURCE.tier, lang="en")}


def test_the_vocabulary_learns_what_was_stored_since_it_was_asked_last(store):
    def weights(tx):
        weighed = tx.vocabulary().weigh(["harbour", "lights", "quay"])
        return sorted(weighed, key=weighed.__getitem__)

    _tell(store, announcement(), item("a", title="Harbour lights"), item("b", title="Harbour wall"))
    assert store.write(weights) == ["harbour", "lights", "quay"]
    _tell(store, announcement(), item("c", title="Lights"), item("d", title="", summary="Lights out"))
    assert store.write(weights) == ["lights", "harbour", "quay"]


HISTORY = {
    "renewal": announcement(),
    "casting": announcement(
        subject=Subject(key="person:beyonce", title="Beyoncé"), kind=Kind.CASTING, watches=("beyonce", "musicals"),
        facts=Facts(people=(Person(name="Søren Łukasz", role="the Baker"),), title="Cake Shop"),
        first_seen=NOW + DAY,
    ),
    "filming": announcement(
        kind=Kind.FILMING_START, first_seen=NOW + 2 * DAY, facts=Facts(network="Channel 9", place="Cardiff"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, "filming casting renewal"),
        ({"limit": 1}, "filming"),
        ({"text": "   "}, "filming casting renewal"),
        ({"text": "Beyonce"}, "casting"),
        ({"text": "BEYONCÉ"}, "casting"),
        ({"text": "beyonce\u0301"}, "casting"),
        ({"text": "soren lukasz baker"}, "casting"),
        ({"text": "cake cardiff"}, ""),
        ({"text": "filming start"}, "filming"),
        ({"text": "season 3"}, "renewal"),
        ({"text": "lan*"}, "filming renewal"),
        ({"text": "lan"}, ""),
        ({"text": "read-through"}, "filming"),
        ({"kinds": ("casting", "renewal")}, "casting renewal"),
        ({"kinds": ("casting",), "text": "lantern"}, ""),
        ({"watches": ("musicals",)}, "casting"),
        ({"watches": ("musical",)}, ""),
        ({"since": NOW + DAY}, "filming casting"),
        ({"until": NOW + DAY}, "renewal"),
    ],
)
def test_history_answers(store, asked, expected):
    names = {_tell(store, told, *_headlines(name)): name for name, told in HISTORY.items()}
    found = store.read(lambda view: view.announcements(HistoryQuery(**asked)))
    assert " ".join(names[known.id] for known in found) == expected


def _headlines(name):
    return [item("1", title="A read\u2011through in the rain"), item("2", title="Another")] if name == "filming" else []


@pytest.mark.parametrize(
    "text",
    ['"', '""', "'", "*", "(", ")", "AND", "OR NOT", "NEAR(a b)", "a NEAR/2 b", "about:x", "{about} : x", "^x", "x^",
     "-x", "+", "a + b", ";", "--", "\\", "%", "\0", "a\0b", "\udcff", "\U0001e900", "\u0301", "é" * 5000, '"unclosed'],
)  # fmt: skip
def test_no_search_text_is_read_as_an_operator_or_breaks_the_search(store, text):
    _tell(store, announcement())
    assert store.read(lambda view: view.announcements(HistoryQuery(text=text))) in ([], ())


def test_a_headline_is_searched_for_once_found_and_updates_keep_it(store):
    told = _tell(store, announcement(), item("a", title="Lamplighters rejoice"))
    store.write(lambda tx: tx.update_announcement(announcement(id=told, facts=Facts(place="Leeds"))))

    def found(text):
        return [a.id for a in store.read(lambda view: view.announcements(HistoryQuery(text=text)))]

    assert found("lamplighters leeds") == [told]
    assert found("season 3") == []
    # Checks that the index and the table agree (https://www.sqlite.org/fts5.html#the_integrity_check_command).
    check = "INSERT INTO announcement_search (announcement_search, rank) VALUES ('integrity-check', 1)"
    store.write(lambda tx: tx.connection.exec_driver_sql(check))
    store.write(lambda tx: tx.connection.exec_driver_sql("DELETE FROM report"))
    store.write(lambda tx: tx.connection.exec_driver_sql("DELETE FROM announcement"))
    store.write(lambda tx: tx.connection.exec_driver_sql(check))
    assert found("lamplighters") == []
