"""PVS1, a null variant where loss of function causes disease: the decision tree of Abou Tayoun et al. 2018.

The branches supported by the data: nonsense and frameshift, the canonical dinucleotides of a splice site, loss of the
start codon, deletion of the transcript; nonsense-mediated decay is predicted on the predicted mRNA. Elsewhere PVS1
requires an assay (Walker et al. 2023), and the strength it would then have is given. Not assessed: whether loss of
function causes the disease, whether the exon is relevant in the tissue, whether a region is critical.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from landfall.genome.sequence import Genome
from landfall.genome.transcripts import Transcript
from landfall.genome.translation import residues
from landfall.ranking import coding_words
from landfall.ranking.acmg.criteria import (
    CANONICAL,
    NEEDS_ASSAY,
    NOT_ASSESSED,
    NOT_MET,
    PROVISIONAL,
    WEAKEST_FIRST,
    Criterion,
)
from landfall.ranking.rows import PrioritisedRow
from landfall.splicing.rows import OutcomeRow

Verdict = tuple[str | None, str]
"""A strength (None: not covered by the decision tree, or not assessable) and the reason."""

TREE = "Abou Tayoun et al. 2018"
TRUNCATING = ("stop_gained", "frameshift_variant")
NULL = {*TRUNCATING, *CANONICAL, "start_lost", "transcript_ablation"}
REMOVED = 0.1
"""Fraction of the protein above which its loss is strong instead of moderate."""
NOTABLE_SHARE = 0.1
"""Called outcomes with a smaller transcript proportion do not lower the strength. Chosen here, not published."""
_FIRST_RESIDUE = re.compile(r"p\.\(?[A-Z][a-z]{2}(\d+)")


def loss_of_function(
    row: PrioritisedRow, outcomes: Sequence[OutcomeRow], transcript: Transcript | None, genome: Genome
) -> Criterion:
    """PVS1 for a row of the prioritised table with its outcomes on the same transcript.

    Not assessed where another transcript or a joint allele makes it null, or makes it not null: the outcomes are
    predicted for neither.
    """
    term, counted = row["consequence"], row["coding_consequence"]
    if counted not in (None, term) and {term, counted} & NULL:
        words = f"the consequence that counts is {coding_words.counted(row)}, for which no mRNA was predicted"
        return Criterion("PVS1", NOT_ASSESSED, None, words, TREE)
    if transcript is None or not transcript.coding:
        return Criterion("PVS1", NOT_MET, None, "the allele lies in no coding transcript", TREE)
    if term == "transcript_ablation":
        return _provisional(row, ("very_strong", "the whole transcript is deleted"))
    if term == "start_lost":
        return _provisional(row, _start(transcript, genome))
    if term in TRUNCATING:
        normal = [outcome for outcome in outcomes if outcome["event"] == "none"]
        return _provisional(row, weakest(normal, transcript) if normal else (None, _unscored(row)))
    changes = _notable(outcomes)
    if term in CANONICAL:
        verdict = weakest(changes, transcript) if changes else (None, _without_outcome(row))
        return _provisional(row, verdict)
    return _by_assay(row, changes, transcript)


def _provisional(row: PrioritisedRow, verdict: Verdict) -> Criterion:
    strength, words = verdict
    if strength is None:
        return Criterion("PVS1", NOT_ASSESSED, None, words, TREE)
    condition = f"on condition that loss of function of {row['gene']} is a known cause of the disease"
    return Criterion("PVS1", PROVISIONAL, strength, f"{words}; {condition}", TREE)


def _by_assay(row: PrioritisedRow, changes: Sequence[OutcomeRow], transcript: Transcript) -> Criterion:
    """Outside the canonical dinucleotide prediction alone gives no PVS1; the strength is that with an assay."""
    source = f"{TREE}; Walker et al. 2023"
    if not changes:
        words = f"{row['consequence']}: no null variant, and no change of splicing is called"
        return Criterion("PVS1", NOT_MET, None, words, source)
    strength, words = weakest(changes, transcript)
    if strength is None:
        return Criterion("PVS1", NOT_MET, None, words, source)
    words += f"; prediction alone does not count outside the two bases of a site: PVS1_{strength} (RNA) if confirmed"
    return Criterion("PVS1", NEEDS_ASSAY, strength, words, source)


def _unscored(row: PrioritisedRow) -> str:
    return f"no mRNA was predicted ({row['reason'] or 'no outcome'})"


def _without_outcome(row: PrioritisedRow) -> str:
    if row["status"] != "scored":
        return _unscored(row)
    return "the change is at the two bases of a splice site, but no change of splicing is called"


def _notable(outcomes: Sequence[OutcomeRow]) -> list[OutcomeRow]:
    """Called changes with at least NOTABLE_SHARE, and the likeliest one in any case."""
    called = [outcome for outcome in outcomes if outcome["called"] and outcome["event"] != "none"]
    return [o for n, o in enumerate(called) if n == 0 or (o["transcript_proportion"] or 0.0) >= NOTABLE_SHARE]


def weakest(outcomes: Sequence[OutcomeRow], transcript: Transcript) -> Verdict:
    """The weakest verdict of several outcomes, as each of them may occur."""
    verdicts = [branch(outcome, transcript) for outcome in outcomes]
    words = "; ".join(words for _, words in verdicts)
    strengths = [strength for strength, _ in verdicts if strength is not None]
    if len(strengths) < len(verdicts):
        return None, words
    return min(strengths, key=WEAKEST_FIRST.index), words


def branch(outcome: OutcomeRow, transcript: Transcript) -> Verdict:
    """The tree's verdict on one predicted mRNA of a coding transcript."""
    event = "normal splicing" if outcome["event"] == "none" else outcome["event"].replace("_", " ")
    name = f"{event}: {outcome['hgvs_p'] or 'no protein name'}"
    if outcome["ptc"]:
        return _premature(outcome, transcript, name)
    if outcome["frameshift"] is None:
        return None, f"{name}, the reading frame could not be assessed"
    if outcome["frameshift"]:
        return None, f"{name}, frameshift without a premature stop: not covered by the decision tree"
    if outcome["is_gain"] or not outcome["size_nt"]:
        return None, f"{name}, in frame without a loss: not covered by the decision tree (consider PM4)"
    return _removed(outcome["size_nt"] / 3 / _length(transcript), f"{name}, in frame")


