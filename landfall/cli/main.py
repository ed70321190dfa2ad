"""The command line: ``landfall <verb>``, or ``python -m landfall <verb>``."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence

from landfall import __version__
from landfall.cli import config, crate, qualify, splice, verify, why
from landfall.io.errors import UserError

log = logging.getLogger("landfall")

VERBS = (splice, why, config, verify, qualify, crate)
"""In the order of the help; the function ``add`` of each declares its flags and its ``run``."""
STOPPED, READER_GONE = 130, 141
"""128 plus the number of SIGINT and of SIGPIPE, as in a shell."""
DESCRIPTION = (
    "Rare variants in a VCF that disrupt splicing or regulation, their effect, and assays to confirm it."
)
EPILOG = """\
The workflow for patients runs with snakemake (README.md); these commands score a VCF alone or query finished results.
'landfall <verb> --help' lists the flags and exit codes of a verb. Research use only: predictions are hypotheses.
"""


def parser() -> argparse.ArgumentParser:
    """The parser of all verbs."""
    top = argparse.ArgumentParser(
        prog="landfall",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"landfall {__version__}")
    verbs = top.add_subparsers(dest="verb", required=True, metavar="verb")
    for verb in VERBS:
        verb.add(verbs)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a verb and return its exit code; a UserError is logged as one message."""
    given = parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    try:
        code: int = given.run(given)
    except UserError as error:
        log.error("%s", error)
        return int(given.at_fault)
    except BrokenPipeError:
        return READER_GONE
    except KeyboardInterrupt:
        log.error("stopped%s", given.if_stopped)
        return STOPPED
    return code
