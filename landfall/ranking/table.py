"""The prioritised table: one row per allele and gene, best first, by the score of :mod:`landfall.ranking.score`.

Ties are ordered by population frequency, then by position on the reference; a pair takes the position of its first
member, so that both are adjacent, the better one first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

from landfall.config.sections import Finding, Inheritance
from landfall.genome.hgvs.dna import hgvs_g
from landfall.genome.sequence import Genome
from landfall.genome.tables import ALLELE
from landfall.genome.transcripts import GeneIndex, Transcript
from landfall.genome.variant import Key, Row, Variant, allele_of, key_of
from landfall.patient.inheritance import modes as inheritance_modes
from landfall.patient.inheritance.compound_het import InheritanceResult, judge
from landfall.patient.inheritance.family import Family
from landfall.patient.inheritance.modes import LABELS
from landfall.patient.phenotype.hpo import Profile
from landfall.patient.phenotype.panels import Entry
from landfall.patient.phenotype.similarity import Relevance, relevances
from landfall.ranking import coding_words, explanation, inheritance_columns, regulation_columns, score
from landfall.ranking.coding_columns import INTERGENIC, CodingJudge
from landfall.ranking.finding import columns as finding
from landfall.ranking.finding.decision import Thresholds
from landfall.ranking.inheritance_columns import largest_masked
from landfall.ranking.missense import substitution
from landfall.ranking.rows import PrioritisedRow
from landfall.ranking.tables import PRIORITISED
from landfall.regulation import summary
from landfall.regulation.probability import DIGITS
from landfall.regulation.rows import RegulatoryRow
from landfall.splicing.probability import calibration
from landfall.splicing.rows import OutcomeRow
from landfall.splicing.score_rows import pivot
from landfall.splicing.site_alignment import SiteAlignment
from landfall.variants.population_frequency import NOT_COVERED
from landfall.variants.tables import CLASSIFICATION_COLUMNS

NO_FEATURES = Profile()
COLUMNS = frozenset(PRIORITISED.names)
CLASSIFIED = tuple(column.name for column in CLASSIFICATION_COLUMNS)


@dataclass(frozen=True)
class Patient:
    """Patient data that the ranking uses.

    ``matches``: the patient's HPO terms annotated to each gene. ``profile``: all of the patient's terms. ``panel``:
    entries of the panel file by gene. ``frequencies``: whether a source of population frequencies is configured.
    ``finding``: thresholds of findings; ``named``: genes of the sample sheet; ``splice_prior``:
    prioritise.splice_prior. ``missense``: log10 likelihood ratios of alleles by a missense predictor.
    """

    family: Family
    rules: Inheritance
    flag_delta: float
    matches: Mapping[str, Sequence[str]] = field(default_factory=dict)
    profile: Profile = NO_FEATURES
    panel: Mapping[str, Entry] = field(default_factory=dict)
    frequencies: bool = True
    finding: Finding = field(default_factory=Finding)
    named: frozenset[str] = frozenset()
    splice_prior: float = calibration.EVEN
    missense: Mapping[Variant, float] = field(default_factory=dict)


class Ranked(NamedTuple):
    """Rows of tables.PRIORITISED, best first, and of tables.PAIRS."""

    rows: list[PrioritisedRow]
    pairs: list[dict[str, Any]]


def prioritise(
    variants: Sequence[Row],
    scores: Sequence[Row],
    outcomes: Sequence[OutcomeRow],
    transcripts: Mapping[tuple[str, str, str], Transcript],
    genome: Genome,
    patient: Patient,
    regulation: Sequence[RegulatoryRow] = (),
    dropped: Sequence[Row] = (),
) -> Ranked:
    """The ranked rows and the pairs, from rows of VARIANTS, SCORES, OUTCOMES and REGULATORY.

    transcripts: by (chrom, gene, transcript). Every variant has at least one row, with a gene or without. dropped: rows
    of NORMALISED of alleles that are not candidates, but may modify the effect of a candidate on the same haplotype.
    """
    drafts = evidence(variants, scores, outcomes, transcripts, genome, patient, regulation, dropped)
    return ranked(drafts, variants, genome, patient)


def evidence(
    variants: Sequence[Row],
    scores: Sequence[Row],
    outcomes: Sequence[OutcomeRow],
    transcripts: Mapping[tuple[str, str, str], Transcript],
    genome: Genome,
    patient: Patient,
    regulation: Sequence[RegulatoryRow] = (),
    dropped: Sequence[Row] = (),
) -> list[dict[str, Any]]:
    """The rows without the columns that :func:`ranked` adds; arguments of :func:`prioritise`.

    Of the patient's features only ``hpo_matches`` depends on them.
    """
    likeliest = {key_of(o): o for o in reversed(outcomes) if o["called"]}
    alleles = {tuple(v[name] for name in ALLELE): v for v in variants}
    judged = regulation_columns.by_gene(regulation)
    wide = regulation_columns.with_genes(pivot(scores), judged)
    outside = any(numbers["reason"] == summary.OUTSIDE for numbers in wide.values())
    index = GeneIndex(transcripts.values() if outside else ())
    coding = CodingJudge(transcripts.values(), (*variants, *dropped), genome, patient.family)
    layer = SiteAlignment(genome, transcripts.values())
    drafts: list[dict[str, Any]] = []
    for key, numbers in wide.items():
        transcript = transcripts.get((key[0], key[4], key[5]))
        row = _row(key, alleles[key[:4]], numbers, likeliest.get(key), transcript, layer, patient)
        row |= coding.columns(Variant(*key[:4]), transcript)
        row |= _elsewhere(_typed(row), index)
        drafts.append(row | regulation_columns.columns(judged.get(key[:5])))
    return drafts


def ranked(
    drafts: Sequence[dict[str, Any]], variants: Sequence[Row], genome: Genome, patient: Patient
) -> Ranked:
    """The rows of :func:`evidence` with effects, inheritance, phenotype, score and finding, best first; the pairs."""
    for draft in drafts:
        draft |= _effects(_typed(draft), patient)
    rows = [_typed(draft) for draft in drafts]
    second = patient.rules.second_hit_delta
    found = inheritance_columns.hits(rows, variants, patient.family, patient.flag_delta, second)
    fits = judge(found, patient.family, patient.rules)
    _explain(drafts, fits, patient)
    _find(drafts, patient)
    return Ranked(_ordered(rows, genome), inheritance_columns.pair_rows(fits))


def _typed(draft: dict[str, Any]) -> PrioritisedRow:
    """A row that is being made, the same object: columns of later steps are not in it yet."""
    return cast("PrioritisedRow", draft)


def _explain(
    drafts: Sequence[dict[str, Any]],
    judged: Mapping[inheritance_columns.Key, InheritanceResult],
    patient: Patient,
) -> None:
    """Add the columns of phenotype, inheritance and score."""
    relevant = relevances(patient.profile, (draft["gene"] for draft in drafts))
    genes: dict[str, dict[Variant, score.Allele]] = {}
    names: dict[str, dict[Variant, str]] = {}
    for row in map(_typed, drafts):
        genes.setdefault(row["gene"], {})[allele_of(row)] = _allele(row, patient.frequencies)
        names.setdefault(row["gene"], {})[allele_of(row)] = row["hgvs_c"]
    for draft in drafts:
        row = _typed(draft)
        variant, gene = allele_of(row), row["gene"]
        draft |= _relevance(relevant[gene])
        best = score.explain(variant, judged[variant, gene], genes[gene], _gene(row, patient))
        modes = inheritance_columns.gene_modes(row)
        draft |= inheritance_columns.columns(judged[variant, gene], variant, best.pair, names[gene], modes)
        draft |= _scored(best)
        row["explanation"] = explanation.explain(row, len(patient.profile.present), patient.frequencies)


def _find(drafts: Sequence[dict[str, Any]], patient: Patient) -> None:
    """Add the columns of the finding, which rest on all others of a row and of its partner."""
    thresholds = Thresholds(patient.finding, patient.flag_delta, patient.named)
    keyed = finding.by_allele([_typed(draft) for draft in drafts])
    for draft in drafts:
        row = _typed(draft)
        draft |= finding.columns(row, finding.partner_of(row, keyed), patient.family, thresholds)


def _allele(row: PrioritisedRow, frequencies: bool) -> score.Allele:
    """Evidence on the allele of a row. In a transcript, splicing that no model scored has SPLICING_UNJUDGED."""
    effects = inheritance_columns.effects_of(row)
    if effects["splicing"] is None and row["gene"] and row["reason"] != summary.OUTSIDE:
        effects["splicing"] = score.SPLICING_UNJUDGED
    return score.Allele(
        effects,
        row["popmax_af"] if row["faf95"] is None else row["faf95"],
        frequencies and row["frequency_source"] != NOT_COVERED,
        row["nhomalt"],
        row["clinvar"],
        row["zygosity"],
        row["hemizygotes"],
    )


def _gene(row: PrioritisedRow, patient: Patient) -> score.Gene:
    """Evidence on the gene of a row. A gene without HPO annotation ranks after all annotated ones."""
    has_terms = bool(patient.profile.present)
    share = row["phenotype_share"] if row["phenotype_share"] is not None or not has_terms else 1.0
    modes = inheritance_columns.gene_modes(row)
    return score.Gene(share, row["panel_confidence"], frozenset(modes))


def _scored(best: score.Explanation) -> dict[str, Any]:
    return {
        "priority": score.posterior(best.score.total),
        "score": best.score.total,
        **{f"score_{part}": getattr(best.score, part) for part in score.PARTS},
        "best_inheritance_mode": best.fit.mode,
        "explaining_status": best.fit.status,
    }


def _ordered(rows: list[PrioritisedRow], genome: Genome) -> list[PrioritisedRow]:
    """The rows best first, with their rank."""
    contigs = {name: number for number, name in enumerate(genome.lengths)}
    places = {(str(allele_of(row)), row["gene"]): _place(row, contigs) for row in rows}

    def order(row: PrioritisedRow) -> tuple[Any, ...]:
        mine = places[str(allele_of(row)), row["gene"]]
        paired = row["best_inheritance_mode"] in inheritance_modes.COMPOUND_MODES
        theirs = places[row["partner"], row["gene"]] if paired and row["partner"] else mine
        return -row["score"], min(mine, theirs), row["score_partner"], mine, row["gene"], row["transcript"]

    ordered = sorted(rows, key=order)
    for rank, row in enumerate(ordered, start=1):
        row["rank"] = rank
    return ordered


def _place(row: PrioritisedRow, contigs: Mapping[str, int]) -> tuple[Any, ...]:
    return row["popmax_af"] or 0.0, contigs[row["chrom"]], row["pos"], row["ref"], row["alt"]


def _row(
    key: Key,
    variant: Row,
    numbers: Row,
    outcome: OutcomeRow | None,
    transcript: Transcript | None,
    layer: SiteAlignment,
    patient: Patient,
) -> dict[str, Any]:
    genome = layer.genome
    chrom, pos, ref, alt, gene, name = key
    shared = (
        "zygosity",
        "genotype",
        "depth",
        "genotype_quality",
        "allele_balance",
        "popmax_af",
        "frequency_source",
        "faf95",
        "nhomalt",
        "hemizygotes",
        "clinvar",
        "rsid",
    )
    return {
        **dict(zip(ALLELE, (chrom, pos, ref, alt), strict=True)),
        "gene": gene,
        "transcript": name,
        "hgvs_g": hgvs_g(chrom, pos, ref, alt, genome, patient.family.build),
        **{column: variant[column] for column in shared},
        **{column: variant.get(column) for column in ("heteroplasmy", "call_doubt", *CLASSIFIED)},
        "hpo_matches": ",".join(patient.matches.get(gene, ())),
        **_of_gene(gene, patient.panel.get(gene)),
        **_event(outcome),
        **_probability(numbers, Variant(chrom, pos, ref, alt), transcript, layer),
        **{name: value for name, value in numbers.items() if name in COLUMNS},
    }


def _effects(row: PrioritisedRow, patient: Patient) -> dict[str, float | None]:
    """Probability that the allele damages the gene by splicing and by its coding sequence.

    A probability of splicing is taken at the patient's ``splice_prior``, a delta score as it is.
    """
    splicing = row["splice_probability"]
    if splicing is not None:
        splicing = calibration.at_prior(splicing, patient.splice_prior)
    elif any(name.endswith("_masked_ds_max") for name in row):
        splicing = largest_masked(row)
    if splicing is not None and row["event_frameshift"] is False and not row["event_ptc"]:
        splicing *= score.KEPT_FRAME
    coding = _coding(row, patient.missense) if row["gene"] else None
    return {"effect_splicing": splicing, "effect_coding": coding}


def _coding(row: PrioritisedRow, missense: Mapping[Variant, float]) -> float:
    """Probability that the consequence that counts damages the gene. missense: log10 likelihood ratios of alleles."""
    term, ratio = inheritance_columns.counted(row), missense.get(allele_of(row))
    if term == substitution.MISSENSE and ratio is not None and not coding_words.by_joint(row):
        return round(1 / (1 + 10**-ratio), DIGITS)
    if term == substitution.MISSENSE:
        return substitution.damaging(row["coding_hgvs_p"] or row["hgvs_p"])
    return score.DAMAGING.get(term, 0.0)


def _of_gene(gene: str, entry: Entry | None) -> dict[str, Any]:
    """Columns of a gene from panel and ontology, independent of the patient's terms."""
    modes = inheritance_modes.modes_of(gene, entry.inheritance if entry else "")
    return {
        "gene_moi": ";".join(mode for mode in LABELS if mode in modes),
        "panel_confidence": entry.confidence if entry else None,
        "panel_inheritance": (entry.inheritance or None) if entry else None,
    }


