"""Rank of the causal gene in published patients: ``python -m benchmarks.patients --real ../shared/data/patients``.

Each patient's alleles are placed among the calls of a real exome and one genome's rare intronic changes, and the stages
of the workflow run with every gene a candidate, SpliceAI, no panel and no parents. A gene ranks by its best allele;
other alleles of the causal gene are not counted. In the wide background each gene of HPO has the alleles of a gene of
the loci, drawn once, so that as many genes compete as in a genome.

Alleles are scored once for all patients and kept below ``--folder`` (``score_cache``, by content). With
``--ranks-only`` the evidence on every allele is that of the last run, and only effects, inheritance, phenotype and
score are computed again.
"""

from __future__ import annotations

import csv
import logging
import pickle
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np

from benchmarks.patient_files import MEMBERS
from benchmarks.patient_runs import SHARDS, Bench
from benchmarks.published_cases import (
    SETTINGS,
    SEXES,
    Files,
    Panel,
    Published,
    Setting,
    panel_of,
    panels,
    read,
    sample,
)
from landfall.genome.variant import allele_of
from landfall.io import parquet
from landfall.patient.phenotype import similarity
from landfall.ranking import score
from landfall.ranking import table as ranking_table
from landfall.splicing.tables import OUTCOMES, SCORES
from landfall.stages.ranking import prioritise
from landfall.stages.variants.family import X_COPIES as COPIES
from landfall.variants.tables import VARIANTS

RESOLVED = {"vcf_sample": MEMBERS[0], "proband": MEMBERS[0], "genes": None}
X_COPIES = {sex: COPIES.get(sex.lower()) for sex in SEXES}
WITHIN = (1, 3, 5)
PARTS = ("score", *(f"score_{part}" for part in score.PARTS))
SHOWN = (
    "hgvs_c",
    "coding_consequence",
    "splice_probability",
    "best_inheritance_mode",
    "phenotype_share",
    *PARTS,
)
Row = dict[str, Any]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Evidence:
    """What the ranking has of a patient: rows of ``ranking.table.evidence``, of tables.VARIANTS, and the patient."""

    drafts: list[Row]
    variants: list[Row]
    patient: ranking_table.Patient


@dataclass(frozen=True)
class Union:
    """The alleles of all patients together, which have files of their own."""

    name: str = "all"


class PublishedBench(Bench):
    """The stages of published patients."""

    def __init__(self, folder: Path, data: Path, resources: Path, cases: Path) -> None:
        super().__init__(folder, data, resources, cases / "frequencies.vcf.gz")
        self.patients = read(cases, self.reference.genome)
        self.files = Files(cases, self.reference.genome)
        self.causal = {variant for patient in self.patients for variant in patient.alleles}

    def prepare(self) -> None:
        """Screen the calls of all patients, score every allele once, and keep the evidence."""
        every = panels(self.patients)
        for panel in every:
            made = sample(panel, self.folder / "panels")
            self.files.write(panel, self.patients, made)
            self.screen_sample(panel, made, RESOLVED)
            log.info("screened %s", panel.name)
        self.place(every)
        for shard in SHARDS:
            self.score(shard)
        rows = {allele_of(row): row for panel in every for row in self._variants(panel)}
        table = parquet.from_rows(VARIANTS, list(rows.values()))
        parquet.write(VARIANTS, table, self.at(Union(), "variants.parquet"))
        self.consequences(Union())
        Assembly(self).write()

    def _variants(self, panel: Panel) -> list[Row]:
        found: list[Row] = parquet.read(VARIANTS, self.at(panel, "variants.parquet")).to_pylist()
        return found

    def called(self, panel: Panel) -> tuple[list[Row], list[Row]]:
        """Rows of VARIANTS of a panel, and of NORMALISED of alleles that may modify them."""
        variants = prioritise.of_sex(self._variants(panel), X_COPIES[panel.sex], self.settings)
        normalised, decisions = self.at(panel, "normalised.parquet"), self.at(panel, "filter.parquet")
        return variants, prioritise.neighbours(normalised, decisions, self.reference.transcripts)

    def patient_of(self, panel: Panel) -> ranking_table.Patient:
        """The patient as the ranking has it, without features."""
        summary = {
            "members": [MEMBERS[0]],
            "proband": MEMBERS[0],
            "sex": panel.sex.lower().removesuffix("_sex"),
            "sex_source": "pedigree",
            "x_copies": X_COPIES[panel.sex],
            "parentage": None,
        }
        return prioritise.patient_of(self.settings, sample(panel, self.folder / "panels"), summary, [])

    def ranks(self) -> Iterator[Row]:
        """A row for each patient and setting."""
        for patient in self.patients:
            with self.at(patient, "evidence.pickle").open("rb") as handle:
                known: Evidence = pickle.load(handle)
            rows = ranking_table.ranked(
                known.drafts, known.variants, self.reference.genome, known.patient
            ).rows
            for setting in SETTINGS:
                profile = setting.profile(patient)
                shares = similarity.shares(profile) if profile.present else {}
                yield outcome(patient, setting, with_phenotype(rows, shares), shares)


