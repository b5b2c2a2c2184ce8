from datetime import timedelta

import pytest

from archive.accounts import create_account, set_active, set_role
from archive.database import Database
from archive.errors import InvalidInputError, NotAllowedError, NotFoundError
from archive.models import ApiToken, AuditEntry
from archive.permissions import (
    ADMINISTRATOR,
    LIBRARIAN,
    OPERATOR,
    READER,
    UPLOADER,
    Action,
    Actor,
    Scope,
    may,
)
from archive.tokens import MOST_DAYS, NewToken, list_tokens, make_token, read_token, revoke_token
from tests.conftest import START


@pytest.fixture
def lina(database: Database) -> Actor:
    with database.begin() as session:
        account_id = create_account(
            session,
            email="lina@example.org",
            name="Lina",
            role=LIBRARIAN,
            actor=OPERATOR,
            now=START,
        )
    return Actor(account_id=account_id, name="Lina", roles=frozenset({LIBRARIAN}))


def _make(database: Database, actor: Actor, *scopes: Scope, days: int = 30) -> NewToken:
    with database.begin() as session:
        return make_token(
            session,
            actor.account_id or 0,
            name="Studio",
            scopes=scopes or (Scope.READ,),
            days=days,
            actor=actor,
            now=START,
        )


def test_a_token_says_whose_it_is_and_what_it_is_for(database: Database, lina: Actor) -> None:
    new = _make(database, lina, Scope.DEPOSIT, Scope.READ)

    with database.begin() as session:
        used = read_token(session, new.text, now=START)

    assert used is not None
    assert (used.account_id, used.account_name, used.name) == (lina.account_id, "Lina", "Studio")
    assert used.roles == {LIBRARIAN}
    assert used.scopes == {Scope.DEPOSIT, Scope.READ}


def test_only_the_hash_of_a_token_is_kept(database: Database, lina: Actor) -> None:
    new = _make(database, lina)

    with database.read() as session:
        row = session.get_one(ApiToken, new.id)
        kept = [str(getattr(row, column.key)) for column in ApiToken.__table__.columns]
        noted = [f"{entry.before}{entry.after}" for entry in session.query(AuditEntry)]

    assert not any(new.text in text for text in (*kept, *noted))
    assert new.text.startswith(row.beginning)
    assert len(row.beginning) < 10


def test_a_token_ends_on_its_day(database: Database, lina: Actor) -> None:
    new = _make(database, lina, days=7)

    with database.begin() as session:
        before = read_token(session, new.text, now=START + timedelta(days=7, seconds=-1))
        after = read_token(session, new.text, now=START + timedelta(days=7))

    assert before is not None
    assert after is None


def test_a_revoked_token_does_not_work_and_is_noted(database: Database, lina: Actor) -> None:
    new = _make(database, lina)

    with database.begin() as session:
        revoke_token(session, new.id, actor=lina, now=START)
    with database.begin() as session:
        used = read_token(session, new.text, now=START)
        noted = [(entry.action, entry.account_name) for entry in session.query(AuditEntry)]

    assert used is None
    assert noted[-2:] == [("made", "Lina"), ("revoked", "Lina")]


def test_tokens_follow_their_account(database: Database, lina: Actor) -> None:
    new = _make(database, lina, Scope.CURATE)
    with database.begin() as session:
        set_role(session, lina.account_id or 0, READER, actor=OPERATOR, now=START)
    with database.begin() as session:
        as_reader = read_token(session, new.text, now=START)
        set_active(session, lina.account_id or 0, active=False, actor=OPERATOR, now=START)
    with database.begin() as session:
        switched_off = read_token(session, new.text, now=START)

    assert as_reader is not None
    actor = Actor(account_id=1, roles=as_reader.roles, scopes=as_reader.scopes)
    assert not may(actor, Action.KEEP_GLOSSARY)
    assert switched_off is None


def test_the_last_use_is_kept_to_the_minute(database: Database, lina: Actor) -> None:
    new = _make(database, lina)
    times = [START + timedelta(seconds=seconds) for seconds in (0, 59, 60)]

    seen = []
    for time in times:
        with database.begin() as session:
            read_token(session, new.text, now=time)
        with database.read() as session:
            [view] = list_tokens(session, lina.account_id or 0, actor=lina)
            seen.append(view.last_used_at)

    assert seen == [times[0], times[0], times[2]]


def test_a_scope_of_a_later_version_allows_nothing(database: Database, lina: Actor) -> None:
    new = _make(database, lina)
    with database.begin() as session:
        session.get_one(ApiToken, new.id).scopes = "read fly"

    with database.begin() as session:
        used = read_token(session, new.text, now=START)

    assert used is not None
    assert used.scopes == {Scope.READ}


@pytest.mark.parametrize(
    ("name", "scopes", "days", "message"),
    [
        ("  ", (Scope.READ,), 30, "name"),
        ("x" * 101, (Scope.READ,), 30, "name"),
        ("Studio", (), 30, "at least one"),
        ("Studio", (Scope.READ,), 0, "days"),
        ("Studio", (Scope.READ,), MOST_DAYS + 1, "days"),
    ],
)
def test_a_token_that_cannot_be_made_says_why(
    database: Database,
    lina: Actor,
    name: str,
    scopes: tuple[Scope, ...],
    days: int,
    message: str,
) -> None:
    with database.begin() as session, pytest.raises(InvalidInputError, match=message):
        make_token(
            session,
            lina.account_id or 0,
            name=name,
            scopes=scopes,
            days=days,
            actor=lina,
            now=START,
        )


def test_nobody_makes_or_sees_tokens_of_others(database: Database, lina: Actor) -> None:
    new = _make(database, lina)
    stranger = Actor(account_id=99, roles=frozenset({UPLOADER}))
    administrator = Actor(account_id=98, roles=frozenset({ADMINISTRATOR}))

    with database.begin() as session:
        for actor in (stranger, administrator):
            with pytest.raises(NotFoundError):
                make_token(
                    session,
                    lina.account_id or 0,
                    name="x",
                    scopes=[Scope.READ],
                    days=1,
                    actor=actor,
                    now=START,
                )
        with pytest.raises(NotAllowedError):
            list_tokens(session, lina.account_id or 0, actor=stranger)
        with pytest.raises(NotFoundError):
            revoke_token(session, new.id, actor=stranger, now=START)
        assert revoke_token(session, new.id, actor=administrator, now=START) == "Studio"


def test_a_token_makes_no_tokens(database: Database, lina: Actor) -> None:
    token = Actor(account_id=lina.account_id, roles=lina.roles, scopes=frozenset(Scope), token_id=1)

    with pytest.raises(NotAllowedError):
        _make(database, token)
