"""What there is to ask for: recordings with everything in them, and one of each other thing.

The cast's, whose accounts and visits are in tests/web/cast.py.
"""

import json
from collections.abc import Mapping
from itertools import count

from sqlalchemy import select

from archive.account_links import invite, make_password_link
from archive.database import Database
from archive.index import SlideText
from archive.models import (
    Account,
    Chapter,
    Collection,
    Cut,
    Deck,
    DeckPage,
    DeckState,
    GlossaryTerm,
    OneTimeLink,
    Person,
    Publication,
    Recording,
    Replacement,
    Role,
    StoredFile,
    ThesaurusConcept,
    ThesaurusLabel,
    Transcript,
    TranscriptKind,
    TranscriptSegment,
    UnansweredQuery,
    Upload,
    UploadState,
)
from archive.permissions import OPERATOR, READER
from archive.privacy.media_cuts import MediaCuts, write_made_with
from tests.conftest import FakeClock
from tests.web.factories import MADE_AT, Archivist, speak

SECRET = "Zanzibarinol"
"""Stands in every recording that is not published, in each of its texts and names."""

_numbers = count(1)


def make_recording(archivist: Archivist, account_id: int, publication: Publication) -> int:
    """Make one that is whole: with pictures, slides, a deck, captions and a translation."""
    number = next(_numbers)
    public = publication is Publication.PUBLISHED
    word = "Openbarinol" if public else SECRET
    recording_id = archivist.recording(
        speak(f"The dose of {word} for the ward number {number} is small", start_ms=1_000),
        title=f"{word} on ward {number}",
        description=f"About {word}",
        collection="Open rounds" if public else f"{word} rounds",
        speakers=(f"Dr {word} {number}",),
        subjects=(f"{word} use",),
        publish=public,
        media=_mp4(number),
        file_name=f"{word}-{number}.mp4",
        stills_ms=(5_000,),
        slides=(SlideText(start_ms=0, end_ms=9_000, text=f"{word} slide"),),
        translation=(speak(f"The {word} translated", start_ms=1_000),),
    )
    archivist.translate(recording_id, speak(f"The {word} translated", start_ms=1_000))
    for role, media_type, at_ms in (
        (Role.POSTER, "image/jpeg", None),
        (Role.SLIDE, "image/jpeg", 0),
        (Role.SLIDE_SMALL, "image/webp", 0),
        (Role.VTT, "text/vtt", None),
        (Role.SRT, "application/x-subrip", None),
        (Role.TRANSLATION_VTT, "text/vtt", None),
        (Role.TRANSLATION_SRT, "application/x-subrip", None),
    ):
        content = f"WEBVTT {role} {word} {number}".encode()
        archivist.file(recording_id, role, content, media_type, at_ms=at_ms)
    archivist.file(recording_id, Role.MUTED, _mp4(number) + b" without words", "video/mp4")
    _add_deck(archivist, recording_id, f"{word} deck")
    with archivist.database.begin() as session:
        recording = session.get_one(Recording, recording_id)
        recording.depositor_id, recording.publication = account_id, publication
        [master] = [one.file.sha256 for one in recording.files if one.role is Role.MASTER]
        recording.muted_with = write_made_with(MediaCuts(wordless=True), master)
        if publication in (Publication.PUBLISHED, Publication.WITHDRAWN):
            recording.published_at = recording.first_published_at = MADE_AT
        if publication is Publication.WITHDRAWN:
            recording.withdrawn_at = MADE_AT
        if publication is Publication.BINNED:
            recording.deleted_at, recording.publication_before = MADE_AT, Publication.DRAFT
    return recording_id


def _add_deck(archivist: Archivist, recording_id: int, name: str) -> None:
    picture = archivist.storage.keep_bytes(b"\xff\xd8\xff a page of " + name.encode())
    with archivist.database.begin() as session:
        stored = session.scalar(select(StoredFile).where(StoredFile.sha256 == picture.sha256))
        if stored is None:
            stored = StoredFile(
                sha256=picture.sha256, size_bytes=picture.size_bytes, created_at=MADE_AT
            )
            session.add(stored)
            session.flush()
        deck = Deck(
            recording_id=recording_id,
            file_id=stored.id,
            name=f"{name}.pdf",
            state=DeckState.READY,
            created_at=MADE_AT,
        )
        session.add(deck)
        session.flush()
        session.add(
            DeckPage(
                deck_id=deck.id,
                number=1,
                text=name,
                lines=[],
                picture_id=stored.id,
                small_id=stored.id,
            )
        )


