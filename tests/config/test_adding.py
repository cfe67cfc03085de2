"""New entries in the user's own file: nothing else in it changes."""

from pathlib import Path

import pytest

from monitor.config import ConfigError
from monitor.config.adding import Group, add_sources

NEW = {"id": "new-paper", "type": "feed", "url": "https://new.example/feed", "name": "New: “Paper”", "tier": "press"}
LINE = '- {id: new-paper, type: feed, url: "https://new.example/feed", name: "New: “Paper”", tier: press}'
GROUPS = (Group(comment="found by hand", entries=(NEW,)),)
OLD = '{id: old, type: feed, url: "https://old.example/feed"}'

# What stood there, and what stands there afterwards.
PLACES = {
    "a list in lines, with comments before, between and behind": (
        f"# head\ndefaults: {{every: 15m}}\nsources:\n  # ours\n  - {OLD}   # kept\n\n  # - {{id: later}}\n# end\n",
        (
            f"# head\ndefaults: {{every: 15m}}\nsources:\n  # ours\n  - {OLD}   # kept\n  # found by hand\n  {LINE}\n"
            "\n  # - {id: later}\n# end\n"
        ),
    ),
    "no indentation, an entry in several lines, another section behind it": (
        "sources:\n- id: old\n  type: feed\n  url: https://old.example/feed # kept\n\ndefaults:\n  every: 15m\n",
        (
            "sources:\n- id: old\n  type: feed\n  url: https://old.example/feed # kept\n# found by hand\n"
            f"{LINE}\n\ndefaults:\n  every: 15m\n"
        ),
    ),
    "an empty list": ("sources: []  # none yet\n", f"sources:  # none yet\n  # found by hand\n  {LINE}\n"),
    "nothing behind the key": (
        "sources:\n  # - {id: an-example}\n",
        f"sources:\n  # found by hand\n  {LINE}\n  # - {{id: an-example}}\n",
    ),
    "no such key, and no line end": (
        "defaults: {every: 15m}",
        f"defaults: {{every: 15m}}\nsources:\n  # found by hand\n  {LINE}\n",
    ),
    "an empty file": ("", f"sources:\n  # found by hand\n  {LINE}\n"),
    "only comments": ("# soon\n", f"# soon\nsources:\n  # found by hand\n  {LINE}\n"),
    "a list in brackets": (
        f"sources: [\n  {OLD},  # kept\n]\n",
        f"sources: [\n  {OLD}, {LINE.removeprefix('- ')},  # kept\n]\n",
    ),
    "a last value in a block": (
        "sources:\n  - id: old\n    type: feed\n    url: https://old.example/feed\n    name: |\n      Old\n\n# end\n",
        (
            "sources:\n  - id: old\n    type: feed\n    url: https://old.example/feed\n    name: |\n      Old\n\n"
            f"  # found by hand\n  {LINE}\n# end\n"
        ),
    ),
    "an alias at the end": (
        f"sources:\n  - &old {OLD}\n  - <<: *old\n    id: twin\n",
        f"sources:\n  - &old {OLD}\n  - <<: *old\n    id: twin\n  # found by hand\n  {LINE}\n",
    ),
    "line ends of Windows": (
        f"sources:\r\n  - {OLD}\r\n",
        f"sources:\r\n  - {OLD}\r\n  # found by hand\r\n  {LINE}\r\n",
    ),
    "a byte-order mark": (f"\ufeffsources:\n  - {OLD}\n", f"\ufeffsources:\n  - {OLD}\n  # found by hand\n  {LINE}\n"),
}


@pytest.mark.parametrize(("before", "after"), PLACES.values(), ids=PLACES)
def test_places(tmp_path: Path, before: str, after: str) -> None:
    file = tmp_path / "sources.yaml"
    file.write_bytes(before.encode())
    assert add_sources(tmp_path, GROUPS, name="any", environ={}) == file
    assert file.read_bytes().decode() == after


@pytest.mark.parametrize(
    "text", ["{defaults: {every: 15m}, sources: []}\n", "sources: none\n", "- a\n", "a: &x []\nsources: *x\n"]
)
def test_a_form_that_is_left_alone(tmp_path: Path, text: str) -> None:
    """What cannot be added to safely stays as it was, and the user is told what to do."""
    file = tmp_path / "sources.yaml"
    file.write_text(text)
    with pytest.raises(ConfigError, match=r"sources\.yaml: is written in a form .*; put each source on a line"):
        add_sources(tmp_path, GROUPS, name="any", environ={})
    assert file.read_text() == text
    assert list(tmp_path.iterdir()) == [file]


def test_a_folder_gets_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "sources.d").mkdir()
    file = tmp_path / "sources.d/uk-press.yaml"
    for entry in (NEW, {**NEW, "id": "second"}):
        assert add_sources(tmp_path, (Group(comment="", entries=(entry,)),), name="uk-press", environ={}) == file
    assert file.read_text() == f"sources:\n  {LINE}\n  {LINE.replace('new-paper', 'second')}\n"


def test_an_entry_that_is_not_valid(tmp_path: Path) -> None:
    """A mistake in what is added is told before anything is written."""
    (tmp_path / "sources.yaml").write_text(f"sources:\n  - {OLD}\n")
    wrong = Group(comment="", entries=({**NEW, "url": "gopher://new.example"},))
    with pytest.raises(ConfigError, match="must begin with https:// or http://"):
        add_sources(tmp_path, (wrong,), name="any", environ={})


def test_an_address_from_outside_names_no_secret(tmp_path: Path) -> None:
    """`${...}` in an address or a name somebody else wrote stays text."""
    file = tmp_path / "sources.yaml"
    file.write_text("")
    entry = {**NEW, "url": "https://new.example/${MAIL_URL}", "name": "a ${MAIL_URL}"}
    add_sources(tmp_path, (Group(comment="", entries=(entry,)),), name="any", environ={})
    assert 'url: "https://new.example/$${MAIL_URL}", name: "a $ {MAIL_URL}"' in file.read_text()


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"there is no such file; run: monitor init"):
        add_sources(tmp_path, GROUPS, name="any", environ={})
    (tmp_path / "sources.d").mkdir()
    (tmp_path / "sources.d/.any.yaml.part").mkdir()
    with pytest.raises(ConfigError, match=r"any\.yaml: cannot be written: Is a directory"):
        add_sources(tmp_path, GROUPS, name="any", environ={})


def test_links_and_permissions_stay(tmp_path: Path) -> None:
    real, link = tmp_path / "elsewhere.yaml", tmp_path / "config/sources.yaml"
    link.parent.mkdir()
    real.write_text(f"sources:\n  - {OLD}\n")
    real.chmod(0o640)
    link.symlink_to(real)
    add_sources(link.parent, GROUPS, name="any", environ={})
    assert link.is_symlink()
    assert LINE in real.read_text()
    assert real.stat().st_mode & 0o777 == 0o640
