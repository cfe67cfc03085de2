"""An outlet that polishes what it has published tells nothing new."""

import pytest

from tests.acceptance.newsstand import HOUR, MINUTE, newsstand, subjects
from tests.house import MONDAY

FIRST = "The Glass Ferry cancelled by Harbour TV"


@pytest.mark.parametrize(
    ("headline", "changed"),
    [
        ("UPDATED: The Glass Ferry is axed by Harbour TV", {}),
        ("The Glass Ferry cancelled by Harbour TV", {"summary": "With a longer lead than before."}),
        ("The Glass Ferry cancelled by Harbour TV", {"link": "https://paper.example/other-address"}),
        ("The Glass Ferry cancelled by Harbour TV", {"at": MONDAY + 2 * HOUR}),
    ],
    ids=["headline", "lead", "address", "date"],
)
def test_an_edit_is_no_news(tmp_path, headline, changed):
    with newsstand(tmp_path) as stand:
        stand.publish("herald", FIRST, guid="a")
        assert subjects(stand.read()) == ["The Glass Ferry has been cancelled"]
        stand.publish("herald", headline, guid="a", **changed)
        assert stand.read() == []
        assert stand.read(later=20 * MINUTE) == []
        assert stand.on_file() == {"The Glass Ferry has been cancelled": ["herald"]}
        assert stand.house.ask(lambda view: view.count_items()) == 1
