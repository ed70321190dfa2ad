"""RT-PCR assays for the leading candidates."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from landfall import assay, evidence, frequencies, ranking, sites, tables
from landfall.genes import Transcript
from landfall.laying import Layer
from landfall.settings import Settings
from landfall.spliced import Edit
from landfall.stages.common import Reference, write_tsv
from landfall.stages.evidence import by_key
from landfall.windows import Variant

log = logging.getLogger(__name__)

Row = Mapping[str, Any]
Stretch = tuple[str, int, int]


def run(
    settings: Settings,
    reference: Reference,
    prioritised: Path,
    outcomes: Path,
    alleles: Path,
    output: Path,
    tsv: Path,
) -> None:
    """tables.ASSAYS as Parquet and as text; ``alleles``: all of the patient (tables.NORMALISED)."""
    rows = tables.read(tables.PRIORITISED, prioritised).to_pylist()
    predicted = by_key(tables.read(tables.OUTCOMES, outcomes).to_pylist())
    cases = [
        (row, predicted[ranking.key_of(row)], reference.by_name[row["chrom"], row["gene"], row["transcript"]])
        for row in evidence.leading(rows, settings.evidence.top)
        if assay.called_changes(predicted.get(ranking.key_of(row), []))
    ]
    known = _known(settings, reference, list(_stretches(cases)), alleles)
    layer = Layer(reference.genome, reference.transcripts)
    found: list[dict[str, Any]] = []
    for row, changes, transcript in cases:
        variant = Variant(*(row[name] for name in tables.ALLELE))
        edit = Edit(reference.genome, variant, layer.moved(variant, transcript))
        positions = known.get(row["chrom"], set())
        found += assay.assays(row, changes, transcript, edit, settings.assay, positions)
    table = tables.from_rows(tables.ASSAYS, found)
    write_tsv(table, tsv)
    tables.write(tables.ASSAYS, table, output, tables.metadata(outcomes))
    log.info(
        "%d candidates with a called outcome, %d primer pairs",
        len(cases),
        sum(r["status"] == "designed" for r in found),
    )


def _stretches(cases: Iterable[tuple[Row, Sequence[Row], Transcript]]) -> Iterable[Stretch]:
    """Where primers may lie: contig, 0-based start, end."""
    for row, outcomes, transcript in cases:
        for outcome in assay.called_changes(outcomes):
            for start, end in assay.primer_stretches(transcript, outcome):
                yield row["chrom"], start, end


def _known(
    settings: Settings, reference: Reference, stretches: Sequence[Stretch], alleles: Path
) -> dict[str, set[int]]:
    """1-based positions by contig that the patient's alleles or known common ones change."""
    around = pd.DataFrame(
        [(chrom, start + 1, "N" * (end - start)) for chrom, start, end in stretches],
        columns=["chrom", "pos", "ref"],
    )
    changed = _of_the_patient(alleles, stretches)
    path, least = settings.filter.frequency.sites, settings.assay.avoid_frequency
    if path is not None and stretches:
        fields = frequencies.fields_of(path, settings.filter.frequency.sites_fields)
        search = sites.stretches(around, sites.contig_names(path), margin=0)
        for near in sites.read_near(path, search, reference.genome):
            common = frequencies.read(near, fields)["frequency"] >= least
            changed = pd.concat([changed, near[common][["chrom", "pos", "ref"]]])
    known: dict[str, set[int]] = {}
    for chrom, pos, ref in changed.itertuples(index=False):
        known.setdefault(chrom, set()).update(range(pos, pos + len(ref)))
    return known


def _of_the_patient(path: Path, stretches: Sequence[Stretch]) -> pd.DataFrame:
    """chrom, pos, ref of the alleles that the patient carries in the stretches."""
    whole = tables.read(tables.NORMALISED, path, ["chrom", "pos", "ref", "zygosity"])
    missing = pc.is_in(whole["zygosity"], value_set=pa.array(["absent", "uncalled"]))
    carried = whole.filter(pc.invert(missing))
    after = pc.add(carried["pos"], pc.utf8_length(carried["ref"]))
    parts = [carried.slice(0, 0)]
    for chrom, start, end in stretches:
        touches = pc.and_(pc.less_equal(carried["pos"], end), pc.greater(after, start + 1))
        parts.append(carried.filter(pc.and_(touches, pc.equal(carried["chrom"], chrom))))
    return pd.concat([part.select(["chrom", "pos", "ref"]).to_pandas() for part in parts]).drop_duplicates()
