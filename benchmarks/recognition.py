"""How many items a second one core reads, headline and summary, while it looks for many names.

`python -m benchmarks.recognition [NAMES]`: 10,000 names, or as many as told (200000). The headlines are those of
tests/data/classify; each has a summary of one or two sentences, as feeds have. News and traps are measured apart, and a
mix of one item of news to four that are none, which is more news than a feed of film and television brings. The names
are made of syllables, always the same.
"""

import sys
import time
from pathlib import Path

from monitor.config.shipped import read_yaml, shipped_rules
from monitor.core.classify import Recogniser
from monitor.core.report import Document
from monitor.core.rulefile import compile_rules
from monitor.core.watchlist import Watch, Watchlist, WatchType

CASES = Path(__file__).resolve().parents[1] / "tests" / "data" / "classify"
SYLLABLES = ("ka", "lo", "mi", "ter", "van", "dor", "el", "sha", "qui", "ren", "bo", "fal", "gri", "ston", "wyn", "mar")
SPREAD = 2_654_435_761  # odd, so that all names differ
SUMMARIES = {
    "headlines": (
        "The broadcaster said on Tuesday that the drama will be back next year, with Ana Winter again in the lead.",
        "Eight new episodes have been ordered, the streamer announced, and filming is to begin in Leeds this spring.",
        "Bo Field, who created the series, will write again; no date has been set.",
        "The cast is led by Cal Reed and Dan Moss. The first season was seen by nine million people.",
        "It comes three months after the first season of the crime drama arrived on Netflix.",
    ),
    "traps": (
        "Our critic was glad of the jokes and less glad of the songs. It is in cinemas from Friday.",
        "The actor spoke about fatherhood, money and what he learned from his mother.",
        "More than two million people watched on Sunday evening, the figures show.",
        "A court heard on Monday that the company owed its staff four months of pay.",
        "From the beach to the sofa: what our readers liked best in a long, wet summer.",
    ),
}
NEWS_IN_MIX = 5  # one item in so many
ROUNDS = 5  # the best one counts: others use the machine too


def names(number: int) -> Watchlist:
    types = (WatchType.SHOW, WatchType.FILM, WatchType.PERSON)
    return Watchlist(
        Watch(id=f"watch-{index}", type=types[index % 3], title=name(index * SPREAD % 2**32)) for index in range(number)
    )


def name(seed: int) -> str:
    """Two words of two to four syllables, told by the digits of a number below 2**32."""
    digits = [int(digit, 16) for digit in f"{seed:08x}"]
    first, second = digits[: 2 + seed % 3], digits[4 : 6 + seed % 3]
    return " ".join("".join(SYLLABLES[digit] for digit in word).capitalize() for word in (first, second))


def documents(kind: str) -> list[Document]:
    summaries = SUMMARIES[kind]
    return [
        Document(title=case["title"], summary=summaries[index % len(summaries)], lang="en")
        for index, case in enumerate(read_yaml(CASES / f"{kind}.yaml"))
    ]


def mixed(news: list[Document], others: list[Document]) -> list[Document]:
    return [*news[: len(others) // (NEWS_IN_MIX - 1)], *others]


def seconds(read: Recogniser, texts: list[Document]) -> float:
    began = time.process_time()
    for text in texts:
        read(text)
    return time.process_time() - began


def main(number: int) -> None:
    read = Recogniser({"en": compile_rules(shipped_rules("en"))}, names(number))
    news, others = documents("headlines"), documents("traps")
    for kind, texts in (("news", news), ("no news", others), ("mix", mixed(news, others))):
        best = min(seconds(read, texts) for _ in range(ROUNDS))
        sys.stdout.write(f"{kind}: {len(texts) / best:,.0f} items a second, {best / len(texts) * 1000:.3f} ms each\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
