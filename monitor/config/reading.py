"""YAML 1.2 read strictly: plain values, and the place of every key and value in the file."""

import re
from codecs import BOM_UTF8
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StringMark, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from monitor.config.problems import ConfigError, KeyPath, Place, Problem, key_text, shown

MAX_BYTES = 16 * 1024 * 1024
MAX_VALUES = 300_000  # after aliases are followed; a bomb of nested aliases ends here
MAX_DEPTH = 20

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_STANDARD_TAG = "tag:yaml.org,2002:"


class Plain(str):
    """A value written without quotes, exactly as written. What it means is decided by the key it stands under."""

    __slots__ = ()


Value: TypeAlias = "Mapping[str, Value] | tuple[Value, ...] | str | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One file as read. Every scalar is a `str` (quoted), a `Plain` (unquoted) or None (nothing there, `~`, `null`)."""

    file: Path
    content: Value
    keys: Mapping[KeyPath, Place]  # of the key, for values that have one
    values: Mapping[KeyPath, Place]

    def place(self, path: KeyPath) -> Place:
        """Where the value at `path` stands, or the nearest value around it."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, Place(file=self.file))

    def key_place(self, path: KeyPath) -> Place:
        return self.keys.get(path) or self.place(path)


def parse(file: Path, data: bytes) -> Document:
    """The document in `data`. Raises ConfigError with the one mistake that stops the reading, or all wrong keys."""
    text = _decoded(file, data)
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        raise ConfigError([_syntax_problem(file, text, error)]) from None
    except ReaderError as error:
        place = _place_at(file, text, error.position)
        raise ConfigError([Problem(place=place, message="a control character; delete it")]) from None
    except RecursionError:
        raise ConfigError([Problem(place=Place(file=file), message="nested too deep")]) from None
    except (YAMLError, ValueError, IndexError) as error:
        # ruamel lets a few plain exceptions through on broken escapes and directives.
        raise ConfigError([Problem(place=Place(file=file), message=f"not YAML: {_one_line(str(error))}")]) from None
    tree = _Tree(file)
    content = tree.convert(node, ()) if node is not None else None
    if tree.problems:
        raise ConfigError(tree.problems)
    return Document(file=file, content=content, keys=tree.keys, values=tree.values)


def _decoded(file: Path, data: bytes) -> str:
    if len(data) > MAX_BYTES:
        message = f"larger than {MAX_BYTES // 1024 // 1024} MB"
        raise ConfigError([Problem(place=Place(file=file), message=message, suggestion="split it into a folder")])
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        message = "saved as UTF-16"
        raise ConfigError([Problem(place=Place(file=file), message=message, suggestion="save it as UTF-8")])
    data = data.removeprefix(BOM_UTF8)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start].decode()
        place = _place_at(file, before, len(before))
        raise ConfigError([Problem(place=place, message="not UTF-8", suggestion="save the file as UTF-8")]) from None


def _place_at(file: Path, text: str, position: int) -> Place:
    before = text[:position]
    return Place(file=file, line=before.count("\n") + 1, column=position - (before.rfind("\n") + 1) + 1)


class _Tree:
    """Turns nodes into values and notes places on the way. Mutable because it lives for one parse."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.keys: dict[KeyPath, Place] = {}
        self.values: dict[KeyPath, Place] = {}
        self.problems: list[Problem] = []
        self.seen = 0

    def convert(self, node: Node, path: KeyPath) -> Value:
        self._count(node, depth=len(path))
        self.values[path] = self._place(node)
        if node.tag and not str(node.tag).startswith(_STANDARD_TAG):
            self._report(node, path, f'a value may not begin with "!": {shown(str(node.tag))}', "put it in quotes")
            return None
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return tuple(self.convert(child, (*path, index)) for index, child in enumerate(node.value))
        assert isinstance(node, ScalarNode)
        written = str(node.value)
        if node.style:  # quoted, or a block
            return written
        return None if written in _NULL else Plain(written)

    def _mapping(self, node: MappingNode, path: KeyPath) -> Mapping[str, Value]:
        found: dict[str, Value] = {}
        merged: list[Node] = []
        for key, child in node.value:
            if not isinstance(key, ScalarNode):
                self._report(key, path, "a key must be a word", "")
            elif _is_merge(key):
                merged.append(child)
            elif key.value in found:
                first = self.keys[(*path, key.value)]
                message = f"{shown(key.value)} stands here twice, first in line {first.line}"
                self._report(key, (*path, key.value), message, "delete one of them")
            else:
                self.keys[(*path, key.value)] = self._place(key)
                found[key.value] = self.convert(child, (*path, key.value))
        for child in merged:
            self._merge(child, path, found, depth=len(path))
        return found

    def _merge(self, node: Node, path: KeyPath, found: dict[str, Value], *, depth: int) -> None:
        """Adds the keys of a merge (`<<: *other`) that the mapping does not have itself; the first merged wins."""
        self._count(node, depth=depth)
        if isinstance(node, SequenceNode):
            for child in node.value:
                self._merge(child, path, found, depth=depth + 1)
        elif not isinstance(node, MappingNode):
            self._report(node, path, '"<<" merges keys and values', 'write an alias such as "<<: *name"')
        else:
            merged = [child for key, child in node.value if _is_merge(key)]
            for key, child in node.value:
                # A key that is no word is reported where the mapping itself stands.
                if isinstance(key, ScalarNode) and not _is_merge(key) and key.value not in found:
                    self.keys[(*path, key.value)] = self._place(key)
                    found[key.value] = self.convert(child, (*path, key.value))
            for child in merged:
                self._merge(child, path, found, depth=depth + 1)

    def _count(self, node: Node, *, depth: int) -> None:
        """Raises ConfigError when aliases make the document endless: one inside its own anchor, or a bomb of them."""
        self.seen += 1
        if self.seen > MAX_VALUES:
            raise ConfigError([Problem(place=Place(file=self.file), message="too many values, aliases counted")])
        if depth > MAX_DEPTH:
            raise ConfigError([Problem(place=self._place(node), message="nested too deep")])

    def _place(self, node: Node) -> Place:
        mark = node.start_mark
        return Place(file=self.file, line=mark.line + 1, column=mark.column + 1)

    def _report(self, node: Node, path: KeyPath, message: str, suggestion: str) -> None:
        self.problems.append(
            Problem(place=self._place(node), key=key_text(path), message=message, suggestion=suggestion)
        )


