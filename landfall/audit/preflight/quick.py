"""The quick checks: the beginnings of files, quick enough for each parsing of the Snakefile."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from landfall.audit.preflight import vcf_records
from landfall.audit.preflight.configured_files import configured, of_kind
from landfall.config.fields import Key
from landfall.config.sample_sheet import Sample
from landfall.config.sections import Settings
from landfall.io import files
from landfall.io.errors import InputError, InputProblem
from landfall.io.files import BrokenFileError
from landfall.patient.inheritance import pedigree
from landfall.patient.phenotype import hpo, panels, phenopacket
from landfall.variants import vcf_header

PREVIOUS = ("prioritised.parquet", "ledger.parquet", "provenance.json")
"""Files of an earlier result that a comparison reads."""


def shared_faults(parsed: Settings) -> Iterator[tuple[Key, InputProblem]]:
    """Faults of the files that all samples share, that show without reading whole files: key and fault."""
    for key, path in of_kind(parsed, "folder"):
        if path.exists() and not path.is_dir():
            yield key, parsed.fault(key, path, "is a file", "name a folder")
    for key, path in configured(parsed):
        if wrong := files.problem(path) or (_fasta_problem(path) if key[-1] == "fasta" else None):
            yield key, parsed.fault(key, path, *wrong)


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


def sample_faults(sample: Sample, parsed: Settings) -> Iterator[tuple[str, InputProblem]]:
    """Faults of the files of one sample, that show without reading whole files: column of the sheet and fault."""
    if wrong := files.name_problem(parsed.results / sample.name):
        yield "sample", sample.fault("sample", *wrong)
    reading: dict[str, tuple[Path | None, Callable[[Path], object]]] = {
        "vcf": (sample.vcf, partial(_check_vcf, sample)),
        "ped": (sample.ped, pedigree.read_ped),
        "genes": (sample.genes_file, partial(_check_gene_file, sample)),
        "regions": (sample.regions, lambda path: None),
        "panel": (sample.panel, panels.read),
        "phenopacket": (sample.phenopacket, phenopacket.read),
    }
    for column, (path, read) in reading.items():
        if path and (found := files.problem(path)):
            yield column, sample.fault(column, f"{path}: {found[0]}", found[1])
        elif path:
            yield from ((column, fault) for fault in _faults_of(read, path))
    if sample.previous:
        yield from (("previous", fault) for fault in _previous_faults(sample, sample.previous, parsed))


def _check_vcf(sample: Sample, path: Path) -> None:
    """Header and first records of a VCF; a BCF needs a library that is too slow to import here. Raises InputError."""
    try:
        with files.opened(path) as handle:
            if vcf_header.is_bcf(handle):
                return
        vcf_records.check(path, vcf_header.vcf_header(path), vcf_records.GLANCE_BYTES)
    except BrokenFileError as error:
        remedy = "correct it, or copy or create it again"
        raise InputError([sample.fault("vcf", f"{path}: {error}", remedy)]) from error


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


def _check_gene_file(sample: Sample, path: Path) -> None:
    """Raises InputError for a list that cannot be read or is empty."""
    if not hpo.read_gene_file(path):
        raise InputError([sample.fault("genes", f"{path}: names no gene", "write one symbol a line")])


def _faults_of(read: Callable[[Path], object], path: Path) -> list[InputProblem]:
    """The faults that the reading of a file raises."""
    try:
        read(path)
    except InputError as error:
        return error.faults
    return []
