"""TVmaze: finding the watched shows once, and telling what changed of them."""

import json
from dataclasses import replace

import pytest

from monitor.core.fetching import FetchFailed, FetchFailure, NotAFeed, NotModified, Unchanged, Visited
from monitor.core.options import DatabaseOptions
from monitor.core.source import Tier, Validators
from tests.sources.following import BUSY, GONE, NOW, Follower, claimed, film, show
from tests.sources.live import visit_live
from tests.web_server import Answer, WebServer

BASE = "https://api.tvmaze.com"
SALTMARSH = show("Saltmarsh", ids=(("tvmaze", "12"),))


def season(number, premiere=None):
    return {"id": 900 + number, "number": number, "name": "", "premiereDate": premiere, "endDate": None}


def performer(number, name, role=None, *, self=False):
    person = {"id": number, "url": f"https://www.tvmaze.com/people/{number}/x", "name": name}
    return {"person": person, "character": {"id": number, "name": role or name}, "self": self, "voice": False}


def entry(number=12, name="Saltmarsh", **fields):
    """A show as TVmaze writes it, with what is embedded on request."""
    embedded = {
        "seasons": fields.pop("seasons", [season(1, "2024-03-07"), season(2, "2025-03-07")]),
        "cast": fields.pop("cast", [performer(7, "Ida Holm", "Nell")]),
    }
    if following := fields.pop("nextepisode", None):
        embedded["nextepisode"] = following
    return {
        "id": number, "url": f"https://www.tvmaze.com/shows/{number}/x", "name": name, "type": "Scripted",
        "language": "English", "status": "To Be Determined", "premiered": "2024-03-07", "ended": None,
        "officialSite": "https://saltmarsh.example", "network": {"id": 3, "name": "Channel 9", "country": None},
        "webChannel": None, "externals": {"tvrage": None, "thetvdb": None, "imdb": "tt0000012"},
        "summary": "<p>Mud.</p>", "updated": 100, "_embedded": embedded,
    } | fields  # fmt: skip


class Tvmaze(Follower):
    """Its shows, whose updates are listed by themselves."""

    def __init__(self, *watches, shows=()):
        super().__init__("tvmaze", BASE, *watches)
        self.shows = {}
        self.put(*(shows or [entry()]))
        self.database.answers["/updates/shows"] = lambda query: {
            str(one["id"]): one["updated"] for one in self.shows.values()
        }
        self.database.answers["/search/shows"] = lambda query: [
            {"score": 0.9, "show": {key: value for key, value in one.items() if key != "_embedded"}}
            for one in self.shows.values()
        ]

    def put(self, *shows):
        for one in shows:
            self.shows[one["id"]] = one
            self.database.answers[f"/shows/{one['id']}"] = one

    def edit(self, **fields):
        self.put(entry(updated=self.shows[12]["updated"] + 1, **fields))


@pytest.fixture
def tvmaze():
    """A source that has been there before."""
    source = Tvmaze(SALTMARSH)
    assert source.items() == []
    return source


def test_the_first_look_at_a_show_is_silent_and_ends_the_baseline():
    source = Tvmaze(SALTMARSH)
    first = source.visit()
    assert isinstance(first, Visited)
    assert (first.parsed.items, first.trouble) == ((), "")
    assert source.state.baseline_at == source.now
    assert source.database.paths() == ["/shows/12"]


def test_nothing_is_read_while_nothing_changes(tvmaze):
    tvmaze.database.paths()
    result = tvmaze.visit()
    assert isinstance(result, Unchanged)
    assert result.detail == "1 title followed, no change"
    assert tvmaze.database.paths() == ["/updates/shows"]


def test_a_season_is_told_once_it_has_stood(tvmaze):
    seasons = [season(1, "2024-03-07"), season(2, "2025-03-07"), season(3)]
    tvmaze.edit(seasons=seasons, status="Running")
    status, new = tvmaze.news()
    assert status.title == "TVmaze: the status of Saltmarsh changed from To Be Determined to Running"
    assert status.claims == ()
    assert new.title == "TVmaze: Saltmarsh has a season 3"
    assert claimed(new) == [("tvmaze/season", "renewal", (3,), (), ())]
    assert (new.url, new.publisher) == ("https://www.tvmaze.com/shows/12/x", "TVmaze")
    assert (new.published, new.summary) == (tvmaze.now, "Data from TVmaze, CC BY-SA")
    assert (new.guid, status.guid) == ("tvmaze:12:season:3", "tvmaze:12:status:Running@3")
    assert isinstance(tvmaze.visit(hours=12), Unchanged)


