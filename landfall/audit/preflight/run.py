"""Configuration and sample sheet read, checked key by key and against the files: all faults at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from landfall.audit.preflight.quick import check_all, quick_faults
from landfall.audit.preflight.settings import faults_of, models_unfit, pairs_unfit, regulation_unfit
from landfall.config import settings as config_settings
from landfall.config.sample_sheet import Sample, read_sheet
from landfall.config.sections import Settings
from landfall.io.errors import InputProblem, stop_if
from landfall.models.registry import splice_models
from landfall.regulation import availability

if TYPE_CHECKING:
    from landfall.audit.preflight.resolve import Resolved
    from landfall.genome.sequence import Genome


def load(
    source: Mapping[str, Any] | Path | str, config_files: Sequence[Path | str] = ()
) -> tuple[Settings, list[Sample]]:
    """Settings and samples with the quick checks done: faults of all of them together. Raises InputError."""
    parsed, samples, faults = gather(source, config_files)
    stop_if(faults + quick_faults(parsed, samples))
    return parsed, samples


def deep_check(parsed: Settings, samples: Sequence[Sample]) -> list[Resolved]:
    """Open every file and check each against the reference; creates the reference's index if it is missing.

    Quick faults come first, as a missing file cannot be checked further. Raises InputError.
    """
    from landfall.audit.preflight import sample_files

    check_all(parsed, samples)
    found = sample_files.check(parsed, samples)
    stop_if([*further_faults(parsed, samples, found.genome), *found.faults])
    return [case.resolved for case in found.samples]


def further_faults(
    parsed: Settings, samples: Sequence[Sample], genome: Genome | None
) -> Iterator[InputProblem]:
    """Faults of files from which no value of a sample is resolved: those of the configuration and of earlier runs.

    genome: the reference, None where it cannot be opened.
    """
    from landfall.audit.preflight import deep, leftovers

    yield from deep.weights_faults(parsed)
    yield from deep.published_faults(parsed)
    yield from deep.missense_faults(parsed)
    yield from leftovers.score_cache_faults(parsed)
    yield from leftovers.previous_faults(samples)
    yield from deep.known_faults(parsed, genome)


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
    """Settings, samples and every fault; a faulty key takes its default, or an empty path."""
    settings, faults = _settings(source, files)
    samples, more = read_sheet(settings.samples) if settings.samples != Path() else ([], [])
    return settings, samples, sorted(faults + more, key=lambda fault: (fault.file, fault.line or 0))


def _settings(
    source: Mapping[str, Any] | Path | str, files: Sequence[Path | str]
) -> tuple[Settings, list[InputProblem]]:
    given = config_settings.read(source, files, Settings)
    settings = _completed(given.parsed).written_in(given.lines, given.warnings)
    found = [
        *models_unfit(given.source, settings),
        *regulation_unfit(given.source, settings),
        *pairs_unfit(settings),
    ]
    return settings, given.faults + faults_of(found, given.set_aside, given.lines)


def _completed(settings: Settings) -> Settings:
    """Without models that ``licences.use`` excludes, and with the table of tracks beside a network's weights."""
    models = tuple(model for model in settings.models if _usable(model.name, settings.licences.use))
    regulation = availability.completed(settings.regulation, settings.licences.use)
    return settings.model_copy(update={"models": models, "regulation": regulation})


def _usable(name: str, licence: str) -> bool:
    """Whether a model may be run under the setting ``licences.use``; one that does not exist is checked elsewhere."""
    return name not in splice_models() or splice_models()[name].info.licence.allows(licence)
