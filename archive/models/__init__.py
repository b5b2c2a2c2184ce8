"""The tables: one module a noun. Use cases read and write them; nothing else does."""

from archive.models.account import (
    Account,
    AccountRole,
    OneTimeLink,
    Passkey,
    SignInBrake,
    account_roles,
)
from archive.models.audit import AuditEntry
from archive.models.base import Base, UtcDateTime
from archive.models.chapter import Chapter
from archive.models.collection import Collection, RecordingCollection
from archive.models.cut import Cut, Decision, PrivacyDecision
from archive.models.deck import Deck, DeckPage, DeckState
from archive.models.editing import SegmentHistory, TranscriptVersion
from archive.models.glossary import GlossaryTerm, OfferedTerm
from archive.models.person import Person, PersonName, PersonRole, RecordingPerson
from archive.models.reading import TranscriptReadings
from archive.models.recording import Publication, Recording, RecordingFile, Role, Status
from archive.models.reference import IdentifierKind, RecordingIdentifier, RecordingLink
from archive.models.replacement import Replacement
from archive.models.slide import Slide, SlideSource
from archive.models.speaker import Speaker, SpeakerTurns
from archive.models.stage import StageRun, StageState
from archive.models.stored_file import StoredFile
from archive.models.subject import RecordingSubject
from archive.models.thesaurus import (
    OfferedLabel,
    ThesaurusConcept,
    ThesaurusLabel,
    ThesaurusState,
)
from archive.models.token import ApiToken
from archive.models.transcript import Transcript, TranscriptKind, TranscriptSegment
from archive.models.unanswered import SearchedOnce, UnansweredQuery
from archive.models.upload import OutgoingMail, Upload, UploadState
from archive.models.worker import Worker

__all__ = [
    "Account",
    "AccountRole",
    "ApiToken",
    "AuditEntry",
    "Base",
    "Chapter",
    "Collection",
    "Cut",
    "Decision",
    "Deck",
    "DeckPage",
    "DeckState",
    "GlossaryTerm",
    "IdentifierKind",
    "OfferedLabel",
    "OfferedTerm",
    "OneTimeLink",
    "OutgoingMail",
    "Passkey",
    "Person",
    "PersonName",
    "PersonRole",
    "PrivacyDecision",
    "Publication",
    "Recording",
    "RecordingCollection",
    "RecordingFile",
    "RecordingIdentifier",
    "RecordingLink",
    "RecordingPerson",
    "RecordingSubject",
    "Replacement",
    "Role",
    "SearchedOnce",
    "SegmentHistory",
    "SignInBrake",
    "Slide",
    "SlideSource",
    "Speaker",
    "SpeakerTurns",
    "StageRun",
    "StageState",
    "Status",
    "StoredFile",
    "ThesaurusConcept",
    "ThesaurusLabel",
    "ThesaurusState",
    "Transcript",
    "TranscriptKind",
    "TranscriptReadings",
    "TranscriptSegment",
    "TranscriptVersion",
    "UnansweredQuery",
    "Upload",
    "UploadState",
    "UtcDateTime",
    "Worker",
    "account_roles",
]
