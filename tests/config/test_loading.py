"""What valid files become."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from monitor.config import ConfigError, load, load_watchlist
from monitor.core.announcement import Standing
from monitor.core.report import Kind
from monitor.core.routing import Digest, Flood, Mute, MuteScope, QuietHours, Route
from monitor.core.setup import Setup
from monitor.core.source import BasicAuth, Tier
from monitor.core.watchlist import Watch, WatchType

DATA = Path(__file__).resolve().parents[1] / "data" / "config"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def setup() -> Setup:
    return load(DATA / "good", environ={"FEED_KEY": "k3y", "MAIL_URL": "mailtos://me:pw@mail.example"})


def test_a_show_with_everything(setup: Setup) -> None:
    assert setup.watches[0] == Watch(
        id="heartstopper",
        type=WatchType.SHOW,
        title="Heartstopper",
        cast=("Kit Connor", "Joe Locke"),
        accounts=(("instagram", "netflixuk"), ("instagram", "heartstoppertv"), ("x", "netflix")),
        kinds=frozenset({Kind.RENEWAL, Kind.FILMING_START}),
    )


def test_text_is_what_was_written(setup: Setup) -> None:
    """Titles that YAML would read as numbers, dates, times or no are titles, and ids are made from them."""
    assert {watch.id: watch.title for watch in setup.watches[1:]} == {
        "no": "NO",
        "1923": "1923",
        "24": "24",
        "007": "007",
        "1e3": "1e3",
        "12-30": "12:30",
        "nbsp": "No Break",
        "2024-01-31": "2024-01-31",
        "dune-part-three": "Dune: Part Three",
        "alive": "#Alive",
        "lete-and-the-strasse": "L'Été & the Straße",
        "a-title-in-two-lines": "A title in two lines",
        "own-id": "Merged",
        "beyonce": "Beyoncé",
        "casting-calls-wales": "casting-calls-wales",
    }
    assert setup.watches[1].aliases == ("Yes", "off", "~no~", "null")


def test_what_databases_know_a_title_by(setup: Setup) -> None:
    ids = {"tvmaze": "82", "tmdb": "1399", "imdb": "tt0944947", "wikidata": "Q23572", "trakt": "no-break"}
    assert dict(next(watch for watch in setup.watches if watch.id == "nbsp").ids) == ids


def test_aliases_and_merge_keys_are_followed(setup: Setup) -> None:
    by_id = {watch.id: watch for watch in setup.watches}
    assert by_id["no"].cast == ("Kit Connor", "Joe Locke")
    assert by_id["own-id"].kinds == by_id["heartstopper"].kinds


def test_kinds_left_out_are_all_kinds(setup: Setup) -> None:
    assert setup.watches[1].kinds == frozenset(Kind)


def test_types_of_watches(setup: Setup) -> None:
    types = {watch.id: watch.type for watch in setup.watches}
    assert (types["beyonce"], types["casting-calls-wales"]) == (WatchType.PERSON, WatchType.TOPIC)


def test_sources_take_what_they_leave_out_from_the_defaults(setup: Setup) -> None:
    """And a disabled source is not there."""
    assert [(source.id, source.every, source.max_age) for source in setup.sources] == [
        ("variety", timedelta(minutes=30), timedelta(days=7)),
        ("members", timedelta(hours=1), timedelta(days=2)),
    ]


def test_secrets_are_filled_in_and_numbers_kept_as_written(setup: Setup) -> None:
    variety, members = setup.sources
    assert (variety.tier, variety.lang, variety.publisher) == (Tier.TRADE, "no", "Variety")
    assert members.tier is Tier.PRESS
    assert members.url == "https://members.example/feed?key=k3y&price=${5}"
    assert members.headers == (("X-Api-Key", "k3y"), ("X-Number", "0123"))
    assert members.auth == BasicAuth(user="me", password="0815")
    assert members.proxy == "http://user:k3y@proxy.example:3128"


def test_the_policy(setup: Setup) -> None:
    policy = setup.policy
    assert policy.routes == (
        Route(
            receivers=("me",),
            kinds=frozenset({Kind.RENEWAL}),
            watches=frozenset({"24", "own-id"}),
            standing=Standing.REPORTED,
        ),
        Route(receivers=("screen",), tiers=frozenset({Tier.OFFICIAL}), digest=Digest(at=time(8))),
    )
    assert policy.quiet == QuietHours(start=time(23), end=time(7), urgent=frozenset({Kind.CASTING_CALL}))
    assert policy.flood == Flood(limit=5, per=timedelta(hours=1))
    assert policy.incidents == ("me",)


def test_mutes_end_in_local_time(setup: Setup) -> None:
    """London is an hour ahead of UTC in July and not in January."""
    assert setup.policy.mutes == (
        Mute(scope=MuteScope.WATCH, target="heartstopper", until=datetime(2027, 6, 30, 23, tzinfo=UTC)),
        Mute(scope=MuteScope.SOURCE, target="asleep", until=datetime(2027, 1, 31, 18, tzinfo=UTC)),
        Mute(scope=MuteScope.KIND, target="trailer", until=None),
    )


def test_what_the_smallest_files_mean() -> None:
    """No rules file; everything goes to every receiver at once; all receivers hear of trouble."""
    setup = load(DATA / "plain", environ={})
    assert setup.policy.routes == (Route(receivers=("me",)),)
    assert setup.policy.incidents == ("me",)
    assert (setup.policy.timezone, setup.policy.quiet, setup.policy.mutes) == ("UTC", None, ())
    assert (setup.rules, setup.disabled_rules) == ((), frozenset())


def test_the_configuration_of_the_repository_loads() -> None:
    setup = load(ROOT / "config", environ={})
    assert [receiver.url for receiver in setup.policy.receivers] == ["console://"]


def test_problems_of_all_files_come_at_once(tmp_path: Path) -> None:
    (tmp_path / "watchlist.yaml").write_text("shows:\n- titel: Dune\n")
    (tmp_path / "sources.yaml").write_text("sources:\n- {id: A, type: feed}\n")
    (tmp_path / "alerts.yaml").write_text("\t")
    (tmp_path / "rules.yaml").write_text("rules: 1")
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, environ={})
    told = [(problem.place.file.name, problem.place.line, problem.key) for problem in caught.value.problems]
    assert told == [
        ("alerts.yaml", 1, ""),
        ("rules.yaml", 1, "rules"),
        ("sources.yaml", 2, "sources[0]"),
        ("sources.yaml", 2, "sources[0].id"),
        ("watchlist.yaml", 2, "shows[0]"),
        ("watchlist.yaml", 2, "shows[0].titel"),
    ]


def test_a_watchlist_on_its_own(tmp_path: Path) -> None:
    file = tmp_path / "any-name.yaml"
    file.write_text("shows: [{title: Dune}]\n")
    assert [watch.id for watch in load_watchlist(file)] == ["dune"]
    file.write_text("shows: [{title: Dune}, {title: Dune}]\n")
    with pytest.raises(ConfigError, match="the id"):
        load_watchlist(file)


def test_without_routes_a_fallback_hears_only_what_others_do_not_take(tmp_path):
    (tmp_path / "watchlist.yaml").write_text("shows: [{title: Lantern Bay}]\n")
    (tmp_path / "sources.yaml").write_text("sources: [{id: a, type: feed, url: 'https://a.example/feed'}]\n")
    (tmp_path / "alerts.yaml").write_text(
        "receivers: [{id: me, url: 'console://', fallback: phone}, {id: phone, url: 'console://'}]\n"
    )
    loaded = load(tmp_path, environ={}).policy
    assert [route.receivers for route in loaded.routes] == [("me",)]
    assert loaded.receivers[0].fallback == "phone"
