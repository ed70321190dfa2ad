"""PP4: a phenotype that is highly specific for the gene, by the match of the patient's HPO terms."""

from __future__ import annotations

from landfall.config.interpretation import Evidence
from landfall.config.sections import Finding
from landfall.ranking.acmg.criteria import NOT_ASSESSED, NOT_MET, PROVISIONAL, Criterion
from landfall.ranking.rows import PrioritisedRow

RICHARDS = "Richards et al. 2015"


def specific(row: PrioritisedRow, settings: Evidence) -> Criterion:
    """PP4 for a row; provisional, as terms do not show how many genes cause the disease."""
    if row["phenotype_share"] is None:
        words = "no HPO terms of the patient, or no annotation of the gene to compare them with"
        return Criterion("PP4", NOT_ASSESSED, None, words, RICHARDS)
    words = match_in_words(row)
    limits = (
        f"at most {100 * settings.pp4_max_share:g} % and {settings.pp4_min_terms} matching terms are required"
    )
    if not is_specific(row, settings):
        return Criterion("PP4", NOT_MET, None, f"{words}; {limits}", RICHARDS)
    words += "; on condition that the phenotype is specific for a disease with a single genetic cause"
    return Criterion("PP4", PROVISIONAL, "supporting", words, RICHARDS)


def match_in_words(row: PrioritisedRow) -> str:
    """'3 terms match the gene, as well as 0.1 % of the annotated genes do'; for a row with a share."""
    share, count = row["phenotype_share"] or 0.0, _terms(row)
    terms = f"{count} {'term' if count == 1 else 'terms'}"
    return f"{terms} of the patient {'matches' if count == 1 else 'match'} {row['gene']}; " + (
        f"{100 * share:.2g} % of the annotated genes match as well"
    )


def is_specific(row: PrioritisedRow, settings: Evidence) -> bool:
    """Whether few genes match the patient's terms as well, and enough terms do."""
    share = row["phenotype_share"]
    return share is not None and share <= settings.pp4_max_share and _terms(row) >= settings.pp4_min_terms


def is_consistent(row: PrioritisedRow, finding: Finding) -> bool:
    """Whether the phenotype supports the gene by the thresholds of a finding: share of genes, or panel confidence."""
    share, confidence = row["phenotype_share"], row["panel_confidence"]
    by_terms = share is not None and share <= finding.max_phenotype_share
    return by_terms or (confidence is not None and confidence >= finding.min_panel_confidence)


def _terms(row: PrioritisedRow) -> int:
    return len([term for term in row["hpo_matches"].split(",") if term])
