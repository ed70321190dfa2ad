"""Fit and measure the calibrated probability that splicing is affected: ``python -m benchmarks.calibrate --help``.

``fit`` scores the table of measured outcomes with the three models, fits every combination of them, writes
``landfall/splicing/calibration.json`` and ``docs/reliability.svg`` and prints how well each does on genes it has not
seen. ``evaluate TABLE`` applies the stored coefficients to another table of the same columns. Scores are kept beside
the other results of benchmarks, so that a second run only fits.
"""

from __future__ import annotations

import argparse
import csv
import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score

from landfall.genome.annotation import reader
from landfall.genome.left_alignment import spelling
from landfall.genome.sequence import Genome
from landfall.genome.transcripts import GeneIndex, Transcript
from landfall.genome.variant import Variant
from landfall.io.digests import code_digest, sha256
from landfall.models.registry import splice_model, splice_models
from landfall.models.runtime import device
from landfall.models.splice import evidence
from landfall.models.weights import fetching
from landfall.splicing import calibration, score_rows, scoring
from landfall.splicing.calibration import REGIONS, Combination
from landfall.splicing.site_alignment import SiteAlignment
from landfall.splicing.windows import Reach, choose_transcripts, masked_sequence, place

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
TRUTH = DATA / "truth" / "splice_outcomes.GRCh38.tsv"
KEPT = ROOT / "benchmarks" / "results"
PLOT = ROOT / "docs" / "reliability.svg"
MODELS = tuple(name for name, spec in splice_models().items() if spec.calibration_terms)
PUBLISHED = ("spliceai_D4999", "cispliceai", "mmsplice")
"""Columns of the truth with the published scores of the same models."""
RIDGE = 1.0
"""Penalty on the squared weights of standardised evidence and on the offsets of regions."""
TOLERANCE = 1e-8
"""Slope of the likelihood that counts as none."""
BATCH = 8
BINS = (0.0, 0.05, 0.2, 0.5, 0.8, 0.95, 1.0)

Vector = NDArray[np.float64]
Row = dict[str, str]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Examples:
    """Variants with a measured outcome: gene, region, truth (1 affected), evidence and published scores, all by row."""

    genes: NDArray[np.str_]
    regions: NDArray[np.str_]
    affected: Vector
    evidence: dict[str, Vector]
    published: dict[str, Vector]

    def of(self, rows: NDArray[np.bool_]) -> Examples:
        """The chosen rows."""
        return Examples(
            self.genes[rows],
            self.regions[rows],
            self.affected[rows],
            {name: values[rows] for name, values in self.evidence.items()},
            {name: values[rows] for name, values in self.published.items()},
        )


# Scoring


def read_table(path: Path) -> list[Row]:
    """The rows of a table of truth."""
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, delimiter="\t"))


def examples(table: Path, fasta: Path, gtf: Path, resources: Path) -> Examples:
    """Score a table, or take the scores that an earlier run kept for the same table and the same code."""
    code = code_digest("splicing.calibration", "splicing.scoring", *(splice_model(n).module for n in MODELS))
    kept = KEPT / f"calibration.{sha256(table)[:12]}.{code[:12]}.json"
    if not kept.is_file():
        rows = score(read_table(table), fasta, gtf, resources)
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(rows))
    rows = json.loads(kept.read_text())
    names = [name for model in MODELS for name in calibration.evidence_names(model)]
    return Examples(
        np.array([row["gene"] for row in rows]),
        np.array([row["region"] for row in rows]),
        np.array([row["affected"] for row in rows], dtype=float),
        {name: np.array([row[name] for row in rows]) for name in names},
        {name: np.array([row[name] for row in rows], dtype=float) for name in PUBLISHED},
    )


