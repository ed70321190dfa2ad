"""Problems of the input: collected, then reported together."""

from __future__ import annotations

import difflib
import errno
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MOST_OF_A_FILE = 100
"""Problems reported of one file: a file of another kind has one in every line."""


class UserError(Exception):
    """An error that the user can correct: reported by its message, without a stack trace."""


@dataclass(frozen=True)
class InputProblem:
    """One problem of the input: the file, the 1-based line (None if it has none), the problem, and the remedy."""

    file: str
    line: int | None
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        place = f"{self.file}: " if self.line is None else f"{self.file}: line {self.line}: "
        return place + self.message + (f"; {self.remedy}" if self.remedy else "")


class InputError(UserError):
    """All problems of the input; ``str()`` is a numbered list, of each file the first ones."""

    def __init__(self, faults: Sequence[InputProblem]) -> None:
        self.faults = list(dict.fromkeys(faults))
        super().__init__(str(self))

    def __str__(self) -> str:
        count = len(self.faults)
        head = f"The input has {count} fault{'s' if count > 1 else ''}; nothing was run."
        return f"{head}\n{numbered(self.faults)}"


def numbered(faults: Sequence[InputProblem]) -> str:
    """A numbered list of problems, of each file the first ones."""
    of_file = Counter(fault.file for fault in faults)
    seen: Counter[str] = Counter()
    shown = []
    for fault in faults:
        seen[fault.file] += 1
        if seen[fault.file] <= MOST_OF_A_FILE:
            shown.append(str(fault))
    more = {file: number - MOST_OF_A_FILE for file, number in of_file.items() if number > MOST_OF_A_FILE}
    shown += [f"{file}: {number} more; is it the right file?" for file, number in more.items()]
    width = len(str(len(shown)))
    return "\n".join(f"  {n:>{width}}. {text}" for n, text in enumerate(shown, 1))


def stop_if(faults: Sequence[InputProblem]) -> None:
    """Raise InputError if there is any problem."""
    if faults:
        raise InputError(faults)


def closest(word: str, known: Iterable[str]) -> str:
    """The known word that is closest to a word, case aside, or an empty text if none is close."""
    by_lower = {name.lower(): name for name in sorted(known)}
    close = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=0.65)
    return by_lower[close[0]] if close else ""


def suggestion(word: str, known: Iterable[str], prefix: str = "") -> str:
    """``did you mean X?`` for the closest known word, or an empty text."""
    near = closest(word, known)
    return f"did you mean {prefix}{near}?" if near else ""


def listed(names: Iterable[str], limit: int = 5) -> str:
    """The first few names in words, with the number of the others."""
    names = list(names)
    rest = len(names) - limit
    return ", ".join(names[:limit]) + (f" and {rest:,} more" if rest > 0 else "") if names else "none"


NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
"""A full disk, a quota that is used up."""
