"""A digest of the code that follows the imports, and records of what produced a value."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from landfall.audit import provenance
from landfall.audit.provenance import command_line, file_record, versions
from landfall.io import digests
from landfall.io.digests import code_digest, digest_of
from landfall.models.registry import splice_model, track_models
from landfall.models.runtime import record as runtime_record
from landfall.models.runtime.record import model_record
from landfall.models.spec import TrackModelSpec


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the package, to be edited."""
    copy = tmp_path / "landfall"
    shutil.copytree(digests.PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(digests, "PACKAGE", copy)
    digests._closure.cache_clear()
    yield copy
    digests._closure.cache_clear()


def changes(package: Path, file: str, *roots: str) -> bool:
    """Whether an edit to a file changes the digest of the roots."""
    before = code_digest(*roots)
    with (package / file).open("a") as handle:
        handle.write("\n# an edit\n")
    return code_digest(*roots) != before


@pytest.mark.parametrize(
    ("file", "root"),
    [
        ("splicing/scoring.py", "splicing.scoring"),
        ("splicing/tables.py", "splicing.scoring"),
        ("models/splice/delta_scores.py", "splicing.scoring"),
        ("genome/sequence.py", "splicing.scoring"),
        ("models/spec.py", "models.splice.spliceai.model"),
        ("models/splice/spliceai/spec.py", "stages.ranking.prioritise"),
        ("models/catalogue.py", "stages.ranking.prioritise"),
        ("models/info.py", "models.splice.spliceai.model"),
        ("models/__init__.py", "splicing.scoring"),
        ("report/figures/svg.py", "stages.report.report"),
        ("report/templates/report.css", "stages.report.report"),
        ("ranking/tables.py", "stages.report.report"),
    ],
)
def test_an_edit_to_a_module_in_use_changes_the_digest(package, file, root):
    assert changes(package, file, root)


@pytest.mark.parametrize(
    ("file", "root"),
    [
        ("report/figures/svg.py", "splicing.scoring"),
        ("stages/splicing/score.py", "splicing.scoring"),
        ("patient/inheritance/pedigree.py", "variants.normalise"),
        ("ranking/table.py", "variants.filters.pipeline"),
    ],
)
def test_an_edit_to_an_unrelated_module_does_not(package, file, root):
    assert not changes(package, file, root)


def test_moving_code_between_modules_changes_the_digest(package):
    before = code_digest("splicing.scoring")
    (package / "splicing/scoring.py").write_text(
        (package / "splicing/scoring.py").read_text()
        + "\nfrom landfall.patient.inheritance import pedigree\n"
    )
    digests._closure.cache_clear()
    added = code_digest("splicing.scoring")
    assert added != before
    assert changes(package, "patient/inheritance/pedigree.py", "splicing.scoring")


def test_the_digest_does_not_depend_on_the_order_of_the_roots(package):
    assert code_digest("splicing.scoring", "variants.filters.pipeline") == code_digest(
        "variants.filters.pipeline", "splicing.scoring"
    )
    assert code_digest("splicing.scoring") != code_digest("variants.filters.pipeline")


def test_bug_a_root_that_is_no_module_had_a_digest_of_nothing(package):
    with pytest.raises(ValueError, match="no_such_room"):
        code_digest("splicing.scoring", "no_such_room")


def test_every_module_of_the_package_can_be_a_root(package):
    for path in package.rglob("*.py"):
        name = ".".join(path.relative_to(package).with_suffix("").parts)
        if path.name != "__init__.py":
            assert len(code_digest(name)) == 64


def test_the_digest_holds_the_sources_of_what_is_compiled():
    files = {path.name for path in digests._closure(("models.inference.incremental",))}
    assert {f"dilated_convolution.{kind}" for kind in ("py", "cpp", "inc")} | {"incremental.py"} <= files


def test_the_digest_of_a_value_does_not_depend_on_the_order_of_keys():
    assert digest_of({"a": 1, "b": [Path("x"), 2]}) == digest_of({"b": [Path("x"), 2], "a": 1})
    assert digest_of({"a": 1}) != digest_of({"a": 2})


def test_a_file_is_recorded_with_its_bytes_and_digest(tmp_path):
    path = tmp_path / "in.vcf"
    path.write_bytes(b"##fileformat=VCFv4.2\n")
    assert file_record("variants", path) == {
        "role": "variants",
        "name": str(path),
        "bytes": 21,
        "sha256": hashlib.sha256(b"##fileformat=VCFv4.2\n").hexdigest(),
    }


def test_a_model_is_recorded_with_weights_licence_settings_and_device():
    record = model_record(splice_model("spliceai"), {"distance": 500}, "cpu", 2, 8)
    assert record["weights"] == {w.name: w.sha256 for w in splice_model("spliceai").info.weights}
    assert record["licence"]["name"] == "CC BY-NC 4.0"
    assert record["licence"]["commercial"] is False
    assert (record["settings"], record["device"]) == ({"distance": 500}, "cpu")
    assert (record["threads"], record["batch"]) == (2, 8)
    assert record["code"] == code_digest("splicing.scoring", "models.splice.spliceai.model")


def test_versions_name_every_library(monkeypatch):
    monkeypatch.setattr(provenance, "LIBRARIES", ("numpy", "no-such-library"))
    found = versions()
    assert found["no-such-library"] == "not installed"
    assert {"landfall", "python", "bcftools", "htslib", "numpy"} <= set(found)


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["/somewhere/bin/snakemake", "--cores", "4"], "snakemake --cores 4"),
        (
            ["/lib/snakemake/__main__.py", "--configfile", "my own.yaml"],
            "python -m snakemake --configfile 'my own.yaml'",
        ),
    ],
)
def test_a_command_reads_as_it_was_typed(argv, words):
    assert command_line(argv) == words


@pytest.mark.parametrize("network", track_models().values(), ids=lambda network: network.name)
def test_the_scores_of_a_network_of_tracks_rest_on_the_code_that_works_them_out(
    network: TrackModelSpec,
) -> None:
    roots = ("regulation.scoring", network.module)
    assert runtime_record.model_code(network) == digests.code_digest(*roots)
    files = {str(path.relative_to(digests.PACKAGE)) for path in digests._closure(roots)}
    module = f"{network.module.replace('.', '/')}.py"
    assert {
        "regulation/scoring.py",
        "models/tracks/effect_scores.py",
        "regulation/windows.py",
        module,
    } <= files
