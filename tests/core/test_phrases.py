import pytest

from monitor.core.clauses import sentences
from monitor.core.phrases import Ground, match
from monitor.core.phrasing import PhraseError, parse

WORDS = {"renew": ("renew", "renews", "renewed"), "go": ("green light", "greenlit")}
SLOTS = {"season": ((3, 5),)}


def matched(phrase: str, text: str) -> list[str]:
    """What the phrase matches: the text of each hit, whichever word it is anchored at."""
    (sentence,) = sentences("title", text, whole=True)
    ground = Ground(sentence.words, lambda name: SLOTS.get(name, ()))
    return [
        sentence.quote(hit.first, hit.last)
        for one in parse(phrase, WORDS)
        for index, word in enumerate(sentence.words)
        if word in one.anchor and (hit := match(one, ground, index))
    ]


@pytest.mark.parametrize(
    ("phrase", "text", "hits"),
    [
        ("back for more", "they are back for more drama", ["back for more"]),
        ("returns?", "it return and returns", ["return", "returns"]),
        ("rumou?rs?", "rumour rumor rumors", ["rumour", "rumor", "rumors"]),
        ("{renew}", "it renews", ["renews"]),
        ("{go}", "gets green light and greenlit", ["greenlit", "green light"]),
        ("(early|late) renewed", "early renewed", ["early renewed"]),
        ("(very )?renewed", "very renewed", ["very renewed"]),
        ("(very )?renewed", "renewed", ["renewed"]),
        ("renewed ... now", "renewed again and again now", ["renewed again and again now"]),
        ("renewed ...1 now", "renewed again and now", []),
        ("renewed ... now", "renewed. And now", []),
        ("now ...1 renewed", "now renewed", ["now renewed"]),
        ("now ...1 renewed", "now; so renewed", []),
        ("picked up | axed", "axed", ["axed"]),
        ("(picked up|axed it)", "picked up", ["picked up"]),
        ("returns? for (a )?{season}", "It returns for season 3", ["returns for season 3"]),
        ("returns for {season} {title}?", "It returns for season 3", ["returns for season 3"]),
        ("renewed, again", "renewed, again", ["renewed, again"]),
        ("the end", "the end", ["the end"]),
        ("((new|old) (very )?thing|other) x", "other x", ["other x"]),
        ("spin-off", "a spin-off", ["spin-off"]),
        ("won't return", "he won’t return", ["won’t return"]),
        ("(to a|to the)", "go to the", ["to the"]),
        ("to (a|(it|the) end)", "go to the end", ["to the end"]),
        ("renewed {season}", "renewed it all day", []),
        ("{season} renewed", "renewed", []),
        ("{person} renewed", "he renewed", []),
    ],
)
def test_phrases(phrase: str, text: str, hits: list[str]) -> None:
    assert matched(phrase, text) == hits


@pytest.mark.parametrize(
    ("phrase", "problem"),
    [
        ("renewed (for", '"(" without ")"'),
        ("renewed) for", '")" without "("'),
        ("renewed (a|) b", 'nothing between "|" or brackets'),
        ("", 'nothing between "|" or brackets'),
        ("{sesson} renewed", 'unknown "{sesson}", did you mean "{season}"?'),
        ("{xyzzy} renewed", 'unknown "{xyzzy}"'),
        ("renewed ...40 for", "a gap reaches over 1 to 12 words, not 40"),
        ("{season}", "needs at least one word that is always there"),
        ("(very)? {season}", "needs at least one word that is always there"),
        ("renewed # 2", '"#" is not a word'),
        ("...", "needs at least one word that is always there, beside its slots and gaps"),
        ("renewed {season", '"{" without "}"'),
        ("renewed season}", '"}" without "{"'),
        ("{}", 'unknown "{}"'),
        ("(renewed | ) now", 'nothing between "|" or brackets'),
        ("renewed .* season", 'write "..." for any few words'),
        ("renew*", '"*" is no sign of phrases'),
        (r"season \d+", "write {number} for a number"),
        ("[rR]enewed", "write (a | b) for either"),
        ("^renewed$", "say with `where`"),
        ("renewed a? 2", '"a?" is not a word'),
        ("re?n?e?w?ed", '"re?n?e?w?ed" is not a word'),
        ("renewed ? for", '"?" must follow a letter'),
        ("((((((a))))))", "brackets too deep"),
        ("(" + "|".join(f"to w{number}" for number in range(70)) + ")", "too many alternatives"),
    ],
)
def test_mistakes_are_named(phrase: str, problem: str) -> None:
    with pytest.raises(PhraseError) as error:
        parse(phrase, WORDS)
    assert problem in str(error.value)
