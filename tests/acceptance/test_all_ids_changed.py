"""A source gives all its items new ids: what nobody can tell from old is held, and nothing floods."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from monitor.core.alert import AlertState
from tests.acceptance.newsstand import DAY, HOUR
from tests.acceptance.running import monitor
from tests.house import MONDAY, House, item, rss
from tests.web_server import Answer, WebServer


@contextmanager
def watched(tmp_path, *first: str) -> Iterator[tuple[House, WebServer]]:
    """One source after its silent first poll."""
    with WebServer() as web:
        web.answer("/feed", Answer(body=rss(*first)))
        house = House(tmp_path, sources=[("paper", web.url("/feed"))])
        with house.open():
            house.round()
            yield house, web
    assert house.bugs == []


def news(house: House) -> list[str]:
    return [about for _, purpose, about in house.alerts() if purpose == "news"]


OLD = (
    item("A quiet week at the harbour", guid="1", at=MONDAY - 3 * DAY, link="https://paper.example/one"),
    item("Letters to the editor", guid="2", at=MONDAY - 3 * DAY, link="https://paper.example/two"),
    item("What to see this weekend", guid="3", at=MONDAY - 3 * DAY, link="https://paper.example/three"),
    item("Festival opens its doors", guid="4", at=MONDAY - 3 * DAY, link="https://paper.example/four"),
)


def moved(*more: str) -> Answer:
    """The same entries under new ids and new addresses, so that only their headlines tell that they are known."""
    titles = (
        "A quiet week at the harbour",
        "Letters to the editor",
        "What to see this weekend",
        "Festival opens its doors",
    )
    renamed = [
        item(title, guid=f"new-{n}", at=MONDAY - 3 * DAY, link=f"https://new.example/{n}")
        for n, title in enumerate(titles)
    ]
    return Answer(body=rss(*more, *renamed))


@pytest.mark.parametrize(("options", "told"), [((), 1), (("--discard",), 0)], ids=["approved", "discarded"])
def test_new_ids_for_everything_are_held(tmp_path, options, told):
    """No flood when a source renames all its items: what nobody can tell from old is held, told of once, and yours to release."""
    unknown = item(
        "The Glass Ferry cancelled by Harbour TV", guid="new-x", at=MONDAY - 3 * DAY, link="https://new.example/x"
    )
    with watched(tmp_path, *OLD) as (house, web):
        web.answer("/feed", moved(unknown))
        house.round(later=HOUR)
        house.round(later=HOUR)
    assert house.alerts() == [("screen", "hold", ""), ("screen", "incident", "paper: ids_changed")]
    (hold,) = house.ask(lambda view: view.open_holds())
    folders = ("--config", house.settings.config, "--data", house.settings.data)
    released = monitor("approve", str(hold.id), *options, *folders, cwd=tmp_path)
    assert released.returncode == 0, released.stderr
    assert monitor("approve", str(hold.id), *folders, cwd=tmp_path).returncode == 1
    house.time = house.ask(lambda view: view.next_alert_due()) or house.time
    house.round()
    house.round(later=DAY)
    assert news(house) == ["The Glass Ferry: cancellation"] * told
    assert house.ask(lambda view: view.open_holds()) == []
    assert house.ask(lambda view: view.outbox()) == {AlertState.SENT: 2 + told}


def test_items_that_were_only_renamed_raise_nothing(tmp_path):
    """When every renamed item is recognised there is nothing to hold: one word about the source, no more."""
    with watched(tmp_path, *OLD) as (house, web):
        web.answer("/feed", moved())
        house.round(later=HOUR)
        house.round(later=HOUR)
    assert house.alerts() == [("screen", "incident", "paper: ids_changed")]
    assert house.ask(lambda view: view.count_items()) == 4
