"""The watch page's transcript and slides as the template shows them. Pure.

Every sentence is a link to its time; where the reader searched, the spoken words that
match are marked, and each match knows the one before and after it. A sentence with a dose, a
drug or a doubt in it has a second link that plays it.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import Markup

from archive.cautions import find_cautions
from archive.chapters import KeptChapter
from archive.doubts import explain_doubts
from archive.glossary.drugs import DrugNames
from archive.index import Moment, Track
from archive.language import language_tag, writes_spaces
from archive.paragraphs import Paragraph, Sentence
from archive.search import TRACK_LABELS
from archive.slides import KeptSlide
from archive.timecode import format_seconds
from web.instead import InsteadLine, tell_instead
from web.marking import mark_up
from web.result_cards import Strip, make_strip, quote_moment
from web.wording import language_label


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceLink:
    """One sentence of the transcript."""

    anchor: str
    href: str
    start_ms: int
    html: Markup
    current: bool
    """True for the sentence at the time the page was opened at."""
    end_ms: int = 0
    doubt: str = ""
    """Why a person should listen to it; empty: no doubt."""
    check_href: str | None = None
    """Plays it and nothing after it; None: nothing in it needs checking."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParagraphBlock:
    """One paragraph of the transcript, in one language."""

    start_ms: int
    href: str
    tag: str
    """BCP 47 tag of what is spoken."""
    language: str | None
    """Its name, where the language changes."""
    speaker: str
    """Name or label of who says it, where the speaker changes; else empty."""
    gap: str
    """What stands between sentences."""
    sentences: tuple[SentenceLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChapterLink:
    """A chapter in the list beside the player."""

    start_ms: int
    end_ms: int | None
    href: str
    title: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SlideLink:
    """One slide of the strip."""

    start_ms: int
    end_ms: int | None
    href: str
    picture: str
    """Address of the full picture."""
    small: str
    """Address of the small one."""
    text: str
    """The words on it, a line for each; empty: none were read."""
    current: bool
    """True for the slide shown at the time the page was opened at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchLink:
    """One place where the words searched for are spoken, shown or in the translation."""

    start_ms: int
    href: str
    html: Markup
    tag: str
    label: str | None
    """What the words are, where they are not what was said: `on a slide`."""
    speaker: str
    """Name of who says them; empty: not known."""
    current: bool
    instead: tuple[InsteadLine, ...] = ()
    """What it was found by where what was typed does not stand in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """What a search inside the recording found."""

    links: tuple[MatchLink, ...]
    previous: MatchLink | None
    """The last before the time the page is at."""
    next: MatchLink | None
    """The first after it."""


def make_blocks(
    paragraphs: Sequence[Paragraph],
    *,
    main_language: str | None,
    at_ms: int | None,
    matched: Sequence[tuple[int, int]],
    tail: str = "",
    drugs: DrugNames | None = None,
) -> tuple[ParagraphBlock, ...]:
    """Turn paragraphs into blocks of links.

    Args:
        paragraphs: In order of time.
        main_language: Not named where it is spoken.
        at_ms: The time the page was opened at.
        matched: Start and end in ms of each matching word, in order of time.
        tail: What links keep of the page's address: `&q=fever`.
        drugs: Marked where they are named; None: none.
    """
    starts = [sentence.start_ms for paragraph in paragraphs for sentence in paragraph.sentences]
    current = bisect_right(starts, at_ms) - 1 if at_ms is not None else -1
    match_starts = [start_ms for start_ms, _ in matched]
    names = {
        language: drugs.in_language(language) if drugs else frozenset()
        for language in {paragraph.language for paragraph in paragraphs}
    }
    blocks: list[ParagraphBlock] = []
    spoken = main_language
    speaker = ""
    number = 0
    for paragraph in paragraphs:
        language = paragraph.language
        links: list[SentenceLink] = []
        for sentence in paragraph.sentences:
            cautions = find_cautions(sentence.text, language, names[language])
            start = format_seconds(sentence.start_ms)
            links.append(
                SentenceLink(
                    anchor=f"s{number}",
                    href=f"?t={start}{tail}#s{number}",
                    start_ms=sentence.start_ms,
                    end_ms=sentence.end_ms,
                    html=mark_up(
                        sentence.text, _matching(sentence, matched, match_starts), cautions
                    ),
                    current=number == current,
                    doubt=explain_doubts(sentence.doubts),
                    check_href=(
                        f"?t={start}&end={format_seconds(sentence.end_ms)}{tail}#s{number}"
                        if cautions or sentence.doubts
                        else None
                    ),
                )
            )
            number += 1
        blocks.append(
            ParagraphBlock(
                start_ms=paragraph.start_ms,
                href=links[0].href if links else f"?t={format_seconds(paragraph.start_ms)}{tail}",
                tag=language_tag(language),
                language=language_label(language) if language != spoken else None,
                speaker=paragraph.speaker if paragraph.speaker != speaker else "",
                gap=" " if writes_spaces(language) else "",
                sentences=tuple(links),
            )
        )
        spoken, speaker = language, paragraph.speaker
    return tuple(blocks)


def make_slides(
    slides: Sequence[KeptSlide], *, recording_id: int, at_ms: int | None, tail: str = ""
) -> tuple[SlideLink, ...]:
    """Turn the slides of a recording into links.

    Args:
        slides: In order of time.
        recording_id: Whose they are.
        at_ms: The time the page was opened at; None: the beginning.
        tail: What links keep of the page's address.
    """
    now_ms = at_ms or 0
    return tuple(
        SlideLink(
            start_ms=slide.start_ms,
            end_ms=slide.end_ms,
            href=f"?t={format_seconds(slide.start_ms)}{tail}",
            picture=f"/recordings/{recording_id}/slides/{slide.start_ms}.jpg",
            small=f"/recordings/{recording_id}/slides/{slide.start_ms}-small.webp",
            text=slide.text,
            current=slide.start_ms <= now_ms and (slide.end_ms is None or now_ms < slide.end_ms),
        )
        for slide in slides
    )


def make_chapters(
    chapters: Sequence[KeptChapter], *, at_ms: int | None, tail: str
) -> tuple[ChapterLink, ...]:
    """Turn chapters into links; the one at a time is the current one."""
    now_ms = at_ms or 0
    return tuple(
        ChapterLink(
            start_ms=chapter.start_ms,
            end_ms=chapter.end_ms,
            href=f"?t={format_seconds(chapter.start_ms)}{tail}",
            title=chapter.title,
            current=chapter.start_ms <= now_ms
            and (chapter.end_ms is None or now_ms < chapter.end_ms),
        )
        for chapter in chapters
    )


def make_matches(moments: Sequence[Moment], *, query: str, at_ms: int | None) -> Matches:
    """Turn the moments of a recording into links, and find the neighbours of a time."""
    tail = f"&q={quote(query)}"
    links = tuple(
        MatchLink(
            start_ms=moment.start_ms,
            href=f"?t={format_seconds(moment.start_ms)}{tail}",
            html=quote_moment(moment),
            tag=language_tag(moment.language),
            label=TRACK_LABELS.get(moment.track),
            speaker=moment.speaker,
            current=moment.start_ms == at_ms,
            instead=tell_instead(moment),
        )
        for moment in moments
    )
    before = [link for link in links if at_ms is not None and link.start_ms < at_ms]
    after = [link for link in links if at_ms is None or link.start_ms > at_ms]
    return Matches(
        links=links,
        previous=before[-1] if before else None,
        next=after[0] if after else None,
    )


def make_moment_strip(moments: Sequence[Moment], duration_ms: int | None) -> Strip | None:
    """Draw where the moments of a recording lie, slides apart; None when there are none.

    Args:
        moments: In order of time.
        duration_ms: Length of the recording.
    """
    slides_ms = [moment.start_ms for moment in moments if moment.track is Track.SLIDE]
    heard_ms = [moment.start_ms for moment in moments if moment.track is not Track.SLIDE]
    return make_strip(heard_ms, duration_ms, slides_ms)


def _matching(
    sentence: Sentence, matched: Sequence[tuple[int, int]], match_starts: Sequence[int]
) -> list[tuple[int, int]]:
    """Find the matching words in a sentence's text, as characters; neighbours are one stretch."""
    if not matched:
        return []
    text = ""
    marks: list[tuple[int, int]] = []
    joins = False
    for word in sentence.words:
        at = bisect_right(match_starts, word.start_ms) - 1
        matches = at >= 0 and word.start_ms < max(matched[at][1], matched[at][0] + 1)
        start = len(text) + len(word.text) - len(word.text.lstrip())
        text += word.text
        if matches:
            marks[-1:] = [(marks[-1][0], len(text))] if joins else [*marks[-1:], (start, len(text))]
        joins = matches
    indent = len(text) - len(text.lstrip())
    return [(max(start - indent, 0), end - indent) for start, end in marks]
