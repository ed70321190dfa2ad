"""What a network made of the last few windows, so that a reference is not read again for each of its variants."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

from landfall.models.tracks import Window

Made = TypeVar("Made")


class Kept(Generic[Made]):
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