def _relevance(found: Relevance | None) -> dict[str, Any]:
    return {
        "phenotype_relevance": found.score if found else None,
        "phenotype_share": found.share if found else None,
        "phenotype_disease": found.disease if found else None,
        "phenotype_disease_relevance": found.disease_score if found else None,
    }


def _probability(
    numbers: Row, variant: Variant, transcript: Transcript | None, layer: SiteAlignment
) -> dict[str, Any]:
    """The calibrated probability and the models it is computed from."""
    found = None
    if transcript is not None:
        moved = layer.moved(variant, transcript)
        found = calibration.probability(numbers, variant, transcript, layer.genome, moved)
    value, models = found if found else (None, None)
    return {"splice_probability": value, "splice_probability_models": ",".join(models) if models else None}


def _elsewhere(row: PrioritisedRow, index: GeneIndex) -> dict[str, Any]:
    """Consequence and location of an intergenic row whose allele lies in a gene that is not a candidate gene."""
    if row["consequence"] != INTERGENIC:
        return {}
    start, end = row["pos"] - 1, row["pos"] - 1 + len(row["ref"])
    others = sorted({transcript.gene for transcript in index.overlapping(row["chrom"], start, end)})
    if not others:
        return {}
    where = f"in {', '.join(others)}, not a candidate gene"
    return {
        "consequence": "sequence_variant",
        "location": f"{row['location']}, {where}" if row["gene"] else where,
    }


def _event(outcome: OutcomeRow | None) -> dict[str, Any]:
    if outcome is None:
        return dict.fromkeys(("event", "event_size_nt", "event_frameshift", "event_ptc", "event_nmd"))
    return {
        "event": outcome["event"],
        "event_size_nt": outcome["size_nt"],
        "event_frameshift": outcome["frameshift"],
        "event_ptc": outcome["ptc"],
        "event_nmd": outcome["nmd"],
    }
