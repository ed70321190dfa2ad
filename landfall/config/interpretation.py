"""Sections of the interpretation of scored alleles: ranking, transcripts, ACMG/AMP criteria, in silico experiments,
RT-PCR, report.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from landfall.config.fields import (
    AsWritten,
    Distinct,
    FilePath,
    FromText,
    Maybe,
    Number,
    Pair,
    Section,
    Share,
    Switch,
    Whole,
    key,
)


class Prioritise(Section):
    """ranking of the candidates"""

    flag_delta: Share = key(
        "masked delta score from which a change of splicing counts for a finding, SpliceAI's recommended cut-off",
        0.5,
    )
    splice_prior: Number = key(
        "share of the candidates that affect splicing, before any score. `splice_probability` is that of a set in "
        "which half do, as in the measured variants of its fit; ranking and findings take it at this share "
        "(`effect_splicing`), as most of a patient's rare variants leave splicing unchanged",
        0.2,
        gt=0,
        lt=1,
    )
    missense_scores: Maybe[Annotated[Path, FilePath("missense")]] = key(
        "scores of a missense predictor, compressed with bgzip and indexed with tabix: a table with the columns "
        "`#CHROM`, `POS`, `REF`, `ALT` and `missense_field`, as AlphaMissense is distributed, or a VCF with the score "
        "in INFO or in a field of VEP's `CSQ`; without it missense changes count by their amino acids",
        None,
    )
    missense_field: str = key("column or INFO field of the score in `missense_scores`", "am_pathogenicity")
    missense_predictor: Literal["AlphaMissense", "REVEL", "BayesDel", "VEST4"] = key(
        "predictor whose published intervals convert the score to a likelihood ratio", "AlphaMissense"
    )


class Consequences(Section):
    """prediction of transcripts from scores"""

    min_delta: Share = key("smallest delta score of a called event, as ClinGen recommends for SpliceAI", 0.2)
    min_pseudoexon_delta: Share = key(
        "smallest delta score of the stronger splice site of a pseudoexon; deep in an intron a smaller change has an "
        "effect than at an exon (`docs/science.md`)",
        0.1,
    )
    min_partner_delta: Share = key("smallest delta score of the second splice site of a pseudoexon", 0.02)
    call_probability: Share = key(
        "calibrated probability that splicing is affected from which the likeliest outcome is called even if its "
        "sites change less",
        0.5,
    )
    pseudoexon_size: Pair[Annotated[int, Field(ge=1), FromText]] = key(
        "smallest and largest pseudoexon, in bases", (25, 500)
    )
    last_junction_nt: Whole = key(
        "a premature stop at most this many bases before the last exon junction, or after it, escapes "
        "nonsense-mediated decay",
        50,
        ge=0,
    )
    start_proximal_nt: Whole = key(
        "a premature stop within this many bases of the start codon escapes it; 0 disables the rule",
        100,
        ge=0,
    )
    long_exon_nt: Whole = key(
        "a premature stop in an exon longer than this escapes it; 0 disables the rule", 400, ge=0
    )
    single_exon_escapes: Switch = key(
        "whether a premature stop in an mRNA without a junction escapes it", True
    )


@dataclass(frozen=True)
class FrequencyLimits:
    """Population frequencies (0 to 1) from which BA1 and BS1 hold, and below which PM2 does; ``source`` in words."""

    ba1_min_frequency: float
    bs1_min_frequency: float
    pm2_max_frequency: float
    source: str


class PanelLimits(Section):
    """frequency limits of one gene, those of an expert panel"""

    gene: str = key("gene symbol of the annotation", min_length=1, affects="results")
    source: str = key(
        "source of the limits, cited in the reasons",
        "the setting for this gene",
        min_length=1,
        affects="results",
    )
    ba1_min_frequency: Maybe[Share] = key(
        "BA1 for this gene; null for the general one", None, affects="results"
    )
    bs1_min_frequency: Maybe[Share] = key(
        "BS1 for this gene; null for the general one", None, affects="results"
    )
    pm2_max_frequency: Maybe[Share] = key(
        "PM2 for this gene; null for the general one", None, affects="results"
    )


class Evidence(Section):
    """draft ACMG/AMP criteria, for expert review"""

    top: Whole = key(
        "leading candidates that are assessed beside the findings and all with the evidence splicing; for those "
        "with a called outcome primers are designed too",
        10,
        ge=0,
        affects="results",
    )
    pp3_min_delta: Share = key(
        "smallest masked delta score for PP3, as ClinGen's splicing subgroup recommends (Walker et al. 2023)",
        0.2,
        affects="results",
    )
    bp4_max_delta: Share = key(
        "largest raw delta score for BP4, from the same source", 0.1, affects="results"
    )
    pp3_min_delta_deep: Share = key(
        "as pp3_min_delta, more than 50 bases from every exon, where a smaller score separates changes with an "
        "effect measured on RNA from those without (`docs/science.md`)",
        0.1,
        affects="results",
    )
    bp4_max_delta_deep: Share = key(
        "as bp4_max_delta, more than 50 bases from every exon", 0.02, affects="results"
    )
    ba1_min_frequency: Share = key(
        "population frequency from which an allele is benign stand-alone (BA1)", 0.05, affects="results"
    )
    bs1_min_frequency: Share = key(
        "population frequency from which an allele is too common for the disease (BS1)",
        0.015,
        affects="results",
    )
    pm2_max_frequency: Share = key(
        "population frequency below which an allele is rare (PM2); so is one that no source has",
        0.0001,
        affects="results",
    )
    pp4_max_share: Share = key(
        "largest fraction of annotated genes that match the patient's terms as well for PP4, and for the highest "
        "points of PS2 and PM6; a convention: of 5,000 annotated genes the best 10",
        0.002,
        affects="results",
    )
    pp4_min_terms: Whole = key(
        "fewest HPO terms annotated to the gene for the same", 3, ge=1, affects="results"
    )
    genes: tuple[PanelLimits, ...] = key(
        "genes with their own limits, those of an expert panel", (), affects="results"
    )
    clinvar: Maybe[Annotated[Path, FilePath("vcf")]] = key(
        "VCF of classified alleles with `CLNSIG`, such as ClinVar's, for known pathogenic alleles (with "
        "`CLNREVSTAT`, `CLNSIGCONF` and the date of `##fileDate`) and PS1; index a large one with tabix",
        None,
    )

    def delta_cutoffs(self, deep: bool) -> tuple[float, float]:
        """The smallest delta score for PP3 and the largest for BP4; deep: more than 50 bases from every exon."""
        if deep:
            return self.pp3_min_delta_deep, self.bp4_max_delta_deep
        return self.pp3_min_delta, self.bp4_max_delta

    def limits_of(self, gene: str) -> FrequencyLimits:
        """The frequency limits of a gene: those of its panel, and the general ones where it has none."""
        names = ("ba1_min_frequency", "bs1_min_frequency", "pm2_max_frequency")
        general = {name: getattr(self, name) for name in names}
        panel = next((panel for panel in self.genes if panel.gene == gene), None)
        own = {name: value for name in names if (value := getattr(panel, name, None)) is not None}
        return FrequencyLimits(**{**general, **own}, source=panel.source if panel else "the setting")


class Assay(Section):
    """RT-PCR primers"""

    product_size: Pair[Annotated[int, Field(ge=40), FromText]] = key(
        "shortest and longest amplicon, in bases; both bands of a pair must fit, or the longer is reported "
        "as too long",
        (80, 600),
        affects="results",
    )
    melting_temperature: Pair[Annotated[float, Field(ge=30, le=90), AsWritten]] = key(
        "lowest and highest melting temperature of a primer, in degrees Celsius", (57, 63), affects="results"
    )
    gc_percent: Pair[Annotated[float, Field(ge=0, le=100), AsWritten]] = key(
        "lowest and highest GC content of a primer, in percent", (40, 60), affects="results"
    )
    avoid_frequency: Share = key(
        "primers avoid alleles of `filter.frequency.population_vcf` of at least this frequency, and all of "
        "the patient's",
        0.001,
        affects="results",
    )


class Antisense(Section):
    """N-masking of windows of the size of antisense oligonucleotides, one by one"""

    length: Whole = key(
        "length of a masked window in bases, that of an antisense oligonucleotide",
        20,
        ge=5,
        le=50,
        affects="results",
        formerly=("closer.masked_length",),
    )
    step: Whole = key(
        "bases from one masked window to the next",
        3,
        ge=1,
        affects="results",
        formerly=("closer.masked_step",),
    )
    flank: Whole = key(
        "bases around the variant, the outcome's sites and a pseudoexon in which windows are masked",
        40,
        ge=0,
        le=500,
        affects="results",
        formerly=("closer.masked_flank",),
    )


class Interpretation(Section):
    """in silico experiments on the leading candidates, on the copy of the chromosome that carries them"""

    top: Whole = key(
        "number of first candidates that are interpreted whether their predicted splicing counts for a finding or not, "
        "`max_candidates` at most",
        1,
        ge=0,
        affects="results",
    )
    max_candidates: Whole = key(
        "most candidates interpreted, those with the evidence splicing included; the others are listed as not "
        "examined; `0` for none",
        10,
        ge=0,
        affects="results",
    )
    flank: Whole = key(
        "bases on either side of the variant and of the outcome's splice sites for in silico mutagenesis",
        20,
        ge=0,
        le=100,
        affects="results",
    )
    compare_reference: Switch = key(
        "whether in silico mutagenesis runs on the reference too, for comparison; takes twice the time",
        True,
        affects="results",
    )
    antisense: Antisense = Antisense()
    haplotype_flank: Whole = key(
        "bases on either side in which the patient's other alleles are added to the candidate's haplotype",
        5000,
        ge=0,
        le=5000,
        affects="results",
        formerly=("closer.neighbours_within",),
    )
    min_interaction: Share = key(
        "change of a site's probability beyond the sum of the single changes that counts as synergy",
        0.1,
        affects="results",
    )
    distances: Annotated[tuple[Annotated[int, Field(ge=0, le=4999), FromText], ...], Distinct] = key(
        "distances at which the scores are computed again", (50, 500, 4999), affects="results"
    )


class Report(Section):
    """the HTML report"""

    max_candidates: Whole = key(
        "rows of the table of candidates; `prioritised.tsv` holds all", 500, ge=1, affects="results"
    )
    max_cases: Whole = key("candidates shown in full, with their figures", 10, ge=0, affects="results")
    links: bool = key(
        "links from each candidate to gnomAD, ClinVar, SpliceAI-lookup, DECIPHER, UCSC, Ensembl, OMIM, GTEx, PanelApp "
        "and RefSeq; the report itself requests nothing, and a link that is opened sends the allele, position, gene "
        "or transcript",
        False,
        affects="results",
    )
