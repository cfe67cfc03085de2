"""A database of shows is a net under the other sources: late, never official, and silent about what is known."""

import json
from contextlib import contextmanager

from tests.acceptance.newsstand import DAY, HOUR, Newsstand, newsstand
from tests.web_server import Answer

TVMAZE = '{id: shows, type: tvmaze, base: "WEB"}'
WATCHLIST = """\
shows:
  - title: Lantern Bay
    ids: {tvmaze: 12}
"""
PAGE = "https://www.tvmaze.com/shows/12/lantern-bay"


class Shows:
    """The database with its one show."""

    def __init__(self, stand: Newsstand) -> None:
        self._stand = stand
        self._updated = 0
        self.says()

    def says(self, *, status: str = "To Be Determined", seasons: int = 2, premiere: str | None = None) -> None:
        self._updated += 1
        listed = [{"number": number, "premiereDate": f"202{number}-03-07"} for number in (1, 2)]
        listed += [{"number": number, "premiereDate": premiere} for number in range(3, seasons + 1)]
        show = {"id": 12, "url": PAGE, "name": "Lantern Bay", "status": status, "updated": self._updated}
        body = json.dumps({**show, "_embedded": {"seasons": listed, "cast": []}}).encode()
        self._stand.web.answer("/shows/12", Answer(body=body))
        self._stand.web.answer("/updates/shows", Answer(body=json.dumps({"12": self._updated}).encode()))


@contextmanager
def followed(folder, **settings):
    """A stand whose reader follows a show in papers and in the database, which has been read before."""
    with newsstand(folder, watchlist=WATCHLIST, also=TVMAZE, **settings) as stand:
        shows = Shows(stand)
        assert stand.read() == []
        yield stand, shows


def stands(stand):
    """What arrives while a change of the database stands long enough."""
    return [*stand.read(), *stand.read(later=6 * HOUR)]


def test_what_only_the_database_knows_is_told_once_and_as_reported(tmp_path):
    with followed(tmp_path) as (stand, shows):
        shows.says(seasons=3, status="Running")
        (letter,) = stands(stand)
        assert letter.subject == "Lantern Bay has been renewed for season 3"
        assert "Reported by TVmaze (aggregator)" in letter.text
        assert f"“TVmaze: Lantern Bay has a season 3” — TVmaze {PAGE}" in letter.text
        assert stand.read() == []
        stand.publish("herald", "Lantern Bay renewed for season 3")
        assert stand.read() == []
        assert stand.on_file() == {"Lantern Bay has been renewed for season 3": ["TVmaze", "herald"]}
        assert {seen.path for seen in stand.web.seen} <= {"/herald", "/shows/12", "/updates/shows"}
        told = stand.command("explain", "announcement-1")
        assert "rule tvmaze/season on “TVmaze: Lantern Bay has a season 3”" in stand.command("explain", "item-1")
        assert "(aggregator): TVmaze: Lantern Bay has a season 3" in told


def test_what_the_press_told_months_ago_is_not_told_again(tmp_path):
    with followed(tmp_path) as (stand, shows):
        stand.publish("herald", "Lantern Bay renewed for season 3")
        assert len(stand.read()) == 1
        stand.wait(300 * DAY)
        shows.says(seasons=3)
        assert stands(stand) == []
        assert stand.on_file() == {"Lantern Bay has been renewed for season 3": ["herald", "TVmaze"]}


def test_an_end_after_a_cancellation_is_the_same_news(tmp_path):
    with followed(tmp_path) as (stand, shows):
        stand.publish("herald", "Lantern Bay cancelled after two seasons")
        assert len(stand.read()) == 1
        stand.wait(60 * DAY)
        shows.says(status="Ended")
        assert stands(stand) == []
        assert len(stand.on_file()) == 1


def test_a_day_is_news_where_the_press_knew_the_year(tmp_path):
    with followed(tmp_path) as (stand, shows):
        stand.publish("herald", "Lantern Bay season 3 will premiere in 2027")
        assert len(stand.read()) == 1
        shows.says(seasons=3)
        assert [letter.subject for letter in stands(stand)] == ["Lantern Bay has been renewed for season 3"]
        shows.says(seasons=3, premiere="2027-10-07")
        (letter,) = stands(stand)
        assert "7 October 2027" in letter.text
        assert len(stand.on_file()) == 2


def test_a_day_that_differs_by_the_hour_of_midnight_is_the_same_day(tmp_path):
    """Databases count days where the network is at home; papers where their readers are."""
    with followed(tmp_path) as (stand, shows):
        shows.says(seasons=3)
        stands(stand)
        stand.publish("herald", "Lantern Bay season 3 will premiere on 8 October 2027")
        assert len(stand.read()) == 1
        shows.says(seasons=3, premiere="2027-10-07")
        assert stands(stand) == []
        shows.says(seasons=3, premiere="2027-11-07")
        (letter,) = stands(stand)
        assert "7 November 2027" in letter.text


def test_a_prank_is_never_told(tmp_path):
    with followed(tmp_path) as (stand, shows):
        shows.says(status="Ended", seasons=9)
        assert stand.read() == []
        shows.says()
        assert [stand.read(later=6 * HOUR) for _ in range(3)] == [[], [], []]


def test_it_is_read_again_by_another_configuration(tmp_path):
    with followed(tmp_path) as (stand, shows):
        shows.says(seasons=3)
        assert len(stands(stand)) == 1
        assert "no difference" in stand.command("replay", "--since", "90d").lower()
