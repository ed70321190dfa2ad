"""Checkpoints of PyTorch: read without running code that a file may hold, and every key and shape held to the network.

Errors name the model, the file, what the network needs and what the file holds. Tensors are taken as they lie in the
file, mapped into memory and not copied, so that a network of gigabytes is never in memory twice.
"""

from __future__ import annotations

import pickle
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor, nn

from landfall.models.info import WeightsError

Network = TypeVar("Network", bound=nn.Module)
PRECISIONS = {"float32": torch.float32, "bfloat16": torch.bfloat16}
SHOWN = 4
"""Faults of one kind that a message spells out."""


def read(path: Path, model: str) -> dict[str, Tensor]:
    """The tensors of a state dict by key, mapped from the file where its format allows.

    model: the model's name, for messages. Raises WeightsError if the file is missing, truncated, or no state dict.
    """
    if not path.is_file():
        raise WeightsError(f"{model}: {path}: no such file; put the checkpoint there, or correct the path")
    try:
        state = torch.load(path, map_location="cpu", mmap=zipfile.is_zipfile(path), weights_only=True)
    except (RuntimeError, OSError, EOFError, ValueError, pickle.UnpicklingError) as error:
        size = path.stat().st_size
        raise WeightsError(
            f"{model}: {path}: {size} bytes that PyTorch cannot read as a checkpoint; "
            "the file is truncated or of another kind: fetch it again"
        ) from error
    if (
        not isinstance(state, Mapping)
        or not state
        or not all(torch.is_tensor(value) for value in state.values())
    ):
        raise WeightsError(f"{model}: {path}: expected a state dict of tensors, found {type(state).__name__}")
    return dict(state)


def one_of(place: Path, names: Sequence[str], what: str, model: str) -> Path:
    """A file itself, or the first of some names in a folder. Raises WeightsError where there is none of them."""
    if place.is_file():
        return place
    found = [place / name for name in names if (place / name).is_file()]
    if not found:
        raise WeightsError(f"{model}: {place}: expected {what} ({' or '.join(names)}), found none")
    return found[0]


def without_prefix(state: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """The tensors with a prefix taken off their keys, where every key has it; as they are otherwise."""
    if all(key.startswith(prefix) for key in state):
        return {key.removeprefix(prefix): value for key, value in state.items()}
    return dict(state)


def shape(state: Mapping[str, Tensor], key: str, axes: int, model: str, path: Path) -> tuple[int, ...]:
    """The shape of a tensor that hyperparameters are read from. Raises WeightsError for none, or other axes."""
    found = tuple(state[key].shape) if key in state else None
    if found is None or len(found) != axes:
        what = "no such tensor" if found is None else f"shape {found}"
        raise WeightsError(
            f"{model}: {path}: expected {key} of {axes} axes, found {what} among {len(state)} tensors "
            f"({_list(sorted(state))}); this is not a checkpoint of {model}"
        )
    return found


def fill(network: nn.Module, state: Mapping[str, Tensor], model: str, path: Path) -> None:
    """Give a network (best built on the meta device) the tensors of a state dict, without copying them.

    Raises WeightsError that lists keys that are missing, left over, or of another shape.
    """
    wanted = network.state_dict()
    missing = sorted(wanted.keys() - state.keys())
    left_over = sorted(state.keys() - wanted.keys())
    shapes = [
        f"{key}: expected {tuple(wanted[key].shape)}, found {tuple(state[key].shape)}"
        for key in sorted(wanted.keys() & state.keys())
        if wanted[key].shape != state[key].shape
    ]
    kinds = (("missing", missing), ("not of this network", left_over), ("of another shape", shapes))
    faults = [f"  {len(keys)} {what}: {_list(keys)}" for what, keys in kinds if keys]
    if faults:
        head = f"{model}: {path}: expected {len(wanted)} tensors, found {len(state)}:"
        raise WeightsError("\n".join([head, *faults, f"This is not a checkpoint of {model}."]))
    network.load_state_dict(dict(state), strict=True, assign=True)


def ready(network: Network, device: str, dtype: str) -> Network:
    """A network for inference: no dropout, no gradients kept for its weights, on the device, exact float32.

    dtype: float32 or bfloat16.
    """
    exact_float32()
    return network.eval().requires_grad_(False).to(device=torch.device(device), dtype=PRECISIONS[dtype])


def exact_float32() -> None:
    """Multiply float32 as float32 on every device: never rounded to TF32 or bfloat16 on the way."""
    torch.set_float32_matmul_precision("highest")
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False


def _list(items: Iterable[str]) -> str:
    items = list(items)
    more = f" and {len(items) - SHOWN} more" if len(items) > SHOWN else ""
    return "; ".join(items[:SHOWN]) + more
