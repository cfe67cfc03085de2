import asyncio
from contextlib import contextmanager
from pathlib import Path

import pytest

from monitor.store.opening import open_store


class Opened:
    """A store on a real file, asked without `await`."""

    def __init__(self, runner, store, path):
        self.path = path
        self._runner = runner
        self._store = store

    def write(self, work):
        return self._runner.run(self._store.write(work))

    def read(self, work):
        return self._runner.run(self._store.read(work))


@contextmanager
def opened(path: Path, *, exclusive: bool = False):
    with asyncio.Runner() as runner:
        opening = open_store(path, exclusive=exclusive)
        store = runner.run(opening.__aenter__())
        try:
            yield Opened(runner, store, path)
        finally:
            runner.run(opening.__aexit__(None, None, None))


@pytest.fixture
def path(tmp_path):
    # A name that a careless connection string would read otherwise.
    return tmp_path / "my data?%#" / "monitor.db"


@pytest.fixture
def store(path):
    with opened(path) as store:
        yield store


@pytest.fixture(scope="module")
def shared_store(tmp_path_factory):
    with opened(tmp_path_factory.mktemp("shared") / "monitor.db") as store:
        yield store
