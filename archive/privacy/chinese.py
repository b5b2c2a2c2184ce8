"""Find in Chinese what may tell who a patient is. Pure.

Chinese has neither capitals nor spaces, so patterns of characters stand for cue words: a family
name after 患者 or before 女士, a date beside 出生, a number after 病历号. Data chosen by hand.
"""

# ruff: noqa: RUF001 - Chinese punctuation

import re
from collections.abc import Iterator

from archive.privacy.identifiers import Kind

LANGUAGES = frozenset({"zh", "yue"})
_FAMILY = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    "余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
    "張劉陳楊趙黃吳孫馬羅鄭謝韓馮蕭鄧許呂蘇盧蔣賈葉閻鍾譚鄒陸顧龍錢湯喬賀賴龔"
)
_ALSO_WORDS = "高黄黃何马馬于方石金白康毛江史万文易常曾许許戴任钱錢叶葉段余汤湯雷钟鍾田"
"""Right after "the patient" these begin other words more often: 高烧, 黄疸, 白细胞, 叶酸."""
_FAMILY_ONLY = "".join(one for one in _FAMILY if one not in _ALSO_WORDS)
_NO_NAME = (
    "张口|張口|张力|張力|陈旧|陳舊|陈述|陳述|周围|周圍|周身|周[一二三四五六日末期]|徐缓|孙[子女]|孫[子女]|"
    "谢谢|謝謝|唐氏|程度|苏醒|蘇醒|杜绝|杜絕|夏[天季]|范围|陆续|陸續|武汉|武漢|顾虑|顧慮|孔径|林区"
)
_NOT_IN_NAMES = (
    "的了在是有被入住出因为為男女今昨前后後岁歲发發已经經也与與于於从從到就来來去做用不没沒需要患病先太"
    "阿奶爷爺某说說和这這那我你他她们們"
)
_GIVEN = f"(?:(?![{_NOT_IN_NAMES}])[一-鿿])"
_PERSON = "患者|病人|病患|患儿|患兒|产妇|產婦|孕妇|孕婦"
_DATE = (
    r"(?:\d{4}|[〇零一二三四五六七八九]{4})\s*年(?:\s*[\d一二三四五六七八九十]{1,3}\s*月"
    r"(?:\s*[\d一二三四五六七八九十]{1,3}\s*[日号號])?)?|\d{4}[-./]\d{1,2}[-./]\d{1,2}"
)
_SAID_DIGITS = "零〇一二三四五六七八九幺"
_PATTERNS = (
    (Kind.BIRTH, rf"(?:出生|生于|生於|生日)[^。！？\d]{{0,8}}?({_DATE})"),
    (Kind.BIRTH, rf"({_DATE})[^。！？]{{0,3}}?(?:出生|生人|生的)"),
    (
        Kind.NUMBER,
        (
            r"(?:病历|病歷|病案|住院|门诊|門診|就诊卡|登记|登記|身份证|身份證|护照|護照|医保卡?|卡)[号號]?码?"
            r"[^\dA-Za-z。]{0,4}([A-Za-z]{0,3}-?\d{3,}[\dXx]*)"
        ),
    ),
    (Kind.NUMBER, r"(?<!\d)(\d{17}[\dXx])(?![\dXx])"),
    (Kind.PHONE, r"(?<!\d)(1[3-9]\d(?:[\s-]?\d{4}){2})(?!\d)"),
    (
        Kind.PHONE,
        rf"(?:电话|電話|手机|手機|微信)[^\d。{_SAID_DIGITS}]{{0,6}}((?:\d[\s-]?){{6,14}}\d)",
    ),
    (Kind.PHONE, r"(?<![\d.])(\+\d(?:[\s-]?\d){7,13}|0\d(?:[\s-]?\d){6,12})(?!\d)"),
    (Kind.PHONE, rf"((?:[一幺][三-九]|[零〇])[{_SAID_DIGITS}]{{7,12}})"),
    (
        Kind.NAME,
        (
            rf"(?:(?:{_PERSON}|他|她|孩子|名)叫[做作]?|(?:名字|姓名)(?:是|叫|为|為)?[：:，,]?)\s*"
            rf"([{_FAMILY}]{_GIVEN}{{1,2}})"
        ),
    ),
    (Kind.NAME, rf"(?:{_PERSON})[，,：:]?\s*((?!{_NO_NAME})[{_FAMILY_ONLY}]{_GIVEN}{{1,2}})"),
    (
        Kind.NAME,
        rf"([{_FAMILY}]{_GIVEN}{{0,2}}?)(?:先生|女士|小姐|太太|大爷|大爺|大妈|大媽|阿姨|奶奶|爷爷|爺爺|小朋友)",
    ),
)
_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in _PATTERNS)


def find_in_chinese(text: str) -> Iterator[tuple[Kind, int, int]]:
    """Find what may tell a patient in a text without gaps; kind, begin and end, in order."""
    found = sorted(
        (match.start(1), -match.end(1), kind)
        for kind, pattern in _COMPILED
        for match in pattern.finditer(text)
    )
    done = 0
    for begin, minus_end, kind in found:
        if begin >= done:
            yield kind, begin, -minus_end
            done = -minus_end


def is_chinese(text: str) -> bool:
    """Tell whether there is a Chinese character in a text."""
    return any("一" <= character <= "鿿" for character in text)
