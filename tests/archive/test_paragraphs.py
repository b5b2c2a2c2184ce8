from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from archive.doubts import Doubt
from archive.paragraphs import make_paragraphs
from archive.transcript import Segment, Word
from tests.archive.captions.conversation import say, segment_of


def test_sentences_are_cut_at_their_ends_and_carry_their_times() -> None:
    segment = say("Good morning. How are you? Dr. Banda is here.", word_ms=100, gap_ms=0)

    (paragraph,) = make_paragraphs([segment])

    assert [(s.start_ms, s.end_ms, s.text) for s in paragraph.sentences] == [
        (0, 200, "Good morning."),
        (200, 500, "How are you?"),
        (500, 900, "Dr. Banda is here."),
    ]
    assert (paragraph.start_ms, paragraph.end_ms) == (0, 900)


def test_a_sentence_may_run_over_segments() -> None:
    one = say("Give the child")
    two = say("some sugar.", start_ms=one.end_ms)

    (paragraph,) = make_paragraphs([one, two])

    assert [sentence.text for sentence in paragraph.sentences] == ["Give the child some sugar."]


def test_a_sentence_has_the_doubts_of_every_segment_it_is_from() -> None:
    one = replace(say("Good morning. Give the child"), doubts=frozenset({Doubt.UNSURE}))
    two = replace(say("some sugar.", start_ms=one.end_ms), doubts=frozenset({Doubt.FAST}))
    three = say("Thank you.", start_ms=two.end_ms)

    (paragraph,) = make_paragraphs([one, two, three])

    assert [sentence.doubts for sentence in paragraph.sentences] == [
        {Doubt.UNSURE}, {Doubt.UNSURE, Doubt.FAST}, set(),
    ]  # fmt: skip


def test_a_paragraph_ends_where_the_language_changes() -> None:
    english = say("Thank you.")
    french = say("Merci à vous.", language="fr", start_ms=english.end_ms)

    paragraphs = make_paragraphs([english, french])

    assert [(p.language, p.sentences[0].text) for p in paragraphs] == [
        ("en", "Thank you."),
        ("fr", "Merci à vous."),
    ]


def test_a_paragraph_ends_where_the_speaker_changes_and_says_who_speaks() -> None:
    asked = replace(say("How is the child?"), speaker="Dr Otieno")
    answered = replace(say("Better now. Thank you.", start_ms=asked.end_ms), speaker="Speaker 2")
    nobody = say("Good.", start_ms=answered.end_ms)

    paragraphs = make_paragraphs([asked, answered, nobody])

    assert [(p.speaker, len(p.sentences)) for p in paragraphs] == [
        ("Dr Otieno", 1), ("Speaker 2", 2), ("", 1),
    ]  # fmt: skip


def test_a_paragraph_ends_at_a_pause_of_two_seconds() -> None:
    one = say("Thank you.")
    near = say("Next slide.", start_ms=one.end_ms + 1_999)
    far = say("Any questions?", start_ms=near.end_ms + 2_000)

    paragraphs = make_paragraphs([one, near, far])

    assert [len(paragraph.sentences) for paragraph in paragraphs] == [2, 1]


def test_a_long_monologue_is_cut_at_sentence_ends_after_sixty_words() -> None:
    monologue = say(" ".join(["Seven words are in this short sentence."] * 30))

    paragraphs = make_paragraphs([monologue])

    counts = [sum(len(s.words) for s in p.sentences) for p in paragraphs]
    assert counts == [63, 63, 63, 21]


def test_chinese_is_cut_by_characters() -> None:
    monologue = say("我们今天讨论儿童疟疾的治疗。" * 30, language="zh")

    paragraphs = make_paragraphs([monologue])

    assert [sum(len(s.text) for s in p.sentences) for p in paragraphs] == [140, 140, 140]
    assert paragraphs[0].sentences[0].text == "我们今天讨论儿童疟疾的治疗。"


def test_speech_without_any_full_stop_still_becomes_paragraphs() -> None:
    endless = say(" ".join(["and"] * 400))

    paragraphs = make_paragraphs([endless])

    assert [len(p.sentences[0].words) for p in paragraphs] == [110, 110, 110, 70]


def test_no_speech_gives_no_paragraphs() -> None:
    assert make_paragraphs([]) == ()


@st.composite
def transcripts(draw: st.DrawFn) -> list[Segment]:
    segments = []
    now_ms = 0
    for _ in range(draw(st.integers(1, 5))):
        language = draw(st.sampled_from(["en", "zh", "ar"]))
        words = []
        for text in draw(st.lists(st.text("ab.?, 。", min_size=1), min_size=1, max_size=60)):
            now_ms += draw(st.sampled_from([0, 50, 2_500]))
            words.append(Word(start_ms=now_ms, end_ms=now_ms + 9, text=text, confidence=1.0))
            now_ms += 10
        segments.append(segment_of(words, language))
    return segments


@settings(deadline=None)
@given(transcripts())
def test_the_words_of_all_sentences_are_the_transcripts(segments: list[Segment]) -> None:
    paragraphs = make_paragraphs(segments)

    said = [(word, segment.language) for segment in segments for word in segment.words]
    written = [
        (word, paragraph.language)
        for paragraph in paragraphs
        for sentence in paragraph.sentences
        for word in sentence.words
    ]
    assert written == said
