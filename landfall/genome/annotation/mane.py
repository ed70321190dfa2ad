"""MANE's summary table (MANE.GRCh38.v*.summary.txt.gz of NCBI): pairs of identical transcripts of Ensembl and
RefSeq, and which of them represent a gene.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from landfall.genome.transcripts import Transcript
from landfall.io import files
from landfall.io.errors import InputProblem, listed, stop_if

COLUMNS = ("Ensembl_nuc", "RefSeq_nuc", "MANE_status")
STATUS = {"MANE Select": "MANE_Select", "MANE Plus Clinical": "MANE_Plus_Clinical"}
_COPY = re.compile(r"(ENST\d+\.\d+)_PAR_Y|([NX][MR]_\d+\.\d+)[_-](?:dup)?\d+")
"""Suffixes by GENCODE, NCBI and UCSC of a transcript's copy on Y or elsewhere; ENST1.4_2, of GRCh37, is not a copy."""


@dataclass(frozen=True)
class Match:
    """A RefSeq accession with its version, and one of ``annotation.TAGS``."""

    refseq: str
    tag: str


def read(path: Path) -> dict[str, Match]:
    """Matches by both names, versions included. Raises InputError with every problem of the file."""
    lines = _lines(path)
    header = lines[0].lstrip("#").split("\t") if lines else []
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        what = f"has no column {' and '.join(missing)}; it has {listed(header, 14)}"
        stop_if([InputProblem(str(path), 1, what, "give MANE.GRCh38.v*.summary.txt.gz of NCBI")])
    places = [header.index(name) for name in COLUMNS]
    found: dict[str, Match] = {}
    faults = []
    for number, line in enumerate(lines[1:], 2):
        cells = line.split("\t")
        if not line.strip():
            continue
        if len(cells) <= max(places) or cells[places[2]] not in STATUS:
            faults.append(InputProblem(str(path), number, f"no {' or '.join(STATUS)} in {COLUMNS[2]}"))
            continue
        ensembl, refseq, status = (cells[place] for place in places)
        found[ensembl] = found[refseq] = Match(refseq, STATUS[status])
    stop_if(faults[:5])
    return found


def _lines(path: Path) -> list[str]:
    try:
        with files.opened(path) as handle:
            return handle.read().decode("utf-8-sig", "replace").splitlines()
    except (OSError, files.BrokenFileError) as error:
        stop_if([InputProblem(str(path), None, f"MANE's table cannot be read: {error}")])
        raise


def applied(transcripts: Iterable[Transcript], matches: Mapping[str, Match]) -> tuple[list[Transcript], int]:
    """The transcripts with the names and tags of the table, and the number of those in the table under another version
    only, which are not matched: their sequences may differ.
    """
    versionless = {name.split(".")[0] for name in matches}
    found, other_version = [], 0
    for transcript in transcripts:
        name = _COPY.sub(r"\1\2", transcript.transcript)
        match = matches.get(name)
        other_version += match is None and name.split(".")[0] in versionless
        found.append(_matched(transcript, match) if match else transcript)
    return found, other_version


def _matched(transcript: Transcript, match: Match) -> Transcript:
    """The transcript with the name and tag of a row of the table; a RefSeq transcript is its own source."""
    own = transcript.refseq_source == "transcript"
    return replace(
        transcript, refseq=match.refseq, refseq_source="transcript" if own else "MANE", tag=match.tag
    )
