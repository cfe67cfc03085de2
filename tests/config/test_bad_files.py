"""One mistake per file in `tests/data/config/bad/`; its first line says what the user must be told."""

import shutil
from pathlib import Path

import pytest

from monitor.config import ConfigError, load

DATA = Path(__file__).resolve().parents[1] / "data" / "config"
BAD = sorted((DATA / "bad").glob("*.yaml"))


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.stem)
def test_is_told_once_with_its_place_and_what_to_write(case: Path, tmp_path: Path) -> None:
    """The whole message is expected, but for the folder; `kind-what.yaml` stands in for `kind.yaml`."""
    for name in ("watchlist", "sources", "alerts"):
        shutil.copy(DATA / "plain" / f"{name}.yaml", tmp_path)
    kind = case.stem.partition("-")[0]
    shutil.copy(case, tmp_path / f"{kind}.yaml")
    expected = case.read_text().partition("\n")[0].removeprefix("# expect: ")

    with pytest.raises(ConfigError) as caught:
        load(tmp_path, environ={})

    told = str(caught.value).replace(f"{tmp_path}/", "")
    assert told == f"{kind}.yaml:{expected}"
