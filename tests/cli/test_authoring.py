import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from monitor.cli.authoring import register

APP = typer.Typer()
register(APP)
OWN = """
rules:
  - {id: cheers, kind: renewal, phrases: ["back for more"], unless: ["more drama"]}
  - {id: en/trailer/trailer, kind: trailer, phrases: ["sneak peep"]}
disable: [en/renewal/not-renewed]
"""


def run(*args: str) -> tuple[int, str]:
    result = CliRunner().invoke(APP, ["rules", *args])
    return result.exit_code, " ".join(result.output.split())


@pytest.fixture
def config(tmp_path: Path) -> str:
    (tmp_path / "rules.yaml").write_text(OWN, encoding="utf-8")
    return str(tmp_path)


def test_list_tells_shipped_rules_from_ones_own(config: str) -> None:
    code, output = run("list", "--lang", "en", "--json", "--config", config)
    found = {rule["id"]: rule for rule in json.loads(output)}
    assert code == 0
    assert found["en/renewal/renewed"]["from"] == "shipped"
    assert found["en/renewal/renewed"]["file"].endswith("en.yaml")
    assert (found["en/renewal/cheers"]["from"], found["en/renewal/cheers"]["line"]) == ("yours", 3)
    assert found["en/trailer/trailer"]["from"] == "yours, for a shipped one"
    assert (found["en/renewal/not-renewed"]["from"], found["en/renewal/not-renewed"]["used"]) == ("disabled", False)


def test_list_is_narrowed_by_kind_and_language() -> None:
    code, output = run("list", "--lang", "de", "--kind", "ending")
    assert code == 0
    assert "de/ending/" in output
    assert "de/renewal/" not in output
    assert "en/" not in output
    assert run("list", "--lang", "xx")[0] == 2


def test_show_prints_phrases_and_forms(config: str) -> None:
    code, output = run("show", "en/renewal/cheers", "--config", config)
    assert code == 0
    assert "phrases: - back for more unless: - more drama where: headline, lead, body" in output
    assert "{renew}: renew, renews" in run("show", "en/renewal/renewed")[1]
    assert json.loads(run("show", "en/renewal/renewed", "--json")[1])["kind"] == "renewal"


def test_show_suggests_the_nearest_id() -> None:
    code, output = run("show", "en/renewal/renewd")
    assert (code, "did you mean" in output) == (2, True)


def test_a_text_is_read_with_a_phrase_on_trial() -> None:
    assert "kinds: none" in run("test", "Saltmarsh gets the nod again")[1]
    code, output = run("test", "Saltmarsh gets the nod again", "--phrase", "gets the nod", "--kind", "renewal")
    assert (code, "rule en/renewal/tried on “gets the nod” in the title" in output) == (0, True)


def test_a_text_is_read_with_the_changes_of_a_folder(config: str, tmp_path: Path) -> None:
    watchlist = tmp_path / "watched.yaml"
    watchlist.write_text("shows: [{title: Saltmarsh}]", encoding="utf-8")
    output = run("test", "Saltmarsh is back for more", "--config", config, "--watchlist", str(watchlist))[1]
    assert "rule en/renewal/cheers" in output
    assert "watched as saltmarsh" in output


def test_every_key_of_a_rule_is_heeded(tmp_path: Path) -> None:
    keys = "where: headline, weight: 0.7, certainty: rumour, people: before, instead_of: [renewal]"
    rule = f"rules: [{{id: nod, kind: order, phrases: ['gets the green flag'], {keys}}}]"
    (tmp_path / "rules.yaml").write_text(rule, encoding="utf-8")
    told = ("--config", str(tmp_path))
    assert "order: Saltmarsh rumour" in run("test", "'Saltmarsh' gets the green flag", *told)[1]
    assert "kinds: none" in run("test", "Later this year", "--summary", "It gets the green flag.", *told)[1]
    shown = json.loads(run("show", "en/order/nod", "--json", *told)[1])
    assert (shown["where"], shown["weight"], shown["instead_of"]) == (["headline"], 0.7, ["renewal"])


def test_cases_say_what_differs(tmp_path: Path) -> None:
    file = tmp_path / "cases.yaml"
    good = "- {title: 'Saltmarsh renewed for season 2', kinds: [renewal], seasons: [2], titles: [Saltmarsh]}\n"
    file.write_text(good, encoding="utf-8")
    assert run("test", "--cases", str(file)) == (0, "1 case: all read as they say")
    file.write_text(
        good + "- {title: 'Saltmarsh series axed by Sky', kinds: [ending], certainty: rumour}\n", encoding="utf-8"
    )
    code, output = run("test", "--cases", str(file))
    assert code == 1
    assert "case 2, Saltmarsh series axed by Sky: kinds ending wanted, cancellation found" in output
    assert "certainty rumour wanted, confirmed found" in output


WRONG = [
    ((), "a text or --cases FILE is needed"),
    (("a text", "--phrase", "back"), "belong together"),
    (("a text", "--phrase", "(back", "--kind", "renewal"), "--phrase: "),
]


@pytest.mark.parametrize(("args", "reason"), WRONG, ids=[reason for _, reason in WRONG])
def test_mistakes_are_told(args: tuple[str, ...], reason: str) -> None:
    code, output = run("test", *args)
    assert (code, reason in output) == (2, True)


CASES = [
    ("kinds: [renewal]", "a list of cases is needed"),
    ("- {kinds: [party]}", "case 1: kinds: 'party'"),
    ("- no", "case 1"),
    ("- {titel: a, kinds: []}", "case 1: unknown key 'titel'; there is: id, title"),
]


@pytest.mark.parametrize(("text", "reason"), CASES, ids=[text for text, _ in CASES])
def test_wrong_cases_are_told(text: str, reason: str, tmp_path: Path) -> None:
    file = tmp_path / "cases.yaml"
    file.write_text(text, encoding="utf-8")
    code, output = run("test", "--cases", str(file))
    assert (code, reason in output) == (2, True)
