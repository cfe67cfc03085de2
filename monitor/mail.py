"""Mail: one message as HTML with our own plain-text twin, handed to an SMTP server, and what the server answered."""

import contextlib
import hashlib
import re
import smtplib
import ssl
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from email.utils import formataddr, formatdate, make_msgid
from functools import cache
from typing import Literal

from monitor.core.alert import Priority
from monitor.core.message import Message
from monitor.records import SendFailed, SendResult, Sent
from monitor.render import render_html, render_text, subject_line, tidy

_LONGEST_SUBJECT = 200
# Importance is RFC 2156; X-Priority is what older mail programs look at.
_PRIORITIES = {
    Priority.HIGH: (("Importance", "high"), ("X-Priority", "1")),
    Priority.LOW: (("Importance", "low"), ("X-Priority", "5")),
}
# RFC 3463: 5.1.x is about the address itself. Other refusals (policy, quota, login) mend themselves or are mended.
_ADDRESS_IS_WRONG = re.compile(r"\b5\.1\.\d")


Security = Literal["insecure", "starttls", "ssl"]
SECURITY_MODES: dict[str, Security] = {"insecure": "insecure", "starttls": "starttls", "ssl": "ssl"}


@dataclass(frozen=True, slots=True, kw_only=True)
class MailBox:
    """A recipient and the server that takes mail for it."""

    host: str
    port: int
    security: Security
    user: str | None
    password: str | None = field(repr=False)
    verify: bool  # the server's certificate
    sender: tuple[str, str]  # name, address
    recipient: tuple[str, str]
    reply_to: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    html: bool = True
    timeout: timedelta = timedelta(seconds=15)  # of each operation


def compose_mail(message: Message, box: MailBox) -> EmailMessage:
    """The mail as it goes out.

    `References` names an id that no mail has, made from the thread, so that a thread holds together even when its
    first mail is gone (RFC 5322, section 3.6.4).
    """
    text = render_text(message)
    subject = subject_line(message, _LONGEST_SUBJECT)
    domain = box.sender[1].rpartition("@")[2]
    mail = EmailMessage()
    mail["Subject"] = subject
    mail["From"] = formataddr(box.sender)
    mail["To"] = formataddr(box.recipient)
    mail["Date"] = formatdate(localtime=False)
    mail["Message-ID"] = _message_id(message, text, box.recipient[1], domain)
    if message.thread is not None:
        anchor = f"<{message.thread}@{domain}>"
        mail["References"] = anchor
        if message.reply:
            mail["In-Reply-To"] = anchor
    for name, value in _PRIORITIES.get(message.priority, ()):
        mail[name] = value
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notes, please
    if box.reply_to:
        mail["Reply-To"] = ", ".join(box.reply_to)
    for name, value in box.headers:
        del mail[name]
        mail[name] = tidy(value)
    mail.set_content(text)
    if box.html:
        mail.add_alternative(render_html(message), subtype="html")
    return mail


def _message_id(message: Message, text: str, recipient: str, domain: str) -> str:
    """An id made from what the mail says, so that one repeated by a retry can be told by servers and mail programs.

    A message about nothing we have stored, such as a test, gets a new one each time: it is repeated on purpose.
    """
    if message.thread is None and not any(entry.reference for entry in message.entries):
        return make_msgid(domain=domain)
    said = hashlib.sha256("\n".join((recipient, message.thread or "", message.subject, text)).encode())
    return f"<{said.hexdigest()[:20]}@{domain}>"


def send_mail(mail: EmailMessage, box: MailBox) -> SendResult:
    """Hands the mail over. Blocks, at most `box.timeout` for each step."""
    try:
        _hand_over(mail, box)
    except smtplib.SMTPRecipientsRefused as refused:
        code, reply = next(iter(refused.recipients.values()))
        return _refusal("the recipient", code, reply)
    except smtplib.SMTPResponseException as error:
        return _refusal(_STEPS.get(type(error), "the mail"), error.smtp_code, error.smtp_error)
    except TimeoutError:
        return SendFailed(detail=f"mail server {box.host} did not answer in time", retryable=True)
    except (OSError, UnicodeError) as error:  # smtplib's own errors are OSErrors; a host name may not be encodable
        return SendFailed(detail=f"mail server {box.host}: {error}", retryable=True)
    return Sent()


def _hand_over(mail: EmailMessage, box: MailBox) -> None:
    with contextlib.ExitStack() as stack:
        server = _connect(box)
        stack.callback(_quit, server)
        if box.security == "starttls":
            server.starttls(context=_tls(verify=box.verify))
        if box.user and box.password:
            server.login(box.user, box.password)
        server.send_message(mail, box.sender[1], [box.recipient[1]])


_STEPS: dict[type[smtplib.SMTPResponseException], str] = {
    smtplib.SMTPAuthenticationError: "the login",
    smtplib.SMTPConnectError: "the connection",
    smtplib.SMTPSenderRefused: "the sender",
}


@cache
def _tls(*, verify: bool) -> ssl.SSLContext:
    """Made once: loading the certificates costs more than sending a mail."""
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _connect(box: MailBox) -> smtplib.SMTP:
    timeout_s = box.timeout.total_seconds()
    if box.security == "ssl":
        return smtplib.SMTP_SSL(box.host, box.port, timeout=timeout_s, context=_tls(verify=box.verify))
    return smtplib.SMTP(box.host, box.port, timeout=timeout_s)


def _quit(server: smtplib.SMTP) -> None:
    """Says goodbye. The mail is accepted or refused by now: a connection that breaks here changes nothing."""
    with contextlib.suppress(smtplib.SMTPException, OSError):
        server.quit()
    server.close()


def _refusal(what: str, code: int, reply: bytes | str) -> SendFailed:
    said = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    permanent = what == "the recipient" and bool(_ADDRESS_IS_WRONG.search(said))
    return SendFailed(detail=f"the mail server refused {what}: {code} {said}", retryable=not permanent)
