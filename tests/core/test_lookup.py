"""Which entry of a database is the watched title."""

import pytest

from monitor.core.lookup import Unresolved, choose
from monitor.core.records import Performer, Record
from tests.core.recognising import show


def entry(number, title="Saltmarsh", **fields) -> Record:
    cast = tuple(Performer(id=name, name=name) for name in fields.pop("cast", ()))
    return Record(id=str(number), title=title, url=f"https://shows.example/{number}", cast=cast, **fields)


OLD = entry(1, released="1998-01-01", network="Channel 9", cast=("Cal Reed",))
NEW = entry(2, released="2024-03-07", network="MGM+", cast=("Ida Holm", "Bo Field"))
OTHER = entry(3, title="Salt Marshes")


@pytest.mark.parametrize(
    ("watch", "candidates", "expected"),
    [
        (show("SALTMARSH"), [OTHER, NEW], NEW),
        (show("Marais salant", aliases=("Saltmarsh",)), [OTHER, NEW], NEW),
        (show("Marais salant"), [entry(4, title="Saltmarsh", aliases=("Marais Salant",))], "4"),
        (show("Saltmarsh", cast=("Ida Hölm",)), [OLD, NEW], NEW),
        (show("Saltmarsh", require=("MGM+", "the marshes")), [OLD, NEW], NEW),
        (show("Saltmarsh (1998)"), [OLD, NEW], OLD),
        (show("Saltmarsh", ids=(("imdb", "tt01"),)), [OLD, entry(5, title="Other", imdb="tt01")], "5"),
        (
            show("Saltmarsh", require=("MGM+",), cast=("Ida Holm",)),
            [NEW, entry(6, network="MGM+"), entry(7, cast=("Ida Holm",))],
            NEW,
        ),
    ],
    ids=["title", "alias of ours", "alias of theirs", "cast", "network", "year", "imdb", "network and cast"],
)
def test_the_only_one_that_fits_is_taken(watch, candidates, expected):
    chosen = choose(watch, candidates)
    assert isinstance(chosen, Record)
    assert chosen.id == getattr(expected, "id", expected)


@pytest.mark.parametrize(
    ("watch", "candidates", "detail"),
    [
        (show("Saltmarsh"), [], "no entry is called so"),
        (show("Saltmarsh"), [OTHER], "no entry is called so, but there are Salt Marshes (id 3)"),
        (
            show("Saltmarsh"),
            [OLD, NEW],
            "several entries are called so, name one under ids: Saltmarsh (1998, id 1), Saltmarsh (2024, id 2)",
        ),
        (
            show("Saltmarsh", cast=("Nobody",)),
            [OLD, NEW],
            "several entries are called so, name one under ids: Saltmarsh (1998, id 1), Salt",
        ),
        (
            show("Saltmarsh (2011)"),
            [OLD, NEW],
            "no entry is called so, but there are Saltmarsh (1998, id 1), Saltmarsh",
        ),
        (show("Saltmarsh", ids=(("imdb", "tt09"),)), [OLD, NEW], "no entry has the id tt09 of IMDb"),
    ],
)
def test_nothing_is_guessed(watch, candidates, detail):
    chosen = choose(watch, candidates)
    assert isinstance(chosen, Unresolved)
    assert chosen.detail.startswith(detail)
