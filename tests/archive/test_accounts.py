from datetime import timedelta

import pytest

from archive.account_links import (
    invite,
    list_invitations,
    make_first_link,
    make_password_link,
    read_link,
    take_back_invitation,
    use_link,
)
from archive.accounts import (
    change_password,
    create_account,
    has_administrator,
    list_accounts,
    set_active,
    set_role,
)
from archive.database import Database
from archive.errors import InvalidInputError, NotAllowedError, NotFoundError
from archive.models import Account, AuditEntry, OneTimeLink
from archive.permissions import ADMINISTRATOR, LIBRARIAN, READER, UPLOADER, VISITOR, Actor
from tests.conftest import START

ADMIN = Actor(account_id=1, roles=frozenset({ADMINISTRATOR}))


def _first_administrator(database: Database) -> int:
    with database.begin() as session:
        token = make_first_link(session, now=START)
        assert token is not None
        return use_link(
            session, token, email="Ada@Example.org ", name="Ada", password_hash="hash", now=START
        )


def test_the_first_link_creates_the_administrator_and_works_once(database: Database) -> None:
    with database.begin() as session:
        token = make_first_link(session, now=START)
        assert token is not None
        use_link(session, token, email="a@b.org", name="", password_hash="hash", now=START)

    with database.begin() as session:
        assert has_administrator(session)
        with pytest.raises(NotFoundError, match="used already"):
            use_link(session, token, email="c@d.org", name="", password_hash="hash", now=START)


def test_no_first_link_is_made_once_there_is_an_administrator(database: Database) -> None:
    _first_administrator(database)

    with database.begin() as session:
        assert make_first_link(session, now=START) is None


def test_a_newer_first_link_ends_the_older(database: Database) -> None:
    with database.begin() as session:
        old = make_first_link(session, now=START)
        new = make_first_link(session, now=START)
        assert old is not None
        assert new is not None

        with pytest.raises(NotFoundError):
            read_link(session, old, now=START)
        assert read_link(session, new, now=START).account_id is None


def test_a_link_is_too_old_after_three_days(database: Database) -> None:
    with database.begin() as session:
        token = make_first_link(session, now=START)
        assert token is not None

        with pytest.raises(NotFoundError, match="too old"):
            read_link(session, token, now=START + timedelta(days=3, seconds=1))


def test_the_database_does_not_hold_the_token(database: Database) -> None:
    with database.begin() as session:
        token = make_first_link(session, now=START)
        assert token is not None
        stored = session.query(OneTimeLink).one().token_sha256

    assert token not in stored


def test_an_administrator_creates_accounts_that_set_their_own_password(database: Database) -> None:
    _first_administrator(database)
    with database.begin() as session:
        account_id = create_account(
            session, email="lib@example.org", name="Lib", role=LIBRARIAN, actor=ADMIN, now=START
        )
        token = make_password_link(session, account_id, actor=ADMIN, now=START)
    with database.begin() as session:
        assert read_link(session, token, now=START).email == "lib@example.org"
        used = use_link(session, token, email="", name="", password_hash="h", now=START)

    assert used == account_id
    with database.read() as session:
        views = list_accounts(session, actor=ADMIN, now=START)
    assert [(view.email, view.roles, view.has_password) for view in views] == [
        ("ada@example.org", (ADMINISTRATOR,), True),
        ("lib@example.org", (LIBRARIAN,), True),
    ]


@pytest.mark.parametrize("actor", [VISITOR, Actor(account_id=2, roles=frozenset({LIBRARIAN}))])
def test_only_an_administrator_manages_accounts(database: Database, actor: Actor) -> None:
    account_id = _first_administrator(database)
    with database.begin() as session:
        with pytest.raises(NotAllowedError):
            create_account(
                session, email="x@y.org", name="", role=LIBRARIAN, actor=actor, now=START
            )
        with pytest.raises(NotAllowedError):
            make_password_link(session, account_id, actor=actor, now=START)
        with pytest.raises(NotAllowedError):
            list_accounts(session, actor=actor, now=START)
        with pytest.raises(NotAllowedError):
            set_active(session, account_id, active=False, actor=actor, now=START)


@pytest.mark.parametrize(
    ("email", "role", "message"),
    [
        ("nobody", LIBRARIAN, "email"),
        ("ada@example.org", LIBRARIAN, "already"),
        ("a@b.c", "king", "role"),
    ],
)
def test_an_account_that_cannot_be_made_says_why(
    database: Database, email: str, role: str, message: str
) -> None:
    _first_administrator(database)
    with database.begin() as session, pytest.raises(InvalidInputError, match=message):
        create_account(session, email=email, name="", role=role, actor=ADMIN, now=START)


def test_switching_an_account_off_ends_its_sessions(database: Database) -> None:
    _first_administrator(database)
    with database.begin() as session:
        account_id = create_account(
            session, email="lib@example.org", name="", role=LIBRARIAN, actor=ADMIN, now=START
        )
        before = session.get_one(Account, account_id).fs_uniquifier
        set_active(session, account_id, active=False, actor=ADMIN, now=START)
        account = session.get_one(Account, account_id)

        assert account.fs_uniquifier != before
        assert not account.active


