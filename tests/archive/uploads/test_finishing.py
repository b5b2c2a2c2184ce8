"""What becomes of whole uploads, however often and wherever it is interrupted."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from archive.accounts import create_account
from archive.database import Database
from archive.deposits import Description, deposit
from archive.errors import DiskFullError, InvalidInputError, NotMediaError, QuotaError
from archive.jobs import Jobs
from archive.models import (
    AuditEntry,
    Publication,
    Recording,
    RecordingFile,
    Role,
    Upload,
    UploadState,
)
from archive.permissions import LIBRARIAN, OPERATOR, UPLOADER, Actor
from archive.settings import Settings
from archive.storage import RESERVE_BYTES, Storage
from archive.uploads import (
    Finisher,
    NewUpload,
    PartialFiles,
    begin_upload,
    discard_upload,
    list_uploads,
    sweep_uploads,
)
from tests.conftest import FakeClock
from tests.web.sending import MP4


class Desk:
    """Uploads of two accounts, without a site."""

    def __init__(
        self, settings: Settings, database: Database, storage: Storage, jobs: Jobs, clock: FakeClock
    ) -> None:
        self.settings, self.database, self.storage = settings, database, storage
        self.jobs, self.clock = jobs, clock
        self.files = PartialFiles(settings.uploads_dir)
        self.finisher = Finisher(
            database=database, storage=storage, jobs=jobs, files=self.files, clock=clock
        )
        self.uma = self._actor("uma@example.org", UPLOADER)
        self.lina = self._actor("lina@example.org", LIBRARIAN)

    def _actor(self, email: str, role: str) -> Actor:
        with self.database.begin() as session:
            account_id = create_account(
                session, email=email, name="", role=role, actor=OPERATOR, now=self.clock()
            )
        return Actor(account_id=account_id, name=email, roles=frozenset((role,)))

    def begin(self, actor: Actor | None = None, length: int = len(MP4), **new: object) -> str:
        with self.database.begin() as session:
            return begin_upload(
                session,
                self.files,
                self.storage,
                self.settings,
                new=NewUpload(length_bytes=length, name="session.mp4", **new),  # type: ignore[arg-type]
                actor=actor or self.uma,
                now=self.clock(),
            ).id

    def fill(self, upload_id: str, content: bytes = MP4) -> None:
        with self.files.hold(upload_id) as partial:
            partial.write(content)

    def upload(self, upload_id: str) -> Upload:
        with self.database.read() as session:
            return session.get_one(Upload, upload_id)

    def recordings(self) -> list[Recording]:
        with self.database.read() as session:
            return list(session.scalars(select(Recording).order_by(Recording.id)))


@pytest.fixture
def desk(
    settings: Settings, database: Database, storage: Storage, jobs: Jobs, clock: FakeClock
) -> Desk:
    return Desk(settings, database, storage, jobs, clock)


def test_a_whole_upload_becomes_a_recording_once(desk: Desk) -> None:
    upload_id = desk.begin()
    desk.fill(upload_id)

    assert desk.finisher.unfinished() == (upload_id,)
    assert desk.finisher.go_on(upload_id)
    assert not desk.finisher.go_on(upload_id)

    [recording] = desk.recordings()
    upload = desk.upload(upload_id)
    assert (upload.state, upload.recording_id) == (UploadState.FINISHED, recording.id)
    assert upload.sha256 == hashlib.sha256(MP4).hexdigest()
    assert desk.storage.path(upload.sha256).read_bytes() == MP4
    assert not desk.files.exists(upload_id)
    with desk.database.read() as session:
        assert session.scalars(select(AuditEntry.action)).all()[-1] == "uploaded"


def test_a_kill_after_the_bytes_were_put_away_loses_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload_id = desk.begin()
    desk.fill(upload_id)

    def die(*_args: object, **_options: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(desk.finisher, "_deposit", die)
        with pytest.raises(KeyboardInterrupt):
            desk.finisher.go_on(upload_id)
    assert not desk.files.exists(upload_id)
    assert desk.finisher.unfinished() == (upload_id,)
    assert desk.finisher.go_on(upload_id)

    assert len(desk.recordings()) == 1


def test_bytes_that_are_here_lead_to_their_recording_and_publish_nothing_of_others(
    desk: Desk,
) -> None:
    first = desk.begin(desk.lina)
    desk.fill(first)
    desk.finisher.go_on(first)
    second = desk.begin(desk.uma, draft={"publish": "yes", "title": "Mine"})
    desk.fill(second)
    desk.finisher.go_on(second)

    [recording] = desk.recordings()
    assert desk.upload(second).existing
    assert desk.upload(second).recording_id == recording.id
    assert (recording.publication, recording.title) == (Publication.DRAFT, "session")


@pytest.mark.parametrize(
    ("role", "publication"),
    [(UPLOADER, Publication.DRAFT), (LIBRARIAN, Publication.PUBLISHED)],
)
def test_publishing_at_once_is_for_who_may_publish(
    desk: Desk, role: str, publication: Publication
) -> None:
    upload_id = desk.begin(desk.uma if role == UPLOADER else desk.lina, draft={"publish": "yes"})
    desk.fill(upload_id)
    desk.finisher.go_on(upload_id)

    assert desk.recordings()[0].publication is publication


def test_a_field_half_typed_does_not_cost_the_upload(desk: Desk) -> None:
    upload_id = desk.begin(draft={"title": "Ward rounds", "recorded_on": "2024-1"})
    desk.fill(upload_id)
    desk.finisher.go_on(upload_id)

    [recording] = desk.recordings()
    assert (recording.title, recording.recorded_on) == ("Ward rounds", None)


def test_what_is_no_recording_is_refused_with_why_and_its_bytes_go(desk: Desk) -> None:
    content = b"%PDF-1.7 " + bytes(9000)
    upload_id = desk.begin(length=len(content))
    desk.fill(upload_id, content)

    with desk.files.hold(upload_id) as partial, pytest.raises(NotMediaError):
        desk.finisher.finish(upload_id, partial)

    assert desk.upload(upload_id).state is UploadState.REFUSED
    assert "PDF" in (desk.upload(upload_id).problem or "")
    assert not desk.files.exists(upload_id)


def test_a_file_takes_the_place_of_anothers_and_the_old_one_is_kept_beside(desk: Desk) -> None:
    first = desk.begin()
    desk.fill(first)
    desk.finisher.go_on(first)
    [recording] = desk.recordings()

    second = desk.begin(length=len(MP4) + 1, replaces_id=recording.id)
    desk.fill(second, MP4 + b"x")
    desk.finisher.go_on(second)

    [after] = desk.recordings()
    assert (after.id, after.attempt) == (recording.id, 2)
    with desk.database.read() as session:
        roles = session.scalars(select(RecordingFile.role).order_by(RecordingFile.id)).all()
    assert sorted(roles) == [Role.MASTER, Role.REPLACED]


def test_the_same_file_again_replaces_nothing_and_says_so(desk: Desk) -> None:
    first = desk.begin()
    desk.fill(first)
    desk.finisher.go_on(first)
    second = desk.begin(replaces_id=desk.recordings()[0].id)
    desk.fill(second)
    desk.finisher.go_on(second)

    assert desk.upload(second).state is UploadState.REFUSED
    assert "has already" in (desk.upload(second).problem or "")
    assert desk.recordings()[0].attempt == 1


def test_an_account_holds_no_more_than_its_quota_librarians_as_much_as_they_need(
    desk: Desk,
) -> None:
    desk.settings = replace(desk.settings, upload_quota_bytes=len(MP4) * 2)
    done = desk.begin()
    desk.fill(done)
    desk.finisher.go_on(done)
    desk.begin(length=len(MP4) - 1)

    with pytest.raises(QuotaError, match="your account may hold"):
        desk.begin(length=2)
    assert desk.begin(desk.lina, length=len(MP4) * 3)


def test_disk_that_was_promised_is_not_promised_twice(desk: Desk) -> None:
    desk.storage = Storage(desk.settings.files_dir, free_bytes=lambda _path: RESERVE_BYTES + 10_000)
    first = desk.begin(length=6_000)

    with pytest.raises(DiskFullError, match=r"4 kB are free and 6 kB promised"):
        desk.begin(desk.lina, length=5_000)
    with desk.database.begin() as session:
        discard_upload(session, desk.files, first, actor=desk.uma)
    assert desk.begin(desk.lina, length=5_000)


def test_an_empty_file_is_refused_before_anything_else(desk: Desk) -> None:
    with pytest.raises(InvalidInputError, match="empty"):
        desk.begin(length=0)


def test_a_creation_whose_answer_was_lost_is_given_again(desk: Desk) -> None:
    first = desk.begin(fingerprint="session.mp4-1-2")
    again = desk.begin(fingerprint="session.mp4-1-2")
    desk.fill(first, b"begun")
    other = desk.begin(fingerprint="session.mp4-1-2")

    assert first == again
    assert other != first


def test_expired_uploads_go_with_their_bytes_whole_ones_stay_to_be_finished(
    desk: Desk, clock: FakeClock
) -> None:
    begun = desk.begin()
    desk.fill(begun, MP4[:100])
    whole = desk.begin(length=len(MP4), fingerprint="other")
    desk.fill(whole)
    clock.forward(days=8)

    with desk.database.begin() as session:
        assert sweep_uploads(session, desk.files, now=clock()) == 1
        assert list_uploads(session, desk.files, actor=desk.uma, now=clock()) == ()
        assert session.scalar(select(func.count(Upload.id))) == 1
    assert not desk.files.exists(begun)
    assert desk.finisher.go_on(whole)


def test_what_became_of_an_upload_is_told_for_some_days(desk: Desk, clock: FakeClock) -> None:
    upload_id = desk.begin()
    desk.fill(upload_id)
    desk.finisher.go_on(upload_id)

    assert desk.upload(upload_id).expires_at - clock() == timedelta(days=3)


def test_bytes_already_deposited_by_the_operator_are_found(desk: Desk) -> None:
    blob = desk.storage.keep_bytes(MP4)
    with desk.database.begin() as session:
        deposited = deposit(
            session,
            desk.jobs,
            blob=blob,
            file_name="a.mp4",
            description=Description(title="First"),
            depositor_id=None,
            publish=True,
            now=desk.clock(),
        )
    upload_id = desk.begin()
    desk.fill(upload_id)
    desk.finisher.go_on(upload_id)

    assert desk.upload(upload_id).recording_id == deposited.recording_id
