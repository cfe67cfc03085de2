from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.httpcache import fresh_for, http_date, renewed, retry_after, validators
from monitor.core.source import Validators

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
DAY = timedelta(hours=24)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Sun, 22 Nov 2026 06:10:00 GMT", NOW + timedelta(minutes=10)),
        ("Sunday, 22-Nov-26 06:10:00 GMT", NOW + timedelta(minutes=10)),
        ("Sun Nov 22 06:10:00 2026", NOW + timedelta(minutes=10)),
        ("Sun, 22 Nov 2026 07:10:00 +0100", NOW + timedelta(minutes=10)),
        ("soon", None),
        ("Sun, 99 Nov 2026 06:10:00 GMT", None),
        ("", None),
        (None, None),
    ],
)
def test_http_date(value, expected):
    assert http_date(value) == expected


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"retry-after": "120"}, timedelta(seconds=120)),
        ({"retry-after": " 120 "}, timedelta(seconds=120)),
        ({"retry-after": "0"}, timedelta(seconds=1)),
        ({"retry-after": "999999999999"}, DAY),
        ({"retry-after": "Sun, 22 Nov 2026 06:10:00 GMT"}, timedelta(minutes=10)),
        # The server's clock is an hour behind ours; what counts is the difference it states.
        (
            {"retry-after": "Sun, 22 Nov 2026 05:10:00 GMT", "date": "Sun, 22 Nov 2026 05:00:00 GMT"},
            timedelta(minutes=10),
        ),
        ({"retry-after": "Sun, 22 Nov 2026 06:10:00 GMT", "date": "yesterday"}, timedelta(minutes=10)),
        ({"retry-after": "Sat, 21 Nov 2026 06:10:00 GMT"}, timedelta(seconds=1)),
        ({"retry-after": "Sun, 22 Nov 2099 06:10:00 GMT"}, DAY),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "1.5"}, None),
        ({"retry-after": "٣"}, None),
        ({"retry-after": ""}, None),
        ({}, None),
    ],
)
def test_retry_after(headers, expected):
    assert retry_after(headers, now=NOW) == expected


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"cache-control": "max-age=600"}, timedelta(minutes=10)),
        ({"cache-control": 'public, Max-Age="600"'}, timedelta(minutes=10)),
        ({"cache-control": "max-age=600, max-age=5"}, timedelta(minutes=10)),
        ({"cache-control": "max-age=600", "age": "540"}, timedelta(minutes=1)),
        ({"cache-control": "max-age=600", "age": "600"}, None),
        ({"cache-control": "max-age=600", "age": "odd"}, timedelta(minutes=10)),
        ({"cache-control": "max-age=999999999999"}, DAY),
        ({"cache-control": "max-age=0"}, None),
        ({"cache-control": "max-age=-1"}, None),
        ({"cache-control": "max-age"}, None),
        ({"cache-control": "private, max-age=600"}, None),
        ({"cache-control": "no-cache, max-age=600"}, None),
        ({"cache-control": 'no-cache="set-cookie, vary", max-age=600'}, None),
        ({"cache-control": "no-store"}, None),
        ({"cache-control": "must-revalidate"}, None),
        # max-age is believed before Expires, even where it is rubbish (RFC 9111, section 4.2.1).
        ({"cache-control": "max-age=x", "expires": "Sun, 22 Nov 2026 07:00:00 GMT"}, None),
        ({"expires": "Sun, 22 Nov 2026 07:00:00 GMT"}, timedelta(hours=1)),
        (
            {"expires": "Sun, 22 Nov 2026 07:00:00 GMT", "date": "Sun, 22 Nov 2026 06:45:00 GMT"},
            timedelta(minutes=15),
        ),
        ({"expires": "Sun, 22 Nov 2099 07:00:00 GMT"}, DAY),
        ({"expires": "Thu, 19 Nov 1981 08:52:00 GMT"}, None),
        ({"expires": "0"}, None),
        ({}, None),
    ],
)
def test_fresh_for(headers, expected):
    assert fresh_for(headers, now=NOW) == expected


@given(st.dictionaries(st.sampled_from(["retry-after", "cache-control", "expires", "age", "date"]), st.text()))
def test_any_headers_give_a_bounded_time_or_none(headers):
    for told in (retry_after(headers, now=NOW), fresh_for(headers, now=NOW)):
        assert told is None or timedelta(0) < told <= DAY


def test_validators_are_kept_as_they_came():
    headers = {"etag": 'W/"abc-gzip"', "last-modified": "Fri, 23 Sep 2022 15:05:00 GMT"}
    assert validators(headers) == Validators(etag='W/"abc-gzip"', last_modified="Fri, 23 Sep 2022 15:05:00 GMT")


def test_a_validator_too_long_to_send_every_time_is_not_kept():
    assert validators({"etag": '"' + "x" * 2000 + '"', "last-modified": ""}) == Validators()


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, Validators(etag='"a"', last_modified="then")),
        ({"etag": '"b"'}, Validators(etag='"b"', last_modified="then")),
        ({"last-modified": "now"}, Validators(etag='"a"', last_modified="now")),
    ],
)
def test_a_304_renews_what_it_names(headers, expected):
    assert renewed(Validators(etag='"a"', last_modified="then"), headers) == expected
