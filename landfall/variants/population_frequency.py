"""Population frequencies of alleles from a VCF of sites: which of its fields are read, and their values per allele.

Founder and unassigned groups are left out, as Exomiser leaves them out: Ashkenazi Jewish (asj), Finnish (fin), Amish
(ami), Middle Eastern (mid), and other or remaining (oth, remaining). A disease allele may be common in them, and they
are small. gnomAD's own popmax (v2, v3) and grpmax (v4) leave them out too.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from landfall.config.filters import Frequency
from landfall.genome.intervals import Regions
from landfall.genome.sequence import Genome
from landfall.io import columns
from landfall.variants import known_sites, site_fields, vcf

GROUPS = ("afr", "amr", "eas", "nfe", "sas")
"""gnomAD's groups that count: African, Admixed American, East Asian, non-Finnish European, South Asian."""

HIGHEST = ("AF_grpmax_joint", "AF_grpmax", "AF_popmax", "AF_POPMAX")
BY_GROUP = tuple(
    tuple(style.format(group) for group in groups)
    for style, groups in (
        *((style, GROUPS) for style in ("AF_joint_{}", "AF_{}", "AF-{}")),
        ("AF_{}", tuple(group.upper() for group in GROUPS)),
    )
)
OVERALL = ("AF_joint", "AF_Adj", "AF")
FAF95 = ("fafmax_faf95_max_joint", "fafmax_faf95_max", "faf95_popmax", "faf95_joint", "faf95")
HOMOZYGOTES = ("nhomalt_joint", "nhomalt", "AC_Hom")
HEMIZYGOTES = ("AC_Hemi", "AC_hemi", "Hemi", "hemi", "nhemi")
MALE_ALLELES = ("AC_joint_XY", "AC_XY", "AC-XY", "AC_male")
MALE_HOMOZYGOTES = ("nhomalt_joint_XY", "nhomalt_XY", "nhomalt-XY", "nhomalt_male")
"""INFO names of gnomAD 4.1 joint, 4, 3 and 2 and of ExAC, the first declared of each is read."""

NAMES = (*HIGHEST, *(name for names in BY_GROUP for name in names), *OVERALL)
"""Every INFO name of a frequency, read by itself or as its two counts (:func:`declared_as`)."""


@dataclass(frozen=True)
class Fields:
    """The INFO fields of a file that are read; a frequency may be a quotient of two, ``AC/AN``.

    ``highest``: the highest value counts. ``overall``: shows that the file has an allele which no group of ``highest``
    carries; empty where the user chose the fields. The others are empty if there are none: ``male_alleles``
    and ``male_homozygotes`` are counts in the male, from which the hemizygous follow where ``hemizygotes`` is empty.
    """

    highest: tuple[str, ...]
    overall: str = ""
    faf95: str = ""
    nhomalt: str = ""
    hemizygotes: str = ""
    male_alleles: str = ""
    male_homozygotes: str = ""


def declared_as(name: str, declared: Collection[str]) -> str:
    """A frequency as a file declares it: by its name, or as ``AC<rest>/AN<rest>`` of ``AF<rest>``; empty if neither."""
    quotient = _counts_of(name)
    if name in declared:
        return name
    return "/".join(quotient) if quotient and set(quotient) <= set(declared) else ""


def _counts_of(name: str) -> tuple[str, str] | None:
    """The names of the allele count and number that belong to a frequency."""
    return (name.replace("AF", "AC", 1), name.replace("AF", "AN", 1)) if "AF" in name else None


def recognise(declared: Collection[str], wanted: Sequence[str] = ()) -> Fields | None:
    """The fields of a file by the names of gnomAD and ExAC, or the first of ``wanted`` that it declares; None if there
    are none.
    """
    highest = _all(wanted or HIGHEST, declared)[:1]
    overall = "" if wanted else next(iter(_all(OVERALL, declared)), "")
    if not wanted and not highest:
        highest = next(filter(None, (_all(names, declared) for names in BY_GROUP)), ())
    if not highest and not overall:
        return None
    counts = (FAF95, HOMOZYGOTES, HEMIZYGOTES, MALE_ALLELES, MALE_HOMOZYGOTES)
    return Fields(highest or (overall,), overall, *(_first(names, declared) for names in counts))


