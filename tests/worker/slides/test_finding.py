import dataclasses
import shutil
from collections import Counter
from pathlib import Path

import cv2
import numpy as np
import pytest

from archive.errors import MediaError
from benchmarks.slides import deck
from benchmarks.slides.drawing import draw_page, packed_font
from benchmarks.slides.filming import face, gallery, pixels, talking_head
from benchmarks.slides.scenes import still
from tests import media
from tests.worker.slides.conftest import Film, look_through, shoot
from worker.media.probe import probe
from worker.media.tools import Tools
from worker.slides import FoundSlide, TextReader, find_slides


def test_each_slide_is_found_once_within_half_a_second(session: Film) -> None:
    starts = [slide.start_ms for slide in session.slides]

    assert starts == pytest.approx([true.start_ms for true in session.truth], abs=500)


def test_a_slide_ends_when_the_next_shot_takes_over(session: Film) -> None:
    ends = [slide.end_ms for slide in session.slides]

    assert ends == pytest.approx([true.end_ms for true in session.truth], abs=500)


def test_the_words_of_each_slide_are_read(session: Film) -> None:
    for slide, true in zip(session.slides, session.truth, strict=True):
        wanted, read = Counter(true.page.words()), Counter(slide.text.split())
        assert (wanted & read).total() >= 0.9 * wanted.total(), slide.text


def test_bullets_that_appear_are_one_slide_with_all_of_them(session: Film) -> None:
    (built,) = [slide for slide in session.slides if "Treatment" in slide.text]
    at_first = next(slide for slide in session.given if slide.start_ms == built.start_ms)

    assert len(at_first.lines) < len(built.lines)
    assert "Intramuscular if no venous access" in built.text


def test_a_slide_shown_again_has_the_same_words_and_picture(session: Film) -> None:
    first, again = (slide for slide in session.slides if "Danger signs" in slide.text)

    assert again.start_ms > first.start_ms
    assert again.lines == first.lines
    assert again.picture != first.picture
    assert again.picture.read_bytes() == first.picture.read_bytes()


def test_a_slide_is_given_when_it_settles_and_again_when_it_ends(session: Film) -> None:
    given = Counter(slide.start_ms for slide in session.given)
    open_ones = [slide for slide in session.given if slide.end_ms is None]

    assert set(given.values()) == {2}
    assert [slide.start_ms for slide in open_ones] == sorted(given)


def test_progress_tells_up_to_where_all_slides_are_given(session: Film) -> None:
    fractions = [done for done, _ in session.progress]

    assert fractions == sorted(set(fractions))
    assert fractions[-1] == 1.0
    for done, count in session.progress[:-1]:
        settled = {slide.start_ms for slide in session.given[:count]}
        begun = {
            slide.start_ms
            for slide in session.slides
            if slide.start_ms < done * session.info.duration_ms
        }
        assert begun <= settled


def test_pictures_are_small_in_bytes_and_as_large_as_the_master(session: Film) -> None:
    for slide in session.slides:
        height, width = cv2.imread(str(slide.picture)).shape[:2]

        assert (width, height) == (640, 360)
        assert slide.picture.stat().st_size < 70_000
        assert slide.picture.name == f"{slide.start_ms:08d}.jpg"


def test_no_pointer_is_left_on_the_picture(session: Film) -> None:
    drawn = pixels(draw_page(deck.MALARIA[6], packed_font), 640, 360)[..., ::-1]
    slide = next(slide for slide in session.slides if "After artesunate" in slide.text)
    picture = cv2.imread(str(slide.picture))

    different = np.abs(drawn.astype(int) - picture).max(axis=2)[:250] > 90  # above the webcam
    specks = cv2.erode(different.astype(np.uint8), np.ones((3, 3), np.uint8))
    assert not specks.any()


