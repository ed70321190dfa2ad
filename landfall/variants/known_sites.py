"""A VCF of known alleles (population frequencies, ClinVar), searched around given alleles.

Its contig names may differ from the reference's, its alleles need not be normalised, and it may be too large to be
read whole.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pysam
import pysam.bcftools

from landfall.genome.sequence import Genome, aliases
from landfall.io import columns, files
from landfall.io.threads import in_order
from landfall.variants import alleles as variants_alleles
from landfall.variants import left_align, site_fields, vcf, vcf_header

MARGIN = 200
"""Bases around an allele that are searched, for indels that are not left-aligned in the file."""

Stretch = tuple[str, int, int]
"""Contig as the file names it, first and last position, 1-based inclusive."""


def header_of(path: Path) -> vcf_header.VcfHeader:
    """The header of a VCF (plain, gzip, bgzip) or BCF. Raises VariantFileError."""
    try:
        return vcf_header.vcf_header(path)
    except files.BrokenFileError as error:
        raise vcf.VariantFileError(f"{path}: {error}") from error


def contig_names(path: Path) -> dict[str, str]:
    """Every alias of the file's contigs, mapped to the name in the file. Raises VariantFileError."""
    return aliases(header_of(path).contigs or dict.fromkeys(vcf_header.record_contigs(path)))


def stretches(alleles: pd.DataFrame, names: Mapping[str, str], margin: int = MARGIN) -> list[Stretch]:
    """Merged stretches around alleles (chrom, pos, ref); alleles on contigs that the file lacks are left out."""
    merged: list[Stretch] = []
    spans = (
        alleles.assign(contig=alleles["chrom"].map(names))
        .dropna(subset=["contig"])
        .sort_values(["contig", "pos"])
    )
    for contig, pos, ref in zip(spans["contig"], spans["pos"], spans["ref"], strict=True):
        start, end = max(1, pos - margin), pos + len(ref) + margin
        if merged and merged[-1][0] == contig and start <= merged[-1][2]:
            merged[-1] = (contig, merged[-1][1], max(end, merged[-1][2]))
        else:
            merged.append((contig, start, end))
    return merged


def read_near(path: Path, search: Sequence[Stretch], genome: Genome) -> Iterator[pd.DataFrame]:
    """Blocks of the file's alleles in the stretches, normalised; empty without a stretch.

    Columns chrom, pos, ref, alt as in the reference; id, info, allele (its number in the record) and written (ALT) as
    in the file.
    Records that cannot be normalised are left out.
    """
    if not search:  # bcftools refuses an empty list of regions
        return
    with tempfile.TemporaryDirectory() as scratch:
        targets, subset = Path(scratch) / "targets.tsv", Path(scratch) / "sites.vcf"
        targets.write_text("".join(f"{c}\t{s}\t{e}\n" for c, s, e in search))
        where = "-R" if has_index(path) else "-T"
        with site_fields.ONE_AT_A_TIME:
            pysam.bcftools.view(where, str(targets), "-Ov", "-o", str(subset), str(path), catch_stdout=False)
        for records in vcf.read_records(subset, None):
            yield spelt(records, genome)


def has_index(path: Path) -> bool:
    """Whether the file allows random access; an index beside plain gzip belongs to another file."""
    return files.compression(path) == "bgzip" and any(
        Path(f"{path}{suffix}").exists() for suffix in (".tbi", ".csi")
    )


class Alleles:
    """Normalised alleles sorted by position, searched by position, ref and alt."""

    def __init__(self, place: np.ndarray, ref: pa.Array, alt: pa.Array) -> None:
        """place: of the first base, counted through the whole reference, ascending."""
        self.place, self.ref, self.alt = place, ref, alt

    @classmethod
    def of(cls, alleles: pd.DataFrame, genome: Genome) -> Alleles:
        """From chrom, pos, ref, alt in any order; their row numbers are those of the sorted order."""
        place = variants_alleles.places(alleles, genome)
        order = np.argsort(place, kind="stable")
        ref, alt = (columns.arrow(alleles[name]).take(pa.array(order)) for name in ("ref", "alt"))
        return cls(place[order], ref, alt)

    def __len__(self) -> int:
        return len(self.place)

    def has_place(self, place: np.ndarray, margin: int = 0) -> np.ndarray:
        """Whether any allele begins within ``margin`` bases of each place."""
        first = np.searchsorted(self.place, place - margin)
        found: np.ndarray = first < np.searchsorted(self.place, place + margin, side="right")
        return found

    def find(self, place: np.ndarray, ref: pa.Array, alt: pa.Array) -> tuple[np.ndarray, np.ndarray]:
        """Pairs of equal alleles: row numbers in the query, and row numbers here."""
        first = np.searchsorted(self.place, place)
        count = np.searchsorted(self.place, place, side="right") - first
        asked = np.repeat(np.arange(len(place)), count)
        nth = np.arange(len(asked)) - np.repeat(np.cumsum(count) - count, count)
        here = np.repeat(first, count) + nth
        same = [
            pc.equal(mine.take(pa.array(here)), theirs.take(pa.array(asked)))
            for mine, theirs in ((self.ref, ref), (self.alt, alt))
        ]
        equal = pc.and_(*same).to_numpy(zero_copy_only=False)
        return asked[equal], here[equal]


