"""The ranked table."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from landfall import one_copy, panels, phenotype, provenance, ranking, tables
from landfall.family import from_rows
from landfall.genes import Transcript
from landfall.inputs import pedigree_of, profile_of
from landfall.joint import CALL_RULES
from landfall.regions import Region, Regions
from landfall.settings import Sample, Settings
from landfall.stages.common import Reference, write_tsv

log = logging.getLogger(__name__)


def run(
    settings: Settings,
    sample: Sample,
    family: Mapping[str, Any],
    reference: Reference,
    variants: Path,
    scores: Sequence[Path],
    outcomes: Path,
    calls: Path,
    alleles: Path,
    decisions: Path,
    regulation: Path | None,
    output: Path,
    pairs: Path,
    tsv: Path,
) -> None:
    """tables.PRIORITISED as Parquet and as text, and tables.PAIRS.

    family: summary of the stage of that name. alleles: tables.NORMALISED, of which those that the filter dropped may
    change what a candidate does; decisions: of the filter. regulation: tables.REGULATORY, None where no network of
    tracks runs.
    """
    patient = _patient(settings, sample, family, calls)
    read = [row for path in scores for row in tables.read(tables.SCORES, path).to_pylist()]
    genes = {(row["chrom"], row["gene"]) for row in read}
    ranked = ranking.prioritise(
        _of_sex(tables.read(tables.VARIANTS, variants).to_pylist(), family["x_copies"], settings),
        read,
        tables.read(tables.OUTCOMES, outcomes).to_pylist(),
        reference.by_name,
        reference.genome,
        patient,
        tables.read(tables.REGULATORY, regulation).to_pylist() if regulation else (),
        neighbours(alleles, decisions, [t for t in reference.transcripts if (t.chrom, t.gene) in genes]),
    )
    table = tables.from_rows(tables.PRIORITISED, ranked.rows)
    record = {
        "models": [tables.metadata(path) for path in scores],
        "settings": provenance.digest_of(settings.undealt()),
    }
    tables.write(tables.PAIRS, tables.from_rows(tables.PAIRS, ranked.pairs), pairs, record)
    write_tsv(table, tsv)
    tables.write(tables.PRIORITISED, table, output, record)
    log.info("%d rows, %d flagged", len(ranked.rows), sum(row["flagged"] for row in ranked.rows))


def _of_sex(
    rows: Sequence[Mapping[str, Any]], x_copies: int | None, settings: Settings
) -> list[dict[str, Any]]:
    """Rows of tables.VARIANTS with the zygosity that the patient's number of X makes of it, and ``call_doubt``."""
    _, high = settings.filter.heterozygous_balance
    return [one_copy.judged(row, x_copies, settings.genome.build, high) for row in rows]


def neighbours(alleles: Path, decisions: Path, transcripts: Iterable[Transcript]) -> list[dict[str, Any]]:
    """Well called alleles that the filter dropped from the coding bases of transcripts: rows of tables.NORMALISED.

    Common or not, they are part of the protein that a candidate on their copy makes.
    """
    coding = Regions([Region(t.chrom, *part, t.gene) for t in transcripts for part in t.cds_parts])
    found: list[dict[str, Any]] = []
    for part in tables.parts(tables.NORMALISED, alleles):
        inside = coding.inside(part.select(["chrom", "pos", "ref"]).to_pandas())
        found += part.filter(pa.array(inside)).to_pylist()
    dropped = _dropped(decisions, [row["record"] for row in found])
    return [row for row in found if (row["record"], row["allele"]) in dropped]


def _dropped(decisions: Path, records: Sequence[int]) -> set[tuple[int, int]]:
    """Record and allele of those that were dropped for another reason than their call."""
    asked, poor = pa.array(records, pa.int64()), pa.array(["genotype", *CALL_RULES])
    found: set[tuple[int, int]] = set()
    for part in tables.parts(tables.DECISIONS, decisions):
        well_called = pc.invert(pc.is_in(part["rule"], value_set=poor))
        mine = part.filter(pc.and_(well_called, pc.is_in(part["record"], value_set=asked)))
        found |= set(zip(mine["record"].to_pylist(), mine["allele"].to_pylist(), strict=True))
    return found


def _patient(settings: Settings, sample: Sample, family: Mapping[str, Any], calls: Path) -> ranking.Patient:
    rows = tables.read(tables.FAMILY_CALLS, calls).to_pylist()
    pedigree = pedigree_of(sample)
    build = settings.genome.build
    known = from_rows(rows, family["proband"], family["sex"], build, pedigree, family["x_copies"])
    profile = profile_of(sample, settings)
    return ranking.Patient(
        known,
        settings.inheritance,
        settings.flag_delta,
        phenotype.candidate_genes(profile.terms),
        profile,
        panels.read(sample.panel) if sample.panel else {},
        settings.filter.frequency.asked,
    )
