"""Fit what becomes of a damaged splice site: ``python -m benchmarks.shares``.

A conditional logit (:mod:`landfall.splicing.outcomes.proportions` says of what) of the outcomes called for each
variant of ``benchmarks.outcomes`` whose change of splicing was measured. Of several outcomes of the measured type,
their parts count together. Each of the four types weighs the same, however many rows it has: which types a table
holds is the choice of those who made it (one source lists nothing but retained introns). Writes
``landfall/splicing/outcomes/proportions.json`` and prints, by type, how many rows the coefficients get right, and how
many those that were fitted without the gene.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from benchmarks.outcomes import TUNED, TYPES, Case, arguments, cases, plain, rate
from landfall.genome.sequence import Genome
from landfall.io.digests import sha256
from landfall.splicing.outcomes.events import find_events
from landfall.splicing.outcomes.proportions import COEFFICIENTS, amount, features, is_choice
from landfall.splicing.outcomes.sites import Event, Locus, OutcomeSettings
from landfall.splicing.outcomes.transcript import Edit

NAMES = (
    "retention.gc",
    "skipping",
    "skipping.gc",
    "skipping.other_loss",
    "skipping.weaker_site",
    "skipping.introns",
    "cryptic",
    "cryptic.native",
)
RIDGE = 1.0
"""Penalty on the squared coefficients."""
STEPS = 100

Vector = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Choices:
    """The outcomes called, one row each, and the variants they belong to.

    features: (outcomes, len(NAMES)); offset: (outcomes,) half the logarithm of the amount; kinds: (outcomes,) types
    in the words of the table; row: (outcomes,) index of the variant; measured, genes: (variants,).
    """

    features: Vector
    offset: Vector
    kinds: NDArray[np.str_]
    row: NDArray[np.int64]
    measured: NDArray[np.str_]
    genes: NDArray[np.str_]

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

    def first(self, coefficients: Vector) -> NDArray[np.str_]:
        """The type of the best outcome of each variant; normal where none is called."""
        found = np.full(len(self.measured), "normal", dtype=self.measured.dtype)
        order = np.argsort(self.scores(coefficients), kind="stable")
        found[self.row[order]] = self.kinds[order]
        return found


def choices(found: Sequence[tuple[Case, Sequence[Event]]]) -> Choices:
    """The called outcomes of variants with a measured type."""
    called = [(n, e) for n, (_, events) in enumerate(found) for e in events if e.called and is_choice(e)]
    table = [[features(event).get(name, 0.0) for name in NAMES] for _, event in called]
    return Choices(
        np.array(table),
        np.array([np.log(amount(event)) / 2 for _, event in called]),
        np.array([TYPES[event.kind] for _, event in called]),
        np.array([n for n, _ in called]),
        np.array([case.row["effect_type"] for case, _ in found]),
        np.array([case.row["gene"] for case, _ in found]),
    )


def fit(data: Choices, rows: Flags) -> Vector:
    """Coefficients from the variants chosen (variants,), of which those whose measured type is not called say nothing.

    The types weigh the same. Newton steps on the penalised likelihood within a trust region; the curvature is that
    of the denominator alone. Raises ArithmeticError without convergence.
    """
    told = rows & (data.sums(data.right.astype(float)) > 0)
    weights = np.zeros(len(told))
    measured = np.unique(data.measured[told])
    for kind in measured:
        mine = told & (data.measured == kind)
        weights[mine] = told.sum() / mine.sum() / len(measured)
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


def unseen(data: Choices) -> NDArray[np.str_]:
    """Each variant's type by coefficients fitted to all other genes."""
    found = np.full(len(data.measured), "normal", dtype=data.measured.dtype)
    for gene in np.unique(data.genes):
        here = data.genes == gene
        found[here] = data.first(fit(data, ~here))[here]
    return found


def report(data: Choices, fitted: Vector, by_rules: NDArray[np.str_]) -> Iterator[str]:
    """The coefficients and the rows right, line by line."""
    yield "| feature | coefficient |\n| --- | --- |"
    yield from (f"| {name} | {value:.2f} |" for name, value in zip(NAMES, fitted, strict=True))
    columns = {
        "fitted to all": data.first(fitted),
        "fitted without the gene": unseen(data),
        "plain": by_rules,
    }
    yield f"\n| measured | rows | {' | '.join(columns)} |\n| --- {'| --- ' * (len(columns) + 1)}|"
    others = ~np.isin(data.genes, TUNED)
    groups = {name: data.measured == name for name in list(TYPES.values())[1:]}
    groups |= {"every change": np.ones_like(others), f"genes other than {' and '.join(TUNED)}": others}
    for name, mine in groups.items():
        counts = [int((found == data.measured)[mine].sum()) for found in columns.values()]
        yield f"| {name} | {mine.sum()} | {' | '.join(rate(n, int(mine.sum())) for n in counts)} |"


def main() -> None:
    """The command."""
    options = arguments(__doc__)
    genome = Genome(options.data / "loci" / "GRCh38.fa.gz")
    measured = [
        case
        for case in cases(options.data, genome, options.weights, options.cache)
        if case.row["effect_type"] in TYPES.values() and case.row["effect_type"] != "normal"
    ]
    settings = OutcomeSettings()
    loci = [
        Locus(c.transcript, c.probabilities, Edit(genome, c.variant, c.moved), settings) for c in measured
    ]
    data = choices(list(zip(measured, map(find_events, loci), strict=True)))
    fitted = fit(data, np.ones(len(measured), dtype=bool))
    for line in report(data, fitted, np.array([plain(case) for case in measured])):
        print(line)
    table = options.data / "truth" / "splice_outcomes.GRCh38.tsv"
    provenance = {
        "data": table.name,
        "data_sha256": sha256(table),
        "data_source": "measured outcomes of the CI-SpliceAI comparison (Strauch et al. 2022), CC BY 4.0",
        "rows": len(measured),
        "genes": len(np.unique(data.genes)),
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
