"""The ledger's last decision on an allele that no splice model scored."""

from __future__ import annotations

from pathlib import Path

from landfall.genome.variant import Variant
from landfall.io import parquet
from landfall.splicing import score_rows
from landfall.splicing.tables import PLACEMENTS
from landfall.splicing.windows import Placement
from landfall.stages.ranking import ledger
from landfall.variants.filters.scoring import LONGER_THAN_WINDOW, NOT_FINITE
from landfall.variants.tables import DECISIONS, NUMBERS

LONG = Variant("chr1", 500, "A" * 40, "A")
VARIANT = {"record": 7, "allele": 1, "filter_exempted": "", "clinvar": None, "precomputed_delta_score": None}


def placements(folder: Path, *limits: int) -> list[Path]:
    """tables.PLACEMENTS of one model for each limit, none of which reads the long allele."""
    paths = [folder / f"{number}.parquet" for number in range(len(limits))]
    for path, limit in zip(paths, limits, strict=True):
        refused = Placement.refused(LONG, None, LONGER_THAN_WINDOW.decide(40, limit))
        parquet.write(PLACEMENTS, score_rows.placements_table([refused], []), path)
    return paths


def decided(folder: Path, reason: str, detail: str) -> dict[str, object]:
    row = {"chrom": "chr1", "pos": 500, "ref": LONG.ref, "alt": "A", "gene": "G", "status": "not_scored"}
    row |= {"reason": reason, "detail": detail, "effect_regulation": None}
    found = ledger.last_decision(VARIANT, [row], ledger.numbers_of(placements(folder, 20, 30)))
    (whole,) = parquet.from_rows(DECISIONS, [found]).to_pylist()
    return whole


def test_a_refusal_by_a_window_has_its_numbers_and_the_key_of_its_model(tmp_path: Path) -> None:
    row = decided(tmp_path, LONGER_THAN_WINDOW.name, LONGER_THAN_WINDOW.decide(40, 30).detail)
    assert [row[name] for name in NUMBERS] == [40, "30", "models[1].distance"]
    assert (row["status"], row["rule"]) == ("not_scored", "longer_than_window")


def test_a_reason_that_compares_nothing_has_no_numbers(tmp_path: Path) -> None:
    row = decided(tmp_path, NOT_FINITE.name, NOT_FINITE.words())
    assert [row[name] for name in NUMBERS] == [None, None, None]
