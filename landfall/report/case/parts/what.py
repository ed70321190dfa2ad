"""The part of a case page on what is predicted: reference and patient, the sites, mRNA and protein, the call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from landfall.ranking import coding_words
from landfall.ranking.rows import PrioritisedRow
from landfall.report import formatting
from landfall.report.case import finding_words, outcome, prediction, protein, scores
from landfall.report.case.case import allele
from landfall.report.case.outcome import Facts
from landfall.report.figures import site_probabilities, splicing_diagram
from landfall.report.section import Origin, Section
from landfall.report.view import CaseView
from landfall.splicing.tables import OUTCOMES, PROBABILITIES
from landfall.variants.population_frequency import NOT_KNOWN

BESIDE = {
    "most severe": "Most severe transcript",
    "joint": "With nearby variants",
    "elsewhere": "More severe elsewhere",
}
"""Names of consequences other than that in the row's transcript."""


@dataclass(frozen=True)
class Figure:
    """The track of one model and its sites as text."""

    model: str
    drawing: Markup
    sites: Sequence[scores.SiteLine]


@dataclass(frozen=True)
class What:
    """What is predicted, ready to print."""

    facts: Facts
    reference: Sequence[str]
    patient: Sequence[str]
    diagram: Markup | None
    figures: Sequence[Figure]
    mrna: Facts
    inserted: str
    protein: protein.Windows | None
    outcomes: Sequence[outcome.Alternative]


def _context(view: CaseView) -> dict[str, Any]:
    case, first, models = view.case, view.first, view.models
    return {
        "page": What(
            facts=_facts(case.row, view.phenotype),
            reference=prediction.reference(case, *first) if first else [],
            patient=prediction.patient(case, *first) if first else [],
            diagram=splicing_diagram.draw(case),
            figures=[
                Figure(
                    models.get(t.model, t.model), site_probabilities.draw(case, t), scores.site_lines(case, t)
                )
                for t in case.tracks
            ],
            mrna=outcome.facts(case),
            inserted=outcome.tens(case.outcome["inserted"] or "") if case.outcome else "",
            protein=protein.windows(case.outcome) if case.outcome else None,
            outcomes=outcome.alternatives(case),
        )
    }


def _facts(row: PrioritisedRow, phenotype: Mapping[str, str]) -> Facts:
    """The variant and the call."""
    terms = [f"{phenotype.get(term, 'term')} ({term})" for term in row["hpo_matches"].split(",") if term]
    return [
        ("Genome", _on_contig(row)),
        ("Allele", allele(row)),
        ("Transcript", f"{row['transcript']}:{row['hgvs_c']}"),
        *(("RefSeq", name) for name in (_refseq(row),) if name),
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
        ("Second variant in the gene", _partner(row)),
        ("Phenotype match", "; ".join(terms) or "none"),
        ("Best matching disease", _disease(row)),
        ("Priority", f"{formatting.score(row['priority'])}, rank {formatting.count(row['rank'])}"),
    ]


def _on_contig(row: PrioritisedRow) -> str:
    """The name on the contig, with the reference's name of a contig that is named by its accession."""
    contig = row["hgvs_g"].split(":")[0]
    return row["hgvs_g"] if contig == row["chrom"] else f"{row['hgvs_g']} ({row['chrom']})"


def _refseq(row: PrioritisedRow) -> str:
    """The RefSeq name, that of an Ensembl transcript in any case; empty for others without one."""
    if row["transcript"].startswith("ENST"):
        return finding_words.refseq(row) or "not known: no match in genome.mane or the annotation"
    return finding_words.refseq(row)


def _disease(row: PrioritisedRow) -> str:
    """The best matching disease, with its uncertainty."""
    if row["phenotype_disease"] is None:
        return formatting.DASH
    return f"{row['phenotype_disease']}; inferred from features, so a similar disease is possible"


def _partner(row: PrioritisedRow) -> str:
    """The best second variant of the gene, with its phase and the probability of it."""
    if row["partner"] is None:
        return "none found"
    chance = row["partner_trans_probability"]
    sure = "" if chance is None else f", probability of different copies {formatting.probability(chance)}"
    return f"{row['partner']}, {row['partner_phase'] or 'unknown'}{sure}"


def _reads(row: PrioritisedRow) -> str:
    if row["depth"] is None:
        return formatting.DASH
    part = (
        ""
        if row["allele_balance"] is None
        else f", {formatting.percent(row['allele_balance'])} with the allele"
    )
    return f"{formatting.count(row['depth'])}{part}"


def _frequency(row: PrioritisedRow) -> str:
    if row["popmax_af"] is None:
        known = row["frequency_source"] != NOT_KNOWN
        return "not found in the sources used" if known else "frequencies not known"
    return f"{formatting.frequency(row['popmax_af'])}, {row['frequency_source']}"


def _plain(value: float | None) -> str:
    return formatting.DASH if value is None else f"{value:g}"


SECTION = Section(
    id="what",
    title="What is predicted",
    template="case_what.html.j2",
    context=_context,
    origins=(
        Origin(
            "What is predicted",
            (OUTCOMES,),
            "scores and probabilities of the first model, gene annotation, reference sequence",
        ),
    ),
    reads=(PROBABILITIES,),
)