def test_nobody_switches_off_their_own_account(database: Database) -> None:
    account_id = _first_administrator(database)
    actor = Actor(account_id=account_id, roles=frozenset({ADMINISTRATOR}))
    with database.begin() as session, pytest.raises(InvalidInputError, match="own"):
        set_active(session, account_id, active=False, actor=actor, now=START)


def test_an_invitation_makes_an_account_of_its_role(database: Database) -> None:
    _first_administrator(database)
    with database.begin() as session:
        token = invite(session, role=UPLOADER, email=None, actor=ADMIN, now=START)
        [open_one] = list_invitations(session, actor=ADMIN, now=START)
    with database.begin() as session:
        link = read_link(session, token, now=START)
        use_link(session, token, email="up@example.org", name="Up", password_hash="h", now=START)

    assert (open_one.role, open_one.email, link.role) == (UPLOADER, None, UPLOADER)
    with database.begin() as session:
        assert list_invitations(session, actor=ADMIN, now=START) == ()
        assert list_accounts(session, actor=ADMIN, now=START)[-1].roles == (UPLOADER,)
        with pytest.raises(NotFoundError):
            use_link(session, token, email="b@example.org", name="", password_hash="h", now=START)


def test_an_invitation_for_an_address_is_for_nobody_else(database: Database) -> None:
    _first_administrator(database)
    with database.begin() as session:
        token = invite(session, role=READER, email="Ben@example.org", actor=ADMIN, now=START)
        use_link(session, token, email="eve@example.org", name="", password_hash="h", now=START)
        emails = [view.email for view in list_accounts(session, actor=ADMIN, now=START)]

    assert emails == ["ada@example.org", "ben@example.org"]


def test_an_invitation_can_be_taken_back_and_ends_after_two_weeks(database: Database) -> None:
    _first_administrator(database)
    later = START + timedelta(days=14, seconds=1)
    with database.begin() as session:
        taken_back = invite(session, role=READER, email=None, actor=ADMIN, now=START)
        old = invite(session, role=READER, email=None, actor=ADMIN, now=START)
        invitations = list_invitations(session, actor=ADMIN, now=START)
        take_back_invitation(session, invitations[-1].id, actor=ADMIN, now=START)

        with pytest.raises(NotFoundError):
            read_link(session, taken_back, now=START)
        assert read_link(session, old, now=START).role == READER
        with pytest.raises(NotFoundError):
            read_link(session, old, now=later)


def test_a_first_link_is_no_way_in_once_there_is_an_administrator_beside_invitations(
    database: Database,
) -> None:
    with database.begin() as session:
        first = make_first_link(session, now=START)
        assert first is not None
    _first_administrator(database)
    with database.begin() as session:
        invitation = invite(session, role=READER, email=None, actor=ADMIN, now=START)
        with pytest.raises(NotFoundError):
            read_link(session, first, now=START)
        assert read_link(session, invitation, now=START).role == READER


def test_a_role_changes_and_is_noted_but_never_ones_own(database: Database) -> None:
    own = _first_administrator(database)
    with database.begin() as session:
        account_id = create_account(
            session, email="l@example.org", name="", role=READER, actor=ADMIN, now=START
        )
        set_role(session, account_id, LIBRARIAN, actor=ADMIN, now=START)
        entry = session.query(AuditEntry).order_by(AuditEntry.id.desc()).first()
        assert entry is not None
        assert (entry.action, entry.before, entry.after) == (
            "changed the role of",
            {"role": "reader"},
            {"role": "librarian"},
        )
        with pytest.raises(InvalidInputError, match="Another administrator"):
            set_role(
                session,
                own,
                READER,
                actor=Actor(account_id=own, roles=frozenset({ADMINISTRATOR})),
                now=START,
            )


def test_a_new_password_ends_the_sessions_and_needs_ones_own_account(database: Database) -> None:
    own = _first_administrator(database)
    actor = Actor(account_id=own, roles=frozenset({ADMINISTRATOR}))
    with database.begin() as session:
        before = session.get_one(Account, own).fs_uniquifier
        change_password(session, own, "new hash", actor=actor, now=START)
        account = session.get_one(Account, own)
        assert account.fs_uniquifier != before
        assert account.password == "new hash"
        with pytest.raises(NotFoundError):
            change_password(session, own, "x", actor=Actor(account_id=77), now=START)


def test_no_password_or_link_is_in_the_audit_log(database: Database) -> None:
    own = _first_administrator(database)
    with database.begin() as session:
        token = make_password_link(session, own, actor=ADMIN, now=START)
        use_link(session, token, email="", name="", password_hash="argon-hash", now=START)
        logged = "".join(f"{entry.before}{entry.after}" for entry in session.query(AuditEntry))

    assert "argon-hash" not in logged
    assert token not in logged
    assert "ada@example.org" in logged
