"""What people do to a transcript is saved, and what somebody else did meanwhile is not lost."""

import threading

import pytest
from sqlalchemy import func, select

from archive.database import Database
from archive.editing import Join, Operation, Saved, SegmentChange, Split, read_editable, save
from archive.errors import InvalidInputError, NotFoundError
from archive.jobs import Jobs
from archive.models import AuditEntry, Recording, SegmentHistory
from archive.models.transcript import Review
from archive.permissions import VISITOR, Actor
from archive.transcript import Segment
from archive.transcript_versions import GROWS_FOR, Cause, What, list_versions, segments_at
from archive.transcripts import current_transcript
from tests.archive.editing.conftest import KOFI, LINA
from tests.conftest import FakeClock


class Desk:
    """Edits a transcript as an opened editor does."""

    def __init__(
        self, database: Database, jobs: Jobs, recording_id: int, clock: FakeClock, actor: Actor
    ) -> None:
        self.database, self.jobs, self.recording_id = database, jobs, recording_id
        self.clock, self.actor = clock, actor
        self.sitting = f"of {actor.name}"
        self.seen = self.look()

    def look(self) -> tuple[Segment, ...]:
        with self.database.read() as session:
            return read_editable(session, self.recording_id)

    def save(self, *operations: Operation) -> Saved:
        cause = Cause(what=What.EDITED, actor=self.actor, now=self.clock(), sitting=self.sitting)
        with self.database.begin() as session:
            return save(session, self.jobs, self.recording_id, operations, cause=cause)

    def say(self, number: int, text: str) -> SegmentChange:
        segment = self.seen[number]
        return SegmentChange(uid=segment.uid, revision=segment.revision, text=text)

    def split(self, number: int, first: str, second: str, new_uid: str = "n1") -> Split:
        segment = self.seen[number]
        return Split(
            uid=segment.uid,
            revision=segment.revision,
            first=first,
            second=second,
            new_uid=new_uid,
        )

    def join(self, number: int) -> Join:
        first, second = self.seen[number : number + 2]
        return Join(
            uid=first.uid,
            revision=first.revision,
            next_uid=second.uid,
            next_revision=second.revision,
        )


@pytest.fixture
def lina(database: Database, jobs: Jobs, talk: int, clock: FakeClock) -> Desk:
    return Desk(database, jobs, talk, clock, LINA)


@pytest.fixture
def kofi(database: Database, jobs: Jobs, talk: int, clock: FakeClock) -> Desk:
    return Desk(database, jobs, talk, clock, KOFI)


def _texts(segments: tuple[Segment, ...]) -> list[str]:
    return [segment.text for segment in segments]


def test_saves_of_one_sitting_grow_one_version(lina: Desk, clock: FakeClock) -> None:
    lina.save(lina.say(0, "We give artesunate."))
    clock.forward(minutes=5)
    lina.save(lina.say(0, "We give artesunate at once."))
    clock.forward(minutes=5)
    saved = lina.save(lina.say(1, "Then we wait."))

    assert (saved.number, saved.conflicts) == (2, ())
    with lina.database.read() as session:
        version, made = list_versions(session, lina.recording_id)
        kept = session.scalar(select(func.count(SegmentHistory.id)))
    assert (version.who, version.what, made.what) == ("Lina", "edited", "machine")
    assert version.updated_at - version.created_at == GROWS_FOR / 3
    assert kept == 2, "what was between two saves of a sitting is not kept"


def test_after_a_pause_or_another_person_a_version_begins(
    lina: Desk, kofi: Desk, clock: FakeClock
) -> None:
    first = lina.save(lina.say(0, "One."))
    clock.forward(minutes=31)
    second = lina.save(lina.say(0, "Two."))
    third = kofi.save(kofi.say(1, "Three."))
    fourth = lina.save(lina.say(0, "Four."))

    assert [one.number for one in (first, second, third, fourth)] == [2, 3, 4, 5]
    with lina.database.read() as session:
        texts = [
            _texts(segments_at(session, lina.recording_id, number))[:2] for number in range(1, 6)
        ]
    assert texts == [
        ["We give artisan eight at once.", "Then we wait for an hour."],
        ["One.", "Then we wait for an hour."],
        ["Two.", "Then we wait for an hour."],
        ["Two.", "Three."],
        ["Four.", "Three."],
    ]


