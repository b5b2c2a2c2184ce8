"""Word error rate, with the usual normalization: small letters, no punctuation, numbers as is."""

import re
import unicodedata


def word_error_rate(reference: str, transcript: str) -> float:
    """Return the insertions, deletions and substitutions per word of the reference."""
    wanted, got = normalized(reference), normalized(transcript)
    row = list(range(len(got) + 1))
    for index, word in enumerate(wanted, 1):
        diagonal, row[0] = row[0], index
        for at, other in enumerate(got, 1):
            diagonal, row[at] = (
                row[at],
                min(row[at] + 1, row[at - 1] + 1, diagonal + (word != other)),
            )
    return row[-1] / max(len(wanted), 1)


def normalized(text: str) -> list[str]:
    """Write text as plain words; a point or comma within a number stays."""
    text = (
        unicodedata.normalize("NFKC", text)
        .casefold()
        .replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    )
    text = re.sub(r"(?<!\d)[.,]|[.,](?!\d)|[^\w\s.,']", " ", text)
    return text.split()