def test_it_is_told_under_the_name_that_the_user_gave(tvmaze):
    tvmaze.source = replace(tvmaze.source, name="The show database")
    tvmaze.edit(status="Running")
    assert [item.publisher for item in tvmaze.news()] == ["The show database"]


def test_a_renewal_by_status_is_not_told_again_by_its_season(tvmaze):
    tvmaze.edit(status="Running")
    (status,) = tvmaze.news()
    assert claimed(status) == [("tvmaze/status", "renewal", (), (), ())]
    tvmaze.edit(status="Running", seasons=[season(1), season(2), season(3, "2027-10-07")])
    (new,) = tvmaze.news()
    assert claimed(new) == [("tvmaze/season", "release_date", (3,), ("2027-10-07",), ())]


def test_what_is_undone_within_hours_is_never_told(tvmaze):
    tvmaze.edit(status="Ended", cast=[performer(666, "A Prankster")])
    assert tvmaze.items() == []
    tvmaze.edit()
    assert [tvmaze.items(hours=3) for _ in range(4)] == [[]] * 4


def test_a_change_that_waits_is_looked_at_although_nothing_else_changes(tvmaze):
    tvmaze.edit(status="Ended")
    assert tvmaze.items() == []
    tvmaze.database.paths()
    assert tvmaze.items(hours=3) == []
    assert tvmaze.database.paths() == ["/updates/shows"]
    (ended,) = tvmaze.items(hours=3)
    assert claimed(ended) == [("tvmaze/status", "ending", (), (), ())]


def test_an_end_is_no_cancellation(tvmaze):
    """TVmaze has no word for one."""
    tvmaze.edit(status="Ended")
    assert claimed(tvmaze.news()[0])[0][1] == "ending"


def test_the_first_episode_that_is_listed_dates_its_season(tvmaze):
    seasons = [season(1, "2024-03-07"), season(2, "2025-03-07"), season(3)]
    tvmaze.edit(seasons=seasons)
    tvmaze.news()
    tvmaze.edit(seasons=seasons, nextepisode={"id": 1, "season": 3, "number": 2, "airdate": "2027-10-14"})
    assert tvmaze.news() == []
    tvmaze.edit(seasons=seasons, nextepisode={"id": 1, "season": 3, "number": 1, "airdate": "2027-10-07"})
    (dated,) = tvmaze.news()
    assert dated.title == "TVmaze: season 3 of Saltmarsh starts on 7 October 2027"
    assert claimed(dated) == [("tvmaze/date", "release_date", (3,), ("2027-10-07",), ())]


def test_new_faces_of_the_main_cast_are_told_together(tvmaze):
    cast = [performer(7, "Ida Holm", "Nell"), performer(8, "Bo Field", "Tam"), performer(9, "Cal Reed", self=True)]
    tvmaze.edit(cast=[*cast, performer(8, "Bo Field", "Tam's twin")])
    (joined,) = tvmaze.news()
    assert joined.title == "TVmaze: the main cast of Saltmarsh lists Bo Field as Tam and Cal Reed"
    assert claimed(joined) == [("tvmaze/cast", "casting", (), (), ("Bo Field", "Cal Reed"))]


def test_a_network_and_a_site_are_told_without_a_claim(tvmaze):
    tvmaze.edit(
        network=None, webChannel={"id": 1, "name": "Streamer", "country": None}, officialSite="https://salt.example"
    )
    assert [(item.title, item.claims) for item in tvmaze.news()] == [
        ("TVmaze: the network of Saltmarsh is Streamer", ()),
        ("TVmaze: the official site of Saltmarsh is https://salt.example", ()),
    ]


def test_trivia_moves_the_stamp_and_tells_nothing(tvmaze):
    tvmaze.edit(summary="<p>More mud.</p>", rating={"average": 9.9}, weight=3)
    assert tvmaze.news() == []


def test_a_show_watched_in_month_six_begins_silently(tvmaze):
    tvmaze.put(entry(13, "Fenland", status="Running", updated=5))
    tvmaze.watch(SALTMARSH, show("Fenland"))
    result = tvmaze.visit(hours=24 * 180)
    assert isinstance(result, Unchanged)
    tvmaze.put(entry(13, "Fenland", status="Ended", updated=6))
    (ended,) = tvmaze.news()
    assert ended.title == "TVmaze: the status of Fenland changed from Running to Ended"