def test_two_editors_of_one_segment_never_overwrite(lina: Desk, kofi: Desk) -> None:
    lina.save(lina.say(0, "We give artesunate at once."), lina.say(1, "Then we wait an hour."))

    saved = kofi.save(kofi.say(0, "We give artesunate right away."), kofi.say(2, "Asante."))

    (conflict,) = saved.conflicts
    assert conflict.theirs is not None
    assert (conflict.theirs.text, conflict.who) == ("We give artesunate at once.", "Lina")
    assert conflict.operation == kofi.say(0, "We give artesunate right away.")
    assert _texts(kofi.look()) == [
        "We give artesunate at once.",
        "Then we wait an hour.",
        "Asante.",
    ], "edits of other segments are merged"

    kofi.seen = kofi.look()
    assert kofi.save(kofi.say(0, "We give artesunate right away.")).conflicts == ()
    assert _texts(lina.look())[0] == "We give artesunate right away."


def test_a_growing_version_is_no_hiding_place(lina: Desk, kofi: Desk) -> None:
    lina.save(lina.say(0, "First try."))
    kofi.seen = kofi.look()
    saved = lina.save(lina.say(0, "Second try."))
    assert saved.number == 2

    assert len(kofi.save(kofi.say(0, "Mine.")).conflicts) == 1


def test_the_same_text_from_two_people_is_no_conflict(lina: Desk, kofi: Desk) -> None:
    lina.save(lina.say(0, "Same."))

    saved = kofi.save(kofi.say(0, "Same."))

    assert (saved.number, saved.conflicts) == (None, ())


def test_a_save_whose_answer_was_lost_can_be_sent_again(lina: Desk) -> None:
    operations = (
        lina.split(0, "We give", "artisan eight at once.", "n1"),
        SegmentChange(uid="n1", revision=0, text="artesunate at once."),
        lina.join(1),
    )
    lina.save(*operations)
    once = lina.look()

    again = lina.save(*operations)

    assert again.conflicts == ()
    assert again.number is None
    assert lina.look() == once
    assert _texts(once) == [
        "We give",
        "artesunate at once.",
        "Then we wait for an hour. Asante sana kwa wote.",
    ]


def test_words_of_both_halves_keep_their_times_when_split_and_joined(lina: Desk) -> None:
    words = lina.seen[0].words
    lina.save(lina.split(0, "We give", "artisan eight at once."))
    lina.seen = lina.look()
    assert [segment.words for segment in lina.seen[:2]] == [words[:2], words[2:]]
    assert lina.seen[0].end_ms <= lina.seen[1].start_ms

    saved = lina.save(lina.join(0))

    assert saved.gone == ("n1",)
    assert lina.look()[0].words == words


def test_a_conflict_with_a_segment_that_is_gone_is_told(lina: Desk, kofi: Desk) -> None:
    lina.save(lina.join(0))

    (conflict,) = kofi.save(kofi.say(1, "Then we waited.")).conflicts

    assert conflict.theirs is None
    assert conflict.who == "Lina"
    assert len(kofi.look()) == 2


def test_a_split_of_what_somebody_joined_is_a_conflict(lina: Desk, kofi: Desk) -> None:
    lina.save(lina.join(0))

    saved = kofi.save(
        kofi.split(1, "Then", "we wait for an hour."),
        SegmentChange(uid="n1", revision=0, text="we waited."),
    )

    assert [one.theirs for one in saved.conflicts] == [None, None]
    assert len(kofi.look()) == 2


