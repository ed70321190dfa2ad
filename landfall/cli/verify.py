"""``landfall verify``: a finished result held against its record, and in part computed anew."""

from __future__ import annotations

import argparse

from landfall.cli import arguments

EXIT_CODES = "0 if everything holds, 1 if something differs or is damaged, 2 if there is no record to verify"


def add(verbs: arguments.Verbs) -> None:
    words = "whether results still follow from their inputs, weights and code"
    verb = arguments.verb(verbs, "verify", run, words, EXIT_CODES)
    arguments.results(verb)
    verb.add_argument(
        "--rows", default=20, type=arguments.count, help="how many scored rows are computed anew"
    )
    verb.add_argument("--seed", default=0, type=int, help="of the drawing of these rows")
    arguments.machine(verb)


def run(given: argparse.Namespace) -> int:
    from landfall.audit import verify

    findings = verify.verify(given.results, given.rows, given.seed, given.device, given.threads)
    return verify.text(findings, print)
