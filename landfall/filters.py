"""Which alleles of the patient are worth a model's time: rules in order, each dropped allele with its reason.

The order runs from what the sequencing says (genotype, filter, depth, quality, balance) over what is known to mislead
(blacklist, excluded regions) and where the variant lies (region) to how common it is (frequency), so that the costly
question is asked last. A value that is absent cannot be held against a threshold: the allele passes. An allele that a
file of classified alleles (ClinVar) calls pathogenic passes the rules on place, and on frequency within reason; one to
which a file of precomputed scores gives a high one passes that on frequency, within reason too. No rule asks what an
allele does to a protein: introns are in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from landfall import chromosomes, frequencies, sites, tables, variants
from landfall.genome import Genome
from landfall.precomputed import Precomputed
from landfall.regions import Region, Regions
from landfall.settings import Filter, Frequency

__all__ = [
    "NOT_COVERED",
    "Filtered",
    "Pathogenic",
    "Places",
    "Region",
    "Regions",
    "Sources",
    "limit",
    "read_alleles",
    "read_pathogenic",
    "screen",
]


@dataclass(frozen=True)
class Filtered:
    """The alleles that go on, and the decisions on those that do not (columns of tables.DECISIONS)."""

    alleles: pd.DataFrame
    decisions: pd.DataFrame


Rule = tuple[str, "np.ndarray | pd.Series[bool]", Callable[[pd.DataFrame], "pd.Series[str]"]]
DECISIONS = tables.DECISIONS.names


@dataclass(frozen=True)
class Places:
    """Where candidates may lie, and what overrides that.

    regions: of genes, or of a BED file. within: stretches that they must touch as well, None for no such limit.
    excluded: stretches that no candidate may touch, named by their file. blacklist: alleles known
    to mislead. pathogenic: alleles known to cause disease, which pass all of these but the blacklist.
    """

    regions: Regions
    within: Regions | None = None
    excluded: Regions | None = None
    blacklist: sites.Alleles | None = None
    pathogenic: Pathogenic | None = None


@dataclass(frozen=True)
class Pathogenic:
    """Alleles classified as pathogenic or likely pathogenic, with their identifier and classification in words."""

    alleles: sites.Alleles
    words: pa.Array


def screen(normalised: pa.Table, thresholds: Filter, places: Places, genome: Genome, build: str) -> Filtered:
    """Hold alleles (tables.NORMALISED) against all rules but that on frequency; the first that one fails is its reason.

    build: genome build, for the pseudoautosomal regions.
    Those that go on have ``genes``, ``known`` (the classification, null if there is none) and ``spared`` (the rule that
    an allele known to be pathogenic would have failed, empty if none).
    """
    alleles = normalised.to_pandas(types_mapper={pa.string(): variants.TEXT}.get)
    alleles = alleles.assign(
        genes=places.regions.named(alleles), known=_known(alleles, places, genome), spared=""
    )
    known, rules = alleles["known"].notna().to_numpy(), _call_rules(alleles, thresholds, build)
    for rule, fails, detail in _place_rules(alleles, places, genome):
        if rule != "blacklist":
            alleles.loc[fails & known & (alleles["spared"] == "").to_numpy(), "spared"] = rule
            fails = fails & ~known
        rules.append((rule, fails, detail))
    return Filtered(*_judge(alleles, rules))


def _place_rules(alleles: pd.DataFrame, places: Places, genome: Genome) -> list[Rule]:
    """The rules on the allele and its place; alleles numbered from 0."""
    rules: list[Rule] = []
    if places.blacklist is not None:
        listed = np.zeros(len(alleles), dtype=bool)
        listed[_find(alleles, places.blacklist, genome)[0]] = True
        rules.append(("blacklist", listed, lambda a: _same(a, "the allele is on the blacklist")))
    if places.excluded is not None:
        touched = places.excluded.named(alleles)
        named = pd.Series(touched)
        rules.append(
            ("excluded", touched != "", lambda a: "lies in a region of " + named[a.index].astype("str"))
        )
    words = "lies in no candidate gene or region"
    rules.append(("region", ~places.regions.inside(alleles), lambda a: _same(a, words)))
    if places.within is not None:
        outside = ~places.within.inside(alleles)
        rules.append(("region", outside, lambda a: _same(a, "lies outside the regions of the BED file")))
    return rules


def _same(alleles: pd.DataFrame, words: str) -> pd.Series[str]:
    return pd.Series(words, index=alleles.index)


def _find(alleles: pd.DataFrame, known: sites.Alleles, genome: Genome) -> tuple[np.ndarray, np.ndarray]:
    ref, alt = (variants.arrow(alleles[name]) for name in ("ref", "alt"))
    return known.find(variants.places(alleles, genome), ref, alt)


def _known(alleles: pd.DataFrame, places: Places, genome: Genome) -> pd.Series[str]:
    """The classification of each allele that is known to be pathogenic, null for the others."""
    known = pd.Series(None, index=alleles.index, dtype=object)
    if places.pathogenic is not None:
        rows, here = _find(alleles, places.pathogenic.alleles, genome)
        known.iloc[rows] = places.pathogenic.words.take(pa.array(here)).to_pylist()
    return known


def limit(
    alleles: pd.DataFrame,
    frequency: pd.DataFrame,
    thresholds: Filter,
    build: str,
    scores: Precomputed | None = None,
) -> Filtered:
    """Hold screened alleles against the rules on frequency.

    frequency: as :meth:`Sources.complete` gives it, on the same index. scores: asked of those that are too common.
    Those that go on keep tables.VARIANTS.
    """
    alleles = alleles.assign(**{name: frequency[name] for name in frequency})
    alleles = frequencies.by_sex(
        alleles, np.isin(variants.kinds(alleles, build), (chromosomes.X, chromosomes.Y))
    )
    codes, fits = _fits(alleles, build)
    alleles["modes"] = _modes(alleles, codes, fits, thresholds.frequency)
    common = (alleles["modes"] == "").to_numpy()
    classified = alleles["known"].notna().to_numpy()
    known = classified & (alleles["frequency"] <= thresholds.pathogenic_maximum).to_numpy()
    alleles["delta"] = scores.speaks_for(alleles, common & ~known) if scores else np.nan
    spared = known | alleles["delta"].notna().to_numpy()
    alleles.loc[common & spared & (alleles["spared"] == "").to_numpy(), "spared"] = "frequency"
    most = [_laxest(modes, thresholds.frequency) for modes in fits]

    def words(gone: pd.DataFrame) -> pd.Series[str]:
        limits = [f" > {value:g} ({name}) in " for value, name in most]
        shown = pd.Series(np.array(limits, dtype=object)[codes[gone.index]], index=gone.index)
        return gone["frequency"].map("{:.3g}".format) + shown + gone["frequency_source"]

    cohort, most_in_cohort = (
        alleles["cohort_frequency"].to_numpy(dtype=float),
        thresholds.frequency.cohort_maximum,
    )
    rules: list[Rule] = [
        ("frequency", common & ~spared, words),
        (
            "cohort",
            (cohort > most_in_cohort) & ~classified,
            lambda a: a["cohort_frequency"].map("{:.3g}".format) + f" > {most_in_cohort:g} of the cohort",
        ),
    ]
    return Filtered(*_judge(alleles, rules))


def _laxest(modes: Sequence[str], thresholds: Frequency) -> tuple[float, str]:
    """The highest frequency at which a call still fits one of its modes, and what sets it: that mode, or maximum."""
    mode = max(modes, key=lambda name: thresholds.modes[name])
    limit = thresholds.modes[mode]
    return (limit, mode) if limit < thresholds.maximum else (thresholds.maximum, "maximum")


PAIRED = ("autosomal_dominant", "autosomal_recessive_compound")
MODES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    chromosomes.AUTOSOME: {
        "heterozygous": PAIRED,
        "homozygous": ("autosomal_recessive",),
        "": (*PAIRED, "autosomal_recessive"),
    },
    chromosomes.X: {
        "heterozygous": ("x_linked_dominant", "x_linked_recessive_compound", "x_linked_recessive"),
        "": ("x_linked_dominant", "x_linked_recessive"),
    },
    chromosomes.Y: {"": ("y_linked",)},
    chromosomes.MITOCHONDRION: {"": ("mitochondrial",)},
}
"""Modes of inheritance that a call can fit by its chromosome and zygosity; '' is any zygosity that is not named.