def score(rows: Sequence[Row], fasta: Path, gtf: Path, resources: Path) -> list[dict[str, object]]:
    """Evidence of every row that all three models can judge; the others are named and left out."""
    genome = Genome(fasta)
    transcripts = reader.choose_representatives(reader.read_gtf(gtf, genome.aliases, genome))
    index = GeneIndex(transcripts)
    placed: dict[Variant, tuple[Transcript, Row]] = {}
    for row in rows:
        variant = spelling(row["chrom"], int(row["pos"]), row["ref"], row["alt"], genome)
        chosen = choose_transcripts(
            variant, [row["gene"]], lambda v: index.overlapping(v.chrom, v.start, v.end)
        )
        if chosen:
            placed[variant] = chosen[0], row
        else:
            log.warning("%s: no transcript of %s holds it", variant, row["gene"])
    layer = SiteAlignment(genome, transcripts)
    found: dict[Variant, dict[str, float]] = {variant: {} for variant in placed}
    pairs = [(variant, transcript) for variant, (transcript, _) in placed.items()]
    for model in MODELS:
        judge = score_sites if splice_model(model).kind == "sites" else score_exons
        judge(model, pairs, layer, resources, found)
    wanted = sum(len(calibration.evidence_names(model)) for model in MODELS)
    for variant in [variant for variant in found if len(found[variant]) < wanted]:
        log.warning("%s: not judged by all models", variant)
        del found[variant]
    return [
        {
            "variant": str(variant),
            "gene": placed[variant][1]["gene"],
            "region": calibration.region_of(
                variant, placed[variant][0], layer.moved(variant, placed[variant][0])
            ),
            "affected": int(placed[variant][1]["splice_affecting"]),
            **evidence,
            **{name: float(placed[variant][1][name] or "nan") for name in PUBLISHED},
        }
        for variant, evidence in found.items()
    ]


def score_sites(
    name: str,
    pairs: Sequence[tuple[Variant, Transcript]],
    layer: SiteAlignment,
    resources: Path,
    found: dict[Variant, dict[str, float]],
) -> None:
    """Add the evidence of a network of splice sites."""
    spec = splice_model(name)
    fetching.fetch(spec.info, resources / name)
    model = spec.load(resources / name)
    reach = Reach(spec.context, evidence.WITHIN, 1.0)
    windows, placements = place(pairs, layer.genome, reach, layer.moved)
    for scored in scoring.score_windows(model, windows, placements, evidence.WITHIN, BATCH):
        variant, transcript = scored.placement.variant, scored.placement.transcript
        assert transcript is not None
        if scored.ref is None or scored.alt is None:
            log.warning("%s: %s: %s", name, variant, scored.reason)
            continue
        sites = layer.sites(transcript)
        terms = evidence.site_evidence(scored.ref, scored.alt, evidence.WITHIN, scored.start, sites)
        found[variant] |= {f"{name}.{what}": value for what, value in terms.items()}


def score_exons(
    name: str,
    pairs: Sequence[tuple[Variant, Transcript]],
    layer: SiteAlignment,
    resources: Path,
    found: dict[Variant, dict[str, float]],
) -> None:
    """Add the evidence of a model of exons."""
    spec = splice_model(name)
    fetching.fetch(spec.info, resources / name)
    model = spec.load(resources / name)
    for variant, transcript in pairs:
        start = variant.start - spec.context
        sequence = masked_sequence(layer.genome, transcript, start, variant.end + spec.context)
        moved = layer.moved(variant, transcript)
        edit = score_rows.laid_edit(variant, sequence, variant.start - start, moved)
        effects = model.effects(transcript, sequence, start, edit)
        terms = evidence.psi_evidence(effect.delta_logit_psi for effect in effects)
        found[variant][f"{name}.psi"] = terms["psi"]


# Fitting


