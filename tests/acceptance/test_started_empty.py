"""A source that holds nothing yet does not swallow its first item."""

import pytest

from tests.acceptance.newsstand import MINUTE, newsstand, subjects


@pytest.mark.parametrize("empty_rounds", [0, 3])
def test_the_first_item_of_an_empty_source_is_told(tmp_path, empty_rounds):
    with newsstand(tmp_path) as stand:
        for _ in range(empty_rounds):
            assert stand.read(later=20 * MINUTE) == []
        stand.publish("herald", "‘The Glass Ferry’ cancelled after one season")
        assert subjects(stand.read()) == ["The Glass Ferry has been cancelled"]
