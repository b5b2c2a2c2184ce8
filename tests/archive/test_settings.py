import stat
from pathlib import Path

import pytest

from archive.errors import ConfigurationError
from archive.settings import Settings


def test_defaults_are_one_machine(tmp_path: Path) -> None:
    settings = Settings.from_env({"ARCHIVE_DATA_DIR": str(tmp_path)})

    assert settings.database_url == f"sqlite:///{tmp_path}/archive.db"
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.whisper_model == "base"


def test_the_secret_key_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    first = Settings.from_env({"ARCHIVE_DATA_DIR": str(tmp_path)}).secret_key
    second = Settings.from_env({"ARCHIVE_DATA_DIR": str(tmp_path)}).secret_key

    assert first == second
    assert len(first) >= 48
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_two_archives_have_different_keys(tmp_path: Path) -> None:
    one = Settings.from_env({"ARCHIVE_DATA_DIR": str(tmp_path / "one")})
    two = Settings.from_env({"ARCHIVE_DATA_DIR": str(tmp_path / "two")})

    assert one.secret_key != two.secret_key


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from a file\n")

    settings = Settings.from_env(
        {"ARCHIVE_DATA_DIR": str(tmp_path), "ARCHIVE_SECRET_KEY_FILE": str(tmp_path / "key")}
    )

    assert settings.secret_key == "from a file"


@pytest.mark.parametrize(
    ("text", "size_bytes"),
    [("2000000", 2_000_000), ("4G", 4 * 1024**3), ("500 M", 500 * 1024**2), ("1KiB", 1024)],
)
def test_sizes_are_read_in_bytes_or_with_a_unit(tmp_path: Path, text: str, size_bytes: int) -> None:
    settings = Settings.from_env(
        {"ARCHIVE_DATA_DIR": str(tmp_path), "ARCHIVE_MAX_UPLOAD_BYTES": text}
    )

    assert settings.max_upload_bytes == size_bytes


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("ARCHIVE_MAX_UPLOAD_BYTES", "lots"),
        ("ARCHIVE_MAX_UPLOAD_BYTES", "-1"),
        ("ARCHIVE_LOG_LEVEL", "chatty"),
        ("ARCHIVE_BASE_URL", "archive.example.org"),
        ("ARCHIVE_SECRET_KEY_FILE", "/nowhere/at/all"),
        ("ARCHIVE_CPU_THREADS", "many"),
        ("ARCHIVE_WORKERS", "0"),
        ("ARCHIVE_WORKERS", "two"),
        ("ARCHIVE_WORKER_ID", "../worker-1"),
    ],
)
def test_a_value_that_cannot_be_read_stops_the_start_with_its_name(
    tmp_path: Path, name: str, value: str
) -> None:
    with pytest.raises(ConfigurationError, match=name):
        Settings.from_env({"ARCHIVE_DATA_DIR": str(tmp_path), name: value})


def test_a_data_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(ConfigurationError, match="ARCHIVE_DATA_DIR"):
        Settings.from_env({"ARCHIVE_DATA_DIR": str(tmp_path / "file" / "data")})
