"""Every rule by which an allele is dropped or not scored, in the order of application.

The filters are declared beside their computation: :mod:`call_quality`, :mod:`location` and :mod:`frequency` of this
folder.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from landfall.io import markdown
from landfall.variants.filters.call_quality import CALL
from landfall.variants.filters.frequency import POPULATION
from landfall.variants.filters.location import LOCATION
from landfall.variants.filters.rule import (
    DROPPED,
    FILTER,
    HAPLOTYPES,
    NORMALISE,
    NOT_SCORED,
    READ,
    REGULATION,
    SCORE,
    SCORED,
    Rule,
    Tiers,
)

OF_THE_INPUT: Tiers = (("vcf", "reference", "settings.normalise"),)
OF_THE_MODEL: Tiers = (("models", "settings.models"), ("annotation", "reference"))


def _read(name: str, meaning: str, remedy: str) -> Rule:
    return Rule(name, NORMALISE, DROPPED, READ, meaning, remedy=remedy, depends_on=OF_THE_INPUT)


NORMALISATION = (
    _read(
        "too_many_alleles",
        "record with more alternate alleles than are read",
        "no setting: remove the alleles that the patient does not have from the record",
    ),
    _read(
        "no_alternate",
        "the record has no alternate allele",
        "no setting: the record is a reference call",
    ),
    _read(
        "reference_block",
        "block of reference sequence (gVCF)",
        "no setting: a gVCF block without a variant",
    ),
    _read(
        "spanning_deletion",
        "'*': the base is deleted by an allele of another record",
        "no setting: the deletion itself is in an earlier record",
    ),
    _read("breakend", "breakend of a structural variant", "no setting: rearrangements are not analysed"),
    _read(
        "symbolic",
        "symbolic allele such as <DEL>: a structural variant without its sequence",
        "no setting: without its sequence no model can score it; call it with explicit alleles",
    ),
    _read(
        "non_acgt",
        "allele with characters other than A, C, G, T",
        "no setting: write the allele in A, C, G and T",
    ),
    _read(
        "contig_unknown",
        "contig that is not in the reference",
        "no setting: use the reference that the VCF was called against",
    ),
    _read(
        "position",
        "position that is not a number, or beyond the end of its contig",
        "no setting: correct the record",
    ),
    _read(
        "ref_mismatch",
        "REF differs from the reference sequence",
        "no setting: the record was called on another reference; call it again or lift it over",
    ),
    _read(
        "duplicate",
        "same allele as an earlier record after normalisation",
        "nothing to do: the same allele of the named record is analysed",
    ),
)

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

RULES: tuple[Rule, ...] = (*NORMALISATION, *CALL, *LOCATION, *POPULATION, *SCORING, *FURTHER)
"""In the order of application within a stage."""
BY_NAME: Mapping[str, Rule] = {rule.name: rule for rule in RULES}


def of_stage(stage: str) -> tuple[Rule, ...]:
    """The rules of a stage."""
    return tuple(rule for rule in RULES if stage in (rule.stage, *rule.also))


TITLES = {
    NORMALISE: "Normalisation",
    FILTER: "Variant filters",
    SCORE: "Scores of splice models",
    REGULATION: "Windows of regulatory track models",
    HAPLOTYPES: "Neighbours on the candidate's haplotype",
}


def manual_part(name: str) -> str:
    """A generated part of docs/science.md: ``rules``, each with its meaning, its setting and its exemptions, stage by
    stage. Raises KeyError for another.
    """
    table = markdown.table(("stage", "rule", "meaning", "setting", "exempt"), _rows())
    return {"rules": table}[name]


def _rows() -> Iterator[Sequence[str]]:
    for stage, title in TITLES.items():
        for rule in of_stage(stage):
            setting = f"`{rule.setting}`" if rule.setting and stage == rule.stage else ""
            exempt = "; ".join(exemption.meaning for exemption in rule.exempted_by)
            yield title, f"`{rule.name}`", rule.meaning.replace("<", "&lt;"), setting, exempt
