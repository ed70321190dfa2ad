"""Makes docs/report.png: the top of the demonstration's report, by ``python -m demo.picture`` after ``make demo``."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

WIDTH, MARGIN = 1200, 20
SUMMARY_END = "document.querySelector('#summary').getBoundingClientRect().bottom"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0])
    parser.add_argument("--report", type=Path, default=Path("results/demo/report.html"))
    parser.add_argument("--output", type=Path, default=Path("docs/report.png"))
    options = parser.parse_args()
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": WIDTH})
        page.goto(options.report.resolve().as_uri())
        page.set_viewport_size({"width": WIDTH, "height": int(page.evaluate(SUMMARY_END)) + MARGIN})
        page.screenshot(path=options.output)
        browser.close()


if __name__ == "__main__":
    main()
