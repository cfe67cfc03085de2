"""What entries of `group` become."""

from datetime import timedelta

from monitor.core.fallback import GroupOptions
from monitor.core.source import Adaptive, Tier
from tests.config.test_metatypes import INSTAGRAM
from tests.config.test_sourcetypes import read

ROUTES = (
    "routes: [{id: i, type: instagram, account: lanternbaytv}, "
    '{id: b, type: feed, url: "https://bridge.example/lanternbaytv?token=s3cret", lang: cy}, '
    "{id: off, type: telegram, channel: lanternbay, enabled: false}]"
)
MINUTE = timedelta(minutes=1)


def test_the_group_says_what_holds_for_its_routes() -> None:
    source = read(f"type: group, name: Lantern Bay, tier: official, max_age: 3d, lang: en, {ROUTES}", environ=INSTAGRAM)
    assert (source.url, source.every) == ("group:a", 30 * MINUTE)
    assert isinstance(source.options, GroupOptions)
    assert [
        (route.id, route.type, route.name, route.tier, route.every, route.max_age, route.lang)
        for route in source.options.routes
    ] == [
        ("i", "instagram", "Lantern Bay", Tier.OFFICIAL, 30 * MINUTE, timedelta(days=3), "en"),
        ("b", "feed", "Lantern Bay", Tier.OFFICIAL, 30 * MINUTE, timedelta(days=3), "cy"),
    ]


def test_a_group_is_polled_as_often_as_it_says_and_its_routes_bear() -> None:
    source = read(f"type: group, every: 20m, adaptive: true, {ROUTES}", environ=INSTAGRAM)
    assert source.every == 20 * MINUTE
    assert source.adaptive == Adaptive(least=15 * MINUTE, most=80 * MINUTE)


def test_another_route_does_not_make_it_another_source() -> None:
    other = ROUTES.replace("bridge.example", "mirror.example")
    sources = [read(f"type: group, {routes}", environ=INSTAGRAM) for routes in (ROUTES, other)]
    assert sources[0].url == sources[1].url
