import pytest

from archive.errors import InvalidInputError
from archive.inbox import Group, group_files, is_waited_for, read_sidecar


@pytest.mark.parametrize(
    "name", [".hidden.mp4", "a.mp4.part", "b.crdownload", "~$c.mp4", "d.tmp", "e.mp4~", "F.PART"]
)
def test_hidden_and_unfinished_files_are_left_alone(name: str) -> None:
    assert is_waited_for(name)
    assert not is_waited_for("session.mp4")


def test_what_goes_with_a_recording_is_found_by_its_name() -> None:
    groups, lone = group_files(
        ["a.mp4", "a.json", "a.vtt", "b.ogg", "b.ogg.yaml", "B.SRT", "c.json", "notes.mp4"]
    )

    assert groups == (
        Group(recording="a.mp4", sidecar="a.json", captions="a.vtt"),
        Group(recording="b.ogg", sidecar="b.ogg.yaml", captions="B.SRT"),
        Group(recording="notes.mp4"),
    )
    assert lone == ("c.json",)


def test_a_sidecar_is_read_in_json_and_in_yaml() -> None:
    json = read_sidecar(
        b'{"title": "Rounds", "date": "2024-05-14", "speakers": ["Ann", "Ben"], "publish": true}',
        name="a.json",
    )
    yaml = read_sidecar(
        "title: محاضرة\nrecorded_on: 2024-05-14\nlanguage: ar\nsubjects: [malaria, fever]\n"
        "depositor: uma@example.org\n".encode(),
        name="a.yaml",
    )

    assert (json.description.title, json.description.speakers) == ("Rounds", ("Ann", "Ben"))
    assert (str(json.description.recorded_on), json.publish) == ("2024-05-14", True)
    assert (yaml.description.title, yaml.description.language) == ("محاضرة", "ar")
    assert (yaml.description.subjects, yaml.depositor) == (
        ("malaria", "fever"),
        "uma@example.org",
    )


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b'{"title": "Rounds",}', "a.json", "a.json, line 1"),
        (b"title: [a", "a.yaml", "a.yaml, line"),
        (b"titel: Rounds", "a.yaml", "no field 'titel'"),
        (b"publish: maybe", "a.yaml", "true or false"),
        (b"date: soon", "a.yaml", "year-month-day"),
        (b"- a list", "a.yaml", "must hold fields"),
        (b"title: {a: b}", "a.yaml", "must be a text"),
        (b"title: \xff", "a.yaml", "not UTF-8"),
        (b"a: !!python/object/apply:os.system [id]", "a.yaml", "a.yaml"),
        (b"[" * 100_000, "a.json", "a.json"),
    ],
)
def test_a_sidecar_with_a_fault_is_told(content: bytes, name: str, said: str) -> None:
    with pytest.raises(InvalidInputError, match=said):
        read_sidecar(content, name=name)
