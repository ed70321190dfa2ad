"""Draft ACMG/AMP criteria for an allele, each with its strength and its reason, and the class they would add up to.

No allele is classified: every row is a draft for manual review, with the evidence used and what could not be assessed.
Sources:

- Richards et al. 2015 (criteria); Tavtigian et al. 2018, 2020 (points, classes);
- Abou Tayoun et al. 2018 (PVS1, :mod:`landfall.ranking.acmg.pvs1`);
- Walker et al. 2023, ClinGen's splicing subgroup (PP3, BP4, BP7, and PS1, :mod:`landfall.ranking.acmg.ps1_splicing`);
- those of PS2, PM6, PM3, PP1 and BS4 in :mod:`landfall.ranking.acmg.relatives`.

Not combined: PP3 with PVS1; PM2 with BS1 or BA1; BS1 with BA1; BP7 without BP4; PS1 for splicing without
PP3 or PVS1; PP4 with PS2 or PM6, whose strength rests on the phenotype.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from landfall.config.interpretation import Evidence
from landfall.genome.hgvs.dna import trim
from landfall.genome.sequence import Genome
from landfall.genome.tables import CANDIDATE
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import allele_of, key_of
from landfall.ranking import coding_words, regulation_columns
from landfall.ranking.acmg import phenotype, relatives
from landfall.ranking.acmg.criteria import (
    CANONICAL,
    COUNTED,
    MET,
    NOT_ASSESSED,
    NOT_COMBINED,
    NOT_MET,
    PROVISIONAL,
    Criterion,
)
from landfall.ranking.acmg.ps1_splicing import Classified, same_splicing
from landfall.ranking.acmg.pvs1 import loss_of_function
from landfall.ranking.acmg.relatives import Relatives
from landfall.ranking.leading import by_splicing
from landfall.ranking.rows import PrioritisedRow
from landfall.regulation import summary
from landfall.splicing.model_scores import ModelScores
from landfall.splicing.probability import calibration
from landfall.splicing.rows import OutcomeRow
from landfall.variants.population_frequency import NOT_COVERED

WALKER = "Walker et al. 2023"
RICHARDS = "Richards et al. 2015"
MEASURED = "cut-off from measured deep-intronic variants"
SILENT = {
    "synonymous_variant",
    "stop_retained_variant",
    "intron_variant",
    "5_prime_UTR_variant",
    "3_prime_UTR_variant",
    "non_coding_transcript_exon_variant",
}
"""Consequences that leave the protein unchanged; splice region variants are assessed by their p. name."""
DONOR_REACH, ACCEPTOR_REACH = 7, 21
"""BP7 holds for intronic bases at or beyond +7 and -21."""
CLASSES = ((10, "pathogenic"), (6, "likely pathogenic"), (0, "uncertain significance"), (-6, "likely benign"))
"""Smallest sum of points of each class; below the last it is benign (Tavtigian et al. 2020)."""
OTHERS = "PS3, PS4, PM1, PM4, PM5, PP2, BS2, BS3, BP1, BP2, BP3 and BP5 were not considered"


@dataclass(frozen=True)
class AcmgCase:
    """The evidence on one allele in one gene.

    ``row``: its row of the prioritised table. ``outcomes``: its rows of the outcomes table on the same transcript.
    ``frequencies``: whether a source of population frequencies is configured. ``classified``: pathogenic alleles near
    it (None: no file is configured). ``others``: names of other leading candidates in the gene. ``relatives``: the
    family, and the other allele of a pair.
    """

    row: PrioritisedRow
    outcomes: Sequence[OutcomeRow]
    transcript: Transcript | None
    genome: Genome
    settings: Evidence
    frequencies: bool
    classified: Sequence[Classified] | None
    others: Sequence[str] = ()
    relatives: Relatives = field(default_factory=Relatives)


class Limits(NamedTuple):
    """The smallest delta score for PP3, the largest for BP4, where they hold, in words, and their source."""

    high: float
    low: float
    where: str
    source: str


def assess(case: AcmgCase) -> list[Criterion]:
    """Every criterion, met or not, those for pathogenicity first, then their sum."""
    pvs1 = loss_of_function(case.row, case.outcomes, case.transcript, case.genome)
    pp3, bp4 = _prediction(case)
    ps2, pm6 = relatives.de_novo(case.row, case.relatives, case.settings)
    pp1, bs4 = relatives.segregation(case.row, case.relatives)
    found = [
        pvs1,
        same_splicing(case.row, case.outcomes, case.transcript, case.genome, case.classified, pvs1, pp3),
        ps2,
        _rare(case),
        relatives.in_trans(case.row, case.relatives, case.others),
        pm6,
        pp1,
        pp3,
        phenotype.specific(case.row, case.settings),
        *_common(case),
        bs4,
        bp4,
        _silent_and_far(case, bp4),
    ]
    judged = _combined(found)
    return [*judged, total(judged)]


def _prediction(case: AcmgCase) -> tuple[Criterion, Criterion]:
    """PP3 from the masked delta scores, BP4 from the raw ones: for each criterion the more conservative."""
    scores = ModelScores(case.row, "spliceai")
    raw, masked = scores.ds_max, scores.masked_ds_max
    if raw is None or masked is None:
        why = f"not scored: {case.row['reason']}" if case.row["reason"] else "the cut-offs are SpliceAI's"
        words = f"no delta scores of SpliceAI ({why}){_regulation(case.row)}"
        return (
            Criterion("PP3", NOT_ASSESSED, None, words, WALKER),
            Criterion("BP4", NOT_ASSESSED, None, words, WALKER),
        )
    limits = _limits(case)
    met = masked >= limits.high
    relation = "at or above" if met else "below"
    words = f"SpliceAI's largest masked delta score is {masked:.2f}, {relation} {limits.high:g}{limits.where}"
    words += _regulation(case.row)
    pp3 = Criterion("PP3", MET if met else NOT_MET, "supporting" if met else None, words, limits.source)
    return pp3, _no_effect(case, raw, limits)


def _limits(case: AcmgCase) -> Limits:
    """The cut-offs of the allele's region."""
    transcript = case.transcript
    region = None if transcript is None else calibration.region_of(allele_of(case.row), transcript)
    if region == "deep_intronic":
        return Limits(*case.settings.delta_cutoffs(deep=True), ", deep in an intron", f"{WALKER}; {MEASURED}")
    return Limits(*case.settings.delta_cutoffs(deep=False), "", WALKER)


