"""``landfall qualify``: the known answers come out, and nothing that is wrong passes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch

from landfall.audit import qualify, rescore
from landfall.models.splice.spliceai.model import Ensemble
from landfall.report.sections import methods


@pytest.fixture
def few_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The first answers alone: the demonstration's finding among them is asked by the whole set (docs/trust.md)."""
    known = json.loads(qualify.ANSWERS.read_text())
    known["answers"] = {name: rows[:3] for name, rows in known["answers"].items()}
    path = tmp_path / "qualify.json"
    path.write_text(json.dumps(known))
    monkeypatch.setattr(qualify, "ANSWERS", path)
    return path


@pytest.fixture
def resources(spliceai_weights: Path, tmp_path: Path) -> Path:
    """A folder of resources whose weights may be spoilt."""
    shutil.copytree(spliceai_weights, tmp_path / "resources" / "weights" / "spliceai")
    return tmp_path / "resources"


def test_the_known_answers_cover_both_strands_and_every_kind_of_variant() -> None:
    known = json.loads(qualify.ANSWERS.read_text())
    for name, rows in known["answers"].items():
        kinds = {(len(row["ref"]) > len(row["alt"])) - (len(row["ref"]) < len(row["alt"])) for row in rows}
        assert kinds == {-1, 0, 1}, name
        assert max(abs(value) for row in rows for value in row["scores"].values()) > 0.5, name


def test_the_right_weights_give_the_known_answers(few_answers: Path, resources: Path) -> None:
    certificate = qualify.qualify(["spliceai"], resources, "cpu", 1)
    (outcome,) = certificate["models"]
    assert certificate["passed"]
    assert outcome["numbers"] == 12
    assert outcome["largest_difference"] < 1e-5


def test_altered_files_of_weights_fail(few_answers: Path, resources: Path) -> None:
    path = resources / "weights" / "spliceai" / "spliceai3.h5"
    content = bytearray(path.read_bytes())
    content[-1000] ^= 1
    path.write_bytes(content)
    certificate = qualify.qualify(["spliceai"], resources, "cpu", 1)
    assert not certificate["passed"]
    assert "spliceai3.h5" in certificate["models"][0]["words"]


def test_a_network_that_computes_otherwise_fails(
    few_answers: Path, resources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = Ensemble.load

    def perturbed(self: Ensemble, directory: Path) -> list[torch.nn.Module]:
        networks = load(self, directory)
        with torch.no_grad():
            for parameter in networks[0].parameters():
                parameter *= 1.01
        return networks

    monkeypatch.setattr(Ensemble, "load", perturbed)
    certificate = qualify.qualify(["spliceai"], resources, "cpu", 1)
    assert not certificate["passed"]
    assert certificate["models"][0]["largest_difference"] > rescore.TOLERANCE
    assert any("NOT qualified" in line for line in qualify.text(certificate))


def test_answers_of_another_genome_are_refused(few_answers: Path, resources: Path) -> None:
    known = json.loads(few_answers.read_text()) | {"genome.fa.gz": "0" * 64}
    few_answers.write_text(json.dumps(known))
    with pytest.raises(qualify.QualifyError, match="not the file of the known answers"):
        qualify.qualify(["spliceai"], resources, "cpu", 1)


MODEL = {"name": "spliceai", "code": "c", "device": "cpu"}
OUTCOME = {"model": "spliceai", "words": "64 numbers", "passed": True, "code": "c"}


@pytest.mark.parametrize(
    ("certificate", "words"),
    [
        (None, "Not qualified on this machine"),
        ({"outcome": {"model": "other"}}, "Not qualified on this machine"),
        ({}, "Qualified on this machine on 2026-01-01"),
        ({"outcome": {"passed": False}}, "FAILED on 2026-01-01"),
        ({"outcome": {"code": "d"}}, "with other code or on another device"),
        ({"device": "cuda"}, "with other code or on another device"),
    ],
)
def test_the_report_says_what_the_certificate_is_worth(certificate: dict | None, words: str) -> None:
    if certificate is not None:
        outcome = OUTCOME | certificate.pop("outcome", {})
        certificate = {
            "date": "2026-01-01",
            "device": "cpu",
            "tolerance": 1e-4,
            "models": [outcome],
        } | certificate
    assert words in methods.qualification({"qualification": certificate}, MODEL)