A heterozygous call on X may be that of a man whose caller knows no ploidy: it can be recessive by itself.
"""


def _fits(alleles: pd.DataFrame, build: str) -> tuple[np.ndarray, list[tuple[str, ...]]]:
    """For each allele the number of its kind of call, and for each kind the modes that it can fit."""
    kinds = variants.kinds(alleles, build)
    codes, unique = pd.factorize(pd.Series(kinds, dtype=variants.TEXT) + " " + alleles["zygosity"].array)
    fits = []
    for kind in unique:
        chromosome, zygosity = kind.split(" ")
        fits.append(MODES[chromosome].get(zygosity, MODES[chromosome][""]))
    return codes, fits


def _modes(
    alleles: pd.DataFrame, codes: np.ndarray, fits: Sequence[Sequence[str]], thresholds: Frequency
) -> pd.Series[str]:
    """The modes whose limit an allele keeps, joined by ','; an allele without a frequency keeps all it can fit."""
    frequency = alleles["frequency"].fillna(0).to_numpy(dtype=float)
    found = np.full(len(alleles), "", dtype=object)
    for code, modes in enumerate(fits):
        limits = {mode: min(thresholds.modes[mode], thresholds.maximum) for mode in modes}
        for highest in sorted(set(limits.values()), reverse=True):
            kept = ",".join(mode for mode in modes if limits[mode] >= highest)
            found[(codes == code) & (frequency <= highest)] = kept
    return pd.Series(found, index=alleles.index, dtype=variants.TEXT)


def _call_rules(alleles: pd.DataFrame, t: Filter, build: str) -> list[Rule]:
    """The rules on the call itself: name, rows that fail, words for the ledger."""
    low, high = t.heterozygous_balance
    passing = {text: variants.passes(text, t.pass_filters) for text in alleles["filter"].unique()}
    return [
        (
            "genotype",
            alleles["zygosity"].isin(["absent", "uncalled"]),
            lambda a: "the proband's genotype is " + a["genotype"],
        ),
        (
            "filter",
            ~variants.looked_up(alleles["filter"], passing).astype(bool),
            lambda a: "FILTER is " + a["filter"],
        ),
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
            _skewed(alleles, low, high, build),
            lambda a: (
                a["allele_balance"].map("{:.2f} of the reads".format) + f", outside {low:g} to {high:g}"
            ),
        ),
    ]


def _skewed(alleles: pd.DataFrame, low: float, high: float, build: str) -> pd.Series[bool]:
    """Whether the reads of a heterozygous call are not shared as two copies of a chromosome share them.

    Asked where the person has two copies and both are called: not of mitochondria, of which any share may have the
    allele, nor of genotypes with a missing allele or more than two. On X and Y, nearly all reads are those of a single
    copy, which callers that know no sex write as heterozygous.
    """
    kinds, balance = variants.kinds(alleles, build), alleles["allele_balance"]
    called = alleles["genotype"].str.fullmatch(r"[0-9]+[/|][0-9]+") | alleles["call_site"].notna()
    two = (alleles["zygosity"] == "heterozygous") & called
    single = np.isin(kinds, [chromosomes.X, chromosomes.Y])
    asked = two & (kinds != chromosomes.MITOCHONDRION)
    return asked & ((balance < low) | ((balance > high) & ~single))


TOLD = (
    *("record", "allele", "genotype", "filter", "depth", "genotype_quality", "allele_balance"),
    *("frequency", "frequency_source", "cohort_frequency"),
)
"""Columns that the words on a dropped allele may need; the others are not copied for the many that are dropped."""


def _judge(alleles: pd.DataFrame, rules: Sequence[Rule]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The alleles that fail no rule, numbered anew, and the decisions on the others, by the first that each fails.

    The alleles are numbered from 0.
    """
    left, decisions = np.ones(len(alleles), dtype=bool), []
    told = alleles[[name for name in TOLD if name in alleles]]
    for rule, fails, detail in rules:
        failed = left & pd.Series(fails).fillna(False).to_numpy(dtype=bool)
        if failed.any():
            gone = told[failed]
            columns = gone[["record", "allele"]]
            words = {"fate": "dropped", "stage": "filter", "rule": rule, "detail": detail(gone)}
            decisions.append(columns.assign(**words))
            left &= ~failed
    together = pd.concat(decisions) if decisions else pd.DataFrame(columns=DECISIONS)
    return (alleles if left.all() else alleles[left].reset_index(drop=True)), together


