"""Rules by which an allele is not scored by a model, and those that leave it out of one analysis.

The stages that place and score windows import them from here, so that they do not depend on the code of the filters.
"""

from __future__ import annotations

from landfall.variants.filters.rule import HAPLOTYPES, NOT_SCORED, REGULATION, SCORE, SCORED, Rule, Tiers

OF_THE_MODEL: Tiers = (("models", "settings.models"), ("annotation", "reference"))

OUTSIDE_TRANSCRIPTS = Rule(
    "outside_transcripts",
    SCORE,
    NOT_SCORED,
    SCORED,
    "outside the transcripts of candidate genes, which splice models score",
    also=(HAPLOTYPES,),
    detail="no transcript of a candidate gene contains it",
    remedy="no setting: splice models score alleles in transcripts of candidate genes; name the gene that contains it, "
    "if there is one",
    depends_on=(("annotation", "phenotype", "settings.phenotype"), ("models",)),
)
LONGER_THAN_WINDOW = Rule(
    "longer_than_window",
    SCORE,
    NOT_SCORED,
    SCORED,
    "allele longer than the model's window",
    also=(REGULATION, HAPLOTYPES),
    setting="models.distance",
    detail="an allele of {observed:,} bases, {threshold:,} at most",
    depends_on=OF_THE_MODEL,
)
UNKNOWN_SEQUENCE = Rule(
    "unknown_sequence",
    SCORE,
    NOT_SCORED,
    SCORED,
    "too large a fraction of N in its window",
    also=(REGULATION,),
    setting="models.max_unknown_fraction",
    detail="{observed:.0%} of its window is unknown (N or beyond the contig), {threshold:.0%} at most",
    remedy="predictions from mostly N are not informative",
    depends_on=OF_THE_MODEL,
)
EXON_TOO_LONG = Rule(
    "exon_too_long",
    SCORE,
    NOT_SCORED,
    SCORED,
    "an exon that it overlaps is longer than the model's input",
    remedy="no setting: the model reads whole exons up to a maximum length; models of splice sites score the allele",
    depends_on=OF_THE_MODEL,
)
NOT_FINITE = Rule(
    "not_finite",
    SCORE,
    NOT_SCORED,
    SCORED,
    "the model returned NaN or infinity",
    also=(REGULATION,),
    detail="the network returned NaN or infinity",
    remedy="no setting: this is an error of the model or the device; please report it",
    depends_on=(("models",), ("software",)),
)
SCORING = (OUTSIDE_TRANSCRIPTS, LONGER_THAN_WINDOW, UNKNOWN_SEQUENCE, EXON_TOO_LONG, NOT_FINITE)


def _unread(name: str, stage: str, meaning: str, detail: str, remedy: str, setting: str = "") -> Rule:
    """A rule of an analysis that is not part of the ledger."""
    return Rule(name, stage, NOT_SCORED, "", meaning, setting=setting, detail=detail, remedy=remedy)


NO_GENE = _unread(
    "no_gene",
    REGULATION,
    "no gene start near enough for a window around it",
    "no gene start within {threshold:,} bases",
    "a window around the variant: regulation.models.centre",
)
OUTSIDE_WINDOW = _unread(
    "outside_window",
    REGULATION,
    "too far from the gene's start for a window around that",
    "{observed:,} bases from the gene's start, outside the network's output",
    "a window around the variant: regulation.models.centre",
)
TOO_MANY = _unread(
    "too_many",
    REGULATION,
    "further from a gene start than the variants that are scored",
    "{threshold:,} variants nearer to a gene start are scored (regulation.max_variants)",
    "a higher regulation.max_variants",
    "regulation.max_variants",
)
POOR_CALL = _unread(
    "poor_call",
    HAPLOTYPES,
    "neighbour that fails a call quality filter",
    "dropped by the filter {rule}",
    "the remedy of that filter",
)
OVERLAPS = _unread(
    "overlaps",
    HAPLOTYPES,
    "neighbour that overlaps the candidate",
    "it overlaps the candidate; no haplotype can carry both",
    "no setting: no haplotype can carry both",
)
UNPHASED = _unread(
    "unphased",
    HAPLOTYPES,
    "neighbour of unknown phase",
    "the genotypes {genotypes} do not determine the phase",
    "no setting: phased genotypes (PS) or the parents' calls determine it",
)
TRANS = _unread(
    "trans",
    HAPLOTYPES,
    "neighbour in trans",
    "in trans with the candidate",
    "no setting: the two are on different haplotypes",
)
OVERLAPS_NEIGHBOUR = _unread(
    "overlaps_neighbour",
    HAPLOTYPES,
    "neighbour that overlaps a nearer one",
    "it overlaps {nearer}, which is nearer",
    "no setting: the nearer one is included",
)
JOINT_ONLY = _unread(
    "joint_only",
    HAPLOTYPES,
    "included with all neighbours of the haplotype, not by itself",
    "part of the row of all neighbours; the {threshold} nearest have their own rows",
    "no setting: it is included in the row of all neighbours",
)
FURTHER = (
    *(NO_GENE, OUTSIDE_WINDOW, TOO_MANY),
    *(POOR_CALL, OVERLAPS, UNPHASED, TRANS, OVERLAPS_NEIGHBOUR, JOINT_ONLY),
)
