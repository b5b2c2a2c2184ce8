"""Speech in the archive's eight languages, generated from sentences; and real transcripts.

Sentences are generic; cut into words as the recognizer does: a space before each, in Chinese
one to three characters a word.
"""

# Letters and signs of many scripts are what this file is about.
# ruff: noqa: RUF001

import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from archive.transcript import Segment, Word

MEDIA = Path(__file__).parents[2] / "media"

SENTENCES = {
    "en": (
        "Good afternoon, and welcome back to the second part of our meeting.",
        "In COVID-19 we gave oxygen at 2.4 litres, didn't we?",
        "The mother's blood pressure was 180/110 mmHg on day 3.",
        "Haemolysis and hypoxaemia are rare; fever is not.",
        "We've seen (in Lilongwe) that artesunate works well.",
        "Wash your hands — before and after every patient!",
    ),
    "fr": (
        "Dans notre hôpital, nous avons placé un point d'eau devant chaque salle.",
        "L'hypertension artérielle de la femme enceinte n'est pas rare.",
        "Qu'est-ce qu'on fait lorsqu'il y a « trop » de malades ?",
        "Le nourrisson de 3,5 kg reçoit 10 mg/kg aujourd'hui.",
        "L'œdème, le cœur et les sœurs : c'est là où ça commence.",
    ),
    "pt": (
        "A pressão arterial da grávida subiu para 16 por 11.",
        "As infecções não são raras; a malária também não.",
        "Dê-lhe água, açúcar e um pouco de sal.",
        "Quantas crianças há na enfermaria número 7?",
    ),
    "ar": (
        "ارتفاع ضغط الدم أثناء الحمل شائع، ويجب قياسه في كل زيارة.",
        "نُعطي المريضَ الأكسجينَ إذا كان التنفُّسُ سريعًا.",
        "هل رأيتم حالات COVID-19 في المستشفى؟",
        "الجرعة ٢٫٤ ملغ لكل كيلوغرام، ثم بعد ١٢ ساعة.",
        "الطبيب والممرضة والمستشفى في القرية.",
    ),
    "sw": (
        "Shinikizo la damu kwa mama mjamzito ni jambo la hatari.",
        "Tunaosha mikono mlangoni kabla ya kuingia wodini.",
        "Ng'ombe na kuku si wagonjwa, lakini mtoto ana homa ya 39.5.",
        "Je, mmepata dawa za malaria wiki hii?",
    ),
    "am": (
        "የደም ግፊት በእርግዝና ጊዜ አደገኛ ነው።",
        "እጃችንን ከመግባታችን በፊት እንታጠባለን፤ ከዚያ በሽተኛውን እናያለን።",
        "ሐኪሙና ነርሷ በ3 ሰዓት መጡ?",
        "ፀሐይ ሲወጣ ወደ ሆስፒታል ሄዱ፣ ዓይኗ ታመመ።",
    ),
    "zh": (
        "各位下午好，欢迎回到我们会议的第二部分。",
        "妊娠期高血压对母亲和孩子都很危险。",
        "我们每天给3次药，每次2.4毫克。",
        "你们医院有COVID-19的病人吗？",
        "先洗手，再看病人。",
    ),
    "id": (
        "Tekanan darah tinggi pada ibu hamil berbahaya.",
        "Anak-anak di rumah sakit itu demam selama 3 hari.",
        "Apakah obatnya sudah diberikan, Bu Dokter?",
        "Kami mencuci tangan sebelum masuk ke ruang rawat.",
    ),
}
"""A few of each language, with its punctuation, numbers, elisions and marks."""


def cut(text: str, language: str, chance: random.Random) -> list[str]:
    """Cut a sentence into words as the recognizer writes them."""
    if language != "zh":
        return [f" {word}" for word in text.split()]
    pieces = re.findall(r"[A-Za-z]+|[0-9]+|.", text)
    words: list[str] = []
    at = 0
    while at < len(pieces):
        size = chance.choice((1, 1, 2, 3))
        words.append("".join(pieces[at : at + size]))
        at += size
    return words


def spoken(words: Sequence[str], start_ms: int, language: str, chance: random.Random) -> Segment:
    """Speak words at an uneven pace, each in its own time."""
    timed: list[Word] = []
    at_ms = start_ms
    for word in words:
        length_ms = chance.randrange(60, 700, 10)
        timed.append(Word(start_ms=at_ms, end_ms=at_ms + length_ms, text=word, confidence=0.9))
        at_ms += length_ms + chance.choice((0, 0, 20, 400))
    return Segment(
        start_ms=start_ms,
        end_ms=timed[-1].end_ms,
        text="".join(words).strip(),
        language=language,
        confidence=0.9,
        words=tuple(timed),
    )


def session(languages: Sequence[str], sentences: int, seed: int) -> list[Segment]:
    """Generate a session in some languages; segments end within sentences too."""
    chance = random.Random(seed)
    segments: list[Segment] = []
    at_ms = chance.randrange(0, 30_000)
    for _ in range(sentences):
        language = chance.choice(languages)
        words = cut(chance.choice(SENTENCES[language]), language, chance)
        size = chance.choice((len(words), 4, 7))
        for first in range(0, len(words), size):
            segments.append(spoken(words[first : first + size], at_ms, language, chance))
            at_ms = segments[-1].end_ms + chance.choice((0, 300, 5_000))
    return segments


def real_sessions() -> Iterator[list[Segment]]:
    """Yield the transcripts that belong to the committed recordings, a segment a sentence."""
    chance = random.Random(1)
    for path in sorted(MEDIA.glob("*.json")):
        yield [
            _evenly(cut(one["text"], turn["language"], chance), one, turn["language"])
            for turn in json.loads(path.read_text())["spoken"]
            for one in turn["sentences"]
        ]


def _evenly(words: Sequence[str], sentence: Mapping[str, int], language: str) -> Segment:
    """Speak the words of a sentence evenly in its time."""
    start_ms, end_ms = sentence["start_ms"], sentence["end_ms"]
    times = [start_ms + (end_ms - start_ms) * at // len(words) for at in range(len(words) + 1)]
    return Segment(
        start_ms=start_ms,
        end_ms=end_ms,
        text="".join(words).strip(),
        language=language,
        confidence=0.9,
        words=tuple(
            Word(start_ms=first, end_ms=last, text=word, confidence=0.9)
            for word, (first, last) in zip(words, pairwise(times), strict=True)
        ),
    )
