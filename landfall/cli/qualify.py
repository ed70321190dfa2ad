"""``landfall qualify``: known answers computed on this machine, and a dated certificate."""

from __future__ import annotations

import argparse

from landfall.cli import arguments
from landfall.io.text import write_json
from landfall.models.registry import first_of_sites, splice_models

EXIT_CODES = (
    "0 and a certificate among the resources if the answers are right, 1 if not, 2 if it cannot be tried"
)


def add(verbs: arguments.Verbs) -> None:
    words = "whether this machine and device compute the known answers"
    verb = arguments.verb(verbs, "qualify", run, words, EXIT_CODES)
    verb.add_argument(
        "--models",
        nargs="+",
        default=[first_of_sites().name],
        choices=list(splice_models()),
        metavar="model",
    )
    arguments.resources(verb)
    arguments.machine(verb)


def run(given: argparse.Namespace) -> int:
    from landfall.audit import qualify

    certificate = qualify.qualify(given.models, given.resources, given.device, given.threads)
    write_json(certificate, given.resources / qualify.CERTIFICATE)
    print("\n".join(qualify.text(certificate)))
    return qualify.PASSED if certificate["passed"] else qualify.FAILED
