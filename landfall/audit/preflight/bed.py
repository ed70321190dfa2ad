"""The lines of a BED file, held against the reference."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from landfall.audit.preflight import reference_build
from landfall.genome.sequence import Genome
from landfall.io import text_lines
from landfall.io.errors import InputError, InputProblem
from landfall.io.files import Problem

TOLD = 5
"""Lines of one file that are told; a file of another kind has as many as it has lines."""


def faults(
    tell: Callable[[str, str], InputProblem], path: Path, genome: Genome, build: str
) -> list[InputProblem]:
    """Lines of a BED file that are not regions of the reference; the first few of them.

    tell: makes a fault of the whole file from what is wrong and what to do. build: of the reference.
    """
    try:
        contigs, told, untold = _read(path, genome)
    except InputError as error:
        return error.faults
    if not contigs:
        return [tell("holds no region", "write contig, start and end, split by tabs")]
    if foreign := reference_build.foreign_accession(contigs, build):
        return [tell(*foreign)]
    if not told and not any(name in genome.aliases for name in contigs):
        return [tell(reference_build.strangers(contigs, genome), "give regions of the same reference")]
    more = [InputProblem(str(path), None, f"{untold} more lines are at fault")] if untold else []
    return told + more


def _read(path: Path, genome: Genome) -> tuple[Iterable[str], list[InputProblem], int]:
    """The contigs of the regions, the first lines at fault, and the number of the others. Raises InputError."""
    contigs: dict[str, None] = {}
    told: list[InputProblem] = []
    untold = 0
    for number, line in text_lines.lines(path, "BED file", text_lines.MOST_REGIONS):
        if not _is_region(line):
            continue
        cells = line.split("\t")
        contigs[cells[0]] = None
        wrong = _problem(cells, genome)
        if wrong and len(told) < TOLD:
            told.append(InputProblem(str(path), number, *wrong))
        elif wrong:
            untold += 1
    return contigs, told, untold


def _is_region(line: str) -> bool:
    return bool(line.strip()) and not line.startswith(("#", "track", "browser"))


def _problem(cells: Sequence[str], genome: Genome) -> Problem | None:
    """What is wrong with one region; start is 0-based, end half-open."""
    if len(cells) < 3:
        return f"{len(cells)} column{'s' if len(cells) > 1 else ''}", "split contig, start and end by tabs"
    if not all(cell.isascii() and cell.isdecimal() and len(cell) < 12 for cell in cells[1:3]):
        return f"start {cells[1]!r} and end {cells[2]!r} are not both whole numbers", ""
    if int(cells[1]) >= int(cells[2]):
        return f"start {cells[1]} is not below end {cells[2]}", "BED counts from 0, end excluded"
    here = genome.aliases.get(cells[0])
    if here and int(cells[2]) > genome.lengths[here]:
        return (
            f"end {cells[2]} lies beyond {here}, which has {genome.lengths[here]} bases",
            "is this another build?",
        )
    return None
