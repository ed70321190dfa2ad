"""Fit what becomes of a damaged splice site: ``python -m benchmarks.shares``.

A conditional logit (:mod:`landfall.splicing.outcomes.proportions` says of what) of the outcomes called for each
variant of ``benchmarks.outcomes`` whose change of splicing was measured. Of several outcomes of the measured type,
their parts count together. A type weighs as the square root of its number of rows: which types a table holds is the
choice of those who made it. LEFT_OUT, a source that lists almost nothing but retained introns, has no part in the fit.
Writes ``landfall/splicing/outcomes/proportions.json`` and prints, by type, how often the first outcome of the workflow
is the one measured, with coefficients fitted to all rows, and to those of other genes.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from unittest import mock

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from benchmarks.outcomes import TUNED, TYPES, Case, arguments, cases, once, plain, rate
from landfall.io.digests import sha256
from landfall.splicing.outcomes import proportions
from landfall.splicing.outcomes.events import find_events
from landfall.splicing.outcomes.proportions import COEFFICIENTS, amount, features, is_choice
from landfall.splicing.outcomes.sites import Event, Locus, OutcomeSettings
from landfall.splicing.outcomes.transcript import Edit

NAMES = ("skipping", "skipping.other_loss", "skipping.weaker_site", "cryptic", "cryptic.native")
RIDGE = 1.0
"""Penalty on the squared coefficients."""
STEPS = 100
TABLES = ("splice_outcomes", "intronic_splicing")
LEFT_OUT = "MutSpliceDB"
"""The origin of rows that are not fitted."""

Vector = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Choices:
    """The outcomes called, one row each, and the variants they belong to.

    features: (outcomes, len(NAMES)); offset: (outcomes,) half the logarithm of the amount; kinds: (outcomes,) types
    in the words of the table; row: (outcomes,) index of the variant; measured, genes: (variants,), fitted:
    (variants,) whether in the fit.
    """

    features: Vector
    offset: Vector
    kinds: NDArray[np.str_]
    row: NDArray[np.int64]
    measured: NDArray[np.str_]
    genes: NDArray[np.str_]
    fitted: Flags

    @property
    def right(self) -> Flags:
        """(outcomes,) whether an outcome is of the type that was measured."""
        right: Flags = self.kinds == self.measured[self.row]
        return right

    def sums(self, values: Vector) -> Vector:
        """Sum over the outcomes of each variant, (variants, ...)."""
        total = np.zeros((len(self.measured), *values.shape[1:]))
        np.add.at(total, self.row, values)
        return total

    def scores(self, coefficients: Vector) -> Vector:
        """exp of each outcome's score, (outcomes,)."""
        return np.exp(self.offset + self.features @ coefficients)


def choices(found: Sequence[tuple[Case, Sequence[Event]]]) -> Choices:
    """The called outcomes of variants with a measured type."""
    called = [(n, e) for n, (_, events) in enumerate(found) for e in events if e.called and is_choice(e)]
    table = [[features(event).get(name, 0.0) for name in NAMES] for _, event in called]
    return Choices(
        np.array(table),
        np.array([np.log(amount(event)) / 2 for _, event in called]),
        np.array([TYPES[event.kind] for _, event in called]),
        np.array([n for n, _ in called]),
        np.array([min(case.types) for case, _ in found]),
        np.array([case.transcript.gene for case, _ in found]),
        np.array([LEFT_OUT not in case.row.get("origin", "") for case, _ in found]),
    )


def fit(data: Choices, rows: Flags) -> Vector:
    """Coefficients from the variants chosen (variants,), of which those whose measured type is not called say nothing.

    A type weighs as the square root of its rows. Newton steps on the penalised likelihood within a trust region; the
    curvature is that of the denominator alone. Raises ArithmeticError without convergence.
    """
    counted = rows & data.fitted & (data.sums(data.right.astype(float)) > 0)
    weights = np.zeros(len(counted))
    measured = np.unique(data.measured[counted])
    for kind in measured:
        mine = counted & (data.measured == kind)
        weights[mine] = (counted.sum() / mine.sum() / len(measured)) ** 0.5
    found = minimize(
        lambda b: likelihood(data, weights, b)[:2],
        np.zeros(len(NAMES)),
        jac=True,
        hess=lambda b: likelihood(data, weights, b)[2],
        method="trust-exact",
        options={"gtol": 1e-6, "maxiter": STEPS},
    )
    if not found.success:
        raise ArithmeticError(f"no convergence within {STEPS} steps: {found.message}")
    fitted: Vector = found.x
    return fitted


def likelihood(data: Choices, weights: Vector, b: Vector) -> tuple[float, Vector, Vector]:
    """Penalised negative log-likelihood, its slope (p,) and a curvature (p, p) that is never negative."""
    strength = data.scores(b)
    among, hits = data.sums(strength), data.sums(strength * data.right)
    counted = weights > 0
    value = -float(weights[counted] @ np.log(hits[counted] / among[counted])) + RIDGE / 2 * float(b @ b)
    part = strength / among[data.row]
    of_right = np.where(data.right & counted[data.row], strength / np.where(hits > 0, hits, 1)[data.row], 0.0)
    weight = weights[data.row]
    slope = data.features.T @ (weight * (part - of_right)) + RIDGE * b
    mean = data.sums(data.features * part[:, None])
    spread = (data.features * (weight * part)[:, None]).T @ data.features - (mean * weights[:, None]).T @ mean
    return value, slope, spread + RIDGE * np.eye(len(b))


