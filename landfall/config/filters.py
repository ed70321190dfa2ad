"""Settings of the variant filters."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from landfall.config.fields import Distinct, FilePath, Maybe, Number, Pair, Section, Share, Whole, key


class ModeLimits(Section):
    """highest population frequency under each mode of inheritance; the highest limit of those that a call fits applies

    ``modes["autosomal_dominant"]`` is the limit of a mode by name.
    """

    autosomal_dominant: Share = key("highest frequency of an allele that causes disease on one copy", 0.001)
    autosomal_recessive: Share = key(
        "highest frequency of an allele that causes disease when homozygous", 0.001
    )
    autosomal_recessive_comp_het: Share = key(
        "highest frequency of an allele that causes disease with another allele in trans",
        0.02,
        formerly=("filter.frequency.modes.autosomal_recessive_compound",),
    )
    x_linked_dominant: Share = key("the same on the X chromosome, on one of two copies", 0.001)
    x_linked_recessive: Share = key("the same on the X chromosome, when hemizygous or homozygous", 0.001)
    x_linked_recessive_comp_het: Share = key(
        "the same on the X chromosome, with another allele in trans",
        0.02,
        formerly=("filter.frequency.modes.x_linked_recessive_compound",),
    )
    y_linked: Share = key("the same on the Y chromosome", 0.001)
    mitochondrial: Share = key("the same on the mitochondrion", 0.002)

    def __getitem__(self, mode: str) -> float:
        limit: float = getattr(self, mode)
        return limit


class Frequency(Section):
    """limits of population frequency"""

    max_af: Share = key(
        "highest population frequency that passes under any mode of inheritance; an allele that no source has "
        "passes",
        0.02,
        formerly=("filter.frequency.maximum",),
    )
    modes: ModeLimits = ModeLimits()
    info_fields: Annotated[tuple[str, ...], Distinct] = key(
        "INFO fields of the patient's VCF that hold population frequencies; the highest is taken", ()
    )
    population_vcf: Maybe[Annotated[Path, FilePath("vcf")]] = key(
        "VCF of known alleles with their frequencies, such as gnomAD's sites; index a large one with tabix",
        None,
        formerly=("filter.frequency.sites",),
    )
    population_fields: Annotated[tuple[str, ...], Distinct] = key(
        "INFO fields of the sites VCF; the first its header declares is read. Empty: gnomAD's names of "
        "versions 2, 3 and 4, founder groups left out",
        (),
        formerly=("filter.frequency.sites_fields",),
    )
    population_coverage_bed: Maybe[Annotated[Path, FilePath("bed")]] = key(
        'BED file of the regions that the sites VCF covers; elsewhere an unknown allele is "not covered" instead of '
        '"absent". `null`: every contig of the VCF',
        None,
        formerly=("filter.frequency.covered",),
    )
    cohort_vcf: Maybe[Annotated[Path, FilePath("vcf")]] = key(
        "VCF of the alleles of the laboratory's own cohort with their frequencies",
        None,
        formerly=("filter.frequency.cohort",),
    )
    cohort_fields: Annotated[tuple[str, ...], Distinct] = key(
        "INFO fields of the cohort's VCF; the first its header declares is read", ("AF",), min_length=1
    )
    cohort_max_af: Share = key(
        "highest frequency in the cohort that passes", 0.05, formerly=("filter.frequency.cohort_maximum",)
    )

    @property
    def has_sources(self) -> bool:
        """Whether any source of population frequencies is configured."""
        return bool(self.population_vcf or self.info_fields)


class PrecomputedScores(Section):
    """precomputed delta scores by which an allele is exempt from the filter on frequency"""

    vcf: Maybe[Annotated[Path, FilePath("vcf")]] = key(
        "VCF of delta scores in INFO/SpliceAI, with its index beside it: Illumina's precomputed files, or the "
        "output of `landfall splice` (sorted, indexed by tabix). A high score exempts an allele from "
        "`filter.frequency`",
        None,
        formerly=("filter.scores",),
    )
    min_delta: Share = key(
        "smallest delta score of `filter.precomputed_scores.vcf` that exempts an allele",
        0.5,
        formerly=("filter.score_min_delta",),
    )
    max_af: Share = key(
        "highest frequency at which a delta score of `filter.precomputed_scores.vcf` exempts an allele",
        0.05,
        formerly=("filter.score_maximum",),
    )


class Filter(Section):
    """variant filters: which alleles are scored by the models"""

    pass_filters: tuple[str, ...] = key("values of the FILTER column that pass", ("PASS", "."), min_length=1)
    min_depth: Whole = key(
        "smallest read depth (DP, else the sum of AD); a call without a depth passes", 10, ge=0
    )
    min_genotype_quality: Number = key("smallest genotype quality (GQ); a call without one passes", 20, ge=0)
    het_allele_balance: Pair[Share] = key(
        "lowest and highest allele balance of a heterozygous call of two copies; not applied on "
        "mitochondria, nor to a balance near 1 on X and Y",
        (0.15, 0.85),
        formerly=("filter.heterozygous_balance",),
    )
    gene_flank: Whole = key("bases beyond a candidate gene's transcripts in which alleles are kept", 0, ge=0)
    exclude: Annotated[tuple[Annotated[Path, FilePath("bed")], ...], Distinct] = key(
        "BED files of regions in which no allele is kept, such as regions of low mappability", ()
    )
    blacklist: Maybe[Annotated[Path, FilePath("vcf")]] = key(
        "VCF of alleles that are never kept, such as artefacts of the laboratory", None
    )
    known_pathogenic_max_af: Share = key(
        "highest frequency at which an allele that is (likely) pathogenic in `evidence.clinvar` is kept, "
        "in any region; only `blacklist` drops it",
        0.05,
        formerly=("filter.pathogenic_maximum",),
    )
    precomputed_scores: PrecomputedScores = PrecomputedScores()
    frequency: Frequency = Frequency()
