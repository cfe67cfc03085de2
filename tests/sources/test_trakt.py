"""Trakt: shows and films with the client id of the user's app."""

import pytest

from monitor.core.fetching import FetchFailed, FetchFailure, NotAFeed, Unchanged, Visited
from tests.sources.following import GONE, Follower, claimed, film, show

BASE = "https://api.trakt.tv"
SALTMARSH = show("Saltmarsh", ids=(("trakt", "saltmarsh"),))


def series(number=12, title="Saltmarsh", **fields):
    return {
        "title": title, "year": 2024, "ids": {"trakt": number, "slug": "saltmarsh", "imdb": "tt0000012", "tmdb": 9},
        "status": "returning series", "network": "Channel 9", "first_aired": "2024-03-07T07:00:00.000Z",
        "updated_at": "2026-09-23T18:00:00.000Z", "homepage": None,
    } | fields  # fmt: skip


def movie(**fields):
    return {
        "title": "Low Tide", "year": 2027, "ids": {"trakt": 12, "slug": "low-tide-2027"}, "status": "in production",
        "released": None, "homepage": "https://lowtide.example",
    } | fields  # fmt: skip


def season(number, first_aired=None):
    return {"number": number, "ids": {"trakt": 100 + number}, "title": f"Season {number}", "first_aired": first_aired}


SEASONS = [season(0), season(1, "2024-03-07T07:00:00.000Z"), season(2, "2025-03-07T07:00:00.000Z")]


def trakt(*watches):
    source = Follower("trakt", BASE, *watches, token="the-client-id")  # no secret
    for name in ("saltmarsh", "12"):
        source.database.answers |= {f"/shows/{name}": series(), f"/shows/{name}/seasons": SEASONS}
    source.database.answers["/movies/12"] = movie()
    return source


@pytest.fixture
def followed():
    source = trakt(SALTMARSH, film("Low Tide", ids=(("trakt", "12"),)))
    assert source.items() == []
    return source


def test_titles_are_read_with_the_client_id(followed):
    assert followed.database.paths() == ["/shows/saltmarsh", "/shows/saltmarsh/seasons", "/movies/12"]
    assert isinstance(followed.visit(), Unchanged)
    assert followed.database.paths()[0] == "/shows/12"  # its number, which does not change with its name
    headers = dict(followed.database.asked[0].headers) if followed.database.asked else {}
    assert "the-client-id" not in repr(headers)
    followed.visit()
    headers = dict(followed.database.asked[0].headers)
    assert (headers["trakt-api-version"], headers["trakt-api-key"]) == ("2", "the-client-id")


def test_status_season_and_date_are_told(followed):
    followed.database.answers |= {
        "/shows/12": series(status="canceled"),
        "/shows/12/seasons": [*SEASONS, season(3, "2027-10-07T07:00:00.000Z")],
        "/movies/12": movie(released="2027-05-14"),
    }
    items = followed.news()
    assert [claimed(item) for item in items] == [
        [("trakt/status", "cancellation", (), (), ())],
        [("trakt/season", "renewal", (3,), (), ()), ("trakt/season", "release_date", (3,), ("2027-10-07",), ())],
        [("trakt/release", "release_date", (), ("2027-05-14",), ())],
    ]
    assert (items[0].url, items[2].url) == ("https://trakt.tv/shows/saltmarsh", "https://trakt.tv/movies/low-tide-2027")


@pytest.mark.parametrize("ids", [(), (("imdb", "tt0000012"),)])
def test_a_title_is_found_by_name_or_imdb(ids):
    source = trakt(show("Saltmarsh", ids=ids))
    found = [{"type": "show", "score": 100.0, "show": series()}]
    source.database.answers |= {"/search/show": found, "/search/imdb/tt0000012": found}
    result = source.visit()
    assert isinstance(result, Visited)
    assert result.trouble == ""
    assert source.state.memory["titles"]["saltmarsh"]["id"] == "shows/12"


@pytest.mark.parametrize("answer", [{"error": "x"}, b"<html><title>Busy</title></html>", b""])
def test_a_search_that_answers_oddly(answer):
    source = trakt(show("Odd"), SALTMARSH)
    source.database.answers["/search/show"] = answer
    assert source.visit().trouble.startswith("Odd: not found: Trakt answers with something else than")


@pytest.mark.parametrize("status", [401, 403])
def test_a_client_id_that_is_refused_asks_for_another(followed, status):
    failed = FetchFailed(reason=FetchFailure.FORBIDDEN, detail=f"HTTP {status}", status=status)
    followed.database.answers["/shows/12"] = failed
    result = followed.visit()
    assert isinstance(result, FetchFailed)
    assert result.reason is FetchFailure.SIGN_IN
    assert "under client_id" in result.detail


def test_a_limit_in_the_middle_of_a_show_is_no_refusal(followed):
    failed = FetchFailed(reason=FetchFailure.RATE_LIMITED, detail="HTTP 429", status=429)
    followed.database.answers["/shows/12/seasons"] = failed
    result = followed.visit()
    assert isinstance(result, FetchFailed)
    assert result.reason is FetchFailure.RATE_LIMITED


def test_a_title_that_was_deleted_is_trouble_of_that_title(followed):
    followed.database.answers["/shows/12"] = GONE
    assert followed.visit().trouble == "Saltmarsh: the entry shows/12 is gone; correct its id in the watchlist"


@pytest.mark.parametrize("answer", [b"<html>", [], {"title": "Saltmarsh"}])
def test_what_is_no_title(followed, answer):
    followed.database.answers |= {"/shows/12": answer, "/movies/12": answer}
    assert isinstance(followed.visit(), NotAFeed)
