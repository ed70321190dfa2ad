"""MaxEntScan: the published examples of ``score5.pl`` and ``score3.pl``, and where the tables come from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from landfall.models.info import WeightsError
from landfall.models.splice import maxentscan

DONORS = {
    "cagGTAAGT": 10.858313,
    "gagGTAAGT": 11.078494,
    "taaATAAGT": -0.116791,
    "acggtaagt": 11.806539,
}
ACCEPTORS = {
    "ttccaaacgaacttttgtAGgga": 2.886773,
    "tgtctttttctgtgtggcAGtgg": 8.190965,
    "ttctctcttcagacttatAGcaa": -0.080278,
    "ctctactactatctatctagatc": 6.706947,
}
NAMES = ["score5", *(f"score3_{number}" for number in range(9))]
SIZES = [4**7, *[4**7] * 5, 64, 256, 64, 256]


@pytest.fixture
def tables(shared_data: Path) -> Path:
    return shared_data / "models" / "maxentscan" / "maxent_tables.npz"


@pytest.mark.shared_data
def test_the_published_examples(tables: Path):
    model = maxentscan.load(tables)
    assert {site: round(model.donor(site), 6) for site in DONORS} == DONORS
    assert {site: round(model.acceptor(site), 6) for site in ACCEPTORS} == ACCEPTORS


@pytest.mark.shared_data
def test_the_authors_files_give_the_same(tables: Path, tmp_path: Path):
    (tmp_path / "splicemodels").mkdir()
    files = ["me2x5", *(f"splicemodels/me2x3acc{number}" for number in range(1, 10))]
    with np.load(tables) as stored:
        for name, file in zip(NAMES, files, strict=True):
            (tmp_path / file).write_text("".join(f"{value!r}\n" for value in stored[name].tolist()))
    model = maxentscan.load(tmp_path)
    assert round(model.donor("cagGTAAGT"), 6) == DONORS["cagGTAAGT"]
    assert round(model.acceptor("ttccaaacgaacttttgtAGgga"), 6) == ACCEPTORS["ttccaaacgaacttttgtAGgga"]


def even(folder: Path) -> Path:
    """Tables that find every sequence as likely in a site as elsewhere."""
    np.savez(folder / "even.npz", **{name: np.ones(size) for name, size in zip(NAMES, SIZES, strict=True)})
    return folder / "even.npz"


def test_with_even_tables_only_the_two_shared_bases_count(tmp_path: Path):
    model = maxentscan.load(even(tmp_path))
    assert model.donor("AAAGTAAAA") == pytest.approx(np.log2(0.9896 * 0.9884 / (0.23 * 0.27)))
    assert model.acceptor("T" * 18 + "AGTTT") == pytest.approx(np.log2(0.9903 * 0.9905 / (0.27 * 0.23)))


def test_sites_are_found_in_a_sequence_by_where_intron_or_exon_begins(tmp_path: Path):
    model = maxentscan.load(even(tmp_path))
    intron = "GT" + "A" * 20 + "AG"
    sequence = "CCC" + intron + "CCC"
    assert model.donor_at(sequence, 3) == model.donor("CCCGTAAAA")
    assert model.acceptor_at(sequence, 27) == model.acceptor(sequence[7:])
    assert model.donor_at(sequence, 2) is None  # only two bases of exon
    assert model.donor_at(sequence, 25) is None  # only five bases behind
    assert model.acceptor_at(sequence.replace("TA", "TN"), 27) is not None
    assert model.acceptor_at(sequence[:20] + "N" + sequence[21:], 27) is None


@pytest.mark.parametrize("site", ["CAGGTAAG", "CAGGTNAGT", "CAGGTAAGTA", ""])
def test_a_site_that_cannot_be_scored_is_refused(tmp_path: Path, site: str):
    with pytest.raises(ValueError, match="a site has 9 bases of A, C, G and T"):
        maxentscan.load(even(tmp_path)).donor(site)


def test_missing_and_wrong_tables_are_named_all_at_once(tmp_path: Path):
    (tmp_path / "me2x5").write_text("1\n2\n")
    with pytest.raises(WeightsError) as error:
        maxentscan.load(tmp_path)
    assert "score5: expected 16384 numbers above 0, found 2" in str(error.value)
    assert "score3_8: expected 256 numbers above 0, found none" in str(error.value)
    (tmp_path / "me2x5").write_text("a\n")
    with pytest.raises(WeightsError, match="me2x5: expected a number a line"):
        maxentscan.load(tmp_path)
    (tmp_path / "other.npz").write_text("no archive")
    with pytest.raises(WeightsError, match=r"other.npz: expected an .npz of tables"):
        maxentscan.load(tmp_path / "other.npz")
