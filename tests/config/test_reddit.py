"""What the entries of Reddit become."""

from datetime import timedelta

import pytest

from monitor.core.options import RedditOptions
from monitor.core.source import Tier
from tests.config.test_sourcetypes import read

SITE = "https://www.reddit.com"
SEARCH = (("q", "harbour nine"), ("restrict_sr", "on"), ("sort", "new"), ("t", "week"))


@pytest.mark.parametrize(
    ("written", "address", "options"),
    [
        ("subreddits: [television, r/movies]", "/r/television+movies/new", {"path": "/r/television+movies/new"}),
        ("subreddits: television", "/r/television/new", {"path": "/r/television/new"}),
        ("account: u/example_user", "/user/example_user/submitted", {"path": "/user/example_user/submitted"}),
        (
            "search: harbour nine, subreddits: television",
            "/r/television/search?q=harbour%20nine&restrict_sr=on&sort=new&t=week",
            {"path": "/r/television/search", "fields": SEARCH},
        ),
        (
            "search: harbour nine",
            "/search?q=harbour%20nine&sort=new&t=week",
            {"path": "/search", "fields": (SEARCH[0], *SEARCH[2:])},
        ),
    ],
)
def test_what_is_read(written: str, address: str, options: dict[str, object]) -> None:
    source = read(f"type: reddit, {written}")
    assert (source.url, source.options) == (f"{SITE}{address}", RedditOptions(**options))  # type: ignore[arg-type]
    assert (source.tier, source.every) == (Tier.COMMUNITY, timedelta(minutes=30))


def test_secrets_are_in_the_options_alone() -> None:
    environ = {"FEED": "f33d-t0ken", "ID": "app-1d", "SECRET": "app-s3cret"}
    fed = read('type: reddit, subreddits: a1, user: u/me_me, feed_token: "${FEED}"', environ=environ)
    app = read('type: reddit, subreddits: a1, client_id: "${ID}", client_secret: "${SECRET}"', environ=environ)
    assert fed.options == RedditOptions(path="/r/a1/new", user="me_me", feed_token="f33d-t0ken")  # of nobody
    assert app.options == RedditOptions(path="/r/a1/new", client_id="app-1d", client_secret="app-s3cret")
    assert not any(secret in repr((fed, app)) for secret in environ.values())
