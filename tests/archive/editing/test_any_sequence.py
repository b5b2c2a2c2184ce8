"""Whatever people do to a transcript, its words stay in order and every version can come back."""

from dataclasses import dataclass
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from archive.database import Database
from archive.editing import Join, Operation, SegmentChange, Split, read_editable, save
from archive.editing.restoring import restore
from archive.jobs import Jobs
from archive.models import SegmentHistory, Transcript, TranscriptVersion
from archive.transcript import Segment
from archive.transcript_versions import Cause, What, list_versions, segments_at
from tests.archive.editing.conftest import KOFI, LINA, transcribe
from tests.conftest import START
from tests.web.factories import speak

_TYPED = [
    "",
    "oxygen",
    "We give",
    "ሰላም ለሁላችሁ",
    "نعطي الدواء",
    "我们用青蒿琥酯",
    " . ",
    "a b c d e f",
]
_SEGMENTS = [
    speak("We give artisan eight at once, then we wait.", start_ms=1_000),
    speak("我们用青蒿虎酯治疗疟疾。", start_ms=6_000, language="zh"),
    speak("ሰላም ለሁላችሁ ዛሬ ስለ ወባ", start_ms=12_000, language="am"),
    speak("نعطي الأرتيسونات كل ساعة.", start_ms=15_000, language="ar"),
]


@dataclass(frozen=True)
class Step:
    """Something a person does, whatever the transcript is by then."""

    what: str
    who: int
    sitting: int
    at: int
    """Which segment, or version, as a share in thousandths."""
    cut: int
    """Where in the text, the same."""
    typed: str
    language: str


_STEPS = st.builds(
    Step,
    what=st.sampled_from(
        ["text", "text", "split", "join", "speaker", "language", "check", "restore"]
    ),
    who=st.integers(0, 1),
    sitting=st.integers(0, 1),
    at=st.integers(0, 999),
    cut=st.integers(0, 999),
    typed=st.sampled_from(_TYPED),
    language=st.sampled_from(["en", "zh", "am", "ar", "th"]),
)


def _operation(step: Step, segments: tuple[Segment, ...], number: int) -> Operation:
    index = step.at * len(segments) // 1000
    segment = segments[index]
    base = {"uid": segment.uid, "revision": segment.revision}
    cut = step.cut * (len(segment.text) + 1) // 1000
    match step.what:
        case "split":
            return Split(
                **base,
                first=segment.text[:cut] + step.typed,
                second=segment.text[cut:],
                new_uid=f"n{number}",
            )
        case "join" if index + 1 < len(segments):
            after = segments[index + 1]
            return Join(**base, next_uid=after.uid, next_revision=after.revision)
        case "speaker":
            return SegmentChange(**base, speaker=f"Speaker {step.cut % 3}")
        case "language":
            return SegmentChange(**base, language=step.language)
        case "check":
            return SegmentChange(**base, checked=step.cut % 2 == 0)
        case _:
            text = segment.text[:cut] + step.typed + segment.text[cut + step.cut % 7 :]
            return SegmentChange(**base, text=text)


def _check(segments: tuple[Segment, ...]) -> None:
    for segment in segments:
        edges = [segment.start_ms]
        for word in segment.words:
            edges += [word.start_ms, word.end_ms]
        edges.append(segment.end_ms)
        assert all(before <= after for before, after in pairwise(edges)), segment
        assert "".join(word.text for word in segment.words).strip() == segment.text
        assert all(word.text.strip() for word in segment.words)
        assert segment.start_ms < segment.end_ms
    for before, after in pairwise(segments):
        assert before.end_ms <= after.start_ms
    assert len({segment.uid for segment in segments}) == len(segments)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(_STEPS, max_size=14))
def test_any_sequence_of_edits_and_restores_keeps_order_and_every_version(
    database: Database, jobs: Jobs, recording_id: int, steps: list[Step]
) -> None:
    with database.begin() as session:
        for table in (SegmentHistory, TranscriptVersion, Transcript):
            session.execute(delete(table))
        session.connection().exec_driver_sql("DELETE FROM transcript_segments")
    transcribe(database, recording_id, _SEGMENTS)
    states: dict[int, tuple[Segment, ...]] = {}

    for number, step in enumerate(steps):
        with database.begin() as session:
            before = read_editable(session, recording_id)
            newest = list_versions(session, recording_id)[0].number
            states.setdefault(newest, before)
            actor = (LINA, KOFI)[step.who]
            if step.what == "restore":
                wanted = 1 + step.at * newest // 1000
                if wanted == newest:
                    continue
                cause = Cause(what=What.RESTORED, actor=actor, now=START)
                made = restore(session, jobs, recording_id, wanted, cause=cause)
                assert read_editable(session, recording_id) == states[wanted]
            else:
                cause = Cause(what=What.EDITED, actor=actor, now=START, sitting=f"{step.sitting}")
                saved = save(
                    session, jobs, recording_id, [_operation(step, before, number)], cause=cause
                )
                assert all(one.problem for one in saved.conflicts), "nobody else edits"
                made = saved.number or newest
            now = read_editable(session, recording_id)
            _check(now)
            states[made] = now

    with database.begin() as session:
        for number, state in states.items():
            assert segments_at(session, recording_id, number) == state, f"version {number}"
            uids = [one.uid for one in segments_at(session, recording_id, number)]
            assert uids == [one.uid for one in state]
        for number, state in states.items():
            if number == list_versions(session, recording_id)[0].number:
                continue
            cause = Cause(what=What.RESTORED, actor=LINA, now=START)
            made = restore(session, jobs, recording_id, number, cause=cause)
            assert (
                read_editable(session, recording_id)
                == state
                == segments_at(session, recording_id, made)
            )
