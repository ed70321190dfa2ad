"""Templates: everything escaped, HGVS names kept on one line, style and script included verbatim."""

from __future__ import annotations

import re
from functools import cache

import jinja2
from markupsafe import Markup

from landfall.report import formatting


@cache
def environment() -> jinja2.Environment:
    """Templates that escape everything and reject undefined names; ``numbers`` is formatting."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("landfall.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["names"] = _names
    made.globals["numbers"] = formatting
    return made


NAME = re.compile(r"(?<![\w.])[gcrpmn]\.[^\s,;]+")


def _names(words: str) -> Markup:
    """The text escaped, each HGVS name in it kept on one line."""
    parts, end = Markup(), 0
    for found in NAME.finditer(words):
        parts += words[end : found.start()]
        parts += Markup('<span class="hgvs">{}</span>').format(found[0])
        end = found.end()
    return parts + words[end:]


def source(name: str) -> Markup:
    """A file of the templates, included verbatim."""
    loader = environment().loader
    assert loader is not None
    return Markup(loader.get_source(environment(), name)[0])
