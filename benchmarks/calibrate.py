"""Fit and measure the calibrated probability that splicing is affected: ``python -m benchmarks.calibrate --help``.

``features`` computes what every model gives for the variants with a measured effect (:mod:`benchmarks.measured`);
``fit`` fits every combination of the models to them, writes ``landfall/splicing/probability/calibration.json`` and
``docs/reliability.svg`` and prints how well each does on genes it has not seen, with sensitivity and specificity of
delta scores by region.
"""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

from benchmarks import measured
from benchmarks.measured import Case, Measured
from landfall.io.digests import sha256
from landfall.models.registry import splice_model, splice_models
from landfall.models.runtime import device
from landfall.models.splice import evidence
from landfall.splicing.probability import branch_point, calibration
from landfall.splicing.probability.calibration import PARTS, REGIONS, Combination, Part
from landfall.splicing.probability.delta_cutoffs import Counts

ROOT = Path(__file__).resolve().parents[1]
PLOT = ROOT / "docs" / "reliability.svg"
MODELS = tuple(name for name, spec in splice_models().items() if spec.calibration_terms)
SITE_MODELS = tuple(name for name, spec in splice_models().items() if spec.kind == "sites")
FITTED = (
    "splice_outcomes",
    "intronic_splicing",
    "deep_intronic_curated",
    "deep_intronic_common",
    "pseudoexons",
)
"""The tables of the fit, in the order in which a variant of several counts."""
RIDGE: Mapping[str, float] = {"exon": 1.0, "deep": 0.3}
"""Penalty on the squared weights of standardised evidence and on the offsets of regions, of each of PARTS."""
BRANCH_SCALE = 1.0
"""Points of a branch point that count as one standard deviation for the penalty. Few variants of the tables lie in its
motif, and nearly all of these were measured because they do: their own deviation would give them any weight."""
FLOOR = 0.03
"""Share of outcomes that no score explains: smallest probability, and 1 minus the largest."""
TOLERANCE = 1e-8
"""Slope of the likelihood that counts as none."""
BINS = (0.0, 0.05, 0.2, 0.5, 0.8, 0.95, 1.0)
CUTOFFS = (0.02, 0.05, 0.1, 0.2, 0.5, 0.8)
"""Delta scores whose sensitivity and specificity are printed."""
LINE = ",\n  "
"""Between the entries of the stored file, one a line."""
CLIPPED = 1e-4
"""Probabilities are clipped to this and 1 minus it before the slope of their log-odds is fitted."""

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Examples:
    """Variants with a measured outcome: name, gene, table, region, truth (1 affected) and evidence, all by row."""

    names: NDArray[np.str_]
    genes: NDArray[np.str_]
    tables: NDArray[np.str_]
    regions: NDArray[np.str_]
    affected: Vector
    evidence: dict[str, Vector]

    def of(self, rows: NDArray[np.bool_]) -> Examples:
        """The chosen rows."""
        return Examples(
            self.names[rows],
            self.genes[rows],
            self.tables[rows],
            self.regions[rows],
            self.affected[rows],
            {name: values[rows] for name, values in self.evidence.items()},
        )


# Evidence


def examples(source: Measured, models: Sequence[str] = MODELS) -> Examples:
    """Every variant of FITTED whose effect is known and that all the models score, each once."""
    stored = {model: source.arrays(model, distance) for model, distance in measured.ORDER if model in models}
    found: dict[str, tuple[Case, dict[str, float]]] = {}
    for table in FITTED:
        for case in (case for case in source.cases if case.table == table and case.affected is not None):
            if case.name in found:
                continue
            if all(case.name in arrays for arrays in stored.values()):
                found[case.name] = (
                    case,
                    evidence_of(source, case, {m: a[case.name] for m, a in stored.items()}),
                )
            else:
                logging.warning("%s: not scored by all models", case.name)
    cases = [case for case, _ in found.values()]
    if not cases:
        raise SystemExit(
            "no variant is scored by all models; run python -m benchmarks.calibrate features first"
        )
    names = calibration.terms_of(models, "exon")
    return Examples(
        np.array([case.name for case in cases]),
        np.array([case.gene for case in cases]),
        np.array([case.table for case in cases]),
        np.array([calibration.region_of(case.variant, case.transcript, case.moved) for case in cases]),
        np.array([case.affected for case in cases], dtype=float),
        {name: np.array([values[name] for _, values in found.values()]) for name in names},
    )


