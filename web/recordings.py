"""The watch page, and what an account may do with a recording."""

from datetime import datetime
from typing import Protocol
from urllib.parse import quote

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from archive.chapters import read_chapters, within
from archive.collections import collections_of
from archive.describing.reading import read_described
from archive.errors import SearchIndexError
from archive.glossary.drugs import DrugNames, read_drug_names
from archive.index import Audience, Moment, Track
from archive.jobs import Jobs
from archive.licences import licence_of
from archive.models import Role
from archive.paragraphs import make_paragraphs
from archive.permissions import Action, Actor, may
from archive.pipeline import Stage
from archive.privacy.reading import readable_slides
from archive.privacy.values import Cuts
from archive.processing import cancel, request_translation, transcribe_again, try_again
from archive.publishing import standing_of
from archive.recording_views import RecordingView
from archive.recordings import get_recording
from archive.search import is_followed
from archive.slide_decks import may_attach
from archive.speakers import list_speakers, name_speakers
from archive.subjects import set_subjects
from archive.timecode import format_seconds, parse_time
from archive.translations import ENGLISH
from web.actor import current_actor
from web.media import file_version
from web.mending import have_index_mended
from web.other_names import read_wish
from web.parts import current_parts
from web.reading import Reading, primes_anew, read_readings, translation_offer
from web.result_cards import watching_cost
from web.watch_page import (
    ParagraphBlock,
    make_blocks,
    make_chapters,
    make_matches,
    make_moment_strip,
    make_slides,
)

_NAME_FIELD = "name-"
_STOPPED_ALL = "Stopped. What was finished is kept; “Transcribe again” begins anew."
_STOPPED = {
    frozenset({Stage.READINGS}): "Stopped listening again. The transcript stays as it is.",
    frozenset({Stage.TRANSLATION}): "Stopped: no translation is made. The transcript stays.",
    frozenset({Stage.READINGS, Stage.TRANSLATION}): (
        "Stopped listening again, and no translation is made. The transcript stays as it is."
    ),
}
"""What is said when the transcript was not being made."""

blueprint = Blueprint("recordings", __name__, url_prefix="/recordings")


@blueprint.get("/<int:recording_id>")
def watch(recording_id: int) -> ResponseReturnValue:
    """Show a recording: player, slides, transcript, search inside it.

    `?t=` opens it at a time, `&end=` plays until another, `?lang=en` reads it in English,
    `&voices` keeps the names of speakers open, `&slides` offers to transcribe it with their words.
    """
    parts, actor = current_parts(), current_actor()
    query = " ".join(request.args.get("q", "").split())
    at_ms, end_ms = parse_time(request.args.get("t", "")), parse_time(request.args.get("end", ""))
    with parts.database.read() as session:
        recording = get_recording(session, recording_id, actor=actor, now=parts.clock())
        readings = read_readings(session, recording_id, language=request.args.get("lang", ""))
        slides = readable_slides(session, recording_id)
        chapters = within(read_chapters(session, recording_id), recording.cuts)
        drugs = read_drug_names(session, recording_id)
        said = read_described(session, [recording_id])[recording_id]
        in_collections = collections_of(session, recording_id)
        editable = may(actor, Action.EDIT, recording.subject)
        standing = (
            standing_of(session, recording_id, actor=actor, now=parts.clock())
            if may(actor, Action.READ_HISTORY, recording.subject)
            else None
        )
        speakers = (
            list_speakers(session, recording_id, readings.spoken.transcript.transcript_id)
            if editable and readings.spoken
            else ()
        )
    at_ms, end_ms = _in_range(at_ms, recording.cuts), _in_range(end_ms, recording.cuts)
    reading = readings.chosen
    english = reading is not None and reading.english
    moments, matched, searchable = (
        _find_inside(recording, query, Track.TRANSLATION if english else Track.SPEECH)
        if query
        else ((), (), True)
    )
    if query and at_ms is None and moments:
        at_ms = moments[0].start_ms
    tail = _tail(query, english=english)
    blocks = _blocks(reading, recording, drugs, at_ms=at_ms, matched=matched, tail=tail)
    return render_template(
        "recordings/watch.html",
        recording=recording,
        readings=readings,
        reading=reading,
        english=english,
        tail=tail,
        blocks=blocks,
        to_check=any(line.check_href for block in blocks for line in block.sentences),
        doubtful=any(line.doubt for block in blocks for line in block.sentences),
        speakers=speakers,
        naming="voices" in request.args,
        slides=make_slides(slides, recording_id=recording_id, at_ms=at_ms, tail=tail),
        query=query,
        searchable=searchable,
        matches=make_matches(moments, query=query, at_ms=at_ms),
        strip=make_moment_strip(moments, recording.duration_ms),
        chapters=make_chapters(chapters, at_ms=at_ms, tail=tail),
        at_ms=at_ms,
        player=_player(recording, at_ms, end_ms),
        plays_part=end_ms is not None and at_ms is not None and end_ms > at_ms,
        cost=watching_cost(recording),
        picture=recording.media.video if recording.media else None,
        poster=recording.file(Role.POSTER) is not None,
        may_edit=editable,
        has_master=recording.file(Role.MASTER) is not None
        and (not recording.cuts or may(actor, Action.READ_WHOLE, recording.subject)),
        said=said,
        licence=licence_of(said.licence),
        in_collections=in_collections,
        standing=standing,
        primes_anew=editable and "slides" in request.args and primes_anew(readings, slides),
        may_attach=editable and may_attach(recording, slides),
        translation=translation_offer(recording, readings) if editable else None,
    )


