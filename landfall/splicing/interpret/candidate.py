"""Interpretation of a leading candidate: rows of the tables of in silico mutagenesis, haplotypes and stability. The
methods are in :mod:`landfall.splicing.interpret.in_silico_mutagenesis`,
:mod:`landfall.splicing.interpret.haplotypes` and :mod:`landfall.splicing.interpret.robustness`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean
from typing import Any

from landfall.config.interpretation import Interpretation
from landfall.genome import variant as genome_variant
from landfall.genome.sequence import Genome
from landfall.genome.tables import CANDIDATE
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant
from landfall.models.base import SpliceModel
from landfall.models.splice import delta_scores
from landfall.splicing.interpret import haplotypes, in_silico_mutagenesis, masking
from landfall.splicing.interpret.haplotypes import Neighbour
from landfall.splicing.interpret.in_silico_mutagenesis import (
    COLUMNS,
    AberrantOutcome,
    PerturbationResult,
    PerturbationScan,
    Span,
)
from landfall.splicing.interpret.masking import shuffled
from landfall.splicing.leading_row import LeadingRow
from landfall.splicing.windows import as_spelled

Row = Mapping[str, Any]
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Candidate:
    """One leading candidate under one model.

    row: of tables.PRIORITISED; target: None without a called outcome; distance: bases scored on either side; moved:
    alignment of a variant (:mod:`landfall.splicing.site_alignment`).
    """

    row: LeadingRow
    transcript: Transcript
    target: AberrantOutcome | None
    model: SpliceModel
    genome: Genome
    sites: delta_scores.Sites
    distance: int
    batch: int
    settings: Interpretation
    moved: Callable[[Variant, Transcript], int] = as_spelled

    @cached_property
    def variant(self) -> Variant:
        return genome_variant.allele_of(self.row)

    @property
    def _start(self) -> int:
        """0-based contig position of the first scored base."""
        return self.variant.start - self.distance

    @property
    def keys(self) -> dict[str, Any]:
        """The key columns of a candidate in every table."""
        return {
            **dict(zip(CANDIDATE, genome_variant.key_of(self.row), strict=True)),
            "model": self.model.info.name,
        }

    # --- mutagenesis ---------------------------------------------------------------------------------------------

    def mutagenesis_rows(self, target: AberrantOutcome) -> Rows:
        """Rows of tables.MUTAGENESIS: every single-base change around the variant and the outcome's sites."""
        where = self._around(target, self.settings.flank, None)
        copies = {"alternate": (self.variant,)} | (
            {"reference": ()} if self.settings.compare_reference else {}
        )
        rows: Rows = []
        for name, variants in copies.items():
            bench = self._bench(target, where, variants)
            changes = list(in_silico_mutagenesis.single_changes(bench.haplotype, where))
            unchanged, *readings = bench.read(changes, f"bases of the {name} copy of {self.variant} changed")
            rows += [
                {**self.keys, "haplotype": name, **_base(bench, r), **_numbers(target, r, unchanged)}
                for r in readings
            ]
        return rows

    def rescue_rows(self, target: AberrantOutcome) -> Rows:
        """Rows of tables.ANTISENSE_SCAN: every interval masked in turn, that with the least remaining outcome first."""
        length = self.settings.antisense.length
        where = self._around(target, self.settings.antisense.flank, target.segment)
        bench = self._bench(target, where, (self.variant,))
        step = self.settings.antisense.step
        hidden = list(masking.masked_stretches(bench.haplotype, where, length, step))
        if not hidden:
            return []
        orders = [change for start, end, _ in hidden for change in shuffled(bench.haplotype, start, end)]
        unchanged, *readings = bench.read([*hidden, *orders], f"intervals around {self.variant} masked")
        mixed: dict[int, list[float]] = {}
        for reading in readings[len(hidden) :]:
            mixed.setdefault(reading.start, []).append(reading.aberrant_splicing)
        best = sorted(readings[: len(hidden)], key=_usefulness)
        return [
            {**self.keys, "rank": rank, "shuffled": fmean(mixed[r.start])}
            | {**self._stretch(bench, r), **_numbers(target, r, unchanged)}
            for rank, r in enumerate(best, start=1)
        ]

    def _around(self, target: AberrantOutcome, flank: int, segment: Span | None) -> list[Span]:
        points = [self.variant.start, self.variant.end - 1, *(site.position for site in target.sites)]
        within = self.transcript.start, self.transcript.end
        return in_silico_mutagenesis.regions(points, segment, flank, within)

    def _bench(
        self, target: AberrantOutcome, where: Sequence[Span], variants: tuple[Variant, ...]
    ) -> PerturbationScan:
        return in_silico_mutagenesis.prepare(
            self.model,
            self.genome,
            self.transcript,
            variants,
            target,
            where,
            self.distance,
            self.batch,
            self._moved(variants),
        )

    def _moved(self, variants: Sequence[Variant]) -> dict[Variant, int]:
        return {variant: self.moved(variant, self.transcript) for variant in variants}

    def _stretch(self, bench: PerturbationScan, reading: PerturbationResult) -> dict[str, Any]:
        haplotype = bench.haplotype
        target, antisense = masking.oligonucleotide(haplotype, reading, self.transcript.strand)
        covered = haplotype.origin[reading.start : reading.end]
        return {
            "start": int(covered[0]),
            "end": int(covered[-1]) + 1,
            "target": target,
            "antisense": antisense,
            "gc": sum(base in "GC" for base in target) / len(target),
            "covers_variant": bool(covered[0] < self.variant.end and covered[-1] >= self.variant.start),
        }

    # --- haplotypes ----------------------------------------------------------------------------------------------

    def neighbours(self, near: Sequence[Row], dropped: Mapping[tuple[int, int], str]) -> list[Neighbour]:
        """The patient's alleles within reach, each with its phase and the reason for its exclusion.

        near: rows of tables.NORMALISED around the candidate, its own among them; dropped: rule of the filter by
        (record, allele).
        """
        own = next(row for row in near if genome_variant.allele_of(row) == self.variant)
        return haplotypes.neighbours(own, near, dropped, self.transcript, self.distance)

    def haplotype_rows(self, found: Sequence[Neighbour], min_delta: float) -> Rows:
        """Rows of tables.HAPLOTYPES: each neighbour with the candidate, then all in cis, then the excluded ones."""
        read = tuple(n.variant for n in found if n.read)
        groups = [(n.variant,) for n in found if not n.reason] + ([read] if len(read) > 1 else [])
        judged = {"status": "assessed", "reason": "", "detail": ""}
        rows = [
            {**self._names(g, "cis"), **judged, **self._judged(*self._pair(g), min_delta)} for g in groups
        ]
        return rows + [
            {
                **self._names((n.variant,), n.phase),
                "status": "not_assessed",
                "reason": n.reason,
                "detail": n.detail,
            }
            for n in found
            if n.reason
        ]

    @cached_property
    def _alone(self) -> tuple[delta_scores.Probabilities, delta_scores.Probabilities]:
        """The reference, and the candidate alone."""
        return self._pair(())

    def _pair(
        self, group: Sequence[Variant]
    ) -> tuple[delta_scores.Probabilities, delta_scores.Probabilities]:
        return haplotypes.read_pair(
            self.model,
            self.genome,
            self.transcript,
            self.variant,
            group,
            self.distance,
            self.batch,
            self._moved((self.variant, *group)),
        )

    def _names(self, group: Sequence[Variant], phase: str) -> dict[str, Any]:
        return {
            **self.keys,
            "neighbours": ";".join(map(str, sorted(group, key=lambda v: (v.pos, v.ref, v.alt)))),
            "offset": min((v.pos - self.variant.pos for v in group), key=abs),
            "phase": phase,
        }

    def _judged(
        self, neighbours: delta_scores.Probabilities, joint: delta_scores.Probabilities, min_delta: float
    ) -> dict[str, Any]:
        reference, alone = self._alone
        least = self.settings.min_interaction
        found = haplotypes.interaction(self._start, reference, alone, neighbours, joint, min_delta, least)
        deltas = [self._delta(reference, copy) for copy in (alone, neighbours, joint)]
        return {
            **dict(zip(("delta_candidate", "delta_neighbours", "delta_joint"), deltas, strict=True)),
            "difference": deltas[2] - deltas[0],
            "site": found.kind,
            "site_pos": found.position + 1,
            "p_reference": found.reference,
            "p_candidate": found.candidate,
            "p_neighbours": found.neighbours,
            "p_joint": found.joint,
            "interaction": found.beyond,
            "verdict": found.verdict,
        }

    def _delta(self, reference: delta_scores.Probabilities, copy: delta_scores.Probabilities) -> float:
        scores = delta_scores.masked_delta_scores(reference, copy, self.distance, self._start, self.sites)
        return delta_scores.largest(scores, "masked_ds_")

    # --- summary -------------------------------------------------------------------------------------------------

    def account(self, panel: Sequence[Row], found: Sequence[Neighbour], cutoff: float) -> dict[str, Any]:
        """The row of tables.INTERPRETED_CANDIDATES."""
        alone = [row["delta"] for row in panel if row["kind"] == "network" and row["delta"] is not None]
        return {
            **self.keys,
            "rank": self.row["rank"],
            "flagged": self.row["flagged"],
            **(self._watched(self.target) if self.target else {}),
            "neighbours_judged": sum(n.read for n in found),
            "neighbours_not_judged": sum(not n.read for n in found),
            "networks": len(alone),
            "networks_reaching": sum(delta >= cutoff for delta in alone),
            "network_min": min(alone, default=None),
            "network_max": max(alone, default=None),
            "status": "mapped" if self.target else "not_mapped",
            "reason": "" if self.target else "no_outcome",
            "detail": "" if self.target else "no outcome is called, and no splice site changes enough",
        }

    def _watched(self, target: AberrantOutcome) -> dict[str, Any]:
        """The target sites, and the strength of the outcome without and with the variant."""
        strengths = [
            target.strength({s: float(copy[s.position - self._start, COLUMNS[s.kind]]) for s in target.sites})
            for copy in self._alone
        ]
        return {
            "event": target.event,
            "site_loss": target.lost,
            **{site.kind: site.position + 1 for site in target.sites},
            **dict(zip(("aberrant_splicing_ref", "aberrant_splicing_alt"), strengths, strict=True)),
        }


