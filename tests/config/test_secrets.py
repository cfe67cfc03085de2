"""Where secrets come from, and that they go nowhere else."""

import shutil
from pathlib import Path

import pytest

from monitor.config import ConfigError, load
from monitor.config.problems import RefusedError
from monitor.config.secrets import Secrets

PLAIN = Path(__file__).resolve().parents[1] / "data" / "config" / "plain"
SECRET = "s3cr3t-v4lue"


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("plain", "plain"),
        ("${A}", "one"),
        ("x${A}y${B}z", "xoneytwoz"),
        ("$${A}", "${A}"),
        ("$A $ {A} $$", "$A $ {A} $$"),
        ("${NESTED}", "${A}"),
        ("${file:token}", "from file"),
        ("${file:absolute}", "from file"),
    ],
)
def test_fills(text: str, filled: str, tmp_path: Path) -> None:
    """A value is not read for references again; a file loses only the line break at its end."""
    (tmp_path / "token").write_text("from file\r\n")
    text = text.replace("absolute", str(tmp_path / "token"))
    secrets = Secrets(folder=tmp_path, environ={"A": "one", "B": "two", "NESTED": "${A}"})
    assert secrets.fill(text) == filled


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("${MISSING}", "the environment variable MISSING is not set"),
        ("${EMPTY}", "the environment variable EMPTY is not set"),
        ("${}", "between ${ and } stands the name of a variable, or file: and a path"),
        ("a ${A", '"${" is not closed; write "$${" for the characters themselves'),
        ("${file:gone}", 'the secret file "FOLDER/gone" does not exist'),
        ("${file:.}", 'the secret file "FOLDER" does not exist'),
        ("${file:empty}", 'the secret file "FOLDER/empty" is empty'),
        ("${file:latin}", 'the secret file "FOLDER/latin" cannot be read'),
    ],
)
def test_refuses(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "latin").write_bytes(b"\xe9")
    with pytest.raises(RefusedError) as caught:
        Secrets(folder=tmp_path, environ={"EMPTY": ""}).fill(text)
    assert str(caught.value) == message.replace("FOLDER", str(tmp_path))


BROKEN = [
    ("sources", "sources: [{id: a, type: feed, url: '%s'}]"),
    ("sources", "sources: [{id: a, type: feed, url: 'https://u:%s@a.example/'}]"),
    ("sources", "sources: [{id: a, type: feed, url: 'https://a.example:%s/'}]"),
    ("sources", "sources: [{id: a, type: feed, url: 'https://a.example/ %s'}]"),
    ("sources", "sources: [{id: a, type: feed, url: 'https://a.example/', proxy: '%s'}]"),
    ("sources", "sources: [{id: a, type: feed, url: 'https://a.example/', headers: {X: 'é%s'}}]"),
    ("sources", "sources: [{id: a, type: feed, url: 'https://a.example/', auth: {user: '%s'}}]"),
    ("sources", "sources: [{id: a, url: '%s', auth: {user: '%s', password: '%s', x: '%s'}}]"),
    ("alerts", "receivers: [{id: a, url: '%s'}]"),
    ("alerts", "receivers: [{id: a, url: 'console://%s'}]"),
    ("alerts", "receivers: [{id: a, url: 'json://h/?optional=%s'}]"),
    ("alerts", "receivers: [{id: a, url: 'json://h/%s', x: 1}, {id: a, url: 'json://%s'}]\nroutes: [{receivers: [b]}]"),
]


@pytest.mark.parametrize(("name", "text"), BROKEN)
@pytest.mark.parametrize("reference", ["${TOKEN}", "${file:token}"])
def test_a_value_is_in_no_message(name: str, text: str, reference: str, tmp_path: Path) -> None:
    """Nor in the exception's representation, nor in what it was raised from."""
    shutil.copytree(PLAIN, tmp_path, dirs_exist_ok=True)
    (tmp_path / "token").write_text(SECRET)
    (tmp_path / f"{name}.yaml").write_text(text.replace("%s", reference))
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, environ={"TOKEN": SECRET})
    error = caught.value
    assert SECRET not in f"{error} {error!r} {error.problems!r} {error.__cause__!r}"
    assert error.__suppress_context__ or error.__context__ is None


LITERAL = [
    ("alerts", "receivers:\n  - id: me\n    url: json://%s: 80\n"),
    ("alerts", "receivers:\n  - {id: me, url: [json://%s]}\n"),
    ("alerts", "receivers:\n  - {id: me, url: {json: //%s}}\n"),
    ("alerts", "receivers: json://%s\n"),
    ("alerts", "receivers:\n  - json://%s\n"),
    ("alerts", "receivers:\n  - {id: json://%s, url: x}\n"),
    ("alerts", "receivers: [{id: me, url: 'console://'}]\nroutes: [{receivers: [json://%s]}]\n"),
    ("alerts", "receivers: [{id: me, url: 'console://'}]\nroutes: [{receivers: json://%s}]\n"),
    ("sources", "sources:\n  - id: a\n    type: feed\n    auth:\n      password: %s: x\n"),
]


@pytest.mark.parametrize(("name", "text"), LITERAL)
def test_an_address_in_the_file_is_in_no_message_either(name: str, text: str, tmp_path: Path) -> None:
    """Nor a password: a secret that should not stand there is still one."""
    shutil.copytree(PLAIN, tmp_path, dirs_exist_ok=True)
    (tmp_path / f"{name}.yaml").write_text(text.replace("%s", SECRET))
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, environ={})
    assert SECRET not in str(caught.value)


def test_a_value_is_in_no_representation(tmp_path: Path) -> None:
    shutil.copytree(PLAIN, tmp_path, dirs_exist_ok=True)
    (tmp_path / "alerts.yaml").write_text("receivers: [{id: a, url: 'json://${TOKEN}'}]")
    (tmp_path / "sources.yaml").write_text(
        "sources: [{id: a, type: feed, url: 'https://a.example/', proxy: 'http://${TOKEN}@p/',"
        " headers: {X: '${TOKEN}'}, auth: {user: '${TOKEN}', password: '${TOKEN}'}}]"
    )
    environ = {"TOKEN": SECRET}
    setup = load(tmp_path, environ=environ)
    assert setup.sources[0].proxy == f"http://{SECRET}@p/"
    assert SECRET not in f"{setup!r} {Secrets(folder=tmp_path, environ=environ)!r}"
