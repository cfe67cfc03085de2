"""Dressing a message: HTML with its plain-text twin for mail, Markdown or plain text for chat.

Whatever a message holds came from outside. It is made harmless here, once, before any of the dresses is put on.
"""

import re
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from urllib.parse import urlsplit

import jinja2

from monitor.core.message import Entry, Message
from monitor.core.text import quote
from monitor.core.wording import say_list

_LONGEST_LINK = 2000
# Gmail cuts off mails beyond 102 kB; a card has about 5 kB, a line half of one.
_CARDS = 12
_WIDTH = 76
_LABEL_WIDTH = 10
# Parts a mention from its sign unseen; chat services are known to respect it.
_ZERO_WIDTH_SPACE = "\u200b"

_CONTROL = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b\u2060\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]+"
)
# Where chat services look for somebody to call: "@everyone", "<@123>", "<!channel>", "<#456>".
_CALL = re.compile(r"@(?=[\w*])|<(?=[@!#])")
_CALL_TO_ALL = re.compile(r"@(?=(?:all|channel|everyone|here|room)\b)|<(?=[@!#])", re.IGNORECASE)
_MARKUP = re.compile(r"[\\`*_\[\]<>~|]")
_LINE_MARKUP = re.compile(r"^(\d*)([#+\-=.)])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An address that may be shown as a link, and the host it leads to."""

    url: str
    host: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Style:
    """How a chat service writes things."""

    escape: Callable[[str], str]
    strong: Callable[[str], str]
    link: Callable[[Link], str]
    line_end: str


def safe_link(url: str | None) -> Link | None:
    """The link, or None when it is no plain http(s) address: a script, a login in disguise, a kilometre of text."""
    if url is None or len(url) > _LONGEST_LINK or re.search(r"[\s\"<>\\^`{|}]", url) or _CONTROL.search(url):
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme.lower() not in {"http", "https"} or not host or "@" in parts.netloc:
        return None
    return Link(url=url, host=host.removeprefix("www."))


def tidy(text: str) -> str:
    """One line without control characters, text direction tricks and characters that cannot be encoded."""
    return " ".join(_CONTROL.sub(" ", text).split())


def defuse(text: str) -> str:
    """The text for a chat service, calling nobody there: an invisible character parts every mention from its sign."""
    return _CALL.sub(lambda match: match[0] + _ZERO_WIDTH_SPACE, text)


def clip(text: str, limit: int) -> str:
    """The text in at most `limit` characters, an ellipsis standing for the rest."""
    return text if len(text) <= limit else text[: max(0, limit - 1)].rstrip() + "…"[:limit]


def subject_line(message: Message, limit: int) -> str:
    """The subject in at most `limit` characters, fit for a header."""
    return clip(_for_mail(message.subject), limit)


def chat_title(message: Message, limit: int) -> str:
    """The subject in at most `limit` characters, fit for a chat service's title."""
    return clip(defuse(tidy(message.subject)), limit)


def render_html(message: Message) -> str:
    """A whole HTML document for mail programs. It loads nothing from anywhere."""
    safe = _cleaned(message, _for_mail)
    first = safe.entries[0] if safe.entries else None
    preheader = f"{first.standing}. {first.said}" if first else " ".join(safe.note)
    return _mail().render(
        subject=safe.subject,
        preheader=clip(preheader, 140),
        headed=len(safe.entries) != 1 or bool(safe.note),
        note=safe.note,
        grouped=any(entry.heading for entry in safe.entries),
        entries=safe.entries,
        cards=_CARDS,
    )


@cache
def _mail() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("monitor"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["safe_link"] = safe_link
    environment.filters["quote"] = quote
    return environment.get_template("mail.html")


def render_text(message: Message) -> str:
    """Plain text for mail and for the terminal, wrapped, with addresses left in one piece."""
    safe = _cleaned(message, _for_mail)
    blocks = []
    if safe.note or len(safe.entries) != 1:
        blocks += [_underlined(safe.subject), *(_wrapped(paragraph) for paragraph in safe.note)]
    for entry in safe.entries:
        blocks += ([entry.heading.upper()] if entry.heading else []) + [*_entry_text(entry)]
    return "\n\n".join(blocks) + "\n"


def _entry_text(entry: Entry) -> Iterator[str]:
    yield _underlined(entry.title)
    yield _wrapped(entry.standing)
    for words, url in entry.proofs:
        proof = safe_link(url)
        yield _wrapped(words) + (f"\n  {proof.url}" if proof else "")
    if entry.update:
        yield _wrapped(f"New: {entry.update}")
    if entry.facts:
        yield "\n".join(_row(label, value) for label, value in entry.facts)
    link = safe_link(entry.link)
    said = _wrapped(quote(entry.said) if entry.said else "A post without a headline", indent="  ")
    yield "\n".join((said, _wrapped(f"— {entry.source}", indent="  "), *((f"  {link.url}",) if link else ())))
    if entry.reports:
        yield "\n".join(("Also reported by", *_report_lines(entry)))
    yield _wrapped(f"Why you hear of this: {entry.why}.") + (f"\n{entry.reference}" if entry.reference else "")


def _report_lines(entry: Entry) -> Iterator[str]:
    for publisher, url in entry.reports:
        link = safe_link(url)
        yield f"  {publisher}" + (f": {link.url}" if link else "")
    if entry.more_reports:
        yield f"  and {entry.more_reports} more"


def _underlined(text: str) -> str:
    lines = textwrap.wrap(text, _WIDTH) or [""]
    return "\n".join((*lines, "-" * max(len(line) for line in lines)))


def _wrapped(text: str, *, indent: str = "") -> str:
    return textwrap.fill(
        text,
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _row(label: str, value: str) -> str:
    hanging = " " * (_LABEL_WIDTH + 2)
    lines = textwrap.wrap(value, _WIDTH - len(hanging), break_long_words=False, break_on_hyphens=False)
    return f"  {label:<{_LABEL_WIDTH}}" + f"\n{hanging}".join(lines)


def render_plain(message: Message, *, limit: int, titled: bool) -> str:
    """Short plain text for chat. `titled`: the service shows the subject by itself."""
    return _chat(message, _PLAIN, limit, titled=titled)


def render_markdown(message: Message, *, limit: int, titled: bool) -> str:
    """Short Markdown for chat: bold, links and nothing else. `titled`: the service shows the subject by itself."""
    return _chat(message, _MARKDOWN, limit, titled=titled)


def _chat(message: Message, style: _Style, limit: int, *, titled: bool) -> str:
    """The message in at most `limit` characters.

    What is least needed goes first, from every entry alike; then the last entries. The link goes last of all.
    """
    safe = _cleaned(message, _for_chat)
    title_each = len(safe.entries) != 1 or safe.entries[0].title != safe.subject
    head = [] if titled else [style.strong(safe.subject)]
    head += [style.escape(paragraph) for paragraph in safe.note]
    ranked = [list(_ranked_lines(entry, style, with_title=title_each)) for entry in safe.entries]
    for rank in range(5, -1, -1):
        text = _assembled(style, head, [[line for least, line in lines if least <= rank] for lines in ranked])
        if len(text) <= limit:
            return text
    bare = [[line for least, line in lines if least == 0] for lines in ranked]
    for count in range(len(bare) - 1, 0, -1):
        text = _assembled(style, head, [*bare[:count], [f"… and {len(bare) - count} more"]])
        if len(text) <= limit:
            return text
    return _last_resort(safe, style, limit, titled=titled)


def _assembled(style: _Style, head: list[str], entries: list[list[str]]) -> str:
    blocks = (*head, *(style.line_end.join(lines) for lines in entries))
    return "\n\n".join(block for block in blocks if block)


def _last_resort(message: Message, style: _Style, limit: int, *, titled: bool) -> str:
    """A clipped subject, and the link if it fits: half a link leads nowhere."""
    link = safe_link(message.entries[0].link) if len(message.entries) == 1 else None
    tail = style.link(link) if link else ""
    words = " ".join(message.note) if titled and message.note else message.subject
    room = limit - len(tail) - 1
    if not tail or room < len(words) // 3:
        return _clip_escaped(words, style, limit)
    return f"{_clip_escaped(words, style, room)}\n{tail}"


def _clip_escaped(text: str, style: _Style, limit: int) -> str:
    """Clipped before it is escaped, so that no escape sequence is cut in two."""
    room = limit
    while len(escaped := style.escape(clip(text, room))) > limit:
        room -= len(escaped) - limit
    return escaped


def _ranked_lines(entry: Entry, style: _Style, *, with_title: bool) -> Iterator[tuple[int, str]]:
    """The lines of an entry in their order, each with a rank: the higher, the sooner it is left out."""
    if with_title:
        yield 0, style.strong(entry.title)
    if entry.update:
        yield 1, style.escape(f"New: {entry.update}")
    yield 1, style.escape(entry.standing)
    for words, url in entry.proofs:
        proof = safe_link(url)
        yield 2, style.escape(words) + (f": {style.link(proof)}" if proof else "")
    for label, values in _grouped(entry.facts):
        yield 3, style.escape(f"{label}: {'; '.join(values)}")
    yield 2, style.escape(f"{quote(entry.said)} — {entry.source}" if entry.said else entry.source)
    if link := safe_link(entry.link):
        yield 0, style.link(link)
    if entry.reports:
        more = (f"{entry.more_reports} more",) if entry.more_reports else ()
        publishers = dict.fromkeys(publisher for publisher, _ in entry.reports)
        yield 4, style.escape(f"Also reported by {say_list([*publishers, *more])}")
    yield 5, style.escape(f"Why: {entry.why}" + (f" ({entry.reference})" if entry.reference else ""))


def _grouped(facts: tuple[tuple[str, str], ...]) -> list[tuple[str, list[str]]]:
    """Rows without a label belong to the label above them."""
    groups: list[tuple[str, list[str]]] = []
    for label, value in facts:
        if label or not groups:
            groups.append((label, [value]))
        else:
            groups[-1][1].append(value)
    return groups


def _escape_markdown(text: str) -> str:
    escaped = _MARKUP.sub(lambda match: f"\\{match[0]}", text)
    return _LINE_MARKUP.sub(r"\1\\\2", escaped)


def _markdown_link(link: Link) -> str:
    url = link.url.replace("(", "%28").replace(")", "%29").replace("@", "%40")
    return f"[{_escape_markdown(link.host)}]({url})"


_PLAIN = _Style(escape=str, strong=str, link=lambda link: link.url.replace("@", "%40"), line_end="\n")
_MARKDOWN = _Style(
    escape=_escape_markdown, strong=lambda text: f"**{_escape_markdown(text)}**", link=_markdown_link, line_end="  \n"
)


def _for_mail(text: str) -> str:
    """An account keeps its name, so that it can be copied; what calls a whole room stays harmless if mail is passed on."""
    return _CALL_TO_ALL.sub(lambda match: match[0] + _ZERO_WIDTH_SPACE, tidy(text))


def _for_chat(text: str) -> str:
    return defuse(tidy(text))


def _cleaned(message: Message, clean: Callable[[str], str]) -> Message:
    """The message with all its text cleaned; links are checked where they are used."""
    entries = (
        replace(
            entry,
            title=clean(entry.title),
            heading=clean(entry.heading),
            standing=clean(entry.standing),
            facts=tuple((clean(label), clean(value)) for label, value in entry.facts),
            said=clean(entry.said),
            source=clean(entry.source),
            why=clean(entry.why),
            proofs=tuple((clean(words), url) for words, url in entry.proofs),
            reports=tuple((clean(publisher), url) for publisher, url in entry.reports),
            update=clean(entry.update) if entry.update else None,
            reference=clean(entry.reference),
        )
        for entry in message.entries
    )
    note = tuple(clean(paragraph) for paragraph in message.note)
    return replace(message, subject=clean(message.subject), note=note, entries=tuple(entries))