def test_it_goes_on_at_the_last_slide_that_is_kept(
    session: Film, tools: Tools, reader: TextReader, tmp_path: Path
) -> None:
    kept = session.slides[2]
    rest = dataclasses.replace(session, folder=tmp_path, given=[], progress=[])

    look_through(rest, tools, reader, from_ms=kept.start_ms)

    assert rest.slides[0].start_ms == kept.start_ms
    assert [slide.start_ms for slide in rest.slides] == pytest.approx(
        [slide.start_ms for slide in session.slides[2:]], abs=200
    )
    assert [slide.lines[0].text for slide in rest.slides] == [
        slide.lines[0].text for slide in session.slides[2:]
    ]


def test_the_first_slide_comes_before_the_recording_is_looked_through(
    session: Film, tools: Tools, reader: TextReader, tmp_path: Path
) -> None:
    done = [0.0]
    slides = find_slides(
        session.path, tmp_path, info=session.info, tools=tools, reader=reader,
        on_progress=done.append,
    )  # fmt: skip

    first = next(slides)
    slides.close()

    assert first.start_ms == session.slides[0].start_ms
    assert done[-1] < 0.4


def test_the_caller_may_move_the_pictures_away(
    two_slides: Film, tools: Tools, reader: TextReader, tmp_path: Path
) -> None:
    slides = find_slides(
        two_slides.path, tmp_path, info=two_slides.info, tools=tools, reader=reader
    )

    kept = []
    for slide in slides:
        assert slide.picture.stat().st_size > 0
        slide.picture.unlink()
        kept.append(slide.start_ms)

    assert len(kept) == 4


def test_only_faces_give_no_slides(tmp_path: Path, tools: Tools, reader: TextReader) -> None:
    scenes = [
        talking_head(seconds=14, seed=11, name="Dr Amina Bello"),
        gallery(seconds=12, seed=30),
        still(deck.Page(layout="title"), packed_font, seconds=6, overlays=(
            face((0, 0, 1280, 720), still=True, name="Dr Bello"),
        )),
    ]  # fmt: skip
    made = look_through(shoot(scenes, tmp_path / "faces.mp4", tools, rate=5), tools, reader)

    assert made.given == []
    assert list(made.folder.iterdir()) == []


def test_forty_minutes_of_one_slide_are_one_slide(
    forty_minutes: Film, tools: Tools, reader: TextReader
) -> None:
    made = look_through(forty_minutes, tools, reader)

    assert [(slide.start_ms, slide.end_ms) for slide in made.slides] == [
        (0, forty_minutes.info.duration_ms)
    ]
    assert len(made.given) == 2


def test_a_slide_between_two_key_frames_is_found(
    tmp_path: Path, tools: Tools, reader: TextReader
) -> None:
    lengths = ((0, 12), (1, 5), (2, 13))  # key frames at 0, 10, 20 s: none in the second
    scenes = [still(deck.MALARIA[n], packed_font, seconds=length) for n, length in lengths]
    made = look_through(
        shoot(scenes, tmp_path / "rare.mp4", tools, rate=5, key_s=10), tools, reader
    )

    assert [slide.start_ms for slide in made.slides] == pytest.approx([0, 12_000, 17_000], abs=300)


def _late_mkv(source: Path, folder: Path) -> Path:
    return media.remux(source, folder / "late.mkv", "-output_ts_offset", "3")


def _cut_by_edit_list(source: Path, folder: Path) -> Path:
    target = folder / "edit_list.mp4"
    media.run_tool("-ss", "2.5", "-i", source, "-c", "copy", target)
    return target


def _picture_later_than_sound(source: Path, folder: Path) -> Path:
    target = folder / "late_picture.mkv"
    media.run_tool(
        "-f", "lavfi", "-i", "anullsrc=r=16000:d=20", "-itsoffset", "3", "-i", source,
        "-map", "1:v", "-map", "0:a", "-c:v", "copy", "-c:a", "libopus", target,
    )  # fmt: skip
    return target


def _transport_stream(source: Path, folder: Path) -> Path:
    return media.remux(source, folder / "stream.ts")


