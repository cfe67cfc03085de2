import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from monitor.cli.classifying import register
from tests.corpus import CORPUS, needs_corpus

APP = typer.Typer()
register(APP)
RENEWED = {"id": "a1", "title": "'Undertow' renewed for season 2 by Netflix", "published": "2027-05-12"}
FIELDS = [
    *("id", "kinds", "background", "certainty", "titles", "seasons", "people", "dates", "embeds", "reports"),
]


def run(*args: str, lines: list[str] | None = None) -> tuple[int, str]:
    result = CliRunner().invoke(APP, list(args), input="\n".join(lines or []))
    return result.exit_code, result.output


def classified(*records: dict[str, Any], args: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    code, output = run("classify", *args, lines=[json.dumps(record) for record in records])
    assert code == 0, output
    return [json.loads(line) for line in output.splitlines()]


def test_answers_hold_exactly_the_promised_fields() -> None:
    (answer,) = classified(RENEWED)
    assert list(answer) == FIELDS
    assert (answer["id"], answer["kinds"], answer["certainty"]) == ("a1", ["renewal"], "confirmed")
    (report,) = answer["reports"]
    evidence = report["evidence"][0]
    assert RENEWED["title"][evidence["start"] : evidence["end"]] == evidence["quote"]
    assert evidence["rule"].startswith("en/renewal/")


def test_nothing_but_an_id_is_an_answer_without_news() -> None:
    (answer,) = classified({"id": 7, "title": None})
    assert (answer["id"], answer["kinds"], answer["certainty"]) == (7, [], None)


def test_html_is_read_as_text_with_its_embeds() -> None:
    html = (
        '<p>Filming has begun on the Netflix series.</p><blockquote class="instagram-media" '
        'data-instgrm-permalink="https://www.instagram.com/saltmarshtv/reel/Cabc123/"></blockquote>'
    )
    (answer,) = classified({"id": "h", "title": "Saltmarsh begins filming season 2", "html": html})
    assert answer["kinds"] == ["filming_start"]
    assert [embed["platform"] for embed in answer["embeds"]] == ["instagram"]


BAD = [
    ("nonsense", "not valid JSON"),
    ("[1]", "a line must be a JSON object"),
    ('{"title": "x"}', "id is missing"),
    ('{"id": true}', "id is missing"),
    ('{"id": "x", "title": 3}', "title must be text"),
    ("[" * 100_000, "not valid JSON"),
]


@pytest.mark.parametrize(("line", "reason"), BAD, ids=[reason for _, reason in BAD])
def test_bad_line_is_answered_in_its_place(line: str, reason: str) -> None:
    good = json.dumps(RENEWED)
    code, output = run("classify", lines=[good, line, good])
    answers = [json.loads(answer) for answer in output.splitlines()]
    assert code == 1
    assert [next(iter(answer)) for answer in answers] == ["id", "error", "id"]
    assert reason in answers[1]["error"]


def test_watchlist_decides_the_subject(tmp_path: Path) -> None:
    file = tmp_path / "watchlist.yaml"
    file.write_text("shows:\n  - title: Undertow\n", encoding="utf-8")
    (answer,) = classified(RENEWED, args=("--watchlist", str(file)))
    (report,) = answer["reports"]
    assert (report["subject"]["key"], report["watches"]) == ("show:undertow", ["undertow"])


def test_wrong_watchlist_is_a_configuration_error(tmp_path: Path) -> None:
    file = tmp_path / "watchlist.yaml"
    file.write_text("shows:\n  - titel: Undertow\n", encoding="utf-8")
    assert run("classify", "--watchlist", str(file))[0] == 2


def program(*args: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "monitor", *args], stdin=-1, stdout=-1, stderr=-1, text=True, encoding="utf-8"
    )


