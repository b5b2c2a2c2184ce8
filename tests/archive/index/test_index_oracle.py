"""The index against a search written in five lines, on archives that change at random."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.index import (
    EVERYTHING,
    PUBLIC,
    Audience,
    IndexDocument,
    Moment,
    SearchIndex,
    SlideText,
    Track,
)
from archive.transcript import Segment

Make = Callable[..., IndexDocument]
Speak = Callable[..., Segment]
Show = Callable[..., SlideText]

WORDS = ("fever", "cough", "oxygen", "mask", "the", "tube")
TEXTS = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)
SLIDES = st.lists(
    st.lists(st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join), max_size=3).map("\n".join),
    max_size=3,
)
"""Each slide is shown for a minute, from its number in minutes."""
PHRASES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)

SPOKEN_FROM_MS = 1_000_000
TRANSLATED_FROM_MS = 2_000_000


class Change(NamedTuple):
    """What becomes of a recording."""

    number: int
    title: str
    said: str
    slides: list[str]
    translated: str
    public: bool
    removed: bool

    @property
    def tracks(self) -> dict[Track, list[str]]:
        """What no phrase crosses, track by track."""
        return {
            Track.SPEECH: [self.said],
            Track.SLIDE: [" ".join(slide.split()) for slide in self.slides],
            Track.TRANSLATION: [self.translated],
        }

    def holds(self, phrase: str) -> bool:
        texts = [self.title, *(text for texts in self.tracks.values() for text in texts)]
        return any(_holds(text, phrase) for text in texts)

    def times(self, phrase: str) -> dict[Track, set[int]]:
        """When the phrase begins: words are spoken every 400 ms."""
        spoken, slides, translated = self.tracks.values()
        return {
            Track.SPEECH: {SPOKEN_FROM_MS + 400 * at for at in _places(spoken[0], phrase)},
            Track.SLIDE: {
                number * 60_000 for number, text in enumerate(slides) if _holds(text, phrase)
            },
            Track.TRANSLATION: {
                TRANSLATED_FROM_MS + 400 * at for at in _places(translated[0], phrase)
            },
        }


CHANGES = st.lists(
    st.builds(Change, st.integers(1, 4), TEXTS, TEXTS, SLIDES, TEXTS, st.booleans(), st.booleans()),
    min_size=1,
    max_size=8,
)


def _places(text: str, phrase: str) -> list[int]:
    words, wanted = text.split(), phrase.split()
    return [at for at in range(len(words)) if words[at : at + len(wanted)] == wanted]


def _holds(text: str, phrase: str) -> bool:
    return bool(_places(text, phrase))


AUDIENCES = st.sampled_from((PUBLIC, EVERYTHING)) | st.builds(
    Audience,
    public=st.booleans(),
    everything=st.booleans(),
    also=st.frozensets(st.integers(1, 4)),
    never=st.frozensets(st.integers(1, 4)),
)


def _finds(audience: Audience, number: int, *, public: bool) -> bool:
    shown = audience.everything or (public and audience.public) or number in audience.also
    return shown and number not in audience.never


def _marked(moment: Moment) -> list[str]:
    return [moment.text[start:end].replace(" · ", " ") for start, end in moment.marks]


@settings(
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # it keeps nothing
)
@given(changes=CHANGES, one=PHRASES, other=PHRASES, audience=AUDIENCES)
def test_phrases_are_found_exactly_where_they_are(
    make_document: Make,
    speak: Speak,
    show: Show,
    changes: list[Change],
    one: str,
    other: str,
    audience: Audience,
) -> None:
    with TemporaryDirectory() as name:
        index = SearchIndex(Path(name))
        kept: dict[int, Change] = {}
        for version, change in enumerate(changes, 1):
            kept.pop(change.number, None)
            if change.removed:
                index.remove([change.number])
                continue
            kept[change.number] = change
            index.update(
                [
                    make_document(
                        change.number,
                        speak(change.said, SPOKEN_FROM_MS),
                        title=change.title,
                        slides=[
                            show(text, number * 60_000, (number + 1) * 60_000)
                            for number, text in enumerate(change.slides)
                        ],
                        translation=[speak(change.translated, TRANSLATED_FROM_MS)],
                        public=change.public,
                        version=version,
                    )
                ]
            )

        def find(query: str) -> set[int]:
            page = index.search(query, audience=audience)
            assert page.total == len(page.hits)
            return {hit.recording_id for hit in page.hits}

        visible = {n: kept[n] for n in kept if _finds(audience, n, public=kept[n].public)}
        first = {n for n, change in visible.items() if change.holds(one)}
        second = {n for n, change in visible.items() if change.holds(other)}
        assert find(f'"{one}"') == first
        assert find(f'"{one}" AND "{other}"') == first & second
        assert find(f'"{one}" OR "{other}"') == first | second
        assert find(f'"{one}" NOT "{other}"') == first - second
        assert find(f'title:"{one}"') == {n for n, c in visible.items() if _holds(c.title, one)}
        for hit in index.search(f'"{one}"', audience=audience).hits:
            times = visible[hit.recording_id].times(one)
            spoken = times[Track.SPEECH] | times[Track.TRANSLATION]
            assert set(hit.match_starts_ms) == spoken
            assert set(hit.slide_starts_ms) == times[Track.SLIDE]
            assert hit.slide_match_count == len(times[Track.SLIDE])
            assert bool(hit.moments) == bool(spoken or times[Track.SLIDE])
            assert all(moment.start_ms in times[moment.track] for moment in hit.moments)
        for number, change in visible.items():
            moments = index.moments(f'"{one}"', number, audience=audience)
            assert {m.track for m in moments} == {t for t, at in change.times(one).items() if at}
            assert all(one in text for moment in moments for text in _marked(moment))