def with_phenotype(rows: Sequence[Any], shares: dict[str, float]) -> list[Row]:
    """Rows ranked without features, ranked anew with them: the phenotype is a term of the score by gene alone.

    shares: of all annotated genes; empty without features.
    """
    found = []
    for row in rows:
        share = shares.get(row["gene"], 1.0) if shares else None
        part = score.phenotype(share)
        whole = {"phenotype_share": share, "score_phenotype": part, "score": row["score"] + part}
        found.append({**row, **whole})
    found.sort(key=lambda row: (-row["score"], row["rank"]))
    return [{**row, "rank": rank} for rank, row in enumerate(found, start=1)]


class Assembly:
    """Assembles the evidence of each patient: genes without an allele of the patient have that of the background."""

    def __init__(self, bench: PublishedBench) -> None:
        self.bench = bench
        self.scores = parquet.read(SCORES, bench.at(Union(), "scores.parquet")).to_pylist()
        self.outcomes = parquet.rows(OUTCOMES, parquet.read(OUTCOMES, bench.at(Union(), "outcomes.parquet")))
        self.called = {panel: bench.called(panel) for panel in panels(bench.patients)}
        self.common: dict[str, list[Row]] = {}

    def write(self) -> None:
        for patient in self.bench.patients:
            with self.bench.at(patient, "evidence.pickle").open("wb") as handle:
                pickle.dump(self.evidence(patient), handle)

    def evidence(self, patient: Published) -> Evidence:
        panel = panel_of(patient)
        variants, dropped = self._background(panel)
        if panel.sex not in self.common:
            self.common[panel.sex] = self._drafts(variants, self.scores, dropped, panel)
        causal = [
            row
            for variant in patient.alleles
            for row in self.called[panel_of(patient, variant)][0]
            if allele_of(row) == variant
        ]
        genes = {row["gene"] for row in self.scores if allele_of(row) in patient.alleles}
        inside = [row for row in self.scores if row["gene"] in genes]
        own = self._drafts([*variants, *causal], inside, dropped, panel)
        common = [draft for draft in self.common[panel.sex] if draft["gene"] not in genes]
        return Evidence([*common, *own], [*variants, *causal], self.bench.patient_of(panel))

    def _background(self, panel: Panel) -> tuple[list[Row], list[Row]]:
        """Rows of VARIANTS and of NORMALISED without the causal alleles of any patient."""
        variants, dropped = (
            [row for row in rows if allele_of(row) not in self.bench.causal] for rows in self.called[panel]
        )
        return variants, dropped

    def _drafts(
        self, variants: Sequence[Row], scores: Sequence[Row], dropped: Sequence[Row], panel: Panel
    ) -> list[Row]:
        own = {allele_of(row) for row in variants}
        return ranking_table.evidence(
            variants,
            [row for row in scores if allele_of(row) in own],
            [row for row in self.outcomes if allele_of(row) in own],
            self.bench.reference.by_name,
            self.bench.reference.genome,
            self.bench.patient_of(panel),
            (),
            dropped,
        )


