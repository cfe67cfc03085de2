import pytest

from tests.bench import open_bench


@pytest.fixture
def bench(tmp_path):
    with open_bench(tmp_path) as bench:
        yield bench