def evidence_of(source: Measured, case: Case, arrays: Mapping[str, measured.Arrays]) -> dict[str, float]:
    """The evidence of the models on one variant; arrays by model."""
    found = {calibration.BRANCH: branch_point.lost(case.variant, case.transcript, source.genome)}
    sites, forward = source.layer.sites(case.transcript), case.transcript.forward
    for model, distance in measured.ORDER:
        if model not in arrays:
            continue
        kind, values = splice_model(model).kind, arrays[model]
        start = case.variant.start - distance
        if kind == "exons":
            terms = evidence.psi_evidence(values["psi"].tolist())
        elif kind == "tissues":
            terms = evidence.tissue_evidence(values["ref"], values["alt"], distance, start, sites)
        else:
            terms = evidence.site_evidence(values["ref"], values["alt"], distance, start, sites, forward)
        found |= {f"{model}.{term}": value for term, value in terms.items()}
    return found


# Fitting


def fit(data: Examples, models: Sequence[str]) -> Combination:
    """Penalised maximum likelihood, no weight of evidence below zero, at a prior of one half."""
    return Combination(tuple(models), FLOOR, {part: fit_part(data, models, part) for part in PARTS})


def fit_part(data: Examples, models: Sequence[str], part: str) -> Part:
    """One of PARTS, from the rows of its regions."""
    regions = PARTS[part]
    data = data.of(np.isin(data.regions, regions))
    names = calibration.terms_of(models, part)
    raw = np.column_stack([data.evidence[name] for name in names])
    center, scale = raw.mean(axis=0), raw.std(axis=0)
    scale[[name == calibration.BRANCH for name in names]] = BRANCH_SCALE
    held = np.column_stack([data.regions == region for region in regions])
    x = np.column_stack([held, (raw - center) / scale])
    intercept, coefficients = ridge_logistic(x, data.affected, len(regions), RIDGE[part])
    weights = coefficients[len(regions) :] / scale
    share = data.affected.mean()
    offset = float(intercept - weights @ center - np.log(share / (1 - share)))
    return Part(
        dict(zip(regions, (offset + coefficients[: len(regions)]).tolist(), strict=True)),
        dict(zip(names, weights.tolist(), strict=True)),
    )


def ridge_logistic(x: Vector, y: Vector, free: int, ridge: float) -> tuple[float, Vector]:
    """Intercept and coefficients of a logistic regression with an L2 penalty on all but the intercept.

    x: (rows, columns). Coefficients of the columns from ``free`` on are not negative: an active set of columns, of
    which scikit-learn fits those inside, until none inside is negative and the likelihood rises for none outside
    (the Karush-Kuhn-Tucker conditions). Raises ArithmeticError without convergence.
    """
    inside = np.ones(x.shape[1], dtype=bool)
    bounded = np.arange(x.shape[1]) >= free
    for _ in range(10 * x.shape[1]):
        model = LogisticRegression(C=1 / ridge, solver="newton-cholesky", tol=1e-10, max_iter=1_000)
        model.fit(x[:, inside], y)
        coefficients = np.zeros(x.shape[1])
        coefficients[inside] = model.coef_[0]
        if (bounded & (coefficients < 0)).any():
            inside[np.argmin(np.where(bounded, coefficients, 0.0))] = False
            continue
        gain = np.where(inside, 0.0, x.T @ (y - model.predict_proba(x[:, inside])[:, 1]))
        if gain.max() <= TOLERANCE:
            return float(model.intercept_[0]), coefficients
        inside[np.argmax(gain)] = True
    raise ArithmeticError("no set of columns fulfils the conditions of the bounded fit")


