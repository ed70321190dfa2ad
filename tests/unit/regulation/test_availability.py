"""Settings of the networks of tracks: every fault at once, and a network without weights is switched off."""

from __future__ import annotations

from pathlib import Path

import pytest

from landfall.audit.preflight import run
from landfall.config import sections
from landfall.io.errors import InputError
from landfall.regulation import availability

GOOD = """\
samples: {folder}/samples.tsv
genome: {build: synthetic, fasta: genome.fa, annotation: genes.gtf}
licences: {accepted: [spliceai]}
regulation:
  models:
"""


def write(folder: Path, *models: str, more: str = "") -> Path:
    (folder / "samples.tsv").write_text("sample\tvcf\ndemo\tp.vcf\n")
    path = folder / "config.yaml"
    lines = "".join(f"    - {model}\n" for model in models)
    path.write_text(GOOD.replace("{folder}", str(folder)) + lines + more)
    return path


def faults(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        run.read(path)
    return str(caught.value)


def test_a_network_is_on_where_its_weights_are_and_off_where_not(tmp_path: Path) -> None:
    there = tmp_path / "there.h5"
    there.write_bytes(b"")
    one = f"{{name: basenji2, weights: {there}, sha256: {'a' * 64}, shifts: [-1, 0, 1]}}"
    parsed, _ = run.read(write(tmp_path, one, "{name: enformer, weights: absent.bin}"))
    assert [model.name for model in availability.running(parsed.regulation)] == ["basenji2"]
    (off,) = availability.off(parsed.regulation)
    assert availability.why_off(off).startswith("no weights at absent.bin: fetch https://huggingface.co/")
    assert parsed.regulation.model("basenji2").shifts == (-1, 0, 1)
    assert parsed.regulation.background.variants == 200


def test_what_lies_beside_the_weights_belongs_to_the_network(tmp_path: Path) -> None:
    for name in ("sei.pth", "target.names", "projvec_targets.npy"):
        (tmp_path / name).write_bytes(b"")
    licence = "licences: {accepted: [spliceai, sei]}\n"

    def sei(weights: Path) -> sections.Settings:
        path = write(tmp_path, f"{{name: sei, weights: {weights}, sha256: {'a' * 64}}}")
        path.write_text(path.read_text().replace("licences: {accepted: [spliceai]}\n", licence))
        return run.read(path)[0]

    for weights in (tmp_path, tmp_path / "sei.pth"):
        (network,) = sei(weights).regulation.models
        assert network.targets == tmp_path / "target.names"
        assert availability.beside(network) == (tmp_path / "projvec_targets.npy",)
    assert availability.classes_off(network).startswith(
        "histone_inds.npy, seqclass.names not beside the weights (https://"
    )
    for name in ("histone_inds.npy", "seqclass.names"):
        (tmp_path / name).write_bytes(b"")
    assert availability.classes_off(sei(tmp_path).regulation.models[0]) == ""


def test_borzoi_does_not_start_without_its_table_of_tracks(tmp_path: Path) -> None:
    weights = tmp_path / "model0_best.h5"
    weights.write_bytes(b"")
    network = f"{{name: borzoi, weights: {weights}, sha256: {'a' * 64}}}"
    said = faults(write(tmp_path, network))
    assert "regulation.models[0].targets: Borzoi requires its table of tracks" in said
    assert "fetch https://storage.googleapis.com/seqnn-share/borzoi/hg38/targets.txt" in said
    (tmp_path / "targets.txt").write_text("")
    assert (
        availability.running(run.read(write(tmp_path, network))[0].regulation)[0].targets
        == tmp_path / "targets.txt"
    )


@pytest.mark.parametrize(
    ("present", "own", "networks", "kept"),
    [(True, 0, None, 50_000), (True, 60_000, None, 60_000), (True, 0, 0, 0), (False, 100, None, 100)],
)
def test_alleles_beyond_a_gene_are_kept_where_a_network_reads_them(
    tmp_path: Path, present: bool, own: int, networks: int | None, kept: int
) -> None:
    weights = tmp_path / "weights.h5"
    if present:
        weights.write_bytes(b"")
    more = "" if networks is None else f"  flank: {networks}\n"
    network = f"{{name: basenji2, weights: {weights}, sha256: {'a' * 64}}}"
    path = write(tmp_path, network, more=f"{more}filter: {{gene_flank: {own}}}\n")
    parsed, _ = run.read(path)
    assert availability.kept_flank(parsed.filter.gene_flank, parsed.regulation) == kept


def test_e_values_are_off_where_their_tables_are_not_there(tmp_path: Path) -> None:
    there = tmp_path / "e_values.npz"
    there.write_bytes(b"")
    lines = (
        f"{{name: deepsea, weights: a, e_values: {there}}}",
        "{name: beluga, weights: a, e_values: nowhere.npz}",
        "{name: enformer, weights: a}",
    )
    licence = "licences: {accepted: [spliceai, beluga]}\n"
    path = write(tmp_path, *lines)
    path.write_text(path.read_text().replace("licences: {accepted: [spliceai]}\n", licence))
    parsed, _ = run.read(path)
    off = {model.name: availability.e_values_off(model) for model in parsed.regulation.models}
    assert off == {"deepsea": "", "beluga": "no tables at nowhere.npz", "enformer": ""}
    path = write(tmp_path, "{name: deepsea, weights: a}")
    (model,) = run.read(path)[0].regulation.models
    assert availability.e_values_off(model) == "no tables are named (e_values)"


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("{name: enformer, weights: a, e_values: e.npz}", "e_values: Enformer has no E-values; leave it out"),
        (
            "{name: deepsea, weights: a, e_values: e.npz, both_strands: false}",
            "the published E-values are of both strands without a shift; take both_strands: true, shifts: [0]",
        ),
        ("{name: deepsea, weights: a, e_values: e.npz, shifts: [-1, 0, 1]}", "without a shift"),
    ],
)
def test_e_values_of_another_way_of_reading_are_refused(tmp_path: Path, entry: str, words: str) -> None:
    said = faults(write(tmp_path, entry))
    assert "regulation.models[0].e_values" in said
    assert words in said


