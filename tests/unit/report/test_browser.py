"""The report in a real browser: nothing fetched, no error, a table that sorts, pages that print."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from landfall.report.build import build
from landfall.splicing.tables import OUTCOMES, PROBABILITIES
from tests.unit.report import report_example as example
from tests.unit.report import report_further as further
from tests.unit.report.report_kinds import KINDS

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))),
    None,
)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium or Chrome on the path")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


class Seen:
    """A page and what it asked for or complained about."""

    def __init__(self, browser: Any, file: Path) -> None:
        self.page = browser.new_page(viewport={"width": 1400, "height": 900})
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(file.as_uri())

    def column(self, head: str) -> list[str]:
        heads = self.page.locator("#ranked thead button").all_inner_texts()
        number = [text.strip(" \n\u00a0↑↓") for text in heads].index(head)
        rows = self.page.locator("#ranked tbody tr:visible").all()
        return [row.locator("td").nth(number).inner_text() for row in rows]


@pytest.fixture
def seen(browser: Any, tmp_path: Path) -> Iterator[Seen]:
    file = tmp_path / "report.html"
    file.write_text(build(example.full().with_tables(further.full())), encoding="utf-8")
    shown = Seen(browser, file)
    yield shown
    shown.page.close()


def test_loads_whole_from_its_own_file(seen: Seen) -> None:
    assert [url for url in seen.requests if not url.startswith("file:")] == []
    assert len(seen.requests) == 1
    assert seen.complaints == []


def test_fits_the_window(seen: Seen) -> None:
    assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert seen.page.evaluate(
        "[...document.querySelectorAll('svg[role=img]')].every(s => s.clientHeight > 60)"
    )


def test_no_text_of_a_figure_is_cut_off(seen: Seen) -> None:
    cut = seen.page.evaluate(
        """() => [...document.querySelectorAll('svg[role=img]')].flatMap(svg => {
          const box = svg.getBoundingClientRect();
          return [...svg.querySelectorAll('text')].filter(t => {
            const b = t.getBoundingClientRect();
            const wide = b.left < box.left - 1 || b.right > box.right + 1;
            return wide || b.top < box.top - 1 || b.bottom > box.bottom + 1;
          }).map(t => t.textContent); })"""
    )
    assert cut == []


def test_sorts_by_a_number_both_ways(seen: Seen) -> None:
    button = seen.page.get_by_role("button", name="SpliceAI max")
    button.click()
    falling = [float(text) for text in seen.column("SpliceAI max") if text != "–"]
    assert falling == sorted(falling, reverse=True)
    assert seen.column("Gene")[0] == "GAMMA3"
    button.press("Enter")
    rising = [float(text) for text in seen.column("SpliceAI max") if text != "–"]
    assert rising == sorted(rising)
    assert seen.page.locator("th[aria-sort=ascending]").count() == 1


def test_filters_by_words_and_flag(seen: Seen) -> None:
    assert seen.page.locator("#shown").inner_text() == "54 shown of 54"
    seen.page.fill("#filter", "beta2 pseudoexon")
    assert seen.column("Gene") == ["BETA2"]
    assert seen.page.locator("#shown").inner_text() == "1 shown of 54"
    seen.page.fill("#filter", "")
    seen.page.check("#only-flagged")
    assert seen.column("Gene") == ["ALPHA1", "GAMMA3"]


@pytest.mark.parametrize(
    "words", ["chr7:503398", "7-503398-G-A", "503,398", "c.559+203C>T", "TX2.3:c.559", "beta2 intron variant"]
)
def test_finds_a_candidate_by_position_and_name(seen: Seen, words: str) -> None:
    seen.page.fill("#filter", words)
    assert seen.column("Gene") == ["BETA2"]


def test_positions_sort_by_chromosome_then_base(seen: Seen) -> None:
    seen.page.get_by_role("button", name="Position").click()
    found = [text.replace(",", "").removeprefix("chr").split(":") for text in seen.column("Position")]
    falling = [(int(chrom), int(base)) for chrom, base in found]
    assert falling == sorted(falling, reverse=True)
    assert len({chrom for chrom, _ in falling}) == 3


def test_link_of_a_candidate_leads_to_its_page(seen: Seen) -> None:
    seen.page.locator("#ranked a").first.click()
    assert seen.page.url.endswith("#case-1")


def test_prints(seen: Seen) -> None:
    assert seen.page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def test_no_table_is_clipped_on_paper(seen: Seen) -> None:
    """A4 less its margins is 688 CSS pixels wide; nothing may reach beyond it, and nothing scrolls on paper."""
    seen.page.emulate_media(media="print")
    seen.page.set_viewport_size({"width": 688, "height": 1000})
    beyond = seen.page.evaluate(
        """() => [...document.querySelectorAll('table, figure, dl, p')].filter(e =>
          e.getBoundingClientRect().width && e.getBoundingClientRect().right > document.body.clientWidth + 1
        ).map(e => e.className + ': ' + e.textContent.trim().slice(0, 60))"""
    )
    assert beyond == []


def test_every_part_of_a_figure_is_on_paper_too(seen: Seen) -> None:
    """Cells of the mutagenesis map once bore the class of a link that is left out on paper."""
    visible = (
        "[...document.querySelectorAll('svg *')].filter(e => getComputedStyle(e).display != 'none').length"
    )
    on_screen = seen.page.evaluate(visible)
    assert seen.page.locator("svg .cell.rises").count() > 1
    seen.page.emulate_media(media="print")
    assert seen.page.evaluate(visible) == on_screen


@pytest.mark.parametrize("width", [1280, 800, 480])
def test_fits_narrower_windows(seen: Seen, width: int) -> None:
    seen.page.set_viewport_size({"width": width, "height": 900})
    assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_is_read_without_script(browser: Any, seen: Seen) -> None:
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(seen.page.url)
    assert plain.locator(".finding .lead").inner_text().startswith("ALPHA1")
    assert plain.locator("section.case:visible").count() == seen.page.locator("section.case").count()
    context.close()


def test_long_protein_name_keeps_the_outcomes_in_view(browser: Any, tmp_path: Path) -> None:
    """A pseudoexon of 180 bases in frame has a p. name of 190 letters; it once pushed columns out of sight."""
    rows = example.outcomes()
    rows[0]["hgvs_p"] = "p.(Lys310_Gly311ins" + "ThrArgSer" * 20 + ")"
    inputs = example.full().with_tables(example.tables((OUTCOMES, rows)))
    file = tmp_path / "long.html"
    file.write_text(build(inputs), encoding="utf-8")
    shown = Seen(browser, file)
    wide = "[...document.querySelectorAll('.case .scroll')].every(s => s.scrollWidth <= s.clientWidth + 1)"
    assert shown.page.evaluate(wide)
    assert shown.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shown.page.close()


@pytest.fixture(params=KINDS)
def kind(browser: Any, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Seen]:
    file = tmp_path / f"{request.param}.html"
    file.write_text(KINDS[request.param](), encoding="utf-8")
    shown = Seen(browser, file)
    yield shown
    shown.page.close()


@pytest.mark.parametrize("width", [1400, 390])
def test_axe_finds_no_fault_of_accessibility(kind: Seen, width: int) -> None:
    """Every part is open: axe leaves out what is folded."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    kind.page.set_viewport_size({"width": width, "height": 900})
    kind.page.check("#unfold")
    found = axe.Axe().run(kind.page).response["violations"]
    assert [f"{each['impact']} {each['id']}: {each['nodes'][0]['html']}" for each in found] == []


