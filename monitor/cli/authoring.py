"""The commands for authors of rules: `rules list`, `rules show` and `rules test`."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from monitor.cli.options import DEFAULT_CONFIG, JsonOption
from monitor.cli.output import print_json, print_sections, print_table, stderr, stdout
from monitor.cli.records import RecordError, labelled_of
from monitor.config import load_rules, load_watchlist
from monitor.config.problems import did_you_mean
from monitor.config.rulefiles import load_recogniser
from monitor.config.rulelist import ListedRule, Origin, listed_rules, word_forms
from monitor.config.shipped import read_yaml, rule_languages
from monitor.core.classify import Recogniser
from monitor.core.report import Document, Kind
from monitor.core.rules import RuleChange, RuleError
from monitor.explain import explain_reading

CASE_KEYS = (
    *("id", "title", "summary", "text", "html", "url", "publisher", "published", "lang"),
    *("kinds", "certainty", "titles", "seasons", "people"),
)

RulesOption = Annotated[
    Path | None,
    typer.Option(
        "--config", envvar="MONITOR_CONFIG", metavar="DIR", help="Count in rules.yaml of this folder, else of config/."
    ),
]
_TRIED = "tried"  # the name of a rule that exists only for one test


def register(app: typer.Typer) -> None:
    """Adds the group `rules` to `app`."""
    group = typer.Typer(
        no_args_is_help=True,
        help="The recognition rules: list them, look at one, try a text.",
        epilog="Example: monitor rules list --kind renewal",
    )
    group.command("list", epilog="Example: monitor rules list --kind renewal --lang en")(list_rules)
    group.command("show", epilog="Example: monitor rules show en/renewal/renewed")(show)
    group.command(
        "test",
        epilog="""Example: monitor rules test "Saltmarsh is back for more" --phrase "back for more" --kind renewal""",
    )(try_text)
    app.add_typer(group, name="rules")


def list_rules(
    lang: Annotated[list[str] | None, typer.Option(help="Only this language; may be repeated.")] = None,
    kind: Annotated[list[Kind] | None, typer.Option(help="Only this kind; may be repeated.")] = None,
    config: RulesOption = None,
    as_json: JsonOption = False,
) -> None:
    """All rules, with where they are written."""
    for code in lang or ():
        if code not in rule_languages():
            raise typer.BadParameter(f"there are no rules in {code!r}; there are {', '.join(rule_languages())}")
    found = [rule for rule in listed_rules(lang or rule_languages(), _folder(config)) if not kind or rule.kind in kind]
    if as_json:
        print_json([_data(rule) for rule in found])
        return
    rows = [
        (rule.id, f"{rule.entry.get('weight', 1)}", _where(rule), len(rule.entry["phrases"]), rule.origin)
        for rule in found
    ]
    print_table(stdout(), ("rule", "weight", "where", "phrases", "from"), rows)


def show(
    rule: Annotated[str, typer.Argument(metavar="ID", help="language/kind/name, as explain shows it.")],
    config: RulesOption = None,
    as_json: JsonOption = False,
) -> None:
    """One rule: its phrases, what keeps it from firing, and the forms of the words it names."""
    known = {one.id: one for one in listed_rules(rule_languages(), _folder(config))}
    if rule not in known:
        near = did_you_mean(rule, list(known))
        raise typer.BadParameter(f"there is no rule {rule!r}{f'; {near}' if near else ''}")
    found = known[rule]
    if as_json:
        print_json(_data(found))
        return
    console = stdout()
    console.print(f"{found.id} ({found.origin}), {found.place}", soft_wrap=True)
    for key, value in {"weight": 1, **found.entry, "where": _where(found)}.items():
        lines = [f"{key}:", *(f"  - {line}" for line in value)] if isinstance(value, list) else [f"{key}: {value}"]
        for line in lines:
            console.print(line, soft_wrap=True)
    forms = word_forms(found.id.partition("/")[0])
    for word in sorted(_words(found) & forms.keys()):
        console.print(f"{{{word}}}: {', '.join(forms[word])}", soft_wrap=True)


def try_text(
    text: Annotated[str, typer.Argument(help="A headline to read.")] = "",
    summary: Annotated[str, typer.Option(help="Its summary.")] = "",
    lang: Annotated[str, typer.Option(help="The language of the text; guessed without it.")] = "",
    phrase: Annotated[list[str] | None, typer.Option(help="Try this phrase as a rule; may be repeated.")] = None,
    kind: Annotated[Kind | None, typer.Option(help="The kind that --phrase stands for.")] = None,
    cases: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A YAML list of {title, summary, kinds, ...} to read instead.")
    ] = None,
    watchlist: Annotated[Path | None, typer.Option(metavar="FILE", help="Match titles against this file.")] = None,
    config: RulesOption = None,
) -> None:
    """What the rules make of a text, or of a file of cases with what they should: exit 1 when one is read otherwise."""
    if bool(text or summary) == bool(cases):
        raise typer.BadParameter("a text or --cases FILE is needed, not both")
    if bool(phrase) != bool(kind):
        raise typer.BadParameter("--phrase and --kind belong together")
    tried = (RuleChange(id=_TRIED, kind=kind, phrases=tuple(phrase), lang=lang or "en"),) if phrase and kind else ()
    recogniser = _recogniser(tried, watchlist, config)
    if cases is None:
        read = recogniser(Document(title=text, summary=summary, lang=lang or None))
        print_sections(stdout(), explain_reading(read))
        return
    try:
        listed = _cases(cases)
        missed = [line for number, case in enumerate(listed, start=1) for line in _missed(number, case, recogniser)]
    except RecordError as error:
        stderr().print(f"{cases}: {error}", soft_wrap=True)
        raise typer.Exit(2) from error
    for line in missed:
        stdout().print(line, soft_wrap=True)
    outcome = _counted(len(missed), "difference") if missed else "all read as they say"
    stdout().print(f"{_counted(len(listed), 'case')}: {outcome}")
    raise typer.Exit(1 if missed else 0)


def _folder(told: Path | None) -> Path | None:
    """Where the user's changes are; None where there is no configuration, which an author of rules needs not have."""
    return told or (DEFAULT_CONFIG if DEFAULT_CONFIG.is_dir() else None)


