"""What happens between hosts of the public internet, which loopback cannot show: TLS names, moves, secrets."""

import httpx
import pytest
import respx

from monitor.core.fetching import Fetched, FetchFailed, FetchFailure, Request
from monitor.core.source import BasicAuth, Validators
from tests.fetcher.rig import FEED, fetch

OLD, NEW = "https://old.example.org/feed", "https://www.example.com/feed.xml"


@pytest.fixture
def internet():
    """Every connection of the client ends here; an address that nobody scripted is an error."""
    with respx.mock(using="httpcore", assert_all_called=False) as mock:
        yield mock


def moved(to: str, status: int = 301) -> httpx.Response:
    return httpx.Response(status, headers={"Location": to})


@pytest.mark.parametrize(
    ("hops", "moved_to"),
    [
        ([301], NEW),
        ([308], NEW),
        ([301, 308], NEW),
        ([302], None),
        ([301, 302], None),
        ([307, 301], None),
    ],
)
def test_only_an_unbroken_chain_of_permanent_redirects_is_a_move(internet, hops, moved_to):
    """One temporary step on the way, and the address stays as it was configured."""
    stops = [OLD, *[f"https://hop{number}.example.net/feed" for number in range(1, len(hops))], NEW]
    for status, here, there in zip(hops, stops[:-1], stops[1:], strict=True):
        internet.get(here).mock(return_value=moved(there, status))
    internet.get(NEW).mock(return_value=httpx.Response(200, content=FEED))
    (result,) = fetch(Request(url=OLD))
    assert isinstance(result, Fetched)
    assert (result.url, result.moved_to) == (NEW, moved_to)


def test_secrets_stay_with_the_host_they_were_given_to(internet):
    internet.get(OLD).mock(return_value=moved(NEW))
    there = internet.get(NEW).mock(return_value=httpx.Response(200, content=FEED))
    fetch(
        Request(
            url=OLD,
            headers=(("X-Api-Key", "hush"),),
            auth=BasicAuth(user="me", password="hush"),
            validators=Validators(etag='"1"'),
        )
    )
    sent = there.calls.last.request.headers
    assert "x-api-key" not in sent
    assert "authorization" not in sent
    assert sent["if-none-match"] == '"1"'


def test_a_redirect_to_plain_http_is_refused(internet):
    internet.get(OLD).mock(return_value=moved("http://old.example.org/feed"))
    (result,) = fetch(Request(url=OLD))
    assert isinstance(result, FetchFailed)
    assert result.reason is FetchFailure.BAD_REDIRECT


def test_a_pause_one_host_asks_for_spares_the_others(internet):
    busy = internet.get(OLD).mock(return_value=httpx.Response(429, headers={"Retry-After": "120"}))
    internet.get(NEW).mock(return_value=httpx.Response(200, content=FEED))
    first, again, other = fetch(Request(url=OLD), Request(url=OLD), Request(url=NEW))
    assert (first.reason, again.reason) == (FetchFailure.RATE_LIMITED, FetchFailure.RATE_LIMITED)
    assert busy.call_count == 1
    assert isinstance(other, Fetched)


@pytest.mark.parametrize(
    "trouble", [httpx.ConnectError("refused"), httpx.ReadError("reset"), httpx.ConnectTimeout("slow")]
)
def test_trouble_on_the_way_is_a_value(internet, trouble):
    internet.get(OLD).mock(side_effect=trouble)
    (result,) = fetch(Request(url=OLD))
    assert isinstance(result, FetchFailed)
    assert result.reason in {FetchFailure.UNREACHABLE, FetchFailure.TIMEOUT}
