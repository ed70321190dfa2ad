"""From a family's VCF and PED file to its calls, modes and statuses, by functions of the stages and without a model."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from landfall.audit.preflight import run
from landfall.config.sample_sheet import Sample
from landfall.config.sections import Inheritance, Settings
from landfall.genome.annotation import reader
from landfall.genome.intervals import Region, Regions
from landfall.genome.reference import Reference
from landfall.genome.sequence import Genome
from landfall.genome.tables import TRANSCRIPTS
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant
from landfall.io import parquet
from landfall.models.splice.delta_scores import EVENTS
from landfall.patient.inheritance.compound_het import InheritanceResult, judge
from landfall.patient.inheritance.family import Family, from_rows
from landfall.patient.inheritance.fit import CandidateAllele
from landfall.patient.inheritance.pedigree import read_ped
from landfall.patient.tables import FAMILY_CALLS, PAIRS
from landfall.ranking.tables import PRIORITISED
from landfall.splicing.tables import OUTCOMES, SCORES
from landfall.stages.ranking import prioritise
from landfall.stages.variants import family
from landfall.testing import builders
from landfall.variants import known_sites
from landfall.variants.filters import frequency, pipeline
from landfall.variants.filters.location import Places
from landfall.variants.normalise import normalise
from landfall.variants.population_frequency import Sources
from landfall.variants.tables import DECISIONS, NORMALISED, VARIANTS

ROOT = Path(__file__).resolve().parents[4]


@dataclass(frozen=True)
class Told:
    """What is made of a file. Alleles are chrom-pos-ref-alt.

    ``calls``: rows of tables.FAMILY_CALLS by allele and name. ``statuses``: rule of the decision by allele, ``kept``
    those that go on. ``zygosity``: of the patient's alleles. ``summary``: of the stage. ``ranked``: rows of
    tables.PRIORITISED, ``pairs`` of tables.PAIRS; none without transcripts.
    """

    calls: Mapping[tuple[str, str], dict[str, Any]]
    judged: Mapping[str, InheritanceResult]
    statuses: Mapping[str, str]
    zygosity: Mapping[str, str]
    summary: Mapping[str, Any]
    known: Family
    ranked: Sequence[dict[str, Any]] = ()
    pairs: Sequence[dict[str, Any]] = ()

    def modes(self, allele: str) -> list[str]:
        return self.judged[allele].modes


def read(
    vcf: Path,
    ped: Path,
    genome: Genome,
    folder: Path,
    rules: Inheritance,
    genes: Mapping[int, str] | None = None,
    transcripts: Sequence[Transcript] = (),
) -> Told:
    """The patient is ``kid``. genes: symbol by position, ``G`` for all others. transcripts: one of each gene."""
    normal, ledger, again = (folder / f"{name}.parquet" for name in ("normalised", "ledger", "repeats"))
    normalise(vcf, "kid", genome, normal, ledger, again, ("AF",))
    alleles = parquet.read(NORMALISED, normal)
    kept, decisions = filtered(alleles, genome)
    parquet.write(VARIANTS, kept, folder / "variants.parquet")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        parsed = run.parse("config/config.yaml")
    parsed = parsed.changed(genome=parsed.genome.changed(build="GRCh38"), inheritance=rules)
    sample = Sample("kid", vcf, "samples.tsv", 2, ped=ped)
    out = folder / "calls.parquet", folder / "family.json"
    family.check_family(
        parsed, sample, {"vcf_sample": "kid", "proband": "kid"}, folder / "variants.parquet", *out
    )
    summary = json.loads(out[1].read_text())
    rows = parquet.read(FAMILY_CALLS, out[0]).to_pylist()
    known = from_rows(rows, "kid", summary["sex"], "GRCh38", read_ped(ped, ["kid"]), summary["x_copies"])
    found = _told(rows, known, kept, alleles, decisions, rules, summary, genes or {})
    if not transcripts:
        return found
    table = pa.Table.from_pandas(decisions[DECISIONS.names], preserve_index=False)
    parquet.write(DECISIONS, table, folder / "decisions.parquet")
    ranked, pairs = _ranked(parsed, sample, summary, genome, transcripts, folder)
    return replace(found, ranked=ranked, pairs=pairs)


def _ranked(
    parsed: Settings,
    sample: Sample,
    summary: Mapping[str, Any],
    genome: Genome,
    transcripts: Sequence[Transcript],
    folder: Path,
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """tables.PRIORITISED and tables.PAIRS of the tables in a folder, with scores that depend on the allele alone."""
    place = {
        name: folder / f"{name}.parquet"
        for name in ("transcripts", "scores", "outcomes", "prioritised", "pairs", "relatives")
    }
    parquet.write(TRANSCRIPTS, reader.to_table(transcripts), place["transcripts"])
    variants = parquet.read(VARIANTS, folder / "variants.parquet").to_pylist()
    scores = [row for variant in variants for t in transcripts for row in _scores(_variant(variant), t)]
    parquet.write(SCORES, parquet.from_rows(SCORES, scores), place["scores"])
    parquet.write(OUTCOMES, parquet.from_rows(OUTCOMES, []), place["outcomes"])
    prioritise.rank_candidates(
        parsed,
        sample,
        summary,
        Reference(genome.path, place["transcripts"]),
        folder / "variants.parquet",
        [place["scores"]],
        place["outcomes"],
        folder / "calls.parquet",
        folder / "normalised.parquet",
        folder / "decisions.parquet",
        None,
        place["prioritised"],
        place["pairs"],
        place["relatives"],
        folder / "prioritised.tsv",
    )
    return (
        parquet.read(PRIORITISED, place["prioritised"]).to_pylist(),
        parquet.read(PAIRS, place["pairs"]).to_pylist(),
    )


def _scores(variant: Variant, transcript: Transcript) -> list[dict[str, Any]]:
    """Rows of tables.SCORES of an allele in a transcript that holds it: a delta score from 0.1 to 0.9 by its place."""
    if variant.chrom != transcript.chrom or not transcript.start <= variant.start < transcript.end:
        return []
    names = {"gene": transcript.gene, "transcript": transcript.transcript, "model": "spliceai"}
    fixed = {**vars(variant), **names, "status": "scored", "reason": "", "detail": ""}
    numbers = {"ds": 0.1 + variant.pos // 100 % 9 / 10, "dp": -7.0}
    return [
        {**fixed, "track": f"{mask}{kind}_{event}", "value": value}
        for mask in ("", "masked_")
        for kind, value in numbers.items()
        for event, *_ in EVENTS
    ]


def filtered(alleles: pa.Table, genome: Genome) -> tuple[pa.Table, pd.DataFrame]:
    """tables.VARIANTS and the decisions on the others; everywhere is a candidate gene."""
    everywhere = Places(Regions([Region(name, 0, length, "G") for name, length in genome.lengths.items()]))
    screened = pipeline.screen(alleles, builders.THRESHOLDS, everywhere, genome, "GRCh38")
    source = Sources(builders.THRESHOLDS.frequency)
    found = source.look_up(known_sites.Alleles.of(screened.alleles, genome), genome)
    complete = source.complete(screened.alleles, found)
    limited = frequency.limit(screened.alleles, complete, builders.THRESHOLDS, "GRCh38")
    kept = pa.Table.from_pandas(limited.alleles[VARIANTS.names], preserve_index=False)
    decisions = pd.concat([screened.decisions, limited.decisions], ignore_index=True)
    return parquet.check(VARIANTS, kept), decisions


def _told(
    rows: list[dict[str, Any]],
    known: Family,
    kept: pa.Table,
    alleles: pa.Table,
    decisions: pd.DataFrame,
    rules: Inheritance,
    summary: Mapping[str, Any],
    genes: Mapping[int, str],
) -> Told:
    hits = [
        CandidateAllele(variant, genes.get(variant.pos, "G"), row, 2) for variant, row in known.rows.items()
    ]
    rule = {
        (record, allele): rule
        for record, allele, rule in decisions[["record", "allele", "rule"]].itertuples(index=False)
    }
    return Told(
        {(str(_variant(row)), row["individual"]): row for row in rows},
        {str(variant): found for (variant, _), found in judge(hits, known, rules).items()},
        {str(_variant(row)): rule.get((row["record"], row["allele"]), "kept") for row in alleles.to_pylist()},
        {str(_variant(row)): row["zygosity"] for row in rows if row["individual"] == "kid"},
        summary,
        known,
    )


def _variant(row: Mapping[str, Any]) -> Variant:
    return Variant(row["chrom"], row["pos"], row["ref"], row["alt"])
