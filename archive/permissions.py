"""Who may do what: the one function that decides, asked by every route and command.

Roles build on each other: a reader reads what is published, an uploader also adds recordings
and looks after their own until they are published, a librarian looks after all of them and
the lists, an administrator also after accounts and settings. A token does no more than its
scopes say, and never more than its account. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from archive.errors import NotAllowedError, NotFoundError
from archive.models.recording import Publication

READER = "reader"
UPLOADER = "uploader"
LIBRARIAN = "librarian"
ADMINISTRATOR = "administrator"
ROLES = (READER, UPLOADER, LIBRARIAN, ADMINISTRATOR)
"""From least to most."""

_UPLOADERS = frozenset((UPLOADER, LIBRARIAN, ADMINISTRATOR))
_LIBRARIANS = frozenset((LIBRARIAN, ADMINISTRATOR))
_ADMINISTRATORS = frozenset((ADMINISTRATOR,))


class Action(StrEnum):
    """What someone wants to do."""

    # With a recording.
    READ = "read"
    """See, play and search a recording."""
    KNOW = "know of"
    """Be told that a recording is or was here: what a tombstone says."""
    READ_WHOLE = "see all of"
    """See what is hidden from readers: hidden cues, muted sound, what lies outside the range."""
    READ_HISTORY = "see the history of"
    EDIT = "edit"
    """Change what is said about a recording; try its processing again; hand it to review."""
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    """Take a recording back from readers."""
    DELETE = "delete"
    """Put a recording into the bin, or take it out again."""
    DELETE_FOR_GOOD = "delete for good"
    """Let what is in the bin go before its time."""
    # With the archive.
    DEPOSIT = "deposit"
    CURATE = "curate the archive"
    """See the lists of what waits for librarians; change many recordings at once."""
    KEEP_COLLECTIONS = "keep collections"
    KEEP_PEOPLE = "keep the list of people"
    KEEP_GLOSSARY = "keep the glossary"
    KEEP_THESAURUS = "keep the thesaurus"
    READ_UNANSWERED = "see which searches found nothing"
    MANAGE_ACCOUNTS = "manage accounts"
    CHANGE_SETTINGS = "change settings"
    READ_AUDIT = "read the audit log"
    # With one's own account.
    KEEP_ACCOUNT = "keep an account"
    """Change one's own password, ways to sign in and tokens: a person does, never a token."""


class Scope(StrEnum):
    """What a token may be used for; each includes what anyone may do."""

    READ = "read"
    """Read what its account may read."""
    DEPOSIT = "deposit"
    """Deposit, and see and change one's own recordings until they are published."""
    CURATE = "curate"
    """What librarians do, where its account is one."""
    ADMINISTER = "administer"
    """What administrators do, where its account is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who is asking."""

    account_id: int | None = None
    """None for a visitor, and for the operator at the command line."""
    name: str = ""
    roles: frozenset[str] = field(default_factory=frozenset)
    operator: bool = False
    """True for who runs a command on the server."""
    kept_out: bool = False
    """True for a visitor of an archive that is for accounts only."""
    scopes: frozenset[Scope] | None = None
    """What a token is for; None for a person, who may do all that their roles allow."""
    token_id: int | None = None
    """Which token asks; None for a person."""

    @property
    def signed_in(self) -> bool:
        """True for an account, whether by its session or by a token."""
        return self.account_id is not None


