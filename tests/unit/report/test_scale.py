"""The scale of the figures along a contig."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from landfall.report.figures.scale import Scale

PLUS, MINUS = Scale(100, 200, 10, 210), Scale(100, 200, 10, 210, "-")


def test_the_ends_of_the_view_lie_at_the_ends_of_the_drawing() -> None:
    assert [PLUS.x(100), PLUS.x(200)] == [10, 210]
    assert [MINUS.x(100), MINUS.x(200)] == [210, 10]


@given(st.integers(0, 300))
def test_the_minus_strand_is_the_mirror_image_and_nothing_leaves_the_drawing(position: int) -> None:
    assert PLUS.x(position) + MINUS.x(position) == 220
    assert 10 <= PLUS.x(position) <= 210


def test_a_base_lies_between_its_boundaries_and_a_span_has_its_width() -> None:
    assert PLUS.base(101) == 11
    assert MINUS.base(101) == 209
    assert PLUS.span(110, 120) == (30, 20)
    assert MINUS.span(110, 120) == (170, 20)


def test_the_view_is_half_open() -> None:
    assert [PLUS.holds(position) for position in (99, 100, 199, 200, None)] == [
        False,
        True,
        True,
        False,
        False,
    ]
