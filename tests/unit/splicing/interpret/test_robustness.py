"""Whether a call survives: each row of the panel is what the workflow would give under that setting."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from landfall.genome.tables import CANDIDATE
from landfall.genome.variant import Variant
from landfall.io import parquet
from landfall.models.splice.delta_scores import annotated_sites
from landfall.models.splice.ensemble import networks
from landfall.splicing.interpret import robustness
from landfall.splicing.interpret.robustness import Measured, Question, panel
from landfall.splicing.outcomes.sites import OutcomeSettings
from landfall.splicing.tables import STABILITY
from landfall.splicing.windows import Reach
from landfall.testing import builders
from landfall.testing.toy_gene import MemoryGenome
from landfall.testing.toy_splice_models import MotifModel, ToyEnsemble

SEQUENCE = builders.bases(1200, seed=5)
GENE = builders.transcript("PLUS", [(20, 100), (900, 1190)])
TARGET = Variant("chr1", 501, SEQUENCE[500], "ACGT"[("ACGT".index(SEQUENCE[500]) + 2) % 4])


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


def question(genome: MemoryGenome, variant: Variant = TARGET, gene=GENE, distance: int = 60) -> Question:
    reach = Reach(20, distance, 0.5)
    return Question(variant, gene, genome, annotated_sites([gene]), reach, OutcomeSettings(), 4)


def rows(**changes) -> list[dict]:
    given = {
        "model": ToyEnsemble(1, 2, 3),
        "question": question(MemoryGenome({"chr1": SEQUENCE})),
        "distances": (),
        "transcripts": (),
        "others": {},
        "cutoff": 0.05,
        **changes,
    }
    return panel(*given.values())


def test_each_network_is_asked_alone():
    model = ToyEnsemble(1, 2, 3)
    asked = question(MemoryGenome({"chr1": SEQUENCE}))
    for network, seed in zip(networks(model), (1, 2, 3), strict=True):
        assert asked.ask(network) == asked.ask(ToyEnsemble(seed))
    assert len(model.stacks) == 3
    found = [row["delta"] for row in rows() if row["kind"] == "network"]
    assert len(set(found)) == 3
    assert found == [asked.ask(ToyEnsemble(seed)).masked for seed in (1, 2, 3)]


def test_the_first_row_is_the_run_and_agrees_with_itself():
    first, *others = rows(distances=(5, 60), others={"other": 0.01})
    assert (first["kind"], first["setting"], first["agrees"]) == ("run", "D 60, masked", True)
    assert [row["kind"] for row in others] == ["distance", "distance", "mask", *["network"] * 3, "model"]
    assert others[1]["delta"] == first["delta"]
    assert others[-1] == {
        "kind": "model", "setting": "other", "delta": 0.01, "reaches": False, "event": None, "start": None,
        "end": None, "agrees": first["delta"] < 0.05, "reason": "",
    }  # fmt: skip


def test_the_rows_keep_their_contract():
    keys = {**dict(zip(CANDIDATE, ("chr1", 1, "A", "C", "G", "T"), strict=True)), "model": "toy"}
    table = parquet.from_rows(
        STABILITY, [{**keys, **row} for row in rows(distances=(5,), transcripts=[GENE])]
    )
    assert table.num_rows == 7


def test_a_transcript_that_cannot_be_read_has_its_reason():
    unknown = MemoryGenome({"chr1": SEQUENCE[:450] + "N" * 750})
    broken = rows(question=question(unknown, distance=200))
    assert {row["delta"] for row in broken if row["kind"] != "model"} == {None}
    assert broken[0]["reason"].startswith("unknown_sequence: ")
    assert {row["agrees"] for row in broken} == {None}


# --- a pseudoexon whose acceptor lies 40 bases from its donor -------------------------------------------------------

TEXT = "C" * 300 + "TTCAG" + "C" * 40 + "GCAAGT" + "C" * 400
MAKER = Variant("chr1", 347, "C", "T")


def made(distance: int) -> Question:
    gene = builders.transcript("G", [(0, 40), (600, 751)])
    return question(MemoryGenome({"chr1": TEXT}), MAKER, gene, distance)


class Motifs(MotifModel):
    """Two networks that read the same."""

    stacks = ("one", "two")


def test_out_of_sight_of_its_partner_the_event_does_not_agree():
    found = panel(Motifs(), made(100), (30, 300), (), {}, 0.5)
    run, near, far = found[0], found[1], found[2]
    assert (run["event"], run["start"], run["end"]) == ("pseudoexon", 305, 345)
    assert run["delta"] == pytest.approx(0.89)
    assert (near["event"], near["reaches"], near["agrees"]) == ("none", True, False)
    assert (far["event"], far["agrees"]) == ("pseudoexon", True)


def test_another_transcript_with_an_exon_there_calls_another_event():
    other = builders.transcript("G", [(0, 40), (305, 330), (600, 751)])
    found = panel(Motifs(), made(100), (), [other], {}, 0.5)
    (row,) = (row for row in found if row["kind"] == "transcript")
    assert row["setting"] == other.transcript
    assert (row["event"], row["agrees"]) == ("cryptic_donor", False)


@pytest.mark.parametrize(
    ("masked", "called", "expected"),
    [
        (0.5, ("pseudoexon", 1, 2), True),
        (0.49, ("pseudoexon", 1, 2), False),
        (0.9, ("pseudoexon", 1, 3), False),
        (0.9, None, True),
        (None, None, None),
    ],
)
def test_agreement(masked, called, expected):
    own = Measured(0.8, 0.8, ("pseudoexon", 1, 2))
    assert robustness._agrees(Measured(0.0, masked, called), own, 0.5) is expected


def test_a_network_without_a_number_is_a_reason():
    class Broken(ToyEnsemble):
        def read(self, *given):
            return [(ref, alt * np.nan) for ref, alt in super().read(*given)]

    found = question(MemoryGenome({"chr1": SEQUENCE})).ask(Broken(1))
    assert found.reason == "not_finite: the network returned NaN or infinity"
