from datetime import timedelta

import pytest

from monitor.core.source import Source, Tier


@pytest.mark.parametrize(("name", "publisher"), [("The Attitude", "The Attitude"), ("", "attitude")])
def test_publisher_is_the_name_or_the_id(name: str, publisher: str) -> None:
    source = Source(
        id="attitude",
        type="feed",
        url="https://press.example/feed",
        tier=Tier.PRESS,
        every=timedelta(minutes=15),
        max_age=timedelta(days=7),
        name=name,
    )
    assert source.publisher == publisher
