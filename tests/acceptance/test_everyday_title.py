"""Titles that are everyday words are told only where they are meant."""

from tests.acceptance.newsstand import newsstand, subjects

WATCHLIST = """\
shows:
  - {title: You, require: [Netflix, Ida Holm]}
  - {title: From, require: [MGM+, Epix]}
"""


def test_everyday_words_are_no_titles(tmp_path):
    with newsstand(tmp_path, watchlist=WATCHLIST) as stand:
        stand.publish("herald", "Shows you love that were cancelled this week")
        stand.publish("herald", "‘Marble Road’ cancelled: what you need to know")
        stand.publish("herald", "Netflix cancels ‘Marble Road’, and you will miss it")
        stand.publish("herald", "Nora Pell departs from ‘Marble Road’ after three seasons")
        stand.publish("herald", "From page to screen: MGM+ orders ‘Marble Road’ to series")
        assert stand.read() == []


def test_with_the_required_word_they_are(tmp_path):
    """In quotation marks and with a required word it is the title; without that word it is not."""
    with newsstand(tmp_path, watchlist=WATCHLIST) as stand:
        stand.publish("herald", "‘You’ renewed for season 6")
        stand.publish("herald", "‘From’ begins filming on season 5")
        assert stand.read() == []
        stand.publish("herald", "‘You’ renewed for season 6 at Netflix", guid="you")
        stand.publish("herald", "‘From’ begins filming on season 5", guid="from", summary="MGM+ has confirmed it.")
        letters = stand.read()
        assert sorted(subjects(letters)) == [
            "From: filming has started (season 5)",
            "You has been renewed for season 6",
        ]
        assert all("Why you hear of this: you watch " in letter.text for letter in letters)
