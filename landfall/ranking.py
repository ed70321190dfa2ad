"""The prioritised table: one row per allele and gene, best first.

The ranking score of this version rests on splicing alone:

    priority = largest masked delta score x (1 if a mode of inheritance fits, alone or with a partner, else 0.7)

A variant that was not scored has priority 0 and stands last, with its reason. Ties go to the rarer variant, then to
the position on the reference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from landfall import calibration, tables
from landfall.effects import consequence
from landfall.family import Family
from landfall.genes import Transcript
from landfall.genome import Genome
from landfall.hgvs import hgvs_c, hgvs_g
from landfall.inheritance import Hit, Judgement, Pair, judge, pairs
from landfall.panels import Entry
from landfall.phenotype import Profile
from landfall.relevance import Relevance, relevances
from landfall.settings import Inheritance
from landfall.windows import Variant

WITHOUT_FIT = 0.7
"""Factor for an allele that no mode of inheritance fits as far as can be told."""

NO_FEATURES = Profile()
Row = Mapping[str, Any]
Key = tuple[str, int, str, str, str, str]
NOTHING: Mapping[str, Any] = {}
COLUMNS = frozenset(tables.PRIORITISED.names)


@dataclass(frozen=True)
class Patient:
    """What ranking knows of the patient.

    ``matches`` gives the patient's HPO terms annotated to each gene, ``profile`` all of them, ``panel`` the entries of
    the panel file by gene.
    """

    family: Family
    rules: Inheritance
    flag_delta: float
    matches: Mapping[str, Sequence[str]] = field(default_factory=dict)
    profile: Profile = NO_FEATURES
    panel: Mapping[str, Entry] = field(default_factory=dict)


def key_of(row: Row) -> Key:
    """Allele, gene and transcript of a row of any table."""
    return row["chrom"], row["pos"], row["ref"], row["alt"], row["gene"], row["transcript"]


def pivot(scores: Sequence[Row]) -> dict[Key, dict[str, Any]]:
    """Columns ``<model>_<track>`` by allele, gene and transcript, with status, reason and detail."""
    wide: dict[Key, dict[str, Any]] = {}
    for score in scores:
        row = wide.setdefault(key_of(score), {"status": "not_scored", "reason": "", "detail": ""})
        if score["status"] == "scored":
            row |= {
                "status": "scored",
                "reason": "",
                "detail": "",
                f"{score['model']}_{score['track']}": score["value"],
            }
        elif row["status"] == "not_scored":
            row |= {"reason": score["reason"], "detail": score["detail"]}
    for row in wide.values():
        for name in [n for n in row if n.endswith("_ds_ag")]:
            prefix = name.removesuffix("ds_ag")
            row[f"{prefix}ds_max"] = max(row[f"{prefix}{track}"] for track in tables.DELTA_TRACKS)
        row |= {n: round(v) for n, v in row.items() if "_dp_" in n}
    return wide


def prioritise(
    variants: Sequence[Row],
    scores: Sequence[Row],
    outcomes: Sequence[Row],
    transcripts: Mapping[tuple[str, str, str], Transcript],
    genome: Genome,
    patient: Patient,
) -> list[dict[str, Any]]:
    """Rows of tables.PRIORITISED from rows of VARIANTS, SCORES and OUTCOMES.

    transcripts: by (chrom, gene, transcript). Every variant has at least one row, in a gene or in none.
    """
    wide = pivot(scores)
    likeliest = {key_of(o): o for o in reversed(outcomes) if o["called"]}
    alleles = {tuple(v[name] for name in tables.ALLELE): v for v in variants}
    rows = []
    for key, numbers in wide.items():
        transcript = transcripts.get((key[0], key[4], key[5]))
        rows.append(
            _row(key, alleles[key[:4]], numbers, likeliest.get(key, NOTHING), transcript, genome, patient)
        )
    judged = judge(hits(rows, variants, patient), patient.family, patient.rules)
    relevant = relevances(patient.profile, (row["gene"] for row in rows))
    for row in rows:
        row |= _relevance(relevant[row["gene"]])
        row |= _inherited(judged[_variant(row), row["gene"]], _variant(row))
        row["priority"] = largest_masked(row) * (1.0 if row["inheritance_fits"] else WITHOUT_FIT)
    contigs = {name: number for number, name in enumerate(genome.lengths)}
    rows.sort(key=lambda row: _order(row, contigs))
    for rank, row in enumerate(rows, start=1):
        row["rank"] = rank
    return rows


def _order(row: Row, contigs: Mapping[str, int]) -> tuple[Any, ...]:
    rarity = row["frequency"] if row["frequency"] is not None else 0.0
    scored = row["status"] == "scored"
    return (
        -row["priority"],
        not scored,
        rarity,
        contigs[row["chrom"]],
        row["pos"],
        row["ref"],
        row["alt"],
        row["gene"],
        row["transcript"],
    )


def _row(
    key: Key,
    variant: Row,
    numbers: Row,
    outcome: Row,
    transcript: Transcript | None,
    genome: Genome,
    patient: Patient,
) -> dict[str, Any]:
    chrom, pos, ref, alt, gene, name = key
    delta = largest_masked(numbers)
    shared = (
        "zygosity",
        "genotype",
        "depth",
        "genotype_quality",
        "allele_balance",
        "frequency",
        "frequency_source",
        "rsid",
    )
    return {
        **dict(zip(tables.ALLELE, (chrom, pos, ref, alt), strict=True)),
        "gene": gene,
        "transcript": name,
        "hgvs_g": hgvs_g(chrom, pos, ref, alt, genome),
        **_named(transcript, pos, ref, alt, genome),
        "flagged": delta >= patient.flag_delta,
        **{column: variant[column] for column in shared},
        "hpo_matches": ",".join(patient.matches.get(gene, ())),
        **_panel(patient.panel.get(gene)),
        **_event(outcome),
        **_probability(numbers, Variant(chrom, pos, ref, alt), transcript),
        **{name: value for name, value in numbers.items() if name in COLUMNS},
    }


HITS = frozenset(
    (
        "splice_acceptor_variant",
        "splice_donor_variant",
        "stop_gained",
        "frameshift_variant",
        "stop_lost",
        "start_lost",
        "inframe_insertion",
        "inframe_deletion",
        "missense_variant",
        "protein_altering_variant",
    )
)
"""Consequences by which an allele is a hit by itself, whatever its score."""


def hits(rows: Sequence[Row], variants: Sequence[Row], patient: Patient) -> list[Hit]:
    """The alleles as inheritance asks of them, one by allele and gene. rows: with scores and consequence."""
    alleles = {_variant(v): v for v in variants}
    calls = alleles | dict(patient.family.rows)
    found: dict[tuple[Variant, str], Hit] = {}
    for row in rows:
        variant, delta = _variant(row), largest_masked(row)
        alone = row["consequence"] in HITS or delta >= patient.flag_delta
        strength = 2 if alone else int(delta >= patient.rules.second_hit_delta)
        rare_for = alleles[variant].get("modes")
        limits = frozenset(rare_for.split(",")) if rare_for else None
        hit = Hit(variant, row["gene"], calls[variant], strength, delta, limits)
        known = found.setdefault((variant, row["gene"]), hit)
        found[variant, row["gene"]] = max(known, hit, key=lambda h: (h.strength, h.weight))
    return list(found.values())


def pair_rows(rows: Sequence[Row], variants: Sequence[Row], patient: Patient) -> list[dict[str, Any]]:
    """Rows of tables.PAIRS, in the order of the alleles; every pair that was judged, cis ones included."""
    found = pairs(hits(rows, variants, patient), patient.family, patient.rules)
    table = [_pair_row(pair) for pair in found]
    return sorted(table, key=lambda row: tuple(row[name] for name in tables.PAIRS.key))


def _pair_row(pair: Pair) -> dict[str, Any]:
    allele = vars(pair.one.variant)
    return {
        "gene": pair.one.gene,
        **allele,
        "partner": str(pair.other.variant),
        "kind": pair.kind,
        "phase": pair.phase.phase,
        "trans_probability": pair.phase.probability,
        "phase_reason": pair.phase.why,
        "mode": pair.fit.mode,
        "status": pair.fit.status,
        "reason": pair.fit.why,
    }


def _panel(entry: Entry | None) -> dict[str, Any]:
    return {
        "panel_confidence": entry.confidence if entry else None,
        "panel_inheritance": (entry.inheritance or None) if entry else None,
    }


def _relevance(found: Relevance | None) -> dict[str, Any]:
    return {
        "phenotype_relevance": found.score if found else None,
        "phenotype_disease": found.disease if found else None,
        "phenotype_disease_relevance": found.disease_score if found else None,
    }


def _variant(row: Row) -> Variant:
    return Variant(row["chrom"], row["pos"], row["ref"], row["alt"])


def _inherited(judged: Judgement, variant: Variant) -> dict[str, Any]:
    """The columns of inheritance and partner."""
    pair = judged.pair
    partner = f"; partner {pair.partner(variant).variant}" if pair else ""
    return {
        "inheritance": f"{judged}{partner}",
        "inheritance_fits": judged.best.status == "fits",
        "inheritance_modes": ";".join(judged.modes),
        "inheritance_status": judged.best.status,
        "inheritance_probability": judged.best.probability,
        "partner": str(pair.partner(variant).variant) if pair else None,
        "partner_kind": pair.kind if pair else None,
        "partner_phase": pair.phase.phase if pair else None,
        "partner_trans_probability": pair.phase.probability if pair else None,
    }


def _probability(numbers: Row, variant: Variant, transcript: Transcript | None) -> dict[str, Any]:
    """The calibrated probability and the models it rests on."""
    found = calibration.probability(numbers, variant, transcript) if transcript else None
    value, models = found if found else (None, None)
    return {"splice_probability": value, "splice_probability_models": ",".join(models) if models else None}


def largest_masked(numbers: Row) -> float:
    """The largest masked delta score of any splice model, 0 where there is none."""
    found = (
        value for name, value in numbers.items() if name.endswith("_masked_ds_max") and value is not None
    )
    return max(found, default=0.0)


def _named(transcript: Transcript | None, pos: int, ref: str, alt: str, genome: Genome) -> dict[str, Any]:
    """Strand, names, consequence and place in words."""
    if transcript is None:
        return {
            "strand": "",
            "hgvs_c": "",
            "hgvs_p": None,
            "consequence": "intergenic_variant",
            "location": "outside all transcripts",
        }
    term, protein = consequence(transcript, pos, ref, alt, genome)
    return {
        "strand": transcript.strand,
        "hgvs_c": hgvs_c(transcript, pos, ref, alt, genome),
        "hgvs_p": protein,
        "consequence": term,
        "location": transcript.region(pos).text,
    }


def _event(outcome: Row) -> dict[str, Any]:
    return {
        "event": outcome.get("event"),
        "event_size_nt": outcome.get("size_nt"),
        "event_frameshift": outcome.get("frameshift"),
        "event_ptc": outcome.get("ptc"),
        "event_nmd": outcome.get("nmd"),
    }
