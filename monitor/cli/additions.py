"""New sources written to `sources.yaml`, with a line for each."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from monitor.config import environment
from monitor.config.adding import Group, add_sources
from monitor.config.entries import Choice


def write_choice(folder: Path, choice: Choice, groups: Sequence[Group], *, name: str, console: Console) -> None:
    """Writes `groups`, and says what was added and what was not, because it is there already."""
    for entry, reader in choice.known:
        same = "is configured already" if entry["id"] == reader else f"is read already, by {reader}"
        console.print(f"skipped {entry['id']}: {same}", soft_wrap=True)
    if not choice.new:
        console.print("nothing to add")
        return
    file = add_sources(folder, groups, name=name, environ=environment())
    for entry in choice.new:
        console.print(f"added {entry['id']}", soft_wrap=True)
    if len(choice.new) == 1:
        console.print(f"1 source written to {file}; try it: monitor sources test {choice.new[0]['id']}", soft_wrap=True)
    else:
        console.print(f"{len(choice.new)} sources written to {file}; try them: monitor check --online", soft_wrap=True)
