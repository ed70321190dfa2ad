"""Every way in which an allele can end, in the order of application: the filters and all other reasons.

The filters stand beside what they compute: :mod:`call_quality`, :mod:`location` and :mod:`frequency` of this folder.
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
        "record of more alternate alleles than are read",
        "no setting: leave the alleles that the patient does not have out of the record",
    ),
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
        "spanning_deletion",
        "'*': the base is deleted by another record",
        "no setting: the deletion itself stands in a record before and is judged there",
    ),
    _read("breakend", "breakend of a structural variant", "no setting: rearrangements are not judged"),
    _read(
        "symbolic",
        "symbolic allele such as <DEL>: a structural variant without its sequence",
        "no setting: without its sequence no model can read it; call it with the alleles spelt out",
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
)

OUTSIDE_TRANSCRIPTS = Rule(
    "outside_transcripts",
    SCORE,
    NOT_SCORED,
    SCORED,
    "lies in no transcript of a candidate gene; splice models read transcripts",
    also=(HAPLOTYPES,),
    detail="no transcript of a candidate gene holds it",
    remedy="no setting: no transcript of a candidate gene holds it, and splice models read those; name the gene that "
    "does, if there is one",
    depends_on=(("annotation", "phenotype", "settings.phenotype"), ("models",)),
)
LONGER_THAN_WINDOW = Rule(
    "longer_than_window",
    SCORE,
    NOT_SCORED,
    SCORED,
    "allele of more bases than the model reads at once",
    also=(REGULATION, HAPLOTYPES),
    setting="models.distance",
    detail="an allele of {observed:,} bases, at most {threshold:,} are read",
    depends_on=OF_THE_MODEL,
)
UNKNOWN_SEQUENCE = Rule(
    "unknown_sequence",
    SCORE,
    NOT_SCORED,
    SCORED,
    "too much of the reference around it is unknown",
    also=(REGULATION,),
    setting="models.max_unknown_fraction",
    detail="{observed:.0%} of the reference around it is unknown (N or beyond the contig), {threshold:.0%} allowed",
    remedy="a model that reads mostly N says little about splicing",
    depends_on=OF_THE_MODEL,
)
EXON_TOO_LONG = Rule(
    "exon_too_long",
    SCORE,
    NOT_SCORED,
    SCORED,
    "an exon that it touches is longer than the model reads",
    remedy="no setting: the model reads whole exons up to a length; models of splice sites score it",
    depends_on=OF_THE_MODEL,
)
NOT_FINITE = Rule(
    "not_finite",
    SCORE,
    NOT_SCORED,
    SCORED,
    "the model returned a value that is no number",
    also=(REGULATION,),
    detail="the network returned a value that is no number",
    remedy="no setting: this is an error of the model or the device; please report it",
    depends_on=(("models",), ("software",)),
)
SCORING = (OUTSIDE_TRANSCRIPTS, LONGER_THAN_WINDOW, UNKNOWN_SEQUENCE, EXON_TOO_LONG, NOT_FINITE)


def _unread(name: str, stage: str, meaning: str, detail: str, remedy: str, setting: str = "") -> Rule:
    """Of a further analysis, which the ledger does not follow."""
    return Rule(name, stage, NOT_SCORED, "", meaning, setting=setting, detail=detail, remedy=remedy)


NO_GENE = _unread(
    "no_gene",
    REGULATION,
    "no gene starts near enough for a window around its start",
    "no gene starts within {threshold:,} bases",
    "a window around the variant instead: regulation.models.centre",
)
OUTSIDE_WINDOW = _unread(
    "outside_window",
    REGULATION,
    "too far from the gene's start for a window around that",
    "{observed:,} bases from the gene's start, outside the network's output",
    "a window around the variant instead: regulation.models.centre",
)
TOO_MANY = _unread(
    "too_many",
    REGULATION,
    "further from the start of a gene than the variants that were read",
    "{threshold:,} variants nearer to the start of a gene are scored (regulation.max_variants)",
    "a higher regulation.max_variants",
    "regulation.max_variants",
)
POOR_CALL = _unread(
    "poor_call",
    HAPLOTYPES,
    "neighbour that a filter on the call drops",
    "dropped by the filter's rule {rule}",
    "the remedy of that filter",
)
OVERLAPS = _unread(
    "overlaps",
    HAPLOTYPES,
    "neighbour that changes the same bases as the candidate",
    "it changes the same bases as the candidate; no copy can hold both",
    "no setting: no copy can hold both",
)
UNPHASED = _unread(
    "unphased",
    HAPLOTYPES,
    "neighbour whose phase is not known",
    "the genotypes {genotypes} do not say whether both lie on one copy",
    "no setting: phased genotypes (PS), or the parents' calls",
)
TRANS = _unread(
    "trans",
    HAPLOTYPES,
    "neighbour on the other copy",
    "it lies on the other copy",
    "no setting: the two are not read together",
)
OVERLAPS_NEIGHBOUR = _unread(
    "overlaps_neighbour",
    HAPLOTYPES,
    "neighbour that changes the same bases as a nearer one",
    "it changes the same bases as {nearer}, which is nearer",
    "no setting: the nearer one is read",
)
JOINT_ONLY = _unread(
    "joint_only",
    HAPLOTYPES,
    "read with all neighbours of the copy, not by itself",
    "part of the row of all neighbours; the {threshold} nearest have rows of their own",
    "no setting: it is read with the whole copy",
)
FURTHER = (
    *(NO_GENE, OUTSIDE_WINDOW, TOO_MANY),
    *(POOR_CALL, OVERLAPS, UNPHASED, TRANS, OVERLAPS_NEIGHBOUR, JOINT_ONLY),
)

RULES: tuple[Rule, ...] = (*NORMALISATION, *CALL, *LOCATION, *POPULATION, *SCORING, *FURTHER)
"""In the order of application within a stage."""
BY_NAME: Mapping[str, Rule] = {rule.name: rule for rule in RULES}


def of_stage(stage: str) -> tuple[Rule, ...]:
    """The rules by which an allele can end at a stage."""
    return tuple(rule for rule in RULES if stage in (rule.stage, *rule.also))


TITLES = {
    NORMALISE: "Normalisation",
    FILTER: "Variant filters",
    SCORE: "Scores of splice models",
    REGULATION: "Windows of regulatory track models",
    HAPLOTYPES: "Neighbours on the candidate's copy",
}


def manual_part(name: str) -> str:
    """A generated part of docs/science.md: ``rules``, each with its meaning, its setting and its exemptions, stage by
    stage. Raises KeyError for another.
    """
    table = markdown.table(("stage", "rule", "an allele ends there", "setting", "exempt"), _rows())
    return {"rules": table}[name]


def _rows() -> Iterator[Sequence[str]]:
    for stage, title in TITLES.items():
        for rule in of_stage(stage):
            setting = f"`{rule.setting}`" if rule.setting and stage == rule.stage else ""
            exempt = "; ".join(exemption.meaning for exemption in rule.exempted_by)
            yield title, f"`{rule.name}`", rule.meaning.replace("<", "&lt;"), setting, exempt
