"""Made-up tables of what is said of leading candidates: evidence, assay, closer look. Companion of report_example."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from landfall.genome.encoding import BASES
from landfall.genome.sequence import reverse_complement
from landfall.genome.tables import ALLELE
from landfall.io import parquet
from landfall.report.registry import TABLES
from tests.unit.report import report_example as example

ALLELE_AND_GENE = (*ALLELE, "gene", "transcript")


def keys(of: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: of[name] for name in (*names, *ALLELE_AND_GENE)}


def evidence(of: dict[str, Any]) -> list[dict[str, Any]]:
    """One criterion of each kind of status that the page tells apart, and their sum."""
    judged = (
        ("PVS1", "needs_assay", "very_strong", 0, "decay expected; if shown by RNA"),
        ("PS1", "not_assessed", None, 0, "no file of classified alleles is configured"),
        ("PM2", "met", "supporting", 1, "no source has the allele"),
        ("PP1", "manual_review", None, 0, "segregation was not read"),
        ("PP3", "met", "supporting", 1, "masked delta 0.91, at or above 0.2"),
        ("BP4", "not_met", None, 0, "raw delta 0.91, above 0.1"),
        ("sum", "draft", None, 2, "draft for manual review: PM2 +1 PP3 +1"),
    )
    return [
        {
            **keys(of, "rank"),
            "order": order,
            "criterion": name,
            "status": status,
            "strength": strength,
            "points": points,
            "draft_class": "uncertain significance" if name == "sum" else None,
            "reason": reason,
            "source": "Richards et al. 2015",
        }
        for order, (name, status, strength, points, reason) in enumerate(judged, 1)
    ]


def assay(of: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A flanking pair with bands of 312 and 359 bases."""
    base = {
        **keys(of, "rank"),
        "outcome": 1,
        "event": "pseudoexon",
        "pair": "flanking",
        "status": "designed",
        "reason": "",
        "left_primer": "CGACGCCAAACTGGATCAGA",
        "left_tm": 60.4,
        "left_gc": 55.0,
        "left_place": "exon 7",
        "right_primer": "AGATTTGACCACTTCGCGGT",
        "right_tm": 59.96,
        "right_gc": 50.0,
        "right_place": "exon 8",
        "wild_type_bp": 312,
        "mutant_bp": 359,
        "genomic_bp": 2_827,
        "bands": "312 bp and 359 bp",
        "patient_bands": [359],
        "control_bands": [312],
        "water_bands": [],
        "relaxed": "",
        "check": "checked against both mRNAs of this transcript",
        "advice": "sequence every band; culture cells with and without cycloheximide",
    }
    return {**base, **changes}


REFUSED = {
    "pair": "junction",
    "status": "not_designed",
    "reason": "no primer fits across the boundary",
    "patient_bands": [],
    "control_bands": [],
    "relaxed": "",
    "check": "",
    "advice": "",
}


