"""Tables and plain text of Markdown, and documents with generated parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

PART = re.compile(r"(<!-- (.+?) -->\n).*?(<!-- end -->)", re.DOTALL)
"""A generated part of a document: ``<!-- name -->`` to ``<!-- end -->``."""

_LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")


def text_of(words: str) -> str:
    """A line without the marks of code, and with a link as its text alone."""
    return _LINK.sub(r"\1", words).replace("`", "")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table with its header; a line for each row, ``|`` in a cell escaped."""
    cells = [head, ("---",) * len(head), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in cells) + "\n"


def filled(document: str, part: Callable[[str], str]) -> str:
    """The document with each of its generated parts replaced; ``part``: name of a part to its text."""
    return PART.sub(lambda found: f"{found[1]}\n{part(found[2])}\n{found[3]}", document)
