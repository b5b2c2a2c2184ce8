"""My recordings: what one has sent, what each waits for, what failed and what to do.

The page is whole without a script; with one its list keeps itself current (`/mine/live` gives the
same list). Notices by mail are `archive.outgoing`'s.
"""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.captions.reading import decode_captions, read_captions
from archive.errors import InvalidInputError
from archive.imported_captions import import_captions
from archive.mail import sends_mail
from archive.models import Publication, Recording, Status
from archive.permissions import Action, Actor, may, require
from archive.recording_views import RecordingView
from archive.recordings import editable_recording, get_recordings
from archive.uploads import UploadView, discard_upload, list_refused, list_uploads
from web.actor import current_actor
from web.parts import current_parts

PAGE_SIZE = 30

blueprint = Blueprint("mine", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRecording:
    """One of one's recordings, with what can be done."""

    recording: RecordingView
    may_edit: bool
    may_submit: bool
    may_withdraw: bool

    @property
    def state(self) -> str:
        """What changes on the page only when this does; progress is apart."""
        one = self.recording
        stage = one.progress.stage
        return f"{one.status}-{one.publication}-{stage}-{len(one.shortcomings)}-{one.version}"

    @property
    def waits_for(self) -> str:
        """What it waits for, in words; empty: nothing is under way."""
        one = self.recording
        if not one.in_progress:
            return ""
        if one.progress.stage is not None:
            return one.progress.stage.label
        if one.status is Status.WAITING:
            return "Waiting for the worker to look at it"
        return "Waiting for its turn: others are being transcribed"

    @property
    def standing(self) -> str:
        """Who sees it, in words."""
        return _STANDING.get(self.recording.publication, "")


_STANDING = {
    Publication.DRAFT: "A draft: you and the librarians see it",
    Publication.REVIEW: "Handed to the librarians, who look at it before they publish it",
    Publication.PUBLISHED: "Published: anyone who may read the archive sees it",
    Publication.WITHDRAWN: "Withdrawn: readers see only that it was here",
}


@blueprint.get("/mine")
def page() -> ResponseReturnValue:
    """Show one's unfinished uploads and recordings; `?page=` from 1."""
    return _render("mine/index.html")


@blueprint.get("/mine/live")
def live() -> ResponseReturnValue:
    """Give the list alone, as it is now."""
    return _render("mine/_list.html")


@blueprint.post("/mine/uploads/<upload_id>/discard")
def discard(upload_id: str) -> ResponseReturnValue:
    """Forget an unfinished upload and its bytes."""
    parts, actor = current_parts(), current_actor()
    require(actor, Action.DEPOSIT)
    with parts.database.begin() as session:
        discard_upload(session, parts.partial_files, upload_id, actor=actor)
    flash("Discarded. Nothing of that upload is kept.")
    return redirect(url_for("mine.page"), 303)


@blueprint.post("/recordings/<int:recording_id>/captions")
def captions(recording_id: int) -> ResponseReturnValue:
    """Take a caption file that becomes the transcript of a recording."""
    parts = current_parts()
    file = request.files.get("captions")
    content = file.read() if file else b""
    name = (file.filename if file else "") or "captions"
    with parts.database.begin() as session:
        if not content:
            _require_edit(session, recording_id)
            raise InvalidInputError("Choose a caption file, WebVTT or SRT; none was sent.")
        read = read_captions(decode_captions(content), name=name)
        import_captions(
            session,
            parts.jobs,
            recording_id,
            read,
            name=name,
            actor=current_actor(),
            now=parts.clock(),
        )
    flash(
        f"{len(read.cues)} captions are the transcript now. Captions and the search follow in a "
        "moment; no machine replaces them."
    )
    return redirect(url_for("recordings.watch", recording_id=recording_id), 303)


def _require_edit(session: Session, recording_id: int) -> None:
    """Refuse who may not change a recording before it is said what is missing."""
    editable_recording(session, recording_id, current_actor())


def _render(template: str) -> str:
    parts, actor = current_parts(), current_actor()
    require(actor, Action.DEPOSIT)
    number = max(request.args.get("page", 1, type=int), 1)
    now = parts.clock()
    with parts.database.read() as session:
        unfinished = list_uploads(session, parts.partial_files, actor=actor, now=now)
        refused: tuple[UploadView, ...] = list_refused(session, parts.partial_files, actor=actor)
        ids = session.scalars(
            select(Recording.id)
            .where(
                Recording.depositor_id == actor.account_id,
                Recording.publication.not_in([Publication.BINNED, Publication.GONE]),
            )
            .order_by(Recording.id.desc())
            .limit(PAGE_SIZE + 1)
            .offset((number - 1) * PAGE_SIZE)
        ).all()
        views = get_recordings(session, ids[:PAGE_SIZE], actor=actor, now=now)
    recordings = [_own(views[one], actor) for one in ids[:PAGE_SIZE] if one in views]
    return render_template(
        template,
        unfinished=unfinished,
        refused=refused,
        recordings=recordings,
        active=any(one.recording.in_progress for one in recordings),
        page_number=number,
        more=len(ids) > PAGE_SIZE,
        mails=sends_mail(parts.settings),
    )


def _own(recording: RecordingView, actor: Actor) -> OwnRecording:
    return OwnRecording(
        recording=recording,
        may_edit=may(actor, Action.EDIT, recording.subject),
        may_submit=may(actor, Action.EDIT, recording.subject)
        and recording.publication is Publication.DRAFT
        and recording.status is Status.READY,
        may_withdraw=may(actor, Action.WITHDRAW, recording.subject)
        and recording.publication is Publication.PUBLISHED,
    )
