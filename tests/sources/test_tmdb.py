"""TMDB: shows and films with the user's token."""

import json
from dataclasses import replace

import pytest

from monitor.core.fetching import FetchFailed, FetchFailure, NotAFeed, Unchanged, Visited
from monitor.core.options import DatabaseOptions
from tests.sources.following import GONE, Follower, claimed, film, show
from tests.sources.live import visit_live
from tests.web_server import Answer, WebServer

BASE = "https://api.themoviedb.org/3"
SALTMARSH = show("Saltmarsh", ids=(("tmdb", "12"),))
TIDE = film("Low Tide", ids=(("tmdb", "12"),))  # the numbers of shows and films overlap
ERROR_401 = {"status_code": 7, "status_message": "Invalid API key: You must be granted a valid key.", "success": False}
ERROR_429 = {"status_code": 25, "status_message": "Your request count is over the allowed limit.", "success": False}


def season(number, air_date=None):
    return {"id": number, "season_number": number, "name": f"Season {number}", "air_date": air_date, "episode_count": 8}


def actor(number, name, role=""):
    return {"id": number, "name": name, "character": role, "order": number, "credit_id": f"c{number}"}


def series(number=12, name="Saltmarsh", **fields):
    return {
        "id": number, "name": name, "original_name": name, "status": "Returning Series", "in_production": True,
        "first_air_date": "2024-03-07", "next_episode_to_air": None, "number_of_seasons": 2,
        "seasons": [season(0), season(1, "2024-03-07"), season(2, "2025-03-07")],
        "networks": [{"id": 3, "name": "Channel 9"}], "homepage": "https://saltmarsh.example",
        "external_ids": {"imdb_id": "tt0000012"}, "credits": {"cast": [actor(7, "Ida Holm", "Nell")]},
    } | fields  # fmt: skip


def movie(number=12, title="Low Tide", **fields):
    return {
        "id": number, "title": title, "original_title": title, "status": "In Production", "release_date": "",
        "homepage": "", "imdb_id": "tt0000013", "credits": {"cast": [actor(7, "Ida Holm", "Nell")]},
    } | fields  # fmt: skip


def refusal(status, told, reason=FetchFailure.FORBIDDEN):
    return FetchFailed(reason=reason, detail=f"HTTP {status}", status=status, body=json.dumps(told).encode())


def tmdb(*watches, **answers):
    source = Follower("tmdb", BASE, *watches, token="the-token")  # no secret
    source.database.answers = {"/tv/12": series(), "/movie/12": movie(), **answers}
    return source


@pytest.fixture
def followed():
    source = tmdb(SALTMARSH, TIDE)
    assert source.items() == []
    return source


def test_every_title_is_read_with_the_token_and_nothing_else_is_asked(followed):
    assert followed.database.paths() == ["/tv/12", "/movie/12"]
    result = followed.visit()
    assert isinstance(result, Unchanged)
    request = followed.database.asked[0]
    assert ("Authorization", "Bearer the-token") in request.headers
    assert "the-token" not in f"{request!r} {followed.source!r} {followed.state!r} {result!r}"
    assert request.url == f"{BASE}/tv/12?append_to_response=credits%2Cexternal_ids"


def test_a_cancellation_is_told_and_links_to_the_page(followed):
    followed.database.answers["/tv/12"] = series(status="Canceled")
    (item,) = followed.news()
    assert item.title == "TMDB: the status of Saltmarsh changed from Returning Series to Canceled"
    assert claimed(item) == [("tmdb/status", "cancellation", (), (), ())]
    assert (item.url, item.publisher) == ("https://www.themoviedb.org/tv/12", "TMDB")
    assert "does not endorse" in item.summary


@pytest.mark.parametrize(
    ("fields", "dates"),
    [
        ({"seasons": [season(3)]}, ()),
        ({"number_of_seasons": 3}, ()),
        ({"number_of_seasons": 3, "seasons": [season(-4), season(0)]}, ()),
        ({"next_episode_to_air": {"season_number": 3, "episode_number": 1, "air_date": "2027-10-07"}}, ("2027-10-07",)),
        ({"next_episode_to_air": {"season_number": 3, "episode_number": 2, "air_date": "2027-10-14"}}, ()),
        ({"seasons": [season(3, "2027-10-07")]}, ("2027-10-07",)),
    ],
    ids=["listed", "counted", "beside numbers that are none", "by its first episode", "by a later one", "dated"],
)
def test_a_season_is_known_by_list_count_or_next_episode(followed, fields, dates):
    followed.database.answers["/tv/12"] = series(**fields)
    (item,) = followed.news()
    told = [("tmdb/season", "renewal", (3,), (), ())]
    if dates:
        told.append(("tmdb/season", "release_date", (3,), dates, ()))
    assert claimed(item) == told


def test_that_a_film_is_in_production_is_no_start_of_filming(followed):
    followed.database.answers["/movie/12"] = movie(status="Post Production")
    (item,) = followed.news()
    assert item.title == "TMDB: the status of Low Tide changed from In Production to Post Production"
    assert item.claims == ()


def test_a_film_gets_its_date(followed):
    followed.database.answers["/movie/12"] = movie(release_date="2027-05-14")
    (item,) = followed.news()
    assert item.title == "TMDB: Low Tide comes out on 14 May 2027"
    assert claimed(item) == [("tmdb/release", "release_date", (), ("2027-05-14",), ())]
    assert item.url == "https://www.themoviedb.org/movie/12"


