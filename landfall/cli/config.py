"""``landfall config``: the configuration with its defaults, or the description of one key."""

from __future__ import annotations

import argparse

from landfall.cli import arguments
from landfall.config import manual

EXIT_CODES = "0, or 2 for a key that does not exist"


def add(verbs: arguments.Verbs) -> None:
    words = "print the default configuration, or describe one key"
    verb = arguments.verb(verbs, "config", run, words, EXIT_CODES)
    asked = verb.add_subparsers(dest="asked", required=True, metavar="what")
    asked.add_parser("defaults", help="print a complete configuration as YAML, every key at its default")
    explained = asked.add_parser("explain", help="print description, allowed values and default of a key")
    explained.add_argument("key", help="dotted, such as filter.frequency.maximum; a section lists its keys")


def run(given: argparse.Namespace) -> int:
    print(manual.defaults().rstrip() if given.asked == "defaults" else manual.explain(given.key))
    return 0
