"""All that can be asked of the store and written to it, as one object over one connection."""

from sqlalchemy import Connection

from monitor.store import alerts as _alerts
from monitor.store import announcements as _announcements
from monitor.store import coverage as _coverage
from monitor.store import holds as _holds
from monitor.store import incidents as _incidents
from monitor.store import items as _items
from monitor.store import leases as _leases
from monitor.store import pushes as _pushes
from monitor.store import retention as _retention
from monitor.store import sources as _sources
from monitor.store import streams as _streams


class SqlTransaction:
    """Fulfils `ports.Transaction`, and so `ports.View`: the functions of each noun's module, as methods.

    It decides nothing about its connection: the writer hands in one inside BEGIN IMMEDIATE, a reader one that
    the database itself lets do nothing but read.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    source_states = _sources.source_states
    due_sources = _sources.due_sources
    save_rhythms = _sources.save_rhythms
    boost_sources = _sources.boost_sources
    claim_sources = _sources.claim_sources
    save_source = _sources.save_source
    forget_sources = _sources.forget_sources
    record_poll = _sources.record_poll
    last_polls = _sources.last_polls
    polls = _sources.polls
    heartbeat = _sources.heartbeat
    streams = _streams.streams
    save_stream = _streams.save_stream
    forget_streams = _streams.forget_streams
    beat = _sources.beat
    first_look = _sources.first_look
    save_first_look = _sources.save_first_look
    patrol = _sources.patrol
    save_patrol = _sources.save_patrol

    add_push = _pushes.add_push
    pushes = _pushes.pushes
    drop_pushes = _pushes.drop_pushes

    add_item = _items.add_item
    revise_item = _items.revise_item
    rekey_item = _items.rekey_item
    release_item = _items.release_item
    touch_items = _items.touch_items
    known_items = _items.known_items
    count_items = _items.count_items
    has_items = _items.has_items
    items = _items.items
    items_by_url = _items.items_by_url
    arrivals = _items.arrivals
    arrival_times = _items.arrival_times
    held_items = _items.held_items

    add_announcement = _announcements.add_announcement
    update_announcement = _announcements.update_announcement
    announcement = _announcements.announcement
    announcements = _announcements.announcements
    candidates = _announcements.candidates
    told_at = _announcements.told_at
    voices = _announcements.voices
    reporters = _announcements.reporters
    vocabulary = _announcements.vocabulary
    add_report = _announcements.add_report
    reports = _announcements.reports
    reports_of_item = _announcements.reports_of_item
    first_reports = _coverage.first_reports
    first_reports_of = _coverage.first_reports_of

    add_alert = _alerts.add_alert
    claim_alerts = _alerts.claim_alerts
    settle_alerts = _alerts.settle_alerts
    record_delivery = _alerts.record_delivery
    alert = _alerts.alert
    alerts_of = _alerts.alerts_of
    alerts_since = _alerts.alerts_since
    alerts_under = _alerts.alerts_under
    alerts_created = _alerts.alerts_created
    outbox = _alerts.outbox
    next_alert_due = _alerts.next_alert_due
    deliveries = _alerts.deliveries

    open_incident = _incidents.open_incident
    close_incident = _incidents.close_incident
    open_incidents = _incidents.open_incidents
    incident = _incidents.incident

    open_hold = _holds.open_hold
    release_hold = _holds.release_hold
    open_holds = _holds.open_holds
    hold = _holds.hold
    mutes = _holds.mutes
    save_mute = _holds.save_mute
    lift_mute = _holds.lift_mute

    release_leases = _leases.release_leases
    prune = _retention.prune
