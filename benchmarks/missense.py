"""The slope of ``landfall.ranking.missense.substitution``: ``python -m benchmarks.missense``.

Fits the odds that a missense change of BRCA1 is not functional in saturation genome editing to its entry of BLOSUM62
(logistic regression), and prints the likelihood ratio by entry. Intermediate changes and those that change splicing
(RNA score below -1) are left out.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from benchmarks.patients import DATA, ROOT
from landfall.genome.consequence import consequence
from landfall.genome.reference import Reference
from landfall.ranking.missense import substitution
from landfall.stages.inputs import genes

LOST, KEPT = "LOF", "FUNC"
LEAST_RNA = -1.0


def changes(truth: Path, reference: Reference) -> Iterator[tuple[int, bool]]:
    """(entry of BLOSUM62, whether function is lost) of each missense change."""
    transcript = next(t for t in reference.transcripts if t.gene == "BRCA1" and t.tag and t.coding)
    with truth.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle, delimiter="\t"):
            if row["func_class"] not in (LOST, KEPT) or _low_rna(row["rna_score"]):
                continue
            term, name = consequence(transcript, int(row["pos38"]), row["ref"], row["alt"], reference.genome)
            entry = substitution.blosum62(name)
            if term == "missense_variant" and entry is not None:
                yield entry, row["func_class"] == LOST


def _low_rna(score: str) -> bool:
    return score != "NA" and float(score) < LEAST_RNA


def fitted(found: Sequence[tuple[int, bool]]) -> tuple[float, float]:
    """Slope per unit of BLOSUM62, and the entry at which the likelihood ratio is 1."""
    entries, lost = np.array([[entry] for entry, _ in found]), np.array([lost for _, lost in found])
    model = LogisticRegression(C=np.inf).fit(entries, lost)
    slope, rate = float(model.coef_[0, 0]), lost.mean()
    return slope, (float(np.log(rate / (1 - rate))) - float(model.intercept_[0])) / slope


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    options = parser.parse_args()
    loci, table = options.data / "loci", ROOT / "work" / "missense.transcripts.parquet"
    table.parent.mkdir(exist_ok=True)
    genes.convert_annotation(loci / "genes.GRCh38.gtf.gz", loci / "GRCh38.fa.gz", table)
    reference = Reference(loci / "GRCh38.fa.gz", table)
    found = list(changes(options.data / "truth" / "brca1_sge.GRCh38.tsv", reference))
    lost = [entry for entry, is_lost in found if is_lost]
    kept = [entry for entry, is_lost in found if not is_lost]
    print(f"{len(found)} missense changes, {len(lost)} without function")
    area = roc_auc_score([is_lost for _, is_lost in found], [-entry for entry, _ in found])
    print(f"area under the ROC curve of BLOSUM62: {area:.2f}")
    for entry in sorted({entry for entry, _ in found}):
        ratio = (
            (lost.count(entry) / len(lost)) / (kept.count(entry) / len(kept)) if kept.count(entry) else np.inf
        )
        print(f"entry {entry:+d}: {lost.count(entry)} and {kept.count(entry)}, likelihood ratio {ratio:.2f}")
    slope, centre = fitted(found)
    print(f"slope {slope:.2f}, likelihood ratio 1 at {centre:.2f}")


if __name__ == "__main__":
    main()
