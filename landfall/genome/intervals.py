"""Regions of genes and of BED files, and the alleles that overlap them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from landfall.genome.transcripts import Transcript
from landfall.io import columns, text_lines


@dataclass(frozen=True)
class Region:
    """A region, 0-based half-open; ``gene`` is empty for a region of a BED file."""

    chrom: str
    start: int
    end: int
    gene: str


def gene_regions(transcripts: Iterable[Transcript], genes: Iterable[str] | None, flank: int) -> list[Region]:
    """The span of all transcripts of each gene, widened by ``flank`` bases; all genes if ``genes`` is None."""
    wanted = None if genes is None else set(genes)
    spans: dict[tuple[str, str], tuple[int, int]] = {}
    for transcript in transcripts:
        if wanted is not None and transcript.gene not in wanted:
            continue
        key = (transcript.gene, transcript.chrom)
        start, end = spans.get(key, (transcript.start, transcript.end))
        spans[key] = (min(start, transcript.start), max(end, transcript.end))
    return [
        Region(chrom, start - flank, end + flank, gene)
        for (gene, chrom), (start, end) in sorted(spans.items())
    ]


def bed_regions(path: Path, names: Mapping[str, str]) -> list[Region]:
    """Regions of a BED file, plain or compressed (0-based half-open), contigs named as in the reference; others are
    left out.
    """
    regions = []
    for _, line in text_lines.lines(path, "BED file", text_lines.MOST_REGIONS):
        fields = line.split("\t")
        if len(fields) >= 3 and not line.startswith(("#", "track", "browser")) and fields[0] in names:
            regions.append(Region(names[fields[0]], int(fields[1]), int(fields[2]), ""))
    return regions


class Regions:
    """Index of regions for overlaps with alleles."""

    def __init__(self, regions: Sequence[Region]) -> None:
        """regions: in any order; they may overlap."""
        self.names = np.array([region.gene for region in regions], dtype=object)
        numbers: dict[str, list[int]] = {}
        for number, region in enumerate(regions):
            numbers.setdefault(region.chrom, []).append(number)
        self._of = {
            chrom: (
                np.array([regions[n].start for n in found]),
                np.array([regions[n].end for n in found]),
                np.array(found),
            )
            for chrom, found in numbers.items()
        }

    def pairs(self, alleles: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        """Row numbers of alleles and numbers of the regions that they touch, one pair for each touch.

        An allele touches a region with any base of REF.
        """
        rows, touched = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        for chrom, group in alleles.reset_index(drop=True).groupby("chrom", sort=False):
            if str(chrom) not in self._of:
                continue
            starts = group["pos"].to_numpy() - 1
            order = np.argsort(starts, kind="stable")
            starts, numbers = starts[order], group.index.to_numpy()[order]
            ends = (
                starts + pc.binary_length(columns.arrow(group["ref"])).to_numpy(zero_copy_only=False)[order]
            )
            lows, highs, regions = self._of[str(chrom)]
            first = np.searchsorted(starts, lows - int((ends - starts).max()))
            count = np.maximum(np.searchsorted(starts, highs) - first, 0)
            region = np.repeat(np.arange(len(lows)), count)
            allele = np.arange(len(region)) - np.repeat(np.cumsum(count) - count - first, count)
            touching = ends[allele] > lows[region]
            rows.append(numbers[allele[touching]])
            touched.append(regions[region[touching]])
        return np.concatenate(rows), np.concatenate(touched)

    def inside(self, alleles: pd.DataFrame) -> np.ndarray:
        """Whether each allele touches any region."""
        inside = np.zeros(len(alleles), dtype=bool)
        inside[self.pairs(alleles)[0]] = True
        return inside

    def named(self, alleles: pd.DataFrame) -> np.ndarray:
        """Names of the regions that each allele touches, sorted and joined by ','; empty where there is none."""
        rows, touched = self.pairs(alleles)
        pairs = pd.DataFrame({"row": rows, "name": self.names[touched]})
        pairs = pairs[pairs["name"] != ""].drop_duplicates().sort_values(["row", "name"])
        found = np.full(len(alleles), "", dtype=object)
        alone = ~pairs["row"].duplicated(keep=False)
        found[pairs["row"][alone]] = pairs["name"][alone]
        for row, names in pairs[~alone].groupby("row")["name"]:
            found[row] = ",".join(names)
        return found
