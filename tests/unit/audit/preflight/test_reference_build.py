"""A VCF of another build is told by its bases wherever they lie in the file, and one of the same build is not."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import pysam
import pytest

from landfall.audit.preflight import reference_build
from landfall.genome.sequence import Genome
from landfall.testing import builders

LETTERS = builders.bases(60_000, 5)
CONTIGS = {"chr1": LETTERS, "chrM": builders.bases(900, 6)}
KINDS = ("plain", "gzip", "bgzip", "bcf")


@pytest.fixture(scope="module")
def genome(tmp_path_factory: pytest.TempPathFactory) -> Genome:
    return builders.genome(tmp_path_factory.mktemp("genome"), CONTIGS)


def written(folder: Path, kind: str, shift: int = 0, first: int = 1, last: int = 58_000) -> Path:
    """Substitutions at every third base; from ``first`` to ``last`` they are those of a genome moved by ``shift``."""
    lines = []
    for pos in range(1, 58_000, 3):
        ref = LETTERS[pos - 1 + (shift if first <= pos <= last else 0)]
        noise = random.Random(pos).randbytes(40).hex()  # so that the compressed file has many blocks
        lines.append(f"1 {pos} {noise} {ref} {'A' if ref != 'A' else 'C'} . . .")
    plain = folder / "in.vcf"
    plain.write_text(builders.vcf_text(lines, {"1": len(LETTERS)}))
    if kind == "gzip":
        path = folder / "in.vcf.gz"
        path.write_bytes(gzip.compress(plain.read_bytes()))
    elif kind == "bgzip":
        path = folder / "in.vcf.bgz"
        pysam.tabix_compress(str(plain), str(path), force=True)
    elif kind == "bcf":
        path = folder / "in.bcf"
        pysam.bcftools.view("-Ob", "-o", str(path), str(plain), catch_stdout=False)
    else:
        path = plain
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_the_reference_passes(tmp_path, genome, kind):
    path = written(tmp_path, kind)
    assert reference_build.disagreement(path, genome, 0.1) is None
    found = list(reference_build.sites(path))
    assert len(found) > 500
    assert all(ref == LETTERS[pos - 1] for _, pos, ref in found)


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_a_moved_genome_is_told(tmp_path, genome, kind):
    what, remedy = reference_build.disagreement(written(tmp_path, kind, shift=7), genome, 0.1)
    assert "sampled reference alleles disagree with the reference sequence (first: 1:" in what
    assert "another genome build" in remedy


@pytest.mark.parametrize("kind", ["plain", "bgzip"])
def test_places_over_the_whole_file_are_looked_at(tmp_path, genome, kind):
    """A fifth of the file at its end is of another build."""
    assert reference_build.disagreement(written(tmp_path, kind, 7, first=46_000), genome, 0.1) is not None
    assert reference_build.disagreement(written(tmp_path, kind, 7, first=57_000), genome, 0.1) is None


def test_few_mismatches_and_the_mitochondrion_do_not_count(tmp_path, genome):
    path = tmp_path / "in.vcf"
    wrong = [f"1 {pos} . {'A' if LETTERS[pos - 1] != 'A' else 'C'} G . . ." for pos in range(1, 11)]
    foreign = [
        f"MT {pos} . {'A' if CONTIGS['chrM'][pos - 1] != 'A' else 'C'} G . . ." for pos in range(1, 300)
    ]
    path.write_text(builders.vcf_text([*wrong[:9], *foreign], {"1": len(LETTERS), "MT": 900}))
    assert reference_build.disagreement(path, genome, 0.1) is None
    path.write_text(builders.vcf_text(wrong, {"1": len(LETTERS)}))
    assert reference_build.disagreement(path, genome, 0.1) is not None


@pytest.mark.parametrize(
    ("name", "build", "words"),
    [
        ("NC_000001.10", "GRCh38", "NC_000001.10 is a contig of GRCh37, the reference is GRCh38"),
        ("NC_000001.11", "GRCh38", None),
        ("NC_000023.11", "GRCh37", "NC_000023.11 is a contig of GRCh38, the reference is GRCh37"),
        ("NC_012920.1", "GRCh37", None),
        ("NC_000001.11", "synthetic", None),
        ("chr1", "GRCh37", None),
    ],
)
def test_an_accession_tells_its_build(name, build, words):
    found = reference_build.foreign_accession([name], build)
    assert (found and found[0]) == words
