"""Modes of inheritance that the diseases of a gene are known to have, in the names of :mod:`landfall.inheritance`.

What a panel says of the gene comes first; without it, the modes that HPO annotates the gene with.
"""

from __future__ import annotations

from landfall.relevance import terms_of

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
