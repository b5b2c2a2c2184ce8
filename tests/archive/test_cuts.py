"""Cutting out and putting back: what is kept, noted, refused, and who may."""

import pytest
from sqlalchemy import select

from archive.cuts import Leaves, add_cuts, list_cuts, remove_cut, set_range
from archive.database import Database
from archive.errors import InvalidInputError, NotAllowedError, NotFoundError
from archive.jobs import Jobs
from archive.models import AuditEntry, Publication, Recording
from archive.permissions import LIBRARIAN, OPERATOR, READER, UPLOADER, Actor
from archive.privacy.reading import read_cuts
from archive.privacy.values import SPOKEN_PAD_MS, Cuts, Span
from tests.conftest import START

EVERYTHING = Leaves(words=True, sound=True, picture=True)
LINA = Actor(account_id=7, name="Lina", roles=frozenset({LIBRARIAN}))


def span(start_ms: int, end_ms: int) -> Span:
    return Span(start_ms=start_ms, end_ms=end_ms)


@pytest.fixture
def hour(database: Database, recording_id: int) -> int:
    """A recording of an hour."""
    with database.begin() as session:
        session.get_one(Recording, recording_id).duration_ms = 3_600_000
    return recording_id


def cut(
    database: Database,
    jobs: Jobs,
    recording_id: int,
    *spans: Span,
    leaves: Leaves = EVERYTHING,
    spoken: bool = False,
    actor: Actor = LINA,
) -> int:
    with database.begin() as session:
        return add_cuts(
            session, jobs, recording_id, spans, leaves, spoken=spoken, actor=actor, now=START
        )


def cuts_of(database: Database, recording_id: int) -> Cuts:
    with database.read() as session:
        return read_cuts(session, recording_id)


def test_cuts_that_touch_become_one(database: Database, jobs: Jobs, hour: int) -> None:
    made = cut(database, jobs, hour, span(2_000, 3_000), span(0, 500), span(2_500, 4_000))

    assert made == 2
    assert cuts_of(database, hour).hidden == (span(0, 500), span(2_000, 4_000))


def test_the_sound_of_words_is_muted_a_little_longer(
    database: Database, jobs: Jobs, hour: int
) -> None:
    cut(database, jobs, hour, span(100, 500), span(9_000, 9_500), spoken=True)

    cuts = cuts_of(database, hour)
    assert cuts.hidden == (span(100, 500), span(9_000, 9_500))
    assert cuts.muted == (
        span(0, 500 + SPOKEN_PAD_MS),
        span(9_000 - SPOKEN_PAD_MS, 9_500 + SPOKEN_PAD_MS),
    )


def test_a_cut_ends_with_the_recording(database: Database, jobs: Jobs, hour: int) -> None:
    cut(database, jobs, hour, span(3_599_000, 9_999_999))

    assert cuts_of(database, hour).muted == (span(3_599_000, 3_600_000),)


@pytest.mark.parametrize(
    ("spans", "leaves", "told"),
    [
        ([span(0, 100)], Leaves(), "Choose what"),
        ([], EVERYTHING, "at least one word"),
        ([span(100, 100)], EVERYTHING, "at least one word"),
        ([span(3_600_000, 3_700_000)], EVERYTHING, "1:00:00 lies outside"),
    ],
)
def test_what_makes_no_sense_is_refused(
    database: Database, jobs: Jobs, hour: int, spans: list[Span], leaves: Leaves, told: str
) -> None:
    with pytest.raises(InvalidInputError, match=told):
        cut(database, jobs, hour, *spans, leaves=leaves)


def test_before_its_length_is_known_nothing_is_cut(
    database: Database, jobs: Jobs, recording_id: int
) -> None:
    with pytest.raises(InvalidInputError, match="not looked at yet"):
        cut(database, jobs, recording_id, span(0, 100))


