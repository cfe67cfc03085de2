"""What the entries of searches become."""

from datetime import timedelta

from monitor.core.options import SearchOptions
from monitor.core.searching import as_written, wanted
from monitor.core.source import Tier
from monitor.core.watchlist import Watch, WatchType
from tests.config.test_sourcetypes import read

WATCHES = [Watch(id="harbour", type=WatchType.SHOW, title="Harbour")]


def test_searches_follow_the_watchlist_and_stay_the_same_source() -> None:
    source = read("type: bing-news, market: de-DE, newest_first: false", watches=WATCHES)
    assert (
        source.url
        == "https://www.bing.com/news/search?format=rss&mkt=de-DE"
        == read("type: bing-news, market: de-DE").url
    )
    assert (source.tier, source.every) == (Tier.AGGREGATOR, timedelta(minutes=30))
    made = wanted(WATCHES, lang="de", screen_words=True)
    assert source.options == SearchOptions(wanted=made, market="de-DE", newest_first=False)
    source = read("type: google-news, terms: accepted", watches=WATCHES)
    assert source.url == "https://news.google.com/rss/search?hl=en-US"
    assert source.options == SearchOptions(wanted=wanted(WATCHES, lang="en", screen_words=True), market="en-US")
    source = read("type: gdelt, languages: [en, de]", watches=WATCHES)
    assert source.url == "https://api.gdeltproject.org/api/v2/doc/doc"
    made = wanted(WATCHES, lang="en", screen_words=False)
    assert source.options == SearchOptions(wanted=made, languages=("en", "de"))


def test_a_query_of_ones_own_is_another_source() -> None:
    query = "harbour filming"
    for line in ("type: bing-news", "type: google-news, terms: accepted", "type: gdelt"):
        source = read(f'{line}, query: "{query}", base: "http://proxy.local/"', watches=WATCHES)
        assert source.url.endswith("=harbour%20filming")
        assert isinstance(source.options, SearchOptions)
        assert source.options.wanted == (as_written(query),)
