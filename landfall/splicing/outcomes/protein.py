"""What a changed mRNA does to the protein: reading frame, premature stop, nonsense-mediated decay, names.

Codons that the changed mRNA shares with the reference, in the same frame, are open by annotation, so a
stretch of N (or a selenocysteine) among them does not hide what happens at the change. An N behind it,
in a changed frame, does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from landfall.genome.hgvs.protein import protein_change
from landfall.genome.transcripts import Transcript
from landfall.genome.translation import mitochondrial, translate
from landfall.splicing.outcomes.sites import OutcomeSettings
from landfall.splicing.outcomes.transcript import Edit, Messenger, Span

FLANK = 10
"""Residues shown on either side of a change."""


def shared_start(left: str, right: str) -> int:
    """Letters that two strings share from their beginning."""
    pairs = enumerate(zip(left, right, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(left), len(right)))


@dataclass(frozen=True)
class ProteinEffect:
    """Fields as in the OUTCOMES table; ``note`` says what could not be judged, and why."""

    frameshift: bool | None = None
    ptc: bool | None = None
    ptc_codon: int | None = None
    nmd: bool | None = None
    nmd_reason: str | None = None
    hgvs_p: str | None = None
    protein_ref: str | None = None
    protein_alt: str | None = None
    protein_start: int | None = None
    note: str = ""


@dataclass(frozen=True)
class Translation:
    """A mutant protein: residues to the stop, ``*`` included if reached, and the mRNA index of the stop
    codon.

    ``resumed`` is true where translation comes back into the annotated frame; ``unknown`` is the
    1-based codon of the first N that leaves the outcome open.
    """

    residues: str
    stop: int | None
    resumed: bool
    unknown: int | None = None


def protein_effect(
    transcript: Transcript,
    edit: Edit,
    reference: Messenger,
    mutant: Messenger,
    segment: Span,
    settings: OutcomeSettings,
) -> ProteinEffect:
    """The effect of ``mutant`` held against ``reference``; ``segment`` is the changed stretch of the
    contig.
    """
    if transcript.cds_start is None or transcript.cds_end is None:
        return ProteinEffect(note="the transcript is not coding")
    spans = (segment, (edit.variant.start, edit.variant.end))
    if unreadable := _unreadable(transcript, spans):
        return ProteinEffect(note=f"{unreadable}; translation is not predicted")
    if all(end <= transcript.cds_start or start >= transcript.cds_end for start, end in spans):
        return ProteinEffect(hgvs_p="p.(=)", note="the change lies outside the coding sequence")
    first, last = transcript.cds_span
    start = mutant.offset(edit.first(transcript.position(first) - 1))
    if start is None or mutant.sequence[start : start + 3] != reference.sequence[first : first + 3]:
        if transcript.open_start:
            return ProteinEffect(note="the first codon of an incomplete coding sequence changes")
        return ProteinEffect(hgvs_p="p.(Met1?)", note="the start codon is lost; translation is not predicted")
    shifted = coding_change(transcript, edit, mutant) % 3 != 0
    mito = mitochondrial(transcript.chrom)
    annotated = annotated_residues(reference.sequence[first:last], mito)
    reading = read(reference.sequence, (first, last), annotated, mutant.sequence, start, mito)
    if reading.unknown is not None:
        note = f"whether a stop follows is open: the reference is N at codon {reading.unknown} of the mutant"
        return ProteinEffect(frameshift=shifted, hgvs_p="p.?", note=note)
    premature = _premature(transcript, edit, mutant, reading, last)
    effect = _read_effect(annotated, reading, premature)
    effect = replace(
        effect,
        frameshift=shifted,
        hgvs_p=protein_change(
            annotated, reading.residues, shifted, _replaced(mutant, reference), reading.resumed
        ),
    )
    if not premature or reading.stop is None:
        return effect
    nmd, why = nmd_verdict(mutant, reading.stop, None if transcript.open_start else start, settings)
    return replace(effect, ptc_codon=len(reading.residues), nmd=nmd, nmd_reason=why)


def _unreadable(transcript: Transcript, spans: tuple[Span, ...]) -> str:
    """Why the annotation does not tell how a change of these stretches is translated; empty if it does."""
    low, high = transcript.cds_start or 0, transcript.cds_end or 0
    if transcript.slippage and any(start < high and end > low for start, end in spans):
        return "the coding sequence is not read in one frame (ribosomal slippage)"
    before = any(start < low if transcript.forward else end > high for start, end in spans)
    if transcript.open_start and before:
        return "the transcript begins within the coding sequence, and the change lies where it begins"
    return ""


def _read_effect(annotated: str, reading: Translation, premature: bool) -> ProteinEffect:
    ref, alt, begin = protein_window(annotated, reading)
    note = _stop_note(reading, premature)
    return ProteinEffect(ptc=premature, protein_ref=ref, protein_alt=alt, protein_start=begin, note=note)


def _replaced(mutant: Messenger, reference: Messenger) -> int:
    """Residues that an in-frame loss takes away."""
    return max(0, len(reference.sequence) - len(mutant.sequence)) // 3


def _stop_note(reading: Translation, premature: bool) -> str:
    if premature or reading.resumed:
        return ""
    return "translation runs past the annotated stop" if reading.stop is not None else "no stop codon follows"


def coding_change(transcript: Transcript, edit: Edit, mutant: Messenger) -> int:
    """Coding bases of the mutant mRNA less those of the reference: bases gained count inside the coding span.

    The variant's own change of length is in it. After SpliceAI-lookup, which counts CDS-overlapping bases.
    """
    if transcript.cds_start is None or transcript.cds_end is None:
        return 0
    low, high = edit.first(transcript.cds_start), edit.stop(transcript.cds_end)
    coding = sum(max(0, min(end, high) - max(start, low)) for start, end in mutant.exons)
    first, last = transcript.cds_span
    return coding - (last - first)


def annotated_residues(coding: str, mito: bool) -> str:
    """The annotated protein; stops before its last codon are read as selenocysteine, ``U``."""
    residues = translate(coding, mito)
    return residues[:-1].replace("*", "U") + residues[-1:]


def read(reference: str, cds: Span, annotated: str, mutant: str, start: int, mito: bool) -> Translation:
    """Translate an mRNA from ``start``, taking from the annotated protein what both mRNAs share in frame."""
    same = shared_start(reference, mutant)
    tail = shared_start(reference[same:][::-1], mutant[same:][::-1])
    shared = min(max(same - start, 0) // 3, len(annotated)) if start == cds[0] else 0
    if shared == len(annotated):
        return Translation(annotated, start + 3 * shared - 3, True)
    begin = start + 3 * shared
    back = max(begin, len(mutant) - tail)
    back += (start - back) % 3
    twin = back - len(mutant) + len(reference) - cds[0]
    resumed = twin >= 0 and twin % 3 == 0 and twin // 3 < len(annotated)
    changed = translate(mutant[begin:back] if resumed else mutant[begin:], mito)
    return _close(annotated[:shared], changed, annotated[twin // 3 :] if resumed else "", start)


def _close(before: str, changed: str, after: str, start: int) -> Translation:
    """Put a protein together up to its first stop; an N in the changed part before a stop leaves it
    unknown.
    """
    stop, unknown = changed.find("*"), changed.find("X")
    if unknown >= 0 and (stop < 0 or unknown < stop):
        return Translation(before + changed[:unknown], None, False, len(before) + unknown + 1)
    if stop >= 0:
        return Translation(before + changed[: stop + 1], start + 3 * (len(before) + stop), False)
    residues = before + changed + after
    return Translation(
        residues, start + 3 * (len(residues) - 1) if residues.endswith("*") else None, bool(after)
    )


def _premature(
    transcript: Transcript, edit: Edit, mutant: Messenger, reading: Translation, last: int
) -> bool:
    """Whether the stop lies before the annotated one, by the order of both on the contig."""
    if reading.resumed or reading.stop is None:
        return False
    sign = 1 if transcript.forward else -1
    annotated = edit.first(transcript.position(max(last - 3, 0)) - 1)
    return sign * mutant.base(reading.stop) < sign * annotated


def nmd_verdict(
    mutant: Messenger, stop: int, start: int | None, settings: OutcomeSettings
) -> tuple[bool, str]:
    """Whether a premature stop (index of its first base in the mutant mRNA) brings nonsense-mediated
    decay, and why. ``start`` is the index of the start codon, None for one that is not known.

    Escape by UCSC's NMD-escape rules (kent 0151d00a, ``nmdEscTranscripts.html``), on the mutant mRNA: no exon
    junction behind the stop or the last one within 50 bases; within the first 100 bases of the coding
    sequence; in an exon longer than 400 bases (Lindeboom et al., Nat Genet 48:1112, 2016); no junction at all.
    The limits are settings.
    """
    if len(mutant.ends) == 1:
        return not settings.single_exon_escapes, "the mRNA has a single exon"
    distance = mutant.ends[-2] - stop
    if distance <= 0:
        return False, "the stop lies in the last exon"
    if distance <= settings.last_junction_nt:
        return (
            False,
            f"the stop lies {distance} nt before the last exon junction, within {settings.last_junction_nt}",
        )
    if start is not None and stop - start < settings.start_proximal_nt:
        return (
            False,
            f"the stop lies {stop - start} nt behind the start codon, within {settings.start_proximal_nt}",
        )
    begin, end = mutant.exons[mutant.exon_at(stop)]
    if 0 < settings.long_exon_nt < end - begin:
        return False, f"the stop lies in an exon of {end - begin} nt, longer than {settings.long_exon_nt}"
    return (
        True,
        f"the stop lies {distance} nt before the last exon junction, more than {settings.last_junction_nt}",
    )


def protein_window(ref: str, reading: Translation) -> tuple[str | None, str | None, int | None]:
    """Both proteins around their difference, and the 1-based codon at which the windows begin; None if equal.

    The mutant runs to its stop, or to FLANK residues after it has come back into the annotated frame.
    """
    alt = reading.residues
    if ref == alt:
        return None, None, None
    first = shared_start(ref, alt)
    begin = max(0, first - FLANK)
    same = shared_start(ref[first:][::-1], alt[first:][::-1]) if reading.resumed else 0
    beyond = max(0, same - FLANK)
    alt_window = alt[begin : len(alt) - beyond]
    ref_end = len(ref) - beyond if reading.resumed else begin + len(alt_window)
    return ref[begin:ref_end], alt_window, begin + 1
