"""The deep checks of what all samples share: every file opened and checked against the reference."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from pathlib import Path

import pysam

from landfall.audit.preflight import bed, leftovers, reference_build, vcf_records
from landfall.audit.preflight.configured_files import of_kind
from landfall.config.fields import Key
from landfall.config.sections import Settings
from landfall.genome.annotation.reader import AnnotationError, read_gtf
from landfall.genome.sequence import Genome
from landfall.io import files
from landfall.io.errors import InputError, InputProblem, listed
from landfall.io.files import BrokenFileError
from landfall.models.info import WeightsError
from landfall.models.registry import splice_model
from landfall.models.splice import maxentscan
from landfall.models.tracks import e_values
from landfall.models.weights.integrity import check_weights
from landfall.regulation import availability
from landfall.variants import vcf_header
from landfall.variants.known_sites import has_index
from landfall.variants.population_frequency import NAMES, declared_as
from landfall.variants.precomputed_scores import FIELD

log = logging.getLogger(__name__)


CHROMOSOME_LENGTHS = {
    "GRCh38": {"chr1": 248956422, "chr2": 242193529, "chr21": 46709983, "chr22": 50818468, "chrX": 156040895},
    "GRCh37": {"chr1": 249250621, "chr2": 243199373, "chr21": 48129895, "chr22": 51304566, "chrX": 155270560},
}


def without(parsed: Settings, skipped: Collection[Key]) -> Settings:
    """The settings without the tables of ontology and MANE that are at fault."""
    phenotype, genome = parsed.phenotype, parsed.genome
    if ("phenotype", "obo") in skipped:
        phenotype = phenotype.changed(obo=None)
    if ("genome", "mane") in skipped:
        genome = genome.changed(mane=None)
    return parsed.changed(phenotype=phenotype, genome=genome)


def reference_of(
    parsed: Settings, skipped: Collection[Key], faults: list[InputProblem]
) -> tuple[Genome | None, frozenset[str] | None]:
    """The reference, and the genes of the annotation; None for what cannot be used. Adds to ``faults``."""
    genome = open_genome(parsed, faults) if ("genome", "fasta") not in skipped else None
    usable = genome is not None and ("genome", "annotation") not in skipped
    return genome, gene_symbols(parsed, genome, faults) if genome and usable else None


def other_faults(parsed: Settings, genome: Genome | None, skipped: Collection[Key]) -> Iterator[InputProblem]:
    """Faults of weights, published tables, the score cache and files of known alleles."""
    yield from weights_faults(parsed)
    yield from published_faults(parsed)
    yield from leftovers.score_cache_faults(parsed)
    yield from known_faults(parsed, genome, skipped)


def weights_faults(parsed: Settings) -> list[InputProblem]:
    """Complete weights that are not the published ones; an incomplete folder is completed later."""
    faults = []
    for model in parsed.models:
        folder = parsed.weights(model.name)
        if not folder.is_dir():
            continue
        info = splice_model(model.name).info
        if all((folder / weight.name).is_file() for weight in info.weights):
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


def open_genome(parsed: Settings, faults: list[InputProblem]) -> Genome | None:
    path = parsed.genome.fasta
    try:
        _make_indices(path)
        genome = Genome(path)
    except (OSError, ValueError) as error:
        remedy = f"delete {path.name}.fai if the FASTA has changed since it was made"
        faults.append(parsed.fault(("genome", "fasta"), path, f"cannot be opened: {error}", remedy))
        return None
    faults += _build_faults(parsed, genome)
    return genome


def _make_indices(path: Path) -> None:
    """Write missing indices of the FASTA atomically, so that no incomplete index is read."""
    missing = files.missing_indices(path)
    if not missing:
        return
    log.info("making the index of %s", path)
    fai, gzi = Path(f"{path}.fai"), Path(f"{path}.gzi")
    scratch = {index: index.with_name(f".{index.name}.{os.getpid()}") for index in (fai, gzi)}
    try:
        pysam.faidx(str(path), "--fai-idx", str(scratch[fai]), "--gzi-idx", str(scratch[gzi]))
        for index in (fai, gzi):
            if scratch[index].exists():
                scratch[index].replace(index)
    except pysam.utils.SamtoolsError as error:
        raise OSError(str(error).strip()) from error
    finally:
        for partial in scratch.values():
            partial.unlink(missing_ok=True)


def _build_faults(parsed: Settings, genome: Genome) -> list[InputProblem]:
    """A reference whose chromosomes have the lengths or accessions of another build than the one named."""
    if foreign := reference_build.foreign_accession(genome.lengths, parsed.genome.build):
        return [parsed.fault(("genome", "fasta"), parsed.genome.fasta, *foreign)]
    for build, lengths in CHROMOSOME_LENGTHS.items():
        for name, length in lengths.items():
            here = genome.aliases.get(name)
            if here and genome.lengths[here] == length and build != parsed.genome.build:
                what = f"{here} is as long as in {build}, but genome.build is {parsed.genome.build}"
                remedy = f"set genome.build to {build}, or give the other reference"
                return [parsed.fault(("genome", "fasta"), parsed.genome.fasta, what, remedy)]
    return []


def gene_symbols(parsed: Settings, genome: Genome, faults: list[InputProblem]) -> frozenset[str] | None:
    """The genes of the annotation on contigs of the reference; None if it cannot be used."""
    path, build = parsed.genome.annotation, parsed.genome.build
    log.info("reading %s", path)
    native = {name: here for name, here in genome.aliases.items() if not _is_foreign(name, build)}
    try:
        annotation = read_gtf(path, native, mane_table=parsed.genome.mane)
        foreign = reference_build.foreign_accession(annotation.dropped_contigs, build)
    except AnnotationError as error:
        foreign = _foreign_annotation(path, build) or (str(error).removeprefix(f"{path}: "), "")
    except InputError as error:
        faults += error.faults
        return None
    if not foreign:
        symbols = frozenset(transcript.gene for transcript in annotation)
        odd = sorted(symbol for symbol in symbols if "," in symbol)
        if not odd:
            for words in annotation.account():
                log.warning("%s: %s", path, words)
            return symbols
        what = f"has gene names with a comma, the separator of genes in the tables: {listed(odd)}"
        foreign = what, "rename them"
    faults.append(parsed.fault(("genome", "annotation"), path, *foreign))
    return None


def _is_foreign(contig: str, build: str) -> bool:
    return reference_build.foreign_accession([contig], build) is not None


def _foreign_annotation(path: Path, build: str) -> files.Problem | None:
    """The contig by which an unusable annotation is of another build."""
    try:
        return reference_build.foreign_accession(vcf_header.record_contigs(path), build)
    except BrokenFileError:
        return None


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
        most = parsed.normalise.max_ref_mismatch_fraction
        foreign = reference_build.foreign(header, path, genome, parsed.genome.build, most) if genome else None
    except BrokenFileError as error:
        yield parsed.fault(key, path, str(error))
        return
    if wanted and not any(declared_as(name, header.info) for name in wanted):
        what = f"declares none of {', '.join(wanted)}; it has {listed(sorted(header.info), 12)}"
        yield parsed.fault(key, path, what, remedy)
    if foreign:
        yield parsed.fault(key, path, *foreign)