FEW = 20_000
"""Largest number of alleles for which an indexed file is read by random access; for more it is read from end to end."""


def matching(path: Path, genome: Genome, alleles: Alleles) -> Iterator[tuple[np.ndarray, pd.DataFrame]]:
    """The alleles that a file holds: their row numbers, and id, info, allele and written (:func:`read_near`).

    The file's alleles need not be normalised; they may lie up to MARGIN bases further to the right.
    """
    if not len(alleles):
        return
    if len(alleles) <= FEW and has_index(path):
        search = stretches(alleles_table(alleles, genome), contig_names(path))
        blocks: Iterable[pd.DataFrame] = read_near(path, search, genome)
    else:
        blocks = in_order(
            lambda records: _candidates(records, genome, alleles), vcf.read_records(path, None), 2
        )
    for known in blocks:
        place = variants_alleles.places(known, genome)
        asked, here = alleles.find(place, columns.arrow(known["ref"]), columns.arrow(known["alt"]))
        yield here, known.iloc[asked].reset_index(drop=True)


def alleles_table(alleles: Alleles, genome: Genome) -> pd.DataFrame:
    """chrom, pos and ref of alleles."""
    names, starts = list(genome.starts), np.array(list(genome.starts.values()))
    contig = np.searchsorted(starts, alleles.place - 1, side="right") - 1
    chrom = np.array(names, dtype=object)[contig]
    return pd.DataFrame(
        {"chrom": chrom, "pos": alleles.place - starts[contig], "ref": alleles.ref.to_pylist()}
    )


def _candidates(records: pd.DataFrame, genome: Genome, alleles: Alleles) -> pd.DataFrame:
    """The alleles of a block that may be in the query, normalised, as :func:`read_near` gives them.

    An allele that is already normalised is kept as written if the query has an allele at its position: where it equals
    one that agrees with the reference, it agrees too. The others nearby are normalised.
    """
    contig = columns.looked_up(
        records["chrom"], {name: genome.starts[c] for name, c in genome.aliases.items()}
    )
    before = contig.astype(float)
    place = before + variants_alleles.positions(records["pos"]).to_numpy()
    known = ~np.isnan(place)
    place = np.where(known, place, 0).astype(np.int64)
    for name in ("ref", "alt"):
        records = records.assign(**{name: records[name].str.upper()})
    single = ~pc.match_substring(columns.arrow(records["alt"]), ",").to_numpy(zero_copy_only=False)
    settled = single & left_align.parsimonious(records)
    plain = known & settled & alleles.has_place(place)
    rest = known & ~settled & alleles.has_place(place, MARGIN)
    taken = records[plain]
    upper = taken[["id", "info"]].assign(
        chrom=columns.looked_up(taken["chrom"], genome.aliases),
        pos=place[plain] - before[plain].astype(np.int64),
        ref=taken["ref"],
        alt=taken["alt"],
        allele=1,
        written=taken["alt"],
    )
    return pd.concat([upper, spelt(records[rest], genome)], ignore_index=True) if rest.any() else upper


def spelt(records: pd.DataFrame, genome: Genome) -> pd.DataFrame:
    """The normalised alleles of records, with id, info, allele and ALT as ``written``; those that cannot be normalised
    are left out.
    """
    alleles = variants_alleles.split_alleles(records)
    sound = alleles.drop(variants_alleles.syntax_verdicts(alleles, genome).index)
    return left_align.normalise_spelling(sound, genome).join(
        sound[["id", "info", "allele"]].assign(written=sound["alt"])
    )