def test_of_a_film_the_first_of_the_cast_are_told_and_the_crowd_is_not(followed):
    crowd = [actor(number, f"Face {number}") for number in range(20, 40)]
    cast = [actor(7, "Ida Holm", "Nell"), actor(8, "Bo Field", "Tam"), *crowd]
    followed.database.answers["/movie/12"] = movie(credits={"cast": cast[:10]})
    followed.visit()
    followed.items(hours=6)
    followed.database.answers["/movie/12"] = movie(credits={"cast": [actor(99, "Cal Reed"), *cast]})
    (item,) = followed.news()
    assert claimed(item)[0][4] == ("Cal Reed",)
    # Somebody who moves up in the list is nobody new.
    followed.database.answers["/movie/12"] = movie(credits={"cast": [*crowd[::-1], actor(99, "Cal Reed"), *cast[:2]]})
    assert followed.news() == []


class TestFinding:
    def test_by_name_among_shows_or_films(self):
        source = tmdb(show("Saltmarsh"), film("Low Tide"))
        source.database.answers |= {
            "/search/tv": {"page": 1, "results": [series()]},
            "/search/movie": lambda query: {"results": [movie()] if query["query"] == "Low Tide" else []},
        }
        source.visit()
        assert source.database.paths() == ["/search/tv", "/search/movie", "/tv/12", "/movie/12"]

    def test_by_the_original_title(self):
        source = tmdb(show("Marais salant"))
        source.database.answers["/search/tv"] = {"results": [series(original_name="Marais salant")]}
        assert source.visit().trouble == ""

    def test_by_the_id_at_imdb(self):
        source = tmdb(film("Anything", ids=(("imdb", "tt0000013"),)))
        source.database.answers["/find/tt0000013"] = {"movie_results": [movie(imdb_id=None)], "tv_results": []}
        assert source.visit().trouble == ""
        assert source.database.paths() == ["/find/tt0000013", "/movie/12"]

    def test_by_the_network_among_several(self):
        source = tmdb(show("Saltmarsh", require=("Channel 9",)))
        other = series(44, networks=[{"id": 4, "name": "Elsewhere"}])
        source.database.answers |= {"/search/tv": {"results": [other, series()]}, "/tv/44": other}
        assert source.visit().trouble == ""
        assert source.state.memory["titles"]["saltmarsh"]["id"] == "tv/12"

    def test_never_by_chance(self):
        source = tmdb(show("Saltmarsh"))
        source.database.answers["/search/tv"] = {
            "results": [series(), series(44, first_air_date="1998-01-01", seasons=[], number_of_seasons=None)]
        }
        assert source.visit().trouble == (
            "Saltmarsh: several entries are called so, name one under ids: Saltmarsh (2024, id 12), Saltmarsh (1998, id 44)"
        )


class TestTrouble:
    def test_a_token_that_is_refused_asks_for_another(self, followed):
        followed.database.answers["/tv/12"] = refusal(401, ERROR_401)
        result = followed.visit()
        assert isinstance(result, FetchFailed)
        assert result.reason is FetchFailure.SIGN_IN
        assert result.detail == (
            "TMDB refuses the token: Invalid API key: You must be granted a valid key.; put your API Read Access Token "
            "under token"
        )

    def test_a_limit_is_no_refusal_and_what_it_says_is_told(self, followed):
        followed.database.answers["/tv/12"] = refusal(429, ERROR_429, FetchFailure.RATE_LIMITED)
        result = followed.visit()
        assert isinstance(result, FetchFailed)
        assert result.reason is FetchFailure.RATE_LIMITED
        assert result.detail == "HTTP 429: Your request count is over the allowed limit."
        assert result.memory is not None

    def test_a_title_that_was_deleted_is_trouble_of_that_title(self, followed):
        followed.database.answers["/tv/12"] = GONE
        result = followed.visit()
        assert isinstance(result, Visited)
        assert result.trouble == "Saltmarsh: the entry tv/12 is gone; correct its id in the watchlist"

    @pytest.mark.parametrize(
        ("answer", "detail"),
        [
            (ERROR_401, "TMDB answers: Invalid API key"),
            ({"success": False}, "TMDB answers: an error without a reason"),
            ({"id": 12}, "TMDB answers with something else than a title"),
            (b"<html><title>Offline</title></html>", "TMDB answers with something else than JSON: an HTML page"),
            ([], "TMDB answers with JSON of another shape"),
        ],
    )
    def test_an_error_with_a_status_of_success(self, followed, answer, detail):
        followed.database.answers |= {"/tv/12": answer, "/movie/12": answer}
        result = followed.visit()
        assert isinstance(result, NotAFeed)
        assert result.detail.startswith(detail)

    @pytest.mark.parametrize("answer", [{"page": 1}, {"success": False}, b""])
    @pytest.mark.parametrize("ids", [(), (("imdb", "tt0000013"),)])
    def test_a_search_that_answers_oddly(self, answer, ids):
        source = tmdb(show("Odd", ids=ids), SALTMARSH)
        source.database.answers |= {"/search/tv": answer, "/find/tt0000013": answer}
        result = source.visit()
        assert isinstance(result, Visited)
        assert result.trouble.startswith("Odd: no")


def test_over_the_real_way():
    with WebServer() as web:
        web.answer("/3/tv/12", Answer(body=json.dumps(series()).encode()))
        options = DatabaseOptions(watches=(SALTMARSH,), base=web.url("/3"), token="the-token")
        result = visit_live(replace(tmdb().source, options=options))
        web.answer("/3/tv/12", Answer(status=401, body=json.dumps(ERROR_401).encode()))
        refused = visit_live(replace(tmdb().source, options=options))
    assert isinstance(result, Visited)
    assert web.seen[0].headers["authorization"] == "Bearer the-token"
    assert isinstance(refused, FetchFailed)
    assert refused.reason is FetchFailure.SIGN_IN
