"""A VCF of known alleles (population frequencies, ClinVar), asked for what lies around given alleles.

Its contigs may be named in another way than the reference's, its alleles spelt in another way than the patient's,
and it may be too large to be read whole.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd
import pysam
import pysam.bcftools

from landfall import files, variants
from landfall.genome import Genome, aliases

MARGIN = 200
"""Bases around an allele that are searched, for indels that the file spells further to the right."""

Stretch = tuple[str, int, int]
"""Contig as the file names it, first and last position, 1-based inclusive."""


def contig_names(path: Path) -> dict[str, str]:
    """Every name by which a contig of the file may be called, to its name in the file."""
    with pysam.VariantFile(str(path)) as sites:
        contigs = [str(name) for name in sites.header.contigs]
    return aliases(contigs or dict.fromkeys(files.record_contigs(path)))


def stretches(alleles: pd.DataFrame, names: Mapping[str, str], margin: int = MARGIN) -> list[Stretch]:
    """Merged stretches around alleles (chrom, pos, ref); those on contigs that the file lacks have none."""
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
    """Blocks of the file's alleles in the stretches, in their one spelling; no stretch gives none.

    Columns chrom, pos, ref, alt as in the reference; id, info and allele (its number in the record) as in the file.
    Records that cannot be brought to a spelling are left out.
    """
    if not search:  # bcftools refuses an empty list of regions
        return
    with tempfile.TemporaryDirectory() as scratch:
        targets, subset = Path(scratch) / "targets.tsv", Path(scratch) / "sites.vcf"
        targets.write_text("".join(f"{c}\t{s}\t{e}\n" for c, s, e in search))
        where = "-R" if _has_index(path) else "-T"
        pysam.bcftools.view(where, str(targets), "-Ov", "-o", str(subset), str(path), catch_stdout=False)
        for records in variants.read_records(subset, None):
            alleles = variants.split_alleles(records)
            sound = alleles[variants.syntax_verdicts(alleles, genome)["rule"] == ""]
            spelt = variants.normalise_spelling(sound, genome)
            yield spelt.join(sound[["id", "info", "allele"]])


def _has_index(path: Path) -> bool:
    return any(Path(f"{path}{suffix}").exists() for suffix in (".tbi", ".csi"))