Found = Sequence[tuple[Case, Sequence[Event]]]


def firsts(found: Found, coefficients: Vector, rows: Flags) -> NDArray[np.str_]:
    """The type of the workflow's first outcome of each of the rows, normal where none is called; else empty."""
    types = np.full(len(rows), "", dtype="U32")
    values = dict(zip(NAMES, coefficients.tolist(), strict=True))
    with mock.patch.object(proportions, "coefficients", return_value=values):
        for row in np.flatnonzero(rows).tolist():
            called = [event for event in proportions.weigh(found[row][1]) if event.called]
            best = max(called, key=lambda event: event.weight).kind if called else "none"
            types[row] = TYPES.get(best, best)
    return types


def unseen(data: Choices, found: Found, groups: NDArray[np.str_]) -> NDArray[np.str_]:
    """Each variant's type by coefficients fitted to all other groups."""
    types = np.full(len(groups), "", dtype="U32")
    for group in np.unique(groups):
        here = groups == group
        types[here] = firsts(found, fit(data, ~here), here)[here]
    return types


def places(data: Choices, found: Found) -> NDArray[np.str_]:
    """The genes, and of the gene with most rows its exons, each with the introns nearer to it than to another."""
    genes, counts = np.unique(data.genes, return_counts=True)
    most = genes[counts.argmax()]
    return np.array(
        [
            f"{gene} {_nearest(case)}" if gene == most else gene
            for gene, (case, _) in zip(data.genes, found, strict=True)
        ]
    )


def _nearest(case: Case) -> int:
    """Index of the exon nearest to a variant, on the contig."""
    start, exons = case.variant.start, case.transcript.exons
    return min(range(len(exons)), key=lambda n: max(exons[n][0] - start, start - exons[n][1], 0))


def report(data: Choices, found: Found, fitted: Vector) -> Iterator[str]:
    """The coefficients and the rows right, line by line."""
    yield "| feature | coefficient |\n| --- | --- |"
    yield from (f"| {name} | {value:.2f} |" for name, value in zip(NAMES, fitted, strict=True))
    every = np.ones(len(data.genes), dtype=bool)
    columns = {
        "fitted to all": firsts(found, fitted, every),
        "without the gene": unseen(data, found, data.genes),
        "without the gene, or exon of the largest": unseen(data, found, places(data, found)),
        "plain SAI-10k-calc": np.array([plain(case) for case, _ in found]),
    }
    yield f"\n| measured | rows | {' | '.join(columns)} |\n| --- {'| --- ' * (len(columns) + 1)}|"
    groups = {name: data.fitted & (data.measured == name) for name in list(TYPES.values())[1:]}
    groups |= {
        "every change": data.fitted,
        "of these called": data.fitted & (columns["fitted to all"] != "normal"),
    }
    groups |= {f"genes other than {' and '.join(TUNED)}": data.fitted & ~np.isin(data.genes, TUNED)}
    groups |= {LEFT_OUT: ~data.fitted}
    for name, mine in groups.items():
        counts = [int((types == data.measured)[mine].sum()) for types in columns.values()]
        yield f"| {name} | {mine.sum()} | {' | '.join(rate(n, int(mine.sum())) for n in counts)} |"


def main() -> None:
    """The command."""
    source = arguments(__doc__)
    changes = {*TYPES.values()} - {"normal"}
    chosen = [case for case in once(cases(source, TABLES)) if len(case.types) == 1 and case.types <= changes]
    settings = OutcomeSettings()
    loci = [
        Locus(c.transcript, c.probabilities, Edit(source.genome, c.variant, c.moved), settings)
        for c in chosen
    ]
    found = list(zip(chosen, map(find_events, loci), strict=True))
    data = choices(found)
    fitted = fit(data, np.ones(len(chosen), dtype=bool))
    for line in report(data, found, fitted):
        print(line)
    provenance = {
        "data": {name: sha256(source.data / "truth" / f"{name}.GRCh38.tsv") for name in TABLES},
        "data_source": "outcomes measured on RNA: the CI-SpliceAI comparison (Strauch et al. 2022, CC BY 4.0) without "
        f"its rows of {LEFT_OUT}, and the deep-intronic benchmark of Barbosa et al. 2023",
        "rows": int(data.fitted.sum()),
        "genes": len(np.unique(data.genes[data.fitted])),
        "model": "spliceai, 4,999 bases to either side",
        "ridge": RIDGE,
        "seed": "none: nothing is drawn",
        "command": "python -m benchmarks.shares",
    }
    rounded = {name: round(float(value), 3) for name, value in zip(NAMES, fitted, strict=True)}
    COEFFICIENTS.write_text(json.dumps({"provenance": provenance, "coefficients": rounded}, indent=1) + "\n")


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    main()
