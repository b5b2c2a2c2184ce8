"""The archive's accounts as Flask-Security wants them: plain values, each read in one session.

The library changes a value and calls `put`; `archive.sign_in` keeps what may change so, and
notes it. Accounts are made, and passwords set, through `archive.accounts` only.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_security import RoleMixin, UserDatastore, UserMixin, WebAuthnMixin
from sqlalchemy import func, select

from archive.clock import Clock
from archive.database import Database
from archive.models import Account, Passkey
from archive.sign_in import (
    Factors,
    NewPasskey,
    add_passkey,
    find_passkey,
    keep_factors,
    keep_passkey_use,
    list_passkeys,
    remove_passkey,
)


@dataclass(kw_only=True)
class SiteRole(RoleMixin):
    """A role as Flask-Security wants it."""

    name: str = ""


@dataclass(kw_only=True)
class SitePasskey(WebAuthnMixin):
    """A passkey as Flask-Security wants it."""

    id: int = 0
    user_id: int = 0
    name: str = ""
    credential_id: bytes = b""
    public_key: bytes = b""
    sign_count: int = 0
    transports: list[str] = field(default_factory=list)
    extensions: str = ""
    device_type: str = ""
    backup_state: bool = False
    usage: str = ""
    create_datetime: datetime
    lastuse_datetime: datetime


@dataclass(kw_only=True, eq=False)
class SiteAccount(UserMixin):
    """An account as Flask-Security wants it; not bound to a database session."""

    database: Database = field(repr=False)
    id: int = 0
    email: str = ""
    name: str = ""
    password: str | None = field(default=None, repr=False)
    active: bool = False
    fs_uniquifier: str = field(default="", repr=False)
    roles: list[RoleMixin] = field(default_factory=list)
    tf_primary_method: str | None = None
    tf_totp_secret: str | None = field(default=None, repr=False)
    tf_counter: int | None = None
    tf_phone_number: str | None = None
    """Never set: the library asks for it."""
    mf_recovery_codes: list[str] = field(default_factory=list, repr=False)
    fs_webauthn_user_handle: str = ""

    @property
    def webauthn(self) -> list[SitePasskey]:  # type: ignore[override]  # it is only read
        """Its passkeys; read when asked for, which few pages do."""
        with self.database.read() as session:
            return [_as_site_passkey(one) for one in list_passkeys(session, self.id)]


class AccountDatastore(UserDatastore):
    """Finds accounts and passkeys for Flask-Security, and keeps what it changes of them."""

    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__(SiteAccount, SiteRole, SitePasskey)
        self._database = database
        self._clock = clock

    def find_user(
        self,
        case_insensitive: bool = False,  # noqa: FBT001, FBT002 - the library's signature
        **criteria: Any,  # noqa: ANN401 - the library's signature
    ) -> SiteAccount | None:
        """Find an account by one attribute."""
        [(name, value)] = criteria.items()
        column = getattr(Account, name)
        where = func.lower(column) == str(value).lower() if case_insensitive else column == value
        with self._database.read() as session:
            account = session.scalar(select(Account).where(where))
            return None if account is None else _as_site_account(account, self._database)

    def find_webauthn(self, credential_id: bytes) -> SitePasskey | None:
        """Find a passkey by what its device calls it."""
        with self._database.read() as session:
            passkey = find_passkey(session, credential_id)
            return None if passkey is None else _as_site_passkey(passkey)

    def create_webauthn(  # noqa: PLR0913, PLR0917 - the library's signature
        self,
        user: UserMixin,
        credential_id: bytes,
        public_key: bytes,
        name: str,
        sign_count: int,
        usage: str,
        device_type: str,
        backup_state: bool,  # noqa: FBT001 - the library's signature
        transports: Sequence[str] | None = None,
        extensions: str | None = None,
        **_: Any,  # noqa: ANN401 - the library's signature
    ) -> None:
        """Keep a passkey just registered."""
        new = NewPasskey(
            credential_id=credential_id,
            public_key=public_key,
            name=name,
            usage=usage,
            sign_count=sign_count,
            transports=[str(getattr(one, "value", one)) for one in transports or ()],
            extensions=extensions or "",
            device_type=str(getattr(device_type, "value", device_type)),
            backup_state=backup_state,
        )
        with self._database.begin() as session:
            add_passkey(session, user.id, new, now=self._clock())

    def put(self, model: SiteAccount | SitePasskey) -> SiteAccount | SitePasskey:
        """Keep what the library changed of an account or of a passkey."""
        with self._database.begin() as session:
            if isinstance(model, SitePasskey):
                keep_passkey_use(
                    session,
                    model.id,
                    sign_count=model.sign_count,
                    backup_state=model.backup_state,
                    device_type=str(getattr(model.device_type, "value", model.device_type)),
                    now=self._clock(),
                )
            else:
                factors = Factors(
                    password=model.password,
                    tf_primary_method=model.tf_primary_method,
                    tf_totp_secret=model.tf_totp_secret,
                    mf_recovery_codes=model.mf_recovery_codes or (),
                    fs_webauthn_user_handle=model.fs_webauthn_user_handle or None,
                )
                keep_factors(session, model.id, factors, now=self._clock())
        return model

    def delete(self, model: SitePasskey) -> None:
        """Forget a passkey; the library deletes nothing else."""
        with self._database.begin() as session:
            remove_passkey(session, model.id, now=self._clock())

    def commit(self) -> None:
        """Do nothing: each change has its own transaction."""


def _as_site_account(account: Account, database: Database) -> SiteAccount:
    return SiteAccount(
        database=database,
        id=account.id,
        email=account.email,
        name=account.name,
        password=account.password,
        active=account.active,
        fs_uniquifier=account.fs_uniquifier,
        roles=[SiteRole(name=role.name) for role in account.roles],
        tf_primary_method=account.tf_primary_method,
        tf_totp_secret=account.tf_totp_secret,
        tf_counter=account.tf_counter,
        mf_recovery_codes=list(account.mf_recovery_codes or ()),
        fs_webauthn_user_handle=account.fs_webauthn_user_handle or "",
    )


def _as_site_passkey(passkey: Passkey) -> SitePasskey:
    return SitePasskey(
        id=passkey.id,
        user_id=passkey.account_id,
        name=passkey.name,
        credential_id=passkey.credential_id,
        public_key=passkey.public_key,
        sign_count=passkey.sign_count,
        transports=list(passkey.transports),
        extensions=passkey.extensions,
        device_type=passkey.device_type,
        backup_state=passkey.backup_state,
        usage=passkey.usage,
        create_datetime=passkey.create_datetime,
        lastuse_datetime=passkey.lastuse_datetime,
    )
