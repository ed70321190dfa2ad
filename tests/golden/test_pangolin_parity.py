"""What Pangolin's own command printed for real variants of GRCh38, printed again by ``landfall splice``.

Its CSV holds the rounded scores of substitutions and insertions as float32 converted to float64 (0.5400000214576721 for
0.54), so scores are compared as two decimals. Its annotation was filtered line by line by the tag Ensembl_canonical,
which no exon of ``genes.GRCh38.gtf.gz`` carries: its genes have no annotated sites, as here for the masked scores.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from landfall.cli.main import main
from landfall.genome.sequence import Genome
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant
from landfall.models.registry import splice_model
from landfall.models.spec import SpliceModelSpec
from landfall.splicing.scoring import score_windows
from landfall.splicing.vcf import pangolin_compat
from landfall.splicing.windows import Reach, place
from landfall.testing.parity import Remembering

pytestmark = pytest.mark.shared_data

INFO = splice_model("pangolin").info
ALLELES = 37
DISTANCE = 50


@pytest.fixture(scope="module")
def model(shared_data: Path) -> Remembering:
    """The networks, loaded once; raw and masked scores share their outputs."""
    return Remembering(splice_model("pangolin").load(shared_data / "models" / "pangolin" / "weights", "cpu"))


@pytest.fixture
def resources(shared_data: Path, model: Remembering, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The networks where ``landfall splice`` seeks them."""
    weights = tmp_path / "resources" / "weights" / INFO.name
    weights.mkdir(parents=True)
    for file in INFO.files:
        (weights / file.name).symlink_to(shared_data / "models" / "pangolin" / "weights" / file.name)
    monkeypatch.setattr(SpliceModelSpec, "load", lambda *_, **__: model)
    return tmp_path / "resources"


def parsed(text: str) -> tuple[str, ...]:
    """Gene, increase, decrease and warnings with scores as two decimals; no position of a score of 0.00."""
    gene, *changes, warnings = text.split("|")
    found = []
    for change in changes:
        position, score = change.split(":")
        number = f"{abs(float(score)):.2f}"
        found += [
            "" if number == "0.00" else position,
            f"{float(score):+.2f}" if number != "0.00" else number,
        ]
    return gene, *found, warnings


def expected_of(path: Path) -> dict[str, tuple[str, ...]]:
    with path.open() as handle:
        return {
            f"{row['CHROM']}:{row['POS']}{row['REF']}>{row['ALT']}": parsed(row["Pangolin"])
            for row in csv.DictReader(handle)
        }


def printed(path: Path) -> dict[str, tuple[str, ...]]:
    found = {}
    for line in path.read_text().splitlines():
        if not line.startswith("#"):
            chrom, pos, _, ref, alt, _, _, info = line.split("\t")
            (field,) = [part for part in info.split(";") if part.startswith("Pangolin=")]
            found[f"{chrom}:{pos}{ref}>{alt}"] = parsed(field.split("=")[1])
    return found


@pytest.mark.parametrize("masked", [False, True], ids=["raw", "masked"])
@pytest.mark.parametrize("distance", [DISTANCE, pytest.param(500, marks=pytest.mark.slow)])
def test_every_string_of_the_original_is_printed(
    shared_data: Path,
    resources: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    distance: int,
    masked: bool,
) -> None:
    monkeypatch.setattr(pangolin_compat, "exon_ends", lambda _: set())
    golden, loci = shared_data / "models" / "pangolin" / "golden", shared_data / "loci"
    words = [
        "splice",
        "--model",
        INFO.name,
        "-I",
        str(golden / "variants.vcf"),
        "-O",
        str(tmp_path / "o.vcf"),
    ]
    words += ["-R", str(loci / "GRCh38.fa.gz"), "-A", str(loci / "genes.GRCh38.gtf.gz"), "-D", str(distance)]
    assert main([*words, "-M", str(int(masked)), "--resources", str(resources), "--device", "cpu"]) == 0
    expected = expected_of(golden / f"D{distance}.{'masked' if masked else 'raw'}.csv")
    assert len(expected) == ALLELES
    assert printed(tmp_path / "o.vcf") == expected


def test_the_numbers_of_the_original_with_annotated_sites(shared_data: Path, model: Remembering) -> None:
    """Official numbers on the contig of SpliceAI's tests, masked by exon ends and raw."""
    stored = json.loads(
        (shared_data / "models" / "pangolin" / "derived_official_code_vectors.json").read_text()
    )
    cases = [case for case in stored if case["chrom"] == "chr10"]
    assert {case["mask"] for case in cases} == {True, False}
    genome = Genome(shared_data / "spliceai_official" / "chr10_test.fa")
    reach = Reach(5_000, 3 * DISTANCE, 1.0, longest_ref=2 * DISTANCE, masked=False)
    for case in cases:
        (chrom,) = genome.lengths
        ends = case["exon_boundaries"]
        exons = tuple((start - 1, end) for start, end in zip(ends[::2], ends[1::2], strict=True))
        gene = Transcript("G", "G", "G", chrom, case["strand"], exons, representative=True)
        variant = Variant(chrom, case["pos"], case["ref"], case["alt"])
        (scored,) = score_windows(
            model, *place([(variant, gene)], genome, reach), DISTANCE, 1, outputs=1, past_allele=True
        )
        sites = pangolin_compat.exon_ends(gene) if case["mask"] else None
        official = "|".join(f"{case[f'{track}_pos']}:{case[track]:.2f}" for track in ("gain", "loss"))
        found = pangolin_compat.string(scored, "G", variant.start, sites)
        assert parsed(found) == parsed(f"G|{official}|Warnings:"), case
