"""The case page: what the template prints about one candidate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from landfall.ranking import coding_words
from landfall.report import formatting
from landfall.report.case import (
    acmg,
    antisense,
    glance,
    narrative,
    outcome,
    prediction,
    protein,
    robustness,
    rtpcr,
    scores,
)
from landfall.report.case.case import CandidateCase, allele
from landfall.report.case.outcome import Facts
from landfall.report.figures import mutagenesis_heatmap, site_probabilities, splicing_diagram
from landfall.report.sections import score_breakdown

BESIDE = {
    "hit worst": "Transcript hit worst",
    "joint": "With its neighbours",
    "elsewhere": "Worse elsewhere",
}
"""Names of facts on the consequence beside that in the row's transcript."""


@dataclass(frozen=True)
class Figure:
    """The track of one model with its sites in words."""

    model: str
    drawing: Markup
    sites: Sequence[scores.SiteLine]


@dataclass(frozen=True)
class Page:
    """A case, ready to print: what is predicted, how sure it is, what to do next."""

    anchor: str
    flagged: bool
    title: str
    note: str
    story: Sequence[str]
    columns: Sequence[glance.Column]
    facts: Facts
    reference: Sequence[str]
    patient: Sequence[str]
    diagram: Markup | None
    figures: Sequence[Figure]
    mrna: Facts
    inserted: str
    protein: protein.Windows | None
    outcomes: Sequence[outcome.Alternative]
    deltas: Sequence[tuple[str, Sequence[scores.Delta]]]
    probability: str
    reason: str
    parts: Sequence[score_breakdown.Part]
    total: str
    panel: robustness.Panel | None
    evidence: acmg.Evidence | None
    map: mutagenesis_heatmap.Map | None
    haplotypes: robustness.Haplotypes | None
    missing: str
    proof: str
    assay: rtpcr.Sheet | None
    rescue: antisense.Rescue | None
    limits: Sequence[str]


def page(
    case: CandidateCase, models: Mapping[str, str], phenotype: Mapping[str, str], cut: float | None
) -> Page:
    """All that is printed about a case; ``models`` maps names to titles, ``phenotype`` HPO terms to names."""
    row, first = case.row, next(iter(models.items()), None)
    return Page(
        anchor=case.anchor,
        flagged=row["flagged"],
        title=f"{row['gene']} {row['hgvs_c']}",
        note="" if row["flagged"] else narrative.not_flagged(row, models, cut),
        story=narrative.story(case, *first) if first else [narrative.hypothesis(case)],
        columns=glance.columns(case, models),
        facts=_facts(row, phenotype),
        reference=prediction.reference(case, *first) if first else [],
        patient=prediction.patient(case, *first) if first else [],
        diagram=splicing_diagram.draw(case),
        figures=[
            Figure(models.get(t.model, t.model), site_probabilities.draw(case, t), scores.site_lines(case, t))
            for t in case.tracks
        ],
        mrna=outcome.facts(case),
        inserted=outcome.tens(case.outcome["inserted"] or "") if case.outcome else "",
        protein=protein.windows(case.outcome) if case.outcome else None,
        outcomes=outcome.alternatives(case),
        deltas=[(title, scores.deltas(case, model)) for model, title in models.items()],
        probability=scores.probability(row, models),
        reason=row["explanation"],
        parts=score_breakdown.parts(row),
        total=score_breakdown.total(row),
        panel=robustness.panel(case),
        evidence=acmg.evidence(case),
        map=mutagenesis_heatmap.mutagenesis(case),
        haplotypes=robustness.haplotypes(case),
        missing=robustness.missing(case),
        proof=narrative.proof(case),
        assay=rtpcr.sheet(case),
        rescue=antisense.rescue(case),
        limits=glance.limits(case),
    )


def _facts(row: Mapping[str, Any], phenotype: Mapping[str, str]) -> Facts:
    """The variant and the call."""
    terms = [f"{phenotype.get(term, 'term')} ({term})" for term in row["hpo_matches"].split(",") if term]
    return [
        ("Genome", f"{row['chrom']}:{row['hgvs_g'].split(':')[-1]}"),
        ("Allele", allele(row)),
        ("Transcript", f"{row['transcript']}:{row['hgvs_c']}"),
        *(("RefSeq", name) for name in (coding_words.refseq(row),) if name),
        ("Gene, strand", f"{row['gene']}, {row['strand'].replace('-', formatting.MINUS)}"),
        ("Location", row["location"]),
        ("Consequence (annotation)", row["consequence"].replace("_", " ")),
        ("Protein (coding change)", row["hgvs_p"] or formatting.DASH),
        *((BESIDE[label], text) for label, text in coding_words.beside(row)),
        ("Genotype", f"{row['genotype']}, {row['zygosity']}"),
        ("Reads", _reads(row)),
        ("Genotype quality", _plain(row["genotype_quality"])),
        ("Frequency", _frequency(row)),
        ("Identifier", row["rsid"] or formatting.DASH),
        ("Inheritance", row["inheritance"]),
        ("Partner in the gene", _partner(row)),
        ("Phenotype match", "; ".join(terms) or "none of the patient's"),
        ("Disease that fits best", _disease(row)),
        ("Priority", f"{formatting.score(row['priority'])}, rank {formatting.count(row['rank'])}"),
    ]


def _disease(row: Mapping[str, Any]) -> str:
    """The disease that fits best, with what is not sure of it."""
    if row["phenotype_disease"] is None:
        return formatting.DASH
    return f"{row['phenotype_disease']}; inferred from features, so it may be a disease that looks alike"


def _partner(row: Mapping[str, Any]) -> str:
    """The best second hit, its phase, and how sure the phase is."""
    if row["partner"] is None:
        return "none found"
    chance = row["partner_trans_probability"]
    sure = "" if chance is None else f", probability of different copies {formatting.probability(chance)}"
    return f"{row['partner']}, {row['partner_phase'] or 'unknown'}{sure}"


def _reads(row: Mapping[str, Any]) -> str:
    if row["depth"] is None:
        return formatting.DASH
    part = (
        ""
        if row["allele_balance"] is None
        else f", {formatting.percent(row['allele_balance'])} with the allele"
    )
    return f"{formatting.count(row['depth'])}{part}"


def _frequency(row: Mapping[str, Any]) -> str:
    if row["popmax_af"] is None:
        return "not found in the sources used"
    return f"{formatting.frequency(row['popmax_af'])}, {row['frequency_source']}"


def _plain(value: float | None) -> str:
    return formatting.DASH if value is None else f"{value:g}"
