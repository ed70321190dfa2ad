"""Every base around a variant replaced by every other: against reading each alternate alone."""

from __future__ import annotations

import numpy as np
import pytest

from landfall.genome.encoding import BASES
from landfall.models.interpret.in_silico_mutagenesis import mutagenesis
from landfall.models.tracks.base import Layout


class Motif:
    """One track that counts the motif TATA; bases in the order A, G, C, T, as DeepSEA has them."""

    targets = ()
    layout = Layout(length=40, variant=19, first=0, bin=40, bins=1, order="AGCT")

    def read(self, reference, alternates):
        return self.count(reference), [self.count(window) for window in alternates]

    def count(self, window):
        letters = "".join("AGCT"[row.argmax()] if row.any() else "N" for row in window)
        return np.array([[float(letters.count("TATA"))]], dtype=np.float32)


def lost(reference, alternate):
    return float((alternate - reference).sum())


SEQUENCE = "C" * 18 + "TATA" + "G" * 18


def test_the_bases_of_the_motif_and_no_others_matter():
    window = Motif.layout.encode(SEQUENCE)
    scores = mutagenesis(Motif(), window, 15, 25, lost)
    assert scores.shape == (10, 4)
    for row, base in zip(scores, SEQUENCE[15:25], strict=True):
        assert row[BASES.index(base)] == 0
        others = [value for value, other in zip(row, BASES, strict=True) if other != base]
        assert others == [-1.0 if base in "TA" else 0.0] * 3


def test_a_base_that_makes_a_motif_shows_in_its_own_column():
    scores = mutagenesis(Motif(), Motif.layout.encode("C" * 18 + "TACA" + "G" * 18), 20, 21, lost)
    assert scores.tolist() == [[0, 0, 0, 1]]


def test_an_n_is_not_judged():
    scores = mutagenesis(Motif(), Motif.layout.encode("N" + SEQUENCE[1:]), 0, 2, lost)
    assert np.isnan(scores[0]).all()
    assert not np.isnan(scores[1]).any()


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (5, 5), (38, 41)])
def test_a_stretch_outside_the_window_is_refused(start, end):
    with pytest.raises(ValueError, match="not a stretch of the window's 40"):
        mutagenesis(Motif(), Motif.layout.encode(SEQUENCE), start, end, lost)


def test_the_window_is_left_as_it_was():
    window = Motif.layout.encode(SEQUENCE)
    before = window.copy()
    mutagenesis(Motif(), window, 10, 30, lost)
    assert np.array_equal(window, before)
