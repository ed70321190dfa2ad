"""Makes docs/report.png, the top of the demonstration's report: ``python -m demo.picture`` after ``make demo``."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

WIDTH, HEIGHT = 1200, 1140
"""As far as the end of the clinical summary."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0])
    parser.add_argument("--report", type=Path, default=Path("results/demo/report.html"))
    parser.add_argument("--output", type=Path, default=Path("docs/report.png"))
    options = parser.parse_args()
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(options.report.resolve().as_uri())
        page.screenshot(path=options.output)
        browser.close()


if __name__ == "__main__":
    main()
