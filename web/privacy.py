"""What readers do not get of a recording: the check, words to hide, stretches to mute, the range.

Shows all of a recording, so it is for who may change it. The transcript is shown a minute and a
half at a time: what is to be hidden is looked for by its time.
"""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.cuts import Leaves, add_cuts, list_cuts, remove_cut, set_range
from archive.errors import InvalidInputError
from archive.language import language_tag
from archive.models import Decision
from archive.paragraphs import make_paragraphs
from archive.permissions import Action, require
from archive.privacy.checking import decide, read_flags
from archive.privacy.finding import names_are_looked_for
from archive.privacy.reading import read_cuts
from archive.privacy.values import Cuts, Span, overlapping
from archive.timecode import format_seconds, parse_time
from archive.transcript import Segment
from archive.transcripts import current_transcript
from web.actor import current_actor
from web.chapters import editable, read_time
from web.media import whole_address
from web.parts import current_parts

_BEFORE_MS, _AFTER_MS = 15_000, 75_000
_BAD_REQUEST = 400
_PLAYED_AROUND_MS = 2_000

blueprint = Blueprint("privacy", __name__, url_prefix="/recordings/<int:recording_id>/privacy")


@dataclass(frozen=True, slots=True, kw_only=True)
class WordBox:
    """A word that can be chosen."""

    value: str
    """`START-END` in ms, as the form sends it."""
    text: str
    gap: str
    """What is written before it."""
    hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceBox:
    """A sentence whose words can be chosen."""

    start_ms: int
    end_ms: int
    tag: str
    speaker: str
    words: tuple[WordBox, ...]


@blueprint.get("")
def index(recording_id: int) -> ResponseReturnValue:
    """Show the check, what is cut out, and the words around `?t=`."""
    return _page(recording_id)


@blueprint.post("/cuts")
def cut(recording_id: int) -> ResponseReturnValue:
    """Cut out words (`word`, as `START-END` in ms, repeated) or a stretch (`from`, `until`).

    `words`, `sound` and `picture` say what readers do not get of it.
    """
    parts = current_parts()
    editable(recording_id)
    leaves = Leaves(
        words="words" in request.form,
        sound="sound" in request.form,
        picture="picture" in request.form,
    )
    spoken = "word" in request.form or "from" not in request.form
    try:
        spans = (
            _runs(recording_id, [_span(value) for value in request.form.getlist("word")])
            if spoken
            else [_stretch(request.form.get("from", ""), request.form.get("until", ""))]
        )
        with parts.database.begin() as session:
            add_cuts(
                session,
                parts.jobs,
                recording_id,
                spans,
                leaves,
                spoken=spoken,
                actor=current_actor(),
                now=parts.clock(),
            )
    except InvalidInputError as exc:
        return _page(recording_id, problem=str(exc)), _BAD_REQUEST
    told = "Cut out. Readers do not get it from this moment on"
    if leaves.sound or leaves.picture:
        told += "; they can play the recording again when its sound or picture is done"
    return _back(recording_id, f"{told}.", at_ms=spans[0].start_ms)


@blueprint.post("/cuts/<int:cut_id>/remove")
def remove(recording_id: int, cut_id: int) -> ResponseReturnValue:
    """Give readers back what a cut left out."""
    parts = current_parts()
    with parts.database.begin() as session:
        remove_cut(
            session, parts.jobs, recording_id, cut_id, actor=current_actor(), now=parts.clock()
        )
    return _back(recording_id, "Readers get it again, as soon as what they play is made anew.")


@blueprint.post("/range")
def show_range(recording_id: int) -> ResponseReturnValue:
    """Say where the session begins and ends: `from`, `until`, empty for the recording's own."""
    parts = current_parts()
    editable(recording_id)
    begin, end = request.form.get("from", "").strip(), request.form.get("until", "").strip()
    try:
        with parts.database.begin() as session:
            changed = set_range(
                session,
                parts.jobs,
                recording_id,
                from_ms=read_time(begin) if begin else None,
                until_ms=read_time(end) if end else None,
                actor=current_actor(),
                now=parts.clock(),
            )
    except InvalidInputError as exc:
        return _page(recording_id, problem=str(exc)), _BAD_REQUEST
    return _back(recording_id, "Saved." if changed else "The range is as it was.")


