"""Parser of the allele of a query: VCF, HGVS on a contig or in a transcript, or an identifier.

``chr2:71741835C>T``, ``2-71741835-C-T`` and four VCF columns are equivalent. An HGVS name is mapped to the contig by
the transcripts of the run, and every allele to its normalised representation, as in the run itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NoReturn

from landfall.genome.left_alignment import spelling
from landfall.genome.sequence import ACCESSIONS, Genome, reverse_complement
from landfall.genome.transcripts import PositionError, Transcript
from landfall.genome.variant import Variant
from landfall.io.errors import UserError, suggestion

FORMS = "chr2:71741835C>T, chr2-71741835-C-T, chr2:g.71741835C>T, NM_003494.4:c.663+784C>T, DYSF:c.663+784C>T or rs123"

_IDENTIFIER = re.compile(r"rs[0-9]+", re.IGNORECASE)
_VCF = re.compile(
    r"(?P<chrom>\S+?)[:-](?P<pos>[0-9][0-9,]{0,12})[:-]?(?P<ref>[A-Za-z]+)[-:>/](?P<alt>[^\s-]+)"
)
_HGVS = re.compile(
    r"(?P<name>[^:\s()]+)(?:\s*\(\s*(?P<bracket>[^()\s]+)\s*\)|[\s:]+(?P<second>[^:\s()]+))?"
    r"(?:[\s:]+exon\s?[0-9]+)?\s*[\s:]\s*(?P<kind>[a-z])\.(?P<change>[^\s():]+)(?:[\s:,]*\(?p\.\S+)?"
)
"""``NM_003494.4(DYSF):c.663+784C>T`` and its variants: with blanks, the gene before its transcript, exon and
protein as well (``DYSF:NM_003494.4:exon7:c.100A>G:p.K34E``)."""
_ACCESSION = re.compile(r"(?:[NX][MR]_|ENST|LRG_)[0-9]\S*")
_REFSEQ = re.compile(r"[NX][MR]_[0-9]")
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-"))
"""Dashes that replace a minus sign in print."""
_CHANGE = re.compile(
    r"(?P<first>[-*]?[0-9]+(?:[+-][0-9]+)?)(?:_(?P<last>[-*]?[0-9]+(?:[+-][0-9]+)?))?"
    r"(?:(?P<old>[ACGT])>(?P<new>[ACGT])|del(?P<gone>[ACGT]*)ins(?P<put>[ACGT]+)"
    r"|(?P<event>del|dup|inv)(?P<bases>[ACGT]*)|ins(?P<ins>[ACGT]+))"
)


BY_POSITION = "query by position, as CHROM-POS-REF-ALT"
"""What to do where a name cannot be mapped to the contig."""


class QuestionError(UserError):
    """A query without an allele; the message gives the reason."""


def is_allele(text: str) -> bool:
    """Whether a text has the form of an allele by itself; its coordinates are not checked."""
    text = text.strip().translate(_DASHES)
    return bool(_HGVS.fullmatch(text) or _VCF.fullmatch(text) or is_identifier(text))


@dataclass(frozen=True)
class Reader:
    """Context for the parsing of names.

    build: GRCh38, GRCh37 or synthetic. genome: the reference, None where its file is gone. transcripts: those of an
    identifier, of the annotation or RefSeq (in whatever version), or a gene symbol; symbols: all available names.
    """

    build: str
    genome: Genome | None
    transcripts: Callable[[str], Sequence[Transcript]]
    symbols: Callable[[], Sequence[str]]

    def read(self, text: str) -> list[Variant]:
        """The alleles of a query (two for a transcript on both pseudoautosomal copies), each in its normalised
        representation. Raises QuestionError.
        """
        text = text.strip().translate(_DASHES)
        if hgvs := _HGVS.fullmatch(text):
            return self._hgvs(hgvs)
        if vcf := _VCF.fullmatch("-".join(text.split())):
            pos = int(vcf["pos"].replace(",", ""))
            alt = vcf["alt"].upper() if vcf["alt"].isalpha() else vcf["alt"]
            return [self._spelt(self._contig(vcf["chrom"]), pos, vcf["ref"].upper(), alt)]
        raise QuestionError(f"{text!r} names no allele; write one as {FORMS}")

    def _contig(self, name: str) -> str:
        """The contig by the reference's name; an accession of NCBI by its chromosome."""
        chrom, build = ACCESSIONS.get(name, (name, self.build))
        if build != self.build and self.build != "synthetic":
            raise QuestionError(f"{name} is of {build}, the run is on {self.build}")
        return chrom if self.genome is None else self.genome.aliases.get(chrom, chrom)

    def _spelt(self, chrom: str, pos: int, ref: str, alt: str) -> Variant:
        """The allele left-aligned and trimmed; as given where it is not a plain sequence or its contig is unknown."""
        plain = not set(ref + alt) - set("ACGT")
        if self.genome is None or not plain or chrom not in self.genome.lengths or ref == alt:
            return Variant(chrom, pos, ref, alt)
        if not 1 <= pos <= self.genome.lengths[chrom] - len(ref) + 1:
            raise QuestionError(f"{chrom} has {self.genome.lengths[chrom]:,} bases; {pos:,} lies beyond them")
        if self.genome.fetch(chrom, pos - 1, pos - 1 + len(ref)) != ref:
            return Variant(chrom, pos, ref, alt)
        return spelling(chrom, pos, ref, alt, self.genome)

    def disagreement(self, variant: Variant) -> str:
        """How the allele differs from the reference, in words; empty where it agrees or cannot be compared."""
        if self.genome is None:
            return ""
        if variant.chrom not in self.genome.lengths:
            return f"the reference has no contig {variant.chrom}"
        here = self.genome.fetch(variant.chrom, variant.start, variant.end)
        if here == variant.ref:
            return ""
        return f"the reference has {here} at {variant.chrom}:{variant.pos}, not {variant.ref}"

    def _hgvs(self, name: re.Match[str]) -> list[Variant]:
        if name["kind"] not in "gmcn":
            raise QuestionError(f"{name[0]}: only names of DNA (g., m., c., n.) define one allele")
        change = _CHANGE.fullmatch(name["change"])
        if change is None:
            raise QuestionError(
                f"{name[0]}: {name['change']} is not a substitution, del, dup, ins, delins or inv"
            )
        if self.genome is None:
            raise QuestionError(
                f"{name[0]}: the run's reference, which this form requires, no longer exists; {BY_POSITION}"
            )
        if name["kind"] in "gm":
            return [self._changed(name[0], change, self._contig(name["name"]), int, forward=True)]
        return [
            self._changed(name[0], change, t.chrom, t.from_c, t.forward) for t in self._transcripts_of(name)
        ]

    def _transcripts_of(self, name: re.Match[str]) -> list[Transcript]:
        """The transcripts of a name's coordinates: the given one, or the representative of the gene."""
        given = [part for part in (name["bracket"], name["second"], name["name"]) if part]
        requested = next(filter(_ACCESSION.fullmatch, given), name["name"])
        coding = name["kind"] == "c"
        found = self.transcripts(requested)
        chosen = [t for t in found if requested in (t.transcript, t.refseq)]
        chosen = chosen or [t for t in found if requested in (_stem(t.transcript), _stem(t.refseq))]
        chosen = chosen or [t for t in found if t.representative and t.gene == requested]
        if not chosen and (others := sorted({_alike(t, requested) for t in found})):
            raise QuestionError(
                f"{requested} is not in the run's annotation, which has {', '.join(others)}; versions may be "
                "numbered differently"
            )
        if not chosen and _REFSEQ.match(requested):
            raise QuestionError(self._no_refseq(requested))
        if not chosen:
            hint = suggestion(requested, self.symbols())
            raise QuestionError(
                f"{requested} is not a transcript or gene of the run's annotation"
                + (f"; {hint}" if hint else "")
            )
        fitting = [t for t in chosen if t.coding == coding]
        if not fitting:
            kind = "is not coding; write n." if coding else "is coding; write c."
            raise QuestionError(f"{chosen[0].transcript} {kind}")
        return fitting

    def _no_refseq(self, requested: str) -> str:
        """Why a RefSeq transcript is not known."""
        if any(_REFSEQ.match(name) for name in self.symbols()):
            return (
                f"{requested} is none of the RefSeq transcripts that the run's annotation names; ask by the gene, a "
                "transcript of the annotation or the position"
            )
        return (
            f"{requested} is of RefSeq, and the run's annotation has no RefSeq names: name MANE's table in genome.mane "
            "and run again, or ask by the gene, a transcript of the annotation or the position"
        )

    def _changed(
        self, name: str, change: re.Match[str], chrom: str, place: Callable[[str], int], forward: bool
    ) -> Variant:
        """The allele of a change; ``place`` gives the 1-based position on the contig of a coordinate."""
        assert self.genome is not None

        def refuse(what: str) -> NoReturn:
            raise QuestionError(f"{name}: {what}")

        if chrom not in self.genome.lengths:
            refuse(f"the reference has no contig {chrom}")
        try:
            first, last = place(change["first"]), place(change["last"] or change["first"])
        except (PositionError, ValueError) as error:
            refuse(str(error))
        start, end = min(first, last) - 1, max(first, last)
        if (first > last) is forward and first != last:
            refuse("the first coordinate lies after the last")
        if start < 0 or end > self.genome.lengths[chrom]:
            refuse(f"{chrom} has {self.genome.lengths[chrom]:,} bases; it lies beyond them")

        def turned(bases: str) -> str:
            return bases if forward else reverse_complement(bases)

        here = self.genome.fetch(chrom, start, end)
        stated = change["old"] or change["gone"] or change["bases"]
        if stated and turned(stated) != here:
            refuse(f"the reference has {turned(here)} there, not {stated}")
        if change["ins"]:
            if end - start != 2:
                refuse("an insertion lies between two neighbouring bases, as in 12_13insA")
            return spelling(chrom, start + 1, here, here[0] + turned(change["ins"]) + here[1], self.genome)
        put = change["new"] or change["put"]
        events = {"del": "", "dup": here + here, "inv": reverse_complement(here)}
        return spelling(chrom, start + 1, here, turned(put) if put else events[change["event"]], self.genome)


def _stem(identifier: str) -> str:
    """An accession without its version."""
    return identifier.split(".")[0]


def _alike(transcript: Transcript, requested: str) -> str:
    """The name of a transcript that is present in another version."""
    return transcript.refseq if _stem(transcript.refseq) == _stem(requested) else transcript.transcript


def is_identifier(text: str) -> bool:
    """Whether a query is an identifier of dbSNP."""
    return _IDENTIFIER.fullmatch(text.strip()) is not None
