"""The annotated VCF: readable, indexed, in the original's format, whole or not there."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import pysam
import pytest

from landfall.genome.tables import ALLELE
from landfall.models.catalogue import SPLICE_MODELS
from landfall.models.splice.outputs import DELTA_TRACKS, POSITION_TRACKS
from landfall.models.splice.spliceai.spec import VCF_FIELD
from landfall.ranking import annotated_vcf
from landfall.testing import builders
from landfall.testing.toy_gene import MemoryGenome

FIELDS = annotated_vcf.fields_of(["spliceai"])
GENOME = MemoryGenome({"chr2": "A" * 1000, "chr1": "C" * 2000})


def variant(chrom: str, pos: int, **change: object) -> dict[str, object]:
    return {**builders.PLAIN_ALLELE, "chrom": chrom, "pos": pos, **change}


def row(v: dict[str, object], gene: str, rank: int, **change: object) -> dict[str, object]:
    """A row of the prioritised table with the columns that the VCF shows."""
    plain = {name: v[name] for name in ALLELE} | {
        "gene": gene, "rank": rank, "priority": 0.87654321, "event": "pseudoexon", "status": "scored", "reason": "",
        "finding_level": "finding", "finding_kinds": "splicing;pair", "partner": "chr1-12-C-T",
    }  # fmt: skip
    deltas = dict(zip(DELTA_TRACKS, (0.004, 0.0, 0.875, 1.0), strict=True))
    places = dict(zip(POSITION_TRACKS, (-12, 0, 500, 3), strict=True))
    numbers = {f"spliceai_{name}": value for name, value in (deltas | places).items()}
    return plain | numbers | {"spliceai_ds_max": 1.0} | change


FIRST, SECOND, THIRD = variant("chr2", 100, rsid="rs7"), variant("chr2", 500, qual=None), variant("chr1", 7)
NOT_SCORED = {"status": "not_scored", "reason": "unknown_sequence", "spliceai_ds_max": None, "event": None}
ROWS = [
    row(FIRST, "LATER", 2),
    row(FIRST, "BEST", 1),
    row(SECOND, "NONE", 3, **NOT_SCORED),
]


def write(path: Path, variants: list[dict[str, object]] | None = None) -> Path:
    chosen = [FIRST, SECOND, THIRD] if variants is None else variants
    annotated_vcf.write(chosen, ROWS, GENOME, "P", "spliceai:D=500,mask=0", path, FIELDS)
    return path


def test_the_string_is_the_originals():
    assert VCF_FIELD.string(ROWS[1], "BEST") == "C|BEST|0.00|0.00|0.88|1.00|-12|0|500|3"
    assert VCF_FIELD.string(ROWS[2], "NONE") is None
    assert VCF_FIELD.description.count("|") == 9


def test_the_file_is_read_by_pysam_with_its_index(tmp_path):
    with pysam.VariantFile(str(write(tmp_path / "annotated.vcf.gz"))) as found:
        assert list(found.header.contigs) == ["chr2", "chr1"]
        assert list(found.header.samples) == ["P"]
        assert [(r.chrom, r.pos) for r in found] == [("chr2", 100), ("chr2", 500), ("chr1", 7)]
        assert [r.pos for r in found.fetch("chr2", 400, 600)] == [500]
        assert [r.pos for r in found.fetch("chr1")] == [7]


def test_info_holds_the_strings_of_all_genes_and_the_best_rank(tmp_path):
    with pysam.VariantFile(str(write(tmp_path / "annotated.vcf.gz"))) as found:
        first, second, third = list(found)
    assert first.info["SpliceAI"] == tuple(
        f"C|{g}|0.00|0.00|0.88|1.00|-12|0|500|3" for g in ("LATER", "BEST")
    )
    assert (first.info["LF_RANK"], first.info["LF_GENE"], first.info["LF_EVENT"]) == (1, "BEST", "pseudoexon")
    assert (first.info["LF_FINDING"], first.info["LF_PARTNER"]) == ("finding", "chr1-12-C-T")
    assert first.info["LF_PRIORITY"] == pytest.approx(0.8765)
    assert (second.info["LF_NOT_SCORED"], "SpliceAI" in second.info) == ("unknown_sequence", False)
    assert dict(third.info) == {}
    assert (first.id, first.qual, second.id, second.qual) == ("rs7", 50, None, None)


@pytest.mark.parametrize("gene", ["A;B", "A,B", "A=B", "A B", "50%", "A|B", "A;LF_RANK=1,B"])
def test_a_name_of_a_gene_breaks_no_info(tmp_path, gene):
    rows = [row(FIRST, gene, 1), row(FIRST, "OTHER", 2)]
    path = tmp_path / "annotated.vcf.gz"
    annotated_vcf.write([FIRST], rows, GENOME, "P", "note", path, FIELDS)
    with pysam.VariantFile(str(path)) as found:
        info = next(found).info
    assert len(info["SpliceAI"]) == 2
    assert [text.count("|") for text in info["SpliceAI"]] == [VCF_FIELD.description.count("|")] * 2
    assert unquote(info["SpliceAI"][0].split("|")[1]) == gene
    assert (unquote(info["LF_GENE"]), info["LF_RANK"], info["LF_EVENT"]) == (gene, 1, "pseudoexon")


@pytest.mark.parametrize(
    ("zygosity", "genotype"),
    [("heterozygous", (0, 1)), ("homozygous", (1, 1)), ("hemizygous", (1,)), ("unknown", (None, None))],
)
def test_the_genotype_is_that_of_the_allele(tmp_path, zygosity, genotype):
    v = variant("chr2", 100, zygosity=zygosity, genotype="1|2", depth=None, genotype_quality=33.5)
    with pysam.VariantFile(str(write(tmp_path / "annotated.vcf.gz", [v]))) as found:
        call = next(found).samples["P"]
    assert (call["GT"], call["DP"], call["GQ"]) == (genotype, None, 34)


def test_a_file_without_variants_is_still_a_vcf_with_an_index(tmp_path):
    with pysam.VariantFile(str(write(tmp_path / "annotated.vcf.gz", []))) as found:
        assert list(found) == []
    assert (tmp_path / "annotated.vcf.gz.tbi").exists()


@pytest.mark.parametrize("filters", ["PASS", ".", "q10", "q10;LowQual"])
def test_bug_the_filters_of_the_input_are_declared(tmp_path, filters):
    path = write(tmp_path / "annotated.vcf.gz", [variant("chr2", 100, filter=filters)])
    with pysam.VariantFile(str(path)) as found:
        declared, record = set(found.header.filters), next(found)
    names = set(filters.split(";")) - {"."}
    assert set(record.filter.keys()) == names
    assert names <= declared
    assert "##FILTER=<ID=q10" in pysam.BGZFile(str(path)).read().decode() or "q10" not in filters


def test_the_same_rows_give_the_same_bytes(tmp_path):
    one, other = write(tmp_path / "one.vcf.gz"), write(tmp_path / "other.vcf.gz")
    assert one.read_bytes() == other.read_bytes()


def test_nothing_but_the_file_and_its_index_is_left(tmp_path):
    write(tmp_path / "annotated.vcf.gz")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["annotated.vcf.gz", "annotated.vcf.gz.tbi"]


@pytest.mark.parametrize("step", ["BGZFile", "tabix_index"])
def test_a_failure_leaves_nothing_under_the_final_name(tmp_path, monkeypatch, step):
    def fails(*_, **__):
        raise OSError("no space left on device")

    monkeypatch.setattr(annotated_vcf.pysam, step, fails)
    with pytest.raises(OSError, match="no space"):
        write(tmp_path / "annotated.vcf.gz")
    assert not (tmp_path / "annotated.vcf.gz").exists()
    assert not (tmp_path / "annotated.vcf.gz.tbi").exists()


def test_the_header_declares_the_fields_of_the_models_that_ran(tmp_path):
    with pysam.VariantFile(str(write(tmp_path / "annotated.vcf.gz"))) as found:
        assert [name for name in found.header.info if not name.startswith("LF_")] == ["SpliceAI"]
    every = [field.name for field in annotated_vcf.fields_of([model.name for model in SPLICE_MODELS])]
    assert len(every) > 1
    assert annotated_vcf.fields_of([]) == []
