"""The original's own rules, held against its code spelt out once more for one record."""

from __future__ import annotations

import random

import numpy as np
import pytest
import torch

from landfall.genome.encoding import one_hot
from landfall.genome.sequence import reverse_complement
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant
from landfall.splicing.vcf import spliceai_compat
from landfall.splicing.windows import Reach
from landfall.testing import builders
from landfall.testing.parity import loose
from landfall.testing.toy_gene import MemoryGenome
from landfall.testing.toy_splice_models import ToyModel

SEQUENCE = builders.bases(1200, seed=31)
GENOME = MemoryGenome({"chr1": SEQUENCE})
D = 15
GENES = [
    builders.transcript("PLUS", [(100, 300), (700, 1100)]),
    builders.transcript("MINUS", [(200, 420), (800, 1000)], "-"),
]
TABLE = (
    "#NAME\tCHROM\tSTRAND\tTX_START\tTX_END\tEXON_START\tEXON_END\n"
    "PLUS\t1\t+\t100\t1100\t100,700,\t300,1100,\n"
    "NA\t1\t-\t200\t1000\t200,\t1000,\n"
    "ELSE\t77\t-\t1\t9\t1,\t9,\n"
)


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


def original(v: Variant, gene: Transcript, masked: bool) -> str:
    """spliceai/utils.py of version 1.3.1, get_delta_scores, for one allele in one gene, with the toy network."""
    model, cov = ToyModel(), 2 * D + 1
    wid = 2 * model.context + cov
    ref_len, alt_len = len(v.ref), len(v.alt)
    if ref_len > 1 and alt_len > 1:
        return f"{v.alt}|{gene.gene}|.|.|.|.|.|.|.|."
    seq = SEQUENCE[v.pos - wid // 2 - 1 : v.pos + wid // 2]
    boundaries = np.union1d([s + 1 for s, _ in gene.exons], [e for _, e in gene.exons]) - v.pos
    nearest = min(boundaries, key=abs)
    left = max(wid // 2 + gene.start + 1 - v.pos, 0)
    right = max(wid // 2 - (gene.end - v.pos), 0)
    x_ref = "N" * left + seq[left : wid - right] + "N" * right
    x_alt = x_ref[: wid // 2] + v.alt + x_ref[wid // 2 + ref_len :]
    y_ref, y_alt = (_read(model, x, gene.strand) for x in (x_ref, x_alt))
    if ref_len > 1:
        zeros = np.zeros((ref_len - alt_len, 3))
        y_alt = np.concatenate([y_alt[: cov // 2 + alt_len], zeros, y_alt[cov // 2 + alt_len :]])
    elif alt_len > 1:
        folded = np.max(y_alt[cov // 2 : cov // 2 + alt_len], axis=0)[None]
        y_alt = np.concatenate([y_alt[: cov // 2], folded, y_alt[cov // 2 + alt_len :]])
    scores, positions = [], []
    for column, sign in ((1, 1), (1, -1), (2, 1), (2, -1)):
        change = sign * (y_alt[:, column] - y_ref[:, column])
        row = change.argmax()
        hidden = masked and ((row - cov // 2 == nearest) if sign > 0 else (row - cov // 2 != nearest))
        scores.append(f"{change[row] * (1 - hidden):.2f}")
        positions.append(str(row - cov // 2))
    return "|".join([v.alt, gene.gene, *scores, *positions])


def _read(model: ToyModel, sequence: str, strand: str) -> np.ndarray:
    turned = strand == "-"
    found = model.predict(one_hot([reverse_complement(sequence) if turned else sequence]))[0]
    return found[::-1] if turned else found


def variants() -> list[Variant]:
    rng, found = random.Random(5), []
    for _ in range(80):
        pos = rng.randint(120, 1080)
        ref_length, alt_length = rng.choice(
            [(1, 1), (1, 1), (1, 4), (5, 1), (14, 1), (3, 2), (16, 1), (30, 1)]
        )
        ref = SEQUENCE[pos - 1 : pos - 1 + ref_length]
        alt = (
            ref[0] + builders.bases(alt_length - 1, pos)
            if alt_length != ref_length
            else {"A": "G"}.get(ref, "A")
        )
        found.append(Variant("chr1", pos, ref, alt))
    return found


def annotate(chosen: list[Variant], masked: bool = False) -> dict[tuple[Variant, str], str]:
    return {
        (v, gene): text
        for v, gene, text in spliceai_compat.annotate(ToyModel(), chosen, GENES, GENOME, D, masked, 8)
    }


@pytest.mark.parametrize("masked", [False, True])
def test_strings_are_the_originals(masked):
    expected = {
        (v, g.gene): original(v, g, masked) for v in variants() for g in GENES if g.start < v.pos <= g.end
    }
    assert len(expected) > 100
    found = annotate(variants(), masked)
    assert {key: loose(text) for key, text in found.items()} == {
        key: loose(text) for key, text in expected.items()
    }
    assert sum("|." in text for text in expected.values()) > 3


@pytest.mark.parametrize("length", [D, D + 1, 2 * D, 2 * D + 1])
def test_bug_a_deletion_longer_than_the_distance_was_passed_over(length):
    """The original takes up to twice the distance."""
    v = Variant("chr1", 500, SEQUENCE[499 : 499 + length], SEQUENCE[499])
    expected = {(v, g.gene): original(v, g, masked=False) for g in GENES} if length <= 2 * D else {}
    assert annotate([v]) == expected


@pytest.mark.parametrize(
    ("v", "why"),
    [
        (Variant("chr1", 20, SEQUENCE[19], "A"), "near chromosome end"),
        (Variant("chr1", 1190, SEQUENCE[1189], "A"), "near chromosome end"),
        (Variant("chr1", 500, SEQUENCE[500:502][::-1], "A"), "ref issue"),
        (Variant("chr1", 500, SEQUENCE[499:530], "A"), "ref too long"),
        (Variant("chr1", 500, SEQUENCE[499], "*"), "alt without sequence"),
        (Variant("chr1", 500, SEQUENCE[499], "<DEL>"), "alt without sequence"),
        (Variant("chr1", 500, SEQUENCE[499], "."), "alt without sequence"),
        (Variant("chr1", 500, SEQUENCE[499], "A"), None),
    ],
)
def test_what_the_original_passes_over(v, why):
    assert spliceai_compat.passed_over(v, GENOME, Reach(ToyModel.context, D, 1.0)) == why


def test_nothing_is_printed_outside_genes_and_for_what_is_passed_over():
    outside = Variant("chr1", 60, SEQUENCE[59], "A" if SEQUENCE[59] != "A" else "C")
    star = Variant("chr1", 500, SEQUENCE[499], "*")
    assert annotate([outside, star]) == {}


def test_a_gene_table_is_read_with_its_names_as_they_are(tmp_path):
    path = tmp_path / "grch38.txt"
    path.write_text(TABLE)
    genes = spliceai_compat.read_gene_table(path, {"1": "chr1"})
    assert [(g.gene, g.chrom, g.strand, g.exons) for g in genes] == [
        ("PLUS", "chr1", "+", ((100, 300), (700, 1100))),
        ("NA", "chr1", "-", ((200, 1000),)),
    ]


@pytest.mark.parametrize(("pos", "nearest"), [(101, 0), (300, 0), (500, -200), (501, 200), (1100, 0)])
def test_the_nearest_boundary_is_the_lower_of_two_as_near(pos, nearest):
    assert spliceai_compat._nearest_boundary(GENES[0], pos) == nearest
