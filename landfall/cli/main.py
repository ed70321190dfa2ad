"""The command line: ``python -m landfall <verb>``."""

from __future__ import annotations

import argparse
import json
import logging
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from landfall.audit import variant_fate, variant_fate_text
from landfall.genome.annotation.reader import AnnotationError
from landfall.genome.hgvs.parser import FORMS, QuestionError
from landfall.models.catalogue import MODELS

log = logging.getLogger("landfall")


STOPPED, READER_GONE = 130, 141
"""128 and the number of SIGINT, of SIGPIPE."""


def parser() -> argparse.ArgumentParser:
    """All verbs and their flags."""
    top = argparse.ArgumentParser(
        prog="python -m landfall", description="From a VCF to what it does to splicing, and why."
    )
    verbs = top.add_subparsers(dest="verb", required=True, metavar="verb")
    splice = verbs.add_parser(
        "splice", help="score a VCF with SpliceAI: the original's flags, strings and numbers"
    )
    splice.add_argument("-I", default="-", metavar="input", help="VCF or BCF, standard input by default")
    splice.add_argument(
        "-O", default="-", metavar="output", help="VCF, .gz (bgzip) or .bcf, standard output by default"
    )
    splice.add_argument(
        "-R", required=True, metavar="reference", type=Path, help="FASTA of the reference genome"
    )
    splice.add_argument(
        "-A", required=True, metavar="annotation", help="grch37, grch38, a gene table, a GTF or GFF3"
    )
    splice.add_argument(
        "-D", default=50, type=_distance, metavar="distance", help="bases judged on either side, 0 to 4999"
    )
    splice.add_argument("-M", default=0, type=int, choices=(0, 1), help="1: masked scores")
    splice.add_argument(
        "--rules", default="original", choices=("original", "landfall"), help="landfall: every allele"
    )
    splice.add_argument("--threads", default=1, type=_count, help="CPU threads")
    splice.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"))
    splice.add_argument("--batch", default=8, type=_count, help="variants computed together")
    splice.add_argument(
        "--resume", action="store_true", help="go on behind the last whole record of a stopped run"
    )
    splice.add_argument(
        "--precision",
        default="float32",
        choices=("float32", "bfloat16"),
        help="bfloat16 is not exact: docs/performance.md",
    )
    splice.add_argument(
        "--parquet", type=Path, metavar="file", help="the scores unrounded as well, as a table"
    )
    splice.add_argument("--resources", default=Path("resources"), type=Path, help="folder of the weights")
    asked = verbs.add_parser(
        "why", help="what became of an allele of a run's input, by which rule, and what setting would keep it"
    )
    asked.add_argument("results", type=Path, metavar="results/<sample>", help="the results of the sample")
    asked.add_argument("allele", nargs="+", metavar="allele", help=f"one allele, as {FORMS}")
    asked.add_argument("--json", action="store_true", help="the answer for machines")
    held = verbs.add_parser("verify", help="whether results still follow from their inputs, weights and code")
    held.add_argument("results", type=Path, metavar="results/<sample>", help="the results of the sample")
    held.add_argument("--rows", default=20, type=_count, help="how many scored rows are computed anew")
    held.add_argument("--seed", default=0, type=int, help="of the drawing of these rows")
    held.add_argument("--threads", default=1, type=_count, help="CPU threads")
    held.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"))
    fit = verbs.add_parser("qualify", help="whether this machine and device compute the known answers")
    fit.add_argument("--models", nargs="+", default=["spliceai"], choices=list(MODELS), metavar="model")
    fit.add_argument("--resources", default=Path("resources"), type=Path, help="folder of the weights")
    fit.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"))
    fit.add_argument("--threads", default=1, type=_count, help="CPU threads")
    packed = verbs.add_parser("crate", help="a result as an RO-Crate (Workflow Run Crate), for other tools")
    packed.add_argument("results", type=Path, metavar="results/<sample>", help="the results of the sample")
    packed.add_argument("-O", required=True, type=Path, metavar="output", help="the crate, a .zip")
    return top


def _number(text: str, least: int, most: int, words: str) -> int:
    """A whole number of the command line. Raises ArgumentTypeError."""
    if not re.fullmatch(r"-?[0-9]{1,9}", text) or not least <= int(text) <= most:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from {words}")
    return int(text)


def _distance(text: str) -> int:
    return _number(text, 0, 4999, "0 to 4999")


def _count(text: str) -> int:
    return _number(text, 1, sys.maxsize, "1")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a verb and return its exit code."""
    given = parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    verbs = {"splice": _splice, "why": _why, "verify": _verify, "qualify": _qualify, "crate": _crate}
    return verbs[given.verb](given)


def _splice(given: argparse.Namespace) -> int:
    """0 if it went well, 1 with a message if an input or output is at fault; as a shell has it, 130 if the user stopped
    it and 141 where the reader of its output went away. Imports that a question need not wait for.
    """
    from landfall.splicing.vcf.scoring import Options, run
    from landfall.stages.job import user_errors

    options = Options(
        given.I, given.O, given.R, given.A, given.D, bool(given.M), given.rules, given.threads, given.device,
        given.batch, given.resume, given.resources, given.precision, given.parquet,
    )  # fmt: skip
    try:
        counts = run(options)
    except user_errors() as error:
        log.error("%s", error)
        return 1
    except BrokenPipeError:
        return READER_GONE
    except KeyboardInterrupt:
        log.error("stopped; the same command with --resume goes on where a file is written")
        return STOPPED
    for what, count in sorted(counts.items()):
        log.info("%s: %d", what, count)
    return 0


def _why(given: argparse.Namespace) -> int:
    """0 if the allele is in the input, 1 if it is not, 2 with a message if the question is at fault."""
    try:
        answers = variant_fate.ask(given.results, " ".join(given.allele))
    except (QuestionError, AnnotationError) as error:
        log.error("%s", error)
        return variant_fate.BAD_QUESTION
    print(
        json.dumps([a.plain() for a in answers], indent=2) if given.json else variant_fate_text.text(answers)
    )
    return min(answer.code for answer in answers)


def _verify(given: argparse.Namespace) -> int:
    """0 if everything holds, 1 if something differs or is damaged, 2 with a message if there is no record."""
    from landfall.audit import verify
    from landfall.stages.job import user_errors

    expected: tuple[type[Exception], ...] = (verify.VerifyError, *user_errors())
    try:
        findings = verify.verify(given.results, given.rows, given.seed, given.device, given.threads)
        return verify.text(findings, print)
    except expected as error:
        log.error("%s", error)
        return variant_fate.BAD_QUESTION


def _qualify(given: argparse.Namespace) -> int:
    """0 and a certificate among the resources if the answers are right, 1 if they are not, 2 if it cannot be asked."""
    from landfall.audit import qualify
    from landfall.io.text import write_json
    from landfall.stages.job import user_errors

    expected: tuple[type[Exception], ...] = (qualify.QualifyError, *user_errors())
    try:
        certificate = qualify.qualify(given.models, given.resources, given.device, given.threads)
    except expected as error:
        log.error("%s", error)
        return qualify.IMPOSSIBLE
    write_json(certificate, given.resources / qualify.CERTIFICATE)
    print("\n".join(qualify.text(certificate)))
    return qualify.PASSED if certificate["passed"] else qualify.FAILED


def _crate(given: argparse.Namespace) -> int:
    """0 and a crate, or 2 with a message if there is no finished run."""
    from landfall.audit import ro_crate

    try:
        ro_crate.write(given.results, given.O)
    except ro_crate.CrateError as error:
        log.error("%s", error)
        return variant_fate.BAD_QUESTION
    return 0
