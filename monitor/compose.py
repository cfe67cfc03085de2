"""Turning stored alerts into the message that is sent: gathers what the wording needs and leaves the words to it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar, assert_never

from monitor.core.alert import Alert, AlertPurpose, Priority
from monitor.core.announcement import Announcement
from monitor.core.holds import Hold, HoldKind
from monitor.core.message import (
    Entry,
    Message,
    Told,
    compose_bundle,
    compose_entry,
    compose_hold,
    compose_incident,
    compose_news,
    compose_recovery,
    compose_troubles,
    compose_update,
    say_troubles,
)
from monitor.core.routing import WEEKLY
from monitor.core.setup import Setup
from monitor.core.text import clean_line
from monitor.core.watchlist import Watch
from monitor.core.wording import say_headline
from monitor.handing_on import HANDED_ON
from monitor.ports import View
from monitor.records import StoredReport

T = TypeVar("T")

_LONGEST_HEADLINE = 120  # of a post, which has no headline, in a list
_ABOUT_TROUBLE = frozenset({AlertPurpose.INCIDENT, AlertPurpose.RECOVERY})


def compose(alerts: Sequence[Alert], view: View, setup: Setup) -> Message:
    """The one message that says all of `alerts`, which share a receiver and a bundle."""
    message = replace(_say(alerts, view, setup), priority=_highest(alerts))
    if (alerts[0].bundle or "").startswith(HANDED_ON):
        return replace(message, note=(f"{alerts[0].reason[0].upper()}{alerts[0].reason[1:]}.", *message.note))
    return message


def _highest(alerts: Iterable[Alert]) -> Priority:
    given = {alert.priority for alert in alerts}
    return next(priority for priority in Priority if priority in given)


def _say(alerts: Sequence[Alert], view: View, setup: Setup) -> Message:
    watches = {watch.id: watch for watch in setup.watches}
    if len(alerts) > 1:
        troubles = [_trouble(alert, view, setup) for alert in alerts if alert.purpose in _ABOUT_TROUBLE]
        news = _without_echoes([alert for alert in alerts if alert.purpose not in _ABOUT_TROUBLE])
        if not news:
            return compose_troubles(troubles)
        bundle = _bundle(alerts, [_entry(alert, view, watches) for alert in news])
        return replace(bundle, note=(*bundle.note, *say_troubles(troubles)))
    (alert,) = alerts
    match alert.purpose:
        case AlertPurpose.NEWS | AlertPurpose.UPDATE:
            announcement, reports = _story(alert, view)
            say = compose_news if alert.purpose is AlertPurpose.NEWS else compose_update
            return say(announcement, reports, watches=watches, alert=alert)
        case AlertPurpose.INCIDENT | AlertPurpose.RECOVERY:
            return _trouble(alert, view, setup)
        case AlertPurpose.HOLD:
            hold = _known(view.hold(_known(alert.hold_id)))
            return compose_hold(hold, _held_headlines(hold, view), name=_name(hold.subject, setup))
        case _:
            assert_never(alert.purpose)


def _trouble(alert: Alert, view: View, setup: Setup) -> Message:
    incident = _known(view.incident(_known(alert.incident_id)))
    say_trouble = compose_incident if alert.purpose is AlertPurpose.INCIDENT else compose_recovery
    return say_trouble(incident, name=_name(incident.subject, setup))


def told(report: StoredReport) -> Told:
    """A stored report as the wording sees it."""
    return Told(
        publisher=report.publisher,
        tier=report.tier,
        headline=report.headline,
        url=report.url,
        at=report.at,
        report=report.report,
    )


def _without_echoes(alerts: Sequence[Alert]) -> list[Alert]:
    """The alerts without updates of news that stands in the same message: it is told as it is now."""
    news = {alert.announcement_id for alert in alerts if alert.purpose is AlertPurpose.NEWS}
    return [alert for alert in alerts if not (alert.purpose is AlertPurpose.UPDATE and alert.announcement_id in news)]


def _bundle(alerts: Sequence[Alert], entries: Sequence[Entry]) -> Message:
    reason = (alerts[0].bundle or "").partition("-")[0]
    match reason:
        case "digest":
            weekly = (alerts[0].bundle or "").startswith(WEEKLY)
            return compose_bundle(entries, title="Your weekly digest" if weekly else "Your digest")
        case "quiet":
            return compose_bundle(entries, title="While it was quiet")
        case "fallback":
            return compose_bundle(entries, title="Not delivered elsewhere")
        case "hold":
            return compose_bundle(entries, title="Released")
        case "replay":
            return compose_bundle(entries, title="Found by replay")
        case _:  # one item that tells several things, such as a round-up
            more = f", and {len(entries) - 1} more" if len(entries) > 1 else ""
            return Message(subject=f"{entries[0].title}{more}", entries=tuple(entries))


def _entry(alert: Alert, view: View, watches: Mapping[str, Watch]) -> Entry:
    announcement, reports = _story(alert, view)
    return compose_entry(announcement, reports, watches=watches, alert=alert)


def _story(alert: Alert, view: View) -> tuple[Announcement, Sequence[Told]]:
    announcement = _known(view.announcement(_known(alert.announcement_id)))
    return announcement, [told(report) for report in view.reports(announcement.id)]


def _held_headlines(hold: Hold, view: View) -> list[str]:
    """What the hold keeps back, the newest first."""
    match hold.kind:
        case HoldKind.FLOOD:
            ids = [_known(alert.announcement_id) for alert in reversed(view.alerts_under(hold.id))]
            return [say_headline(_known(view.announcement(announcement_id))) for announcement_id in ids]
        case HoldKind.IDS_CHANGED:
            return [
                stored.item.title or clean_line(stored.item.summary, _LONGEST_HEADLINE)
                for stored in view.held_items(hold.id)
            ]
        case _:
            assert_never(hold.kind)


def _name(subject: str, setup: Setup) -> str:
    """A source by its publisher's name; a receiver, or what is no longer configured, by its id."""
    return next((source.publisher for source in setup.sources if source.id == subject), subject)


def _known(value: T | None) -> T:
    """What the database's foreign keys promise to be there."""
    if value is None:
        raise LookupError("an alert points to a row that does not exist")
    return value
