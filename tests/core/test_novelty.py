"""What the items of a document are to us."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.item import Item
from monitor.core.novelty import Known, Reason, decide
from monitor.core.source import SourceState

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)
LAST = NOW - timedelta(hours=1)


def item(name: str, *, key: str | None = None, age: timedelta | None = timedelta(0), **changes) -> Item:
    fields = {
        "key": key or name, "fingerprint": f"shows {name}", "guid": None, "url": f"https://moon.example/{name}",
        "title": f"Title {name}", "summary": "", "text": "", "published": None if age is None else NOW - age,
    }  # fmt: skip
    return Item(**fields | changes)


def known(*items: Item) -> list[Known]:
    return [
        Known(id=number, key=one.key, fingerprint=one.fingerprint, url=one.url, title=one.title)
        for number, one in enumerate(items)
    ]


def judge(
    items,
    stored=(),
    *,
    has_items=True,
    baseline_at=NOW - 30 * DAY,
    last_success_at=LAST,
    max_age=7 * DAY,
    silent=(),
    complete=True,
):
    state = SourceState(
        source_id="s",
        url="https://moon.example/news",
        next_due=NOW,
        baseline_at=baseline_at,
        last_success_at=last_success_at,
    )
    return decide(
        parsed_items=items,
        known=known(*stored),
        has_items=has_items,
        state=state,
        now=NOW,
        max_age=max_age,
        silent=silent,
        complete=complete,
    )


def reasons(novelty) -> list[str]:
    return [judged.reason.value for judged in novelty.judged]


def test_changes_of_a_database_share_their_page_and_are_not_one_another():
    page = "https://shows.example/12"
    earlier = item("status", url=page, title="Saltmarsh goes on", claims=())
    change = item("season", url=page, title="Saltmarsh goes on", claims=())
    assert reasons(judge([change], [earlier])) == ["new"]
    others = [item(name, url=page, claims=()) for name in ("cast", "date")]
    assert reasons(judge([change, *others], [earlier])) == ["new"] * 3


def test_what_stands_on_the_page_of_its_source_is_not_known_by_that_address():
    """Of a page watched for change, every item has the address of the page."""
    assert reasons(
        judge([item("b", url="https://moon.example/news/")], [item("a", url="https://moon.example/news/")])
    ) == ["new"]


def renamed(*names: str, **changes) -> list[Item]:
    return [item(name, key=f"new id of {name}", **changes) for name in names]


def test_the_first_poll_is_silent():
    novelty = judge([item("a"), item("b", age=99 * DAY), item("c")], [item("c")], baseline_at=None)
    assert reasons(novelty) == ["baseline", "baseline", "seen"]
    assert not novelty.ids_changed


def test_what_another_way_to_the_source_may_have_told_is_silent():
    items = [item("a"), item("b"), item("known", fingerprint="edited")]
    novelty = judge(items, [item("known")], silent={"a", "known"})
    assert reasons(novelty) == ["baseline", "new", "revised"]


def test_a_source_read_another_way_has_not_changed_its_ids():
    """Nothing of the document is known, and that is explained: none of it is held."""
    items = [item(name, age=3 * DAY) for name in "wxyz"]
    novelty = judge([*items, item("fresh", age=timedelta(hours=1))], [item("a")], silent=set("wxyz"))
    assert reasons(novelty) == ["baseline"] * 4 + ["new"]
    assert not novelty.ids_changed


def test_the_first_item_of_a_source_that_started_empty_is_news():
    assert reasons(judge([], has_items=False, baseline_at=None)) == []
    assert reasons(judge([item("a")], has_items=False)) == ["new"]


def test_many_first_items_of_a_source_that_started_empty_are_news():
    novelty = judge([item(name, age=2 * DAY) for name in "abcd"], has_items=False)
    assert reasons(novelty) == ["new"] * 4
    assert not novelty.ids_changed


def test_known_items_are_seen_or_revised():
    stored = [item("a"), item("b")]
    novelty = judge([item("a"), item("b", fingerprint="corrected"), item("c")], stored)
    assert reasons(novelty) == ["seen", "revised", "new"]
    assert [judged.known and judged.known.id for judged in novelty.judged] == [0, 1, None]


@pytest.mark.parametrize(
    ("age", "reason"), [(8 * DAY, "too_old"), (6 * DAY, "new"), (None, "new"), (-timedelta(hours=5), "new")]
)
def test_items_published_too_long_ago_never_alert(age, reason):
    assert reasons(judge([item("a"), item("x", age=age)], [item("a")])) == ["seen", reason]


def test_an_item_shown_unchanged_under_another_id_is_adopted():
    novelty = judge([item("a"), *renamed("b"), item("c")], [item("a"), item("b"), item("c")])
    assert reasons(novelty) == ["seen", "rekeyed", "seen"]
    assert novelty.rekeyed[0].known.key == "b"


def test_a_single_new_item_at_a_known_link_is_news():
    """A live page may be linked from many entries, a title recur every week."""
    fresh = item("b", key="b2", fingerprint="something else")
    assert reasons(judge([item("a"), item("c"), fresh], [item("a"), item("b"), item("c")])) == ["seen", "seen", "new"]


def test_copies_in_one_document_do_not_adopt_each_other():
    twins = [item("b", key="b1"), item("b", key="b2")]
    assert reasons(judge([item("a"), *twins], [item("a"), item("b")])) == ["seen", "new", "new"]


def test_most_ids_new_under_known_links_are_adopted():
    """An entry without a link is neither helped nor harmed by that."""
    stored = [item(name) for name in "abcd"]
    items = [item("a"), *renamed("b", "c", "d", fingerprint="rewritten"), item("e"), item("f", url=None)]
    assert reasons(judge(items[:5], stored)) == ["seen", "rekeyed", "rekeyed", "rekeyed", "new"]
    assert reasons(judge(items, stored)) == ["seen", "new", "new", "new", "new", "new"]


def test_all_ids_new_are_recognised_by_link_or_title():
    stored = [item("a"), item("b"), item("c"), item("old", title="Title of d")]
    items = [
        *renamed("a", fingerprint="1"),
        item("b", key="b2", url=None, fingerprint="2"),
        item("c", key="c2", url="https://moon.example/moved/c", fingerprint="3", title="TITLE  C"),
        item("fresh", age=timedelta(hours=2)),
        item("unknown", age=3 * DAY),
        item("undated", age=None),
        item("ancient", age=300 * DAY),
    ]
    novelty = judge(items, stored)
    assert reasons(novelty) == ["rekeyed", "rekeyed", "rekeyed", "new", "held", "held", "too_old"]
    assert [judged.known.key for judged in novelty.rekeyed] == ["a", "b", "c"]
    assert novelty.ids_changed


def test_what_is_pushed_may_be_nothing_but_strangers():
    """A push shows a few items, not the source: many unknown ones at known links are news and not other ids."""
    stored = [item(name) for name in "abcd"]
    pushed = [item(name, key=f"new {name}", fingerprint=f"says {name}", age=None) for name in "abcd"]
    assert reasons(judge(pushed, stored, complete=False)) == ["new"] * 4
    assert reasons(judge(pushed, stored)) == ["rekeyed"] * 4
    assert reasons(judge([item("a", key="again")], stored, complete=False)) == ["rekeyed"]


def test_a_link_all_entries_share_identifies_none_of_them():
    home = "https://moon.example/"
    stored = [item(name, url=home) for name in "ab"]
    items = [item(name, url=home, title="", age=timedelta(hours=1)) for name in "xyz"]
    novelty = judge(items, stored)
    assert reasons(novelty) == ["new"] * 3
    assert not novelty.ids_changed


def test_a_busy_feed_that_rolled_over_while_we_were_away_is_all_news():
    items = [item(name, age=timedelta(hours=hours)) for hours, name in enumerate("abcdef")]
    novelty = judge(items, [], last_success_at=NOW - 2 * DAY)
    assert reasons(novelty) == ["new"] * 6
    assert not novelty.ids_changed


def test_too_few_unexplained_items_are_ordinary_news():
    for unexplained in (1, 2):
        items = [item(name, age=None) for name in "uvw"[:unexplained]] + [item(name) for name in "abc"]
        novelty = judge(items, [])
        assert reasons(novelty) == ["new"] * len(items)
        assert not novelty.ids_changed
    assert not judge([item("u", age=None), item("v", age=None)], []).ids_changed


def test_unexplained_items_that_are_no_majority_are_ordinary_news():
    items = [item(name, age=None) for name in "uvw"] + [item(name) for name in "abc"]
    assert not judge(items, []).ids_changed


def test_before_the_first_success_the_baseline_counts():
    items = [item(name, age=5 * DAY) for name in "abc"]
    novelty = judge(items, [], last_success_at=None, baseline_at=NOW - 2 * DAY)
    assert reasons(novelty) == ["held"] * 3
    assert [judged.item.key for judged in novelty.held] == ["a", "b", "c"]


AGES = st.sampled_from([None, *(timedelta(hours=hours) for hours in (0, 5, 30, 24 * 6, 24 * 60))])
ITEMS = st.lists(
    st.builds(
        lambda key, show, url, title, age: item(
            key, age=age, fingerprint=show, url=url and f"https://moon.example/{url}", title=title
        ),
        st.text("abcdefgh", min_size=1, max_size=2), st.sampled_from("xyz"), st.sampled_from(["", *"pqrs"]),
        st.sampled_from(["", "One", "one", "Two"]), AGES,
    ),
    unique_by=lambda one: one.key,
    max_size=8,
)  # fmt: skip
BASELINES = st.sampled_from([None, NOW - 3 * DAY])


@given(ITEMS, ITEMS, BASELINES)
def test_every_item_lands_in_exactly_one_place(items, stored, baseline_at):
    novelty = judge(items, stored, has_items=bool(stored), baseline_at=baseline_at)
    assert [judged.item for judged in novelty.judged] == items
    places = (
        novelty.new,
        novelty.baseline,
        novelty.too_old,
        novelty.revised,
        novelty.seen,
        novelty.rekeyed,
        novelty.held,
    )
    assert sorted(judged.item.key for place in places for judged in place) == sorted(one.key for one in items)
    stored_already = {Reason.SEEN, Reason.REVISED, Reason.REKEYED}
    assert all((judged.known is not None) == (judged.reason in stored_already) for judged in novelty.judged)


@given(ITEMS, ITEMS, BASELINES)
def test_a_stored_item_is_never_two_items_of_a_document(items, stored, baseline_at):
    novelty = judge(items, stored, has_items=bool(stored), baseline_at=baseline_at)
    ids = [judged.known.id for judged in novelty.judged if judged.known]
    assert len(ids) == len(set(ids))


@given(ITEMS, ITEMS, BASELINES)
def test_the_same_document_twice_holds_nothing_new(items, stored, baseline_at):
    first = judge(items, stored, has_items=bool(stored), baseline_at=baseline_at)
    renamed_keys = {judged.known.key: judged.item for judged in first.rekeyed}
    kept = [renamed_keys.get(one.key, one) for one in stored if one.key not in {i.key for i in items}]
    again = judge(items, [*kept, *items])
    assert {judged.reason for judged in again.judged} <= {Reason.SEEN}
    assert not again.ids_changed


@given(ITEMS, ITEMS, BASELINES, st.randoms())
def test_the_order_of_items_does_not_change_what_they_are(items, stored, baseline_at, random):
    shuffled = random.sample(items, len(items))
    one = judge(items, stored, has_items=bool(stored), baseline_at=baseline_at)
    two = judge(shuffled, stored, has_items=bool(stored), baseline_at=baseline_at)
    assert {j.item.key: (j.reason, j.known) for j in one.judged} == {
        j.item.key: (j.reason, j.known) for j in two.judged
    }
    assert one.ids_changed == two.ids_changed
