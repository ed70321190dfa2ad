"""Settings of the regulatory track models."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, PrivateAttr

from landfall.config.fields import Distinct, FilePath, FromText, Maybe, Section, Share, Switch, Whole, key


class TrackModelSettings(Section):
    """one regulatory track model to run; without its weights it is switched off"""

    name: str = key("`enformer`, `basenji2`, `borzoi`, `sei`, `deepsea` or `beluga`")
    weights: Annotated[Path, FilePath("weights")] = key("file or folder of the trained weights")
    targets: Maybe[Annotated[Path, FilePath("tracks")]] = key(
        "official table of the network's tracks; by default the one beside the weights, if there is one; "
        "without it tracks have numbers only, no assay and tissue, and Borzoi cannot run",
        None,
    )
    e_values: Maybe[Annotated[Path, FilePath("e_values")]] = key(
        "for `deepsea` and `beluga`: source of E-values and functional significance, an `.npz` with `x` "
        "(tracks, points) and `y` (points) of the published distributions; without it they are absent, "
        "which the report states",
        None,
        affects="results",
    )
    sha256: Maybe[str] = key(
        "SHA-256 of the weights (`sha256sum FILE`; of a folder `(cd FOLDER && sha256sum * | sha256sum)`); "
        "required where the publisher states no digest",
        None,
        pattern="^[0-9a-f]{64}$",
        affects="nothing",
    )
    centre: Literal["variant", "gene"] = key(
        "`variant`: the window is centred on the variant, as in the original tool; `gene`: around the "
        "start of each candidate gene of the variant, so that variants of one gene share their reference",
        "variant",
    )
    both_strands: Switch = key("whether both strands are read and averaged", True)
    shifts: Annotated[tuple[Annotated[int, Field(ge=-128, le=128), FromText], ...], Distinct] = key(
        "shifts of the window in bases; predictions are averaged, each at the cost of one",
        (0,),
        min_length=1,
    )
    max_unknown_fraction: Share = key("share of N in a window above which a variant is not scored", 0.1)
    batch: Whole = key(
        "largest number of alternates in a batch; fewer where the tracks of one need much memory (Borzoi: "
        "half a gigabyte)",
        8,
        ge=1,
        affects="speed",
    )
    dtype: Literal["float32", "bfloat16"] = key(
        "`bfloat16` is faster on some machines, but its rounding error exceeds the effect of a weak variant",
        "float32",
    )
    device: Literal["auto", "cpu", "cuda"] = key("`auto`, `cpu` or `cuda`", "auto", affects="speed")
    shards: Whole = key("number of jobs that share the variants", 2, ge=1, le=500, affects="speed")
    threads: Whole = key("CPU threads of one job", 1, ge=1, affects="speed")

    _licence: str = PrivateAttr("any")

    @property
    def licence(self) -> str:
        """Which licences of weights the run may use, ``any`` or ``commercial``, by the key ``licences.use``."""
        return self._licence

    def completed(self, targets: Path | None, licence: str) -> TrackModelSettings:
        """The same with a table of tracks, under the licences of a run."""
        found = self.model_copy(update={"targets": targets})
        found._licence = licence
        return found


class Background(Section):
    """background variants scored once by each network, with which a variant's effects are compared"""

    variants: Whole = key(
        "number of background variants in and near genes, one in four an insertion or deletion, whose scores are "
        "kept in `resources`; a variant's effects are compared with those of its kind, "
        "substitutions or indels. More give finer percentiles; at least 50 of a kind are needed to show "
        "that an effect is unusual",
        200,
        ge=20,
    )
    seed: Whole = key("seed of the random numbers", 1, ge=0)


class Regulation(Section):
    """regulatory track models, which predict regulation from sequence; one runs if listed here and its weights exist"""

    models: tuple[TrackModelSettings, ...] = key(
        "the models to run; one without weights is switched off, which the report states", ()
    )
    tissues: Annotated[tuple[str, ...], Distinct] = key(
        "groups of tissues to show; if empty, derived from the patient's HPO terms", (), affects="results"
    )
    flank: Whole = key(
        "bases beyond a candidate gene's transcripts in which alleles are kept where a network runs, if "
        "more than `filter.gene_flank`; about as far as the output of Enformer reaches from a gene's start. "
        "The background's random changes are drawn as far from any gene",
        50000,
        ge=0,
    )
    max_variants: Whole = key(
        "largest number of variants scored, those nearest to the start of a candidate gene; the others are "
        "listed with the reason",
        500,
        ge=1,
    )
    top: Whole = key(
        "number of variants with interpretation and a page in the report", 3, ge=0, affects="results"
    )
    background: Background = Background()
    attention: Switch = key(
        "whether the attention of a network that has it is shown", True, affects="results"
    )
    attribution: Switch = key(
        "whether input attribution of each stretch of the window is computed (one backward pass per variant)",
        True,
        affects="results",
        formerly=("regulation.contribution",),
    )
    ism_flank: Whole = key(
        "bases on either side of the variant for in silico mutagenesis; `0` for none",
        10,
        ge=0,
        le=200,
        affects="results",
        formerly=("regulation.mutagenesis_flank",),
    )

    def model(self, name: str) -> TrackModelSettings:
        """The settings of one network. Raises KeyError if it is not configured."""
        return {model.name: model for model in self.models}[name]
