"""The samples of a sheet side by side: the first candidate of each, and where it changed since an earlier result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from landfall.genome.tables import ALLELE
from landfall.ranking.finding.columns import grouped
from landfall.ranking.rows import PrioritisedRow
from landfall.report.case import finding_words
from landfall.report.case.finding_words import Group
from landfall.report.sections import changes
from landfall.report.templating import environment, source

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Sample:
    """A sample: its rows of tables.PRIORITISED, best first, its CHANGES and their record."""

    name: str
    rows: Sequence[PrioritisedRow]
    changed: Sequence[Row]
    record: Mapping[str, Any]

    @property
    def top(self) -> PrioritisedRow | None:
        return next(iter(self.rows), None)

    @property
    def finding(self) -> Group:
        """The first finding, else the first row; empty without rows."""
        groups = grouped([row for row in self.rows if row["flagged"]])
        return groups[0] if groups else self.rows[:1]

    @property
    def before(self) -> Row | None:
        """The first candidate of the earlier result."""
        found: Row | None = self.record.get("top")
        return found

    @property
    def is_other(self) -> bool:
        """Whether the first candidate is another one than in the earlier result."""
        return bool(self.record.get("previous")) and _key(self.top) != _key(self.before)


def _key(row: Row | None) -> tuple[Any, ...] | None:
    return tuple(row[name] for name in (*ALLELE, "gene")) if row else None


def page(samples: Sequence[Sample]) -> str:
    """cohort.html, samples with another first candidate at the top, then in the order of the sheet."""
    ordered = sorted(samples, key=lambda sample: not sample.is_other)
    lines = [_line(sample) for sample in ordered]
    context = {
        "lines": lines,
        "changed": sum(sample.is_other for sample in samples),
        "compared": sum(bool(sample.record.get("previous")) for sample in samples),
        "style": source("report.css"),
    }
    return environment().get_template("cohort.html.j2").render(context)


def _line(sample: Sample) -> dict[str, Any]:
    keys = {_key(sample.top), _key(sample.before)}
    moved = [row for row in sample.changed if _key(row) in keys]
    group = sample.finding
    first = next(iter(group), None)
    return {
        "sample": sample.name,
        "candidate": finding_words.title(group) if first else "none",
        "level": first["finding_level"] if first else "none",
        "reason": finding_words.evidence(group) if first else "",
        "score": f"{first['score']:.2f}" if first else "",
        "before": _name(sample.before) if sample.record.get("previous") else "not compared",
        "other": sample.is_other,
        "why": "; ".join(
            dict.fromkeys(f"{row['gene']} {row['change']}: {changes.causes(row)}" for row in moved)
        ),
    }


def _name(row: Row | None) -> str:
    return f"{row['gene']} {row['hgvs_c']}".strip() if row else "none"