@pytest.mark.parametrize(
    ("operation", "told"),
    [
        (lambda desk: desk.split(0, "", "all of it"), "one half would be empty"),
        (
            lambda desk: SegmentChange(uid=desk.seen[0].uid, revision=0, language="xx"),
            "no language",
        ),
        (
            lambda desk: Join(
                uid=desk.seen[0].uid, revision=0, next_uid=desk.seen[2].uid, next_revision=0
            ),
            "follow one another",
        ),
        (lambda desk: desk.say(0, "x" * 10_001), "split it first"),
    ],
)
def test_what_cannot_be_done_is_told_and_does_not_hold_up_the_rest(
    lina: Desk, operation: object, told: str
) -> None:
    assert callable(operation)

    saved = lina.save(operation(lina), lina.say(1, "Then we wait."))

    (refused,) = saved.conflicts
    assert told in refused.problem
    assert lina.look()[1].text == "Then we wait."


def test_a_split_between_words_without_time_is_refused(lina: Desk) -> None:
    lina.save(lina.say(0, "So we give artisan eight at once."))
    lina.seen = lina.look()

    (refused,) = lina.save(lina.split(0, "So", "we give artisan eight at once.")).conflicts

    assert "no time between these words" in refused.problem


def test_speaker_language_and_check_are_kept_and_leave_the_words(lina: Desk) -> None:
    segment = lina.seen[2]
    lina.save(
        SegmentChange(uid=segment.uid, revision=0, speaker="Speaker 2", language="fr", checked=True)
    )

    after = lina.look()[2]
    assert (after.speaker, after.speaker_set, after.language) == ("Speaker 2", True, "fr")
    assert (after.checked, after.words) == (True, segment.words)
    with lina.database.read() as session:
        assert session.get_one(Recording, lina.recording_id).languages == "en"


def test_the_first_edit_takes_the_transcript_into_review(lina: Desk, kofi: Desk) -> None:
    lina.save(lina.say(0, "One."))
    kofi.save(kofi.say(1, "Two."))

    with lina.database.read() as session:
        transcript = current_transcript(session, lina.recording_id)
    assert transcript is not None
    assert (transcript.review, transcript.by) == (Review.IN_REVIEW, "Lina")


def test_each_version_is_in_the_audit_log_once(lina: Desk, clock: FakeClock) -> None:
    lina.save(lina.say(0, "One."))
    clock.forward(seconds=10)
    lina.save(lina.say(0, "Two."))

    with lina.database.read() as session:
        entries = session.scalars(select(AuditEntry)).all()
    assert [(one.account_name, one.action, one.after) for one in entries] == [
        ("Lina", "corrected", {"version": 2})
    ]


def test_nothing_changed_makes_no_version_and_no_work(lina: Desk) -> None:
    with lina.database.read() as session:
        before = session.get_one(Recording, lina.recording_id).version

    saved = lina.save(lina.say(0, "  We give  artisan eight\nat once. "))

    assert saved.number is None
    with lina.database.read() as session:
        assert session.get_one(Recording, lina.recording_id).version == before
        assert len(list_versions(session, lina.recording_id)) == 0 + 1


def test_strangers_and_recordings_without_a_transcript_are_refused(
    lina: Desk, database: Database
) -> None:
    lina.actor = VISITOR
    with pytest.raises(NotFoundError):
        lina.save(lina.say(0, "One."))
    with database.begin() as session:
        session.execute(SegmentHistory.__table__.delete())
        for table in ("transcript_segments", "transcript_versions", "transcripts"):
            session.connection().exec_driver_sql(f"DELETE FROM {table}")
    lina.actor = LINA
    with pytest.raises(InvalidInputError, match="no complete transcript"):
        lina.save(lina.say(0, "One."))


def test_saves_at_the_very_same_time_lose_nothing(lina: Desk, kofi: Desk) -> None:
    def add_words(desk: Desk) -> None:
        for number in range(6):
            while True:
                desk.seen = desk.look()
                text = f"{desk.seen[0].text} {desk.actor.name}{number}"
                if not desk.save(desk.say(0, text)).conflicts:
                    break

    threads = [threading.Thread(target=add_words, args=(desk,)) for desk in (lina, kofi)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    added = lina.look()[0].text.split()[6:]
    assert sorted(added) == sorted(f"{who}{n}" for who in ("Lina", "Kofi") for n in range(6))
