"""Templates: everything escaped, HGVS names kept on one line, our own files put in as they are."""

from __future__ import annotations

import re

import jinja2
from markupsafe import Markup


def environment() -> jinja2.Environment:
    """Templates that escape everything and refuse a name they are not given."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("landfall.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["names"] = _names
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


def source(surroundings: jinja2.Environment, name: str) -> Markup:
    """A file of ours, put into the page as it is."""
    assert surroundings.loader is not None
    return Markup(surroundings.loader.get_source(surroundings, name)[0])
