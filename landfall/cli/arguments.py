"""What the verbs share: flags that several have, and numbers read from the command line."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

Verbs = Any
"""What ``ArgumentParser.add_subparsers`` returns; argparse gives its type no public name."""
Run = Callable[[argparse.Namespace], int]


def verb(
    verbs: Verbs, name: str, run: Run, help: str, exit_codes: str, at_fault: int = 2, if_stopped: str = ""
) -> argparse.ArgumentParser:
    """A verb with its help.

    run: what it does with its arguments, returns the exit code. at_fault: the exit code for a fault of the user;
    if_stopped: what Ctrl-C leaves to do, in words.
    """
    parser: argparse.ArgumentParser = verbs.add_parser(
        name, help=help, description=help[0].upper() + help[1:] + ".", epilog=f"Exit code: {exit_codes}"
    )
    parser.set_defaults(run=run, at_fault=at_fault, if_stopped=if_stopped)
    return parser


def results(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("results", type=Path, metavar="results/<sample>", help="the results of the sample")


def resources(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--resources", default=Path("resources"), type=Path, help="folder of the weights")


def machine(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--threads", default=1, type=count, help="CPU threads")
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"))


def distance(text: str) -> int:
    return _number(text, 0, 4999, "0 to 4999")


def count(text: str) -> int:
    return _number(text, 1, sys.maxsize, "1")


def _number(text: str, least: int, most: int, words: str) -> int:
    """A whole number of the command line. Raises ArgumentTypeError."""
    if not re.fullmatch(r"-?[0-9]{1,9}", text) or not least <= int(text) <= most:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from {words}")
    return int(text)
