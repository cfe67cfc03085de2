import pytest

from monitor.core.evaluation import Labelled, Tally, part_of, score
from monitor.core.report import Certainty, Document, Kind, Person, Recognition


def label(name: str = "1", *kinds: Kind, **more: object) -> Labelled:
    certainty = Certainty.CONFIRMED if kinds else None
    values: dict[str, object] = {"certainty": certainty, **more}
    return Labelled(id=name, document=Document(title=name), kinds=frozenset(kinds), **values)  # type: ignore[arg-type]


def test_tally_of_nothing_is_zero() -> None:
    assert (Tally().precision, Tally().recall, Tally().f1) == (0.0, 0.0, 0.0)


def test_score() -> None:
    renewed = Recognition(
        kinds=(Kind.RENEWAL,),
        certainty=Certainty.CONFIRMED,
        titles=("The Glass Quay",),
        seasons=(2, 3),
        people=(Person(name="Ána Winter"),),
    )
    found = score(
        [
            (
                label("a", Kind.RENEWAL, titles=("the glass quay",), seasons=frozenset({2}), people=("Ana Winter",)),
                renewed,
            ),
            (label("b", Kind.CASTING), Recognition()),
            (label("c", stratum="hard"), renewed),
            (label("d", stratum="hard", background=frozenset({Kind.RENEWAL})), renewed),
            (label("e", stratum="other"), Recognition()),
        ]
    )
    assert found.kinds == {Kind.RENEWAL: Tally(right=1, wrong=2), Kind.CASTING: Tally(missed=1)}
    assert found.micro == Tally(right=1, wrong=2, missed=1)
    assert found.macro_f1 == pytest.approx((0.5 + 0.0) / 2)
    assert found.false_alarms == {"hard": (2, 2), "other": (0, 1)}
    assert found.certainty == (1, 1)
    assert (found.titles, found.people) == (Tally(right=1), Tally(right=1))
    assert found.seasons == Tally(right=1, wrong=1)
    assert found.background_as_news == (1, 1)
    assert [miss.id for miss in found.misses] == ["b", "c", "d"]


def test_parts_keep_announcements_and_titles_together() -> None:
    titles = [label(str(number), Kind.TRAILER, titles=("Undertow",)) for number in range(20)]
    assert len({part_of(one, {}) for one in titles}) == 1
    grouped = [label(str(number), Kind.TRAILER) for number in range(20)]
    assert len({part_of(one, {str(number): "s1" for number in range(20)}) for one in grouped}) == 1
    assert len({part_of(one, {}) for one in grouped}) == 2