@blueprint.get("/<int:recording_id>/paragraphs")
def paragraphs(recording_id: int) -> ResponseReturnValue:
    """Give the paragraphs from a number on, as the page has them: it grows without loading anew.

    `?from=` counts from 0; the last paragraph a page has may have grown, so it asks for it too.
    """
    parts = current_parts()
    first = max(request.args.get("from", 0, type=int), 0)
    with parts.database.read() as session:
        recording = get_recording(session, recording_id, actor=current_actor(), now=parts.clock())
        reading = read_readings(session, recording_id).spoken
        drugs = read_drug_names(session, recording_id)
    blocks = _blocks(reading, recording, drugs, at_ms=None, matched=(), tail="")
    return render_template("recordings/_blocks.html", blocks=blocks[first:])


@blueprint.post("/<int:recording_id>/try-again")
def repeat(recording_id: int) -> ResponseReturnValue:
    """Run the steps that failed again."""
    _ask(try_again, recording_id)
    return _told(recording_id, "Trying again. Steps that are done are not repeated.")


@blueprint.post("/<int:recording_id>/transcribe-again")
def transcribe_anew(recording_id: int) -> ResponseReturnValue:
    """Transcribe a recording anew."""
    _ask(transcribe_again, recording_id)
    return _told(
        recording_id,
        "Transcribing again. The transcript it has is shown until the new one is complete.",
    )


@blueprint.post("/<int:recording_id>/cancel")
def stop(recording_id: int) -> ResponseReturnValue:
    """Stop the work on a recording."""
    parts = current_parts()
    with parts.database.begin() as session:
        stopped = cancel(
            session, parts.jobs, recording_id, actor=current_actor(), now=parts.clock()
        )
    return _told(recording_id, _STOPPED.get(stopped, _STOPPED_ALL))


@blueprint.post("/<int:recording_id>/translate")
def translate(recording_id: int) -> ResponseReturnValue:
    """Ask for an English translation."""
    _ask(request_translation, recording_id)
    return _told(
        recording_id,
        "Translating into English by machine; subtitles appear here when they are ready.",
    )


@blueprint.post("/<int:recording_id>/subjects")
def name_subjects(recording_id: int) -> ResponseReturnValue:
    """Say what a recording is about, with commas between."""
    parts = current_parts()
    with parts.database.begin() as session:
        changed = set_subjects(
            session,
            parts.jobs,
            recording_id,
            request.form.get("subjects", ""),
            actor=current_actor(),
            now=parts.clock(),
        )
    if not changed:
        return _told(recording_id, "The subjects are as they were.")
    return _told(recording_id, "Saved. The search follows in a moment.")


