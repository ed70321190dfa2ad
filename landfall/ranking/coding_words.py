"""Text on the coding consequences of a row, in its own and in other transcripts, from its columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Row = Mapping[str, Any]


def short(term: str) -> str:
    """A Sequence Ontology term as text: 'stop gained', 'frameshift'."""
    return term.removesuffix("_variant").replace("_", " ")


def counted(row: Row) -> str:
    """The consequence that counts, with the other transcript or alleles that it depends on."""
    words, elsewhere = [short(row["coding_consequence"] or row["consequence"])], _elsewhere(row)
    if (by_joint(row) or elsewhere) and row["coding_hgvs_p"]:
        words.append(row["coding_hgvs_p"])
    if by_joint(row):
        words.append(f"together with {alleles(row)} on the same copy")
    if elsewhere:
        words.append(f"in {row['coding_transcript']}")
    return " ".join(words)


def _elsewhere(row: Row) -> bool:
    """Whether the consequence that counts is on another transcript than the row's."""
    return row["coding_transcript"] not in (None, row["transcript"])


def by_joint(row: Row) -> bool:
    """Whether the consequence that counts is the joint one with other alleles of the haplotype."""
    same = all(row[f"joint_{name}"] == row[f"coding_{name}"] for name in ("transcript", "hgvs_c"))
    return bool(row["joint_phase"] == "cis" and same)


def noted(row: Row) -> Iterator[str]:
    """Short notes on consequences that do not count."""
    if row["joint_with"] and row["joint_phase"] != "cis":
        told = f"{_effect(row, 'joint')} together with {alleles(row)}"
        where = {"one_copy": "which only one of its two copies has", "unknown": "if both lie on one copy"}
        yield f"{told}, {where[row['joint_phase']]} (not counted)"
    if row["elsewhere_transcript"]:
        yield f"{_effect(row, 'elsewhere')} in {row['elsewhere_transcript']} (not counted)"


def _effect(row: Row, prefix: str) -> str:
    return " ".join(filter(None, (short(row[f"{prefix}_consequence"]), row[f"{prefix}_hgvs_p"])))


def beside(row: Row) -> Iterator[tuple[str, str]]:
    """Label and text, with full HGVS names, of each consequence other than that of the row's own transcript."""
    elsewhere = _elsewhere(row)
    tag = f", {row['coding_tag'].replace('_', ' ')}" if elsewhere and row["coding_tag"] else ""
    if elsewhere and not by_joint(row):
        yield "hit worst", f"{name(row, 'coding')}{tag}; it counts"
    if row["joint_with"]:
        phase = {
            "cis": "on the same copy: this counts",
            "one_copy": "which only one of its two copies has: not counted",
            "unknown": "not known to lie on the same copy: not counted",
        }
        where = tag if by_joint(row) else ""
        yield (
            "joint",
            f"{name(row, 'joint')}{where}, together with {alleles(row)}, {phase[row['joint_phase']]}",
        )
    if row["elsewhere_transcript"]:
        yield "elsewhere", f"{name(row, 'elsewhere')}, a transcript that does not count"


def name(row: Row, prefix: str) -> str:
    """Transcript, HGVS names and consequence of one group of columns."""
    named = f"{row[f'{prefix}_transcript']}:{row[f'{prefix}_hgvs_c']}"
    parts = filter(None, (named, refseq(row, f"{prefix}_"), row[f"{prefix}_hgvs_p"]))
    return f"{', '.join(parts)} ({short(row[f'{prefix}_consequence'])})"


def refseq(row: Row, prefix: str = "") -> str:
    """The RefSeq name of a group of columns; empty if none is known, or if the transcript is itself a RefSeq one."""
    found = row[f"{prefix}hgvs_c_refseq"]
    return found if found and not found.startswith(f"{row[f'{prefix}transcript']}:") else ""


def alleles(row: Row) -> str:
    return str(row["joint_with"]).replace(";", " and ")
