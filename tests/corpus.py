"""Where the labelled corpus is, if it is there at all: beside the checkout, never part of it."""

from pathlib import Path

import pytest

_FOLDER = Path(__file__).resolve().parents[2] / "shared" / "corpus"
CORPUS: Path | None = _FOLDER if _FOLDER.is_dir() else None

needs_corpus = pytest.mark.skipif(CORPUS is None, reason="the labelled corpus is not beside this checkout")