VISITOR = Actor()
OPERATOR = Actor(operator=True, name="operator")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What permission needs to know of a recording."""

    publication: Publication
    depositor_id: int | None
    recording_id: int | None = None
    """For the message only."""


_ASKED_OF_ROLE: Mapping[Action, frozenset[str]] = MappingProxyType(
    {
        Action.DEPOSIT: _UPLOADERS,
        Action.CURATE: _LIBRARIANS,
        Action.KEEP_COLLECTIONS: _LIBRARIANS,
        Action.KEEP_PEOPLE: _LIBRARIANS,
        Action.KEEP_GLOSSARY: _LIBRARIANS,
        Action.KEEP_THESAURUS: _LIBRARIANS,
        Action.READ_UNANSWERED: _LIBRARIANS,
        Action.DELETE_FOR_GOOD: _ADMINISTRATORS,
        Action.MANAGE_ACCOUNTS: _ADMINISTRATORS,
        Action.CHANGE_SETTINGS: _ADMINISTRATORS,
        Action.READ_AUDIT: _ADMINISTRATORS,
    }
)
"""Which roles do what concerns the archive as a whole."""
_SCOPES_OF: Mapping[Action, frozenset[Scope]] = MappingProxyType(
    {
        Action.READ: frozenset((Scope.READ, Scope.CURATE)),
        Action.KNOW: frozenset((Scope.READ, Scope.CURATE)),
        Action.DEPOSIT: frozenset((Scope.DEPOSIT,)),
        Action.DELETE_FOR_GOOD: frozenset((Scope.ADMINISTER,)),
        Action.MANAGE_ACCOUNTS: frozenset((Scope.ADMINISTER,)),
        Action.CHANGE_SETTINGS: frozenset((Scope.ADMINISTER,)),
        Action.READ_AUDIT: frozenset((Scope.ADMINISTER,)),
    }
)
"""What a token needs for an action, any of them; what is not here needs `Scope.CURATE`."""
_CURATE = frozenset((Scope.CURATE,))
_OWN_BY_DEPOSITING = frozenset(
    (Action.READ, Action.KNOW, Action.READ_WHOLE, Action.READ_HISTORY, Action.EDIT, Action.WITHDRAW)
)
"""What an uploader does with their own recordings; a token for it needs `Scope.DEPOSIT`."""
_SHOWN = frozenset((Publication.PUBLISHED, Publication.WITHDRAWN))
_WITH_BINNED = frozenset((Action.READ, Action.KNOW, Action.READ_HISTORY, Action.DELETE))
"""What can be done with a recording in the bin: it is restored before it is changed."""
_OWNED = frozenset(Publication) - {Publication.BINNED, Publication.GONE}
_UNFINISHED = frozenset((Publication.DRAFT, Publication.REVIEW))


def may(actor: Actor, action: Action, subject: Subject | None = None) -> bool:
    """Tell whether someone may do something (with a recording, where it concerns one)."""
    if actor.operator or _anyone_may(actor, action, subject):
        return True
    return (
        actor.signed_in and _in_scope(actor, action, subject) and _role_may(actor, action, subject)
    )


def require(actor: Actor, action: Action, subject: Subject | None = None) -> None:
    """Refuse what is not permitted.

    Raises:
        NotFoundError: the actor may not even know of the recording; a refusal would tell that
            its number is taken.
        NotAllowedError: says what an account is needed for.
    """
    if may(actor, action, subject):
        return
    if subject is not None and not may(actor, Action.KNOW, subject):
        raise no_recording(subject.recording_id)
    what = action if subject is None and " " in action else f"{action} this"
    if actor.scopes is not None and _role_may(actor, action, subject):
        raise NotAllowedError(f"This token is not for that: it may not {what}.")
    raise NotAllowedError(f"Sign in with an account that may {what}.")


def no_recording(recording_id: int | None) -> NotFoundError:
    """Make the error for a recording that is not there, or not for who asks: in the same words."""
    which = "such recording" if recording_id is None else f"recording {recording_id}"
    return NotFoundError(f"There is no {which}, or it is not published.")


def reads_everything(actor: Actor) -> bool:
    """Tell whether someone reads every recording, whatever its publication.

    For lists, counts and searches, which cannot ask `may` of each recording; who does not
    reads what is published and what is their own (`reads_own`).
    """
    subject = Subject(publication=Publication.DRAFT, depositor_id=None)
    return may(actor, Action.READ, subject)


def reads_published(actor: Actor) -> bool:
    """Tell whether someone reads what is published: all but visitors who are kept out."""
    return may(actor, Action.READ, Subject(publication=Publication.PUBLISHED, depositor_id=None))


def reads_own(actor: Actor) -> int | None:
    """Return the account whose own recordings someone reads before they are published."""
    subject = Subject(publication=Publication.DRAFT, depositor_id=actor.account_id)
    return actor.account_id if may(actor, Action.READ, subject) else None


def _anyone_may(actor: Actor, action: Action, subject: Subject | None) -> bool:
    """Tell whether it takes no account."""
    if subject is None or actor.kept_out:
        return False
    if action is Action.READ:
        return subject.publication is Publication.PUBLISHED
    return action is Action.KNOW and subject.publication in _SHOWN


def _in_scope(actor: Actor, action: Action, subject: Subject | None) -> bool:
    """Tell whether a token is for that; a person is not bound by scopes."""
    if actor.scopes is None:
        return True
    if action is Action.KEEP_ACCOUNT:
        return False
    if not actor.scopes.isdisjoint(_SCOPES_OF.get(action, _CURATE)):
        return True
    own = subject is not None and subject.depositor_id == actor.account_id
    return own and action in _OWN_BY_DEPOSITING and Scope.DEPOSIT in actor.scopes


def _role_may(actor: Actor, action: Action, subject: Subject | None) -> bool:
    """Tell whether the roles of an account allow it."""
    if action is Action.KEEP_ACCOUNT:
        return True
    if action in _ASKED_OF_ROLE:
        return not actor.roles.isdisjoint(_ASKED_OF_ROLE[action])
    if subject is None or subject.publication is Publication.GONE:
        return False
    if not actor.roles.isdisjoint(_LIBRARIANS):
        return subject.publication is not Publication.BINNED or action in _WITH_BINNED
    return _owner_may(actor, action, subject)


def _owner_may(actor: Actor, action: Action, subject: Subject) -> bool:
    """Tell whether it is someone's own recording, and what they may do with it."""
    if subject.depositor_id != actor.account_id or subject.publication not in _OWNED:
        return False
    if action in (Action.READ, Action.KNOW):
        return True
    if action is Action.EDIT and subject.publication not in _UNFINISHED:
        return False
    return UPLOADER in actor.roles and action in _OWN_BY_DEPOSITING
