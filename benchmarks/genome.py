"""A whole genome against bcftools: time, memory, bytes, and what twice the records cost.

    python -m benchmarks.genome --folder /tmp/genome

makes, from a seed, a reference of 24 chromosomes, a patient's VCF with 4.3 million records, one with every second of
them, and a VCF of 10 million known sites (about 4 GB; made once, kept in the folder). Then it runs in turn, each in
processes of its own: ``bcftools norm | bcftools view`` with the hard filters of the configuration as an expression; the
same with ``bcftools annotate`` for the frequencies; and landfall's stages normalise and filter, without and with the
frequencies. Prints wall and processor seconds, ratios, peak memory, and bytes of the ledger, whose rows are held
against the alleles of the input. The candidate regions are the first half of each 100,000 bases.
"""

from __future__ import annotations

import argparse
import gzip
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import numpy as np
import pyarrow.parquet as pq
import pysam

from landfall.audit.preflight import run
from landfall.config.sample_sheet import Sample
from landfall.genome.annotation import reader
from landfall.genome.reference import Reference
from landfall.genome.sequence import Genome
from landfall.genome.tables import TRANSCRIPTS
from landfall.genome.transcripts import Transcript
from landfall.io import parquet
from landfall.stages.variants import filter as variants_filter
from landfall.variants import normalise
from landfall.variants.filters import ledger as filters_ledger
from landfall.variants.tables import DECISIONS

LENGTHS = (
    248, 242, 198, 190, 182, 171, 159, 145, 138, 134, 135, 133, 114, 107, 102, 90, 83, 80, 59, 64, 47, 51, 156, 57,
)  # fmt: skip
"""Millions of bases of chromosomes 1 to 22, X and Y."""
NAMES = tuple(f"chr{name}" for name in [*range(1, 23), "X", "Y"])
BASES = np.frombuffer(b"ACGT", dtype=np.uint8)
PATIENT, HALF, SITES, FASTA = "patient.vcf.gz", "half.vcf.gz", "sites.vcf.gz", "genome.fa"
HEADER = """##fileformat=VCFv4.2
##FILTER=<ID=PASS,Description="All filters passed">
##FILTER=<ID=LowQual,Description="Low quality">
##INFO=<ID=AC,Number=A,Type=Integer,Description="Allele count">
##INFO=<ID=AF,Number=A,Type=Float,Description="Allele frequency">
##INFO=<ID=AN,Number=1,Type=Integer,Description="Alleles called">
##INFO=<ID=AF_grpmax,Number=A,Type=Float,Description="Highest frequency of a group">
##INFO=<ID=AF_afr,Number=A,Type=Float,Description="Frequency, African">
##INFO=<ID=AF_nfe,Number=A,Type=Float,Description="Frequency, European">
##INFO=<ID=nhomalt,Number=A,Type=Integer,Description="Homozygotes">
##INFO=<ID=DP,Number=1,Type=Integer,Description="Depth">
##INFO=<ID=MQ,Number=1,Type=Float,Description="Mapping quality">
##INFO=<ID=QD,Number=1,Type=Float,Description="Quality by depth">
##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">
##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Reads of each allele">
##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Depth">
##FORMAT=<ID=GQ,Number=1,Type=Integer,Description="Genotype quality">
##FORMAT=<ID=PL,Number=G,Type=Integer,Description="Likelihoods">
"""


@dataclass(frozen=True)
class Size:
    """Records of the patient, sites of the frequency file, and bases for each million of a real chromosome."""

    records: int
    sites: int
    scale: int = 1_000_000

    def share(self, total: int, chromosome: int) -> int:
        return round(total * LENGTHS[chromosome] / sum(LENGTHS))


def make_chromosome(size: Size, number: int) -> np.ndarray:
    """Random bases with a run of one or two letters every thousand, as indels love them; ASCII codes."""
    generator = np.random.default_rng([1, number])
    sequence = BASES[generator.integers(0, 4, LENGTHS[number] * size.scale, dtype=np.uint8)]
    starts = np.arange(500, len(sequence) - 500, 1000)
    units = generator.integers(0, 4, (len(starts), 2))
    for offset in range(20):
        sequence[starts + offset] = BASES[units[:, offset % 2]]
    return sequence


