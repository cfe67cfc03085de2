"""A CSS selector as a user writes it, with "@" and an attribute behind it where not the text is meant: "time@datetime"."""

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

_WITH_ATTRIBUTE = re.compile(r"(?P<css>.*?)\s*@(?P<attribute>[A-Za-z_][\w:.-]*)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """What to take of an element: from which element within it (the element itself where `css` is empty), and what."""

    css: str
    attribute: str = ""  # "" = what is usual for the purpose


def pick_of(written: str) -> Pick:
    """The selector taken apart."""
    found = _WITH_ATTRIBUTE.fullmatch(written)
    return Pick(css=found["css"].strip(), attribute=found["attribute"].lower()) if found else Pick(css=written.strip())


def is_selector(css: str) -> bool:
    """Whether the HTML parser understands the selector."""
    root = LexborHTMLParser("<p></p>").root
    assert root is not None  # the parser makes html, head and body out of anything
    try:
        root.css(css)
    except SelectolaxError:
        return False
    return True
