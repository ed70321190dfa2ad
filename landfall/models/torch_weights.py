"""State dicts that torch wrote, put into networks of other names: every tensor used once, every shape checked."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn

from landfall.models.base import WeightsError

COUNTER = "num_batches_tracked"
"""What batch norms count in training; no inference needs it."""


def read(path: Path, title: str) -> dict[str, Tensor]:
    """A state dict, mapped from disk, without running code of the file. Raises WeightsError if it is none."""
    try:
        state = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    except (OSError, RuntimeError, ValueError, EOFError, pickle.UnpicklingError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise WeightsError(
            f"{title}: {path}: expected a state dict of torch, found none: {reason}"
        ) from error
    if not isinstance(state, dict) or not all(isinstance(value, Tensor) for value in state.values()):
        raise WeightsError(f"{title}: {path}: expected a state dict of torch, found {type(state).__name__}")
    return {name: value for name, value in state.items() if not name.endswith(COUNTER)}


def fill(network: nn.Module, state: Mapping[str, Tensor], path: Path, title: str) -> None:
    """Make the tensors of a state dict, under the network's own names, the network's; sizes of 1 do not count.

    Nothing is copied. Raises WeightsError that lists what is missing, left over or of another shape.
    """
    own = {name: value for name, value in network.state_dict().items() if not name.endswith(COUNTER)}
    faults = [f"{name} expected, not found" for name in own if name not in state]
    faults += [f"{name} found, not expected" for name in state if name not in own]
    for name in own.keys() & state.keys():
        found, expected = (tuple(size for size in one[name].shape if size != 1) for one in (state, own))
        if found != expected:
            faults.append(f"{name} of shape {found} found, {expected} expected")
    if faults:
        raise WeightsError(f"{title}: {path} holds another network: {'; '.join(sorted(faults)[:8])}")
    shaped = {name: state[name].reshape(value.shape) for name, value in own.items()}
    network.load_state_dict(shaped, strict=False, assign=True)
