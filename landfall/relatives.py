"""What the VCF says of a family: genotypes of all its members at the patient's alleles, and a census of all sites."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
import pysam
import pysam.bcftools

from landfall import tables
from landfall.chromosomes import kind

Row = Mapping[str, Any]
Spelling = tuple[str, int, str, str]
Census = Mapping[tuple[str, ...], int]
"""Number of sites by kind of chromosome and the genotypes of the members, in their order: ``("x", "0/1", "0/0")``."""
WRITTEN = ["record", "allele", "chrom", "pos", "ref", "alt"]
CENSUS_BLOCK = 32 << 20


def family_calls(
    vcf: Path, members: Mapping[str, str], variants: pa.Table, ledger: Path
) -> list[dict[str, Any]]:
    """Rows of tables.FAMILY_CALLS: every member at every allele of tables.VARIANTS, in the order of both.

    members: names in the VCF to names in the family, the patient first. ledger: tables.LEDGER of the first stage, which
    says how each allele is written in the VCF. Among records that write the same allele, the one with the patient's
    genotype counts. bcftools picks the sites, whatever the size of the file.
    """
    wanted = {(row["record"], row["allele"]): row for row in variants.to_pylist()}
    alleles: dict[Spelling, dict[str, Any]] = {}
    for place in _written(ledger, variants["record"]):
        row = wanted.get((place["record"], place["allele"]))
        if row is not None:
            alleles[place["chrom"], place["pos"], place["ref"], place["alt"]] = row
    found: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    patient = next(iter(members))
    for record in _records(vcf, alleles):
        for number, alt in enumerate(record.alts or (), start=1):
            row = alleles.get((record.chrom, record.pos, record.ref or "", alt))
            if row is None or not _same(record.samples[patient], row):
                continue
            calls = [
                _call(record.samples[name], number) | {"individual": who} for name, who in members.items()
            ]
            allele = {name: row[name] for name in (*tables.ALLELE, "record")}
            found[tuple(row[name] for name in tables.ALLELE)] = [
                {**allele, "allele": number, **call} for call in calls
            ]
    return [call for row in wanted.values() for call in found.get(tuple(row[n] for n in tables.ALLELE), ())]


def _written(ledger: Path, records: pa.ChunkedArray) -> Iterator[Row]:
    """The alleles of some records as the VCF writes them; the ledger of a genome is read in parts."""
    for batch in pq.ParquetFile(ledger).iter_batches(columns=WRITTEN):
        yield from batch.filter(pc.is_in(batch["record"], records.combine_chunks())).to_pylist()


def _records(vcf: Path, alleles: Mapping[Spelling, object]) -> Iterator[pysam.VariantRecord]:
    if not alleles:
        return
    with tempfile.TemporaryDirectory() as scratch:
        places, chosen = Path(scratch) / "places.tsv", Path(scratch) / "chosen.vcf"
        places.write_text("".join(f"{chrom}\t{pos}\n" for chrom, pos in sorted({a[:2] for a in alleles})))
        options = ["-T", str(places), "-Ov", "-o", str(chosen), str(vcf)]
        pysam.bcftools.view(*options, catch_stdout=False)
        with pysam.VariantFile(str(chosen)) as handle:
            yield from handle


def _same(sample: Any, row: Row) -> bool:
    """Whether a record is the one that the patient's row was read from, by its genotype."""
    return _genotype(sample).replace("|", "/") == str(row["genotype"]).replace("|", "/")


def _genotype(sample: Any) -> str:
    names = sample.allele_indices or (None,)
    return ("|" if sample.phased else "/").join("." if name is None else str(name) for name in names)


def _call(sample: Any, number: int) -> dict[str, Any]:
    """One member's call of one allele; a phase read from reads (PGT, PID) counts where GT has none."""
    names = sample.allele_indices or (None,)
    called = any(name is not None for name in names)
    genotype, phase_set = _genotype(sample), _text(sample.get("PS"))
    by_reads = _text(sample.get("PGT"))
    if "/" in genotype and by_reads and "|" in by_reads and set(names) <= {0, number}:
        genotype, phase_set = by_reads.replace("1", str(number)), _text(sample.get("PID"))
    copies = sum(name == number for name in names)
    return {
        "genotype": genotype,
        "phase_set": phase_set,
        "zygosity": _zygosity(copies, len(names)) if called else "uncalled",
        "copies": copies if called else None,
        "ploidy": len(names) if called else None,
        **_reads(sample, number),
    }


