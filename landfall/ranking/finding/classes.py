"""The classes of a variant, from its row in the prioritised table: what its case page shows."""

from __future__ import annotations

from collections.abc import Iterator

from landfall.genome.translation import mitochondrial
from landfall.ranking.finding.columns import has_kind
from landfall.ranking.inheritance_columns import counted
from landfall.ranking.rows import PrioritisedRow

CLASSES = {
    "pair": "pair",
    "known": "known pathogenic",
    "coding": "coding",
    "splicing": "splicing",
    "rna_gene": "RNA gene",
    "mitochondrial": "mitochondrial",
    "regulatory": "regulatory",
    "non_coding": "non-coding",
}
"""Name and words, in the order of the page; a variant may have several, the last one only where it has no other."""
CANONICAL = ("splice_donor_variant", "splice_acceptor_variant")
WITHOUT_NAME = ("transcript_ablation", "start_lost", "stop_lost", "coding_sequence_variant")
"""Coding consequences that may lack a protein name."""


def classes(row: PrioritisedRow) -> list[str]:
    """The classes of an allele in its gene, at least one, in the order of CLASSES."""
    found = set(_found(row))
    return [name for name in CLASSES if name in found] or ["non_coding"]


def words(row: PrioritisedRow) -> str:
    """'pair, coding'."""
    return ", ".join(CLASSES[name] for name in classes(row))


def _found(row: PrioritisedRow) -> Iterator[str]:
    term = counted(row)
    holds = {
        "pair": has_kind(row, "pair"),
        "known": bool(row["clinvar"] or row["clinvar_conflict"]),
        "coding": bool(row["coding_hgvs_p"] or row["hgvs_p"]) or term in WITHOUT_NAME,
        "splicing": has_kind(row, "splicing") or term in CANONICAL or row["event"] not in (None, "none"),
        "rna_gene": row["hgvs_c"].startswith("n."),
        "mitochondrial": mitochondrial(row["chrom"]),
        "regulatory": has_kind(row, "regulation")
        or (not row["transcript"] and bool(row["effect_regulation"])),
    }
    yield from (name for name, found in holds.items() if found)