def _all(names: Sequence[str], declared: Collection[str]) -> tuple[str, ...]:
    return tuple(found for name in names if (found := declared_as(name, declared)))


def _first(names: Sequence[str], declared: Collection[str]) -> str:
    return next((name for name in names if name in declared), "")


def fields_of(path: Path, wanted: Sequence[str] = ()) -> Fields:
    """As :func:`recognise` for a file. Raises VariantFileError if it declares none, or cannot be read."""
    found = recognise(known_sites.header_of(path).info, wanted)
    if found is None:
        names = ", ".join(wanted or NAMES)
        raise vcf.VariantFileError(f"{path}: declares none of the INFO fields {names}")
    return found


def read(known: pd.DataFrame, fields: Fields) -> pd.DataFrame:
    """``field`` and COLUMNS of alleles with info and allele (number in the record).

    frequency is null where the file gives none; 0 where it has the allele, but in no group that is read.
    """
    highest = pd.DataFrame({name: _frequency(known, name) for name in fields.highest}, index=known.index)
    frequency = highest.max(axis=1)
    if fields.overall:
        frequency = frequency.where(frequency.notna() | np.isnan(_frequency(known, fields.overall)), 0.0)
    best = np.nanargmax(highest.fillna(-1).to_numpy(dtype=float), axis=1) if len(known) else []
    male = _number(known, fields.male_homozygotes)
    return pd.DataFrame(
        {
            "field": np.array(fields.highest, dtype=object)[best],
            "popmax_af": frequency.astype(float),
            "faf95": _number(known, fields.faf95),
            "nhomalt": _number(known, fields.nhomalt),
            "hemizygotes": _hemizygotes(known, fields, male),
            "male_homozygotes": male,
        },
        index=known.index,
    )


def _number(known: pd.DataFrame, name: str) -> np.ndarray:
    """An INFO field of each allele, NaN where it is absent or there is none of the name."""
    return site_fields.info_numbers(known, [name])[name] if name else np.full(len(known), np.nan)


def _frequency(known: pd.DataFrame, name: str) -> np.ndarray:
    """A frequency by its name, or where that is absent by its counts; NaN where there are none."""
    count, number = name.split("/") if "/" in name else (_counts_of(name) or ("", ""))
    stated = _number(known, "" if "/" in name else name).copy()
    if not np.isnan(stated).any():
        return stated
    counted, total = _number(known, count), _number(known, number)
    missing = np.isnan(stated) & (total > 0)
    stated[missing] = counted[missing] / total[missing]
    return stated


def _hemizygotes(known: pd.DataFrame, fields: Fields, male_homozygotes: np.ndarray) -> np.ndarray:
    """Hemizygous individuals, wherever the allele lies: stated, or by the counts in the male.

    A haploid call is one allele and, in some releases, one "homozygote"; where X was called as diploid a hemizygote is
    two alleles and one homozygote, so the carriers are the alleles less the homozygotes.
    """
    if fields.hemizygotes:
        return _number(known, fields.hemizygotes)
    alleles = _number(known, fields.male_alleles)
    carriers: np.ndarray = np.fmax(alleles - np.nan_to_num(male_homozygotes), male_homozygotes)
    return carriers


COLUMNS = ("popmax_af", "faf95", "nhomalt", "hemizygotes", "male_homozygotes")
"""Frequency and filtering frequency, 0 to 1; counts of individuals. Counts in males are hemizygotes on X and Y
alone, outside the pseudoautosomal regions (:func:`by_sex`)."""


def by_sex(alleles: pd.DataFrame, haploid: np.ndarray) -> pd.DataFrame:
    """The alleles with homozygotes and hemizygotes that count each individual once, and without male_homozygotes.

    haploid: where males have one copy; there, and only there, their homozygotes are hemizygotes.
    """
    male = alleles["male_homozygotes"].fillna(0).where(haploid, 0)
    return alleles.drop(columns="male_homozygotes").assign(
        nhomalt=(alleles["nhomalt"] - male).clip(lower=0),
        hemizygotes=alleles["hemizygotes"].where(haploid),
    )


