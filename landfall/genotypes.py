"""What a VCF says of one sample at each allele: FORMAT and the sample's text read into calls, whoever wrote them.

The one place where genotypes and depths are read, for the patient and for relatives. Fields are read record by record
and then taken to the alleles, so that a record of a thousand alternates is read once. A genotype that cannot be read
is a missing one, a value of the wrong type a missing value; both are counted, and never an exception.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import fields as fields_of_class

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from landfall.variants import VariantFileError, arrow, element, numbers, series

NEARLY_ALL = 0.8
"""Share of reads from which one allele counts as nearly all that a call shows."""
_GENOTYPE = re.compile(r"(?:\.|[0-9]{1,9})(?:[/|](?:\.|[0-9]{1,9}))*")


@dataclass(frozen=True)
class CallFields:
    """What one sample's genotype says of each allele; arrays of the length of the allele table.

    genotype: as written, without VCF 4.4's leading sign of phase; '.' if it cannot be read. copies: of the allele; -1
    where the genotype says nothing of it. missing: uncalled alleles of the genotype. depth: reads at the place.
    allele_depth, total_depth: reads of the allele and of all alleles (not whole where a caller writes a share alone);
    balance: their ratio. lone: whether a heterozygous call shows hardly a read of its other allele, while DP has more
    reads; these are of another record, and ``total_depth`` is DP. Missing numbers are NaN, missing texts '.'.
    unreadable: number of values, by FORMAT field, that are not what the field holds.
    """

    genotype: pd.Series[str]
    phase_set: pd.Series[str]
    copies: np.ndarray
    ploidy: np.ndarray
    missing: np.ndarray
    depth: np.ndarray
    quality: np.ndarray
    allele_depth: np.ndarray
    total_depth: np.ndarray
    balance: np.ndarray
    lone: np.ndarray
    unreadable: Mapping[str, int]

    def take(self, rows: np.ndarray) -> CallFields:
        """The calls at some rows; ``unreadable`` stays that of all."""
        found = {
            field.name: getattr(self, field.name)[rows]
            for field in fields_of_class(self)
            if isinstance(getattr(self, field.name), np.ndarray)
        }
        texts = {name: getattr(self, name).iloc[rows] for name in ("genotype", "phase_set")}
        return replace(self, **found, **texts)


def read_calls(records: pd.DataFrame, alleles: pd.DataFrame, column: str = "call") -> CallFields:
    """The calls of the sample in a column of records, for alleles of :func:`landfall.variants.split_alleles`.

    records: blocks of :func:`landfall.variants.read_records`. alleles: ``row``, the number of the record in ``records``
    from 0, ``allele``, its number in the record from 1, and ``alt``; all alleles of the records or some.

    An allele that is not in a genotype with missing alleles (``./0``) may be one of them: nothing is known of it. A
    reference genotype without reads (DP 0, AD 0 or GQ 0), as joint callers fill in, is no genotype either.
    Raises VariantFileError for local alleles (LGT, LAD) without their list (LAA, LA).
    """
    row, allele = alleles["row"].to_numpy(), alleles["allele"].to_numpy()
    fields = Fields(records, column)
    genotypes = _Genotypes(fields.genotypes(), _alternates(records), fields.unreadable)
    copies, missing = genotypes.copies(row, allele), genotypes.missing[row]
    depth, quality = _site_depth(fields, row, allele), fields.number("GQ")[row]
    own, total, share = _allele_depths(fields, alleles)
    silent = genotypes.reference[row] & ((depth == 0) | (total == 0) | (quality == 0))
    site_depth = fields.number("DP")[row]
    lone = _lone(own, total, site_depth, copies, genotypes.ploidy[row])
    total = np.where(lone, site_depth, total)
    return CallFields(
        genotype=series(genotypes.text.take(pa.array(row)), alleles.index),
        phase_set=series(fields.text("PS").take(pa.array(row)), alleles.index),
        copies=np.where(silent | ((copies == 0) & (missing > 0)), -1, copies),
        ploidy=genotypes.ploidy[row],
        missing=missing,
        depth=np.where(np.isnan(depth), total, depth),
        quality=quality,
        allele_depth=own,
        total_depth=total,
        balance=ratio(own, total, share),
        lone=lone,
        unreadable=dict(fields.unreadable),
    )


def _alternates(records: pd.DataFrame) -> np.ndarray:
    """Number of alternate alleles of each record."""
    alt = arrow(records["alt"])
    commas: np.ndarray = pc.count_substring(alt, ",").to_numpy(zero_copy_only=False)
    found: np.ndarray = np.where(pc.equal(alt, ".").to_numpy(zero_copy_only=False), 0, commas + 1)
    return found


# --- fields --------------------------------------------------------------------------------------------------------


class Lists:
    """Numbers parted by commas: those of record i are ``values[start[i] : start[i] + length[i]]``.

    NaN where missing; or where it is no number, which is counted under the name of the field.
    """

    def __init__(self, text: pa.Array, unreadable: Counter[str], name: str) -> None:
        lists = pc.split_pattern(text, ",")
        self.start = np.asarray(lists.offsets)[:-1].astype(np.int64)
        self.length = pc.list_value_length(lists).to_numpy(zero_copy_only=False).astype(np.int64)
        self.values = numbers(lists.values)
        wrong = int(np.isnan(self.values).sum()) - int(pc.sum(pc.equal(lists.values, ".")).as_py() or 0)
        if wrong:
            unreadable[name] += wrong

    def at(self, row: np.ndarray, place: np.ndarray | int) -> np.ndarray:
        """The value at a place (0-based) of a record's list; NaN beyond its end."""
        place = np.broadcast_to(place, row.shape)
        there = (place >= 0) & (place < self.length[row])
        picked = np.append(self.values, np.nan)[np.where(there, self.start[row] + place, -1)]
        return np.asarray(picked)

    def total(self, row: np.ndarray) -> np.ndarray:
        """The sum of a record's list; NaN if one of it is."""
        sums = np.add.reduceat(self.values, self.start) if len(self.start) else np.zeros(0)
        return np.asarray(sums[row])


