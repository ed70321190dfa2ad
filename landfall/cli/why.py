"""``landfall why``: the status of an allele of a run's input."""

from __future__ import annotations

import argparse
import json

from landfall.audit import variant_fate, variant_fate_text
from landfall.cli import arguments
from landfall.genome.hgvs.parser import FORMS

EXIT_CODES = "0 if the allele is in the input, 1 if it is not, 2 for an invalid query"


def add(verbs: arguments.Verbs) -> None:
    words = "print the status of an allele of a run's input, the rule behind it, and the setting that would keep it"
    verb = arguments.verb(verbs, "why", run, words, EXIT_CODES)
    arguments.results(verb)
    verb.add_argument("allele", nargs="+", metavar="allele", help=f"one allele, as {FORMS}")
    verb.add_argument("--json", action="store_true", help="print JSON")


def run(given: argparse.Namespace) -> int:
    answers = variant_fate.ask(given.results, " ".join(given.allele))
    plain = [answer.plain() for answer in answers]
    print(json.dumps(plain, indent=2) if given.json else variant_fate_text.text(answers))
    return min(answer.code for answer in answers)
