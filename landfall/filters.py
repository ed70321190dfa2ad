"""Which alleles of the patient are worth a model's time: rules in order, each dropped allele with its reason.

The order runs from what the sequencing says (genotype, filter, depth, quality, balance) over where the variant
lies (region) to how common it is (frequency), so that the costly question is asked last. A value that is absent
cannot be held against a threshold: the allele passes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pysam
import pysam.bcftools

from landfall import files, tables, variants
from landfall.genes import Transcript
from landfall.genome import Genome, aliases
from landfall.settings import Filter

SITES_MARGIN = 200
"""Bases around an allele searched in the sites file, for indels that it spells further to the right."""


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
        sites = frequency_of(alleles)
        higher = sites["frequency"].notna() & ~(found["frequency"] >= sites["frequency"])
        found.loc[higher] = sites.loc[higher]
    return alleles.assign(frequency=found["frequency"].astype(float), frequency_source=found["source"])


def sites_lookup(path: Path, genome: Genome, fields: Sequence[str]) -> FrequencySource:
    """A frequency source that reads a sites VCF or BCF; the first of ``fields`` that it declares is used.

    The file's alleles are brought to the same spelling as the patient's, so that an equivalent indel is found.
    Raises VariantFileError if it declares none of the fields.
    """
    with pysam.VariantFile(str(path)) as sites:
        declared, contigs = set(sites.header.info), [str(name) for name in sites.header.contigs]
    field = next((name for name in fields if name in declared), None)
    if field is None:
        raise variants.VariantFileError(f"{path}: declares none of the INFO fields {', '.join(fields)}")
    names = aliases(contigs or dict.fromkeys(files.record_contigs(path)))

    def frequency_of(alleles: pd.DataFrame) -> pd.DataFrame:
        search = _search(alleles, names)
        if not search:  # bcftools refuses an empty list of regions
            return pd.DataFrame({"frequency": np.nan, "source": ""}, index=alleles.index)
        known = _site_frequencies(path, search, genome, field)
        keys = alleles[["chrom", "pos", "ref", "alt"]]
        joined = keys.merge(known, on=list(keys.columns), how="left").set_index(alleles.index)
        return joined[["frequency"]].assign(source=f"{Path(path).name}/{field}")

    return frequency_of


def _search(alleles: pd.DataFrame, names: Mapping[str, str]) -> list[tuple[str, int, int]]:
    """Merged stretches around the alleles, 1-based inclusive, contigs named as in the sites file."""
    stretches: list[tuple[str, int, int]] = []
    spans = (
        alleles.assign(contig=alleles["chrom"].map(names))
        .dropna(subset=["contig"])
        .sort_values(["contig", "pos"])
    )
    for contig, pos, ref in zip(spans["contig"], spans["pos"], spans["ref"], strict=True):
        start, end = max(1, pos - SITES_MARGIN), pos + len(ref) + SITES_MARGIN
        if stretches and stretches[-1][0] == contig and start <= stretches[-1][2]:
            stretches[-1] = (contig, stretches[-1][1], max(end, stretches[-1][2]))
        else:
            stretches.append((contig, start, end))
    return stretches


def _site_frequencies(
    path: Path, search: Sequence[tuple[str, int, int]], genome: Genome, field: str
) -> pd.DataFrame:
    """chrom, pos, ref, alt, frequency of the sites in the stretches; the highest where a site occurs twice."""
    columns = ["chrom", "pos", "ref", "alt"]
    blocks = [pd.DataFrame(columns=[*columns, "frequency"])]
    with tempfile.TemporaryDirectory() as scratch:
        targets, subset = Path(scratch) / "targets.tsv", Path(scratch) / "sites.vcf"
        targets.write_text("".join(f"{c}\t{s}\t{e}\n" for c, s, e in search))
        where = "-R" if _has_index(path) else "-T"
        pysam.bcftools.view(where, str(targets), "-Ov", "-o", str(subset), str(path), catch_stdout=False)
        for records in variants.read_records(subset, None):
            alleles = variants.split_alleles(records)
            sound = alleles[variants.syntax_verdicts(alleles, genome)["rule"] == ""]
            spelt = variants.normalise_spelling(sound, genome)
            values = variants.info_numbers(sound.loc[spelt.index], [field])[field]
            blocks.append(spelt[columns].assign(frequency=values).dropna(subset=["frequency"]))
    known = pd.concat([b for b in blocks if len(b)] or blocks, ignore_index=True)
    known = known.astype({"frequency": float})
    return known.groupby(columns, as_index=False, sort=False)["frequency"].max()


def _has_index(path: Path) -> bool:
    return any(Path(f"{path}{suffix}").exists() for suffix in (".tbi", ".csi"))
