"""What a source says beyond the common keys: one value per source type, made by `config/` and read by its adapter.

Fields that hold a key, a token or a password have `repr=False`, which also keeps them out of the logs.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The base of them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlueskyOptions(Options):
    """Of `type: bluesky`."""

    account: str  # handle or DID
    base: str  # of the API, without a slash at the end
    trusted_host: str | None = None  # its host, where the user chose another than the public one
    jetstream: str | None = None  # the address of the stream, where it brings posts between the visits


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramOptions(Options):
    """A public channel. `base` is set where the user names another server than t.me."""

    channel: str  # lower case, without "@"
    base: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class YoutubeOptions(Options):
    """A channel: its id, or the path of a page that names it, such as "@handle" or "watch?v=..."."""

    channel: str
    shorts: bool = True
    live: bool = True
    base: str | None = None  # set where the user names another server
