from hypothesis import given, settings

from monitor.core.holds import Hold, HoldKind
from monitor.core.item import Embed
from tests.store.samples import HOUR, NOW, any_item, item


def _add(store, *items, source_id="gazette"):
    return store.write(lambda tx: [tx.add_item(source_id, one, at=NOW, baseline=False) for one in items])


@settings(deadline=None)  # the disk is shared
@given(any_item)
def test_an_item_comes_back_as_it_was_added(shared_store, added):
    source_id = f"of {added.key}"

    def add(tx):
        # Hypothesis may come back to a key with another item: begin anew.
        tx.connection.exec_driver_sql("DELETE FROM item")
        return tx.add_item(source_id, added, at=NOW, baseline=True)

    item_id = shared_store.write(add)
    (stored,) = shared_store.read(lambda view: view.items([item_id]))
    assert (stored.id, stored.source_id, stored.item) == (item_id, source_id, added)
    assert (stored.first_seen, stored.baseline, stored.hold_id) == (NOW, True, None)


def test_adding_an_item_again_gives_its_id_and_changes_nothing(store):
    first, again, other = _add(store, item("a"), item("a", title="Another"), item("b"))
    assert first == again != other
    (stored,) = store.read(lambda view: view.items([first]))
    assert stored.item == item("a")


def test_known_items_share_a_key_a_url_or_a_title_within_the_source(store):
    by_key, by_url, by_title, untitled = _add(
        store,
        item("a"),
        item("b", url="https://gazette.example/b/?utm_source=rss"),
        item("c", title="“Élan” begins"),
        item("d", title=""),
    )
    _add(store, item("a"), source_id="other")

    def known(keys=(), urls=(), titles=()):
        found = store.read(lambda view: view.known_items("gazette", keys=keys, urls=urls, titles=titles))
        return [stored.id for stored in found]

    assert known(keys=["a", "zzz"]) == [by_key]
    assert known(urls=["https://gazette.example/b/"]) == [by_url]
    assert known(titles=['"ELAN" BEGINS']) == [by_title]
    assert known(keys=["a"], urls=["https://gazette.example/b/", ""], titles=["", "“Élan” begins"]) == [
        by_title, by_url, by_key,
    ]  # fmt: skip
    assert known(titles=[""]) == []
    assert known() == []
    assert known(keys=[f"k{n}" for n in range(40_000)] + ["d"]) == [untitled]


def test_items_are_found_by_url_in_every_source(store):
    (first,) = _add(store, item("a"))
    (second,) = _add(store, item("a"), source_id="other")
    found = store.read(lambda view: view.items_by_url("https://gazette.example/a#comments"))
    assert [stored.id for stored in found] == [second, first]


def test_has_items_is_told_per_source(store):
    _add(store, item("a"))
    assert store.read(lambda view: (view.has_items("gazette"), view.has_items("other"))) == (True, False)
    assert store.read(lambda view: view.count_items()) == 1


def test_a_revision_keeps_the_identity_and_the_text_of_the_page(store):
    embeds = (Embed(platform="instagram", account="lanternstreet", permalink=None),)
    (item_id,) = _add(store, item("a", text="The whole article.", embeds=embeds))
    revised = item("z", title="Corrected", fingerprint="2", guid="9", url="https://gazette.example/new")
    store.write(lambda tx: tx.revise_item(item_id, revised, at=NOW + HOUR))
    (stored,) = store.read(lambda view: view.items([item_id]))
    assert stored.item == item(
        "a", title="Corrected", fingerprint="2", url="https://gazette.example/new", text="The whole article.",
        embeds=embeds,
    )  # fmt: skip
    assert [i.id for i in store.read(lambda view: view.items_by_url("https://gazette.example/new"))] == [item_id]
    store.write(lambda tx: tx.revise_item(item_id, item("a", text="The feed's own."), at=NOW + HOUR))
    assert store.read(lambda view: view.items([item_id]))[0].item.text == "The feed's own."


def test_a_new_key_is_taken_over_unless_another_item_has_it(store):
    first, second = _add(store, item("a"), item("b"))
    store.write(lambda tx: tx.rekey_item(first, "new", None))
    store.write(lambda tx: tx.rekey_item(second, "new", "9"))
    found = store.read(lambda view: view.items([first, second]))
    assert [(s.item.key, s.item.guid) for s in found] == [("b", "guid of b"), ("new", None)]


def test_held_items_wait_until_released(store):
    hold = Hold(id=0, kind=HoldKind.IDS_CHANGED, subject="gazette", detail="", opened_at=NOW)

    def add(tx):
        hold_id = tx.open_hold(hold)
        return hold_id, [tx.add_item("gazette", item(k), at=NOW, baseline=False, hold_id=hold_id) for k in "ab"]

    hold_id, (first, second) = store.write(add)
    assert [i.id for i in store.read(lambda view: view.held_items(hold_id))] == [second, first]
    store.write(lambda tx: tx.release_item(first, note="read"))
    assert [i.id for i in store.read(lambda view: view.held_items(hold_id))] == [second]
