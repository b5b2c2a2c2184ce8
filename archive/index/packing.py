"""Analyse a document for the index: its term counts by field, its tokens, its packed tracks.

Called by the writer only. Pure but for a cache of analysed words.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from archive.index.analysis import find_tokens
from archive.index.query import SPEAKER, SUBJECT
from archive.index.readings import SOUND, Families, Sounds, pack_readings
from archive.index.terms import FieldCounts, KnownWords, Terms
from archive.index.timed_text import CERTAIN, TimedText
from archive.index.tokens import FIELDS, SEPARATOR, TRACK_FIELDS, UNTIMED_FIELDS, Tokens
from archive.index.values import IndexDocument, Track
from archive.transcript import Reading

_TRANSLATED_TO = "en"
_COLLECTION = "collection"


@dataclass(frozen=True, slots=True, kw_only=True)
class Packing:
    """A document ready for the index."""

    tracks: dict[Track, bytes]
    """What `packed.PackedTrack` (or `PackedReadings`) reads; empty for one without words."""
    tokens: Tokens
    """All of the document's, as `tokens` describes them."""
    certainties: NDArray[np.uint8]
    """uint8, (tokens,): how sure the recognizer was of each; 255 where none was at work."""
    counts: dict[str, FieldCounts]
    """By field, all of `tokens.FIELDS`."""
    families: Families
    """uint32, (readings,): what each reading is looked up by, in the order of their track."""
    sounds: Sounds
    """`readings.SOUND`, (readings,): how each sounds."""


class Packer:
    """Packs documents, remembering the words it has seen. Not for several threads."""

    def __init__(self) -> None:
        self._known = KnownWords()

    def pack(self, document: IndexDocument) -> Packing:
        """Analyse one document."""
        terms = Terms(self._known)
        tracks = {
            Track.SPEECH: _lay_out_speech(document, terms),
            Track.SLIDE: _lay_out_slides(document, terms),
            Track.TRANSLATION: _lay_out_translation(document, terms),
        }
        read = {
            name: list(_read_plain(getattr(document, name), document.language, terms))
            for name in UNTIMED_FIELDS
            if name not in (SPEAKER, SUBJECT, _COLLECTION)
        } | {TRACK_FIELDS[track]: laid_out.tokens for track, laid_out in tracks.items()}
        collections = document.collection.split("\n")
        read[_COLLECTION] = list(_read_names(collections, document.language, terms))
        read[SPEAKER] = list(_read_names(document.speakers, document.language, terms))
        read[SUBJECT] = list(_read_names(document.subjects, document.language, terms))
        readings, families, sounds = _pack_readings(document.readings)
        in_fields = {name: np.array(read[name], np.int64) for name in FIELDS}
        separator = np.array([SEPARATOR], np.int64)
        parts = [part for numbers in in_fields.values() for part in (separator, numbers)]
        return Packing(
            tracks={
                **{track: laid_out.pack() for track, laid_out in tracks.items()},
                Track.READING: readings,
            },
            tokens=terms.hash(np.concatenate([*parts, separator])),
            certainties=_certainties(tracks[Track.SPEECH], in_fields),
            counts={name: terms.count(numbers) for name, numbers in in_fields.items()},
            families=families,
            sounds=sounds,
        )


def _certainties(
    speech: TimedText, in_fields: Mapping[str, NDArray[np.int64]]
) -> NDArray[np.uint8]:
    """Lay out how sure each token is as the tokens are laid out, separators certain."""
    certain = {
        name: np.full(len(numbers), CERTAIN, np.uint8) for name, numbers in in_fields.items()
    }
    certain[TRACK_FIELDS[Track.SPEECH]] = speech.certainties()
    separator = np.array([CERTAIN], np.uint8)
    parts = [part for name in in_fields for part in (separator, certain[name])]
    return np.concatenate([*parts, separator])


def _read_plain(text: str, language: str, terms: Terms) -> Iterator[int]:
    for match in find_tokens(text):
        number = terms.number(match[0], language)
        if number >= 0:
            yield number


def _read_names(names: Sequence[str], language: str, terms: Terms) -> Iterator[int]:
    """Read names (of speakers, subjects …), a separator between: no phrase crosses them."""
    for number, name in enumerate(names):
        if number:
            yield SEPARATOR
        yield from _read_plain(name, language, terms)


def _lay_out_speech(document: IndexDocument, terms: Terms) -> TimedText:
    track = TimedText(terms, document.speakers)
    for segment in document.segments:
        track.add_segment(segment, segment.language)
    return track


def _lay_out_slides(document: IndexDocument, terms: Terms) -> TimedText:
    track = TimedText(terms)
    slides = sorted(document.slides, key=lambda slide: slide.start_ms)
    for number, slide in enumerate(slides):
        end_ms = slide.end_ms
        if end_ms is None:
            end_ms = slides[number + 1].start_ms if number + 1 < len(slides) else slide.start_ms
        track.add_slide(
            slide.text, start_ms=slide.start_ms, end_ms=end_ms, language=document.language
        )
    return track


def _lay_out_translation(document: IndexDocument, terms: Terms) -> TimedText:
    track = TimedText(terms, document.speakers)
    for segment in document.translation:
        track.add_segment(segment, _TRANSLATED_TO)
    return track


def _pack_readings(readings: Sequence[Reading]) -> tuple[bytes, Families, Sounds]:
    """Return texts and times, families and sounds of what can be told by its sound, in order."""
    # How words sound is known to the glossary, which reads with `analysis` of this package.
    from archive.index.sounding import families_of_all, sound_of  # noqa: PLC0415

    in_order = sorted(readings, key=lambda one: one.start_ms)
    sounds = np.array([sound_of(text) for one in in_order for text in one.texts], SOUND)
    families = families_of_all(sounds)
    told = families > 0
    of_reading = iter(told.tolist())
    kept = [
        replace(one, texts=tuple(text for text in one.texts if next(of_reading)))
        for one in in_order
    ]
    return pack_readings([one for one in kept if one.texts]), families[told], sounds[told]
