"""A section of the report as data: template, context, tables and navigation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from markupsafe import Markup

from landfall.io.parquet import Table
from landfall.report.templating import environment

Subject = TypeVar("Subject")


@dataclass(frozen=True)
class Origin:
    """A row of "Source of each value": what is printed (``words``) from ``tables``, and what those are made from.

    ``beside``: tables behind the values that the report does not read. ``unrecorded``: why a table may lack a
    digest in the record of the run; a table that has neither is left out.
    """

    words: str
    tables: tuple[Table, ...]
    made_from: str
    beside: tuple[Table, ...] = ()
    unrecorded: str = ""


@dataclass(frozen=True)
class Link:
    """An entry of the navigation: the id of its target, and its words."""

    anchor: str
    words: str


Links = Callable[[Mapping[str, Any]], Sequence[Link]]


@dataclass(frozen=True)
class Rendered:
    """A section as printed."""

    html: Markup
    links: Sequence[Link]


@dataclass(frozen=True)
class Section(Generic[Subject]):
    """A section, declared in one module and named nowhere else but in the registry.

    ``context`` gives the variables of the template beside ``id`` and ``title``, or None where the section is left
    out. ``reads``: tables whose origin is stated at another section. ``nav``: words of the entry of the navigation, or
    the entries made from the context; none if empty. ``parts``: sections printed within it, for each of its pages.
    """

    id: str
    title: str
    template: str
    context: Callable[[Subject], Mapping[str, Any] | None]
    origins: tuple[Origin, ...] = ()
    reads: tuple[Table, ...] = ()
    nav: str | Links = ""
    parts: tuple[Section[Any], ...] = ()

    def render(self, subject: Subject) -> Rendered | None:
        """The section about its subject; None where it is left out."""
        context = self.context(subject)
        if context is None:
            return None
        template = environment().get_template(self.template)
        html = Markup(
            template.render({"id": self.id, "title": self.title, **context})
        )  # the template escapes
        return Rendered(html, self._links(context))

    def _links(self, context: Mapping[str, Any]) -> Sequence[Link]:
        if callable(self.nav):
            return self.nav(context)
        return [Link(self.id, self.nav)] if self.nav else []


def with_parts(sections: Sequence[Section[Any]]) -> Iterator[Section[Any]]:
    """Every section, each before its parts."""
    for section in sections:
        yield section
        yield from with_parts(section.parts)


def tables_of(sections: Sequence[Section[Any]]) -> dict[str, Table]:
    """The tables that the sections read, by name."""
    return {
        table.name: table
        for section in with_parts(sections)
        for tables in (section.reads, *(origin.tables for origin in section.origins))
        for table in tables
    }
