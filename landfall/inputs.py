"""The input files, held against one another before any work.

``check_all`` looks at what a glance tells, quick enough for each parsing of the Snakefile. ``deep_check``
opens the files; the first job of a run calls it. Each tells all its faults at once.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from landfall import files, panels, pedigree, phenopacket, phenotype, settings, track_settings, vcfrecords
from landfall.configfile import Key
from landfall.faults import Fault, InputErrors, listed, stop_if
from landfall.files import BrokenFileError, VcfHeader
from landfall.models import tissues
from landfall.pedigree import Individual, Pedigree
from landfall.phenotype import Profile
from landfall.settings import Sample, Settings

FOLDERS = ("results", "work", "resources", "store")
"""Settings that name a folder, which is made if it is not there."""
PREVIOUS = ("prioritised.parquet", "ledger.parquet", "provenance.json")
"""What an earlier result is compared by."""

if TYPE_CHECKING:
    from landfall.crosscheck import Resolved


def load(
    source: Mapping[str, Any] | Path | str, config_files: Sequence[Path | str] = ()
) -> tuple[Settings, list[Sample]]:
    """Settings and samples with the quick checks done: faults of all of them together. Raises InputErrors."""
    parsed, samples, faults = settings.gather(source, config_files)
    stop_if(faults + quick_faults(parsed, samples))
    return parsed, samples


def check_all(parsed: Settings, samples: Sequence[Sample]) -> None:
    """The quick checks alone. Raises InputErrors."""
    stop_if(quick_faults(parsed, samples))


def quick_faults(parsed: Settings, samples: Sequence[Sample]) -> list[Fault]:
    """What a glance at the files tells."""
    faults = list(_folder_faults(parsed, samples))
    for key, path in _configured(parsed):
        wrong = files.problem(path) or (_fasta_problem(path) if key[-1] == "fasta" else None)
        faults += [parsed.fault(key, path, *wrong)] if wrong else []
    return faults + [fault for sample in samples for fault in _sample_quick(sample, parsed)]


def _folder_faults(parsed: Settings, samples: Sequence[Sample]) -> Iterator[Fault]:
    """Folders to write into that cannot be."""
    for name in FOLDERS:
        path = getattr(parsed, name)
        if path and path.exists() and not path.is_dir():
            yield parsed.fault((name,), path, "is a file", "name a folder")
    for sample in samples:
        if wrong := files.name_problem(parsed.results / sample.name):
            yield sample.fault("sample", *wrong)


def _configured(parsed: Settings) -> list[tuple[Key, Path]]:
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
    named = [(n, model.targets) for n, model in models if track_settings.present(model) and model.targets]
    return [(("regulation", "models", number, "targets"), path) for number, path in named]


def bed_files(parsed: Settings) -> list[tuple[Key, Path]]:
    """The BED files that the configuration names."""
    files: list[tuple[Key, Path]] = [
        (("filter", "exclude", number), path) for number, path in enumerate(parsed.filter.exclude)
    ]
    if parsed.filter.frequency.covered:
        files.append((("filter", "frequency", "covered"), parsed.filter.frequency.covered))
    return files


def _fasta_problem(path: Path) -> files.Problem | None:
    kind = files.compression(path)
    if kind == "gzip":
        return (
            "compressed by gzip, which has no random access",
            f"gunzip {path.name}, or compress it by bgzip",
        )
    with files.opened(path) as handle:
        if handle.read(1) != b">":
            return "is no FASTA: it does not begin with '>'", "give the reference sequence"
    missing = files.missing_indices(path)
    if missing and not os.access(path.parent, os.W_OK):
        return f"its index {missing[0].name} is missing and cannot be made here", f"run samtools faidx {path}"
    return None


def _sample_quick(sample: Sample, parsed: Settings) -> Iterator[Fault]:
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


def _vcf_faults(sample: Sample) -> Iterator[Fault]:
    """A VCF whose header or first records cannot be read; a BCF needs a library that is too heavy for a glance."""
    try:
        with files.opened(sample.vcf) as handle:
            if files.is_bcf(handle):
                return
        vcfrecords.check(sample.vcf, files.vcf_header(sample.vcf), vcfrecords.GLANCE_BYTES)
    except BrokenFileError as error:
        yield sample.fault("vcf", f"{sample.vcf}: {error}", "correct it, or copy or make it again")


def _previous_faults(sample: Sample, folder: Path, parsed: Settings) -> Iterator[Fault]:
    """An earlier result has to be that of a finished run, and not the one that this run writes."""
    if wrong := files.name_problem(folder):
        yield sample.fault("previous", f"{folder}: {wrong[0]}", wrong[1])
        return
    if folder.resolve() == (parsed.results / sample.name).resolve():
        remedy = "copy the earlier result elsewhere, and name the copy"
        yield sample.fault("previous", f"{folder}: is where this run writes its results", remedy)
        return
    for name in PREVIOUS:
        if found := files.problem(folder / name):
            remedy = "give the folder results/<sample> of a finished run"
            yield sample.fault("previous", f"{folder / name}: {found[0]}", remedy)


def _gene_file_faults(sample: Sample, path: Path) -> Iterator[Fault]:
    try:
        if not phenotype.read_gene_file(path):
            yield sample.fault("genes", f"{path}: names no gene", "write one symbol a line")
    except InputErrors as error:
        yield from error.faults


def _faults_of(action: Callable[[], object]) -> list[Fault]:
    """The faults that an action raises."""
    try:
        action()
    except InputErrors as error:
        return error.faults
    return []


def deep_check(parsed: Settings, samples: Sequence[Sample]) -> list[Resolved]:
    """Open every file and hold each against the reference; makes the reference's index if it is missing.

    Quick faults come first, as nothing more can be said about a file that is not there. Raises InputErrors.
    """
    from landfall import crosscheck as deep
    from landfall import leftovers

    check_all(parsed, samples)
    faults = [*deep.weights_faults(parsed), *deep.published_faults(parsed), *leftovers.store_faults(parsed)]
    genome = deep.open_genome(parsed, faults)
    symbols = deep.gene_symbols(parsed, genome, faults) if genome else None
    cases = [deep.Case(sample, parsed, genome, symbols) for sample in samples]
    faults += [fault for case in cases for fault in case.faults]
    faults += deep.known_faults(parsed, genome)
    stop_if(faults)
    return [case.resolved for case in cases]


def vcf_column(sample: Sample) -> str | None:
    """The patient's column in the VCF; None for a VCF without genotypes. Raises InputErrors."""
    try:
        return choose_column(sample, files.vcf_header(sample.vcf))
    except BrokenFileError as error:
        raise InputErrors([sample.fault("vcf", f"{sample.vcf}: {error}")]) from error


