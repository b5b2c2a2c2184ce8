from archive.cautions import Caution, CautionKind
from web.marking import mark_up


def caution(start: int, end: int) -> Caution:
    return Caution(start=start, end=end, kind=CautionKind.DRUG)


def test_marks_lie_inside_cautions_and_are_cut_where_they_leave_them() -> None:
    text = "Give artesunate 2 mg now"

    assert mark_up(text, [(0, 15)], [caution(5, 15), caution(16, 20)]) == (
        '<mark>Give </mark><span class="caution"><mark>artesunate</mark></span> '
        '<span class="caution">2 mg</span> now'
    )


def test_everything_else_is_escaped() -> None:
    assert mark_up("<b> & 2 mg", [], [caution(6, 10)]) == (
        '&lt;b&gt; &amp; <span class="caution">2 mg</span>'
    )
    assert mark_up("<i>", [(0, 3)], []) == "<mark>&lt;i&gt;</mark>"
