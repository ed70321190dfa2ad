"""Where the causal change stands in simulated patients: ``python -m benchmarks.patients``.

Known changes of splicing are spiked into a real exome with as many rare changes in introns as a genome has
(``patient_cases``, ``patient_files``, ``patient_terms`` say how), the stages of the workflow are run on each patient,
with and without HPO terms and parents, every gene a candidate, and the rank of the causal change is printed by kind of
case. For each patient the calibrated probability of an effect is the one fitted without the causal gene. One row for
each case goes into ``benchmarks/results/patients.tsv``: the ranks, and the parts of the score of the causal change and
of the one that stands first among the others. ``--check 3`` takes that many patients through the real ``snakemake``
command as well and compares the tables. ``--real`` ranks published patients instead (``benchmarks.published``).
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks import calibrate, patient_check, patient_files, published
from benchmarks.measured import Measured
from benchmarks.patient_cases import KINDS, Patient, Pool, patients
from benchmarks.patient_runs import ASKED, MODEL, SHARDS, Asked, Bench, Calibrations
from landfall.genome.variant import allele_of
from landfall.models.runtime import device
from landfall.ranking import score

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
WITHIN = (1, 5, 10)
PARTS = ("score", *(f"score_{part}" for part in score.PARTS))
SHOWN = ("hgvs_c", "consequence", "splice_probability", "best_inheritance_mode", *PARTS)
NAMED = ("chrom", "pos", "ref", "alt", "gene")
Row = Mapping[str, Any]

log = logging.getLogger(__name__)


def outcome(patient: Patient, asked: Asked, rows: Sequence[Row]) -> dict[str, Any]:
    """One row of the table: the rank among alleles that are not the patient's own cause, 0 if it is in no row.

    The other hit of a compound does not count against the causal one: the two are one finding.
    """
    own = {patient.causal.variant, patient.second}
    mine = [
        row for row in rows if allele_of(row) == patient.causal.variant and row["gene"] == patient.causal.gene
    ]
    others = [row for row in rows if allele_of(row) not in own]
    above = [row for row in others if mine and row["rank"] < mine[0]["rank"]]
    best = others[0] if others else {}
    return {
        "patient": patient.name,
        "kind": patient.kind.name,
        "terms": asked.terms,
        "parents": asked.parents,
        "source": patient.causal.source,
        "disease": patient.disease,
        "hpo": ";".join(patient.terms),
        "candidates": len(rows),
        "variant": str(patient.causal.variant),
        "gene": patient.causal.gene,
        "rank": len(above) + 1 if mine else 0,
        **{f"causal_{name}": mine[0][name] if mine else None for name in SHOWN},
        "other": str(allele_of(best)) if best else "",
        "other_gene": best.get("gene"),
        **{f"other_{name}": best.get(name) for name in SHOWN},
    }


def simulate(bench: Bench, data: Path, seed: int, share: float) -> list[Patient]:
    """Make the patients and write their files."""
    genome, transcripts = bench.reference.genome, bench.reference.transcripts
    made = patients(Pool(data / "truth", genome, transcripts), seed, share)
    exome = patient_files.exome(data / "loci" / "exome.GRCh38.vcf.gz", seed)
    patient_files.write_frequencies(exome, bench.folder / "frequencies.vcf.gz", genome)
    introns = patient_files.Introns(transcripts, genome)
    pool = introns.pool(seed)
    for patient in made:
        folder = bench.folder / "families" / patient.name
        patient_files.Family(patient, seed).write(folder, exome, pool, introns.per_patient, genome)
    print(
        f"{len(made)} patients, {len(exome):,} calls of the exome each, and {introns.per_patient:,} rare changes in "
        f"{introns.bases / 1e6:.1f} Mb of introns, drawn from {len(pool):,}\n"
    )
    return made


class Worker:
    """What one process needs; stages of patients are independent of one another but for the scores."""

    bench: Bench
    fitted: Calibrations

    @classmethod
    def start(cls, folder: Path, data: Path, resources: Path, fitted: Calibrations) -> None:
        device.choose_device("cpu", 1)
        cls.bench, cls.fitted = Bench(folder, data, resources), fitted

    @classmethod
    def screen(cls, patient: Patient) -> None:
        cls.bench.screen(patient)

    @classmethod
    def score(cls, shard: int) -> None:
        cls.bench.score(shard)

    @classmethod
    def measure(cls, patient: Patient) -> list[dict[str, Any]]:
        """The patient told in every way."""
        cls.bench.consequences(patient)
        with cls.fitted.without(patient.causal.gene):
            return [outcome(patient, asked, cls.bench.rank(patient, asked)) for asked in ASKED]


def run(
    options: argparse.Namespace, bench: Bench, made: Sequence[Patient], fitted: Calibrations
) -> Iterator[dict[str, Any]]:
    """Every patient through the stages, several at a time."""
    given = options.folder, options.data, options.weights.parent, fitted
    with ProcessPoolExecutor(options.jobs, get_context("spawn"), Worker.start, given) as workers:
        if not options.ranks_only:
            for number, _ in enumerate(workers.map(Worker.screen, made), 1):
                log.info("%d of %d patients filtered", number, len(made))
            bench.place(made)
            list(workers.map(Worker.score, SHARDS))
        for number, rows in enumerate(workers.map(Worker.measure, made), 1):
            log.info("%d of %d patients ranked", number, len(made))
            yield from rows


def table(found: Sequence[Row]) -> Iterator[str]:
    """Share of causal changes among the first, by kind of case and by what was told."""
    for asked in ASKED:
        told = [row for row in found if (row["terms"], row["parents"]) == (asked.terms, asked.parents)]
        heads = " | ".join("first" if n == 1 else f"top {n}" for n in WITHIN)
        yield f"{asked}:\n\n| kind | cases | {heads} | median |\n| --- | --- |{' --- |' * (len(WITHIN) + 1)}"
        for kind in [*(kind.name for kind in KINDS), "all"]:
            ranks = sorted(row["rank"] or 10**6 for row in told if kind in (row["kind"], "all"))
            if ranks:
                shares = " | ".join(f"{sum(r <= n for r in ranks) / len(ranks):.0%}" for n in WITHIN)
                yield f"| {kind} | {len(ranks)} | {shares} | {ranks[len(ranks) // 2]} |"
        yield ""


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--weights", type=Path, default=ROOT / "resources" / "weights")
    parser.add_argument("--folder", type=Path, default=ROOT / "work" / "patients")
    parser.add_argument("--output", type=Path, default=ROOT / "benchmarks" / "results" / "patients.tsv")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--share", type=float, default=1.0, help="part of the patients of each kind")
    parser.add_argument(
        "--ranks-only", action="store_true", help="take what an earlier run of the same patients scored"
    )
    parser.add_argument("--jobs", type=int, default=2, help="patients at once")
    parser.add_argument("--check", type=int, default=0, help="patients to take through snakemake as well")
    parser.add_argument(
        "--real", type=Path, help="folder of published patients to rank instead of simulated ones"
    )
    options = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s")
    log.setLevel(logging.INFO)
    if options.real:
        folder, output = options.folder / "published", options.output.with_stem("published")
        published.run(options.real, options.data, options.weights.parent, folder, output, options.ranks_only)
        return
    examples = calibrate.examples(Measured(options.data), (MODEL,))
    options.folder.mkdir(parents=True, exist_ok=True)
    bench = Bench(options.folder, options.data, options.weights.parent)
    made = simulate(bench, options.data, options.seed, options.share)
    found = list(run(options, bench, made, Calibrations(examples)))
    published.write(found, options.output)
    for line in table(found):
        print(line)
    if cases := patient_check.chosen(made, options.check):
        folder = patient_check.run_workflow(cases, bench, options.data, options.weights.parent)
        for line in patient_check.compare(cases, bench, folder):
            print(line)


if __name__ == "__main__":
    main()
