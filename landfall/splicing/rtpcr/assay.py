"""The RT-PCR assay of a predicted outcome: primers, band sizes, expected gel and advice, as rows of a table."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from landfall.config.interpretation import Assay
from landfall.genome.tables import CANDIDATE
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import key_of
from landfall.splicing.leading_row import LeadingRow
from landfall.splicing.outcomes.transcript import Edit
from landfall.splicing.outcomes.used_site import segment as segment_of
from landfall.splicing.rows import OutcomeRow
from landfall.splicing.rtpcr.amplicons import TemplateError, Templates, build, place
from landfall.splicing.rtpcr.primers import Failure, Pair, flanking_pair, junction_pair

RESOLVED_BP = 10
"""Smallest difference in bases that an agarose gel resolves. Chosen here, not published."""
RESIDUAL_SHARE = 0.05
"""Proportion of normal splicing above which a homozygous patient's lane shows the normal band. Chosen here."""
KNOWN_FLANK = 3
"""Exons on either side of the change in which known variants are looked up: the adjacent one and two more."""


def called_changes(outcomes: Sequence[OutcomeRow]) -> list[OutcomeRow]:
    """The outcomes with an assay: called events."""
    return [outcome for outcome in outcomes if outcome["called"] and outcome["event"] != "none"]


def primer_stretches(transcript: Transcript, outcome: OutcomeRow) -> list[tuple[int, int]]:
    """The exons available for primers (0-based half-open): those around the changed segment."""
    exons = transcript.exons
    segment = segment_of(outcome)
    if segment is None:
        return []
    left = sum(end <= segment[0] for _, end in exons)
    right = sum(start < segment[1] for start, _ in exons)
    return list(exons[max(0, left - KNOWN_FLANK) : right + KNOWN_FLANK])


def assays(
    candidate: LeadingRow,
    outcomes: Sequence[OutcomeRow],
    transcript: Transcript,
    edit: Edit,
    settings: Assay,
    known: Collection[int] = (),
) -> list[dict[str, Any]]:
    """Rows of tables.ASSAYS for a row of the prioritised table: two for each of its called outcomes.

    known: 1-based positions of variants that primers avoid. An outcome without primers has a row with the reason.
    """
    normal = next((o["transcript_proportion"] for o in outcomes if o["event"] == "none"), None) or 0.0
    rows = []
    for outcome in called_changes(outcomes):
        shared = {
            "rank": candidate["rank"],
            **dict(zip(CANDIDATE, key_of(candidate), strict=True)),
            "outcome": outcome["outcome"],
            "event": outcome["event"],
        }
        for kind, columns in _designed(candidate, outcome, transcript, edit, settings, known, normal):
            rows.append({**shared, "pair": kind, **columns})
    return rows


def _designed(
    candidate: LeadingRow,
    outcome: OutcomeRow,
    transcript: Transcript,
    edit: Edit,
    settings: Assay,
    known: Collection[int],
    normal: float,
) -> list[tuple[str, dict[str, Any]]]:
    try:
        templates = build(transcript, edit, outcome)
    except TemplateError as error:
        return [(kind, _refused(str(error))) for kind in ("flanking", "junction")]
    alone = candidate["zygosity"] in ("homozygous", "hemizygous") and normal < RESIDUAL_SHARE
    found = []
    for kind, pair in (
        ("flanking", flanking_pair(templates, settings, known)),
        ("junction", junction_pair(templates, settings, known)),
    ):
        if isinstance(pair, Failure):
            found.append((kind, _refused(pair.reason)))
        else:
            found.append((kind, _row(pair, templates, outcome, settings, alone, candidate["gene"])))
    return found


def _refused(reason: str) -> dict[str, Any]:
    empty: dict[str, Any] = {"patient_bands": [], "control_bands": [], "water_bands": []}
    return {**empty, "status": "not_designed", "reason": reason, "relaxed": "", "check": "", "advice": ""}


def _row(
    pair: Pair, templates: Templates, outcome: OutcomeRow, settings: Assay, alone: bool, gene: str
) -> dict[str, Any]:
    genomic = genomic_size(pair, templates)
    longest = settings.product_size[1]
    return {
        "status": "designed",
        "reason": "",
        **_primer_columns(pair),
        "wild_type_bp": pair.wild_type,
        "mutant_bp": pair.mutant,
        "genomic_bp": genomic,
        "bands": band_words(pair, longest),
        **gel(pair, longest, alone),
        "relaxed": "; ".join(pair.relaxed),
        "check": check_words(pair),
        "advice": "; ".join(advice(pair, outcome, genomic, gene, longest)),
    }


