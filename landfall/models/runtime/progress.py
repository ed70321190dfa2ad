"""Progress of a long computation, logged at intervals."""

from __future__ import annotations

import logging
import time

log = logging.getLogger(__name__)


PROGRESS_SECONDS = 10.0


class Progress:
    """Logs the progress of a job, its rate and the time left, every few seconds.

    total: number of items, None if ``expect`` gives it during the job; then ``start`` is the share of the job
    that was done before.
    """

    def __init__(self, total: int | None, what: str = "variants scored", start: float = 0.0) -> None:
        self.total, self.what, self.done = total, what, 0
        self.begun = self.logged = time.monotonic()
        self.start = self.before = start
        self.after, self.part = (start, (0, 0)) if total is None else (1.0, (0, total))

    def expect(self, count: int, share: float | None) -> None:
        """The next ``count`` bring the job to ``share`` of its whole, None if unknown."""
        self.before, self.after, self.part = self.after, share or 0.0, (self.done, count)

    def advance(self, count: int) -> None:
        self.done += count
        now = time.monotonic()
        if now - self.logged < PROGRESS_SECONDS and self.done != self.total:
            return
        self.logged = now
        elapsed = max(now - self.begun, 1e-9)
        of = f" of {self.total}" if self.total is not None else ""
        share, gone = self._share(), self._share() - self.start
        left = f", {elapsed * (1 - share) / gone:.0f} s left" if gone > 0 else ""
        log.info("%d%s %s, %.2f per second%s", self.done, of, self.what, self.done / elapsed, left)

    def _share(self) -> float:
        """How much of the whole is done, 0 to 1."""
        first, count = self.part
        return (
            self.before + (self.after - self.before) * (self.done - first) / count if count else self.before
        )
