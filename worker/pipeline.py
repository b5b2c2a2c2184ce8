"""The durable workflows of a recording: what after what, what at once, what a failure means.

    intake: fingerprint → probe ─┬→ speech: audio → batches → transcript → captions → index
                                 │       └→ later: translation, speakers, second pass, readings
                                 └→ pictures: poster → slides → stills
                                         └→ rendition, where browsers need one

Speech, pictures and renditions go on at once; a batch of speech waits a little for the slides
shown in it, whose words prime it. Stages that failed are told on the recording; only a file that
cannot be read at all stops it. Steps must not change order within one `APPLICATION_VERSION`
(archive.jobs).
"""

import logging
from collections.abc import Callable
from typing import Any

from dbos import DBOS

from archive.errors import ArchiveError, NotMediaError, SupersededError
from archive.jobs import (
    DECK_WORKFLOW,
    EDITS_WORKFLOW,
    INDEX_WORKFLOW,
    MEND_WORKFLOW,
    MUTING_WORKFLOW,
    NAMES_WORKFLOW,
    PICTURES_WORKFLOW,
    PROCESS_WORKFLOW,
    READINGS_WORKFLOW,
    REFINEMENT_WORKFLOW,
    RENDITION_WORKFLOW,
    SPEAKERS_WORKFLOW,
    SPEECH_WORKFLOW,
    TRANSLATION_WORKFLOW,
)
from archive.models import Status
from archive.pipeline import Stage
from worker.parts import Parts
from worker.stages import (
    captions,
    decks,
    edits,
    files,
    following,
    indexing,
    later,
    muting,
    pictures,
    rereading,
    slides,
    speakers,
    speech,
    status,
    translation,
)
from worker.steps import Run, explain

logger = logging.getLogger(__name__)

MAX_RECOVERIES = 50
"""After so many crashes in the middle of it a recording is parked; see `worker.service`."""


def register(parts: Parts) -> None:
    """Give DBOS the workflows; once in a process, before it is launched."""

    def workflow(name: str, work: Callable[[Run], None]) -> None:
        @DBOS.workflow(name=name, max_recovery_attempts=MAX_RECOVERIES)
        def run(recording_id: int, attempt: int) -> str:
            try:
                work(Run(parts, recording_id, attempt))
            except SupersededError as exc:
                logger.info("%s", exc)
                return "superseded"
            return "done"

    def leg(name: str, work: Callable[[Run, int, dict[str, Any] | None], None]) -> None:
        @DBOS.workflow(name=name, max_recovery_attempts=MAX_RECOVERIES)
        def run(
            recording_id: int, attempt: int, batch: int = 0, plan: dict[str, Any] | None = None
        ) -> str:
            try:
                work(Run(parts, recording_id, attempt), batch, plan)
            except SupersededError as exc:
                logger.info("%s", exc)
                return "superseded"
            return "done"

    workflow(PROCESS_WORKFLOW, take_in)
    workflow(SPEECH_WORKFLOW, transcribe)
    workflow(PICTURES_WORKFLOW, picture)
    workflow(RENDITION_WORKFLOW, render)
    workflow(SPEAKERS_WORKFLOW, tell_speakers_apart)
    leg(TRANSLATION_WORKFLOW, translate)
    leg(REFINEMENT_WORKFLOW, refine)
    leg(READINGS_WORKFLOW, read_again)

    _register_follow(parts)
    _register_muting(parts)

    @DBOS.workflow(name=DECK_WORKFLOW, max_recovery_attempts=MAX_RECOVERIES)
    def read_deck(recording_id: int, deck_id: int) -> None:
        try:
            DBOS.run_step({"name": "pages"}, decks.read, parts, recording_id, deck_id)
        except Exception as exc:
            # The worker's loop: any failure is told and kept.
            logger.exception("recording=%s deck=%s failed", recording_id, deck_id)
            problem = explain(exc)
            DBOS.run_step({"name": "failed"}, decks.fail, parts, recording_id, deck_id, problem)


