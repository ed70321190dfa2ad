"""The modes of inheritance: each declared once, and what follows from the declarations.

The mode of a gene's panel entry has precedence; without it, the modes of the gene's HPO annotation.
"""

from __future__ import annotations

from dataclasses import dataclass

from landfall.genome.chromosomes import AUTOSOME, MITOCHONDRION, X, Y
from landfall.patient.phenotype.similarity import terms_of

ONE_COPY = ("hemizygous", "unknown")
"""Zygosities that fit dominant and recessive modes alike."""
ANY = ("heterozygous", "homozygous", *ONE_COPY)
SEMIDOMINANT, X_LINKED = 32113, (1417, 1419, 1423)
"""Terms of HPO. X-linked dominant and recessive are not separated: carriers of recessive diseases may be affected."""


@dataclass(frozen=True)
class InheritanceMode:
    """One mode of inheritance.

    ``label``: in words, as in "fits ...". ``chromosome`` and ``zygosities``: of the calls that can fit it, and so are
    subject to its frequency limit; None and empty for a mode that has no limit of its own. ``compound``: whether
    it needs a second allele in the gene, on the other copy. ``hpo_terms``: HPO's terms of inheritance, by number, of
    the genes whose diseases may have it; ``panels``: beginnings of PanelApp's modes, in lower case.
    """

    name: str
    label: str
    chromosome: str | None = None
    zygosities: tuple[str, ...] = ()
    recessive: bool = False
    compound: bool = False
    hpo_terms: tuple[int, ...] = ()
    panels: tuple[str, ...] = ()


MODES = (
    InheritanceMode("any", "any mode"),
    InheritanceMode(
        "autosomal_dominant",
        "autosomal dominant",
        AUTOSOME,
        ("heterozygous", *ONE_COPY),
        hpo_terms=(6, SEMIDOMINANT),
        panels=("monoallelic", "both monoallelic"),
    ),
    InheritanceMode(
        "autosomal_recessive",
        "autosomal recessive",
        AUTOSOME,
        ("homozygous", *ONE_COPY),
        recessive=True,
        hpo_terms=(7, SEMIDOMINANT),
        panels=("biallelic", "both monoallelic"),
    ),
    InheritanceMode(
        "autosomal_recessive_comp_het",
        "autosomal recessive, compound heterozygous",
        AUTOSOME,
        ("heterozygous", *ONE_COPY),
        recessive=True,
        compound=True,
        hpo_terms=(7, SEMIDOMINANT),
        panels=("biallelic", "both monoallelic"),
    ),
    InheritanceMode(
        "de_novo",
        "a de novo change",
        hpo_terms=(6, SEMIDOMINANT, *X_LINKED, 1427, 1450),
        panels=("monoallelic", "both monoallelic", "x-linked", "mitochondrial"),
    ),
    InheritanceMode(
        "x_linked_dominant", "X-linked dominant", X, ANY, hpo_terms=X_LINKED, panels=("x-linked",)
    ),
    # A heterozygous call on X may be a male's, by a caller without ploidy: it can be recessive by itself.
    InheritanceMode(
        "x_linked_recessive",
        "X-linked recessive",
        X,
        ANY,
        recessive=True,
        hpo_terms=X_LINKED,
        panels=("x-linked",),
    ),
    InheritanceMode(
        "x_linked_recessive_comp_het",
        "X-linked recessive, compound heterozygous",
        X,
        ("heterozygous",),
        recessive=True,
        compound=True,
        hpo_terms=X_LINKED,
        panels=("x-linked",),
    ),
    InheritanceMode("y_linked", "Y-linked", Y, ANY, hpo_terms=(1450,)),
    InheritanceMode(
        "mitochondrial",
        "mitochondrial inheritance",
        MITOCHONDRION,
        ANY,
        hpo_terms=(1427,),
        panels=("mitochondrial",),
    ),
)
"""In the order in which modes that fit equally well are reported."""
FORMER_MODES = (
    ("autosomal_recessive_compound", "autosomal_recessive_comp_het"),
    ("x_linked_recessive_compound", "x_linked_recessive_comp_het"),
)
"""Names of modes in tables of older versions, with the present ones."""
LABELS = {mode.name: mode.label for mode in MODES}
RECESSIVE_MODES = frozenset(mode.name for mode in MODES if mode.recessive)
COMPOUND_MODES = frozenset(mode.name for mode in MODES if mode.compound)
LIMITED_MODES = tuple(mode.name for mode in MODES if mode.chromosome)
"""Those with a frequency limit, which ``filter.frequency.modes`` sets."""
STATES = ("fits", "open", "excluded")
"""Best first."""


def fitting(chromosome: str, zygosity: str) -> tuple[str, ...]:
    """The modes that a call can fit by the kind of its chromosome and its zygosity."""
    return tuple(m.name for m in MODES if m.chromosome == chromosome and zygosity in m.zygosities)


def modes_of(gene: str, panel: str = "") -> frozenset[str]:
    """The modes of a gene by symbol; ``panel``: its mode as the panel writes it. Empty where neither gives one."""
    in_panel = frozenset(mode.name for mode in MODES if panel.lower().startswith(mode.panels))
    terms = set(terms_of(gene))
    return in_panel or frozenset(mode.name for mode in MODES if terms & set(mode.hpo_terms))
