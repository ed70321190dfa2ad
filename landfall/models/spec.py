"""Declaration of a model: one each, from which everything else is derived.

A declaration is in ``spec.py`` of the model's folder; :mod:`landfall.models.catalogue` lists them all. It imports
neither torch nor the network; ``load`` does. What of a declaration changes a number is in ``facts``, which rules and
keys of stored scores take by value: a change of its words alone runs no model again.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, cast

from landfall.models.info import ModelInfo
from landfall.models.splice.outputs import OutputColumn, VcfField
from landfall.models.tracks.base import Layout, TrackModel

if TYPE_CHECKING:
    from landfall.models.tracks.e_values import Magnitude

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Cost:
    """A job of a splice model on one thread of a processor: seconds until it computes and per million bases, megabytes
    at most.
    """

    start: float
    per_million: float
    peak: int


@dataclass(frozen=True)
class TrackCost:
    """A regulatory track model on one thread of a processor: seconds for a window and for each alternate on both
    strands, megabytes at most.
    """

    window: float
    alternate: float
    peak: int


@dataclass(frozen=True, kw_only=True)
class ModelSpec:
    """What every model declares."""

    info: ModelInfo

    folder: ClassVar[str]
    scoring: ClassVar[str]
    """Modules below ``landfall``: the folder of the models of its kind, and what scores with them."""

    @property
    def name(self) -> str:
        """The name in the configuration, also that of the model's folder."""
        return self.info.name

    @property
    def module(self) -> str:
        """The module of the network, below ``landfall``."""
        return f"{self.folder}.{self.name}.model"

    @property
    def network(self) -> Any:
        """The module of the network, imported, which may take seconds (torch)."""
        return importlib.import_module(f"landfall.{self.module}")


@dataclass(frozen=True, kw_only=True)
class SpliceModelSpec(ModelSpec):
    """A model of the effect on splicing.

    ``kind``: "sites" for a network of splice sites base by base (:class:`landfall.models.base.SpliceModel`), "tissues"
    for one of P(splice site) in tissues, its networks side by side as of :mod:`landfall.models.splice.tissue_scores`,
    "exons" for one of whole exons (:class:`landfall.models.base.ExonModel`). ``context``: bases of sequence needed on
    either side of the scored bases. ``output_columns``: its columns of the ranked table, each named ``<name>_...``.
    ``describe``: its numbers of a row of that table in words, empty where it has none. ``calibration_terms``: its
    evidence in the calibrated probability; empty for a model that it was not fitted with. ``cost``: by
    ``python -m benchmarks.jobs``, the largest window, 500 bases on either side. ``vcf_field``: the INFO field of the
    annotated VCF that its own tool would write, None for none.

    The module of the network has a class ``Ensemble(weights, device)``, ``weights`` a folder.
    """

    kind: Literal["sites", "tissues", "exons"]
    context: int
    cost: Cost
    output_columns: tuple[OutputColumn, ...]
    describe: Callable[[Row], str]
    calibration_terms: tuple[str, ...]
    vcf_field: VcfField | None = None

    folder = "models.splice"
    scoring = "splicing.scoring"

    def load(self, weights: Path, device: str = "cpu", **settings: Any) -> Any:
        """The model from its folder of weights. Raises WeightsError."""
        return self.network.Ensemble(weights, device, **settings)

    @property
    def facts(self) -> dict[str, Any]:
        """What of the declaration the numbers rest on, as JSON values."""
        weights = {file.name: file.sha256 for file in self.info.files}
        return {"name": self.name, "kind": self.kind, "context": self.context, "weights": weights}


@dataclass(frozen=True, kw_only=True)
class TrackModelSpec(ModelSpec):
    """A regulatory track model.

    ``layout``: of its published window. ``needs_targets``: whether it cannot be read without its table of tracks.
    ``has_classes``: whether its authors summarise its tracks as classes of sequence, by the files ``info.beside``.
    ``stranded``: whether it has tracks of RNA and of one strand, so that the effect on a gene depends on the gene's
    exons and strand. ``e_value_magnitude``: the change of a track that its authors' E-values are of, None for a model
    without. ``cost``: by ``python -m benchmarks.sizing``: isolated variants are a window and an alternate, ten of one
    window share it.

    The module of the network has a function ``load(weights, device, *, targets, dtype)``, see
    :mod:`landfall.models.tracks.base`.
    """

    layout: Layout
    cost: TrackCost
    needs_targets: bool = False
    has_classes: bool = False
    stranded: bool = False
    e_value_magnitude: Magnitude | None = None

    folder = "models.tracks"
    scoring = "regulation.scoring"

    def load(
        self, weights: Path, device: str = "cpu", *, targets: Path | None = None, dtype: str = "float32"
    ) -> TrackModel:
        """The model from the file or folder of weights. Raises WeightsError."""
        return cast(TrackModel, self.network.load(weights, device, targets=targets, dtype=dtype))

    @property
    def has_e_values(self) -> bool:
        """Whether its authors publish how much background variants change each track."""
        return self.e_value_magnitude is not None

    @property
    def whole_window(self) -> bool:
        """Whether it gives one probability a track for the whole window, not a signal along it."""
        return self.layout.bins == 1

    @property
    def context(self) -> int:
        """Bases of its window on either side of the middle."""
        return self.layout.length // 2

    @property
    def facts(self) -> dict[str, Any]:
        """What of the declaration the numbers rest on, as JSON values; the weights are the user's."""
        flags = {name: getattr(self, name) for name in ("has_classes", "stranded", "has_e_values")}
        return {"name": self.name, "layout": asdict(self.layout), **flags}
