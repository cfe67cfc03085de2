"""Which files are read, and what is said when they are not there."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.config import ConfigError, fingerprint, load

PLAIN = Path(__file__).resolve().parents[1] / "data" / "config" / "plain"
SOURCE = "sources:\n  - {{id: {0}, type: feed, url: 'https://{0}.example/'}}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(PLAIN, tmp_path / "config")
    return tmp_path / "config"


def told(folder: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        load(folder, environ={})
    return str(caught.value).replace(f"{folder}", "config")


def test_files_and_folders_are_put_together_in_the_order_of_their_names(folder: Path) -> None:
    for name in ("sources.yml", "sources.d/20-b.yaml", "sources.d/10-c.yml", "sources/z.yaml"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(SOURCE.format(Path(name).stem[-1]))
    (folder / "sources.d" / ".hidden.yaml").write_text("not read: [")
    (folder / "sources.d" / "notes.txt").write_text("not read: [")
    setup = load(folder, environ={})
    assert [source.id for source in setup.sources] == ["variety", "s", "c", "b", "z"]


def test_a_folder_alone_will_do(folder: Path) -> None:
    (folder / "watchlist.d").mkdir()
    (folder / "watchlist.yaml").rename(folder / "watchlist.d" / "mine.yaml")
    assert len(load(folder, environ={}).watches) == 1


def test_an_id_in_two_files_names_both(folder: Path) -> None:
    (folder / "sources.d").mkdir()
    (folder / "sources.d" / "a.yaml").write_text(SOURCE.format("variety"))
    assert told(folder) == (
        'config/sources.d/a.yaml:2:10: sources[0].id: the id "variety" is taken, first at config/sources.yaml:2:5; '
        "choose another id"
    )


def test_what_may_stand_once_names_both_files(folder: Path) -> None:
    (folder / "alerts.yml").write_text("timezone: UTC\n")
    (folder / "alerts.d").mkdir()
    (folder / "alerts.d" / "more.yaml").write_text("\ntimezone: UTC\n")
    assert told(folder) == (
        "config/alerts.d/more.yaml:2:11: timezone: stands in two files, first at config/alerts.yml:1:1; "
        "delete one of them"
    )


def test_missing_folder(tmp_path: Path) -> None:
    assert told(tmp_path / "none") == "config: there is no such folder; run: monitor init --config config"


def test_missing_files_are_told_all(folder: Path) -> None:
    (folder / "alerts.yaml").rename(folder / "alert.yaml")
    (folder / "sources.yaml").unlink()
    assert told(folder).splitlines() == [
        "config/alerts.yaml: there is no such file; rename alert.yaml",
        "config/sources.yaml: there is no such file; run: monitor init --config config",
    ]


def test_a_folder_with_the_name_of_a_file(folder: Path) -> None:
    (folder / "rules.yaml").mkdir()
    assert told(folder) == "config/rules.yaml: is a folder; a file is expected; name it rules.d"


def test_a_link_that_leads_nowhere(folder: Path) -> None:
    (folder / "rules.yaml").symlink_to("gone")
    assert told(folder) == "config/rules.yaml: not a file, or a link that leads nowhere"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(folder: Path) -> None:
    (folder / "alerts.yaml").chmod(0)
    assert told(folder) == "config/alerts.yaml: cannot be read: Permission denied"


def _edit(folder: Path) -> None:
    (folder / "alerts.yaml").write_text("changed")


def _add(folder: Path) -> None:
    (folder / "sources.d").mkdir()
    (folder / "sources.d" / "new.yaml").write_text("")


def _rename(folder: Path) -> None:
    (folder / "alerts.yaml").rename(folder / "alerts.yml")


def _remove(folder: Path) -> None:
    (folder / "alerts.yaml").unlink()


def _secret(folder: Path) -> None:
    (folder / "secrets").mkdir()
    (folder / "secrets" / "url").write_text("json://")


def _break(folder: Path) -> None:
    (folder / "rules.yaml").mkdir()


@pytest.mark.parametrize("change", [_edit, _add, _rename, _remove, _secret, _break])
def test_fingerprint_tells_every_change(folder: Path, change: Callable[[Path], None]) -> None:
    before = fingerprint(folder)
    assert fingerprint(folder) == before
    change(folder)
    assert fingerprint(folder) != before


def test_fingerprint_leaves_other_files_alone(folder: Path) -> None:
    before = fingerprint(folder)
    (folder / ".alerts.yaml.swp").write_text("")
    (folder / "notes.txt").write_text("")
    os.utime(folder / "alerts.yaml", (0, 0))
    assert fingerprint(folder) == before


def test_fingerprint_of_a_missing_folder_is_no_error(tmp_path: Path) -> None:
    assert fingerprint(tmp_path / "none") == fingerprint(tmp_path / "none")