def _register_follow(parts: Parts) -> None:
    """Give DBOS the workflows that let what is derived follow a change a person made."""

    @DBOS.workflow(name=INDEX_WORKFLOW, max_recovery_attempts=MAX_RECOVERIES)
    def index_recording(recording_id: int) -> None:
        DBOS.run_step({"name": "index"}, following.follow_all, parts, recording_id)

    @DBOS.workflow(name=MEND_WORKFLOW, max_recovery_attempts=MAX_RECOVERIES)
    def mend_index(generation: str) -> None:
        DBOS.run_step({"name": "mend"}, indexing.replace_if_damaged, parts, generation)

    @DBOS.workflow(name=EDITS_WORKFLOW, max_recovery_attempts=MAX_RECOVERIES)
    def follow_edits(recording_id: int, change: int) -> str:
        if DBOS.run_step({"name": "overtaken"}, edits.is_overtaken, parts, recording_id, change):
            return "overtaken"
        DBOS.run_step({"name": "captions"}, captions.write, parts, recording_id)
        DBOS.run_step({"name": "subtitles"}, translation.write_subtitles, parts, recording_id)
        DBOS.run_step({"name": "index"}, following.follow, parts, recording_id)
        return "done"

    @DBOS.workflow(name=NAMES_WORKFLOW, max_recovery_attempts=MAX_RECOVERIES)
    def follow_names(recording_id: int) -> None:
        DBOS.run_step({"name": "captions"}, captions.write, parts, recording_id)
        DBOS.run_step({"name": "subtitles"}, translation.write_subtitles, parts, recording_id)
        DBOS.run_step({"name": "index"}, following.follow, parts, recording_id)


def _register_muting(parts: Parts) -> None:
    """Give DBOS the workflow that makes what readers play follow the cuts."""

    @DBOS.workflow(name=MUTING_WORKFLOW, max_recovery_attempts=MAX_RECOVERIES)
    def mute_recording(recording_id: int, version: int) -> None:
        try:
            DBOS.run_step({"name": "mute"}, muting.mute, parts, recording_id, version)
        except SupersededError as exc:
            logger.info("%s", exc)
        except Exception as exc:
            # The worker's loop: any failure is told and kept.
            logger.exception("recording=%s could not be muted", recording_id)
            DBOS.run_step(
                {"name": "failed"},
                status.fail_stage,
                parts,
                recording_id,
                Stage.MUTING,
                explain(exc),
            )


def take_in(run: Run) -> None:
    """Look at what was deposited, and hand it on."""
    done = run.step("begin", status.begin)
    for stage, work in ((Stage.FINGERPRINT, files.fingerprint), (Stage.PROBE, files.look)):
        if stage in done:
            continue
        try:
            run.step(stage, work)
        except Exception as exc:  # noqa: BLE001 - the worker's loop: any failure is told and kept
            _turn_away(run, stage, exc)
            return
    run.step("hand on", status.hand_on, run.attempt)
    run.step("mute", muting.ask_anew)


def _turn_away(run: Run, stage: Stage, error: Exception) -> None:
    """Reject what is not media; fail what cannot be read."""
    if isinstance(error, NotMediaError):
        logger.warning("recording=%s rejected: %s", run.recording_id, error)
        run.step("reject", files.reject, str(error))
        run.step("unindex", following.follow)
        return
    cause = run.failed(stage, error)
    run.step("failed", status.end, Status.FAILED, explain(cause))


def transcribe(run: Run) -> None:
    """Turn the sound into a transcript that can be read, watched and searched."""
    done = run.step("speech begins", status.done_stages)
    if Stage.TRANSCRIPT not in done or Stage.TRANSCRIPTION not in done:
        _transcribe(run, done)
    # Derived from the transcript, so made again whenever it is.
    run.stage(Stage.CAPTIONS, captions.captions)
    run.stage(Stage.INDEX, indexing.index)
    run.step("ready", status.settle)
    run.step("later", later.enqueue, run.attempt)


def _transcribe(run: Run, done: set[str]) -> None:
    """Extract the sound, transcribe batch after batch, and finish the transcript."""
    if Stage.AUDIO not in done and run.stage(Stage.AUDIO, speech.audio):
        return
    try:
        plan = speech.Plan.from_json(run.step("plan", speech.plan))
        _hear(run, plan)
        if plan.unplanned_ms:
            heard = len(plan.batches)
            plan = speech.Plan.from_json(run.step("plan the rest", speech.plan_rest, plan))
            _hear(run, plan, first=heard)
    except Exception as exc:  # noqa: BLE001 - the worker's loop: any failure is told and kept
        run.failed(Stage.TRANSCRIPTION, exc)
        return
    run.step("transcribed", speech.end)
    run.stage(Stage.TRANSCRIPT, speech.finish, plan)


def _hear(run: Run, plan: speech.Plan, *, first: int = 0) -> None:
    """Transcribe the batches of a plan, from one on."""
    for batch in range(first, len(plan.batches)):
        run.step(f"batch {batch}", speech.transcribe, plan, batch)
        if speech.is_worth_showing(batch, plan):
            _show_partly(run, batch)


