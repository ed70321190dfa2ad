"""Identity of a model: licence, files of weights, citation."""

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
    """One file of trained weights: its name on disk, its path in the package or repository, bytes and SHA-256."""

    name: str
    member: str
    size: int
    sha256: str


@dataclass(frozen=True)
class FetchedFile:
    """A file that the user fetches, and what its publisher states of it; empty or None where nothing is stated.

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

    ``tables`` are what the original tool ships beside its weights. Weights come in ``package`` from the package index,
    or lie in ``repository``, the address of a public repository at a commit, or are ``fetched`` by the user, any one of
    the files named; then ``targets`` are the tables of what its tracks are, any one of them, and ``beside`` what else
    is read where it lies beside the weights.
    """

    name: str
    title: str
    version: str
    citation: str
    licence: Licence
    package: str = ""
    package_sha256: str = ""
    repository: str = ""
    weights: tuple[WeightFile, ...] = ()
    fetched: tuple[FetchedFile, ...] = ()
    tables: tuple[WeightFile, ...] = ()
    targets: tuple[FetchedFile, ...] = ()
    beside: tuple[FetchedFile, ...] = ()

    @property
    def files(self) -> tuple[WeightFile, ...]:
        """Weights and the tables that come with them."""
        return self.weights + self.tables

    def address(self, file: WeightFile) -> str:
        """The address of a file of the repository."""
        return f"{self.repository}/{file.member}"
