"""What all databases share: any answer is read without an accident, and little is asked."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.fetching import Unchanged
from monitor.core.options import WikidataNumbers
from monitor.sources import tmdb, trakt, tvmaze, wikidata
from tests.sources.following import show
from tests.sources.test_tvmaze import Tvmaze, entry

READERS = {
    "updates": lambda body: tvmaze.read_updates(body, only=["12"]),
    "search": tvmaze.read_search,
    "show": tvmaze.read_show,
    "found": lambda body: tmdb.read_found(body, kind="tv", imdb="tt01"),
    "titles": lambda body: tmdb.read_search(body, kind="movie"),
    "title": lambda body: tmdb.read_title(body, kind="tv"),
    "trakt titles": lambda body: trakt.read_search(body, kind="show"),
    "trakt title": lambda body: trakt.read_title(body, kind="movie"),
    "trakt seasons": trakt.read_seasons,
    "ids": wikidata.read_search,
    "statements": wikidata.read_statements,
    "revisions": wikidata.read_revisions,
    "names": wikidata.read_names,
    "entities": lambda body: wikidata.read_entities(body, film=None, numbers=WikidataNumbers()),
    "films": lambda body: wikidata.read_entities(body, film=True, numbers=WikidataNumbers()),
}  # fmt: skip
NAMES = st.sampled_from((
    "12", "Q12", "_embedded", "air_date", "aliases", "cast", "character", "claims", "credits", "datavalue", "en",
    "entities", "episode_number", "error", "externals", "first_aired", "id", "ids", "imdb", "labels", "mainsnak", "mul",
    "name", "network", "networks", "nextepisode", "next_episode_to_air", "number", "number_of_seasons", "P161", "P31",
    "P345", "P577", "P582", "person", "precision", "qualifiers", "query", "rank", "redirects", "results", "search",
    "season", "season_number", "seasons", "show", "snaktype", "status", "success", "time", "title", "trakt", "tv_results",
    "updated", "value",
))  # fmt: skip
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12) | st.just("value")
)
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5))


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
@given(value=JSON | st.dictionaries(NAMES, JSON, max_size=8), cut=st.integers(0, 3))
def test_any_answer_is_read(read, value, cut):
    body = json.dumps(value).encode()
    read(body[: len(body) - cut])


def test_fifty_shows_cost_one_request_an_hour():
    watches = [show(f"Show {number}", ids=(("tvmaze", str(number)),)) for number in range(1, 51)]
    source = Tvmaze(*watches, shows=[entry(number, f"Show {number}") for number in range(1, 51)])
    source.visit()
    assert len(source.database.paths()) == 50
    assert [isinstance(source.visit(), Unchanged) for _ in range(24)] == [True] * 24
    assert source.database.paths() == ["/updates/shows"] * 24
    source.put(entry(7, "Show 7", updated=101, status="Ended"))
    source.visit()
    assert source.database.paths() == ["/updates/shows", "/shows/7"]
    assert len(json.dumps(source.state.memory)) < 50_000


def test_a_long_watchlist_is_looked_up_in_visits_that_follow_soon():
    names = [f"Harbour {number}" for number in range(1, 41)]
    shows = [entry(number, name) for number, name in enumerate(names, 1)]
    source = Tvmaze(*map(show, names), shows=shows)
    visits = [source.visit(hours=0.1) for _ in range(3)]
    assert [visit.more for visit in visits] == [True, True, False]
    assert source.database.paths().count("/search/shows") == len(names)
