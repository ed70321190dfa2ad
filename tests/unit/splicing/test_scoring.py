"""Scoring with a toy network: how variants are batched, sharded and placed changes no score."""

from __future__ import annotations

import logging
import random

import numpy as np
import pytest
import torch

from landfall.genome.encoding import one_hot
from landfall.genome.sequence import reverse_complement
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant
from landfall.io import parquet
from landfall.models.runtime import device
from landfall.models.runtime import progress as runtime_progress
from landfall.models.splice.delta_scores import EVENTS, Sites, delta_scores
from landfall.splicing import score_rows as splicing_score_rows
from landfall.splicing import scoring, windows
from landfall.splicing.score_rows import read_shard, score_rows
from landfall.splicing.scored import Scored
from landfall.splicing.scoring import score_windows
from landfall.splicing.tables import PROBABILITIES, SCORES
from landfall.splicing.windows import Reach, assign_shards, place
from landfall.testing import builders
from landfall.testing.toy_gene import MemoryGenome, mirrored
from landfall.testing.toy_splice_models import ToyModel

SEQUENCE = builders.bases(2000, seed=21)
GENOME = MemoryGenome({"chr1": SEQUENCE})
PLUS = builders.transcript("PLUS", [(100, 300), (1200, 1900)])
MINUS = builders.transcript("MINUS", [(150, 400), (900, 1800)], "-")
DISTANCE = 15
REACH = Reach(ToyModel.context, DISTANCE, max_unknown_fraction=0.9)
TOLERANCE = 1e-6
"""Largest difference that another batch or window may make in float32."""


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


def variants(count: int = 60, seed: int = 3) -> list[Variant]:
    rng, found = random.Random(seed), {}
    while len(found) < count:
        pos = rng.randint(200, 1750)
        ref = SEQUENCE[pos - 1 : pos - 1 + rng.choice([1, 1, 1, 2, 5, 12])]
        alt = builders.bases(rng.choice([1, 1, 1, 3, 8]), rng.randint(0, 999))
        if alt != ref:
            found[pos, ref, alt] = Variant("chr1", pos, ref, alt)
    return list(found.values())


def pairs(chosen: list[Variant] | None = None) -> list[tuple[Variant, Transcript | None]]:
    return [(v, t) for v in (variants() if chosen is None else chosen) for t in (PLUS, MINUS)]


def scored(
    chosen: list[tuple[Variant, Transcript | None]], batch: int = 8, genome: MemoryGenome = GENOME
) -> dict[tuple[str, str], Scored]:
    """By variant and gene."""
    made, placements = place(chosen, genome, REACH)
    found = score_windows(ToyModel(), made, placements, DISTANCE, batch)
    return {(str(s.placement.variant), s.placement.transcript.gene): s for s in found}


def assert_same(
    one: dict[tuple[str, str], Scored], other: dict[tuple[str, str], Scored], atol: float
) -> None:
    assert one.keys() == other.keys()
    for key, result in one.items():
        np.testing.assert_allclose(result.ref, other[key].ref, rtol=0, atol=atol, err_msg=str(key))
        np.testing.assert_allclose(result.alt, other[key].alt, rtol=0, atol=atol, err_msg=str(key))


def test_every_placed_variant_is_scored_once_with_its_stretch():
    found = scored(pairs())
    assert len(found) == len(pairs())
    for result in found.values():
        assert result.ref.shape == result.alt.shape == (2 * DISTANCE + 1, 3)
        assert result.start == result.placement.variant.start - DISTANCE
    assert max(abs(r.alt - r.ref).max() for r in found.values()) > 0.1


@pytest.mark.parametrize("batch", [1, 3, 64])
def test_the_batch_does_not_change_a_score(batch):
    assert_same(scored(pairs(), 8), scored(pairs(), batch), TOLERANCE)


def test_no_batch_is_larger_than_asked_for():
    model = ToyModel()
    of_one_length = [v for v in variants() if len(v.ref) == len(v.alt)]
    made, placements = place(pairs(of_one_length), GENOME, REACH)
    list(score_windows(model, made, placements, DISTANCE, 2))
    assert max(model.batches) == 2


def test_where_memory_is_short_smaller_batches_give_the_same_scores(monkeypatch):
    predict, read = ToyModel.predict, []

    def predict_few(self, onehot):
        read.append(len(onehot))
        if len(onehot) > 3:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes")
        return predict(self, onehot)

    whole = scored(pairs())
    monkeypatch.setattr(ToyModel, "predict", predict_few)
    assert_same(scored(pairs()), whole, TOLERANCE)
    assert max(read) > 3