def outcome(patient: Published, setting: Setting, rows: Sequence[Any], shares: dict[str, float]) -> Row:
    """Rank of the causal gene among genes, 0 if none of its causal alleles is ranked.

    rows: best first. shares: those of all annotated genes in the wide background, else empty.
    """
    mine = [row for row in rows if row["gene"] == patient.gene and allele_of(row) in patient.alleles]
    others = [row for row in rows if row["gene"] != patient.gene]
    best = mine[0] if mine else None
    ahead = 0
    if best and setting.wide:
        ahead = _ahead_in_wide(patient, best["score"], others, shares)
    elif best:
        ahead = len({row["gene"] for row in others if row["rank"] < best["rank"]})
    return {
        "patient": patient.name,
        "gene": patient.gene,
        "setting": setting.name,
        "mode": patient.mode,
        "class": patient.kind,
        "terms": len(setting.profile(patient).present),
        "candidates": len(rows),
        "rank": ahead + 1 if best else 0,
        **{f"causal_{name}": best[name] if best else None for name in SHOWN},
        "other": str(allele_of(others[0])),
        "other_gene": others[0]["gene"],
        **{f"other_{name}": others[0][name] for name in SHOWN},
    }


def _ahead_in_wide(patient: Published, mine: float, others: Sequence[Any], shares: dict[str, float]) -> int:
    """Number of HPO's genes that score higher, each with the alleles of a gene of the loci."""
    base: dict[str, float] = {}
    for row in others:
        without = row["score"] - row["score_phenotype"]
        base[row["gene"]] = max(base.get(row["gene"], without), without)
    dice, donors = random.Random("wide background"), sorted(base)
    drawn = {gene: dice.choice(donors) for gene in sorted(shares)}
    return sum(
        base[drawn[gene]] + score.phenotype(share) > mine
        for gene, share in shares.items()
        if gene != patient.gene
    )


HEAD = "| patients | n | first | top 3 | top 5 | MRR |\n| --- | --- | --- | --- | --- | --- |"

# --- tables ---------------------------------------------------------------------------------------------------------


def half(gene: str) -> int:
    """The half of the genes, 0 or 1, for cross-validation."""
    return random.Random(f"half of {gene}").randrange(2)


NUMBERS = ((0, "0 terms"), (5, "1 to 5 terms"), (10, "6 to 10 terms"), (10**6, "11 or more terms"))
GROUPS: tuple[tuple[str, Callable[[Row], str]], ...] = (
    ("all", lambda row: "patients"),
    ("half of the genes", lambda row: f"half {half(row['gene']) + 1}"),
    ("class", lambda row: row["class"]),
    ("mode", lambda row: row["mode"]),
    ("terms", lambda row: next(words for most, words in NUMBERS if row["terms"] <= most)),
)


def line(name: str, rows: Sequence[Row]) -> str:
    """One line of the table: number of patients, share among the first, mean reciprocal rank."""
    ranks = [row["rank"] or 10**6 for row in rows]
    within = " | ".join(f"{np.mean([rank <= n for rank in ranks]):.0%}" for n in WITHIN)
    return f"| {name} | {len(ranks)} | {within} | {mean(1 / rank for rank in ranks):.3f} |"


def by_gene(rows: Iterable[Row]) -> str:
    """The line over genes, each with the mean of its patients."""
    genes: dict[str, list[int]] = {}
    for row in rows:
        genes.setdefault(row["gene"], []).append(row["rank"] or 10**6)
    within = " | ".join(
        f"{mean(mean(rank <= n for rank in mine) for mine in genes.values()):.0%}" for n in WITHIN
    )
    reciprocal = mean(mean(1 / rank for rank in mine) for mine in genes.values())
    return f"| mean over genes | {len(genes)} | {within} | {reciprocal:.3f} |"


def table(found: Sequence[Row], brief: bool) -> Iterator[str]:
    """The lines of each setting: all patients, the mean over genes, then by group. brief: the first two alone."""
    for setting in SETTINGS:
        rows = [row for row in found if row["setting"] == setting.name]
        yield f"{setting.name}:\n\n{HEAD}"
        for _, group in GROUPS[: 2 if brief else None]:
            for name in sorted({group(row) for row in rows}):
                yield line(name, [row for row in rows if group(row) == name])
        yield by_gene(rows)
        yield ""


def write(found: Sequence[Row], path: Path) -> None:
    """The rows as text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(found[0]), delimiter="\t", lineterminator="\n")
        writer.writeheader()
        writer.writerows(found)


def run(cases: Path, data: Path, resources: Path, folder: Path, output: Path, ranks_only: bool) -> None:
    """Rank every patient and print the tables."""
    log.setLevel(logging.INFO)
    folder.mkdir(parents=True, exist_ok=True)
    bench = PublishedBench(folder, data, resources, cases)
    if not ranks_only:
        bench.prepare()
    found = list(bench.ranks())
    write(found, output)
    for text in table(found, brief=False):
        print(text)
