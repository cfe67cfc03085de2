"""Public Telegram channels: the preview page, its pages after an absence, and every way there is none."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.fetching import FetchFailed, FetchFailure, NotAFeed, ParseFailed, Visited
from monitor.core.item import Embed
from monitor.core.options import TelegramOptions
from monitor.core.source import Source, Tier
from monitor.core.upkeep import first_state
from monitor.sources.telegram import TelegramAdapter
from tests.fakes import FakeFetch, fetched
from tests.sources.live import NOW, run_here, visit_live
from tests.web_server import Answer, WebServer

URL = "https://t.me/s/harbourpost"
SOURCE = Source(
    id="harbour",
    type="telegram",
    url=URL,
    tier=Tier.TRADE,
    every=timedelta(minutes=15),
    max_age=timedelta(7),
    options=TelegramOptions(channel="harbourpost"),
)
EMBED = Embed(platform="telegram", account="harbourpost", permalink="https://t.me/harbourpost/42")


def message(number, inside="", *, text="", channel="HarbourPost", more="", at="2026-11-22T09:00:00+00:00"):
    words = f'<div class="tgme_widget_message_text js-message_text" dir="auto">{text}</div>' if text else ""
    return f"""<div class="tgme_widget_message_wrap js-widget_message_wrap"><div class="tgme_widget_message {more}"
    data-post="{channel}/{number}"><a class="tgme_widget_message_owner_name" href="#"><span>Harbour Post</span></a>
    {inside}{words}<div class="tgme_widget_message_info"><span class="tgme_widget_message_views">{number}K</span><span
    class="tgme_widget_message_meta"><a class="tgme_widget_message_date" href="https://t.me/{channel}/{number}"><time
    datetime="{at}" class="time">09:00</time></a></span></div></div></div>"""


def page(*messages):
    body = "".join(messages) or '<div class="tme_no_messages_found">No posts found</div>'
    return f"""<!DOCTYPE html><html><head><title>Harbour Post – Telegram</title></head><body><header>
    <div class="tgme_channel_info_header_title"><span dir="auto">Harbour Post</span></div></header><main>
    <section class="tgme_channel_history js-message_history">{body}</section></main></body></html>""".encode()


CLOSED = b"""<html><head><title>Telegram: Contact @harbourpost</title></head><body><div class="tgme_page">
<div class="tgme_page_title"><span>Harbour Post</span></div></div></body></html>"""


def visit(*answers, memory=None, older=(), source=SOURCE):
    """The first page answers with `answers`; `older` are pairs of the message asked before and the answer."""
    fetch = FakeFetch()
    fetch.answer(URL, *answers)
    for before, answer in older:
        fetch.answer(f"{URL}?before={before}", answer)
    state = first_state(source, now=NOW, position=0)
    if memory is not None:
        state = replace(state, baseline_at=NOW, memory=memory)
    adapter = TelegramAdapter(run=run_here, clock=lambda: NOW)
    return asyncio.run(adapter.visit(source, state, fetch=fetch)), fetch


def html(*messages, url=URL):
    return fetched(page(*messages), url, content_type="text/html", validators=None)


def only(*messages):
    result, _ = visit(html(*messages))
    assert isinstance(result, Visited), result
    (item,) = result.parsed.items
    return item


def test_a_message_is_an_item():
    item = only(
        message(
            42,
            text="<b>Harbour Nine</b> is renewed.<br/>More at noon <tg-emoji><i class='emoji'><b>🎬</b></i></tg-emoji>",
        )
    )
    assert (item.guid, item.url, item.title) == ("harbourpost/42", "https://t.me/harbourpost/42", "")
    assert item.summary == "Harbour Nine is renewed.\nMore at noon 🎬"
    assert (item.published, item.author) == (datetime(2026, 11, 22, 9, tzinfo=UTC), "Harbour Post")
    assert (item.embeds, item.publisher) == ((EMBED,), "@harbourpost on Telegram")


def test_a_name_and_a_language_of_the_users_hold():
    result, _ = visit(html(message(42, text="Mae")), source=replace(SOURCE, name="Harbour", lang="cy"))
    assert [(item.publisher, item.lang) for item in result.parsed.items] == [(None, "cy")]


def test_views_change_nothing_and_an_edit_does():
    first = only(message(42, text="Harbour Nine is renewed"))
    seen = only(message(42, text="Harbour Nine is renewed").replace("42K", "99K"))
    edited = only(message(42, text="Harbour Nine is not renewed", more="edited"))
    assert (seen.key, seen.fingerprint) == (first.key, first.fingerprint)
    assert edited.key == first.key
    assert edited.fingerprint != first.fingerprint


def test_what_is_forwarded_names_its_author():
    link = """<div class="tgme_widget_message_forwarded_from">Forwarded from <a href="https://t.me/NineStudio/7"
    class="tgme_widget_message_forwarded_from_name"><span>Nine Studio</span></a></div>"""
    item = only(message(42, link, text="Filming has begun."))
    assert item.summary == "↪ Filming has begun.\n— @ninestudio"
    assert item.embeds == (
        EMBED,
        Embed(platform="telegram", account="ninestudio", permalink="https://t.me/ninestudio/7"),
    )


def test_what_a_person_wrote_is_forwarded_too():
    name = """<div class="tgme_widget_message_forwarded_from">Forwarded from
    <span class="tgme_widget_message_forwarded_from_name">A Fan</span></div>"""
    assert only(message(42, name, text="Filming has begun.")).summary == "↪ Filming has begun.\n— @A Fan"


def test_cards_polls_and_documents_are_read():
    card = """<a class="tgme_widget_message_link_preview" href="https://post.example/?a=1&amp;amp;b=2">
    <div class="link_preview_title">Harbour Nine renewed</div><div class="link_preview_description">By a mile</div></a>"""
    assert (
        only(message(1, card, text="Read this now")).summary == "Read this now\n🔗 Harbour Nine renewed\n🔗 By a mile"
    )
    poll = '<div class="tgme_widget_message_poll_question">Who will play Mae?</div>'
    assert only(message(2, poll)).summary == "Who will play Mae?"
    document = '<div class="tgme_widget_message_document_title">Casting call Harbour Nine.pdf</div>'
    assert only(message(3, document)).summary == "Casting call Harbour Nine.pdf"


def test_a_doubly_escaped_link_reads_as_one_address():
    link = '<a href="https://post.example/x?a=1&amp;amp;b=2" onclick="return confirm(1)">https://post.example/x?a=1&amp;b=2</a>'
    assert only(message(1, text=f"Renewed, says {link} today")).summary == "Renewed, says post.example today"


def test_a_text_within_a_text_is_read_once():
    inner = '<div class="tgme_widget_message_text js-message_text">Harbour Nine is renewed.</div>'
    assert only(message(42, text=inner)).summary == "Harbour Nine is renewed."


def test_a_reply_does_not_repeat_what_it_answers():
    reply = """<a class="tgme_widget_message_reply"><div class="tgme_widget_message_text js-message_reply_text">Old
    news</div></a>"""
    assert only(message(42, reply, text="And now it is official.")).summary == "And now it is official."


def test_what_says_nothing_is_left_out():
    result, _ = visit(
        html(
            message(40, text="Channel photo updated", more="service_message"),
            message(41, '<a class="tgme_widget_message_photo_wrap" style="background-image:url(\'x\')"></a>'),
            message(42, '<div class="message_media_not_supported">Please open Telegram to view this post</div>'),
            message(43, text="Renewed", at="some day"),
            '<div class="tgme_widget_message" data-post="nonsense"></div>',
        )
    )
    assert [(item.summary, item.published) for item in result.parsed.items] == [("Renewed", None)]
    assert result.parsed.dropped == 3
    assert result.trouble == "1 messages are shown in Telegram's app only"
    assert result.memory == {"newest": 43}


def test_a_channel_that_says_nothing_yet_is_read():
    result, _ = visit(html())
    assert isinstance(result, Visited)
    assert (result.parsed.items, result.parsed.title, result.memory) == ((), "Harbour Post", None)


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        (fetched(CLOSED, "https://t.me/harbourpost"), "@harbourpost has no public preview"),
        (fetched(CLOSED, URL), "@harbourpost has no public preview"),
        (html(message(1, text="x"), url="https://t.me/harbourpost"), "@harbourpost has no public preview"),
        (html(message(9, text="x", channel="OtherPost")), "t.me shows @otherpost under the name @harbourpost"),
        (fetched(b"<html><title>Just a moment...</title></html>", URL), "(a bot check)"),
        (fetched(b"Internal error", URL), "it begins “Internal error”"),
        (fetched(b'{"ok": false}', URL), "not a feed"),
    ],
)
def test_what_is_no_preview_is_told(answer, detail):
    result, _ = visit(replace(answer, validators=None))
    assert isinstance(result, NotAFeed)
    assert detail in result.detail


def test_what_the_server_refuses_is_told_as_it_is():
    refused = FetchFailed(reason=FetchFailure.RATE_LIMITED, detail="t.me: HTTP 429", retry_after=timedelta(minutes=1))
    assert visit(refused)[0] == refused


def test_the_first_visit_reads_one_page():
    _, fetch = visit(html(message(90, text="x")))
    assert [request.url for request in fetch.asked] == [URL]


def test_after_an_absence_older_pages_are_read_up_to_what_is_known():
    result, fetch = visit(
        html(message(30, text="c"), message(31, text="d")),
        memory={"newest": 26},
        older=[(30, html(message(28, text="a"), message(29, text="b"))), (28, html(message(26, text="0")))],
    )
    assert [item.summary for item in result.parsed.items] == ["0", "a", "b", "c", "d"]
    assert (result.memory, result.trouble, len(fetch.asked)) == ({"newest": 31}, "", 3)


def test_a_gap_of_deleted_messages_ends_at_the_beginning_of_the_channel():
    result, fetch = visit(html(message(30, text="c")), memory={"newest": 2}, older=[(30, html())])
    assert (result.memory, len(fetch.asked)) == ({"newest": 30}, 2)


def test_older_pages_are_capped():
    older = [(number, html(message(number - 1, text="x"))) for number in range(100, 90, -1)]
    result, fetch = visit(html(message(100, text="x")), memory={"newest": 1}, older=older)
    assert len(fetch.asked) == 5
    assert result.trouble == "more messages since the last visit than 5 pages show"
    assert result.memory == {"newest": 100}


def test_what_could_not_be_read_is_looked_for_again():
    failed = FetchFailed(reason=FetchFailure.TIMEOUT, detail="t.me took too long")
    result, _ = visit(html(message(30, text="c")), memory={"newest": 2}, older=[(30, failed)])
    assert [item.summary for item in result.parsed.items] == ["c"]
    assert (result.memory, result.trouble) == ({"newest": 2}, "older messages were not read: t.me took too long")


def test_a_reader_that_dies_is_told():
    async def die(function, body, **arguments):
        return ParseFailed(detail="over its time")

    fetch = FakeFetch()
    fetch.answer(URL, html())
    adapter = TelegramAdapter(run=die, clock=lambda: NOW)
    state = first_state(SOURCE, now=NOW, position=0)
    assert asyncio.run(adapter.visit(SOURCE, state, fetch=fetch)) == ParseFailed(detail="over its time")


def test_over_the_real_way():
    with WebServer() as web:
        web.answer("/s/harbourpost", Answer(body=page(message(42, text="Harbour Nine is renewed"))))
        web.answer("/s/gone", Answer(status=302, headers=(("Location", "/gone"),)))
        web.answer("/gone", Answer(body=CLOSED))
        here = TelegramOptions(channel="harbourpost", base=web.url(""))
        result = visit_live(replace(SOURCE, url=web.url("/s/harbourpost"), options=here))
        gone = visit_live(
            replace(SOURCE, url=web.url("/s/gone"), options=TelegramOptions(channel="gone", base=web.url("")))
        )
    assert [item.summary for item in result.parsed.items] == ["Harbour Nine is renewed"]
    assert isinstance(gone, NotAFeed)