def _picture_later_in_a_transport_stream(source: Path, folder: Path) -> Path:
    return media.remux(_picture_later_than_sound(source, folder), folder / "late_picture.ts")


def _two_takes_in_a_transport_stream(source: Path, folder: Path) -> Path:
    # The clock jumps back at 14 s; the picture stays as it was, and changes again at 21.
    take = _transport_stream(source, folder).read_bytes()
    target = folder / "two_takes.ts"
    target.write_bytes(take + take)
    return target


def _program_stream(source: Path, folder: Path) -> Path:
    target = folder / "program.mpg"
    media.run_tool("-i", source, "-c:v", "mpeg2video", "-b:v", "2M", "-bf", "2", "-r", "25", target)
    return target


@pytest.fixture(scope="session")
def two_slides(tmp_path_factory: pytest.TempPathFactory, tools: Tools) -> Film:
    scenes = [
        still(deck.MALARIA[0], packed_font, seconds=7),
        still(deck.MALARIA[8], packed_font, seconds=7),
    ]
    return shoot(scenes, tmp_path_factory.mktemp("two") / "two.mp4", tools, rate=5)


@pytest.mark.parametrize(
    ("make", "change_ms"),
    [
        (_late_mkv, 7_000),
        (_cut_by_edit_list, 4_500),
        (_picture_later_than_sound, 10_000),
        (_transport_stream, 7_000),
        (_picture_later_in_a_transport_stream, 10_000),
        (_program_stream, 7_000),
    ],
)
def test_times_are_those_of_the_player(
    make: object, change_ms: int, two_slides: Film, tools: Tools, reader: TextReader, tmp_path: Path
) -> None:
    path = make(two_slides.path, tmp_path)
    made = Film(path=path, truth=[], info=probe(path, tools), folder=tmp_path / "slides")

    look_through(made, tools, reader)

    assert len(made.slides) == 2
    assert made.slides[1].start_ms == pytest.approx(change_ms, abs=250)
    assert "Take home messages" in made.slides[1].text


def test_a_transport_stream_whose_clock_jumps_has_the_slides_of_both_takes(
    two_slides: Film, tools: Tools, reader: TextReader, tmp_path: Path
) -> None:
    path = _two_takes_in_a_transport_stream(two_slides.path, tmp_path)
    made = Film(path=path, truth=[], info=probe(path, tools), folder=tmp_path / "slides")

    look_through(made, tools, reader)

    starts_ms = [slide.start_ms for slide in made.slides]
    assert starts_ms == pytest.approx([0, 7_000, 14_000, 21_000], abs=300)
    assert sorted(path.suffix for path in made.folder.iterdir()) == [".jpg"] * 4


def test_a_recording_without_a_picture_has_no_slides(
    two_slides: Film, tools: Tools, reader: TextReader, tmp_path: Path
) -> None:
    info = dataclasses.replace(two_slides.info, video=None)

    assert list(find_slides(two_slides.path, tmp_path, info=info, tools=tools, reader=reader)) == []


def test_a_file_that_is_gone_is_a_media_error(
    two_slides: Film, tools: Tools, reader: TextReader, tmp_path: Path
) -> None:
    slides = find_slides(
        tmp_path / "gone.mp4", tmp_path, info=two_slides.info, tools=tools, reader=reader
    )

    with pytest.raises(MediaError, match=r"cannot look for slides in gone\.mp4"):
        list(slides)


def test_a_damaged_recording_gives_the_slides_that_can_be_seen(
    two_slides: Film, tools: Tools, reader: TextReader, tmp_path: Path
) -> None:
    path = tmp_path / "damaged.mp4"
    shutil.copyfile(two_slides.path, path)
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 200] = bytes(200)
    path.write_bytes(content)
    found: list[FoundSlide] = list(
        find_slides(path, tmp_path / "s", info=two_slides.info, tools=tools, reader=reader)
    )

    assert "Severe malaria in children" in found[0].text
