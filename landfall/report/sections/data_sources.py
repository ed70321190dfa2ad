"""From a section of the report to the tables that its values stand in, and from those to what made them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

SECTIONS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "What changed, in a reanalysis": (("changes",), "both results, and the records of both runs"),
    "Summary; ranked candidates; the score step by step": (
        ("prioritised", "pairs"),
        "scores of the models, the patient's calls, the family, frequencies, HPO terms, classified alleles",
    ),
    "Funnel; not scored, and why": (("ledger",), "the patient's VCF, and the rules of each stage"),
    "The call set": (("callset",), "the patient's VCF"),
    "What is predicted": (
        ("outcomes",),
        "scores and probabilities of the first model, gene annotation, reference sequence",
    ),
    "How sure": (
        ("interpreted_candidates", "stability", "mutagenesis", "haplotypes"),
        "the first model run again on the patient's own copy, at other distances and by its single networks",
    ),
    "Draft evidence": (("evidence",), "the rows above, held against the stated limits"),
    "What to do next": (
        ("assay", "antisense_scan"),
        "the predicted mRNAs, reference sequence, common alleles; the first model with stretches hidden",
    ),
    "Regulation": (
        (
            "regulatory",
            "regulation",
            "classes",
            "regulation_bins",
            "regulation_attribution",
            "regulation_stretches",
            "regulation_mutagenesis",
        ),
        "networks of regulatory tracks, where any ran",
    ),
}
"""Title of sections to the files of the results that they print, and what those are made from."""
UNRECORDED = {"changes": "written after this record was made"}


@dataclass(frozen=True)
class Origin:
    """The sections that print a table, the table's file, its SHA-256 or why there is none, and what it is made from."""

    sections: str
    file: str
    digest: str
    made_from: str


def origins(provenance: Mapping[str, Any]) -> list[Origin]:
    """A row for each table that the report prints; nothing where the record lists no results."""
    digests = {file["name"]: file["sha256"] for file in provenance.get("results") or ()}
    return list(_origins(digests)) if digests else []


def _origins(digests: Mapping[str, str]) -> Iterator[Origin]:
    for sections, (names, made_from) in SECTIONS.items():
        for name in names:
            file = f"{name}.parquet"
            if digest := digests.get(file, UNRECORDED.get(name)):
                yield Origin(sections, file, digest, made_from)
