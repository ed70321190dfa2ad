"""The funnel: from every allele of the input to the findings, counted in the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from markupsafe import Markup

from landfall.ranking.tables import PRIORITISED
from landfall.report import formatting, recorded
from landfall.report.figures import svg
from landfall.report.section import Origin, Section
from landfall.report.sections import callset
from landfall.report.view import ReportView, alleles
from landfall.variants.filters.rule import OTHER, RARE, READ, SCORED, STEPS
from landfall.variants.filters.rules import BY_NAME
from landfall.variants.population_frequency import NOT_KNOWN
from landfall.variants.tables import CALLSET, LEDGER

KEPT = "kept"
OF_STAGE = {"normalise": READ, "filter": OTHER}


@dataclass(frozen=True)
class Loss:
    """Alleles that ended at one rule."""

    stage: str
    rule: str
    status: str
    alleles: int
    example: str


@dataclass(frozen=True)
class Step:
    """The alleles left after a step, and those removed by it."""

    words: str
    alleles: int
    losses: tuple[Loss, ...]


def losses(ledger: pa.Table) -> list[Loss]:
    """Every (stage, rule, status) by which an allele ended, with the detail of one of them."""
    gone = ledger.filter(pc.not_equal(ledger["status"], KEPT))
    groups = gone.group_by(["stage", "rule", "status"]).aggregate([("record", "count"), ("detail", "min")])
    found = [
        Loss(g["stage"], g["rule"], g["status"], g["record_count"], g["detail_min"])
        for g in groups.to_pylist()
    ]
    return sorted(found, key=lambda loss: (_place(loss), -loss.alleles, loss.rule))


def _place(loss: Loss) -> int:
    """The index of the step of a loss; that of its stage for an undeclared rule, as of another version."""
    rule = BY_NAME.get(loss.rule)
    return STEPS.index(rule.report_group if rule and rule.report_group else OF_STAGE.get(loss.stage, SCORED))


def steps(ledger: pa.Table, flagged: int) -> list[Step]:
    """The funnel in pipeline order; each step is the last less its losses, so the counts add up."""
    left, found = ledger.num_rows, losses(ledger)
    funnel = [Step("alleles in the input", left, ())]
    for index, words in enumerate(STEPS):
        here = tuple(loss for loss in found if _place(loss) == index)
        left -= sum(loss.alleles for loss in here)
        if here or words != OTHER:
            funnel.append(Step(words, left, here))
    return [
        *funnel,
        Step("put forward as a finding" if flagged == 1 else "put forward as findings", flagged, ()),
    ]


def sentence(funnel: Iterable[Step], near: bool, frequencies: bool = True) -> str:
    """'24,310 alleles → 127 rare variants in the candidate genes → 1 put forward'.

    near: kept beyond the genes too. frequencies: whether a source of population frequencies is configured.
    """
    first, *_, scored, last = funnel
    rare = next((step for step in funnel if step.words == RARE), scored)
    parts = (
        formatting.plural(first.alleles, "allele"),
        f"{formatting.plural(rare.alleles, 'rare variant' if frequencies else 'variant')} in "
        f"{'or near ' if near else ''}the candidate genes{'' if frequencies else ' (frequencies not known)'}",
        f"{formatting.count(scored.alleles)} scored",
        f"{formatting.count(last.alleles)} put forward",
    )
    return " → ".join(parts)


WIDTH, CENTRE, WIDEST, NARROWEST = 860, 372, 300, 78
LINE, BAR, GAP, LETTERS = 16, 26, 16, 48


def draw(funnel: list[Step]) -> Markup:
    """The funnel as a drawing: words left, bars on a logarithmic scale, losses right."""
    parts, top, above = [], 8.0, None
    for number, step in enumerate(funnel):
        notes = _wrap([f"{loss.rule} {formatting.count(loss.alleles)}" for loss in step.losses])
        gap = 0 if number == 0 else max(GAP, LINE * (len(notes) + bool(notes)) - BAR / 2 + 6)
        top += gap
        parts += _row(
            step, top, gap, notes, _width(step.alleles, funnel[0].alleles), above, number == len(funnel) - 1
        )
        above, top = _width(step.alleles, funnel[0].alleles), top + BAR
    return svg.picture(
        WIDTH, top + 8, "Funnel: " + "; ".join(f"{s.alleles:,} {s.words}" for s in funnel), parts
    )


def _width(alleles: int, total: int) -> float:
    """Bar width on a logarithmic scale: a drawing may hold 1 and 4,000,000."""
    share = len(str(alleles)) / max(len(str(total)), 1) if total < 2 else _log(alleles) / _log(total)
    return NARROWEST + (WIDEST - NARROWEST) * min(share, 1.0)


def _log(alleles: int) -> float:
    """log2(alleles + 1), from integers so that it is the same on every machine."""
    whole = (alleles + 1).bit_length() - 1
    return whole + (alleles + 1) / float(1 << whole) - 1


def _row(
    step: Step, top: float, gap: float, notes: list[str], width: float, above: float | None, last: bool
) -> list[Markup]:
    middle = top + BAR / 2 + 4.5
    parts = []
    if above is not None:
        corners = svg.points(
            (CENTRE - above / 2, top - gap),
            (CENTRE + above / 2, top - gap),
            (CENTRE + width / 2, top),
            (CENTRE - width / 2, top),
        )
        parts.append(svg.element("polygon", points=corners, cls="neck"))
    parts.append(svg.rect(CENTRE - width / 2, top, width, BAR, "bar last" if last else "bar", 2))
    parts.append(svg.text(CENTRE, middle, formatting.count(step.alleles), "bar-count", "middle"))
    parts.append(svg.text(210, middle, step.words, "bar-words", "end"))
    return parts + _notes(step, notes, top, gap)


def _notes(step: Step, notes: list[str], top: float, gap: float) -> list[Markup]:
    """The losses between the bar above and this one."""
    if not notes:
        return []
    lost = sum(loss.alleles for loss in step.losses)
    first = top + (BAR - gap) / 2 + 4 - LINE * len(notes) / 2
    x = CENTRE + WIDEST / 2 + 22
    parts = [svg.text(x, first, f"{formatting.MINUS} {formatting.count(lost)}", "lost")]
    return parts + [svg.text(x, first + LINE * (n + 1), words, "rule") for n, words in enumerate(notes)]


def _wrap(items: list[str]) -> list[str]:
    """Items joined by dots, in lines of at most LETTERS."""
    rows: list[str] = []
    for item in items:
        if rows and len(rows[-1]) + len(item) + 3 <= LETTERS:
            rows[-1] += f" · {item}"
        else:
            rows.append(item)
    return rows


def _frequencies(view: ReportView) -> bool:
    """Whether a source of population frequencies is configured: without one no row has a source."""
    sources = view.prioritised["frequency_source"]
    return len(sources) == 0 or not pc.all(pc.equal(sources, NOT_KNOWN)).as_py()


def _without_frequencies(step: Step) -> Step:
    """The step as it is drawn where no allele has a frequency."""
    return replace(step, words="of any frequency (not known)") if step.words == RARE else step


def _context(view: ReportView) -> dict[str, Any]:
    funnel = steps(view.inputs.table(LEDGER), alleles(view.flagged))
    near, known = recorded.flank(view.provenance) > 0, _frequencies(view)
    drawn = funnel if known else [_without_frequencies(step) for step in funnel]
    return {
        "funnel": {"sentence": sentence(funnel, near, known), "drawing": draw(drawn)},
        "callset": callset.lines(view.inputs.table(CALLSET)),
    }


SECTION = Section(
    id="funnel",
    title="Genome analysis: from all alleles to the findings",
    template="funnel.html.j2",
    context=_context,
    origins=(
        Origin("Funnel; variants not scored", (LEDGER,), "the patient's VCF, and the rules of each stage"),
        Origin("The call set", (CALLSET,), "the patient's VCF"),
    ),
    reads=(PRIORITISED,),
    nav="Funnel",
)