def test_answers_stream() -> None:
    """Each line is answered before the next is written."""
    with program("classify") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for _ in range(2):
            process.stdin.write(json.dumps(RENEWED) + "\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == "a1"
        process.stdin.close()
        assert process.wait(timeout=30) == 0


def test_reader_that_leaves_is_no_error() -> None:
    with program("classify") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        try:
            for _ in range(100):
                process.stdin.write(json.dumps(RENEWED) + "\n")
            process.stdin.close()
        except BrokenPipeError:
            pass  # it has left first, as it should
        assert process.wait(timeout=30) == 0
        assert process.stderr.read() == ""


HEADLINES = [
    {"id": "1", "title": "'Undertow' renewed for season 2", "kinds": ["renewal"], "certainty": "confirmed"},
    {"id": "2", "title": "Bread prices rise", "kinds": [], "stratum": "other_news"},
    {"id": "3", "title": "Ana Winter joins 'Undertow'", "kinds": ["casting"], "people": ["Ana Winter"]},
    {"id": "4", "title": "Fenland awaits", "kinds": ["trailer"], "titles": ["Fenland"]},
]
ARTICLE = {
    "id": "5",
    "page_title": "'Fenland' wraps filming on season 2",
    "text": "The drama had been renewed for two more seasons.",
    "headline_kinds": ["filming_wrap"],
    "background_kinds": ["renewal"],
    "people": [{"name": "Ana Winter", "role": None}],
    "lang": "en",
}


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    file = tmp_path / "labelled.jsonl"
    file.write_text("\n".join(json.dumps(record) for record in [*HEADLINES, ARTICLE]), encoding="utf-8")
    return file


def test_evaluate_reads_headlines_and_articles(labelled: Path) -> None:
    code, output = run("evaluate", str(labelled), "--json")
    found = json.loads(output)
    assert (code, found["texts"], found["micro"]["right"], found["micro"]["missed"]) == (0, 5, 3, 1)
    assert found["false_alarms"] == {"other_news": {"alarms": 0, "texts": 1}}
    assert found["background_as_news"] == {"alarms": 0, "texts": 1}
    assert [miss["id"] for miss in found["misses"]] == ["4"]


def test_evaluate_prints_tables_and_misses(labelled: Path) -> None:
    code, output = run("evaluate", str(labelled))
    assert code == 0
    assert "all kinds (micro)" in output
    assert "wanted trailer; found nothing" in output
    assert "1 more texts were read otherwise" in run("evaluate", str(labelled), "--misses", "0")[1]


def test_evaluate_tells_what_was_taken_for_what(labelled: Path) -> None:
    labelled.write_text(json.dumps({**HEADLINES[0], "kinds": ["order"], "certainty": "rumour"}), encoding="utf-8")
    found = json.loads(run("evaluate", str(labelled), "--json")[1])
    assert found["confusion"] == [{"wanted": "order", "found": "renewal", "texts": 1}]
    assert found["doubts"] == {"right": 0, "texts": 1}
    assert "rumours and denials found as such: 0 of 1" in run("evaluate", str(labelled))[1]


def test_evaluate_shows_the_difference_to_an_earlier_run(labelled: Path, tmp_path: Path) -> None:
    earlier = tmp_path / "earlier.json"
    earlier.write_text(run("evaluate", str(labelled), "--json")[1], encoding="utf-8")
    same = run("evaluate", str(labelled), "--against", str(earlier))[1]
    assert "since the earlier run: every figure is as it was" in same
    (tmp_path / "rules.yaml").write_text(
        "rules: [{id: awaits, kind: trailer, phrases: [awaits]}]\ndisable: [en/renewal/renewed]", encoding="utf-8"
    )
    output = run("evaluate", str(labelled), "--rules", str(tmp_path), "--against", str(earlier))[1]
    assert "wrong before, right now: nothing became trailer" in output
    assert "right before, wrong now: renewal became nothing" in output
    assert "renewal 1.000 0.000 -1.000" in " ".join(output.split())
    labelled.write_text(json.dumps({**HEADLINES[0], "id": "new"}), encoding="utf-8")
    assert "1 texts were not in the earlier run" in run("evaluate", str(labelled), "--against", str(earlier))[1]


@pytest.mark.parametrize("text", ["nonsense", "[]", None])
def test_evaluate_refuses_what_is_no_earlier_run(text: str | None, labelled: Path, tmp_path: Path) -> None:
    file = tmp_path / "earlier.json"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    assert run("evaluate", str(labelled), "--against", str(file))[0] == 2


@pytest.mark.parametrize(
    ("options", "refused"),
    [
        (("--against", "earlier.json", "--json"), "--against: is for reading"),
        (("--clusters", "c.jsonl", "--lang", "de"), "--lang: not with"),
        (("--announcements", "a.jsonl", "--groups", "a.jsonl"), "--groups: not with"),
        (("--clusters", "c.jsonl", "--against", "earlier.json"), "--against: not with"),
    ],
)
def test_options_that_would_do_nothing_are_refused(labelled: Path, options: tuple[str, ...], refused: str) -> None:
    code, said = run("evaluate", str(labelled), *options)
    assert code == 2
    assert refused in " ".join(said.replace("│", " ").split())


def test_evaluate_parts_are_disjoint_and_whole(labelled: Path, tmp_path: Path) -> None:
    groups = tmp_path / "groups.jsonl"
    groups.write_text('{"announcement": "s1", "ids": ["1", "3"]}\n', encoding="utf-8")
    texts = [
        json.loads(run("evaluate", str(labelled), "--json", "--part", part, "--groups", str(groups))[1])["texts"]
        for part in ("development", "unseen", "all")
    ]
    assert texts[0] + texts[1] == texts[2] == 5


def test_evaluate_takes_one_language(labelled: Path) -> None:
    assert json.loads(run("evaluate", str(labelled), "--json", "--lang", "de")[1])["texts"] == 0


WRONG = [
    ("nonsense", "line 1: not valid JSON"),
    ("\udcff", "line 1: not valid JSON"),
    ('{"id": "1", "kinds": ["party"]}', "line 1: kinds: 'party' is not a kind"),
    ('{"id": "1", "kinds": "renewal"}', "line 1: kinds must be a list"),
    ('{"id": "1", "kinds": [], "certainty": "sure"}', "line 1: certainty 'sure' is not one of"),
]


@pytest.mark.parametrize(("line", "reason"), WRONG, ids=[reason for _, reason in WRONG])
def test_evaluate_names_the_line_that_is_wrong(line: str, reason: str, tmp_path: Path) -> None:
    file = tmp_path / "f.jsonl"
    file.write_text(line, encoding="utf-8", errors="surrogateescape")
    code, output = run("evaluate", str(file))
    assert code == 2
    assert reason in " ".join(output.split())


def test_evaluate_needs_its_files(labelled: Path, tmp_path: Path) -> None:
    code, output = run("evaluate", str(tmp_path / "none.jsonl"))
    assert (code, "cannot be read: No such file" in " ".join(output.split())) == (2, True)
    groups = tmp_path / "groups.jsonl"
    groups.write_text('{"ids": 3}', encoding="utf-8")
    assert run("evaluate", str(labelled), "--groups", str(groups))[0] == 2


GROUPED = [
    {"id": "1", "title": "'Undertow' renewed for season 2", "kinds": ["renewal"], "titles": ["Undertow"]},
    {"id": "2", "title": "Second season for 'Undertow': drama renewed", "kinds": ["renewal"], "titles": ["Undertow"]},
    {"id": "3", "title": "'Undertow' renewed for season 5", "kinds": ["renewal"], "titles": ["Undertow"]},
    {"id": "4", "title": "Nothing to be seen", "kinds": ["renewal"], "titles": ["Fenland"]},
]
STORIES = [
    {
        "title": "Lifeboat drama seeks extras in Barry",
        "timestamp": 1394517154092,
        "cluster": "x",
        "url": "https://a.example",
    },
    {"title": "Extras sought in Barry for a lifeboat drama", "timestamp": 1394517154093, "cluster": "y"},
]


@pytest.fixture
def grouped(tmp_path: Path) -> dict[str, str]:
    files = {
        "texts": GROUPED,
        "announcements": [{"announcement": "s1", "ids": ["1", "3"]}, {"announcement": "s2", "ids": ["2", "4"]}],
        "clusters": STORIES,
    }
    for name, records in files.items():
        (tmp_path / name).write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    return {name: str(tmp_path / name) for name in files}


def test_evaluate_scores_how_texts_are_put_together(grouped: dict[str, str]) -> None:
    args = (
        "evaluate",
        grouped["texts"],
        "--announcements",
        grouped["announcements"],
        "--clusters",
        grouped["clusters"],
    )
    code, output = run(*args)
    assert code == 0
    assert "4 texts of 2 groups; 1 texts were not read and alert nobody" in output
    assert "alerts per announcement: 1.000 (2 alerts about 2 announcements, one for each kind of 2 groups)" in output
    assert "wrong merges: 1 of 1 (100.0%)" in output
    assert "3: one more alert about s1" in output
    assert "2 of s2: put with 1 of s1" in output
    assert "2 headlines of 2 stories, put into 1" in output
    assert "put with: Lifeboat drama seeks extras in Barry" in output
    found = json.loads(run(*args, "--json")[1])
    assert (found["announcements"]["alerts"], found["announcements"]["wrong_merges"]) == (2, 1)
    assert found["stories"]["b_cubed"]["precision"] == 0.5
    alone = json.loads(run("evaluate", "--clusters", grouped["clusters"], "--json")[1])
    assert alone == {"announcements": None, "stories": found["stories"]}


def test_evaluate_takes_the_titles_of_a_group_for_names_of_one_thing(tmp_path: Path) -> None:
    """A sequel without a title yet, and its name: one watch with an alias, one announcement."""
    texts = [
        {"id": "1", "title": "'Orchard 4' begins filming", "kinds": ["filming_start"], "titles": ["Orchard 4"]},
        {
            "id": "2",
            "title": "'Harvest of Ash' begins filming",
            "kinds": ["filming_start"],
            "titles": ["Harvest of Ash"],
        },
    ]
    (tmp_path / "texts").write_text("\n".join(map(json.dumps, texts)), encoding="utf-8")
    (tmp_path / "groups").write_text('{"announcement": "s1", "ids": ["1", "2"]}', encoding="utf-8")
    output = run("evaluate", str(tmp_path / "texts"), "--announcements", str(tmp_path / "groups"), "--json")[1]
    found = json.loads(output)["announcements"]
    assert (found["unread"], found["alerts"], found["merged"]) == (0, 1, 1)


def test_evaluate_splits_groups_and_stories(grouped: dict[str, str]) -> None:
    files = (grouped["texts"], "--announcements", grouped["announcements"], "--clusters", grouped["clusters"], "--json")
    parts = [json.loads(run("evaluate", *files, "--part", part)[1]) for part in ("development", "unseen")]
    assert sum(part["announcements"]["groups"] for part in parts) == 2
    assert sum(part["stories"]["texts"] for part in parts) == 2


def test_evaluate_of_groups_needs_its_files(grouped: dict[str, str], tmp_path: Path) -> None:
    assert run("evaluate")[0] == 2
    assert run("evaluate", "--announcements", grouped["announcements"])[0] == 2
    (tmp_path / "clusters").write_text('{"title": "x"}', encoding="utf-8")
    code, output = run("evaluate", "--clusters", grouped["clusters"])
    assert (code, "line 1: title, timestamp and cluster are needed" in " ".join(output.split())) == (2, True)


@needs_corpus
def test_texts_of_the_corpus_are_put_together_well_enough() -> None:
    """A floor, so that a change that harms it is noticed; docs/announcements.md has the figures."""
    assert CORPUS is not None
    files = ("--announcements", str(CORPUS / "announcements.jsonl"), "--clusters", str(CORPUS / "clusters.jsonl"))
    found = json.loads(run("evaluate", str(CORPUS / "headlines.jsonl"), *files, "--json")[1])
    assert found["announcements"]["alerts_per_announcement"] <= 1.2
    assert found["announcements"]["wrong_share"] < 0.02
    assert found["stories"]["b_cubed"]["f1"] >= 0.8


@needs_corpus
def test_headlines_of_the_corpus_are_read_well_enough() -> None:
    """A floor, so that a change of rules that harms them is noticed; docs/recognition.md has the figures."""
    assert CORPUS is not None
    groups = str(CORPUS / "announcements.jsonl")
    args = ("evaluate", str(CORPUS / "headlines.jsonl"), "--json", "--part", "unseen", "--groups", groups)
    found = json.loads(run(*args)[1])
    alarms = found["false_alarms"]["hard_negative"]
    assert found["micro"]["f1"] >= 0.75
    assert alarms["alarms"] / alarms["texts"] < 0.10
