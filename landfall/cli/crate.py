"""``landfall crate``: a result as an RO-Crate."""

from __future__ import annotations

import argparse
from pathlib import Path

from landfall.cli import arguments

EXIT_CODES = "0 and a crate, 2 if there is no finished run"


def add(verbs: arguments.Verbs) -> None:
    words = "a result as an RO-Crate (Workflow Run Crate), for other tools"
    verb = arguments.verb(verbs, "crate", run, words, EXIT_CODES)
    arguments.results(verb)
    verb.add_argument("-O", required=True, type=Path, metavar="output", help="the crate, a .zip")


def run(given: argparse.Namespace) -> int:
    from landfall.audit import ro_crate

    ro_crate.write(given.results, given.O)
    return 0
