import pytest

from monitor.core.fetching import FetchFailure
from monitor.core.httpstatus import PERMANENT_REDIRECTS, READ, REDIRECTS, failure_of, spoken


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (401, FetchFailure.FORBIDDEN),
        (403, FetchFailure.FORBIDDEN),
        (451, FetchFailure.FORBIDDEN),
        (404, FetchFailure.NOT_FOUND),
        (410, FetchFailure.GONE),
        (429, FetchFailure.RATE_LIMITED),
        (503, FetchFailure.UNAVAILABLE),
        (500, FetchFailure.SERVER_ERROR),
        (502, FetchFailure.SERVER_ERROR),
        (599, FetchFailure.SERVER_ERROR),
        (204, FetchFailure.UNEXPECTED_STATUS),
        (206, FetchFailure.UNEXPECTED_STATUS),
        (226, FetchFailure.UNEXPECTED_STATUS),
        (300, FetchFailure.UNEXPECTED_STATUS),
        (304, FetchFailure.UNEXPECTED_STATUS),
        (418, FetchFailure.UNEXPECTED_STATUS),
        (499, FetchFailure.UNEXPECTED_STATUS),
    ],
)
def test_failure_of(status, expected):
    assert failure_of(status) is expected


def test_what_is_read_and_what_is_followed():
    assert {200, 203} == READ
    assert {301, 302, 303, 307, 308} == REDIRECTS
    assert {301, 308} == PERMANENT_REDIRECTS


@pytest.mark.parametrize(("status", "expected"), [(410, "HTTP 410 Gone"), (499, "HTTP 499")])
def test_spoken(status, expected):
    assert spoken(status) == expected
