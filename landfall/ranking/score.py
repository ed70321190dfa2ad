"""The ranking score of an allele: a sum of log10 likelihood ratios, one for each kind of evidence.

A likelihood ratio compares how often the evidence is observed for causal and for background variants; +1 is tenfold.
Sums of them order diagnoses as LIRICAL's do (Robinson et al., Am J Hum Genet 107:403, 2020). Where an ACMG/AMP
criterion covers a kind of evidence, its strength follows Tavtigian et al. 2018: 350 to the power of points/8.

An allele is scored under every applicable mode of inheritance, alone and with each partner; the highest score counts.
Constants and their sources: docs/science.md, "Ranking". All numbers are rounded to DIGITS, so that ties are exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from math import log10, prod

from landfall.genome.variant import Variant
from landfall.patient.inheritance.compound_het import InheritanceResult, Pair
from landfall.patient.inheritance.fit import ModeFit
from landfall.patient.inheritance.modes import RECESSIVE_MODES
from landfall.ranking.acmg.criteria import STRENGTH
from landfall.ranking.missense import substitution
from landfall.regulation.probability import DIGITS, thinned

PRIOR = -2.0
"""log10 prior odds of an allele, about one in a hundred candidates; without influence on the order."""

WAYS = ("splicing", "coding", "regulation")
"""Mechanisms by which an allele can damage a gene; each has a column ``effect_<way>`` with its probability."""
LEAST_EFFECT = 0.01
"""Probabilities of an effect are clipped to between this and 1 minus it: no model or annotation is more certain."""
SPLICING_UNJUDGED = 0.05
"""Probability that splicing is affected where no model scored an allele in a gene."""
KEPT_FRAME = 0.85
"""Factor on the probability of a splicing change whose likeliest outcome keeps the frame and introduces no stop: that
of an in-frame indel."""

DAMAGING = {
    "transcript_ablation": 1.0,
    "splice_acceptor_variant": 1.0,
    "splice_donor_variant": 1.0,
    "stop_gained": 1.0,
    "frameshift_variant": 1.0,
    "stop_lost": 1.0,
    "start_lost": 1.0,
    "inframe_insertion": 0.85,
    "inframe_deletion": 0.85,
    "protein_altering_variant": 0.85,
    substitution.MISSENSE: substitution.AVERAGE,
}
"""Probability that a coding change damages the gene, by consequence: Exomiser's defaults in the absence of a predictor
(VariantEffectPathogenicityScore), of missense the average. Other terms count as 0; splice regions are left to the
models."""

RARE, RARE_RECESSIVE = 1e-5, 1e-4
"""Frequencies up to which an allele counts as absent; RARE_RECESSIVE is the limit of PM2 for recessive genes."""
PER_DECADE = 0.5
"""Decrease of the score per tenfold frequency."""
MOST_HOMOZYGOTES = {"recessive": 2, "dominant": 5}
"""Homozygotes and hemizygotes in the population above which BS2 counts."""

OPEN, EXCLUDED = -1.0, -2.0
"""log10 probability of a mode that is open, and of one that family or frequency exclude."""
OTHER_MODE = -STRENGTH["strong"]
"""For a mode of inheritance that is not known for the gene's diseases; of moderate and strong the better one for the
ranks of published patients."""
KNOWN, LIKELY_KNOWN = STRENGTH["very_strong"], STRENGTH["strong"]
"""For an allele classified as pathogenic, and as likely pathogenic; less than the classes imply, as part of their
evidence is counted here as well."""
STEEPNESS = 0.85
"""How fast the genes of patients thin out with their place among all genes, see regulation.probability.thinned: near
the value fitted to simulated patients (``python -m benchmarks.phenotype``)."""
PANEL = {3: STRENGTH["moderate"], 2: STRENGTH["supporting"]}
"""For a gene of the panel by PanelApp's confidence: 3 is green, 2 amber."""


@dataclass(frozen=True)
class Allele:
    """Evidence on one allele in a gene.

    ``effects``: probability of damage by each of WAYS, 0 to 1, None where it was not assessed. ``popmax_af`` 0 to 1;
    ``frequency_judged``: whether a configured source covers the position. ``nhomalt`` and ``hemizygotes``: counts
    in the population. ``clinvar``: identifier and classification, None if it has none.
    """

    effects: Mapping[str, float | None]
    popmax_af: float | None = None
    frequency_judged: bool = True
    nhomalt: int | None = None
    clinvar: str | None = None
    zygosity: str = "heterozygous"
    hemizygotes: int | None = None


@dataclass(frozen=True)
class Gene:
    """Evidence on a gene for this patient.

    ``share``: fraction of all annotated genes that match the patient's terms at least as well, 0 to 1; None without
    terms. ``panel``: confidence, None if it is not in the panel. ``modes``: those of its diseases, empty if unknown.
    """

    share: float | None = None
    panel: int | None = None
    modes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Score:
    """log10 likelihood ratios of the evidence, under one mode of inheritance; ``partner`` is 0 without one."""

    effect: float
    rarity: float
    known: float
    inheritance: float
    partner: float
    phenotype: float
    panel: float

    @property
    def total(self) -> float:
        return round(float(sum(getattr(self, name) for name in PARTS)), DIGITS)


