"""Incremental inference gives what a pass over the whole edited sequence gives."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from landfall.models.inference import incremental
from landfall.models.inference.edits import Edit, batches
from landfall.models.inference.incremental import Stack, Unit
from landfall.models.layers import dilated_convolution
from landfall.models.layers.dilated_convolution import Convolution, Norm

CPU = torch.device("cpu")


def toy_stack(seed: int, channels: int, slope: float) -> Stack:
    """Three units of growing dilation with random weights; reach 2 * (1 + 4 + 9)."""
    generator = torch.Generator().manual_seed(seed)

    def random(*shape: int) -> torch.Tensor:
        fan = int(np.prod(shape[1:])) or 1
        return torch.randn(*shape, generator=generator) / np.sqrt(2 * fan)

    units = []
    for width, dilation in ((3, 1), (5, 2), (7, 3)):
        norm = Norm(random(channels) + 1, random(channels))
        both = [
            Convolution(random(channels, channels, 1, width), random(channels), dilation, slope)
            for _ in range(2)
        ]
        units.append(Unit(norm, *both))
    taps = tuple((depth, random(3, channels), random(3)) for depth in (0, 1, 3))
    return Stack(
        random(channels, 4), random(channels), tuple(units), taps, lambda logits: torch.softmax(logits, -1)
    )


STACKS = [toy_stack(seed, 6, 0.0) for seed in (1, 2)]
WIDE, LEAKY = (
    [toy_stack(seed, dilated_convolution.CHANNELS, slope) for seed in (1, 2)] for slope in (0.0, 0.1)
)
"""Of as many channels as the compiled convolutions take, with and without a slope of their rectifiers."""
REACH = STACKS[0].reach


def whole(sequence: str, stacks: list[Stack] = STACKS) -> np.ndarray:
    """The ensemble's output by one pass over the sequence, nothing reused."""
    return incremental.read(stacks, sequence, [Edit(REACH, REACH, "", REACH, len(sequence) - REACH)], 1, CPU)[
        0
    ][0]


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    """A sequence with several edits of any kind, each with its wanted outputs."""
    sequence = draw(st.text("ACGTN", min_size=2 * REACH + 60, max_size=2 * REACH + 120))
    edits = []
    for _ in range(draw(st.integers(1, 6))):
        first = draw(st.integers(REACH, len(sequence) - REACH - 1))
        last = draw(st.integers(first + 1, len(sequence) - REACH))
        start = draw(st.integers(first, last))
        end = draw(st.integers(start, min(last, start + 30)))
        alt = draw(st.text("ACGT", max_size=25))
        if last - first + len(alt) - (end - start) > 0:
            edits.append(Edit(start, end, alt, first, last))
    return sequence, edits


@settings(max_examples=100, derandomize=True, deadline=None)
@given(edited(), st.integers(1, 4), st.sampled_from([STACKS, WIDE, LEAKY]))
def test_incremental_equals_whole(case: tuple[str, list[Edit]], batch: int, stacks: list[Stack]) -> None:
    sequence, edits = case
    reference = whole(sequence, stacks)
    for edit, (ref, alt) in zip(edits, incremental.read(stacks, sequence, edits, batch, CPU), strict=True):
        np.testing.assert_allclose(ref, reference[edit.first - REACH : edit.last - REACH], atol=1e-6)
        altered = whole(sequence[: edit.start] + edit.alt + sequence[edit.end :], stacks)
        wanted = altered[edit.first - REACH : edit.last + edit.shift - REACH]
        np.testing.assert_allclose(alt, wanted, atol=2e-6)


def test_the_reference_as_its_own_alternate_changes_nothing() -> None:
    sequence = "ACGGTTCA" * 20
    (ref, alt), = incremental.read(STACKS, sequence, [Edit(80, 83, sequence[80:83], 60, 100)], 1, CPU)  # fmt: skip
    assert np.array_equal(ref, alt)


def test_a_batch_holds_edits_of_one_shape_only() -> None:
    edits = [
        Edit(50, 51, "A", 40, 60),
        Edit(70, 71, "C", 60, 80),
        Edit(50, 50, "AC", 40, 60),
        Edit(51, 52, "A", 41, 61),
    ]
    assert list(batches(edits, 2)) == [[0, 1], [3], [2]]


@pytest.mark.parametrize("position", [REACH, 100])
def test_an_edit_at_the_edge_of_what_is_wanted(position: int) -> None:
    sequence = "GATTACA" * 30
    edit = Edit(position, position + 1, "T", position, position + 1)
    ((_, alt),) = incremental.read(STACKS, sequence, [edit], 1, CPU)
    altered = whole(sequence[:position] + "T" + sequence[position + 1 :])
    np.testing.assert_allclose(alt, altered[position - REACH : position + 1 - REACH], atol=2e-6)