def _no_effect(case: AcmgCase, raw: float, limits: Limits) -> Criterion:
    words, low, source = f"SpliceAI's largest raw delta score is {raw:.2f}", limits.low, limits.source
    if raw > low:
        return Criterion("BP4", NOT_MET, None, f"{words}, above {low:g}{limits.where}", source)
    words += f", at or below {low:g}{limits.where}"
    if case.row["consequence"] in CANONICAL:
        return Criterion(
            "BP4", NOT_MET, None, f"{words}, but the change is at the site's two bases: PVS1", source
        )
    if _unusual(case.row):
        why = f"{words}, but the change of regulation is unusually large{_regulation(case.row)}"
        return Criterion("BP4", NOT_ASSESSED, None, why, source)
    if not leaves_protein(case.row):
        why = f"{words}; the effect of the protein change was not assessed"
        return Criterion("BP4", NOT_ASSESSED, None, why, source)
    return Criterion("BP4", MET, "supporting", words, source)


def _regulation(row: PrioritisedRow) -> str:
    """The result of the regulatory track models, used by no criterion; empty where none scored the allele."""
    if row["effect_regulation"] is None:
        return ""
    return f"; {regulation_columns.describe(row)}, used by no criterion, as no cut-off is calibrated"


def _unusual(row: PrioritisedRow) -> bool:
    """Whether a regulatory track model predicts a change larger than almost all background variants."""
    if row["effect_regulation"] is None:
        return False
    percentile, background = row["regulation_percentile"], row["regulation_background"]
    return percentile is not None and background is not None and summary.notable(percentile, background)