def _primer_columns(pair: Pair) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for side, primer in (("left", pair.left), ("right", pair.right)):
        columns |= {
            f"{side}_primer": primer.sequence,
            f"{side}_tm": primer.tm,
            f"{side}_gc": primer.gc,
            f"{side}_place": place(pair.parts, primer.start, primer.end),
        }
    return columns


def genomic_size(pair: Pair, templates: Templates) -> int | None:
    """Product of the flanking pair on genomic DNA of the reference, in bases.

    None for a junction pair, and where a primer spans an exon junction, which genomic DNA lacks.
    """
    if pair.wild_type is None:
        return None
    shift = pair.right.end - pair.left.start - pair.wild_type
    ends: list[int] = []
    for start, end in (
        (pair.left.start, pair.left.end),
        (pair.right.start - shift, pair.right.end - shift),
    ):
        first, last = (templates.transcript.position(offset) for offset in (start, end - 1))
        if abs(last - first) + 1 != end - start:
            return None
        ends += [first, last]
    return max(ends) - min(ends) + 1


def band_words(pair: Pair, longest: int) -> str:
    """The expected bands: '312 bp and 359 bp', the wild type's first."""
    if pair.wild_type is None:
        return f"none from the wild type, {pair.mutant} bp"
    words = f"{pair.wild_type} bp and {pair.mutant} bp"
    too_long = [name for name, size in named(pair) if size is not None and size > longest]
    return words + (f" ({' and '.join(too_long)} longer than {longest} bp)" if too_long else "")


def named(pair: Pair) -> list[tuple[str, int | None]]:
    """Both products by name, in bases; None without a product."""
    return [("wild type", pair.wild_type), ("mutant", pair.mutant)]


def gel(pair: Pair, longest: int, alone: bool) -> dict[str, list[int]]:
    """Band sizes in bases of the lanes patient, control and water; bands longer than ``longest`` are not expected.

    alone: whether the patient has no wild-type mRNA.
    """
    wild_type, mutant = ([s] if s is not None and s <= longest else [] for _, s in named(pair))
    patient = mutant if alone else sorted({*wild_type, *mutant})
    return {"patient_bands": patient, "control_bands": wild_type, "water_bands": []}


def check_words(pair: Pair) -> str:
    """Text on the templates against which the primers were checked."""
    found = ", ".join(
        f"{name} {f'{size} bp' if size is not None else 'no product'}" for name, size in named(pair)
    )
    return (
        f"checked against both mRNAs of this transcript: {found}, no further product; not against other transcripts "
        "or genes"
    )


def advice(pair: Pair, outcome: OutcomeRow, genomic: int | None, gene: str, longest: int) -> list[str]:
    """Advice for the laboratory; products longer than ``longest`` bases are not expected to be visible."""
    words = [
        f"check in a public expression resource (such as GTEx) that {gene} is expressed, with these exons, in blood, "
        "fibroblasts or another accessible tissue; tissue was not assessed",
        "run patient, control and water, and a control without reverse transcriptase; sequence every band",
    ]
    if outcome["nmd"]:
        words.append(
            "the outcome is prone to nonsense-mediated decay: culture cells with and without cycloheximide or puromycin"
        )
    if pair.wild_type is not None and pair.mutant is not None:
        words += _size_advice(pair.wild_type, pair.mutant, longest)
    retained = outcome["event"] == "intron_retention"
    if (genomic is not None and genomic == pair.mutant) or (retained and pair.wild_type is None):
        words.append("genomic DNA yields the mutant band as well: treat the RNA with DNase")
    return words


def _size_advice(wild_type: int, mutant: int, longest: int) -> list[str]:
    if max(wild_type, mutant) > longest:
        name = "mutant" if mutant > wild_type else "wild-type"
        return [f"the {name} band is too long for this PCR and may be missed: rely on the junction pair"]
    gap = abs(mutant - wild_type)
    if gap < RESOLVED_BP:
        return [f"the bands differ by {gap} bp: distinguish them by fragment analysis or sequencing"]
    return ["the shorter product is amplified preferentially: band intensities are not proportions"]
