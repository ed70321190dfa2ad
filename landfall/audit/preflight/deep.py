"""The files of the configuration opened and checked: weights, published tables, known alleles."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from pathlib import Path

from landfall.audit.preflight import bed, reference_build, vcf_records
from landfall.audit.preflight.configured_files import of_kind
from landfall.config.fields import Key
from landfall.config.sections import Settings
from landfall.genome.sequence import Genome
from landfall.io import files
from landfall.io.errors import InputError, InputProblem, listed
from landfall.io.files import BrokenFileError
from landfall.models.info import WeightsError
from landfall.models.registry import splice_model
from landfall.models.splice import maxentscan
from landfall.models.tracks import e_values
from landfall.models.weights.integrity import LICENCE, check_weights
from landfall.ranking.missense.predictor import Predictor
from landfall.regulation import availability
from landfall.variants import vcf_header
from landfall.variants.known_sites import has_index
from landfall.variants.population_frequency import NAMES, declared_as
from landfall.variants.precomputed_scores import FIELD


def weights_faults(parsed: Settings) -> list[InputProblem]:
    """Weights that are not the published ones; an incomplete folder without its licence is completed later."""
    faults = []
    for model in parsed.models:
        folder = parsed.weights(model.name)
        if not folder.is_dir():
            continue
        info = splice_model(model.name).info
        fetched = (folder / LICENCE).is_file()
        if fetched or all((folder / weight.name).is_file() for weight in info.weights):
            try:
                check_weights(info, folder)
            except WeightsError as error:
                what, *details, remedy = str(error).splitlines()
                faults += [
                    InputProblem(str(folder), None, f"{what} {'; '.join(map(str.strip, details))}", remedy)
                ]
    return faults


def published_faults(parsed: Settings) -> Iterator[InputProblem]:
    """Published tables that exist but cannot be used: MaxEntScan's, and those of E-values."""
    checks: list[tuple[Key, Path | None, Callable[[Path], object]]] = []
    if not parsed.maxentscan_off:
        checks.append((("maxentscan",), parsed.maxentscan, maxentscan.load))
    for number, model in enumerate(parsed.regulation.models):
        if availability.present(model) and not availability.e_values_off(model):
            place: Key = ("regulation", "models", number, "e_values")
            checks.append((place, model.e_values, e_values.load_background))
    for key, path, load in checks:
        try:
            _ = load(path) if path else None
        except WeightsError as error:
            words = "; ".join(map(str.strip, str(error).removeprefix("MaxEntScan: ").splitlines()))
            yield parsed.fault(key, path or Path(), words.removeprefix(f"{path}: "))


def missense_faults(parsed: Settings) -> Iterator[InputProblem]:
    """Faults of the scores of a missense predictor."""
    rules = parsed.prioritise
    if rules.missense_scores is None or not rules.missense_scores.is_file():
        return
    try:
        Predictor(rules.missense_scores, rules.missense_field, rules.missense_predictor)
    except InputError as error:
        for fault in error.faults:
            key = ("prioritise", "missense_scores")
            yield parsed.fault(key, rules.missense_scores, fault.message, fault.remedy)


def known_faults(parsed: Settings, genome: Genome | None, skipped: Collection[Key]) -> Iterator[InputProblem]:
    """Faults of the files of known alleles, frequencies and classified alleles, and of regions.

    skipped: keys of files that are at fault already.
    """
    for key, path, wanted, remedy in _sites_files(parsed):
        if path and key not in skipped:
            yield from sites_faults(parsed, key, path, wanted, remedy, genome)
    scores = parsed.filter.precomputed_scores.vcf
    if scores and SCORES_KEY not in skipped and not has_index(scores):
        what = "has no index, and this file is read by random access alone"
        yield parsed.fault(SCORES_KEY, scores, what, f"run tabix -p vcf {scores}")
    for key, path in of_kind(parsed, "bed") if genome else ():
        if key not in skipped and genome:
            yield from bed.faults(partial(parsed.fault, key, path), path, genome, parsed.genome.build)


SCORES_KEY: Key = ("filter", "precomputed_scores", "vcf")


def _sites_files(parsed: Settings) -> Iterator[tuple[Key, Path | None, Sequence[str], str]]:
    """Each VCF of known alleles: key, path, the fields of which it has one, and the remedy where it has none."""
    frequency, key = parsed.filter.frequency, ("filter", "frequency")
    fields = frequency.population_fields or NAMES
    remedy = "name its field in filter.frequency.population_fields"
    yield (*key, "population_vcf"), frequency.population_vcf, fields, remedy
    remedy = "name its field in filter.frequency.cohort_fields"
    yield (*key, "cohort_vcf"), frequency.cohort_vcf, frequency.cohort_fields, remedy
    yield ("filter", "blacklist"), parsed.filter.blacklist, (), ""
    remedy = "give Illumina's precomputed scores, or what landfall splice writes"
    yield SCORES_KEY, parsed.filter.precomputed_scores.vcf, (FIELD,), remedy
    remedy = "give a VCF with classifications, such as ClinVar's"
    yield ("evidence", "clinvar"), parsed.evidence.clinvar, ("CLNSIG",), remedy


def sites_faults(
    parsed: Settings, key: Key, path: Path, wanted: Sequence[str], remedy: str, genome: Genome | None
) -> Iterator[InputProblem]:
    """A sites file that cannot be read, declares none of the wanted fields or has other contigs."""
    if files.compression(path) == "gzip":
        what = "compressed by gzip instead of bgzip, which allows no random access"
        yield parsed.fault(key, path, what, f"gunzip it, compress it by bgzip and run tabix -p vcf {path}")
        return
    try:
        header = vcf_header.vcf_header(path)
        vcf_records.check(path, header, vcf_records.GLANCE_BYTES)
        foreign = reference_build.foreign(header, path, genome, parsed) if genome else None
    except BrokenFileError as error:
        yield parsed.fault(key, path, str(error))
        return
    if wanted and not any(declared_as(name, header.info) for name in wanted):
        what = f"declares none of {', '.join(wanted)}; it has {listed(sorted(header.info), 12)}"
        yield parsed.fault(key, path, what, remedy)
    if foreign:
        yield parsed.fault(key, path, *foreign)