def test_weights_that_nobody_vouches_for_are_refused_before_any_work(tmp_path: Path) -> None:
    """No prediction of random weights reaches a report."""
    there = tmp_path / "there.bin"
    there.write_bytes(b"random")
    words = faults(write(tmp_path, f"{{name: enformer, weights: {there}}}"))
    assert "regulation.models[0].weights" in words
    assert "publishes no digest of a file of this name" in words
    assert "sha256sum" in words


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "{name: enfomer, weights: a}",
        "{name: spliceai, weights: a}",
        "{name: sei, weights: a}",
        "{name: deepsea, weights: a, centre: gene}",
        "{name: deepsea, weights: a}",
        "{name: basenji2, weights: a, shift: [1]}",
        "{name: borzoi}",
        "{name: borzoi, weights: a, sha256: abc}",
        more="  tissues: [muscle, brian]\nmodels: [{name: enformer}]\n",
    )
    words = faults(path)
    for part in (
        "regulation.models[0].name: unknown regulatory track model enfomer; did you mean enformer?",
        "regulation.models[1].name: spliceai is a splice model; list it in models",
        "regulation.models[2].name: the licence of sei is not accepted",
        "regulation.models[3].centre: DeepSEA reads 1,000 bases, too few",
        "regulation.models[4].name: deepsea is listed twice",
        "regulation.models[5].shift: unknown key; did you mean regulation.models[5].shifts?",
        "regulation.models[6].weights: missing",
        "regulation.models[7].sha256: ",
        "regulation.tissues[1]: unknown group of tissues brian; did you mean brain?",
        "models[0].name: enformer is a regulatory track model; list it in regulation.models",
    ):
        assert part in words


def test_a_licence_may_be_accepted_or_left_out(tmp_path: Path) -> None:
    there = tmp_path / "sei.pth"
    there.write_bytes(b"")
    sei = f"{{name: sei, weights: {there}, sha256: {'a' * 64}}}"
    accepted = write(tmp_path, sei)
    accepted.write_text(accepted.read_text().replace("[spliceai]", "[spliceai, sei]"))
    assert run.read(accepted)[0].regulation.model("sei").name == "sei"
    free = write(tmp_path, sei, more="models: [{name: cispliceai}]\n")
    free.write_text(free.read_text().replace("accepted: [spliceai]", "use: commercial"))
    asked = run.read(free)[0].regulation
    assert availability.running(asked) == ()
    words = "its weights are not free for commercial use (Sei academic licence; licences.use: commercial)"
    assert [availability.why_off(network) for network in availability.off(asked)] == [words]
