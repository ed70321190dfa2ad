"""Memoisation: of the results of the last few windows, and of what a layer derives from a constant tensor."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

import torch
from torch import Tensor

from landfall.models.tracks.base import Window

Made = TypeVar("Made")


class LruMemo(Generic[Made]):
    """Results by window, the last ``most`` of them."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._made: OrderedDict[bytes, Made] = OrderedDict()

    def of(self, window: Window, make: Callable[[Window], Made]) -> Made:
        """What ``make`` makes of a window, (length, 4); not made again while it is kept."""
        key = hashlib.sha256(window.tobytes()).digest()
        made = self._made[key] if key in self._made else make(window)
        self._made[key] = made
        self._made.move_to_end(key)
        if len(self._made) > self.most:
            self._made.popitem(last=False)
        return made


class TensorMemo(Generic[Made]):
    """What a layer makes of a tensor that stays the same, weights or distances; made again only of another tensor."""

    def __init__(self) -> None:
        self._made: tuple[Tensor, Made] | None = None

    def of(self, tensor: Tensor, make: Callable[[Tensor], Made]) -> Made:
        """What ``make`` makes of it; it takes no part in a gradient, but what is computed with it may."""
        if self._made is None or self._made[0] is not tensor:
            with torch.inference_mode(False), torch.no_grad():
                self._made = tensor, make(tensor)
        return self._made[1]
