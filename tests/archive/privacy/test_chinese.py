"""What is taken for an identifier of a patient in Chinese, and what is not."""

# ruff: noqa: RUF001 - Chinese punctuation

from dataclasses import replace

import pytest

from archive.models import SlideSource
from archive.privacy.finding import find_identifiers
from archive.privacy.identifiers import Kind
from archive.slides import KeptSlide
from archive.transcript import Word
from tests.web.factories import speak

NAME, BIRTH, NUMBER, PHONE = Kind.NAME, Kind.BIRTH, Kind.NUMBER, Kind.PHONE


def found(text: str, *, known: tuple[str, ...] = ()) -> list[tuple[Kind, str]]:
    said = [speak(text, language="zh")]
    return [(one.kind, one.text) for one in find_identifiers(said, known=known)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("患者王小明昨天入院。", [(NAME, "王小明")]),
        ("病人李华有发热。", [(NAME, "李华")]),
        ("这位患者叫陈静，三十岁。", [(NAME, "陈静")]),
        ("张女士的体温很高。", [(NAME, "张")]),
        ("姓名：赵建国", [(NAME, "赵建国")]),
        ("患者高烧三天，白细胞升高。", []),
        ("患者张口呼吸，周身疼痛。", []),
        ("患者陈旧性心梗。", []),
        ("病人有黄疸。病人需要吸氧。", []),
        ("谢谢王主任。", []),
        ("他出生于1987年3月12日。", [(BIRTH, "1987年3月12日")]),
        ("一九八七年三月出生的女性。", [(BIRTH, "一九八七年三月")]),
        ("2020年1月我们开始收治病人。", []),
        ("病历号是448213。", [(NUMBER, "448213")]),
        ("身份证号110101198703120012", [(NUMBER, "110101198703120012")]),
        ("我们用了448213剂。", []),
        ("手机13812345678，请联系。", [(PHONE, "13812345678")]),
        ("电话是幺三八一二三四五六七八。", [(PHONE, "幺三八一二三四五六七八")]),
        ("每12小时给120毫克，共3天。", []),
        ("一二三四五六七，测试。", []),
    ],
)
def test_chinese(text: str, expected: list[tuple[Kind, str]]) -> None:
    assert found(text) == expected


def test_in_chinese_the_times_are_those_of_the_words_it_stands_in() -> None:
    words = ("患者", "王小", "明昨", "天入院")
    said = replace(
        speak("患者王小明昨天入院", language="zh"),
        words=tuple(
            Word(start_ms=at * 500, end_ms=at * 500 + 450, text=text, confidence=1.0)
            for at, text in enumerate(words)
        ),
    )

    (name,) = find_identifiers([said])

    assert (name.text, name.start_ms, name.end_ms) == ("王小明", 500, 1_450)
    assert (name.before, name.after) == ("患者", "昨天入院")


def test_a_chinese_speaker_who_is_known_is_no_patient() -> None:
    assert found("张先生，请您发言。李先生是病人。", known=("张伟",)) == [(NAME, "李")]


def test_slides_in_chinese_are_looked_at_whatever_is_spoken() -> None:
    slide = KeptSlide(
        slide_id=1,
        start_ms=60_000,
        end_ms=90_000,
        text="病例讨论\n姓名：赵建国\n病历号：448213",
        source=SlideSource.VIDEO,
    )

    findings = find_identifiers([], [slide], main_language="en")

    assert [(one.kind, one.text, one.on_slide) for one in findings] == [
        (NAME, "赵建国", True),
        (NUMBER, "448213", True),
    ]
