"""``landfall splice``: annotation of a VCF with SpliceAI or a model like it, with flags and output of the original."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

from landfall.cli import arguments
from landfall.models.registry import splice_models

log = logging.getLogger("landfall")

EXIT_CODES = (
    "0 when every record is written, 1 for a faulty input or output, 2 for a wrong flag, 130 when interrupted, 141 when"
    " the reader of the output has closed it"
)


def add(verbs: arguments.Verbs) -> None:
    words = "annotate a VCF with scores of SpliceAI or another model, with the flags and output format of the original"
    stopped = "; if the output is a file, continue with --resume"
    verb = arguments.verb(verbs, "splice", run, words, EXIT_CODES, at_fault=1, if_stopped=stopped)
    verb.add_argument("-I", default="-", metavar="input", help="VCF or BCF, standard input by default")
    verb.add_argument(
        "-O", default="-", metavar="output", help="VCF, .gz (bgzip) or .bcf, standard output by default"
    )
    verb.add_argument(
        "-R", required=True, metavar="reference", type=Path, help="FASTA of the reference genome"
    )
    verb.add_argument(
        "-A",
        required=True,
        metavar="annotation",
        help="grch37 or grch38 (SpliceAI's gene tables, with any model), a gene table, GTF or GFF3",
    )
    verb.add_argument(
        "-D",
        default=50,
        type=arguments.distance,
        metavar="distance",
        help="bases scored on either side of a variant, 0 to 4999 (default: 50)",
    )
    verb.add_argument(
        "-M", default=0, type=int, choices=(0, 1), help="0 (the default): raw scores; 1: masked scores"
    )
    verb.add_argument(
        "--model",
        default="spliceai",
        choices=models_with_a_field(),
        help="the model whose scores are written (default: spliceai)",
    )
    verb.add_argument(
        "--rules",
        default="original",
        choices=("original", "landfall"),
        help="original (the default): skip alleles as the original command does; landfall: score every allele",
    )
    arguments.machine(verb)
    verb.add_argument(
        "--batch",
        default=8,
        type=arguments.count,
        metavar="number",
        help="variants computed together (default: 8)",
    )
    verb.add_argument(
        "--resume", action="store_true", help="continue an interrupted run after its last complete record"
    )
    verb.add_argument(
        "--precision",
        default="float32",
        choices=("float32", "bfloat16"),
        help="float32 (the default), or bfloat16, which is faster and not exact (docs/performance.md)",
    )
    verb.add_argument(
        "--parquet", type=Path, metavar="file", help="also write the unrounded scores as a table"
    )
    arguments.resources(verb)


def models_with_a_field() -> list[str]:
    """Models whose own tool annotates a VCF."""
    return [spec.name for spec in splice_models().values() if spec.vcf_field]


def run(given: argparse.Namespace) -> int:
    """Annotate the VCF; imports are local, as torch takes seconds."""
    from landfall.splicing.vcf.rules import Options
    from landfall.splicing.vcf.scoring import run

    options = Options(
        given.I, given.O, given.R, given.A, given.D, bool(given.M), given.rules, given.threads, given.device,
        given.batch, given.resume, given.resources, given.precision, given.parquet, given.model,
    )  # fmt: skip
    for what, number in sorted(run(options).items()):
        log.info("%s: %d", what, number)
    return 0