def _show_partly(run: Run, batch: int) -> None:
    """Let what is transcribed so far be searched; when that fails, the end will do."""
    try:
        run.step(f"searchable {batch}", following.follow)
    except ArchiveError as exc:
        if isinstance(exc, SupersededError):
            raise
        logger.warning("recording=%s not searchable yet: %s", run.recording_id, exc)


def picture(run: Run) -> None:
    """Make what is seen: poster, slides and stills; then ask for a rendition."""
    done = run.step("pictures begin", status.done_stages)
    for stage, work in (
        (Stage.POSTER, pictures.poster),
        (Stage.SLIDES, slides.slides),
        (Stage.STILLS, pictures.stills),
    ):
        if stage not in done:
            run.stage(stage, work)
    if Stage.RENDITION not in done:
        # Under the name of the step that made it here before, which a job may have done already.
        run.stage(Stage.RENDITION, pictures.ask_for_rendition, run.attempt)
    if Stage.SLIDES not in done:
        run.step("slides searchable", slides.let_search_follow)
    run.step("pictured", status.settle)


def render(run: Run) -> None:
    """Make what browsers can play."""
    run.stage(Stage.RENDITION, pictures.rendition)
    run.step("rendered", status.settle)


def translate(run: Run, batch: int, plan: dict[str, Any] | None) -> None:
    """Translate into English, from a batch on, until something more urgent waits."""
    try:
        work = translation.Plan.from_json(plan or run.step("plan", translation.plan))
        if _gave_way(run, TRANSLATION_WORKFLOW, work, batch, translation.translate):
            return
        run.step("translated", translation.finish, work)
    except Exception as exc:  # noqa: BLE001 - the worker's loop: any failure is told and kept
        run.failed(Stage.TRANSLATION, exc)
        return
    run.step("index", following.follow)


def refine(run: Run, batch: int, plan: dict[str, Any] | None) -> None:
    """Transcribe with the larger model, from a batch on, until something more urgent waits."""
    stage = Stage.REFINEMENT
    try:
        work = speech.Plan.from_json(plan or run.step("plan", speech.plan, stage))
        if _gave_way(run, REFINEMENT_WORKFLOW, work, batch, speech.transcribe, stage):
            return
        run.step("heard", speech.end, stage)
        run.step("transcript", speech.finish, work)
    except Exception as exc:  # noqa: BLE001 - the worker's loop: any failure is told and kept
        run.failed(stage, exc)
        run.step("readings", later.enqueue_readings, run.attempt)
        return
    run.stage(Stage.CAPTIONS, captions.captions)
    run.stage(Stage.INDEX, indexing.index)
    run.step("clear", status.settle)
    run.step("readings", later.enqueue_readings, run.attempt)


def read_again(run: Run, batch: int, plan: dict[str, Any] | None) -> None:
    """Listen again where it was not clear, from a batch on, until something more urgent waits."""
    try:
        work = rereading.Plan.from_json(plan or run.step("plan", rereading.plan))
        if _gave_way(run, READINGS_WORKFLOW, work, batch, rereading.reread):
            return
        run.step("read", rereading.finish, work)
    except Exception as exc:  # noqa: BLE001 - the worker's loop: any failure is told and kept
        run.failed(Stage.READINGS, exc)
        return
    run.step("index", following.follow)


def tell_speakers_apart(run: Run) -> None:
    """Find who speaks, and let everything that is made of the transcript say so."""
    if run.stage(Stage.SPEAKERS, speakers.speakers):
        return
    run.stage(Stage.CAPTIONS, captions.captions)
    run.step("subtitles", translation.write_subtitles)
    run.stage(Stage.INDEX, indexing.index)
    run.step("clear", status.settle)


def _gave_way(
    run: Run,
    workflow: str,
    work: speech.Plan | translation.Plan | rereading.Plan,
    first: int,
    one: Callable[..., None],
    *more: Stage,
) -> bool:
    """Do the batches from one on; tells whether the rest was left to a later job.

    Args:
        run: of the recording.
        workflow: that does the rest.
        work: what is to be done.
        first: batch.
        one: does a batch, as `one(parts, recording_id, work, number, *more)`.
        more: what it takes besides.
    """
    for number in range(first, len(work.batches)):
        run.step(f"batch {number}", one, work, number, *more)
        left = number + 1 < len(work.batches)
        if left and run.step(f"way {number}", later.must_give_way):
            run.step("go on", later.go_on, workflow, run.attempt, number + 1, work.to_json())
            return True
    return False
