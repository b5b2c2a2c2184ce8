"""Handing a mail over to the configured server; without one, nothing is ever sent.

Called by whoever may wait some seconds for it: never inside a transaction.
"""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import unquote, urlsplit

from archive.errors import MailError
from archive.settings import Settings

_TIMEOUT_S = 20


def sends_mail(settings: Settings) -> bool:
    """Tell whether mail is configured."""
    return bool(settings.smtp_url)


def send_mail(settings: Settings, *, to: str, subject: str, body: str) -> None:
    """Hand one mail over to the server.

    Args:
        settings: With `ARCHIVE_SMTP_URL`; TLS wherever the server offers it.
        to: An address.
        subject: One line.
        body: Plain text.

    Raises:
        MailError: the server cannot be reached or does not take it; says why. Passwords and
            the mail itself are never in the message.
    """
    message = EmailMessage()
    try:
        message["From"], message["To"] = settings.mail_from, to
        message["Subject"] = " ".join(subject.split())
    except ValueError as exc:
        raise MailError(f"No mail was sent: {to!r} is not an address.") from exc
    message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain="webinar-archive")
    message.set_content(body)
    url = urlsplit(settings.smtp_url)
    try:
        with _connect(settings.smtp_url) as server:
            if url.username:
                server.login(unquote(url.username), unquote(url.password or ""))
            server.send_message(message)
    except smtplib.SMTPResponseException as exc:
        said = exc.smtp_error.decode(errors="replace") if isinstance(exc.smtp_error, bytes) else ""
        raise MailError(
            f"The mail was not sent: {url.hostname} answered {exc.smtp_code} {said[:200]}".rstrip()
        ) from exc
    except smtplib.SMTPRecipientsRefused as exc:
        raise MailError(f"The mail was not sent: {url.hostname} does not take {to}.") from exc
    except (smtplib.SMTPException, OSError) as exc:
        raise MailError(
            f"The mail was not sent: {url.hostname} cannot be used ({type(exc).__name__}: {exc}). "
            "See ARCHIVE_SMTP_URL."
        ) from exc


def _connect(address: str) -> smtplib.SMTP:
    url = urlsplit(address)
    host = url.hostname or ""
    if url.scheme == "smtps":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(host, url.port or 465, timeout=_TIMEOUT_S, context=context)
    server = smtplib.SMTP(host, url.port or 587, timeout=_TIMEOUT_S)
    try:
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
    except BaseException:
        server.close()
        raise
    return server
