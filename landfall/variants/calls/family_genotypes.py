"""Genotypes of a family in the VCF: of all its members at the patient's alleles, and counted over all sites."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from landfall.genome.tables import ALLELE
from landfall.patient.inheritance.pedigree_checks import Census
from landfall.variants import alleles as variants_alleles
from landfall.variants import site_fields
from landfall.variants.calls import split_calls
from landfall.variants.calls.format_fields import Fields
from landfall.variants.calls.genotypes import CallFields, canonical, read_calls
from landfall.variants.vcf import call_column, read_records

Row = Mapping[str, Any]
PASSING = ("PASS", ".")


def family_calls(vcf: Path, members: Mapping[str, str], alleles: pa.Table) -> list[dict[str, Any]]:
    """Rows of tables.FAMILY_CALLS: every member at every allele of tables.VARIANTS, in the order of both.

    members: names in the VCF to names in the family, the patient first. An allele is read in the record that the
    patient's call was read from; other records of its position count where they hold parts of the same call.
    """
    wanted = {(row["record"], row["allele"]): row for row in alleles.to_pylist()}
    chosen = alleles["record"].to_numpy()
    found: dict[tuple[int, int], list[dict[str, Any]]] = {}
    for block in read_records(vcf, list(members), with_info=False) if wanted else ():
        here = np.isin(block["record"].to_numpy(), chosen)
        if not here.any():
            continue
        records = _of_positions(block, here)
        for number, who in enumerate(members.values()):
            for place, call in _calls(records, call_column(number), wanted):
                row = {name: wanted[place][name] for name in ALLELE}
                found.setdefault(place, []).append({**row, "individual": who, **call})
    return [call for place in wanted for call in found.get(place, ())]


def _of_positions(records: pd.DataFrame, chosen: np.ndarray) -> pd.DataFrame:
    """The chosen records, and all others of their positions."""
    places = pd.MultiIndex.from_frame(records.loc[chosen, ["chrom", "pos"]])
    near = records[records["pos"].isin(records.loc[chosen, "pos"])]
    same = pd.MultiIndex.from_frame(near[["chrom", "pos"]]).isin(places)
    return near[same].reset_index(drop=True)


def _calls(
    records: pd.DataFrame, column: str, wanted: Mapping[tuple[int, int], Row]
) -> Iterator[tuple[tuple[int, int], dict[str, Any]]]:
    """One sample's calls of the given alleles, by record and allele."""
    alleles = variants_alleles.split_alleles(records)
    calls, sites = split_calls.put_together(read_calls(records, alleles, column), alleles)
    fields, row = Fields(records, column), pa.array(alleles["row"])
    phasing = zip(*(fields.text(name).take(row).to_pylist() for name in ("PGT", "PID", "HP")), strict=True)
    places = zip(alleles["record"].tolist(), alleles["allele"].tolist(), strict=True)
    for number, (place, tags) in enumerate(zip(places, phasing, strict=True)):
        if place in wanted:
            names = {"record": place[0], "allele": place[1], "call_site": sites[number]}
            phase = _phase(calls, number, place[1], *tags)
            yield place, {**names, **phase, **_copies(calls, number), **_reads(calls, number)}


def _phase(calls: CallFields, number: int, allele: int, pgt: str, pid: str, hp: str) -> dict[str, Any]:
    """Genotype and phase set; the phase of PGT and PID, or of HP, counts where GT has none."""
    plain = calls.genotype.iloc[number], _text(calls.phase_set.iloc[number])
    if "|" in plain[0]:
        found: tuple[str, str | None] = plain[0], plain[1] or _text(pid)
    else:
        found = _by_reads(plain[0], allele, pgt, pid) or _by_haplotypes(plain[0], hp) or plain
    return {"genotype": found[0], "phase_set": found[1]}


def _text(value: str) -> str | None:
    return None if value in (".", "") else value


def _by_reads(genotype: str, allele: int, pgt: str, pid: str) -> tuple[str, str | None] | None:
    """Genotype and phase set of GATK's PGT and PID, where GT has no phase; PGT calls the record's allele 1."""
    phased = canonical(pgt)
    if "/" not in genotype or "|" not in phased or not set(genotype.split("/")) <= {"0", str(allele)}:
        return None
    return phased.replace("1", str(allele)), _text(pid)


