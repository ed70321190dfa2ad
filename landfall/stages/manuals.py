"""Every file that is generated from declarations: ``python -m landfall.stages.manuals`` writes all of them."""

from __future__ import annotations

from pathlib import Path

from landfall.config import manual as config_manual
from landfall.io import markdown
from landfall.io.text import write_text
from landfall.models import manual as models_manual
from landfall.report.sections import glossary
from landfall.stages import output_manual, row_types
from landfall.variants.filters import rules

ROOT = Path(__file__).resolve().parents[2]
PARTS = {
    "config/README.md": config_manual.part,
    "docs/output.md": output_manual.part,
    "docs/science.md": rules.manual_part,
}
"""Documents with generated parts: name of a part to its text."""


def generated() -> dict[str, str]:
    """The text of every generated file by its path in the repository."""
    documents = {
        name: markdown.filled((ROOT / name).read_text("utf-8"), part) for name, part in PARTS.items()
    }
    types = {f"landfall/{name}": row_types.source(tables) for name, tables in row_types.MODULES.items()}
    whole = {"docs/models.md": models_manual.manual(), "docs/glossary.md": glossary.manual()}
    return {**documents, **whole, **types}


def main() -> None:
    for name, text in generated().items():
        write_text(text, ROOT / name)


if __name__ == "__main__":
    main()
