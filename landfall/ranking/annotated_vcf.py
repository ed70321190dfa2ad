"""The annotated VCF: the variants that passed the filters, with scores in the format of SpliceAI."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pysam

from landfall.genome.sequence import Genome
from landfall.genome.variant import Variant, allele_of
from landfall.io import atomic
from landfall.models.catalogue import SPLICE_MODELS
from landfall.models.splice.outputs import VcfField
from landfall.ranking.finding.columns import has_kind
from landfall.ranking.rows import PrioritisedRow
from landfall.variants.site_fields import escaped

Row = Mapping[str, Any]

INFO = (
    ("LF_RANK", "1", "Integer", "Best rank of the allele in landfall's prioritised table"),
    ("LF_PRIORITY", "1", "Float", "Ranking score of that rank, 0 to 1"),
    ("LF_GENE", "1", "String", "Gene of that rank"),
    ("LF_FINDING", "1", "String", "Level of that rank: finding, candidate or none"),
    ("LF_FINDING_KINDS", ".", "String", "Evidence behind that level"),
    ("LF_PARTNER", "1", "String", "Partner of the pair that explains the disease, as chrom-pos-ref-alt"),
    ("LF_EVENT", "1", "String", "Likeliest predicted splicing outcome in that gene"),
    ("LF_NOT_SCORED", "1", "String", "Reason why no model scored the allele"),
)
GENOTYPES = {"heterozygous": "0/1", "homozygous": "1/1", "hemizygous": "1", "unknown": "./."}


def fields_of(models: Collection[str]) -> list[VcfField]:
    """The fields of the splice models that ran, by name."""
    return [model.vcf_field for model in SPLICE_MODELS if model.name in models and model.vcf_field]


def write(
    variants: Sequence[Row],
    prioritised: Sequence[PrioritisedRow],
    genome: Genome,
    sample: str,
    note: str,
    path: Path,
    fields: Sequence[VcfField],
) -> None:
    """Write a bgzip VCF and its tabix index, in the order of the variants (contig of the reference, position).

    sample: name of the one genotype column. note: settings of the run for the header. fields: of the models.
    """
    by_allele: dict[Variant, list[PrioritisedRow]] = {}
    for row in prioritised:
        by_allele.setdefault(allele_of(row), []).append(row)
    with atomic.written(path) as packed, atomic.written(Path(f"{path}.tbi")) as index:
        with pysam.BGZFile(str(packed), "wb", None) as handle:
            handle.write("".join(_header(genome, sample, note, _filters(variants), fields)).encode())
            for variant in variants:
                found = by_allele.get(allele_of(variant), [])
                handle.write(_line(variant, found, fields).encode())
        pysam.tabix_index(str(packed), preset="vcf", force=True, index=str(index))


def _filters(variants: Iterable[Row]) -> list[str]:
    """The filters named in the records; a reader may reject one that the header does not declare."""
    names = {name for variant in variants for name in variant["filter"].split(";")}
    return sorted(names - {"PASS", ".", ""})


def _header(
    genome: Genome, sample: str, note: str, filters: Iterable[str], fields: Iterable[VcfField]
) -> Iterable[str]:
    yield "##fileformat=VCFv4.2\n"
    yield f"##landfall={note}\n"
    yield '##FILTER=<ID=PASS,Description="All filters passed">\n'
    for name in filters:
        yield f'##FILTER=<ID={name},Description="As in the input">\n'
    of_models = ((field.name, ".", "String", field.description) for field in fields)
    for name, number, kind, description in (*of_models, *INFO):
        yield f'##INFO=<ID={name},Number={number},Type={kind},Description="{description}">\n'
    yield '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype of this allele, others as reference">\n'
    yield '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Read depth">\n'
    yield '##FORMAT=<ID=GQ,Number=1,Type=Integer,Description="Genotype quality, rounded">\n'
    for name, length in genome.lengths.items():
        yield f"##contig=<ID={name},length={length}>\n"
    yield f"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t{sample}\n"


def _line(variant: Row, rows: Sequence[PrioritisedRow], of_models: Sequence[VcfField]) -> str:
    fixed = [variant["chrom"], variant["pos"], variant["rsid"] or ".", variant["ref"], variant["alt"]]
    quality = "." if variant["qual"] is None else f"{variant['qual']:g}"
    call = ":".join(
        [GENOTYPES[variant["zygosity"]], _number(variant["depth"]), _rounded(variant["genotype_quality"])]
    )
    fields = [*fixed, quality, variant["filter"], _info(rows, of_models), "GT:DP:GQ", call]
    return "\t".join(map(str, fields)) + "\n"


def _number(value: float | None) -> str:
    return "." if value is None else f"{value:g}"


def _rounded(value: float | None) -> str:
    """GQ is an integer in the VCF specification, but some callers write fractions."""
    return "." if value is None else f"{value:.0f}"


def _info(rows: Sequence[PrioritisedRow], fields: Sequence[VcfField]) -> str:
    if not rows:
        return "."
    best = min(rows, key=lambda row: row["rank"])
    strings = {
        field.name: ",".join(text for row in rows if (text := field.string(row, escaped(row["gene"], "|"))))
        for field in fields
    }
    items = {
        **strings,
        "LF_RANK": best["rank"],
        "LF_PRIORITY": f"{best['priority']:.4g}",
        "LF_GENE": escaped(best["gene"]),
        "LF_FINDING": best["finding_level"],
        "LF_FINDING_KINDS": best["finding_kinds"].replace(";", ","),
        "LF_PARTNER": escaped(best["partner"] or "") if has_kind(best, "pair") else "",
        "LF_EVENT": escaped(best["event"] or ""),
        "LF_NOT_SCORED": escaped(best["reason"]) if best["status"] == "not_scored" else "",
    }
    return ";".join(f"{name}={value}" for name, value in items.items() if value not in (None, ""))
