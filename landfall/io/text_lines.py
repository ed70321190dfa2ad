"""Small text files of the user: pedigrees, lists of genes, panels, sheets, regions.

They are read line by line, plain or compressed, so that a byte that is not text is reported with its line, and a small
gzip that would unpack to gigabytes is refused.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from landfall.io import files
from landfall.io.errors import InputError, InputProblem
from landfall.io.files import BrokenFileError, Problem

MOST = 64 << 20
"""Most characters of a file that is read whole; the largest in use, hp.obo, has 11 million."""
MOST_REGIONS = 1 << 30
"""Most characters of a BED file, of which only the regions are kept in memory."""
LONGEST_LINE = 16 << 20


def lines(path: Path, what: str, most: int = MOST, lenient: bool = False) -> Iterator[tuple[int, str]]:
    """1-based number and text of each line, which may end as on Unix, Windows or an old Macintosh; UTF-8, with a byte
    order mark or without.

    what: the file in words. lenient: whether UTF-16 with its mark, as spreadsheets export it, and Latin-1 are read too.
    Raises InputError, with the line, for content that is not text, and for more than ``most`` characters.
    """
    letters, encoding = 0, "utf-8-sig"
    try:
        if lenient:
            encoding = _encoding(path)
        with files.opened(path) as handle:
            text = io.TextIOWrapper(handle, encoding=encoding, errors="surrogateescape")
            for number, line in enumerate(iter(partial(text.readline, LONGEST_LINE), ""), 1):
                letters += len(line)
                line = _from_latin1(line) if lenient else line
                if wrong := _problem(line, letters, most):
                    raise InputError([InputProblem(str(path), number, *wrong)])
                yield number, line.removesuffix("\n")
    except BrokenFileError as error:
        raise InputError(
            [InputProblem(str(path), None, f"the {what} {error}", "copy or make it again")]
        ) from error
    except OSError as error:
        raise InputError(
            [InputProblem(str(path), None, f"the {what} cannot be read: {error.strerror}")]
        ) from error


def _encoding(path: Path) -> str:
    with files.opened(path) as handle:
        return "utf-16" if handle.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8-sig"


def _from_latin1(line: str) -> str:
    """A line as UTF-8, as Latin-1 if it is not valid UTF-8."""
    try:
        line.encode()
    except UnicodeEncodeError:
        return line.encode("utf-8", "surrogateescape").decode("latin-1")
    return line


def whole(path: Path, what: str) -> str:
    """The text of a file, its lines ended by a newline each. Raises InputError as :func:`lines`."""
    return "".join(f"{line}\n" for _, line in lines(path, what))


def _problem(line: str, letters: int, most: int) -> Problem | None:
    """The fault of a line; letters: number of characters of the file up to its end."""
    if letters > most:
        return f"holds more than {most:,} characters, too many for such a file", "was the right file given?"
    if len(line) == LONGEST_LINE:
        return f"is longer than {LONGEST_LINE:,} characters", "was the right file given?"
    odd = "" if line.isascii() else next((letter for letter in line if "\udc80" <= letter <= "\udcff"), "")
    if odd:
        return f"the byte 0x{ord(odd) - 0xDC00:02x} is not UTF-8", "save the file as plain text (UTF-8)"
    if "\0" in line:
        return "holds a NUL byte, so it is not plain text", "save it as plain text (UTF-8)"
    return None