@blueprint.post("/<int:recording_id>/speakers")
def call_speakers(recording_id: int) -> ResponseReturnValue:
    """Give speakers names: `name-LABEL` is what to call a label; empty, the label again."""
    parts = current_parts()
    names = {
        field.removeprefix(_NAME_FIELD): name
        for field, name in request.form.items()
        if field.startswith(_NAME_FIELD)
    }
    with parts.database.begin() as session:
        changed = name_speakers(
            session, parts.jobs, recording_id, names, actor=current_actor(), now=parts.clock()
        )
    if not changed:
        return _told(recording_id, "The names are as they were.")
    return _told(recording_id, "Saved. Captions and the search follow in a moment.")


class _Request(Protocol):
    """A use case of `archive.processing` that enqueues work."""

    def __call__(
        self, session: Session, jobs: Jobs, recording_id: int, *, actor: Actor, now: datetime
    ) -> None:
        """Ask for it."""
        ...


def _ask(request_work: _Request, recording_id: int) -> None:
    """Ask something of a recording's processing, in one transaction."""
    parts = current_parts()
    with parts.database.begin() as session:
        request_work(session, parts.jobs, recording_id, actor=current_actor(), now=parts.clock())


def _told(recording_id: int, message: str) -> ResponseReturnValue:
    """Go back to the recording and say what was done."""
    flash(message)
    return redirect(url_for("recordings.watch", recording_id=recording_id), 303)


def _blocks(
    reading: Reading | None,
    recording: RecordingView,
    drugs: DrugNames,
    *,
    at_ms: int | None,
    matched: tuple[tuple[int, int], ...],
    tail: str,
) -> tuple[ParagraphBlock, ...]:
    """Make the paragraphs of a reading."""
    if reading is None:
        return ()
    return make_blocks(
        make_paragraphs(reading.segments),
        main_language=ENGLISH if reading.english else recording.language,
        at_ms=at_ms,
        matched=matched,
        tail=tail,
        drugs=drugs,
    )


def _tail(query: str, *, english: bool) -> str:
    """Write what the links of a page keep of its address."""
    return (f"&q={quote(query)}" if query else "") + (f"&lang={ENGLISH}" if english else "")


def _find_inside(
    recording: RecordingView, query: str, track: Track
) -> tuple[tuple[Moment, ...], tuple[tuple[int, int], ...], bool]:
    """Search inside a recording: its moments, the matching words, and whether it could be.

    Args:
        recording: Which one.
        query: What for.
        track: Whose words are shown and marked.
    """
    audience = Audience(also=frozenset((recording.id,)))  # the page asked whether it may be seen
    parts = current_parts()
    with parts.database.read() as session:
        expanders = parts.concepts.expanders(session, read_wish(request.args))
    try:
        moments = parts.index.moments(query, recording.id, audience=audience, expanders=expanders)
        matched = parts.index.matched_words(
            query, recording.id, track=track, audience=audience, expanders=expanders
        )
        follows = not recording.cuts or is_followed(parts.index, recording)
    except SearchIndexError as exc:
        have_index_mended(exc)
        return (), (), False
    if not follows:
        return (), (), False
    return moments, matched, True


def _in_range(at_ms: int | None, cuts: Cuts) -> int | None:
    """Bring a time into the range of a recording that is shown."""
    if at_ms is None:
        return None
    until_ms = cuts.shown_until_ms
    at_ms = max(at_ms, cuts.shown_from_ms)
    return at_ms if until_ms is None else min(at_ms, until_ms)


def _player(recording: RecordingView, at_ms: int | None, end_ms: int | None) -> str | None:
    """Return the address the player starts from; None when there is nothing to play yet.

    The moment is a Media Fragment (https://www.w3.org/TR/media-frags/), so the player seeks
    with no script.
    """
    file = recording.playable_file
    if recording.media is None or file is None:
        return None
    address = url_for("media.media", recording_id=recording.id, v=file_version(file))
    cuts = recording.cuts
    if end_ms is None or end_ms <= (at_ms or 0):
        end_ms = cuts.shown_until_ms
    if at_ms is None:
        if not cuts.shown_from_ms and end_ms is None:
            return address
        at_ms = cuts.shown_from_ms
    end = f",{format_seconds(end_ms)}" if end_ms is not None and end_ms > at_ms else ""
    return f"{address}#t={format_seconds(at_ms)}{end}"
