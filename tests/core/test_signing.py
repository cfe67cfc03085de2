"""Signatures with a shared secret."""

import hashlib
import hmac

import pytest

from monitor.core.signing import is_same, is_signed

BODY, SECRET = b'{"title": "Lantern Bay"}', "a secret"
SHA256 = hmac.new(SECRET.encode(), BODY, hashlib.sha256).hexdigest()
SHA1 = hmac.new(SECRET.encode(), BODY, hashlib.sha1).hexdigest()
SHA512 = hmac.new(SECRET.encode(), BODY, hashlib.sha512).hexdigest()
HUBS = ("sha1", "sha512")


@pytest.mark.parametrize(
    ("signature", "algorithms", "good"),
    [
        (f"sha256={SHA256}", ("sha256",), True),
        (SHA256, ("sha256",), True),
        (f" SHA256={SHA256.upper()} ", ("sha256",), True),
        (f"sha256={SHA256[:-1]}", ("sha256",), False),
        (f"sha256={SHA256}0", ("sha256",), False),
        ("sha256=", ("sha256",), False),
        ("", ("sha256",), False),
        ("é", ("sha256",), False),
        (f"sha1={SHA1}", ("sha256",), False),
        (f"md5={SHA1}", ("sha256",), False),
        (f"sha1={SHA1}", HUBS, True),
        (f"sha512={SHA512}", HUBS, True),
        (f"sha512={SHA1}", HUBS, False),
        (SHA256, HUBS, False),
    ],
)
def test_signatures(signature: str, algorithms: tuple[str, ...], *, good: bool):
    assert is_signed(BODY, secret=SECRET, signature=signature, algorithms=algorithms) is good
    assert not is_signed(BODY, secret="another", signature=signature, algorithms=algorithms)


@pytest.mark.parametrize(("told", "same"), [("token", True), ("Token", False), ("", False), ("\udcff", False)])
def test_secrets(told: str, *, same: bool):
    assert is_same("token", told) is same