def leading(of: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The account of a mapped candidate."""
    base = {
        **keys(of, "rank", "flagged"),
        "model": "spliceai",
        "event": "pseudoexon",
        "site_loss": False,
        "acceptor": 124_869,
        "donor": 124_915,
        "aberrant_splicing_ref": 0.06,
        "aberrant_splicing_alt": 0.88,
        "neighbours_judged": 2,
        "neighbours_not_judged": 3,
        "networks": 5,
        "networks_reaching": 4,
        "network_min": 0.41,
        "network_max": 0.97,
        "status": "mapped",
        "reason": "",
        "detail": "",
    }
    return {**base, **changes}


NOT_EXAMINED = {
    **dict.fromkeys(
        (
            "event",
            "site_loss",
            "acceptor",
            "donor",
            "aberrant_splicing_ref",
            "aberrant_splicing_alt",
            "networks_reaching",
            "networks",
        )
    ),
    **dict.fromkeys(("neighbours_judged", "neighbours_not_judged", "network_min", "network_max")),
    "status": "not_examined",
    "reason": "too_many",
    "detail": "interpretation.max_candidates is 1",
}


def mutagenesis(of: dict[str, Any], first: int, bases: str, needed: set[int]) -> list[dict[str, Any]]:
    """Every change of ``bases`` (+ strand, from 1-based ``first``): those at ``needed`` take the outcome away."""
    rows = []
    for copy in ("alternate", "reference"):
        for pos, base in enumerate(bases, first):
            for other in BASES.replace(base, ""):
                change = 0.0 if copy == "reference" else -0.8 if pos in needed else 0.1 * (pos == first)
                made = copy == "reference" and (pos, other) == (first, BASES.replace(bases[0], "")[0])
                aberrant = 0.06 + 0.5 * made if copy == "reference" else 0.88 + change
                rows.append(
                    {
                        **keys(of),
                        "model": "spliceai",
                        "haplotype": copy,
                        "base_pos": pos,
                        "base_offset": 0,
                        "base": base,
                        "changed_to": other,
                        "aberrant_splicing": aberrant,
                        "change": aberrant - (0.06 if copy == "reference" else 0.88),
                    }
                )
    return rows


def rescue(of: dict[str, Any], start: int, count: int) -> list[dict[str, Any]]:
    """Stretches of 20 bases, 3 apart, the first of them the best."""
    target = "GATTACAGATTACAGATTAC"
    return [
        {
            **keys(of),
            "model": "spliceai",
            "rank": rank,
            "start": start + 3 * rank,
            "end": start + 3 * rank + 20,
            "target": target,
            "antisense": reverse_complement(target),
            "gc": 0.3,
            "covers_variant": rank == 1,
            "aberrant_splicing": 0.02 * rank,
            "change": 0.02 * rank - 0.88,
            "annotated_site_retention": None if rank == 1 else 0.97,
            "shuffled": 0.1,
        }
        for rank in range(1, count + 1)
    ]


def haplotypes(of: dict[str, Any]) -> list[dict[str, Any]]:
    """A neighbour that rescues, one that adds nothing, three that were not judged."""
    base = {**keys(of), "model": "spliceai", "phase": "cis", "status": "assessed", "reason": "", "detail": ""}
    numbers = {"delta_candidate": 0.91, "delta_neighbours": 0.01}
    judged = [
        {
            **base,
            **numbers,
            "neighbours": "chr2-124920-A-G",
            "offset": 4,
            "delta_joint": 0.9,
            "verdict": "additive",
        },
        {
            **base,
            **numbers,
            "neighbours": "chr2-124990-A-G",
            "offset": 74,
            "delta_joint": 0.1,
            "verdict": "rescue",
        },
    ]
    unread = {
        **base,
        "phase": "unknown",
        "status": "not_assessed",
        "reason": "unphased",
        "detail": "0/1 and 0/1",
    }
    return judged + [{**unread, "neighbours": f"chr2-12500{n}-C-T", "offset": 84 + n} for n in range(3)]


def stability(of: dict[str, Any]) -> list[dict[str, Any]]:
    """The run's own setting, one that agrees, one that does not, one that could not be judged."""
    base = {
        **keys(of),
        "model": "spliceai",
        "event": "pseudoexon",
        "start": 124_868,
        "end": 124_915,
        "reason": "",
    }
    held = {"delta": 0.91, "reaches": True, "agrees": True}
    nothing = dict.fromkeys(("delta", "reaches", "agrees", "event", "start", "end"))
    return [
        {**base, **held, "kind": "run", "setting": "D 500, masked"},
        {**base, **held, "kind": "distance", "setting": "D 500"},
        {**base, **held, "kind": "distance", "setting": "D 4999"},
        {**base, "kind": "network", "setting": "3", "delta": 0.41, "reaches": False, "agrees": False},
        {**base, **nothing, "kind": "transcript", "setting": "TX1.2", "reason": "unknown_sequence: 0.9 N"},
    ]


def full() -> dict[str, pa.Table]:
    """Every further table: all about the first finding, the map of the - strand, one finding not examined."""
    first, minus, last = example.PSEUDOEXON, example.INVERTED, example.SKIPPED
    rows = {
        "evidence": evidence(first),
        "assays": [assay(first), assay(first, **REFUSED)],
        "interpreted_candidates": [
            leading(first),
            leading(minus, acceptor=503_462, donor=503_400),
            leading(last, **NOT_EXAMINED),
        ],
        "mutagenesis": [
            *mutagenesis(first, 124_910, "AAAGGTAAGA", {124_916}),
            *mutagenesis(minus, 503_396, "TTACC", {503_399}),
        ],
        "antisense_scan": rescue(first, 124_880, 8),
        "haplotypes": haplotypes(first),
        "stability": stability(first),
    }
    return {name: parquet.from_rows(TABLES[name], found) for name, found in rows.items()}