def test_what_is_no_longer_watched_is_forgotten(tvmaze):
    tvmaze.watch()
    tvmaze.visit()
    assert tvmaze.state.memory["titles"] == {}
    tvmaze.edit(status="Ended")
    tvmaze.watch(SALTMARSH)
    assert tvmaze.news() == []


def test_films_are_not_followed():
    source = Tvmaze(film("Saltmarsh"))
    assert isinstance(source.visit(), Visited)
    assert source.database.paths() == []


class TestFinding:
    def test_a_title_is_searched_once(self):
        source = Tvmaze(show("Saltmarsh"))
        source.visit()
        assert source.database.paths() == ["/search/shows", "/shows/12"]
        source.visit()
        assert source.database.paths() == ["/updates/shows"]

    def test_the_id_at_imdb_is_looked_up(self):
        source = Tvmaze(show("Anything", ids=(("imdb", "tt0000012"),)))
        source.database.answers["/lookup/shows"] = entry()
        source.visit()
        assert source.database.asked[0].url == f"{BASE}/lookup/shows?imdb=tt0000012"
        assert source.state.memory["titles"]["anything"]["id"] == "12"

    def test_an_id_that_imdb_does_not_know_is_trouble(self):
        source = Tvmaze(show("Saltmarsh", ids=(("imdb", "tt0000099"),)))
        result = source.visit()
        assert isinstance(result, Visited)
        assert result.trouble == "Saltmarsh: no entry has the id tt0000099 of IMDb"

    def test_one_of_several_is_never_guessed(self):
        source = Tvmaze(show("Saltmarsh"), shows=(entry(), entry(44, premiered="1998-05-01")))
        result = source.visit()
        assert isinstance(result, Visited)
        assert result.trouble == (
            "Saltmarsh: several entries are called so, name one under ids: Saltmarsh (2024, id 12), Saltmarsh (1998, id 44)"
        )
        source.database.paths()
        again = source.visit()
        assert isinstance(again, Visited)
        assert again.trouble == result.trouble
        assert source.database.paths() == []
        source.visit(hours=24 * 7)
        assert source.database.paths() == ["/search/shows"]

    def test_the_cast_tells_which_it_is(self):
        other = entry(44, cast=[performer(70, "Cal Reed")])
        source = Tvmaze(show("Saltmarsh", cast=("Ida Holm",)), shows=(other, entry()))
        result = source.visit()
        assert isinstance(result, Visited)
        assert result.trouble == ""
        assert source.state.memory["titles"]["saltmarsh"]["id"] == "12"

    def test_where_one_of_several_cannot_be_read_nothing_is_chosen(self):
        other = entry(44, cast=[performer(70, "Cal Reed")])
        source = Tvmaze(show("Saltmarsh", cast=("Ida Holm",)), shows=(other, entry()))
        source.database.answers["/shows/44"] = b"<html><title>Busy</title></html>"
        assert source.visit().trouble.startswith("Saltmarsh: not found: TVmaze answers with something else than JSON")
        source.put(other)
        assert isinstance(source.visit(hours=25), Unchanged)

    def test_one_of_very_many_is_not_looked_for(self):
        source = Tvmaze(show("Saltmarsh", cast=("Ida Holm",)), shows=[entry(number) for number in range(1, 11)])
        assert source.visit().trouble.startswith("Saltmarsh: several entries are called so")
        assert source.database.paths() == ["/search/shows"]

    def test_what_the_user_adds_is_tried_at_once_and_loses_nothing_known(self):
        source = Tvmaze(show("Saltmarsh"))
        source.visit()
        source.edit(status="Ended")
        source.visit()
        source.watch(show("Saltmarsh", aliases=("Marais salant",)))
        (ended,) = source.items(hours=6)
        assert ended.title.endswith("to Ended")

    def test_a_lookup_that_fails_takes_away_nothing_known(self):
        source = Tvmaze(show("Saltmarsh"))
        source.visit()
        source.edit(status="Ended")
        source.visit()
        search = source.database.answers["/search/shows"]
        source.database.answers["/search/shows"] = b"<html><title>Busy</title></html>"
        source.watch(show("Saltmarsh", aliases=("Marais salant",)))
        assert source.visit().trouble.startswith("Saltmarsh: not looked up anew: TVmaze answers with something else")
        source.database.answers["/search/shows"] = search
        (ended,) = source.items(hours=6)
        assert ended.title.endswith("to Ended")
        assert isinstance(source.visit(), Unchanged)

    def test_another_id_is_another_entry(self, tvmaze):
        tvmaze.put(entry(44, status="Running"))
        tvmaze.watch(show("Saltmarsh", ids=(("tvmaze", "44"),)))
        assert tvmaze.items() == []
        assert tvmaze.news() == []

    def test_many_titles_are_found_in_several_visits(self):
        watches = [show(f"Show {number}") for number in range(20)]
        source = Tvmaze(*watches, shows=[entry(number + 1, f"Show {number}") for number in range(20)])
        source.visit()
        assert source.database.paths().count("/search/shows") == 15
        source.visit()
        assert source.database.paths().count("/search/shows") == 5

    @pytest.mark.parametrize(
        ("answer", "detail"),
        [
            (
                b"<html><title>Just a moment...</title></html>",
                "TVmaze answers with something else than JSON: an HTML page",
            ),
            ({"name": "Bad"}, "TVmaze answers with no list of shows"),
            (FetchFailed(reason=FetchFailure.UNEXPECTED_STATUS, detail="HTTP 400", status=400), "HTTP 400"),
        ],
    )
    def test_a_search_that_fails_by_itself_holds_up_nobody(self, answer, detail):
        source = Tvmaze(show("Odd"), SALTMARSH)
        source.database.answers["/search/shows"] = answer
        result = source.visit()
        assert isinstance(result, Visited)
        assert result.trouble.startswith(f"Odd: not found: {detail}")
        assert source.database.paths() == ["/search/shows", "/shows/12"]
        source.visit(hours=23)
        assert "/search/shows" not in source.database.paths()
        source.visit()
        assert "/search/shows" in source.database.paths()


