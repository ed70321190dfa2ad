"""One function per stage of the workflow: files in, files out, nothing of Snakemake.

Each reads the tables of the stage before, calls the room that knows the science, and writes under final names only
what is complete.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from landfall import (
    annotated,
    annotation,
    consequences,
    filters,
    inputs,
    phenotype,
    provenance,
    ranking,
    report,
    scoring,
    tables,
    windows,
)
from landfall import normalise as normalisation
from landfall.genes import GeneIndex, Transcript
from landfall.genome import Genome
from landfall.models import catalogue, splice, weights
from landfall.models.base import check_weights
from landfall.settings import ModelSettings, Sample, Settings
from landfall.windows import Reach, Variant

log = logging.getLogger(__name__)

DECISIONS = ["record", "allele", "fate", "stage", "rule", "detail"]


@dataclass(frozen=True)
class Reference:
    """The reference sequence and the transcripts on it."""

    fasta: Path
    transcripts_table: Path

    @cached_property
    def genome(self) -> Genome:
        return Genome(self.fasta)

    @cached_property
    def transcripts(self) -> list[Transcript]:
        return annotation.from_table(tables.read(tables.TRANSCRIPTS, self.transcripts_table))

    @cached_property
    def by_name(self) -> dict[tuple[str, str, str], Transcript]:
        """By contig, gene and transcript."""
        return {(t.chrom, t.gene, t.transcript): t for t in self.transcripts}


def write_json(value: Any, path: Path) -> None:
    """Write JSON under a temporary name, then rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.partial")
    scratch.write_text(json.dumps(value, indent=2, sort_keys=True, default=str) + "\n")
    os.replace(scratch, path)


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object written by an earlier stage."""
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def resolve(settings: Settings, sample: Sample, output: Path) -> None:
    """What a sample's inputs resolve to: its column in the VCF, its family, its candidate genes."""
    (resolved,) = inputs.deep_check(settings, [sample])
    write_json(asdict(resolved), output)


def digest_inputs(settings: Settings, sample: Sample, output: Path) -> None:
    """SHA-256 of every input file of a sample, for provenance."""
    given = {
        "variants": sample.vcf,
        "pedigree": sample.ped,
        "gene list": sample.genes_file,
        "regions": sample.regions,
        "reference": settings.genome.fasta,
        "annotation": settings.genome.annotation,
        "frequencies": settings.filter.frequency.sites,
    }
    write_json(
        [provenance.file_record(role, path) for role, path in given.items() if path is not None], output
    )


def fetch_weights(model: str, directory: Path) -> None:
    """Fetch a model's weights and show their licence."""
    weights.fetch(catalogue.MODELS[model], directory)


def annotate_genes(gtf: Path, fasta: Path, output: Path) -> None:
    """GTF to tables.TRANSCRIPTS."""
    genome = Genome(fasta)
    transcripts = annotation.read_gtf(gtf, genome.aliases, genome)
    tables.write(tables.TRANSCRIPTS, annotation.to_table(transcripts), output)
    log.info("%d transcripts of %s", len(transcripts), gtf)


def normalise(
    settings: Settings, sample: Sample, resolved: Mapping[str, Any], alleles: Path, ledger: Path
) -> None:
    """Every allele of the VCF in one spelling, and the account of all of them."""
    result = normalisation.normalise(
        sample.vcf,
        resolved["vcf_sample"],
        Genome(settings.genome.fasta),
        settings.filter.frequency.info_fields,
        settings.max_ref_mismatch_fraction,
    )
    tables.write(tables.LEDGER, result.ledger, ledger)
    tables.write(tables.NORMALISED, result.alleles, alleles)
    log.info("%d alleles of the input, %d in one spelling", result.ledger.num_rows, result.alleles.num_rows)