PARTS = tuple(field.name for field in fields(Score))


@dataclass(frozen=True)
class Explanation:
    """The mode of inheritance with the highest score, and the pair behind it, None for an allele alone."""

    score: Score
    fit: ModeFit
    pair: Pair | None = None


def posterior(total: float) -> float:
    """Posterior probability, 0 to 1, of a sum of log10 likelihood ratios with the prior odds PRIOR."""
    return 1 / (1 + 10 ** -(total + PRIOR))


def explain(
    variant: Variant, judged: InheritanceResult, alleles: Mapping[Variant, Allele], gene: Gene
) -> Explanation:
    """The explanation with the highest score; of ties the first, alone before pairs. alleles: those of the gene."""
    own = alleles[variant]
    found = [Explanation(_alone(own, fit, gene), fit) for fit in judged.alone]
    for pair in judged.pairs:
        if pair.fit.status == "fits":
            other = alleles[pair.partner(variant).variant]
            found.append(Explanation(_paired(own, other, pair.fit, gene), pair.fit, pair))
    return max(found, key=lambda explanation: explanation.score.total)


def _alone(own: Allele, fit: ModeFit, gene: Gene) -> Score:
    homozygous = fit.mode in RECESSIVE_MODES and own.zygosity == "homozygous" and own.frequency_judged
    return _score(own, fit, gene, fit.mode == "de_novo" or homozygous, 0.0)


def _paired(own: Allele, other: Allele, fit: ModeFit, gene: Gene) -> Score:
    """A pair scores as its weaker allele: the partner's deficit is subtracted from the stronger one."""
    mine, theirs = (effect(one) + rarity(one, True) + known(one) for one in (own, other))
    judged = own.frequency_judged and other.frequency_judged
    return _score(own, fit, gene, judged, min(0.0, theirs - mine))


def _score(own: Allele, fit: ModeFit, gene: Gene, seldom: bool, partner: float) -> Score:
    """seldom: whether background variants seldom have such a genotype."""
    return Score(
        effect=effect(own),
        rarity=rarity(own, fit.mode in RECESSIVE_MODES),
        known=known(own),
        inheritance=round(inheritance(fit, seldom, gene.modes), DIGITS),
        partner=round(partner, DIGITS),
        phenotype=phenotype(gene.share),
        panel=round(PANEL.get(gene.panel or 0, 0.0), DIGITS),
    )


def damage(effects: Mapping[str, float | None]) -> float:
    """Probability that an allele damages the gene by any mechanism assessed, taken as independent, 0 to 1."""
    return 1 - prod(1 - p for p in effects.values() if p is not None)


def effect(allele: Allele) -> float:
    """log10 odds of damage; at prior odds of 1 they equal the likelihood ratio.

    Of an allele classified as pathogenic at least 0: its damage was observed, and a prediction does not weigh against
    it (GAA c.-32-13T>G, a leaky site, has a delta score of 0.06).
    """
    least = 0.5 if allele.clinvar else LEAST_EFFECT
    p = min(max(damage(allele.effects), least), 1 - LEAST_EFFECT)
    return round(log10(p / (1 - p)), DIGITS)


def rarity(allele: Allele, recessive: bool) -> float:
    """PM2 (supporting) for a rare allele, less for every decade above; BS2 (strong) for many homozygotes."""
    if not allele.frequency_judged:
        return 0.0
    rare = RARE_RECESSIVE if recessive else RARE
    decades = log10(max(allele.popmax_af or 0.0, rare) / rare)
    least = -STRENGTH["strong"]
    limit = MOST_HOMOZYGOTES["recessive" if recessive else "dominant"]
    if (allele.nhomalt or 0) + (allele.hemizygotes or 0) > limit:
        return round(least, DIGITS)
    return round(max(least, STRENGTH["supporting"] - PER_DECADE * decades), DIGITS)


def is_likely_pathogenic(clinvar: str) -> bool:
    """Whether a classification, e.g. ``VCV17 Likely pathogenic``, is likely pathogenic and not pathogenic."""
    return clinvar.split(" ", 1)[-1].lower().startswith("likely")


def known(allele: Allele) -> float:
    """From the classification in a file of classified alleles."""
    if not allele.clinvar:
        return 0.0
    return round(LIKELY_KNOWN if is_likely_pathogenic(allele.clinvar) else KNOWN, DIGITS)


def inheritance(fit: ModeFit, seldom: bool, modes: frozenset[str]) -> float:
    """Fit of the mode to the family and to the gene (modes, empty if unknown).

    seldom: whether background variants seldom have such a genotype: de novo, or rare alleles that are homozygous or
    two in one gene.
    """
    state = {"fits": 0.0, "open": OPEN, "excluded": EXCLUDED}[fit.status]
    if fit.status == "fits":
        state = max(EXCLUDED, log10(fit.probability)) + (STRENGTH["strong"] if seldom else 0)
    return state + (OTHER_MODE if modes and fit.mode not in modes and fit.mode != "any" else 0)


def phenotype(share: float | None) -> float:
    """From the fraction of all annotated genes that match the patient at least as well (0 to 1); 0 without terms."""
    return 0.0 if share is None else round(thinned(share, STEEPNESS), DIGITS)
