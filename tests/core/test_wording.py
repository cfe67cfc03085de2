from datetime import timedelta

import pytest

from monitor.core.wording import say_length


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(hours=1), "1 hour"),
        (timedelta(minutes=90), "1 hour and 30 minutes"),
        (timedelta(days=2, hours=3, minutes=1, seconds=59), "2 days, 3 hours and 1 minute"),
        (timedelta(days=7), "7 days"),
        (timedelta(seconds=59), "less than a minute"),
    ],
)
def test_a_length_of_time_is_said_to_the_minute(length, said):
    assert say_length(length) == said
