"""Decide what was said in chunks that share one pass of the encoder.

Each chunk is heard greedily and without a prompt first. That is enough where the model is sure;
the other chunks are heard again with more care, primed with what is known of the recording
(`vocabulary`). What a prompt changed is taken change by change (`hearings`), in languages without
spaces all or nothing (`leaks`); loops and impossible speed are heard again with other settings
(`repair`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import ctranslate2

from archive.doubts import Doubt
from archive.glossary.ordinary import ordinary_words
from archive.language import writes_spaces
from archive.transcript import Segment
from worker.speech.decoder import GREEDY, Decoded, Decoder, pick_rows
from worker.speech.faults import is_loop, is_too_fast
from worker.speech.hearings import merge_hearings
from worker.speech.hints import fit_prompts
from worker.speech.languages import SpokenChunk
from worker.speech.leaks import leaked_phrases, lost_or_gained
from worker.speech.repair import repair
from worker.speech.rewriting import part_words
from worker.speech.silence import is_silence, may_be_silence
from worker.speech.vocabulary import Vocabulary

SURE_LOG_PROBABILITY = -0.13
"""Above it a greedy text is kept. Measured on 745 s of speech without hints: at -0.1 half of the
chunks were heard again, with the word errors of hearing all with beam 5 (3.47 % against 3.51 %;
all greedily 4.10 %) at 97 % of the processor time. With the glossary -0.12, -0.13, -0.14 and -0.15
gave 3.06, 3.20, 3.29 and 3.42 % in 67, 64, 62 and 58 s."""
MOST_PROMPT_TOKENS = 40
"""Every token of a prompt costs about as much as one of the text."""
_CAREFUL_BEAM_SIZE = 3
"""Of the second hearing. With hints 2.88 % word errors and 86 s of processor time on that speech;
beam 5 2.84 % and 95 s, beam 2 3.11 %."""
_UNSURE_CONFIDENCE = 0.4
_FILLER = "Webinar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Priming:
    """Phrases for the prompt of a chunk, the most helpful first."""

    suggested: tuple[str, ...] = ()
    """Given for this very recording."""
    offered: tuple[str, ...] = ()
    """Of the whole glossary, as they sound like what was heard."""

    @property
    def phrases(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(dict.fromkeys((*self.suggested, *self.offered)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognized:
    """What was said in a chunk; no tokens where nobody speaks."""

    tokens: tuple[int, ...] = ()
    doubts: frozenset[Doubt] = frozenset()
    """Those that concern the whole chunk."""
    unprimed: str = ""
    """What the first hearing wrote."""
    corrected: tuple[str, ...] = ()
    """Terms that stand where the model wrote something that sounds like them."""

    def doubts_of(self, segment: Segment, language: str) -> frozenset[Doubt]:
        """Return what is doubtful about a segment of the chunk."""
        doubts = set(self.doubts)
        length_ms = segment.end_ms - segment.start_ms
        if is_loop(segment.text, language, length_ms):
            doubts.add(Doubt.REPEATED)
        if is_too_fast(segment.text, language, length_ms):
            doubts.add(Doubt.FAST)
        if any(term in segment.text for term in self.corrected):
            doubts.add(Doubt.PROMPTED)
        if segment.confidence < _UNSURE_CONFIDENCE:
            doubts.add(Doubt.UNSURE)
        return frozenset(doubts)


class Recognizer:
    """Hears chunks as often as it takes. Safe to use from several threads."""

    def __init__(self, decoder: Decoder) -> None:
        """Wrap a model."""
        self._decoder = decoder

    def recognize(
        self,
        encoded: ctranslate2.StorageView,
        parts: Sequence[SpokenChunk],
        vocabulary: Vocabulary | None,
    ) -> list[Recognized]:
        """Find what was said in each chunk.

        Args:
            encoded: the encoder's output, a row a chunk.
            parts: the chunks with their languages.
            vocabulary: what is known of the recording; None: nothing.
        """
        first = self._decode(encoded, parts, range(len(parts)), beam_size=GREEDY)
        texts = dict(first)
        texts.update(self._hear_again(encoded, parts, first, vocabulary))
        found = repair(
            texts, parts, lambda rows: self._decode(encoded, parts, rows, no_repeat=True)
        )
        return [
            Recognized()
            if _is_silent(found.texts[row], part)
            else Recognized(
                tokens=found.texts[row].tokens,
                doubts=found.doubts.get(row, frozenset()) | _doubts_of_silence(found.texts[row]),
                unprimed=first[row].text,
            )
            for row, part in enumerate(parts)
        ]

    def _hear_again(
        self,
        encoded: ctranslate2.StorageView,
        parts: Sequence[SpokenChunk],
        first: Mapping[int, Decoded],
        vocabulary: Vocabulary | None,
    ) -> dict[int, Decoded]:
        """Hear again what was not sure, primed where something is known."""
        plain = {row for row in first if first[row].log_probability <= SURE_LOG_PROBABILITY}
        if vocabulary is None:
            return self._decode(encoded, parts, sorted(plain))
        primings = {
            row: priming
            for row in sorted(plain)
            if not _is_silent(first[row], parts[row])
            and (priming := _prime(vocabulary, parts[row], first[row].text.split())).phrases
        }
        found: dict[int, Decoded] = {}
        for row, text in self._hear_primed(encoded, parts, primings).items():
            part, priming = parts[row], primings[row]
            if writes_spaces(part.language):
                found[row] = self._merged(text, first[row], part, priming, vocabulary)
            elif not _shows_prompt(text, first[row], priming.phrases, part.language):
                found[row] = text
        return found | self._decode(encoded, parts, sorted(plain - set(found)))

    def _hear_primed(
        self,
        encoded: ctranslate2.StorageView,
        parts: Sequence[SpokenChunk],
        primings: Mapping[int, Priming],
    ) -> dict[int, Decoded]:
        """Hear some chunks with a prompt each."""
        prompts = fit_prompts(
            [priming.phrases for priming in primings.values()],
            encode=self._decoder.tokenizer("en").encode,
            filler=_FILLER,
            most_tokens=MOST_PROMPT_TOKENS,
        )
        return self._decode(encoded, parts, list(primings), prompts=prompts)

    def _merged(
        self,
        primed: Decoded,
        unprimed: Decoded,
        part: SpokenChunk,
        priming: Priming,
        vocabulary: Vocabulary,
    ) -> Decoded:
        """Take from a primed text what the prompt may rightly have changed."""
        written = primed.text.split()
        words = merge_hearings(
            written,
            unprimed.text.split(),
            suggested=priming.suggested,
            offered=priming.offered,
            language=part.language,
            vocabulary=vocabulary,
        )
        words = part_words(
            words, suggested=priming.suggested, ordinary=ordinary_words(part.language)
        )
        if words == written:
            return primed
        text = f" {' '.join(words)}"
        tokens = self._decoder.tokenizer(part.language).encode(text)
        return replace(primed, text=text, tokens=tuple(tokens))

    def _decode(
        self,
        encoded: ctranslate2.StorageView,
        parts: Sequence[SpokenChunk],
        rows: Sequence[int],
        *,
        beam_size: int = _CAREFUL_BEAM_SIZE,
        prompts: Sequence[Sequence[int]] | None = None,
        no_repeat: bool = False,
    ) -> dict[int, Decoded]:
        """Decode some rows; by row."""
        if not rows:
            return {}
        found = self._decoder.decode(
            pick_rows(encoded, rows, of=len(parts)),
            [parts[row].language for row in rows],
            prompts=prompts,
            beam_size=beam_size,
            no_repeat=no_repeat,
        )
        return dict(zip(rows, found, strict=True))


def _prime(vocabulary: Vocabulary, part: SpokenChunk, words: Sequence[str]) -> Priming:
    """Choose what may help with a chunk of which so much was heard."""
    offered = vocabulary.offer(words, part.language) if writes_spaces(part.language) else ()
    return Priming(suggested=vocabulary.suggest(part.chunk, part.language, words), offered=offered)


def _shows_prompt(
    primed: Decoded, unprimed: Decoded, suggestion: Sequence[str], language: str
) -> bool:
    """Tell whether a prompt did more than help."""
    after, before = primed.text.split(), unprimed.text.split()
    return lost_or_gained(after, before) or bool(
        leaked_phrases(after, before, suggestion, language)
    )


def _is_silent(text: Decoded, part: SpokenChunk) -> bool:
    return is_silence(
        text.text,
        no_speech_probability=text.no_speech_probability,
        log_probability=text.log_probability,
        heard_ms=part.chunk.heard_ms,
    )


def _doubts_of_silence(text: Decoded) -> frozenset[Doubt]:
    doubted = may_be_silence(
        no_speech_probability=text.no_speech_probability, log_probability=text.log_probability
    )
    return frozenset({Doubt.SILENCE} if doubted else ())
