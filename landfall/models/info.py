"""What the catalogue says of a model: licence, files of weights, citation."""

from __future__ import annotations

from dataclasses import dataclass

from landfall.io.errors import UserError


class WeightsError(UserError):
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
    (:class:`landfall.models.tracks.base.TrackModel`). Weights either come in ``package`` from the package index, or are
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