def apply(combination: Combination, data: Examples) -> Vector:
    """The probability of every row."""
    rows = [
        {name: values[row] for name, values in data.evidence.items()} for row in range(len(data.affected))
    ]
    return np.array(
        [combination.probability(row, region) for row, region in zip(rows, data.regions, strict=True)]
    )


def on_unseen_genes(data: Examples, models: Sequence[str]) -> Vector:
    """Each gene's probabilities by a fit to all other genes."""
    p = np.zeros(len(data.affected))
    for gene in np.unique(data.genes):
        here = data.genes == gene
        p[here] = apply(fit(data.of(~here), models), data.of(here))
    return p


# Measuring


def auc(affected: Vector, p: Vector) -> float:
    """Area under the ROC curve: how often an affected variant stands above an unaffected one, ties as half."""
    return float(roc_auc_score(affected, p)) if len(np.unique(affected)) == 2 else float("nan")


def correct(affected: Vector, p: Vector, cutoff: float = 0.5) -> float:
    """Share of rows on the right side of the cut-off."""
    return float(((p >= cutoff) == (affected == 1)).mean()) if len(p) else float("nan")


def slope(affected: Vector, p: Vector) -> float:
    """The slope of the truth on the log-odds of a probability: 1 where it is calibrated, less where over-confident."""
    if len(np.unique(affected)) < 2:
        return float("nan")
    clipped = np.clip(p, CLIPPED, 1 - CLIPPED)
    odds = np.log(clipped / (1 - clipped))
    model = LogisticRegression(C=np.inf, solver="newton-cholesky", max_iter=1_000)
    return float(model.fit(odds[:, None], affected).coef_[0, 0])


def largest_delta(data: Examples, model: str) -> Vector:
    """The largest raw delta score of a model within evidence.WITHIN, 0 to 1."""
    odds = np.exp(data.evidence[f"{model}.delta"])
    margin = evidence.DELTA_MARGIN
    found: Vector = (odds * (1 + margin) - margin) / (1 + odds)
    return found


def groups(data: Examples) -> dict[str, NDArray[np.bool_]]:
    """The rows of everything, of each region, of each table, and of all genes but the one with most rows."""
    genes, counts = np.unique(data.genes, return_counts=True)
    most = genes[counts.argmax()]
    found = {"all": np.ones(len(data.genes), dtype=bool), f"all but {most}": data.genes != most}
    found |= {region.replace("_", " "): data.regions == region for region in REGIONS}
    return found | {table: data.tables == table for table in dict.fromkeys(data.tables.tolist())}


def print_quality(data: Examples, scores: Mapping[str, tuple[Vector, float]]) -> None:
    """AUC and accuracy of each score, by region; scores: name to values and cut-off."""
    chosen = {name: rows for name, rows in groups(data).items() if name not in data.tables}
    print(f"| score | {' | '.join(f'{name} ({rows.sum()})' for name, rows in chosen.items())} |")
    print(f"| --- |{' --- |' * len(chosen)}")
    for name, (p, cutoff) in scores.items():
        cells = [
            f"{auc(data.affected[rows], p[rows]):.3f}, {correct(data.affected[rows], p[rows], cutoff):.1%}"
            for rows in chosen.values()
        ]
        print(f"| {name} | {' | '.join(cells)} |".replace("nan", "-"))
    print()


