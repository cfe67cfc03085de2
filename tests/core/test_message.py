"""The wording is the product: what a receiver reads, for every kind, standing and purpose."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.alert import Alert, AlertPurpose, AlertState
from monitor.core.announcement import Announcement, Standing
from monitor.core.calendar import say_date, say_when
from monitor.core.holds import Hold, HoldKind
from monitor.core.incidents import Incident, IncidentKind
from monitor.core.item import PRESS_OFFICE, Embed
from monitor.core.message import (
    Told,
    compose_bundle,
    compose_entry,
    compose_hold,
    compose_incident,
    compose_news,
    compose_recovery,
    compose_test,
    compose_troubles,
    compose_update,
)
from monitor.core.report import Certainty, Evidence, Facts, Kind, Person, Report, ScamSign, Subject
from monitor.core.routing import Receiver
from monitor.core.source import Tier
from monitor.core.watchlist import Watch, WatchType
from monitor.core.wording import (
    INCIDENT_WORDS,
    KIND_NAMES,
    SCAM_WARNINGS,
    TIER_NAMES,
    say_accounts,
    say_headline,
    say_platform,
    tabulate_facts,
)

SECOND = Facts(seasons=(2,))
AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
SHOW = Subject(key="show:heartstopper", title="Heartstopper")
ACCOUNTS = (("instagram", "netflixuk"), ("instagram", "heartstoppertv"), ("x", "netflixuk"))
WATCHES = {"heartstopper": Watch(id="heartstopper", type=WatchType.SHOW, title="Heartstopper", accounts=ACCOUNTS)}
LEILA = Person(name="Leila Khan", role="Sahar Zahid")
NEWCOMERS = (LEILA, Person(name="Bo Aster", role="Finn"), Person(name="Cy Dale"), Person(name="Di Ember"))
EVIDENCE = (Evidence(rule="en/filming_start/production", part="title", start=0, end=9, quote="has begun production"),)


def announce(kind=Kind.FILMING_START, facts=SECOND, standing=Standing.REPORTED, subject=SHOW, **changes):
    known = {"id": 12, "watches": ("heartstopper",), "revision": 1, "first_seen": AT, "last_report_at": AT}
    return Announcement(kind=kind, facts=facts, standing=standing, subject=subject, **(known | changes))


def tell(
    publisher="Variety", tier=Tier.TRADE, *, certainty=Certainty.CONFIRMED, embeds=(), official=False, evidence=EVIDENCE
):
    report = Report(
        subject=SHOW,
        kind=Kind.FILMING_START,
        certainty=certainty,
        facts=Facts(),
        watches=("heartstopper",),
        evidence=evidence,
        official=official,
        embeds=embeds,
    )
    url = f"https://{publisher.lower().replace(' ', '')}.example/story"
    return Told(publisher=publisher, tier=tier, headline=f"As {publisher} put it", url=url, at=AT, report=report)


def alert(purpose=AlertPurpose.NEWS, *, change="", reason="the route to me admits it."):
    return Alert(
        id=1,
        receiver="me",
        purpose=purpose,
        state=AlertState.PENDING,
        created_at=AT,
        due_at=AT,
        attempts=0,
        reason=reason,
        announcement_id=12,
        change=change,
    )


def posted(*accounts):
    return tuple(Embed(platform=platform, account=account, permalink=None) for platform, account in accounts)


PERSON = Subject(key="person:leila-khan", title="Leila Khan")
TOPIC = Subject(key="topic:casting-calls-wales", title="casting-calls-wales")

HEADLINES = [
    (Kind.DEVELOPMENT, Facts(), "Heartstopper is in development"),
    (Kind.ORDER, Facts(), "Heartstopper has been ordered"),
    (Kind.ORDER, Facts(seasons=(1,), network="Netflix"), "Heartstopper has been ordered by Netflix (season 1)"),
    (Kind.RENEWAL, Facts(), "Heartstopper has been renewed"),
    (Kind.RENEWAL, Facts(seasons=(2, 3)), "Heartstopper has been renewed for seasons 2 and 3"),
    (Kind.RENEWAL, Facts(seasons=(2, 3, 4)), "Heartstopper has been renewed for seasons 2, 3 and 4"),
    (Kind.CANCELLATION, Facts(), "Heartstopper has been cancelled"),
    (Kind.ENDING, Facts(seasons=(4,)), "Heartstopper is coming to an end (season 4)"),
    (Kind.CASTING, Facts(), "Heartstopper: new casting"),
    (Kind.CASTING, Facts(people=(LEILA,)), "Leila Khan joins Heartstopper as Sahar Zahid"),
    (Kind.CASTING, Facts(people=(Person(name="Bo Aster"),)), "Bo Aster joins Heartstopper"),
    (Kind.CASTING, Facts(people=NEWCOMERS[:2], seasons=(2,)), "Leila Khan and Bo Aster join Heartstopper (season 2)"),
    (Kind.CASTING, Facts(people=NEWCOMERS[:3]), "Leila Khan, Bo Aster and Cy Dale join Heartstopper"),
    (Kind.CASTING, Facts(people=NEWCOMERS), "Leila Khan, Bo Aster and 2 more join Heartstopper"),
    (Kind.DEPARTURE, Facts(), "Heartstopper: somebody is leaving"),
    (Kind.DEPARTURE, Facts(people=(Person(name="Bo Aster"),)), "Bo Aster leaves Heartstopper"),
    (Kind.CASTING_CALL, Facts(place="Cardiff"), "Casting call for Heartstopper in Cardiff"),
    (Kind.CREW, Facts(), "Heartstopper: crew news"),
    (
        Kind.CREW,
        Facts(people=(Person(name="Bo Aster", role="director"),)),
        "Heartstopper: crew news, Bo Aster as director",
    ),
    (Kind.FILMING_START, Facts(seasons=(2,)), "Heartstopper: filming has started (season 2)"),
    (Kind.FILMING_WRAP, Facts(), "Heartstopper: filming has wrapped"),
    (Kind.DELAY, Facts(), "Heartstopper has been delayed"),
    (Kind.DELAY, Facts(dates=("2027",)), "Heartstopper has been delayed to 2027"),
    (Kind.RELEASE_DATE, Facts(), "Heartstopper has a release date"),
    (Kind.RELEASE_DATE, Facts(dates=("2027-03-07",)), "Heartstopper is coming on 7 March 2027"),
    (Kind.RELEASE_DATE, Facts(dates=("2027-Q4",), seasons=(3,)), "Heartstopper is coming in autumn 2027 (season 3)"),
    (Kind.TRAILER, Facts(), "Heartstopper: a trailer is out"),
]


@pytest.mark.parametrize(
    ("kind", "facts", "headline"), HEADLINES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_headlines(kind, facts, headline):
    assert say_headline(announce(kind, facts)) == headline


def test_every_kind_has_a_headline_and_a_name():
    assert {kind for kind, _, _ in HEADLINES} == set(Kind) == set(KIND_NAMES)
    assert set(TIER_NAMES) == set(Tier)
    assert set(INCIDENT_WORDS) == set(IncidentKind)


@pytest.mark.parametrize(
    ("kind", "facts", "headline"),
    [
        (Kind.CASTING, Facts(people=(LEILA,)), "Leila Khan has been cast as Sahar Zahid"),
        (Kind.CASTING, Facts(people=(LEILA,), title="The Lock"), "Leila Khan joins The Lock as Sahar Zahid"),
        (Kind.CASTING, Facts(people=(Person(name="Bo Aster", role="Finn"),)), "Leila Khan has been cast"),
        (Kind.DEPARTURE, Facts(title="The Lock"), "Leila Khan leaves The Lock"),
        (Kind.RENEWAL, Facts(title="The Lock"), "Leila Khan: renewal for The Lock"),
        (Kind.RELEASE_DATE, Facts(), "Leila Khan: release date"),
    ],
)
def test_news_of_a_watched_person_has_the_person_as_subject(kind, facts, headline):
    assert say_headline(announce(kind, facts, subject=PERSON)) == headline


@pytest.mark.parametrize(
    ("facts", "headline"),
    [
        (Facts(), "casting-calls-wales: casting call"),
        (Facts(place="Cardiff", title="The Lock"), "casting-calls-wales: casting call for The Lock in Cardiff"),
    ],
)
def test_news_of_a_topic_is_named_after_the_topic(facts, headline):
    assert say_headline(announce(Kind.CASTING_CALL, facts, subject=TOPIC)) == headline


@pytest.mark.parametrize(
    ("standing", "headline"),
    [
        (Standing.RUMOURED, "Rumour: Heartstopper: filming has started (season 2)"),
        (Standing.REPORTED, "Heartstopper: filming has started (season 2)"),
        (Standing.OFFICIAL, "Heartstopper: filming has started (season 2)"),
        (Standing.DENIED, "Denied: Heartstopper: filming has started (season 2)"),
    ],
)
def test_rumours_and_denials_say_so_first(standing, headline):
    assert say_headline(announce(standing=standing)) == headline


@pytest.mark.parametrize(
    ("date", "said", "when"),
    [
        ("2027", "2027", "in 2027"),
        ("2027-03", "March 2027", "in March 2027"),
        ("2027-03-07", "7 March 2027", "on 7 March 2027"),
        ("2027-Q1", "early 2027", "in early 2027"),
        ("2027-Q2", "spring 2027", "in spring 2027"),
        ("2027-Q3", "summer 2027", "in summer 2027"),
        ("2027-Q4", "autumn 2027", "in autumn 2027"),
        ("next year", "next year", "in next year"),
    ],
)
def test_dates_are_said_as_people_say_them(date, said, when):
    assert (say_date(date), say_when(date)) == (said, when)


def test_platforms_we_do_not_know_keep_their_name():
    assert say_platform("peertube") == "Peertube"
    assert say_accounts(()) == ""


def test_facts_are_rows_and_only_the_first_person_has_a_label():
    facts = Facts(seasons=(2, 3), people=NEWCOMERS[1:3], dates=("2027",), network="BBC", place="Kent", title="The Lock")
    assert tabulate_facts(Kind.CASTING, facts) == (
        ("About", "The Lock"),
        ("Seasons", "2 and 3"),
        ("Cast", "Bo Aster as Finn"),
        ("", "Cy Dale"),
        ("Date", "2027"),
        ("Network", "BBC"),
        ("Place", "Kent"),
    )
    assert tabulate_facts(Kind.DEPARTURE, Facts(people=(LEILA,)))[0][0] == "Leaving"


def test_a_casting_call_says_until_when_and_what_to_be_careful_of():
    facts = Facts(deadline="2027-03-03", scam_signs=(ScamSign.FEE, ScamSign.MESSENGER))
    assert tabulate_facts(Kind.CASTING_CALL, facts) == (
        ("Apply by", "3 March 2027"),
        ("Careful", "asks for a fee; talks by messenger only"),
    )


def test_every_sign_of_a_scam_has_a_warning():
    assert SCAM_WARNINGS.keys() == set(ScamSign)


OFFICIAL = tell("Attitude", Tier.PRESS, official=True, embeds=posted(*ACCOUNTS, ("instagram", "fan"), ("x", None)))


@pytest.mark.parametrize(
    ("standing", "reports", "said", "source"),
    [
        (
            Standing.OFFICIAL,
            (tell(), OFFICIAL),
            "Official: posted by @netflixuk and @heartstoppertv on Instagram and @netflixuk on X",
            "Attitude",
        ),
        (
            Standing.OFFICIAL,
            (tell(), tell("BBC Press", Tier.OFFICIAL)),
            "Official: announced by BBC Press",
            "BBC Press",
        ),
        (Standing.OFFICIAL, (tell(),), "Official: announced by Variety", "Variety"),
        (
            Standing.REPORTED,
            (tell("Blog", certainty=Certainty.RUMOUR), tell()),
            "Reported by Variety (trade press)",
            "Variety",
        ),
        (
            Standing.RUMOURED,
            (tell("Star", Tier.COMMUNITY, certainty=Certainty.RUMOUR),),
            "Rumour, per Star; nobody has confirmed it",
            "Star",
        ),
        (Standing.DENIED, (tell("Star"), tell("Agent", certainty=Certainty.DENIED)), "Denied, says Agent", "Agent"),
    ],
)
def test_the_standing_is_told_by_whoever_carries_it(standing, reports, said, source):
    entry = compose_entry(announce(standing=standing), reports, watches=WATCHES, alert=alert())
    assert (entry.standing, entry.source, entry.level) == (said, source, standing)


def test_accounts_of_a_watch_that_was_removed_are_nobodys():
    entry = compose_entry(announce(standing=Standing.OFFICIAL), (OFFICIAL,), watches={}, alert=alert())
    assert entry.standing == "Official: announced by Attitude"
    assert entry.why.startswith("you watch heartstopper;")


def test_a_long_post_is_quoted_by_its_beginning_in_whole_words():
    post = replace(tell(), headline="It's official!\nFilming has begun.\n" + "And so much more to say. " * 20)
    (entry,) = compose_news(announce(), (post,), watches=WATCHES, alert=alert()).entries
    assert entry.said.startswith("It's official! Filming has begun. And so")
    assert len(entry.said) <= 280
    assert entry.said.endswith("…")


def test_news_tells_what_who_where_and_why():
    message = compose_news(announce(), (tell(), tell("Deadline")), watches=WATCHES, alert=alert())
    (entry,) = message.entries
    assert message.subject == entry.title == "Heartstopper: filming has started (season 2)"
    assert (message.thread, message.reply) == ("announcement-12-20261120093000", False)
    assert (entry.said, entry.link) == ("As Variety put it", "https://variety.example/story")
    assert entry.why == (
        "you watch Heartstopper; “has begun production” (rule en/filming_start/production); the route to me admits it"
    )
    assert entry.reports == (("Deadline", "https://deadline.example/story"),)
    assert (entry.reference, entry.update, entry.more_reports) == ("announcement-12", None, 0)


def test_why_is_short_when_there_is_little_to_say():
    bare = compose_entry(announce(watches=()), (tell(evidence=()),), watches={}, alert=alert(reason="you submitted it"))
    assert bare.why == "you submitted it"


def test_who_had_it_before_the_one_whose_word_counts_is_named():
    reports = (tell("Gossip", Tier.PRESS, certainty=Certainty.RUMOUR), tell())
    entry = compose_entry(announce(), reports, watches=WATCHES, alert=alert())
    assert entry.source == "Variety"
    assert entry.why.endswith("(rule en/filming_start/production); first told by Gossip; the route to me admits it")


def test_five_further_reports_are_listed_and_the_rest_counted():
    reports = [tell(f"Outlet {number}") for number in range(10)]
    entry = compose_entry(announce(), reports, watches=WATCHES, alert=alert())
    assert [publisher for publisher, _ in entry.reports] == [f"Outlet {number}" for number in range(1, 6)]
    assert entry.more_reports == 4


def test_a_publisher_is_listed_once_and_not_beside_itself():
    reports = [replace(tell(name), url=f"/{n}") for n, name in enumerate(["a", "b", "a", "c", "b", "b"])]
    entry = compose_entry(announce(), reports, watches=WATCHES, alert=alert())
    assert entry.source == "a"
    assert (entry.reports, entry.more_reports) == ((("b", "/1"), ("c", "/3")), 0)


def test_updates_are_replies_that_say_what_is_new():
    update = alert(AlertPurpose.UPDATE, change="now official")
    message = compose_update(announce(standing=Standing.OFFICIAL), (tell(), OFFICIAL), watches=WATCHES, alert=update)
    assert message.subject == "Update: now official: Heartstopper: filming has started (season 2)"
    assert (message.thread, message.reply) == ("announcement-12-20261120093000", True)
    assert message.entries[0].update == "now official"


def test_the_update_with_a_denial_says_so_once():
    denied = announce(standing=Standing.DENIED)
    update = alert(AlertPurpose.UPDATE, change="denied")
    message = compose_update(denied, (tell(), tell()), watches=WATCHES, alert=update)
    assert message.subject == "Update: denied: Heartstopper: filming has started (season 2)"
    assert message.entries[0].title == "Denied: Heartstopper: filming has started (season 2)"


def test_what_outlets_tell_differently_and_what_it_may_be_is_said():
    dates = ("2027-05", "2027-05", "2027-06")
    reports = [
        replace(told, report=replace(told.report, facts=Facts(dates=(date,))))
        for told, date in zip(map(tell, "abc"), dates, strict=True)
    ]
    entry = compose_entry(announce(possibly=7), reports, watches=WATCHES, alert=alert())
    assert entry.facts[-2:] == (
        ("Outlets differ", "two outlets say May 2027, one says June 2027"),
        ("Possibly", "the same as announcement-7"),
    )


def test_an_update_without_words_for_its_change_is_still_marked():
    message = compose_update(announce(), (tell(),), watches=WATCHES, alert=alert(AlertPurpose.UPDATE))
    assert message.subject == "Update: Heartstopper: filming has started (season 2)"
    assert message.entries[0].update == "there is more to it now"


POST = Embed(platform="instagram", account="netflixuk", permalink="https://www.instagram.com/reel/AbC/")
RELEASE = Embed(platform=PRESS_OFFICE, account=None, permalink="https://press.example/2026/tide")
STRANGER = Embed(platform="instagram", account="somebody", permalink="https://www.instagram.com/p/Xyz/")


@pytest.mark.parametrize(
    ("reports", "proofs"),
    [
        ((tell(embeds=(STRANGER, POST), official=True),), [("First said by @netflixuk on Instagram", POST.permalink)]),
        (
            (tell("Blog", Tier.COMMUNITY), tell(embeds=(POST,), official=True)),
            [("Said by @netflixuk on Instagram", POST.permalink)],
        ),
        ((tell(embeds=(STRANGER,)),), []),
        ((replace(tell(embeds=(POST,), official=True), url=POST.permalink),), []),  # the link of the entry leads there
        ((tell(embeds=(STRANGER, RELEASE)),), [("Press release, as linked by Variety", RELEASE.permalink)]),
        (
            (tell(embeds=(RELEASE, POST), official=True), tell("Deadline", embeds=(RELEASE,))),
            [
                ("First said by @netflixuk on Instagram", POST.permalink),
                ("Press release, as linked by Variety", RELEASE.permalink),
            ],
        ),
    ],
)
def test_an_entry_leads_to_where_the_makers_said_it(reports, proofs):
    entry = compose_entry(announce(standing=Standing.OFFICIAL), reports, watches=WATCHES, alert=alert())
    assert list(entry.proofs) == proofs


@pytest.mark.parametrize(("count", "subject"), [(1, "Digest: 1 announcement"), (3, "Digest: 3 announcements")])
def test_bundles_count_what_they_hold(count, subject):
    entry = compose_entry(announce(), (tell(),), watches=WATCHES, alert=alert())
    message = compose_bundle([entry] * count, title="Digest", note=["Since yesterday."])
    assert (message.subject, len(message.entries), message.note[0]) == (subject, count, "Since yesterday.")
    assert message.thread is None


def about(subject, level=Standing.REPORTED):
    entry = compose_entry(announce(), (tell(),), watches=WATCHES, alert=alert())
    return replace(entry, about=subject, title=f"{subject} {level}", level=level)


def test_a_bundle_is_ordered_by_subject_and_importance():
    """What stands on top is surest; what belongs together stays together."""
    entries = [
        about("Orchard Row", Standing.RUMOURED),
        about("Lantern Bay", Standing.REPORTED),
        about("The Glass Ferry", Standing.OFFICIAL),
        about("Lantern Bay", Standing.DENIED),
        about("Orchard Row", Standing.OFFICIAL),
    ]
    message = compose_bundle(entries, title="Digest")
    assert [(entry.heading, entry.title) for entry in message.entries] == [
        ("The Glass Ferry", "The Glass Ferry official"),
        ("Orchard Row", "Orchard Row official"),
        ("", "Orchard Row rumoured"),
        ("Lantern Bay", "Lantern Bay reported"),
        ("", "Lantern Bay denied"),
    ]
    assert message.note == (
        "The Glass Ferry, Orchard Row (2) and Lantern Bay (2): 2 official, 1 reported, 1 denied, 1 rumour.",
    )


@pytest.mark.parametrize(
    ("subjects", "line"),
    [
        ("A", None),
        ("AAA", "A (3): 3 reported."),
        ("ABCDEF", "A, B, C, D, E and F: 6 reported."),
        ("ABCDEFGA", "A (2), B, C, D, E and 2 more: 8 reported."),
    ],
)
def test_a_bundle_says_on_top_what_is_in_it(subjects, line):
    message = compose_bundle([about(subject) for subject in subjects], title="Digest")
    assert message.note == ((line,) if line else ())


@pytest.mark.parametrize("subjects", ["AAA", "ABC"])
def test_a_bundle_of_one_subject_or_of_one_entry_each_needs_no_headings(subjects):
    message = compose_bundle([about(subject) for subject in subjects], title="Digest")
    assert not any(entry.heading for entry in message.entries)


@pytest.mark.parametrize("kind", IncidentKind)
def test_incidents_name_the_trouble_and_the_way_out(kind):
    incident = Incident(id=3, kind=kind, subject="attitude", detail="503 since {noon}", opened_at=AT)
    opened = compose_incident(incident, name="Attitude {x}")
    closed = compose_recovery(incident, name="Attitude {x}")
    assert opened.note[0] == "503 since {noon}"
    assert "{name}" not in opened.subject + closed.subject + "".join(opened.note)
    assert opened.thread == closed.thread == "incident-3-20261120093000"
    assert (opened.reply, closed.reply) == (False, True)
    assert opened.subject != closed.subject


@pytest.mark.parametrize(
    ("lasted", "said"),
    [
        (timedelta(seconds=20), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=3, minutes=20), "3 hours"),
        (timedelta(days=2), "2 days"),
    ],
)
def test_a_recovery_says_how_long_it_took(lasted, said):
    incident = Incident(
        id=3, kind=IncidentKind.FAILING, subject="attitude", detail="503", opened_at=AT, closed_at=AT + lasted
    )
    assert compose_recovery(incident, name="Attitude").note == (
        f"This is over; nothing needs to be done. It lasted {said}.",
    )


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        (HoldKind.FLOOD, "2 alerts held back"),
        (HoldKind.IDS_CHANGED, "Attitude changed the id of every item: 2 items held back"),
    ],
)
def test_holds_list_what_they_keep_and_say_how_to_let_it_go(kind, subject):
    hold = Hold(id=7, kind=kind, subject="attitude", detail="more than 10 within an hour", opened_at=AT)
    message = compose_hold(hold, ["One", "Two"], name="Attitude")
    assert message.subject == subject
    assert message.note[1:3] == ("• One", "• Two")
    assert "monitor approve 7" in message.note[-1]


def test_a_long_hold_is_counted_beyond_twenty():
    hold = Hold(id=7, kind=HoldKind.FLOOD, subject="me", detail="", opened_at=AT)
    assert compose_hold(hold, [f"News {number}" for number in range(25)], name="me").note[-2] == "… and 5 more"


def test_a_test_message_says_that_it_is_one():
    message = compose_test(Receiver(id="me", url="json://example.org/secret"))
    assert "test" in message.subject.lower()
    assert "“me”" in message.note[0]
    assert "secret" not in repr(message)


def test_several_troubles_in_one_message():
    quiet = Incident(id=1, kind=IncidentKind.QUIET, subject="attitude", detail="nothing new", opened_at=AT)
    ended = replace(quiet, kind=IncidentKind.LIMITED, closed_at=AT + timedelta(days=4))
    begun, over = compose_incident(quiet, name="Attitude"), compose_recovery(ended, name="Gazette")
    assert compose_troubles([over]).subject == "About your sources: Gazette lets us read again"
    both = compose_troubles([begun, over])
    assert both.subject == "About your sources: Attitude has gone quiet, and 1 more"
    assert both.note[0].startswith("Attitude has gone quiet. Nothing new. It answers, but")
    assert both.note[1] == ("Gazette lets us read again. This is over; nothing needs to be done. It lasted 4 days.")


def test_many_sources_that_are_quiet_at_once_have_words_of_their_own():
    quiet = Incident(id=1, kind=IncidentKind.QUIET, subject="", detail="7 of 20 sources", opened_at=AT)
    assert compose_incident(quiet, name="").subject == "Many sources are quiet at once"
    assert compose_recovery(quiet, name="").subject == "Sources bring news again"


@pytest.mark.parametrize(
    ("what", "advice"),
    [
        ("a bot check", "It wants proof that a person reads it."),
        ("a consent page", "It asks for consent before it shows anything."),
        ("a login page", "It asks to sign in."),
        ("a parked domain", "The site has given up its address."),
        ("something else", "It may have moved, changed its form, or block us"),
    ],
)
def test_a_page_in_place_of_a_feed_comes_with_a_remedy(what, advice):
    page = Incident(id=1, kind=IncidentKind.NOT_A_FEED, subject="a", detail=f"an HTML page ({what})", opened_at=AT)
    assert compose_incident(page, name="A").note[1].startswith(advice)