@pytest.mark.parametrize("width", [1400, 768, 390])
def test_page_of_each_kind_fits_the_window_folded_and_open(kind: Seen, width: int) -> None:
    kind.page.set_viewport_size({"width": width, "height": 900})
    fits = "document.documentElement.scrollWidth <= innerWidth"
    assert kind.page.evaluate(fits)
    kind.page.check("#unfold")
    assert kind.page.evaluate(fits)


def test_parts_are_folded_until_all_are_opened(seen: Seen) -> None:
    count = "document.querySelectorAll('details[open]').length"
    assert seen.page.evaluate(count) == 0
    seen.page.check("#unfold")
    assert seen.page.evaluate(count) == seen.page.locator("details").count() > 10
    seen.page.uncheck("#unfold")
    assert seen.page.evaluate(count) == 0


def test_folded_parts_are_on_paper_once_open(seen: Seen) -> None:
    part = seen.page.locator("#case-1 details", has_text="Stability of the call")
    seen.page.emulate_media(media="print")
    assert not part.is_visible()
    seen.page.emulate_media(media="screen")
    seen.page.check("#unfold")
    seen.page.emulate_media(media="print")
    assert part.locator("table").is_visible()


def test_link_to_a_folded_page_opens_it(seen: Seen) -> None:
    page = seen.page.locator("#case-2 > details")
    assert not page.evaluate("part => part.open")
    seen.page.locator("#ranked a[href='#case-2']").click()
    assert page.evaluate("part => part.open")


def test_finding_of_the_summary_is_stated_once(seen: Seen) -> None:
    text = seen.page.locator("body").inner_text()
    assert text.count("Hypothesis: a homozygous variant of ALPHA1") == 1
    assert seen.page.locator("#case-1 .glance").count() == 0
    assert seen.page.locator("#case-3 .glance").count() == 1


def test_labels_of_sites_do_not_collide_in_the_widest_window(
    browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D 4,999: forty sites change, most of them within a few bases of another."""
    monkeypatch.setattr(example, "D", 4_999)
    dice, centre = random.Random(4), example.PSEUDOEXON["pos"]
    sites = [
        (dice.choice(("acceptor", "donor")), centre + int(dice.gauss(0, width)), 0.05, dice.uniform(0.2, 0.9))
        for width in (60, 600, 2_000, 1_200)
        for _ in range(10)
    ]
    tables = example.tables((PROBABILITIES, [example.probabilities(example.PSEUDOEXON, sites)]))
    file = tmp_path / "wide.html"
    file.write_text(build(example.full().with_tables(tables)), encoding="utf-8")
    shown = Seen(browser, file)
    shown.page.check("#unfold")
    boxes = shown.page.evaluate(
        "[...document.querySelectorAll('#case-1 .track text.site')].map(t => t.getBoundingClientRect().toJSON())"
    )
    assert len(boxes) > 7
    assert [(a, b) for a, b in combinations(boxes, 2) if _overlap(a, b)] == []
    shown.page.close()


def _overlap(a: dict[str, float], b: dict[str, float]) -> bool:
    """By more than the leading of a line."""
    across = min(a["right"], b["right"]) - max(a["left"], b["left"])
    down = min(a["bottom"], b["bottom"]) - max(a["top"], b["top"])
    return across > 1 and down > 4
