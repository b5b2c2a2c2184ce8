"""Mend a model's tokenizer where its first merge was lost on the way.

The tokenizer that the packages of Whisper `base` carry begins its list of merges at the second
line, so that " then" is written as " " and "then". Reading what the model wrote does not
suffer; a prompt, which is written with it, does: every word that begins with t.
"""

import json

from tokenizers import Tokenizer

_FIRST_MERGE = ("Ġ", "t")


def mend_tokenizer(tokenizer: Tokenizer) -> Tokenizer:
    """Return the tokenizer with the merge of " t" first; itself where nothing is missing."""
    description = json.loads(tokenizer.to_str())
    model = description["model"]
    merges = [
        tuple(merge) if isinstance(merge, list) else tuple(merge.split(" ", 1))
        for merge in model["merges"]
    ]
    if "".join(_FIRST_MERGE) not in model["vocab"] or _FIRST_MERGE in merges:
        return tokenizer
    model["merges"] = [list(merge) for merge in (_FIRST_MERGE, *merges)]
    return Tokenizer.from_str(json.dumps(description))
