"""How this process was deployed: the `MONITOR_*` variables. What to watch and whom to tell is in the YAML files."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from monitor.config.problems import ConfigError, Place, Problem

PREFIX = "MONITOR_"
_LAST_PORT = 65_535


class LogFormat(StrEnum):
    AUTO = "auto"  # text on a terminal, else JSON
    TEXT = "text"
    JSON = "json"


class LogLevel(StrEnum):
    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


def _contact(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"https?://[^\s/]+\S*|[^\s@:/]+@[^\s@:/]+\.[^\s@:/]+", value):
        raise ValueError("write a web address or a mail address")
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Where the page is served."""

    host: str
    port: int


def _page(value: object) -> object:
    if value is None or isinstance(value, Served):
        return value
    found = re.fullmatch(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<host>[^\s:/\[\]]+)):(?P<port>[0-9]{1,5})", str(value))
    if found is None or not 0 < int(found["port"]) <= _LAST_PORT:
        raise ValueError("write a host and a port, such as 127.0.0.1:8410")
    return Served(host=found["six"] or found["host"], port=int(found["port"]))


def _public_url(value: object) -> object:
    if not isinstance(value, str):
        return value
    if not re.fullmatch(r"https?://[^\s/?#@]+(?:/[^\s?#]*)?", value):
        raise ValueError("write the web address under which the page is reached, such as https://monitor.example.org")
    return value.rstrip("/")


class Settings(BaseSettings):
    """Everything `MONITOR_*` says. Made once, by the composition root."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    config: Path = Field(default=Path("config"), description="The folder with the four YAML files.")
    data: Path = Field(default=Path("data"), description="The folder the database is kept in.")
    log_format: LogFormat = Field(
        default=LogFormat.AUTO, description="auto, text or json; auto is text on a terminal and JSON otherwise."
    )
    log_level: LogLevel = Field(default=LogLevel.INFO, description="debug, info, warning or error.")
    contact: Annotated[str | None, BeforeValidator(_contact)] = Field(
        default=None,
        description="A web or mail address that the User-Agent tells to publishers, so they can write instead of blocking.",
    )
    page: Annotated[Served | None, BeforeValidator(_page)] = Field(
        default=None,
        description="Host and port of the page, which takes webhooks and tells health, such as 127.0.0.1:8410.",
    )
    public_url: Annotated[str | None, BeforeValidator(_public_url)] = Field(
        default=None, description="The address under which the internet reaches the page, for WebSub."
    )
    environment_proxy: bool = Field(
        default=False, description="Whether HTTP_PROXY, HTTPS_PROXY and NO_PROXY are followed."
    )


def environment() -> Mapping[str, str]:
    """The variables of this process, for `${NAME}` in the YAML files."""
    return os.environ  # noqa: TID251  # this package is where the environment is read


def read_settings(*, config: Path | None = None, data: Path | None = None) -> Settings:
    """The settings of this process; flags, where given, win over variables. Raises ConfigError."""
    given = {name: value for name, value in (("config", config), ("data", data)) if value is not None}
    problems = list(_strays())
    try:
        settings = Settings(**given)  # type: ignore[arg-type]  # the plugin-less checker sees one type for all keys
    except ValidationError as error:
        problems += (_problem(detail["loc"], detail["msg"]) for detail in error.errors(include_input=False))
    if problems:
        raise ConfigError(problems)
    return settings


def _strays() -> list[Problem]:
    """Variables that look like misspelt settings, which would otherwise be ignored in silence."""
    names = [f"{PREFIX}{name.upper()}" for name in Settings.model_fields]
    found = []
    for name in environment():
        near = get_close_matches(name, names, n=1, cutoff=0.93)
        if name.startswith(PREFIX) and name not in names and near:
            place = Place(file=Path("environment"))
            message = "there is no such setting"
            found.append(Problem(place=place, key=name, message=message, suggestion=f"did you mean {near[0]}?"))
    return found


def _problem(location: tuple[str | int, ...], message: str) -> Problem:
    name = "".join(f"{PREFIX}{part}".upper() for part in location[:1])
    return Problem(place=Place(file=Path("environment")), key=name, message=message.removeprefix("Value error, "))
