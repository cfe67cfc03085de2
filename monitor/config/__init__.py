"""The user's four files and the environment, read into core types."""

from monitor.config.files import fingerprint, unread
from monitor.config.loading import load, load_rules, load_watchlist
from monitor.config.problems import ConfigError, Place, Problem
from monitor.config.settings import LogFormat, LogLevel, Settings, environment, read_settings

__all__ = [
    "ConfigError",
    "LogFormat",
    "LogLevel",
    "Place",
    "Problem",
    "Settings",
    "environment",
    "fingerprint",
    "load",
    "load_rules",
    "load_watchlist",
    "read_settings",
    "unread",
]
