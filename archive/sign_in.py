"""What someone signs in with beside a password: an app's codes, recovery codes, passkeys.

The site's security library makes and checks all of it; here it is kept, and what people
change is noted. Secrets come encrypted and never go into the audit log.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive.accounts import note_account
from archive.errors import InvalidInputError
from archive.models import Account, Passkey
from archive.permissions import Actor

MOST_PASSKEYS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Factors:
    """What an account signs in with; the names are those of its columns."""

    password: str | None
    tf_primary_method: str | None
    tf_totp_secret: str | None
    mf_recovery_codes: Sequence[str]
    fs_webauthn_user_handle: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPasskey:
    """A public key as a browser registered it; the names are those of its columns."""

    credential_id: bytes
    public_key: bytes
    name: str
    usage: str
    sign_count: int
    transports: Sequence[str]
    extensions: str
    device_type: str
    backup_state: bool


def keep_factors(session: Session, account_id: int, factors: Factors, *, now: datetime) -> None:
    """Keep what an account signs in with, and note what its owner changed of it."""
    account = session.get_one(Account, account_id)
    before = Factors(
        password=account.password,
        tf_primary_method=account.tf_primary_method,
        tf_totp_secret=account.tf_totp_secret,
        mf_recovery_codes=tuple(account.mf_recovery_codes or ()),
        fs_webauthn_user_handle=account.fs_webauthn_user_handle,
    )
    account.password = factors.password
    account.tf_primary_method = factors.tf_primary_method
    account.tf_totp_secret = factors.tf_totp_secret
    account.mf_recovery_codes = list(factors.mf_recovery_codes)
    account.fs_webauthn_user_handle = factors.fs_webauthn_user_handle
    if factors.tf_totp_secret != before.tf_totp_secret:
        account.tf_counter = None
    for action in _changes(before, factors):
        note_account(session, account, action, actor=_themselves(account), now=now)


def use_counter(session: Session, account_id: int, counter: int) -> bool:
    """Note that a code of a half minute was used; False: one of it or later was used before."""
    used = session.execute(
        update(Account)
        .where(
            Account.id == account_id,
            Account.tf_counter.is_(None) | (Account.tf_counter < counter),
        )
        .values(tf_counter=counter)
    )
    return bool(used.rowcount)  # type: ignore[attr-defined]


def note_sign_in(session: Session, account_id: int, *, now: datetime) -> None:
    """Keep when an account last signed in."""
    session.execute(update(Account).where(Account.id == account_id).values(last_sign_in_at=now))


def list_passkeys(session: Session, account_id: int) -> Sequence[Passkey]:
    """Return the passkeys of an account, oldest first; to be read only."""
    return session.scalars(
        select(Passkey).where(Passkey.account_id == account_id).order_by(Passkey.id)
    ).all()


def find_passkey(session: Session, credential_id: bytes) -> Passkey | None:
    """Return the passkey a browser names; to be read only."""
    return session.scalar(select(Passkey).where(Passkey.credential_id == credential_id))


def add_passkey(session: Session, account_id: int, new: NewPasskey, *, now: datetime) -> None:
    """Keep a passkey of an account.

    Raises:
        InvalidInputError: it has many already.
    """
    account = session.get_one(Account, account_id)
    if len(account.passkeys) >= MOST_PASSKEYS:
        raise InvalidInputError(f"There are {MOST_PASSKEYS} passkeys already; remove one first.")
    account.passkeys.append(
        Passkey(
            credential_id=new.credential_id,
            public_key=new.public_key,
            sign_count=new.sign_count,
            transports=list(new.transports),
            extensions=new.extensions[:255],
            device_type=new.device_type,
            backup_state=new.backup_state,
            name=new.name,
            usage=new.usage,
            create_datetime=now,
            lastuse_datetime=now,
        )
    )
    note_account(session, account, "added a passkey", actor=_themselves(account), now=now)


def keep_passkey_use(
    session: Session,
    passkey_id: int,
    *,
    sign_count: int,
    backup_state: bool,
    device_type: str,
    now: datetime,
) -> None:
    """Keep what a passkey told when it was used."""
    session.execute(
        update(Passkey)
        .where(Passkey.id == passkey_id)
        .values(
            sign_count=sign_count,
            backup_state=backup_state,
            device_type=device_type,
            lastuse_datetime=now,
        )
    )


def remove_passkey(session: Session, passkey_id: int, *, now: datetime) -> None:
    """Forget a passkey; its owner was asked for by the caller."""
    passkey = session.get(Passkey, passkey_id)
    if passkey is None:
        return
    account = session.get_one(Account, passkey.account_id)
    note_account(session, account, "removed a passkey", actor=_themselves(account), now=now)
    session.delete(passkey)


def _changes(before: Factors, after: Factors) -> list[str]:
    """Tell in words what its owner changed."""
    changes = []
    if before.tf_primary_method != after.tf_primary_method:
        changes.append(
            "set up a second factor" if after.tf_primary_method else "removed the second factor"
        )
    elif before.tf_totp_secret != after.tf_totp_secret:
        changes.append("changed the second factor")
    old, new = set(before.mf_recovery_codes), set(after.mf_recovery_codes)
    if new - old:
        changes.append("made recovery codes")
    elif new != old:
        changes.append("used a recovery code")
    return changes


def _themselves(account: Account) -> Actor:
    return Actor(account_id=account.id, name=account.name or account.email)
