"""Brakes on guessing: what failed sign-ins cost an account, a device or an address.

Each key has a bucket of tries that fills again with time; the bucket is one row of the
database, so that all processes of the site share it. A try is taken before the password is
looked at, and given back when it was right: a hundred guesses at once count as a hundred.

A device on which someone was signed in before has a bucket of its own. So strangers who
guess at an account can slow down a new device of its owner, but never lock out the others.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from archive.errors import TooManyTriesError
from archive.models import SignInBrake


class BrakeKind(StrEnum):
    """What is braked."""

    ACCOUNT = "account"
    """Passwords for one account, from devices it is not known on."""
    DEVICE = "device"
    """Passwords for one account, from one device it is known on."""
    ADDRESS = "address"
    """Passwords and codes from one network address, which many people may share."""
    CODE = "code"
    """Second factors of one account: who gets here knows the password."""


_TRIES = {
    BrakeKind.ACCOUNT: (10, timedelta(minutes=5)),
    BrakeKind.DEVICE: (10, timedelta(minutes=1)),
    BrakeKind.ADDRESS: (50, timedelta(seconds=20)),
    BrakeKind.CODE: (5, timedelta(minutes=5)),
}
"""How many tries in a row, and how long each takes to come back.

A code has six digits, and three are right at a time: 293 guesses a day are one chance in 1,100,
for someone who has the password already.
"""
_IPV6_NETWORK = ((1 << 64) - 1) << 64
"""The bits of an IPv6 address that name its network."""


@dataclass(frozen=True, slots=True)
class BrakeKey:
    """Whose bucket."""

    kind: BrakeKind
    value: str
    """An address typed, an account's number, a network address …"""

    @property
    def sha256(self) -> str:
        """As it is kept."""
        text = f"{self.kind}:{self.value.strip().casefold()}"
        return hashlib.sha256(text.encode()).hexdigest()


def address_key(address: str) -> BrakeKey:
    """Return whose bucket tries from a network address take from.

    Of IPv6 it is the network's, the first 64 bits: one subscriber has all the addresses in it
    (RFC 6177), and would have a bucket for each.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return BrakeKey(BrakeKind.ADDRESS, address)
    if isinstance(found, IPv6Address):
        network = ip_network((int(found) & _IPV6_NETWORK, 64))
        return BrakeKey(BrakeKind.ADDRESS, str(found.ipv4_mapped or network))
    return BrakeKey(BrakeKind.ADDRESS, str(found))


def take_try(session: Session, keys: Iterable[BrakeKey], *, now: datetime) -> None:
    """Take one try from each bucket, or none.

    Args:
        session: In a transaction of its own, which an error must roll back.
        keys: Of one try, at most one of a kind.
        now: The present.

    Raises:
        TooManyTriesError: a bucket is empty; says how long to wait.
    """
    waits = [_take(session, key, now) for key in sorted(keys, key=lambda key: key.sha256)]
    longest = max(waits, default=timedelta(0))
    if longest > timedelta(0):
        wait_s = int(longest.total_seconds()) + 1
        raise TooManyTriesError(
            f"There were too many failed tries to sign in. Wait {_tell(wait_s)}, then try again. "
            "Those signed in stay so; a passkey, or a device on which you were signed in "
            "before, may work now.",
            wait_s=wait_s,
        )
    session.execute(delete(SignInBrake).where(SignInBrake.free_at < now))


def give_back(session: Session, keys: Iterable[BrakeKey], *, now: datetime) -> None:
    """Give a try back that succeeded: all of an account's or device's, one of an address's."""
    for key in keys:
        row = session.get(SignInBrake, key.sha256, with_for_update=True)
        if row is None:
            continue
        row.free_at -= _TRIES[key.kind][1]
        if key.kind is not BrakeKind.ADDRESS or row.free_at <= now:
            session.delete(row)


def _take(session: Session, key: BrakeKey, now: datetime) -> timedelta:
    """Take one try; return how long to wait where there is none."""
    tries, every = _TRIES[key.kind]
    # An update first: it locks the row on PostgreSQL, and the database on SQLite.
    locked = update(SignInBrake).where(SignInBrake.key_sha256 == key.sha256)
    if not session.execute(locked.values(key_sha256=key.sha256)).rowcount:  # type: ignore[attr-defined]
        try:
            with session.begin_nested():
                session.add(SignInBrake(key_sha256=key.sha256, free_at=now))
        except IntegrityError:  # another process was first
            session.execute(locked.values(key_sha256=key.sha256))
    free_at = session.scalars(
        select(SignInBrake.free_at).where(SignInBrake.key_sha256 == key.sha256)
    ).one()
    free_at = max(free_at, now)
    wait = free_at - now - (tries - 1) * every
    if wait <= timedelta(0):
        session.execute(locked.values(free_at=free_at + every))
    return wait


def _tell(seconds: int) -> str:
    if seconds < 90:  # noqa: PLR2004 - a minute and a half reads better in seconds
        return f"{seconds} seconds"
    return f"{-(-seconds // 60)} minutes"
