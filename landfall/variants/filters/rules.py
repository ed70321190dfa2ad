"""Every way in which an allele can end, declared once: its meaning, what would keep the allele, what it rests on.

The report's tables and its funnel, ``landfall why``, a reanalysis and the tests read it here. Details with the numbers
of one allele are the ledger's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Tiers = tuple[tuple[str, ...], ...]
"""Causes, the likeliest first: those of the first tier that has a difference are named. ``settings.x`` stands for the
settings below ``x``."""

READ, CALLED, PLACED, RARE, OTHER, SCORED = (
    "alleles with a readable sequence",
    "called with confidence",
    "in or near the candidate genes",
    "rare in the population",
    "kept by the other filters",
    "scored by the models",
)
STEPS = (READ, CALLED, PLACED, RARE, OTHER, SCORED)
"""The steps of the funnel, in their order: what is left after each."""
OF_THE_INPUT: Tiers = (("vcf", "reference", "settings.normalise"),)
OF_THE_CALL: Tiers = (("vcf", "settings.filter"),)
OF_REGIONS: Tiers = (("regions", "settings.filter"),)


@dataclass(frozen=True)
class Rule:
    """One way in which an allele ends.

    ``stage`` as in the ledger (``score`` stands for windows too), ``step`` of the funnel. ``remedy``: what to do where
    no setting keeps the allele; empty where ``remedies`` finds the setting. ``rests_on``: causes of a change between
    two results by this rule.
    """

    name: str
    stage: str
    step: str
    meaning: str
    remedy: str = ""
    rests_on: Tiers = ()


def _read(name: str, meaning: str, remedy: str) -> Rule:
    return Rule(name, "normalise", READ, meaning, remedy, OF_THE_INPUT)


def _called(name: str, meaning: str, remedy: str = "") -> Rule:
    return Rule(name, "filter", CALLED, meaning, remedy, OF_THE_CALL)


RULES = (
    _read(
        "no_alternate",
        "the record has no alternate allele",
        "no setting: the record says that the patient has the reference here",
    ),
    _read(
        "reference_block",
        "block of reference sequence (gVCF)",
        "no setting: a gVCF's block without a variant",
    ),
    _read(
        "symbolic",
        "symbolic allele such as <DEL>: a structural variant without its sequence",
        "no setting: without its sequence no model can read it; call it with the alleles spelt out",
    ),
    _read("breakend", "breakend of a structural variant", "no setting: rearrangements are not judged"),
    _read(
        "spanning_deletion",
        "'*': the base is deleted by another record",
        "no setting: the deletion itself stands in a record before and is judged there",
    ),
    _read(
        "too_many_alleles",
        "record of more alternate alleles than are read",
        "no setting: leave the alleles that the patient does not have out of the record",
    ),
    _read(
        "non_acgt",
        "allele with letters other than A, C, G, T",
        "no setting: spell the allele in A, C, G and T",
    ),
    _read(
        "contig_unknown",
        "contig that the reference does not have",
        "no setting: give the reference that the VCF was called against",
    ),
    _read(
        "position",
        "position that is no number, or beyond the end of its contig",
        "no setting: correct the record",
    ),
    _read(
        "ref_mismatch",
        "REF differs from the reference sequence",
        "no setting: the record was made on another reference; call it anew or lift it over",
    ),
    _read(
        "duplicate",
        "same allele as an earlier record after normalisation",
        "nothing to do: the same allele was judged in the record named",
    ),
    _called(
        "genotype",
        "the patient does not carry the allele, or was not called",
        "no setting: by the caller the patient does not carry the allele; look at the reads",
    ),
    _called("filter", "FILTER names a fault of the call"),
    _called("depth", "too few reads"),
    _called("genotype_quality", "genotype quality too low"),
    _called("allele_balance", "share of reads with the allele too far from one half for a heterozygous call"),
    Rule(
        "blacklist",
        "filter",
        OTHER,
        "allele of the list of known artefacts",
        "take the allele out of the VCF that filter.blacklist names, if it is no artefact here",
        OF_REGIONS,
    ),
    Rule(
        "excluded",
        "filter",
        OTHER,
        "in a region that is excluded",
        "take the BED file out of filter.exclude, or the region out of the file",
        OF_REGIONS,
    ),
    Rule(
        "region",
        "filter",
        PLACED,
        "outside the candidate genes or the regions of the BED file",
        rests_on=(
            (
                "phenotype",
                "annotation",
                "settings.phenotype",
                "settings.filter.gene_flank",
                "settings.regulation.flank",
            ),
            ("models",),
        ),
    ),
    Rule(
        "frequency",
        "filter",
        RARE,
        "more common in the population than any mode of inheritance that the call fits allows",
        rests_on=(("frequencies", "scores", "classified", "settings.filter"), ("vcf",)),
    ),
    Rule(
        "cohort",
        "filter",
        OTHER,
        "too common in the laboratory's own cohort",
        rests_on=(("frequencies", "settings.filter"),),
    ),
    Rule(
        "outside_transcripts",
        "score",
        SCORED,
        "lies in no transcript of a candidate gene; splice models read transcripts",
        "no setting: no transcript of a candidate gene holds it, and splice models read those; name the gene that "
        "does, if there is one",
    ),
    Rule("longer_than_window", "score", SCORED, "longer than the stretch that the model judges"),
    Rule("unknown_sequence", "score", SCORED, "too much of the reference around it is unknown"),
    Rule(
        "exon_too_long",
        "score",
        SCORED,
        "an exon that it touches is longer than the model reads",
        "no setting: the model reads whole exons up to a length; models of splice sites score it",
    ),
    Rule(
        "not_finite",
        "score",
        SCORED,
        "the model returned a value that is no number",
        "no setting: this is an error of the model or the device; please report it",
    ),
)
"""In the order in which they are asked of an allele within a stage."""
BY_NAME: Mapping[str, Rule] = {rule.name: rule for rule in RULES}
