"""Scores of a missense predictor from a file, as likelihood ratios by published intervals of strength.

The file is compressed with bgzip and has a tabix index: a table whose header line names ``#CHROM``, ``POS``, ``REF``,
``ALT`` and the column of the score, as AlphaMissense is distributed, or a VCF with the score in INFO, by itself or in a
field of VEP (``CSQ``). Of several scores of one allele, as for several transcripts, the highest counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pysam

from landfall.genome.sequence import aliases
from landfall.genome.variant import Variant
from landfall.io.errors import InputError, InputProblem, closest, listed
from landfall.ranking.acmg.criteria import STRENGTH

Bound = tuple[float, str]


@dataclass(frozen=True)
class Calibration:
    """Intervals of a predictor's score by strength of evidence.

    ``benign``: highest score of each strength of BP4, strongest first. ``pathogenic``: lowest score of each strength of
    PP3, strongest first.
    """

    source: str
    benign: tuple[Bound, ...]
    pathogenic: tuple[Bound, ...]

    def log10_ratio(self, score: float) -> float:
        """log10 likelihood ratio of a score: 350^(points/8) of its strength, 1 between the intervals."""
        for bound, strength in self.benign:
            if score <= bound:
                return -STRENGTH[strength]
        for bound, strength in self.pathogenic:
            if score >= bound:
                return STRENGTH[strength]
        return 0.0


PEJAVER = "Pejaver et al., Am J Hum Genet 109:2163, 2022, table 2"
CALIBRATIONS: Mapping[str, Calibration] = {
    "REVEL": Calibration(
        PEJAVER,
        ((0.003, "very_strong"), (0.016, "strong"), (0.183, "moderate"), (0.290, "supporting")),
        ((0.932, "strong"), (0.773, "moderate"), (0.644, "supporting")),
    ),
    "BayesDel": Calibration(
        PEJAVER,
        ((-0.36, "moderate"), (-0.18, "supporting")),
        ((0.50, "strong"), (0.27, "moderate"), (0.13, "supporting")),
    ),
    "VEST4": Calibration(
        PEJAVER,
        ((0.302, "moderate"), (0.449, "supporting")),
        ((0.965, "strong"), (0.861, "moderate"), (0.764, "supporting")),
    ),
    "AlphaMissense": Calibration(
        "the table of OpenCRAVAT's module alphamissense, calibrated by the method of Pejaver et al. 2022",
        ((0.099, "moderate"), (0.169, "supporting")),
        ((0.990, "strong"), (0.906, "moderate"), (0.792, "supporting")),
    ),
}
"""Published calibrations by predictor; higher scores are more pathogenic in each."""
PLACE = ("CHROM", "POS", "REF", "ALT")
_FORMAT = re.compile(r'##INFO=<ID=(CSQ|ANN|BCSQ),.*Format: ?([^">]+)')


class Predictor:
    """An open file of scores. Raises InputError with what is wrong with it."""

    def __init__(self, path: Path, field: str, calibration: str) -> None:
        self.path, self.field, self.calibration = path, field, CALIBRATIONS[calibration]
        try:
            self._file = pysam.TabixFile(str(path))
        except (OSError, ValueError) as error:
            remedy = (
                "compress it with bgzip, index it with tabix (-s 1 -b 2 -e 2), and keep the index beside it"
            )
            raise self._fault(f"cannot be read with its index: {error}", remedy) from error
        self._contigs = aliases(list(self._file.contigs))
        header = list(self._file.header)
        self._columns = _columns(header)
        formats = [found for line in header if (found := _FORMAT.match(line))]
        self._annotations: dict[str, str] = {found[1]: found[2] for found in formats}
        self._check()

    def _check(self) -> None:
        missing = [name for name in PLACE if name not in self._columns]
        if missing:
            raise self._fault(
                f"its header names no {listed(missing)}", "write the header line #CHROM POS REF ALT"
            )
        if self.field not in self._columns and "INFO" not in self._columns:
            raise self._fault(
                f"has no column {self.field}",
                closest(self.field, self._columns) or listed(list(self._columns), 8),
            )

    def _fault(self, what: str, remedy: str) -> InputError:
        return InputError([InputProblem(str(self.path), None, what, remedy)])

    def ratios(self, alleles: Iterable[Variant]) -> dict[Variant, float]:
        """log10 likelihood ratio of each allele that the file has."""
        scores = {allele: max(self._scores(allele), default=None) for allele in alleles}
        return {a: self.calibration.log10_ratio(score) for a, score in scores.items() if score is not None}

    def _scores(self, allele: Variant) -> Iterator[float]:
        contig = self._contigs.get(allele.chrom)
        if contig is None:
            return
        for line in self._file.fetch(contig, allele.pos - 1, allele.pos):
            cells = dict(zip(self._columns, line.rstrip("\n").split("\t"), strict=False))
            alts = cells["ALT"].upper().split(",")
            same = int(cells["POS"]) == allele.pos and cells["REF"].upper() == allele.ref
            if same and allele.alt in alts:
                yield from _numbers(self._values(cells, alts, allele.alt))

    def _values(self, cells: Mapping[str, str], alts: Sequence[str], alt: str) -> Iterator[str]:
        """Cells with the score: of the column, of the INFO field, or of an annotation's field."""
        if self.field in cells:
            yield cells[self.field]
            return
        info = dict(entry.partition("=")[::2] for entry in cells["INFO"].split(";"))
        if self.field in info:
            own = info[self.field].split(",")
            yield own[alts.index(alt)] if len(own) == len(alts) else info[self.field]
        for name, fields in self._annotations.items():
            names = [one.strip() for one in fields.split("|")]
            for entry in info.get(name, "").split(","):
                values = dict(zip(names, entry.split("|"), strict=False))
                if self.field in values and (len(alts) == 1 or values.get("Allele") == alt):
                    yield values[self.field]


def _columns(header: Sequence[str]) -> tuple[str, ...]:
    """Names of the columns by the last line of the header."""
    last = header[-1] if header else ""
    return tuple(name.strip() for name in last.lstrip("#").split("\t"))


def _numbers(values: Iterable[str]) -> Iterator[float]:
    """Numbers in cells; several are joined by ``&``, ``,`` or ``;``."""
    for value in values:
        for part in re.split("[&,;]", value):
            try:
                yield float(part)
            except ValueError:
                continue