def filter_alleles(
    settings: Settings,
    sample: Sample,
    resolved: Mapping[str, Any],
    reference: Reference,
    alleles: Path,
    variants: Path,
    decisions: Path,
) -> None:
    """The alleles worth scoring, and the reason of each that is not."""
    regions, within = _regions(settings, sample, resolved, reference)
    chosen = filters.apply(
        tables.read(tables.NORMALISED, alleles),
        settings.filter,
        regions,
        _frequencies(settings, reference.genome),
        within,
    )
    write_decisions(chosen.decisions, decisions)
    tables.write(tables.VARIANTS, chosen.variants, variants)
    log.info("%d alleles dropped, %d go on", len(chosen.decisions), chosen.variants.num_rows)


def _regions(
    settings: Settings, sample: Sample, resolved: Mapping[str, Any], reference: Reference
) -> tuple[list[filters.Region], list[filters.Region] | None]:
    """The candidate genes, or all, within the BED file if there is one; the BED file alone if no gene is named."""
    bed = filters.bed_regions(sample.regions, reference.genome.aliases) if sample.regions else None
    if resolved["genes"] is None and bed is not None:
        return bed, None
    genes = filters.gene_regions(reference.transcripts, resolved["genes"], settings.filter.gene_flank)
    return genes, bed


def _frequencies(settings: Settings, genome: Genome) -> filters.FrequencySource | None:
    frequency = settings.filter.frequency
    return filters.sites_lookup(frequency.sites, genome, frequency.sites_fields) if frequency.sites else None


def write_decisions(decisions: pd.DataFrame, path: Path) -> None:
    """The decisions of one stage as tables.DECISIONS."""
    tables.write(tables.DECISIONS, pa.Table.from_pandas(decisions[DECISIONS], preserve_index=False), path)


def place_windows(
    model: ModelSettings, reference: Reference, variants: Path, windows_path: Path, placements_path: Path
) -> None:
    """The sequence each variant is read in, or the reason why there is none."""
    reach = Reach(catalogue.MODELS[model.name].context, model.distance, model.max_unknown_fraction)
    index = GeneIndex(reference.transcripts)
    pairs: list[tuple[Variant, Transcript | None]] = []
    for row in tables.read(tables.VARIANTS, variants).to_pylist():
        variant = Variant(*(row[name] for name in tables.ALLELE))
        genes = row["genes"].split(",") if row["genes"] else []
        chosen = windows.choose_transcripts(
            variant, genes, lambda v: index.overlapping(v.chrom, v.start, v.end)
        )
        pairs += [(variant, transcript) for transcript in chosen] or [(variant, None)]
    made, placements = windows.place(pairs, reference.genome, reach)
    made = windows.assign_shards(made, placements, reach, model.shards)
    tables.write(tables.WINDOWS, scoring.windows_table(made), windows_path)
    tables.write(tables.PLACEMENTS, scoring.placements_table(placements, made), placements_path)
    log.info(
        "%d windows for %d placements, %d refused",
        len(made),
        len(placements),
        sum(p.window is None for p in placements),
    )


def score(
    settings: ModelSettings,
    reference: Reference,
    windows_path: Path,
    placements_path: Path,
    weights_directory: Path,
    shard: int,
    threads: int,
    scores_path: Path,
    probabilities_path: Path,
) -> None:
    """Score one shard: tables.SCORES and, where something changes, tables.PROBABILITIES."""
    info = catalogue.MODELS[settings.name]
    check_weights(info, weights_directory)
    mine, placements = scoring.read_shard(
        tables.read(tables.WINDOWS, windows_path),
        tables.read(tables.PLACEMENTS, placements_path),
        reference.by_name,
        shard,
    )
    device = scoring.choose_device(settings.device, threads)
    sites = splice_sites(reference.transcripts, {w.transcript.gene for w in mine})
    scores: list[dict[str, object]] = []
    probabilities: list[dict[str, object]] = []
    if mine:
        model = catalogue.module(settings.name).Ensemble(weights_directory, device)
        for scored in scoring.score_windows(model, mine, placements, settings.distance, settings.batch):
            transcript = scored.placement.transcript
            assert transcript is not None
            rows = scoring.score_rows(scored, settings.name, sites[transcript.chrom, transcript.gene])
            scores += rows
            if scoring.worth_keeping(rows, settings.keep_probabilities_above):
                probabilities.append(scoring.probability_row(scored, settings.name))
    record = provenance.model_record(info, asdict(settings), device, threads)
    tables.write(
        tables.PROBABILITIES,
        tables.from_rows(tables.PROBABILITIES, probabilities),
        probabilities_path,
        record,
    )
    tables.write(tables.SCORES, tables.from_rows(tables.SCORES, scores), scores_path, record)


