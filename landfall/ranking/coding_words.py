"""Text on the coding consequences of a row, in its own and in other transcripts, from its columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from landfall.ranking.rows import PrioritisedRow as Row


class Effect(NamedTuple):
    """The effect of an allele on one transcript: a group of columns."""

    transcript: str | None
    consequence: str | None
    hgvs_c: str | None
    refseq: str | None
    hgvs_p: str | None


def own_effect(row: Row) -> Effect:
    """In the transcript that the allele is scored in."""
    return Effect(row["transcript"], row["consequence"], row["hgvs_c"], row["hgvs_c_refseq"], row["hgvs_p"])


def coding_effect(row: Row) -> Effect:
    """In the transcript that counts."""
    return Effect(
        row["coding_transcript"],
        row["coding_consequence"],
        row["coding_hgvs_c"],
        row["coding_hgvs_c_refseq"],
        row["coding_hgvs_p"],
    )


def elsewhere_effect(row: Row) -> Effect:
    """In a transcript that does not count."""
    return Effect(
        row["elsewhere_transcript"],
        row["elsewhere_consequence"],
        row["elsewhere_hgvs_c"],
        row["elsewhere_hgvs_c_refseq"],
        row["elsewhere_hgvs_p"],
    )


def joint_effect(row: Row) -> Effect:
    """Together with other alleles on one copy."""
    return Effect(
        row["joint_transcript"],
        row["joint_consequence"],
        row["joint_hgvs_c"],
        row["joint_hgvs_c_refseq"],
        row["joint_hgvs_p"],
    )


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
    joint, counted = (
        (row["joint_transcript"], row["joint_hgvs_c"]),
        (row["coding_transcript"], row["coding_hgvs_c"]),
    )
    return row["joint_phase"] == "cis" and joint == counted


def noted(row: Row) -> Iterator[str]:
    """Short notes on consequences that do not count."""
    if row["joint_with"] and row["joint_phase"] and row["joint_phase"] != "cis":
        jointly = f"{_words(joint_effect(row))} together with {alleles(row)}"
        where = {"one_copy": "which only one of its two copies has", "unknown": "if both lie on one copy"}
        yield f"{jointly}, {where[row['joint_phase']]} (not counted)"
    if row["elsewhere_transcript"]:
        yield f"{_words(elsewhere_effect(row))} in {row['elsewhere_transcript']} (not counted)"


def _words(effect: Effect) -> str:
    return " ".join(filter(None, (short(effect.consequence or ""), effect.hgvs_p)))


def beside(row: Row) -> Iterator[tuple[str, str]]:
    """Label and text, with full HGVS names, of each consequence other than that of the row's own transcript."""
    elsewhere = _elsewhere(row)
    tag = f", {row['coding_tag'].replace('_', ' ')}" if elsewhere and row["coding_tag"] else ""
    if elsewhere and not by_joint(row):
        yield "most severe", f"{name(coding_effect(row))}{tag}; it counts"
    if row["joint_with"] and row["joint_phase"]:
        phase = {
            "cis": "on the same copy: this counts",
            "one_copy": "which only one of its two copies has: not counted",
            "unknown": "not known to lie on the same copy: not counted",
        }
        where = tag if by_joint(row) else ""
        yield (
            "joint",
            f"{name(joint_effect(row))}{where}, together with {alleles(row)}, {phase[row['joint_phase']]}",
        )
    if row["elsewhere_transcript"]:
        yield "elsewhere", f"{name(elsewhere_effect(row))}, a transcript that does not count"


def name(effect: Effect) -> str:
    """Transcript, HGVS names and consequence of one group of columns."""
    named = f"{effect.transcript}:{effect.hgvs_c}"
    parts = filter(None, (named, refseq(effect), effect.hgvs_p))
    return f"{', '.join(parts)} ({short(effect.consequence or '')})"


def refseq(effect: Effect) -> str:
    """The RefSeq name of a group of columns; empty if none is known, or if the transcript is itself a RefSeq one."""
    found = effect.refseq
    return found if found and not found.startswith(f"{effect.transcript}:") else ""


def alleles(row: Row) -> str:
    return str(row["joint_with"]).replace(";", " and ")