class Fields:
    """The FORMAT fields of one sample, record by record; ``names``: those that any record has."""

    def __init__(self, records: pd.DataFrame, column: str) -> None:
        self.unreadable: Counter[str] = Counter()
        self.rows = len(records)
        self._read: dict[str, Lists] = {}
        if column not in records:
            self.layouts: list[list[str]] = []
            self.names: frozenset[str] = frozenset()
            return
        self.codes, layouts = pd.factorize(records["format"])
        self.layouts = [str(layout).split(":") for layout in layouts]
        self.names = frozenset(name for layout in self.layouts for name in layout)
        self.cells = pc.split_pattern(arrow(records[column]), ":")

    def text(self, name: str) -> pa.Array:
        """A field as text, '.' where absent; records are grouped by their FORMAT."""
        if name not in self.names:
            return pa.repeat(".", self.rows)
        places = np.array([layout.index(name) if name in layout else -1 for layout in self.layouts])
        return element(self.cells, places[self.codes], ".")

    def number(self, name: str) -> np.ndarray:
        """A field of one number, NaN where absent."""
        if name not in self.names:
            return np.full(self.rows, np.nan)
        reads = self.lists(name)
        return reads.at(np.arange(self.rows), np.where(reads.length == 1, 0, -1))

    def lists(self, name: str) -> Lists:
        """A field of several numbers, read once."""
        if name not in self._read:
            self._read[name] = Lists(self.text(name), self.unreadable, name)
        return self._read[name]

    def local(self) -> pa.Array | None:
        """Numbers of the alternates that LGT, LAD count (LAA of VCF 4.5; LA of hail, which has 0 for REF as well)."""
        found = next((name for name in ("LAA", "LA") if name in self.names), None)
        return None if found is None else self.text(found)

    def genotypes(self) -> pa.Array:
        """GT; where a record has LGT alone, that in numbers of the record."""
        if "LGT" not in self.names:
            return self.text("GT")
        mine, local = self.text("LGT"), self.local()
        if local is None:
            raise VariantFileError(
                "FORMAT has LGT (genotypes in local alleles) without LAA or LA, which say what these alleles are; "
                "write the file with GT"
            )
        pairs, unique = pd.factorize(series(pc.binary_join_element_wise(mine, local, " ")))
        world = pa.array([_global(*text.split(" ")) for text in unique], pa.string()).take(pa.array(pairs))
        written = self.text("GT")
        return pc.if_else(pc.equal(written, "."), world, written)


