"""Bytes that are hardly YAML, and YAML that is meant badly."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.config import ConfigError
from monitor.config.problems import Place
from monitor.config.reading import Plain, parse
from monitor.config.schema import MODELS
from monitor.config.secrets import Secrets
from monitor.config.shipped import plain
from monitor.config.validating import validate

FILE = Path("x.yaml")
BOMB = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10))


@pytest.mark.parametrize(
    ("data", "content"),
    [
        (b"", None),
        (b"# only a comment\n", None),
        (b"---\n", None),
        (b"\xef\xbb\xbfa: b\n", {"a": "b"}),
        (b"a: b\r\nc: d\r\n", {"a": "b", "c": "d"}),
        (b"%YAML 1.1\n---\na: no\n", {"a": "no"}),
        (b"a:\n", {"a": None}),
        (b"a: 'null'\n", {"a": "null"}),
        (b"<<: {a: 1, b: 2}\nb: 3\n", {"b": "3", "a": "1"}),
        (b"<<: [{a: 1}, {a: 2, c: 3}]\n", {"a": "1", "c": "3"}),
        (b"<<: {<<: {a: 1, b: 1}, a: 2}\n", {"a": "2", "b": "1"}),
        (b"x: &x {a: {b: 1}}\ny: {<<: *x, c: 2}\n", {"x": {"a": {"b": "1"}}, "y": {"c": "2", "a": {"b": "1"}}}),
    ],
)
def test_reads(data: bytes, content: object) -> None:
    assert parse(FILE, data).content == content


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"a: \xff\n", "x.yaml:1:4: not UTF-8; save the file as UTF-8"),
        (b"\xff\xfea\0", "x.yaml: saved as UTF-16; save it as UTF-8"),
        (b"\xef\xbb\xbfa: \xe9\n", "x.yaml:1:4: not UTF-8; save the file as UTF-8"),
        (b"a: b\nc: \x07\n", "x.yaml:2:4: a control character; delete it"),
        (b"[" * 5000, "x.yaml: nested too deep"),
        (b"{a: " * 30 + b"}" * 30, "x.yaml:1:85: nested too deep"),
        (b"a: &a\n  b: *a\n", "x.yaml:1:4: nested too deep"),
        (b"a: &a {<<: *a}\n", "x.yaml:1:4: nested too deep"),
        (b"a: {<<: &x [*x]}\n", "x.yaml:1:9: nested too deep"),
        (b"\\: %", "x.yaml:1:4: a value may not begin with this character; put it in quotes"),
    ],
)
def test_says_what_stops_it(data: bytes, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(FILE, data)
    assert str(caught.value) == message


def test_a_bomb_of_aliases_ends_soon() -> None:
    with pytest.raises(ConfigError, match="too many values"):
        parse(FILE, BOMB.encode())


def test_a_huge_file_is_not_read() -> None:
    with pytest.raises(ConfigError, match="larger than 16 MB; split it"):
        parse(FILE, b" " * (16 * 1024 * 1024 + 1))


def test_every_key_and_value_has_its_place() -> None:
    document = parse(FILE, b"shows:\n  - title: Dune\n    cast: [A,\n      B]\n")
    assert document.place(("shows", 0, "cast", 1)) == Place(file=FILE, line=4, column=7)
    assert document.key_place(("shows", 0, "cast")) == Place(file=FILE, line=3, column=5)
    assert document.place(("shows", 0, "absent")) == Place(file=FILE, line=2, column=5)
    assert document.key_place(("shows", 0)) == Place(file=FILE, line=2, column=5)


def test_plain_values_follow_yaml_1_2() -> None:
    data = b"[1, -2, 010, 1.5, 1e3, true, NO, 12:30, 2024-01-31, '1', ~, {a: False}]"
    assert plain(parse(FILE, data).content) == [
        *(1, -2, 10, 1.5, 1000.0, True, "NO", "12:30", "2024-01-31", "1", None),
        {"a": False},
    ]


def test_unquoted_is_told_from_quoted() -> None:
    content = parse(FILE, b"[1, '1', \"1\"]").content
    assert isinstance(content, tuple)
    assert [isinstance(value, Plain) for value in content] == [True, False, False]


YAMLISH = st.text(st.sampled_from("ab1:-[]{},&*#!|>%@`'\"\\?~<$ \n\t\r\u0085\u2028\ufeffé"), max_size=60)


def problems_of(data: bytes) -> list[ConfigError]:
    """The errors of reading `data` as each of the four files."""
    errors = []
    try:
        document = parse(FILE, data)
    except ConfigError as error:
        return [error]
    for model in MODELS.values():
        try:
            validate(document, model, Secrets(folder=Path("/nowhere"), environ={}))
        except ConfigError as error:
            errors.append(error)
    return errors


@settings(deadline=None)
@given(st.one_of(st.binary(max_size=80), YAMLISH.map(lambda text: text.encode())))
def test_any_bytes_load_or_are_a_problem(data: bytes) -> None:
    """Whatever stands in a file: content, or a ConfigError that names the file; never another exception."""
    for error in problems_of(data):
        assert error.problems
        assert all(problem.place.file == FILE and problem.message for problem in error.problems)


VALUES = st.recursive(
    st.sampled_from(["x", "1", "'1'", "", "~", "true", "${A}", "feed", "renewal", "12:30", "7d", "console://"]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.dictionaries(
            st.sampled_from(
                [
                    "shows",
                    "title",
                    "id",
                    "accounts",
                    "instagram",
                    "sources",
                    "type",
                    "url",
                    "headers",
                    "auth",
                    "defaults",
                    "receivers",
                    "routes",
                    "quiet",
                    "from",
                    "mutes",
                    "until",
                    "rules",
                    "phrases",
                    "x",
                ]
            ),
            inner,
            max_size=4,
        ).map(lambda items: "{" + ", ".join(f"{key}: {value}" for key, value in items.items()) + "}"),
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(VALUES)
def test_any_shape_loads_or_is_a_problem(text: str) -> None:
    """Keys of ours in places where they do not belong."""
    for error in problems_of(text.encode()):
        assert not any("not valid here" in str(problem) for problem in error.problems)
