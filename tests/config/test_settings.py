"""The `MONITOR_*` variables."""

from pathlib import Path

import pytest

from monitor.config import ConfigError, LogFormat, LogLevel, read_settings


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CONFIG", "DATA", "LOG_FORMAT", "LOG_LEVEL", "CONTACT", "ENVIRONMENT_PROXY"):
        monkeypatch.delenv(f"MONITOR_{name}", raising=False)


def test_left_out() -> None:
    settings = read_settings()
    assert (settings.config, settings.data) == (Path("config"), Path("data"))
    assert (settings.log_format, settings.log_level) == (LogFormat.AUTO, LogLevel.INFO)
    assert (settings.contact, settings.environment_proxy) == (None, False)


def test_variables_and_flags(monkeypatch: pytest.MonkeyPatch) -> None:
    """Flags win; an empty variable is as good as none."""
    monkeypatch.setenv("MONITOR_CONFIG", "/etc/monitor")
    monkeypatch.setenv("MONITOR_DATA", "/var/lib/monitor")
    monkeypatch.setenv("MONITOR_LOG_LEVEL", "debug")
    monkeypatch.setenv("MONITOR_LOG_FORMAT", "")
    monkeypatch.setenv("MONITOR_ENVIRONMENT_PROXY", "true")
    settings = read_settings(config=Path("here"))
    assert (settings.config, settings.data) == (Path("here"), Path("/var/lib/monitor"))
    assert (settings.log_level, settings.log_format) == (LogLevel.DEBUG, LogFormat.AUTO)
    assert settings.environment_proxy


@pytest.mark.parametrize("contact", ["https://example.org/about", "me@example.org"])
def test_contacts(contact: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_CONTACT", contact)
    assert read_settings().contact == contact


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        (
            "MONITOR_LOG_LEVEL",
            "loud",
            "environment: MONITOR_LOG_LEVEL: Input should be 'debug', 'info', 'warning' or 'error'",
        ),
        ("MONITOR_CONTACT", "me", "environment: MONITOR_CONTACT: write a web address or a mail address"),
        ("MONITOR_CONTACT", "a@b.c\nX: y", "environment: MONITOR_CONTACT: write a web address or a mail address"),
        (
            "MONITOR_LOGLEVEL",
            "debug",
            "environment: MONITOR_LOGLEVEL: there is no such setting; did you mean MONITOR_LOG_LEVEL?",
        ),
    ],
)
def test_mistakes(name: str, value: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError) as caught:
        read_settings()
    assert str(caught.value) == message


def test_other_variables_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A secret may be called like a setting."""
    monkeypatch.setenv("MONITOR_MAIL_URL", "mailto://")
    read_settings()
