"""Input attribution of regulatory track models: gradient times input, base by base of a window.

The score of Enformer's authors (Avsec et al., Nature Methods 2021; ``contribution_input_grad`` in their notebook): the
prediction, averaged over chosen bins and tracks, derived by the one-hot input and multiplied with it. It is a
property of the network, no evidence of binding.

A network is differentiable without changes if its layers run through :func:`segment`, which keeps a layer's input alone
and computes the layer again in the backward pass, so that memory does not grow with depth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from landfall.models.tracks.base import Window

Contributions = NDArray[np.float32]
"""(length,): gradient times input of each base of a window."""
BIN = 128
"""Bases of a bar in the authors' drawing."""
ENHANCER = 2_000
"""Bases of a candidate enhancer in the authors' comparison with CRISPRi screens."""


@dataclass(frozen=True)
class Candidate:
    """A stretch of a window, start..end (0-based half-open, from the window's start), and its summed |contribution|.

    ``share`` is its part of the sum over the whole window.
    """

    start: int
    end: int
    score: float
    share: float


def contributions(
    network: nn.Module, window: Window, bins: Sequence[int], tracks: Sequence[int]
) -> Contributions:
    """(length,): how the mean of the prediction over ``bins`` and ``tracks`` changes with each base, times the base.

    network: (1, length, 4) to (1, bins, tracks), its weights frozen. No logarithm is taken, one strand is read, as in
    the original. Raises ValueError where no bin or no track is given.
    """
    if not len(bins) or not len(tracks):
        raise ValueError("a contribution needs bins and tracks to be the contribution to")
    where = next(network.parameters())
    x = torch.from_numpy(window[None]).to(where.device, where.dtype).requires_grad_()
    with torch.enable_grad():
        prediction = network(x)[0]
        chosen = prediction[torch.tensor(list(bins), device=where.device)]
        wanted = chosen[:, torch.tensor(list(tracks), device=where.device)].float().mean()
        (gradient,) = torch.autograd.grad(wanted, x)
    result: Contributions = (gradient * x).sum(dim=2)[0].detach().float().cpu().numpy()
    return result


def by_bin(scores: Contributions, width: int = BIN) -> NDArray[np.float64]:
    """(length // width,): mean |score| of each whole bin from the window's start, as the original draws it."""
    whole = len(scores) // width * width
    mean: NDArray[np.float64] = np.abs(scores[:whole]).astype(np.float64).reshape(-1, width).mean(axis=1)
    return mean


def candidate_enhancers(
    scores: Contributions, promoter: tuple[int, int], width: int = ENHANCER, count: int = 5
) -> list[Candidate]:
    """The stretches that matter most outside the promoter, best first, none overlapping another.

    promoter: start..end in the window. Stretches lie side by side, away from the promoter on either side, and are
    ranked by their summed |score| (the score of Avsec et al. for an enhancer; stretches that the screens of others
    name are theirs to add). Hypotheses of the network, no contacts.
    """
    weight = np.abs(scores).astype(np.float64)
    total = float(weight.sum())
    left = range(promoter[0] - width, -1, -width)
    right = range(promoter[1], len(scores) - width + 1, width)
    found = [
        Candidate(start, start + width, score, score / total if total else 0.0)
        for start in (*left, *right)
        if (score := float(weight[start : start + width].sum())) > 0
    ]
    return sorted(found, key=lambda candidate: (-candidate.score, candidate.start))[:count]
