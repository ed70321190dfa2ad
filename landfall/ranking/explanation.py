"""A one-sentence summary of a row of the prioritised table, from its columns alone."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from landfall.patient.inheritance.modes import COMPOUND_MODES, LABELS
from landfall.ranking import coding_words, regulation_columns
from landfall.ranking.inheritance_columns import is_gene_mode
from landfall.ranking.rows import PrioritisedRow as Row
from landfall.variants.population_frequency import NOT_COVERED

LIKELIHOOD = (
    (0.9, "very likely"),
    (0.66, "likely"),
    (0.33, "perhaps"),
    (0.1, "unlikely to be"),
    (0.0, "very unlikely to be"),
)
"""Words for probabilities at or above a number, by the scale of the IPCC (Mastrandrea et al. 2010)."""
PANEL = {3: "green", 2: "amber", 1: "red", 0: "without a rating"}


def explain(row: Row, terms: int, frequencies: bool) -> str:
    """Effect, inheritance, rarity, phenotype, panel, classification.

    terms: number of the patient's HPO terms. frequencies: whether a source of population frequencies is configured.
    """
    rarity = _rarity(row) if frequencies else "no population data"
    parts = [*_effect(row), _inheritance(row), rarity, *_gene(row, terms), *_known(row)]
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}."


def _effect(row: Row) -> Iterator[str]:
    coding, splicing, regulation = row["effect_coding"], row["effect_splicing"], row["effect_regulation"]
    if coding or (coding is not None and coding_words.by_joint(row)):
        yield f"{coding_words.counted(row)} (probability of damage {coding:.2f})"
    if splicing is not None:
        event = f", {row['event'].replace('_', ' ')}" if row["event"] not in (None, "none") else ""
        yield f"splicing {likelihood(splicing)} damaged ({splicing:.2f}{event})"
    elif not coding:
        what = "effect" if regulation is None else "splicing"
        yield f"{what} not assessed ({row['reason'].replace('_', ' ') or 'not scored by any model'})"
    if regulation is not None:
        text = f"regulation {likelihood(regulation)} damaged ({regulation:.2f}, not calibrated"
        yield f"{text}: {regulation_columns.describe(row)})"
    yield from coding_words.noted(row)


def likelihood(p: float) -> str:
    """Words for a probability: 0.97 is 'very likely'."""
    return next(words for least, words in LIKELIHOOD if p >= least)


def _inheritance(row: Row) -> str:
    mode, status = LABELS[row["best_inheritance_mode"]], row["explaining_status"]
    text = {"fits": f"fits {mode}", "open": f"{mode} is open", "excluded": f"{mode} is excluded"}[status]
    if row["best_inheritance_mode"] in COMPOUND_MODES:
        phase = {"trans": "in trans with", "unknown": "phase unknown, with"}[
            row["partner_phase"] or "unknown"
        ]
        text += f" as one of a pair, {phase} {row['partner_name']}"
    if not is_gene_mode(row):
        text += ", a mode not known for the gene's diseases"
    return text


def _rarity(row: Row) -> str:
    counts = {"homozygous": row["nhomalt"], "hemizygous": row["hemizygotes"]}
    healthy = " and ".join(f"{count} {kind}" for kind, count in counts.items() if count)
    also = f", {healthy} in the population" if healthy else ""
    if row["popmax_af"] is not None:
        shown = np.format_float_positional(row["popmax_af"], precision=2, fractional=False, trim="-")
        return f"population frequency {shown}{also}"
    if row["frequency_source"] == NOT_COVERED:
        return "its position is not covered by the population data"
    return "absent from the population data"


def _gene(row: Row, terms: int) -> Iterator[str]:
    relevance = row["phenotype_relevance"]
    if terms and relevance is None:
        yield "the gene has no known phenotype"
    elif terms:
        matches = len([term for term in row["hpo_matches"].split(",") if term])
        yield f"the gene is annotated with {matches} of {terms} terms (relevance {relevance:.2f})"
    if row["panel_confidence"] is not None:
        yield f"{PANEL[row['panel_confidence']]} in the panel"


def _known(row: Row) -> Iterator[str]:
    if row["clinvar"]:
        yield f"classified before: {row['clinvar']}"
