"""New entries for `sources.yaml`, written into the user's file without touching anything else in it.

The text is edited, not dumped anew: comments, order, spaces and quotes stay as they are. What comes out is read again
before it replaces the file, and must hold the old entries and the new ones, nothing else.
"""

from codecs import BOM_UTF8
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.events import AliasEvent, MappingEndEvent, ScalarEvent, SequenceEndEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from monitor.config.entries import entry_text
from monitor.config.files import files_of, missing, read
from monitor.config.problems import ConfigError, Place, Problem
from monitor.config.reading import Value, parse
from monitor.config.secrets import Secrets
from monitor.config.sources import SourcesFile
from monitor.config.validating import validate
from monitor.core.platforms import Entry

_SECTION = "sources"
_INDENT = "  "


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Entries that are written together, below a comment where there is one."""

    comment: str
    entries: tuple[Entry, ...]


def add_sources(folder: Path, groups: Sequence[Group], *, name: str, environ: Mapping[str, str]) -> Path:
    """Writes the entries to `sources.yaml`, or to the file `name` of `sources.d` where there is such a folder.

    Returns the file that was written. Raises ConfigError, and then nothing has changed.
    """
    # Only the new entries are held against the models; the user's own may need secrets that are not at hand.
    alone = _inserted("", groups)
    assert alone is not None
    validate(parse(Path("the new entries"), alone.encode()), SourcesFile, Secrets(folder=folder, environ=environ))
    file = _target(folder, name)
    old = read(file) if file.exists() else b""
    mark = BOM_UTF8 if old.startswith(BOM_UTF8) else b""
    before = parse(file, old).content
    new = _inserted(old.removeprefix(mark).decode(), groups)
    if new is None or not _is_grown(before, _content(file, new), groups):
        message = "is written in a form that no entry can safely be added to"
        suggestion = "put each source on a line of its own below sources:, or paste the entries by hand"
        raise ConfigError([Problem(place=Place(file=file), message=message, suggestion=suggestion)])
    _replace(file, mark + new.encode())
    return file


def _target(folder: Path, name: str) -> Path:
    for parts in (folder / f"{_SECTION}.d", folder / _SECTION):
        if parts.is_dir():
            return parts / f"{name}.yaml"
    files = files_of(folder, _SECTION)
    if not files:
        raise ConfigError([missing(folder, _SECTION)])
    return files[0]


def _replace(file: Path, content: bytes) -> None:
    """Writes the file at once or not at all; a link stays a link, and who may read it stays as it was."""
    real = file.resolve()
    part = real.with_name(f".{real.name}.part")
    try:
        mode = real.stat().st_mode & 0o777 if real.exists() else None
        part.unlink(missing_ok=True)
        part.touch(mode=0o666 if mode is None else mode, exist_ok=False)
        if mode is not None:
            part.chmod(mode)  # touch leaves out what the umask forbids
        part.write_bytes(content)
        part.replace(real)
    except OSError as error:
        raise ConfigError([Problem(place=Place(file=file), message=f"cannot be written: {error.strerror}")]) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spot:
    """Where new entries go in a text. `drop` counts the characters of an empty list that give way to them."""

    at: int
    drop: int = 0
    indent: str = _INDENT
    inline: bool = False  # the list stands in brackets
    key: bool = False  # there is no list yet, not even its key


def _inserted(text: str, groups: Sequence[Group]) -> str | None:
    """The text with the entries in it, None where its form leaves no place for them."""
    newline = "\r\n" if "\r\n" in text else "\n"
    if text and not text.endswith("\n"):
        text += newline
    spot = _spot(text)
    if spot is None:
        return None
    if spot.inline:
        added = "".join(f", {entry_text(entry)}" for group in groups for entry in group.entries)
        return text[: spot.at] + added + text[spot.at :]
    lines = [f"{_SECTION}:"] if spot.key else []
    for group in groups:
        lines += [f"{spot.indent}# {group.comment}"] if group.comment else []
        lines += [f"{spot.indent}- {entry_text(entry)}" for entry in group.entries]
    block = "".join(line + newline for line in lines)
    rest = text[spot.at + spot.drop :]
    if spot.at == 0 or text[spot.at - 1] == "\n":
        return text[: spot.at] + block + rest
    ending, _, below = rest.partition("\n")  # a comment, perhaps
    return f"{text[: spot.at].rstrip(' ') if spot.drop else text[: spot.at]}{ending}\n{block}{below}"


def _spot(text: str) -> _Spot | None:
    top = YAML(typ="safe", pure=True).compose(text)
    if isinstance(top, MappingNode) and not top.flow_style:
        found = next(((key, value) for key, value in top.value if key.value == _SECTION), None)
        return _Spot(at=len(text), key=True) if found is None else _spot_at(text, *found)
    return _Spot(at=len(text), key=True) if top is None else None


def _spot_at(text: str, key: ScalarNode, value: Node) -> _Spot | None:
    start, end = value.start_mark.index, value.end_mark.index
    if isinstance(value, ScalarNode) and value.value == "" and not value.style:
        return _Spot(at=text.index("\n", key.end_mark.index) + 1)
    if not isinstance(value, SequenceNode):
        return None
    if not value.value:
        return _Spot(at=start, drop=end - start)
    return _Spot(at=_end(text, start, end), indent=" " * value.start_mark.column, inline=bool(value.flow_style))


def _end(text: str, start: int, end: int) -> int:
    """Where the last thing within these bounds ends.

    A block ends where the next thing begins, beyond the comments between them; what it holds ends exactly.
    """
    ends: list[int] = [
        event.end_mark.index
        for event in YAML(typ="safe", pure=True).parse(text)
        if isinstance(event, ScalarEvent | AliasEvent | MappingEndEvent | SequenceEndEvent)
        and start < event.end_mark.index <= end
        and (event.start_mark.index < event.end_mark.index < end or isinstance(event, ScalarEvent))
    ]
    return max(ends)


def _content(file: Path, text: str) -> Value:
    try:
        return parse(file, text.encode()).content
    except ConfigError:
        return None


def _is_grown(before: Value, after: Value, groups: Sequence[Group]) -> bool:
    """Whether the new content is the old one with the entries behind its sources."""
    old: Mapping[str, Value] = before if isinstance(before, Mapping) else {}
    if not isinstance(after, Mapping):
        return False
    listed = old.get(_SECTION)
    added = tuple(entry for group in groups for entry in group.entries)
    wanted = (*(listed if isinstance(listed, tuple) else ()), *_read_back(added))
    return {**old, _SECTION: wanted} == dict(after)


def _read_back(entries: Sequence[Entry]) -> tuple[Value, ...]:
    """The entries as they are read once they are written."""
    content = parse(Path(), "".join(f"- {entry_text(entry)}\n" for entry in entries).encode()).content
    return content if isinstance(content, tuple) else ()