ABSENT, NOT_COVERED = "absent", "not covered"


@dataclass(frozen=True)
class Sources:
    """Where frequencies come from: files of the settings, and where the population file says anything at all.

    covered: regions of the file's own coverage, None where all of the contigs that it has are taken to be covered.
    """

    settings: Frequency
    covered: Regions | None = None

    def look_up(self, alleles: sites.Alleles, genome: Genome) -> pd.DataFrame:
        """frequencies.COLUMNS, source and cohort of each allele; nulls where no file has it."""
        nothing = np.full(len(alleles), np.nan)
        found = pd.DataFrame({**dict.fromkeys(frequencies.COLUMNS, nothing), "source": "", "cohort": nothing})
        if self.settings.sites is not None:
            path, fields = self.settings.sites, self.settings.sites_fields
            found[[*frequencies.COLUMNS, "source"]] = frequencies.look_up(path, genome, alleles, fields)
        if self.settings.cohort is not None:
            path, fields = self.settings.cohort, self.settings.cohort_fields
            found["cohort"] = frequencies.look_up(path, genome, alleles, fields)["frequency"]
        return found

    def complete(self, alleles: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
        """frequency, frequency_source, faf95, the counts of individuals and cohort_frequency, for :func:`limit`.

        The highest of the INFO fields and of what was ``found``, on the same rows; ``absent`` where neither knows an
        allele, ``not covered`` where the file of sites says nothing about its place.
        """
        mine, theirs = (
            alleles["info_frequency"].to_numpy(dtype=float),
            found["frequency"].to_numpy(dtype=float),
        )
        higher = ~np.isnan(theirs) & ~(mine >= theirs)
        source = np.where(
            higher, found["source"], "INFO/" + alleles["info_field"].astype("str").astype(object)
        )
        unknown = np.isnan(mine) & np.isnan(theirs)
        source[unknown] = ABSENT
        source[unknown & ~self._covers(alleles)] = NOT_COVERED
        return pd.DataFrame(
            {
                "frequency": np.where(higher, theirs, mine),
                "frequency_source": source,
                "faf95": found["faf95"].to_numpy(),
                **{
                    name: pd.array(found[name], dtype="Float64").astype("Int64")
                    for name in ("homozygotes", "hemizygotes", "male_homozygotes")
                },
                "cohort_frequency": found["cohort"].to_numpy(),
            },
            index=alleles.index,
        )

    def _covers(self, alleles: pd.DataFrame) -> np.ndarray:
        if self.settings.sites is None:
            return np.ones(len(alleles), dtype=bool)
        if self.covered is not None:
            return self.covered.inside(alleles)
        contigs = sites.contig_names(self.settings.sites)
        there = {name: name in contigs for name in alleles["chrom"].unique()}
        covers: np.ndarray = variants.looked_up(alleles["chrom"], there).astype(bool)
        return covers


SIGNIFICANCE = "^(?:likely_)?pathogenic(?:/likely_pathogenic)?(?:[|,/].*)?$"
"""CLNSIG of alleles that cause disease: pathogenic, likely pathogenic, or both; not those with conflicting entries."""


def read_pathogenic(path: Path, genome: Genome) -> Pathogenic:
    """The alleles of a ClinVar-like VCF that CLNSIG calls (likely) pathogenic."""
    kept = []
    for records in variants.read_records(path, None):
        significance = variants.info_text(records, "CLNSIG")
        sick = pc.match_substring_regex(significance, SIGNIFICANCE, ignore_case=True).to_numpy(
            zero_copy_only=False
        )
        spelt = sites.spelt(records[sick], genome)
        spelt["words"] = (
            spelt["id"].astype("str")
            + " "
            + pd.Series(variants.info_text(spelt, "CLNSIG").to_pylist(), index=spelt.index).str.replace(
                "_", " "
            )
        )
        kept.append(spelt[[*tables.ALLELE, "words"]])
    whole = pd.concat(kept, ignore_index=True) if kept else pd.DataFrame(columns=[*tables.ALLELE, "words"])
    order = np.argsort(variants.places(whole, genome), kind="stable")
    return Pathogenic(sites.Alleles.of(whole, genome), pa.array(whole["words"].iloc[order], pa.string()))


def read_alleles(path: Path, genome: Genome) -> sites.Alleles:
    """All alleles of a VCF of sites."""
    kept = [
        sites.spelt(records, genome)[list(tables.ALLELE)] for records in variants.read_records(path, None)
    ]
    return sites.Alleles.of(pd.concat(kept, ignore_index=True), genome)
