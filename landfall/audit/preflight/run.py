"""Configuration and sample sheet read, checked key by key and against the files: all faults at once."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from landfall.audit.preflight import quick
from landfall.audit.preflight.settings import faults_of, models_unfit, pairs_unfit, regulation_unfit
from landfall.config import settings as config_settings
from landfall.config.fields import Key, paths
from landfall.config.sample_sheet import Sample, Sheet, read_sheet
from landfall.config.sections import Settings
from landfall.io.errors import InputProblem, stop_if
from landfall.models.registry import splice_models
from landfall.regulation import availability

if TYPE_CHECKING:
    from landfall.audit.preflight.resolve import Resolved
    from landfall.genome.sequence import Genome


REFUSED = "LANDFALL_REFUSED"
"""Environment variable with the samples that the run leaves out, for the processes of its jobs on a cluster."""
NO_JOBS = frozenset(
    (
        "--unlock",
        "--lint",
        "--list-rules",
        "--list-target-rules",
        "--cleanup-metadata",
        "--drop-metadata",
        "--version",
    )
)
"""Options of Snakemake with which no job is planned."""


@dataclass(frozen=True)
class Given:
    """The configuration and the sample sheet as read: the samples that can be used, and faults.

    faults: of what all samples share. of_sample: by the name of the sample, ``line_3`` for a row without one.
    """

    settings: Settings
    samples: list[Sample]
    faults: list[InputProblem]
    of_sample: dict[str, list[InputProblem]] = field(default_factory=dict)

    @property
    def every(self) -> list[InputProblem]:
        """All faults: those of what the samples share, then sample by sample."""
        return [*self.faults, *(fault for found in self.of_sample.values() for fault in found)]

    @property
    def sound(self) -> list[str]:
        """The samples without a fault."""
        return [sample.name for sample in self.samples if sample.name not in self.of_sample]


@dataclass(frozen=True)
class Checked(Given):
    """The same after checks of the files; ``resolved``: of the samples without a fault."""

    resolved: list[Resolved] = field(default_factory=list)


def quick_check(given: Given) -> Checked:
    """The quick checks: the beginnings of files."""
    shared = [fault for _, fault in quick.shared_faults(given.settings)]
    found = {
        sample.name: [fault for _, fault in quick.sample_faults(sample, given.settings)]
        for sample in given.samples
    }
    return _with(given, shared, found)


def full_check(given: Given) -> Checked:
    """The quick checks, then every file opened and checked against the reference, whose index is created if missing.

    A file at fault is not read further; everything else is.
    """
    from landfall.audit.preflight import leftovers, sample_files

    shared = list(quick.shared_faults(given.settings))
    skipped = {key for key, _ in shared} | {key for key, path, _ in paths(given.settings) if path == Path()}
    quickly = {sample.name: list(quick.sample_faults(sample, given.settings)) for sample in given.samples}
    columns = {name: {column for column, _ in wrong} for name, wrong in quickly.items()}
    found = sample_files.check(given.settings, given.samples, skipped, columns)
    faults = [fault for _, fault in shared] + list(found.faults)
    faults += further_faults(given.settings, [], found.genome, skipped)
    of_sample = {}
    for case in found.samples:
        wrong = [fault for _, fault in quickly[case.sample.name]]
        of_sample[case.sample.name] = [*wrong, *case.faults, *leftovers.previous_faults([case.sample])]
    sound = [case.resolved for case in found.samples if not of_sample[case.sample.name]]
    return _with(given, faults, of_sample, sound)


def _with(
    given: Given,
    shared: Sequence[InputProblem],
    of_sample: Mapping[str, Sequence[InputProblem]],
    resolved: Sequence[Resolved] = (),
) -> Checked:
    """What was given with further faults."""
    more = {name: list(faults) for name, faults in of_sample.items() if faults}
    faults = [*given.faults, *shared]
    return Checked(given.settings, given.samples, faults, {**given.of_sample, **more}, list(resolved))


def runnable(given: Given, *, every: bool = False) -> Checked:
    """The input after all checks, if any sample can be run. Raises InputError otherwise.

    every: whether a fault of a single sample stops the others too.
    """
    found = full_check(given)
    if every or found.faults or not found.sound:
        stop_if(found.every)
    return found


def checked_for_run(given: Given, *, main: bool, as_module: bool, every: bool) -> Checked:
    """The input with the faults found: by all checks in the main process of a run, elsewhere by none.

    as_module: whether another workflow uses the rules; the quick checks are made then, the others by its jobs.
    every: whether a fault of one sample stops the run, as in a dry run. Raises InputError.
    """
    if not main:
        return _of_job(given)
    if NO_JOBS.intersection(sys.argv):
        stop_if(given.faults)
        return Checked(given.settings, given.samples, [], given.of_sample)
    if as_module:
        return _quickly_checked(given)
    found = runnable(given, every=every)
    os.environ[REFUSED] = ",".join(found.of_sample)
    return found


def _quickly_checked(given: Given) -> Checked:
    """The input after the quick checks. Raises InputError, then with the faults of every check."""
    found = quick_check(given)
    if found.every:
        stop_if(full_check(given).every)
    return found


def _of_job(given: Given) -> Checked:
    """The input of a job: the main process has checked it and named the samples that are left out."""
    stop_if(given.faults)
    refused: dict[str, list[InputProblem]] = {
        name: [] for name in os.environ.get(REFUSED, "").split(",") if name
    }
    return Checked(given.settings, given.samples, [], {**refused, **given.of_sample})


def load(
    source: Mapping[str, Any] | Path | str, config_files: Sequence[Path | str] = ()
) -> tuple[Settings, list[Sample]]:
    """Settings and samples with the quick checks done. Raises InputError, then with the faults of every check."""
    found = _quickly_checked(gather(source, config_files))
    return found.settings, found.samples


def further_faults(
    parsed: Settings, samples: Sequence[Sample], genome: Genome | None, skipped: Collection[Key] = ()
) -> Iterator[InputProblem]:
    """Faults of files from which no value of a sample is resolved: those of the configuration and of earlier runs.

    genome: the reference, None where it cannot be opened. skipped: keys of files that are at fault already.
    """
    from landfall.audit.preflight import deep, leftovers

    yield from deep.weights_faults(parsed)
    yield from deep.published_faults(parsed)
    yield from deep.missense_faults(parsed)
    yield from leftovers.score_cache_faults(parsed)
    yield from leftovers.previous_faults(samples)
    yield from deep.known_faults(parsed, genome, skipped)


def read(
    source: Mapping[str, Any] | Path | str, files: Sequence[Path | str] = ()
) -> tuple[Settings, list[Sample]]:
    """Settings and samples of a configuration file, or of Snakemake's merged ``config`` with its files.

    Raises InputError with every fault of the configuration and the sample sheet. The input files themselves
    are checked by ``landfall.audit.preflight.quick``.
    """
    given = gather(source, files)
    stop_if(given.every)
    return given.settings, given.samples


def read_one(source: Mapping[str, Any] | Path | str, name: str) -> tuple[Settings, Sample]:
    """Settings and one sample, whatever the faults of others. Raises InputError."""
    given = gather(source)
    stop_if([*given.faults, *given.of_sample.get(name, [])])
    return given.settings, {sample.name: sample for sample in given.samples}[name]


def parse(source: Mapping[str, Any] | Path | str, files: Sequence[Path | str] = ()) -> Settings:
    """Settings alone, without reading the sample sheet, for scripts of rules. Raises InputError."""
    settings, faults = _settings(source, files)
    stop_if(faults)
    return settings


def gather(source: Mapping[str, Any] | Path | str, files: Sequence[Path | str] = ()) -> Given:
    """Settings, samples and every fault; a faulty key takes its default, or an empty path."""
    settings, faults = _settings(source, files)
    sheet = read_sheet(settings.samples) if settings.samples != Path() else Sheet()
    faults = sorted(faults + sheet.faults, key=lambda fault: (fault.file, fault.line or 0))
    return Given(settings, sheet.samples, faults, sheet.of_row)


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
