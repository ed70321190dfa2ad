"""Every rule by which an allele is dropped or not scored, in the order of application.

The filters are declared beside their computation: :mod:`call_quality`, :mod:`location` and :mod:`frequency` of this
folder, those of scores and windows in :mod:`scoring`.
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
    READ,
    REGULATION,
    SCORE,
    Rule,
    Tiers,
)
from landfall.variants.filters.scoring import FURTHER, SCORING

OF_THE_INPUT: Tiers = (("vcf", "reference", "settings.normalise"),)


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
