import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.clauses import words_of
from monitor.core.names import Names, WordNames


@pytest.mark.parametrize(
    ("names", "text", "found"),
    [
        (["castle"], "newcastle united", []),
        (["castle"], "castle's end", ["castle"]),
        (["castle"], "the castle_x castles", []),
        (["dune", "dune: part three"], "dune: part three is out", ["dune", "dune: part three"]),
        (["disney+"], "on disney+ now", ["disney+"]),
        (["+1"], "a+1", ["+1"]),
        ([], "anything", []),
        (["", "you"], "you", ["you"]),
        (["from"], "from", ["from"]),
    ],
)
def test_whole_words_only(names: list[str], text: str, found: list[str]) -> None:
    assert [name for name, _, _ in Names(names).find(text)] == found


@given(st.text(alphabet="ab ", min_size=1, max_size=4), st.text(alphabet="ab ", max_size=30))
def test_every_whole_word_occurrence_is_found(name: str, text: str) -> None:
    """Agrees with looking at every place by hand."""

    def bounded(at: int) -> bool:
        end = at + len(name)
        before = at and text[at - 1].isalnum() and name[0].isalnum()
        after = end < len(text) and text[end].isalnum() and name[-1].isalnum()
        return not before and not after

    wanted = [at for at in range(len(text)) if text.startswith(name, at) and bounded(at)]
    assert [start for _, start, _ in Names([name]).find(text)] == wanted


@pytest.mark.parametrize(
    ("names", "text", "found"),
    [
        (["HBO", "HBO Max"], "HBO Max and HBO", [(0, 1), (0, 2), (3, 4)]),
        (["ARD Degeto"], "für ARD-Degeto", [(1, 3)]),
        (["L.A."], "in L.A. again", [(1, 3)]),
        (["HBO Max", "HBO"], "only HBO", [(1, 2)]),  # no name runs over the end
        (["Disney+"], "Disney's Disney+", [(2, 3)]),
        (["…", "Sky"], "skyward", []),
        ([], "anything", []),
    ],
)
def test_names_are_found_among_words(names: list[str], text: str, found: list[tuple[int, int]]) -> None:
    assert sorted(WordNames(names).find(tuple(words_of(text)[0]))) == found
