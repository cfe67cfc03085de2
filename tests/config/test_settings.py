"""The `MONITOR_*` variables."""

from pathlib import Path

import pytest

from monitor.config import ConfigError, LogFormat, LogLevel, read_settings
from monitor.config.settings import Served


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CONFIG", "DATA", "LOG_FORMAT", "LOG_LEVEL", "CONTACT", "ENVIRONMENT_PROXY", "PAGE", "PUBLIC_URL"):
        monkeypatch.delenv(f"MONITOR_{name}", raising=False)


def test_left_out() -> None:
    settings = read_settings()
    assert (settings.config, settings.data) == (Path("config"), Path("data"))
    assert (settings.log_format, settings.log_level) == (LogFormat.AUTO, LogLevel.INFO)
    assert (settings.contact, settings.environment_proxy) == (None, False)
    assert (settings.page, settings.public_url) == (None, None)


@pytest.mark.parametrize(
    ("written", "host", "port"),
    [("127.0.0.1:8410", "127.0.0.1", 8410), ("[::1]:80", "::1", 80), ("localhost:65535", "localhost", 65535)],
)
def test_where_the_page_is(written: str, host: str, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_PAGE", written)
    monkeypatch.setenv("MONITOR_PUBLIC_URL", "https://monitor.example.org/news/")
    settings = read_settings()
    assert settings.page == Served(host=host, port=port)
    assert settings.public_url == "https://monitor.example.org/news"


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
        *(
            ("MONITOR_PAGE", value, "environment: MONITOR_PAGE: write a host and a port, such as 127.0.0.1:8410")
            for value in ("8410", ":8410", "127.0.0.1", "127.0.0.1:0", "::1:8410", "127.0.0.1:70000", "http://a:80")
        ),
        *(
            (
                "MONITOR_PUBLIC_URL",
                value,
                (
                    "environment: MONITOR_PUBLIC_URL: write the web address under which the page is reached, such as "
                    "https://monitor.example.org"
                ),
            )
            for value in ("monitor.example.org", "ftp://a", "https://a?b=c", "https://me@a/", "https://")
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
