"""Settings and the sample sheet: read, checked against their schemas, typed.

Snakemake parses the Snakefile in every job, so nothing heavy (pandas, pysam, torch, HPO) is imported here.
Paths are kept as written and are relative to the folder that Snakemake runs in.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from landfall.config.regulation import Regulation
from landfall.config.sections import (
    Assay,
    Closer,
    Consequences,
    Evidence,
    Filter,
    Frequency,
    FrequencyLimits,
    GenomeFiles,
    Inheritance,
    JobResources,
    ModelSettings,
    Phenotype,
    Report,
    Settings,
)
from landfall.config.yaml_source import Lines, Schema

SCHEMAS = Path(__file__).with_name("schemas")


@cache
def schema(name: str) -> Schema:
    """A schema of ``landfall/schemas``: ``config`` or ``samples``."""
    content: Schema = yaml.safe_load((SCHEMAS / f"{name}.schema.yaml").read_text(encoding="utf-8"))
    return content


def build(plain: dict[str, Any], regulation: Regulation, lines: Lines) -> Settings:
    genome = plain["genome"]
    return Settings(
        samples=Path(plain["samples"]),
        results=Path(plain["results"]),
        work=Path(plain["work"]),
        resources=Path(plain["resources"]),
        store=_path(plain["store"]),
        container=plain["container"],
        banner=plain["labels"]["banner"],
        genome=GenomeFiles(
            genome["build"], Path(genome["fasta"]), Path(genome["annotation"]), _path(genome.get("mane"))
        ),
        max_ref_mismatch_fraction=float(plain["normalise"]["max_ref_mismatch_fraction"]),
        filter=_filter(plain["filter"]),
        phenotype=_phenotype(plain["phenotype"]),
        inheritance=Inheritance(**_tupled(plain["inheritance"])),
        models=tuple(ModelSettings(**model) for model in plain["models"]),
        consequences=Consequences(**_tupled(plain["consequences"])),
        maxentscan=_path(plain["maxentscan"]),
        flag_delta=float(plain["prioritise"]["flag_delta"]),
        evidence=_evidence(plain["evidence"]),
        assay=Assay(**_tupled(plain["assay"])),
        closer=Closer(**_tupled(plain["closer"])),
        regulation=regulation,
        report=Report(**plain["report"]),
        resources_per_job={name: JobResources(**job) for name, job in plain["resources_per_job"].items()},
        accepted_licences=frozenset(plain["licences"]["accept"]),
        plain=plain,
        lines=lines,
    )


def _phenotype(plain: Mapping[str, Any]) -> Phenotype:
    return Phenotype(**{**plain, "obo": Path(plain["obo"]) if plain["obo"] else None})


def _filter(plain: Mapping[str, Any]) -> Filter:
    frequency = _tupled(plain["frequency"])
    for name in ("sites", "covered", "cohort"):
        frequency[name] = _path(frequency[name])
    files: dict[str, Any] = {name: _path(plain[name]) for name in ("blacklist", "scores")}
    files["exclude"] = tuple(map(Path, plain["exclude"]))
    return Filter(**{**_tupled(plain), **files, "frequency": Frequency(**frequency)})


def _path(text: str | None) -> Path | None:
    return Path(text) if text else None


def _evidence(plain: Mapping[str, Any]) -> Evidence:
    """The limits of an expert panel take what they leave out from the general ones."""
    general = _limits(plain, {}, "the setting")
    return Evidence(
        top=plain["top"],
        pp3_min_delta=float(plain["pp3_min_delta"]),
        bp4_max_delta=float(plain["bp4_max_delta"]),
        limits=general,
        genes={panel["gene"]: _limits(panel, vars(general), panel["source"]) for panel in plain["genes"]},
        clinvar=Path(plain["clinvar"]) if plain["clinvar"] else None,
    )


def _limits(given: Mapping[str, Any], general: Mapping[str, Any], source: str) -> FrequencyLimits:
    names = ("ba1_min_frequency", "bs1_min_frequency", "pm2_max_frequency")
    values = {name: given[name] if given[name] is not None else general[name] for name in names}
    return FrequencyLimits(**{name: float(value) for name, value in values.items()}, source=source)


def _tupled(plain: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in plain.items()}
