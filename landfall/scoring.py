"""Run a splice model over placed variants: batching, device, threads, progress, and a reason for every gap.

A model only maps sequences to probabilities; everything about how and where that happens stands here.
"""

from __future__ import annotations

import ctypes
import logging
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from landfall import calibration, devices, tables
from landfall.devices import DeviceError
from landfall.genes import Transcript
from landfall.genome import reverse_complement
from landfall.models import splice
from landfall.models.base import ExonModel, SpliceModel
from landfall.models.reading import Edit, Outputs
from landfall.models.splice import Probabilities
from landfall.windows import Placement, Variant, Window

log = logging.getLogger(__name__)

PROGRESS_SECONDS = 10.0
M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_MAX = -1, -2, -4
"""Names of glibc's malloc.h."""
MOST_AT_ONCE = 500
"""Variants of one window whose results are held at a time."""


@dataclass(frozen=True)
class Scored:
    """One variant in one transcript with the probabilities of both alleles, or the reason why there are none.

    ref, alt: (2 * distance + 1, 3), + strand, reference coordinates; ``start`` is the 0-based position of row 0.
    refs, alts: the same of each network, (networks, 2 * distance + 1, 3), where the model gives them one by one.
    """

    placement: Placement
    start: int = 0
    ref: Probabilities | None = None
    alt: Probabilities | None = None
    refs: Probabilities | None = None
    alts: Probabilities | None = None
    reason: str = ""
    detail: str = ""


def score_windows(
    model: SpliceModel,
    windows: Sequence[Window],
    placements: Iterable[Placement],
    distance: int,
    batch: int,
    progress: Progress | None = None,
) -> Iterator[Scored]:
    """Score every placed variant; the reference of a window is read once for all variants in it.

    batch: variants computed together, at most. progress: told of each variant, one of its own if None. Order: by
    window, then as the placements are.
    """
    held: dict[int, list[Placement]] = {}
    for placement in placements:
        if placement.window is not None:
            held.setdefault(placement.window, []).append(placement)
    progress = progress or Progress(sum(len(members) for members in held.values()))
    for window in windows:
        members = held.get(window.number, [])
        for first in range(0, len(members), MOST_AT_ONCE):
            together = members[first : first + MOST_AT_ONCE]
            yield from _score_window(model, window, together, distance, batch)
            progress.advance(len(together))


def _score_window(
    model: SpliceModel, window: Window, members: Sequence[Placement], distance: int, batch: int
) -> Iterator[Scored]:
    edits = [_edit(window, placement, distance) for placement in members]
    outputs = read_along(model, window.sequence, window.transcript.strand, edits, batch)
    for placement, (ref, alt) in zip(members, outputs, strict=True):
        yield _scored(placement, ref, alt, distance)


def read_along(
    model: SpliceModel, sequence: str, strand: str, edits: Sequence[Edit], batch: int
) -> list[tuple[Outputs, Outputs]]:
    """What ``model.read`` gives for edits of a + strand sequence, read in the direction of ``strand``.

    Returns for each edit (last - first, 3) and (last - first + shift, 3), along the + strand. Where memory does not
    hold a batch, smaller ones are read.
    """
    if strand == "+":
        return devices.within_memory(lambda fitting: model.read(sequence, edits, fitting), batch)
    mirrored, reverse = [edit.mirrored(len(sequence)) for edit in edits], reverse_complement(sequence)
    outputs = devices.within_memory(lambda fitting: model.read(reverse, mirrored, fitting), batch)
    return [(ref[::-1], alt[::-1]) for ref, alt in outputs]


def _edit(window: Window, placement: Placement, distance: int) -> Edit:
    """The variant as a change of the window's sequence, with the outputs wanted around its first base."""
    assert placement.offset is not None
    offset, variant = placement.offset, placement.variant
    edit = Edit(offset, offset + len(variant.ref), variant.alt, offset - distance, offset + distance + 1)
    return edit.trimmed(window.sequence)


def _scored(placement: Placement, ref: Outputs, output: Outputs, distance: int) -> Scored:
    variant = placement.variant
    if not (np.isfinite(ref).all() and np.isfinite(output).all()):
        return Scored(placement, reason="not_finite", detail="the network returned a value that is no number")

    def aligned(probabilities: Probabilities) -> Probabilities:
        return splice.align(probabilities, distance, len(variant.ref), len(variant.alt), placement.moved)

    start, refs, outputs = variant.start - distance, _by_network(ref), _by_network(output)
    if len(refs) == 1:
        return Scored(placement, start, ref, aligned(output))
    alts = np.stack([aligned(one) for one in outputs])
    return Scored(placement, start, _mean(refs), aligned(_mean(outputs)), refs, alts)


