"""The files of a configuration folder: which are read, and whether they have changed.

Each of the four may be `name.yaml`, `name.yml`, and a folder `name.d/` or `name/` of such files; what is there is read
together, folders in the order of file names.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from monitor.config.problems import ConfigError, Place, Problem, nearest

NAMES = ("watchlist", "sources", "alerts", "rules")
SECRETS_FOLDER = "secrets"

_SUFFIXES = (".yaml", ".yml")


def files_of(folder: Path, name: str) -> tuple[Path, ...]:
    """The files that make up `name` ("sources"). Raises ConfigError when one of them is not what its name says."""
    try:
        return _files_of(folder, name)
    except OSError as error:
        raise ConfigError([_unreadable(folder, error)]) from None


def _files_of(folder: Path, name: str) -> tuple[Path, ...]:
    found: list[Path] = []
    for suffix in _SUFFIXES:
        file = folder / f"{name}{suffix}"
        if file.is_dir():
            message = "is a folder; a file is expected"
            raise ConfigError([Problem(place=Place(file=file), message=message, suggestion=f"name it {name}.d")])
        if file.exists() or file.is_symlink():
            found.append(file)
    for parts in (folder / f"{name}.d", folder / name):
        if parts.is_dir():
            found += sorted(part for part in _visible(parts) if part.suffix in _SUFFIXES and not part.is_dir())
    return tuple(found)


def read(file: Path) -> bytes:
    """The bytes of `file`. Raises ConfigError."""
    try:
        if not file.is_file():
            raise ConfigError([Problem(place=Place(file=file), message="not a file, or a link that leads nowhere")])
        return file.read_bytes()
    except OSError as error:
        raise ConfigError([_unreadable(file, error)]) from None


def require(folder: Path) -> None:
    """Raises ConfigError when there is no such folder."""
    try:
        there = folder.is_dir()
    except OSError as error:
        raise ConfigError([_unreadable(folder, error)]) from None
    if not there:
        message = "there is no such folder"
        suggestion = f"run: monitor init --config {folder}"
        raise ConfigError([Problem(place=Place(file=folder), message=message, suggestion=suggestion)])


def _unreadable(path: Path, error: OSError) -> Problem:
    return Problem(place=Place(file=path), message=f"cannot be read: {error.strerror}")


def missing(folder: Path, name: str) -> Problem:
    """What to say when there is no file `name` in the folder."""
    strays = {file.name: file for file in unread(folder)}
    near = nearest(f"{name}.yaml", strays)
    suggestion = f"rename {near}" if near else f"run: monitor init --config {folder}"
    return Problem(place=Place(file=folder / f"{name}.yaml"), message="there is no such file", suggestion=suggestion)


def unread(folder: Path) -> tuple[Path, ...]:
    """YAML files in the folder that nothing reads, because of their names."""
    known = {f"{name}{suffix}" for name in NAMES for suffix in _SUFFIXES}
    return tuple(file for file in _visible(folder) if file.suffix in _SUFFIXES and file.name not in known)


def fingerprint(folder: Path) -> str:
    """A hash of everything `load` reads in the folder, secrets kept there included; equal means nothing changed."""
    digest = hashlib.sha256()
    files = [file for name in NAMES for file in _tolerant(folder, name)]
    secrets = folder / SECRETS_FOLDER
    files += [file for file in _visible(secrets) if file.is_file()] if secrets.is_dir() else []
    for file in files:
        try:
            content = file.read_bytes()
        except OSError as error:
            content = f"unreadable {error.errno}".encode()
        digest.update(f"{file}\0{len(content)}\0".encode("utf-8", "surrogateescape"))
        digest.update(content)
    return digest.hexdigest()


def _tolerant(folder: Path, name: str) -> tuple[Path, ...]:
    try:
        return files_of(folder, name)
    except ConfigError:
        return (folder / f"{name}.yaml",)


def _visible(folder: Path) -> Iterator[Path]:
    """Entries of `folder` by name, without what editors and versioning hide."""
    return (entry for entry in sorted(folder.iterdir()) if not entry.name.startswith("."))