def name_parts(database: Database) -> dict[int, dict[str, object]]:
    """Give each recording a chapter and a cut, and say what they and a segment are called."""
    found: dict[int, dict[str, object]] = {}
    with database.begin() as session:
        for recording_id, uid in session.execute(
            select(Transcript.recording_id, TranscriptSegment.uid)
            .join(TranscriptSegment, TranscriptSegment.transcript_id == Transcript.id)
            .where(Transcript.kind == TranscriptKind.SPEECH)
        ).all():
            chapter = Chapter(recording_id=recording_id, start_ms=0, title=f"{SECRET} chapter")
            cut = Cut(
                recording_id=recording_id,
                start_ms=100_000,
                end_ms=101_000,
                hides_words=True,
                mutes_sound=False,
                created_at=MADE_AT,
            )
            session.add_all((chapter, cut))
            session.flush()
            found[recording_id] = {"uid": uid, "chapter_id": chapter.id, "cut_id": cut.id}
    return found


def make_upload(database: Database, account_id: int, name: str) -> str:
    """Make one that was refused."""
    upload_id = f"upload-of-{name}"
    with database.begin() as session:
        session.add(
            Upload(
                id=upload_id,
                owner_id=account_id,
                length_bytes=100,
                name="late.mp4",
                state=UploadState.REFUSED,
                problem="It is no recording.",
                created_at=MADE_AT,
                updated_at=MADE_AT,
                expires_at=MADE_AT.replace(year=2030),
            )
        )
    return upload_id


def make_things(
    archivist: Archivist, recordings: Mapping[tuple[str, Publication], int], clock: FakeClock
) -> dict[str, object]:
    """Make one of each thing that routes name, and say what they are called."""
    with archivist.database.begin() as session:
        account = session.scalars(select(Account).where(Account.name == "stranger")).one()
        setup = make_password_link(session, account.id, actor=OPERATOR, now=clock())
        invite(session, role=READER, email=None, actor=OPERATOR, now=clock())
        session.flush()
        invitation = session.scalars(
            select(OneTimeLink.id).where(OneTimeLink.role.is_not(None))
        ).one()
        term = GlossaryTerm(
            term="artesunate",
            folded="artesunate",
            language="en",
            created_at=MADE_AT,
            updated_at=MADE_AT,
        )
        concept = ThesaurusConcept(id="fever")
        session.add_all((term, concept))
        session.flush()
        label = ThesaurusLabel(
            concept_id="fever",
            language="en",
            term="fever",
            folded="fever",
            created_at=MADE_AT,
            updated_at=MADE_AT,
        )
        query = UnansweredQuery(folded="q", query="q", searched=1, left=0, last_on=MADE_AT.date())
        replacement = Replacement(
            found="a",
            put="b",
            change_group="g",
            places=1,
            recordings=1,
            made_at=MADE_AT,
            undone_at=MADE_AT,
        )
        session.add_all((label, query, replacement))
        session.flush()
        collection = session.scalars(
            select(Collection).where(Collection.title == "Open rounds")
        ).one()
        collection.slug = collection.slug or "open-rounds"
        collection.cover_recording_id = recordings["stranger", Publication.PUBLISHED]
        collection.cover_at_ms = 5_000
        person = session.scalars(select(Person).order_by(Person.id)).first()
        if person is None:
            person = Person(name="P", folded="p", created_at=MADE_AT, updated_at=MADE_AT)
            session.add(person)
            session.flush()
        return {
            "account_id": account.id,
            "link_id": invitation,
            "token": setup,
            "token_id": 9_999,
            "at_ms": 5_000,
            "start_ms": 0,
            "number": 1,
            "filename": "site.css",
            "term_id": term.id,
            "label_id": label.id,
            "concept_id": "fever",
            "query_id": query.id,
            "replacement_id": replacement.id,
            "collection_id": collection.id,
            "address": collection.slug,
            "person_id": person.id,
        }


def _mp4(number: int) -> bytes:
    return b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + json.dumps(number).encode() * 40
