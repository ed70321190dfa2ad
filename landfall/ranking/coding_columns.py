"""The columns of the prioritised table on the coding sequence: HGVS names and the consequence that counts.

HGVS names refer to the transcript in which the allele is scored. The consequence that counts for the ranking is the
most damaging one on any transcript that counts (:mod:`landfall.ranking.isoforms`), jointly with the alleles on the same
haplotype (:mod:`landfall.ranking.joint_alleles`).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from typing import Any

from landfall.genome.hgvs.dna import shift, trim
from landfall.genome.sequence import Genome
from landfall.genome.transcripts import Transcript
from landfall.genome.translation import codons
from landfall.genome.variant import Variant
from landfall.patient.inheritance.family import Family
from landfall.ranking.isoforms import Named, counting, named, worst
from landfall.ranking.joint_alleles import Coded, Together, coded, together
from landfall.ranking.tables import COUNTED_COLUMNS

Row = Mapping[str, Any]
INTERGENIC = "intergenic_variant"
NOTHING: Mapping[str, Any] = dict.fromkeys(
    ("hgvs_c_refseq", "refseq_source", *(column.name for column in COUNTED_COLUMNS))
)


class CodingJudge:
    """Coding consequences of the patient's alleles on all transcripts of their genes."""

    def __init__(
        self, transcripts: Iterable[Transcript], alleles: Iterable[Row], genome: Genome, family: Family
    ) -> None:
        """alleles: rows with the columns of a call, of tables.NORMALISED or VARIANTS, to be combined by haplotype."""
        self.genome, self.family = genome, family
        self._genes: dict[tuple[str, str], list[Transcript]] = {}
        for transcript in transcripts:
            self._genes.setdefault((transcript.chrom, transcript.gene), []).append(transcript)
        self._alleles: dict[str, list[Row]] = {}
        for row in sorted(alleles, key=lambda row: (row["pos"], row["ref"], row["alt"])):
            self._alleles.setdefault(row["chrom"], []).append(row)
        self._coded: dict[tuple[str, str, str], list[Coded]] = {}

    def columns(self, variant: Variant, own: Transcript | None) -> dict[str, Any]:
        """HGVS names, consequence and location of an allele in the transcript ``own``, None outside genes."""
        if own is None:
            outside = {"consequence": INTERGENIC, "location": "outside all transcripts"}
            return {**NOTHING, "strand": "", "hgvs_c": "", "hgvs_p": None, **outside}
        alone = named(own, variant, self.genome)
        return {
            **NOTHING,
            "strand": own.strand,
            "hgvs_c": alone.hgvs_c,
            "hgvs_c_refseq": alone.refseq,
            "refseq_source": own.refseq_source or None,
            "hgvs_p": alone.hgvs_p,
            "consequence": alone.consequence,
            "location": self._location(variant, own),
            **self._of_gene(variant, alone),
        }

    def _location(self, variant: Variant, own: Transcript) -> str:
        """Where the change lies by the 3' rule of HGVS, as its name has it, in words."""
        change = shift(trim(variant.pos, variant.ref, variant.alt), variant.chrom, self.genome, own.forward)
        if change.ref:
            return own.location(change.start, change.end)
        # HGVS names an insertion by its neighbours, and a duplication by the copy before it
        left, right = change.start, change.start + 1
        return own.region(left if own.forward else right).text

    def _of_gene(self, variant: Variant, alone: Named) -> dict[str, Any]:
        """The columns coding_*, elsewhere_* and joint_*."""
        own = alone.transcript
        counted, others = counting(own, self._genes[own.chrom, own.gene], variant)
        met = {t.transcript: self._together(variant, t) for t in (*counted, *others)}

        def effect(transcript: Transcript) -> Named:
            joint = met[transcript.transcript]
            if joint and joint.counts:
                return joint.named
            return alone if transcript == own else named(transcript, variant, self.genome)

        counts = worst(effect(transcript) for transcript in counted)
        elsewhere = worst([counts, *(effect(transcript) for transcript in others)])
        joint = _shown([met[t.transcript] for t in counted], counts)
        return {
            **_names("coding", counts),
            "coding_tag": counts.transcript.tag or None,
            "coding_codon": self._codons(variant, counts, met[counts.transcript.transcript]),
            **(_names("elsewhere", elsewhere) if elsewhere is not counts else {}),
            **(
                {"joint_with": ";".join(map(str, joint.partners)), "joint_phase": joint.phase}
                if joint
                else {}
            ),
            **(_names("joint", joint.named) if joint else {}),
        }

    def _codons(self, variant: Variant, counts: Named, joint: Together | None) -> str | None:
        """The codons behind the consequence that counts."""
        cis = joint.partners if joint and joint.counts else ()
        alleles = [(one.pos, one.ref, one.alt) for one in (variant, *cis)]
        return codons(counts.transcript, alleles, self.genome)

    def _together(self, variant: Variant, transcript: Transcript) -> Together | None:
        others = self._in(transcript)
        mine = next((allele for allele in others if allele.variant == variant), None)
        return together(mine, others, transcript, self.genome, self.family) if mine else None

    def _in(self, transcript: Transcript) -> list[Coded]:
        """The patient's alleles in the coding sequence of a transcript."""
        key = transcript.chrom, transcript.gene, transcript.transcript
        if key not in self._coded:
            here = self._alleles.get(transcript.chrom, [])
            first, last = (
                bisect_left(here, pos, key=lambda row: row["pos"])
                for pos in (transcript.start + 1, transcript.end + 1)
            )
            self._coded[key] = coded(transcript, here[first:last], self.genome) if transcript.coding else []
        return self._coded[key]


def _shown(met: Iterable[Together | None], counts: Named) -> Together | None:
    """Of the joint consequences in several transcripts the one that counts, else the first."""
    found = sorted(
        (joint for joint in met if joint), key=lambda joint: (joint.named is not counts, not joint.counts)
    )
    return found[0] if found else None


def _names(prefix: str, effect: Named) -> dict[str, Any]:
    return {
        f"{prefix}_transcript": effect.transcript.transcript,
        f"{prefix}_consequence": effect.consequence,
        f"{prefix}_hgvs_c": effect.hgvs_c,
        f"{prefix}_hgvs_c_refseq": effect.refseq,
        f"{prefix}_hgvs_p": effect.hgvs_p,
    }
