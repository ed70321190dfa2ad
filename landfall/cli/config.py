"""``landfall config``: the configuration with its defaults, the description of one key, the JSON schema."""

from __future__ import annotations

import argparse

from landfall.cli import arguments
from landfall.config import manual

EXIT_CODES = "0, or 2 for a key that does not exist"
PARTS = {
    "defaults": "print a complete configuration as YAML, every key at its default",
    "schema": "print the JSON schema of a configuration, for editors and other programs",
    "explain": "print description, allowed values and default of a key",
}


def add(verbs: arguments.Verbs) -> None:
    words = "print the default configuration, describe one key, or print the JSON schema"
    verb = arguments.verb(verbs, "config", run, words, EXIT_CODES)
    parts = verb.add_subparsers(dest="part", required=True)
    for name, what in PARTS.items():
        part = parts.add_parser(name, help=what, description=f"{what[0].upper()}{what[1:]}.")
        if name == "explain":
            part.add_argument("key", help="dotted, such as filter.frequency.max_af; a section lists its keys")


def run(given: argparse.Namespace) -> int:
    printed = {"defaults": manual.defaults, "schema": manual.json_schema}
    print(printed[given.part]().rstrip() if given.part in printed else manual.explain(given.key))
    return 0