def fit(data: Examples, models: Sequence[str]) -> Combination:
    """Penalised maximum likelihood, no weight of evidence below zero."""
    names = [name for model in models for name in calibration.evidence_names(model)]
    raw = np.column_stack([data.evidence[name] for name in names])
    center, scale = raw.mean(axis=0), raw.std(axis=0)
    regions = np.column_stack([data.regions == region for region in REGIONS])
    x = np.column_stack([regions, (raw - center) / scale])
    intercept, coefficients = ridge_logistic(x, data.affected, free=len(REGIONS))
    weights_ = coefficients[len(REGIONS) :] / scale
    return Combination(
        tuple(models),
        float(intercept - weights_ @ center),
        dict(zip(REGIONS, coefficients.tolist(), strict=False)),
        dict(zip(names, weights_.tolist(), strict=True)),
    )


def ridge_logistic(x: Vector, y: Vector, free: int) -> tuple[float, Vector]:
    """Intercept and coefficients of a logistic regression with an L2 penalty on all but the intercept.

    x: (rows, columns). Coefficients of the columns from ``free`` on are not negative: an active set of columns, of
    which scikit-learn fits those inside, until none inside is negative and the likelihood rises for none outside
    (the Karush-Kuhn-Tucker conditions). Raises ArithmeticError without convergence.
    """
    inside = np.ones(x.shape[1], dtype=bool)
    bounded = np.arange(x.shape[1]) >= free
    for _ in range(10 * x.shape[1]):
        model = LogisticRegression(C=1 / RIDGE, solver="newton-cholesky", tol=1e-10, max_iter=1_000)
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


def published_logistic(data: Examples) -> Vector:
    """What a plain logistic regression of the three published scores gives on genes it has not seen."""
    raw = np.nan_to_num(np.column_stack([data.published[name] for name in PUBLISHED]))
    p = np.zeros(len(raw))
    for gene in np.unique(data.genes):
        here = data.genes == gene
        center, scale = raw[~here].mean(axis=0), raw[~here].std(axis=0)
        x = (raw - center) / scale
        intercept, coefficients = ridge_logistic(x[~here], data.affected[~here], free=x.shape[1])
        p[here] = 1 / (1 + np.exp(-intercept - x[here] @ coefficients))
    return p


# Measuring


def auc(affected: Vector, p: Vector) -> float:
    """Area under the ROC curve: how often an affected variant stands above an unaffected one, ties as half."""
    return float(roc_auc_score(affected, p)) if len(np.unique(affected)) == 2 else float("nan")


def correct(affected: Vector, p: Vector, cutoff: float = 0.5) -> float:
    """Share of rows on the right side of the cut-off."""
    return float(((p >= cutoff) == (affected == 1)).mean()) if len(p) else float("nan")


def print_quality(data: Examples, scores: dict[str, tuple[Vector, float]]) -> None:
    """AUC and accuracy of each score, overall and by region; scores: name to values and cut-off."""
    counts = [f"{region} ({(data.regions == region).sum()})" for region in REGIONS]
    print(f"| score | AUC | correct | {' | '.join(counts)} |")
    print(f"| --- | --- | --- |{' --- |' * len(REGIONS)}")
    for name, (p, cutoff) in scores.items():
        by_region = [
            f"{auc(data.affected[rows], p[rows]):.3f}, {correct(data.affected[rows], p[rows], cutoff):.1%}"
            for rows in (data.regions == region for region in REGIONS)
        ]
        overall = f"{auc(data.affected, p):.4f} | {correct(data.affected, p, cutoff):.1%}"
        print(f"| {name} | {overall} | {' | '.join(by_region)} |".replace("nan", "-"))
    print()


def single_models(data: Examples) -> dict[str, tuple[Vector, float]]:
    """Each model's own score at its authors' cut-off: published, and as computed here."""
    found = {f"published {name}": (np.nan_to_num(data.published[name]), 0.5) for name in PUBLISHED}
    for model in ("spliceai", "cispliceai"):
        odds = np.exp(data.evidence[f"{model}.delta"])
        largest = (odds * (1 + evidence.DELTA_MARGIN) - evidence.DELTA_MARGIN) / (1 + odds)
        found |= {f"{model}, largest delta, cut-off {cutoff}": (largest, cutoff) for cutoff in (0.2, 0.5)}
    return found | {"mmsplice, delta logit PSI, cut-off 2": (data.evidence["mmsplice.psi"], 2.0)}