def print_calibration(data: Examples, p: Vector) -> None:
    """Slope, log loss and Brier score of a probability, by group."""
    print("| variants | rows | affected | at 0.5 or more | slope | log loss | Brier |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name, rows in groups(data).items():
        y, q = data.affected[rows], p[rows]
        numbers = f"{slope(y, q):.2f} | {log_loss(y, q, labels=[0, 1]):.3f} | {brier_score_loss(y, q):.3f}"
        print(f"| {name} | {len(y)} | {int(y.sum())} | {(q >= 0.5).sum()} | {numbers} |".replace("nan", "-"))
    print()


def counts(data: Examples, model: str) -> dict[str, list[Counts]]:
    """The measured variants whose largest delta score reaches each of CUTOFFS, by region."""
    delta = largest_delta(data, model)
    found: dict[str, list[Counts]] = {}
    for region in REGIONS:
        here = data.regions == region
        y, x = data.affected[here], delta[here]
        found[region] = [
            Counts(
                cutoff,
                int((x[y == 1] >= cutoff).sum()),
                int((y == 1).sum()),
                int((x[y == 0] >= cutoff).sum()),
                int((y == 0).sum()),
            )
            for cutoff in CUTOFFS
        ]
    return found


def print_cutoffs(data: Examples, model: str) -> None:
    """Sensitivity and specificity of a model's largest delta score, by region."""
    found = counts(data, model)
    named = [
        f"{name.replace('_', ' ')} ({rows[0].affected}, {rows[0].unaffected})" for name, rows in found.items()
    ]
    print(f"| {model}, largest delta | {' | '.join(named)} |")
    print(f"| --- |{' --- |' * len(REGIONS)}")
    for row in zip(*found.values(), strict=True):
        cells = [
            f"{share(c.affected_reached, c.affected)}, {share(c.unaffected - c.unaffected_reached, c.unaffected)}"
            for c in row
        ]
        print(f"| {row[0].cutoff} | {' | '.join(cells)} |")
    print()


def share(count: int, total: int) -> str:
    """A percentage."""
    return f"{count / total:.0%}" if total else "-"


def reliability(affected: Vector, p: Vector) -> list[tuple[float, float, int]]:
    """Mean probability, share affected and number of rows in each of BINS that holds any."""
    held = np.clip(np.searchsorted(BINS, p, side="right") - 1, 0, len(BINS) - 2)
    return [
        (float(p[held == bin_].mean()), float(affected[held == bin_].mean()), int((held == bin_).sum()))
        for bin_ in np.unique(held)
    ]


def print_reliability(data: Examples, p: Vector) -> None:
    """Predicted beside measured."""
    print("| mean probability | affected | variants |")
    print("| --- | --- | --- |")
    for predicted, seen, count in reliability(data.affected, p):
        print(f"| {predicted:.3f} | {seen:.3f} | {count} |")
    print(f"\nBrier score {brier_score_loss(data.affected, p):.4f}\n")


def plot(points: Iterable[tuple[float, float, int]], title: str) -> str:
    """A reliability plot as SVG: a disc for each bin, its area the number of variants, beside the diagonal."""
    size, margin = 360, 50

    def at(x: float, y: float) -> tuple[float, float]:
        return margin + x * size, margin + (1 - y) * size

    (x0, y0), (x1, y1) = at(0, 0), at(1, 1)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size + 2 * margin}" height="{size + 2 * margin}"'
        ' font-family="sans-serif" font-size="12">',
        f"<title>{title}</title>",
        f'<rect x="{x0}" y="{y1}" width="{size}" height="{size}" fill="none" stroke="#444"/>',
        f'<line x1="{x0}" y1="{y0}" x2="{x1}" y2="{y1}" stroke="#999" stroke-dasharray="4 4"/>',
    ]
    for tick in (0, 0.25, 0.5, 0.75, 1):
        x, y = at(tick, tick)
        parts.append(f'<text x="{x}" y="{y0 + 16}" text-anchor="middle">{tick}</text>')
        parts.append(f'<text x="{x0 - 6}" y="{y + 4}" text-anchor="end">{tick}</text>')
    for predicted, seen, count in points:
        x, y = at(predicted, seen)
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{1.2 * count**0.5:.1f}" fill="#1f6f8b" fill-opacity="0.6">'
            f"<title>{count} variants</title></circle>"
        )
    middle = margin + size / 2
    parts.append(f'<text x="{middle}" y="{y0 + 36}" text-anchor="middle">predicted probability</text>')
    parts.append(
        f'<text transform="translate({margin - 34} {middle}) rotate(-90)" text-anchor="middle">'
        "share measured as affected</text>"
    )
    parts.append(f'<text x="{middle}" y="{margin - 16}" text-anchor="middle">{title}</text></svg>')
    return "\n".join(parts) + "\n"


