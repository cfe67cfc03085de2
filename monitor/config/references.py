"""What one file says of another: ids that must exist, ids that must be unlike."""

from collections.abc import Iterable, Iterator
from typing import Any

from monitor.config.names import slug
from monitor.config.problems import KeyPath, Problem, did_you_mean, shown
from monitor.config.validating import Located


def duplicates(entries: Iterable[tuple[str, Located[Any]]]) -> Iterator[Problem]:
    """Entries whose id an earlier one has, or that have none because none can be made from their title."""
    first: dict[str, Located[Any]] = {}
    for name, entry in entries:
        if not name:
            yield entry.problem("no id can be made from this title", suggestion="add one, such as id: my-show")
        elif name in first:
            earlier = first[name].document.place(first[name].path)
            message = f"the id {shown(name)} is taken, first at {earlier}"
            if entry.value.id:
                yield entry.problem(message, suggestion="choose another id", under=("id",))
            else:
                yield entry.problem(message, suggestion=f"add an id of its own, such as id: {name}-2")
        else:
            first[name] = entry


def unknown(
    names: Iterable[tuple[KeyPath, str]], known: Iterable[str], *, what: str, entry: Located[Any]
) -> Iterator[Problem]:
    """Those of `names`, each with where it stands under `entry`, that are not among `known`."""
    there_are = sorted(known)
    for under, name in names:
        if name not in there_are:
            exact = slug(name)
            suggestion = f"did you mean {shown(exact)}?" if exact in there_are else did_you_mean(name, there_are)
            yield entry.problem(f"there is no {what} {shown(name)}", suggestion=suggestion, under=under)


def listed(names: Iterable[str], *under: str) -> Iterator[tuple[KeyPath, str]]:
    """The names of a list that stands `under` an entry, each with its place in it."""
    return (((*under, index), name) for index, name in enumerate(names))