class TestTrouble:
    def test_what_was_learned_before_a_429_is_kept(self):
        second = show("Fenland", ids=(("tvmaze", "13"),))
        source = Tvmaze(SALTMARSH, second, shows=(entry(), entry(13, "Fenland")))
        source.database.answers["/shows/13"] = BUSY
        result = source.visit()
        assert isinstance(result, FetchFailed)
        assert (result.reason, result.retry_after) == (FetchFailure.RATE_LIMITED, BUSY.retry_after)
        source.put(entry(13, "Fenland"))
        source.database.paths()
        assert isinstance(source.visit(), Visited)
        assert source.database.paths() == ["/shows/13", "/shows/12"]  # what was never read comes first

    def test_news_found_before_a_429_is_told(self, tvmaze):
        tvmaze.put(entry(13, "Fenland"))
        tvmaze.edit(status="Ended")
        tvmaze.visit()
        tvmaze.watch(SALTMARSH, show("Fenland", ids=(("tvmaze", "13"),)))
        tvmaze.visit()
        tvmaze.put(entry(13, "Fenland", updated=101))
        tvmaze.visit(hours=4)
        tvmaze.database.answers["/shows/13"] = BUSY
        tvmaze.shows[13]["updated"] = 102
        result = tvmaze.visit()
        assert isinstance(result, Visited)
        assert (len(result.parsed.items), result.trouble) == (1, "HTTP 429")

    def test_nothing_is_told_while_the_first_visit_has_not_ended(self):
        """What the first poll brings is silent: news in it would be lost."""
        second = show("Fenland", ids=(("tvmaze", "13"),))
        source = Tvmaze(SALTMARSH, second)
        source.database.answers["/shows/13"] = BUSY
        source.visit()
        source.edit(status="Ended")
        source.visit()
        source.put(entry(13, "Fenland"))
        assert source.items(hours=12) == []
        assert source.state.baseline_at is not None
        (ended,) = source.items(hours=6)
        assert ended.title.endswith("to Ended")

    def test_a_show_that_is_gone_is_looked_up_again(self):
        source = Tvmaze(show("Saltmarsh"))
        source.visit()
        source.put(entry(15))
        del source.shows[12]
        source.database.answers["/updates/shows"] = {"12": 999}
        source.database.answers["/shows/12"] = GONE
        result = source.visit()
        assert isinstance(result, Visited)
        assert result.trouble == "Saltmarsh: the entry 12 is gone"
        assert isinstance(source.visit(), Unchanged)
        assert source.state.memory["titles"]["saltmarsh"]["id"] == "15"

    def test_a_show_that_is_gone_though_the_user_names_it_stays_trouble(self, tvmaze):
        tvmaze.database.answers["/updates/shows"] = {"12": 999}
        tvmaze.database.answers["/shows/12"] = GONE
        result = tvmaze.visit()
        assert isinstance(result, Visited)
        assert result.trouble == "Saltmarsh: the entry 12 is gone; correct its id in the watchlist"

    def test_a_show_that_was_merged_begins_silently(self, tvmaze):
        tvmaze.edit()
        tvmaze.database.answers["/shows/12"] = entry(15, status="Running", cast=[])
        assert tvmaze.news() == []
        assert tvmaze.state.memory["titles"]["saltmarsh"]["id"] == "15"
        tvmaze.put(entry(15, status="Ended", cast=[], updated=900))
        tvmaze.visit()
        tvmaze.watch(replace(SALTMARSH, aliases=("Marais salant",)))  # the id in the watchlist is still the old one
        assert len(tvmaze.items(hours=6)) == 1

    @pytest.mark.parametrize(
        "answer", [b"<html><title>Maintenance</title></html>", [], {"name": "Not Found", "status": 404}, {"id": "12"}]
    )
    def test_a_show_that_cannot_be_read_does_not_change(self, tvmaze, answer):
        tvmaze.put(entry(13, "Fenland"))
        tvmaze.watch(SALTMARSH, show("Fenland", ids=(("tvmaze", "13"),)))
        tvmaze.edit(status="Ended")
        tvmaze.database.answers["/shows/12"] = answer
        result = tvmaze.visit()
        assert isinstance(result, Visited)
        assert result.trouble.startswith("Saltmarsh not read: TVmaze answers with ")
        tvmaze.put(tvmaze.shows[12])
        assert claimed(tvmaze.news()[0])[0][1] == "ending"

    def test_where_no_show_can_be_read_it_is_no_database(self):
        source = Tvmaze(SALTMARSH)
        source.database.answers["/shows/12"] = b"<html><title>Maintenance</title></html>"
        result = source.visit()
        assert isinstance(result, NotAFeed)
        assert "an HTML page titled “Maintenance”" in result.detail

    def test_an_answer_that_nothing_has_changed_to_a_plain_question_is_none(self):
        source = Tvmaze(SALTMARSH)
        source.database.answers["/shows/12"] = NotModified(validators=Validators())
        result = source.visit()
        assert (result.reason, result.detail) == (
            FetchFailure.UNEXPECTED_STATUS,
            "api.tvmaze.com answers 304 to a plain request",
        )

    @pytest.mark.parametrize("answer", [b"<html>", {"12": "yesterday"}, [1]])
    def test_a_list_of_updates_that_is_none_is_no_news(self, tvmaze, answer):
        tvmaze.database.answers["/updates/shows"] = answer
        assert isinstance(tvmaze.visit(), NotAFeed)

    def test_after_an_absence_a_longer_list_is_asked_for_and_after_a_long_one_every_show(self, tvmaze):
        for hours, query in ((20, "since=day"), (50, "since=week"), (24 * 20, "since=month")):
            tvmaze.database.asked.clear()
            tvmaze.visit(hours=hours)
            assert tvmaze.database.asked[0].url.endswith(query)
        tvmaze.database.paths()
        tvmaze.visit(hours=24 * 40)
        assert tvmaze.database.paths() == ["/shows/12"]

    def test_a_look_that_an_edge_answered_with_an_older_entry_is_repeated(self, tvmaze):
        tvmaze.database.answers["/updates/shows"] = {"12": 500}
        tvmaze.database.paths()
        tvmaze.visit()
        tvmaze.visit()
        assert tvmaze.database.paths() == ["/updates/shows", "/shows/12"] * 2


def test_requests_are_spaced_and_go_to_a_private_server_only_where_the_user_named_it(tvmaze):
    assert {(one.spacing.total_seconds(), one.trusted_host) for one in tvmaze.database.asked} == {(0.5, None)}


def test_over_the_real_way():
    with WebServer() as web:
        web.answer("/shows/12", Answer(body=json.dumps(entry()).encode()))
        options = DatabaseOptions(watches=(SALTMARSH,), base=web.url(""))
        source = replace(Tvmaze(SALTMARSH).source, url=web.url(""), options=options, tier=Tier.AGGREGATOR)
        result = visit_live(source, now=NOW)
    assert isinstance(result, Visited)
    assert result.memory is not None
    assert result.memory["titles"]["saltmarsh"]["known"]["seasons"] == {"1": "2024-03-07", "2": "2025-03-07"}
    assert web.seen[0].target == "/shows/12?embed%5B%5D=cast&embed%5B%5D=seasons&embed%5B%5D=nextepisode"
