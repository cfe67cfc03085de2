import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.text import clean_line, clean_text, fold, fold_with_offsets, quote

FOLDED = [
    ("", ""),
    ("  Castle\n Rock\t", "castle rock"),
    ("Beyoncé", "beyonce"),
    ("Beyonce\u0301", "beyonce"),
    ("STRASSE Straße", "strasse strasse"),
    ("Łódź Søren Æon Œuvre Þór", "lodz soren aeon oeuvre thor"),
    ("İstanbul ılık", "istanbul ilik"),
    ("“It’s” – «that»…", '"it\'s" - "that"...'),
    ("ﬁlm ①", "film 1"),
    ("non\u00a0breaking", "non breaking"),
    ("Net\u200bflix\u202e\x00", "netflix"),
    ("ÅNGSTRÖM ℌ", "angstrom h"),
    ("ПРИВЕТ Ёлка", "привет елка"),
    ("東京", "東京"),
]


@pytest.mark.parametrize(("text", "folded"), FOLDED)
def test_fold(text, folded):
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_both_ways_of_folding_agree(text):
    folded, offsets = fold_with_offsets(text)
    assert folded == fold(text)
    assert len(offsets) == len(folded) + 1
    assert list(offsets) == sorted(offsets)
    assert offsets[-1] <= len(text)


@pytest.mark.parametrize(
    ("text", "found", "original"),
    [
        ("  The  Séance — again ", "seance", "Séance"),
        ("The Se\u0301ance\u0301", "seance", "Se\u0301ance\u0301"),
        ("a Straße b", "strasse", "Straße"),
        ("a new ﬁlm", "film", "ﬁlm"),
        ("wait… now", "wait...", "wait…"),
        ("end  ", "end", "end"),
    ],
)
def test_a_span_of_the_folded_text_leads_to_the_original(text, found, original):
    folded, offsets = fold_with_offsets(text)
    start = folded.index(found)
    assert text[offsets[start] : offsets[start + len(found)]] == original


LINES = [
    ("a\x00b\x1b[31m \u202ec\u200b\n d\u2028e", 99, "ab[31m c d e"),
    ("half \ud83d pair", 99, "half pair"),
    ("one two three", 13, "one two three"),
    ("one two three", 12, "one two…"),
    ("one two three", 8, "one two…"),
    ("abcdefghijkl", 6, "abcde…"),
    ("abcdefghij k", 11, "abcdefghij…"),
    ("", 5, ""),
]


@pytest.mark.parametrize(("text", "limit", "line"), LINES)
def test_clean_line(text, limit, line):
    assert clean_line(text, limit) == line


@given(st.text(), st.integers(min_value=2, max_value=30))
def test_a_clean_line_is_short_and_clean(text, limit):
    line = clean_line(text, limit)
    assert len(line) <= limit
    assert line.isprintable() or line.encode()  # never half a surrogate pair
    assert clean_line(line, limit) == line


def test_clean_text_keeps_paragraphs():
    assert clean_text(" a  b\n\n\r\n \t\n c\u2029d\x85e\x07 ", 99) == "a b\nc\nd\ne"
    assert clean_text("a b\nc d e", 8) == "a b\nc d…"


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("Lantern Bay is back", "“Lantern Bay is back”"),
        ("“It was a joy”, says Ida Holm", "“‘It was a joy’, says Ida Holm”"),
        ('"Lantern Bay" is back', "“'Lantern Bay' is back”"),
        ("„Lantern Bay“ kehrt zurück", "“‚Lantern Bay‘ kehrt zurück”"),
        ("Ida’s « Lantern Bay »", "“Ida’s « Lantern Bay »”"),
        ("Lantern Bay“: Harbour TV verlängert", "“Lantern Bay“: Harbour TV verlängert”"),  # cut out after its „
    ],
)
def test_marks_within_a_quotation_are_single(text, quoted):
    assert quote(text) == quoted
