import io
from collections.abc import Callable

import pytest

from monitor.cli import main

Typed = Callable[..., tuple[int, str, str]]


@pytest.fixture
def typed(capsys, monkeypatch) -> Typed:
    """Runs the program as typed: exit code, standard output, standard error."""

    def run(*arguments: object, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["monitor", *map(str, arguments)])
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        with pytest.raises(SystemExit) as ended:
            main()
        code = ended.value.code
        return (code if isinstance(code, int) else 0, *capsys.readouterr())

    return run