def alleles(
    size: Size, number: int, sequence: np.ndarray
) -> Iterator[tuple[int, str, str, float, bool, bool]]:
    """pos, REF, ALT, frequency, in the sites file, in the patient; sorted, one allele a position."""
    generator = np.random.default_rng([2, number])
    known, private = size.share(size.sites, number), size.share(size.records // 10, number)
    count = known + private
    positions = np.sort(generator.choice((len(sequence) - 2000) // 4, count, replace=False)) * 4 + 1000
    in_runs = generator.random(count) < 0.07
    positions[in_runs] = positions[in_runs] // 1000 * 1000 + 500 + 4 * generator.integers(1, 4, in_runs.sum())
    positions = np.unique(positions)
    count = len(positions)
    carried = generator.random(count) < size.records * 0.9 / size.sites
    new = generator.random(count) < private / count
    rare = generator.random(count) < np.where(carried, 0.05, 0.9)
    frequency = np.where(rare, 10 ** generator.uniform(-5, -2, count), generator.uniform(0.01, 1, count))
    kinds = generator.random(count)
    lengths = generator.integers(1, 4, count) * 2
    shift = generator.integers(1, 4, count)
    text = sequence.tobytes().decode()
    for n, pos in enumerate(positions.tolist()):
        ref = text[pos - 1]
        alt = "ACGT"[("ACGT".index(ref) + int(shift[n])) % 4]
        if kinds[n] > 0.93:
            ref, alt = text[pos - 1 : pos + int(lengths[n])], ref
        elif kinds[n] > 0.86:
            alt = ref + text[pos : pos + int(lengths[n])]
        yield pos, ref, alt, float(frequency[n]), not new[n], bool(carried[n] or new[n])


def make(folder: Path, size: Size) -> None:
    """The reference, the sites and the patient's VCF, unless they are there."""
    if (folder / f"{PATIENT}.tbi").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    contigs = [f"##contig=<ID={c},length={n * size.scale}>\n" for c, n in zip(NAMES, LENGTHS, strict=True)]
    columns = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
    patient, sites = folder / "patient.vcf", folder / "sites.vcf"
    with (folder / FASTA).open("wb") as fasta, patient.open("w") as calls, sites.open("w") as known:
        known.write(f"{HEADER}{''.join(contigs)}{columns}\n")
        calls.write(f"{HEADER}{''.join(contigs)}{columns}\tFORMAT\tP\n")
        for number, name in enumerate(NAMES):
            sequence = make_chromosome(size, number)
            fasta.write(b">" + name.encode() + b"\n" + sequence.tobytes() + b"\n")
            for row in alleles(size, number, sequence):
                _write(name, row, calls, known)
    pysam.faidx(str(folder / FASTA))
    for plain in (patient, sites):
        pysam.tabix_index(str(plain), preset="vcf", force=True)


def _write(name: str, row: tuple[int, str, str, float, bool, bool], calls: TextIO, known: TextIO) -> None:
    """One line of either file, or of both; calls are good but for one in fifteen."""
    pos, ref, alt, frequency, is_known, is_carried = row
    if is_known:
        info = f"AC={int(frequency * 152_000)};AF={frequency:.6g};AN=152000;AF_grpmax={min(1, frequency * 1.2):.6g}"
        info += f";AF_afr={frequency * 0.8:.6g};AF_nfe={min(1, frequency * 1.2):.6g}"
        info += f";nhomalt={int(frequency**2 * 76_000)}"
        known.write(f"{name}\t{pos}\trs{pos}\t{ref}\t{alt}\t.\tPASS\t{info}\n")
    if is_carried:
        depth, quality = 18 + pos % 29, 5 + pos % 95
        reads = depth // 2 - pos % 3 if pos % 40 else 1
        genotype, reads = ("1/1", depth) if pos % 3 == 0 else ("0/1", reads)
        gate = "LowQual" if pos % 50 == 0 else "PASS"
        copies = genotype.count("1")
        info = f"AC={copies};AF={copies / 2:.3f};AN=2;DP={depth};MQ=60.00;QD={quality / 4:.2f}"
        call = f"{genotype}:{depth - reads},{reads}:{depth}:{quality}:{quality * 9},0,{quality * 11}"
        calls.write(
            f"{name}\t{pos}\t.\t{ref}\t{alt}\t{quality * 9}\t{gate}\t{info}\tGT:AD:DP:GQ:PL\t{call}\n"
        )


def halve(folder: Path) -> None:
    """The patient's VCF with every second record, unless it is there."""
    plain = folder / "half.vcf"
    if (folder / HALF).exists():
        return
    with gzip.open(folder / PATIENT, "rt") as whole, plain.open("w") as half:
        half.writelines(line for n, line in enumerate(whole) if line.startswith("#") or n % 2)
    pysam.tabix_index(str(plain), preset="vcf", force=True)


ANNOTATED, FREQUENCIES = "bcftools norm, index, annotate, view", "filter, frequencies"
HARD = (
    'GT="alt" && FMT/DP>=10 && FMT/GQ>=20 && (GT!="het" || (FMT/AD[0:1]/(FMT/AD[0:0]+FMT/AD[0:1])>=0.15'
    " && FMT/AD[0:1]/(FMT/AD[0:0]+FMT/AD[0:1])<=0.85))"
)
"""The hard filters of the shipped configuration in bcftools' words."""
RARE = 'INFO/AF_grpmax<=0.02 || INFO/AF_grpmax="."'
BCFTOOLS = "import sys, pysam.bcftools as b; getattr(b, sys.argv[1])(*sys.argv[2:], catch_stdout=False)"


def bcftools(verb: str, *options: str) -> str:
    """A command line of the bcftools in pysam."""
    return shlex.join([sys.executable, "-c", BCFTOOLS, verb, *options])


def pipelines(folder: Path, patient: str) -> dict[str, str]:
    """What is measured, each as a command line of the shell."""
    fasta, vcf, known, out = (str(folder / name) for name in (FASTA, patient, SITES, "out.vcf.gz"))
    norm = bcftools("norm", "-f", fasta, "-c", "x", "-m", "-any", "-Ou", vcf)
    annotate = bcftools("annotate", "-a", known, "-c", "INFO/AF_grpmax,INFO/nhomalt", "-Ou", "-")
    view = ("view", "-f", "PASS,.", "-Oz", "-o", out, "-i")
    stages = {
        stage: shlex.join(
            [
                sys.executable,
                "-m",
                "benchmarks.genome",
                "--folder",
                str(folder),
                "--stage",
                stage,
                "--patient",
                patient,
            ]
        )
        for stage in ("normalise", "filter", "frequencies")
    }
    return {
        "bcftools norm, view": f"{norm} | {bcftools(*view, HARD, '-')}",
        ANNOTATED: (
            f"{norm.replace('-Ou', '-Oz')} > {out}.norm && {bcftools('index', '-f', f'{out}.norm')} && "
            f"{annotate[:-1]}{out}.norm | {bcftools(*view, f'({HARD}) && ({RARE})', '-')}"
        ),
        "normalise": stages["normalise"],
        "filter": stages["filter"],
        FREQUENCIES: stages["frequencies"],
    }


@dataclass(frozen=True)
class Cost:
    """Wall and processor seconds, and the gigabytes of the largest process."""

    wall: float
    processor: float
    memory: float


def measure(command: str) -> Cost:
    """Run a command line to its end. Raises CalledProcessError."""
    started = time.perf_counter()
    process = subprocess.Popen(["bash", "-o", "pipefail", "-c", command])
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    wall = time.perf_counter() - started
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / (1 << 20))


def stage(folder: Path, name: str, patient: str) -> None:
    """One stage as its rule runs it."""
    alleles = folder / "normalised.parquet"
    if name == "normalise":
        accounts = folder / "ledger.parquet", folder / "repeats.parquet"
        normalise.normalise(folder / patient, "P", Genome(folder / FASTA), alleles, *accounts)
        return
    genome = {"build": "synthetic", "fasta": str(folder / FASTA), "annotation": "-"}
    frequency = {"frequency": {"population_vcf": str(folder / SITES)}} if name == "frequencies" else {}
    parsed = run.parse(
        {"samples": "-", "genome": genome, "filter": frequency, "licences": {"accepted": ["spliceai"]}}
    )
    reference = Reference(folder / FASTA, folder / "transcripts.parquet")
    parquet.write(TRANSCRIPTS, reader.to_table(regions(reference.genome)), reference.transcripts_table)
    sample = Sample("P", folder / patient, "", 0)
    outputs = folder / "variants.parquet", folder / "decisions.parquet"
    variants_filter.filter_alleles(parsed, sample, {"genes": None}, reference, alleles, *outputs)


def regions(genome: Genome) -> list[Transcript]:
    """A gene on the first half of each 100,000 bases."""
    return [
        Transcript(
            f"{chrom}_{start}",
            f"{chrom}_{start}",
            "T",
            chrom,
            "+",
            ((start, start + 50_000),),
            representative=True,
        )
        for chrom, length in genome.lengths.items()
        for start in range(0, length - 50_000, 100_000)
    ]


def accounts(folder: Path, patient: str) -> None:
    """Write the whole ledger and hold it against the input."""
    ledger, whole = folder / "ledger.parquet", folder / "whole.parquet"
    stages = [parquet.read(DECISIONS, folder / f"{name}.parquet") for name in ("repeats", "decisions")]
    filters_ledger.combine(ledger, stages, whole)
    with gzip.open(folder / patient, "rt") as handle:
        given = sum(line.split("\t", 5)[4].count(",") + 1 for line in handle if not line.startswith("#"))
    statuses = pq.read_table(whole, columns=["status"])["status"].value_counts().to_pylist()
    counts = {row["values"]: row["counts"] for row in statuses}
    kept = pq.ParquetFile(folder / "variants.parquet").metadata.num_rows
    assert sum(counts.values()) == given
    assert counts["kept"] == kept
    print(
        f"{given:,} alleles in the input = {counts['kept']:,} kept + {counts['dropped']:,} dropped by a rule"
    )
    size = whole.stat().st_size
    print(f"ledger: {size / 1e6:.1f} MB, {size / given:.1f} bytes an allele")


def main() -> None:
    """Make what is missing, measure in turn, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", type=Path, required=True, help="where the files are made and kept")
    parser.add_argument("--records", type=int, default=4_300_000)
    parser.add_argument("--sites", type=int, default=10_000_000)
    parser.add_argument("--scale", type=int, default=1_000_000, help="bases for each million of a chromosome")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--calls-only", action="store_true", help="leave out what asks for frequencies")
    parser.add_argument("--stage", choices=["normalise", "filter", "frequencies"], help="run one stage alone")
    parser.add_argument("--patient", default=PATIENT)
    given = parser.parse_args()
    if given.stage:
        stage(given.folder, given.stage, given.patient)
        return
    make(given.folder, Size(given.records, given.sites, given.scale))
    halve(given.folder)
    best: dict[tuple[str, str], Cost] = {}
    for patient in [HALF, PATIENT] * given.rounds:
        for name, command in pipelines(given.folder, patient).items():
            if given.calls_only and name in (ANNOTATED, FREQUENCIES):
                continue
            cost = measure(command)
            best[patient, name] = min(best.get((patient, name), cost), cost, key=lambda c: c.wall)
    report(best)
    accounts(given.folder, PATIENT)


def report(best: dict[tuple[str, str], Cost]) -> None:
    """The least wall time of all rounds, and the ratios."""
    print("| | records | wall s | processor s | peak GB | for twice the records |")
    print("| --- | --- | --- | --- | --- | --- |")
    for (patient, name), cost in best.items():
        growth = f"{cost.wall / best[HALF, name].wall:.2f}" if patient == PATIENT else ""
        size = "whole" if patient == PATIENT else "half"
        print(f"| {name} | {size} | {cost.wall:.1f} | {cost.processor:.1f} | {cost.memory:.2f} | {growth} |")
    for ours, theirs in (
        ("filter", "bcftools norm, view"),
        (FREQUENCIES, ANNOTATED),
        (FREQUENCIES, "bcftools norm, view"),
    ):
        if (PATIENT, ours) not in best:
            continue
        pair = [best[PATIENT, name] for name in ("normalise", ours, theirs)]
        wall = (pair[0].wall + pair[1].wall) / pair[2].wall
        work = (pair[0].processor + pair[1].processor) / pair[2].processor
        print(
            f"normalise + {ours} against {theirs}: {wall:.2f} times the wall time, {work:.2f} times the work"
        )


if __name__ == "__main__":
    main()
