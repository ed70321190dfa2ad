"""Population frequencies of alleles, from a VCF of sites: which of its fields count, and what it says of each allele.

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
import pysam

from landfall import sites, variants
from landfall.genome import Genome

GROUPS = ("afr", "amr", "eas", "nfe", "sas")
"""gnomAD's groups that count: African, Admixed American, East Asian, non-Finnish European, South Asian."""

HIGHEST = ("AF_grpmax_joint", "AF_grpmax", "AF_popmax")
BY_GROUP = ("AF_joint_{}", "AF_{}", "AF-{}")
OVERALL = ("AF_joint", "AF")
FAF95 = ("fafmax_faf95_max_joint", "fafmax_faf95_max", "faf95_popmax", "faf95_joint", "faf95")
HOMOZYGOTES = ("nhomalt_joint", "nhomalt")
"""INFO names of gnomAD 4.1 joint, 4, 3 and 2, the first declared of each is read."""

NAMES = (*HIGHEST, *(style.format(group) for style in BY_GROUP for group in GROUPS), *OVERALL)
"""Every INFO name by which a frequency is recognised."""


@dataclass(frozen=True)
class Fields:
    """The INFO fields of a file that are read.

    ``highest``: the highest value counts. ``overall``: says that the file knows an allele which no group of ``highest``
    carries; empty where the fields were chosen by the user. ``faf95`` and ``homozygotes``: empty if there are none.
    """

    highest: tuple[str, ...]
    overall: str = ""
    faf95: str = ""
    homozygotes: str = ""


def recognise(declared: Collection[str], wanted: Sequence[str] = ()) -> Fields | None:
    """The fields of a file by gnomAD's names, or the first of ``wanted`` that it declares; None if there are none."""
    chosen = wanted or HIGHEST
    highest = tuple(name for name in chosen if name in declared)[:1]
    if not wanted and not highest:
        by_group = ([style.format(group) for group in GROUPS] for style in BY_GROUP)
        highest = next(
            (found for names in by_group if (found := tuple(n for n in names if n in declared))), ()
        )
    overall = _first(OVERALL, declared)
    if not wanted and not highest and overall:
        highest = (overall,)
    if not highest:
        return None
    return Fields(highest, "" if wanted else overall, _first(FAF95, declared), _first(HOMOZYGOTES, declared))


def _first(names: Sequence[str], declared: Collection[str]) -> str:
    return next((name for name in names if name in declared), "")


def fields_of(path: Path, wanted: Sequence[str] = ()) -> Fields:
    """As :func:`recognise` for a file. Raises VariantFileError if it declares none."""
    with pysam.VariantFile(str(path)) as opened:
        found = recognise(set(opened.header.info), wanted)
    if found is None:
        names = ", ".join(wanted or NAMES)
        raise variants.VariantFileError(f"{path}: declares none of the INFO fields {names}")
    return found


def read(known: pd.DataFrame, fields: Fields) -> pd.DataFrame:
    """frequency, field, faf95 and homozygotes of alleles with info and allele (number in the record).

    frequency is null where the file gives none; 0 where it knows the allele, but in no group that counts.
    """
    names = dict.fromkeys(filter(None, [*fields.highest, fields.overall, fields.faf95, fields.homozygotes]))
    values = pd.DataFrame(dict(variants.info_numbers(known, list(names))), index=known.index)
    highest = values[list(fields.highest)]
    frequency = highest.max(axis=1)
    if fields.overall:
        frequency = frequency.where(frequency.notna() | values[fields.overall].isna(), 0.0)
    best = np.nanargmax(highest.fillna(-1).to_numpy(dtype=float), axis=1) if len(known) else []
    nothing = pd.Series(np.nan, index=known.index)
    return pd.DataFrame(
        {
            "frequency": frequency.astype(float),
            "field": np.array(fields.highest, dtype=object)[best],
            "faf95": values.get(fields.faf95, nothing),
            "homozygotes": values.get(fields.homozygotes, nothing),
        }
    )


COLUMNS = ("frequency", "faf95", "homozygotes")


def look_up(path: Path, genome: Genome, alleles: sites.Alleles, wanted: Sequence[str] = ()) -> pd.DataFrame:
    """frequency, faf95, homozygotes and ``source`` of each allele; all null, and source empty, where the file lacks it.

    Of an allele that the file has twice, the highest frequency counts. Raises VariantFileError if the file declares
    none of the fields.
    """
    fields = fields_of(path, wanted)
    found = {name: np.full(len(alleles), np.nan) for name in COLUMNS}
    names = np.array([*fields.highest, ""], dtype=object)
    source = np.full(len(alleles), len(names) - 1)
    for rows, known in sites.matching(path, genome, alleles):
        values = read(known, fields)
        higher = values["frequency"].to_numpy() >= np.nan_to_num(found["frequency"][rows], nan=-1)
        _keep_highest(found, source, rows[higher], values[higher], fields)
    labels = np.array([f"{Path(path).name}/{name}" if name else "" for name in names], dtype=object)
    return pd.DataFrame({**found, "source": labels[source]})


def _keep_highest(
    found: dict[str, np.ndarray], source: np.ndarray, rows: np.ndarray, values: pd.DataFrame, fields: Fields
) -> None:
    """Write values at rows, in the order of their frequency, so that the highest stays."""
    order = np.argsort(values["frequency"].to_numpy(), kind="stable")
    for name in COLUMNS:
        found[name][rows[order]] = values[name].to_numpy(dtype=float)[order]
    source[rows[order]] = pd.Index(fields.highest).get_indexer(values["field"].iloc[order])
