"""What one snapshot holds: of which recordings, which versions of them, and how much is waste."""

from collections.abc import Mapping

import numpy as np

from archive.index.facets import all_of, narrow
from archive.index.proof import hash_content
from archive.index.snapshot import Snapshot
from archive.index.values import Audience, IndexDocument, IndexedState, Narrowing


def contents(snapshot: Snapshot) -> Mapping[int, IndexedState]:
    """Tell which version of each recording is held."""
    rows = snapshot.rows[snapshot.live]
    return {
        recording_id: IndexedState(version=version, public=public)
        for recording_id, version, public in zip(
            rows["recording_id"].tolist(),
            rows["version"].tolist(),
            rows["public"].tolist(),
            strict=True,
        )
    }


def holds(snapshot: Snapshot, document: IndexDocument) -> bool:
    """Tell whether what is held of a recording was made from just this."""
    number = snapshot.find(document.recording_id)
    return number is not None and int(snapshot.rows["content"][number]) == hash_content(document)


def narrowed_to(snapshot: Snapshot, narrowing: Narrowing, audience: Audience) -> frozenset[int]:
    """Return the recordings that have what was chosen of each kind."""
    mask = all_of(snapshot.visible(audience), narrow(snapshot, narrowing))
    return frozenset(snapshot.rows["recording_id"][mask].tolist())


def wasted_share(snapshot: Snapshot) -> float:
    """Tell which share in [0, 1] of the stored words belongs to replaced documents."""
    used = int(snapshot.rows["sizes"][snapshot.live].sum(dtype=np.int64))
    return max(1 - used / max(snapshot.documents_bytes, 1), 0.0) if used else 0.0