def _numbers_of_local(local: str) -> list[str]:
    return [number for number in local.split(",") if number not in (".", "0", "")]


def _global(genotype: str, local: str) -> str:
    """A genotype in local alleles (0 is REF, n the n-th of ``local``) in numbers of the record."""
    names = ["0", *_numbers_of_local(local)]

    def name(found: re.Match[str]) -> str:
        number = int(found[0])
        return names[number] if number < len(names) else "?"

    return re.sub(r"[0-9]{1,9}", name, genotype)


# --- genotypes -----------------------------------------------------------------------------------------------------


class _Genotypes:
    """Genotypes of records: ``text``, ``ploidy``, ``missing`` and ``reference`` of each; copies of alleles.

    alternates: number of alternate alleles of each record; a genotype that names more cannot be read.
    """

    def __init__(self, written: pa.Array, alternates: np.ndarray, unreadable: Counter[str]) -> None:
        codes, unique = pd.factorize(series(written))
        texts = [canonical(text) for text in unique]
        called = [numbers_of(text) for text in texts]
        highest = np.array([max(numbers, default=0) for numbers in called], dtype=np.int64)
        wrong = np.array([text == "." for text in texts]) & (unique != ".")
        beyond = highest[codes] > alternates
        if count := int((beyond | wrong[codes]).sum()):
            unreadable["GT"] += count
        self.codes = np.where(beyond, len(texts), codes)
        texts, called = [*texts, "."], [*called, [-1]]
        self.text = pa.array(texts, pa.string()).take(pa.array(self.codes))
        self.ploidy = np.array([len(numbers) for numbers in called], dtype=np.int32)[self.codes]
        self.missing = np.array([numbers.count(-1) for numbers in called], dtype=np.int32)[self.codes]
        self.reference = np.array([not any(numbers) for numbers in called])[self.codes]
        pairs = [
            _pair(code, number) for code, numbers in enumerate(called) for number in numbers if number >= 0
        ]
        self._pairs, self._counts = np.unique(np.array(pairs, dtype=np.int64), return_counts=True)

    def copies(self, row: np.ndarray, allele: np.ndarray) -> np.ndarray:
        """Copies of an allele in the genotype of a record."""
        pair = _pair(self.codes[row], allele.astype(np.int64))
        place = np.searchsorted(self._pairs, pair)
        known = np.append(self._pairs, -1)[place] == pair
        found: np.ndarray = np.where(known, np.append(self._counts, 0)[place], 0).astype(np.int32)
        return found


def _pair(code: np.ndarray | int, allele: np.ndarray | int) -> np.ndarray | int:
    """One number for a genotype and an allele."""
    return code * (1 << 32) + allele


def canonical(genotype: str) -> str:
    """A genotype without the leading sign of phase of VCF 4.4 (section 1.6.2); '.' if it is none.

    ``/0|1``: the first allele is not phased, so that the two are not phased with one another.
    """
    sign, rest = (genotype[0], genotype[1:]) if genotype[:1] in ("/", "|") else ("", genotype)
    if not _GENOTYPE.fullmatch(rest):
        return "."
    return rest.replace("|", "/") if sign == "/" else rest


def numbers_of(genotype: str) -> list[int]:
    """Numbers of the alleles of a genotype, -1 for a missing one."""
    return [-1 if name == "." else int(name) for name in genotype.replace("|", "/").split("/")]


# --- depths --------------------------------------------------------------------------------------------------------

Reads = tuple[np.ndarray, np.ndarray]
"""Reads of the allele and of all alleles, NaN where not told."""


