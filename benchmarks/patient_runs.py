"""Takes simulated patients through the stages of the workflow in one process, so that each allele is scored once.

The stages are those that the rules call, with the settings of config/GRCh38.yaml and every gene a candidate.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from unittest import mock

import yaml

from benchmarks import calibrate
from benchmarks.patient_cases import Patient
from benchmarks.patient_files import MEMBERS
from landfall.audit.preflight import run
from landfall.config.sample_sheet import Sample
from landfall.config.sections import Settings
from landfall.genome.reference import Reference
from landfall.io import parquet
from landfall.io.text import read_json
from landfall.ranking.tables import PRIORITISED
from landfall.splicing.probability import calibration
from landfall.stages.inputs import genes
from landfall.stages.ranking import prioritise
from landfall.stages.splicing import merge, score, windows
from landfall.stages.splicing import outcomes as splicing_outcomes
from landfall.stages.variants import family, normalise
from landfall.stages.variants import filter as variants_filter

ROOT = Path(__file__).resolve().parents[1]
MODEL = "spliceai"
SHARDS = (1, 2)


class Named(Protocol):
    """Anything with files of its own below the folder."""

    @property
    def name(self) -> str: ...


@dataclass(frozen=True)
class Asked:
    """What is told of a patient: HPO terms, and the parents with their genotypes."""

    terms: bool
    parents: bool

    def __str__(self) -> str:
        return (
            f"{'HPO terms' if self.terms else 'no terms'}, {'parents' if self.parents else 'patient alone'}"
        )


ASKED = tuple(Asked(terms, parents) for terms in (True, False) for parents in (True, False))


def config(folder: Path, data: Path, resources: Path) -> dict[str, Any]:
    """config/GRCh38.yaml with the loci for a genome, the patients' own files, and no list of genes."""
    plain: dict[str, Any] = yaml.safe_load((ROOT / "config" / "GRCh38.yaml").read_text(encoding="utf-8"))
    plain |= {
        "samples": str(folder / "samples.tsv"),
        "resources": str(resources),
        "score_cache": str(folder / "score_cache"),
    }
    plain["genome"] |= {
        "fasta": str(data / "loci" / "GRCh38.fa.gz"),
        "annotation": str(data / "loci" / "genes.GRCh38.gtf.gz"),
    }
    plain["filter"]["frequency"] |= {
        "population_vcf": str(folder / "frequencies.vcf.gz"),
        "population_fields": ["AF"],
    }
    plain["phenotype"] = {"candidates": "all"}
    plain["models"] = [{"name": MODEL, "shards": len(SHARDS), "threads": 1}]
    plain["licences"]["accepted"] = [MODEL]
    return plain


def sample_of(patient: Patient, asked: Asked, folder: Path) -> Sample:
    """The row of the sample sheet."""
    mine = folder / "families" / patient.name
    return Sample(
        name=f"{patient.name}.{'hpo' if asked.terms else 'none'}.{'trio' if asked.parents else 'solo'}",
        vcf=mine / "family.vcf",
        sheet=str(folder / "samples.tsv"),
        line=1,
        vcf_sample=MEMBERS[0],
        ped=mine / "family.ped" if asked.parents else None,
        hpo=patient.terms if asked.terms else (),
    )


