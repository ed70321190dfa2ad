"""Make the demo's data: ``python -m demo.make_demo``, from the root of the repository.

Without options it needs no weights and takes seconds: the seed and demo/choices.json decide every byte.
``--search`` first makes demo/choices.json anew with SpliceAI (some minutes); ``--check`` says what SpliceAI
finds in the result.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path

from demo.background import add_awkward, add_background, add_finalists
from demo.finalists import Finalist, draw
from demo.layout import Choices, SyntheticGenome, build, write_fasta, write_gtf
from demo.records import Files, Record, write_frequencies, write_pedigree, write_proband

HERE = Path(__file__).parent
CHOICES = HERE / "choices.json"
TRANSITIONS = {"AG", "GA", "CT", "TC"}


def read_choices(path: Path) -> Choices:
    stored = json.loads(path.read_text(encoding="ascii"))
    return Choices(stored["units"], stored["design"], tuple(stored["rejected"]))


def write_choices(choices: Choices, path: Path) -> None:
    path.write_text(json.dumps(asdict(choices), indent=1) + "\n", encoding="ascii", newline="\n")


def make(choices: Choices, out: Path) -> tuple[SyntheticGenome, list[Finalist], Files]:
    """Every file of the demo, written to ``out``."""
    out.mkdir(parents=True, exist_ok=True)
    genome = build(choices)
    finalists = draw(genome, choices)
    files = Files()
    add_background(genome, finalists, files)
    add_finalists(genome, finalists, files)
    add_awkward(genome, files)
    write_fasta(genome, out / "genome.fa.gz")
    write_gtf(genome, out / "genes.gtf.gz")
    write_proband(files, genome.contigs, out / "proband.vcf.gz")
    write_frequencies(files, genome.contigs, out / "frequencies.vcf.gz")
    write_pedigree(out / "proband.ped")
    return genome, finalists, files


def single(record: Record) -> bool:
    return len(record.ref) == 1 and all(len(alt) == 1 for alt in record.alts)


def summary(genome: SyntheticGenome, finalists: list[Finalist], files: Files) -> list[str]:
    changes = [(r.ref + r.alts[0]).upper() for r in files.records if single(r) and len(r.alts) == 1]
    transitions = sum(change in TRANSITIONS for change in changes)
    het = sum(r.genotype in ("0/1", "0|1", "1|0") for r in files.records)
    hom = sum(r.genotype == "1/1" for r in files.records)
    return [
        f"genome: {sum(map(len, genome.contigs.values())):,} bases, {len(genome.genes)} genes",
        f"proband: {len(files.records):,} records, {sum(len(r.alts) for r in files.records):,} alleles",
        f"ts/tv {transitions / (len(changes) - transitions):.2f}, het/hom {het / hom:.2f}",
        f"frequencies: {len(files.counts):,} alleles",
        f"left after the filter: {len(finalists)}; the answer: {finalists[0].allele} in {finalists[0].gene}",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=HERE / "data", help="folder for the data")
    parser.add_argument("--choices", type=Path, default=CHOICES, help="what the search chose")
    parser.add_argument("--search", action="store_true", help="search for sequence with SpliceAI first")
    parser.add_argument("--check", action="store_true", help="report what SpliceAI finds in the data")
    parser.add_argument("--weights", type=Path, default=HERE.parent / "resources" / "weights" / "spliceai")
    parser.add_argument("--threads", type=int, default=1, help="threads of the network")
    options = parser.parse_args()
    begun = time.monotonic()

    def say(text: str) -> None:
        print(f"{time.monotonic() - begun:6.1f} s  {text}", file=sys.stderr, flush=True)

    if options.search:
        from demo.search import load, search

        write_choices(search(load(options.weights, options.threads), say), options.choices)
    made = make(read_choices(options.choices), options.out)
    for line in summary(*made):
        say(line)
    if options.check:
        from demo.check import check
        from demo.search import load

        check(load(options.weights, options.threads), made[0], made[1], say)


if __name__ == "__main__":
    main()
