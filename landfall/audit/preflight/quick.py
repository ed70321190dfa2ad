"""The input files, checked against each other before any work.

``check_all`` reads the beginnings of files, quick enough for each parsing of the Snakefile. ``deep_check``
opens the files; the first job of a run calls it. Each reports all its faults at once.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from landfall.audit.preflight import vcf_records
from landfall.audit.preflight.configured_files import configured, of_kind
from landfall.config.sample_sheet import Sample
from landfall.config.sections import Settings
from landfall.io import files
from landfall.io.errors import InputError, InputProblem, stop_if
from landfall.io.files import BrokenFileError
from landfall.patient.inheritance import pedigree
from landfall.patient.phenotype import hpo, panels, phenopacket
from landfall.variants import vcf_header

PREVIOUS = ("prioritised.parquet", "ledger.parquet", "provenance.json")
"""Files of an earlier result that a comparison reads."""


def check_all(parsed: Settings, samples: Sequence[Sample]) -> None:
    """The quick checks alone. Raises InputError."""
    stop_if(quick_faults(parsed, samples))


def quick_faults(parsed: Settings, samples: Sequence[Sample]) -> list[InputProblem]:
    """Faults that show without reading whole files."""
    faults = list(_folder_faults(parsed, samples))
    for key, path in configured(parsed):
        wrong = files.problem(path) or (_fasta_problem(path) if key[-1] == "fasta" else None)
        faults += [parsed.fault(key, path, *wrong)] if wrong else []
    return faults + [fault for sample in samples for fault in _sample_quick(sample, parsed)]


def _folder_faults(parsed: Settings, samples: Sequence[Sample]) -> Iterator[InputProblem]:
    """Output folders that cannot be written to."""
    for key, path in of_kind(parsed, "folder"):
        if path.exists() and not path.is_dir():
            yield parsed.fault(key, path, "is a file", "name a folder")
    for sample in samples:
        if wrong := files.name_problem(parsed.results / sample.name):
            yield sample.fault("sample", *wrong)


def _fasta_problem(path: Path) -> files.Problem | None:
    kind = files.compression(path)
    if kind == "gzip":
        return (
            "compressed by gzip, which has no random access",
            f"gunzip {path.name}, or compress it by bgzip",
        )
    with files.opened(path) as handle:
        if handle.read(1) != b">":
            return "is not a FASTA file: it does not begin with '>'", "give the reference sequence"
    missing = files.missing_indices(path)
    if missing and not os.access(path.parent, os.W_OK):
        return (
            f"its index {missing[0].name} is missing and cannot be created here",
            f"run samtools faidx {path}",
        )
    return None


def _sample_quick(sample: Sample, parsed: Settings) -> Iterator[InputProblem]:
    given = {
        "vcf": sample.vcf,
        "ped": sample.ped,
        "genes": sample.genes_file,
        "regions": sample.regions,
        "panel": sample.panel,
        "phenopacket": sample.phenopacket,
    }
    wrong = {column: files.problem(path) for column, path in given.items() if path}
    if sample.previous:
        yield from _previous_faults(sample, sample.previous, parsed)
    for column, found in wrong.items():
        if found:
            yield sample.fault(column, f"{given[column]}: {found[0]}", found[1])
    if not wrong["vcf"]:
        yield from _vcf_faults(sample)
    if sample.ped and not wrong["ped"]:
        yield from _faults_of(lambda: pedigree.read_ped(sample.ped or Path()))
    if sample.panel and not wrong["panel"]:
        yield from _faults_of(lambda: panels.read(sample.panel or Path()))
    if sample.phenopacket and not wrong["phenopacket"]:
        yield from _faults_of(lambda: phenopacket.read(sample.phenopacket or Path()))
    if sample.genes_file and not wrong["genes"]:
        yield from _gene_file_faults(sample, sample.genes_file)


def _vcf_faults(sample: Sample) -> Iterator[InputProblem]:
    """A VCF whose header or first records cannot be read; a BCF needs a library that is too slow to import here."""
    try:
        with files.opened(sample.vcf) as handle:
            if vcf_header.is_bcf(handle):
                return
        vcf_records.check(sample.vcf, vcf_header.vcf_header(sample.vcf), vcf_records.GLANCE_BYTES)
    except BrokenFileError as error:
        yield sample.fault("vcf", f"{sample.vcf}: {error}", "correct it, or copy or create it again")


def _previous_faults(sample: Sample, folder: Path, parsed: Settings) -> Iterator[InputProblem]:
    """An earlier result is one of a finished run, and not the one that this run writes."""
    if wrong := files.name_problem(folder):
        yield sample.fault("previous", f"{folder}: {wrong[0]}", wrong[1])
        return
    if folder.resolve() == (parsed.results / sample.name).resolve():
        remedy = "copy the earlier result elsewhere, and name the copy"
        yield sample.fault("previous", f"{folder}: is the output folder of this run", remedy)
        return
    for name in PREVIOUS:
        if found := files.problem(folder / name):
            remedy = "give the folder results/<sample> of a finished run"
            yield sample.fault("previous", f"{folder / name}: {found[0]}", remedy)


def _gene_file_faults(sample: Sample, path: Path) -> Iterator[InputProblem]:
    try:
        if not hpo.read_gene_file(path):
            yield sample.fault("genes", f"{path}: names no gene", "write one symbol a line")
    except InputError as error:
        yield from error.faults


def _faults_of(action: Callable[[], object]) -> list[InputProblem]:
    """The faults that an action raises."""
    try:
        action()
    except InputError as error:
        return error.faults
    return []