def print_confusion(data: Examples, p: Vector) -> None:
    """Measured against predicted at 0.5."""
    print("| measured | predicted affected | predicted unaffected |")
    print("| --- | --- | --- |")
    for name, truth in (("affected", 1), ("unaffected", 0)):
        rows = data.affected == truth
        print(f"| {name} | {(p[rows] >= 0.5).sum()} | {(p[rows] < 0.5).sum()} |")
    print()


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
    for predicted, measured, count in reliability(data.affected, p):
        print(f"| {predicted:.3f} | {measured:.3f} | {count} |")
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
    for predicted, measured, count in points:
        x, y = at(predicted, measured)
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
    return [chosen for size in (3, 2, 1) for chosen in combinations(MODELS, size)]


def write_coefficients(data: Examples, table: Path, path: Path) -> None:
    """Every combination fitted to all rows, and what it was fitted on."""
    entries = []
    for models in choices():
        fitted = fit(data, models)
        entries.append(
            {
                "models": list(models),
                "intercept": round(fitted.intercept, 4),
                "regions": {name: round(value, 4) for name, value in fitted.regions.items()},
                "weights": {name: round(value, 4) for name, value in fitted.weights.items()},
            }
        )
    provenance = {
        "data": table.name,
        "data_sha256": sha256(table),
        "data_source": "measured outcomes of the CI-SpliceAI comparison (Strauch et al. 2022), CC BY 4.0",
        "rows": len(data.affected),
        "genes": len(np.unique(data.genes)),
        "models": {name: splice_model(name).info.package for name in MODELS},
        "ridge": RIDGE,
        "seed": "none: nothing is drawn",
        "command": "python -m benchmarks.calibrate fit",
    }
    path.write_text(json.dumps({"provenance": provenance, "combinations": entries}, indent=1) + "\n")


def run_fit(data: Examples, table: Path) -> None:
    """Fit, write, print."""
    unseen = {models: on_unseen_genes(data, models) for models in choices()}
    scores = single_models(data)
    scores["plain logistic of the three published"] = (published_logistic(data), 0.5)
    scores |= {f"calibrated: {' + '.join(models)}": (p, 0.5) for models, p in unseen.items()}
    print(
        f"{len(data.affected)} variants in {len(np.unique(data.genes))} genes; calibrated: on genes unseen\n"
    )
    print_quality(data, scores)
    print_confusion(data, unseen[MODELS])
    print_reliability(data, unseen[MODELS])
    PLOT.write_text(
        plot(reliability(data.affected, unseen[MODELS]), "SpliceAI + CI-SpliceAI + MMSplice, unseen genes")
    )
    write_coefficients(data, table, calibration.COEFFICIENTS)


def run_evaluate(data: Examples) -> None:
    """The stored coefficients on a table they were not fitted on."""
    scores = single_models(data)
    for models in choices():
        combination = calibration.for_models(models)
        assert combination is not None
        scores[f"calibrated: {' + '.join(models)}"] = (apply(combination, data), 0.5)
    print_quality(data, scores)
    full = scores[f"calibrated: {' + '.join(MODELS)}"][0]
    print_confusion(data, full)
    print_reliability(data, full)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("fit", "evaluate"))
    parser.add_argument("table", type=Path, nargs="?", default=TRUTH)
    parser.add_argument("--fasta", type=Path, default=DATA / "loci" / "GRCh38.fa.gz")
    parser.add_argument("--gtf", type=Path, default=DATA / "loci" / "genes.GRCh38.gtf.gz")
    parser.add_argument("--weights", type=Path, default=ROOT / "resources" / "weights")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    device.choose_device("cpu", 1)
    data = examples(options.table, options.fasta, options.gtf, options.weights)
    if options.what == "fit":
        run_fit(data, options.table)
    else:
        run_evaluate(data)


if __name__ == "__main__":
    main()
