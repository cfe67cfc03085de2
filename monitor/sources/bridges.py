"""What bridges, which make feeds of sites that have none, say when they fail: as an entry, or as a page."""

import html
import re
from dataclasses import replace

from monitor.core.fetching import FetchFailed
from monitor.core.text import clean_line

# RSS-Bridge tells an error as an entry; the second wording is that of older versions.
_AS_ENTRY = re.compile(
    r"Bridge (?:returned|encountered an?) error\b|.{1,60}Bridge was unable to receive or process the remote website",
    re.IGNORECASE,
)
_BRIDGE = re.compile(r"RSSHub|RSS-Bridge")
# Both write "Message:" and then the error, with tags between.
_MESSAGE = re.compile(r"Message:\s*(?:<[^<>]{0,300}>\s*){0,6}(?P<words>[^<]{3,400})")
_LONGEST = 120


def is_error(title: str) -> bool:
    """Whether an entry of this title tells of a failure of the bridge."""
    return _AS_ENTRY.match(title) is not None


def explained(failed: FetchFailed) -> FetchFailed:
    """The failure with the bridge's own words, where a bridge answered with a page about it."""
    page = failed.body.decode("utf-8", errors="replace")
    bridge, message = _BRIDGE.search(page), _MESSAGE.search(page)
    if bridge is None or message is None:
        return failed
    words = clean_line(html.unescape(message["words"]), _LONGEST)
    return replace(failed, detail=f"{failed.detail}; {bridge[0]} says “{words}”")
