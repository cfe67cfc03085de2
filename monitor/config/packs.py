"""Starter packs: lists of sources shipped with the program, for `init` and `sources pack add` to copy from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from monitor.config.files import read
from monitor.config.problems import ConfigError, Place, Problem, did_you_mean, shown
from monitor.config.reading import Value, parse
from monitor.config.shipped import seeds_folder

STARTERS = ("us-trade", "uk-press", "uk-broadcasters")  # what a newcomer gets


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """The sources of one file of the catalogue; keys and values as `sources.yaml` has them, all text."""

    id: str
    title: str
    sources: tuple[Mapping[str, str], ...]

    @property
    def languages(self) -> tuple[str, ...]:
        return _distinct(self.sources, "lang")

    @property
    def countries(self) -> tuple[str, ...]:
        return _distinct(self.sources, "country")

    @property
    def verified(self) -> int:
        """How many of its addresses somebody has seen work."""
        return sum(source.get("verified") == "true" for source in self.sources)


def packs(folder: Path | None = None) -> Mapping[str, Pack]:
    """The packs in `folder`, or those shipped with the program, by id. Raises ConfigError."""
    files = sorted((folder or seeds_folder() / "catalogue").glob("*.yaml"))
    return {file.stem: _pack(file) for file in files}


def chosen(names: Sequence[str], *, option: str = "--pack") -> tuple[Pack, ...]:
    """The named packs, or those a newcomer gets. Raises ConfigError for a name that is no pack, told of `option`."""
    known = packs()
    unknown = [name for name in names if name not in known]
    if unknown or not known:
        raise ConfigError(
            Problem(
                place=Place(file=Path(option)),
                message=f"there is no starter pack {shown(name)}",
                suggestion=did_you_mean(name, sorted(known)),
            )
            for name in unknown or ["starter"]
        )
    return tuple(known[name] for name in names or (name for name in known if name in STARTERS))


def _pack(file: Path) -> Pack:
    content = parse(file, read(file)).content
    listed = content.get("sources") if isinstance(content, Mapping) else None
    if not isinstance(content, Mapping) or not isinstance(listed, tuple):
        raise ConfigError([Problem(place=Place(file=file), message='a catalogue file has a list under "sources:"')])
    entries = tuple(_source(entry) for entry in listed if isinstance(entry, Mapping))
    return Pack(id=file.stem, title=str(content.get("title") or ""), sources=entries)


def _distinct(sources: Sequence[Mapping[str, str]], key: str) -> tuple[str, ...]:
    return tuple(sorted({source[key] for source in sources if key in source}))


def _source(entry: Mapping[str, Value]) -> Mapping[str, str]:
    """The keys and values of an entry, as text; a key with nothing after it is left out."""
    return {key: value for key, value in entry.items() if isinstance(value, str) and value}