def _by_haplotypes(genotype: str, hp: str) -> tuple[str, str | None] | None:
    """The same of HP (GATK's ReadBackedPhasing, whatshap): for each allele of GT, phase set, '-', haplotype from 1."""
    names, parts = genotype.split("/"), [part.rpartition("-") for part in hp.split(",")]
    sets = {part[0] for part in parts}
    order = [part[2] for part in parts]
    if len(sets) > 1 or sorted(order) != [str(n + 1) for n in range(len(names))] or len(names) < 2:
        return None
    return "|".join(names[order.index(str(n + 1))] for n in range(len(names))), sets.pop()


def _copies(calls: CallFields, number: int) -> dict[str, Any]:
    copies, ploidy = int(calls.copies[number]), int(calls.ploidy[number])
    called = copies >= 0
    return {
        "zygosity": _zygosity(copies, ploidy) if called else "uncalled",
        "copies": copies if called else None,
        "ploidy": ploidy if called else None,
        "missing": int(calls.missing[number]),
    }


def _zygosity(copies: int, ploidy: int) -> str:
    if not copies:
        return "absent"
    if ploidy == 1:
        return "hemizygous"
    return "homozygous" if copies == ploidy else "heterozygous"


def _reads(calls: CallFields, number: int) -> dict[str, Any]:
    depth, own = (float(values[number]) for values in (calls.depth, calls.allele_depth))
    quality, balance = (float(values[number]) for values in (calls.quality, calls.balance))
    return {
        "depth": None if np.isnan(depth) else round(depth),
        "genotype_quality": None if np.isnan(quality) else quality,
        "allele_depth": None if np.isnan(own) else round(own),
        "allele_balance": None if np.isnan(balance) else balance,
    }


# --- census --------------------------------------------------------------------------------------------------------

GENOTYPES = ("./.", "0", "1", "0/0", "0/1", "1/1")


def census(vcf: Path, names: Sequence[str], build: str) -> Census:
    """Number of biallelic substitutions that pass FILTER, by genotypes of the named members.

    Genotypes are unphased and in order (``1|0`` is ``0/1``); ``./.`` includes those with a missing allele, of
    another ploidy than one or two, and reference calls without reads. Read in blocks: memory does not grow with the
    file.
    """
    counts: Counter[tuple[str, ...]] = Counter()
    for block in read_records(vcf, names, with_info=False):
        sites = block[_counts(block)].reset_index(drop=True)
        if len(sites):
            counts.update(_counted(sites, len(names), build))
    return counts


def _counts(records: pd.DataFrame) -> np.ndarray:
    """Whether a record is a biallelic substitution that passes FILTER."""
    passed = site_fields.canonical_filter(records["filter"]).isin(PASSING)
    single = [records[name].str.fullmatch("[ACGTacgt]") for name in ("ref", "alt")]
    found: np.ndarray = (passed & single[0] & single[1]).to_numpy(dtype=bool)
    return found


def _counted(sites: pd.DataFrame, members: int, build: str) -> Counter[tuple[str, ...]]:
    alleles = variants_alleles.split_alleles(sites)
    places = sites[["chrom"]].assign(pos=variants_alleles.positions(sites["pos"]))
    kinds, names = pd.factorize(variants_alleles.kinds(places, build))
    codes = [_genotypes(read_calls(sites, alleles, call_column(number))) for number in range(members)]
    unique, numbers = np.unique(np.stack([kinds, *codes]), axis=1, return_counts=True)
    return Counter(
        {
            (str(names[kind]), *(GENOTYPES[code] for code in genotypes)): int(number)
            for (kind, *genotypes), number in zip(unique.T.tolist(), numbers, strict=True)
        }
    )


def _genotypes(calls: CallFields) -> np.ndarray:
    """The place of each genotype in GENOTYPES."""
    known = (calls.copies >= 0) & (calls.missing == 0) & np.isin(calls.ploidy, (1, 2))
    found: np.ndarray = np.where(known, calls.copies + np.where(calls.ploidy == 1, 1, 3), 0)
    return found