def splice_sites(transcripts: Iterable[Transcript], genes: set[str]) -> dict[tuple[str, str], splice.Sites]:
    """The annotated splice sites of the genes, all transcripts together, by (chrom, gene)."""
    members: dict[tuple[str, str], list[Transcript]] = {}
    for transcript in transcripts:
        if transcript.gene in genes:
            members.setdefault((transcript.chrom, transcript.gene), []).append(transcript)
    return {key: splice.annotated_sites(group) for key, group in members.items()}


def merge_scores(
    model: str,
    reference: Reference,
    placements: Path,
    shards: Sequence[tuple[Path, Path]],
    scores: Path,
    probabilities: Path,
) -> None:
    """All shards of a model and its refusals, sorted by contig of the reference, position, allele and gene."""
    refused = scoring.refusals(
        scoring.read_refused(tables.read(tables.PLACEMENTS, placements), reference.by_name), model
    )
    parts = [tables.read(tables.SCORES, path) for path, _ in shards] + [
        tables.from_rows(tables.SCORES, refused)
    ]
    record = tables.metadata(shards[0][0])
    contigs = {name: number for number, name in enumerate(reference.genome.lengths)}
    tables.write(tables.SCORES, _sorted(pa.concat_tables(parts), contigs), scores, record)
    kept = pa.concat_tables([tables.read(tables.PROBABILITIES, path) for _, path in shards])
    tables.write(tables.PROBABILITIES, _sorted(kept, contigs), probabilities, record)


def _sorted(table: pa.Table, contigs: Mapping[str, int]) -> pa.Table:
    """Stable: rows of one variant and gene keep their order."""
    keys = table.select(["chrom", "pos", "ref", "alt", "gene", "transcript"]).to_pandas()
    keys["chrom"] = keys["chrom"].map(contigs)
    return table.take(pa.array(keys.sort_values(list(keys.columns), kind="stable").index))


def prioritise(
    settings: Settings,
    sample: Sample,
    resolved: Mapping[str, Any],
    reference: Reference,
    variants: Path,
    scores: Sequence[Path],
    outcomes: Path,
    output: Path,
    tsv: Path,
) -> None:
    """tables.PRIORITISED as Parquet and as text."""
    patient = _patient(settings, sample, resolved)
    rows = ranking.prioritise(
        tables.read(tables.VARIANTS, variants).to_pylist(),
        [row for path in scores for row in tables.read(tables.SCORES, path).to_pylist()],
        tables.read(tables.OUTCOMES, outcomes).to_pylist(),
        reference.by_name,
        reference.genome,
        patient,
    )
    table = tables.from_rows(tables.PRIORITISED, rows)
    record = {
        "models": [tables.metadata(path) for path in scores],
        "settings": provenance.digest_of(settings.plain),
    }
    write_tsv(table, tsv)
    tables.write(tables.PRIORITISED, table, output, record)
    log.info("%d rows, %d flagged", len(rows), sum(row["flagged"] for row in rows))


def _patient(settings: Settings, sample: Sample, resolved: Mapping[str, Any]) -> ranking.Patient:
    from landfall.pedigree import read_ped

    family = read_ped(sample.ped) if sample.ped else None
    proband = resolved["proband"] or ""
    sex = family.sex(proband) if family else "unknown"
    matched = phenotype.candidate_genes(sample.hpo, 1) if sample.hpo else {}
    return ranking.Patient(sex, family, proband, matched, settings.flag_delta)


