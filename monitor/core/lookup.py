"""Which entry of a database is the watched title: the only one called so, or nobody's guess."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.core.records import Record
from monitor.core.text import fold
from monitor.core.watchlist import Watch, names_any

_WITH_YEAR = re.compile(r"(?P<name>.+?) \((?P<year>(?:19|20)\d\d)\)")
_NAMED = 4  # candidates in a sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Unresolved:
    """No entry can be taken for the title without guessing. `called_so` are the entries that bear its name."""

    detail: str  # one line: which candidates there are
    called_so: tuple[Record, ...] = ()


def choose(watch: Watch, candidates: Sequence[Record]) -> Record | Unresolved:
    """The entry that is the watched title.

    The id at IMDb decides; else the title or an alias has to be the entry's own, and where several entries are called so,
    the year in the title ("Shameless (2011)"), the network among `require` and the names in `cast` have to leave one.
    """
    imdb = dict(watch.ids).get("imdb")
    if imdb is not None:
        same = [one for one in candidates if one.imdb == imdb]
        return same[0] if len(same) == 1 else Unresolved(detail=f"no entry has the id {imdb} of IMDb")
    called_so = tuple(one for one in candidates if _is_called(watch, one))
    if not called_so:
        near = say_candidates(candidates)
        return Unresolved(detail=f"no entry is called so{f', but there are {near}' if near else ''}")
    for left in (called_so, *_narrowed(watch, called_so)):
        if len(left) == 1:
            return left[0]
    detail = f"several entries are called so, name one under ids: {say_candidates(called_so)}"
    return Unresolved(detail=detail, called_so=called_so)


def _is_called(watch: Watch, record: Record) -> bool:
    own = {fold(name) for name in (record.title, *record.aliases)}
    for name in (watch.title, *watch.aliases):
        dated = _WITH_YEAR.fullmatch(name)
        if fold(name) in own or (dated and fold(dated["name"]) in own and dated["year"] == record.year):
            return True
    return False


def _narrowed(watch: Watch, called_so: Sequence[Record]) -> Iterable[Sequence[Record]]:
    """Those that fit the context: by network, by cast, by both."""
    cast = {fold(name) for name in watch.cast}
    by_network = [one for one in called_so if one.network and names_any((one.network,), fold("; ".join(watch.require)))]
    by_cast = [one for one in called_so if cast & {fold(performer.name) for performer in one.cast}]
    return by_network, by_cast, [one for one in by_network if one in by_cast]


def say_candidates(candidates: Sequence[Record]) -> str:
    """The first few entries as a user would look them up: "Saltmarsh (2019, id 12)"."""
    return ", ".join(map(_say, candidates[:_NAMED]))


def _say(record: Record) -> str:
    year = f"{record.year}, " if record.year else ""
    return f"{record.title} ({year}id {record.id.rpartition('/')[2]})"