def _by_network(outputs: Outputs) -> Outputs:
    """(rows, 3 * networks) to (networks, rows, 3)."""
    return np.stack(np.split(outputs, outputs.shape[1] // len(splice.COLUMNS), axis=1))


def _mean(outputs: Outputs) -> Outputs:
    """The mean over the networks, summed in their order as ``landfall.models.engine`` does."""
    total = outputs[0].copy()
    for output in outputs[1:]:
        total += output
    mean: Outputs = total / np.float32(len(outputs))
    return mean


def keep_freed_memory() -> None:
    """Let the process keep the memory it frees, so that the next layer finds it without asking the system again.

    Scoring is a tenth faster so (benchmarks/splice.py); on a C library without ``mallopt`` nothing is changed.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        for option, value in ((M_MMAP_MAX, 0), (M_TRIM_THRESHOLD, 2**31 - 1), (M_TOP_PAD, 64 << 20)):
            mallopt(option, value)


def choose_device(wanted: str, threads: int) -> str:
    """The device to run on, with the CPU threads set: ``auto`` takes a GPU where torch finds one.

    Of several GPUs one that no other job has becomes torch's current one; the process keeps it.
    """
    import torch

    keep_freed_memory()
    torch.set_num_threads(threads)
    if wanted == "cuda" and not torch.cuda.is_available():
        raise DeviceError(
            "the configuration asks for a GPU (device: cuda), but torch finds none; set device: cpu or auto"
        )
    if wanted == "cpu" or not torch.cuda.is_available():
        return "cpu"
    torch.cuda.set_device(devices.take(devices.visible(torch.cuda.device_count()), devices.folder()))
    return "cuda"


def describe_device(device: str) -> str:
    """The device in words, with what computes the convolutions there."""
    from landfall.models import convolution

    if device != "cpu":
        return device
    return "cpu, compiled convolutions" if convolution.compiled() else "cpu, convolutions by torch"


def worth_keeping(rows: Iterable[Mapping[str, object]], threshold: float) -> bool:
    """Whether any raw delta score of a variant reaches the threshold."""
    return any(
        str(r["track"]).startswith("ds_") and isinstance(r["value"], float) and r["value"] >= threshold
        for r in rows
    )


class Progress:
    """Logs how far a job is, how fast, and how long it will still take, every few seconds.

    total: how many there will be, None if ``expect`` tells as the job goes on; then ``start`` is the share of the job
    that was done before.
    """

    def __init__(self, total: int | None, what: str = "variants scored", start: float = 0.0) -> None:
        self.total, self.what, self.done = total, what, 0
        self.begun = self.told = time.monotonic()
        self.start = self.before = start
        self.after, self.part = (start, (0, 0)) if total is None else (1.0, (0, total))

    def expect(self, count: int, share: float | None) -> None:
        """The next ``count`` bring the job to ``share`` of its whole, None if that cannot be told."""
        self.before, self.after, self.part = self.after, share or 0.0, (self.done, count)

    def advance(self, count: int) -> None:
        self.done += count
        now = time.monotonic()
        if now - self.told < PROGRESS_SECONDS and self.done != self.total:
            return
        self.told = now
        elapsed = max(now - self.begun, 1e-9)
        of = f" of {self.total}" if self.total is not None else ""
        share, gone = self._share(), self._share() - self.start
        left = f", {elapsed * (1 - share) / gone:.0f} s left" if gone > 0 else ""
        log.info("%d%s %s, %.2f per second%s", self.done, of, self.what, self.done / elapsed, left)

    def _share(self) -> float:
        """How much of the whole is done, 0 to 1."""
        first, count = self.part
        return (
            self.before + (self.after - self.before) * (self.done - first) / count if count else self.before
        )


def score_rows(scored: Scored, model: str, sites: splice.Sites) -> list[dict[str, object]]:
    """Rows of tables.SCORES for one variant: raw and masked delta scores with positions, or one row with a reason."""
    base = {**_keys(scored.placement.variant, scored.placement.transcript), "model": model}
    if scored.ref is None or scored.alt is None:
        return [refused_row(base, scored.reason, scored.detail)]
    origin = scored.placement.variant.start - scored.start
    numbers = splice.delta_scores(scored.ref, scored.alt, origin)
    if scored.refs is not None and scored.alts is not None:
        numbers |= splice.spreads(scored.refs, scored.alts, numbers, origin)
    numbers |= splice.masked_delta_scores(scored.ref, scored.alt, origin, scored.start, sites)
    if origin >= calibration.WITHIN:
        evidence = calibration.site_evidence(scored.ref, scored.alt, origin, scored.start, sites)
        numbers |= calibration.tracks(evidence)
    return track_rows(base, numbers)


def exon_rows(model: ExonModel, window: Window, placement: Placement) -> list[dict[str, object]]:
    """Rows of tables.SCORES for one variant by a model of exons: the exon that changes most, and the evidence.

    Where no exon is within the model's reach the evidence stands alone, 0; one that is too long for the window is a
    reason.
    """
    assert placement.offset is not None
    variant = placement.variant
    edit = laid_edit(variant, window.sequence, placement.offset, placement.moved)
    base = {**_keys(variant, window.transcript), "model": model.info.name}
    try:
        effects = list(model.effects(window.transcript, window.sequence, window.start, edit))
    except ValueError as error:
        return [refused_row(base, "exon_too_long", str(error))]
    numbers = calibration.tracks(calibration.psi_evidence(effect.delta_logit_psi for effect in effects))
    if effects:
        numbers |= max(effects, key=lambda effect: abs(effect.delta_logit_psi)).tracks()
    return track_rows(base, numbers)


def laid_edit(variant: Variant, sequence: str, at: int, moved: int) -> Edit:
    """The variant, its first base at index ``at`` of a sequence, as a change written around where it is laid."""
    edit = Edit(at, at + len(variant.ref), variant.alt, at, at)
    if not moved:
        return edit
    edit = edit.trimmed(sequence)
    cut = at + min(len(variant.ref), len(variant.alt)) + moved
    start, end = min(edit.start, cut - 1), max(edit.end, cut + max(-edit.shift, 0))
    alt = sequence[start : edit.start] + edit.alt + sequence[edit.end : end]
    kept = max(cut - 1 - start, 0)  # before the base that an insertion stands with, as a VCF anchors it
    return Edit(start + kept, end, alt[kept:], at, at)


def track_rows(base: Mapping[str, object], numbers: Mapping[str, float]) -> list[dict[str, object]]:
    """A row of tables.SCORES for each number."""
    return [
        {**base, "track": t, "value": v, "status": "scored", "reason": "", "detail": ""}
        for t, v in numbers.items()
    ]


def refused_row(base: Mapping[str, object], reason: str, detail: str) -> dict[str, object]:
    """A row of tables.SCORES for a variant that could not be scored."""
    return {**base, "track": "all", "value": None, "status": "not_scored", "reason": reason, "detail": detail}


def refusals(placements: Iterable[Placement], model: str) -> list[dict[str, object]]:
    """Rows of tables.SCORES for the variants that have no window."""
    refused = (p for p in placements if p.window is None)
    return [
        refused_row({**_keys(p.variant, p.transcript), "model": model}, p.reason, p.detail) for p in refused
    ]


def probability_row(scored: Scored, model: str) -> dict[str, object]:
    """A row of tables.PROBABILITIES."""
    assert scored.ref is not None
    assert scored.alt is not None
    return {
        **_keys(scored.placement.variant, scored.placement.transcript),
        "model": model,
        "start": scored.start,
        "ref_acceptor": scored.ref[:, splice.ACCEPTOR],
        "ref_donor": scored.ref[:, splice.DONOR],
        "alt_acceptor": scored.alt[:, splice.ACCEPTOR],
        "alt_donor": scored.alt[:, splice.DONOR],
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
    return tables.from_rows(
        tables.WINDOWS,
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
    """tables.PLACEMENTS, in the order of the variants given."""
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
            }
        )
    return tables.from_rows(tables.PLACEMENTS, rows)


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
    """The placements that have no window."""
    return [_placement(r, transcripts) for r in placements.to_pylist() if r["window"] is None]


def _placement(row: Mapping[str, object], transcripts: Mapping[TranscriptKey, Transcript]) -> Placement:
    variant = Variant(str(row["chrom"]), int(str(row["pos"])), str(row["ref"]), str(row["alt"]))
    transcript = transcripts.get((variant.chrom, str(row["gene"]), str(row["transcript"])))
    window, offset = (None if row[name] is None else int(str(row[name])) for name in ("window", "offset"))
    reason, detail, moved = str(row["reason"]), str(row["detail"]), int(str(row["moved"]))
    return Placement(variant, transcript, window, offset, reason, detail, moved)
