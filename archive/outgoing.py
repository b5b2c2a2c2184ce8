"""Mails that tell depositors what became of their recordings: written with the change, sent later.

A mail is a row in the transaction of what it tells of, so none is lost and none is sent of
something that did not happen; the worker hands them over. Where no mail is configured, or a
recording has no depositor, nothing is written. The page `My recordings` tells the same.
"""

import logging
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive.database import Database
from archive.errors import MailError
from archive.mail import send_mail, sends_mail
from archive.models import Account, OutgoingMail, Recording, StageRun, StageState, Status
from archive.pipeline import Stage
from archive.search import recording_url
from archive.settings import Settings

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 8
_FIRST_PAUSE = timedelta(minutes=2)
_CLAIMED_FOR = timedelta(minutes=5)
"""A worker that died while it handed a mail over leaves it to the next after so long."""
_KEPT = timedelta(days=30)

_READY = """Your recording “{title}” is ready. It can be watched and searched:

  {url}

{next}"""
_INCOMPLETE = """Your recording “{title}” is prepared, but something is missing:

{missing}

Try again, or replace the file, on the page My recordings:

  {mine}

What is there:

  {url}

{next}"""
_FAILED = """Your recording “{title}” could not be prepared.

  {problem}

The file is kept. Try again, or replace the file, on the page My recordings:

  {mine}
"""
_REJECTED = """The file “{name}” that you deposited was not taken.

  {problem}

Nothing of it was kept. Your recordings:

  {mine}
"""
_TOLD = {
    Status.READY: ("Ready: {title}", _READY),
    Status.FAILED: ("Could not be prepared: {title}", _FAILED),
    Status.REJECTED: ("Not taken: {title}", _REJECTED),
}
_SHORT = ("Something is missing: {title}", _INCOMPLETE)


def tell_depositor(
    session: Session, settings: Settings, recording: Recording, *, now: datetime
) -> None:
    """Write the mail that tells how a recording ended; once for each attempt and end.

    Args:
        session: In the transaction that notes the end.
        settings: Whether mail is sent at all, and the site's address.
        recording: With the status it ended in; one that has not ended is not told of.
        now: The present, aware.
    """
    if not sends_mail(settings) or recording.status not in _TOLD:
        return
    account = session.get(Account, recording.depositor_id) if recording.depositor_id else None
    if account is None or not account.active:
        return
    key = _key(recording, recording.attempt)
    if session.scalar(select(OutgoingMail.id).where(OutgoingMail.key == key)) is not None:
        return
    missing = _missing(session, recording.id) if recording.status is Status.READY else ""
    subject, body = _SHORT if missing else _TOLD[recording.status]
    words = {
        "title": recording.title,
        "name": recording.original_name,
        "problem": recording.problem or "",
        "missing": missing,
        "url": recording_url(settings.base_url, recording.id),
        "mine": f"{settings.base_url}/mine",
        "next": "Only you and the librarians see it until it is published.\n"
        if recording.published_at is None
        else "",
    }
    session.add(
        OutgoingMail(
            key=key,
            address=account.email,
            subject=" ".join(subject.format(**words).split())[:200],
            body=body.format(**words),
            created_at=now,
            due_at=now,
        )
    )


def keep_told(session: Session, recording: Recording) -> None:
    """Let the next attempt at a recording have been told of like the present one."""
    session.execute(
        update(OutgoingMail)
        .where(OutgoingMail.key == _key(recording, recording.attempt))
        .values(key=_key(recording, recording.attempt + 1))
    )


def _key(recording: Recording, attempt: int) -> str:
    return f"{recording.status}-{recording.id}-{attempt}"


def _missing(session: Session, recording_id: int) -> str:
    """List what stages that failed would have made, a line each, with why; empty: nothing."""
    failed = session.scalars(
        select(StageRun).where(
            StageRun.recording_id == recording_id, StageRun.state == StageState.FAILED
        )
    ).all()
    return "\n".join(
        f"  {Stage(run.stage).missing}: {run.problem or ''}".rstrip() for run in failed
    )


def send_due(database: Database, settings: Settings, *, now: datetime) -> int:
    """Hand over the mails that are due; returns how many went out.

    Several workers may do it at once: each mail is claimed before it is handed over. One that
    is not taken is tried again, with growing pauses; then it stays with why.
    """
    if not sends_mail(settings):
        return 0
    with database.read() as session:
        due = session.scalars(
            select(OutgoingMail.id)
            .where(
                OutgoingMail.sent_at.is_(None),
                OutgoingMail.due_at <= now,
                OutgoingMail.attempts < MOST_ATTEMPTS,
                OutgoingMail.created_at > now - _KEPT,
            )
            .order_by(OutgoingMail.id)
        ).all()
    return sum(_send(database, settings, mail_id, now) for mail_id in due)


def _send(database: Database, settings: Settings, mail_id: int, now: datetime) -> bool:
    with database.begin() as session:
        claimed = session.scalars(
            update(OutgoingMail)
            .where(
                OutgoingMail.id == mail_id,
                OutgoingMail.sent_at.is_(None),
                OutgoingMail.due_at <= now,
            )
            .values(due_at=now + _CLAIMED_FOR, attempts=OutgoingMail.attempts + 1)
            .returning(OutgoingMail)
        ).one_or_none()
        if claimed is None:
            return False
        mail = (claimed.address, claimed.subject, claimed.body, claimed.attempts)
    address, subject, body, attempts = mail
    problem = None
    try:
        send_mail(settings, to=address, subject=subject, body=body)
    except MailError as exc:
        problem = str(exc)
        logger.warning("mail=%d attempt=%d %s", mail_id, attempts, exc)
    with database.begin() as session:
        row = session.get_one(OutgoingMail, mail_id)
        row.problem = problem
        if problem is None:
            row.sent_at = now
        else:
            row.due_at = now + _FIRST_PAUSE * 2 ** (attempts - 1)
    return problem is None