def write_tsv(table: pa.Table, path: Path) -> None:
    """Tab-separated, one header line, empty for null; under a temporary name, then renamed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.partial")
    frame = table.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}.get)
    frame.to_csv(scratch, sep="\t", index=False, lineterminator="\n")
    os.replace(scratch, path)


def account(ledger: Path, decisions: Path, prioritised: Path, variants: Path, output: Path) -> None:
    """The whole ledger: each allele's last decision, and for those that went on whether a model scored them."""
    rows = tables.read(tables.PRIORITISED, prioritised).to_pylist()
    numbers = {
        tuple(v[n] for n in tables.ALLELE): v for v in tables.read(tables.VARIANTS, variants).to_pylist()
    }
    last = [_last_decision(numbers[allele], group) for allele, group in _by_allele(rows).items()]
    first = tables.read(tables.LEDGER, ledger).to_pandas()
    stages = [tables.read(tables.DECISIONS, decisions).to_pandas(), pd.DataFrame(last, columns=DECISIONS)]
    whole = normalisation.combine(first, stages)
    tables.write(
        tables.LEDGER, pa.Table.from_pandas(whole[tables.LEDGER.names], preserve_index=False), output
    )


def _by_allele(rows: Iterable[dict[str, Any]]) -> dict[tuple[Any, ...], list[dict[str, Any]]]:
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(tuple(row[name] for name in tables.ALLELE), []).append(row)
    return groups