def look_up(
    path: Path, genome: Genome, alleles: known_sites.Alleles, wanted: Sequence[str] = ()
) -> pd.DataFrame:
    """COLUMNS and ``source`` of each allele; all null, and source empty, where the file lacks it.

    For an allele that the file has twice, the highest frequency is taken. Raises VariantFileError if the file declares
    none of the fields.
    """
    fields = fields_of(path, wanted)
    found = {name: np.full(len(alleles), np.nan) for name in COLUMNS}
    names = np.array([*fields.highest, ""], dtype=object)
    source = np.full(len(alleles), len(names) - 1)
    for rows, known in known_sites.matching(path, genome, alleles):
        values = read(known, fields)
        higher = values["popmax_af"].to_numpy() >= np.nan_to_num(found["popmax_af"][rows], nan=-1)
        _keep_highest(found, source, rows[higher], values[higher], fields)
    labels = np.array([f"{Path(path).name}/{name}" if name else "" for name in names], dtype=object)
    return pd.DataFrame({**found, "source": labels[source]})


def _keep_highest(
    found: dict[str, np.ndarray], source: np.ndarray, rows: np.ndarray, values: pd.DataFrame, fields: Fields
) -> None:
    """Write values at rows in ascending order of frequency, so that the highest remains."""
    order = np.argsort(values["popmax_af"].to_numpy(), kind="stable")
    for name in COLUMNS:
        found[name][rows[order]] = values[name].to_numpy(dtype=float)[order]
    source[rows[order]] = pd.Index(fields.highest).get_indexer(values["field"].iloc[order])


ABSENT, NOT_COVERED, NOT_KNOWN = "absent", "not covered", "not known"
"""In place of a source: looked up and not there, outside the file of sites, no source configured."""


@dataclass(frozen=True)
class Sources:
    """Sources of frequencies: files of the settings, and the regions that the population file covers.

    covered: regions of the file's own coverage, None where all of the contigs that it has are taken to be covered.
    """

    settings: Frequency
    covered: Regions | None = None

    def look_up(self, alleles: known_sites.Alleles, genome: Genome) -> pd.DataFrame:
        """frequencies.COLUMNS, source and cohort of each allele; nulls where no file has it."""
        nothing = np.full(len(alleles), np.nan)
        found = pd.DataFrame({**dict.fromkeys(COLUMNS, nothing), "source": "", "cohort": nothing})
        if self.settings.population_vcf is not None:
            path, fields = self.settings.population_vcf, self.settings.population_fields
            found[[*COLUMNS, "source"]] = look_up(path, genome, alleles, fields)
        if self.settings.cohort_vcf is not None:
            path, fields = self.settings.cohort_vcf, self.settings.cohort_fields
            found["cohort"] = look_up(path, genome, alleles, fields)["popmax_af"]
        return found

    def complete(self, alleles: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
        """frequency, frequency_source, faf95, the counts of individuals and cohort_frequency, for :func:`limit`.

        The highest of the INFO fields and of what was ``found``, on the same rows; ``absent`` where neither has an
        allele, ``not covered`` where the file of sites does not cover its position, ``not known`` without any source.
        """
        mine, theirs = (
            alleles["info_frequency"].to_numpy(dtype=float),
            found["popmax_af"].to_numpy(dtype=float),
        )
        higher = ~np.isnan(theirs) & ~(mine >= theirs)
        source = np.where(
            higher, found["source"], "INFO/" + alleles["info_field"].astype("str").astype(object)
        )
        unknown = np.isnan(mine) & np.isnan(theirs)
        source[unknown] = ABSENT if self.settings.has_sources else NOT_KNOWN
        source[unknown & ~self._covers(alleles)] = NOT_COVERED
        return pd.DataFrame(
            {
                "popmax_af": np.where(higher, theirs, mine),
                "frequency_source": source,
                "faf95": found["faf95"].to_numpy(),
                **{
                    name: pd.array(found[name], dtype="Float64").astype("Int64")
                    for name in ("nhomalt", "hemizygotes", "male_homozygotes")
                },
                "cohort_frequency": found["cohort"].to_numpy(),
            },
            index=alleles.index,
        )

    def _covers(self, alleles: pd.DataFrame) -> np.ndarray:
        if self.settings.population_vcf is None:
            return np.ones(len(alleles), dtype=bool)
        if self.covered is not None:
            return self.covered.inside(alleles)
        contigs = known_sites.contig_names(self.settings.population_vcf)
        there = {name: name in contigs for name in alleles["chrom"].unique()}
        covers: np.ndarray = columns.looked_up(alleles["chrom"], there).astype(bool)
        return covers
