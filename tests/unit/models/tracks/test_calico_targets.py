"""The official tables of tracks of Enformer, Basenji2 and Borzoi: what each track measures, where, on which strand."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from landfall.models.info import WeightsError
from landfall.models.tracks.base import Squash
from landfall.models.tracks.calico_targets import read_calico
from landfall.models.tracks.targets import kind

HEADER = "\tidentifier\tclip_soft\tscale\tsum_stat\tstrand_pair\tdescription\n"


def table(place: Path, *rows: str) -> Path:
    path = place / "targets.txt"
    path.write_text(HEADER + "".join("\t".join(row.split(" ", 6)) + "\n" for row in rows))
    return path


@pytest.mark.shared_data
def test_every_track_of_enformer_and_basenji2_is_told(shared_data: Path):
    tracks = read_calico(shared_data / "models/enformer/targets_human.txt")
    assert Counter(track.assay for track in tracks) == {"CHIP": 3_991, "DNASE": 674, "CAGE": 638, "ATAC": 10}
    assert all(track.tissue for track in tracks)
    assert all(track.partner == track.number and not track.strand for track in tracks)
    assert all(track.squash is None for track in tracks)
    assert kind(tracks[0]) == "accessibility"
    notebook = tracks[5_111]  # DeepMind's notebook reads K562 here
    assert (notebook.assay, notebook.number) == ("CAGE", 5_111)
    assert "K562" in notebook.tissue


@pytest.mark.shared_data
def test_strands_of_borzoi_are_partners(shared_data: Path):
    tracks = read_calico(shared_data / "models/borzoi/targets_human.txt", published=True)
    assert Counter(track.strand for track in tracks) == {"": 5_159, "+": 1_226, "-": 1_226}
    for track in tracks:
        other = tracks[track.partner]
        assert (track.strand, other.strand) in {("", ""), ("+", "-"), ("-", "+")}
        assert (track.tissue, track.assay) == (other.tissue, other.assay)
    squashed = Counter(track.squash.power for track in tracks if track.squash)
    assert squashed == {1: 7_611 - 1_543, 4 / 3: 1_543}  # RNA


def test_a_description_is_taken_apart(tmp_path: Path):
    path = table(
        tmp_path,
        "0 a+ 64 1.0 sum_sqrt 1 CAGE:heart, adult,",
        "1 a- 64 1.0 sum_sqrt 0 CAGE:heart, adult,",
        "2 b 32 2.0 mean 2 CHIP:H3K27ac:heart: left ventricle",
        "3 c 32 2.0 mean 3 RNA3:Muscle, satellite cell",
        "4 d 32 2.0 mean 4 CHIP:.:unknown",
    )
    found = read_calico(path)
    assert [(track.assay, track.mark, track.tissue, track.strand) for track in found] == [
        ("CAGE", "", "heart, adult", "+"),
        ("CAGE", "", "heart, adult", "-"),
        ("CHIP", "H3K27ac", "heart: left ventricle", ""),
        ("RNA", "", "Muscle, satellite cell", ""),
        ("CHIP", "", "unknown", ""),
    ]
    assert [track.squash for track in found[:3]] == [Squash(64, 2, 1), Squash(64, 2, 1), Squash(32, 1, 1)]
    assert read_calico(path, published=True)[2].squash == Squash(32, 1, 0, 2.0)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (("0 a+ 64 1.0 sum 1 CAGE:heart", "1 a- 64 1.0 sum 1 CAGE:heart"), r"a\+: no other track"),
        (("0 a+ 64 1.0 sum 7 CAGE:heart",), r"a\+: strand_pair 7 is not a line"),
        (("0 a 64 1.0 sum 0",), r"line 2: 6 columns, expected 7"),
        (("0 a+ much 1.0 sum 0 CAGE:heart",), r"a\+: clip_soft and scale must be numbers: .*much"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(rows: tuple[str, ...], words: str, tmp_path: Path):
    with pytest.raises(WeightsError, match=words):
        read_calico(table(tmp_path, *rows))


def test_a_table_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(WeightsError, match=r"expected a table of tracks .* found none"):
        read_calico(tmp_path / "none.txt")
