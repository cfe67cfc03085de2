"""The same news in English and in German is one announcement, whichever comes first."""

import pytest

from monitor.core.text import quote
from tests.acceptance.newsstand import newsstand, subjects

OUTLETS = {"herald": "press", "bote": "press"}
RENEWED = (
    "Lantern Bay renewed for season 3 at Harbour TV",
    "„Lantern Bay“: Harbour TV verlängert die Serie um eine dritte Staffel",
)
CANCELLED = ("The Glass Ferry cancelled after one season", "„The Glass Ferry“ wird nach nur einer Staffel abgesetzt")


@pytest.mark.parametrize("first", [0, 1], ids=["English first", "German first"])
@pytest.mark.parametrize(
    ("told", "subject"),
    [
        (RENEWED, "Lantern Bay has been renewed for season 3"),
        (CANCELLED, "The Glass Ferry has been cancelled"),
    ],
    ids=["renewal", "cancellation"],
)
def test_one_announcement_in_two_languages(tmp_path, told, subject, first):
    order = (("herald", told[0]), ("bote", told[1]))
    with newsstand(tmp_path, outlets=OUTLETS) as stand:
        outlet, headline = order[first]
        stand.publish(outlet, headline)
        (letter,) = stand.read()
        assert letter.subject == subject
        assert quote(headline) in letter.text, "quoted in its own language"
        other, headline = order[1 - first]
        stand.publish(other, headline)
        assert stand.read() == []
        assert stand.on_file() == {subject: [outlet, other]}


def test_a_german_denial_of_english_news(tmp_path):
    with newsstand(tmp_path, outlets=OUTLETS) as stand:
        stand.publish("herald", CANCELLED[0])
        assert subjects(stand.read()) == ["The Glass Ferry has been cancelled"]
        stand.publish("bote", "„The Glass Ferry“ wird doch nicht abgesetzt, sagt Harbour TV")
        assert subjects(stand.read()) == ["Update: denied: The Glass Ferry has been cancelled"]
