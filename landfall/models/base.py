"""What a model tells about itself, and what it must be able to do.

This module and the registry in ``landfall.models`` import neither torch nor any model, so that rules and
configuration checks may use them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from landfall.genes import Transcript
    from landfall.models.reading import Edit, Outputs


class WeightsError(Exception):
    """Weights that are missing, altered, or of another network."""


@dataclass(frozen=True)
class Licence:
    """The terms under which a model's weights may be used."""

    name: str
    url: str
    commercial: bool
    note: str

    def allows(self, use: str) -> bool:
        """Whether weights under it may be used; use: ``any`` or ``commercial``."""
        return use == "any" or self.commercial


@dataclass(frozen=True)
class WeightFile:
    """One file of trained weights: its name on disk, its path in the package, bytes and SHA-256."""

    name: str
    member: str
    size: int
    sha256: str


@dataclass(frozen=True)
class FetchedFile:
    """A file that the user fetches, and what its publisher says of it; empty or None where nothing is said.

    ``member``: its path in the archive at ``url``, empty where the address gives the file itself; ``size`` in bytes.
    """

    name: str
    url: str
    member: str = ""
    size: int | None = None
    md5: str = ""
    sha256: str = ""


@dataclass(frozen=True)
class ModelInfo:
    """A model's identity: what it is, where its weights come from and under which licence.

    ``context`` is the number of bases of sequence needed on either side of what is judged; ``tables`` are what the
    original tool ships beside its weights; ``kind`` is "sites" for a network of splice sites base by base
    (:class:`SpliceModel`), "exons" for one of whole exons (:class:`ExonModel`), "tracks" for one of regulatory tracks
    (:class:`landfall.models.tracks.TrackModel`). Weights either come in ``package`` from the package index, or are
    ``fetched`` by the user, any one of the files named; then ``targets`` are the tables that say what its tracks are,
    any one of them, and ``beside`` what else is read where it lies beside the weights.
    """

    name: str
    module: str
    title: str
    version: str
    citation: str
    context: int
    licence: Licence
    package: str = ""
    package_sha256: str = ""
    weights: tuple[WeightFile, ...] = ()
    fetched: tuple[FetchedFile, ...] = ()
    tables: tuple[WeightFile, ...] = ()
    targets: tuple[FetchedFile, ...] = ()
    beside: tuple[FetchedFile, ...] = ()
    kind: str = "sites"

    @property
    def files(self) -> tuple[WeightFile, ...]:
        """Weights and the tables that come with them."""
        return self.weights + self.tables


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
    """A model that judges whole exons: numbers of its own for each exon that a variant reaches."""

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


def sha256(path: Path) -> str:
    """SHA-256 of a file, as hexadecimal."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def check_weights(info: ModelInfo, directory: Path) -> None:
    """Compare every weight file with the digest the model was published with.

    Raises WeightsError naming every file that is missing or altered, and what to do.
    """
    faults = [fault for weight in info.files if (fault := _fault(directory / weight.name, weight))]
    if faults:
        remedy = "Delete the folder and run again to fetch the weights anew."
        raise WeightsError("\n".join([f"The weights of {info.title} cannot be used:", *faults, remedy]))


def _fault(path: Path, weight: WeightFile) -> str | None:
    if not path.is_file():
        return f"  {path}: no such file"
    size = path.stat().st_size
    if size != weight.size:
        return f"  {path}: {size} bytes, expected {weight.size}"
    digest = sha256(path)
    if digest != weight.sha256:
        return f"  {path}: SHA-256 {digest}, expected {weight.sha256}"
    return None
