"""MMSplice and MTSplice: the stretches they read, the linear model, and the numbers the original printed."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import h5py
import numpy as np
import pytest
import torch

from landfall.genome.sequence import Genome, reverse_complement
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant
from landfall.models.inference.edits import Edit
from landfall.models.info import WeightsError
from landfall.models.registry import splice_model
from landfall.models.splice.mmsplice.model import (
    TISSUES,
    Ensemble,
    ExonContext,
    altered,
    contexts,
    delta_logit_psi,
    exons_within_reach,
    split,
    split_for_tissues,
)
from landfall.models.weights import keras_graph
from landfall.models.weights.keras_graph import spline_basis
from landfall.splicing import score_rows
from landfall.splicing.windows import Placement, Window
from landfall.testing import builders
from landfall.testing.parity import fetched

BRCA1_EXON_2 = (41276033, 41276132)
"""On GRCh37, 0-based half-open."""


@pytest.fixture(scope="module")
def model() -> Ensemble:
    torch.set_num_threads(1)
    return Ensemble(fetched(splice_model("mmsplice").info))


def test_the_modules_read_the_stretches_of_the_original():
    context = ExonContext("C" * 94 + "TTTTAG", "ACG" + "A" * 20 + "GGCAG", "GTAAGT" + "G" * 94)
    acceptor_intron, acceptor, exon, donor, donor_intron = split(context)
    assert acceptor_intron == "C" * 94
    assert acceptor == "C" * 44 + "TTTTAG" + "ACG"
    assert exon == context.exon
    assert donor == "GGCAG" + "GTAAGT" + "G" * 7
    assert donor_intron == "G" * 94


def test_a_missing_intron_is_filled_with_n():
    acceptor_intron, acceptor, _, donor, donor_intron = split(ExonContext("", "ACGTACGT", ""))
    assert (acceptor_intron, acceptor) == ("N" * 45, "N" * 50 + "ACG")
    assert (donor, donor_intron) == ("TACGT" + "N" * 13, "N" * 8)


def test_tissues_read_four_hundred_bases_around_either_edge():
    left, right = split_for_tissues(ExonContext("A" * 300, "C" * 150, "G" * 250))
    assert (left, right) == ("A" * 300 + "C" * 100, "C" * 100 + "G" * 250 + "N" * 50)


@pytest.mark.parametrize(
    ("edit", "left", "middle", "right"),
    [
        (Edit(1, 2, "TT", 0, 0), "ATTAA", "CCCC", "GGGG"),
        (Edit(3, 5, "T", 0, 0), "AAAT", "CCC", "GGGG"),
        (Edit(3, 5, "TTT", 0, 0), "AAAT", "TTCCC", "GGGG"),
        (Edit(3, 9, "T", 0, 0), "AAAT", "", "GGG"),
        (Edit(7, 8, "CTT", 0, 0), "AAAA", "CCCCTT", "GGGG"),
        (Edit(9, 12, "G", 0, 0), "AAAA", "CCCC", "GG"),
    ],
)
def test_an_edit_is_dealt_out_over_introns_and_exon(edit, left, middle, right):
    sequence = "AAAACCCCGGGG"
    assert [altered(sequence, *part, edit) for part in ((0, 4), (4, 8), (8, 12))] == [left, middle, right]


def test_introns_keep_their_length_and_the_minus_strand_is_read_backwards():
    sequence = builders.bases(60, seed=5)
    deletion = Edit(12, 15, sequence[12], 0, 0)
    plus = contexts(sequence, (20, 30), (False, False), "+", deletion, 10)
    assert plus == ExonContext((sequence[:13] + sequence[15:20])[-10:], sequence[20:30], sequence[30:40])
    minus = contexts(sequence, (20, 30), (False, False), "-", deletion, 10)
    assert minus == ExonContext(*map(reverse_complement, (plus.behind, plus.exon, plus.before)))
    assert contexts(sequence, (20, 30), (True, False), "-", None, 10).behind == ""


def test_exons_within_reach_have_no_overhang_at_the_ends_of_the_transcript():
    transcript = builders.transcript("T", [(1000, 1100), (2000, 2100)])
    reached = {
        pos: exons_within_reach(transcript, pos, pos + 1) for pos in (999, 1199, 1200, 1899, 1900, 2100)
    }
    first, second = transcript.exons
    assert reached == {999: [], 1199: [first], 1200: [], 1899: [], 1900: [second], 2100: []}


def test_the_linear_model_corrects_where_two_modules_saw_the_same_change():
    ref = np.zeros(5)
    alone, both = np.array([0, 0, 0, 0, 2.0]), np.array([0, 0, 0, 1.0, 2.0])
    intercept = delta_logit_psi(ref, ref)
    assert intercept == pytest.approx(0.0006480262)
    assert delta_logit_psi(ref, alone) - intercept == pytest.approx(2 * 2.26187717)
    expected = 0.75011527 + 2 * 2.26187717 + 2 * 2.40138709
    assert delta_logit_psi(ref, both) - intercept == pytest.approx(expected)


def test_splines_are_a_partition_of_unity_and_symmetric():
    basis = spline_basis(400, 10)
    assert basis.shape == (400, 10)
    np.testing.assert_allclose(basis.sum(axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(basis, basis[::-1, ::-1], atol=1e-4)
    assert (basis >= 0).all()
    assert ((basis > 1e-6).sum(axis=1) <= 4).all()


def test_a_file_that_is_no_keras_network_or_has_strange_layers_is_refused(tmp_path: Path):
    (tmp_path / "text.h5").write_text("no")
    with pytest.raises(WeightsError, match=r"text\.h5: no HDF5 file"):
        keras_graph.load(tmp_path / "text.h5")
    with h5py.File(tmp_path / "empty.h5", "w"):
        pass
    with pytest.raises(WeightsError, match=r"empty\.h5: no graph"):
        keras_graph.load(tmp_path / "empty.h5")
    layer = {"class_name": "LSTM", "name": "odd", "config": {}, "inbound_nodes": []}
    config = {"layers": [layer], "input_layers": [["odd", 0, 0]], "output_layers": [["odd", 0, 0]]}
    with h5py.File(tmp_path / "odd.h5", "w") as handle:
        handle.create_group("model_weights/odd")
        handle.attrs["model_config"] = json.dumps({"config": config})
    with pytest.raises(WeightsError, match="layer odd is a LSTM, which is not known here"):
        keras_graph.load(tmp_path / "odd.h5")


def test_a_variant_is_scored_in_the_workflow_and_one_in_a_long_exon_is_a_reason(model):
    sequence = builders.bases(3000, seed=8)
    transcript = builders.transcript("T", [(200, 300), (1000, 1120), (2500, 2900)])
    window = Window(0, transcript, 0, len(sequence), sequence)
    places = {"in": 1050, "deep": 1700}
    rows = {}
    for name, start in places.items():
        variant = Variant("chr1", start + 1, sequence[start], "ACGT"[("ACGT".index(sequence[start]) + 1) % 4])
        rows[name] = score_rows.exon_rows(model, window, Placement(variant, transcript, 0, start))
    values = {row["track"]: row["value"] for row in rows["in"]}
    assert len(values) == 1 + 1 + 10 + len(TISSUES)
    assert values["evidence_psi"] == pytest.approx(min(abs(values["delta_logit_psi"]), 5))
    assert values["ref_acceptor"] == values["alt_acceptor"]
    assert values["ref_exon"] != values["alt_exon"]
    assert [(row["track"], row["value"], row["status"]) for row in rows["deep"]] == [
        ("evidence_psi", 0, "scored")
    ]
    cut = Window(0, transcript, 0, 1100, sequence[:1100])
    placement = Placement(Variant("chr1", 1051, sequence[1050], "N"), transcript, 0, 1050)
    (refused,) = score_rows.exon_rows(model, cut, placement)
    assert (refused["status"], refused["reason"]) == ("not_scored", "exon_too_long")


@pytest.mark.shared_data
def test_brca1_exon_2_has_the_published_numbers(shared_data, model):
    """Every row of the original's own table for this exon: modules of both alleles and delta logit PSI."""
    genome = Genome(shared_data / "loci" / "GRCh37.fa.gz")
    start, end = BRCA1_EXON_2
    brca1 = Transcript(
        "BRCA1", "", "T", "chr17", "-", ((start - 9000, start - 8900), BRCA1_EXON_2, (end + 1155, end + 1255))
    )
    offset = start - 2000
    sequence = genome.fetch("chr17", offset, end + 2000)
    with (shared_data / "models" / "mmsplice" / "pred.csv").open() as handle:
        rows = [row for row in csv.DictReader(handle) if f"{start}-{end}:" in row["exons"]]
    model_names = ("acceptorIntron", "acceptor", "exon", "donor", "donorIntron")
    checked = 0
    for row in rows:
        _, pos, change = row["ID"].split(":")
        ref, alt = change.split(">")
        at = int(pos) - 1 - offset
        assert sequence[at : at + len(ref)] == ref
        (effect,) = model.effects(brca1, sequence, offset, Edit(at, at + len(ref), alt, 0, 0))
        expected = [float(row[f"{allele}_{name}"]) for allele in ("ref", "alt") for name in model_names]
        np.testing.assert_allclose([*effect.ref, *effect.alt], expected, rtol=0, atol=1e-4)
        assert effect.delta_logit_psi == pytest.approx(float(row["delta_logit_psi"]), abs=1e-4)
        checked += 1
    assert checked == len(rows) >= 34


@pytest.mark.shared_data
def test_tissues_differ_around_their_mean(shared_data, model):
    genome = Genome(shared_data / "loci" / "GRCh37.fa.gz")
    start, end = BRCA1_EXON_2
    context = contexts(
        genome.fetch("chr17", start - 400, end + 400),
        (400, 400 + end - start),
        (False, False),
        "-",
        None,
        300,
    )
    departures = model.tissues(context)
    assert departures.shape == (len(TISSUES),) == (56,)
    assert np.isfinite(departures).all()
    assert 0 < departures.std() < np.abs(departures).max() < 5