def _premature(outcome: OutcomeRow, transcript: Transcript, name: str) -> Verdict:
    if outcome["nmd"]:
        return "very_strong", f"{name}, nonsense-mediated decay expected ({outcome['nmd_reason']})"
    found = _FIRST_RESIDUE.match(outcome["hgvs_p"] or "")
    first = int(found[1]) if found else outcome["ptc_codon"] or 1
    escape = f"{name}, escapes nonsense-mediated decay ({outcome['nmd_reason']})"
    return _removed((_length(transcript) - first + 1) / _length(transcript), escape)


def _removed(share: float, words: str) -> Verdict:
    """Strong above a tenth of the protein, else moderate; strong as well if the region is critical."""
    words = f"{words}, {share:.1%} of the protein removed"
    if share > REMOVED:
        return "strong", words
    return "moderate", f"{words} (strong if that region is critical to function, which was not assessed)"


def _length(transcript: Transcript) -> int:
    """Residues of the annotated protein, without its stop."""
    first, last = transcript.cds_span
    return (last - first) // 3 - 1


def _start(transcript: Transcript, genome: Genome) -> Verdict:
    """Supporting; moderate if a pathogenic variant lies before the next in-frame ATG, which is not looked up."""
    after = residues(transcript, genome).find("M", 1)
    next_start = f"the next Met is at codon {after + 1}" if after > 0 else "no other Met follows in frame"
    words = f"the start codon is lost, {next_start}"
    return "supporting", f"{words} (moderate if a pathogenic variant lies before it, which was not assessed)"
