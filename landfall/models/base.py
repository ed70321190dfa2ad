"""The protocols of splice models: what a network of splice sites and one of whole exons compute.

Neither torch nor any network is imported here, so that rules and checks of the configuration may use it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

from landfall.models.info import ModelInfo

if TYPE_CHECKING:
    from landfall.genome.transcripts import Transcript
    from landfall.models.inference.edits import Edit, Outputs


class SpliceModel(Protocol):
    """A network that gives, at every base with its whole context, P(neither, acceptor, donor)."""

    info: ModelInfo
    context: int

    def read(self, sequence: str, edits: Sequence[Edit], batch: int) -> list[tuple[Outputs, Outputs]]:
        """Reference and alternate outputs around each edit, (last - first, 3) and (last - first + shift, 3).

        sequence: in transcript direction, ``context`` bases on either side of everything that is wanted.
        """
        ...


class ExonModel(Protocol):
    """A model of whole exons: numbers of its own for each exon that a variant reaches."""

    info: ModelInfo

    def effects(self, transcript: Transcript, sequence: str, start: int, edit: Edit) -> Iterable[ExonChange]:
        """The effect on each exon within reach; ``sequence`` is the + strand from ``start`` (0-based) on the contig."""
        ...


class ExonChange(Protocol):
    """The effect on one exon, as named numbers."""

    @property
    def delta_logit_psi(self) -> float:
        """Change of the logit of the exon's inclusion (percent spliced in)."""
        ...

    def tracks(self) -> dict[str, float]:
        """Track to value, for tables.SCORES."""
        ...