def _recogniser(tried: tuple[RuleChange, ...], watchlist: Path | None, config: Path | None) -> Recogniser:
    folder = _folder(config)
    changes, disabled = load_rules(folder) if folder else ((), frozenset[str]())
    watches = load_watchlist(watchlist) if watchlist else None
    try:
        return load_recogniser(watches, (*changes, *tried), disabled)
    except RuleError as error:
        raise typer.BadParameter(f"--phrase: {error.problem}") from error


def _cases(file: Path) -> list[Any]:
    listed = read_yaml(file)
    if not isinstance(listed, list):
        raise RecordError("a list of cases is needed")
    return listed


def _missed(number: int, case: Any, recogniser: Recogniser) -> Iterator[str]:
    """A line for each thing that is read otherwise than the case says. Raises RecordError for what is no case."""
    try:
        label = labelled_of({"id": number, **case} if isinstance(case, dict) else case)
    except RecordError as error:
        raise RecordError(f"case {number}: {error}") from error
    unknown = [key for key in case if key not in CASE_KEYS]
    if unknown:
        raise RecordError(f"case {number}: unknown key {unknown[0]!r}; there is: {', '.join(CASE_KEYS)}")
    found = recogniser(label.document)
    told = {
        "kinds": sorted(found.kinds),
        "certainty": found.certainty,
        "titles": list(found.titles),
        "seasons": list(found.seasons),
        "people": [person.name for person in found.people],
    }
    for key, value in _expected(case).items():
        if value != told[key]:
            yield f"case {number}, {label.document.title}: {key} {_said(value)} wanted, {_said(told[key])} found"


def _expected(case: dict[str, Any]) -> dict[str, Any]:
    """What a case says of its reading; kinds it leaves out are none."""
    kinds = {"kinds": sorted(case.get("kinds") or [])}
    return kinds | {key: case[key] for key in ("certainty", "titles", "seasons", "people") if key in case}


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _said(value: Any) -> str:
    return ", ".join(map(str, value)) or "nothing" if isinstance(value, list) else str(value or "none")


def _words(rule: ListedRule) -> frozenset[str]:
    phrases = [*rule.entry["phrases"], *rule.entry.get("unless", ())]
    return frozenset(word for phrase in phrases for word in re.findall(r"\{([^}]+)\}", phrase))


def _where(rule: ListedRule) -> str:
    told = rule.entry.get("where", ["headline", "lead", "body"])
    return told if isinstance(told, str) else ", ".join(told)


def _data(rule: ListedRule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "kind": rule.kind,
        "from": rule.origin,
        "used": rule.origin is not Origin.DISABLED,
        "file": str(rule.place.file),
        "line": rule.place.line,
        **rule.entry,
    }
