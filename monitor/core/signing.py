"""Whether bytes were signed with a secret that both sides know: an HMAC, compared in constant time."""

import hashlib
import hmac
from collections.abc import Collection

SHA256 = frozenset({"sha256"})


def is_signed(body: bytes, *, secret: str, signature: str, algorithms: Collection[str] = SHA256) -> bool:
    """Whether `signature` belongs to the bytes: "sha256=<hex>", or the hex digits alone, which are SHA-256."""
    name, named, digits = signature.strip().partition("=")
    name, digits = (name.lower(), digits) if named else ("sha256", name)
    if name not in algorithms:
        return False
    expected = hmac.new(secret.encode(), body, getattr(hashlib, name)).hexdigest()
    return is_same(expected, digits.strip().lower())


def is_same(secret: str, told: str) -> bool:
    """Whether two secrets are the same, in a time that does not tell how much of them is."""
    return hmac.compare_digest(secret.encode(), told.encode("utf-8", errors="replace"))
