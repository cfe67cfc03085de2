"""No secret, no piece of one and no encoded form of one comes out of the redactor."""

import base64
from dataclasses import dataclass, field
from urllib.parse import quote

import pytest

from monitor.core.fallback import GroupOptions
from monitor.core.options import RedditOptions
from monitor.core.redact import Redactor, hidden_texts, secrets_of
from monitor.core.source import BasicAuth
from tests.bench import source

MAIL = "mailtos://maria:p%40ss%2Fword@mail.example.org:587?smtp=smtp.example.org&to=maria@example.org&mode=starttls"
WEBHOOK = (
    "json://hooks.example.org/services/T024BE7LD/abcd1234efgh?+X-Api-Key=top+secret&:user=hidden-value&format=text"
)


@pytest.mark.parametrize(
    ("secret", "text", "redacted"),
    [
        ("hunter2!", "password hunter2! refused", "password *** refused"),
        ("tok/en+1=", "GET /?t=tok%2Fen%2B1%3D", "GET /?t=***"),
        ("tok/en+1=", "GET /?t=tok%2fen%2b1%3d", "GET /?t=***"),
        ('say "a\\b"', '{"t": "say \\"a\\\\b\\""}', '{"t": "***"}'),
        (MAIL, f"cannot open {MAIL}", "cannot open ***"),
        (MAIL, "login p@ss/word refused by smtp.example.org", "login *** refused by smtp.example.org"),
        (MAIL, "login p%40ss%2fword", "login ***"),
        (MAIL, f"Basic {base64.b64encode(b'maria:p@ss/word').decode()}", "Basic ***"),
        (MAIL, "sent to maria@example.org, starttls", "sent to maria@example.org, starttls"),
        (
            WEBHOOK,
            "POST https://hooks.example.org/services/T024BE7LD/abcd1234efgh",
            "POST https://hooks.example.org/***/***/***",
        ),
        (WEBHOOK, "abcd1234efgh", "***"),
        (WEBHOOK, "X-Api-Key: top+secret, user: hidden-value", "X-Api-Key: ***, user: ***"),
        ("tgram://123456789:abcdefghij/4711", "bot123456789:abcdefghij/sendMessage", "bot***:***/sendMessage"),
        ("ntfy://my-secret-topic", "posting to my-secret-topic", "posting to ***"),
        ("json://localhost:8080/", "localhost:8080 refused", "localhost:8080 refused"),
        ("json://user@example.org/", "user of example.org", "user of example.org"),
        ("abc", "abc is too short to be a secret", "abc is too short to be a secret"),
    ],
)
def test_secrets_and_their_pieces_go(secret, text, redacted):
    assert Redactor([secret])(text) == redacted


def test_logins_in_any_address_go_even_when_nobody_named_them():
    said = Redactor([])("GET https://user:p@ss@example.org/a?b=c@d failed; see http://example.org/@name")
    assert said == "GET https://***@example.org/a?b=c@d failed; see http://example.org/@name"


def test_the_longest_secret_goes_first():
    assert Redactor(["secret", "secretest"])("secretest secret") == "*** ***"


def test_encoded_url_goes():
    assert WEBHOOK not in (said := Redactor([WEBHOOK])(f"redirect={quote(WEBHOOK, safe='')}"))
    assert said == "redirect=***"


@dataclass(frozen=True)
class Key:
    value: str = field(repr=False)
    owner: str = "maria"


@dataclass(frozen=True)
class Account:
    name: str
    keys: tuple[Key, ...]
    spare: Key | None = field(default=None, repr=False)


def test_what_a_value_hides_is_found_however_deep():
    account = Account("netflixuk", (Key("first-token"), Key("second-token")), spare=Key("third-token", owner="paul"))
    assert list(hidden_texts(account)) == ["first-token", "second-token", "third-token", "paul"]
    assert list(hidden_texts(None)) == []


def test_what_a_source_is_asked_with_is_secret():
    address = source(url="https://a.example/feed?key=key-of-the-feed&format=rss2")
    login = source(
        headers=(("X-Key", "of-a-header"),), auth=BasicAuth(user="maria", password="opens"), proxy="http://p"
    )
    account = source(type="reddit", options=RedditOptions(path="/r/tv/new?shown=in-the-open", feed_token="of-reddit"))
    group = source(type="group", options=GroupOptions(routes=(address, account)))
    assert list(secrets_of(address)) == ["key-of-the-feed"]
    assert list(secrets_of(login)) == ["of-a-header", "maria", "opens", "http://p"]
    assert [secret for secret in secrets_of(account) if secret] == ["of-reddit"]
    assert [secret for secret in secrets_of(group) if secret] == ["key-of-the-feed", "of-reddit"]
