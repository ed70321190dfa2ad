"""What OpenSpliceAI's own command printed for real variants of GRCh38, printed again by ``landfall splice``.

Where a delta score is printed as 0.00 its position may be that of the largest rounding error, on which machines need
not agree: such a position is not compared (``loose``), every other number is, to the printed digit.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from landfall.cli.main import main
from landfall.models.registry import splice_model
from landfall.models.spec import SpliceModelSpec
from landfall.testing.parity import Remembering, loose

pytestmark = pytest.mark.shared_data

INFO = splice_model("openspliceai").info
ALLELES = 38
"""Alleles in a gene among the 37 records; one lies in two genes."""


@pytest.fixture(scope="module")
def resources(
    shared_data: Path, spliceai_gene_tables: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """The networks where ``landfall splice`` seeks them; loaded once, as raw and masked scores share their outputs."""
    folder = tmp_path_factory.mktemp("resources")
    weights = folder / "weights" / INFO.name
    weights.mkdir(parents=True)
    for file in INFO.files:
        (weights / file.name).symlink_to(shared_data / "models" / "openspliceai" / "weights" / file.name)
    (folder / "weights" / "spliceai").symlink_to(spliceai_gene_tables)
    remembering = Remembering(splice_model(INFO.name).load(weights, "cpu"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SpliceModelSpec, "load", lambda *_, **__: remembering)
        yield folder


def strings(path: Path) -> dict[str, list[str]]:
    """The strings of each record, in their order, by position and alleles."""
    lines = [line.split("\t") for line in path.read_text().splitlines() if not line.startswith("#")]
    found = {}
    for chrom, pos, _, ref, alt, _, _, info, *_ in lines:
        field = next((part for part in info.split(";") if part.startswith("OpenSpliceAI=")), "=")
        found[f"{chrom}:{pos}{ref}>{alt}"] = field.split("=")[1].split(",")
    return found


@pytest.mark.parametrize("masked", [False, True], ids=["raw", "masked"])
@pytest.mark.parametrize("distance", [50, pytest.param(500, marks=pytest.mark.slow)])
def test_every_string_of_the_original_is_printed(
    shared_data: Path, resources: Path, tmp_path: Path, distance: int, masked: bool
) -> None:
    golden = shared_data / "models" / "openspliceai" / "golden"
    words = [
        "splice",
        "--model",
        INFO.name,
        "-I",
        str(golden / "variants.vcf"),
        "-O",
        str(tmp_path / "o.vcf"),
    ]
    words += ["-R", str(shared_data / "loci" / "GRCh38.fa.gz"), "-A", "grch38", "-D", str(distance)]
    assert main([*words, "-M", str(int(masked)), "--resources", str(resources), "--device", "cpu"]) == 0
    expected = strings(golden / f"D{distance}.{'masked' if masked else 'raw'}.vcf")
    found = strings(tmp_path / "o.vcf")
    assert sum(map(len, expected.values())) == ALLELES
    assert {allele: list(map(loose, texts)) for allele, texts in found.items()} == {
        allele: list(map(loose, texts)) for allele, texts in expected.items()
    }
