"""How long ``landfall why`` takes on a whole genome's results, made up and seeded.

    python -m benchmarks.why [--alleles 4300000] [--results results/demo]

Writes results of the given number of alleles into a scratch folder (a ledger, the normalised alleles with their
identifiers, a reference of 24 contigs and 60,000 transcripts), asks of them what users ask, each in a process of its
own, and prints the seconds from start to answer, and those that a processor spent on it, which other work on the
machine does not lengthen. With --results it asks the best candidate of a real run as well.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pysam

from landfall.genome.annotation import reader
from landfall.genome.tables import ALLELE, TRANSCRIPTS
from landfall.genome.transcripts import Transcript
from landfall.io import parquet
from landfall.variants.tables import LEDGER, NORMALISED

CHROMOSOMES = [*(f"chr{number}" for number in range(1, 23)), "chrX", "chrY"]
LENGTH, TRANSCRIPT_COUNT = 4_000_000, 60_000
BASES = np.array(list("ACGT"))
STATUSES = [
    ("dropped", "filter", "region", "in no candidate gene or region"),
    ("dropped", "filter", "depth", "DP 4 < 10"),
    ("kept", "score", "scored", "scored in GENE7"),
]
SHARES = (0.9, 0.099, 0.001)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--alleles", type=int, default=4_300_000, help="rows of the ledger")
    parser.add_argument(
        "--results", type=Path, help="results of a real run to ask as well, such as results/demo"
    )
    given = parser.parse_args()
    if given.results:
        best = pq.read_table(given.results / "prioritised.parquet", columns=list(ALLELE)).slice(0, 1)
        _ask(given.results, "best candidate", "-".join(map(str, best.to_pylist()[0].values())))
    with tempfile.TemporaryDirectory() as scratch:
        folder = _make(Path(scratch), given.alleles)
        size = (folder / "ledger.parquet").stat().st_size / 1e6
        print(f"ledger of {given.alleles:,} alleles: {size:.1f} MB")
        for what, question in _questions(folder):
            _ask(folder, what, question)


def _make(root: Path, alleles: int) -> Path:
    """results/big of a run in the folder ``root``."""
    draw, results, work = np.random.default_rng(1), root / "results" / "big", root / "work"
    settings = {
        "results": "results", "work": "work", "genome": {"fasta": "genome.fa", "annotation": "genes.gtf"},
        "filter": {"min_depth": 10}, "phenotype": {"candidates": "terms"},
    }  # fmt: skip
    genes = [_transcript(number) for number in range(TRANSCRIPT_COUNT)]
    parquet.write(TRANSCRIPTS, reader.to_table(genes), work / "transcripts.parquet")
    per, done = alleles // len(CHROMOSOMES), 0
    with (
        (root / "genome.fa").open("w") as fasta,
        parquet.TableWriter(LEDGER, results / "ledger.parquet") as ledger,
        parquet.TableWriter(NORMALISED, work / "big" / "normalised.parquet") as normalised,
    ):
        for number, chrom in enumerate(CHROMOSOMES, 1):
            codes = draw.integers(0, 4, LENGTH)
            fasta.write(f">{chrom}\n{''.join(BASES[codes])}\n")
            count = per if number < len(CHROMOSOMES) else alleles - done
            columns = _alleles(draw, chrom, codes, count, done)
            ledger.add_table(_ledger(draw, columns))
            normalised.add_table(_normalised(columns))
            done += count
    pysam.faidx(str(root / "genome.fa"))
    record = {"assembly": "synthetic", "cutoff": 0.5, "settings": settings}
    (results / "provenance.json").write_text(json.dumps(record))
    return results


def _transcript(number: int) -> Transcript:
    """One of ten exons, laid one after the other over all contigs."""
    chrom, start = CHROMOSOMES[number % len(CHROMOSOMES)], number // len(CHROMOSOMES) * 1_500 + 1_000
    exons = tuple((start + 140 * exon, start + 140 * exon + 60) for exon in range(10))
    return Transcript(
        f"GENE{number}", f"G{number}", f"T{number}.1", chrom, "+", exons, start + 10, start + 1_270,
        representative=True,
    )  # fmt: skip


def _alleles(
    draw: np.random.Generator, chrom: str, codes: np.ndarray, count: int, done: int
) -> dict[str, pa.Array]:
    """Substitutions at sorted positions, no two alike; records numbered on from ``done``."""
    start = np.sort(draw.choice(len(codes), count, replace=False))
    alt = BASES[(codes[start] + draw.integers(1, 4, count)) % 4]
    return {
        "record": pa.array(np.arange(done + 1, done + count + 1)),
        "allele": pa.repeat(pa.scalar(1, pa.int32()), count),
        "chrom": pa.repeat(chrom, count),
        "pos": pa.array(start + 1),
        "ref": pa.array(BASES[codes[start]].tolist()),
        "alt": pa.array(alt.tolist()),
    }


def _ledger(draw: np.random.Generator, columns: dict[str, pa.Array]) -> pa.Table:
    count = len(columns["pos"])
    kinds = draw.choice(len(STATUSES), count, p=SHARES)
    names = zip(*(columns[name].to_pylist() for name in ALLELE), strict=True)
    told = {
        name: pa.DictionaryArray.from_arrays(
            kinds.astype(np.int8), [status[place] for status in STATUSES]
        ).cast(pa.string())
        for place, name in enumerate(("status", "stage", "rule", "detail"))
    }
    return pa.table({**columns, **told, "variant": ["-".join(map(str, name)) for name in names]})


def _normalised(columns: dict[str, pa.Array]) -> pa.Table:
    count = len(columns["pos"])
    same = {"filter": "PASS", "genotype": "0/1", "zygosity": "heterozygous"}
    rest = {name: pa.repeat(value, count) for name, value in same.items()}
    rest["rsid"] = pa.array([f"rs{number}" for number in columns["record"].to_pylist()])
    nulls = {c.name: pa.nulls(count, c.type) for c in NORMALISED.columns if c.name not in {*columns, *rest}}
    return pa.table({**columns, **rest, **nulls})


def _questions(folder: Path) -> Iterator[tuple[str, str]]:
    """One of each kind, from the middle of the ledger."""
    file = pq.ParquetFile(folder / "ledger.parquet")
    rows = file.read_row_group(file.num_row_groups // 2).to_pylist()
    dropped = next(row for row in rows if row["rule"] == "region")
    yield "dropped allele", dropped["variant"]
    yield "kept allele", next(row["variant"] for row in rows if row["status"] == "kept")
    other = next(base for base in "ACGT" if base not in (dropped["ref"], dropped["alt"]))
    yield "not in the input", f"{dropped['chrom']}-{dropped['pos']}-{dropped['ref']}-{other}"
    yield "name on the contig", f"{dropped['chrom']}:g.{dropped['pos']}{dropped['ref']}>{dropped['alt']}"
    yield "name in a transcript", "GENE30000:c.50+5del"
    yield "identifier", f"rs{dropped['record']}"


def _ask(folder: Path, what: str, question: str) -> None:
    began, used = time.perf_counter(), _processor()
    done = subprocess.run(
        [sys.executable, "-m", "landfall", "why", str(folder), question],
        capture_output=True,
        text=True,
        check=False,
    )
    seconds, used = time.perf_counter() - began, _processor() - used
    first = (done.stdout or done.stderr).splitlines()[0]
    print(f"{seconds:5.2f} s, {used:5.2f} s of processor: {what} (exit {done.returncode}: {first[:70]})")


def _processor() -> float:
    """Seconds that finished child processes have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
