"""The list of scenarios is whole."""

from pathlib import Path


def test_every_file_is_listed():
    folder = Path(__file__).parent
    listed = (folder / "README.md").read_text(encoding="utf-8")
    files = {path.name for path in folder.glob("*.py")} - {"__init__.py", "conftest.py", Path(__file__).name}
    assert {name for name in files if f"`{name}`" not in listed} == set()
