"""Settings of the networks of regulatory tracks, every default filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class TrackModelSettings:
    """One network of tracks to run.

    ``weights``: file or folder that the user put in place; ``sha256``: theirs; ``targets``: table of the tracks;
    ``e_values``: published distributions that E-values are read from.
    ``centre``: whether the window lies around the variant or around the start of the gene. ``shifts`` in bases,
    averaged over; ``batch`` in alternates read together. ``licence``: which licences of weights the run may use.
    """

    name: str
    weights: Path
    targets: Path | None
    e_values: Path | None
    sha256: str | None
    centre: str
    both_strands: bool
    shifts: tuple[int, ...]
    max_unknown_fraction: float
    batch: int
    dtype: str
    device: str
    shards: int
    threads: int
    licence: str = field(repr=False)


@dataclass(frozen=True)
class Regulation:
    """Which networks of tracks run, on how many variants, and what is shown of them.

    ``tissues``: groups of tissues, chosen by the phenotype if empty. ``flank``: bases beyond a candidate gene in which
    alleles are kept where a network runs, and bases beyond any gene in which the ``background_variants`` random changes
    are drawn that give the percentiles. ``max_variants``: those nearest to the start of a candidate gene. ``top``:
    variants that are explained.
    ``mutagenesis_flank``: bases on either side of the variant that are changed one by one.
    """

    models: tuple[TrackModelSettings, ...]
    tissues: tuple[str, ...]
    flank: int
    max_variants: int
    top: int
    background_variants: int
    background_seed: int
    attention: bool
    contribution: bool
    mutagenesis_flank: int

    def model(self, name: str) -> TrackModelSettings:
        """The settings of one network. Raises KeyError if it is not configured."""
        return {model.name: model for model in self.models}[name]


def build(plain: Mapping[str, Any], licence: str) -> Regulation:
    """From the ``regulation`` block with every default filled in; licence: ``any`` or ``commercial``."""
    background = plain["background"]
    return Regulation(
        models=tuple(_model(model, licence) for model in plain["models"]),
        tissues=tuple(plain["tissues"]),
        flank=plain["flank"],
        max_variants=plain["max_variants"],
        top=plain["top"],
        background_variants=background["variants"],
        background_seed=background["seed"],
        attention=plain["attention"],
        contribution=plain["contribution"],
        mutagenesis_flank=plain["mutagenesis_flank"],
    )


def _model(plain: Mapping[str, Any], licence: str) -> TrackModelSettings:
    files = {name: Path(plain[name]) if plain[name] else None for name in ("targets", "e_values")}
    fixed = {"weights": Path(plain["weights"]), "shifts": tuple(plain["shifts"]), "licence": licence}
    return TrackModelSettings(**{**plain, **files, **fixed})
