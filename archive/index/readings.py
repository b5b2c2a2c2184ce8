"""What else may have been said in each document: how it sounds, when, and as what.

How all of it sounds stands in two files of the generation, a row a reading, in which searches
look; texts and times are packed with the document's tracks. The index engine knows nothing of
it: nearly every reading is another text, and a list of terms that stand once each took four
times as long to build and to look into (docs/decisions/0013).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from archive.index.packed import PackedSections, Section, join_sections, shrink
from archive.index.places import WordPlaces
from archive.index.tokens import Positions
from archive.index.values import Track
from archive.transcript import Reading

if TYPE_CHECKING:
    from archive.index.files import GenerationReader

LONGEST_SOUND = 16
"""Sounds of a row; of a longer one so many are compared."""
SOUND = np.dtype(f"S{LONGEST_SOUND}")

MOST_COMPARED = 10_000
"""Readings of the same families that are compared: 20 ms. Of more those of the latest
recordings."""

_MIX = np.uint64(0x9E3779B97F4A7C15)  # an odd number, as in SplitMix64

Sounds = NDArray[np.bytes_]
"""How texts sound, as `phonetics.sound_key` writes it, a row each."""
Families = NDArray[np.uint32]
"""What they are looked up by, as `archive.index.sounding` numbers it."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Sounds that will do for a word, and the families they have."""

    families: tuple[int, ...]
    sounds: tuple[bytes, ...]


def pack_readings(readings: Sequence[Reading]) -> bytes:
    """Lay out the texts and times of a document's readings, for `PackedReadings`."""
    if not readings:
        return b""
    starts, ends = np.array([(one.start_ms, one.end_ms) for one in readings], np.int64).T
    texts = "\n".join(text for one in readings for text in one.texts)
    return join_sections(
        {
            Section.STARTS: shrink(np.maximum(starts, 0)),
            Section.DURATIONS: shrink(np.maximum(ends - starts, 0)),
            Section.WIDTHS: shrink(np.array([len(one.texts) for one in readings], np.int64)),
            Section.TEXT: np.frombuffer(texts.encode(), np.uint8),
        }
    )


class PackedReadings(PackedSections):
    """Texts and times of a document's readings opened for reading; those of a place together."""

    @cached_property
    def starts_ms(self) -> NDArray[np.int64]:
        """int64, (readings,): where the words that each may be begin, in ms."""
        return self._section(Section.STARTS).astype(np.int64)[self._places]

    @cached_property
    def durations_ms(self) -> NDArray[np.int64]:
        """int64, (readings,): how long these words take, in ms."""
        return self._section(Section.DURATIONS).astype(np.int64)[self._places]

    @cached_property
    def texts(self) -> list[str]:
        """Each as it may have been said, folded and squeezed."""
        return self._section(Section.TEXT).tobytes().decode().split("\n")

    @cached_property
    def _places(self) -> NDArray[np.int64]:
        widths = self._section(Section.WIDTHS)
        return np.repeat(np.arange(len(widths)), widths)


class Readings:
    """What else may have been said in the documents of a snapshot. For any number of threads."""

    def __init__(
        self,
        files: "GenerationReader",
        rows: NDArray[np.void],
        live: NDArray[np.bool_],
        places: Callable[[Families], WordPlaces],
    ) -> None:
        """Take what the snapshot knows of its documents.

        Args:
            files: of the generation.
            rows: structured as `schema.ROW`, (documents,).
            live: bool, (documents,): not deleted, or those of them to look in.
            places: gives where families stand among all of the generation.
        """
        self.sounds = files.sounds
        """Of the whole generation: `SOUND`, (readings,)."""
        self._files = files
        self._rows = rows
        self._find_places = places
        numbers = np.flatnonzero(live & (rows["readings"] > 0))
        self._by_place = numbers[np.argsort(rows["first_reading"][numbers])]
        begins = rows["first_reading"][self._by_place].astype(np.int64)
        self._stretches = np.stack((begins, begins + rows["readings"][self._by_place]), axis=1)
        self.counts = rows["readings"].astype(np.float32)
        """float32, (documents,): how many each has."""

    def of(self, visible: NDArray[np.bool_]) -> "Readings":
        """Return those of some documents: bool, (documents,)."""
        return Readings(self._files, self._rows, visible, self._find_places)

    def __bool__(self) -> bool:
        return len(self._by_place) > 0

    def find(self, families: Sequence[int], *, most: int) -> Positions:
        """Return where these families stand, of very many the last: int64, ascending."""
        known = self._find_places(self._files.families)
        return known.latest(np.array(families, np.uint32), self._stretches, most=most)

    def distinct(self, places: Positions) -> Sounds:
        """Return the sounds at some places, each once."""
        sounds = self.sounds[places]
        first, second = _halves(sounds).T
        # Numbers are sorted ten times as quickly as text.
        _, one = np.unique(first * _MIX + second, return_index=True)
        return sounds[np.sort(one)]

    def count(self, heard: Heard) -> NDArray[np.float32]:
        """Tell how often any of some sounds may have been said: float32, (documents,)."""
        places = self.find(heard.families, most=MOST_COMPARED)
        places = places[_are_any(self.sounds[places], heard.sounds)]
        numbers = self._by_place[self._stretches[:, 0].searchsorted(places, "right") - 1]
        return np.bincount(numbers, minlength=len(self._rows)).astype(np.float32)

    def inside(self, number: int, heard: Heard) -> Positions:
        """Return which of a document's readings sound so: int64, ascending, from 0."""
        row = self._rows[number]
        begin = int(row["first_reading"])
        families = self._files.families[begin : begin + int(row["readings"])]
        alike = np.flatnonzero(np.isin(families, np.array(heard.families, np.uint32)))
        return alike[_are_any(self.sounds[begin + alike], heard.sounds)]

    def packed(self, number: int) -> PackedReadings:
        """Open texts and times of a document, which has readings."""
        row = self._rows[number]
        sizes = row["sizes"].tolist()
        at = list(Track).index(Track.READING)
        return self._files.readings(int(row["offset"]) + sum(sizes[:at]), sizes[at])

    def pieces(self, number: int) -> Iterator[memoryview]:
        """Yield the bytes of a document's rows, in the order they are written in."""
        first = int(self._rows[number]["first_reading"])
        end = first + int(self._rows[number]["readings"])
        yield self._files.families[first:end].data
        yield self.sounds[first:end].view(np.uint8).data

    def texts(self, places: Positions) -> list[str]:
        """Return as what it may have been said at these places; each document is opened once."""
        at = self._stretches[:, 0].searchsorted(places, "right") - 1
        texts = {one: self.packed(int(self._by_place[one])).texts for one in set(at.tolist())}
        inside = places - self._stretches[at, 0]
        return [texts[one][place] for one, place in zip(at.tolist(), inside.tolist(), strict=True)]


def _are_any(sounds: Sounds, wanted: Sequence[bytes]) -> NDArray[np.bool_]:
    """Tell which sounds are one of a few: bool, (sounds,)."""
    halves, few = _halves(sounds), _halves(np.array(wanted, SOUND))
    found = np.zeros(len(sounds), np.bool_)
    for first, second in few:
        found |= (halves[:, 0] == first) & (halves[:, 1] == second)
    return found


def _halves(sounds: Sounds) -> NDArray[np.uint64]:
    """View sounds as two numbers each: these compare quicker than text."""
    return np.ascontiguousarray(sounds).view(np.uint64).reshape(-1, 2)
