"""What the digest of a stage's code may contain: an edit of anything else does not run the stage again."""

from __future__ import annotations

from pathlib import Path

import pytest

from landfall.io.digests import PACKAGE, _closure

GROUND = ("config", "genome", "io", "stages")
VCF = ("variants", "variants/calls", "variants/filters")
MODELS = ("models", "models/splice", "models/tracks", "models/weights")
NETWORKS = (*MODELS, "models/inference", "models/layers", "models/runtime")
TRACKS = (*NETWORKS, "regulation", "splicing", "variants", "variants/filters")
FOLDERS = {
    "inputs.resolve": (*GROUND, *VCF, "audit/preflight", "patient/inheritance", "patient/phenotype"),
    "inputs.genes": GROUND,
    "variants.normalise": (*GROUND, *VCF),
    "variants.filter": (*GROUND, *VCF, *MODELS, "patient/inheritance", "patient/phenotype", "regulation"),
    "splicing.windows": (
        *GROUND,
        *MODELS,
        "models/inference",
        "splicing",
        "variants",
        "variants/filters",
    ),
    "splicing.score": (*GROUND, *NETWORKS, "splicing", "variants", "variants/filters"),
    "regulation.network": (*GROUND, *NETWORKS, "regulation"),
    "regulation.windows": (*GROUND, *TRACKS),
    "regulation.placements": (*GROUND, *TRACKS),
    "regulation.score": (*GROUND, *TRACKS),
    "regulation.join": (*GROUND, "regulation", "splicing"),
    "regulation.background": (*GROUND, *TRACKS),
}
"""Folders of the package that the code of each stage up to the scores may lie in; with ``genome`` those in it."""
LATE = {
    "audit/preflight/deep.py": "the files of the configuration, checked when a run starts",
    "audit/preflight/leftovers.py": "results of earlier runs, checked when a run starts",
    "config/messages.py": "messages on keys",
    "config/renamed.py": "former names of keys",
    "models/catalogue.py": "the list of models",
    "splicing/probability/branch_point.py": "the probability, of the ranked table",
    "splicing/probability/calibration.json": "coefficients of the probability, of the ranked table",
    "splicing/probability/calibration.py": "the probability, of the ranked table",
    "variants/filters/rules.py": "all rules, of the ledger and the report",
}
"""Files of those folders on which no stage up to the scores depends."""


def code(stage: str) -> set[Path]:
    return {path.relative_to(PACKAGE) for path in _closure((f"stages.{stage}",))}


@pytest.mark.parametrize("stage", FOLDERS)
def test_an_early_stage_depends_on_no_later_room(stage: str) -> None:
    files = code(stage)
    own = Path("stages", *stage.split(".")).with_suffix(".py")
    assert own in files
    outside = {file for file in files if file.name != "__init__.py"} - {own}
    assert {_folder(file) for file in outside} <= set(FOLDERS[stage])


def _folder(file: Path) -> str:
    return "genome" if file.parts[0] == "genome" else str(file.parent)


@pytest.mark.parametrize("stage", FOLDERS)
def test_an_early_stage_depends_on_no_late_file(stage: str) -> None:
    assert not {str(file) for file in code(stage)} & set(LATE)


@pytest.mark.parametrize("file", LATE)
def test_a_late_file_exists_and_a_later_stage_or_the_start_of_a_run_depends_on_it(file: str) -> None:
    assert (PACKAGE / file).is_file()
    roots = ("stages.ranking.prioritise", "stages.ranking.ledger", "audit.preflight.run")
    assert file in {str(path.relative_to(PACKAGE)) for path in _closure(roots)}
