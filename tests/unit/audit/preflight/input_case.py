"""A small sound case whose files a test damages, and the checks' words about it."""

from __future__ import annotations

import json
from pathlib import Path

import pysam
import pytest

from landfall.audit.preflight import run
from landfall.io.errors import InputError
from tests.unit.audit.preflight.deep_check import deep_check

CONTIGS = {"chr1": 3000, "chr2": 2000}


def bgzip(path: Path, text: str) -> None:
    plain = path.with_suffix("")
    plain.write_text(text)
    pysam.tabix_compress(str(plain), str(path), force=True)
    plain.unlink()


def fasta(lengths: dict[str, int] = CONTIGS) -> str:
    return "".join(f">{name}\n{'ACGT' * (length // 4)}\n" for name, length in lengths.items())


def vcf(
    contigs: dict[str, int] = CONTIGS,
    samples: str = "KID",
    info: str = "AF",
    records: bool = True,
    declare: bool = True,
) -> str:
    lines = ["##fileformat=VCFv4.2"]
    lines += [f"##contig=<ID={name},length={length}>" for name, length in contigs.items()] if declare else []
    lines += [f'##INFO=<ID={info},Number=A,Type=Float,Description="frequency, of the allele">']
    names = samples.split()
    head = [
        "#CHROM",
        "POS",
        "ID",
        "REF",
        "ALT",
        "QUAL",
        "FILTER",
        "INFO",
        *(["FORMAT", *names] if names else []),
    ]
    calls = ["GT", *["0/1"] * len(names)] if names else []
    body = [[name, "10", ".", "C", "T", "50", "PASS", f"{info}=0.1", *calls] for name in contigs]
    return "\n".join([*lines, "\t".join(head), *("\t".join(row) for row in body if records), ""])


def gtf(gene: str = "DMD", contig: str = "chr1", feature: str = "CDS") -> str:
    names = f'gene_id "G1"; transcript_id "T1.1"; gene_name "{gene}";'
    rows = [
        ("transcript", 101, 400),
        ("exon", 101, 200),
        (feature, 101, 200),
        ("exon", 301, 400),
        (feature, 301, 400),
    ]
    return "".join(f"{contig}\ttest\t{kind}\t{start}\t{end}\t.\t+\t.\t{names}\n" for kind, start, end in rows)


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A whole and sound case, in the folder that the run is started in."""
    monkeypatch.chdir(tmp_path)
    bgzip(Path("genome.fa.gz"), fasta())
    Path("genes.gtf").write_text(gtf())
    bgzip(Path("patient.vcf.gz"), vcf())
    bgzip(Path("sites.vcf.gz"), vcf(samples=""))
    Path("family.ped").write_text("F\tKID\t0\t0\t1\t2\n")
    Path("regions.bed").write_text("#regions\nchr1\t0\t500\n")
    Path("panel.txt").write_text("# panel\nDMD\n")
    Path("samples.tsv").write_text(
        "sample\tvcf\tped\thpo\tgenes\tregions\n"
        "demo\tpatient.vcf.gz\tfamily.ped\tHP:0003323\tpanel.txt\tregions.bed\n"
    )
    Path("config.yaml").write_text(
        "samples: samples.tsv\ngenome:\n  build: synthetic\n  fasta: genome.fa.gz\n  annotation: genes.gtf\n"
        "filter:\n  frequency:\n    info_fields: [AF]\n    sites: sites.vcf.gz\n"
        "models:\n  - name: spliceai\nlicences: {accepted: [spliceai]}\n"
    )
    return tmp_path


def quick() -> list[str]:
    with pytest.raises(InputError) as caught:
        run.load("config.yaml")
    return [str(fault) for fault in caught.value.faults]


def deep() -> list[str]:
    with pytest.raises(InputError) as caught:
        deep_check(*run.load("config.yaml"))
    return [str(fault) for fault in caught.value.faults]


def edit(name: str, old: str, new: str) -> None:
    text = Path(name).read_text()
    assert old in text
    Path(name).write_text(text.replace(old, new))


def add(column: str, file: str, text: str) -> None:
    """A column of the sheet with a file that is made."""
    Path(file).write_text(text)
    header, row = Path("samples.tsv").read_text().splitlines()
    Path("samples.tsv").write_text(f"{header}\t{column}\n{row}\t{file}\n")


def packet(sex: str = "MALE", term: str = "HP:0003236") -> str:
    features = [{"type": {"id": term}}, {"type": {"id": "HP:0001250"}, "excluded": True}]
    return json.dumps({"id": "x", "subject": {"id": "KID", "sex": sex}, "phenotypicFeatures": features})
