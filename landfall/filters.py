"""Which alleles of the patient are worth a model's time: rules in order, each dropped allele with its reason.

The order runs from what the sequencing says (genotype, filter, depth, quality, balance) over where the variant
lies (region) to how common it is (frequency), so that the costly question is asked last. A value that is absent
cannot be held against a threshold: the allele passes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pysam

from landfall import sites, tables, variants
from landfall.genes import Transcript
from landfall.genome import Genome
from landfall.settings import Filter

KINDS = ("str", "int64", "str", "str")
"""Types of chrom, pos, ref and alt."""


@dataclass(frozen=True)
class Region:
    """A stretch worth looking at, 0-based half-open; ``gene`` is empty for a region of a BED file."""

    chrom: str
    start: int
    end: int
    gene: str


@dataclass(frozen=True)
class Filtered:
    """The alleles that go on (tables.VARIANTS) and the decisions on those that do not."""

    variants: pa.Table
    decisions: pd.DataFrame


Rule = tuple[str, "pd.Series[bool]", Callable[[pd.DataFrame], "pd.Series[str]"]]
FrequencySource = Callable[[pd.DataFrame], pd.DataFrame]


def gene_regions(transcripts: Iterable[Transcript], genes: Iterable[str] | None, flank: int) -> list[Region]:
    """The span of all transcripts of each gene, widened by ``flank`` bases; all genes if ``genes`` is None."""
    wanted = None if genes is None else set(genes)
    spans: dict[tuple[str, str], tuple[int, int]] = {}
    for transcript in transcripts:
        if wanted is not None and transcript.gene not in wanted:
            continue
        key = (transcript.gene, transcript.chrom)
        start, end = spans.get(key, (transcript.start, transcript.end))
        spans[key] = (min(start, transcript.start), max(end, transcript.end))
    return [
        Region(chrom, start - flank, end + flank, gene)
        for (gene, chrom), (start, end) in sorted(spans.items())
    ]


def bed_regions(path: Path, names: Mapping[str, str]) -> list[Region]:
    """Regions of a BED file (0-based half-open), contigs named as in the reference; others are left out."""
    regions = []
    for line in Path(path).read_text().splitlines():
        fields = line.split("\t")
        if len(fields) >= 3 and not line.startswith(("#", "track", "browser")) and fields[0] in names:
            regions.append(Region(names[fields[0]], int(fields[1]), int(fields[2]), ""))
    return regions


def apply(
    normalised: pa.Table,
    thresholds: Filter,
    regions: Sequence[Region],
    frequency_of: FrequencySource | None = None,
    within: Sequence[Region] | None = None,
) -> Filtered:
    """Hold every allele against the rules in order; the first that it fails is its reason.

    regions: where candidates may lie. within: stretches that they must touch as well (a BED file), None for no such
    limit. frequency_of: looks alleles up in a sites file and returns columns ``frequency`` and ``source`` on their
    index.
    """
    alleles = normalised.to_pandas()
    decisions: list[pd.DataFrame] = []
    for rule, fails, detail in _call_rules(alleles, thresholds):
        alleles = _drop(alleles, fails, rule, detail, decisions)
    alleles = alleles.assign(genes=_genes(alleles, regions), inside=_inside(alleles, regions))
    alleles = _drop(alleles, ~alleles["inside"], "region", _where, decisions)
    if within is not None:
        alleles = alleles.assign(inside=_inside(alleles, within))
        alleles = _drop(alleles, ~alleles["inside"], "region", _outside, decisions)
    alleles = _with_frequency(alleles, frequency_of)
    common = alleles["frequency"] > thresholds.frequency.maximum
    shown = f" > {thresholds.frequency.maximum:g}"
    alleles = _drop(
        alleles,
        common,
        "frequency",
        lambda a: a["frequency"].map("{:.3g}".format) + shown + " in " + a["frequency_source"],
        decisions,
    )
    kept = pa.Table.from_pandas(alleles[tables.VARIANTS.names], preserve_index=False)
    columns = ["record", "allele", "fate", "stage", "rule", "detail"]
    gone = pd.concat(decisions) if decisions else pd.DataFrame(columns=columns)
    return Filtered(tables.check(tables.VARIANTS, kept), gone[columns].reset_index(drop=True))


def _call_rules(alleles: pd.DataFrame, t: Filter) -> list[Rule]:
    """The rules on the call itself: name, rows that fail, words for the ledger."""
    low, high = t.heterozygous_balance
    filters = (
        alleles["filter"].str.split(";").map(lambda names: set(names) <= set(t.pass_filters)).astype(bool)
    )
    heterozygous = alleles["zygosity"] == "heterozygous"
    skewed = heterozygous & ((alleles["allele_balance"] < low) | (alleles["allele_balance"] > high))
    return [
        (
            "genotype",
            alleles["zygosity"].isin(["absent", "uncalled"]),
            lambda a: "the proband's genotype is " + a["genotype"],
        ),
        ("filter", ~filters, lambda a: "FILTER is " + a["filter"]),
        (
            "depth",
            alleles["depth"] < t.min_depth,
            lambda a: a["depth"].map("DP {:.0f}".format) + f" < {t.min_depth}",
        ),
        (
            "genotype_quality",
            alleles["genotype_quality"] < t.min_genotype_quality,
            lambda a: a["genotype_quality"].map("GQ {:g}".format) + f" < {t.min_genotype_quality:g}",
        ),
        (
            "allele_balance",
            skewed,
            lambda a: (
                a["allele_balance"].map("{:.2f} of the reads".format) + f", outside {low:g} to {high:g}"
            ),
        ),
    ]


def _drop(
    alleles: pd.DataFrame,
    fails: pd.Series[bool],
    rule: str,
    detail: Callable[[pd.DataFrame], pd.Series[str]],
    decisions: list[pd.DataFrame],
) -> pd.DataFrame:
    """The alleles without those that fail, whose decisions are noted."""
    fails = fails.reindex(alleles.index).fillna(False).astype(bool)
    gone = alleles[fails]
    if len(gone):
        words = detail(gone)
        decisions.append(
            gone[["record", "allele"]].assign(fate="dropped", stage="filter", rule=rule, detail=words)
        )
    return alleles[~fails]


def _outside(alleles: pd.DataFrame) -> pd.Series[str]:
    return alleles["chrom"] + ":" + alleles["pos"].astype("str") + " lies outside the regions of the BED file"


def _where(alleles: pd.DataFrame) -> pd.Series[str]:
    return alleles["chrom"] + ":" + alleles["pos"].astype("str") + " lies in no candidate gene or region"


def _overlaps(alleles: pd.DataFrame, regions: Sequence[Region]) -> Iterable[tuple[Region, np.ndarray]]:
    """Each region with the row numbers of the alleles that touch it."""
    for chrom, rows in alleles.reset_index(drop=True).groupby("chrom", sort=False):
        starts = rows["pos"].to_numpy() - 1
        ends = starts + rows["ref"].str.len().to_numpy()
        order = np.argsort(starts, kind="stable")
        starts, ends, numbers = starts[order], ends[order], rows.index.to_numpy()[order]
        longest = int((ends - starts).max())
        for region in (r for r in regions if r.chrom == chrom):
            first, last = np.searchsorted(starts, [region.start - longest, region.end])
            touching = ends[first:last] > region.start
            yield region, numbers[first:last][touching]


def _inside(alleles: pd.DataFrame, regions: Sequence[Region]) -> np.ndarray:
    inside = np.zeros(len(alleles), dtype=bool)
    for _, rows in _overlaps(alleles, regions):
        inside[rows] = True
    return inside


def _genes(alleles: pd.DataFrame, regions: Sequence[Region]) -> list[str]:
    genes: dict[int, set[str]] = {}
    for region, rows in _overlaps(alleles, regions):
        if region.gene:
            for row in rows:
                genes.setdefault(int(row), set()).add(region.gene)
    return [",".join(sorted(genes.get(row, ()))) for row in range(len(alleles))]


def _with_frequency(alleles: pd.DataFrame, frequency_of: FrequencySource | None) -> pd.DataFrame:
    """The highest frequency of INFO and sites file, and where it was found."""
    found = pd.DataFrame(
        {"frequency": alleles["info_frequency"], "source": "INFO/" + alleles["info_field"].astype("str")}
    )
    found.loc[found["frequency"].isna(), "source"] = "absent"
    if frequency_of is not None and len(alleles):
        known = frequency_of(alleles)
        higher = known["frequency"].notna() & ~(found["frequency"] >= known["frequency"])
        found.loc[higher] = known.loc[higher]
    return alleles.assign(frequency=found["frequency"].astype(float), frequency_source=found["source"])


def sites_lookup(path: Path, genome: Genome, fields: Sequence[str]) -> FrequencySource:
    """A frequency source that reads a sites VCF or BCF; the first of ``fields`` that it declares is used.

    The file's alleles are brought to the same spelling as the patient's, so that an equivalent indel is found.
    Raises VariantFileError if it declares none of the fields.
    """
    field, names = frequency_field(path, fields), sites.contig_names(path)

    def frequency_of(alleles: pd.DataFrame) -> pd.DataFrame:
        known = frequencies(sites.read_near(path, sites.stretches(alleles, names), genome), field)
        keys = alleles[list(tables.ALLELE)]
        joined = keys.merge(known, on=list(keys.columns), how="left").set_index(alleles.index)
        return joined[["frequency"]].assign(source=f"{Path(path).name}/{field}")

    return frequency_of


def frequency_field(path: Path, fields: Sequence[str]) -> str:
    """The first of the INFO fields that the file declares. Raises VariantFileError if it declares none."""
    with pysam.VariantFile(str(path)) as opened:
        declared = set(opened.header.info)
    field = next((name for name in fields if name in declared), None)
    if field is None:
        raise variants.VariantFileError(f"{path}: declares none of the INFO fields {', '.join(fields)}")
    return field


def frequencies(blocks: Iterable[pd.DataFrame], field: str) -> pd.DataFrame:
    """chrom, pos, ref, alt, frequency of alleles of :func:`landfall.sites.read_near`; the highest of each."""
    columns = list(tables.ALLELE)
    known = [pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in zip(columns, KINDS, strict=True)})]
    for near in blocks:
        values = variants.info_numbers(near, [field])[field]
        known.append(near[columns].assign(frequency=values).dropna(subset=["frequency"]))
    whole = pd.concat([part for part in known if len(part)] or known, ignore_index=True)
    whole = whole.reindex(columns=[*columns, "frequency"]).astype({"frequency": float})
    return whole.groupby(columns, as_index=False, sort=False)["frequency"].max()
