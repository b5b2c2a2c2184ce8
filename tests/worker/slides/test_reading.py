import unicodedata
from pathlib import Path

import pytest

from archive.errors import MediaError
from worker.slides import SlideLine, TextReader
from worker.slides.reading import in_reading_order, without_bullet

PICTURES = Path(__file__).with_name("pictures")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "french",
            (
                "Prise en charge du paludisme grave\nArtésunate IV : 2,4 mg/kg à l'arrivée\n"
                "Hémolyse différée, glycémie, fièvre\nRéévaluer la créatinine après août"
            ),
        ),
        (
            "chinese",
            "重症疟疾的治疗\n青蒿琥酯静脉注射\n监测血糖,每四小时一次\n新型冠状病毒肺炎诊疗方案",
        ),
    ],
)
def test_french_and_chinese_are_read(name: str, expected: str, reader: TextReader) -> None:
    lines = reader.read(PICTURES / f"{name}.png")

    text = "\n".join(line.text for line in lines)
    assert unicodedata.normalize("NFKC", text) == expected
    assert all(0 <= edge <= 1 for line in lines for edge in line.box)


@pytest.mark.parametrize("name", ["arabic", "amharic"])
def test_a_script_the_reader_does_not_know_gives_nothing_rather_than_rubbish(
    name: str, reader: TextReader
) -> None:
    assert reader.read(PICTURES / f"{name}.png") == ()


def test_a_file_that_is_no_picture_is_a_media_error(reader: TextReader, tmp_path: Path) -> None:
    path = tmp_path / "no.jpg"
    path.write_bytes(b"no picture")

    with pytest.raises(MediaError, match=r"no\.jpg is not a picture"):
        reader.read(path)


def _at(text: str, left: float, top: float) -> SlideLine:
    return SlideLine(text=text, confidence=1.0, box=(left, top, left + 0.2, top + 0.05))


def test_a_table_is_read_row_by_row() -> None:
    cells = [
        _at("3 ml", 0.6, 0.31), _at("Dose", 0.3, 0.1), _at("Weight", 0.1, 0.102),
        _at("8 kg", 0.1, 0.3), _at("30 mg", 0.3, 0.295), _at("Volume", 0.6, 0.098),
    ]  # fmt: skip

    texts = [line.text for line in in_reading_order(cells)]

    assert texts == ["Weight", "Dose", "Volume", "8 kg", "30 mg", "3 ml"]


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        ("●Artesunate 3 mg/kg", "Artesunate 3 mg/kg"),
        ("• Œdème", "Œdème"),
        ("  two   spaces ", "two spaces"),
        ("-20 °C", "-20 °C"),
        ("●", ""),
    ],
)
def test_the_mark_before_a_list_item_is_dropped(read: str, expected: str) -> None:
    assert without_bullet(read) == expected
