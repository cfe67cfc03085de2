"""What `init` writes."""

import stat
from pathlib import Path

import pytest

from monitor.config import ConfigError, load
from monitor.config.advice import advice
from monitor.config.packs import Pack, chosen, packs
from monitor.config.writing import Answers, local_zone, refuse_existing, write
from monitor.core.watchlist import WatchType

PACK = Pack(
    id="wires",
    title="Wires",
    sources=(
        {"id": "wire", "type": "feed", "url": "https://wire.example/feed", "name": 'The "Wire": news', "tier": "trade"},
        {"id": "no-news", "type": "feed", "url": "https://no.example/", "lang": "no", "verified": "false"},
    ),
)


def test_what_is_written_loads_as_answered(tmp_path: Path) -> None:
    """Titles with every sort of trap in them; the receiver's URL is a secret that may hold a reference itself."""
    titles = ("24", "NO", 'Dune: "Part" Three', "#Alive", "[REC]", "true", "L'Été \\ 50 %", "null")
    answers = Answers(
        shows=titles,
        films=("Us",),
        people=("Zoë Kravitz",),
        receiver="json://user:${x}@localhost/#1",
        packs=(PACK, PACK),
        timezone="Europe/Paris",
    )
    written = write(tmp_path, answers)
    setup = load(tmp_path, environ={})
    assert tuple(watch.title for watch in setup.watches if watch.type is WatchType.SHOW) == titles
    assert [watch.title for watch in setup.watches if watch.type is not WatchType.SHOW] == ["Us", "Zoë Kravitz"]
    assert [(source.id, source.name, source.lang) for source in setup.sources] == [
        ("wire", 'The "Wire": news', None),
        ("no-news", "", "no"),
    ]
    assert setup.policy.receivers[0].url == answers.receiver
    assert setup.policy.timezone == "Europe/Paris"
    assert all(file.is_file() for file in written)


def test_the_secret_is_in_no_yaml_and_for_the_owner_alone(tmp_path: Path) -> None:
    write(tmp_path, Answers(shows=("Dune",), receiver="json://t0ken", packs=(PACK,)))
    assert not any("t0ken" in file.read_text() for file in tmp_path.glob("*.yaml"))
    secret = tmp_path / "secrets" / "receiver-url"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert stat.S_IMODE(secret.parent.stat().st_mode) == 0o700
    assert (tmp_path / "secrets" / ".gitignore").read_text() == "*\n"
    assert "t0ken" not in repr(Answers(receiver="json://t0ken"))


def test_the_console_is_no_secret(tmp_path: Path) -> None:
    write(tmp_path, Answers(shows=("Dune",), packs=(PACK,)))
    assert load(tmp_path, environ={}).policy.receivers[0].url == "console://"
    assert not (tmp_path / "secrets").exists()


def test_files_name_a_schema_that_is_there(tmp_path: Path) -> None:
    write(tmp_path, Answers(shows=("Dune",), packs=(PACK,)))
    for file in tmp_path.glob("*.yaml"):
        first = file.read_text().partition("\n")[0]
        assert (tmp_path / first.removeprefix("# yaml-language-server: $schema=")).is_file()


def test_is_good_without_warnings(tmp_path: Path) -> None:
    write(tmp_path, Answers(shows=("Heartstopper",), packs=(PACK,)))
    assert advice(load(tmp_path, environ={}), tmp_path) == ()


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        (
            Answers(shows=("Dune",), receiver="t0ken", packs=(PACK,)),
            "--receiver: the address of a receiver begins with",
        ),
        (Answers(shows=("Dune",), timezone="Lodon", packs=(PACK,)), '--timezone: "Lodon" is not a time zone'),
        (Answers(shows=("Dune", "Dune"), packs=(PACK,)), '--show: the id "dune" is taken'),
        (Answers(people=("鬼",), packs=(PACK,)), "--person: no id can be made"),
        (Answers(packs=(PACK,)), "watchlist.yaml: nothing to watch"),
        (Answers(shows=("Dune",)), "sources.yaml: no source to poll"),
    ],
)
def test_bad_answers_write_nothing(answers: Answers, message: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        write(tmp_path / "config", answers)
    assert str(caught.value).startswith(message)
    assert "t0ken" not in str(caught.value)
    assert not (tmp_path / "config").exists()


def test_existing_files_are_not_overwritten_unasked(tmp_path: Path) -> None:
    refuse_existing(tmp_path, force=False)
    (tmp_path / "rules.yml").touch()
    refuse_existing(tmp_path, force=True)
    with pytest.raises(ConfigError, match=r"rules\.yml: is there already; use --force"):
        refuse_existing(tmp_path, force=False)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="cannot be written"):
        write(tmp_path / "file" / "config", Answers(shows=("Dune",), packs=(PACK,)))


@pytest.mark.parametrize("pack", packs().values(), ids=lambda pack: pack.id)
def test_every_shipped_pack_is_valid(pack: Pack, tmp_path: Path) -> None:
    write(tmp_path, Answers(shows=("Dune",), packs=(pack,)))
    assert len(load(tmp_path, environ={}).sources) == len(pack.sources)


def test_packs_together_and_by_name(tmp_path: Path) -> None:
    write(tmp_path, Answers(shows=("Dune",), packs=tuple(packs().values())))
    load(tmp_path, environ={})
    assert [pack.id for pack in chosen(["us-trade"])] == ["us-trade"]
    assert len(chosen([])) > 1
    with pytest.raises(ConfigError, match=r'--pack: there is no starter pack "us-trad"; did you mean "us-trade"\?'):
        chosen(["us-trad"])


def test_a_catalogue_without_sources_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("title: x\n")
    with pytest.raises(ConfigError, match=r"a\.yaml: a catalogue file has a list"):
        packs(tmp_path)


def test_catalogue_entries_keep_what_sources_yaml_knows(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("sources: [{id: a, type: youtube, channel: x, lang: de, country: DE, tier:}]\n")
    (entry,) = packs(tmp_path)["a"].sources
    assert entry == {"id": "a", "type": "youtube", "channel": "x", "lang": "de", "country": "DE"}


@pytest.mark.parametrize(
    ("environ", "zone"), [({"TZ": "Europe/Berlin"}, "Europe/Berlin"), ({"TZ": ":Asia/Tokyo"}, "Asia/Tokyo")]
)
def test_the_zone_of_the_machine(environ: dict[str, str], zone: str) -> None:
    assert local_zone(environ) == zone
    assert local_zone({"TZ": "nonsense"}) == local_zone({})