def choose_column(sample: Sample, header: VcfHeader) -> str | None:
    """The column of the given name, else of the sample's name, else the only one. Raises InputErrors."""
    names = header.samples
    wanted = sample.vcf_sample or sample.name
    if wanted in names:
        return wanted
    if sample.vcf_sample is None and len(names) <= 1:
        return names[0] if names else None
    what = f"{sample.vcf}: has no sample called {wanted}"
    remedy = f"it has {listed(names, 12)}" + (
        "" if sample.vcf_sample else "; name the patient's in vcf_sample"
    )
    raise InputErrors([sample.fault("vcf_sample" if sample.vcf_sample else "vcf", what, remedy)])


def proband_in(sample: Sample, column: str | None, family: Pedigree) -> str | None:
    """The patient's name in the pedigree: that of the VCF, of the sheet or of the phenopacket; None if none of them."""
    return next((name for name in (column, *_names(sample)) if name in family.individuals), None)


def _names(sample: Sample) -> list[str]:
    """The patient's names in the sheet and in the phenopacket."""
    told = phenopacket.read(sample.phenopacket).subject if sample.phenopacket else None
    return [name for name in (sample.vcf_sample, sample.name, told) if name]


def pedigree_of(sample: Sample) -> Pedigree | None:
    """The family of the PED file, else of the phenopacket, else the patient alone with its sex. Raises InputErrors."""
    if sample.ped:
        return pedigree.read_ped(sample.ped, _names(sample))
    if not sample.phenopacket:
        return None
    packet = phenopacket.read(sample.phenopacket)
    alone = Individual(sample.name, sample.name, None, None, packet.sex, True, 1)
    return packet.pedigree or Pedigree(str(sample.phenopacket), {sample.name: alone})


def profile_of(sample: Sample, parsed: Settings) -> Profile:
    """The features of the sheet and of the phenopacket. Raises TermError, and InputErrors for a file."""
    if not sample.phenopacket:
        return phenotype.profile(sample.hpo, (), parsed.phenotype.obo)
    packet = phenopacket.read(sample.phenopacket)
    return phenotype.profile([*sample.hpo, *packet.present], packet.excluded, parsed.phenotype.obo)


def tissue_groups(sample: Sample, parsed: Settings) -> list[str]:
    """The groups of tissues that matter: those configured, else those that the patient's terms speak for."""
    return list(parsed.regulation.tissues) or tissues.of_phenotype(profile_of(sample, parsed).terms)
