"""Entries of `sources.yaml` as they are written: read without being filled in, and put into words again."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from monitor.config.files import files_of, read, require
from monitor.config.names import slug
from monitor.config.problems import ConfigError, RefusedError
from monitor.config.reading import Value, parse
from monitor.config.secrets import Secrets
from monitor.config.sources import EVERY, MAX_AGE, SourcesFile
from monitor.config.validating import validate
from monitor.core.platforms import Entry
from monitor.core.source import Source
from monitor.core.url import canonical

# What is said about a source; everything else in an entry says where it is.
_ABOUT = frozenset({"country", "enabled", "every", "id", "lang", "max_age", "name", "tier", "verified"})
_BARE = frozenset({"enabled", "every", "id", "max_age", "tier", "type", "verified"})
_LISTS = frozenset({"subreddits"})
_PLAIN = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*")
_LONGEST_ID = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One entry of `sources.yaml` as it stands there: nothing filled in, enabled or not."""

    keys: Mapping[str, Value] = field(repr=False)
    address: str = field(repr=False)  # its `url` with secrets filled in, as far as they are at hand; "" without one
    where: str = field(repr=False)  # the same for two entries that read the same place

    def get(self, key: str) -> str:
        """The text under a key, "" where there is none."""
        value = self.keys.get(key)
        return value.strip() if isinstance(value, str) else ""


def written_sources(folder: Path, *, environ: Mapping[str, str]) -> tuple[Written, ...]:
    """The entries of every file, also where other files or secrets are wrong. Raises ConfigError."""
    require(folder)
    secrets = Secrets(folder=folder, environ=environ)
    found = (parse(file, read(file)).content for file in files_of(folder, "sources"))
    listed = (content.get("sources") for content in found if isinstance(content, Mapping))
    entries = (entry for each in listed if isinstance(each, tuple) for entry in each)
    return tuple(_written(entry, secrets) for entry in entries if isinstance(entry, Mapping))


def _written(entry: Mapping[str, Value], secrets: Secrets) -> Written:
    url = entry.get("url")
    address = ""
    if isinstance(url, str):
        try:
            address = secrets.fill(url.strip())
        except RefusedError:  # a variable that is not set here
            address = url.strip()
    return Written(keys=entry, address=address, where=_where({**entry, "url": address} if address else entry))


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What of some entries is to be written, and what is there already."""

    new: tuple[Entry, ...]  # with ids that nobody else has
    known: tuple[tuple[Entry, str], ...]  # each with the id of the source that reads the same


def choose(entries: Iterable[Entry], written: Iterable[Written]) -> Choice:
    """Parts new sources from those that are configured or stand here twice, and gives the new ones ids of their own."""
    readers = {one.where: one.get("id") for one in written}
    taken = set(readers.values())
    new, known = [], []
    for entry in entries:
        place = _where(entry)
        if place in readers:
            known.append((entry, readers[place]))
            continue
        own = unique_id(entry["id"], taken)
        taken.add(own)
        readers[place] = own
        new.append({**entry, "id": own})
    return Choice(new=tuple(new), known=tuple(known))


def _where(entry: Mapping[str, Value]) -> str:
    """The address of a feed, whatever its scheme; of another type, all that says what it reads."""
    url = entry.get("url")
    if entry.get("type") == "feed" and isinstance(url, str):
        address = canonical(url).partition("://")[2]
        return address.removeprefix("www.")
    said = {
        key: "+".join(map(str, value)) if isinstance(value, tuple) else str(value)
        for key, value in entry.items()
        if key not in _ABOUT
    }
    told = {key: text.removeprefix("@").lower() for key, text in said.items()}
    return json.dumps(told, sort_keys=True)


def unique_id(wanted: str, taken: Iterable[str]) -> str:
    """An id made of a title or an id: kebab-case, and none that is taken."""
    stem = slug(wanted)[:_LONGEST_ID].strip("-") or "source"
    used = frozenset(taken)
    return next(name for name in _numbered(stem) if name not in used)


def _numbered(stem: str) -> Iterator[str]:
    yield stem
    number = 2
    while True:
        yield f"{stem}-{number}"
        number += 1


def usable(entry: Entry, *, least: int, environ: Mapping[str, str]) -> Entry:
    """The entry without the keys that `sources.yaml` would refuse, of those behind the first `least`."""
    with suppress(ConfigError):
        _checked(entry, environ)
        return entry
    keys = list(entry)
    kept = {key: entry[key] for key in keys[:least]}
    for key in keys[least:]:
        more = {**kept, key: entry[key]}
        try:
            _checked(more, environ)
        except ConfigError:
            continue
        kept = more
    return kept


def _checked(entry: Entry, environ: Mapping[str, str]) -> SourcesFile:
    """The entry as a file of its own. Raises ConfigError where it is not valid, or wants a key that is not at hand."""
    document = parse(Path("a new entry"), f"sources:\n- {entry_text(entry)}\n".encode())
    return validate(document, SourcesFile, Secrets(folder=Path(), environ=environ)).content


def entry_text(entry: Entry) -> str:
    """The entry as it stands in a list of `sources.yaml`: one line, ready to paste behind "- "."""
    return f"{{{', '.join(f'{key}: {_value(key, text)}' for key, text in entry.items())}}}"


def _value(key: str, text: str) -> str:
    """The value with what YAML or we would read into it defused: an address from outside names no secret of ours."""
    if key in _LISTS:
        return f"[{', '.join(json.dumps(part) for part in text.split('+'))}]"
    if key in _BARE and _PLAIN.fullmatch(text):
        return text
    return json.dumps(text.replace("${", "$${") if key != "name" else text.replace("${", "$ {"), ensure_ascii=False)


def source_of(entry: Entry, *, environ: Mapping[str, str]) -> Source | None:
    """The source that an entry would be; None where it is not valid, or wants a key that is not at hand."""
    try:
        (made,) = _checked(entry, environ).sources
    except ConfigError:
        return None
    return made.source(every=EVERY, max_age=MAX_AGE, watches=())
