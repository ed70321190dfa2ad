"""A stage receives the files that it declares and the settings that it declares, and nothing else."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from landfall.audit.preflight import run as preflight
from landfall.config.fields import declared as every_key
from landfall.config.fields import plain
from landfall.config.sample_sheet import Sample
from landfall.config.sections import Settings
from landfall.stages import binding, results, sections
from landfall.stages.binding import BindingError, bound
from landfall.stages.sections import Declared, UndeclaredError, declared, restricted, values
from landfall.variants.filters.call_quality import WITH_INFO
from landfall.variants.filters.rule import CALLED, DROPPED, FILTER, Rule

ROOT = Path(__file__).resolve().parents[3]
STAGES = sorted(
    ".".join(path.relative_to(sections.STAGES).with_suffix("").parts)
    for path in sections.STAGES.glob("*/*.py")
    if "SECTIONS = " in path.read_text()
)
WILDCARDS = {"model": "spliceai", "track_model": "basenji2", "sample": "one", "shard": "1"}
SAMPLE = Sample("one", Path("one.vcf"), "samples.tsv", 2)


@dataclass(frozen=True)
class Inputs:
    vcf: Path
    scores: tuple[Path, ...]
    obo: Path | None = None


@pytest.fixture(scope="module")
def settings() -> Settings:
    config = yaml.safe_load((ROOT / "config" / "config.yaml").read_text())
    networks = {"regulation": {"models": [{"name": "basenji2", "weights": "sei.pth"}]}}
    return preflight.parse(config | networks)


def test_files_become_fields_of_their_kinds() -> None:
    found = bound(Inputs, {"vcf": "a.vcf", "scores": ["1", "2"], "obo": []}, "s")
    assert found == Inputs(Path("a.vcf"), (Path("1"), Path("2")), None)
    assert bound(Inputs, {"vcf": ["a.vcf"], "scores": "1", "obo": ["o"]}, "s") == Inputs(
        Path("a.vcf"), (Path("1"),), Path("o")
    )


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"vcf": "a"}, "scores is missing"),
        ({"vcf": "a", "scores": [], "vfc": "b", "x": []}, "vfc is unknown; x is unknown"),
        ({"vcf": ["a", "b"], "scores": []}, "vcf is one file, not 2"),
        ({"vcf": [], "scores": []}, "vcf is one file, not 0"),
        ({"vcf": "a", "scores": [], "obo": ["a", "b"]}, "obo is one file, not 2"),
        ({"obo": ["a", "b"]}, "scores is missing; vcf is missing; obo is one file, not 2"),
    ],
)
def test_names_that_do_not_agree_are_reported_together(
    files: Mapping[str, str | Sequence[str]], words: str
) -> None:
    with pytest.raises(BindingError, match=f"^Inputs of stage s: {re.escape(words)}$"):
        bound(Inputs, files, "s")


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_declares_files_and_settings_that_exist(stage: str, settings: Settings) -> None:
    module = importlib.import_module(f"landfall.stages.{stage}")
    for kind in (module.Inputs, module.Outputs):
        assert all(
            hint in (Path, binding.MANY, binding.OPTIONAL) for hint in binding.get_type_hints(kind).values()
        )
    of = declared(stage, WILDCARDS)
    written = [name for name in module.SECTIONS if name != sections.FILTERS_ON_INFO]
    of_filters = {rule.setting for rule in WITH_INFO} if sections.FILTERS_ON_INFO in module.SECTIONS else ()
    assert [name for name in of.sections if name not in of_filters] == [
        name.format(**WILDCARDS) for name in written
    ]
    assert set(of_filters) <= set(of.sections)
    assert set(values(settings, SAMPLE, of)) == set(of.sections)


def test_every_result_is_an_output_of_its_stage() -> None:
    for result in results.RESULTS:
        module = importlib.import_module(f"landfall.stages.{result.stage}")
        assert result.output in {field.name for field in fields(module.Outputs)}, result
    for stage in {result.stage for result in results.RESULTS}:
        module = importlib.import_module(f"landfall.stages.{stage}")
        written = {result.output for result in results.of_stage(stage)}
        assert written == {field.name for field in fields(module.Outputs)}


def test_no_result_or_table_is_declared_twice() -> None:
    files = [result.file for result in results.RESULTS]
    assert len(set(files)) == len(files)
    assert all(result.table is None or result.file.endswith(".parquet") for result in results.RESULTS)


def test_what_is_not_declared_cannot_be_read(settings: Settings) -> None:
    seen = restricted(
        settings, ("filter.frequency.has_sources", "models.spliceai", "prioritise", "maxentscan")
    )
    assert seen.prioritise.flag_delta == settings.prioritise.flag_delta
    assert seen.filter.frequency.has_sources == settings.filter.frequency.has_sources
    assert seen.model("spliceai") == settings.model("spliceai")
    assert seen.maxentscan_off == settings.maxentscan_off
    reads: dict[str, Callable[[], object]] = {
        "genome": lambda: seen.genome,
        "filter.min_depth": lambda: seen.filter.min_depth,
        "filter.frequency.population_vcf": lambda: seen.filter.frequency.population_vcf,
        "resources": lambda: seen.weights("spliceai"),
    }
    for name, read in reads.items():
        with pytest.raises(UndeclaredError, match=f"reads {name} and declares"):
            read()


def test_of_a_list_of_models_a_stage_sees_the_one_of_its_job(settings: Settings) -> None:
    both = settings.changed(models=(*settings.models, settings.models[0].changed(name="other")))
    seen = restricted(both, ("models.other",))
    assert [model.name for model in seen.models] == ["other"]
    with pytest.raises(KeyError):
        seen.model("spliceai")


def test_a_key_below_a_model_is_all_that_is_seen_of_it(settings: Settings) -> None:
    seen = restricted(settings, ("models.spliceai.shards",)).model("spliceai")
    assert seen.shards == settings.model("spliceai").shards
    with pytest.raises(UndeclaredError, match=r"models\.spliceai\.distance"):
        seen.distance  # noqa: B018


def changed(settings: Settings, **changes: object) -> Settings:
    model, *others = settings.models
    return settings.changed(models=(model.changed(**changes), *others))


def faster(settings: Settings, shards: int | None = None) -> Settings:
    """Every key that affects the speed alone is another; the number of shards only if it is given."""
    keys = {"threads": 9, "device": "cuda", "batch": 31} | ({"shards": shards} if shards else {})
    tracks = tuple(model.changed(**keys) for model in settings.regulation.models)
    job = {"mem_mb": 9, "runtime": 9, "gpu": 1}
    wanted = settings.resources_per_job
    return settings.changed(
        models=tuple(model.changed(**keys) for model in settings.models),
        regulation=settings.regulation.changed(models=tracks),
        score_cache=Path("elsewhere"),
        resources_per_job=wanted.changed(
            **{name: getattr(wanted, name).changed(**job) for name in ("score", "tracks", "other")}
        ),
    )


@pytest.mark.parametrize("stage", STAGES)
def test_what_affects_the_speed_alone_runs_no_stage_again(stage: str, settings: Settings) -> None:
    """The number of shards only the stages that assign them."""
    of = declared(stage, WILDCARDS)
    assert values(settings, SAMPLE, of) == values(faster(settings), SAMPLE, of)
    assigns = any(name.endswith(".shards") for name in of.sections)
    same = values(settings, SAMPLE, of) == values(faster(settings, shards=7), SAMPLE, of)
    assert same is not assigns


def test_those_are_all_keys_of_speed(settings: Settings) -> None:
    keys = [one.name for one in every_key(Settings) if one.affects == "speed" and not one.section]
    assert keys
    old, new = (plain(each, ("speed",)) for each in (settings, faster(settings, 7)))
    assert [name for name in keys if value(old, name) == value(new, name)] == []


def value(found: Any, name: str) -> Any:
    """The value of a dotted key; of a list, that of its first entry."""
    for part in name.split("."):
        found = (found[0] if isinstance(found, list) else found)[part]
    return found


def test_a_setting_of_the_model_runs_its_scoring_again(settings: Settings) -> None:
    score = declared("splicing.score", WILDCARDS)
    assert values(settings, None, score) != values(changed(settings, distance=49), None, score)


def test_the_number_of_shards_runs_the_stage_again_that_assigns_them(settings: Settings) -> None:
    windows = declared("splicing.windows", WILDCARDS)
    assert values(settings, None, windows) != values(changed(settings, shards=7), None, windows)


def test_the_place_of_a_sample_in_the_sheet_runs_nothing_again(settings: Settings) -> None:
    of = Declared(("sample",))
    moved = replace(SAMPLE, sheet="other.tsv", line=9, previous=Path("results/one"))
    assert values(settings, SAMPLE, of) == values(settings, moved, of)
    assert values(settings, SAMPLE, of) != values(settings, replace(SAMPLE, ped=Path("a.ped")), of)


def test_a_stage_without_declared_settings_receives_none() -> None:
    job = binding.job_of(Declared(), {}, {"sample": "one"}, 2)
    assert (job.threads, job.wildcards) == (2, {"sample": "one"})
    for read in (lambda: job.settings.prioritise.flag_delta, lambda: job.sample.name):
        with pytest.raises(UndeclaredError, match="declares nothing"):
            read()


def test_a_filter_on_info_makes_its_setting_one_of_the_stage_that_reads_the_field(monkeypatch) -> None:
    strand = Rule(
        "strand", FILTER, DROPPED, CALLED, "of one strand", setting="filter.max_strand_bias", info="FS"
    )
    monkeypatch.setattr(sections, "WITH_INFO", (strand,))
    assert "filter.max_strand_bias" in declared("variants.normalise", WILDCARDS).sections
    assert "filter.max_strand_bias" not in declared("variants.family", WILDCARDS).sections
