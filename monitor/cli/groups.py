"""How texts are put together, as lines for people and as data for programs."""

from dataclasses import asdict
from typing import Any

from monitor.cli.output import stdout
from monitor.core.grouping import Bcubed, Grouping, StoryScore


def show_groups(found: Grouping, misses: int) -> None:
    """The score of announcements, and so many of the alerts too many and of the wrong merges."""
    console = stdout()
    lines = (
        f"{found.texts} texts of {found.groups} groups; {found.unread} texts were not read and alert nobody",
        (
            f"alerts per announcement: {found.per_announcement:.3f} ({found.alerts} alerts about {found.announcements} "
            f"announcements, one for each kind of {found.told} groups)"
        ),
        f"messages of news: {found.messages}; updates: {found.updates}",
        f"wrong merges: {found.wrongly} of {found.merged} ({found.wrong_share:.1%})",
        _say(found.bcubed),
    )
    for line in lines:
        console.print(line, soft_wrap=True)
    for text in found.repeated[:misses]:
        console.print(f"\n{text.id}: one more alert about {text.group}", soft_wrap=True)
        console.print(f"    {text.headline}", soft_wrap=True)
    for text, other in found.mistaken[:misses]:
        console.print(f"\n{text.id} of {text.group}: put with {other.id} of {other.group}", soft_wrap=True)
        console.print(f"    {text.headline}\n    {other.headline}", soft_wrap=True)


def show_stories(found: StoryScore, misses: int) -> None:
    """The score of story groups, and so many of the headlines put with another story."""
    console = stdout()
    console.print(f"{found.texts} headlines of {found.stories} stories, put into {found.found}", soft_wrap=True)
    console.print(_say(found.bcubed), soft_wrap=True)
    for headline, other in found.mistaken[:misses]:
        console.print(f"\n{headline.title}\n    put with: {other.title}", soft_wrap=True)


def groups_as_data(found: Grouping) -> dict[str, Any]:
    """The score of announcements for `--json`."""
    return {
        "texts": found.texts,
        "unread": found.unread,
        "groups": found.groups,
        "told": found.told,
        "announcements": found.announcements,
        "alerts": found.alerts,
        "messages": found.messages,
        "updates": found.updates,
        "alerts_per_announcement": found.per_announcement,
        "merged": found.merged,
        "wrong_merges": found.wrongly,
        "wrong_share": found.wrong_share,
        "b_cubed": _as_data(found.bcubed),
        "repeated": [{"id": text.id, "group": text.group} for text in found.repeated],
        "mistaken": [{"id": text.id, "with": other.id} for text, other in found.mistaken],
    }


def stories_as_data(found: StoryScore) -> dict[str, Any]:
    """The score of story groups for `--json`."""
    return {
        "texts": found.texts,
        "stories": found.stories,
        "found": found.found,
        "b_cubed": _as_data(found.bcubed),
        "mistaken": [{"title": one.title, "with": other.title} for one, other in found.mistaken],
    }


def _say(score: Bcubed) -> str:
    return f"B-cubed precision {score.precision:.3f}, recall {score.recall:.3f}, F1 {score.f1:.3f}"


def _as_data(score: Bcubed) -> dict[str, float]:
    return {**asdict(score), "f1": score.f1}
