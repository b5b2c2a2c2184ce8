from archive.captions import Cue, write_srt


def test_a_file_is_numbered_and_written_with_commas() -> None:
    cues = [
        Cue(start_ms=0, end_ms=1_500, lines=("Good morning,", "everyone."), language="en"),
        Cue(start_ms=3_723_580, end_ms=3_725_000, lines=("Bonjour.",), language="fr"),
    ]

    assert write_srt(cues) == (
        "1\n00:00:00,000 --> 00:00:01,500\nGood morning,\neveryone.\n\n"
        "2\n01:02:03,580 --> 01:02:05,000\nBonjour.\n\n"
    )


def test_text_is_never_taken_for_a_time_line() -> None:
    cue = Cue(start_ms=0, end_ms=1_500, lines=("from A --> B\n\n2",), language="en")

    assert write_srt([cue]) == "1\n00:00:00,000 --> 00:00:01,500\nfrom A -> B 2\n\n"
