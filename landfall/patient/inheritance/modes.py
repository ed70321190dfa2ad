"""Modes of inheritance that the diseases of a gene are known to have, in the names of
:mod:`landfall.patient.inheritance.compound_het`.

What a panel says of the gene comes first; without it, the modes that HPO annotates the gene with.
"""

from __future__ import annotations

from collections.abc import Mapping

from landfall.genome import chromosomes
from landfall.patient.phenotype.similarity import terms_of

DOMINANT = frozenset(("autosomal_dominant", "de_novo"))
RECESSIVE = frozenset(("autosomal_recessive", "autosomal_recessive_compound"))
X_LINKED = frozenset(("x_linked_dominant", "x_linked_recessive", "x_linked_recessive_compound", "de_novo"))
MITOCHONDRIAL = frozenset(("mitochondrial", "de_novo"))
Y_LINKED = frozenset(("y_linked", "de_novo"))

BY_TERM = {
    6: DOMINANT,
    7: RECESSIVE,
    1417: X_LINKED,
    1419: X_LINKED,
    1423: X_LINKED,
    1427: MITOCHONDRIAL,
    1450: Y_LINKED,
    32113: DOMINANT | RECESSIVE,
}
"""HPO's terms of inheritance by number, the last semidominant; X-linked diseases are not parted, as carriers of
recessive ones may be ill."""
IN_PANELS = {
    "monoallelic": DOMINANT,
    "biallelic": RECESSIVE,
    "both monoallelic": DOMINANT | RECESSIVE,
    "x-linked": X_LINKED,
    "mitochondrial": MITOCHONDRIAL,
}
"""Beginnings of PanelApp's modes."""


def modes_of(gene: str, panel: str = "") -> frozenset[str]:
    """The modes of a gene by symbol; ``panel``: its mode as the panel writes it. Empty where neither says any."""
    told = (modes for start, modes in IN_PANELS.items() if panel.lower().startswith(start))
    known = (BY_TERM[term] for term in terms_of(gene) if term in BY_TERM)
    return next(told, None) or frozenset().union(*known)


PAIRED = ("autosomal_dominant", "autosomal_recessive_compound")
MODES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    chromosomes.AUTOSOME: {
        "heterozygous": PAIRED,
        "homozygous": ("autosomal_recessive",),
        "": (*PAIRED, "autosomal_recessive"),
    },
    chromosomes.X: {
        "heterozygous": ("x_linked_dominant", "x_linked_recessive_compound", "x_linked_recessive"),
        "": ("x_linked_dominant", "x_linked_recessive"),
    },
    chromosomes.Y: {"": ("y_linked",)},
    chromosomes.MITOCHONDRION: {"": ("mitochondrial",)},
}
"""Modes of inheritance that a call can fit by its chromosome and zygosity; '' is any zygosity that is not named.

A heterozygous call on X may be that of a man whose caller knows no ploidy: it can be recessive by itself.
"""

RECESSIVE_MODES = frozenset(
    (
        "autosomal_recessive",
        "autosomal_recessive_compound",
        "x_linked_recessive",
        "x_linked_recessive_compound",
    )
)
COMPOUND_MODES = frozenset(("autosomal_recessive_compound", "x_linked_recessive_compound"))

LABELS = {
    "any": "any mode",
    "autosomal_dominant": "autosomal dominant",
    "autosomal_recessive": "autosomal recessive",
    "autosomal_recessive_compound": "autosomal recessive, compound heterozygous",
    "de_novo": "a de novo change",
    "x_linked_dominant": "X-linked dominant",
    "x_linked_recessive": "X-linked recessive",
    "x_linked_recessive_compound": "X-linked recessive, compound heterozygous",
    "y_linked": "Y-linked",
    "mitochondrial": "mitochondrial inheritance",
}
STATES = ("fits", "open", "excluded")
"""Best first."""
