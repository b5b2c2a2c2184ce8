from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from archive.database import Database
from archive.jobs import (
    EDITS_WORKFLOW,
    INDEX_WORKFLOW,
    MEND_WORKFLOW,
    NAMES_WORKFLOW,
    REFINEMENT_WORKFLOW,
    TRANSLATION_WORKFLOW,
    Jobs,
    interrupts,
    turn,
    workflow_id,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def at(minutes: float, *, work_s: float, later: bool = False) -> int:
    return turn(NOW + timedelta(minutes=minutes), work_s=work_s, later=later)


def test_of_two_deposited_at_once_the_shorter_comes_first() -> None:
    assert at(0, work_s=20) < at(0, work_s=600)


def test_a_short_one_passes_a_long_one_that_has_not_waited_long() -> None:
    assert at(10, work_s=20) < at(0, work_s=600)


def test_nobody_is_passed_for_ever() -> None:
    assert at(0, work_s=600) < at(21, work_s=20)


def test_what_can_wait_comes_after_all_that_cannot_and_in_its_own_order() -> None:
    a_week = 7 * 24 * 60

    assert at(a_week, work_s=7_200) < at(0, work_s=1, later=True)
    assert at(0, work_s=1, later=True) < at(5, work_s=1, later=True)


def test_a_turn_fits_what_the_queue_takes() -> None:
    late = datetime(2040, 1, 1, tzinfo=UTC)

    assert turn(NOW, work_s=0) >= 1
    assert turn(late, work_s=100_000, later=True) < 2**31


FIRST = at(30, work_s=60)
ASKED = at(0, work_s=60)
"""A translation a person asked for, before that recording came."""
CAN_WAIT = at(0, work_s=60, later=True)


@pytest.mark.parametrize(
    ("waiting", "running", "is_first"),
    [
        (FIRST, CAN_WAIT, True),
        (ASKED, CAN_WAIT, True),
        (ASKED, FIRST, True),
        (FIRST, ASKED, False),
        (CAN_WAIT, ASKED, False),
        (CAN_WAIT, at(5, work_s=600, later=True), False),
        (ASKED, ASKED, False),
    ],
)
def test_what_can_wait_lets_what_cannot_pass_and_that_goes_by_its_turn(
    *, waiting: int, running: int, is_first: bool
) -> None:
    assert interrupts(waiting, running) is is_first


def test_a_second_pass_lets_a_translation_pass_that_a_person_asked_for(
    database: Database, jobs: Jobs
) -> None:
    second_pass = workflow_id(REFINEMENT_WORKFLOW, 1, 1)
    with database.begin() as session:
        jobs.refinement(session, 1, 1, priority=CAN_WAIT)
        jobs.translation(session, 2, 1, version=1, priority=at(0, work_s=1, later=True))
    before = jobs.is_interrupted(second_pass)

    with database.begin() as session:
        jobs.translation(session, 3, 1, version=1, priority=ASKED)

    assert not before, "a translation that nobody asked for waits as well"
    assert jobs.is_interrupted(second_pass)
    assert not jobs.is_interrupted(f"{workflow_id(TRANSLATION_WORKFLOW, 3, 1)}-v1")


def test_who_is_not_in_the_queue_of_speech_interrupts_nothing(
    database: Database, jobs: Jobs
) -> None:
    with database.begin() as session:
        jobs.refinement(session, 1, 1, priority=CAN_WAIT)
        jobs.pictures(session, 2, 1)

    assert not jobs.is_interrupted(workflow_id(REFINEMENT_WORKFLOW, 1, 1))


@pytest.mark.parametrize("change", ["status = 'PENDING'", "application_version = '0'"])
def test_what_is_done_already_or_by_others_interrupts_nothing(
    database: Database, jobs: Jobs, change: str
) -> None:
    with database.begin() as session:
        jobs.refinement(session, 1, 1, priority=CAN_WAIT)
        jobs.translation(session, 3, 1, version=1, priority=ASKED)
        session.execute(
            text(f"UPDATE workflow_status SET {change} WHERE name = :name"),
            {"name": TRANSLATION_WORKFLOW},
        )

    assert not jobs.is_interrupted(workflow_id(REFINEMENT_WORKFLOW, 1, 1))


def test_the_rest_of_a_job_keeps_its_turn(database: Database, jobs: Jobs) -> None:
    first = workflow_id(REFINEMENT_WORKFLOW, 1, 1)
    with database.begin() as session:
        jobs.refinement(session, 1, 1, priority=CAN_WAIT)

    with database.begin() as session:
        plan = {"transcript_id": 7}
        jobs.rest(session, REFINEMENT_WORKFLOW, 1, 1, batch=3, plan=plan, of=first)

    assert jobs.turn_of(f"{first}-of-7-from-3") == CAN_WAIT


def test_what_is_followed_by_hundreds_comes_after_edits_and_mending(
    database: Database, jobs: Jobs
) -> None:
    with database.begin() as session:
        jobs.index(session, 1, 2)
        jobs.names(session, 1, 2)
        jobs.edits(session, 1, 3, 1)
        jobs.mend(session, "gen-000001", now=NOW)
        rows = session.execute(text("SELECT name, priority FROM workflow_status")).all()

    priorities = {row.name: row.priority for row in rows}
    assert all(
        priorities[other] < priorities[INDEX_WORKFLOW]
        for other in (NAMES_WORKFLOW, EDITS_WORKFLOW, MEND_WORKFLOW)
    )