def test_a_variant_in_a_shared_window_scores_as_alone():
    together = scored(pairs())
    alone: dict[tuple[str, str], Scored] = {}
    for pair in pairs():
        alone |= scored([pair], 1)
    assert_same(together, alone, TOLERANCE)


@pytest.mark.parametrize("count", [1, 3, 50])
def test_shards_read_back_from_tables_give_all_scores(monkeypatch, count):
    monkeypatch.setattr(windows, "LONGEST_WINDOW", 300)
    made, placements = place(pairs(), GENOME, REACH)
    made = assign_shards(made, placements, REACH, count)
    window_table = splicing_score_rows.windows_table(made)
    placement_table = splicing_score_rows.placements_table(placements, made)
    by_name = {(t.chrom, t.gene, t.transcript): t for t in (PLUS, MINUS)}
    found: list[Scored] = []
    for shard in range(1, count + 1):
        mine, held = read_shard(window_table, placement_table, by_name, shard)
        found += score_windows(ToyModel(), mine, held, DISTANCE, 8)
    parts = {(str(s.placement.variant), s.placement.transcript.gene): s for s in found}
    assert len(parts) == len(found)
    assert_same(parts, scored(pairs()), TOLERANCE)


def test_the_reference_as_its_own_alternate_gives_exactly_zero():
    same = [Variant("chr1", pos, SEQUENCE[pos - 1 : pos - 1 + n], SEQUENCE[pos - 1 : pos - 1 + n])
            for pos, n in ((500, 1), (700, 4), (1500, 9))]  # fmt: skip
    for pair in pairs(same):
        (result,) = scored([pair], 1).values()
        np.testing.assert_array_equal(result.ref, result.alt)
        assert set(delta_scores(result.ref, result.alt, DISTANCE).values()) == {0.0, -float(DISTANCE)}


def test_a_reverse_complemented_locus_gives_the_mirrored_scores():
    chosen = [v for v in variants() if len(v.ref) == len(v.alt) == 1]
    assert len(chosen) > 10
    length = len(SEQUENCE)
    turned_genome = MemoryGenome({"chr1": reverse_complement(SEQUENCE)})
    turned = {
        v: Variant("chr1", length - v.pos + 1, reverse_complement(v.ref), reverse_complement(v.alt))
        for v in chosen
    }
    there = scored([(turned[v], mirrored(t, length)) for v, t in pairs(chosen)], genome=turned_genome)
    for (name, gene), result in scored(pairs(chosen)).items():
        v = result.placement.variant
        mirror = there[str(turned[v]), gene]
        np.testing.assert_allclose(result.ref, mirror.ref[::-1], rtol=0, atol=TOLERANCE, err_msg=name)
        np.testing.assert_allclose(result.alt, mirror.alt[::-1], rtol=0, atol=TOLERANCE, err_msg=name)
        mine, other = (delta_scores(r.ref, r.alt, DISTANCE) for r in (result, mirror))
        for suffix, _, _ in EVENTS:
            assert mine[f"ds_{suffix}"] == pytest.approx(other[f"ds_{suffix}"], abs=2 * TOLERANCE)
            if mine[f"ds_{suffix}"] > 1e-3:
                assert mine[f"dp_{suffix}"] == -other[f"dp_{suffix}"]


def test_a_gene_on_the_minus_strand_is_read_in_its_direction():
    model = ToyModel()
    made, placements = place([(variants(1)[0], MINUS)], GENOME, REACH)
    (result,) = score_windows(model, made, placements, DISTANCE, 1)
    turned = model.predict(one_hot([reverse_complement(made[0].sequence)]))[0]
    np.testing.assert_allclose(result.ref, turned[::-1], rtol=0, atol=TOLERANCE)
    assert abs(result.ref - model.predict(one_hot([made[0].sequence]))[0]).max() > 0.01


class Broken(ToyModel):
    """A network that returns no number for every sequence but the first of a batch."""

    def predict(self, onehot: np.ndarray) -> np.ndarray:
        found = super().predict(onehot).copy()
        found[1:, 3] = np.nan
        return found


def test_a_value_that_is_no_number_is_a_reason_not_a_score():
    made, placements = place([(v, PLUS) for v in variants() if len(v.ref) == len(v.alt) == 1], GENOME, REACH)
    found = list(score_windows(Broken(), made, placements, DISTANCE, 6))
    reasons = [r.reason for r in found]
    assert "not_finite" in reasons
    assert "" in reasons
    bad = found[reasons.index("not_finite")]
    (row,) = score_rows(bad, "toy", Sites())
    assert (row["status"], row["reason"], row["value"]) == ("not_scored", "not_finite", None)
    assert row["detail"] == "the network returned NaN or infinity"
    parquet.from_rows(SCORES, [row])


