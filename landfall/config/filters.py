"""Which alleles go on to the models."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from landfall.config.fields import Distinct, FilePath, Maybe, Number, Pair, Section, Share, Whole, key


class ModeLimits(Section):
    """highest population frequency under each mode of inheritance; the laxest that a call can fit holds

    ``modes["autosomal_dominant"]`` is the limit of a mode by name.
    """

    autosomal_dominant: Share = key("highest frequency of an allele that causes disease in one copy", 0.001)
    autosomal_recessive: Share = key(
        "highest frequency of an allele that causes disease in two equal copies", 0.001
    )
    autosomal_recessive_comp_het: Share = key(
        "highest frequency of an allele that causes disease with another one in trans",
        0.02,
        formerly=("filter.frequency.modes.autosomal_recessive_compound",),
    )
    x_linked_dominant: Share = key("the same on the X chromosome, in one of two copies", 0.001)
    x_linked_recessive: Share = key("the same on the X chromosome, where it is the only one", 0.001)
    x_linked_recessive_comp_het: Share = key(
        "the same on the X chromosome, with another one in trans",
        0.02,
        formerly=("filter.frequency.modes.x_linked_recessive_compound",),
    )
    y_linked: Share = key("the same on the Y chromosome", 0.001)
    mitochondrial: Share = key("the same on the mitochondrion", 0.002)

    def __getitem__(self, mode: str) -> float:
        limit: float = getattr(self, mode)
        return limit


class Frequency(Section):
    """how rare an allele must be"""

    max_af: Share = key(
        "highest population frequency that passes under any mode of inheritance; an allele no source knows "
        "passes",
        0.02,
        formerly=("filter.frequency.maximum",),
    )
    modes: ModeLimits = ModeLimits()
    info_fields: Annotated[tuple[str, ...], Distinct] = key(
        "INFO fields of the patient's VCF that hold population frequencies; the highest counts", ()
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
        'BED file of what the sites VCF covers; elsewhere an unknown allele is "not covered" instead of '
        '"absent". `null`: every contig it has',
        None,
        formerly=("filter.frequency.covered",),
    )
    cohort_vcf: Maybe[Annotated[Path, FilePath("vcf")]] = key(
        "VCF of the alleles of a cohort of one's own with their frequencies",
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
    def asked(self) -> bool:
        """Whether any source of population frequencies is configured."""
        return bool(self.population_vcf or self.info_fields)


class PrecomputedScores(Section):
    """delta scores computed before, by which an allele is exempt from the filter on frequency"""

    vcf: Maybe[Annotated[Path, FilePath("vcf")]] = key(
        "VCF of delta scores computed before, in INFO/SpliceAI, with its index beside it: Illumina's "
        "precomputed files, or what `landfall splice` writes (sort it and run tabix). A high one keeps an "
        "allele that `filter.frequency` drops",
        None,
        formerly=("filter.scores",),
    )
    min_delta: Share = key(
        "smallest delta score of `filter.precomputed_scores.vcf` that keeps an allele in spite of its frequency",
        0.5,
        formerly=("filter.score_min_delta",),
    )
    max_af: Share = key(
        "highest frequency at which a delta score of `filter.precomputed_scores.vcf` keeps an allele",
        0.05,
        formerly=("filter.score_maximum",),
    )


class Filter(Section):
    """which alleles go on to the models"""

    pass_filters: tuple[str, ...] = key("values of the FILTER column that pass", ("PASS", "."), min_length=1)
    min_depth: Whole = key(
        "smallest read depth (DP, else the sum of AD); a call without a depth passes", 10, ge=0
    )
    min_genotype_quality: Number = key("smallest genotype quality (GQ); a call without one passes", 20, ge=0)
    het_allele_balance: Pair[Share] = key(
        "lowest and highest share of reads with the allele in a heterozygous call of two copies; not "
        "applied to mitochondria, nor to nearly all reads on X and Y",
        (0.15, 0.85),
        formerly=("filter.heterozygous_balance",),
    )
    gene_flank: Whole = key("bases beyond a candidate gene's transcripts in which alleles are kept", 0, ge=0)
    exclude: Annotated[tuple[Annotated[Path, FilePath("bed")], ...], Distinct] = key(
        "BED files of regions in which no allele is kept, such as those that cannot be sequenced well", ()
    )
    blacklist: Maybe[Annotated[Path, FilePath("vcf")]] = key(
        "VCF of alleles that are never kept, such as artefacts of the laboratory", None
    )
    known_pathogenic_max_af: Share = key(
        "highest frequency at which an allele that `evidence.clinvar` calls (likely) pathogenic is kept, "
        "wherever it lies; only `blacklist` drops it then",
        0.05,
        formerly=("filter.pathogenic_maximum",),
    )
    precomputed_scores: PrecomputedScores = PrecomputedScores()
    frequency: Frequency = Frequency()
