"""Configuration and sample sheet read, checked against their schema, held against the files: all faults at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from landfall.audit.preflight.quick import check_all, quick_faults
from landfall.audit.preflight.settings import faults_of, models_unfit, pairs_unfit, regulation_unfit
from landfall.config import regulation, yaml_source
from landfall.config.sample_sheet import Sample, read_sheet
from landfall.config.sections import Settings
from landfall.config.settings import build, schema
from landfall.config.yaml_source import Lines
from landfall.io.errors import InputProblem, stop_if
from landfall.models.registry import splice_models
from landfall.regulation import availability

if TYPE_CHECKING:
    from landfall.audit.preflight.resolve import Resolved


def load(
    source: Mapping[str, Any] | Path | str, config_files: Sequence[Path | str] = ()
) -> tuple[Settings, list[Sample]]:
    """Settings and samples with the quick checks done: faults of all of them together. Raises InputError."""
    parsed, samples, faults = gather(source, config_files)
    stop_if(faults + quick_faults(parsed, samples))
    return parsed, samples


def deep_check(parsed: Settings, samples: Sequence[Sample]) -> list[Resolved]:
    """Open every file and hold each against the reference; makes the reference's index if it is missing.

    Quick faults come first, as nothing more can be said about a file that is not there. Raises InputError.
    """
    from landfall.audit.preflight import deep, leftovers

    check_all(parsed, samples)
    faults = [*deep.weights_faults(parsed), *deep.published_faults(parsed), *leftovers.store_faults(parsed)]
    genome = deep.open_genome(parsed, faults)
    symbols = deep.gene_symbols(parsed, genome, faults) if genome else None
    cases = [deep.SampleCheck(sample, parsed, genome, symbols) for sample in samples]
    faults += [fault for case in cases for fault in case.faults]
    faults += deep.known_faults(parsed, genome)
    stop_if(faults)
    return [case.resolved for case in cases]


def read(
    source: Mapping[str, Any] | Path | str, files: Sequence[Path | str] = ()
) -> tuple[Settings, list[Sample]]:
    """Settings and samples of a configuration file, or of Snakemake's merged ``config`` with its files.

    Raises InputError with every fault of the configuration and the sample sheet. The input files themselves
    are checked by ``landfall.audit.preflight.quick``.
    """
    settings, samples, faults = gather(source, files)
    stop_if(faults)
    return settings, samples


def parse(source: Mapping[str, Any] | Path | str, files: Sequence[Path | str] = ()) -> Settings:
    """Settings alone, without reading the sample sheet, for scripts of rules. Raises InputError."""
    settings, faults = _settings(source, files)
    stop_if(faults)
    return settings


def gather(
    source: Mapping[str, Any] | Path | str, files: Sequence[Path | str] = ()
) -> tuple[Settings, list[Sample], list[InputProblem]]:
    """Settings, samples and every fault; what is at fault takes its default, or an empty path."""
    settings, faults = _settings(source, files)
    samples, more = (
        read_sheet(settings.samples, schema("samples")) if settings.samples != Path() else ([], [])
    )
    return settings, samples, sorted(faults + more, key=lambda fault: (fault.file, fault.line or 0))


def _settings(
    source: Mapping[str, Any] | Path | str, files: Sequence[Path | str]
) -> tuple[Settings, list[InputProblem]]:
    faults: list[InputProblem] = []
    if not isinstance(source, Mapping):
        files = [Path(source)]
        source, faults = yaml_source.read_yaml(Path(source))
    if faults:
        return _built({"samples": ""}, Lines([])), faults
    lines = Lines([Path(file) for file in files])
    if lines.faults:
        return _built({"samples": ""}, lines), lines.faults
    source = dict(yaml_source.typed(source, schema("config")))
    faults, keys = yaml_source.check(source, schema("config"), lines)
    faults += lines.repeated()
    sound = yaml_source.without(source, keys)
    settings = _built({**sound, "samples": ""} if ("samples",) in keys else sound, lines)
    found = [
        *models_unfit(source, settings),
        *regulation_unfit(source, settings),
        *pairs_unfit(settings),
    ]
    faults += faults_of(found, keys, lines)
    return settings, faults


def _built(config: Mapping[str, Any], lines: Lines) -> Settings:
    plain = _complete(config)
    completed = availability.completed(plain["regulation"])
    return build(plain, regulation.build(completed, plain["licence"]), lines)


def _complete(config: Mapping[str, Any]) -> dict[str, Any]:
    """Every default filled in; a required setting that is absent becomes an empty text."""
    plain: dict[str, Any] = yaml_source.with_defaults(config, schema("config"))
    genome = plain.get("genome", {})
    plain["genome"] = {"build": "synthetic", "fasta": "", "annotation": "", **genome}
    plain["models"] = [m for m in plain["models"] if _usable(m["name"], plain["licence"])]
    return plain


def _usable(name: str, licence: str) -> bool:
    """Whether a model may be run under the setting ``licence``; one that does not exist is judged elsewhere."""
    return name not in splice_models() or splice_models()[name].info.licence.allows(licence)
