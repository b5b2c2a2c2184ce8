"""Look inside one recording for a query: every moment, and every word of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from archive.index.answering import read_query
from archive.index.leaves import Leaf, LeafReader
from archive.index.matches import (
    find_clusters,
    find_matches,
    find_readings,
    join_matches,
    matched_words,
)
from archive.index.moments import describe_moment
from archive.index.query import parse
from archive.index.snapshot import Snapshot
from archive.index.tolerance import Expander, Replacing, alternative_leaves
from archive.index.values import Audience, Moment, Track
from archive.index.voices import Voices, asked_voices


@dataclass(frozen=True, slots=True)
class Inside:
    """A recording's document, and what to look for in it, said by whom."""

    snapshot: Snapshot
    number: int
    leaves: tuple[Leaf, ...]
    voices: Voices | None
    replacing: Mapping[Leaf, Replacing]
    """Which of the leaves stand for what was typed."""

    @classmethod
    def of(
        cls,
        query: str,
        recording_id: int,
        snapshot: Snapshot,
        *,
        reader: LeafReader,
        expanders: Sequence[Expander],
        audience: Audience,
    ) -> Self | None:
        """Find the document and read the query; None: nothing is to be found."""
        node = parse(query)
        number = snapshot.find(recording_id)
        visible = snapshot.visible(audience)
        if node is None or number is None or not visible[number]:
            return None
        read = read_query(node, snapshot, expanders, visible)
        replacing = alternative_leaves(read, reader)
        return cls(
            snapshot=snapshot,
            number=number,
            leaves=(*reader.wanted_leaves(read), *replacing),
            voices=asked_voices(snapshot, number, reader.speaker_leaves(read)),
            replacing=replacing,
        )

    def moments(self) -> tuple[Moment, ...]:
        """Find every moment, as `SearchIndex.moments` says."""
        clusters = find_clusters(self.snapshot, self.number, self.leaves, self.voices)
        return tuple(describe_moment(one, self.leaves, self.replacing) for one in clusters)

    def matched_words(self, track: Track) -> tuple[tuple[int, int], ...]:
        """Find the words in one track, as `SearchIndex.matched_words` says."""
        where = (self.leaves, self.voices)
        matches = find_matches(self.snapshot, self.number, track, *where)
        if track is Track.SPEECH:
            matches = join_matches(matches, find_readings(self.snapshot, self.number, *where))
        return tuple(matched_words(matches)) if matches else ()