def leaves_protein(row: PrioritisedRow) -> bool:
    """Whether the normally spliced mRNA encodes the same protein, in every transcript and without other alleles."""
    if any(coding_words.beside(row)):
        return False
    if row["consequence"] == "splice_region_variant":
        return row["hgvs_p"] is None or row["hgvs_p"].endswith("=)")
    return row["consequence"] in SILENT


def _silent_and_far(case: AcmgCase, bp4: Criterion) -> Criterion:
    if bp4.status != MET:
        return Criterion("BP7", NOT_MET, None, "needs BP4, which is not met", WALKER)
    if case.transcript is None:
        return Criterion("BP7", NOT_ASSESSED, None, "the allele lies in no transcript", WALKER)
    place = _far_from_sites(case.transcript, case.row)
    if place is None:
        words = f"no silent or intronic change beyond +{DONOR_REACH} and -{ACCEPTOR_REACH}: {case.row['location']}"
        return Criterion("BP7", NOT_MET, None, words, WALKER)
    return Criterion("BP7", MET, "supporting", f"{place}, and no effect on splicing is predicted", WALKER)


def _far_from_sites(transcript: Transcript, row: PrioritisedRow) -> str | None:
    """Text on the location where BP7 applies, else None; from all bases that the allele changes."""
    change = trim(row["pos"], row["ref"], row["alt"])
    ends = (change.start + 1, change.end) if change.ref else (change.start, change.start + 1)
    regions = [transcript.region(pos) for pos in ends]
    if all(
        r.kind == "intron" and r.after >= DONOR_REACH and r.before >= ACCEPTOR_REACH and not r.utr
        for r in regions
    ):
        return f"intronic, {transcript.location(ends[0] - 1, ends[1])}"
    if (
        row["consequence"] in ("synonymous_variant", "splice_region_variant")
        and (row["hgvs_p"] or "")[-2:] == "=)"
    ):
        return None if any(_at_exon_edge(transcript, pos) for pos in ends) else "silent, within the exon"
    return None


def _at_exon_edge(transcript: Transcript, pos: int) -> bool:
    """Whether a 1-based position is the first base or one of the last three of an exon, or in no exon."""
    for start, end in transcript.exons:
        if start < pos <= end:
            first, left = (pos - start, end - pos) if transcript.forward else (end - pos + 1, pos - start - 1)
            return first == 1 or left < 3
    return True


def _rare(case: AcmgCase) -> Criterion:
    limits, frequency = case.settings.limits_of(case.row["gene"]), case.row["popmax_af"]
    if not case.frequencies:
        return Criterion("PM2", NOT_ASSESSED, None, UNKNOWN, RICHARDS)
    if frequency is None and case.row["frequency_source"] == NOT_COVERED:
        words = (
            "the population frequencies do not cover the position, so absence of the allele is uninformative"
        )
        return Criterion("PM2", NOT_ASSESSED, None, words, RICHARDS)
    if frequency is None:
        words = "absent from the configured population frequencies (coverage of the position unknown)"
        return Criterion("PM2", MET, "supporting", words, f"{RICHARDS}, supporting as ClinGen advises")
    words = f"{frequency:.3g} in {case.row['frequency_source']}"
    if frequency < limits.pm2_max_frequency:
        words += f", below {limits.pm2_max_frequency:g} ({limits.source})"
        return Criterion("PM2", MET, "supporting", words, f"{RICHARDS}, supporting as ClinGen advises")
    words += f", not below {limits.pm2_max_frequency:g} ({limits.source})"
    return Criterion("PM2", NOT_MET, None, words, RICHARDS)


UNKNOWN = "no source of population frequencies is configured"


