import hashlib
import multiprocessing
from pathlib import Path

import pytest

from archive.errors import ModelMissingError
from worker.speech.model import check_model, find_model, load_model

BASE_SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@pytest.mark.parametrize("name", [None, "", "base"])
def test_base_is_put_together_from_its_packages(tmp_path: Path, name: str | None) -> None:
    path = find_model(name, tmp_path / "models")

    assert path == tmp_path / "models" / "base"
    assert sha256_of(path / "model.bin") == BASE_SHA256
    assert [entry.name for entry in path.parent.iterdir()] == ["base"]  # nothing left aside


def test_base_is_made_once(tmp_path: Path) -> None:
    made = (find_model("base", tmp_path) / "model.bin").stat()

    again = (find_model("base", tmp_path) / "model.bin").stat()

    assert (again.st_ino, again.st_mtime_ns) == (made.st_ino, made.st_mtime_ns)


def test_base_cut_short_is_made_again(tmp_path: Path) -> None:
    weights = find_model("base", tmp_path) / "model.bin"
    weights.write_bytes(weights.read_bytes()[:5_000_000])

    find_model("base", tmp_path)

    assert sha256_of(weights) == BASE_SHA256


def test_two_processes_may_make_base_at_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    with context.Pool(2) as pool:
        paths = pool.starmap(find_model, [("base", tmp_path)] * 4, chunksize=1)

    assert set(paths) == {tmp_path / "base"}
    assert sha256_of(tmp_path / "base" / "model.bin") == BASE_SHA256
    assert [entry.name for entry in tmp_path.iterdir()] == ["base"]


def test_a_directory_is_taken_as_it_is(tmp_path: Path) -> None:
    base = find_model("base", tmp_path)

    assert find_model(str(base), tmp_path / "elsewhere") == base


def test_tiny_english_comes_from_its_package(tmp_path: Path) -> None:
    path = find_model("tiny.en", tmp_path)

    assert (path / "model.bin").is_file()
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_is_no_size_is_refused_with_the_sizes(tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError, match=r"'hughe'.*large-v3"):
        find_model("hughe", tmp_path)


def test_a_directory_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError, match="no such directory"):
        find_model(str(tmp_path / "gone"), tmp_path)


def test_a_size_that_cannot_be_fetched_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)

    with pytest.raises(ModelMissingError, match="needs no network"):
        find_model("small", tmp_path)


@pytest.mark.parametrize(
    ("missing", "message"),
    [
        ("model.bin", "no model.bin"),
        ("config.json", "no config.json"),
        ("tokenizer.json", "no tokenizer.json"),
    ],
)
def test_a_directory_without_a_file_is_no_model(tmp_path: Path, missing: str, message: str) -> None:
    path = find_model("base", tmp_path)
    (path / missing).unlink()

    with pytest.raises(ModelMissingError, match=message):
        check_model(path)


def test_weights_that_cannot_be_read_are_said_to_be_damaged(tmp_path: Path) -> None:
    path = find_model("base", tmp_path)
    (path / "model.bin").write_bytes(b"\0" * 2_000_000)
    check_model(path)

    with pytest.raises(ModelMissingError, match="cannot be read"):
        load_model(path, cpu_threads=1)
