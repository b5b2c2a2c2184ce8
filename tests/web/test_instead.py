"""What stands in place of what was asked, as it is told, and whether it can be corrected."""

import pytest

from archive.index import Moment, Reason, Track
from archive.index.values import Instead
from web.instead import tell_instead


def moment(found: str, *, track: Track = Track.SPEECH, reason: Reason = Reason.SOUND) -> Moment:
    instead = Instead(
        reason=reason, asked="concentrator", meant="", found=found, start_ms=0, end_ms=900
    )
    return Moment(
        track=track,
        start_ms=0,
        end_ms=900,
        text=found,
        marks=(),
        language="en",
        instead=(instead,),
        speaker="",
    )


@pytest.mark.parametrize("found", ["consentraiter", "con sent rate or"])
def test_what_sounds_like_what_was_asked_can_be_corrected(found: str) -> None:
    (line,) = tell_instead(moment(found))

    assert (line.lead, line.found, line.misheard) == ("heard as", found, True)


def test_what_was_asked_replaces_no_more_words_than_it_may_be_heard_as() -> None:
    (line,) = tell_instead(moment("concentrateur d'oxygène s'arrête, nous gardons donc toujours"))

    assert not line.misheard


def test_only_speech_that_sounds_like_it_can_be_corrected() -> None:
    (slide,) = tell_instead(moment("consentraiter", track=Track.SLIDE))
    (spelled,) = tell_instead(moment("concentrater", reason=Reason.SPELLING))

    assert not slide.misheard
    assert not spelled.misheard
