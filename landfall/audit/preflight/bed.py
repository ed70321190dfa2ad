"""The lines of a BED file, checked against the reference."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from landfall.audit.preflight import reference_build
from landfall.genome.sequence import Genome
from landfall.io import text_lines
from landfall.io.errors import InputError, InputProblem
from landfall.io.files import Problem

MOST_LISTED = 5
"""Largest number of faults listed for one file; every line of a file of another kind is faulty."""


def faults(
    fault: Callable[[str, str], InputProblem], path: Path, genome: Genome, build: str
) -> list[InputProblem]:
    """Lines of a BED file that are not regions of the reference; the first few of them.

    fault: builds a fault of the whole file from fault and remedy. build: of the reference.
    """
    try:
        contigs, listed_faults, unlisted = _read(path, genome)
    except InputError as error:
        return error.faults
    if not contigs:
        return [fault("holds no region", "write contig, start and end, separated by tabs")]
    if foreign := reference_build.foreign_accession(contigs, build):
        return [fault(*foreign)]
    if not listed_faults and not any(name in genome.aliases for name in contigs):
        return [fault(reference_build.strangers(contigs, genome), "give regions of this reference")]
    more = [InputProblem(str(path), None, f"{unlisted} more lines are at fault")] if unlisted else []
    return listed_faults + more


def _read(path: Path, genome: Genome) -> tuple[Iterable[str], list[InputProblem], int]:
    """The contigs of the regions, the first lines at fault, and the number of the others. Raises InputError."""
    contigs: dict[str, None] = {}
    listed_faults: list[InputProblem] = []
    unlisted = 0
    for number, line in text_lines.lines(path, "BED file", text_lines.MOST_REGIONS):
        if not _is_region(line):
            continue
        cells = line.split("\t")
        contigs[cells[0]] = None
        wrong = _problem(cells, genome)
        if wrong and len(listed_faults) < MOST_LISTED:
            listed_faults.append(InputProblem(str(path), number, *wrong))
        elif wrong:
            unlisted += 1
    return contigs, listed_faults, unlisted


def _is_region(line: str) -> bool:
    return bool(line.strip()) and not line.startswith(("#", "track", "browser"))


def _problem(cells: Sequence[str], genome: Genome) -> Problem | None:
    """What is wrong with one region; start is 0-based, end half-open."""
    if len(cells) < 3:
        return f"{len(cells)} column{'s' if len(cells) > 1 else ''}", "separate contig, start and end by tabs"
    if not all(cell.isascii() and cell.isdecimal() and len(cell) < 12 for cell in cells[1:3]):
        return f"start {cells[1]!r} and end {cells[2]!r} are not both whole numbers", ""
    if int(cells[1]) >= int(cells[2]):
        return f"start {cells[1]} is not below end {cells[2]}", "BED is 0-based, end excluded"
    here = genome.aliases.get(cells[0])
    if here and int(cells[2]) > genome.lengths[here]:
        return (
            f"end {cells[2]} lies beyond {here}, which has {genome.lengths[here]} bases",
            "is the file of another build?",
        )
    return None
