"""Constants of the ranking fitted to published patients: ``python -m benchmarks.published_fit``.

Takes the evidence that ``python -m benchmarks.patients --real`` kept. Prints, for each constant and value, the mean
reciprocal rank of the causal gene in each half of the genes, averaged over the settings, the other constants as they
are; then the value that is best on one half with its gain over the present value on the other.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from types import ModuleType
from typing import Any
from unittest import mock

from benchmarks.patients import DATA, ROOT
from benchmarks.published import PublishedBench, half
from landfall.patient.phenotype import similarity
from landfall.ranking import score

HALVES = (0, 1)


@dataclass(frozen=True)
class Constant:
    """A constant of a module and the values tried."""

    module: ModuleType
    name: str
    values: tuple[float, ...]

    @property
    def present(self) -> float:
        return float(getattr(self.module, self.name))


CONSTANTS = (
    Constant(similarity, "CONTRADICTED", (0.0, 0.05, 0.1, 0.2, 0.5)),
    Constant(score, "STEEPNESS", (0.6, 0.7, 0.8, 0.85, 0.9)),
    Constant(score, "OTHER_MODE", (-0.32, -0.64, -1.0, -1.27, -1.6, -2.0)),
    Constant(score, "PER_DECADE", (0.25, 0.5, 0.75)),
    Constant(score, "LEAST_EFFECT", (0.003, 0.01, 0.03)),
    Constant(score, "KEPT_FRAME", (0.7, 0.85, 1.0)),
)


def reciprocal(rows: Sequence[dict[str, Any]], part: int) -> float:
    """Mean reciprocal rank over patients and settings in a half of the genes."""
    return mean(1 / row["rank"] if row["rank"] else 0.0 for row in rows if half(row["gene"]) == part)


def tried(bench: PublishedBench, constant: Constant) -> dict[float, list[float]]:
    """Mean reciprocal ranks of the two halves by value."""
    found = {}
    for value in sorted({*constant.values, constant.present}):
        with mock.patch.object(constant.module, constant.name, value):
            rows = list(bench.ranks())
        found[value] = [reciprocal(rows, part) for part in HALVES]
    return found


def lines(constant: Constant, found: dict[float, list[float]]) -> Iterator[str]:
    """The table of one constant."""
    for value, halves in found.items():
        mark = ", present" if value == constant.present else ""
        yield f"{constant.name} {value:g}: {halves[0]:.4f} and {halves[1]:.4f}{mark}"
    for here, there in (HALVES, HALVES[::-1]):
        best = max(found, key=lambda value: (found[value][here], -abs(value - constant.present)))
        gain = found[best][there] - found[constant.present][there]
        yield f"  fitted on half {here + 1}: {best:g}, gain on half {there + 1} {gain:+.4f}"


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--weights", type=Path, default=ROOT / "resources" / "weights")
    parser.add_argument("--folder", type=Path, default=ROOT / "work" / "patients" / "published")
    parser.add_argument("--only", nargs="*", help="names of constants")
    options = parser.parse_args()
    bench = PublishedBench(options.folder, options.data, options.weights.parent, options.data / "patients")
    for constant in CONSTANTS:
        if not options.only or constant.name in options.only:
            for text in lines(constant, tried(bench, constant)):
                print(text, flush=True)


if __name__ == "__main__":
    main()
