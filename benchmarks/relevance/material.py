"""Make the sessions of the relevance set and who is relevant to which query. Pure.

Sessions are generated: one main subject each, two that are talked about for a while, some that
are only mentioned, all amid talk about everything else, between ten minutes and two hours of it.
So the judgement is known: 3 for the main subject, 2 for one talked about, 1 for one mentioned.
"""

import random
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from archive.index import IndexDocument
from archive.transcript import Segment, Word

HERE = Path(__file__).parent
SEED = 20_261_124
SESSIONS_EACH = 3
_WORD_MS = 400
_LENGTHS = (40, 150, 600)
"""Sentences of other talk: ten minutes, half an hour, two hours."""


@dataclass(frozen=True)
class Topic:
    """Something sessions are about."""

    name: str
    title: str
    said: Sequence[str]
    queries: Sequence[str]


@dataclass(frozen=True)
class Session:
    """One generated recording."""

    recording_id: int
    title: str
    sentences: Sequence[str]
    grades: Mapping[str, int]
    """How relevant it is to a topic, by name; 0 is left out."""


def read_topics() -> list[Topic]:
    """Read the topics."""
    with (HERE / "topics.toml").open("rb") as file:
        return [Topic(**topic) for topic in tomllib.load(file)["topic"]]


def make_sessions(topics: Sequence[Topic], seed: int = SEED) -> list[Session]:
    """Generate three sessions of each topic, one of them with a title that says so."""
    chance = random.Random(seed)
    talk = (HERE / "filler.txt").read_text(encoding="utf-8").splitlines()
    sessions = []
    for number in range(len(topics) * SESSIONS_EACH):
        main = topics[number % len(topics)]
        others = [topic for topic in topics if topic is not main]
        chance.shuffle(others)
        discussed, mentioned = others[:2], others[2:5]
        told = number // len(topics) == 0
        sessions.append(
            Session(
                recording_id=number + 1,
                title=main.title if told else f"Clinical exchange, session {number + 1}",
                sentences=_arrange(main, discussed, mentioned, talk, chance),
                grades={main.name: 3}
                | dict.fromkeys([topic.name for topic in discussed], 2)
                | dict.fromkeys([topic.name for topic in mentioned], 1),
            )
        )
    return sessions


def _arrange(
    main: Topic,
    discussed: Sequence[Topic],
    mentioned: Sequence[Topic],
    talk: Sequence[str],
    chance: random.Random,
) -> list[str]:
    """Put passages at random places of the other talk."""
    passages = [
        chance.sample(main.said, len(main.said)),
        chance.sample(main.said, len(main.said) // 2),
        *(chance.sample(topic.said, 3) for topic in discussed),
        *([chance.choice(topic.said)] for topic in mentioned),
    ]
    sentences = chance.choices(talk, k=chance.choice(_LENGTHS))
    places = sorted((chance.randrange(len(sentences) + 1) for _ in passages), reverse=True)
    chance.shuffle(passages)
    for place, passage in zip(places, passages, strict=True):
        sentences[place:place] = passage
    return sentences


def make_document(session: Session) -> IndexDocument:
    """Make what the index takes of a session."""
    return IndexDocument(
        recording_id=session.recording_id,
        version=1,
        public=True,
        title=session.title,
        description="",
        collection="Relevance",
        language="en",
        recorded_on=date(2024, 1, 1) + timedelta(days=session.recording_id),
        segments=list(_speak(session.sentences)),
    )


def _speak(sentences: Sequence[str]) -> Iterator[Segment]:
    at_ms = 0
    for sentence in sentences:
        words = tuple(
            Word(
                start_ms=at_ms + place * _WORD_MS,
                end_ms=at_ms + (place + 1) * _WORD_MS - 50,
                text=f" {word}",
                confidence=0.9,
            )
            for place, word in enumerate(sentence.split())
        )
        yield Segment(
            start_ms=at_ms,
            end_ms=words[-1].end_ms,
            text=sentence,
            language="en",
            confidence=0.9,
            words=words,
        )
        at_ms = words[-1].end_ms + 500
