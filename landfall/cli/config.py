"""``landfall config``: the configuration with its defaults, the description of one key, the JSON schema."""

from __future__ import annotations

import argparse

from landfall.cli import arguments
from landfall.config import manual

EXIT_CODES = "0, or 2 for a key that does not exist"


def add(verbs: arguments.Verbs) -> None:
    words = "print the default configuration, describe one key, or print the JSON schema"
    verb = arguments.verb(verbs, "config", run, words, EXIT_CODES)
    asked = verb.add_subparsers(dest="asked", required=True, metavar="what")
    asked.add_parser("defaults", help="print a complete configuration as YAML, every key at its default")
    asked.add_parser(
        "schema", help="print the JSON schema of a configuration, for editors and other programs"
    )
    explained = asked.add_parser("explain", help="print description, allowed values and default of a key")
    explained.add_argument("key", help="dotted, such as filter.frequency.max_af; a section lists its keys")


def run(given: argparse.Namespace) -> int:
    printed = {"defaults": manual.defaults, "schema": manual.json_schema}
    print(printed[given.asked]().rstrip() if given.asked in printed else manual.explain(given.key))
    return 0
