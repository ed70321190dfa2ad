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
"""In the order of the help; each has ``add``, which declares its flags and what runs it."""
STOPPED, READER_GONE = 130, 141
"""128 and the number of SIGINT, of SIGPIPE, as a shell has it."""
DESCRIPTION = (
    "From a VCF to the rare variant that breaks splicing or regulation, what it does, and how to prove it."
)
EPILOG = """\
The workflow for patients is run by snakemake (README.md); these commands score a VCF alone and ask finished results.
'landfall <verb> --help' tells the flags and exit codes of one verb. Research use: models give hypotheses.
"""


def parser() -> argparse.ArgumentParser:
    """All verbs and their flags."""
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
    """Run a verb and return its exit code: its own, or that of a fault of the user, told in one message."""
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
