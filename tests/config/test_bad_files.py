"""One mistake per file in `tests/data/config/bad/`; its first lines say what the user must be told."""

import json
import shutil
from pathlib import Path

import pytest

from monitor.config import ConfigError, load
from monitor.config.reading import parse
from monitor.config.shipped import plain, rule_problem, shipped_rules
from monitor.core.rulefile import compile_rules
from monitor.core.rules import RuleError

DATA = Path(__file__).resolve().parents[1] / "data" / "config"
BAD = sorted((DATA / "bad").glob("*.yaml"))


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.stem)
def test_is_told_once_with_its_place_and_what_to_write(case: Path, tmp_path: Path) -> None:
    """The whole message is expected, but for the folder; `kind-what.yaml` stands in for `kind.yaml`."""
    for name in ("watchlist", "sources", "alerts"):
        shutil.copy(DATA / "plain" / f"{name}.yaml", tmp_path)
    kind = case.stem.partition("-")[0]
    shutil.copy(case, tmp_path / f"{kind}.yaml")
    expected = [
        line.removeprefix("# expect: ") for line in case.read_text().splitlines() if line.startswith("# expect")
    ]

    with pytest.raises(ConfigError) as caught:
        load(tmp_path, environ={})

    told = str(caught.value).replace(f"{tmp_path}/", "")
    assert told == "\n".join(f"{kind}.yaml:{line}" for line in expected)


SHIPPED = """\
language: xx
words: {{renew: [renews]}}
cues: {{triggers: [{{cue: {cue}, before: [not]}}]}}
rules:
  - id: back
    kind: renewal
    phrases:
      - back for more
      - "{phrase}"
guards:
  - {{id: review, phrases: [stars, "{guard}"]}}
lexicon: {lexicon}
"""
RIGHT = {"cue": "negation", "phrase": "{renew} it", "guard": "review"}


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"phrase": "renew* it"}, '9:9: xx/renewal/back: "*" is no sign of phrases'),
        ({"guard": "(review"}, '11:35: xx/guard/review: "(" without ")" in "(review"'),
        ({"cue": "negative"}, "3:7: cues/negative: cue cannot be 'negative'"),
        ({"lexicon": "{}"}, "12:10: lexicon: "),
    ],
)
def test_mistake_in_a_rule_file_is_told_with_its_line(wrong: dict[str, str], expected: str) -> None:
    """What the author of a language sees: the file, the line, the rule, and what to write."""
    lexicon = shipped_rules("en")["lexicon"]
    text = SHIPPED.format(**{"lexicon": json.dumps(lexicon), **RIGHT, **wrong})
    document = parse(Path("xx.yaml"), text.encode())
    with pytest.raises(RuleError) as caught:
        compile_rules(plain(document.content))
    assert str(rule_problem(caught.value, document)).startswith(f"xx.yaml:{expected}")