def _site_depth(fields: Fields, row: np.ndarray, allele: np.ndarray) -> np.ndarray:
    """Reads at the place: DP, else DPI (Strelka's indels), FDP (Ion), NR (Platypus, one number per alternate)."""
    found: np.ndarray = fields.number("DP")[row]
    for name in ("DPI", "FDP", "NR"):
        if name in fields.names:
            reads = fields.lists(name)
            first = np.where(reads.length[row] > 1, allele - 1, 0)
            found = np.where(np.isnan(found), reads.at(row, first), found)
    return found


def _allele_depths(fields: Fields, alleles: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Reads of each allele and of all alleles, and the share that a caller writes, by the first field that tells."""
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


def _lone(
    own: np.ndarray, total: np.ndarray, depth: np.ndarray, copies: np.ndarray, ploidy: np.ndarray
) -> np.ndarray:
    """Whether the other allele of a heterozygous call stands in another record, by the reads.

    The record holds nearly no read but the allele's (``NEARLY_ALL``), and DP has more reads than the record accounts
    for, by a share that an allele can have.
    """
    found: np.ndarray = (own >= NEARLY_ALL * total) & (NEARLY_ALL * depth >= total)
    return found & (copies > 0) & (copies < ploidy)


def ratio(own: np.ndarray, total: np.ndarray, otherwise: np.ndarray) -> np.ndarray:
    """Reads of the allele over reads of all; ``otherwise`` where they are not told, or there are none."""
    with np.errstate(invalid="ignore", divide="ignore"):
        found: np.ndarray = np.where(total > 0, own / total, otherwise)
    return np.where(np.isnan(found), otherwise, found)


def _placed(alleles: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    return alleles["row"].to_numpy(), alleles["allele"].to_numpy()


def _per_allele(name: str) -> Callable[[Fields, pd.DataFrame], Reads]:
    """A number for REF and each alternate, as AD of VCF 4.3."""

    def read(fields: Fields, alleles: pd.DataFrame) -> Reads:
        (row, allele), reads = _placed(alleles), fields.lists(name)
        return reads.at(row, allele), np.where(reads.length[row] > 1, reads.total(row), np.nan)

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
    """TIR beside TAR of Strelka's indels: reads of the indel and of what is not it, in tier 1, then in tier 2."""
    row, _ = _placed(alleles)
    own = fields.lists("TIR").at(row, 0)
    return own, own + fields.lists("TAR").at(row, 0)


def _samtools(fields: Fields, alleles: pd.DataFrame) -> Reads:
    """DP4 of samtools: REF forward and reverse, not REF forward and reverse."""
    (row, _), reads = _placed(alleles), fields.lists("DP4")
    return reads.at(row, 2) + reads.at(row, 3), reads.total(row)


def _local(fields: Fields, alleles: pd.DataFrame) -> Reads:
    """LAD: reads of REF and of the alternates that LAA lists; nothing is told of an allele that is not listed."""
    (row, allele), reads, local = _placed(alleles), fields.lists("LAD"), fields.local()
    if local is None:
        raise VariantFileError(
            "FORMAT has LAD (reads of local alleles) without LAA or LA, which say what these alleles are; "
            "write the file with AD"
        )
    unique = {text: _numbers_of_local(text) for text in set(local.to_pylist())}
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
"""FORMAT fields that tell the reads of an allele, the first that tells wins: AD of most callers; LAD (VCF 4.5, hail,
DRAGEN); RD and AD (VarScan); FRO, FAO (Ion, after its own correction) before RO, AO (freebayes, Ion); DPR (samtools,
old freebayes); ADF, ADR (bcftools); NR, NV (Platypus); tiers (Strelka); DP4 (samtools). Then a share of DP: SHARES."""

SHARES = ("VAF", "AF", "VF", "FREQ")
"""Share of the allele: DeepVariant; DRAGEN, Mutect2, Clair3; Illumina's MiSeq; VarScan, in per cent."""


def _share(fields: Fields, alleles: pd.DataFrame) -> np.ndarray:
    """The share of the allele's reads that a caller writes, 0 to 1, by the first field of SHARES that tells."""
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
        found = np.where(np.isnan(found), share, found)
    return found
