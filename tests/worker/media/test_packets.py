import pytest

from worker.media.packets import StreamPackets, _add_lines


def _measure(*rows: str, clock_may_jump: bool = False) -> dict[int, StreamPackets]:
    streams: dict[int, StreamPackets] = {}
    _add_lines(streams, rows, clock_may_jump=clock_may_jump)
    return streams


def _aac(start: float, count: int, *, last: float = 0.02) -> list[str]:
    """`count` packets of 20 ms; the last one says another duration."""
    durations = [0.02] * (count - 1) + [last]
    return [
        f"0,{start + i * 0.02:.3f},{start + i * 0.02:.3f},{duration},100,K_"
        for i, duration in enumerate(durations)
    ]


def test_times_run_from_the_first_start_to_the_last_end() -> None:
    (sound,) = _measure(*_aac(0.5, 100)).values()

    assert (sound.start_s, sound.end_s) == (0.5, pytest.approx(2.5))
    assert not sound.has_gaps(compressed=True)


def test_a_gap_between_packets_is_found() -> None:
    (sound,) = _measure(*_aac(0, 100), *_aac(3, 100)).values()

    assert sound.has_gaps(compressed=True)
    assert sound.has_gaps(compressed=False)


def test_a_gap_hidden_in_the_duration_of_a_packet_is_found() -> None:
    (sound,) = _measure(*_aac(0, 100, last=1.02), *_aac(3, 100)).values()

    assert sound.has_gaps(compressed=True)
    assert not sound.has_gaps(compressed=False)  # a long packet of PCM is nothing special


def test_packets_before_the_start_of_an_edit_list_do_not_count() -> None:
    (sound,) = _measure("0,-1.000,-1.000,0.02,100,KD", "", *_aac(0, 3)).values()

    assert sound.count == 3
    assert sound.start_s == 0


def test_decoding_times_stand_in_for_missing_presentation_times() -> None:
    (picture,) = _measure("0,N/A,0.0,0.04,9,K_", "0,N/A,0.04,0.04,9,__").values()

    assert picture.end_s == pytest.approx(0.08)


def test_the_longest_way_between_key_frames_is_measured() -> None:
    flags = "K____K__K"
    rows = [f"0,{i}.0,{i}.0,1.0,9,{flag}_" for i, flag in enumerate(flags)]

    (picture,) = _measure(*rows).values()

    assert picture.key_frame_gap_s == 5.0


@pytest.mark.parametrize(("may_jump", "end_s"), [(True, 4.0), (False, 1002.0)])
def test_a_jump_of_the_clock_is_passed_over_where_players_do(
    *, may_jump: bool, end_s: float
) -> None:
    (sound,) = _measure(*_aac(0, 100), *_aac(1000, 100), clock_may_jump=may_jump).values()

    assert sound.end_s == pytest.approx(end_s)


def test_a_constant_bit_rate_is_told_from_a_variable_one() -> None:
    def sizes(*sizes: int) -> StreamPackets:
        (sound,) = _measure(*(f"0,{i},{i},1,{s},K_" for i, s in enumerate(sizes))).values()
        return sound

    assert sizes(417, 418, 418, 417).constant_size
    assert not sizes(417, 418, 522, 417).constant_size


def test_lines_that_are_no_packets_are_passed_over() -> None:
    assert _measure("", "garbage", "0,N/A,N/A,N/A,N/A,__", "0,nan") == {}
