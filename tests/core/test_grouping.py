"""Scoring groups: what counts as an alert too many, a wrong merge, a text that was not read."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.evaluation import Labelled
from monitor.core.grouping import Bcubed, Grouping, Headline, bcubed, score_groups, score_stories, watches_of
from monitor.core.report import Certainty, Document, Facts, Kind, Recognition, Report, Subject
from monitor.core.stories import STORY_LASTS
from monitor.core.watchlist import WatchType

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def label(name, *, titles=(), people=(), published=None, kinds=(Kind.RENEWAL,)):
    document = Document(title=name, published=published)
    return Labelled(
        id=name, document=document, kinds=frozenset(kinds), certainty=None, titles=tuple(titles), people=tuple(people)
    )


def renewal(season, show="undertow", watches=("undertow",)):
    return Report(
        subject=Subject(key=f"show:{show}", title=show),
        kind=Kind.RENEWAL,
        certainty=Certainty.CONFIRMED,
        facts=Facts(seasons=(season,) if season else ()),
        watches=watches,
        evidence=(),
    )


def score(said, groups, labels):
    def recognise(document):
        return Recognition(reports=tuple(said.get(document.title, ())))

    return score_groups(labels, groups, recognise)


def test_a_group_told_once():
    said = {"a": [renewal(2)], "b": [renewal(2)], "c": [renewal(3)], "d": [renewal(9, watches=())]}
    groups = {"a": "s1", "b": "s1", "c": "s2", "d": "s3"}
    found = score(said, groups, [*map(label, "abcd"), label("stray")])
    assert (found.texts, found.unread, found.groups, found.told) == (4, 1, 3, 2)
    assert (found.alerts, found.announcements, found.merged, found.wrongly) == (2, 2, 1, 0)
    assert (found.per_announcement, found.wrong_share, found.bcubed.f1) == (1, 0, 1)


def test_a_second_alert_and_a_wrong_merge_are_shown():
    said = {"a": [renewal(2)], "b": [renewal(3)], "c": [renewal(3)]}
    found = score(said, {"a": "s1", "b": "s1", "c": "s2"}, map(label, "abc"))
    assert (found.per_announcement, found.messages, found.wrong_share) == (1, 2, 1)
    assert [text.id for text in found.repeated] == ["b"]
    assert [(text.id, other.id) for text, other in found.mistaken] == [("c", "b")]


def test_texts_come_in_order_of_time_and_undated_ones_with_their_group():
    """The renewal without a season comes first, so that it is told once more with its number."""
    said = {"late": [renewal(2)], "undated": [renewal(3)], "early": [renewal(3)], "first": [renewal(4)]}
    labels = [
        label("late", published=NOW + 400 * DAY),
        label("undated"),
        label("early", published=NOW),
        label("earlier", published=NOW - DAY),
        label("first"),
    ]
    groups = {"late": "s1", "early": "s2", "undated": "s2", "earlier": "s2", "first": "s3"}
    found = score(said, groups, labels)
    assert (found.merged, found.wrongly, found.repeated) == (1, 0, ())


def test_nothing_to_score():
    empty = score({}, {}, [])
    assert isinstance(empty, Grouping)
    assert (empty.per_announcement, empty.wrong_share, empty.bcubed.f1) == (0, 0, 0)


def test_the_watchlist_of_groups():
    labels = [
        label("a", titles=["Undertow", "UNDERTOW"]),
        label("b", titles=["Undertow: Deep"]),
        label("c", people=["Ana Winter"]),
        label("d", titles=["Undertow: Deep", "The Deep"], people=["Ana Winter"]),
        label("e"),
        label("stray", titles=["Stray"]),
    ]
    watches = watches_of(labels, {"a": "s1", "b": "s1", "c": "s2", "d": "s3", "e": "s4"})
    assert [(watch.type, watch.title, watch.aliases) for watch in watches] == [
        (WatchType.SHOW, "UNDERTOW", ("Undertow: Deep", "The Deep")),
        (WatchType.PERSON, "Ana Winter", ()),
    ]


def test_stories_are_scored_as_they_stream():
    lines = [
        ("Lifeboat drama seeks extras in Barry", "x"),
        ("Extras sought in Barry for a lifeboat drama", "x"),
        ("Ferry aground off Leith", "y"),
    ]
    headlines = [Headline(title=title, at=NOW + n * DAY, story=story) for n, (title, story) in enumerate(lines)]
    found = score_stories(reversed(headlines))
    assert found.bcubed == Bcubed(precision=1, recall=1)
    assert (found.texts, found.stories, found.found, found.mistaken) == (3, 2, 2, ())
    late = [replace(one, at=NOW + n * (STORY_LASTS + DAY)) for n, one in enumerate(headlines)]
    assert score_stories(late).found == 3  # what nobody has told for days is over
    mixed = score_stories([headlines[0], replace(headlines[1], story="z")])
    assert mixed.mistaken == ((replace(headlines[1], story="z"), headlines[0]),)


def test_bcubed():
    """Two of three rightly together, one of them wrongly with a stranger."""
    found = bcubed([(1, "a"), (1, "a"), (2, "a"), (2, "b")])
    assert found.precision == pytest.approx((1 + 1 + 0.5 + 0.5) / 4)
    assert found.recall == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4)
    assert found.f1 == pytest.approx(2 * 0.75 * (8 / 3 / 4) / (0.75 + 8 / 3 / 4))
    assert bcubed([]).f1 == 0
