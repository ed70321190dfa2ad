"""The rows of a GFF3 of Ensembl, GENCODE or NCBI: the parent of exons and CDS rows is their transcript, the parent of a
transcript its gene.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from landfall.genome.annotation.rows import STRAYS, TWO_STRANDS, Draft, Gatherer, Pairs, decoded

_PARTS = {b"exon", b"CDS", b"stop_codon"}
_APART = {
    b"five_prime_UTR", b"three_prime_UTR", b"start_codon", b"intron", b"region", b"cDNA_match", b"match",
    b"chromosome", b"scaffold", b"biological_region", b"stop_codon_redefined_as_selenocysteine",
}  # fmt: skip
"""Features that are neither part nor parent of a transcript."""
_ID = re.compile(rb"(?:^|;)\s*ID=([^;]+)")
_PARENT = re.compile(rb"(?:^|;)\s*Parent=([^;]+)")
_PREFIX = re.compile(r"(?:gene|transcript|rna|mrna|id|cds)[:-](?=.)")
"""Prefixes of features' identifiers by Ensembl (gene:, transcript:) and NCBI (gene-, rna-)."""
_OPEN = {b"+": re.compile(rb";start_range=\.,"), b"-": re.compile(rb";end_range=[^;,]*,\.")}
"""NCBI's attribute of a feature that begins before the contig or the transcript, by strand."""
_OF_GENE = ("gene_id", "gene_name", "gene", "gene_symbol", "gene_type", "gene_biotype")


@dataclass(slots=True)
class _Parent:
    """A row that is the parent of others: a gene or a transcript."""

    feature: str
    parent: bytes
    row: Draft


class Gff3(Gatherer):
    """Parts by contig and parent, parents by contig and ID; joined when all rows are read."""

    format = "GFF3"
    naming = "a Parent"
    holds_stop = True

    def __init__(self, contigs: Mapping[bytes, str]) -> None:
        super().__init__(contigs)
        self._parts: dict[tuple[str, bytes], Draft] = {}
        self._parents: dict[tuple[str, bytes], _Parent] = {}

    def take(self, fields: list[bytes]) -> None:
        feature, contig = fields[2], self.contigs.get(fields[0])
        if feature in _PARTS:
            self._take_part(fields, contig)
        elif contig is not None and feature not in _APART and (found := _ID.search(fields[8])):
            row = Draft(fields[6])
            row.describe(self._pairs(fields[8]))
            parent = _parents(fields[8])[:1] or [b""]
            self._parents[contig, found[1].strip()] = _Parent(self.text(feature), parent[0], row)

    def _take_part(self, fields: list[bytes], contig: str | None) -> None:
        self.features[fields[2]] += 1
        parents = _parents(fields[8])
        self.nameless += not parents
        if contig is None:
            self.dropped[self.text(fields[0])].update(parents)
            return
        for parent in parents:
            self._add(self._part(contig, parent, fields), fields)

    def _part(self, contig: str, parent: bytes, fields: list[bytes]) -> Draft:
        key = contig, parent
        if key not in self._parts:
            self._parts[key] = self.new_draft(fields)
            self._parts[key].describe(self._pairs(fields[8]))
        return self._parts[key]

    def _add(self, draft: Draft, fields: list[bytes]) -> None:
        if draft.strand != fields[6]:
            draft.flaw = TWO_STRANDS  # of a trans-spliced transcript, as the format has it
        if fields[2] == b"CDS":
            draft.open_start = draft.open_start or bool(_OPEN[draft.strand].search(fields[8]))
            if not draft.cds:
                draft.describe(self._pairs(fields[8]))
        draft.add(fields)

    def _pairs(self, attributes: bytes) -> Pairs:
        for part in self.text(attributes).split(";"):
            key, _, value = part.partition("=")
            yield key.strip(), decoded(value.strip().strip('"'))

    def transcripts(self) -> Iterator[tuple[str, str, Draft]]:
        taken = set()
        for (contig, parent), draft in self._parts.items():
            self._name(contig, parent, draft)
            own = self._bare(parent)
            identifier = draft.names.get("transcript_id") or own
            if (contig, draft.names["gene_id"], identifier) in taken:
                identifier = own
            taken.add((contig, draft.names["gene_id"], identifier))
            yield contig, identifier, draft

    def _name(self, contig: str, parent: bytes, draft: Draft) -> None:
        """Assign the parts to their transcript, with the attributes of its gene that they lack."""
        gene_id, gene = self._gene(contig, parent)
        transcript = self._parents.get((contig, parent))
        names = {key: draft.names[key] for key in ("transcript_id", *_OF_GENE) if key in draft.names}
        if transcript:
            names |= transcript.row.names
            draft.tags += transcript.row.tags
            draft.references += transcript.row.references
        of_gene = {}
        if gene and "gene" in gene.feature:
            draft.flaw = STRAYS if transcript is gene and draft.strays else draft.flaw
            of_gene = {"gene_symbol": gene.row.names.get("Name", "")}
            of_gene |= {key: gene.row.names[key] for key in _OF_GENE if key in gene.row.names}
        if transcript and (transcript is not gene or not of_gene):
            kind = names.get("transcript_biotype") or names.get("biotype") or transcript.feature
            names.setdefault("transcript_type", kind)
            names["transcript_version"] = names.get("version", "")
        draft.names = {"gene_id": self._bare(gene_id), **of_gene, **names}

    def _gene(self, contig: str, identifier: bytes) -> tuple[bytes, _Parent | None]:
        """The identifier at the top of a row's parents, and its row if it has one."""
        seen = set()
        found = self._parents.get((contig, identifier))
        while found and found.parent and identifier not in seen:
            seen.add(identifier)
            identifier = found.parent
            found = self._parents.get((contig, identifier))
        return identifier, found

    def _bare(self, identifier: bytes) -> str:
        return _PREFIX.sub("", decoded(self.text(identifier)), count=1)


def _parents(attributes: bytes) -> list[bytes]:
    found = _PARENT.search(attributes)
    return [name.strip() for name in found[1].split(b",") if name.strip()] if found else []
