"""Ids made from titles and names."""

import re
import unicodedata


def slug(title: str) -> str:
    """`title` as a kebab-case id: accents folded, apostrophes dropped, "&" as "and". Empty for other scripts."""
    folded = unicodedata.normalize("NFKD", title).casefold().replace("&", " and ").replace("ß", "ss")
    letters = "".join(char for char in folded if not unicodedata.combining(char) and char not in "'\u2019")
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:80].strip("-")
