"""What a start leaves out: libraries of parts that many do without, loaded where they are configured."""

import subprocess
import sys

OPTIONAL = {"alembic", "apprise", "imapclient", "starlette", "uvicorn", "websockets"}


def test_the_program_loads_optional_parts_only_where_they_are_used() -> None:
    code = (
        "import sys, monitor.cli, monitor.bootstrap; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "httpx" in loaded
    assert OPTIONAL.isdisjoint(loaded)
