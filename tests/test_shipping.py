"""What is shipped works where nothing else of ours is: the wheel in an empty environment, the files around it.

These tests fetch the locked packages where pip's cache has not got them.
"""

import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path
from zipfile import ZipFile

import pytest

from monitor.sandbox import MEMORY_BYTES

CHECKOUT = Path(__file__).parents[1]
UNIT = CHECKOUT / "packaging/systemd/announcement-monitor.service"
OFFLINE = re.compile(r"NewConnectionError|NameResolutionError|ConnectTimeoutError|Could not fetch URL")


def run(*words: str | Path, cwd: Path, expect: int = 0) -> subprocess.CompletedProcess[str]:
    """Runs a command as a user would: nothing in its environment leads back to the checkout."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "MONITOR_", "COV"))
    }
    done = subprocess.run(words, cwd=cwd, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == expect, f"{words}\n{done.stdout}\n{done.stderr}"
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as `make wheel` builds it, from a copy, so that nothing is left behind in the checkout."""
    copy, dist = tmp_path_factory.mktemp("copy"), tmp_path_factory.mktemp("dist")
    for name in ("monitor", "seeds"):
        shutil.copytree(CHECKOUT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(CHECKOUT / name, copy)
    pip = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index")
    run(*pip, "--wheel-dir", dist, ".", cwd=copy)
    (built,) = dist.iterdir()
    return built


@pytest.fixture(scope="module")
def bin_folder(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment that holds the wheel and the locked packages, nothing else."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    pip = (folder / "bin/python", "-m", "pip", "install", "--quiet", "--no-compile", "--disable-pip-version-check")
    try:
        run(*pip, "--require-hashes", "--requirement", CHECKOUT / "requirements.txt", cwd=folder)
    except AssertionError as error:
        if OFFLINE.search(str(error)) and not os.environ.get("CI"):
            pytest.skip("no network, and pip's cache does not hold every locked package")
        raise
    run(*pip, "--no-deps", "--no-index", wheel, cwd=folder)
    run(folder / "bin/python", "-m", "pip", "check", cwd=folder)
    return folder / "bin"


def files_under(*roots: str) -> set[str]:
    found = (path for root in roots for path in (CHECKOUT / root).rglob("*") if path.is_file())
    return {str(path.relative_to(CHECKOUT)) for path in found if "__pycache__" not in path.parts}


def test_the_wheel_holds_the_package_its_seeds_and_nothing_else(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        names = set(archive.namelist())
    info = {name for name in names if ".dist-info/" in name}
    wanted = files_under("monitor") | {f"monitor/{name}" for name in files_under("seeds")}
    assert names - info == wanted
    assert {Path(name).name for name in info} >= {"METADATA", "RECORD", "entry_points.txt", "LICENSE"}


def test_the_installed_program_runs(bin_folder: Path, tmp_path: Path) -> None:
    assert "demo" in run(bin_folder / "monitor", "--help", cwd=tmp_path).stdout
    assert run(bin_folder / "python", "-m", "monitor", "--version", cwd=tmp_path).stdout.startswith("monitor ")


def test_what_init_writes_passes_check(bin_folder: Path, tmp_path: Path) -> None:
    run(bin_folder / "monitor", "init", "--show", "Heartstopper", "--receiver", "console://", cwd=tmp_path)
    run(bin_folder / "monitor", "check", cwd=tmp_path)


def test_a_mistake_in_the_files_is_exit_2(bin_folder: Path, tmp_path: Path) -> None:
    run(bin_folder / "monitor", "check", "--config", tmp_path / "missing", cwd=tmp_path, expect=2)


def test_the_demo_tells_its_whole_story_from_the_wheel(bin_folder: Path, tmp_path: Path) -> None:
    """Rules, migrations, templates and seeds are inside; the demo itself fails when an expected alert is missing."""
    assert run(bin_folder / "monitor", "demo", cwd=tmp_path).stdout


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_the_unit_is_one_that_systemd_understands(tmp_path: Path) -> None:
    """With a program that exists in the place of ours; the unit's mistakes are told on standard error."""
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text().replace("/opt/monitor/bin/monitor", sys.executable))
    assert run("systemd-analyze", "verify", "--man=no", unit, cwd=tmp_path).stderr == ""


def test_hostile_documents_fit_in_the_memory_that_unit_and_compose_file_allow() -> None:
    """Else the kernel would choose whom to end, and systemd would stop the daemon with its reader."""
    daemon, readers = 200_000_000, 2
    (unit,) = re.findall(r"^MemoryMax=(\d+)G$", UNIT.read_text(encoding="utf-8"), re.MULTILINE)
    (compose,) = re.findall(
        r"^ +mem_limit: (\d+)g$", (CHECKOUT / "docker-compose.yml").read_text("utf-8"), re.MULTILINE
    )
    assert unit == compose
    assert daemon + readers * MEMORY_BYTES < int(unit) << 30


def test_what_the_image_is_built_from_is_let_through_to_the_builder() -> None:
    """Everything that the Dockerfile copies from the checkout stands in .dockerignore's list, and exists."""
    copied = {name for words in copies() for name in words[:-1]}
    let_through = {line[1:] for line in (CHECKOUT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert copied == let_through
    assert all((CHECKOUT / name).exists() for name in copied)


def copies() -> Sequence[Sequence[str]]:
    lines = (CHECKOUT / "Dockerfile").read_text().splitlines()
    return [line.split()[1:] for line in lines if line.startswith("COPY ") and "--from" not in line]


@pytest.mark.parametrize("name", ["Dockerfile", "docker-compose.yml"])
def test_the_healthcheck_is_the_same_everywhere(name: str) -> None:
    text = re.sub(r"[\[\]\",]", "", (CHECKOUT / name).read_text())
    assert "CMD monitor status --health" in text
