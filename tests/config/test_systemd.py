from datetime import timedelta

import pytest

from monitor.config.systemd import Supervision, read_supervision

CASES = [
    ({}, None, None),
    ({"NOTIFY_SOCKET": "/run/notify"}, "/run/notify", None),
    ({"NOTIFY_SOCKET": "@name", "WATCHDOG_USEC": "90000000"}, "@name", 90),
    ({"NOTIFY_SOCKET": "", "WATCHDOG_USEC": ""}, None, None),
    ({"WATCHDOG_USEC": "1500000", "WATCHDOG_PID": "42"}, None, 1.5),
    ({"WATCHDOG_USEC": "1500000", "WATCHDOG_PID": "41"}, None, None),
    ({"WATCHDOG_USEC": "0"}, None, None),
    ({"WATCHDOG_USEC": "-5"}, None, None),
    ({"WATCHDOG_USEC": "soon"}, None, None),
]


@pytest.mark.parametrize(("environ", "address", "seconds"), CASES)
def test_what_the_manager_asks(environ: dict[str, str], address: str | None, seconds: float | None) -> None:
    watchdog = None if seconds is None else timedelta(seconds=seconds)
    assert read_supervision(environ, pid=42) == Supervision(notify_socket=address, watchdog=watchdog)
