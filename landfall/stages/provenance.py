"""Where every value comes from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from landfall import phenotype, provenance, tables
from landfall.settings import Sample, Settings
from landfall.stages.common import write_json


def run(
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