def choices() -> list[tuple[str, ...]]:
    """Every choice of models, the fullest first."""
    return [chosen for size in range(len(MODELS), 0, -1) for chosen in combinations(MODELS, size)]


def write_coefficients(data: Examples, source: Measured, path: Path) -> None:
    """Every combination fitted to all rows, one a line, and what it was fitted on."""
    lines = []
    for models in choices():
        fitted = fit(data, models)
        entry = {
            name: {
                "regions": {region: round(value, 3) for region, value in part.regions.items()},
                "weights": {term: round(value, 3) for term, value in part.weights.items()},
            }
            for name, part in fitted.parts.items()
        }
        lines.append(json.dumps({"models": list(models), "floor": fitted.floor, **entry}))
    provenance = {
        "data": {name: sha256(source.data / "truth" / f"{name}.GRCh38.tsv") for name in FITTED},
        "data_source": "variants with an effect measured on RNA: the CI-SpliceAI comparison (Strauch et al. 2022, "
        "CC BY 4.0), the deep-intronic benchmark of Barbosa et al. 2023, and common deep-intronic variants",
        "rows": len(data.affected),
        "genes": len(np.unique(data.genes)),
        "models": {
            name: splice_model(name).info.package or splice_model(name).info.version for name in MODELS
        },
        "ridge": dict(RIDGE),
        "prior": calibration.EVEN,
        "seed": "none: nothing is drawn",
        "command": "python -m benchmarks.calibrate fit",
    }
    cutoffs = [
        f'"{model}": '
        + json.dumps({region: [astuple(row) for row in rows] for region, rows in counts(data, model).items()})
        for model in SITE_MODELS
    ]
    parts = [
        f'"provenance": {json.dumps(provenance, indent=1)}',
        f'"combinations": [\n  {LINE.join(lines)}\n]',
        f'"cutoffs": {{\n  {LINE.join(cutoffs)}\n}}',
    ]
    path.write_text(f"{{{LINE.join(parts)}}}\n")


def run_fit(source: Measured) -> None:
    """Fit, write, print."""
    data = examples(source)
    unseen = {models: on_unseen_genes(data, models) for models in choices()}
    scores: dict[str, tuple[Vector, float]] = {
        f"{model}, largest delta, cut-off {cutoff}": (largest_delta(data, model), cutoff)
        for model in MODELS
        if f"{model}.delta" in data.evidence
        for cutoff in (0.2, 0.5)
    }
    scores |= {f"calibrated: {' + '.join(models)}": (p, 0.5) for models, p in unseen.items()}
    print(
        f"{len(data.affected)} variants in {len(np.unique(data.genes))} genes; calibrated: on genes unseen\n"
    )
    print_quality(data, scores)
    print_calibration(data, unseen[MODELS])
    print_reliability(data, unseen[MODELS])
    for model in SITE_MODELS:
        print_cutoffs(data, model)
    PLOT.write_text(plot(reliability(data.affected, unseen[MODELS]), "All models, unseen genes"))
    write_coefficients(data, source, calibration.COEFFICIENTS)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("features", "fit"))
    parser.add_argument("--data", type=Path, default=measured.DATA, help="folder of the public data")
    parser.add_argument("--cache", type=Path, default=measured.CACHE, help="folder of the computed arrays")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    device.choose_device("cpu", 1)
    source = Measured(options.data, options.cache)
    if options.what == "features":
        source.compute_all()
    else:
        run_fit(source)


if __name__ == "__main__":
    main()
