from datetime import UTC, datetime, timedelta

import pytest

from monitor.sources.ratelimits import until_reset

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
SOON = int(NOW.timestamp()) + 90


@pytest.mark.parametrize(
    ("name", "written", "wait"),
    [
        ("ratelimit-reset", str(SOON), timedelta(seconds=90)),
        ("ratelimit-reset", "90", timedelta(seconds=90)),
        ("x-ratelimit-reset", "90.5", timedelta(seconds=90.5)),
        ("x-ratelimit-reset", "2026-11-22T09:01:30Z", timedelta(seconds=90)),
        ("x-ratelimit-reset", "2026-11-22T09:01:30", timedelta(seconds=90)),
        ("x-rate-limit-reset", str(SOON), timedelta(seconds=90)),
        ("x-rate-limit-reset", str(SOON - 1000), timedelta(seconds=1)),
        ("x-rate-limit-reset", "9" * 400, None),
        ("ratelimit-reset", "9" * 12, timedelta(days=1)),
        ("ratelimit-reset", "-5", timedelta(seconds=1)),
        ("ratelimit-reset", "nan", None),
        ("ratelimit-reset", "inf", None),
        ("ratelimit-reset", "soon", None),
        ("ratelimit-reset", "", None),
        ("ratelimit-limit", "90", None),
    ],
)
def test_a_limit_is_waited_out_however_its_end_is_written(name, written, wait):
    assert until_reset({name: written}, now=NOW) == wait


def test_a_header_that_cannot_be_read_gives_way_to_one_that_can():
    assert until_reset({"ratelimit-reset": "soon", "x-ratelimit-reset": "90"}, now=NOW) == timedelta(seconds=90)
