"""Reads of an allele and of all alleles, from the FORMAT fields of many callers.

Every reader takes the fields of a sample, and alleles with ``row``, the number of their record, ``allele`` and ``alt``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from landfall.variants.calls.format_fields import Fields, Lists, numbers_of_local
from landfall.variants.vcf import VariantFileError

Reads = tuple[np.ndarray, np.ndarray]
"""Reads of the allele and of all alleles, NaN where absent."""


def site_depth(fields: Fields, row: np.ndarray, allele: np.ndarray) -> np.ndarray:
    """Reads at the position: DP, else DPI (Strelka's indels), FDP (Ion), NR (Platypus, one number per alternate)."""
    found: np.ndarray = fields.number("DP")[row]
    for name in ("DPI", "FDP", "NR"):
        if name in fields.names:
            reads = fields.lists(name)
            first = np.where(reads.length[row] > 1, allele - 1, 0)
            found = np.where(np.isnan(found), reads.at(row, first), found)
    return found


def allele_depths(fields: Fields, alleles: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Reads of each allele and of all alleles, and the fraction that a caller writes, by the first field present."""
    own, total = np.full(len(alleles), np.nan), np.full(len(alleles), np.nan)
    for needed, read in SOURCES:
        if needed <= fields.names:
            reads, whole = read(fields, alleles)
            unknown = np.isnan(own)
            own, total = np.where(unknown, reads, own), np.where(unknown, whole, total)
    share = _share(fields, alleles)
    depth = fields.number("DP")[alleles["row"].to_numpy()]
    unknown = np.isnan(own)
    own = np.where(unknown, share * depth, own)
    total = np.where(np.isnan(total) & ~np.isnan(own), depth, total)
    return own, total, share


def _placed(alleles: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    return alleles["row"].to_numpy(), alleles["allele"].to_numpy()


def _per_allele(name: str) -> Callable[[Fields, pd.DataFrame], Reads]:
    """A number for REF and each alternate, as AD of VCF 4.3; a list of another length means something else."""

    def read(fields: Fields, alleles: pd.DataFrame) -> Reads:
        (row, allele), reads = _placed(alleles), fields.lists(name)
        whole = (reads.length == fields.alternates + 1)[row]
        return np.where(whole, reads.at(row, allele), np.nan), np.where(whole, reads.total(row), np.nan)

    return read


def _strands(fields: Fields, alleles: pd.DataFrame) -> Reads:
    """ADF and ADR of bcftools mpileup: AD by strand."""
    own, total = zip(*(_per_allele(name)(fields, alleles) for name in ("ADF", "ADR")), strict=True)
    return own[0] + own[1], total[0] + total[1]


def _reference_and_alternates(ref: str, alt: str) -> Callable[[Fields, pd.DataFrame], Reads]:
    """A number for REF, and one for each alternate in another field."""

    def read(fields: Fields, alleles: pd.DataFrame) -> Reads:
        (row, allele), reads = _placed(alleles), fields.lists(alt)
        return reads.at(row, allele - 1), reads.total(row) + fields.lists(ref).at(row, 0)

    return read


def _varscan(fields: Fields, alleles: pd.DataFrame) -> Reads:
    """RD and AD of VarScan, where AD is the one number of the alternate."""
    row, _ = _placed(alleles)
    ref, alt = fields.lists("RD"), fields.lists("AD")
    single = (ref.length[row] == 1) & (alt.length[row] == 1)
    own = np.where(single, alt.at(row, 0), np.nan)
    return own, own + ref.at(row, 0)


def _dpr(fields: Fields, alleles: pd.DataFrame) -> Reads:
    """DPR, whose first number is that of REF (samtools) or DP (freebayes before 1.0)."""
    (row, allele), reads = _placed(alleles), fields.lists("DPR")
    first = reads.at(row, 0)
    return reads.at(row, allele), np.where(first == fields.number("DP")[row], first, reads.total(row))


def _platypus(fields: Fields, alleles: pd.DataFrame) -> Reads:
    """NV of NR reads, one number of each per alternate."""
    (row, allele), reads = _placed(alleles), fields.lists("NR")
    return fields.lists("NV").at(row, allele - 1), reads.at(
        row, np.where(reads.length[row] > 1, allele - 1, 0)
    )


def _strelka_bases(fields: Fields, alleles: pd.DataFrame) -> Reads:
    """AU, CU, GU, TU of Strelka's substitutions: reads of each base in tier 1, then in tier 2."""
    row, _ = _placed(alleles)
    counts = {base: fields.lists(f"{base}U").at(row, 0) for base in "ACGT"}
    alt = alleles["alt"].str.upper()
    own = np.select([(alt == base).to_numpy(dtype=bool) for base in "ACGT"], list(counts.values()), np.nan)
    return own, np.sum(list(counts.values()), axis=0)


def _strelka_indels(fields: Fields, alleles: pd.DataFrame) -> Reads:
    """TIR and TAR of Strelka's indels: reads of the indel and of other alleles, in tier 1, then in tier 2."""
    row, _ = _placed(alleles)
    own = fields.lists("TIR").at(row, 0)
    return own, own + fields.lists("TAR").at(row, 0)


def _samtools(fields: Fields, alleles: pd.DataFrame) -> Reads:
    """DP4 of samtools: REF forward and reverse, not REF forward and reverse."""
    (row, _), reads = _placed(alleles), fields.lists("DP4")
    return reads.at(row, 2) + reads.at(row, 3), reads.total(row)


def _local(fields: Fields, alleles: pd.DataFrame) -> Reads:
    """LAD: reads of REF and of the alternates that LAA lists; NaN for an allele that is not listed."""
    (row, allele), reads, local = _placed(alleles), fields.lists("LAD"), fields.local()
    if local is None:
        raise VariantFileError(
            "FORMAT has LAD (reads of local alleles) without LAA or LA, which list these alleles; "
            "write the file with AD"
        )
    unique = {text: numbers_of_local(text) for text in set(local.to_pylist())}
    listed = [unique[text] for text in local.take(pa.array(row)).to_pylist()]
    place = [
        1 + names.index(str(number)) if str(number) in names else -1
        for names, number in zip(listed, allele, strict=True)
    ]
    return reads.at(row, np.array(place, dtype=np.int64)), reads.total(row)


SOURCES: Sequence[tuple[frozenset[str], Callable[[Fields, pd.DataFrame], Reads]]] = tuple(
    (frozenset(needed.split()), read)
    for needed, read in (
        ("AD", _per_allele("AD")),
        ("LAD", _local),
        ("RD AD", _varscan),
        ("FRO FAO", _reference_and_alternates("FRO", "FAO")),
        ("RO AO", _reference_and_alternates("RO", "AO")),
        ("DPR", _dpr),
        ("ADF ADR", _strands),
        ("NR NV", _platypus),
        ("AU CU GU TU", _strelka_bases),
        ("TAR TIR", _strelka_indels),
        ("DP4", _samtools),
    )
)
"""FORMAT fields with the reads of an allele, the first one present is read: AD of most callers; LAD (VCF 4.5, hail,
DRAGEN); RD and AD (VarScan); FRO, FAO (Ion, after its own correction) before RO, AO (freebayes, Ion); DPR (samtools,
old freebayes); ADF, ADR (bcftools); NR, NV (Platypus); tiers (Strelka); DP4 (samtools). Then a fraction of DP:
SHARES."""

SHARES = ("VAF", "AF", "VF", "HF", "FREQ")
"""Fraction of the allele: DeepVariant; DRAGEN, Mutect2, Clair3; MiSeq; MToolBox (heteroplasmy); VarScan (per cent)."""


def _share(fields: Fields, alleles: pd.DataFrame) -> np.ndarray:
    """The fraction of the allele's reads that a caller writes, 0 to 1, by the first field of SHARES that is present."""
    row, allele = _placed(alleles)
    found = np.full(len(alleles), np.nan)
    for name in SHARES:
        if name not in fields.names:
            continue
        text = fields.text(name)
        percent = pc.ends_with(text, "%").to_numpy(zero_copy_only=False)
        if percent.any():  # some locales write 46,5%
            text = pc.if_else(pc.ends_with(text, "%"), pc.replace_substring(text, ",", "."), text)
            text = pc.utf8_rtrim(text, "%")
        shares = Lists(text, fields.unreadable, name)
        share = shares.at(row, allele - 1) / np.where(percent[row], 100, 1)
        share = np.where((share >= 0) & (share <= 1), share, np.nan)
        found = np.where(np.isnan(found), share, found)
    return found