class Bench:
    """The stages of all patients below one folder."""

    def __init__(self, folder: Path, data: Path, resources: Path, frequencies: Path | None = None) -> None:
        """frequencies: of the population, by default the drawn ones in ``folder``."""
        self.folder = folder
        plain = config(folder, data, resources)
        plain["filter"]["frequency"]["population_vcf"] = str(frequencies or folder / "frequencies.vcf.gz")
        self.settings: Settings = run.parse(plain)
        self.reference = Reference(self.settings.genome.fasta, folder / "transcripts.parquet")
        if not self.reference.transcripts_table.is_file():
            genes.convert_annotation(
                self.settings.genome.annotation, self.settings.genome.fasta, self.reference.transcripts_table
            )

    def at(self, patient: Named, name: str) -> Path:
        path = self.folder / "work" / patient.name / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def screen(self, patient: Patient) -> None:
        """Normalise and filter; neither needs terms or parents."""
        self.screen_sample(patient, sample_of(patient, ASKED[0], self.folder), resolved_of(ASKED[0]))

    def screen_sample(self, patient: Named, sample: Sample, resolved: dict[str, Any]) -> None:
        """tables.VARIANTS of a sample, with the tables before it."""
        alleles, ledger = self.at(patient, "normalised.parquet"), self.at(patient, "ledger.parquet")
        normalise.normalise_alleles(
            self.settings, sample, resolved, alleles, ledger, self.at(patient, "repeats.parquet"), 1
        )
        variants_filter.filter_alleles(
            self.settings,
            sample,
            resolved,
            self.reference,
            alleles,
            self.at(patient, "variants.parquet"),
            self.at(patient, "filter.parquet"),
            1,
        )

    def place(self, patients: Sequence[Named]) -> None:
        """Every allele that passed in any patient, in the sequence that it is read in."""
        paths = [self.at(patient, "variants.parquet") for patient in patients]
        windows.place_windows(self.settings.models[0], self.reference, paths, *self.placed)

    @property
    def placed(self) -> tuple[Path, Path]:
        return self.folder / "work" / "windows.parquet", self.folder / "work" / "placements.parquet"

    def scored(self, shard: int) -> tuple[Path, Path]:
        """Scores and probabilities of one shard."""
        work = self.folder / "work"
        return work / f"scores.{shard}.parquet", work / f"probabilities.{shard}.parquet"

    def score(self, shard: int) -> None:
        """Score each allele of one shard, once for all patients."""
        model = self.settings.models[0]
        weights = self.settings.weights(model.name)
        cache, outputs = self.settings.score_cache, self.scored(shard)
        score.score_shard(model, self.reference, *self.placed, weights, shard, model.threads, cache, *outputs)

    def consequences(self, patient: Named) -> None:
        """The patient's part of the scores, and what it means for mRNA and protein."""
        scores, probabilities = self.at(patient, "scores.parquet"), self.at(patient, "probabilities.parquet")
        shards = [self.scored(shard) for shard in SHARDS]
        variants = self.at(patient, "variants.parquet")
        merge.merge_shards(MODEL, self.reference, variants, self.placed[1], shards, scores, probabilities)
        outcomes = self.at(patient, "outcomes.parquet")
        splicing_outcomes.predict_consequences(
            self.settings, self.reference, [scores], [probabilities], outcomes
        )

    def rank(self, patient: Patient, asked: Asked) -> list[dict[str, Any]]:
        """The rows of the prioritised table, best first."""
        sample = sample_of(patient, asked, self.folder)
        calls, summary = (
            self.at(patient, f"{sample.name}.calls.parquet"),
            self.at(patient, f"{sample.name}.json"),
        )
        variants, table = self.at(patient, "variants.parquet"), self.at(patient, f"{sample.name}.parquet")
        family.check_family(self.settings, sample, resolved_of(asked), variants, calls, summary)
        prioritise.rank_candidates(
            self.settings,
            sample,
            read_json(summary),
            self.reference,
            variants,
            [self.at(patient, "scores.parquet")],
            self.at(patient, "outcomes.parquet"),
            calls,
            self.at(patient, "normalised.parquet"),
            self.at(patient, "filter.parquet"),
            None,
            table,
            table.with_suffix(".pairs.parquet"),
            table.with_suffix(".relatives.parquet"),
            table.with_suffix(".tsv"),
        )
        ranked: list[dict[str, Any]] = parquet.read(PRIORITISED, table).to_pylist()
        return ranked


def resolved_of(asked: Asked) -> dict[str, Any]:
    """What the stage ``resolve`` says of each of these patients: their column, and every gene a candidate."""
    return {"vcf_sample": MEMBERS[0], "proband": MEMBERS[0] if asked.parents else None, "genes": None}


class Calibrations:
    """Coefficients of the calibrated probability, fitted without one gene."""

    def __init__(self, data: calibrate.Examples) -> None:
        self.data = data

    @contextmanager
    def without(self, gene: str) -> Iterator[None]:
        """Within, the package's coefficients of SpliceAI alone are those fitted to all other genes."""
        fitted = calibrate.fit(self.data.of(self.data.genes != gene), (MODEL,))
        with mock.patch.object(calibration, "combinations", return_value={frozenset((MODEL,)): fitted}):
            yield
