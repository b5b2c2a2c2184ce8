"""One commit of one generation, opened for reading; any number of threads may share it.

Documents are numbered 0 … n-1 within a snapshot, in no particular order; deleted ones keep
their number and are not `live`. Postings come as numpy arrays, so that matching and ranking
are sums over arrays.
"""

import threading
import weakref
from collections.abc import Iterator, Sequence
from functools import cached_property, partial
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from archive.errors import SearchIndexError
from archive.index.files import GenerationReader, check_format
from archive.index.labels import LabelColumns, read_labels
from archive.index.packed import PackedTrack
from archive.index.places import LatestPlaces, TermsSeen
from archive.index.postings import (
    Postings,
    open_commit,
    read_postings,
    read_rows,
    read_terms,
    reading,
)
from archive.index.readings import Readings
from archive.index.schema import stem_field, surface_field
from archive.index.tokens import (
    FIELDS,
    TRACK_FIELDS,
    TermHashes,
    Tokens,
    field_starts,
    hash_term,
    join_tokens,
)
from archive.index.values import Audience, Track

_BYTES_PER_POSTING = 12
# With candidates that hold more of all tokens than this, all tokens are scanned in place:
# gathering the candidates' copies them.
_SCAN_SHARE = 0.25


class Snapshot:
    """What a search reads; never changes.

    Attributes:
        generation: the directory it reads.
        latest_places: keeps the places of words.
        rows: structured as `schema.ROW`, (documents,).
        live: bool, (documents,): not deleted.
        field_starts: int64, (documents, fields + 1): as `tokens.field_starts`.
        lengths: float32, (fields, documents): tokens in a field.
        fields: those that any document has.
    """

    def __init__(
        self,
        generation: Path,
        *,
        cache_bytes: int,
        latest_places: LatestPlaces | None = None,
        latest_readings: LatestPlaces | None = None,
    ) -> None:
        """Open the latest commit of a generation.

        Args:
            generation: its directory.
            cache_bytes: how much memory to spend on postings read before.
            latest_places: keeps the places of words from one snapshot to the next.
            latest_readings: likewise those of what may have been said.

        Raises:
            FileNotFoundError: the generation or the commit is gone, a newer one is there.
            OutdatedIndexError: another version of the archive wrote it.
            SearchIndexError: the files are damaged.
        """
        self.generation = generation
        self.latest_places = latest_places or LatestPlaces()
        self._latest_readings = latest_readings or LatestPlaces(frequent=1)
        check_format(generation)
        self._index, self._commit, reader = reading(generation, lambda: open_commit(generation))
        self._reader = reader
        # Whoosh closes its files when told to; here, when no search uses them any more.
        weakref.finalize(self, reader.close)
        self._files = GenerationReader(generation)
        self._lock = threading.Lock()  # Whoosh reads by seeking, which threads cannot share
        self._cache: dict[tuple[str, str], Postings | None] = {}
        self._cache_room = self._cache_bytes = cache_bytes

        self.rows, self.live = reading(generation, lambda: read_rows(reader))
        self.lengths = np.ascontiguousarray(self.rows["lengths"].T.astype(np.float32))
        having = np.count_nonzero(self.lengths[:, self.live], axis=1)
        self.fields = tuple(name for name, some in zip(FIELDS, having, strict=True) if some)

        self.field_starts = field_starts(self.rows["lengths"])
        self._first_tokens = self.rows["first_token"].astype(np.int64)
        live = np.flatnonzero(self.live)
        self._by_place = live[np.argsort(self._first_tokens[live])]
        self._check_files()

    @cached_property
    def labels(self) -> LabelColumns:
        """What documents are narrowed by and suggested by; read at the first use."""
        return read_labels(
            self._files.labels, self.rows["labels"].tolist(), self.rows["labels_size"].tolist()
        )

    @cached_property
    def readings(self) -> Readings:
        """What else may have been said; read at the first look."""
        find_places = partial(self._latest_readings.of, self.generation)
        return Readings(self._files, self.rows, self.live, find_places)

    @property
    def documents_bytes(self) -> int:
        """Bytes of packed tracks, those of replaced documents included."""
        return self._files.documents_bytes

    @property
    def tokens(self) -> Tokens:
        """All tokens of the generation, those of replaced documents included."""
        return self._files.tokens

    @property
    def certainties(self) -> NDArray[np.uint8]:
        """How sure the recognizer was of each of `tokens`: 255 is certain."""
        return self._files.certainties

    def stretches(self, visible: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return where the tokens of some documents begin and end, exclusive.

        Args:
            visible: bool, (documents,): of those that are not deleted.

        Returns:
            int64, (documents, 2), in order.
        """
        numbers = self._by_place[visible[self._by_place]]
        begins = self._first_tokens[numbers]
        return np.stack((begins, begins + self.field_starts[numbers, -1]), axis=1)

    def surface_postings(self, field: str, surface: str) -> Postings | None:
        """Return where a surface form stands; None when nowhere."""
        return self._postings(field, surface, stems=False)

    def stem_postings(self, field: str, stem: str) -> Postings | None:
        """Return where a stem stands; None when nowhere."""
        return self._postings(field, stem, stems=True)

    def surfaces_beginning(self, field: str, beginning: str, *, most: int) -> dict[str, float]:
        """Return surface forms of a field that begin so, and how often each stands there.

        Args:
            field: of the document.
            beginning: folded.
            most: how many to read at most of each part of the index, in order of the alphabet.
        """

        def read() -> dict[str, float]:
            found: dict[str, float] = {}
            wanted = beginning.encode()
            # Leaf by leaf: across leaves Whoosh looks each term up in all of them.
            for leaf, _ in self._reader.leaf_readers():
                terms = leaf.iter_field(surface_field(field), wanted)
                for term, known in islice(terms, most):
                    if not term.startswith(wanted):
                        break
                    surface = term.decode()
                    found[surface] = found.get(surface, 0) + known.weight()
            return found

        with self._lock:
            return reading(self.generation, read)

    def all_postings(self, field: str) -> Iterator[tuple[str, Postings]]:
        """Yield every term of one of Whoosh's fields, and where it stands.

        Looked up one by one, as a search does. Takes 30 µs a term and part of the index.

        Raises:
            SearchIndexError: they cannot be read.
        """
        with self._lock:
            terms = reading(self.generation, lambda: list(read_terms(self._reader, field)))
        for term in terms:
            with self._lock:
                found = reading(self.generation, partial(read_postings, self._reader, field, term))
            if found is not None:
                yield term, found

    def pieces(self, number: int) -> Iterator[memoryview]:
        """Yield all bytes of a document, but for its row, in the order they are written in."""
        row = self.rows[number]
        tokens, first = self.document_tokens(number), int(row["first_token"])
        yield self._files.documents(int(row["offset"]), int(row["sizes"].sum(dtype=np.int64)))
        yield tokens.surfaces.data
        yield tokens.stems.data
        yield self.certainties[first : first + len(tokens.surfaces)].data
        yield from self.readings.pieces(number)
        yield self._files.labels[int(row["labels"]) : int(row["labels"] + row["labels_size"])]

    def part_names(self) -> tuple[str, ...]:
        """Name the parts of the index; what one holds never changes but for deletions."""
        parts = [leaf.segment() for leaf, _ in self._reader.leaf_readers()]
        return tuple(str(part.segment_id()) for part in parts if part is not None)

    def count_surfaces(self, part: str, fields: Sequence[str]) -> dict[str, float]:
        """Return every surface form in one part of the index, and how often it stands there.

        In deleted documents too. Takes 6 µs a form and field.

        Args:
            part: of the index, by its name.
            fields: of the document.
        """

        def read() -> dict[str, float]:
            counts: dict[str, float] = {}
            for leaf, _ in self._reader.leaf_readers():
                if str(leaf.segment().segment_id()) == part:
                    for name in fields:
                        for term, known in leaf.iter_field(surface_field(name)):
                            surface = term.decode()
                            counts[surface] = counts.get(surface, 0.0) + known.weight()
            return counts

        with self._lock:
            return reading(self.generation, read)

    def find_rare_phrase(
        self, words: Sequence[TermHashes]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
        """Find where words stand side by side, if the places of one of them are kept.

        Returns:
            As `find_phrase`; None: all are frequent, or no places were kept yet.
        """
        places = self.latest_places.known(self.generation, self.tokens.surfaces)
        if places is None:
            return None
        counts = [places.count(word) for word in words]
        rarest = int(np.argmin(counts))
        if counts[rarest] == np.inf:
            return None
        found = self.tokens.beside(places.of_word(words[rarest]), words, rarest)
        return self._documents_of(found, self._by_place, self._first_tokens[self._by_place])

    def find_phrase(
        self, words: Sequence[TermHashes], first: int, candidates: NDArray[np.bool_]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Find where words stand side by side, in candidates and perhaps others.

        Args:
            words: in order.
            first: index of the word to look for first, best the rarest.
            candidates: bool, (documents,): those of interest, which hold that word.

        Returns:
            int64, (matches,): the document of each match; and the index of its field.
        """
        sizes = self.field_starts[:, -1]
        if sizes[candidates].sum() > _SCAN_SHARE * len(self.tokens.surfaces):
            numbers, tokens = self._by_place, self.tokens
            origins = self._first_tokens[numbers]
        else:
            numbers = np.flatnonzero(candidates)
            origins = np.cumsum(sizes[numbers]) - sizes[numbers]
            firsts = self._first_tokens[numbers].tolist()
            tokens = join_tokens(
                [
                    self.tokens.slice(start, start + size)
                    for start, size in zip(firsts, sizes[numbers].tolist(), strict=True)
                ]
            )
        return self._documents_of(tokens.find(words, first), numbers, origins)

    def _documents_of(
        self, found: NDArray[np.int64], numbers: NDArray[np.int64], origins: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Tell in which documents and fields places lie; those in none are left out.

        Args:
            found: int64: among some tokens.
            numbers: int64, (documents,): those whose tokens they are.
            origins: int64, (documents,): where the tokens of each begin, ascending.
        """
        index = origins.searchsorted(found, "right") - 1
        # Tokens of documents since deleted lie before, between and behind the others.
        found, index = found[index >= 0], index[index >= 0]
        inside = found - origins[index]
        documents = numbers[index]
        kept = inside < self.field_starts[documents, -1]
        documents, inside = documents[kept], inside[kept]
        fields = (inside[:, np.newaxis] >= self.field_starts[documents, :-1]).sum(axis=1) - 1
        return documents, fields

    def packed_track(self, number: int, track: Track) -> PackedTrack:
        """Open the words and times of one track of a document, which has words in it."""
        row = self.rows[number]
        sizes = row["sizes"].tolist()
        at = list(Track).index(track)
        return self._files.track(int(row["offset"]) + sum(sizes[:at]), sizes[at])

    def track_tokens(self, number: int, track: Track) -> Tokens:
        """Return the tokens of one track of a document, separators too."""
        return self.field_tokens(number, TRACK_FIELDS[track])

    def document_tokens(self, number: int) -> Tokens:
        """Return all tokens of a document, separators too."""
        first = int(self.rows["first_token"][number])
        return self.tokens.slice(first, first + int(self.field_starts[number][-1]))

    def field_tokens(self, number: int, field: str) -> Tokens:
        """Return the tokens of one field of a document, separators inside it too."""
        first = int(self.rows["first_token"][number])
        place = FIELDS.index(field)
        starts = self.field_starts[number]
        return self.tokens.slice(first + int(starts[place]), first + int(starts[place + 1]) - 1)

    def find(self, recording_id: int) -> int | None:
        """Return the document number of a recording, if it is in the index."""
        found = np.flatnonzero(self.live & (self.rows["recording_id"] == recording_id))
        return int(found[0]) if len(found) else None

    def _check_files(self) -> None:
        """Check that the files are as long as the rows need them."""
        rows = self.rows[self.live]
        sizes = rows["sizes"].sum(axis=1, dtype=np.uint64)
        documents_end = int((rows["offset"] + sizes).max(initial=0))
        tokens_end = int((self._first_tokens + self.field_starts[:, -1])[self.live].max(initial=0))
        readings_end = int((rows["first_reading"] + rows["readings"]).max(initial=0))
        if (
            documents_end > self.documents_bytes
            or tokens_end > len(self.tokens.surfaces)
            or readings_end > len(self._files.sounds)
        ):
            raise SearchIndexError(
                f"files in {self.generation} are shorter than they were written; "
                "run `webinar-archive reindex`"
            )

    def visible(self, audience: Audience) -> NDArray[np.bool_]:
        """Tell which documents an audience finds: bool, (documents,)."""
        visible = self.live
        if not audience.everything:
            visible = visible & self.rows["public"] if audience.public else np.zeros_like(visible)
        if audience.also:
            visible = visible | (self.live & self._are(audience.also))
        return visible & ~self._are(audience.never) if audience.never else visible

    def _are(self, recording_ids: frozenset[int]) -> NDArray[np.bool_]:
        return np.isin(self.rows["recording_id"], np.array(sorted(recording_ids), np.int64))

    def is_current(self) -> bool:
        """Whether no newer commit of the generation is there (one listing of a directory)."""
        return bool(self._index.latest_generation() == self._commit)

    @cached_property
    def _terms_seen(self) -> TermsSeen:
        return self.latest_places.terms_seen(
            self.generation, self.tokens, self._first_tokens, self.field_starts
        )

    def _postings(self, name: str, term: str, *, stems: bool) -> Postings | None:
        if not self._terms_seen.may_hold(hash_term(term), FIELDS.index(name), stems=stems):
            return None
        field = stem_field(name) if stems else surface_field(name)
        key = (field, term)
        with self._lock:
            if key in self._cache:
                return self._cache[key]
            found = reading(self.generation, lambda: read_postings(self._reader, field, term))
            cost = 100 + (len(found[0]) * _BYTES_PER_POSTING if found else 0)
            if cost > self._cache_room:
                self._cache.clear()
                self._cache_room = self._cache_bytes
            if cost <= self._cache_room:
                self._cache[key] = found
                self._cache_room -= cost
        return found
