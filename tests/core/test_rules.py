import copy
from typing import Any

import pytest

from monitor.config.shipped import shipped_rules
from monitor.core.classify import Recogniser
from monitor.core.phrases import SLOTS
from monitor.core.report import Kind
from monitor.core.rulefile import check_change, compile_rules
from monitor.core.rules import RuleChange, RuleError
from tests.core.recognising import document


def kinds(title: str, *changes: RuleChange, disabled: tuple[str, ...] = ()) -> tuple[Kind, ...]:
    ruleset = compile_rules(shipped_rules("en"), changes, frozenset(disabled))
    return Recogniser({"en": ruleset}, None)(document(title)).kinds


def test_user_rules_add_what_the_shipped_ones_miss() -> None:
    change = RuleChange(
        id="cheers",
        kind=Kind.RENEWAL,
        phrases=("back for more", "returns? for (a )?{season}"),
        unless=("back for more drama",),
    )
    assert kinds("Fenland is back for more") == ()
    assert kinds("Fenland is back for more", change) == (Kind.RENEWAL,)
    assert kinds("Fenland is back for more drama", change) == ()


@pytest.mark.parametrize("slot", SLOTS)
def test_user_rules_may_use_every_slot(slot: str) -> None:
    title = "Fans hail Ana Winter in 'Fenland' season 2 on BBC One on 7 June"
    change = RuleChange(id="any", kind=Kind.CASTING, phrases=(f"hail ...12 {{{slot}}}",))
    found = Recogniser({"en": compile_rules(shipped_rules("en"), [change])}, None)(document(title))
    assert "en/casting/any" in {evidence.rule for report in found.reports for evidence in report.evidence}


def test_user_rule_replaces_the_shipped_one_of_its_whole_id() -> None:
    change = RuleChange(id="en/renewal/renewed", kind=Kind.RENEWAL, phrases=("prolonged",))
    ruleset = compile_rules(shipped_rules("en"), [change])
    assert [rule.id for rule in ruleset.rules].count("en/renewal/renewed") == 1
    assert kinds("Fenland prolonged", change) == (Kind.RENEWAL,)


def test_rules_of_other_languages_are_left_alone() -> None:
    change = RuleChange(id="x", kind=Kind.RENEWAL, phrases=("back for more",), lang="de")
    assert kinds("Fenland is back for more", change, disabled=("de/renewal/x",)) == ()


def test_disabled_rules_do_not_fire() -> None:
    title = "Teaser for 'Fenland'"
    assert kinds(title) == (Kind.TRAILER,)
    assert kinds(title, disabled=("en/trailer/teaser", "en/trailer/trailer")) == ()


def test_disabling_an_unknown_rule_names_the_nearest() -> None:
    with pytest.raises(RuleError, match="no rule of this id to disable, did you mean 'en/trailer/teaser'") as error:
        compile_rules(shipped_rules("en"), (), {"en/trailer/tease"})
    assert error.value.rule == "en/trailer/tease"


def test_a_change_is_tried_without_compiling_the_rest() -> None:
    check_change(shipped_rules("en"), RuleChange(id="x", kind=Kind.RENEWAL, phrases=("back for more",)))
    wrong = RuleChange(id="x", kind=Kind.RENEWAL, phrases=("back for more", "(back"), where=("lead",), weight=0.5)
    with pytest.raises(RuleError) as error:
        check_change(shipped_rules("en"), wrong)
    assert (error.value.rule, error.value.path) == ("en/renewal/x", ("phrases", 1))


def rule(**entry: Any) -> dict[str, Any]:
    return {"id": "x", "kind": "renewal", "phrases": ["back for more"], **entry}


def broken(**sections: Any) -> dict[str, Any]:
    return {**copy.deepcopy(dict(shipped_rules("en"))), **sections}


def without(entry: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name != key}


LEXICON = shipped_rules("en")["lexicon"]
MISTAKES = [
    (broken(rules=[rule(kind="renewel")]), "kind cannot be 'renewel'"),
    (broken(rules=[without(rule(), "kind")]), "kind is missing"),
    (broken(rules=[rule(phrase=["x"])]), "unknown key 'phrase', did you mean 'phrases'?"),
    (broken(rules=[rule(colour="red")]), "unknown key 'colour'"),
    (broken(rules=[rule(phrases=[])]), "phrases is missing or empty"),
    (broken(rules=[rule(phrases="back")]), "phrases must be a list of texts"),
    (broken(rules=[rule(phrases=["(back"])]), "en/renewal/x: "),
    (broken(rules=[rule(where="footer")]), "where cannot be 'footer'"),
    (broken(rules=[rule(where=[])]), "where takes headline, lead, body"),
    (broken(rules=[rule(where=3)]), "where takes headline, lead, body"),
    (broken(rules=[rule(weight=7)]), "weight must be a number"),
    (broken(rules=[rule(weight=True)]), "weight must be a number"),
    (broken(rules=[rule(certainty="sure")]), "certainty cannot be 'sure'"),
    (broken(rules=[rule(people="left")]), "people cannot be 'left'"),
    (broken(rules=[rule(), rule()]), "en/renewal/x: two rules of one kind have the same id"),
    (broken(rules=[rule(where="headlines")]), "it is one of headline, lead, body, did you mean 'headline'?"),
    (broken(rules={"id": "x"}), "rules: must be a list of entries"),
    (broken(guards=[{"id": "g", "phrases": ["x"], "spare": ["nothing"]}]), "spare cannot be 'nothing'"),
    (broken(guards=[{"id": "g", "phrases": ["x"], "titles": "games"}]), "titles must be true or false, not 'games'"),
    (broken(cues=["x"]), "cues: must be a mapping"),
    (broken(calls=[{"tells": "fees", "phrases": ["x"]}]), "tells cannot be 'fees'; it is one of deadline, fee"),
    (broken(calls=[{"tells": "fee"}]), "phrases is missing or empty"),
    (broken(calls=[{"tell": "fee"}]), "calls: unknown key 'tell', did you mean 'tells'?"),
    (broken(cues={"triggers": [{"before": ["not"]}]}), "cue is missing"),
    (broken(language=None), "language is missing"),
    (broken(words={"renew": []}), "renew is missing or empty"),
    (broken(lexicon=without(LEXICON, "months")), "months is missing"),
    (broken(lexicon={**LEXICON, "moons": []}), "moons is no key of it"),
    (broken(lexicon={**LEXICON, "months": ["june"]}), "months must be a table"),
    (broken(lexicon={**LEXICON, "said": "said"}), "said must be a list of texts"),
]


@pytest.mark.parametrize(("data", "problem"), MISTAKES, ids=[problem for _, problem in MISTAKES])
def test_mistakes_in_a_rule_file_are_named(data: dict[str, Any], problem: str) -> None:
    with pytest.raises(RuleError) as error:
        compile_rules(data)
    assert problem in str(error.value)


def test_where_may_be_one_place() -> None:
    ruleset = compile_rules(broken(rules=[rule(where="lead")]))
    assert ruleset.rules[0].where == frozenset({"lead"})
