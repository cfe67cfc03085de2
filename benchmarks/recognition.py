"""How many headlines a second one core reads while it looks for many names.

`python -m benchmarks.recognition [NAMES]`. The headlines are those of tests/data/classify, news and traps apart; the
names are made of syllables, always the same.
"""

import sys
import time
from pathlib import Path

from monitor.config.shipped import read_yaml, shipped_rules
from monitor.core.classify import Recogniser
from monitor.core.report import Document
from monitor.core.rules import compile_rules
from monitor.core.watchlist import Watch, Watchlist, WatchType

CASES = Path(__file__).resolve().parents[1] / "tests" / "data" / "classify"
SYLLABLES = ("ka", "lo", "mi", "ter", "van", "dor", "el", "sha", "qui", "ren", "bo", "fal", "gri", "ston", "wyn", "mar")
SPREAD = 2_654_435_761  # odd, so that all names differ
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
    return [
        Document(title=case["title"], summary=case.get("summary", ""), lang="en")
        for case in read_yaml(CASES / f"{kind}.yaml")
    ]


def seconds(read: Recogniser, texts: list[Document]) -> float:
    began = time.process_time()
    for text in texts:
        read(text)
    return time.process_time() - began


def main(number: int) -> None:
    read = Recogniser({"en": compile_rules(shipped_rules("en"))}, names(number))
    for kind in ("headlines", "traps"):
        texts = documents(kind)
        best = min(seconds(read, texts) for _ in range(ROUNDS))
        sys.stdout.write(f"{kind}: {len(texts) / best:,.0f} a second, {best / len(texts) * 1000:.3f} ms each\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
