"""``landfall why``: the status of an allele of a run's input."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence

from landfall.audit import variant_fate, variant_fate_text
from landfall.cli import arguments
from landfall.genome.hgvs.parser import FORMS, is_allele

EXIT_CODES = "0 if every allele is in the input, 1 if one is not, 2 for an invalid query"


def add(verbs: arguments.Verbs) -> None:
    words = "print the status of alleles of a run's input, the rule behind each, and the setting that would keep it"
    verb = arguments.verb(verbs, "why", run, words, EXIT_CODES)
    arguments.results(verb)
    verb.add_argument("allele", nargs="+", metavar="allele", help=f"alleles, each as {FORMS}")
    verb.add_argument("--json", action="store_true", help="print JSON")


def run(given: argparse.Namespace) -> int:
    found = [variant_fate.ask(given.results, query) for query in queries(given.allele)]
    answers = [answer for of_query in found for answer in of_query]
    plain = [answer.plain() for answer in answers]
    print(json.dumps(plain, indent=2) if given.json else variant_fate_text.text(answers))
    return max(min(answer.code for answer in of_query) for of_query in found)


def queries(words: Sequence[str]) -> Sequence[str]:
    """The alleles of the command line: each word, or all words together, such as four columns of a VCF."""
    return words if all(map(is_allele, words)) else [" ".join(words)]
