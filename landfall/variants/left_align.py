"""Left alignment of the alleles of a block, by bcftools for those that it may change."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pysam
import pysam.bcftools

from landfall.genome.sequence import Genome
from landfall.io.columns import arrow, letters, looked_up, series
from landfall.variants.alleles import places
from landfall.variants.site_fields import ONE_AT_A_TIME
from landfall.variants.vcf import read_records

SPELLING = ["chrom", "pos", "ref", "alt"]
FEW = 200
"""Alleles of a contig in one block below which bcftools alone reads the reference."""


def normalise_spelling(alleles: pd.DataFrame, genome: Genome) -> pd.DataFrame:
    """Left-align, trim and check against the reference: what ``bcftools norm`` makes of the alleles.

    Takes chrom, pos, ref, alt; returns the same columns on the same index, upper-case and with the reference's
    contig names, without the rows whose REF disagrees with the reference. Alleles that are
    parsimonious and agree with the reference need no bcftools; it decides on the others.
    """
    upper = alleles[["chrom", "pos", "ref", "alt"]].assign(
        chrom=series(pa.array(looked_up(alleles["chrom"], genome.aliases), pa.string()), alleles.index),
        pos=alleles["pos"].astype("int64"),
        ref=series(pc.ascii_upper(arrow(alleles["ref"])), alleles.index),
        alt=series(pc.ascii_upper(arrow(alleles["alt"])), alleles.index),
    )
    settled = parsimonious(upper) & _as_in_reference(upper, genome)
    return upper if settled.all() else _realigned(upper, np.flatnonzero(~settled), genome)


def _realigned(alleles: pd.DataFrame, rows: np.ndarray, genome: Genome) -> pd.DataFrame:
    """The alleles with those at ``rows`` as ``bcftools norm`` writes them, or left out."""
    spelt = _norm(alleles.iloc[rows], genome)
    new = np.zeros(len(alleles), dtype=bool)
    new[rows[spelt["row"]]] = True
    pos = alleles["pos"].to_numpy().copy()
    pos[new] = spelt["pos"]
    written = {
        name: series(
            pc.replace_with_mask(arrow(alleles[name]), pa.array(new), arrow(spelt[name])), alleles.index
        )
        for name in ("ref", "alt")
    }
    whole = alleles.assign(pos=pos, **written)
    if len(spelt) == len(rows):
        return whole
    there = new
    there[np.setdiff1d(np.arange(len(alleles)), rows)] = True
    return whole[there]


def parsimonious(alleles: pd.DataFrame) -> np.ndarray:
    """Whether nothing can be trimmed or shifted: the alleles end in different bases and begin in different ones,
    or one of them is a single base (Tan, Abecasis and Kang 2015).
    """
    ref, alt = arrow(alleles["ref"]), arrow(alleles["alt"])
    ends = pc.not_equal(pc.utf8_slice_codeunits(ref, -1), pc.utf8_slice_codeunits(alt, -1))
    begins = pc.not_equal(pc.utf8_slice_codeunits(ref, 0, 1), pc.utf8_slice_codeunits(alt, 0, 1))
    single = pc.equal(pc.min_element_wise(pc.binary_length(ref), pc.binary_length(alt)), 1)
    found: np.ndarray = pc.and_(ends, pc.or_(begins, single)).to_numpy(zero_copy_only=False)
    return found


def _as_in_reference(alleles: pd.DataFrame, genome: Genome) -> np.ndarray:
    """Whether every base of REF is the reference's; False where the contig has too few alleles to read it."""
    agrees = np.zeros(len(alleles), dtype=bool)
    chrom, starts = looked_up(alleles["chrom"], genome.aliases), alleles["pos"].to_numpy() - 1
    for name in pd.unique(chrom):
        rows = np.flatnonzero(chrom == name)
        if len(rows) >= FEW:
            agrees[rows] = _agree(alleles["ref"].iloc[rows], starts[rows], name, genome)
    return agrees


def _agree(ref: pd.Series[str], starts: np.ndarray, chrom: str, genome: Genome) -> np.ndarray:
    """Whether each REF equals the contig's sequence at its start (0-based)."""
    codes, first = letters(arrow(ref))
    where = np.arange(len(codes)) + np.repeat(starts - first[:-1], np.diff(first))
    wrong = codes != genome.letters(chrom, where)
    agrees: np.ndarray = np.add.reduceat(wrong, first[:-1]) == 0
    return agrees


def _norm(alleles: pd.DataFrame, genome: Genome) -> pd.DataFrame:
    """The alleles as ``bcftools norm`` writes them, without those whose REF disagrees with the reference.

    Columns row (the number in ``alleles``, ascending), chrom, pos, ref, alt.
    """
    with ONE_AT_A_TIME, tempfile.TemporaryDirectory() as scratch:
        before, after = (str(Path(scratch) / name) for name in ("in.vcf", "out.vcf"))
        _write_sites(alleles, genome, before)
        pysam.bcftools.norm("-f", str(genome.path), "-c", "x", "-Ov", "-o", after, before, catch_stdout=False)
        blocks = [block[["id", *SPELLING]] for block in read_records(Path(after), None, with_info=False)]
    if not blocks:
        return alleles[SPELLING][:0].assign(row=np.zeros(0, np.int64))
    frame = pd.concat(blocks, ignore_index=True).rename(columns={"id": "row"})
    return frame.astype({"row": "int64", "pos": "int64"}).sort_values("row")


def _write_sites(alleles: pd.DataFrame, genome: Genome, path: str) -> None:
    """A VCF of sites whose ID is the row number, in the order of the reference."""
    order = pa.array(np.argsort(places(alleles, genome), kind="stable"))
    columns = [arrow(alleles["chrom"]), pa.array(alleles["pos"]).cast(pa.string())]
    columns += [
        pa.array(np.arange(len(alleles))).cast(pa.string()),
        arrow(alleles["ref"]),
        arrow(alleles["alt"]),
    ]
    lines = pc.binary_join_element_wise(*(column.take(order) for column in columns), ".\t.\t.\n", "\t")
    with Path(path).open("wb") as handle:
        handle.write(b"##fileformat=VCFv4.2\n")
        for name, length in genome.lengths.items():
            handle.write(f"##contig=<ID={name},length={length}>\n".encode())
        handle.write(b"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n")
        handle.write(letters(lines)[0].tobytes())
