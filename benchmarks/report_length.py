"""Length of a report: ``python -m benchmarks.report_length results/demo/report.html``.

Needs the packages of the extra ``test`` and Chromium. For each report: words of the summary, words shown with the parts
folded as the page opens, words of all; printed A4 pages, folded and with all parts open, each with the share of its
height that text reaches; pixels by which the page is wider than a window of 390.
"""

from __future__ import annotations

import argparse
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2
from playwright.sync_api import sync_playwright

PHONE = 390
"""Width of a telephone's window in CSS pixels."""
MARGIN = 0.06
"""Upper and lower margin of a printed page, as shares of its height."""
VISIBLE = "document.body.innerText"
OPEN = "document.querySelectorAll('details').forEach(part => { part.open = true; })"


@dataclass(frozen=True)
class Length:
    """Words and pages; ``fills``: of the printed pages, the share of the height that text reaches."""

    summary: int
    shown: int
    all: int
    fills: tuple[float, ...]
    open_fills: tuple[float, ...]
    beyond: int


def measure(page: Any) -> Length:
    """The length of the report that the page of playwright shows; its parts are open afterwards."""
    summary, shown = _words(page, "document.querySelector('#summary').innerText"), _words(page, VISIBLE)
    printed = page.pdf(prefer_css_page_size=True)
    page.set_viewport_size({"width": PHONE, "height": 800})
    beyond = page.evaluate("Math.max(0, document.documentElement.scrollWidth - innerWidth)")
    page.evaluate(OPEN)
    opened = page.pdf(prefer_css_page_size=True)
    return Length(summary, shown, _words(page, VISIBLE), fills(printed), fills(opened), beyond)


def _words(page: Any, expression: str) -> int:
    return len(page.evaluate(expression).split())


def fills(pdf: bytes) -> tuple[float, ...]:
    """Of each page of a PDF, the share of the height between its margins that text reaches."""
    return tuple(_fill(page) for page in pypdfium2.PdfDocument(pdf))


def _fill(page: Any) -> float:
    text, height = page.get_textpage(), page.get_height()
    lowest = min((text.get_rect(n)[1] for n in range(text.count_rects())), default=height)
    return float(min(1.0, (1 - lowest / height - MARGIN) / (1 - 2 * MARGIN)))


def describe(length: Length) -> str:
    """The figures as lines."""
    return "\n".join(
        (
            f"words: summary {length.summary}, shown {length.shown}, all {length.all}",
            f"printed, folded: {_pages(length.fills)}",
            f"printed, all open: {_pages(length.open_fills)}",
            f"wider than a window of {PHONE} pixels by {length.beyond}",
        )
    )


def _pages(filled: tuple[float, ...]) -> str:
    return f"{len(filled)} pages, filled to {', '.join(f'{share:.0%}' for share in filled)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split(":")[0])
    parser.add_argument("reports", type=Path, nargs="+")
    reports = parser.parse_args().reports
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for file in reports:
            page = browser.new_page(viewport={"width": 1400, "height": 900})
            page.goto(file.resolve().as_uri())
            print(f"{file}\n{describe(measure(page))}")
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
