"""Alleles of a VCF: split from their records, checked for valid syntax, located on the reference."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from landfall.genome import chromosomes
from landfall.genome.sequence import Genome
from landfall.io.columns import arrow, letters, looked_up, series

# Rules of normalisation in the order of application; the first that holds decides.
SYNTAX_RULES: tuple[tuple[str, str, str], ...] = (
    ("no_alternate", r"^\.?$", "the record has no alternate allele"),
    ("reference_block", r"^<(?:NON_REF|\*|X)>$", "a gVCF reference block"),
    ("spanning_deletion", r"^\*$", "marks a deletion called in another record"),
    ("breakend", r"[\[\]]|^\.[ACGTNacgtn]+$|^[ACGTNacgtn]+\.$", "a breakend of a rearrangement"),
    ("symbolic", r"^<.*>$", "a symbolic allele without its sequence"),
    ("non_acgt", r"[^ACGTacgt]", "ALT holds a character that is not A, C, G or T"),
)


def split_alleles(records: pd.DataFrame) -> pd.DataFrame:
    """One row per alternate allele, numbered from 1 in ``allele``; a record without one keeps one row, '.'.

    ``row``: the number of its record in the block, from 0, by which its calls are read.
    """
    lists = pc.split_pattern(arrow(records["alt"]), ",")
    parents = pc.list_parent_indices(lists).to_numpy()
    first = np.asarray(lists.offsets)[parents]
    others = records.drop(columns="alt")  # a list of all alternates is not copied for each of them
    alleles = others if len(parents) == len(records) else others.take(parents)
    return alleles.reset_index(drop=True).assign(
        alt=series(pc.list_flatten(lists)),
        allele=(np.arange(len(parents)) - first + 1).astype(np.int32),
        row=parents.astype(np.int64),
    )


def names(alleles: pd.DataFrame) -> pd.Series[str]:
    """chrom-pos-ref-alt of each allele."""
    parts = [arrow(alleles[name]) for name in ("chrom", "ref", "alt")]
    pos = pa.array(alleles["pos"]).cast(pa.string())
    return series(pc.binary_join_element_wise(parts[0], pos, *parts[1:], "-"), alleles.index)


def places(alleles: pd.DataFrame, genome: Genome) -> np.ndarray:
    """Number of each allele's first base, counted through the whole reference; chrom named as the reference does."""
    before: np.ndarray = looked_up(alleles["chrom"], genome.starts).astype(np.int64)
    found: np.ndarray = before + alleles["pos"].to_numpy(dtype=np.int64)
    return found


def kinds(alleles: pd.DataFrame, build: str) -> np.ndarray:
    """The kind of chromosome at each chrom and (numeric) pos: :func:`landfall.genome.chromosomes.kind`."""
    where = {name: chromosomes.kind(name, 0, build) for name in alleles["chrom"].unique()}
    found, pos = looked_up(alleles["chrom"], where), alleles["pos"].to_numpy()
    for name in where:
        for start, end in chromosomes.pseudoautosomal(name, build):
            inside = (pos > start) & (pos <= end) & (alleles["chrom"] == name).to_numpy(dtype=bool)
            found[inside] = chromosomes.AUTOSOME
    return found


def syntax_verdicts(alleles: pd.DataFrame, genome: Genome) -> pd.DataFrame:
    """Rule and detail of every allele that cannot be normalised; the others have no row."""
    verdict = _verdicts(alleles[~_well_formed(alleles, genome)], genome)
    return verdict[verdict["rule"] != ""]


def _well_formed(alleles: pd.DataFrame, genome: Genome) -> np.ndarray:
    """Whether REF and ALT are two different sequences of A, C, G, T within a contig of the reference."""
    ref, alt = arrow(alleles["ref"]), arrow(alleles["alt"])
    differ = pc.not_equal(pc.ascii_upper(ref), pc.ascii_upper(alt)).to_numpy(zero_copy_only=False)
    lengths = {name: genome.lengths[here] for name, here in genome.aliases.items()}
    length = looked_up(alleles["chrom"], lengths).astype(float)
    start = positions(alleles["pos"]).to_numpy()
    inside = (start >= 1) & (start + np.diff(letters(ref)[1]) - 1 <= length)
    sound: np.ndarray = inside & differ & _plain_bases(ref) & _plain_bases(alt)
    return sound


_IS_BASE = np.isin(np.arange(256, dtype=np.uint8), np.frombuffer(b"ACGTacgt", np.uint8))


def _plain_bases(text: pa.Array) -> np.ndarray:
    """Whether each text is one or more of A, C, G, T."""
    codes, where = letters(text)
    strange = ~_IS_BASE[codes]
    plain: np.ndarray = np.diff(where) > 0
    if strange.any():
        plain &= np.diff(np.concatenate([[0], np.cumsum(strange)])[where]) == 0
    return plain


def _verdicts(alleles: pd.DataFrame, genome: Genome) -> pd.DataFrame:
    """Rule and detail of each invalid allele, by the first rule that holds."""
    verdict = pd.DataFrame({"rule": "", "detail": ""}, index=alleles.index, dtype=object)
    alt, ref, chrom = alleles["alt"], alleles["ref"], alleles["chrom"]
    for rule, pattern, detail in SYNTAX_RULES:
        _decide(verdict, alt.str.contains(pattern, regex=True), rule, detail)
    unreadable = ref.str.contains("[^ACGTacgt]") | (ref == "")
    _decide(verdict, unreadable, "non_acgt", "REF holds a character that is not A, C, G or T")
    _decide(verdict, ref.str.upper() == alt.str.upper(), "no_alternate", "ALT equals REF")
    contig = chrom.map(genome.aliases)
    _decide(verdict, contig.isna(), "contig_unknown", "the reference has no contig " + chrom)
    number = positions(alleles["pos"])
    _decide(verdict, ~(number >= 1), "position", "POS is not a position: " + alleles["pos"])
    beyond = number + ref.str.len() - 1 > contig.map(genome.lengths).astype(float)
    _decide(verdict, beyond, "position", "the contig ends before the end of REF at " + alleles["pos"])
    return verdict


def positions(text: pd.Series[str]) -> pd.Series[float]:
    """POS as a number, NaN where it is not written in digits alone or beyond what a VCF can hold."""
    written = arrow(text)
    codes, where = letters(written)
    length = np.diff(where)
    if ((codes >= ord("0")) & (codes <= ord("9"))).all() and ((length >= 1) & (length <= 10)).all():
        found = written.cast(pa.int64()).to_numpy(zero_copy_only=False).astype(float)
    else:
        digits = pc.match_substring_regex(written, "^[0-9]{1,10}$")
        found = pc.if_else(digits, written, None).cast(pa.float64()).to_numpy(zero_copy_only=False)
    return pd.Series(found, index=text.index)


def _decide(verdict: pd.DataFrame, holds: pd.Series[bool], rule: str, detail: str | pd.Series[str]) -> None:
    """Assign a rule to the rows where it holds and no earlier one does; detail: one text, or one per row."""
    rows = holds.fillna(False).astype(bool) & (verdict["rule"] == "")
    if rows.any():
        verdict.loc[rows, "rule"] = rule
        verdict.loc[rows, "detail"] = detail if isinstance(detail, str) else detail[rows]