@pytest.mark.parametrize("broken", ["reference", "alternate", "neither"])
def test_no_number_in_either_allele_is_noticed(broken):
    _, (placement,) = place([(variants(1)[0], PLUS)], GENOME, REACH)
    v, rows = placement.variant, 2 * DISTANCE + 1
    ref = np.zeros((rows, 3), dtype=np.float32)
    output = np.zeros((rows + len(v.alt) - len(v.ref), 3), dtype=np.float32)
    if broken != "neither":
        (ref if broken == "reference" else output)[1, 0] = np.inf
    reason = scoring._scored(placement, ref, output, scoring.Extent(DISTANCE, 3, past_allele=False)).reason
    assert reason == ("" if broken == "neither" else "not_finite")


def test_rows_of_a_scored_variant():
    (result,) = scored([(variants(1)[0], PLUS)]).values()
    rows = score_rows(result, "toy", Sites())
    assert [r["track"] for r in rows] == [
        f"{kind}{number}_{suffix}"
        for kind in ("", "masked_")
        for suffix, _, _ in EVENTS
        for number in ("ds", "dp")
    ]
    assert {r["status"] for r in rows} == {"scored"}
    table = parquet.from_rows(SCORES, rows)
    assert table["value"].null_count == 0
    probabilities = parquet.from_rows(PROBABILITIES, [splicing_score_rows.probability_row(result, "toy")])
    assert len(probabilities["alt_donor"][0]) == 2 * DISTANCE + 1


def test_refused_placements_become_rows_with_their_reason():
    made, placements = place([(variants(1)[0], None)], GENOME, REACH)
    table = splicing_score_rows.placements_table(placements, made)
    (row,) = splicing_score_rows.refusals(splicing_score_rows.read_refused(table, {}), "toy")
    assert (row["status"], row["reason"], row["gene"]) == ("not_scored", "outside_transcripts", "")


def test_nothing_to_score_runs_no_network():
    model = ToyModel()
    assert list(score_windows(model, [], [], DISTANCE, 8)) == []
    assert model.batches == []


def test_worth_keeping_looks_at_raw_scores_alone():
    rows = [
        {"track": "ds_ag", "value": 0.04},
        {"track": "masked_ds_ag", "value": 0.9},
        {"track": "dp_ag", "value": 7.0},
    ]
    assert not splicing_score_rows.worth_keeping(rows, 0.05)
    assert splicing_score_rows.worth_keeping([*rows, {"track": "ds_dl", "value": 0.05}], 0.05)
    assert not splicing_score_rows.worth_keeping([{"track": "all", "value": None}], 0.0)


def test_progress_is_told_at_the_end_and_not_at_each_step(caplog):
    with caplog.at_level(logging.INFO, "landfall.models.runtime.progress"):
        progress = runtime_progress.Progress(100)
        for _ in range(100):
            progress.advance(1)
    assert len(caplog.messages) == 1
    assert caplog.messages[0].startswith("100 of 100 variants scored, ")


def test_progress_is_told_every_few_seconds(caplog, monkeypatch):
    clock = iter([0.0, 1.0, 11.0, 12.0, 22.0])
    monkeypatch.setattr(runtime_progress.time, "monotonic", lambda: next(clock))
    with caplog.at_level(logging.INFO, "landfall.models.runtime.progress"):
        progress = runtime_progress.Progress(100)
        for _ in range(4):
            progress.advance(11)
    assert caplog.messages == [
        "22 of 100 variants scored, 2.00 per second, 39 s left",
        "44 of 100 variants scored, 2.00 per second, 28 s left",
    ]


def test_progress_reckons_the_time_left_from_the_share_of_the_input(caplog, monkeypatch):
    clock = iter([0.0, 10.0, 20.0, 30.0])
    monkeypatch.setattr(runtime_progress.time, "monotonic", lambda: next(clock))
    with caplog.at_level(logging.INFO, "landfall.models.runtime.progress"):
        progress = runtime_progress.Progress(None, start=0.2)
        for share in (0.4, None, 0.8):
            progress.expect(10, share)
            progress.advance(10)
    assert caplog.messages == [
        "10 variants scored, 1.00 per second, 30 s left",
        "20 variants scored, 1.00 per second",
        "30 variants scored, 1.00 per second, 10 s left",
    ]


def test_a_gpu_that_is_asked_for_and_not_there_is_an_error(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert device.choose_device("auto", 1) == device.choose_device("cpu", 1) == "cpu"
    with pytest.raises(device.DeviceError, match="set device: cpu or auto"):
        device.choose_device("cuda", 1)
