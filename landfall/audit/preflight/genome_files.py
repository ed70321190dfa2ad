"""The reference and the gene annotation opened, and the build of each checked."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pysam

from landfall.audit.preflight import reference_build
from landfall.config.sections import Settings
from landfall.genome.annotation.reader import AnnotationError, read_gtf
from landfall.genome.sequence import Genome
from landfall.io import files
from landfall.io.errors import InputError, InputProblem, listed
from landfall.io.files import BrokenFileError
from landfall.variants import vcf_header

log = logging.getLogger(__name__)

CHROMOSOME_LENGTHS = {
    "GRCh38": {"chr1": 248956422, "chr2": 242193529, "chr21": 46709983, "chr22": 50818468, "chrX": 156040895},
    "GRCh37": {"chr1": 249250621, "chr2": 243199373, "chr21": 48129895, "chr22": 51304566, "chrX": 155270560},
}


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