@blueprint.post("/decide")
def decide_flags(recording_id: int) -> ResponseReturnValue:
    """Decide about what was found: `flag`, repeated, and `decision`; or `one`, DECISION:FLAG."""
    parts = current_parts()
    editable(recording_id)
    wanted, names = request.form.get("decision", ""), request.form.getlist("flag")
    if one := request.form.get("one"):
        wanted, _, name = one.partition(":")
        names = [name]
    try:
        with parts.database.begin() as session:
            count = decide(
                session,
                parts.jobs,
                recording_id,
                names,
                _decision(wanted),
                actor=current_actor(),
                now=parts.clock(),
            )
    except InvalidInputError as exc:
        return _page(recording_id, problem=str(exc)), _BAD_REQUEST
    return _back(recording_id, f"Decided about {count} place{'s' if count != 1 else ''}.")


def _page(recording_id: int, *, problem: str = "") -> str:
    recording = editable(recording_id)
    require(current_actor(), Action.READ_WHOLE, recording.subject)
    at_ms = parse_time(request.args.get("t", "")) or 0
    with current_parts().database.read() as session:
        flags = read_flags(session, recording_id)
        kept = list_cuts(session, recording_id)
        cuts = read_cuts(session, recording_id)
        transcript = current_transcript(session, recording_id)
    segments = transcript.segments if transcript else ()
    begin_ms, end_ms = max(at_ms - _BEFORE_MS, 0), at_ms + _AFTER_MS
    return render_template(
        "privacy/index.html",
        recording=recording,
        player=whole_address(recording),
        open_flags=[flag for flag in flags if flag.decision is None],
        decided=[flag for flag in flags if flag.decision is not None],
        numbers_alone=[code for code in recording.languages if not names_are_looked_for(code)],
        around_ms=_PLAYED_AROUND_MS,
        kept=kept,
        cuts=cuts,
        sentences=_sentences(segments, cuts, begin_ms, end_ms),
        begin_ms=begin_ms,
        end_ms=end_ms,
        earlier=format_seconds(max(begin_ms - _AFTER_MS + _BEFORE_MS, 0)) if begin_ms else None,
        later=(
            format_seconds(end_ms + _BEFORE_MS)
            if segments and segments[-1].end_ms > end_ms
            else None
        ),
        at=format_seconds(at_ms),
        problem=problem,
    )


def _sentences(
    segments: tuple[Segment, ...], cuts: Cuts, begin_ms: int, end_ms: int
) -> tuple[SentenceBox, ...]:
    """Give the sentences of a stretch, all their words to choose from."""
    near = [one for one in segments if one.end_ms > begin_ms and one.start_ms < end_ms]
    return tuple(
        SentenceBox(
            start_ms=sentence.start_ms,
            end_ms=sentence.end_ms,
            tag=language_tag(paragraph.language),
            speaker=paragraph.speaker,
            words=tuple(
                WordBox(
                    value=f"{word.start_ms}-{word.end_ms}",
                    text=word.text.strip(),
                    gap=" " if word.text[:1].isspace() else "",
                    hidden=overlapping(cuts.hidden, word.start_ms, word.end_ms) is not None,
                )
                for word in sentence.words
            ),
        )
        for paragraph in make_paragraphs(near)
        for sentence in paragraph.sentences
    )


def _runs(recording_id: int, chosen: list[Span]) -> list[Span]:
    """Join chosen words that follow each other, the breath between them too."""
    with current_parts().database.read() as session:
        transcript = current_transcript(session, recording_id)
    words = (
        Span(start_ms=word.start_ms, end_ms=max(word.end_ms, word.start_ms + 1))
        for segment in (transcript.segments if transcript else ())
        for word in segment.words
    )
    picked = set(chosen)
    joined: list[Span] = []
    goes_on = False
    for word in words:
        if word not in picked:
            goes_on = False
            continue
        picked.discard(word)
        if goes_on:
            last = joined.pop()
            word = Span(start_ms=last.start_ms, end_ms=max(last.end_ms, word.end_ms))  # noqa: PLW2901 - the two as one
        joined.append(word)
        goes_on = True
    return [*joined, *picked]


def _span(value: str) -> Span:
    """Read a word's times as the form sends them; at least a millisecond."""
    start, _, end = value.partition("-")
    if not (start.isdecimal() and end.isdecimal()):
        raise InvalidInputError("The words chosen cannot be read; load the page again.")
    return Span(start_ms=int(start), end_ms=max(int(end), int(start) + 1))


def _stretch(begin: str, end: str) -> Span:
    return Span(start_ms=read_time(begin), end_ms=read_time(end))


def _decision(wanted: str) -> Decision:
    try:
        return Decision(wanted)
    except ValueError as exc:
        raise InvalidInputError("Choose what to do: hide, mute, both or keep.") from exc


def _back(recording_id: int, message: str, *, at_ms: int | None = None) -> ResponseReturnValue:
    flash(message)
    at = request.args.get("t") or (format_seconds(at_ms) if at_ms is not None else None)
    return redirect(url_for("privacy.index", recording_id=recording_id, t=at), 303)