def test_a_cut_is_taken_back(database: Database, jobs: Jobs, hour: int) -> None:
    cut(database, jobs, hour, span(0, 100))

    with database.begin() as session:
        (kept,) = list_cuts(session, hour)
        remove_cut(session, jobs, hour, kept.cut_id, actor=LINA, now=START)

    assert cuts_of(database, hour) == Cuts()
    with pytest.raises(NotFoundError), database.begin() as session:
        remove_cut(session, jobs, hour, kept.cut_id, actor=LINA, now=START)


@pytest.mark.parametrize(
    ("from_ms", "until_ms", "kept"),
    [
        (60_000, 3_000_000, (60_000, 3_000_000)),
        (None, 3_000_000, (0, 3_000_000)),
        (60_000, None, (60_000, None)),
        (60_000, 9_999_999, (60_000, None)),
        (0, None, (0, None)),
    ],
)
def test_the_range_to_show_is_kept(
    database: Database,
    jobs: Jobs,
    hour: int,
    from_ms: int | None,
    until_ms: int | None,
    kept: tuple[int, int | None],
) -> None:
    with database.begin() as session:
        changed = set_range(
            session, jobs, hour, from_ms=from_ms, until_ms=until_ms, actor=LINA, now=START
        )

    cuts = cuts_of(database, hour)
    assert (cuts.shown_from_ms, cuts.shown_until_ms) == kept
    assert changed is (kept != (0, None))


@pytest.mark.parametrize(("from_ms", "until_ms"), [(5_000, 5_000), (3_600_000, None), (0, 0)])
def test_a_range_with_nothing_in_it_is_refused(
    database: Database, jobs: Jobs, hour: int, from_ms: int, until_ms: int | None
) -> None:
    with pytest.raises(InvalidInputError, match="has to end after"), database.begin() as session:
        set_range(session, jobs, hour, from_ms=from_ms, until_ms=until_ms, actor=LINA, now=START)


@pytest.mark.parametrize(
    ("actor", "publication", "refusal"),
    [
        (LINA, Publication.PUBLISHED, None),
        (OPERATOR, Publication.PUBLISHED, None),
        (Actor(account_id=8, roles=frozenset({READER})), Publication.DRAFT, NotFoundError),
        (Actor(account_id=8, roles=frozenset({UPLOADER})), Publication.DRAFT, NotFoundError),
        (Actor(account_id=9, roles=frozenset({UPLOADER})), Publication.DRAFT, None),
        (Actor(account_id=9, roles=frozenset({UPLOADER})), Publication.PUBLISHED, NotAllowedError),
        (Actor(), Publication.PUBLISHED, NotAllowedError),
    ],
)
def test_who_may_edit_a_recording_may_cut_it(
    database: Database,
    jobs: Jobs,
    hour: int,
    actor: Actor,
    publication: Publication,
    refusal: type[Exception] | None,
) -> None:
    with database.begin() as session:
        recording = session.get_one(Recording, hour)
        recording.depositor_id, recording.publication = None, publication
        session.flush()
        recording.depositor_id = _account(session) if actor.account_id == 9 else None
        if recording.depositor_id:
            actor = Actor(account_id=recording.depositor_id, roles=actor.roles)

    if refusal is None:
        assert cut(database, jobs, hour, span(0, 100), actor=actor) == 1
    else:
        with pytest.raises(refusal):
            cut(database, jobs, hour, span(0, 100), actor=actor)


def _account(session: object) -> int:
    from archive.accounts import create_account  # noqa: PLC0415 - only here

    return create_account(
        session, email="u@example.org", name="U", role=UPLOADER, actor=OPERATOR, now=START
    )


def test_what_is_noted_tells_times_and_never_words(
    database: Database, jobs: Jobs, hour: int
) -> None:
    cut(database, jobs, hour, span(61_000, 62_000), leaves=Leaves(words=True, sound=True))

    with database.read() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "cut")).one()
    assert (entry.object_id, entry.account_name) == (hour, "Lina")
    assert entry.after == {"cuts": ["1:01 to 1:02: words, sound"]}
