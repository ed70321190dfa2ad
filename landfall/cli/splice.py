"""``landfall splice``: a VCF scored with the original SpliceAI's flags, strings and numbers."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

from landfall.cli import arguments

log = logging.getLogger("landfall")

EXIT_CODES = (
    "0 when every record is written, 1 when an input or output is at fault, 2 for a wrong flag, 130 when stopped,"
    " 141 when the reader of the output has gone"
)


def add(verbs: arguments.Verbs) -> None:
    words = "score a VCF with SpliceAI: the original's flags, strings and numbers"
    stopped = "; the same command with --resume goes on where a file is written"
    verb = arguments.verb(verbs, "splice", run, words, EXIT_CODES, at_fault=1, if_stopped=stopped)
    verb.add_argument("-I", default="-", metavar="input", help="VCF or BCF, standard input by default")
    verb.add_argument(
        "-O", default="-", metavar="output", help="VCF, .gz (bgzip) or .bcf, standard output by default"
    )
    verb.add_argument(
        "-R", required=True, metavar="reference", type=Path, help="FASTA of the reference genome"
    )
    verb.add_argument(
        "-A", required=True, metavar="annotation", help="grch37, grch38, a gene table, GTF or GFF3"
    )
    verb.add_argument(
        "-D",
        default=50,
        type=arguments.distance,
        metavar="distance",
        help="bases judged on either side, 0 to 4999",
    )
    verb.add_argument("-M", default=0, type=int, choices=(0, 1), help="1: masked scores")
    verb.add_argument(
        "--rules", default="original", choices=("original", "landfall"), help="landfall: every allele"
    )
    arguments.machine(verb)
    verb.add_argument("--batch", default=8, type=arguments.count, help="variants computed together")
    verb.add_argument(
        "--resume", action="store_true", help="go on behind the last whole record of a stopped run"
    )
    verb.add_argument(
        "--precision",
        default="float32",
        choices=("float32", "bfloat16"),
        help="bfloat16 is not exact: docs/performance.md",
    )
    verb.add_argument("--parquet", type=Path, metavar="file", help="the scores unrounded as well, as a table")
    arguments.resources(verb)


def run(given: argparse.Namespace) -> int:
    """Imports here what a question need not wait for."""
    from landfall.splicing.vcf.scoring import Options, run

    options = Options(
        given.I, given.O, given.R, given.A, given.D, bool(given.M), given.rules, given.threads, given.device,
        given.batch, given.resume, given.resources, given.precision, given.parquet,
    )  # fmt: skip
    for what, number in sorted(run(options).items()):
        log.info("%s: %d", what, number)
    return 0
