"""Attention by heads and by strips, as a processor and as a GPU take it."""

from __future__ import annotations

import pytest
import torch

from landfall.models.inference.memo import TensorMemo
from landfall.models.layers.attention import Attention, Heads, Watch

MEMBERS, HEADS, POSITIONS, KEY, VALUE = 2, 3, 20, 4, 5


@pytest.fixture
def heads() -> Heads:
    torch.manual_seed(1)
    rows = 9
    return Heads(
        by_content=torch.randn(MEMBERS, HEADS, rows, KEY),
        by_distance=torch.randn(MEMBERS, HEADS, rows, KEY),
        keys=torch.randn(MEMBERS, HEADS, POSITIONS, KEY),
        values=torch.randn(MEMBERS, HEADS, POSITIONS, VALUE),
        relative=torch.randn(MEMBERS, HEADS, 2 * POSITIONS - 1, KEY),
    )


@pytest.mark.parametrize("strip", [1, 4, 100])
def test_all_heads_at_once_give_what_each_gives_and_what_plain_maps_give(heads: Heads, strip: int) -> None:
    first = 6
    found = heads.attend(first, strip, None)
    for member in range(MEMBERS):
        for head in range(HEADS):
            alone = heads.one(member, head)
            torch.testing.assert_close(alone.attend(first, 4, None), found[member, head])
            by_position = torch.stack(
                [
                    alone.relative[POSITIONS - 1 - query : 2 * POSITIONS - 1 - query] @ alone.by_distance[row]
                    for row, query in enumerate(range(first, first + 9))
                ]
            )
            maps = (alone.by_content @ alone.keys.T + by_position).softmax(dim=-1)
            torch.testing.assert_close(found[member, head], maps @ alone.values)


def test_a_watch_sees_the_same_of_all_heads_at_once_and_of_each(heads: Heads) -> None:
    together, apart = Watch([7, 8, 14, 30]), Watch([7, 8, 14, 30])
    heads.attend(6, 4, together)
    for member in range(MEMBERS):
        for head in range(HEADS):
            heads.one(member, head).attend(6, 4, apart)
    assert together.maps == apart.maps == 3 * MEMBERS * HEADS
    assert isinstance(apart.total, torch.Tensor)
    torch.testing.assert_close(together.total, apart.total)
    assert float(apart.total.sum()) == pytest.approx(apart.maps, rel=1e-5)


def test_a_gradient_after_an_inference_is_that_before_it() -> None:
    torch.manual_seed(2)
    attention = Attention(6, HEADS, KEY, VALUE, 8).requires_grad_(False)
    for bias in (attention.rel_content_bias, attention.rel_pos_bias):
        bias.normal_()
    x, features = torch.randn(1, POSITIONS, 6, requires_grad=True), torch.randn(2 * POSITIONS - 1, 8)
    gradients = []
    for _ in range(2):
        (gradient,) = torch.autograd.grad(attention(x, features, 0, POSITIONS, None).square().sum(), x)
        gradients.append(gradient)
        with torch.inference_mode():
            attention(x, features.clone(), 0, POSITIONS, None)
    torch.testing.assert_close(gradients[0], gradients[1])


def test_what_is_made_of_a_tensor_is_made_once() -> None:
    made, once = [], TensorMemo[torch.Tensor]()

    def double(tensor: torch.Tensor) -> torch.Tensor:
        made.append(tensor)
        return 2 * tensor

    one, other = torch.ones(2), torch.zeros(2)
    with torch.inference_mode():
        assert once.of(one, double) is once.of(one, double)
        assert not once.of(one, double).is_inference()
    assert once.of(other, double).tolist() == [0, 0]
    assert [tensor is one for tensor in made] == [True, False]