def _is_merge(key: Node) -> bool:
    return isinstance(key, ScalarNode) and key.value == "<<" and not key.style


# What the scanner says, what that means to people who do not know YAML, and what they should do about it.
_DIAGNOSES = (
    ("\\t", "a tab where only spaces may stand", "indent with two spaces"),
    ("mapping values are not allowed", "a second colon in one line", "put the value in quotes"),
    ("cannot start any token", "a value may not begin with this character", "put it in quotes"),
    ("undefined alias", 'a value that begins with "*" is taken for an alias', "put it in quotes"),
    ("another document", 'a second document begins here ("---")', "use a folder of files instead"),
    ("end of stream", "a quote is not closed", "close it"),
    ("<stream end>", "a bracket is not closed", "close it"),
    ("',' or '", "a bracket is not closed, or a comma is missing", "check the line above too"),
    ("expected <block end>", "does not fit what stands before it", "check indentation and quotes, the line above too"),
    ("could not find expected ':'", "a key without a colon", "check indentation and quotes, the line above too"),
)


def _syntax_problem(file: Path, text: str, error: MarkedYAMLError) -> Problem:
    """What the scanner tripped over, with the line as it should be where that is clear."""
    told = str(error.problem or error.context)
    mark: StringMark | None = error.problem_mark or error.context_mark
    if mark is None:
        return Problem(place=Place(file=file), message=f"not YAML: {_one_line(told)}")
    lines = text.split("\n")
    line = lines[mark.line] if mark.line < len(lines) else ""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        told = "\\t"
    message, suggestion = f"not YAML: {_one_line(told)}", ""
    for fragment, meaning, advice in _DIAGNOSES:
        if fragment in told:
            message, suggestion = meaning, advice
            break
    if "in quotes" in suggestion:
        suggestion = _quoted(line) or suggestion
    place = Place(file=file, line=mark.line + 1, column=mark.column + 1)
    return Problem(place=place, message=message, suggestion=suggestion)


_MAYBE_SECRET = frozenset({"url", "user", "password", "proxy"})
_KEY_VALUE = re.compile(r"^\s*(?P<dash>- )?\s*(?P<key>[A-Za-z_]+): (?P<value>[^\"'\[{#].*)$")


def _quoted(line: str) -> str:
    """The line with its value in quotes, or "" when it is not a simple `key: value` line."""
    found = _KEY_VALUE.match(line)
    if found is None or found["key"] in _MAYBE_SECRET:
        return ""
    value = re.split(r"\s#", found["value"], maxsplit=1)[0].strip()
    return f"write {found['dash'] or ''}{found['key']}: {shown(value)}"


def _one_line(text: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:200]
