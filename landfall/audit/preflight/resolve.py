"""The values of a sample resolved from its files: VCF column, name in the pedigree, features, genes."""

from __future__ import annotations

from dataclasses import dataclass

from landfall.config.sample_sheet import Sample
from landfall.config.sections import Settings
from landfall.io.errors import InputError, listed
from landfall.io.files import BrokenFileError
from landfall.patient.inheritance import pedigree
from landfall.patient.inheritance.pedigree import Individual, Pedigree
from landfall.patient.phenotype import hpo, phenopacket, tissues
from landfall.patient.phenotype.hpo import Profile
from landfall.variants import vcf_header
from landfall.variants.vcf_header import VcfHeader


def vcf_column(sample: Sample) -> str | None:
    """The patient's column in the VCF; None for a VCF without genotypes. Raises InputError."""
    try:
        return choose_column(sample, vcf_header.vcf_header(sample.vcf))
    except BrokenFileError as error:
        raise InputError([sample.fault("vcf", f"{sample.vcf}: {error}")]) from error


def choose_column(sample: Sample, header: VcfHeader) -> str | None:
    """The column of the given name, else of the sample's name, else the only one. Raises InputError."""
    names = header.samples
    wanted = sample.vcf_sample or sample.name
    if wanted in names:
        return wanted
    if sample.vcf_sample is None and len(names) <= 1:
        return names[0] if names else None
    what = f"{sample.vcf}: has no sample named {wanted}"
    remedy = f"it has {listed(names, 12)}" + (
        "" if sample.vcf_sample else "; name the patient's in vcf_sample"
    )
    raise InputError([sample.fault("vcf_sample" if sample.vcf_sample else "vcf", what, remedy)])


def proband_in(sample: Sample, column: str | None, family: Pedigree) -> str | None:
    """The patient's name in the pedigree: that of the VCF, of the sheet or of the phenopacket; None if none of them."""
    return next((name for name in (column, *_names(sample)) if name in family.individuals), None)


def _names(sample: Sample) -> list[str]:
    """The patient's names in the sheet and in the phenopacket."""
    subject = phenopacket.read(sample.phenopacket).subject if sample.phenopacket else None
    return [name for name in (sample.vcf_sample, sample.name, subject) if name]


def pedigree_of(sample: Sample) -> Pedigree | None:
    """The family of the PED file, else of the phenopacket, else the patient alone with their sex. Raises InputError."""
    if sample.ped:
        return pedigree.read_ped(sample.ped, _names(sample))
    if not sample.phenopacket:
        return None
    packet = phenopacket.read(sample.phenopacket)
    alone = Individual(sample.name, sample.name, None, None, packet.sex, True, 1)
    return packet.pedigree or Pedigree(str(sample.phenopacket), {sample.name: alone})


def profile_of(sample: Sample, parsed: Settings) -> Profile:
    """The features of the sheet and of the phenopacket. Raises TermError, and InputError for a file."""
    if not sample.phenopacket:
        return hpo.profile(sample.hpo, (), parsed.phenotype.obo)
    packet = phenopacket.read(sample.phenopacket)
    return hpo.profile([*sample.hpo, *packet.present], packet.excluded, parsed.phenotype.obo)


def tissue_groups(sample: Sample, parsed: Settings) -> list[str]:
    """The groups of tissues to show: those configured, else those of the patient's terms."""
    return list(parsed.regulation.tissues) or tissues.of_phenotype(profile_of(sample, parsed).terms)


@dataclass(frozen=True)
class Resolved:
    """The values of a sample resolved by the deep check.

    ``vcf_sample`` is its column in the VCF, None for a VCF without genotypes; ``proband`` its name in the PED
    file, None without one; ``genes`` the candidate genes that the annotation has, None for all genes; ``warnings``
    name what was replaced or left out; ``incomplete`` what the input lacks, in sentences.
    """

    sample: str
    vcf_sample: str | None
    proband: str | None
    family: str
    genes: tuple[str, ...] | None
    warnings: tuple[str, ...]
    incomplete: tuple[str, ...] = ()