def _last_decision(variant: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    base = {"record": variant["record"], "allele": variant["allele"], "stage": "score"}
    scored = [row["gene"] for row in rows if row["status"] == "scored"]
    if scored:
        return {**base, "fate": "kept", "rule": "scored", "detail": "scored in " + ", ".join(scored)}
    return {**base, "fate": "not_scored", "rule": rows[0]["reason"], "detail": rows[0]["detail"]}


def predict_consequences(
    settings: Settings,
    reference: Reference,
    scores: Sequence[Path],
    probabilities: Sequence[Path],
    output: Path,
) -> None:
    """tables.OUTCOMES: what each scored variant does to its transcript, by the probabilities of the first model."""
    limits = outcome_settings(settings)
    kept = {
        ranking.key_of(row): row
        for path in probabilities[:1]
        for row in tables.read(tables.PROBABILITIES, path).to_pylist()
    }
    scored = dict.fromkeys(
        ranking.key_of(row)
        for row in tables.read(tables.SCORES, scores[0]).to_pylist()
        if row["status"] == "scored"
    )
    rows: list[dict[str, Any]] = []
    for key in scored:
        variant, transcript = Variant(*key[:4]), reference.by_name[key[0], key[4], key[5]]
        row = kept.get(key, {"start": variant.start, **NO_CHANGE})
        around = consequences.SiteProbabilities.of(row["start"], row)
        outcomes = consequences.predict_outcomes(variant, transcript, around, reference.genome, limits)
        rows += [outcome.row() for outcome in outcomes]
    tables.write(tables.OUTCOMES, tables.from_rows(tables.OUTCOMES, rows), output, tables.metadata(scores[0]))
    log.info("%d outcomes of %d scored variants", len(rows), len(scored))


def outcome_settings(settings: Settings) -> consequences.OutcomeSettings:
    """The settings of the configuration, the others at their defaults."""
    limits = settings.consequences
    return consequences.OutcomeSettings(
        min_delta=limits.min_delta,
        min_partner_delta=limits.min_partner_delta,
        pseudoexon_size=limits.pseudoexon_size,
    )


NO_CHANGE: Mapping[str, Any] = {"ref_acceptor": [0], "ref_donor": [0], "alt_acceptor": [0], "alt_donor": [0]}
"""Stands for the probabilities of a variant that changes too little for them to be kept."""


def annotate_vcf(
    settings: Settings, sample: Sample, fasta: Path, variants: Path, prioritised: Path, output: Path
) -> None:
    """The annotated VCF and its index."""
    note = " ".join(f"{m.name}:D={m.distance},mask=0" for m in settings.models)
    rows = tables.read(tables.PRIORITISED, prioritised).to_pylist()
    annotated.write(
        tables.read(tables.VARIANTS, variants).to_pylist(), rows, Genome(fasta), sample.name, note, output
    )


def record_provenance(
    settings: Settings,
    sample: Sample,
    resolved: Mapping[str, Any],
    inputs_path: Path,
    scores: Sequence[Path],
    ledger: Path,
    output: Path,
) -> None:
    """provenance.json: what every value of the results rests on."""
    accounts = tables.read(tables.LEDGER, ledger, ["fate", "stage", "rule"]).to_pandas()
    counts = accounts.value_counts(["fate", "stage", "rule"], sort=False)
    record = {
        "created": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "version": provenance.versions()["landfall"],
        "assembly": settings.genome.build,
        "banner": settings.banner,
        "cutoff": settings.flag_delta,
        "sample": sample.name,
        "phenotype": [asdict(term) for term in phenotype.resolve(sample.hpo)] if sample.hpo else [],
        "hpo_release": phenotype.release() if sample.hpo else None,
        "pedigree": resolved["family"],
        "candidate_genes": candidate_words(settings, sample, resolved),
        "genes": resolved["genes"],
        "software": provenance.versions(),
        "settings": settings.plain,
        "settings_sha256": provenance.digest_of(settings.plain),
        "inputs": json.loads(inputs_path.read_text()),
        "models": [_listed_weights(tables.metadata(path)) for path in scores],
        "counts": {"/".join(map(str, key)): int(count) for key, count in counts.items()},
    }
    write_json(record, output)


def _listed_weights(record: dict[str, Any]) -> dict[str, Any]:
    return {
        **record,
        "name": record["model"],
        "weights": [{"name": n, "sha256": d} for n, d in record["weights"].items()],
    }


def candidate_words(settings: Settings, sample: Sample, resolved: Mapping[str, Any]) -> str:
    """How the candidate genes were chosen, in words."""
    genes = resolved["genes"]
    ways = []
    if sample.genes or sample.genes_file:
        ways.append(f"named in {sample.genes_file}" if sample.genes_file else "named in the sample sheet")
    if sample.hpo:
        ways.append(f"annotated to at least {settings.min_terms} of the patient's HPO terms")
    regions = f", and the regions of {sample.regions.name}" if sample.regions else ""
    if genes is None:
        return (
            f"the regions of {sample.regions.name} alone"
            if sample.regions
            else "every gene of the annotation"
        )
    return f"{len(genes)} genes of the annotation, {' or '.join(ways)}{regions}"


def build_report(
    sample: Sample,
    reference: Reference,
    sources: Mapping[str, Path],
    probabilities: Sequence[Path],
    output: Path,
) -> None:
    """report.html from the tables and the provenance; sources: prioritised, outcomes, ledger, provenance."""
    prioritised = tables.read(tables.PRIORITISED, sources["prioritised"])
    genes = set(prioritised["gene"].to_pylist())
    page = report.build(
        report.ReportInputs(
            sample=sample.name,
            prioritised=prioritised,
            outcomes=tables.read(tables.OUTCOMES, sources["outcomes"]),
            probabilities=pa.concat_tables(
                [tables.read(tables.PROBABILITIES, path) for path in probabilities]
            ),
            ledger=tables.read(tables.LEDGER, sources["ledger"]),
            transcripts=[t for t in reference.transcripts if t.gene in genes],
            provenance=json.loads(sources["provenance"].read_text()),
        )
    )
    scratch = output.with_name(f".{output.name}.partial")
    scratch.write_text(page, encoding="utf-8")
    os.replace(scratch, output)
