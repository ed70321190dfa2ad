"""``landfall qualify``: reference scores recomputed on this machine, with a dated certificate."""

from __future__ import annotations

import argparse

from landfall.cli import arguments
from landfall.io.text import write_json
from landfall.models.registry import first_of_sites, splice_models

EXIT_CODES = (
    "0 if all scores agree, 1 if not, each with a certificate in the resources; 2 if they cannot be computed"
)


def add(verbs: arguments.Verbs) -> None:
    words = "check that this machine and device reproduce the reference scores"
    verb = arguments.verb(verbs, "qualify", run, words, EXIT_CODES)
    first, known = first_of_sites().name, list(splice_models())
    verb.add_argument(
        "--models",
        nargs="+",
        default=[first],
        choices=known,
        metavar="model",
        help=f"models whose scores are compared, of {', '.join(known)} (default: {first})",
    )
    arguments.resources(verb)
    arguments.machine(verb)


def run(given: argparse.Namespace) -> int:
    from landfall.audit import qualify

    certificate = qualify.qualify(given.models, given.resources, given.device, given.threads)
    write_json(certificate, given.resources / qualify.CERTIFICATE)
    print("\n".join(qualify.text(certificate)))
    return qualify.PASSED if certificate["passed"] else qualify.FAILED
