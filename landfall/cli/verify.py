"""``landfall verify``: a finished result compared with its provenance, and in part recomputed."""

from __future__ import annotations

import argparse

from landfall.cli import arguments

EXIT_CODES = "0 if everything agrees, 1 if something differs or is damaged, 2 without provenance"


def add(verbs: arguments.Verbs) -> None:
    words = "check that results are reproducible from their inputs, weights and code"
    verb = arguments.verb(verbs, "verify", run, words, EXIT_CODES)
    arguments.results(verb)
    verb.add_argument(
        "--rows",
        default=20,
        type=arguments.count,
        metavar="number",
        help="number of scored rows to recompute (default: 20)",
    )
    verb.add_argument(
        "--seed",
        default=0,
        type=int,
        metavar="number",
        help="seed of the random choice of these rows (default: 0)",
    )
    arguments.machine(verb)


def run(given: argparse.Namespace) -> int:
    from landfall.audit import verify

    findings = verify.verify(given.results, given.rows, given.seed, given.device, given.threads)
    return verify.text(findings, print)
