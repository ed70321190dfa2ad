"""``landfall crate``: a result packed as an RO-Crate."""

from __future__ import annotations

import argparse
from pathlib import Path

from landfall.cli import arguments

EXIT_CODES = "0 if the crate is written, 2 if there is no finished and complete run"


def add(verbs: arguments.Verbs) -> None:
    words = "pack a result as an RO-Crate (Workflow Run Crate)"
    verb = arguments.verb(verbs, "crate", run, words, EXIT_CODES)
    arguments.results(verb)
    verb.add_argument("-O", required=True, type=Path, metavar="output", help="crate to write, .zip")


def run(given: argparse.Namespace) -> int:
    from landfall.audit import ro_crate

    ro_crate.write(given.results, given.O)
    return 0