def not_examined(row: LeadingRow, model: str, reason: str, detail: str) -> dict[str, Any]:
    """The row of tables.INTERPRETED_CANDIDATES for a candidate that was not interpreted."""
    return {
        **dict(zip(CANDIDATE, genome_variant.key_of(row), strict=True)),
        "model": model,
        "rank": row["rank"],
        "flagged": row["flagged"],
        "status": "not_examined",
        "reason": reason,
        "detail": detail,
    }


def _usefulness(reading: PerturbationResult) -> tuple[float, float, float, int]:
    """Sort key: remaining outcome to two decimals; retention of annotated sites, descending; exact outcome; start."""
    kept = 1.0 if reading.annotated_site_retention is None else reading.annotated_site_retention
    return round(reading.aberrant_splicing, 2), -kept, reading.aberrant_splicing, reading.start


def _numbers(
    target: AberrantOutcome, reading: PerturbationResult, unchanged: PerturbationResult
) -> dict[str, Any]:
    return {
        **{site.kind: reading.probabilities[site] for site in target.sites},
        "aberrant_splicing": reading.aberrant_splicing,
        "change": reading.aberrant_splicing - unchanged.aberrant_splicing,
        "annotated_site_retention": reading.annotated_site_retention,
    }


def _base(bench: PerturbationScan, reading: PerturbationResult) -> dict[str, Any]:
    """Reference position of a changed base, its original and its new letter, + strand."""
    position = int(bench.haplotype.origin[reading.start])
    return {
        "base_pos": position + 1,
        "base_offset": reading.start - bench.haplotype.indices(position, position + 1).start,
        "base": bench.haplotype.sequence[reading.start],
        "changed_to": reading.alt,
    }
