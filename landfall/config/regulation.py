"""The networks of regulatory tracks to run, and what is shown of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, PrivateAttr

from landfall.config.fields import Distinct, FilePath, FromText, Maybe, Section, Share, Switch, Whole, key


class TrackModelSettings(Section):
    """one network of regulatory tracks to run; one whose weights are not there is switched off"""

    name: str = key("`enformer`, `basenji2`, `borzoi`, `sei`, `deepsea` or `beluga`")
    weights: Annotated[Path, FilePath("weights")] = key("file or folder of the trained weights")
    targets: Maybe[Annotated[Path, FilePath("tracks")]] = key(
        "official table of the network's tracks; by default the one beside the weights, if there is one; "
        "without it tracks go by number, without assay and tissue, and Borzoi cannot run",
        None,
    )
    e_values: Maybe[Annotated[Path, FilePath("e_values")]] = key(
        "for `deepsea` and `beluga`: what E-values and functional significance are read from, an `.npz` "
        "with `x` (tracks, points) and `y` (points) of the published distributions; without it none are "
        "given, which the report states",
        None,
        affects="results",
    )
    sha256: Maybe[str] = key(
        "SHA-256 of the weights (`sha256sum FILE`; of a folder `(cd FOLDER && sha256sum * | sha256sum)`); "
        "needed where the publisher states no digest",
        None,
        pattern="^[0-9a-f]{64}$",
        affects="nothing",
    )
    centre: Literal["variant", "gene"] = key(
        "`variant`: the window lies around the variant, as the original tool has it; `gene`: around the "
        "start of each candidate gene of the variant, so that variants of one gene share their reference",
        "variant",
    )
    both_strands: Switch = key("whether both strands are read and averaged", True)
    shifts: Annotated[tuple[Annotated[int, Field(ge=-128, le=128), FromText], ...], Distinct] = key(
        "bases by which the window is moved; the readings are averaged, and each costs as much as the first",
        (0,),
        min_length=1,
    )
    max_unknown_fraction: Share = key("share of N in a window above which a variant is not scored", 0.1)
    batch: Whole = key(
        "alternates read together, at most: fewer where the tracks of one take much memory (Borzoi's half a "
        "gigabyte)",
        8,
        ge=1,
        affects="speed",
    )
    dtype: Literal["float32", "bfloat16"] = key(
        "`bfloat16` is quicker on some machines, but the change of a weak variant drowns in its error",
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
        """The same with a table of tracks, under the licences that a run may use."""
        found = self.model_copy(update={"targets": targets})
        found._licence = licence
        return found


class Background(Section):
    """random changes scored once by each network, against which a variant's changes are held"""

    variants: Whole = key(
        "random changes in and near genes, one in four an insertion or deletion, scored once by each "
        "network and kept in `resources`, against which a variant's changes are held, those that change the "
        "length against insertions and deletions; more make finer percentiles, and 50 of a kind are the "
        "fewest that can show a change to be unusual",
        200,
        ge=20,
    )
    seed: Whole = key("start of the random numbers", 1, ge=0)


class Regulation(Section):
    """networks that read regulation from sequence; none runs unless it is named here and its weights are there"""

    models: tuple[TrackModelSettings, ...] = key(
        "the networks to run; one whose weights are not there is switched off, which the report states", ()
    )
    tissues: Annotated[tuple[str, ...], Distinct] = key(
        "groups of tissues to show; chosen by the patient's HPO terms if empty", (), affects="results"
    )
    flank: Whole = key(
        "bases beyond a candidate gene's transcripts in which alleles are kept where a network runs, if "
        "more than `filter.gene_flank`; about as far as the output of Enformer reaches from a gene's start. "
        "The background's random changes are drawn as far from any gene",
        50000,
        ge=0,
    )
    max_variants: Whole = key(
        "most variants scored, those nearest to the start of a candidate gene; each other one is listed "
        "with the reason",
        500,
        ge=1,
    )
    top: Whole = key(
        "variants that are explained, with a page of their own in the report", 3, ge=0, affects="results"
    )
    background: Background = Background()
    attention: Switch = key(
        "whether the attention of a network that has it is shown", True, affects="results"
    )
    attribution: Switch = key(
        "whether the contribution of each stretch of the window is computed (one backward pass a variant)",
        True,
        affects="results",
        formerly=("regulation.contribution",),
    )
    ism_flank: Whole = key(
        "bases on either side of the variant that are changed one by one; `0` for none",
        10,
        ge=0,
        le=200,
        affects="results",
        formerly=("regulation.mutagenesis_flank",),
    )

    def model(self, name: str) -> TrackModelSettings:
        """The settings of one network. Raises KeyError if it is not configured."""
        return {model.name: model for model in self.models}[name]