def _zygosity(copies: int, ploidy: int) -> str:
    if not copies:
        return "absent"
    if ploidy == 1:
        return "hemizygous"
    return "homozygous" if copies == ploidy else "heterozygous"


def _reads(sample: Any, number: int) -> dict[str, Any]:
    depths = [_number(value) for value in _several(sample.get("AD"))]
    own = depths[number] if len(depths) > number else None
    total = sum(depth for depth in depths if depth is not None) if len(depths) > 1 else None
    depth = _number(sample.get("DP"))
    share = own / total if own is not None and total else None
    return {"depth": total if depth is None else depth, "allele_depth": own, "allele_balance": share}


def _several(value: Any) -> Sequence[Any]:
    """A FORMAT value that may be undeclared: a text with commas then."""
    if isinstance(value, str):
        return value.split(",")
    return value if isinstance(value, tuple) else ()


def _number(value: Any) -> int | None:
    try:
        return int(float(value))
    except (TypeError, ValueError):
        return None


def _text(value: Any) -> str | None:
    text = str(value[0] if isinstance(value, tuple) else value)
    return None if text in ("None", ".", "") else text


def census(vcf: Path, names: Sequence[str], build: str) -> Census:
    """How many biallelic substitutions that passed have which genotypes of the members named.

    Genotypes are unphased and in order (``1|0`` is ``0/1``). Read in blocks: memory does not grow with the file.
    """
    counts: Counter[tuple[str, ...]] = Counter()
    with tempfile.TemporaryDirectory() as scratch:
        table, who = Path(scratch) / "genotypes.tsv", Path(scratch) / "names.txt"
        who.write_text("".join(f"{name}\n" for name in names))
        rule = 'N_ALT=1 && TYPE="snp" && (FILTER="PASS" || FILTER=".")'
        options = ["-S", str(who), "-i", rule, "-f", r"%CHROM\t%POS[\t%GT]\n", "-o", str(table), str(vcf)]
        pysam.bcftools.query(*options, catch_stdout=False)
        if table.stat().st_size:
            for block in _blocks(table, len(names)):
                counts.update(_counted(block, build))
    return counts


def _blocks(table: Path, members: int) -> Iterator[pa.RecordBatch]:
    columns = ["chrom", "pos", *map(str, range(members))]
    types = {"chrom": pa.string(), "pos": pa.int64()} | {name: pa.string() for name in columns[2:]}
    yield from pa.csv.open_csv(
        table,
        pa.csv.ReadOptions(column_names=columns, block_size=CENSUS_BLOCK),
        pa.csv.ParseOptions(delimiter="\t", quote_char=False),
        pa.csv.ConvertOptions(column_types=types, strings_can_be_null=False),
    )


def _counted(block: pa.RecordBatch, build: str) -> Counter[tuple[str, ...]]:
    """Sites of one block; only X and Y are asked position by position, as their ends are pseudoautosomal."""
    counts: Counter[tuple[str, ...]] = Counter()
    members = block.schema.names[2:]
    whole = pa.Table.from_batches([block])
    for contig in pc.unique(whole["chrom"]).to_pylist():
        here = whole.filter(pc.equal(whole["chrom"], contig))
        known = kind(contig, 0, build)
        if known in ("x", "y"):
            kinds = pa.array([kind(contig, pos, build) for pos in here["pos"].to_pylist()])
        else:
            kinds = pa.array([known] * len(here))
        here = here.append_column("kind", kinds)
        for row in here.group_by(["kind", *members]).aggregate([([], "count_all")]).to_pylist():
            counts[row["kind"], *(_unphased(row[name]) for name in members)] += row["count_all"]
    return counts


def _unphased(genotype: str) -> str:
    return "/".join(sorted(genotype.replace("|", "/").split("/")))
