"""What splice models give for an allele in a gene: tracks of tables.SCORES, columns of the ranked table, words.

Every name begins with that of the model; :class:`landfall.models.spec.SpliceModelSpec` holds what a model has of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]

DELTA_TRACKS = ("ds_ag", "ds_al", "ds_dg", "ds_dl")
POSITION_TRACKS = ("dp_ag", "dp_al", "dp_dg", "dp_dl")
TRACK_MEANING = {"ag": "acceptor gain", "al": "acceptor loss", "dg": "donor gain", "dl": "donor loss"}
TISSUE_TERMS, PSI_TERMS = ("delta", "lost", "changed"), ("psi",)
SITE_TERMS = (*TISSUE_TERMS, "pair")
"""Evidence of networks of sites in tissues, of whole exons and of sites in the calibrated probability
(:mod:`landfall.splicing.probability.calibration`)."""


@dataclass(frozen=True)
class OutputColumn:
    """A number of a model in the ranked table, null where it has none: its name, type and meaning (with unit)."""

    name: str
    type: type[int] | type[float]
    meaning: str


def delta_columns(model: str) -> tuple[OutputColumn, ...]:
    """Delta scores of a network of splice sites, raw with the spread of its networks, and masked."""
    raw = [OutputColumn(f"{model}_ds_max", float, "largest of the four raw delta scores, 0 to 1")]
    raw += [
        OutputColumn(f"{model}_{t}", float, f"delta score, {TRACK_MEANING[t[3:]]}, 0 to 1")
        for t in DELTA_TRACKS
    ]
    raw += [
        OutputColumn(
            f"{model}_{t}",
            int,
            f"bases from pos to the {TRACK_MEANING[t[3:]]}, + to the right on the contig",
        )
        for t in POSITION_TRACKS
    ]
    raw += [
        OutputColumn(
            f"{model}_{t.replace('ds', 'sd')}",
            float,
            f"standard deviation over the model's networks of the {TRACK_MEANING[t[3:]]} at its position",
        )
        for t in DELTA_TRACKS
    ]
    masked = [OutputColumn(f"{model}_masked_ds_max", float, "largest of the four masked delta scores")]
    masked += [
        OutputColumn(
            f"{model}_masked_{t}",
            float,
            f"delta score, {TRACK_MEANING[t[3:]]}, annotated gains and unannotated losses masked",
        )
        for t in DELTA_TRACKS
    ]
    masked += [
        OutputColumn(f"{model}_masked_{t}", int, f"bases from pos to the masked {TRACK_MEANING[t[3:]]}")
        for t in POSITION_TRACKS
    ]
    return (*raw, *masked)


def deltas_in_words(model: str) -> Callable[[Row], str]:
    """The delta scores of a row of the ranked table with their positions; empty where the model has none."""

    def words(row: Row) -> str:
        if row.get(f"{model}_ds_max") is None:
            return ""
        parts = [
            f"{meaning} {row[f'{model}_ds_{track}']:.2f} ({row[f'{model}_dp_{track}']:+d})"
            for track, meaning in TRACK_MEANING.items()
        ]
        return f"{', '.join(parts)}; largest masked {row[f'{model}_masked_ds_max']:.2f}"

    return words


@dataclass(frozen=True)
class VcfField:
    """The INFO field of a VCF in which a model's own tool writes its scores.

    ``string``: the value of a row of the ranked table with the name of its gene as a VCF may hold it, None where the
    model has no score.
    """

    name: str
    description: str
    string: Callable[[Row, str], str | None]


def delta_string(model: str) -> Callable[[Row, str], str | None]:
    """ALLELE|SYMBOL|DS_AG|DS_AL|DS_DG|DS_DL|DP_AG|DP_AL|DP_DG|DP_DL of raw scores, as SpliceAI prints them."""

    def string(row: Row, gene: str) -> str | None:
        if row.get(f"{model}_ds_max") is None:
            return None
        scores = (f"{row[f'{model}_{track}']:.2f}" for track in DELTA_TRACKS)
        positions = (str(row[f"{model}_{track}"]) for track in POSITION_TRACKS)
        return "|".join([row["alt"], gene, *scores, *positions])

    return string


def psi_columns(model: str) -> tuple[OutputColumn, ...]:
    """The number of a model of exons."""
    meaning = (
        "change of the logit of inclusion of the exon that changes most; null if no exon is within reach"
    )
    return (OutputColumn(f"{model}_delta_logit_psi", float, meaning),)


def psi_in_words(model: str) -> Callable[[Row], str]:
    """The number of a row of the ranked table; empty where the model has none."""

    def words(row: Row) -> str:
        psi = row.get(f"{model}_delta_logit_psi")
        return "" if psi is None else f"change of the logit of the exon's inclusion {psi:+.2f}"

    return words


TISSUES = ("heart", "liver", "brain", "testis")


def tissue_columns(model: str) -> tuple[OutputColumn, ...]:
    """Changes of a network of splicing in tissues: the extremes over all tissues, raw and masked, and of each."""
    found = []
    for prefix, which in (("", ""), ("masked_", ", annotated gains and unannotated losses masked")):
        for track, meaning in (("gain", "largest increase"), ("loss", "largest decrease")):
            sign = "0 to 1" if track == "gain" else "0 to -1"
            found += [
                OutputColumn(
                    f"{model}_{prefix}{track}",
                    float,
                    f"{meaning} of P(splice site) over the tissues, {sign}{which}",
                ),
                OutputColumn(f"{model}_{prefix}dp_{track}", int, f"bases from pos to the {meaning}{which}"),
            ]
    for tissue in TISSUES:
        found += [
            OutputColumn(f"{model}_gain_{tissue}", float, f"largest increase of P(splice site) in {tissue}"),
            OutputColumn(f"{model}_loss_{tissue}", float, f"largest decrease of P(splice site) in {tissue}"),
        ]
    return tuple(found)


def tissues_in_words(model: str) -> Callable[[Row], str]:
    """The numbers of a row of the ranked table; empty where the model has none."""

    def words(row: Row) -> str:
        if row.get(f"{model}_gain") is None:
            return ""
        extremes = ", ".join(
            f"{meaning} {row[f'{model}_{track}']:+.2f} ({row[f'{model}_dp_{track}']:+d})"
            for track, meaning in (("gain", "largest increase of splicing"), ("loss", "largest decrease"))
        )
        each = ", ".join(
            f"{tissue} {row[f'{model}_gain_{tissue}']:+.2f} and {row[f'{model}_loss_{tissue}']:+.2f}"
            for tissue in TISSUES
        )
        return f"{extremes}; {each}"

    return words


def printed_change(value: float) -> str:
    """A change as Pangolin's command prints it: rounded to two decimals, without zeros at the end."""
    return str(round(value, 2))


def tissue_string(model: str) -> Callable[[Row, str], str | None]:
    """GENE|POS:INCREASE|POS:DECREASE|Warnings: of raw scores, as Pangolin prints them."""

    def string(row: Row, gene: str) -> str | None:
        if row.get(f"{model}_gain") is None:
            return None
        parts = (
            f"{row[f'{model}_dp_{track}']}:{printed_change(row[f'{model}_{track}'])}"
            for track in ("gain", "loss")
        )
        return "|".join([gene, *parts, "Warnings:"])

    return string
