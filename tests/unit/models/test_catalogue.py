"""What every model declares: complete, consistent with the rest of landfall, and free of torch."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from landfall.audit import qualify
from landfall.io import digests
from landfall.models import catalogue, registry
from landfall.models.runtime import cost as runtime_cost
from landfall.models.runtime import record
from landfall.models.spec import ModelSpec, SpliceModelSpec, TrackModelSpec
from landfall.ranking.tables import PRIORITISED
from landfall.splicing.probability import calibration

ROOT = Path(__file__).resolve().parents[3]
MODELS = Path(catalogue.__file__).parent
SCORING = {
    SpliceModelSpec: ("stages.splicing.windows", "stages.splicing.score"),
    TrackModelSpec: ("stages.regulation.windows", "stages.regulation.network", "stages.regulation.score"),
}
"""Stages that run a model or decide what it reads."""


def by_name(spec: ModelSpec) -> str:
    return spec.name


every_model = pytest.mark.parametrize("spec", registry.all_models(), ids=by_name)
every_splice_model = pytest.mark.parametrize("spec", catalogue.SPLICE_MODELS, ids=by_name)
every_track_model = pytest.mark.parametrize("spec", catalogue.TRACK_MODELS, ids=by_name)


def test_every_folder_of_a_model_is_listed_once() -> None:
    folders = [
        path.parent.name for kind in ("splice", "tracks") for path in (MODELS / kind).glob("*/spec.py")
    ]
    assert Counter(folders) == Counter(spec.name for spec in registry.all_models())


def test_the_catalogue_imports_no_torch() -> None:
    code = "import sys, landfall.models.catalogue; sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


@every_model
def test_a_declaration_is_complete(spec: ModelSpec) -> None:
    info = spec.info
    assert all((info.title, info.version, info.licence.name, info.licence.note))
    assert "doi:10." in info.citation
    assert info.licence.url.startswith("https://")
    assert (ROOT / "landfall" / f"{spec.module.replace('.', '/')}.py").is_file()
    assert bool(info.weights) != bool(info.fetched)
    assert (bool(info.package), bool(info.repository)) in (
        [(True, False), (False, True)] if info.weights else [(False, False)]
    )
    assert all(len(file.sha256) == 64 and file.size > 0 for file in info.files)
    assert info.licence.allows("any")
    assert info.licence.allows("commercial") == info.licence.commercial


@every_model
def test_the_facts_of_a_declaration_are_none_of_its_words(spec: ModelSpec) -> None:
    licence = replace(spec.info.licence, note="other words")
    other = replace(spec, info=replace(spec.info, title="other", citation="other", licence=licence))
    assert other.facts == spec.facts
    assert json.loads(json.dumps(spec.facts)) == spec.facts
    assert record.model_code(other) == record.model_code(spec)


@every_model
def test_no_digest_of_the_code_of_scores_has_a_declaration(spec: ModelSpec) -> None:
    """A change of words, or a new model, must run no other model again."""
    roots = [(spec.scoring, spec.module), *((stage, spec.module) for stage in SCORING[type(spec)])]
    for of in roots:
        files = {str(path.relative_to(digests.PACKAGE)) for path in digests._closure(of)}
        assert f"{spec.module.replace('.', '/')}.py" in files
        assert not {name for name in files if name.endswith("/spec.py") and name != "models/spec.py"}, of
        assert "models/catalogue.py" not in files, of


@every_model
def test_more_work_asks_for_more_time_and_a_gpu_for_more_memory(spec: ModelSpec) -> None:
    assert spec.cost.peak <= runtime_cost.megabytes(spec.name, 0) < runtime_cost.megabytes(spec.name, 1)
    little, much, more = (_minutes(spec, work) for work in (0, 10**9, 2 * 10**9))
    assert little == runtime_cost.LEAST_MINUTES <= much < more


def _minutes(spec: ModelSpec, bases: int) -> int:
    if isinstance(spec, SpliceModelSpec):
        return runtime_cost.minutes(spec.name, bases)
    windows = bases // 10_000
    return runtime_cost.track_minutes(spec.name, windows, windows, 0)


@every_splice_model
def test_the_columns_of_a_model_stand_in_the_ranked_table(spec: SpliceModelSpec) -> None:
    names = [column.name for column in spec.output_columns]
    assert names
    assert all(name.startswith(f"{spec.name}_") for name in names)
    assert set(names) <= set(PRIORITISED.names)
    assert Counter(PRIORITISED.names).most_common(1)[0][1] == 1


@every_splice_model
def test_a_model_describes_its_numbers_and_is_silent_without_any(spec: SpliceModelSpec) -> None:
    names = [column.name for column in spec.output_columns]
    assert spec.describe(dict.fromkeys(names)) == ""
    assert spec.describe({}) == "", "a table of an older version lacks the columns of a newer model"
    assert "1" in spec.describe(dict.fromkeys(names, 1))


@every_splice_model
def test_the_calibration_has_weights_for_the_evidence_of_a_model(spec: SpliceModelSpec) -> None:
    parts = [part for found in calibration.combinations().values() for part in found.parts.values()]
    fitted = {name for part in parts for name in part.weights}
    mine = {name for name in fitted if name.partition(".")[0] == spec.name}
    assert mine == set(calibration.evidence_names(spec.name))


@every_splice_model
def test_a_model_has_known_answers(spec: SpliceModelSpec) -> None:
    known = json.loads(qualify.ANSWERS.read_text())["answers"][spec.name]
    found = {column for row in known for column in row["scores"]}
    assert found
    assert found <= {column.name for column in spec.output_columns}


@every_track_model
def test_a_published_window_has_the_variant_in_its_middle_and_its_bins_inside(spec: TrackModelSpec) -> None:
    layout = spec.layout
    assert layout.variant in (spec.context - 1, spec.context)
    assert sorted(layout.order) == list("ACGT")
    assert layout.first >= 0
    assert layout.first + layout.bin * layout.bins + layout.first == layout.length
    assert spec.whole_window or layout.bin_of(layout.variant) == layout.bins // 2 - (
        layout.variant < spec.context
    )


@every_track_model
def test_a_model_has_what_it_declares(spec: TrackModelSpec) -> None:
    assert spec.info.targets
    assert not spec.has_classes or spec.info.beside
    assert not spec.has_e_values or spec.whole_window
