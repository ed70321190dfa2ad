"""The rules of the original SpliceAI, for scores that agree with it to the printed digit.

All differences between the original and landfall's own mode: its gene tables, the records it skips, its mask at the
position of the maximum only, and its output format. Source: Illumina/SpliceAI ``spliceai/utils.py`` of version 1.3.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from landfall.genome.annotation.reader import AnnotationError
from landfall.genome.sequence import Genome
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant
from landfall.io import files
from landfall.models.base import SpliceModel
from landfall.models.splice import delta_scores
from landfall.models.splice.delta_scores import Probabilities
from landfall.splicing.scored import Scored
from landfall.splicing.scoring import score_windows
from landfall.splicing.windows import Reach, place

UNPRINTABLE = (".", "-", "*", "<", ">")


COLUMNS = ["#NAME", "CHROM", "STRAND", "TX_START", "TX_END", "EXON_START", "EXON_END"]


def printable(name: str) -> str:
    """A name with the delimiters of an INFO field percent-encoded (VCF 4.3, section 1.2)."""
    return re.sub(r"[%;=,| \t]", lambda found: f"%{ord(found[0]):02X}", name)


def read_gene_table(path: Path, contig_aliases: Mapping[str, str]) -> list[Transcript]:
    """Transcripts of a table in the original's format (grch37.txt, grch38.txt): 0-based starts, lists end in a comma.

    Plain or compressed. Genes on contigs that the reference lacks are omitted. Raises AnnotationError with the line
    that cannot be parsed, or if no gene remains.
    """
    genes, number = [], 0
    try:
        with files.opened(path) as handle:
            for number, line in enumerate(handle, 1):
                cells = line.decode("utf-8").rstrip("\r\n").split("\t")
                if number == 1:
                    _check_columns(cells)
                elif cells != [""]:
                    genes.append(_gene(cells))
    except files.BrokenFileError as error:
        raise AnnotationError(f"{path}: {error}") from error
    except UnicodeDecodeError as error:
        what = f"byte {error.object[error.start]:#x} is not UTF-8; save the table as UTF-8"
        raise AnnotationError(f"{path}: line {number}: {what}") from error
    except ValueError as error:
        raise AnnotationError(f"{path}: line {number}: {error}; expected {', '.join(COLUMNS)}") from error
    here = [replace(gene, chrom=contig_aliases[gene.chrom]) for gene in genes if gene.chrom in contig_aliases]
    if not here:
        names = ", ".join(sorted({gene.chrom for gene in genes})[:5])
        raise AnnotationError(f"{path}: none of its contigs ({names}) is a contig of the reference")
    return here


def _check_columns(cells: Sequence[str]) -> None:
    if list(cells) != COLUMNS:
        raise ValueError("other columns, or not separated by tabs")


def _gene(cells: Sequence[str]) -> Transcript:
    """The transcript of a row of the table, with its contig name unchanged. Raises ValueError."""
    if len(cells) != len(COLUMNS):
        raise ValueError(f"{len(cells)} columns")
    name, chrom, strand, start, end, exon_starts, exon_ends = cells
    if strand not in ("+", "-"):
        raise ValueError(f"strand {strand}, which is neither + nor -")
    exons = _exons((int(start), int(end)), exon_starts, exon_ends)
    return Transcript(name, name, name, chrom, strand, exons, representative=True)


def _exons(span: tuple[int, int], starts: str, ends: str) -> tuple[tuple[int, int], ...]:
    """Exons of two comma-ended lists, the first and the last extended to the ends of the transcript."""
    first = [int(text) for text in starts.split(",") if text]
    last = [int(text) for text in ends.split(",") if text]
    if not first or len(first) != len(last):
        raise ValueError(f"{len(first)} exon starts and {len(last)} exon ends")
    first[0], last[-1] = span
    if (
        first[0] < 0
        or any(start >= end for start, end in zip(first, last, strict=True))
        or first != sorted(first)
    ):
        raise ValueError("exons that are not in ascending order, each with its start below its end")
    return tuple(zip(first, last, strict=True))


def is_gene_table(path: Path) -> bool:
    """Whether a file begins with the header of the original's gene tables. Raises AnnotationError if it is damaged."""
    try:
        with files.opened(path) as handle:
            return handle.read(6) == b"#NAME\t"
    except files.BrokenFileError as error:
        raise AnnotationError(f"{path}: {error}") from error