def _common(case: AcmgCase) -> list[Criterion]:
    limits, frequency = case.settings.limits_of(case.row["gene"]), case.row["popmax_af"]
    criteria = (
        ("BA1", limits.ba1_min_frequency, "stand_alone"),
        ("BS1", limits.bs1_min_frequency, "strong"),
    )
    if not case.frequencies:
        return [Criterion(name, NOT_ASSESSED, None, UNKNOWN, RICHARDS) for name, _, _ in criteria]
    if frequency is None:
        words = "absent from the configured population frequencies"
        return [Criterion(name, NOT_MET, None, words, RICHARDS) for name, _, _ in criteria]
    found = []
    for name, limit, strength in criteria:
        met, source = frequency >= limit, case.row["frequency_source"]
        words = (
            f"{frequency:.3g} in {source}, {'at or above' if met else 'below'} {limit:g} ({limits.source})"
        )
        found.append(Criterion(name, MET if met else NOT_MET, strength if met else None, words, RICHARDS))
    return found


def _combined(found: Sequence[Criterion]) -> list[Criterion]:
    """Criteria excluded or covered by another one do not count; their reason names it."""
    counted = {c.criterion for c in found if c.status in COUNTED}
    excluded = {"PP3": ("PVS1",), "PP4": ("PS2", "PM6"), "PM2": ("BA1", "BS1"), "BS1": ("BA1",)}
    judged = []
    for criterion in found:
        rivals = [name for name in excluded.get(criterion.criterion, ()) if name in counted]
        if criterion.status in COUNTED and rivals:
            words = f"{criterion.reason}; not counted beside {rivals[0]}"
            criterion = replace(criterion, status=NOT_COMBINED, reason=words)
        judged.append(criterion)
    return judged


def total(criteria: Sequence[Criterion]) -> Criterion:
    """The sum of the points that count and the class it would give; BA1 is stand-alone."""
    points = sum(c.points for c in criteria)
    counted = [f"{c.criterion} {c.points:+d}" for c in criteria if c.points]
    alone = any(c.criterion == "BA1" and c.status == MET for c in criteria)
    name = "benign" if alone else draft_class(points)
    provisions = [c.criterion for c in criteria if c.status == PROVISIONAL]
    words = f"draft for manual review: {' '.join(counted) or 'no criterion counts'}"
    words += "; BA1 stands alone" if alone else ""
    words += f"; {' and '.join(provisions)} on the stated condition" if provisions else ""
    return Criterion(
        "sum", "draft", None, f"{words}; {OTHERS}", "Tavtigian et al. 2020", points, draft_class=name
    )


def draft_class(points: int) -> str:
    """The class of a sum of points (Tavtigian et al. 2020): 10 or more pathogenic, -7 or less benign."""
    return next((name for least, name in CLASSES if points >= least), "benign")


def leading(rows: Sequence[PrioritisedRow], top: int) -> list[PrioritisedRow]:
    """The leading rows of the prioritised table: the findings, changes of splicing, and the first ``top``."""
    return [row for row in rows if row["flagged"] or by_splicing(row) or row["rank"] <= top]


def other_candidates(row: PrioritisedRow, rows: Sequence[PrioritisedRow]) -> list[str]:
    """HGVS names of the other alleles in the same gene, in the order of the rows."""
    same = [other for other in rows if row["gene"] and other["gene"] == row["gene"]]
    return list(dict.fromkeys(o["hgvs_c"] for o in same if o["hgvs_g"] != row["hgvs_g"]))


def table_rows(row: PrioritisedRow, criteria: Sequence[Criterion]) -> list[dict[str, Any]]:
    """The criteria of one row of the prioritised table, for tables.EVIDENCE."""
    shared = {"rank": row["rank"], **dict(zip(CANDIDATE, key_of(row), strict=True))}
    columns = ("criterion", "status", "strength", "points", "draft_class", "reason", "source")
    return [
        {**shared, "order": number, **{name: getattr(criterion, name) for name in columns}}
        for number, criterion in enumerate(criteria, start=1)
    ]
