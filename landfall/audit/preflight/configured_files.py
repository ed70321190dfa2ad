"""The files that the configuration names."""

from __future__ import annotations

from pathlib import Path

from landfall.config.sections import Settings
from landfall.config.yaml_source import Key
from landfall.regulation import availability


def configured(parsed: Settings) -> list[tuple[Key, Path]]:
    """The files that the configuration names; an empty path stands for one at fault already."""
    paths: list[tuple[Key, Path | None]] = [
        (("genome", "fasta"), parsed.genome.fasta),
        (("genome", "annotation"), parsed.genome.annotation),
        (("genome", "mane"), parsed.genome.mane),
        (("filter", "frequency", "sites"), parsed.filter.frequency.sites),
        (("filter", "frequency", "cohort"), parsed.filter.frequency.cohort),
        (("filter", "blacklist"), parsed.filter.blacklist),
        (("filter", "scores"), parsed.filter.scores),
        *bed_files(parsed),
        *target_tables(parsed),
        (("evidence", "clinvar"), parsed.evidence.clinvar),
        (("phenotype", "obo"), parsed.phenotype.obo),
    ]
    return [(key, path) for key, path in paths if path is not None and path != Path()]


def target_tables(parsed: Settings) -> list[tuple[Key, Path]]:
    """The tables of tracks of the networks that run."""
    models = enumerate(parsed.regulation.models)
    named = [(n, model.targets) for n, model in models if availability.present(model) and model.targets]
    return [(("regulation", "models", number, "targets"), path) for number, path in named]


def bed_files(parsed: Settings) -> list[tuple[Key, Path]]:
    """The BED files that the configuration names."""
    files: list[tuple[Key, Path]] = [
        (("filter", "exclude", number), path) for number, path in enumerate(parsed.filter.exclude)
    ]
    if parsed.filter.frequency.covered:
        files.append((("filter", "frequency", "covered"), parsed.filter.frequency.covered))
    return files
