"""A show under its working title, and a sequel that was named later: the watchlist's aliases hold them together."""

from tests.acceptance.newsstand import DAY, newsstand, subjects

WATCHLIST = """\
shows:
  - {title: Lantern Bay, aliases: [Project Gull, Die Laternenbucht]}
films:
  - {title: "Iron Tide: The Deep", aliases: [Iron Tide 3]}
"""
OUTLETS = {"herald": "press", "reel": "trade"}


def test_the_working_title_is_the_show(tmp_path):
    with newsstand(tmp_path, outlets=OUTLETS, watchlist=WATCHLIST) as stand:
        stand.publish("reel", "‘Project Gull’ Renewed For Season 3")
        assert subjects(stand.read()) == ["Lantern Bay has been renewed for season 3"]
        stand.publish("herald", "Lantern Bay is renewed for a third season")
        assert stand.read() == []
        assert list(stand.on_file().values()) == [["reel", "herald"]]


def test_the_sequel_by_number_and_by_name(tmp_path):
    """Weeks after "Iron Tide 3" began filming it has a name, under which that is repeated: no news. A new date is."""
    with newsstand(tmp_path, outlets=OUTLETS, watchlist=WATCHLIST) as stand:
        stand.publish("reel", "‘Iron Tide 3’ Begins Filming In Malta")
        assert subjects(stand.read()) == ["Iron Tide: The Deep: filming has started"]
        stand.wait(20 * DAY)
        stand.publish("herald", "‘Iron Tide: The Deep’ has started filming")
        assert stand.read() == []
        stand.publish("herald", "‘Iron Tide: The Deep’ to be released on 14 May 2027")
        assert subjects(stand.read()) == ["Iron Tide: The Deep is coming on 14 May 2027"]
        stand.publish("reel", "‘Iron Tide 3’ Sets May 14, 2027 Release Date")
        assert stand.read() == []
