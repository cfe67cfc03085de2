"""Flattens markup that is nested deeper than any page, before a tree is made of it.

The tree builder needs quadratic time for nested elements, and so does whoever asks each of them for its text. Browsers
make siblings of what stands deeper than 512 elements; here such elements go, and their text stays.
"""

import re
from collections import defaultdict

DEEPEST = 1_000  # more than browsers have: many pages leave something open
_TAG = re.compile(r"<(/?)([A-Za-z][^\s/>]{0,40})[^>]*+(?:>|\Z)")
# Void elements, and those that the next of their sort closes: they nest only by way of others, which are counted.
_NOT_COUNTED = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
    "body", "dd", "dt", "head", "html", "li", "optgroup", "option", "p", "rb", "rp", "rt", "rtc", "tbody", "td", "tfoot",
    "th", "thead", "tr",
})  # fmt: skip


def flattened(markup: str) -> str:
    """The markup without the tags of elements within more than DEEPEST open ones.

    What is open is counted by name: an end tag closes only its like, as most of those that close nothing are ignored.
    """
    if markup.count("<") <= DEEPEST:
        return markup
    opened: defaultdict[str, int] = defaultdict(int)
    depth = 0

    def keep(tag: re.Match[str]) -> str:
        nonlocal depth
        name = tag[2].lower()
        if name in _NOT_COUNTED or (opened["svg"] and tag[0].endswith("/>")):
            return tag[0]
        if not tag[1]:
            if depth == DEEPEST:
                return " "
            opened[name] += 1
            depth += 1
        elif opened[name]:
            opened[name] -= 1
            depth -= 1
        return tag[0]

    return _TAG.sub(keep, markup)
