"""The files of a sample, opened and checked against the reference, and the values resolved from them.

Every stage runs again after a change of this code (:mod:`landfall.stages.inputs.resolve`): checks on which no resolved
value depends are in :mod:`landfall.audit.preflight.deep` and :mod:`landfall.audit.preflight.leftovers`.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from landfall.audit.preflight import bed, completeness, genome_files, reference_build, vcf_records
from landfall.audit.preflight.resolve import Resolved, choose_column, pedigree_of, proband_in, profile_of
from landfall.config.fields import Key
from landfall.config.sample_sheet import Sample
from landfall.config.sections import Settings
from landfall.genome.sequence import Genome
from landfall.io import files
from landfall.io.errors import InputError, InputProblem, closest, listed
from landfall.io.files import BrokenFileError
from landfall.patient.phenotype import hpo, panels, phenopacket
from landfall.variants import vcf_header
from landfall.variants.vcf_header import VcfHeader

READ_THROUGH_BYTES = 64 << 20
"""Plain gzip has no end-of-file marker; files up to this size are read to their end instead."""


def _bytes_to_check(path: Path) -> int:
    """Bytes of text of a patient's VCF to check: plain gzip, which has no end-of-file marker, to its end if it is
    small.
    """
    small_gzip = files.compression(path) == "gzip" and path.stat().st_size <= READ_THROUGH_BYTES
    return sys.maxsize if small_gzip else vcf_records.CLOSE_BYTES


class SampleCheck:
    """One sample checked against the reference: its faults, and the resolved values.

    skipped: columns of the sheet whose file is at fault already, and is not read.
    """

    def __init__(
        self,
        sample: Sample,
        parsed: Settings,
        genome: Genome | None,
        symbols: frozenset[str] | None,
        skipped: Collection[str] = (),
    ) -> None:
        self.sample, self.parsed, self.faults = _without(sample, skipped), parsed, list[InputProblem]()
        sample, self.has_vcf = self.sample, "vcf" not in skipped
        self.incomplete: list[str] = []
        self.warnings = list(phenopacket.read(sample.phenopacket).notices) if sample.phenopacket else []
        column = self._check_vcf(genome) if self.has_vcf else None
        proband, family = self._check_family(column)
        genes = self._check_genes(symbols)
        if sample.regions and genome:
            build = parsed.genome.build
            self.faults += bed.faults(self._of_regions, sample.regions, genome, build)
        words = tuple(self.warnings), tuple(self.incomplete)
        self.resolved = Resolved(sample.name, column, proband, family, genes, *words)

    def _fault(self, column: str, what: str, remedy: str = "") -> None:
        self.faults.append(self.sample.fault(column, what, remedy))

    def _of_regions(self, what: str, remedy: str) -> InputProblem:
        return self.sample.fault("regions", f"{self.sample.regions}: {what}", remedy)

    def _check_vcf(self, genome: Genome | None) -> str | None:
        path = self.sample.vcf
        try:
            header = vcf_header.vcf_header(path)
            vcf_records.check(path, header, _bytes_to_check(path))
            foreign = reference_build.foreign(header, path, genome, self.parsed) if genome else None
        except BrokenFileError as error:
            self._fault("vcf", f"{path}: {error}", "correct it, or copy or create it again")
            return None
        if not header.has_records:
            self._fault("vcf", f"{path}: holds no variant", "was the right file given?")
        elif foreign:
            self._fault("vcf", f"{path}: {foreign[0]}", foreign[1])
        for name in self.parsed.filter.frequency.info_fields:
            if name not in header.info:
                what = f"{path}: INFO field {name} of filter.frequency.info_fields is not declared"
                self._fault("vcf", what, f"it has {listed(sorted(header.info), 12)}")
        column = self._column(header)
        self.incomplete += completeness.genotypes(header.samples)
        return column

    def _column(self, header: VcfHeader) -> str | None:
        try:
            return choose_column(self.sample, header)
        except InputError as error:
            self.faults += error.faults
            return None

    def _check_family(self, column: str | None) -> tuple[str | None, str]:
        family = pedigree_of(self.sample)
        if family is None:
            return None, "no family known"
        proband = proband_in(self.sample, column, family)
        if proband is None and column is None and (self.faults or not self.has_vcf):
            return None, "no family known"  # the VCF has no name of the patient
        if proband is None:
            names = dict.fromkeys(filter(None, [column or self.sample.vcf_sample, self.sample.name]))
            what = f"{family.path}: has no individual called {' or '.join(names)}"
            self._fault(
                "ped" if self.sample.ped else "phenopacket", what, f"it has {listed(family.individuals)}"
            )
            return None, "no family known"
        self._check_sex(family.sex(proband))
        self.warnings += family.notices
        return proband, family.summary(proband)

    def _check_sex(self, given: str) -> None:
        """The sex of the PED file against that of the phenopacket."""
        stated = phenopacket.read(self.sample.phenopacket).sex if self.sample.phenopacket else "unknown"
        if "unknown" not in (given, stated) and given != stated:
            what = f"{self.sample.phenopacket}: subject.sex is {stated}, but the pedigree has {given}"
            self._fault("phenopacket", what, "correct the one that is wrong")

    def _check_genes(self, symbols: frozenset[str] | None) -> tuple[str, ...] | None:
        try:
            profile = profile_of(self.sample, self.parsed)
            self.warnings += profile.notices
            self.incomplete += profile.set_aside
            candidates = hpo.genes_of(self.sample, profile, self.parsed.phenotype)
        except hpo.TermError as error:
            for what, remedy in error.problems:
                self._fault("hpo" if self.sample.hpo else "phenopacket", what, remedy)
            candidates = {gene: [] for gene in hpo.named_genes(self.sample, self.parsed.phenotype)}
        if candidates is None or symbols is None:
            return None
        self.faults += _unknown_genes(self.sample, symbols)
        self.warnings += _panel_warning(self.sample, symbols)
        known = tuple(gene for gene in candidates if gene in symbols)
        self.incomplete += completeness.genes(len(candidates), sorted({*candidates} - {*known}))
        if candidates and not known and not self.faults:
            what = f"none of the {len(candidates)} candidate genes is in {self.parsed.genome.annotation}"
            self._fault("hpo", what, "give terms with known genes, or genes, or neither to analyse all genes")
        return known


@dataclass(frozen=True)
class Checked:
    """Samples checked against the reference, which is None where it cannot be opened.

    ``faults``: of reference and annotation; those of a sample are with it.
    """

    genome: Genome | None
    samples: Sequence[SampleCheck]
    faults: Sequence[InputProblem]


NO_COLUMNS: Mapping[str, Collection[str]] = {}


def check(
    parsed: Settings,
    samples: Sequence[Sample],
    skipped: Collection[Key] = (),
    columns: Mapping[str, Collection[str]] = NO_COLUMNS,
) -> Checked:
    """Open reference, annotation and the files of samples; creates the reference's index if it is missing.

    What is at fault already is not read: keys of the configuration, and columns of the sheet by sample.
    """
    parsed, faults = _usable(parsed, skipped), list[InputProblem]()
    genome = genome_files.open_genome(parsed, faults) if ("genome", "fasta") not in skipped else None
    named = ("genome", "annotation") not in skipped
    symbols = genome_files.gene_symbols(parsed, genome, faults) if genome and named else None
    cases = [SampleCheck(one, parsed, genome, symbols, columns.get(one.name, ())) for one in samples]
    return Checked(genome, cases, faults)


def _usable(parsed: Settings, skipped: Collection[Key]) -> Settings:
    """The settings without the tables of ontology and MANE that are at fault."""
    phenotype, genome = parsed.phenotype, parsed.genome
    if ("phenotype", "obo") in skipped:
        phenotype = phenotype.changed(obo=None)
    if ("genome", "mane") in skipped:
        genome = genome.changed(mane=None)
    return parsed.changed(phenotype=phenotype, genome=genome)


def _without(sample: Sample, columns: Collection[str]) -> Sample:
    """The sample without the files of some columns of the sheet, the VCF aside."""
    names = {"genes_file" if column == "genes" else column for column in columns} - {"vcf", "sample"}
    absent: dict[str, Any] = dict.fromkeys(names)
    return replace(sample, **absent)


def _unknown_genes(sample: Sample, symbols: Collection[str]) -> Iterator[InputProblem]:
    """Genes given by name that the annotation does not have; in a gene file, at their line."""
    if sample.genes_file:
        lines = hpo.read_gene_file(sample.genes_file)
        given = [(str(sample.genes_file), line, symbol) for line, symbol in lines]
    else:
        given = [(sample.sheet, sample.line, symbol) for symbol in sample.genes]
    for file, line, symbol in given:
        if symbol not in symbols:
            near = closest(symbol, symbols)
            remedy = f"did you mean {near}?" if near else "use the symbol of the annotation"
            yield InputProblem(
                file, line, f"sample {sample.name}: the annotation has no gene {symbol}", remedy
            )


def _panel_warning(sample: Sample, symbols: Collection[str]) -> Iterator[str]:
    """Genes of a panel that the annotation does not have, perhaps under another symbol."""
    panel = panels.read(sample.panel) if sample.panel else {}
    strangers = [symbol for symbol in panel if symbol not in symbols]
    if strangers:
        yield f"{sample.panel}: {len(strangers)} of {len(panel)} genes are not in the annotation: {listed(strangers)}"
