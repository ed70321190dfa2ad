"""The deep checks: every file opened and checked against the reference. ``landfall.audit.preflight.quick`` calls
them."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from pathlib import Path

import pysam

from landfall.audit.preflight import bed, leftovers, reference_build, vcf_records
from landfall.audit.preflight.configured_files import of_kind
from landfall.audit.preflight.resolve import Resolved, choose_column, pedigree_of, proband_in, profile_of
from landfall.config.fields import Key
from landfall.config.sample_sheet import Sample
from landfall.config.sections import Settings
from landfall.genome.annotation.reader import AnnotationError, read_gtf
from landfall.genome.sequence import Genome
from landfall.io import files
from landfall.io.errors import InputError, InputProblem, closest, listed
from landfall.io.files import BrokenFileError
from landfall.models.info import WeightsError
from landfall.models.registry import splice_model
from landfall.models.splice import maxentscan
from landfall.models.tracks import e_values
from landfall.models.weights.integrity import check_weights
from landfall.patient.phenotype import hpo, panels, phenopacket
from landfall.regulation import availability
from landfall.variants import vcf_header
from landfall.variants.known_sites import has_index
from landfall.variants.population_frequency import NAMES, declared_as
from landfall.variants.precomputed_scores import FIELD
from landfall.variants.vcf_header import VcfHeader

log = logging.getLogger(__name__)


READ_THROUGH_BYTES = 64 << 20
"""Plain gzip has no end-of-file marker; files up to this size are read to their end instead."""

CHROMOSOME_LENGTHS = {
    "GRCh38": {"chr1": 248956422, "chr2": 242193529, "chr21": 46709983, "chr22": 50818468, "chrX": 156040895},
    "GRCh37": {"chr1": 249250621, "chr2": 243199373, "chr21": 48129895, "chr22": 51304566, "chrX": 155270560},
}


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


def known_faults(parsed: Settings, genome: Genome | None) -> Iterator[InputProblem]:
    """Faults of the files of known alleles: frequencies and classified alleles."""
    frequency, clinvar = parsed.filter.frequency, parsed.evidence.clinvar
    key: Key = ("filter", "frequency")
    if frequency.population_vcf:
        remedy, wanted = (
            "name its field in filter.frequency.population_fields",
            frequency.population_fields or NAMES,
        )
        yield from sites_faults(
            parsed, (*key, "population_vcf"), frequency.population_vcf, wanted, remedy, genome
        )
    if frequency.cohort_vcf:
        remedy, wanted = "name its field in filter.frequency.cohort_fields", frequency.cohort_fields
        yield from sites_faults(parsed, (*key, "cohort_vcf"), frequency.cohort_vcf, wanted, remedy, genome)
    if parsed.filter.blacklist:
        yield from sites_faults(parsed, ("filter", "blacklist"), parsed.filter.blacklist, (), "", genome)
    if scores := parsed.filter.precomputed_scores.vcf:
        remedy = "give Illumina's precomputed scores, or what landfall splice writes"
        yield from sites_faults(
            parsed, ("filter", "precomputed_scores", "vcf"), scores, (FIELD,), remedy, genome
        )
        if not has_index(scores):
            what, remedy = (
                "has no index, and this file is read by random access alone",
                f"run tabix -p vcf {scores}",
            )
            yield parsed.fault(("filter", "precomputed_scores", "vcf"), scores, what, remedy)
    if clinvar:
        remedy = "give a VCF with classifications, such as ClinVar's"
        yield from sites_faults(parsed, ("evidence", "clinvar"), clinvar, ("CLNSIG",), remedy, genome)
    if genome:
        for bed_key, path in of_kind(parsed, "bed"):
            yield from bed.faults(partial(parsed.fault, bed_key, path), path, genome, parsed.genome.build)


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
        foreign = _foreign(header, path, genome, parsed) if genome else None
    except BrokenFileError as error:
        yield parsed.fault(key, path, str(error))
        return
    if wanted and not any(declared_as(name, header.info) for name in wanted):
        what = f"declares none of {', '.join(wanted)}; it has {listed(sorted(header.info), 12)}"
        yield parsed.fault(key, path, what, remedy)
    if foreign:
        yield parsed.fault(key, path, *foreign)


def _foreign(header: VcfHeader, path: Path, genome: Genome, parsed: Settings) -> files.Problem | None:
    """Evidence that a VCF was not called on the reference. Raises BrokenFileError."""
    named = dict.fromkeys([*header.contigs, *(chrom for chrom, _, _ in reference_build.sites(path))])
    return (
        reference_build.foreign_accession(named, parsed.genome.build)
        or _contig_problem(header, path, genome)
        or reference_build.disagreement(path, genome, parsed.normalise.max_ref_mismatch_fraction)
    )


def _contig_problem(header: VcfHeader, path: Path, genome: Genome) -> files.Problem | None:
    """Contigs of a VCF that are not those of the reference, by name or by length. Raises BrokenFileError."""
    named = header.contigs or dict.fromkeys(_contigs_until_known(path, genome))
    common = {name: genome.aliases[name] for name in named if name in genome.aliases}
    if named and not common:
        return reference_build.strangers(named, genome), "give the reference that the VCF was called against"
    for name, here in common.items():
        length = named[name]
        if length not in (None, genome.lengths[here]) and genome.aliases.get("chrM") != here:
            what = f"{name} has {length} bases here and {genome.lengths[here]} in the reference"
            return what, "give the reference that the VCF was called against"
    return None


def _contigs_until_known(path: Path, genome: Genome) -> Iterator[str]:
    """The contigs of the records, for a VCF that declares none, up to the first that the reference has."""
    for contig in vcf_header.record_contigs(path):
        yield contig
        if contig in genome.aliases:
            return


def _bytes_to_check(path: Path) -> int:
    """Bytes of text of a patient's VCF to check: plain gzip, which has no end-of-file marker, to its end if it is
    small.
    """
    small_gzip = files.compression(path) == "gzip" and path.stat().st_size <= READ_THROUGH_BYTES
    return sys.maxsize if small_gzip else vcf_records.CLOSE_BYTES


class SampleCheck:
    """One sample checked against the reference: its faults, and the resolved values."""

    def __init__(
        self, sample: Sample, parsed: Settings, genome: Genome | None, symbols: frozenset[str] | None
    ) -> None:
        self.sample, self.parsed, self.faults = sample, parsed, list[InputProblem]()
        self.warnings = list(phenopacket.read(sample.phenopacket).notices) if sample.phenopacket else []
        column = self._check_vcf(genome)
        proband, family = self._check_family(column)
        genes = self._check_genes(symbols)
        if sample.previous and (wrong := leftovers.previous_problem(sample.previous)):
            remedy = "give the folder results/<sample> of a finished run of landfall"
            self._fault("previous", f"{sample.previous}: {wrong}", remedy)
        if sample.regions and genome:
            build = parsed.genome.build
            self.faults += bed.faults(self._of_regions, sample.regions, genome, build)
        self.resolved = Resolved(sample.name, column, proband, family, genes, tuple(self.warnings))

    def _fault(self, column: str, what: str, remedy: str = "") -> None:
        self.faults.append(self.sample.fault(column, what, remedy))

    def _of_regions(self, what: str, remedy: str) -> InputProblem:
        return self.sample.fault("regions", f"{self.sample.regions}: {what}", remedy)

    def _check_vcf(self, genome: Genome | None) -> str | None:
        path = self.sample.vcf
        try:
            header = vcf_header.vcf_header(path)
            vcf_records.check(path, header, _bytes_to_check(path))
            foreign = _foreign(header, path, genome, self.parsed) if genome else None
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
        return self._column(header)

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
        if proband is None and column is None and self.faults:
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
        if candidates and not known and not self.faults:
            what = f"none of the {len(candidates)} candidate genes is in {self.parsed.genome.annotation}"
            self._fault("hpo", what, "give terms with known genes, or genes, or neither to analyse all genes")
        return known


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