def passed_over(variant: Variant, genome: Genome, reach: Reach) -> str | None:
    """The reason why the original prints nothing for a record in a gene, or None."""
    start, end = reach.span(variant)
    if start < 0 or end > genome.lengths[variant.chrom]:
        return "near chromosome end"
    if not variant.ref or genome.fetch(variant.chrom, variant.start, variant.end) != variant.ref:
        return "ref issue"
    if len(variant.ref) > 2 * reach.distance:  # as reach.longest_ref of its placement
        return "ref too long"
    if any(mark in variant.alt for mark in UNPRINTABLE):
        return "alt without sequence"
    return None


def annotate(
    model: SpliceModel,
    variants: Iterable[Variant],
    genes: Iterable[Transcript],
    genome: Genome,
    distance: int,
    masked: bool,
    batch: int,
) -> Iterator[tuple[Variant, str, str]]:
    """(variant, gene, the original's string) for every variant and gene that the original prints.

    The strings are ALLELE|SYMBOL|DS_AG|DS_AL|DS_DG|DS_DL|DP_AG|DP_AL|DP_DG|DP_DL, dots where REF and ALT both have
    more than one base. Order: by gene and position.
    """
    reach = Reach(model.context, distance, max_unknown_fraction=1.0, longest_ref=2 * distance)
    genes = list(genes)
    pairs: list[tuple[Variant, Transcript | None]] = []
    dotted: list[tuple[Variant, Transcript]] = []
    for variant in variants:
        holding = [g for g in genes if g.chrom == variant.chrom and g.start < variant.pos <= g.end]
        if holding and passed_over(variant, genome, reach) is None:
            unscored = len(variant.ref) > 1 and len(variant.alt) > 1
            (dotted if unscored else pairs).extend((variant, gene) for gene in holding)
    for variant, gene in dotted:
        yield variant, gene.gene, f"{variant.alt}|{gene.gene}|.|.|.|.|.|.|.|."
    windows, placements = place(pairs, genome, reach)
    for scored in score_windows(model, windows, placements, distance, batch):
        holder = scored.placement.transcript
        assert holder is not None
        yield scored.placement.variant, holder.gene, string(scored, holder, masked)


def string(scored: Scored, gene: Transcript, masked: bool) -> str:
    """One variant in one gene in the original's format."""
    assert scored.ref is not None
    assert scored.alt is not None
    variant = scored.placement.variant
    numbers = _delta(scored.ref, scored.alt, variant.start - scored.start)
    if masked:
        nearest = _nearest_boundary(gene, variant.pos)
        numbers = {k: (s * (not _is_masked(k, p, nearest)), p) for k, (s, p) in numbers.items()}
    scores = "|".join(f"{score:.2f}" for score, _ in numbers.values())
    return f"{printable(variant.alt)}|{printable(gene.gene)}|{scores}|" + "|".join(
        str(position) for _, position in numbers.values()
    )


def _delta(ref: Probabilities, alt: Probabilities, origin: int) -> dict[str, tuple[float, int]]:
    numbers = delta_scores.delta_scores(ref, alt, origin)
    return {
        suffix: (numbers[f"ds_{suffix}"], int(numbers[f"dp_{suffix}"]))
        for suffix, _, _ in delta_scores.EVENTS
    }


def _nearest_boundary(gene: Transcript, pos: int) -> int:
    """Bases from pos to the nearest exon boundary of either type; of ties the lower."""
    boundaries = np.unique([b for start, end in gene.exons for b in (start + 1, end)]) - pos
    return int(min(boundaries, key=abs))


def _is_masked(suffix: str, position: int, nearest: int) -> bool:
    gain = suffix.endswith("g")
    return (position == nearest) if gain else (position != nearest)
