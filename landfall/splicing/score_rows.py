"""Rows of the tables of scores, windows and placements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Key, Row, Variant, key_of
from landfall.io import parquet
from landfall.models.base import ExonModel
from landfall.models.inference.edits import Edit
from landfall.models.splice import delta_scores, evidence, tissue_scores
from landfall.models.splice.outputs import DELTA_TRACKS
from landfall.splicing.scored import Scored
from landfall.splicing.tables import PLACEMENTS, WINDOWS
from landfall.splicing.windows import Placement, Window
from landfall.variants.filters.scoring import EXON_TOO_LONG


def worth_keeping(rows: Iterable[Mapping[str, object]], threshold: float) -> bool:
    """Whether any raw delta score of a variant reaches the threshold, so that its probabilities are kept."""
    return any(
        str(r["track"]).startswith("ds_") and isinstance(r["value"], float) and r["value"] >= threshold
        for r in rows
    )


def score_rows(scored: Scored, model: str, sites: delta_scores.Sites) -> list[dict[str, object]]:
    """Rows of tables.SCORES for one variant: raw and masked delta scores with positions, or one row with a reason."""
    base = {**_keys(scored.placement.variant, scored.placement.transcript), "model": model}
    if scored.ref is None or scored.alt is None:
        return [refused_row(base, scored.reason, scored.detail)]
    origin = scored.placement.variant.start - scored.start
    numbers = delta_scores.delta_scores(scored.ref, scored.alt, origin)
    if scored.refs is not None and scored.alts is not None:
        numbers |= delta_scores.spreads(scored.refs, scored.alts, numbers, origin)
    numbers |= delta_scores.masked_delta_scores(scored.ref, scored.alt, origin, scored.start, sites)
    if origin >= evidence.WITHIN:
        forward = scored.placement.transcript is None or scored.placement.transcript.forward
        found = evidence.site_evidence(scored.ref, scored.alt, origin, scored.start, sites, forward)
        numbers |= evidence.tracks(found)
    return track_rows(base, numbers)


def tissue_rows(scored: Scored, model: str, sites: delta_scores.Sites) -> list[dict[str, object]]:
    """Rows of tables.SCORES for one variant by a network of splicing in tissues."""
    base = {**_keys(scored.placement.variant, scored.placement.transcript), "model": model}
    if scored.refs is None or scored.alts is None:
        return [refused_row(base, scored.reason, scored.detail)]
    change = tissue_scores.changes(scored.refs, scored.alts)
    annotated = {site - scored.start for column in (sites.acceptors, sites.donors) for site in column}
    origin = scored.placement.variant.start - scored.start
    numbers = tissue_scores.numbers(change, origin, annotated)
    if origin >= evidence.WITHIN:
        refs, alts = scored.refs[..., 0], scored.alts[..., 0]
        numbers |= evidence.tracks(evidence.tissue_evidence(refs, alts, origin, scored.start, sites))
    return track_rows(base, numbers)


def exon_rows(model: ExonModel, window: Window, placement: Placement) -> list[dict[str, object]]:
    """Rows of tables.SCORES for one variant by a model of exons: the exon that changes most, and the evidence.

    Without an exon within reach there is only the evidence, 0; an exon too long for the window gives a row with a
    reason.
    """
    assert placement.offset is not None
    variant = placement.variant
    edit = laid_edit(variant, window.sequence, placement.offset, placement.moved)
    base = {**_keys(variant, window.transcript), "model": model.info.name}
    try:
        effects = list(model.effects(window.transcript, window.sequence, window.start, edit))
    except ValueError as error:
        return [refused_row(base, EXON_TOO_LONG.name, str(error))]
    numbers = evidence.tracks(evidence.psi_evidence(effect.delta_logit_psi for effect in effects))
    if effects:
        numbers |= max(effects, key=lambda effect: abs(effect.delta_logit_psi)).tracks()
    return track_rows(base, numbers)


def laid_edit(variant: Variant, sequence: str, at: int, moved: int) -> Edit:
    """The variant, its first base at index ``at`` of a sequence, as an edit at its aligned position."""
    edit = Edit(at, at + len(variant.ref), variant.alt, at, at)
    if not moved:
        return edit
    edit = edit.trimmed(sequence)
    cut = at + min(len(variant.ref), len(variant.alt)) + moved
    near = (
        (cut, cut + 1, cut - 1) if edit.shift < 0 else (cut,)
    )  # a site on a deleted base is one base beyond it
    shortest = min((_at_cut(edit, sequence, place) for place in near), key=lambda one: one.end - one.start)
    return replace(shortest, first=at, last=at)


def _at_cut(edit: Edit, sequence: str, cut: int) -> Edit:
    """A trimmed edit as one that begins with the base before a cut, as in VCF, where equivalent, else a longer one."""
    resumed = cut + max(-edit.shift, 0)
    start, end = min(edit.start, cut - 1), max(edit.end, resumed)
    ref, alt = sequence[start:end], sequence[start : edit.start] + edit.alt + sequence[edit.end : end]
    before, behind = cut - 1 - start, end - resumed
    before = before if ref[:before] == alt[:before] else 0
    behind = behind if ref[len(ref) - behind :] == alt[len(alt) - behind :] else 0
    return Edit(start + before, end - behind, alt[before : len(alt) - behind], edit.first, edit.last)


def track_rows(base: Mapping[str, object], numbers: Mapping[str, float]) -> list[dict[str, object]]:
    """A row of tables.SCORES for each value."""
    return [
        {**base, "track": t, "value": v, "status": "scored", "reason": "", "detail": ""}
        for t, v in numbers.items()
    ]


def refused_row(base: Mapping[str, object], reason: str, detail: str) -> dict[str, object]:
    """A row of tables.SCORES for a variant that could not be scored."""
    return {**base, "track": "all", "value": None, "status": "not_scored", "reason": reason, "detail": detail}


def refusals(placements: Iterable[Placement], model: str) -> list[dict[str, object]]:
    """Rows of tables.SCORES for the variants without a window."""
    refused = (p for p in placements if p.window is None)
    return [
        refused_row({**_keys(p.variant, p.transcript), "model": model}, p.reason, p.detail) for p in refused
    ]


def probability_row(scored: Scored, model: str) -> dict[str, object]:
    """A row of tables.PROBABILITIES."""
    keys = _keys(scored.placement.variant, scored.placement.transcript)
    return {**keys, "model": model, "start": scored.start, **site_columns(scored)}


def site_columns(scored: Scored) -> dict[str, delta_scores.Probabilities]:
    """The columns of tables.PROBABILITIES with P of each base, (rows,)."""
    assert scored.ref is not None
    assert scored.alt is not None
    return {
        "ref_acceptor": scored.ref[:, delta_scores.ACCEPTOR],
        "ref_donor": scored.ref[:, delta_scores.DONOR],
        "alt_acceptor": scored.alt[:, delta_scores.ACCEPTOR],
        "alt_donor": scored.alt[:, delta_scores.DONOR],
    }


def _keys(variant: Variant, transcript: Transcript | None) -> dict[str, object]:
    gene, name = (transcript.gene, transcript.transcript) if transcript else ("", "")
    return {
        "chrom": variant.chrom,
        "pos": variant.pos,
        "ref": variant.ref,
        "alt": variant.alt,
        "gene": gene,
        "transcript": name,
    }


def windows_table(windows: Iterable[Window]) -> pa.Table:
    """tables.WINDOWS."""
    return parquet.from_rows(
        WINDOWS,
        (
            {
                "window": w.number,
                "shard": w.shard,
                "work": w.work,
                "chrom": w.transcript.chrom,
                "start": w.start,
                "end": w.end,
                "gene": w.transcript.gene,
                "transcript": w.transcript.transcript,
                "strand": w.transcript.strand,
                "sequence": w.sequence,
            }
            for w in windows
        ),
    )


def placements_table(placements: Iterable[Placement], windows: Iterable[Window]) -> pa.Table:
    """tables.PLACEMENTS, in the order of the given variants."""
    shards = {w.number: w.shard for w in windows}
    rows = []
    for p in placements:
        placed = p.window is not None
        rows.append(
            {
                **_keys(p.variant, p.transcript),
                "strand": p.transcript.strand if p.transcript else "",
                "window": p.window,
                "shard": shards[p.window] if p.window is not None else None,
                "offset": p.offset,
                "moved": p.moved,
                "status": "placed" if placed else "not_scored",
                "reason": p.reason,
                "detail": p.detail,
                "observed": p.observed,
                "threshold": p.threshold,
            }
        )
    return parquet.from_rows(PLACEMENTS, rows)


TranscriptKey = tuple[str, str, str]


def read_shard(
    windows: pa.Table, placements: pa.Table, transcripts: Mapping[TranscriptKey, Transcript], shard: int
) -> tuple[list[Window], list[Placement]]:
    """The windows of one shard and the placements in them; transcripts by (chrom, gene, transcript).

    windows, placements: tables.WINDOWS and tables.PLACEMENTS, or parts with all rows of the shard.
    """
    mine = [
        Window(
            r["window"],
            transcripts[r["chrom"], r["gene"], r["transcript"]],
            r["start"],
            r["end"],
            r["sequence"],
            shard,
        )
        for r in _of_shard(windows, shard).to_pylist()
    ]
    return mine, [_placement(r, transcripts) for r in _of_shard(placements, shard).to_pylist()]


def _of_shard(table: pa.Table, shard: int) -> pa.Table:
    return table.filter(pc.equal(table["shard"], shard))


def read_refused(placements: pa.Table, transcripts: Mapping[TranscriptKey, Transcript]) -> list[Placement]:
    """The placements without a window."""
    return [_placement(r, transcripts) for r in placements.to_pylist() if r["window"] is None]


def _placement(row: Mapping[str, object], transcripts: Mapping[TranscriptKey, Transcript]) -> Placement:
    variant = Variant(str(row["chrom"]), int(str(row["pos"])), str(row["ref"]), str(row["alt"]))
    transcript = transcripts.get((variant.chrom, str(row["gene"]), str(row["transcript"])))
    window, offset = (None if row[name] is None else int(str(row[name])) for name in ("window", "offset"))
    reason, detail, moved = str(row["reason"]), str(row["detail"]), int(str(row["moved"]))
    return Placement(variant, transcript, window, offset, reason, detail, moved)


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
            row[f"{prefix}ds_max"] = max(row[f"{prefix}{track}"] for track in DELTA_TRACKS)
        row |= {n: round(v) for n, v in row.items() if "_dp_" in n}
    return wide
