"""What the VCF says of a family: genotypes of all its members at the patient's alleles, and a census of all sites."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from landfall import chromosomes, splits, tables, variants
from landfall.genotypes import CallFields, Fields, canonical, read_calls
from landfall.records import call_column, read_records

Row = Mapping[str, Any]
Census = Mapping[tuple[str, ...], int]
"""Number of sites by kind of chromosome and the genotypes of the members, in their order: ``("x", "0/1", "0/0")``."""
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
        records = _of_positions(block, np.isin(block["record"].to_numpy(), chosen))
        for number, who in enumerate(members.values()):
            for place, call in _calls(records, call_column(number), wanted):
                row = {name: wanted[place][name] for name in tables.ALLELE}
                found.setdefault(place, []).append({**row, "individual": who, **call})
    return [call for place in wanted for call in found.get(place, ())]


def _of_positions(records: pd.DataFrame, chosen: np.ndarray) -> pd.DataFrame:
    """The records that are chosen, and all others of their positions."""
    places = pd.MultiIndex.from_frame(records.loc[chosen, ["chrom", "pos"]])
    near = records[records["pos"].isin(records.loc[chosen, "pos"])]
    same = pd.MultiIndex.from_frame(near[["chrom", "pos"]]).isin(places)
    return near[same].reset_index(drop=True)


def _calls(
    records: pd.DataFrame, column: str, wanted: Mapping[tuple[int, int], Row]
) -> Iterator[tuple[tuple[int, int], dict[str, Any]]]:
    """One sample's calls of the alleles that are wanted, by record and allele."""
    alleles = variants.split_alleles(records)
    calls, sites = splits.put_together(read_calls(records, alleles, column), alleles)
    phases = _phases(Fields(records, column), calls, alleles)
    for place, record, allele in zip(
        range(len(alleles)), alleles["record"].tolist(), alleles["allele"].tolist(), strict=True
    ):
        if (record, allele) in wanted:
            genotype, phase_set = phases(place)
            yield (
                (record, allele),
                {
                    "record": record,
                    "allele": allele,
                    "call_site": int(sites[place]),
                    "genotype": genotype,
                    "phase_set": phase_set,
                    **_copies(calls, place),
                    **_reads(calls, place),
                },
            )
