"""The provenance of a result."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from landfall.audit import provenance
from landfall.audit.preflight import completeness
from landfall.audit.preflight.resolve import profile_of, tissue_groups
from landfall.config.sample_sheet import Sample
from landfall.config.sections import Settings
from landfall.io import digests, parquet
from landfall.io.digests import sha256
from landfall.io.text import read_json, write_json
from landfall.patient.phenotype import hpo
from landfall.regulation import availability
from landfall.stages.job import Job
from landfall.variants.tables import LEDGER

SECTIONS = ("recorded", "sample")
UNTRACKED = ("*",)
"""``recorded`` has every key of the record; the models that are switched off, with reasons, are a parameter of the
rule.
"""


@dataclass(frozen=True)
class Inputs:
    """``inputs``: digests of the input files; ``scores``: of the splice models, ``track_scores``: of the regulatory
    track models; ``qualification``: the certificate of ``landfall qualify``, empty where this machine has none;
    ``results``: the files of results/<sample> whose digests the record holds.
    """

    inputs: Path
    scores: tuple[Path, ...]
    track_scores: tuple[Path, ...]
    ledger: Path
    family: Path
    resolved: Path
    qualification: Path | None
    results: tuple[Path, ...]


@dataclass(frozen=True)
class Outputs:
    """The record."""

    provenance: Path


def run(job: Job, inputs: Inputs, outputs: Outputs) -> None:
    """provenance.json: inputs, models, settings and code behind every value of the results."""
    settings, sample = job.settings, job.sample
    resolved, family = read_json(inputs.resolved), read_json(inputs.family)
    ledger = parquet.read(LEDGER, inputs.ledger, ["status", "stage", "rule", "chrom"])
    counts = ledger.to_pandas().value_counts(["status", "stage", "rule"], sort=False)
    profile = profile_of(sample, settings)
    models = [_listed_weights(parquet.metadata(path)) for path in (*inputs.scores, *inputs.track_scores)]
    record = {
        "created": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "version": provenance.versions()["landfall"],
        "assembly": settings.genome.build,
        "banner": settings.labels.banner,
        "cutoff": settings.prioritise.flag_delta,
        "sample": sample.name,
        "phenotype": [asdict(term) for term in profile.present],
        "phenotype_excluded": [asdict(term) for term in profile.excluded],
        "hpo_release": hpo.release() if profile.present or profile.excluded else None,
        "pedigree": resolved["family"],
        "family": family,
        "incomplete": [
            *completeness.contigs(ledger),
            *completeness.sources(settings),
            *resolved["incomplete"],
        ],
        "warnings": [*resolved["warnings"], *family["warnings"]],
        "candidate_genes": candidate_words(settings, sample, resolved),
        "genes": resolved["genes"],
        "command": os.environ.get(provenance.COMMAND),
        "software": provenance.versions() | _torch(models),
        "code": digests.package_code(),
        "settings": settings.recorded,
        "settings_sha256": digests.digest_of(settings.recorded),
        "inputs": read_json(inputs.inputs),
        "models": models,
        "regulation": regulation_record(settings, sample, resolved["genes"]),
        "off": {"MaxEntScan": settings.maxentscan_off} if settings.maxentscan_off else {},
        "qualification": read_json(inputs.qualification) if inputs.qualification else None,
        "counts": {"/".join(map(str, key)): int(count) for key, count in counts.items()},
        "results": [_written(path) for path in inputs.results],
    }
    write_json(record, outputs.provenance)


def _torch(models: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The version of torch in the models' jobs: the job that writes the record may run without it."""
    found = sorted({model["torch"] for model in models if "torch" in model})
    return {"torch": ", ".join(found)} if found else {}


def _written(path: Path) -> dict[str, Any]:
    """Name, bytes and SHA-256 of a file of the results."""
    return {"name": path.name, "bytes": path.stat().st_size, "sha256": sha256(path)}


def _listed_weights(record: dict[str, Any]) -> dict[str, Any]:
    return {
        **record,
        "name": record["model"],
        "weights": [{"name": n, "sha256": d} for n, d in record["weights"].items()],
    }


def regulation_record(settings: Settings, sample: Sample, genes: Sequence[str] | None) -> dict[str, Any]:
    """Regulatory track models that ran, those switched off with reasons, and the flank of genes in which variants were
    kept (None where a BED file alone sets the regions); the groups of tissues. genes: candidates, None for all.
    """
    regulation = settings.regulation
    running, info_of = availability.running(regulation), availability.info_of
    return {
        "running": [{"name": model.name, "title": info_of(model).title} for model in running],
        "off": [
            {"title": info_of(model).title, "why": availability.why_off(model)}
            for model in availability.off(regulation)
        ]
        + [
            {"title": f"{what} of {info_of(model).title}", "why": why}
            for model in running
            for what, why in (
                ("Sequence classes", availability.classes_off(model)),
                ("E-values", availability.e_values_off(model)),
            )
            if why
        ],
        "background": regulation.background.variants,
        "flank": None
        if sample.regions and genes is None
        else availability.kept_flank(settings.filter.gene_flank, regulation),
        "tissues": tissue_groups(sample, settings),
    }


def candidate_words(settings: Settings, sample: Sample, resolved: Mapping[str, Any]) -> str:
    """Description of the choice of the candidate genes."""
    genes = resolved["genes"]
    ways = []
    if sample.genes or sample.genes_file:
        ways.append(f"named in {sample.genes_file}" if sample.genes_file else "named in the sample sheet")
    if sample.panel:
        level = settings.phenotype.min_panel_confidence
        ways.append(f"of {sample.panel} at confidence {level} or more")
    if settings.phenotype.candidates == "terms" and profile_of(sample, settings).present:
        least = settings.phenotype.min_terms
        ways.append(f"annotated to at least {least} of the patient's HPO terms")
    regions = f", and the regions of {sample.regions.name}" if sample.regions else ""
    if genes is None:
        return (
            f"the regions of {sample.regions.name} alone"
            if sample.regions
            else "every gene of the annotation"
        )
    count = f"{len(genes)} gene{'' if len(genes) == 1 else 's'} of the annotation"
    return f"{count}, {' or '.join(ways)}{regions}"
