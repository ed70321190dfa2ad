"""Flags shared by several verbs, and parsers of numbers."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

Verbs = Any
"""Return type of ``ArgumentParser.add_subparsers``, which has no public name in argparse."""
Run = Callable[[argparse.Namespace], int]


def verb(
    verbs: Verbs, name: str, run: Run, help: str, exit_codes: str, at_fault: int = 2, if_stopped: str = ""
) -> argparse.ArgumentParser:
    """The parser of a verb.

    run: called with the parsed arguments, returns the exit code. at_fault: exit code after a UserError. if_stopped:
    text appended to the message after Ctrl-C.
    """
    parser: argparse.ArgumentParser = verbs.add_parser(
        name, help=help, description=help[0].upper() + help[1:] + ".", epilog=f"Exit code: {exit_codes}"
    )
    parser.set_defaults(run=run, at_fault=at_fault, if_stopped=if_stopped)
    return parser


def results(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "results", type=Path, metavar="results/<sample>", help="folder of the sample's results"
    )


def resources(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--resources",
        default=Path("resources"),
        type=Path,
        metavar="folder",
        help="folder of the model weights (default: resources)",
    )


def machine(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--threads", default=1, type=count, metavar="number", help="CPU threads (default: 1)")
    parser.add_argument(
        "--device",
        default="auto",
        choices=("auto", "cpu", "cuda"),
        help="processor of the models; auto (the default) is a CUDA GPU if there is one, else the CPU",
    )


def distance(text: str) -> int:
    return _number(text, 0, 4999, "0 to 4999")


def count(text: str) -> int:
    return _number(text, 1, sys.maxsize, "1")


def _number(text: str, least: int, most: int, words: str) -> int:
    """Parse an integer. Raises ArgumentTypeError."""
    if not re.fullmatch(r"-?[0-9]{1,9}", text) or not least <= int(text) <= most:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from {words}")
    return int(text)
