"""A post or press release that a page or a feed entry shows."""

from dataclasses import dataclass

PRESS_OFFICE = "press"


@dataclass(frozen=True, slots=True, kw_only=True)
class Embed:
    """A social post shown inside a page or feed entry, or the text of a press office that a page links to."""

    platform: str  # "instagram", "x", "bluesky", ...; PRESS_OFFICE
    account: str | None  # handle without "@", lower case; None when the embed does not say
    permalink: str | None
