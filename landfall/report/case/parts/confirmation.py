"""What would confirm a case, by its class: each step with its name."""

from __future__ import annotations

from collections.abc import Iterator

from landfall.ranking.finding.classes import classes
from landfall.ranking.finding.columns import has_kind
from landfall.ranking.inheritance_columns import counted
from landfall.report.case import narrative
from landfall.report.case.case import CandidateCase
from landfall.report.case.finding_words import Group, is_pair
from landfall.report.case.parts import coding

Steps = list[tuple[str, str]]
MITOCHONDRIAL = (
    "Measure the heteroplasmy in a second tissue (urine sediment, muscle) and in the mother: it differs between "
    "tissues, and that of blood falls with age."
)
PHASE = (
    "Genotype both parents, or read both variants on one molecule (long reads, allele-specific PCR): only variants on "
    "different copies explain a recessive disease."
)
DE_NOVO = "Repeat the test in both parents by an independent method, with a check of parentage."
PARENTS = "Genotype the parents and affected relatives: no relative's genotype was read for this variant."


def steps(case: CandidateCase, group: Group) -> Steps:
    """The steps in the order of their use; group: the finding of the case, its own row first."""
    return [*_of_call(case, group), *_of_function(case)]


def _of_call(case: CandidateCase, group: Group) -> Iterator[tuple[str, str]]:
    row = case.row
    if row["flagged"]:
        yield "Genotype", "Confirm it by an independent method, such as Sanger sequencing."
    if is_pair(group) and row["partner_phase"] != "trans":
        yield "Phase", PHASE
    if has_kind(row, "de_novo"):
        yield "De novo", DE_NOVO
    elif row["flagged"] and row["relatives"] is None:
        yield "Family", PARENTS


def _of_function(case: CandidateCase) -> Iterator[tuple[str, str]]:
    found, gene = classes(case.row), case.row["gene"]
    if "mitochondrial" in found:
        yield "Heteroplasmy", MITOCHONDRIAL
    if by_splicing(case):
        yield "Splicing", narrative.proof(case)
    elif "coding" in found and counted(case.row) in coding.TRUNCATING:
        yield (
            "mRNA",
            f"RNA of a tissue that expresses {gene}, from cells with and without an inhibitor of nonsense-mediated "
            "decay, shows whether the transcript with the stop is degraded.",
        )
    elif "coding" in found:
        yield "Protein", f"An assay of the function of {gene} shows what the changed protein still does."
    if "rna_gene" in found:
        yield "RNA", f"An assay of the function or the amount of the RNA of {gene}: no protein is made."
    if "regulatory" in found:
        yield (
            "Expression",
            f"RNA of a tissue that uses the element: expression of {gene} from either copy, against controls; a "
            "reporter assay of both alleles.",
        )
    if found == ["non_coding"] or (found == ["known"] and not by_splicing(case)):
        yield "Splicing", narrative.proof(case)


def by_splicing(case: CandidateCase) -> bool:
    """Whether an mRNA other than the normal one is predicted and called, or a change of splicing is evidence."""
    o = case.outcome
    return has_kind(case.row, "splicing") or (o is not None and o["event"] != "none" and not case.weak)
